"""Figures as documents print them: numbers with their last digit, years, numerals, decisions.

A printed number stands for every value that would be printed so. Comparisons are made between
such ranges, so that rounding, and digits cut off, are never called a mistake.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from emubatch.programme.conditions import NotationError

_NUMBER = re.compile(r"^([+-]?)(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d+))?\s*%?$")
_MINUS = str.maketrans("−–—", "---")
_YEAR = re.compile(r"^(?:\d{1,2}[/.-]\d{1,2}[/.-])?(\d+)$")
_DECISION = re.compile(r"^(\d+)\s*([/-].+)$")
_LIMIT = re.compile(r"^(<=|>=|<|>)\s*(\S+)$")
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
# Clauses are lettered without f, j, w, z, and đ follows d.
_LETTERS = "abcdđeghiklmnopqrstuvxy"
STYLES = ("arabic", "roman", "letter")
_INFINITE = float("inf")


@dataclass(frozen=True, slots=True)
class Printed:
    """The values that a printed number may stand for: from ``low`` to ``high``.

    ``step`` is the worth of its last digit, ``middle`` the number as it reads.
    """

    middle: Fraction
    low: Fraction
    high: Fraction
    step: Fraction


def printed(text: str) -> Printed:
    """A number as printed in Vietnam, ``114.375``, ``-1,28%``, or a range, ``100-150``.

    Raises:
        NotationError: for anything else; a decimal point is refused, as it could mean thousands.
    """
    plain = text.translate(_MINUS).replace(" ", "")
    first, dash, last = plain[1:].partition("-")
    if dash and "-" not in last:
        low, high = printed(plain[:1] + first), printed(last)
        if low.middle <= high.middle:
            return Printed((low.middle + high.middle) / 2, low.low, high.high, low.step)
    match = _NUMBER.match(plain)
    if dash or match is None:
        raise NotationError(f"«{text}»: 1.234,5 / 32,82% / 100-150")
    sign, whole, decimals = match.groups()
    step = Fraction(1, 10 ** len(decimals or ""))
    value = (Fraction(whole.replace(".", "")) + Fraction(int(decimals or 0)) * step) * (
        -1 if sign == "-" else 1
    )
    return Printed(value, value - step / 2, value + step / 2, step)


def as_printed(value: Fraction | float, decimals: int = 2) -> str:
    """A computed number in the same notation, without needless digits."""
    text = f"{float(value):,.{decimals}f}"
    whole, _, rest = text.replace(",", ".").rpartition(".")
    return f"{whole},{rest}".rstrip("0").rstrip(",") if decimals else text.replace(",", ".")


def may_be_printed(low: Fraction, high: Fraction, stated: Printed) -> bool:
    """Whether a value from ``low`` to ``high`` may be printed so: rounded, or digits cut off."""
    above, below = stated.high, stated.low
    if stated.middle >= 0:
        above = max(above, stated.middle + stated.step)
    if stated.middle <= 0:
        below = min(below, stated.middle - stated.step)
    return low < above and high > below


def year(text: str) -> int:
    """The year of ``1968`` or ``24/7/1968``.

    Raises:
        NotationError: when there is none of four digits.
    """
    match = _YEAR.match(text.strip())
    if match is None or len(match[1]) != 4:
        raise NotationError(f"«{text}»: NĂM / YYYY")
    return int(match[1])


def decision(text: str) -> tuple[int, str]:
    """Number and series of a document: ``730/QĐ-UBND`` is 730 of ``/QĐ-UBND``.

    Raises:
        NotationError: when it does not begin with a number.
    """
    match = _DECISION.match(text.strip())
    if match is None:
        raise NotationError(f"«{text}»: 730/QĐ-UBND")
    return int(match[1]), re.sub(r"\s", "", match[2]).casefold()


def numeral(text: str, style: str) -> int | None:
    """Place of a clause numeral in its series: ``II`` 2, ``đ`` 5, ``2.3`` 3; None if not one."""
    label = text.strip(" .)(")
    if style == "letter":
        return _LETTERS.index(label) + 1 if len(label) == 1 and label in _LETTERS else None
    if style == "arabic":
        last = label.rpartition(".")[2]
        return int(last) if last.isascii() and last.isdigit() else None
    if not label or set(label) - set(_ROMAN):
        return None
    values = [_ROMAN[letter] for letter in label]
    less = sum(2 * one for one, after in pairwise(values) if one < after)
    return sum(values) - less


def spelled(place: int, style: str) -> str:
    """The numeral of a place in its series, as ``numeral`` reads it."""
    if style == "letter":
        return _LETTERS[place - 1] if place <= len(_LETTERS) else str(place)
    if style == "arabic":
        return str(place)
    signs = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"))
    text = ""
    for value, sign in (*signs, (4, "IV"), (1, "I")):
        count, place = divmod(place, value)
        text += sign * count
    return text


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a scale, ``<200``: its bounds and whether each of them belongs to it."""

    low: float
    high: float
    has_low: bool
    has_high: bool


def level(text: str) -> Level:
    """A level written ``<200``, ``>=200``.

    Raises:
        NotationError: for anything else.
    """
    match = _LIMIT.match(text.strip())
    if match is None:
        raise NotationError(f"«{text}»: <200 / >=200")
    bound = float(printed(match[2]).middle)
    closed = match[1].endswith("=")
    if match[1].startswith("<"):
        return Level(-_INFINITE, bound, False, closed)
    return Level(bound, _INFINITE, closed, False)
