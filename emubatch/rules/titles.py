"""What is stated year by year (titles, ratings, yes or no): ``every_year`` and ``count_years``.

Each nominee and year has a state. A year is "no" only where something on the same scale says so;
a year about which nothing is said is open, not "no" (rulings F, G4).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from emubatch.model import FAIL, NA, PASS, REVIEW
from emubatch.programme.tables import Criterion
from emubatch.rules import doubts, wording
from emubatch.rules.arrays import (
    MAYBE,
    NO,
    SURE,
    Bools,
    Ints,
    Levels,
    Words,
    any_by,
    bits_by,
    by_pattern,
    count_by,
)
from emubatch.rules.evidence import cells
from emubatch.rules.frames import Month, View
from emubatch.rules.matching import stated
from emubatch.rules.sources import (
    Leaf,
    Source,
    interval_outcome,
    left_out,
    sources,
    window_years,
    year_key,
)

# States of a nominee's year.
UNSTATED, NOT_MET, DOUBTFUL, MET = 0, 1, 2, 3


@dataclass(slots=True)
class Years:
    """The state of each nominee's years, and what floats beside them.

    ``floating`` counts rows that would satisfy but do not say their year; ``why`` holds the doubts
    of the years that are doubtful and the notes of those that are met.
    """

    state: Levels
    stated: Bools
    first: int
    floating: Ints
    why: Ints
    used: list[tuple[View, str, Bools]]


@dataclass(slots=True)
class _Marks:
    """What the rows of one source say about each nominee's years."""

    met: Bools
    doubtful: Bools
    not_met: Bools
    none: Bools


def every_year(month: Month, leaf: Criterion, wanted: Bools) -> Leaf:
    """Every calendar year of the window must be met (G4)."""
    years = read_years(month, leaf, sources(month, leaf))
    met, unmet = _tallies(years, leaf)
    if leaf.options.get("required", "true") == "true":
        sure = met == years.state.shape[1]
    else:
        # Without the duty to state every year, the years that are stated decide.
        sure = (unmet == 0) & ~(years.state == DOUBTFUL).any(axis=1)
    possible = unmet <= years.floating
    outcome = np.where(sure, PASS, np.where(possible, REVIEW, FAIL)).astype(np.int8)
    outcome = left_out(outcome, _has_data(years), leaf)
    words = wording.of(month.lang)

    def text(floating: int, why: int, *states: int) -> str:
        return words.each_year(years.first, states, floating, why)

    measured = _measured(month, years, outcome, text)
    return _leaf(month, years, outcome, measured, words.every_year(month, leaf), wanted)


def count_years(month: Month, leaf: Criterion, found: Sequence[Source], wanted: Bools) -> Leaf:
    """How many years of the window are met, as an interval (G2)."""
    years = read_years(month, leaf, found)
    met, possible = bounds(years, leaf)
    outcome = interval_outcome(met, possible, leaf)
    outcome = left_out(outcome, _has_data(years), leaf)
    words = wording.of(month.lang)

    def text(floating: int, why: int, *states: int) -> str:
        return words.some_years(years.first, states, leaf.threshold, floating, why)

    measured = _measured(month, years, outcome, text)
    required = words.count(month, leaf, in_years=True)
    return _leaf(month, years, outcome, measured, required, wanted)


def bounds(years: Years, leaf: Criterion) -> tuple[Ints, Ints]:
    """Years that are surely met, and that may be."""
    met, unmet = _tallies(years, leaf)
    return met, years.state.shape[1] - unmet + np.minimum(years.floating, unmet)


def _tallies(years: Years, leaf: Criterion) -> tuple[Ints, Ints]:
    """Years met and not met; ``blank_year = none`` takes silence for "no"."""
    if leaf.options.get("blank_year", "review") == "none":
        years.state[years.state == UNSTATED] = NOT_MET
    met = (years.state == MET).sum(axis=1)
    return met, (years.state == NOT_MET).sum(axis=1)


def _has_data(years: Years) -> Bools:
    return np.asarray(years.stated.any(axis=1) | (years.floating > 0))


def _measured(month: Month, years: Years, outcome: Levels, text: Callable[..., str]) -> Words:
    count = years.state.shape[1]
    columns = [years.state[:, at] for at in range(count)]
    words = by_pattern([np.minimum(years.floating, count), years.why, *columns], text)
    return np.where(outcome == NA, wording.of(month.lang).words["no_data"], words)


