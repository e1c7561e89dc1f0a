"""How surely a code or a cell satisfies what a rule asks for: scales, issuers, conditions.

Everything here is worked out once per distinct value, then taken by rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from emubatch.programme.conditions import BLANK, Condition, Measured
from emubatch.programme.tables import Choice, Field
from emubatch.rules import doubts
from emubatch.rules.arrays import MAYBE, NO, SURE, Bools, Ints, Levels
from emubatch.rules.frames import Coded, Month, View
from emubatch.rules.partial import NO_SPAN, date_span, year_span

ANYTHING = "*"
_SWITCHED = {"true": SURE, "yes": SURE, "review": MAYBE, "possible": MAYBE}


@dataclass(frozen=True, slots=True)
class Match:
    """Level of each row or value, and the doubts (bits) behind it."""

    level: Levels
    why: Ints

    def take(self, coded: Coded) -> Match:
        """From one entry per distinct value (blank last) to one per row."""
        return Match(coded.take(self.level), coded.take(self.why))

    def both(self, other: Match) -> Match:
        """Both must hold: the lower level; doubts only where something is left to doubt."""
        level = np.minimum(self.level, other.level)
        return Match(level, np.where(level > NO, self.why | other.why, 0))

    def either(self, other: Match) -> Match:
        """One of the two is enough: the higher level, with its doubts."""
        better = other.level > self.level
        level = np.where(better, other.level, self.level).astype(np.int8)
        return Match(level, np.where(better, other.why, self.why))

    def doubted(self, where: Bools, bit: int) -> Match:
        """Possible at most where a doubt applies."""
        where = where & (self.level > NO)
        level = np.where(where, np.minimum(self.level, MAYBE), self.level).astype(np.int8)
        return Match(level, np.where(where, self.why | bit, self.why))


def everything(size: int) -> Match:
    """Every row satisfies."""
    return Match(np.full(size, SURE, dtype=np.int8), np.zeros(size, dtype=np.int64))


def _table(pairs: Iterable[tuple[int, int]]) -> Match:
    rows = list(pairs)
    return Match(
        np.array([level for level, _ in rows], dtype=np.int8),
        np.array([why for _, why in rows], dtype=np.int64),
    )


def switched(value: str) -> int:
    """Level that a switch of three positions stands for; anything else is no."""
    return _SWITCHED.get(value, NO)


# --- codes that are asked for ----------------------------------------------------------------


def code_match(
    values: Sequence[Any],
    source: Measured,
    spec: Field | None,
    choices: Mapping[str, Choice],
    options: Mapping[str, str],
) -> Match:
    """Level of each distinct value of a measured column, blanks last."""
    asked = source.codes
    blank = (MAYBE, doubts.BLANK_CODE) if source.field else (SURE, 0)
    if not asked:
        yes = spec is not None and spec.type == "yesno"
        found = [(SURE, 0) if not yes or value == "CO" else (NO, 0) for value in values]
    elif choices:
        found = [
            _code_level(choices[value], asked, choices, options)
            if value in choices
            else (MAYBE, doubts.BLANK_CODE)
            for value in values
        ]
    else:
        wanted = {code for code, _ in asked}
        found = [(SURE if str(value) in wanted else NO, 0) for value in values]
    return _table([*found, blank])


def _code_level(
    have: Choice,
    asked: Sequence[tuple[str, bool]],
    choices: Mapping[str, Choice],
    options: Mapping[str, str],
) -> tuple[int, int]:
    if have.unknown:
        return MAYBE, doubts.NOT_YET
    levels = (_one_code(have, choices[code], plus, options) for code, plus in asked)
    return max(levels, key=lambda pair: (pair[0], -pair[1]))


def _one_code(
    have: Choice, want: Choice, plus: bool, options: Mapping[str, str]
) -> tuple[int, int]:
    if have.code == want.code:
        return SURE, 0
    if want.code in have.implies:
        return _implied(want, options)
    order = _order(have, want)
    if order == 0:
        return _same_level(have, options)
    closure = want.axis == "title" and options.get("title_closure", "true") == "true"
    if order is not None and order > 0 and (plus or closure):
        return SURE, 0
    return (MAYBE, doubts.MAY_IMPLY) if want.code in have.may_imply else (NO, 0)


def _implied(want: Choice, options: Mapping[str, str]) -> tuple[int, int]:
    """A commendation of a higher issuer follows its switch; a title includes a lower one."""
    if want.axis != "form":
        return SURE, 0
    level = switched(options.get("higher_issuer_satisfies", "true"))
    return level, doubts.HIGHER if level else 0


def _order(have: Choice, want: Choice) -> float | None:
    """How far above the wanted code on their common scale; None when they share none."""
    if not have.scale or have.scale != want.scale or have.rank is None or want.rank is None:
        return None
    return have.rank - want.rank


def _same_level(have: Choice, options: Mapping[str, str]) -> tuple[int, int]:
    if have.code in options.get("equivalents", "").split("|"):
        return SURE, 0
    level = switched(options.get("same_level_issuer", "review"))
    return level, doubts.SAME_LEVEL if level else 0


def stated(
    values: Sequence[Any], source: Measured, spec: Field | None, choices: Mapping[str, Choice]
) -> tuple[Bools, Bools]:
    """Which distinct values (blank last) state the year on the scale, and which say "none"."""
    if spec is None or not choices:
        answers = [value == "KHONG" for value in values]
        return np.array([True] * len(values) + [False]), np.array([*answers, False])
    scales = {choices[code].scale for code, _ in source.codes}
    axes = {choices[code].axis for code, _ in source.codes}
    rows = [choices.get(value) for value in values]
    on_scale = [
        row is not None
        and not row.unknown
        and (row.scale in scales if row.scale else row.states_none and row.axis in axes)
        for row in rows
    ]
    none = [row is not None and row.states_none for row in rows]
    return np.array([*on_scale, False]), np.array([*none, False])


# --- conditions ------------------------------------------------------------------------------


def row_conditions(
    month: Month, view: View, conditions: Sequence[Condition], options: Mapping[str, str]
) -> Match:
    """Level at which each row of a detail sheet meets all conditions, of one column each."""
    found = everything(len(view))
    for condition in conditions:
        found = found.both(_row_condition(month, view, condition, options))
    return found


def _row_condition(
    month: Month, view: View, condition: Condition, options: Mapping[str, str]
) -> Match:
    sheet, _, key = condition.field.rpartition(".")
    spec = month.field(sheet or view.key, key)
    if (sheet or view.key) == view.key and (spec is not None or key in view.frame):
        coded = view.coded(key)
        return condition_match(coded.values, condition, spec, month, options).take(coded)
    about = nominee_condition(month, condition)
    level = np.append(about.level, np.int8(NO))[view.owner]
    return Match(level, np.append(about.why, 0)[view.owner])


def nominee_conditions(month: Month, conditions: Sequence[Condition]) -> Match:
    """Level at which each nominee meets all conditions."""
    found = everything(month.size)
    for condition in conditions:
        found = found.both(nominee_condition(month, condition))
    return found


def nominee_condition(month: Month, condition: Condition) -> Match:
    """Level at which each nominee meets one condition; a blank cell leaves it open.

    Of several columns one is enough; those after the first are not asked while they are blank.
    """
    found = _column_condition(month, condition)
    for name in condition.also:
        other = _column_condition(month, replace(condition, field=name), blank=NO)
        found = found.either(other)
    return found


def _column_condition(month: Month, condition: Condition, blank: int | None = None) -> Match:
    sheet, _, key = condition.field.rpartition(".")
    coded, spec = month.column(sheet, key)
    table = condition_match(coded.values, condition, spec, month, {})
    if blank is not None:
        table.level[-1], table.why[-1] = blank, 0
    return table.take(coded)


def condition_match(
    values: Sequence[Any],
    condition: Condition,
    spec: Field | None,
    month: Month,
    options: Mapping[str, str],
) -> Match:
    """Level of each distinct value of a column under one condition, blanks last."""
    choices = month.choices(spec)
    blank = (MAYBE, doubts.BLANK_WHERE)
    if BLANK in condition.values:
        blank = (NO if condition.operator == "!=" else SURE, 0)
        rest = tuple(value for value in condition.values if value != BLANK)
        condition = replace(condition, values=rest)
    if condition.values == (ANYTHING,):
        return _table([*((SURE, 0) for _ in values), blank])
    if condition.operator in ("=", "!="):
        found = [_equal(value, condition, choices, options) for value in values]
    else:
        found = [(_ordered(value, condition, spec, choices), 0) for value in values]
    return _table([*found, blank])


def _equal(
    value: Any, condition: Condition, choices: Mapping[str, Choice], options: Mapping[str, str]
) -> tuple[int, int]:
    same = _plain(value) in condition.values
    if condition.operator == "!=":
        return (NO, 0) if same else (SURE, 0)
    if same:
        return SURE, 0
    have = choices.get(value)
    if have is None or have.axis or "same_level_issuer" not in options:
        return NO, 0
    wanted = (choices[code] for code in condition.values if code in choices)
    return max((_level_of(have, want, options) for want in wanted), default=(NO, 0))


def _level_of(have: Choice, want: Choice, options: Mapping[str, str]) -> tuple[int, int]:
    """Issuers and levels: the same level is the council's, a higher one follows its switch."""
    if want.code in have.implies:
        return SURE, 0
    order = _order(have, want)
    if order == 0:
        return _same_level(have, options)
    if order is not None and order > 0:
        level = switched(options.get("higher_issuer_satisfies", "true"))
        return level, doubts.HIGHER if level else 0
    return (MAYBE, doubts.MAY_IMPLY) if want.code in have.may_imply else (NO, 0)


