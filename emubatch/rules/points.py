"""Points of one scorecard leaf for every unit: level, bonus, penalty, and what is still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emubatch.model import Lang
from emubatch.programme.tables import Programme, ScoreOption, ScoreRow
from emubatch.rules.arrays import Bools, Floats, Ints
from emubatch.rules.entries import NONE, UNKNOWN, Entries

SCORED, REVIEW, ERROR = 0, 1, 2

# Notes on a row; those of ``_OPEN`` leave it without a total.
NO_LEVEL = 1 << 0
UNKNOWN_LEVEL = 1 << 1
TWO_LEVELS = 1 << 2
DISAGREE = 1 << 3
OUTSIDE = 1 << 4
ON_LIMIT = 1 << 5
OVER_WHOLE = 1 << 6
NO_COUNT = 1 << 7
NO_EXCEED = 1 << 8
NO_PENALTY = 1 << 9
BONUS_AND_PENALTY = 1 << 10
OVER_BASE = 1 << 11
_UNCLEAR_LEVEL = TWO_LEVELS | DISAGREE | OUTSIDE | ON_LIMIT | OVER_WHOLE
_WORDS: tuple[tuple[int, str, str], ...] = (
    (TWO_LEVELS, "chọn nhiều mức", "more than one level chosen"),
    (UNKNOWN_LEVEL, "mức không nhận ra", "level not recognised"),
    (NO_LEVEL, "chưa chọn mức", "no level chosen"),
    (DISAGREE, "mức và số liệu không khớp", "level and figure disagree"),
    (OVER_WHOLE, "số liệu lớn hơn tổng số", "figure larger than its total"),
    (OUTSIDE, "số liệu ngoài các mức đã nêu", "figure outside the stated levels"),
    (ON_LIMIT, "đúng bằng giới hạn giữa hai mức", "exactly on the limit of two levels"),
    (NO_COUNT, "chưa ghi số lượng", "count not entered"),
    (NO_EXCEED, "chưa ghi % vượt", "per cent over not entered"),
    (NO_PENALTY, "chưa ghi điểm trừ", "penalty not entered"),
    (OVER_BASE, "điểm trừ lớn hơn điểm chuẩn", "penalty above the base"),
    (BONUS_AND_PENALTY, "vừa cộng vừa trừ điểm", "bonus and penalty together"),
)


def note_words(notes: int, lang: Lang) -> str:
    """The notes on a row in words."""
    return "; ".join(en if lang == "en" else vi for bit, vi, en in _WORDS if notes & bit)


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading switches of the scorecard (DOMAIN A.4, 4.1 to 4.9)."""

    no_option: str
    bonus_rule: str
    points_per_pct: float
    cap_pct: float
    shortfall_penalty: str
    zero_level: str
    undefined_level: str
    at_boundary: str
    bonus_with_penalty: str
    show_raw: bool

    @classmethod
    def of(cls, programme: Programme) -> Reading:
        """The switches of a programme."""
        return cls(
            programme.reading("no_option"),
            programme.reading("bonus_rule"),
            float(programme.reading("points_per_pct")),
            float(programme.reading("cap_pct_of_base")),
            programme.reading("shortfall_penalty"),
            programme.reading("zero_level"),
            programme.reading("undefined_level"),
            programme.reading("at_boundary"),
            programme.reading("bonus_with_penalty"),
            programme.reading("show_raw_total") == "true",
        )


@dataclass(slots=True)
class Scored:
    """One row of the card for every unit; NaN where something is not known.

    ``level`` is a position among the leaf's options, ``NONE`` where no level holds.
    """

    outcome: Ints
    bonus: Floats
    raw_bonus: Floats
    penalty: Floats
    total: Floats
    level: Ints
    derived: Ints
    exceed: Floats
    notes: Ints


def score_leaf(
    entries: Entries, at: int, options: Sequence[ScoreOption], reading: Reading
) -> Scored:
    """One leaf for every unit."""
    row = entries.leaves[at]
    level = _Level.of(entries, at, options, reading)
    points = level.points
    exceed = entries.numbers(at, "exceed") if row.bonus else np.full(len(points), np.nan)
    short = _taken([option.short for option in options], level.level, False)
    bonus, raw = _bonus(row, exceed, short.astype(bool), reading)
    asked = _taken([option.penalty_entered for option in options], level.level, False).astype(bool)
    asked &= reading.shortfall_penalty == "entered"
    entered = np.where(asked, entries.numbers(at, "penalty"), 0.0)
    penalty = row.base - points + entered
    known = ~np.isnan(points)
    bonus, raw = (np.where(known, amount, np.nan) for amount in (bonus, raw))
    notes = level.notes | np.where(known & np.isnan(bonus), NO_EXCEED, 0)
    notes |= np.where(known & np.isnan(entered), NO_PENALTY, 0)
    both = (bonus > 0) & (penalty > 0)
    notes |= np.where(both, BONUS_AND_PENALTY, 0)
    total = row.base + bonus - penalty
    # The plan knows no negative points; what such an entry means is for the council.
    over = penalty > row.base
    notes |= np.where(over, OVER_BASE, 0)
    outcome = np.where(np.isnan(total) | over, REVIEW, SCORED)
    outcome = np.where(both & (reading.bonus_with_penalty == "review"), REVIEW, outcome)
    outcome = np.where((notes & TWO_LEVELS) > 0, ERROR, outcome)
    total = np.where(outcome == SCORED, total, np.nan)
    return Scored(outcome, bonus, raw, penalty, total, level.level, level.derived, exceed, notes)


def _taken(values: Sequence[float], level: Ints, blank: float) -> Floats:
    """One entry per unit from one per option."""
    return np.array([*values, blank], dtype=np.float64)[np.maximum(level, NONE)]


