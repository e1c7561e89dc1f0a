"""Worked cases: small months that a non-programmer can read, with the outcome that is expected.

``cases/*.csv`` of a programme has the columns ``case, like, change, criterion, expect, why``. A row
with a name in ``case`` starts a case, rows without one continue it; ``like`` takes over the
changes (not the expectations) of an earlier case. ``change`` holds one change::

    + Thanh_tich: ma_kt=LĐTT; nam=2015..2019; so_qd={nam}/QĐ-SCT
    - Thanh_tich: nam=2017
    Ca_nhan: ngay_vao=31/12/2014
    Thanh_tich[nam=2018]: nguoi_ky=
    set: same_year=true

Text is as a clerk types it; ``a..b`` makes one row a year, ``{nam}`` and ``{nam+1}`` stand for that
year and the next in the other cells of the row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from emubatch.model import NA, OUTCOMES, PASS, PROGRESS, REVIEW
from emubatch.programme.problems import Problem, ProgrammeError, Table
from emubatch.programme.source import LINE, CaseTable, Row, read_table
from emubatch.programme.tables import Programme
from emubatch.vietnamese import fold_key

COLUMNS = ("case", "like", "change", "criterion", "expect", "why")
FOLDER = "cases"
_CHANGE = re.compile(
    r"^(?P<sign>[+-]?)\s*(?P<sheet>\w+)(?:\[(?P<which>[^\]]*)\])?\s*:(?P<cells>.*)$"
)
_YEARS = re.compile(r"^(\d{4})\.\.(\d{4})$")
_YEAR_OF_ROW = re.compile(r"\{nam(\+1)?\}")
_SETTING = "set"

# How an outcome may be written, folded.
WORDS: dict[str, str] = {
    "dat": OUTCOMES[PASS],
    "pass": OUTCOMES[PASS],
    "khong dat": "fail",
    "fail": "fail",
    "can xem xet": OUTCOMES[REVIEW],
    "review": OUTCOMES[REVIEW],
    "khong ap dung": OUTCOMES[NA],
    "na": OUTCOMES[NA],
    "tien do": PROGRESS,
    "progress": PROGRESS,
}


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a case says about one criterion, and where it says so."""

    criterion: str
    expect: str
    why: str
    table: str
    line: int


@dataclass(slots=True)
class Case:
    """One worked case: rows of the form as typed, settings, and what must come out."""

    name: str
    table: str
    line: int
    rows: dict[str, list[Row]] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    expected: list[Expectation] = field(default_factory=list)


def folder_cases(folder: Path, problems: list[Problem]) -> list[CaseTable]:
    """The files of worked cases of a programme folder; those that cannot be read are problems."""
    found = []
    for path in sorted((folder / FOLDER).glob("*.csv")):
        name = f"{FOLDER}/{path.name}"
        try:
            found.append(CaseTable(name, *read_table(name, path.read_bytes())))
        except ProgrammeError as error:
            problems += error.problems
    return found


def read_cases(folder: Path, programme: Programme, problems: list[Problem]) -> list[Case]:
    """The worked cases of a programme folder, in order of file and line.

    What cannot be understood is added to ``problems``, with its line.
    """
    return understand(folder_cases(folder, problems), programme, problems)


def understand(
    tables: Iterable[CaseTable], programme: Programme, problems: list[Problem]
) -> list[Case]:
    """The worked cases of these tables in order; a case may be like one of an earlier table."""
    found: dict[str, Case] = {}
    for name, columns, rows in tables:
        table = Table(name, problems)
        for column in columns:
            if column not in COLUMNS:
                table.add(0, column, "unknown_column", column, COLUMNS)
        _Reader(programme, table, found).read(rows)
    return list(found.values())


