"""Cells merged over several rows of a table say the same for each of these rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from emubatch.intake.header import Merged
from emubatch.model import RawTable
from emubatch.xl.address import cell_name, column_number
from emubatch.xl.read import Grid

_COPIED = (str, float, date, datetime)  # a cell that cannot be read is told once, where it stands


def fill_down(table: RawTable, grid: Grid, merged: Merged) -> list[str]:
    """Gives the value of each merged cell to its blank rows below; the ranges that did so."""
    by_column = {column_number(letters): key for key, letters in table.letters.items()}
    places = {row: at for at, row in enumerate(table.rows)}
    used = []
    for first, left, last, right in merged:
        key = by_column.get(left)
        if key is None or first == last or first <= table.header_row:
            continue
        value = grid.rows[first - 1][left - 1] if first <= len(grid.rows) else ""
        below = list(_blanks(table.columns[key], places, first + 1, last))
        if below and value != "" and isinstance(value, _COPIED):
            for at in below:
                table.columns[key][at] = value
            used.append(f"{cell_name(first, left)}:{cell_name(last, right)}")
    return used


def _blanks(values: list[Any], places: Mapping[int, int], first: int, last: int) -> Iterator[int]:
    for row in range(first, last + 1):
        at = places.get(row)
        if at is not None and values[at] is None:
            yield at
