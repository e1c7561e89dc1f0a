"""Several tables of a form pasted under one another in one sheet: found by their headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from emubatch.intake.header import Header, Merged, convinces, find_header, header_at
from emubatch.intake.plan import FormPlan, header_keys
from emubatch.xl.read import Grid, SheetInfo, Workbook

_LOOKED_AT = 5  # filled cells of a row: in a header most of them name columns
_NAMED = 2  # of them, at least
_TITLES = 3


@dataclass(frozen=True, slots=True)
class _Start:
    """A table that starts here: the sheet of the form it is, and its header."""

    key: str
    header: Header


def divide(book: Workbook, sheet: SheetInfo, plan: FormPlan, named: str) -> dict[int, str]:
    """Divides a sheet that holds several tables; says which sheet of the form each part is.

    Args:
        named: the sheet of the form that the name of the sheet is, empty when it is none.

    Returns:
        index of a part -> sheet key; empty for a sheet that stays whole.
    """
    grid = book.grid(sheet)
    _keep_headers(grid, plan)
    rows = grid.rows
    candidates = [row for row, cells in enumerate(rows) if _may_be_header(cells, plan)]
    if len(candidates) < 2:
        return {}
    starts = _starts(rows, candidates, book.merged(sheet), plan, named)
    if len(starts) < 2:
        return {}
    tops = [_top(rows, start.header.first, before) + 1 for before, start in _pairs(starts)]
    parts = book.divide(sheet, tops)
    return {part.index: start.key for part, start in zip(parts, starts, strict=True)}


def _keep_headers(grid: Grid, plan: FormPlan) -> None:
    """«Tên» below names of an old font could be «Tờn»; what is a header of the form stays one."""
    for (row, column), (before, _) in list(grid.old.converted.items()):
        if _is_word(before, plan) and not _is_word(grid.rows[row][column], plan):
            grid.rows[row][column] = before
            del grid.old.converted[row, column]


def _pairs(starts: Sequence[_Start]) -> list[tuple[int, _Start]]:
    """Every start but the first, with the last row of the header before it."""
    return [(a.header.last, b) for a, b in pairwise(starts)]


def _may_be_header(cells: Sequence[Any], plan: FormPlan) -> bool:
    known = filled = 0
    for value in cells:
        if value != "":
            filled += 1
            known += isinstance(value, str) and _is_word(value, plan)
            if known == _NAMED or known + _LOOKED_AT - filled < _NAMED:
                break
    return known >= _NAMED


def _is_word(text: str, plan: FormPlan) -> bool:
    """Whether some table of the form has such a header; texts come again and again."""
    found = plan.words.get(text)
    if found is None:
        keys = header_keys(text) if len(text) < 80 else ()
        found = any(key in one.headers for one in plan.sheets.values() for key in keys)
        if len(plan.words) < 10_000:
            plan.words[text] = found
    return found


def _starts(
    rows: Sequence[Sequence[Any]],
    candidates: Sequence[int],
    merged: Merged,
    plan: FormPlan,
    named: str,
) -> list[_Start]:
    """Where tables start. A header that comes again, as on every page, starts none."""
    own = find_header(rows, merged, plan.sheets[named]) if named else None
    found: list[_Start] = [_Start(named, own)] if own is not None else []
    for row in candidates:
        if any(start.header.first <= row <= start.header.last for start in found):
            continue
        start = _best(rows, row, merged, plan)
        if start is None:
            continue
        before = max((s for s in found if s.header.first < row), key=_first, default=None)
        if before is None or not _goes_on(before, start):
            found.append(start)
    return sorted(found, key=_first)


def _first(start: _Start) -> int:
    return start.header.first


def _best(rows: Sequence[Sequence[Any]], row: int, merged: Merged, plan: FormPlan) -> _Start | None:
    best: _Start | None = None
    most = (0, 0.0)
    for key, sheet_plan in plan.sheets.items():
        header = header_at(rows, row, merged, sheet_plan)
        if header is not None and convinces(header, sheet_plan):
            score = (len(header.columns), len(header.columns) / len(sheet_plan.fields))
            if score > most:
                best, most = _Start(key, header), score
    return best


def _goes_on(before: _Start, start: _Start) -> bool:
    """Whether a header belongs to the table above it: the same one with its columns in place."""
    places = before.header.columns
    here = start.header.columns
    same = before.key == start.key
    return same and all(places.get(key, column) == column for key, column in here.items())


def _top(rows: Sequence[Sequence[Any]], header: int, before: int) -> int:
    """First row of a table: its header, or the title lines above it.

    A line of one cell may also be the last record of the table before, with the rest missing: it
    counts as a title when it touches the header, or stands between blank rows.
    """
    last = header - 1
    while last > before and _filled(rows[last]) == 0:
        last -= 1
    first = last + 1
    while first - 1 > before and last - first < _TITLES and _filled(rows[first - 1]) == 1:
        first -= 1
    if first > last:
        return header
    apart = first - 1 <= before or _filled(rows[first - 1]) == 0
    return first if apart or last == header - 1 else header


def _filled(cells: Sequence[Any]) -> int:
    return len(cells) - list(cells).count("")