def _bonus(row: ScoreRow, exceed: Floats, short: Bools, reading: Reading) -> tuple[Floats, Floats]:
    """Bonus after and before its cap; NaN where the per cent over is blank."""
    none = np.zeros(len(exceed))
    if not row.bonus:
        return none, none
    cap = row.base * reading.cap_pct / 100
    raw = np.maximum(exceed, 0) * reading.points_per_pct
    if reading.bonus_rule == "flat":
        raw = np.where(np.isnan(exceed), np.nan, np.where(exceed > 0, cap, 0.0))
    raw = np.where(short, 0.0, raw)
    return np.minimum(raw, cap), raw


# --- the level -------------------------------------------------------------------------------


@dataclass(slots=True)
class _Level:
    """The level that holds for each unit, its points, and why there is none."""

    level: Ints
    derived: Ints
    points: Floats
    notes: Ints

    @classmethod
    def of(
        cls, entries: Entries, at: int, options: Sequence[ScoreOption], reading: Reading
    ) -> _Level:
        """Chosen on the form, or told by the entered figure; both must agree."""
        row = entries.leaves[at]
        stated = np.append(entries.option, NONE)[entries.row[:, at]]
        fact = entries.numbers(at, "fact") if row.fact else np.full(len(stated), np.nan)
        figure = _Figure.of(row, options, fact, entries.numbers(at, "fact_total"), reading)
        bounded = _taken([_bounded(option) for option in options], stated, True).astype(bool)
        known = np.where(bounded, figure.known, False)
        level = np.where(stated >= 0, stated, figure.level)
        notes = np.where(known, figure.notes, 0)
        clash = known & (stated >= 0) & (figure.level >= 0) & (figure.level != stated)
        notes |= np.where(clash, DISAGREE, 0)
        silent = (level == NONE) & ~known
        notes |= np.where(silent, NO_LEVEL, 0) | np.where(stated == UNKNOWN, UNKNOWN_LEVEL, 0)
        notes |= np.where(entries.chosen[:, at] > 1, TWO_LEVELS, 0)
        level = np.where((notes & _UNCLEAR_LEVEL) > 0, NONE, level)
        level = np.where(stated == UNKNOWN, NONE, level)
        points, missing = _points(options, level, fact)
        notes |= np.where(missing, NO_COUNT, 0)
        found = cls(level, figure.level, points, notes)
        found._settle(silent & (reading.no_option == "zero"), NO_LEVEL, "0")
        zero = (row.fact == "count") & (fact == 0)
        found._settle(zero & (notes == OUTSIDE), OUTSIDE, reading.zero_level)
        found._settle(~zero & (notes == OUTSIDE), OUTSIDE, reading.undefined_level)
        return found

    def _settle(self, where: Bools, note: int, points: str) -> None:
        """Points of a case without a level, where a switch gives a number for it."""
        if points == "review":
            return
        self.points = np.where(where, float(points), self.points)
        self.notes = np.where(where, self.notes & ~note, self.notes)


def _bounded(option: ScoreOption) -> bool:
    return option.fact_from is not None or option.fact_to is not None


def _points(options: Sequence[ScoreOption], level: Ints, fact: Floats) -> tuple[Floats, Bools]:
    """Points of each level, those by count included; and where the count is missing."""
    points = _taken([option.points for option in options], level, np.nan)
    each = _taken([option.per_unit for option in options], level, 0.0)
    floor = _taken([option.floor for option in options], level, 0.0)
    counted = each != 0
    points = np.where(counted, np.maximum(floor, points + each * fact), points)
    return points, counted & np.isnan(fact)


@dataclass(slots=True)
class _Figure:
    """The level that an entered figure tells, ``NONE`` where it tells none."""

    known: Bools
    level: Ints
    notes: Ints

    @classmethod
    def of(
        cls,
        row: ScoreRow,
        options: Sequence[ScoreOption],
        fact: Floats,
        whole: Floats,
        reading: Reading,
    ) -> _Figure:
        """Counts as they are, shares as whole numbers: part × 100 against limit × whole."""
        share = row.fact == "share"
        value, scale = (fact * 100, whole) if share else (fact, np.ones(len(fact)))
        known = ~np.isnan(value) & ~np.isnan(scale)
        if not any(_bounded(option) for option in options):
            known[:] = False
        level = np.full(len(fact), NONE, dtype=np.int64)
        limits = np.zeros(len(fact), dtype=np.int64)
        for at, option in enumerate(options):
            if _bounded(option):
                inside, on_limit = _inside(option, value, scale)
                level = np.where(inside & (level == NONE), at, level)
                limits += on_limit
        notes = np.zeros(len(fact), dtype=np.int64)
        if share:
            level = np.where(scale == 0, NONE, level)
            notes |= np.where(known & (fact > whole), OVER_WHOLE, 0)
        notes |= np.where(known & (level == NONE) & (notes == 0), OUTSIDE, 0)
        if reading.at_boundary == "review":
            notes |= np.where(known & (limits > 1), ON_LIMIT, 0)
        return cls(known, np.where(known, level, NONE), notes)


def _inside(option: ScoreOption, value: Floats, scale: Floats) -> tuple[Bools, Bools]:
    """Whether the figure lies in the option's range, and whether it is one of its limits."""
    inside = ~np.isnan(value)
    on_limit = np.zeros(len(value), dtype=bool)
    if option.fact_from is not None:
        limit = option.fact_from * scale
        inside &= (value > limit) if option.from_open else (value >= limit)
        on_limit |= value == limit
    if option.fact_to is not None:
        limit = option.fact_to * scale
        inside &= (value < limit) if option.to_open else (value <= limit)
        on_limit |= value == limit
    single = option.fact_from is not None and option.fact_from == option.fact_to
    return inside, on_limit & (not single)
