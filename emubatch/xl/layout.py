"""A table as values: its columns, where it stands, and estimates of widths and heights.

Heights are stated because LibreOffice lets wrapped text without a stated height overlap.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from emubatch.xl import style

WIDTH_CAP = 60.0
WIDTH_LEAST = 6.0
LINE_HEIGHT = 15.0
HEIGHT_CAP = 405.0
MEASURED_MOST = 5_000


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        header: heading, unique in its table.
        values: text, numbers, dates, True/False or None, one per row.
        role: look of every cell (``xl/style.py``), several joined by ``+``.
        width: in characters; None: from the content, with a cap.
        roles: further role of single cells (``ok``, ``reject`` …), None or "" for none.
        links: target of single cells, ``internal:'Sheet'!A1``, None or "" for none.
        head: further role of the heading, for example ``upright``.
    """

    header: str
    values: Sequence[Any]
    role: str = "cell"
    width: float | None = None
    roles: Sequence[str | None] | None = None
    links: Sequence[str | None] | None = None
    head: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a table stands, 0-based: its header row, first and last body row, and columns."""

    sheet: str
    header_row: int
    first_row: int
    last_row: int
    first_col: int
    last_col: int

    def column(self, index: int) -> str:
        """Absolute reference to the body of a column, ``'Sheet'!$B$5:$B$9``."""
        letter = xl_col_to_name(self.first_col + index)
        return f"{quoted(self.sheet)}!${letter}${self.first_row + 1}:${letter}${self.last_row + 1}"

    def part(self, first: int, last: int) -> Span:
        """Some rows of the body, counted from its top."""
        return replace(self, first_row=self.first_row + first, last_row=self.first_row + last)

    def cell(self, row: int, index: int) -> str:
        """A1 address of a body cell, counted from the top left of the body."""
        return str(xl_rowcol_to_cell(self.first_row + row, self.first_col + index))


def quoted(name: str) -> str:
    """A sheet name as it stands in a reference."""
    return "'" + name.replace("'", "''") + "'"


def jump(sheet: str, cell: str) -> str:
    """Link target of a cell of this workbook."""
    return f"internal:{quoted(sheet)}!{cell}"


def lines(text: str, width: float) -> int:
    """How many lines a text takes in a column of this width, whose unit is a digit.

    Letters are a little narrower than digits on the average; breaking at words costs some of it.
    """
    room = max(1.0, width)
    return sum(
        1 if len(part) * 0.9 <= room else math.ceil(len(part) * 0.98 / room)
        for part in text.split("\n")
    )


def column_width(column: Column) -> float:
    """Width for the longest line of the values and the longest word of the header, capped.

    Of a very long column every n-th value is measured.
    """
    cap = WIDTH_CAP if _wraps(column.role) else WIDTH_CAP * 1.5
    step = len(column.values) // MEASURED_MOST + 1
    longest = max(map(_length, column.values[::step]), default=0)
    words = max((len(word) for word in column.header.split()), default=0) + 4
    return max(WIDTH_LEAST, min(cap, max(longest * 1.05 + 2, words)))


def _length(value: Any) -> int:
    if isinstance(value, str):
        return len(value) if "\n" not in value else max(map(len, value.split("\n")))
    if isinstance(value, dt.date):
        return 10
    return len(f"{value:,}") if isinstance(value, int | float) else 0


def _wraps(role: str) -> bool:
    return any(style.wraps(part) for part in role.split("+"))


def _room(column: Column, width: float) -> float:
    """A column's width, counted in the characters of its own size."""
    return width * 1.2 if "small" in column.role.split("+") else width


def row_heights(
    columns: Sequence[Column], widths: Sequence[float], count: int
) -> list[float | None] | None:
    """Points per row where wrapped text needs more than one line; None where none does."""
    wrapped = [(c, _room(c, w)) for c, w in zip(columns, widths, strict=True) if _wraps(c.role)]
    needed = [1] * count
    for column, width in wrapped:
        known: dict[str, int] = {}
        for i, value in enumerate(column.values):
            if isinstance(value, str) and (len(value) > width - 2 or "\n" in value):
                if value not in known:
                    known[value] = lines(value, width - 1)
                needed[i] = max(needed[i], known[value])
    if max(needed, default=1) == 1:
        return None
    points = {n: min(HEIGHT_CAP, n * LINE_HEIGHT) if n > 1 else None for n in set(needed)}
    return [points[n] for n in needed]
