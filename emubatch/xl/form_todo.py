"""The sheet "Việc cần sửa" of a returned form: one line a finding, each with a way to its cell.

Whether a line is done follows from the cell: it is compared with the value that was found there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from emubatch.messages import render, word
from emubatch.messages.alike import and_alike, gathered
from emubatch.model import BadCell, Finding, Lang
from emubatch.xl import TODO_SHEET
from emubatch.xl.address import split_cell
from emubatch.xl.form_layout import FIRST_ROW, FormSheet
from emubatch.xl.layout import lines, quoted
from emubatch.xl.style import SEVERITY_ROLES, signed
from emubatch.xl.write import Book, SheetWriter, done, jump

_WIDTHS = (6.0, 13.0, 14.0, 9.0, 70.0, 24.0, 13.0)
_HEADS = ("number", "severity", "sheet", "cell", "what", "value", "state")
_STATE = len(_HEADS) - 1
_FOUND = len(_HEADS)  # hidden column: the value as it was found
HEAD_ROW = 4
_ORDER = {"error": 0, "warning": 1, "note": 2}


def write_todo(
    book: Book, sheets: Sequence[FormSheet], findings: Sequence[Finding], lang: Lang
) -> None:
    """Writes the sheet: what has no cell first, then sheet by sheet from top to bottom."""
    writer = book.sheet(TODO_SHEET, word("todo_title", lang))
    writer.widths(_WIDTHS)
    writer.worksheet.set_column(_FOUND, _FOUND, None, None, {"hidden": True})
    order = {sheet.sheet.key: i for i, sheet in enumerate(sheets)}
    by_key = {sheet.sheet.key: sheet for sheet in sheets}
    rows = gathered(sorted(findings, key=lambda f: _place(f, order)))
    _intro(writer, [finding for finding, _ in rows], lang)
    head = HEAD_ROW
    for col, key in enumerate(_HEADS):
        writer.put(head, col, word(f"todo_{key}", lang), "header")
    for number, (finding, alike) in enumerate(rows, 1):
        _line(writer, number, finding, alike, by_key.get(finding.sheet), lang)
    last = writer.row - 1
    done(writer.worksheet.autofilter(head, 0, last, _STATE), "filter")
    writer.worksheet.freeze_panes(head + 1, 0)
    done(writer.worksheet.repeat_rows(head), "repeated rows")
    _states(writer, head, last, lang)
    writer.worksheet.protect("", {"sort": True, "autofilter": True, "format_rows": True})
    writer.worksheet.activate()


def _place(finding: Finding, order: Mapping[str, int]) -> tuple[Any, ...]:
    digits = "".join(filter(str.isdigit, finding.cell))
    note = finding.severity == "note"
    return (
        note,
        bool(finding.cell),
        order.get(finding.sheet, -1),
        int(digits or 0),
        len(finding.cell),
        finding.cell,
        _ORDER[finding.severity],
        finding.code,
        finding.params,
    )


def _intro(writer: SheetWriter, rows: Sequence[Finding], lang: Lang) -> None:
    """How to use the sheet, and the counter; its ranges are known in advance."""
    text = word("todo_intro", lang)
    writer.merge(1, 0, _STATE, text, "text")
    writer.height(1, lines(text, sum(_WIDTHS)))
    total = sum(1 for finding in rows if finding.severity != "note")
    states = f"G{HEAD_ROW + 2}:G{HEAD_ROW + 1 + len(rows)}"
    left, of = word("todo_left", lang), word("todo_of", lang)
    formula = f'="{left} "&COUNTIF({states},"{word("todo_open", lang)}")&" {of} {total}"'
    writer.formula(2, 0, formula, f"{left} {total} {of} {total}", "heading")


def _line(
    writer: SheetWriter,
    number: int,
    finding: Finding,
    alike: Sequence[str],
    sheet: FormSheet | None,
    lang: Lang,
) -> None:
    row, message = writer.row, render(finding, lang) + and_alike(alike, lang)
    role = SEVERITY_ROLES[finding.severity]
    writer.put(row, 0, number, "centre")
    writer.put(row, 1, signed(role, word(f"severity_{finding.severity}", lang)), "wrap", role)
    if finding.cell and sheet is not None:
        target = jump(finding.sheet, finding.cell)
        writer.link(row, 2, target, finding.sheet, "jump")
        writer.link(row, 3, target, finding.cell, "jump")
    else:
        if sheet is not None:
            writer.link(row, 2, jump(finding.sheet, "A1"), finding.sheet, "jump")
        else:
            writer.put(row, 2, finding.sheet or None, "cell")
        sent = dict(finding.params).get("sent_cell")
        writer.put(row, 3, word("todo_was", lang).format(cell=sent) if sent else None, "wrap")
    writer.put(row, 4, message, "wrap")
    writer.put(row, 5, finding.value or None, "wrap")
    _state(writer, row, finding, sheet, lang)
    writer.height(row, max(lines(message, _WIDTHS[4] - 2), lines(finding.value, _WIDTHS[5] - 2)))


def _state(
    writer: SheetWriter, row: int, finding: Finding, sheet: FormSheet | None, lang: Lang
) -> None:
    """Left or changed: by formula where there is a cell, by hand where there is none."""
    if finding.severity == "note":
        writer.put(row, _STATE, "–", "centre")
        return
    still = word("todo_open", lang)
    if not finding.cell or sheet is None:
        writer.put(row, _STATE, still, "centre", "unlocked")
        return
    found = _value_at(sheet, finding.cell)
    if isinstance(found, str | int | float | dt.date):
        writer.put(row, _FOUND, found)
    cell = f"{quoted(finding.sheet)}!{finding.cell}"
    same = "FALSE" if isinstance(found, BadCell) else f"EXACT({cell},H{row + 1})"
    changed = word("todo_changed", lang)
    formula = f'=IF(ISERROR({cell}),"{still}",IF({same},"{still}","{changed}"))'
    writer.formula(row, _STATE, formula, still, "centre")


def _value_at(sheet: FormSheet, cell: str) -> Any:
    """The value written at an address of a data sheet."""
    letter, number = split_cell(cell)
    record = int(number) - 1 - FIRST_ROW
    column = next((c for c in sheet.columns if c.letter == letter), None)
    if column is None or record >= len(sheet.records):
        return None
    value = sheet.records[record].get(column.key) if record >= 0 else column.heading
    if isinstance(value, dt.time):
        value = dt.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    return value / dt.timedelta(days=1) if isinstance(value, dt.timedelta) else value


def _states(writer: SheetWriter, head: int, last: int, lang: Lang) -> None:
    """Drop-down for lines without a cell, and a colour for the lines that are done."""
    states = [word("todo_open", lang), word("todo_changed", lang)]
    options = {"validate": "list", "source": states}
    done(writer.worksheet.data_validation(head + 1, _STATE, last, _STATE, options), "states")
    look = {
        "type": "cell",
        "criteria": "==",
        "value": f'"{states[1]}"',
        "format": writer.book.format("ok"),
    }
    done(writer.worksheet.conditional_format(head + 1, _STATE, last, _STATE, look), "states")
