"""Cells in words: their addresses (columns from 1 and A), and what they say."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from string import digits
from typing import Any

from emubatch.model import BadCell
from emubatch.vietnamese import clean, is_blank


def column_number(letters: str) -> int:
    """``A`` is 1, ``XFD`` is 16384."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=1024)
def column_letters(number: int) -> str:
    """1 is ``A``, 16384 is ``XFD``."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """``C14`` for row 14, column 3."""
    return f"{column_letters(column)}{row}"


def split_cell(cell: str) -> tuple[str, str]:
    """Letters and digits of an address: ``C14`` is ``C`` and ``14``."""
    letters = cell.rstrip(digits)
    return letters, cell[len(letters) :]


def cell_text(value: Any) -> str:
    """What a cell of an office's own table says, dates as ISO; a dash or dots say nothing."""
    if isinstance(value, BadCell):
        return clean(value.text)
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = clean(str(value))
    return "" if is_blank(text) else text
