"""The ways to a pass through the outline: every branch that is open, least first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

from emubatch.model import NA, PASS
from emubatch.recommend.leaves import Leaves
from emubatch.recommend.steps import Way, order, settle
from emubatch.rules.arrays import MAYBE
from emubatch.rules.node import Node

MOST = 24  # ways that are followed at once
_NOTHING: Way = frozenset()


def ways_of(roots: Sequence[Node], leaves: Leaves, who: int) -> list[Way]:
    """Ways to make every root that applies to a nominee pass, least first."""
    return _all(_ways(root, leaves, who) for root in roots)


def _ways(node: Node, leaves: Leaves, who: int) -> list[Way]:
    outcome = node.outcome[who]
    if outcome in (PASS, NA):
        return [_NOTHING]
    if node.applies[who] == MAYBE:
        return [frozenset([settle(node.row.id)])]
    if not node.row.inner:
        return [leaves.way(node, who)]
    parts = [child for child in node.children if child.outcome[who] != NA]
    if node.row.test == "any_of":
        found = _least(way for part in parts for way in _ways(part, leaves, who))
    else:
        found = _all(_ways(part, leaves, who) for part in parts)
    # All parts are met and the row is not: it asks how they go together.
    return [way or frozenset([settle(node.row.id)]) for way in found]


def _all(parts: Iterable[list[Way]]) -> list[Way]:
    """Every combination of a way of each part."""

    def joined(first: list[Way], second: list[Way]) -> list[Way]:
        return _least(one | other for one in first for other in second)

    return reduce(joined, parts, [_NOTHING])


def _least(found: Iterable[Way]) -> list[Way]:
    """Without those that ask for more than another one does; the least first."""
    distinct = set(found)
    if len(distinct) < 2:
        return list(distinct)
    kept: list[Way] = []
    for way in sorted(distinct, key=order):
        if not any(other <= way for other in kept):
            kept.append(way)
        if len(kept) == MOST:
            break
    return kept
