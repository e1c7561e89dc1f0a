"""Registration mode (đăng ký): how far a nominee has come. Nobody passes or fails yet.

What is met is said to be met. A count or a run of years that is not complete is on its way, and so
is everything that combines such rows; what only a statement can settle stays a review.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from emubatch.model import FAIL, NA, OUTCOMES, PASS, PROGRESS, REVIEW
from emubatch.rules.arrays import Ints, Levels, Words, as_words

if TYPE_CHECKING:
    from emubatch.programme.tables import Programme
    from emubatch.rules.node import Node

_STATED = ("attest", "none", "compare", "exists")


def registers(programme: Programme) -> bool:
    """Whether the month registers models instead of judging them."""
    return programme.mode == "dang_ky"


def outcome_names(node: Node, *, is_root: bool) -> Words:
    """Outcome code (fail, review, pass, na) -> its word for this row in registration mode."""
    names = as_words(OUTCOMES)
    names[FAIL] = PROGRESS
    if node.row.test not in _STATED:
        names[REVIEW] = PROGRESS
    if is_root:
        names[PASS] = PROGRESS
    return names


def tally(roots: Sequence[Node], size: int) -> tuple[Ints, Ints]:
    """How many standards each nominee has met, and how many apply to it.

    Rows that ask for everything are counted by their parts; every other row is one standard.
    """
    met, asked = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    for node in roots:
        if node.row.test == "all_of" and node.children:
            here = node.outcome != NA
            inner_met, inner_asked = tally(node.children, size)
            met, asked = met + inner_met * here, asked + inner_asked * here
        else:
            met, asked = met + _is(node.outcome, PASS), asked + ~_is(node.outcome, NA)
    return met, asked


def _is(outcome: Levels, code: int) -> Ints:
    return np.asarray(outcome == code)
