"""The roster (danh sách đơn vị): the units that are expected to send a form.

An ``.xlsx`` or ``.csv`` table whose columns are found by their headers. A roster that cannot be
trusted stops the run before any form is read, with every problem of it in one pass.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emubatch.messages import finding
from emubatch.model import BadCell, Finding, RosterUnit
from emubatch.programme.problems import nearest
from emubatch.programme.tables import Programme
from emubatch.vietnamese import clean, fold_key, parse_date
from emubatch.xl.address import cell_name, cell_text
from emubatch.xl.unreadable import Unreadable

HEADER_ROWS = 20

# Attribute of RosterUnit -> accepted headers; the first is the one that we write.
HEADERS: dict[str, tuple[str, ...]] = {
    "code": ("Mã đơn vị", "Mã ĐV", "ma_dv", "Unit code", "Code", "unit"),
    "name": ("Tên đơn vị", "Đơn vị", "ten_dv", "Unit name", "Name"),
    "group": ("Nhóm", "Nhóm đơn vị", "nhom", "Group"),
    "received": ("Ngày nhận", "Ngày nhận hồ sơ", "Received"),
    "email": ("Thư điện tử", "Email", "E-mail", "Hộp thư"),
    "valid_from": ("Hiệu lực từ", "Valid from"),
    "valid_to": ("Hiệu lực đến", "Valid to"),
    "successor": ("Đơn vị kế thừa", "Mã đơn vị kế thừa", "Successor"),
}
_DATES = ("received", "valid_from", "valid_to")
_BY_HEADER = {fold_key(text): name for name, texts in HEADERS.items() for text in texts}


@dataclass(frozen=True, slots=True)
class Roster:
    """The expected units in the office's own order.

    ``file`` is the name of the file only; ``sha256`` and ``size`` are of its bytes.
    """

    units: tuple[RosterUnit, ...]
    file: str
    sha256: str
    size: int


class RosterError(Exception):
    """The roster cannot be used; ``findings`` say where and why, all of them."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(f"{f.file} {f.cell} {f.code} {f.value}" for f in findings))


@dataclass(slots=True)
class _Rows:
    """Rows of one table with the place they stand in: sheet name and 1-based row numbers."""

    sheet: str
    header_row: int
    columns: dict[str, int]  # attribute -> column from 0
    headers: list[str]
    rows: list[tuple[int, list[Any]]] = field(default_factory=list)


def read_roster(path: Path, programme: Programme) -> Roster:
    """The roster in this file.

    Raises:
        RosterError: when the file cannot be read, a column is missing, a code is missing or
            doubled, a group is not of the programme, or a date is none.
    """
    name = path.name
    try:
        if not path.is_file():
            raise RosterError([finding("E709", file=name, found=str(path))])
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(name, error.strerror or type(error).__name__) from error
    table = _table(path, content)
    reader = _Reader(name, table, programme)
    units = reader.units()
    if not units and not reader.findings:
        reader.findings.append(finding("E708", file=name, sheet=table.sheet))
    if reader.findings:
        raise RosterError(reader.findings)
    return Roster(tuple(units), name, hashlib.sha256(content).hexdigest(), len(content))


def _unreadable(name: str, found: str, found_en: str = "") -> RosterError:
    return RosterError([finding("E701", file=name, found=found, found_en=found_en or found)])


# --- finding the table ---------------------------------------------------------------------------


def _table(path: Path, content: bytes) -> _Rows:
    """The first sheet with a header row; without one, the sheet that comes nearest is blamed."""
    candidates: list[tuple[int, _Rows]] = []
    for sheet, rows in _sheets(path, content):
        found = _header(sheet, rows)
        if {"code", "name"} <= found.columns.keys():
            below = rows[found.header_row :]
            found.rows = [(at, list(row)) for at, row in enumerate(below, found.header_row + 1)]
            return found
        candidates.append((len(found.columns), found))
    best = max(candidates, key=lambda pair: pair[0], default=(0, _Rows("", 0, {}, [])))[1]
    missing = next(name for name in ("code", "name") if name not in best.columns)
    header = HEADERS[missing][0]
    likely = nearest(header, [text for text in best.headers if fold_key(text) not in _BY_HEADER])
    raise RosterError(
        [
            finding(
                "E702",
                file=path.name,
                sheet=best.sheet,
                header=header,
                nearest=f"; {', '.join(likely)}?" if likely else "",
            )
        ]
    )


def _sheets(path: Path, content: bytes) -> Iterator[tuple[str, Sequence[Sequence[Any]]]]:
    text = _text(content) if path.suffix.lower() == ".csv" else None
    if text is not None:
        yield "", _csv_rows(path.name, text)
        return
    from emubatch.xl.read import read_bytes

    try:
        workbook = read_bytes(content, path.name)
        for sheet in workbook.sheets:
            yield sheet.name, workbook.grid(sheet).rows
    except Unreadable as error:
        raise RosterError([finding(error.code, file=path.name, **error.params)]) from error


def _text(content: bytes) -> str | None:
    """The text of a CSV in Unicode; «Unicode Text» of Excel is UTF-16. Forms tell the others."""
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        return None


