"""Writes the intake form of a programme: blank, filled in advance, or returned with findings.

All three are one thing. A returned form is generated anew from the programme and the values read,
so that it can be mended and sent again; the sender's own file is never opened and saved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from xlsxwriter.utility import xl_cell_to_rowcol

from emubatch import __version__
from emubatch.messages import render, word
from emubatch.model import Finding, Lang, RosterUnit
from emubatch.programme.tables import Programme, in_lang
from emubatch.xl.address import split_cell
from emubatch.xl.bulk import Block
from emubatch.xl.form_guide import write_guide
from emubatch.xl.form_layout import (
    FIRST_ROW,
    HEADER_ROW,
    FormColumn,
    FormSheet,
    lay_out,
)
from emubatch.xl.form_lists import Lists, write_map
from emubatch.xl.form_rules import COLOURS, Rules
from emubatch.xl.form_scorecard import asked, score_rows, write_levels
from emubatch.xl.form_todo import write_todo
from emubatch.xl.layout import LINE_HEIGHT, lines, row_heights
from emubatch.xl.style import SEVERITY_ROLES, SIGNS
from emubatch.xl.write import Book, Column, done

_LOOKS = {"int": "input", "number": "input", "percent": "input", "year": "input"}
_WORST = {"error": 0, "warning": 1, "note": 2}
_MAY = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "sort": True,
    "autofilter": True,
}


_KEPT_RULES = "_kept_form_rules"  # with the programme, and gone with it


class Mark(NamedTuple):
    """What is shown at a cell with findings: the worst severity, and all messages."""

    severity: str
    note: str


def write_form(
    path: Path,
    programme: Programme,
    *,
    unit: RosterUnit | None = None,
    values: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    findings: Sequence[Finding] = (),
    lang: Lang = "vi",
) -> None:
    """Writes a form of the programme.

    Args:
        path: where to write.
        programme: what is asked.
        unit: whose form it is; its code, name and group are filled in.
        values: sheet key -> records (field key -> raw value) of a returned form; keys that are no
            field become extra columns at the right.
        findings: problems of a returned form; ``sheet`` is a sheet key, ``cell`` the address in
            this form (``lay_out`` says where things stand), blank for what has no cell; a param
            ``sent_cell`` tells where that stood in the sender's file.
        lang: language of titles, headers and messages.
    """
    sheets = lay_out(programme, lang, unit, values)
    marks = _marks(findings, lang)
    with Book(
        path,
        title=in_lang(programme, "title", lang),
        subject=programme.id,
        keywords=programme.period_label,
        comments=f"emubatch {__version__} · {programme.id} {programme.version}",
        page=word("report_page", lang),
        in_memory=True,
    ) as book:
        for roles in COLOURS:  # first, so that kept rules find the colours under their numbers
            book.format(*roles)._get_dxf_index()
        if findings:
            write_todo(book, sheets, findings, lang)
        write_guide(book, programme, sheets, unit, lang)
        rules = Rules(book, programme, sheets, lang, returned=bool(findings))
        rules.name_nominees()
        for sheet in sheets:
            _DataSheet(book, programme, sheet, marks.get(sheet.sheet.key, {}), lang).write(rules)
        Lists(programme, lang, spellings=bool(findings)).write(book)
        write_map(book, programme, sheets, unit, lang)


def _marks(findings: Sequence[Finding], lang: Lang) -> dict[str, dict[str, Mark]]:
    """Sheet key -> cell -> mark; several findings of one cell share its note."""
    found: dict[str, dict[str, list[Finding]]] = {}
    for finding in findings:
        if finding.cell:
            found.setdefault(finding.sheet, {}).setdefault(finding.cell, []).append(finding)
    return {
        sheet: {cell: _mark(group, lang) for cell, group in cells.items()}
        for sheet, cells in found.items()
    }


def _mark(findings: Sequence[Finding], lang: Lang) -> Mark:
    ordered = sorted(findings, key=lambda f: _WORST[f.severity])
    lines = [f"{SIGNS[SEVERITY_ROLES[f.severity]]} {render(f, lang)}" for f in ordered]
    return Mark(ordered[0].severity, "\n".join(dict.fromkeys(lines)))


class _DataSheet:
    """Writes one data sheet of a form."""

    def __init__(
        self,
        book: Book,
        programme: Programme,
        sheet: FormSheet,
        marks: Mapping[str, Mark],
        lang: Lang,
    ) -> None:
        self.book = book
        self.programme = programme
        self.sheet = sheet
        self.marks = marks
        self.lang = lang
        self.writer = book.sheet(sheet.sheet.key)
        scored = sheet.sheet.role == "scorecard"
        self.marked = {split_cell(cell)[0] for cell in marks}
        self.score_rows = score_rows(programme, sheet) if scored else None

    def write(self, rules: Rules) -> None:
        """Title, header, records, rules, protection."""
        self._columns()
        self._head()
        self._records()
        self._notes()
        self._rules(rules)
        self._frame()

    def _rules(self, rules: Rules) -> None:
        """Rules of a sheet are the same for every form of its size: written once, then reused."""
        codes = tuple(row.code if row else "" for row in self.score_rows or ())
        kept: dict[Any, tuple[str, str]] = vars(self.programme).setdefault(_KEPT_RULES, {})
        key = (self.lang, self.sheet.sheet.key, self.sheet.rows, codes, rules.missing)
        if key not in kept:
            rules.apply(self.writer, self.sheet)
            if self.score_rows is not None:
                write_levels(self.writer, self.sheet, rules)
            rules.frame(self.writer, self.sheet)
            kept[key] = self.writer.worksheet.rendered_rules()
        self.writer.worksheet.rules = kept[key]

    def _columns(self) -> None:
        worksheet = self.writer.worksheet
        for column in self.sheet.columns:
            look = self.book.format(self._look(column))
            done(worksheet.set_column(column.index, column.index, column.width, look), column.key)
        rest = self.book.format("input_plain")
        done(worksheet.set_rest_of_columns(len(self.sheet.columns), rest), "other columns")

    def _look_of(self, column: FormColumn, value: Any) -> str:
        """Look of a cell: dates and times of a returned form stay what they were."""
        if isinstance(value, dt.date):
            return "input_date"
        return "input_time" if isinstance(value, dt.time | dt.timedelta) else self._look(column)

    def _look(self, column: FormColumn) -> str:
        if column.locked:
            return "locked"
        return _LOOKS.get(column.field.type, "input_text") if column.field else "input_text"

    def _head(self) -> None:
        sheet, writer = self.sheet, self.writer
        locked = self.book.format("plain")
        for row in range(HEADER_ROW):
            done(writer.worksheet.set_row(row, None, locked), "title rows")
        writer.put(0, 0, f"{sheet.title} – {in_lang(self.programme, 'title', self.lang)}", "title")
        writer.put(1, 0, in_lang(sheet.sheet, "help", self.lang), "subtitle")
        most = max(lines(column.heading, column.width - 2) for column in sheet.columns)
        looks = [self._head_look(column)._get_xf_index() for column in sheet.columns]
        heads = [[column.heading] for column in sheet.columns]
        height = [LINE_HEIGHT * (most + 1)]
        writer.worksheet.add_block(Block(HEADER_ROW, 0, heads, looks, [None] * len(heads), height))

    def _head_look(self, column: FormColumn) -> Any:
        mark = self.marks.get(f"{column.letter}{HEADER_ROW + 1}")
        required = "required" if column.required else ""
        return self.book.format("header", required, SEVERITY_ROLES[mark.severity] if mark else "")

    def _records(self) -> None:
        sheet = self.sheet
        if not sheet.records:
            return
        columns = [[record.get(c.key) for record in sheet.records] for c in sheet.columns]
        looks = [self.book.format(self._look(c))._get_xf_index() for c in sheet.columns]
        shown = [
            Column(c.header, values, self._look(c))
            for c, values in zip(sheet.columns, columns, strict=True)
        ]
        heights = row_heights(shown, [c.width for c in sheet.columns], len(sheet.records))
        special = [
            self._cell_looks(c, values) for c, values in zip(sheet.columns, columns, strict=True)
        ]
        self.writer.worksheet.add_block(Block(FIRST_ROW, 0, columns, looks, special, heights))

    def _cell_looks(self, column: FormColumn, values: Sequence[Any]) -> list[int] | None:
        """Formats of single cells where a cell is marked, is a date, or is not asked for."""
        plain = not self.score_rows and column.letter not in self.marked
        if plain and not any(map(_is_moment, set(map(type, values)))):
            return None
        usual = self.book.format(self._look(column))._get_xf_index()
        roles = [self._cell_roles(column, i, value) for i, value in enumerate(values)]
        return [self.book.format(*role)._get_xf_index() if role else usual for role in roles]

    def _cell_roles(self, column: FormColumn, record: int, value: Any) -> tuple[str, ...]:
        look = self._look_of(column, value)
        mark = self.marks.get(f"{column.letter}{FIRST_ROW + record + 1}")
        if mark is not None:
            return look, SEVERITY_ROLES[mark.severity], "unlocked"
        row = self.score_rows[record] if self.score_rows else None
        if row is not None and column.field is not None:
            if not asked(self.programme, row, column.field.role):
                return ("greyed",) if value is None else (look, "unlocked")
            if row.kind != "leaf":
                return look, "bold"
        return () if look == self._look(column) else (look,)

    def _notes(self) -> None:
        for cell, mark in self.marks.items():
            row, col = xl_cell_to_rowcol(cell)
            self.writer.note(row, col, mark.note)

    def _frame(self) -> None:
        worksheet, sheet = self.writer.worksheet, self.sheet
        last = len(sheet.columns) - 1
        worksheet.freeze_panes(FIRST_ROW, 1 if last > 6 else 0)
        done(worksheet.repeat_rows(HEADER_ROW), "repeated rows")
        if sheet.rows > 1:
            done(worksheet.autofilter(HEADER_ROW, 0, sheet.last_row, last), "filter")
        worksheet.protect("", _MAY)
        worksheet.set_selection(FIRST_ROW, 0, FIRST_ROW, 0)


def _is_moment(kind: type) -> bool:
    return issubclass(kind, dt.date | dt.time | dt.timedelta)
