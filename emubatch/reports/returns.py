"""Returned forms: the values as they were read, laid out by our form, with every finding marked.

Rows and columns move, because the form is generated anew. Each finding is moved to the cell where
its value now stands, and so are the other addresses that its message names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from emubatch.model import Finding, Lang, RawTable, RosterUnit, Submission
from emubatch.programme.tables import Programme
from emubatch.xl.form import write_form
from emubatch.xl.form_layout import FormSheet, lay_out

Values = dict[str, list[dict[str, Any]]]
_ADDRESS = re.compile(r"^(?:'?([^'!]+)'?!)?([A-Z]{1,3})([1-9][0-9]*)$")


def write_returned_form(
    path: Path,
    submission: Submission,
    findings: Sequence[Finding],
    programme: Programme,
    unit: RosterUnit | None,
    lang: Lang = "vi",
) -> None:
    """Writes the form to send back for one submission.

    Args:
        path: where to write.
        submission: what was read, raw cells included.
        findings: everything found in this file, with addresses in the sender's file.
        programme: the programme of the form.
        unit: whose form it is, where known.
        lang: language of the form and its messages.
    """
    if unit is None and submission.stated_unit:
        unit = RosterUnit(submission.stated_unit, submission.stated_unit)
    values = return_values(submission)
    moved = return_findings(submission, findings, lay_out(programme, lang, unit, values))
    write_form(path, programme, unit=unit, values=values, findings=moved, lang=lang)


def return_values(submission: Submission) -> Values:
    """Sheet key -> records (field key -> raw value), the sender's extra columns included."""
    return {key: _records(table) for key, table in submission.tables.items()}


def _records(table: RawTable) -> list[dict[str, Any]]:
    return [
        {key: column[i] for key, column in table.columns.items()} for i in range(len(table.rows))
    ]


def return_findings(
    submission: Submission, findings: Sequence[Finding], sheets: Sequence[FormSheet]
) -> list[Finding]:
    """The findings with sheet keys and the addresses that their cells have in the new form."""
    places = {sheet.sheet.key: sheet for sheet in sheets}
    moves = _Moves()
    for key, table in submission.tables.items():
        if key in places:
            moves.setdefault(table.title, []).append(_Move(table, places[key]))
    return [_moved(finding, moves) for finding in findings]


class _Move:
    """From the addresses of one table in the sender's file to those of the new form."""

    def __init__(self, table: RawTable, sheet: FormSheet) -> None:
        self.sheet = sheet
        self.header_row = table.header_row
        self.records = {row: i for i, row in enumerate(table.rows)}
        self.keys = {letter: key for key, letter in table.letters.items()}

    def cell(self, address: str, *likely: str) -> str:
        """The new address; empty when that row or column is not in the new form.

        ``likely`` are keys for a column that has no letter: a field that the sender's file lacks,
        or the header of a column of the sender's own.
        """
        match = _ADDRESS.match(address)
        if not match:
            return ""
        key = self.keys.get(match.group(2), "")
        key = key or next((name for name in likely if name in self.sheet.by_key), "")
        row = int(match.group(3))
        if row == self.header_row:
            return self.sheet.head(key)
        return self.sheet.cell(self.records[row], key) if row in self.records else ""


class _Moves(dict[str, list[_Move]]):
    """The tables of each sheet of the sender's file: one, or several under one another."""

    def of(self, title: str, address: str) -> _Move | None:
        """The table that a cell lies in; the first of the sheet without a cell."""
        tables = sorted(self.get(title, ()), key=lambda move: move.header_row)
        match = _ADDRESS.match(address)
        row = int(match.group(3)) if match else 0
        above = [move for move in tables if move.header_row <= row]
        found = above[-1:] or tables[:1]
        return found[0] if found else None


def _moved(finding: Finding, moves: _Moves) -> Finding:
    move = moves.of(finding.sheet, finding.cell)
    params = tuple((name, _words(text, move, moves)) for name, text in finding.params)
    cell = move.cell(finding.cell, finding.field, finding.value) if move else ""
    if finding.cell and not cell:
        params += (("sent_cell", finding.cell),)
    sheet = move.sheet.sheet.key if move else finding.sheet
    return replace(finding, sheet=sheet, cell=cell, params=params)


def _words(text: str, own: _Move | None, moves: _Moves) -> str:
    """Addresses named in a message, moved too; other words as they are."""
    parts = text.split(", ")
    return ", ".join(_word(part, own, moves) for part in parts) if len(parts) < 100 else text


def _word(text: str, own: _Move | None, moves: _Moves) -> str:
    match = _ADDRESS.match(text)
    if not match:
        return text
    title = match.group(1)
    move = moves.of(title, text) if title else own
    cell = move.cell(text) if move else ""
    if not cell or move is None:
        return text
    return f"{move.sheet.sheet.key}!{cell}" if title else cell
