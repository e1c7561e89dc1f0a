"""The small notation used in the cells of a programme: conditions and measured things.

``where`` and ``applies`` cells hold conditions joined by ``;``, all of which must hold::

    doi_tuong = CAN_BO|CONG_CHUC ; Don_vi.thuoc_cdn = CO ; kind = individual

``of`` cells name what is measured, alternatives joined by `` / ``::

    Thanh_tich.ma_kt : TTLDTT+ / Xep_loai.dvcdxs : CO

A value ``*`` asks only that the cell is filled; ``?`` among the values takes a blank cell for a
match, where it would else be unknown. ``A/B = X`` holds when one of the columns does; the columns
after the first say nothing while they are blank. A trailing ``+`` means "or higher on its scale",
always; without it a higher title of the same scale counts only while ``title_closure`` is on.
There is no other syntax and no evaluation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_CONDITION = re.compile(r"^([\w.]+(?:\s*/\s*[\w.]+)*)\s*(>=|<=|!=|=|<|>)\s*(.+)$")
_MEASURED = re.compile(r"^(\w+)(?:\.(\w+))?(?:\s*:\s*(.+))?$")

_SIGNS = str.maketrans({"≥": ">=", "≤": "<=", "≠": "!="})
BLANK = "?"  # among the values of a condition: a blank cell counts as a match
OPERATORS = ("=", "!=", ">=", "<=", "<", ">")


class NotationError(ValueError):
    """A cell of a programme table that cannot be parsed; the text says why."""


@dataclass(frozen=True, slots=True)
class Condition:
    """``field operator value|value``; ``field`` is a key, ``Sheet.key``, ``kind`` or ``group``.

    ``also`` names further columns, any of which may hold instead.
    """

    field: str
    operator: str
    values: tuple[str, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """A source of evidence: a sheet, one of its fields, and the codes that count.

    ``codes`` pairs each code with True where "or higher" (``+``) was written; empty codes mean
    that every row counts.
    """

    sheet: str
    field: str
    codes: tuple[tuple[str, bool], ...]


def plain_operator(text: str) -> str:
    """A comparison as the tables write it: ≥ is >=."""
    return text.translate(_SIGNS)


def parse_conditions(text: str) -> tuple[Condition, ...]:
    """Conditions of one cell.

    Raises:
        NotationError: naming the part that is not ``field operator value``.
    """
    found = []
    for part in filter(None, (p.strip() for p in text.split(";"))):
        match = _CONDITION.match(plain_operator(part))
        if not match:
            raise NotationError(f"«{part}»: expected field = VALUE|VALUE")
        names, operator, values = match.groups()
        name, *also = (part.strip() for part in names.split("/"))
        found.append(Condition(name, operator, split_list(values), tuple(also)))
    return tuple(found)


def parse_measured(text: str) -> tuple[Measured, ...]:
    """Sources of one ``of`` cell.

    Raises:
        NotationError: naming the part that is not ``Sheet.field : CODE|CODE+``.
    """
    found = []
    for part in filter(None, (p.strip() for p in text.split("/"))):
        match = _MEASURED.match(part)
        if not match:
            raise NotationError(f"«{part}»: expected Sheet.field : CODE|CODE+")
        sheet, name, codes = match.groups()
        pairs = (
            (code.rstrip("+").rstrip(), code.endswith("+")) for code in split_list(codes or "")
        )
        found.append(Measured(sheet, name or "", tuple(pairs)))
    return tuple(found)


def parse_options(text: str) -> dict[str, str]:
    """``key = value ; key = value`` of an ``options`` cell.

    Raises:
        NotationError: naming the part without ``=``.
    """
    found: dict[str, str] = {}
    for part in filter(None, (p.strip() for p in text.split(";"))):
        key, equals, value = part.partition("=")
        if not equals or not key.strip():
            raise NotationError(f"«{part}»: expected key = value")
        found[key.strip()] = value.strip()
    return found


def written(conditions: Iterable[Condition]) -> str:
    """Conditions as they are written in a cell."""
    return " ; ".join(
        f"{'/'.join((c.field, *c.also))} {c.operator} {'|'.join(c.values)}" for c in conditions
    )


def is_date(text: str) -> bool:
    """Whether a text is a real day written YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def is_number(text: str) -> bool:
    """Whether a text is a number with a decimal point or none."""
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def split_list(text: str) -> tuple[str, ...]:
    """``A|B|C`` as a tuple, blanks dropped."""
    return tuple(filter(None, (part.strip() for part in text.split("|"))))
