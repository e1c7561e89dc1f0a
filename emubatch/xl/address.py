"""Cell addresses: column numbers and letters, both from 1 and A."""

from __future__ import annotations

from functools import lru_cache


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
