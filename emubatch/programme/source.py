"""The raw tables of a programme, and how they are read from a folder of TOML and UTF-8 CSV files.

Nothing is interpreted here; every row keeps its table and line, so that a message can name them.
A plan workbook is read into the same ``Source`` elsewhere; ``places`` then say which cell is meant.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from emubatch.programme.problems import Problem, ProgrammeError, nearest

SHARED = "_shared"
LISTS = "lists.csv"
HEADER = "programme.toml"
LINE, TABLE = "_line", "_table"  # where a row comes from, beside its cells


Row = dict[str, str]


class CaseTable(NamedTuple):
    """One file of worked cases: its name, header and rows."""

    name: str
    columns: tuple[str, ...]
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table stands in a workbook.

    ``letters`` are its columns, ``header`` the row of its headings (0 for a table that is not
    there), ``entries`` the rows of the entries of the header sheet.
    """

    sheet: str
    header: int = 0
    letters: Mapping[str, str] = field(default_factory=dict)
    entries: Mapping[str, int] = field(default_factory=dict)

    def cell(self, line: int, column: str) -> str:
        """``Sheet!F14``; without a line the heading, without that the sheet."""
        if column in self.entries:
            line, column = self.entries[column], "value"
        row = line or (self.header if column in self.letters else 0)
        letter = self.letters.get(column) or next(iter(self.letters.values()), "")
        return f"{self.sheet}!{letter}{row}" if row and letter else self.sheet


@dataclass(frozen=True, slots=True)
class Source:
    """The raw tables of a programme.

    Attributes:
        name: folder or workbook that they were read from.
        facts: contents of the header.
        rows: table name -> rows of text, each with ``_line`` and ``_table``.
        columns: file name -> its header, also when the table has no rows.
        sha256: of what they mean: the same for a folder and its workbook, however either is
            formatted, commented or saved.
        places: table name -> where it stands; empty for a folder.
        cases: worked cases of a workbook; those of a folder are read when they are asked for.
    """

    name: str
    facts: Mapping[str, Any]
    rows: Mapping[str, list[Row]]
    columns: Mapping[str, tuple[str, ...]]
    sha256: str
    places: Mapping[str, Place] = field(default_factory=dict)
    cases: tuple[CaseTable, ...] = ()

    def addressed(self, problem: Problem) -> Problem:
        """The problem with its cell, when the programme is a workbook."""
        table = problem.table.partition("/")[0].removesuffix(".csv").removesuffix(".toml")
        place = self.places.get("header" if table == "programme" else table)
        if place is None or problem.cell:
            return problem
        return replace(problem, cell=place.cell(problem.line, _entry(problem.column, place)))


def _entry(column: str, place: Place) -> str:
    """An entry of the header that is named by its first part, ``period``, is its first row."""
    if not place.entries or column in place.entries:
        return column
    return next((key for key in place.entries if key.partition(".")[0] == column), column)


def flat_facts(facts: Mapping[str, Any]) -> dict[str, str]:
    """The header as ``title.vi`` -> text; lists are joined by ``|``."""
    found: dict[str, str] = {}
    for key, value in facts.items():
        if isinstance(value, dict):
            found.update({f"{key}.{name}": str(text) for name, text in value.items()})
        else:
            found[key] = "|".join(map(str, value)) if isinstance(value, list) else str(value)
    return found


def own_cells(row: Row) -> Row:
    """The cells of a row that hold something, without its address."""
    return {key: text for key, text in row.items() if text and key not in (LINE, TABLE)}