def _csv_rows(name: str, text: str) -> list[list[str]]:
    top = "\n".join(text.splitlines()[:HEADER_ROWS])
    delimiter = max(",;\t", key=top.count)  # Excel in Vietnam writes semicolons
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise _unreadable(name, f"CSV: {error}") from error


def _header(sheet: str, rows: Sequence[Sequence[Any]]) -> _Rows:
    """The row of the first twenty that holds most of the headers."""
    best = _Rows(sheet, 0, {}, [])
    for number, row in enumerate(rows[:HEADER_ROWS], 1):
        texts = [value if isinstance(value, str) else "" for value in row]
        columns: dict[str, int] = {}
        for at, text in enumerate(texts):
            name = _BY_HEADER.get(fold_key(text))
            if name and name not in columns:
                columns[name] = at
        if len(columns) > len(best.columns) or not best.headers:
            best = _Rows(sheet, number, columns, [clean(text) for text in texts])
    return best


# --- reading the rows ----------------------------------------------------------------------------


class _Reader:
    """Turns the rows of a table into units, collecting every problem."""

    def __init__(self, file: str, table: _Rows, programme: Programme) -> None:
        self.file = file
        self.table = table
        self.groups = _group_keys(programme)
        self.labels = _group_labels(programme)
        self.findings: list[Finding] = []
        self.extra = {
            at: header
            for at, header in enumerate(table.headers)
            if header and at not in table.columns.values()
        }

    def units(self) -> list[RosterUnit]:
        """The units, in the order of the rows; a row blank in all known columns is skipped."""
        found: list[RosterUnit] = []
        at_code: dict[str, int] = {}
        for number, row in self.table.rows:
            texts = {name: self._text(row, number, at) for name, at in self.table.columns.items()}
            if not any(texts.values()):
                continue
            unit = self._unit(number, row, texts)
            key = unit.code.casefold()
            if not key:
                self._problem("E705", "code", number)
            elif key in at_code:
                self._problem("E703", "code", number, value=unit.code, other=at_code[key])
            else:
                at_code[key] = number
                found.append(unit)
        self._check_successors(found, at_code)
        return found

    def _unit(self, number: int, row: Sequence[Any], texts: Mapping[str, str]) -> RosterUnit:
        dates = {name: self._date(texts.get(name, ""), name, number) for name in _DATES}
        extra = {header: cell_text(row[at]) for at, header in self.extra.items() if at < len(row)}
        return RosterUnit(
            code=texts.get("code", ""),
            name=texts.get("name", ""),
            group=self._group(texts.get("group", ""), number),
            email=texts.get("email", ""),
            successor=texts.get("successor", ""),
            extra={header: text for header, text in extra.items() if text},
            row=number,
            **dates,
        )

    def _text(self, row: Sequence[Any], number: int, at: int) -> str:
        value = row[at] if at < len(row) else ""
        if isinstance(value, BadCell):
            self.findings.append(
                finding(
                    value.code,
                    file=self.file,
                    sheet=self.table.sheet,
                    cell=cell_name(number, at + 1),
                    value=value.text,
                    header=self.table.headers[at],
                )
            )
            return ""
        return cell_text(value)

    def _date(self, text: str, name: str, number: int) -> str:
        found = parse_date(text) if text else ""
        if found is None:
            self._problem("E706", name, number, value=text)
        return found or ""

    def _group(self, text: str, number: int) -> str:
        if not text or not self.groups:
            return text
        found = self.groups.get(fold_key(text))
        if found is None:
            likely = nearest(text, self.labels)
            near = f" ({', '.join(likely)}?)" if likely else ""
            self._problem("E704", "group", number, value=text, nearest=near)
        return found or ""

    def _check_successors(self, units: list[RosterUnit], at_code: Mapping[str, int]) -> None:
        for unit in units:
            if unit.successor and unit.successor.casefold() not in at_code:
                likely = nearest(unit.successor, [other.code for other in units if other != unit])
                near = f" ({', '.join(likely)}?)" if likely else ""
                self._problem("E707", "successor", unit.row, value=unit.successor, nearest=near)

    def _problem(self, code: str, column: str, number: int, **words: Any) -> None:
        at = self.table.columns.get(column, 0)
        self.findings.append(
            finding(
                code,
                file=self.file,
                sheet=self.table.sheet,
                cell=cell_name(number, at + 1),
                header=HEADERS[column][0],
                **words,
            )
        )


def _group_keys(programme: Programme) -> dict[str, str]:
    """Folded code, label or spelling of a group -> its code."""
    found: dict[str, str] = {}
    for sheet in programme.sheets_with_role("unit"):
        spec = programme.field_with_role(sheet.key, "group")
        for row in programme.lists.get(spec.list, ()) if spec else ():
            for text in (row.code, row.label_vi, row.label_en, *row.spellings):
                found.setdefault(fold_key(text), row.code)
    return found


def _group_labels(programme: Programme) -> tuple[str, ...]:
    """What an office may write for a group, to choose the nearest from."""
    rows = [
        row
        for sheet in programme.sheets_with_role("unit")
        if (spec := programme.field_with_role(sheet.key, "group"))
        for row in programme.lists.get(spec.list, ())
    ]
    return tuple(row.label_vi for row in rows) + tuple(row.code for row in rows)
