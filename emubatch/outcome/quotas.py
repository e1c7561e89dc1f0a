"""Quotas (chỉ tiêu): who is proposed. A quota never changes a verdict and never drops anyone (G11).

Without a ranking, everybody who passes in an overfull group is over the quota. With a ranking,
those inside are proposed, equals across the border are a tie, the rest are over the quota and stand
on the reserve list in their order. Where limits lie within each other (a unit, a level, a group,
all of them), the narrower is applied first, and who is over it takes no place in a wider one. In
registration mode nobody has passed yet: all who are registered count, and whom to choose among
more than the limit is the council's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from emubatch.outcome.limits import (
    REGISTRATION,
    UNIT,
    Limit,
    groups_of,
    limits_of,
    unknown_level,
)
from emubatch.outcome.ranking import places, ranking_keys
from emubatch.programme.conditions import written
from emubatch.programme.tables import Programme

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.object_]

# What is proposed, as codes of ``nominees.csv``; several reasons can stand behind one of them.
NO, YES, OVER_QUOTA, TIE, PENDING, NO_LIMIT, UNRANKED, OVER_UNIT, TO_CHOOSE = range(9)
OPEN_LIMIT, NO_LEVEL = 9, 10
PROPOSED = (
    *("no", "yes", "over_quota", "tie", "pending"),
    *("pending", "pending", "over_quota", "pending"),
    *("pending", "pending"),
)
# How far each stands from being proposed: a wider limit never puts anybody nearer. Who is only
# registered (pending) has no limit against it yet.
_FAR = np.array([0, 0, 4, 3, 0, 2, 2, 4, 1, 2, 2])
QUOTA_COLUMNS = (
    *("kind", "group", "limit", "passed", "review", "proposed", "clause"),
    *("unit", "minimum", "state"),
    *("applies", "share", "base", "base_value", "rounding", "tied", "reserve", "border"),
)


@dataclass(slots=True)
class Selection:
    """What is proposed for each nominee, its rank, and the pool that it was counted in.

    ``rank`` is NaN where nothing is ranked; ``passed``, ``least`` and ``limit`` are those of the
    pool, -1 where there is none. ``reserve`` is the place on the reserve list, 0 for nobody's;
    ``by`` the place among ``limits`` of the limit that decided, -1 for none.
    """

    proposed: Ints
    rank: Floats
    passed: Ints
    least: Ints
    limit: Ints
    reserve: Ints
    by: Ints
    limits: list[Limit]


def select(
    nominees: pd.DataFrame,
    verdicts: pd.DataFrame | None,
    units: pd.DataFrame,
    programme: Programme,
) -> Selection:
    """Applies the quotas to nominees whose ``eligibility`` is known."""
    size = len(nominees)

    found = Selection(
        proposed=_before_quotas(nominees["eligibility"].to_numpy(object)),
        rank=np.full(size, np.nan),
        passed=np.full(size, -1, dtype=np.int64),
        least=np.full(size, -1, dtype=np.int64),
        limit=np.full(size, -1, dtype=np.int64),
        reserve=np.zeros(size, dtype=np.int64),
        by=np.full(size, -1, dtype=np.int64),
        limits=limits_of(nominees, units, programme),
    )
    kinds = dict.fromkeys(quota.kind for quota in programme.limits)
    keys = {kind: ranking_keys(nominees, verdicts, programme, kind) for kind in kinds}
    skipped = _stated_totals(programme)
    registered = programme.mode == REGISTRATION
    order = sorted(range(len(found.limits)), key=lambda at: _width(found.limits[at]))
    for at in order:
        limit = found.limits[at]
        if limit.at not in skipped:
            counted = candidates(nominees, programme, limit.quota.kind) & limit.pool
            _apply(found, at, counted, keys[limit.quota.kind], registered=registered)
    _without_limit(found, nominees, programme)
    return found


def candidates(nominees: pd.DataFrame, programme: Programme, kind: str) -> Bools:
    """Who counts against a limit of these kinds: who passes; who is registered, in registration."""
    mask = nominees["kind"].isin(kind.split("|")).to_numpy(bool)
    if programme.mode == REGISTRATION:
        return np.asarray(mask)
    return np.asarray(mask & (nominees["eligibility"] == "pass").to_numpy(bool))


def _before_quotas(eligibility: Words) -> Ints:
    codes = {"pass": YES, "review": PENDING, "progress": PENDING}
    return np.array([codes.get(value, NO) for value in eligibility.tolist()], dtype=np.int64)


def _stated_totals(programme: Programme) -> set[int]:
    """Totals that are only the sum of the limits of the groups, which the lint has added up."""
    plain = [
        (at, row) for at, row in enumerate(programme.limits) if not row.scope and not row.applies
    ]
    summed = {
        kind
        for kind in {row.kind for _, row in plain}
        if all(row.limit is not None for _, row in plain if row.kind == kind)
        and any(row.group for _, row in plain if row.kind == kind)
    }
    return {at for at, row in plain if not row.group and row.kind in summed}


def _width(limit: Limit) -> tuple[int, int, int, int, int]:
    """Order in which limits are applied: the narrowest first."""
    quota = limit.quota
    wide = (quota.scope != UNIT, not quota.applies, not quota.group, len(quota.kinds))
    return (*map(int, wide), limit.at)  # type: ignore[return-value]


def _apply(
    found: Selection, at: int, counted: Bools, keys: list[Floats], *, registered: bool
) -> None:
    """Counts those whom one limit is for, and moves those outside it away from a proposal."""
    limit = found.limits[at]
    if not keys:
        pool = np.flatnonzero(counted)
        over = OVER_UNIT if limit.unit else TO_CHOOSE if registered else OVER_QUOTA
        over = OPEN_LIMIT if limit.open else over
        codes = np.full(len(pool), YES if len(pool) <= limit.number else over)
        _settle(found, at, pool, codes, int(counted.sum()))
        return
    pool = np.flatnonzero(counted & ~np.isin(found.proposed, (OVER_QUOTA, OVER_UNIT)))
    if not len(pool):
        return
    above, equal, unranked = places([key[pool] for key in keys])
    codes = _ranked(above, equal, unranked, limit.number)
    if limit.open:
        codes[np.isin(codes, (OVER_QUOTA, TIE))] = OPEN_LIMIT
    found.rank[pool] = np.where(above < 0, np.nan, above + 1)
    _settle(found, at, pool, codes, int(counted.sum()))
    out = np.flatnonzero((codes == OVER_QUOTA) & (found.by[pool] == at))
    if len(out):
        first = np.unique(above[out])
        behind = np.array([(above[out] < place).sum() for place in first])
        found.reserve[pool[out]] = 1 + behind[np.searchsorted(first, above[out])]


def _ranked(above: Ints, equal: Ints, unranked: int, limit: int) -> Ints:
    """Proposals of one pool; a missing key leaves places open that it might take."""
    size = len(above)
    inside = above + equal + unranked <= limit
    outside = above >= limit
    codes = np.where(inside, YES, np.where(outside, OVER_QUOTA, TIE))
    if unranked and size > limit:
        codes = np.where(~inside & ~outside & (above + equal <= limit), UNRANKED, codes)
    return np.where(above < 0, UNRANKED if size > limit else YES, codes).astype(np.int64)


def _settle(found: Selection, at: int, pool: Ints, codes: Ints, passed: int) -> None:
    """Keeps what stands farther from a proposal, and which limit says so."""
    limit = found.limits[at]
    before = _FAR[found.proposed[pool]]
    farther = _FAR[codes] > before
    rows = pool[farther | (before == 0)]
    found.passed[rows], found.limit[rows] = passed, limit.number
    found.least[rows], found.by[rows] = limit.quota.minimum, at
    found.proposed[pool[farther]] = codes[farther]


def _without_limit(found: Selection, nominees: pd.DataFrame, programme: Programme) -> None:
    """Marks whom no limit of their kind is for although their group or level should have one."""
    group = groups_of(nominees["group"], programme)
    blank, skipped = unknown_level(nominees, programme), _stated_totals(programme)
    for kind in dict.fromkeys(quota.kind for quota in programme.limits):
        rows = [
            row
            for at, row in enumerate(programme.limits)
            if row.kind == kind and row.scope != UNIT and at not in skipped
        ]
        counted = candidates(nominees, programme, kind) & (_FAR[found.proposed] == 0)
        found.proposed[counted & blank] = NO_LEVEL
        if rows and all(row.group for row in rows if not row.applies):
            listed = [row.group for row in rows]
            if any(listed):
                found.proposed[counted & ~blank & ~np.isin(group, listed)] = NO_LIMIT


# --- the frame -----------------------------------------------------------------------------------


def quota_frame(
    nominees: pd.DataFrame, selection: Selection, programme: Programme
) -> pd.DataFrame | None:
    """``QUOTA_COLUMNS``, one row a quota; the row without a group counts the whole kind.

    A limit of units has a row for each unit of the month. ``passed`` are those who count against
    the limit. ``state``: ``within``, ``review``, ``over_quota``, ``to_choose`` (more are registered
    than the council may select), ``short`` (fewer than the minimum), ``not_registered`` (nobody).
    ``tied`` stand across the border and ``reserve`` behind it; ``border`` names who comes first
    there: those tied, else the first of the reserve list. ``base_value`` ends in ``+`` where more
    may come to it.
    """
    if not programme.limits:
        return None
    rows = [_row(nominees, selection, at, programme) for at in range(len(selection.limits))]
    return pd.DataFrame(rows, columns=list(QUOTA_COLUMNS))


def _row(
    nominees: pd.DataFrame, selection: Selection, at: int, programme: Programme
) -> tuple[object, ...]:
    limit = selection.limits[at]
    quota, pool = limit.quota, limit.pool
    counted = pool & candidates(nominees, programme, quota.kind)
    open_ = pool & (nominees["eligibility"] == "review").to_numpy(bool)
    yes = pool & (selection.proposed == YES)
    here = pool & (selection.by == at)
    tied, waiting = here & (selection.proposed == TIE), here & (selection.reserve > 0)
    passed, review, proposed = (int(part.sum()) for part in (counted, open_, yes))
    chosen = programme.mode == REGISTRATION and not limit.unit
    first = tied if tied.any() else here & (selection.reserve == 1)
    return (
        *(quota.kind, quota.group, limit.number, passed, review, proposed, quota.clause),
        *(limit.unit, quota.minimum, _state(limit, passed, review, chosen=chosen)),
        *(written(quota.applies), "" if quota.share is None else f"{quota.share:g}", quota.base),
        "" if limit.base is None else f"{limit.base}{'+' if limit.open else ''}",
        *(quota.rounding, int(tied.sum()), int(waiting.sum())),
        "; ".join(sorted(nominees["nominee"].to_numpy(object)[first].tolist())),
    )


def _state(limit: Limit, passed: int, review: int, *, chosen: bool) -> str:
    """How a limit and what was found compare."""
    if passed > limit.number:
        return "review" if limit.open else "to_choose" if chosen else "over_quota"
    if passed + review > limit.number:
        return "review"
    if passed + review < limit.quota.minimum:
        return "short" if passed + review else "not_registered"
    return "review" if passed < limit.quota.minimum else "within"