def _leaf(
    month: Month, years: Years, outcome: Levels, measured: Words, required: str, wanted: Bools
) -> Leaf:
    level = np.select([years.state == MET, years.state != NOT_MET], [SURE, MAYBE], NO)
    return Leaf(
        outcome=outcome,
        measured=measured,
        required=required,
        evidence=cells(month, years.used, wanted),
        amount=(years.state == MET).sum(axis=1).astype(np.float64),
        years=level.astype(np.int8),
        first_year=years.first,
    )


# --- states ----------------------------------------------------------------------------------


def read_years(month: Month, leaf: Criterion, found: Sequence[Source]) -> Years:
    """The state of every nominee and year of the window, all sources together."""
    first, last = window_years(leaf)
    size, count = month.size, last - first + 1
    yes = np.zeros((size, count), dtype=bool)
    doubtful, no = yes.copy(), yes.copy()
    floating = np.zeros(size, dtype=np.int64)
    why = np.zeros(size, dtype=np.int64)
    used = []
    for source in found:
        marks, rows = _marks(month, source, first, count)
        clash = marks.met & (marks.none | (marks.not_met & _single(source)))
        yes |= marks.met & ~clash
        doubtful |= clash | (marks.doubtful & ~marks.met)
        no |= (marks.not_met | marks.none) & ~marks.met & ~marks.doubtful
        why |= np.where(clash.any(axis=1), doubts.TWO_ANSWERS, 0)
        floating += rows.floating
        why |= rows.why
        column = source.measured.field or year_key(month, source.view.key)
        used.append((source.view, column, rows.used))
    both = yes & no
    why |= np.where(both.any(axis=1), doubts.TWO_ANSWERS, 0)
    state = np.select([yes & ~both, doubtful | both, no], [MET, DOUBTFUL, NOT_MET], UNSTATED)
    doubted = (state == DOUBTFUL).any(axis=1) | (floating > 0)
    why = np.where(doubted, why, why & doubts.HIGHER)
    return Years(state.astype(np.int8), state != UNSTATED, first, floating, why, used)


def _single(source: Source) -> bool:
    """Whether a year has one value on this axis, so that two of them contradict each other."""
    codes = [code for code, _ in source.measured.codes if code in source.choices]
    return not codes or source.choices[codes[0]].axis == "rating"


@dataclass(slots=True)
class _Rows:
    floating: Ints
    why: Ints
    used: Bools


def _marks(month: Month, source: Source, first: int, count: int) -> tuple[_Marks, _Rows]:
    """Marks of the rows on the years of the window; rows without a year float."""
    view, size = source.view, month.size
    low, high = view.years(year_key(month, view.key))
    on_scale, none = (
        table[source.coded.codes]
        for table in stated(source.coded.values, source.measured, source.spec, source.choices)
    )
    level = source.match.doubted(high > low, doubts.SEVERAL_YEARS)
    states_no = on_scale & (level.level == NO) & (not source.may)
    known = high >= low
    span = (np.maximum(low, first) - first, np.minimum(high, first + count - 1) - first)
    inside = known & (high >= first) & (low < first + count)
    maybe = (level.level == MAYBE) | (states_no & (~view.sure | (high > low)))
    said_no = inside & states_no & ~maybe

    def mark(rows: Bools) -> Bools:
        return _mark(view.owner, span, rows, (size, count))

    marks = _Marks(
        mark(inside & (level.level == SURE)),
        mark(inside & maybe),
        mark(said_no & ~none),
        mark(said_no & none),
    )
    floats = ~known & (level.level >= MAYBE)
    why = bits_by(view.owner, size, level.why, inside & (level.level > NO))
    why |= np.where(any_by(view.owner, size, floats), doubts.NO_YEAR, 0)
    used = (inside & ((level.level > NO) | states_no)) | floats
    return marks, _Rows(count_by(view.owner, size, floats), why, used)


def _mark(owner: Ints, span: tuple[Ints, Ints], rows: Bools, shape: tuple[int, int]) -> Bools:
    """Which (nominee, year) cells the rows cover; a row covers its span of years."""
    picked = np.flatnonzero(rows & (owner >= 0))
    start, length = span[0][picked], span[1][picked] - span[0][picked] + 1
    steps = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    flat = np.repeat(owner[picked] * shape[1] + start, length) + steps
    return np.asarray(np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape) > 0)
