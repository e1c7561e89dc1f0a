"""One sheet of the file -> one raw table, with everything beside it accounted for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from emubatch.intake.header import Header
from emubatch.intake.identity import column_names
from emubatch.intake.merged import fill_down
from emubatch.intake.rows import Rows, is_ordinal, sort_rows
from emubatch.intake.sheets import Match
from emubatch.messages import finding, word
from emubatch.model import Finding, RawTable
from emubatch.programme.tables import Field
from emubatch.vietnamese import clean
from emubatch.xl.address import cell_name, column_letters, column_number
from emubatch.xl.read import Workbook

_REFERENCE = re.compile(r"^'?(.+?)'?!\$?([A-Z]{1,3})\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?$")
_SHOWN = 12


class TableReader:
    """Reads one matched sheet.

    Attributes:
        findings: without the file, which the caller knows.
        cells_read: cells of records in known columns.
        cells_reported: all other cells of the sheet that hold something.
    """

    def __init__(self, book: Workbook, match: Match) -> None:
        self.book = book
        self.match = match
        self.plan = match.plan
        self.sheet = match.sheet
        self.grid = book.grid(match.sheet)
        self.findings: list[Finding] = []
        self.cells_read = 0
        self.cells_reported = 0

    def read(self) -> RawTable | None:
        """The table, or ``None`` when its header was not found."""
        header = self.match.header
        if header is None:
            self.cells_reported = sum(self.grid.filled)
            if self.cells_reported:
                needed = ", ".join(f"«{f.header_vi}»" for f in self.plan.fields[:4])
                self._add("E305", needed=needed, title=self.plan.key)
            return None
        self._name_columns(header)
        merged = self.book.merged(self.sheet)
        rows = sort_rows(self.grid, header, merged, self.plan)
        self._settle_old(header)
        table = self._table(header, rows)
        if merged:
            self._note_merged(fill_down(table, self.grid, merged))
        self._note_columns(header, rows)
        self._note_rows(header, rows)
        self._note_old(header, rows)
        self.cells_reported = sum(self.grid.filled) - self.cells_read
        return table

    # --- columns

    def _name_columns(self, header: Header) -> None:
        """Columns whose header was changed are found by the form's defined names."""
        missing = [f for f in self.plan.fields if f.key not in header.columns]
        names = column_names(self.book) if missing and header.unknown else {}
        for field in missing:
            column = self._named_column(names.get((self.plan.key, field.key), ""))
            if column is not None and column in header.unknown:
                header.columns[field.key] = column
                text = header.unknown.pop(column)
                self._add(
                    "N305",
                    cell=cell_name(header.last + 1, column + 1),
                    field=field.key,
                    value=text,
                    **_headers(field),
                )
        for field in missing:
            if field.key not in header.columns and field.required == "yes":
                self._add("E302", field=field.key, **_headers(field))

    def _named_column(self, name: str) -> int | None:
        reference = self.book.defined_names.get(name, "") if name else ""
        match = _REFERENCE.match(reference)
        if match is None or match[1].casefold() != self.sheet.name.casefold():
            return None
        return column_number(match[2]) - 1

    def _note_columns(self, header: Header, rows: Rows) -> None:
        for column, text in header.unknown.items():
            count = self._filled(column, rows.records)
            if count and not is_ordinal(text):
                self._add(
                    "W301",
                    cell=cell_name(header.last + 1, column + 1),
                    value=text.replace("\n", " "),
                    count=count,
                )
        by_key = {field.key: field for field in self.plan.fields}
        for column, key in header.spare.items():
            if self._filled(column, rows.records):
                used = column_letters(header.columns[key] + 1)
                self._add(
                    "E312",
                    cell=cell_name(header.last + 1, column + 1),
                    field=key,
                    other=used,
                    **_headers(by_key[key]),
                )
        hidden = set(self.book.hidden_columns(self.sheet))
        letters = [
            column_letters(c + 1) for c in sorted(header.columns.values()) if c + 1 in hidden
        ]
        if letters:
            self._add("N306", cells=", ".join(letters))

    def _note_merged(self, areas: list[str]) -> None:
        if areas:
            shown = ", ".join(areas[:_SHOWN]) + ("…" if len(areas) > _SHOWN else "")
            self._add("N308", cell=areas[0].split(":")[0], cells=shown)

    def _filled(self, column: int, records: Sequence[int]) -> int:
        return sum(self.grid.rows[row][column] != "" for row in records)

    # --- rows

    def _note_rows(self, header: Header, rows: Rows) -> None:
        by_reason: dict[str, list[int]] = {}
        for row, why in sorted(rows.skipped.items()):
            by_reason.setdefault(why, []).append(row)
        for why, skipped in by_reason.items():
            self._add(
                "N301",
                cell=cell_name(skipped[0] + 1, 1),
                rows=spans(skipped),
                value=self._line(skipped[0]),
                what=word(f"row_{why}"),
                what_en=word(f"row_{why}", "en"),
            )
        outside = rows.outside + self._beside(header, rows)
        if outside:
            names = [cell_name(row + 1, column + 1) for row, column in sorted(outside)]
            shown = ", ".join(names[:_SHOWN]) + ("…" if len(names) > _SHOWN else "")
            row, column = min(outside)
            value = _shown(self.grid.rows[row][column])
            self._add("W303", cell=names[0], count=len(names), cells=shown, value=value)
        hidden = set(self.book.hidden_rows(self.sheet))
        unseen = [row for row in rows.records if row + 1 in hidden]
        if unseen:
            self._add("N302", rows=spans(unseen))

    def _beside(self, header: Header, rows: Rows) -> list[tuple[int, int]]:
        """Cells of record rows in columns without any header."""
        width = len(self.grid.rows[0]) if self.grid.rows else 0
        headed = {*header.columns.values(), *header.unknown, *header.spare}
        return [
            (row, column)
            for column in range(width)
            if column not in headed
            for row in rows.records
            if not _blank(self.grid.rows[row][column])
        ]

    def _line(self, row: int) -> str:
        texts = [clean(v) for v in self.grid.rows[row] if isinstance(v, str) and v]
        return " | ".join(text for text in texts if text)

    def _settle_old(self, header: Header) -> None:
        """Of two readings of a cell, the one that its list knows: «có» is not «cú» in TCVN3."""
        old, cells = self.grid.old, self.grid.rows
        if not (old.converted or old.doubtful):
            return
        by_column = {header.columns.get(field.key, -1): field for field in self.plan.fields}
        for (row, column), (before, _) in list(old.converted.items()):
            field = by_column.get(column)
            if field and self.plan.prefers(field, before, cells[row][column]):
                cells[row][column] = before
                del old.converted[row, column]
        for (row, column), (after, encoding) in list(old.doubtful.items()):
            field, typed = by_column.get(column), cells[row][column]
            if field and self.plan.prefers(field, typed, after):
                del old.doubtful[row, column]
            elif field and self.plan.prefers(field, after, typed):
                cells[row][column] = after
                old.converted[row, column] = typed, encoding
                del old.doubtful[row, column]

    def _note_old(self, header: Header, rows: Rows) -> None:
        """Text of old fonts: what each cell of the records said and how it was read."""
        old = self.grid.old
        records = set(rows.records)
        fields = {
            header.columns[field.key]: field
            for field in self.plan.fields
            if field.key in header.columns
        }
        shown = [cell for cell in old.converted if cell[0] in records and cell[1] in fields]
        for row, column in sorted(shown):
            before, encoding = old.converted[row, column]
            self._add(
                "N206",
                cell=cell_name(row + 1, column + 1),
                field=fields[column].key,
                value=before,
                after=self.grid.rows[row][column],
                encoding=encoding,
                **_headers(fields[column]),
            )
        others = sorted(old.converted.keys() - set(shown))
        if others:
            row, column = others[0]
            self._add(
                "N310",
                cell=cell_name(row + 1, column + 1),
                value=old.converted[row, column][0],
                after=self.grid.rows[row][column],
                count=len(others),
            )
        for (row, column), (after, encoding) in sorted(old.doubtful.items()):
            if row in records and column in fields:
                self._add(
                    "E220",
                    cell=cell_name(row + 1, column + 1),
                    field=fields[column].key,
                    value=self.grid.rows[row][column],
                    after=after,
                    encoding=encoding,
                    **_headers(fields[column]),
                )

    # --- cells

    def _table(self, header: Header, rows: Rows) -> RawTable:
        cells = self.grid.rows
        picked = [cells[row] for row in rows.records]
        by_column: Sequence[Sequence[Any]] = list(zip(*picked, strict=True))
        columns: dict[str, list[Any]] = {}
        letters: dict[str, str] = {}
        for field in self.plan.fields:
            column = header.columns.get(field.key)
            if column is None:
                continue
            letters[field.key] = column_letters(column + 1)
            values = by_column[column] if picked else ()
            blank = values.count("")
            self.cells_read += len(values) - blank
            columns[field.key] = _without_empty(values, blank)
            if field.type == "percent":
                self._percents(field, columns[field.key], column, rows.records)
        for column, text in header.unknown.items():
            if picked and not is_ordinal(text) and text not in columns:
                values = by_column[column]
                blank = values.count("")
                if len(values) > blank:
                    columns[text.replace("\n", " ")] = _without_empty(values, blank)
        return RawTable(
            sheet=self.plan.key,
            title=self.sheet.name,
            header_row=header.last + 1,
            letters=letters,
            rows=[row + 1 for row in rows.records],
            columns=columns,
        )

    def _percents(self, field: Field, values: list[Any], column: int, records: list[int]) -> None:
        """Cells formatted as per cent hold 0.15 and show 15 %: they are read as shown."""
        for at, value in enumerate(values):
            if isinstance(value, float) and self.book.is_percent(
                self.sheet, records[at] + 1, column + 1
            ):
                shown = f"{round(value * 100, 9):.10g}".replace(".", ",")
                values[at] = f"{shown}%"
                self._add(
                    "N205",
                    cell=cell_name(records[at] + 1, column + 1),
                    field=field.key,
                    value=f"{value:.10g}",
                    after=shown,
                    **_headers(field),
                )

    def _add(self, code: str, **words: Any) -> None:
        self.findings.append(finding(code, sheet=self.sheet.name, **words))


def _without_empty(values: Sequence[Any], blank: int) -> list[Any]:
    """The values with ``None`` for empty cells, of which there are ``blank``."""
    if not blank:
        return list(values)
    if blank == len(values):
        return [None] * blank
    return [None if value == "" else value for value in values]


def _headers(field: Field) -> dict[str, str]:
    return {"header": field.header_vi, "header_en": field.header_en or field.header_vi}


def _shown(value: Any) -> str:
    """A value outside the table, as a person would type it."""
    if isinstance(value, float):
        return f"{value:.10g}".replace(".", ",")
    return clean(value) if isinstance(value, str) else ""


def _blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


def spans(rows: Sequence[int]) -> str:
    """Rows (from 0) as people write them: 5–7, 12."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return ", ".join(f"{a + 1}" if a == b else f"{a + 1}–{b + 1}" for a, b in runs)
