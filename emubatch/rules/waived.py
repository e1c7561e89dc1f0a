"""Waivers (miễn): a criterion that the office lets a nominee off counts as met."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emubatch.model import FAIL, PASS, REVIEW
from emubatch.rules.arrays import SURE, Bools
from emubatch.rules.frames import Month

if TYPE_CHECKING:
    from emubatch.rules.node import Node


def waive(month: Month, node: Node) -> Bools | None:
    """Let the nominees of a waiver pass this row; returns who was let off, None for nobody.

    What was found stays in the words behind the waiver, and the evidence is its own cell. A row
    that does not apply, or is met anyway, needs no waiver and is left alone.
    """
    found: Bools | None = None
    for waiver in month.data.waivers:
        at = waiver.nominee_pos
        if waiver.criterion != node.row.id or node.outcome[at] not in (FAIL, REVIEW):
            continue
        if found is None:
            found = np.zeros(month.size, dtype=bool)
            node.outcome = node.outcome.copy()
            node.measured, node.evidence = node.measured.copy(), node.evidence.copy()
            node.years = None if node.years is None else node.years.copy()
        found[at] = True
        node.outcome[at] = PASS
        node.measured[at] = "; ".join(filter(None, (waiver.text, node.measured[at])))
        node.evidence[at] = "; ".join(filter(None, (waiver.evidence, node.evidence[at])))
        if node.years is not None:
            node.years[at] = SURE
    return found
