"""Counts that stand side by side and may not use the same award twice (``distinct_awards``).

"One commendation of the province and one of a ministry" asks for two awards, even where one award
would do for either row. By Hall's theorem different awards can be found for all rows exactly when
every group of rows has, taken together, as many awards as it asks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil

import numpy as np

from emubatch.programme.tables import Criterion
from emubatch.rules.arrays import MAYBE, NO, SURE, Bools, Ints, Levels, count_by


@dataclass(frozen=True, slots=True)
class Counted:
    """The rows of one sheet that a count looked at: whose they are and how surely they count."""

    sheet: str
    owner: Ints
    level: Levels


@dataclass(frozen=True, slots=True)
class Asked:
    """One count: the awards it asks for, its rows, and for whom it applies."""

    need: int
    rows: Sequence[Counted]
    applies: Bools


def asked(leaf: Criterion, rows: Sequence[Counted], applies: Bools) -> Asked | None:
    """A count as a number of awards; None for counts that set no lower limit."""
    if leaf.operator not in ("", ">", ">=") or not rows:
        return None
    limit = float(leaf.threshold or 0)
    need = int(limit) + 1 if leaf.operator == ">" else ceil(limit)
    return Asked(need, rows, applies)


def together(parts: Sequence[Asked], size: int) -> Levels:
    """Level at which all the counts can be met with different awards."""
    found = np.full(size, SURE, dtype=np.int8)
    for group in _groups(parts):
        level = np.full(size, NO, dtype=np.int8)
        need = sum((part.need * part.applies for part in group), np.zeros(size, dtype=np.int64))
        for ceiling in (MAYBE, SURE):
            level[_union(group, ceiling, size) >= need] = ceiling
        found = np.minimum(found, level)
    return found


def _groups(parts: Sequence[Asked]) -> Iterator[tuple[Asked, ...]]:
    for count in range(2, len(parts) + 1):
        yield from combinations(parts, count)


def _union(group: Sequence[Asked], level: int, size: int) -> Ints:
    """How many awards of each nominee count for at least one row of the group."""
    masks: dict[str, tuple[Ints, Bools]] = {}
    for part in group:
        applies = np.append(part.applies, False)
        for rows in part.rows:
            mask = (rows.level >= level) & applies[rows.owner]
            _, before = masks.get(rows.sheet, (rows.owner, np.zeros_like(mask)))
            masks[rows.sheet] = (rows.owner, before | mask)
    total = np.zeros(size, dtype=np.int64)
    for owner, mask in masks.values():
        total += count_by(owner, size, mask)
    return total
