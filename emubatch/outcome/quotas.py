"""Quotas (chỉ tiêu): who is proposed. A quota never changes a verdict and never drops anyone (G11).

Without a ranking, everybody who passes in an overfull group is over the quota. With a ranking,
those inside are proposed, equals across the border are a tie, the rest are over the quota. A limit
of units marks everybody whom a unit names beyond it. In registration mode nobody has passed yet:
all who are registered count, and whom to choose among more than the limit is the council's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from emubatch.programme.operators import SWITCHES
from emubatch.programme.tables import Programme, Quota

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.object_]

# What is proposed, as codes of ``nominees.csv``; several reasons can stand behind one of them.
NO, YES, OVER_QUOTA, TIE, PENDING, NO_LIMIT, UNRANKED, OVER_UNIT, TO_CHOOSE = range(9)
PROPOSED = (
    *("no", "yes", "over_quota", "tie", "pending"),
    *("pending", "pending", "over_quota", "pending"),
)
QUOTA_COLUMNS = (
    *("kind", "group", "limit", "passed", "review", "proposed", "clause"),
    *("unit", "minimum", "state"),
)
UNIT = "unit"  # scope of a limit that binds each unit by itself
REGISTRATION = "dang_ky"


@dataclass(slots=True)
class Selection:
    """What is proposed for each nominee, its rank, and the pool that it was counted in.

    ``rank`` is NaN where nothing is ranked; ``passed``, ``least`` and ``limit`` are those of the
    pool, -1 where there is none.
    """

    proposed: Ints
    rank: Floats
    passed: Ints
    least: Ints
    limit: Ints
    group: Words


def select(
    nominees: pd.DataFrame, verdicts: pd.DataFrame | None, programme: Programme
) -> Selection:
    """Applies the quotas to nominees whose ``eligibility`` is known."""
    size = len(nominees)
    eligibility = nominees["eligibility"].to_numpy(object)
    group = mapped_groups(nominees["group"], programme)
    found = Selection(
        proposed=_before_quotas(eligibility),
        rank=np.full(size, np.nan),
        passed=np.full(size, -1, dtype=np.int64),
        least=np.full(size, -1, dtype=np.int64),
        limit=np.full(size, -1, dtype=np.int64),
        group=group,
    )
    registered = programme.mode == REGISTRATION
    for kind in dict.fromkeys(quota.kind for quota in programme.limits):
        counted = candidates(nominees, programme, kind)
        limits = pools(programme, kind)
        if limits:
            keys = ranking_keys(nominees, verdicts, programme, kind)
            _apply(found, counted, limits, keys, registered=registered)
    for quota in (row for row in programme.limits if row.scope == UNIT):
        _apply_units(found, nominees, candidates(nominees, programme, quota.kind), quota)
    return found


def candidates(nominees: pd.DataFrame, programme: Programme, kind: str) -> Bools:
    """Who counts against a limit of these kinds: who passes; who is registered, in registration."""
    mask = nominees["kind"].isin(kind.split("|")).to_numpy(bool)
    if programme.mode == REGISTRATION:
        return np.asarray(mask)
    return np.asarray(mask & (nominees["eligibility"] == "pass").to_numpy(bool))


def _apply_units(found: Selection, nominees: pd.DataFrame, counted: Bools, quota: Quota) -> None:
    """Marks everybody of the units that name more than their limit."""
    place, units = pd.factorize(nominees["unit"])
    size = np.bincount(place[counted], minlength=len(units))
    over = counted & (size[place] > quota.limit)
    found.proposed[over] = OVER_UNIT
    found.passed[over], found.limit[over] = size[place][over], quota.limit


def _before_quotas(eligibility: Words) -> Ints:
    codes = {"pass": YES, "review": PENDING, "progress": PENDING}
    return np.array([codes.get(value, NO) for value in eligibility.tolist()], dtype=np.int64)


def mapped_groups(groups: pd.Series[str], programme: Programme) -> Words:
    """The group in whose quota each nominee counts, by ``group_map`` (``A=B``, ``|`` between)."""
    pairs = re.split(r"[|;,]", programme.setting.get("group_map", SWITCHES["group_map"].default))
    table = dict(part.partition("=")[::2] for part in pairs if "=" in part)
    clean = {old.strip(): new.strip() for old, new in table.items()}
    found = np.empty(len(groups), dtype=object)
    found[:] = [clean.get(g, g) if isinstance(g, str) else "" for g in groups.tolist()]
    return found


def pools(programme: Programme, kind: str) -> Mapping[str, Quota]:
    """Group -> its quota; the stated total stands alone only where no group has one."""
    rows = [row for row in programme.limits if row.kind == kind and row.scope != UNIT]
    groups = {quota.group: quota for quota in rows if quota.group}
    return groups or {quota.group: quota for quota in rows}


def _apply(
    found: Selection,
    passing: Bools,
    limits: Mapping[str, Quota],
    keys: list[Floats],
    *,
    registered: bool,
) -> None:
    everyone = "" in limits
    for group, quota in limits.items():
        pool = np.flatnonzero(passing if everyone else passing & (found.group == group))
        found.passed[pool], found.limit[pool] = len(pool), quota.limit
        found.least[pool] = quota.minimum
        if keys:
            columns = [key[pool] for key in keys]
            found.proposed[pool], found.rank[pool] = _ranked(columns, quota.limit)
        elif len(pool) > quota.limit:
            found.proposed[pool] = TO_CHOOSE if registered else OVER_QUOTA
    if not everyone:
        known = np.isin(found.group, list(limits))
        found.proposed[passing & ~known] = NO_LIMIT


def _ranked(keys: list[Floats], limit: int) -> tuple[Ints, Floats]:
    """Proposals and ranks of one pool; a missing key leaves places open that it might take."""
    table = np.column_stack(keys)
    size = len(table)
    unknown = np.logical_or.reduce([np.isnan(key) for key in keys])
    order = np.lexsort(table.T[::-1])
    order = order[~unknown[order]]
    rows = table[order]
    differs = np.logical_or.reduce([key[order][1:] != key[order][:-1] for key in keys])
    new = np.append(True, differs)[: len(rows)]
    first = np.flatnonzero(new)
    above = first[np.cumsum(new) - 1] if len(rows) else np.empty(0, dtype=np.int64)
    equal = np.diff(np.append(first, len(rows)))[np.cumsum(new) - 1] if len(rows) else above
    open_places = int(unknown.sum())
    proposed = np.full(size, UNRANKED if size > limit else YES, dtype=np.int64)
    rank = np.full(size, np.nan)
    inside = above + equal + open_places <= limit
    outside = above >= limit
    proposed[order] = np.where(inside, YES, np.where(outside, OVER_QUOTA, TIE))
    if open_places and size > limit:
        unsettled = ~inside & ~outside & (above + equal <= limit)
        proposed[order[unsettled]] = UNRANKED
    rank[order] = above + 1
    return proposed, rank


def ranking_keys(
    nominees: pd.DataFrame, verdicts: pd.DataFrame | None, programme: Programme, kind: str
) -> list[Floats]:
    """The columns of the setting ``ranking`` that this kind of nominee has, smaller is better.

    A key names a column of the nominee's sheet or a criterion that counts; ``-`` before it puts
    the higher value first.
    """
    text = programme.setting.get("ranking", SWITCHES["ranking"].default)
    found = []
    for part in filter(None, (part.strip() for part in re.split(r"[|;,]", text))):
        name = part.removeprefix("-")
        column = _ranking_column(nominees, verdicts, programme, kind, name)
        if column is not None:
            found.append(-column if part.startswith("-") else column)
    return found


def _ranking_column(
    nominees: pd.DataFrame,
    verdicts: pd.DataFrame | None,
    programme: Programme,
    kind: str,
    name: str,
) -> Floats | None:
    kinds = kind.split("|")
    sheets = [s.key for s in programme.sheets_with_role("nominee") if s.kind in kinds]
    known = any(spec.key == name and spec.sheet in sheets for spec in programme.fields)
    if known and name in nominees:
        return _as_numbers(nominees[name])
    if verdicts is not None and name in programme.criterion_by_id:
        rows = verdicts[verdicts["criterion"] == name]
        found = np.full(len(nominees), np.nan)
        found[rows["nominee_pos"].to_numpy(np.int64)] = rows["amount"].to_numpy(np.float64)
        return found
    return None


def _as_numbers(values: pd.Series[str]) -> Floats:
    """Numbers as they are; texts (ISO dates) by their order."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values.to_numpy(np.float64, na_value=np.nan)
    return np.asarray(values.rank(method="dense"), dtype=np.float64)