def lists_in_use(rows: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    """List name -> its rows: those the programme states itself, and those that its form offers."""
    own = _by_list(rows.get("choices", ()))
    offered = {row.get("list", "") for row in rows.get("fields", ())}
    shared = {
        name: found
        for name, found in _by_list(rows.get("lists", ())).items()
        if name in offered and name not in own
    }
    return {**shared, **own}


def _by_list(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.get("list", ""), []).append(row)
    return found


def meaning(facts: Mapping[str, Any], rows: Mapping[str, list[Row]]) -> str:
    """sha256 of what the tables say; addresses, blank cells and lists nobody uses do not count."""
    said: dict[str, Any] = {
        name: found
        for name, table in rows.items()
        if name not in ("lists", "choices") and (found := [own_cells(row) for row in table])
    }
    said["choices"] = {
        name: [own_cells(row) for row in found] for name, found in lists_in_use(rows).items()
    }
    said["header"] = {key: text for key, text in flat_facts(facts).items() if text}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def builtin_root() -> Path:
    """Folder of the programmes that come with the package."""
    return Path(str(files("emubatch") / "programmes"))


def builtin_ids() -> tuple[str, ...]:
    """Ids of the programmes that come with the package, sorted."""
    return tuple(sorted(path.parent.name for path in builtin_root().glob(f"[!_]*/{HEADER}")))


def locate(reference: str) -> Path:
    """The folder of a programme given by id or by path.

    Raises:
        ProgrammeError: naming the nearest id when there is no such programme.
    """
    known = builtin_ids()
    if reference in known:
        return builtin_root() / reference
    path = Path(reference)
    if (path / HEADER).is_file():
        return path
    if path.is_dir():
        raise ProgrammeError([Problem(HEADER, 0, "", "missing_table", reference)])
    near = nearest(reference, known) or known
    raise ProgrammeError([Problem("programme", 0, "id", "unknown_programme", reference, near)])


def read_folder(folder: Path) -> Source:
    """Raw tables of a programme folder, the shared lists included.

    Raises:
        ProgrammeError: when the header file is not TOML or a table is not UTF-8 CSV; all such
            files are named at once.
    """
    problems: list[Problem] = []
    facts = _read_toml((folder / HEADER).read_bytes(), problems)
    rows: dict[str, list[Row]] = {}
    columns: dict[str, tuple[str, ...]] = {}
    for path in [builtin_root() / SHARED / LISTS, *sorted(folder.glob("*.csv"))]:
        try:
            columns[path.name], found = read_table(path.name, path.read_bytes())
        except ProgrammeError as error:
            problems += error.problems
        else:
            rows.setdefault(path.stem, []).extend(found)
    if problems:
        raise ProgrammeError(problems)
    return Source(str(folder), facts, rows, columns, meaning(facts, rows))


def shared_lists() -> tuple[tuple[str, ...], list[Row]]:
    """Header and rows of the lists that every programme may use.

    Raises:
        ProgrammeError: when they cannot be read.
    """
    path = builtin_root() / SHARED / LISTS
    return read_table(path.name, path.read_bytes())


def _read_toml(content: bytes, problems: list[Problem]) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(Problem(HEADER, 0, "", "not_toml", "", detail=str(error)))
        return {}


def read_table(name: str, content: bytes) -> tuple[tuple[str, ...], list[Row]]:
    """Header and rows of one table; lines that start with ``#`` are the author's comments."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProgrammeError([Problem(name, 0, "", "not_utf8", "")]) from error
    header: tuple[str, ...] = ()
    found: list[Row] = []
    problems: list[Problem] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    for record in reader:
        cells = [cell.strip() for cell in record]
        if not any(cells) or cells[0].startswith("#"):
            continue
        if not header:
            header = tuple(cells)
            problems += _twice(name, reader.line_num, header)
        elif len(cells) != len(header):
            problems.append(Problem(name, reader.line_num, "", "ragged_row", ""))
        else:
            row = dict(zip(header, cells, strict=True))
            found.append({**row, LINE: str(reader.line_num), TABLE: name})
    if problems:
        raise ProgrammeError(problems)
    return header, found


def _delimiter(text: str) -> str:
    """Excel on a Vietnamese PC writes semicolons; the header, which has none inside, tells."""
    lines = (line.lstrip('"') for line in text.splitlines())
    header = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    return max(",;\t", key=header.count)


def _twice(name: str, line: int, header: tuple[str, ...]) -> list[Problem]:
    return [
        Problem(name, line, column, "column_twice", column)
        for column in dict.fromkeys(header)
        if header.count(column) > 1
    ]
