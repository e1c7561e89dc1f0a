"""What a nominee who falls short would still need: the least steps that the rules would accept.

Every way that is shown was tried: with all its steps the verdict is a pass, with any of them left
out it is not. It says what is missing today and promises nothing: evidence must be real, and the
council decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from emubatch.model import FAIL, NA, PASS, REVIEW, Lang, MonthData
from emubatch.programme.tables import Programme
from emubatch.recommend.leaves import Leaves
from emubatch.recommend.steps import COSTS, Step, Way, order
from emubatch.recommend.trial import Bench, Trial
from emubatch.recommend.ways import ways_of
from emubatch.recommend.words import Writer
from emubatch.rules.criteria import evaluate
from emubatch.rules.frames import Month
from emubatch.rules.node import Node

NEED_COLUMNS = (
    *("nominee", "way", "step", "kind", "criterion", "clause", "count", "years", "text"),
)
_SHOWN = 6  # ways that are shown of one nominee
_TRIED = 8


def recommend(data: MonthData, programme: Programme, as_of: str, lang: Lang = "vi") -> pd.DataFrame:
    """``NEED_COLUMNS``: the steps of each way of each nominee who falls short.

    Ways are numbered from 1, the least first; way 0 holds what cannot be mended any more or what a
    person must settle, where no way is open. A nominee who passes, or to whom nothing applies,
    has no row.
    """
    plain = replace(programme, scorecard=(), indicators=(), delegates=(), targets=())
    month = Month.of(data, plain, as_of, lang)
    roots = evaluate(month)
    leaves = Leaves(month)
    found = {who: ways_of(roots, leaves, who) for who in _short(roots)}
    bench = Bench.of(data, plain, as_of, lang)
    open_ = _proved(bench, {who: _open(ways) for who, ways in found.items()})
    writer = Writer(month, roots, lang)
    ids = data.nominees["nominee"].tolist()
    rows = [
        (ids[who], *row)
        for who, ways in found.items()
        for row in _rows(writer, who, open_[who], ways)
    ]
    return pd.DataFrame(rows, columns=list(NEED_COLUMNS))


def _short(roots: Sequence[Node]) -> list[int]:
    """Nominees whom a root keeps from passing."""
    if not roots:
        return []
    table = np.vstack([root.outcome for root in roots])
    total = np.where(table == NA, PASS, table).min(axis=0)
    return [int(who) for who in np.flatnonzero(np.isin(total, (FAIL, REVIEW)))]


def _open(ways: Sequence[Way]) -> list[Way]:
    return [way for way in ways if all(step.open for step in way)][:_TRIED]


# --- proof ---------------------------------------------------------------------------------------


def _proved(bench: Bench, found: Mapping[int, list[Way]]) -> dict[int, list[Way]]:
    """The ways that the rules accept, each without a step that it can do without."""
    trials = [(who, way) for who, ways in found.items() for way in ways]
    accepted = _accepted(bench, trials)
    result: dict[int, list[Way]] = {who: [] for who in found}
    for (_, before), (who, way) in zip(accepted, _shortened(bench, accepted), strict=True):
        if way not in result[who]:
            result[who].append(_fixed(way, before - way))
    for who, ways in result.items():
        ways.sort(key=order)
        result[who] = [w for w in ways if not any(other < w for other in ways)][:_SHOWN]
    return result


def _fixed(way: Way, dropped: Way) -> Way:
    """A step that does another one's work as well is bound to that one's year."""
    years = {(step.sheet, step.year) for step in dropped}
    return frozenset(
        replace(step, years=()) if (step.sheet, step.year) in years else step for step in way
    )


def _accepted(bench: Bench, trials: Sequence[Trial]) -> list[Trial]:
    """Trials that pass, else the first of their variants in another year that does."""
    held = bench.passes(trials)
    found = [trial for trial, good in zip(trials, held, strict=True) if good]
    again = [trial for trial, good in zip(trials, held, strict=True) if not good]
    variants = [(trial, other) for trial in again for other in _other_years(trial)]
    good = bench.passes([other for _, other in variants])
    taken: set[Trial] = set()
    for (trial, other), passes in zip(variants, good, strict=True):
        if passes and trial not in taken:
            taken.add(trial)
            found.append(other)
    return found


def _other_years(trial: Trial) -> Iterator[Trial]:
    """The same steps with all awards whose year is free in one and the same year."""
    who, way = trial
    for year in sorted({year for step in way for year in step.years}):
        yield who, frozenset(_moved(step, year) if year in step.years else step for step in way)


def _moved(step: Step, year: int) -> Step:
    old = str(step.year)
    values = tuple((key, str(year) if text == old else text) for key, text in step.values)
    return replace(step, year=year, values=values)


def _shortened(bench: Bench, trials: Sequence[Trial]) -> list[Trial]:
    """Leaves steps out one by one as long as the rest still passes."""
    current = list(trials)
    while True:
        fewer = [
            (at, (who, way - {step}))
            for at, (who, way) in enumerate(current)
            for step in sorted(way, key=lambda step: (-COSTS[step.kind], step.key))
            if len(way) > 1
        ]
        held = bench.passes([trial for _, trial in fewer])
        better: dict[int, Trial] = {}
        for (at, trial), good in zip(fewer, held, strict=True):
            if good:
                better.setdefault(at, trial)
        if not better:
            return current
        current = [better.get(at, trial) for at, trial in enumerate(current)]


# --- rows ----------------------------------------------------------------------------------------


def _rows(
    writer: Writer, who: int, proved: Sequence[Way], ways: Sequence[Way]
) -> Iterator[tuple[Any, ...]]:
    for number, way in enumerate(proved, 1):
        for at, row in enumerate(writer.rows(way, who), 1):
            yield number, at, *row
    if not proved:
        blocked = [frozenset(step for step in way if not step.open) for way in ways]
        named = next((way for way in blocked if way), frozenset())
        for at, row in enumerate(writer.rows(named or writer.unproved(who), who), 1):
            yield 0, at, *row
