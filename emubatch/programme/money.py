"""Money that goes with an award (tiền thưởng): the rows of two dated tables, and their checks.

A coefficient times the base salary (lương cơ sở) of the day of the decision is what is paid. Every
row states from when it holds and on what legal basis. A row without a figure says that the office
has to fill it in from the text of the law; until then it pays nothing, and nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from emubatch.programme.conditions import is_date
from emubatch.programme.problems import Problem, Table
from emubatch.programme.roles import KINDS

Dong = int
DIGITS_MOST = 4  # decimals of a coefficient
_GROUPED = re.compile(r"\d{1,3}([ .,\u00a0]\d{3})+")


@dataclass(frozen=True, slots=True)
class Reward:
    """What an award is worth to a kind of nominee, as a multiple of the base salary.

    ``coefficient`` is None where the office has to fill it in. The row holds for decisions from
    ``valid_from`` to ``valid_to`` (ISO, both included; an empty end is open).
    """

    award: str
    kind: str
    coefficient: Decimal | None
    valid_from: str
    valid_to: str
    basis: str
    note: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class BaseSalary:
    """The base salary in đồng a month, from a day until the next row's; None: to be filled in."""

    valid_from: str
    amount: Dong | None
    basis: str
    note: str
    line: int = 0


def coefficient(text: str) -> Decimal:
    """``0,3`` or ``0.3`` as it stands, never as a binary fraction.

    Raises:
        ValueError: when it is no number.
    """
    try:
        found = Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise ValueError("0,3") from error
    if not found.is_finite():
        raise ValueError("0,3")
    return found


def whole(text: str) -> int:
    """Đồng, with or without separators of thousands.

    Raises:
        ValueError: when it is no whole number.
    """
    return int(re.sub(r"\D", "", text) if _GROUPED.fullmatch(text) else text)


def lint_money(
    rewards: Sequence[Reward], salaries: Sequence[BaseSalary], problems: list[Problem]
) -> None:
    """Days are real and in order, figures are possible, no row stands twice."""
    table = Table("rewards.csv", problems)
    keys = [(row.line, f"{row.award} {row.kind} {row.valid_from}") for row in rewards]
    table.twice(keys, "award")
    for row in rewards:
        table.one_of(row.line, "kind", row.kind, KINDS)
        _days(table, row.line, row.valid_from, row.valid_to)
        if row.coefficient is not None and not _possible(row.coefficient):
            detail = f"0 … 1000, ≤ {DIGITS_MOST} số lẻ"
            table.add(row.line, "coefficient", "bad_threshold", str(row.coefficient), detail=detail)
    table = Table("base_salary.csv", problems)
    table.twice([(row.line, row.valid_from) for row in salaries], "valid_from")
    for salary in salaries:
        _days(table, salary.line, salary.valid_from, "")
        if salary.amount is not None and not 0 < salary.amount < 10**9:
            table.add(salary.line, "amount", "bad_threshold", str(salary.amount), detail="> 0")


def _possible(value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    return 0 <= value <= 1000 and isinstance(exponent, int) and -exponent <= DIGITS_MOST


def _days(table: Table, line: int, first: str, last: str) -> None:
    for column, text in (("valid_from", first), ("valid_to", last)):
        if text and not is_date(text):
            table.add(line, column, "bad_date", text)
    if first > last > "":
        table.add(line, "valid_to", "window_inverted", f"{first} – {last}")