class _Reader:
    """Reads the rows of one file of cases."""

    def __init__(self, programme: Programme, table: Table, found: dict[str, Case]) -> None:
        self.programme = programme
        self.table = table
        self.found = found
        self.settings = set(programme.setting)
        known = [row.id for row in programme.criteria]
        known += [row.code for row in programme.scorecard]
        known += [row.code for row in programme.indicators]
        known += [row.id for row in programme.targets]
        known += [row.id for row in programme.delegates]
        self.criteria = [*known, *(["TOTAL"] if programme.scorecard else [])]

    def read(self, rows: Iterable[Row]) -> None:
        case: Case | None = None
        for row in rows:
            line = int(row[LINE])
            if row.get("case"):
                case = self._start(row, line)
            if case is None:
                self.table.add(line, "case", "blank_cell")
                continue
            if row.get("change"):
                self._change(case, row["change"], line)
            if row.get("criterion") or row.get("expect"):
                self._expect(case, row, line)

    def _start(self, row: Row, line: int) -> Case:
        name = row["case"]
        case = Case(name, self.table.name, line)
        if name in self.found:
            self.table.add(line, "case", "duplicate", name, detail=str(self.found[name].line))
        if row.get("like"):
            other = self.found.get(row["like"])
            if other is None:
                self.table.add(line, "like", "case_unknown_like", row["like"], self.found)
            else:
                copied = {key: [dict(r) for r in found] for key, found in other.rows.items()}
                case.rows, case.settings = copied, dict(other.settings)
        self.found[name] = case
        return case

    def _expect(self, case: Case, row: Row, line: int) -> None:
        criterion, expect = row.get("criterion", ""), row.get("expect", "")
        if criterion not in self.criteria:
            self.table.add(line, "criterion", "unknown_parent", criterion, self.criteria)
        if not expect:
            self.table.add(line, "expect", "blank_cell")
        expect = WORDS.get(fold_key(expect), expect)
        where = (self.table.name, line)
        case.expected.append(Expectation(criterion, expect, row.get("why", ""), *where))

    def _change(self, case: Case, text: str, line: int) -> None:
        match = _CHANGE.match(text)
        if match is None:
            self._refuse(text, line, "+ Sheet: key=value; …")
            return
        cells = self._cells(match["cells"], text, line)
        if match["sheet"] == _SETTING:
            self._set(case, cells, line)
            return
        if match["sheet"] not in self.programme.sheet_by_key:
            known = [*self.programme.sheet_by_key, _SETTING]
            self.table.add(line, "change", "unknown_sheet", match["sheet"], known)
            return
        which = self._cells(match["which"] or "", text, line)
        if self._keys_known(match["sheet"], [*cells, *which], line):
            self._apply(case, match, cells, which, line)

    def _refuse(self, text: str, line: int, detail: str) -> None:
        self.table.add(line, "change", "case_bad_change", text, detail=detail)

    def _set(self, case: Case, cells: Mapping[str, str], line: int) -> None:
        for key, value in cells.items():
            if key not in self.settings:
                self.table.add(line, "change", "unknown_setting", key, self.settings)
            else:
                case.settings[key] = value

    def _cells(self, text: str, whole: str, line: int) -> Row:
        found = {}
        for part in filter(None, (part.strip() for part in text.split(";"))):
            key, equals, value = part.partition("=")
            if not equals:
                self._refuse(whole, line, f"«{part}»: key=value")
            found[key.strip()] = value.strip()
        return found

    def _keys_known(self, sheet: str, keys: Sequence[str], line: int) -> bool:
        known = [f.key for f in self.programme.fields_of[sheet]]
        unknown = [key for key in keys if key not in known]
        for key in unknown:
            self.table.add(line, "change", "unknown_field", key, known, detail=sheet)
        return not unknown

    def _apply(self, case: Case, match: re.Match[str], cells: Row, which: Row, line: int) -> None:
        sheet, sign = match["sheet"], match["sign"]
        rows = case.rows.setdefault(sheet, [])
        if sign == "+" or (not sign and not rows and not which):
            rows += [self._named(case, sheet, row) for row in _by_year(cells)]
            return
        chosen = [row for row in rows if _fits(row, cells if sign == "-" else which)]
        if not chosen:
            self._refuse(match.string, line, "0 rows")
        elif sign == "-":
            case.rows[sheet] = [row for row in rows if row not in chosen]
        else:
            for row in chosen:
                row.update(cells)

    def _named(self, case: Case, sheet: str, row: Row) -> Row:
        """A row about a nominee names the one of the case, unless it names somebody itself."""
        kind = self.programme.field_with_role(sheet, "kind")
        name = self.programme.field_with_role(sheet, "nominee")
        if kind is None or name is None or kind.key in row or name.key in row:
            return row
        for nominees in self.programme.sheets_with_role("nominee"):
            spec = self.programme.field_with_role(nominees.key, "name")
            for nominee in case.rows.get(nominees.key, [])[:1]:
                word = "TT" if nominees.kind == "collective" else "CN"
                return {kind.key: word, name.key: nominee.get(spec.key, "") if spec else "", **row}
        return row


def _by_year(cells: Row) -> list[Row]:
    """One row a year where a cell says ``2015..2019``, else the row as it is."""
    spans = [match for value in cells.values() if (match := _YEARS.match(value))]
    if not spans:
        return [dict(cells)]
    first, last = int(spans[0][1]), int(spans[0][2])
    return [
        {key: _of_year(value, year) for key, value in cells.items()}
        for year in range(first, last + 1)
    ]


def _of_year(value: str, year: int) -> str:
    if _YEARS.match(value):
        return str(year)
    return _YEAR_OF_ROW.sub(lambda match: str(year + bool(match[1])), value)


def _fits(row: Row, which: Row) -> bool:
    return all(row.get(key, "") == value for key, value in which.items())
