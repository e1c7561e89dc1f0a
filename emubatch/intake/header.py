"""Finds the header of a table: by the words of its columns, never by position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from emubatch.intake.plan import SheetPlan, header_keys
from emubatch.vietnamese import clean

HEADER_ROWS = 20
_MOST_REMEMBERED = 1000
Merged = Sequence[tuple[int, int, int, int]]


@dataclass(frozen=True, slots=True)
class Header:
    """Where a table's header stands; rows and columns from 0.

    Attributes:
        first: first row of the header, ``last`` its last (a header may take two rows).
        columns: field key -> column.
        spare: columns whose header repeats a field that another column already has.
        unknown: column -> header text of columns that are not part of the form.
    """

    first: int
    last: int
    columns: dict[str, int]
    spare: dict[int, str]
    unknown: dict[int, str]


def find_header(
    rows: Sequence[Sequence[Any]], merged: Merged, plan: SheetPlan, start: int = 0
) -> Header | None:
    """The best header among the first rows, or ``None`` when fewer than two columns are known.

    A sheet with a single field is content with one.

    Args:
        start: first row to look at, from 0.
    """
    best: Header | None = None
    least = min(2, len(plan.fields))
    for row in range(start, min(start + HEADER_ROWS, len(rows))):
        for found in _candidates(rows, row, merged, plan):
            if len(found.columns) >= least and (
                best is None or len(found.columns) > len(best.columns)
            ):
                best = found
        if best is not None and len(best.columns) == len(plan.fields):
            break
    return best


def header_at(
    rows: Sequence[Sequence[Any]], row: int, merged: Merged, plan: SheetPlan
) -> Header | None:
    """The header that starts in this row, or ``None`` when it names no column."""
    best = max(_candidates(rows, row, merged, plan), key=lambda found: len(found.columns))
    return best if best.columns else None


def convinces(header: Header, plan: SheetPlan) -> bool:
    """Whether a header alone is proof enough: most required columns, at least three in all."""
    required = [f.key for f in plan.fields if f.required == "yes"]
    present = sum(key in header.columns for key in required)
    return len(header.columns) >= min(3, len(plan.fields)) and present * 3 >= len(required) * 2


def _candidates(
    rows: Sequence[Sequence[Any]], row: int, merged: Merged, plan: SheetPlan
) -> list[Header]:
    """The row alone, then with the row below it as the second half of a header."""
    alone = _row_header(rows[row], row, plan)
    if not alone.columns or len(alone.columns) == len(plan.fields) or row + 1 == len(rows):
        return [alone]
    across = _filled_across([_text(value) for value in rows[row]], row, merged)
    lower = [_text(value) for value in rows[row + 1]]
    texts = [_joined(a, b) for a, b in zip(across, lower, strict=True)]
    pair = _matched(texts, row, row + 1, plan)
    return [alone, pair] if _adds(pair, alone, _row_header(rows[row + 1], row, plan)) else [alone]


def _row_header(cells: Sequence[Any], row: int, plan: SheetPlan) -> Header:
    """A header of one row. The rows above the data are alike in all forms: they are remembered."""
    key = tuple(cells)
    known = plan.seen.get(key)
    if known is None:
        texts = [_text(value) for value in cells]
        known = _matched([(text,) if text else () for text in texts], 0, 0, plan)
        if len(plan.seen) < _MOST_REMEMBERED:
            plan.seen[key] = known
    return Header(row, row, dict(known.columns), dict(known.spare), dict(known.unknown))


def _adds(pair: Header, upper: Header, lower: Header) -> bool:
    """Whether a header of two rows names more columns than either row alone."""
    more = len(pair.columns) > max(len(upper.columns), len(lower.columns))
    return more and len(lower.unknown) <= len(pair.columns)


def _joined(upper: str, lower: str) -> tuple[str, ...]:
    """Readings of a column in a header of two rows."""
    if not lower:
        return (upper,) if upper else ()
    # «Quyết định | Ngày» is «Ngày quyết định» or «Quyết định ngày».
    return (lower, f"{upper} {lower}", f"{lower} {upper}") if upper else (lower,)


def _filled_across(upper: Sequence[str], row: int, merged: Merged) -> list[str]:
    """The upper row with the text of each merged group repeated over its columns."""
    filled = list(upper)
    for first_row, first, last_row, last in merged:
        if first_row <= row + 1 <= last_row and first - 1 < len(filled):
            for column in range(first, min(last, len(filled))):
                filled[column] = filled[column] or upper[first - 1]
    return filled


def _matched(texts: Sequence[tuple[str, ...]], first: int, last: int, plan: SheetPlan) -> Header:
    columns: dict[str, int] = {}
    strength: dict[str, bool] = {}
    spare: dict[int, str] = {}
    unknown: dict[int, str] = {}
    for column, readings in enumerate(texts):
        if not readings:
            continue
        key, own = _field_of(readings, plan)
        if key is None:
            unknown[column] = readings[1] if len(readings) > 1 else readings[0]
        elif key not in columns or (own and not strength[key]):
            if key in columns:
                spare[columns[key]] = key
            columns[key] = column
            strength[key] = own
        else:
            spare[column] = key
    return Header(first, last, columns, spare, unknown)


def _field_of(readings: tuple[str, ...], plan: SheetPlan) -> tuple[str | None, bool]:
    for text in readings:
        for folded in header_keys(text):
            key = plan.headers.get(folded)
            if key is not None:
                return key, folded in plan.own
    return None, False


def _text(value: Any) -> str:
    """Header text with its line breaks; years and other numbers may be headers too."""
    if isinstance(value, str):
        return "\n".join(line for line in map(clean, value.splitlines()) if line)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return ""