def _plain(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _ordered(
    value: Any, condition: Condition, spec: Field | None, choices: Mapping[str, Choice]
) -> int:
    """Level of ``value < wanted`` and its like for ranks, numbers, dates and years."""
    low, high = ordinal(value, spec, choices)
    if low > high:
        return MAYBE
    found = [
        compared(low, high, condition.operator, *ordinal(wanted, spec, choices))
        for wanted in condition.values
    ]
    return max(found, default=NO)


def ordinal(value: Any, spec: Field | None, choices: Mapping[str, Choice]) -> tuple[float, float]:
    """A value as an interval of numbers that can be compared, ``NO_SPAN`` when it has no order."""
    if choices:
        choice = choices.get(value)
        rank = choice.rank if choice is not None else None
        return NO_SPAN if rank is None else (rank, rank)
    kind = spec.type if spec is not None else ""
    if kind in ("date", "birth"):
        return date_span(str(value))
    if kind in ("year", "years"):
        return year_span(_plain(value))
    try:
        number = float(value)
    except (TypeError, ValueError):
        return NO_SPAN
    return number, number


def compared(low: float, high: float, operator: str, first: float, last: float) -> int:
    """Level of a comparison between two intervals."""
    if first > last or low > high:
        return MAYBE
    if operator in ("<", "<="):
        low, high, first, last = -high, -low, -last, -first
    if operator in (">", "<"):
        return SURE if low > last else MAYBE if high > first else NO
    if operator in (">=", "<="):
        return SURE if low >= last else MAYBE if high >= first else NO
    same = low == high == first == last
    apart = high < first or low > last
    equal = SURE if same else NO if apart else MAYBE
    return SURE - equal if operator == "!=" else equal
