"""Closed lists (commendations, initiatives): ``count`` and ``count_years``.

What is not listed does not exist; a row with a blank deciding cell is possible, not sure. Both
date bases are looked at (G3), the same award counts once (G10).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emubatch.model import NA
from emubatch.programme.tables import Criterion
from emubatch.rules import doubts, titles, wording
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
from emubatch.rules.duplicates import same_awards
from emubatch.rules.evidence import cells
from emubatch.rules.frames import Month, View
from emubatch.rules.matching import Match
from emubatch.rules.partial import EARLIEST, LATEST, date_span
from emubatch.rules.sources import (
    Leaf,
    Source,
    date_key,
    interval_outcome,
    left_out,
    may_sources,
    sources,
    window_years,
    year_key,
)

_EPOCH = 719_163  # ordinal of 1970-01-01, where numpy counts from


@dataclass(slots=True)
class Rows:
    """The rows of one sheet that may count, all its sources together.

    ``first`` and ``last`` are the years of a row by the chosen date basis, or by the other one
    where that is blank (``borrowed``); ``by_year`` and ``by_date`` tell whether the row would
    count under each basis.
    """

    view: View
    column: str
    match: Match
    coded: Match
    first: Ints
    last: Ints
    borrowed: Bools
    by_year: Bools
    by_date: Bools

    def in_one_year(self, window: tuple[int, int]) -> Bools:
        """Rows of one year of the window."""
        within = (self.first >= window[0]) & (self.first <= window[1])
        return np.asarray(within & (self.first == self.last) & (self.first > 0))


def count(month: Month, leaf: Criterion, wanted: Bools) -> Leaf:
    """``count`` and ``count_years``; titles go by years, everything else by rows."""
    found, may = sources(month, leaf), may_sources(month, leaf)
    known_window = window_years(leaf)[1] > 0
    if known_window and all(source.yearly for source in found):
        return titles.count_years(month, leaf, [*found, *may], wanted)
    rows = [_dated(month, leaf, group) for group in _by_sheet([*found, *may])]
    for part in rows:
        part.match = same_awards(month, leaf, part.view, part.column, part.match, part.first)
    if leaf.test == "count_years":
        sure, possible = _distinct_years(rows, window_years(leaf), month.size)
    else:
        sure, possible = _tally(rows, month.size)
    outcome = interval_outcome(sure, possible, leaf)
    outcome = left_out(outcome, _has_rows(rows, month.size), leaf)
    return _leaf(month, leaf, rows, outcome, (sure, possible), wanted)


def _by_sheet(found: Sequence[Source]) -> list[list[Source]]:
    groups: dict[str, list[Source]] = {}
    for source in found:
        groups.setdefault(source.view.key, []).append(source)
    return list(groups.values())


def _either(first: Match, second: Match) -> Match:
    """The better of two readings of the same rows."""
    better = second.level > first.level
    level = np.where(better, second.level, first.level).astype(np.int8)
    return Match(level, np.where(better, second.why, first.why))


def _dated(month: Month, leaf: Criterion, group: Sequence[Source]) -> Rows:
    """The rows of one sheet with the window applied."""
    view, match, coded = group[0].view, group[0].match, group[0].code
    for source in group[1:]:
        match, coded = _either(match, source.match), _either(coded, source.code)
    basis = _Bases.of(month, leaf, view)
    column = group[0].measured.field or _first_column(month, view.key)
    counts = match.level > NO
    return Rows(
        view,
        column,
        match.both(basis.match()),
        coded,
        basis.first,
        basis.last,
        basis.borrowed,
        counts & (basis.achieved == SURE),
        counts & (basis.decided == SURE),
    )


def _first_column(month: Month, sheet: str) -> str:
    """The column to point at where the measure names none: what the row is about."""
    fields = month.programme.fields_of.get(sheet, ())
    roles = ("title", "number", "year")
    found = (f.key for role in roles for f in fields if f.role == role)
    return next(found, fields[0].key if fields else "")


@dataclass(slots=True)
class _Bases:
    """Levels of being inside the window by year of achievement and by date of decision (G3).

    ``UNKNOWN`` marks a blank cell.
    """

    achieved: Levels
    decided: Levels
    first: Ints
    last: Ints
    borrowed: Bools
    leaf: Criterion

    @classmethod
    def of(cls, month: Month, leaf: Criterion, view: View) -> _Bases:
        low, high = view.years(year_key(month, view.key))
        day_low, day_high = view.days(date_key(month, view.key))
        achieved = _inside(_first_days(low), _first_days(high + 1) - 1, high >= low, leaf)
        decided = _inside(day_low, day_high, day_high >= day_low, leaf)
        own, other = (low, high), (_years(day_low), _years(day_high))
        if _by_decision(leaf):
            own, other = other, own
        use = (own[1] >= own[0]) & (own[1] > 0)
        first, last = (np.where(use, a, b) for a, b in zip(own, other, strict=True))
        return cls(achieved, decided, first, last, ~use, leaf)

    def match(self) -> Match:
        """Level of each row: the chosen basis, the other where it is blank; both must agree."""
        if not any(self.leaf.window):
            return Match(np.full(len(self.achieved), SURE, np.int8), np.zeros(len(self.first), int))
        own, other = self.achieved, self.decided
        if _by_decision(self.leaf):
            own, other = other, own
        blank = own == _UNKNOWN
        level = np.where(blank, np.maximum(other, MAYBE), own)
        why = np.where(blank & (level == MAYBE), doubts.NO_YEAR, 0)
        why |= np.where(~blank & (own == MAYBE), doubts.STRADDLES, 0)
        if self.leaf.options.get("year_basis_conflict", "review") == "review":
            clash = ~blank & (other != _UNKNOWN) & (own != other)
            level = np.where(clash, MAYBE, level)
            why |= np.where(clash & (own != MAYBE), doubts.DATE_BASES, 0)
        return Match(level.astype(np.int8), why)


_UNKNOWN = -1


def _by_decision(leaf: Criterion) -> bool:
    return leaf.options.get("year_basis", "achievement_year") == "decision_date"


def _inside(low: Ints, high: Ints, known: Bools, leaf: Criterion) -> Levels:
    """Level of a span of days lying in the window, ``_UNKNOWN`` where the cell is blank."""
    first, last = leaf.window
    start = date_span(first)[0] if first else EARLIEST
    end = date_span(last)[1] if last else LATEST
    inside = (low >= start) & (high <= end)
    outside = (high < start) | (low > end)
    level = np.where(inside, SURE, np.where(outside, NO, MAYBE))
    return np.where(known, level, _UNKNOWN).astype(np.int8)


def _first_days(years: Ints) -> Ints:
    """Ordinal of 1 January of each year."""
    stamps = (years - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    return np.asarray(stamps.astype(np.int64) + _EPOCH)


def _years(days: Ints) -> Ints:
    """Year of each ordinal, 0 for blanks."""
    stamps = (days - _EPOCH).astype("datetime64[D]").astype("datetime64[Y]")
    return np.where(days > 0, stamps.astype(np.int64) + 1970, 0)


# --- counting --------------------------------------------------------------------------------


def _tally(rows: Sequence[Rows], size: int) -> tuple[Ints, Ints]:
    sure = np.zeros(size, dtype=np.int64)
    possible = sure.copy()
    for part in rows:
        sure += count_by(part.view.owner, size, part.match.level == SURE)
        possible += count_by(part.view.owner, size, part.match.level > NO)
    return sure, possible


def _distinct_years(rows: Sequence[Rows], window: tuple[int, int], size: int) -> tuple[Ints, Ints]:
    """Bounds on the number of distinct years.

    A row whose year is open, or known only by the other date basis, can add one year at most,
    wherever it falls.
    """
    sure_years = year_levels(rows, window, size) == SURE
    maybe_years = np.zeros_like(sure_years)
    wide = np.zeros(size, dtype=np.int64)
    wide_sure = np.zeros(size, dtype=bool)
    for part in rows:
        fixed = part.in_one_year(window) & ~part.borrowed
        maybe_years |= _years_of(part, fixed & (part.match.level > NO), window, size)
        loose = ~fixed & (part.match.level > NO)
        wide += count_by(part.view.owner, size, loose)
        wide_sure |= any_by(part.view.owner, size, loose & (part.match.level == SURE))
    sure = np.maximum(sure_years.sum(axis=1), wide_sure.astype(np.int64))
    possible = np.minimum(maybe_years.sum(axis=1) + wide, window[1] - window[0] + 1)
    return sure, np.maximum(possible, sure)


def _years_of(part: Rows, mask: Bools, window: tuple[int, int], size: int) -> Bools:
    """Which (nominee, year) cells have such a row; only rows of one year."""
    count = window[1] - window[0] + 1
    picked = np.flatnonzero(mask & (part.view.owner >= 0))
    flat = part.view.owner[picked] * count + part.first[picked] - window[0]
    return np.asarray(np.bincount(flat, minlength=size * count).reshape(size, count) > 0)


def year_levels(rows: Sequence[Rows], window: tuple[int, int], size: int) -> Levels:
    """Level per nominee and year of having an award in it."""
    level = np.zeros((size, max(window[1] - window[0] + 1, 0)), dtype=np.int8)
    for part in rows:
        fixed = part.in_one_year(window)
        for ceiling in (MAYBE, SURE):
            level[_years_of(part, fixed & (part.match.level >= ceiling), window, size)] = ceiling
        anywhere = any_by(part.view.owner, size, ~fixed & (part.match.level > NO))[:, None]
        level = np.where(anywhere, np.maximum(level, MAYBE), level).astype(np.int8)
    return level


# --- words and cells -------------------------------------------------------------------------


def _has_rows(rows: Sequence[Rows], size: int) -> Bools:
    found = np.zeros(size, dtype=bool)
    for part in rows:
        found |= any_by(part.view.owner, size, np.ones(len(part.view), dtype=bool))
    return found


def _leaf(
    month: Month,
    leaf: Criterion,
    rows: Sequence[Rows],
    outcome: Levels,
    interval: tuple[Ints, Ints],
    wanted: Bools,
) -> Leaf:
    words = wording.of(month.lang)
    window = window_years(leaf)
    return Leaf(
        outcome=outcome,
        measured=_measured(month, leaf, rows, outcome, interval),
        required=words.count(month, leaf, in_years=leaf.test == "count_years"),
        evidence=cells(month, _used(rows, month.size), wanted),
        amount=interval[0].astype(np.float64),
        years=year_levels(rows, window, month.size) if window[1] else None,
        first_year=window[0],
    )


def _measured(
    month: Month,
    leaf: Criterion,
    rows: Sequence[Rows],
    outcome: Levels,
    interval: tuple[Ints, Ints],
) -> Words:
    words = wording.of(month.lang)
    why = np.zeros(month.size, dtype=np.int64)
    by_year, by_date = why.copy(), why.copy()
    for part in rows:
        why |= bits_by(part.view.owner, month.size, part.match.why, part.match.level > NO)
        by_year += count_by(part.view.owner, month.size, part.by_year)
        by_date += count_by(part.view.owner, month.size, part.by_date)
    disagree = (why & doubts.DATE_BASES) > 0
    by_year, by_date = np.where(disagree, by_year, 0), np.where(disagree, by_date, 0)

    def text(sure: int, possible: int, why: int, by_year: int, by_date: int) -> str:
        found = words.some_rows(sure, possible, leaf.threshold, why)
        if not why & doubts.DATE_BASES:
            return found
        return f"{found} ({words.say('both_bases', by_year=by_year, by_date=by_date)})"

    found = by_pattern([*interval, why, by_year, by_date], text)
    return np.where(outcome == NA, words.words["no_data"], found)


def _used(rows: Sequence[Rows], size: int) -> list[tuple[View, str, Bools]]:
    """The rows that count; where there are none, those of the right form that do not."""
    counted = np.zeros(size, dtype=bool)
    for part in rows:
        counted |= any_by(part.view.owner, size, part.match.level > NO)
    known = np.append(counted, True)
    return [
        (
            part.view,
            part.column,
            (part.match.level > NO) | ((part.coded.level > NO) & ~known[part.view.owner]),
        )
        for part in rows
    ]