def quota_frame(
    nominees: pd.DataFrame, units: pd.DataFrame, selection: Selection, programme: Programme
) -> pd.DataFrame | None:
    """``QUOTA_COLUMNS``, one row a quota; the row without a group counts the whole kind.

    A limit of units has a row for each unit of the month. ``passed`` are those who count against
    the limit. ``state``: ``within``, ``review``, ``over_quota``, ``to_choose`` (more are registered
    than the council may select), ``short`` (fewer than the minimum), ``not_registered`` (nobody).
    """
    if not programme.limits:
        return None
    rows = [row for quota in programme.limits for row in _rows(nominees, units, selection, quota,
            programme)]  # fmt: skip
    return pd.DataFrame(rows, columns=list(QUOTA_COLUMNS))


def _rows(
    nominees: pd.DataFrame,
    units: pd.DataFrame,
    selection: Selection,
    quota: Quota,
    programme: Programme,
) -> Iterator[tuple[object, ...]]:
    mask = np.array(nominees["kind"].isin(quota.kinds), dtype=bool)
    if quota.group:
        mask &= np.asarray(selection.group == quota.group, dtype=bool)
    counted = mask & candidates(nominees, programme, quota.kind)
    open_ = mask & (nominees["eligibility"] == "review").to_numpy(bool)
    yes = mask & (selection.proposed == YES)
    home = nominees["unit"].to_numpy(object)
    each = units["unit"].tolist() if quota.scope == UNIT else [""]
    for unit in each:
        own = np.asarray(home == unit, dtype=bool) if unit else np.ones(len(mask), dtype=bool)
        passed, review, proposed = (int((part & own).sum()) for part in (counted, open_, yes))
        state = _state(quota, passed, review, chosen=programme.mode == REGISTRATION and not unit)
        yield (
            *(quota.kind, quota.group, quota.limit, passed, review, proposed, quota.clause),
            *(unit, quota.minimum, state),
        )


def _state(quota: Quota, passed: int, review: int, *, chosen: bool) -> str:
    """How a limit and what was found compare."""
    if passed > quota.limit:
        return "to_choose" if chosen else "over_quota"
    if passed + review > quota.limit:
        return "review"
    if passed + review < quota.minimum:
        return "short" if passed + review else "not_registered"
    return "review" if passed < quota.minimum else "within"
