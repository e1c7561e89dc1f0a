"""Reads a plan workbook into the raw tables of a programme.

Sheets and columns are found by name, in either language and in any order; blank rows, hidden rows
and the author's own notes (``#``) are passed over. What cannot be understood is a problem with its
cell and the nearest right name; nothing is left out in silence.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emubatch.messages import finding, render
from emubatch.model import BadCell, Lang
from emubatch.programme.problems import Problem, ProgrammeError, nearest
from emubatch.programme.source import (
    LINE,
    TABLE,
    CaseTable,
    Place,
    Row,
    Source,
    meaning,
    shared_lists,
)
from emubatch.programme.vocabulary import is_number, is_printed, may_be_a_day
from emubatch.programme.worked import COLUMNS as CASE_COLUMNS
from emubatch.programme.worked import FOLDER as CASE_FOLDER
from emubatch.vietnamese import fold_key, nfc
from emubatch.xl import OWN_SHEETS
from emubatch.xl.address import cell_name, column_letters
from emubatch.xl.plan_layout import (
    CASES,
    FILE,
    HEADER,
    IGNORED,
    columns_by_heading,
    columns_of,
    heading_of,
    plan_tables,
    tables_by_title,
    title_of,
)
from emubatch.xl.read import SheetInfo, Workbook, read_workbook
from emubatch.xl.unreadable import Unreadable

_HEADER_ROWS = 20
_LISTS = ("accepted_versions",)  # entries of the header that hold several values
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_COMMA = re.compile(r"-?\d+,\d+")
_UNNAMED_SET = "ca-mau"  # of worked cases
_LANGS: tuple[Lang, ...] = ("vi", "en")


def read_plan(path: Path) -> Source:
    """Raw tables of a plan workbook, the shared lists included.

    Raises:
        ProgrammeError: with all that is wrong with its sheets, headings and cells.
    """
    try:
        book = read_workbook(path)
        return _Plan(book, path).source()
    except Unreadable as error:
        found = finding(error.code, file=path.name, **error.params)
        words = (render(found, "vi"), render(found, "en"))
        problem = Problem(
            path.name, 0, "", "plan_unreadable", path.name, label_vi=words[0], label_en=words[1]
        )
        raise ProgrammeError([problem]) from error


@dataclass(slots=True)
class _Table:
    """One table found on a sheet: where its columns are, and its rows."""

    sheet: SheetInfo
    header: int  # Excel's number of the row of headings
    columns: dict[int, str]  # position from 0 -> column
    rows: list[Row] = field(default_factory=list)

    @property
    def letters(self) -> dict[str, str]:
        return {column: column_letters(at + 1) for at, column in self.columns.items()}


class _Plan:
    """Reads one workbook, collecting every problem."""

    def __init__(self, book: Workbook, path: Path) -> None:
        self.book = book
        self.path = path
        self.problems: list[Problem] = []
        self.tables: dict[str, _Table] = {}

    def source(self) -> Source:
        for sheet in self.book.sheets:
            self._sheet(sheet)
        if HEADER not in self.tables and len(self.tables) < 2:
            not_a_plan = Problem(self.path.name, 0, "", "not_a_plan", self.path.name)
            raise ProgrammeError([not_a_plan])
        facts, entries = self._facts()
        cases = self._cases()
        if self.problems:
            raise ProgrammeError(self.problems)
        columns, shared = shared_lists()
        rows = {
            name: table.rows for name, table in self.tables.items() if name not in (HEADER, CASES)
        }
        rows["lists"] = shared
        return Source(
            name=str(self.path),
            facts=facts,
            rows=rows,
            columns={
                "lists.csv": columns,
                **{
                    f"{n}.csv": tuple(self.tables[n].columns.values()) for n in rows if n != "lists"
                },
            },
            sha256=meaning(facts, rows),
            places=self._places(entries),
            cases=cases,
        )

    def _add(
        self,
        code: str,
        sheet: SheetInfo,
        cell: tuple[int, int] | None = None,
        *,
        column: str = "",
        value: str = "",
        known: Iterable[str] = (),
        detail: str = "",
    ) -> None:
        """Note a problem of a sheet or of a cell of it, rows and columns counted from 0."""
        address = f"{sheet.name}!{cell_name(cell[0] + 1, cell[1] + 1)}" if cell else sheet.name
        line = cell[0] + 1 if cell else 0
        near = nearest(value, known)
        self.problems.append(
            Problem(sheet.name, line, column, code, value, near, detail=detail, cell=address)
        )

    # --- sheets and headings -----------------------------------------------------------------

    def _sheet(self, sheet: SheetInfo) -> None:
        own = sheet.name in OWN_SHEETS or sheet.name.startswith(("_", IGNORED))
        if own or not self.book.values(sheet):
            return
        titles = tables_by_title()
        table = titles.get(fold_key(sheet.name))
        if table is None:
            known = [title_of(name, lang) for name in plan_tables() for lang in _LANGS]
            self._add("plan_unknown_sheet", sheet, value=sheet.name, known=known)
        elif table in self.tables:
            self._add("plan_sheet_twice", sheet, detail=self.tables[table].sheet.name)
        else:
            self._read(table, sheet)

    def _read(self, table: str, sheet: SheetInfo) -> None:
        grid = self.book.grid(sheet).rows
        rows = _heading_rows(table, grid)
        if not rows:
            self._add("plan_no_headings", sheet)
            return
        columns = self._columns(table, sheet, grid, rows)
        found = _Table(sheet, rows[-1] + 1, columns)
        self.tables[table] = found
        for at in range(rows[-1] + 1, len(grid)):
            self._row(table, found, at, grid[at])

    def _columns(
        self, table: str, sheet: SheetInfo, grid: Sequence[Sequence[Any]], rows: Sequence[int]
    ) -> dict[int, str]:
        """Position -> column; both rows of headings are looked at."""
        known = columns_by_heading(table)
        found: dict[int, str] = {}
        for at in range(max(len(grid[row]) for row in rows)):
            texts = [text for row in rows if (text := _words(grid[row], at))]
            named = list(dict.fromkeys(known[key] for t in texts if (key := fold_key(t)) in known))
            if not texts or texts[-1].startswith(IGNORED):
                continue
            place = (rows[-1], at)
            if not named:
                headings = [
                    heading_of(table, c, lang) for c in columns_of(table) for lang in _LANGS
                ]
                known_names = [*headings, *columns_of(table)]
                self._add("plan_unknown_heading", sheet, place, value=texts[-1], known=known_names)
            elif len(named) > 1:
                self._add("plan_two_headings", sheet, place, value=texts[0], detail=texts[-1])
            elif named[0] in found.values():
                self._add("column_twice", sheet, place, value=texts[-1])
            else:
                found[at] = named[0]
        return found

    # --- rows and cells ----------------------------------------------------------------------

    def _row(self, table: str, found: _Table, at: int, cells: Sequence[Any]) -> None:
        filled = [(col, value) for col, value in enumerate(cells) if _says(value)]
        if not filled or str(filled[0][1]).lstrip().startswith(IGNORED):
            return
        row: Row = dict.fromkeys(found.columns.values(), "")
        for col, value in filled:
            if col in found.columns:
                column = found.columns[col]
                row[column] = self._text(table, column, value, found.sheet, at, col)
            elif not self._ignored(found, col):
                self._add("plan_no_heading", found.sheet, (at, col), value=str(value))
        if table == "settings" and row.get("value", "").lower() in row.get("allowed", ""):
            row["value"] = _unspelled(row["value"])
        if any(row.values()):
            found.rows.append({**row, LINE: str(at + 1), TABLE: f"{table}.csv"})

    def _ignored(self, found: _Table, col: int) -> bool:
        """A column of the author's own; or one whose heading was a problem already."""
        return bool(_words(self.book.grid(found.sheet).rows[found.header - 1], col))

    def _text(
        self, table: str, column: str, value: Any, sheet: SheetInfo, at: int, col: int
    ) -> str:
        """The text of a cell as the CSV table would have it."""
        if isinstance(value, BadCell | dt.time | dt.timedelta):
            shown = value.text if isinstance(value, BadCell) else str(value)
            self._add("plan_bad_cell", sheet, (at, col), column=column, value=shown)
            return ""
        if isinstance(value, dt.date):
            return value.strftime("%Y-%m-%d")
        if isinstance(value, int | float):
            return self._number(table, column, value, (sheet, at, col))
        text = nfc(value).replace("\r\n", "\n").strip()
        if may_be_a_day(table, column) and (match := _DAY_FIRST.fullmatch(text)):
            return f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
        if is_number(table, column) and _COMMA.fullmatch(text):
            return text.replace(",", ".")
        return text

    def _number(
        self, table: str, column: str, value: float, place: tuple[SheetInfo, int, int]
    ) -> str:
        if not is_printed(table, column):
            return f"{value:.15g}"
        sheet, at, col = place
        if self.book.format == "xlsx" and self.book.is_percent(sheet, at + 1, col + 1):
            return f"{value * 100:.12g}".replace(".", ",") + "%"
        return f"{value:.15g}".replace(".", ",")

    # --- the parts of the source -------------------------------------------------------------

    def _facts(self) -> tuple[dict[str, Any], dict[str, int]]:
        """The header as a folder would have it, and the row of each entry."""
        facts: dict[str, Any] = {}
        entries: dict[str, int] = {}
        table = self.tables.get(HEADER)
        for row in table.rows if table else ():
            key, text, line = row.get("key", ""), row.get("value", ""), int(row[LINE])
            if table and ((text and not key) or key in entries):
                column = next(at for at, name in table.columns.items() if name == "key")
                detail = str(entries.get(key, ""))
                code = "duplicate" if key else "blank_cell"
                self._add(code, table.sheet, (line - 1, column), value=key, detail=detail)
            entries.setdefault(key, line)
            section, _, name = key.partition(".")
            if name:
                facts.setdefault(section, {})[name] = text
            elif text:
                facts[key] = text.split("|") if key in _LISTS else text
        return facts, entries

    def _cases(self) -> tuple[CaseTable, ...]:
        """The worked cases in sets as they stand; a row without a set belongs to that above."""
        found: dict[str, list[Row]] = {}
        name = _UNNAMED_SET
        for row in self.tables[CASES].rows if CASES in self.tables else ():
            name = row.pop(FILE, "") or name
            file = f"{CASE_FOLDER}/{name}.csv"
            found.setdefault(file, []).append({**row, TABLE: file})
        return tuple(CaseTable(file, CASE_COLUMNS, rows) for file, rows in found.items())

    def _places(self, entries: Mapping[str, int]) -> dict[str, Place]:
        places = {name: Place(title_of(name, "vi")) for name in plan_tables()}
        for name, table in self.tables.items():
            shown = entries if name == HEADER else {}
            places[name] = Place(table.sheet.name, table.header, table.letters, shown)
        return places


def _heading_rows(table: str, grid: Sequence[Sequence[Any]]) -> list[int]:
    """The neighbouring rows that hold headings of the table, one or two of them; none if none do.

    The best of the first rows, and one beside it that is nearly as good: keys stand above headings.
    """
    known = columns_by_heading(table)
    counts = [
        len({known[key] for at in range(len(row)) if (key := fold_key(_words(row, at))) in known})
        for row in grid[:_HEADER_ROWS]
    ]
    best = max(counts, default=0)
    if best < min(2, len(columns_of(table))):
        return []
    at = counts.index(best)
    below = (row for row in range(at + 1, len(counts)) if any(map(_says, grid[row])))
    beside = next(below, at)
    return [at, beside] if beside != at and counts[beside] * 2 > best else [at]


def _words(row: Sequence[Any], at: int) -> str:
    """Text of a heading cell on one line."""
    value = row[at] if at < len(row) else ""
    return " ".join(value.split()) if isinstance(value, str) else ""


def _says(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value is not None


def _unspelled(text: str) -> str:
    """``true`` where a spreadsheet made a truth value of it, shown as ``TRUE``."""
    return text.lower() if text in ("TRUE", "FALSE") else text
