"""Closed lists (commendations, initiatives): ``count`` and ``count_years``.

What is not listed does not exist; a row with a blank deciding cell is possible, not sure. Both
date bases are looked at (G3), the same award counts once (G10).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

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
from emubatch.rules.bases import Bases
from emubatch.rules.distinct import Counted
from emubatch.rules.duplicates import same_awards
from emubatch.rules.evidence import cells
from emubatch.rules.frames import Month, View
from emubatch.rules.matching import Match
from emubatch.rules.sources import (
    Leaf,
    Source,
    interval_outcome,
    may_sources,
    sources,
    window_years,
)


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
    """``count`` and ``count_years``; titles go by years, everything else by rows.

    Where a ``count`` of something else has titles as well, each year with a title counts as one.
    A closed list is never without data: an empty one says that there is nothing, so that
    ``required`` concerns titles only.
    """
    found, may = sources(month, leaf), may_sources(month, leaf)
    known_window = window_years(leaf)[1] > 0
    if known_window and all(source.yearly for source in found):
        return titles.count_years(month, leaf, [*found, *may], wanted)
    mixed = known_window and leaf.test == "count"
    yearly = [source for source in (*found, *may) if mixed and source.yearly]
    listed = [source for source in (*found, *may) if not (mixed and source.yearly)]
    rows = [_dated(month, leaf, group) for group in _by_sheet(listed)]
    for part in rows:
        part.match = same_awards(month, leaf, part.view, part.column, part.match, part.first)
    if leaf.test == "count_years":
        sure, possible = _distinct_years(rows, window_years(leaf), month.size)
    else:
        sure, possible = _tally(rows, month.size)
    years = _title_years(month, leaf, yearly)
    if years is not None:
        met, open_ = titles.bounds(years, leaf)
        sure, possible = sure + met, possible + open_
    possible = np.where(_unread(month, rows), np.maximum(possible, _enough(leaf)), possible)
    outcome = interval_outcome(sure, possible, leaf)
    return _leaf(month, leaf, (rows, years), outcome, (sure, possible), wanted)


def _unread(month: Month, rows: Sequence[Rows]) -> Bools:
    """Nominees of whose list a sheet was not read: what stands there nobody knows."""
    return month.unread(part.view.key for part in rows)


def _enough(leaf: Criterion) -> int:
    """The least number that satisfies the leaf."""
    limit = float(leaf.threshold or 0)
    return math.ceil(limit) if leaf.operator in ("", ">=") else math.floor(limit) + 1


def _title_years(month: Month, leaf: Criterion, yearly: Sequence[Source]) -> titles.Years | None:
    """The years of the titles beside other awards; those of ``may_of`` may say "no" as well."""
    if not yearly:
        return None
    return titles.read_years(month, leaf, [replace(source, may=False) for source in yearly])


def _by_sheet(found: Sequence[Source]) -> list[list[Source]]:
    groups: dict[str, list[Source]] = {}
    for source in found:
        groups.setdefault(source.view.key, []).append(source)
    return list(groups.values())


def _dated(month: Month, leaf: Criterion, group: Sequence[Source]) -> Rows:
    """The rows of one sheet with the window applied."""
    view, match, coded = group[0].view, group[0].match, group[0].code
    for source in group[1:]:
        match, coded = match.either(source.match), coded.either(source.code)
    basis = Bases.of(month, leaf, view)
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


def _leaf(
    month: Month,
    leaf: Criterion,
    counted: tuple[Sequence[Rows], titles.Years | None],
    outcome: Levels,
    interval: tuple[Ints, Ints],
    wanted: Bools,
) -> Leaf:
    words = wording.of(month.lang)
    window = window_years(leaf)
    rows, titled = counted
    used = [*_used(rows, month.size), *(titled.used if titled is not None else ())]
    return Leaf(
        outcome=outcome,
        measured=_measured(month, leaf, counted, outcome, interval),
        required=words.count(month, leaf, in_years=leaf.test == "count_years"),
        evidence=cells(month, used, wanted),
        amount=interval[0].astype(np.float64),
        years=year_levels(rows, window, month.size) if window[1] else None,
        first_year=window[0],
        rows=[Counted(part.view.key, part.view.owner, part.match.level) for part in rows],
    )


def _measured(
    month: Month,
    leaf: Criterion,
    counted: tuple[Sequence[Rows], titles.Years | None],
    outcome: Levels,
    interval: tuple[Ints, Ints],
) -> Words:
    words = wording.of(month.lang)
    rows, titled = counted
    why = np.where(_unread(month, rows), doubts.UNREAD, 0)
    by_year, by_date = np.zeros_like(why), np.zeros_like(why)
    if titled is not None:
        why |= titled.why
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
