"""Reads one copy of the ballot: who filled it in, and a judged vote for each nominee.

The sheet is known by its headings and the rows by their id, so that sorting, filtering, inserted
rows and columns, renamed sheets and other programs change nothing. What is wrong is a finding with
its cell; the vote of that row does not count, every other does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from emubatch.council.agenda import Agenda
from emubatch.council.copies import Copy, Line, Stated
from emubatch.council.judge import judge
from emubatch.messages import word
from emubatch.model import BadCell, Lang
from emubatch.vietnamese import fold_key
from emubatch.xl.address import cell_name, cell_text
from emubatch.xl.ballot import COLUMNS, FIELDS, IDENTITY_MARK, SHEET
from emubatch.xl.limits import DEFAULT
from emubatch.xl.read import Workbook, read_bytes
from emubatch.xl.unreadable import Unreadable

HEADER_ROWS = 60
# A copy is the whole result of a month, which is larger than any form.
LIMITS = replace(DEFAULT, file_mb=100, member_mb=256, total_mb=512)
LANGS: tuple[Lang, ...] = ("vi", "en")
_NEEDED = {"nominee", "vote"}
_FILLED = ("vote", "award", "reason")
_HEADINGS = {part.key: part.vi for part in (*COLUMNS, *FIELDS)}
_COLUMN_KEYS = {fold_key(text): part.key for part in COLUMNS for text in (part.vi, part.en)}
# Labels above the table; those of the live counts hold nothing that is read.
_FIELD_KEYS = {fold_key(text): part.key for part in FIELDS for text in (part.vi, part.en)}
_FIELD_KEYS.update(
    (fold_key(word(f"council_count_{name}", lang)), "")
    for name in ("given", "open", "missing", "conflicts")
    for lang in LANGS
)


def read_copy(path: Path, name: str, agenda: Agenda) -> Copy:
    """One copy, read and judged; ``name`` is how it is called in every output."""
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        copy = Copy(name, "", 0)
        copy.note("F110", found=reason)
        return copy
    copy = Copy(name, hashlib.sha256(content).hexdigest(), len(content))
    try:
        _read(copy, read_bytes(content, name, LIMITS), agenda)
    except Unreadable as error:
        copy.note(error.code, **error.params)
        copy.usable = False
    if copy.usable:
        judge(copy, agenda)
    return copy


def _read(copy: Copy, workbook: Workbook, agenda: Agenda) -> None:
    identity = _identity(workbook)
    own = [s for s in workbook.sheets if fold_key(s.name).startswith(fold_key(SHEET))]
    others = [s for s in workbook.sheets if s not in own]
    for sheets in (own, others):
        for sheet in sheets:
            if not sheet.name.startswith("_"):
                _read_sheet(copy, sheet.name, workbook.grid(sheet).rows)
        if copy.usable:
            break
    if not copy.usable:
        copy.note("E851", found=", ".join(f"«{sheet.name}»" for sheet in workbook.sheets))
        return
    ballot = identity.get("ballot") or copy.text("ballot")
    if ballot != agenda.ballot:
        copy.usable = False
        words = {key: identity.get(key) or "–" for key in ("programme", "period", "as_of")}
        copy.note("E852" if ballot else "E853", value=ballot, **words)
    copy.usable &= not copy.unnamed  # whose votes these are is not known: not the council's


def _identity(workbook: Workbook) -> dict[str, str]:
    """The facts of the hidden sheet, whatever it is called now."""
    for sheet in workbook.sheets:
        if sheet.visible and not sheet.name.startswith("_"):
            continue
        rows = workbook.grid(sheet).rows
        if rows and cell_text(rows[0][0] if rows[0] else "") == IDENTITY_MARK:
            return {cell_text(row[0]): cell_text(row[1]) for row in rows if len(row) > 1}
    return {}


def _read_sheet(copy: Copy, sheet: str, rows: Sequence[Sequence[Any]]) -> None:
    """Takes the cells above the table and the rows of it, if the sheet is a ballot."""
    top = next(
        (at for at, row in enumerate(rows[:HEADER_ROWS]) if _columns(row).keys() >= _NEEDED), -1
    )
    if top < 0:
        return
    letters = _columns(rows[top])
    copy.usable = True
    for key, stated in _fields(sheet, rows[:top]):
        if stated.text:
            copy.stated.setdefault(key, stated)
        else:
            _not_calculated(copy, sheet, stated.cell, _HEADINGS[key])
            copy.unnamed |= key == "member"
    for number, row in enumerate(rows[top + 1 :], top + 2):
        raw = {key: row[at] if at < len(row) else "" for key, at in letters.items()}
        texts = {key: cell_text(value) for key, value in raw.items()}
        for key in _FILLED:
            if key in raw and isinstance(raw[key], BadCell) and not texts[key]:
                cell = cell_name(number, letters[key] + 1)
                _not_calculated(copy, sheet, cell, _HEADINGS[key])
        if texts["nominee"]:
            copy.lines.append(Line(sheet, number, texts, raw, letters))
        elif texts["vote"]:
            cell = cell_name(number, letters["vote"] + 1)
            copy.note("E869", sheet=sheet, cell=cell, value=texts["vote"])


def _not_calculated(copy: Copy, sheet: str, cell: str, header: str) -> None:
    """A formula without a value says nothing; it is not the same as an empty cell."""
    copy.note("E213", sheet=sheet, cell=cell, header=header)


def _columns(row: Sequence[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, value in enumerate(row):
        key = _COLUMN_KEYS.get(fold_key(value)) if isinstance(value, str) else None
        if key:
            found.setdefault(key, at)
    return found


def _fields(sheet: str, rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, Stated]]:
    """Cells above the table: what stands to the right of a label, up to the next label."""
    for number, row in enumerate(rows, 1):
        key = ""
        for at, value in enumerate(row, 1):
            text = cell_text(value)
            label = _FIELD_KEYS.get(fold_key(text)) if text else None
            if label is not None:
                key = label
            elif key and (text or isinstance(value, BadCell)):
                yield key, Stated(text, sheet, cell_name(number, at))
                key = ""
