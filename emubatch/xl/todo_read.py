"""Reads the sheet "Việc cần sửa" of a returned form back: what is to be mended, in its words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from emubatch.model import Severity
from emubatch.xl import TODO_SHEET
from emubatch.xl.form_todo import HEAD_ROW
from emubatch.xl.read import read_workbook
from emubatch.xl.style import SEVERITY_ROLES, SIGNS

_BY_SIGN: dict[str, Severity] = {
    SIGNS["reject"]: "error",
    SIGNS["query"]: "warning",
    SIGNS["note"]: "note",
}
assert {SIGNS[role] for role in SEVERITY_ROLES.values()} == _BY_SIGN.keys()
_LEVEL, _SHEET, _CELL, _WHAT = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class TodoLine:
    """One thing to mend, at an address of the returned form; without a cell it is about a sheet."""

    severity: Severity
    sheet: str
    cell: str
    message: str


def read_todo(path: Path) -> list[TodoLine]:
    """The lines of the sheet, in its order; none when the workbook has no such sheet.

    Raises:
        Unreadable: when it is no workbook.
        OSError: when it cannot be opened.
    """
    book = read_workbook(path)
    sheet = next((one for one in book.sheets if one.name == TODO_SHEET), None)
    if sheet is None:
        return []
    lines = []
    for row in book.grid(sheet).rows[HEAD_ROW + 1 :]:
        level = str(row[_LEVEL]).strip() if len(row) > _WHAT else ""
        if level and level[0] in _BY_SIGN:
            texts = (str(row[at]).strip() for at in (_SHEET, _CELL, _WHAT))
            lines.append(TodoLine(_BY_SIGN[level[0]], *texts))
    return lines
