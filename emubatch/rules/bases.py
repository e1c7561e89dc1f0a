"""To which year a commendation belongs: by its achievement, by its decision (G3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emubatch.programme.tables import Criterion
from emubatch.rules import doubts
from emubatch.rules.arrays import MAYBE, NO, SURE, Bools, Ints, Levels
from emubatch.rules.frames import Month, View
from emubatch.rules.matching import Match
from emubatch.rules.partial import EARLIEST, LATEST, date_span
from emubatch.rules.sources import date_key, year_key

_EPOCH = 719_163  # ordinal of 1970-01-01, where numpy counts from
_UNKNOWN = -1  # level of a blank cell


@dataclass(slots=True)
class Bases:
    """Levels of being inside the window by year of achievement and by date of decision (G3).

    ``first`` and ``last`` are the years of each row by the chosen basis, or by the other one where
    that is blank (``borrowed``).
    """

    achieved: Levels
    decided: Levels
    first: Ints
    last: Ints
    borrowed: Bools
    leaf: Criterion

    @classmethod
    def of(cls, month: Month, leaf: Criterion, view: View) -> Bases:
        """The rows of a sheet against the window of a leaf."""
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
