"""Periods of service: the unbroken spell that reaches the reference day.

A period with a reason is read both ways: as an interruption, or as a period of work that ended for
this reason. Neutral reasons (maternity, paid leave) count as service and excuse the gap after
them; doubtful ones do so only in the kindest reading; any other reason ends the spell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emubatch.programme.tables import Criterion
from emubatch.rules.arrays import Bools, Ints, any_by
from emubatch.rules.frames import Month, View
from emubatch.rules.partial import EARLIEST, LATEST

ORDINARY, NEUTRAL, DOUBTFUL, BREAKING = 0, 1, 2, 3


@dataclass(slots=True)
class Spell:
    """Start of the spell as a span of days per nominee; ``None`` spans are (0, -1).

    ``reaches`` tells whether the spell lasts to the reference day.
    """

    low: Ints
    high: Ints
    reaches: Bools


@dataclass(slots=True)
class Periods:
    """Periods of service of all nominees, one entry a row, in no order."""

    owner: Ints
    start: tuple[Ints, Ints]
    end: tuple[Ints, Ints]
    reason: Ints

    @classmethod
    def of(cls, month: Month, leaf: Criterion, view: View, base: tuple[Ints, Ints]) -> Periods:
        """The rows of the sheet; a nominee all of whose rows are absences has its start of service.

        Args:
            base: span of the stated start of service per nominee.
        """
        fields = [
            month.programme.field_with_role(view.key, role) for role in ("from", "to", "reason")
        ]
        keys = [spec.key if spec is not None else "" for spec in fields]
        start, end = view.days(keys[0]), view.days(keys[1])
        start = (_or(start[0], start, EARLIEST), _or(start[1], start, LATEST))
        end = (_or(end[0], end, LATEST), _or(end[1], end, LATEST))
        reason = _reasons(view, keys[2], leaf)
        rows = np.flatnonzero(view.owner >= 0)
        found = cls(
            view.owner[rows],
            (start[0][rows], start[1][rows]),
            (end[0][rows], end[1][rows]),
            reason[rows],
        )
        return found._with_base(month.size, base)

    def _with_base(self, size: int, base: tuple[Ints, Ints]) -> Periods:
        absences_only = any_by(self.owner, size, self.reason != ORDINARY)
        absences_only &= ~any_by(self.owner, size, self.reason == ORDINARY)
        who = np.flatnonzero(absences_only & (base[1] >= base[0]))
        ever = np.full(len(who), LATEST)
        return Periods(
            np.append(self.owner, who),
            (np.append(self.start[0], base[0][who]), np.append(self.start[1], base[1][who])),
            (np.append(self.end[0], ever), np.append(self.end[1], ever)),
            np.append(self.reason, np.full(len(who), ORDINARY)),
        )

    def kindest(self, size: int, day: int, gap: int) -> Spell:
        """Doubtful periods count as service and excuse the gap after them.

        Work that ended for good after the reference day, or on a day that is not stated, still
        was service on that day.
        """
        broken = (self.reason == BREAKING) & (self.end[1] <= day)
        cut = _latest(self.owner, size, self.end[0] + 1, broken)
        excused = (self.reason == NEUTRAL) | (self.reason == DOUBTFUL)
        return self._spell(size, day, gap, (~broken, excused), (self.start, self.end[1]), cut)

    def strictest(self, size: int, day: int, gap: int) -> Spell:
        """Doubtful periods are interruptions; what is not stated is as short as it can be."""
        broken = (self.reason == BREAKING) | (self.reason == DOUBTFUL)
        past = np.minimum(self.end[1], LATEST - 1) + 1
        cut = _latest(self.owner, size, past, broken & (self.start[0] <= day))
        ordinary = self.reason == ORDINARY
        last = _latest(self.owner, size, self.start[0], ordinary)[self.owner]
        # A period of work without an end that another one follows has ended, nobody knows when.
        left_open = ordinary & (self.end[1] == LATEST) & (self.start[0] < last)
        end = np.where(left_open, self.start[1], self.end[1])
        unknown = self.start[0] == EARLIEST
        start = (np.where(unknown, end, self.start[0]), np.where(unknown, end, self.start[1]))
        return self._spell(size, day, gap, (~broken, self.reason == NEUTRAL), (start, end), cut)

    def _spell(
        self,
        size: int,
        day: int,
        gap: int,
        masks: tuple[Bools, Bools],
        spans: tuple[tuple[Ints, Ints], Ints],
        cut: Ints,
    ) -> Spell:
        """Sweep of the covering periods in order of their start, all nominees at once."""
        (covers, excuses), ((low, high), end) = masks, spans
        floor = cut[self.owner]
        low, high = np.maximum(low, floor), np.maximum(high, floor)
        rows = np.flatnonzero(covers & (low <= day) & (end >= low))
        rows = rows[np.lexsort((high[rows], low[rows], self.owner[rows]))]
        owner, low, high, end = self.owner[rows], low[rows], high[rows], end[rows]
        reach = _running_max(owner, end)
        excused_to = _running_max(owner, np.where(excuses[rows], end, 0))
        first = np.append(True, owner[1:] != owner[:-1])[: len(rows)]
        before = np.append(0, reach[:-1])[: len(rows)]
        excused = np.append(0, excused_to[:-1])[: len(rows)] >= before
        starts = first | ((low - before - 1 > gap) & ~excused)
        found = Spell(np.zeros(size, dtype=np.int64), np.full(size, -1), np.zeros(size, dtype=bool))
        # Later entries overwrite earlier ones, so each nominee keeps its last spell.
        found.low[owner[starts]] = low[starts]
        found.high[owner[starts]] = high[starts]
        found.reaches[owner] = (reach + gap >= day) | (excused_to >= reach)
        # Who left and is not said to have come back, came back the next day at the earliest.
        left = (found.high < found.low) & (cut > EARLIEST) & (cut <= day)
        found.low[left] = found.high[left] = cut[left]
        return found


def _or(values: Ints, span: tuple[Ints, Ints], other: int) -> Ints:
    return np.where(span[1] >= span[0], values, other)


def _reasons(view: View, key: str, leaf: Criterion) -> Ints:
    """Class of each row's reason; a blank one is work."""
    coded = view.coded(key)
    neutral = leaf.options.get("neutral_gaps", "").split("|")
    doubtful = leaf.options.get("doubtful_gaps", "").split("|")
    table = [
        NEUTRAL if value in neutral else DOUBTFUL if value in doubtful else BREAKING
        for value in coded.values
    ]
    return np.asarray(np.array([*table, ORDINARY], dtype=np.int64)[coded.codes])


def _latest(owner: Ints, size: int, values: Ints, mask: Bools) -> Ints:
    """The largest value of each owner's rows of the mask, ``EARLIEST`` where there is none."""
    found = np.full(size, EARLIEST, dtype=np.int64)
    np.maximum.at(found, owner[mask], values[mask])
    return found


def _running_max(owner: Ints, values: Ints) -> Ints:
    """Largest value so far within each owner; rows are sorted by owner."""
    width = LATEST + 2
    return np.asarray(np.maximum.accumulate(owner * width + values) - owner * width)
