"""Counts behind a target: who belongs to it, who meets it, and what is still open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from emubatch.programme.operators import TABLE_SWITCHES
from emubatch.programme.tables import Target
from emubatch.rules.arrays import MAYBE, NO, SURE, Bools, Ints, Levels
from emubatch.rules.frames import Month
from emubatch.rules.matching import condition_match
from emubatch.rules.members import Members

ALL = 100.0  # per cent
_MOST_CELLS = 30


@dataclass(frozen=True, slots=True)
class Counts:
    """Sums of members; ``maybe_`` for those who may not belong at all.

    ``base`` belong, ``met`` of them surely meet the target, ``open`` may; of those who may belong,
    ``maybe_short`` may fall short and ``maybe_met`` may meet it. ``cap_low`` and ``cap_high``
    bound what the cap is counted on. ``silent`` are reporting units without any row, each of them
    open.
    """

    base: int = 0
    met: int = 0
    open: int = 0
    maybe_short: int = 0
    maybe_met: int = 0
    excluded: int = 0
    cap_low: int = 0
    cap_high: int = 0
    silent: int = 0

    def __add__(self, other: Counts) -> Counts:
        pairs = zip(_sums(self), _sums(other), strict=True)
        return Counts(*(one + two for one, two in pairs))

    @property
    def low(self) -> tuple[int, int]:
        """Numerator and denominator at their worst."""
        return self.met, self.base + self.maybe_short

    @property
    def high(self) -> tuple[int, int]:
        """Numerator and denominator at their best."""
        met = self.met + self.open + self.maybe_met
        return met, self.base + self.maybe_met


def _sums(counts: Counts) -> tuple[int, ...]:
    return (
        *(counts.base, counts.met, counts.open, counts.maybe_short, counts.maybe_met),
        *(counts.excluded, counts.cap_low, counts.cap_high, counts.silent),
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """One target measured: counts per unit, and for each member what is sure."""

    target: Target
    members: Members
    belongs: Levels
    meets: Levels
    counts: Mapping[int, Counts]
    cells_of: str

    @property
    def whole(self) -> Counts:
        """The counts of all units together."""
        return sum(self.counts.values(), Counts())

    def evidence(self, outcome: str, unit: int | None) -> str:
        """Cells that leave the target open, that miss one which asks for everybody, or that count.

        What counts is shown by the names: what was given may stand in another column or wave.
        """
        belongs, meets = self.belongs, self.meets
        key = self.cells_of
        everybody = self.target.threshold == ALL
        if outcome == "fail" and everybody:
            wanted = (belongs == SURE) & (meets == NO)
        elif outcome == "review":
            wanted = ((belongs > NO) & (meets == MAYBE)) | ((belongs == MAYBE) & (meets > NO))
        elif everybody:
            return ""
        else:
            wanted, key = (belongs == SURE) & (meets == SURE), self.members.name_key
        if unit is not None:
            wanted &= self.members.unit == unit
        rows = self.members.first[wanted][:_MOST_CELLS]
        return "; ".join(self.members.view.refs(key, rows).tolist())

    def sure(self, unit: int | None) -> tuple[int, int, int]:
        """How many surely meet the target, how many may, of how many who surely belong."""
        belongs = self.belongs == SURE
        if unit is not None:
            belongs = belongs & (self.members.unit == unit)
        met, may = (int((belongs & (self.meets >= level)).sum()) for level in (SURE, MAYBE))
        return met, may, int(belongs.sum())


def _options(month: Month) -> dict[str, str]:
    return {key: month.programme.reading(key) for key in TABLE_SWITCHES["targets"]}


def measure(members: Members, target: Target) -> Measured:
    """Who belongs to a target and who meets it, with the counts of each unit that reported."""
    options = _options(members.month)
    belongs = members.meets(target.scope)
    belongs = np.where(members.doubtful, np.minimum(belongs, MAYBE), belongs).astype(np.int8)
    gone = excluded(members, target)
    left_out = gone & (belongs > NO)
    belongs = np.where(gone, NO, belongs).astype(np.int8)
    meets = np.minimum(members.has(target.of, options), members.meets(target.where))
    under_cap = members.has(target.cap_of, options) if target.cap_of else np.zeros_like(meets)
    columns = (
        belongs == SURE,
        (belongs == SURE) & (meets == SURE),
        (belongs == SURE) & (meets == MAYBE),
        (belongs == MAYBE) & (meets < SURE),
        (belongs == MAYBE) & (meets > NO),
        left_out,
        (belongs == SURE) & (under_cap == SURE),
        (belongs > NO) & (under_cap > NO),
    )
    counts = _by_unit(members, columns)
    if target.kind == "count":
        counts = {at: row + silence for at, row, silence in _silent(members, target, counts)}
    return Measured(target, members, belongs, meets, counts, _cells_of(members, target))


def _silent(
    members: Members, target: Target, counts: Mapping[int, Counts]
) -> Iterator[tuple[int, Counts, Counts]]:
    """A unit that reports and leaves the whole sheet blank may have one that counts."""
    heard = set(members.unit.tolist())
    may = units_in_scope(members.month, target)
    for at, row in counts.items():
        silent = at not in heard and bool(may[at])
        yield at, row, Counts(open=1, silent=1) if silent else Counts()


def units_in_scope(month: Month, target: Target) -> Bools:
    """Units that may belong to the scope, as far as the roster tells their group."""
    found = np.ones(len(month.units), dtype=bool)
    for condition in target.scope:
        sheet, _, key = condition.field.rpartition(".")
        spec = month.field(sheet, key)
        if month.role(sheet) == "unit" and spec is not None and spec.role == "group":
            coded = month.units.coded("group")
            match = condition_match(coded.values, condition, spec, month, {}).take(coded)
            found &= match.level > NO
    return found


def excluded(members: Members, target: Target) -> Bools:
    """Members who surely count in no denominator."""
    if not target.exclude:
        return np.zeros(len(members), dtype=bool)
    return np.asarray(members.meets(target.exclude) == SURE)


def _by_unit(members: Members, columns: tuple[Bools, ...]) -> dict[int, Counts]:
    size = len(members.month.units)
    unit: Ints = members.unit
    table = [np.bincount(unit[mask], minlength=size).tolist() for mask in columns]
    files = members.month.units.frame["file"].tolist()
    rows = enumerate(zip(*table, strict=True))
    return {at: Counts(*row) for at, row in rows if files[at]}


def _cells_of(members: Members, target: Target) -> str:
    """The column that decides: the first that may be blank without meaning no."""
    names = [source.field for source in target.of]
    names += [condition.field.rpartition(".")[2] for condition in target.where]
    month = members.month
    for name in names:
        choices = month.choices(month.field(members.view.key, name)).values()
        if not any(choice.axis == "form" for choice in choices):
            return name
    return names[0]
