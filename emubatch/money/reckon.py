"""What each award pays: coefficient times base salary of the decision's day, rounded by the rule.

The rules are those of the law of that day (DOMAIN C17 to C21), each a setting:

* rounding: up to 10,000 đồng, to the nearest 10,000, or none;
* one achievement with several awards: before 2024 only the highest is paid, since then each one.

A figure that is not known makes its row and every sum above it unknown; it is never taken as 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from math import isnan
from typing import TYPE_CHECKING, Any

from emubatch.money.rates import Rates
from emubatch.programme.conditions import is_date
from emubatch.programme.operators import SWITCHES
from emubatch.programme.roles import KINDS
from emubatch.programme.tables import Programme

if TYPE_CHECKING:
    import pandas as pd

# From this day each award is paid (NĐ 98/2023, Điều 53); before it the highest of one achievement.
EACH_PAID_FROM = "2024-01-01"
_STEP = Decimal(10_000)
_STATED = ("nominee", "kind", "name", "unit", "award", "year", "decision")
PAID, COVERED, UNKNOWN = "paid", "covered", "unknown"

# Why a row is not paid, or not known.
REASONS = (
    "no_award",  # no award is named
    "no_kind",  # neither a person nor a collective
    "no_date",  # the day of the decision is not known
    "no_rate",  # no coefficient for this award, kind and day
    "no_salary",  # no base salary for this day
    "higher",  # covered: another award of the same achievement is paid
    "repeated",  # covered: the same award stands twice
    "no_year",  # whether two awards are for one achievement cannot be told
    "open",  # which award of one achievement is the highest cannot be told
)


@dataclass(frozen=True, slots=True)
class MoneySettings:
    """``rounding``: up_10000, nearest_10000, none. ``same``: by_law, highest, each."""

    rounding: str = "up_10000"
    same: str = "by_law"

    def __post_init__(self) -> None:
        for key, value in (
            ("money_rounding", self.rounding),
            ("money_same_achievement", self.same),
        ):
            if value not in SWITCHES[key].allowed:
                raise ValueError(f"{key}: {value}")

    def highest_only(self, day: str) -> bool:
        """Whether one achievement is paid once only, for decisions of this day."""
        return self.same == "highest" or (self.same == "by_law" and day < EACH_PAID_FROM)


def settings_of(programme: Programme) -> MoneySettings:
    """The settings of a plan, or those that every plan starts with."""
    keys = ("money_rounding", "money_same_achievement")
    return MoneySettings(*map(programme.reading, keys))


@dataclass(frozen=True, slots=True)
class Line:
    """One award of one nominee and what it pays.

    ``product`` is exact, ``rounded`` what the rule makes of it, ``amount`` what is paid: 0 where
    ``state`` is covered, None where it is unknown. ``decided`` is ISO; ``reason`` of ``REASONS``.
    """

    nominee: str
    kind: str
    name: str
    unit: str
    award: str
    year: str
    decision: str
    decided: str
    coefficient: Decimal | None = None
    coefficient_basis: str = ""
    base_salary: int | None = None
    salary_basis: str = ""
    product: Decimal | None = None
    rounded: int | None = None
    amount: int | None = None
    state: str = UNKNOWN
    reason: str = ""

    @property
    def rounding(self) -> Decimal | None:
        """What rounding added, or took away."""
        if self.product is None or self.rounded is None:
            return None
        return self.rounded - self.product


@dataclass(frozen=True, slots=True)
class Sum:
    """The money of some awards; ``known`` is the sum of those that are known."""

    key: str
    awards: int
    paid: int
    covered: int
    unknown: int
    known: int

    @property
    def amount(self) -> int | None:
        """The sum, if every row is known."""
        return None if self.unknown else self.known


@dataclass(frozen=True, slots=True)
class Money:
    """All awards with their money.

    Attributes:
        lines: in the order given.
        settings: the rules that were used.
        missing: (what, award, kind, day) that the office has to fill in, each once; ``what`` is
            ``no_rate`` (award, kind, day), ``no_salary`` (day) or another of ``REASONS``.
    """

    lines: tuple[Line, ...]
    settings: MoneySettings
    missing: tuple[tuple[str, str, str, str], ...]

    def sums(self, of: Callable[[Line], str]) -> list[Sum]:
        """Sums by a key of the lines, in order of first appearance."""
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            found.setdefault(of(line), []).append(line)
        return [_sum(key, lines) for key, lines in found.items()]

    @property
    def total(self) -> Sum:
        """All in all."""
        return _sum("", self.lines)

    def rows(self) -> list[dict[str, str]]:
        """The lines under ``MONEY_COLUMNS``; figures are exact text, blank where unknown."""
        return [
            {name: _plain(getattr(line, name)) for name in MONEY_COLUMNS} for line in self.lines
        ]

    def frame(self) -> pd.DataFrame:
        """The rows as a frame, one an award.

        ``rounded`` is what the rule makes of ``product``, ``amount`` what is paid of it. None of
        them is ever below 0, so that no spreadsheet takes one for a formula.
        """
        import pandas as pd

        return pd.DataFrame(self.rows(), columns=list(MONEY_COLUMNS), dtype=object)


MONEY_COLUMNS = tuple(spec.name for spec in fields(Line))


def _sum(key: str, lines: Sequence[Line]) -> Sum:
    states = [line.state for line in lines]
    return Sum(
        key=key,
        awards=len(lines),
        paid=states.count(PAID),
        covered=states.count(COVERED),
        unknown=states.count(UNKNOWN),
        known=sum(line.amount for line in lines if line.amount is not None),
    )


def award_money(
    awards: pd.DataFrame | Iterable[Mapping[str, Any]],
    rates: Rates,
    decided: str,
    settings: MoneySettings,
) -> Money:
    """The money of awards.

    Args:
        awards: columns ``nominee``, ``kind`` (collective, individual), ``name``, ``unit``,
            ``award`` (code) and ``year`` (of the achievement, may be blank). Optional:
            ``decision`` (its number), ``decided`` (its own day, else the argument) and
            ``achievement`` (tells achievements of one nominee apart; else the year does).
        rates: coefficients and base salaries.
        decided: day of the decision (ISO).
        settings: rounding, and what one achievement with several awards pays.
    """
    rows: list[Mapping[str, Any]] = (
        list(awards.to_dict("records")) if hasattr(awards, "to_dict") else list(awards)  # type: ignore[arg-type]
    )
    lines = [_line(row, rates, decided, settings) for row in rows]
    for members in _same(rows, lines, lambda line, _: (line.kind, line.nominee, line.decided)):
        _one_person(rows, lines, members, settings)
    return Money(tuple(lines), settings, tuple(dict.fromkeys(_missing(lines))))


def _line(row: Mapping[str, Any], rates: Rates, decided: str, settings: MoneySettings) -> Line:
    """One award by itself."""
    texts = (_text(row.get(key)) for key in _STATED)
    nominee, kind, name, unit, award, year, decision = texts
    day = _text(row.get("decided")) or decided
    line = Line(nominee, kind, name, unit, award, year, decision, day)
    if not is_date(day):
        return replace(line, reason="no_date")
    salary = rates.salary(day)
    if salary is not None:
        line = replace(line, base_salary=salary.amount, salary_basis=salary.basis)
    if not line.award or line.kind not in KINDS:
        return replace(line, reason="no_kind" if line.award else "no_award")
    rate = rates.reward(line.award, line.kind, day)
    if rate is not None:
        line = replace(line, coefficient=rate.coefficient, coefficient_basis=rate.basis)
    if line.coefficient is None or line.base_salary is None:
        return replace(line, reason="no_rate" if line.coefficient is None else "no_salary")
    product = line.coefficient * line.base_salary
    rounded = round_money(product, settings.rounding)
    return replace(line, product=product, rounded=rounded, amount=rounded, state=PAID)


def round_money(product: Decimal, rule: str) -> int:
    """Whole đồng by the rule: ``up_10000``, ``nearest_10000`` (a half goes up) or ``none``."""
    if rule == "none":
        return int(product.to_integral_value(ROUND_HALF_UP))
    way = ROUND_CEILING if rule == "up_10000" else ROUND_HALF_UP
    return int((product / _STEP).to_integral_value(way) * _STEP)


_Rows = Sequence[Mapping[str, Any]]


def _same(
    rows: _Rows, lines: Sequence[Line], key: Callable[[Line, Mapping[str, Any]], tuple[str, ...]]
) -> list[list[int]]:
    """Positions of the lines of one nominee and key together; a line without a name by itself."""
    found: dict[tuple[object, ...], list[int]] = {}
    for at, (line, row) in enumerate(zip(lines, rows, strict=True)):
        found.setdefault(key(line, row) if line.nominee else (at,), []).append(at)
    return list(found.values())


def _achievement(line: Line, row: Mapping[str, Any]) -> str:
    """What tells the achievements of one nominee apart; empty when nothing is stated."""
    return _text(row.get("achievement")) or line.year


def _one_person(
    rows: _Rows, lines: list[Line], members: Sequence[int], settings: MoneySettings
) -> None:
    """The awards that one nominee gets on one day."""
    found: dict[str, list[int]] = {}
    for at in members:
        found.setdefault(_achievement(lines[at], rows[at]), []).append(at)
    for same in found.values():
        _repeated(lines, same)
    if not settings.highest_only(lines[members[0]].decided):
        return
    counted = [at for at in members if lines[at].reason != "repeated"]
    if len(counted) > 1 and any(not _achievement(lines[at], rows[at]) for at in counted):
        _leave_open(lines, counted, "no_year")
    else:
        for same in found.values():
            _highest(lines, [at for at in same if at in counted])


def _repeated(lines: list[Line], members: Sequence[int]) -> None:
    """One award of one achievement that stands twice is paid once."""
    seen: set[str] = set()
    for at in members:
        award = lines[at].award
        if award and award in seen:
            lines[at] = replace(lines[at], amount=0, state=COVERED, reason="repeated")
        seen.add(award)


def _highest(lines: list[Line], members: Sequence[int]) -> None:
    """Of one achievement the highest is paid; which it is, is open while one is unknown."""
    if len(members) < 2:
        return
    if any(lines[at].state == UNKNOWN for at in members):
        _leave_open(lines, members, "open")
        return
    best = max(members, key=lambda at: (lines[at].product or Decimal(0), -at))
    for at in members:
        if at != best:
            lines[at] = replace(lines[at], amount=0, state=COVERED, reason="higher")


def _leave_open(lines: list[Line], members: Iterable[int], reason: str) -> None:
    for at in members:
        why = lines[at].reason or reason
        lines[at] = replace(lines[at], amount=None, state=UNKNOWN, reason=why)


def _missing(lines: Iterable[Line]) -> Iterator[tuple[str, str, str, str]]:
    for line in lines:
        if line.state != UNKNOWN or line.reason == "open":
            continue
        if line.reason == "no_rate":
            yield "no_rate", line.award, line.kind, line.decided
        if line.reason in ("no_rate", "no_salary") and line.base_salary is None:
            yield "no_salary", "", "", line.decided
        if line.reason not in ("no_rate", "no_salary"):
            yield line.reason, line.award, line.kind, line.decided


def _text(value: Any) -> str:
    """A cell as text; years may come as numbers, blanks as NaN."""
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _plain(value: Any) -> str:
    """A figure as exact text: ``0.3``, ``447000``; empty where there is none."""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return "" if value is None else str(value)
