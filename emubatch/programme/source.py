"""Reads the raw tables of a programme: a folder of ``programme.toml`` and UTF-8 CSV files.

Nothing is interpreted here; every row keeps its table and line, so that a message can name them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from emubatch.programme.problems import Problem, ProgrammeError, nearest

SHARED = "_shared"
HEADER = "programme.toml"
LINE, TABLE = "_line", "_table"  # where a row comes from, beside its cells


@dataclass(frozen=True, slots=True)
class Source:
    """The raw tables of a programme.

    Attributes:
        name: folder that they were read from.
        facts: contents of the header file.
        rows: table name -> rows of text, each with ``_line`` and ``_table``.
        columns: file name -> its header, also when the table has no rows.
        sha256: of all bytes read.
    """

    name: str
    facts: Mapping[str, Any]
    rows: Mapping[str, list[dict[str, str]]]
    columns: Mapping[str, tuple[str, ...]]
    sha256: str


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
    digest = hashlib.sha256()
    header = (folder / HEADER).read_bytes()
    digest.update(header)
    problems: list[Problem] = []
    facts = _read_toml(header, problems)
    rows: dict[str, list[dict[str, str]]] = {}
    columns: dict[str, tuple[str, ...]] = {}
    for path in [*sorted((builtin_root() / SHARED).glob("*.csv")), *sorted(folder.glob("*.csv"))]:
        content = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + content)
        try:
            columns[path.name], found = read_table(path.name, content)
        except ProgrammeError as error:
            problems += error.problems
        else:
            rows.setdefault(path.stem, []).extend(found)
    if problems:
        raise ProgrammeError(problems)
    return Source(str(folder), facts, rows, columns, digest.hexdigest())


def _read_toml(content: bytes, problems: list[Problem]) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(Problem(HEADER, 0, "", "not_toml", "", detail=str(error)))
        return {}


def read_table(name: str, content: bytes) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """Header and rows of one table; lines that start with ``#`` are the author's comments."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProgrammeError([Problem(name, 0, "", "not_utf8", "")]) from error
    header: tuple[str, ...] = ()
    found: list[dict[str, str]] = []
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
