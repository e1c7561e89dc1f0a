"""The limits of a plan as numbers: whom each is for, and what a share comes to.

A share of something that is not wholly known is at least the share of what is known; nobody is
over such a limit for sure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np
import numpy.typing as npt
import pandas as pd

from emubatch.programme.conditions import Condition
from emubatch.programme.groups import mapped_groups
from emubatch.programme.quota_rows import Quota
from emubatch.programme.roles import ROUNDINGS
from emubatch.programme.tables import Programme

Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]

UNIT = "unit"  # scope of a limit that binds each unit by itself
REGISTRATION = "dang_ky"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit, of one unit or of the month.

    Attributes:
        at: place of its row among the limits of the programme.
        pool: the nominees whom it is for, whatever came of them.
        number: the limit; where ``open`` it may turn out higher.
        base: what a share is taken of, None for a plain number.
    """

    at: int
    quota: Quota
    unit: str
    pool: Bools
    number: int
    open: bool = False
    base: int | None = None


def limits_of(nominees: pd.DataFrame, units: pd.DataFrame, programme: Programme) -> list[Limit]:
    """Every limit that binds in this mode, each unit's own where it binds units."""
    group = groups_of(nominees["group"], programme)
    return [
        limit
        for at, quota in enumerate(programme.limits)
        for limit in _of_quota(nominees, units, programme, at, quota, group)
    ]


def _of_quota(
    nominees: pd.DataFrame,
    units: pd.DataFrame,
    programme: Programme,
    at: int,
    quota: Quota,
    group: Words,
) -> Iterator[Limit]:
    pool = np.array(nominees["kind"].isin(quota.kinds), dtype=bool)
    if quota.group:
        pool &= np.asarray(group == quota.group, dtype=bool)
    pool &= _meets(nominees, quota.applies)
    home = nominees["unit"].to_numpy(object)
    for unit in _units(home, units) if quota.scope == UNIT else [""]:
        own = pool & np.asarray(home == unit, dtype=bool) if unit else pool
        if quota.limit is not None:
            yield Limit(at, quota, unit, own, quota.limit)
            continue
        base, is_open = _base(nominees, units, programme, quota, unit, own)
        number = rounded(quota.share or 0.0, base, quota.rounding)
        yield Limit(at, quota, unit, own, number, is_open, base)


def _units(home: Words, units: pd.DataFrame) -> list[str]:
    """The units of the month, and those of nominees where the month lists none."""
    listed = units["unit"].tolist() if "unit" in units else []
    return list(dict.fromkeys([*listed, *home.tolist()]))


def rounded(share: float, base: int, rounding: str) -> int:
    """``share`` per cent of ``base`` as a whole number, without the errors of binary fractions."""
    exact = Fraction(repr(share)) * base / 100
    ways = {"floor": floor, "ceil": ceil, "half_up": lambda value: floor(value + Fraction(1, 2))}
    return int(ways[rounding or ROUNDINGS[0]](exact))


def _base(
    nominees: pd.DataFrame,
    units: pd.DataFrame,
    programme: Programme,
    quota: Quota,
    unit: str,
    pool: Bools,
) -> tuple[int, bool]:
    """What a share is taken of, and whether it may turn out larger."""
    if quota.base == "nominated":
        return int(pool.sum()), False
    if quota.base == "passed":
        outcome = nominees["eligibility"].to_numpy(object)
        open_ = pool & np.isin(outcome, ("review", "progress"))
        return int((pool & (outcome == "pass")).sum()), bool(open_.any())
    chosen = np.ones(len(units), dtype=bool)
    if unit:
        chosen &= (units["unit"] == unit).to_numpy(bool)
    elif quota.group:
        chosen &= np.asarray(groups_of(units["group"], programme) == quota.group, dtype=bool)
    columns = [name.strip() for name in quota.base.split("+")]
    numbers = units.loc[chosen, columns].apply(pd.to_numeric, errors="coerce").to_numpy(float)
    return int(np.nansum(numbers)), bool(np.isnan(numbers).any())


def groups_of(groups: pd.Series[str], programme: Programme) -> Words:
    """The group in whose quota each row counts."""
    mapped = mapped_groups(programme)
    found = np.empty(len(groups), dtype=object)
    found[:] = [mapped.get(g, g) if isinstance(g, str) else "" for g in groups.tolist()]
    return found


# --- levels --------------------------------------------------------------------------------------


def _meets(nominees: pd.DataFrame, conditions: tuple[Condition, ...]) -> Bools:
    found = np.ones(len(nominees), dtype=bool)
    for condition in conditions:
        values = _values(nominees, condition)
        same = np.isin(values, condition.values)
        found &= same if condition.operator == "=" else ~same & (values != "")
    return found


def unknown_level(nominees: pd.DataFrame, programme: Programme) -> Bools:
    """Nominees whose level is blank where a limit of their kind asks for it."""
    found = np.zeros(len(nominees), dtype=bool)
    for quota in programme.limits:
        kind = nominees["kind"].isin(quota.kinds).to_numpy(bool)
        for condition in quota.applies:
            found |= kind & np.asarray(_values(nominees, condition) == "", dtype=bool)
    return found


def _values(nominees: pd.DataFrame, condition: Condition) -> npt.NDArray[np.str_]:
    values = nominees[condition.field].tolist() if condition.field in nominees else []
    texts = [value if isinstance(value, str) else "" for value in values]
    return np.array(texts or [""] * len(nominees), dtype=np.str_)
