"""From the evaluated outline to frames: one row a verdict, and what decides each nominee."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from emubatch.model import NA, OUTCOMES, PASS, PROGRESS, VERDICT_COLUMNS
from emubatch.rules import branches
from emubatch.rules.arrays import MAYBE, NO, Bools, Floats, Ints, Levels, Words, as_words, filled
from emubatch.rules.frames import Month
from emubatch.rules.node import Node
from emubatch.rules.registration import outcome_names, registers, tally

_NAMES = as_words(OUTCOMES)


@dataclass(frozen=True, slots=True)
class Column:
    """One criterion of the frame, and for which nominees it is shown."""

    node: Node
    parent: str
    shown: Bools


def verdict_frame(month: Month, roots: Sequence[Node]) -> pd.DataFrame:
    """``VERDICT_COLUMNS``, then ``nominee_pos``, ``criterion_pos`` and ``amount``.

    Rows stand by nominee, each tree in the order of its outline. ``outcome`` is a word of
    ``model.OUTCOMES``, or ``progress`` in registration mode; ``amount`` is the sure part of a
    count, NaN for other tests. A criterion that does not apply has one row (``na``) and none for
    what stands below it; a root that is not for a nominee has a row only where no root is.
    """
    columns = sorted(_columns(roots, month.size), key=lambda column: column.node.position)
    if not columns:
        return pd.DataFrame({name: [] for name in (*VERDICT_COLUMNS, *_EXTRA)})
    nominee, at = np.nonzero(np.column_stack([column.shown for column in columns]))
    outcome = np.column_stack([column.node.outcome for column in columns])[nominee, at]
    applies = np.column_stack([column.node.applies > 0 for column in columns])[nominee, at]
    nodes = [column.node for column in columns]
    return pd.DataFrame(
        {
            "nominee": _text(month.nominees.frame["nominee"].to_numpy(object)[nominee]),
            "criterion": _text(as_words([node.row.id for node in nodes])[at]),
            "parent": _text(as_words([column.parent for column in columns])[at]),
            "outcome": _text(_names(month, columns)[at, outcome]),
            "measured": _text(_picked([node.measured for node in nodes], nominee, at, applies)),
            "required": _text(as_words([node.required for node in nodes])[at]),
            "evidence": _text(_picked([node.evidence for node in nodes], nominee, at, applies)),
            "clause": _text(as_words([node.row.clause for node in nodes])[at]),
            "nominee_pos": nominee,
            "criterion_pos": np.array([node.position for node in nodes])[at],
            "amount": _amounts(nodes, nominee, at),
        }
    )


def _names(month: Month, columns: Sequence[Column]) -> Words:
    """Column and outcome code -> word."""
    if not registers(month.programme):
        return np.tile(_NAMES, (len(columns), 1))
    return np.vstack([outcome_names(c.node, is_root=not c.parent) for c in columns])


_EXTRA = ("nominee_pos", "criterion_pos", "amount")


def _text(words: Words) -> pd.Series[str]:
    """A column of texts that share their strings; ``str`` would copy each of them."""
    return pd.Series(words, dtype=object)


def _columns(roots: Sequence[Node], size: int) -> list[Column]:
    none = np.logical_and.reduce([root.applies == NO for root in roots])
    found: list[Column] = []
    for root in roots:
        _collect(root, "", (root.applies != NO) | none, found)
    return found


def _collect(node: Node, parent: str, shown: Bools, found: list[Column]) -> None:
    found.append(Column(node, parent, shown))
    for child in node.children:
        _collect(child, node.row.id, shown & (node.outcome != NA), found)


def _picked(words: list[Words], nominee: Ints, at: Ints, applies: Bools) -> Words:
    found = filled(len(nominee), "")
    for place, own in enumerate(words):
        rows = np.flatnonzero((at == place) & applies)
        found[rows] = own[nominee[rows]]
    return found


def _amounts(nodes: list[Node], nominee: Ints, at: Ints) -> Floats:
    found = np.full(len(nominee), np.nan)
    for place, node in enumerate(nodes):
        if node.amount is not None:
            rows = np.flatnonzero(at == place)
            found[rows] = node.amount[nominee[rows]]
    return found


# --- what decides ----------------------------------------------------------------------------


def eligibility_frame(month: Month, roots: Sequence[Node]) -> pd.DataFrame:
    """One row a nominee, in the order of ``nominees``: ``eligibility`` and ``decisive``.

    ``eligibility`` is the smallest outcome of the roots that apply, ``na`` where none does,
    ``progress`` in registration mode. ``decisive`` is the id of the criterion that decides, empty
    where nothing applies. ``met`` of ``asked`` standards are satisfied.
    """
    if not roots:
        return pd.DataFrame({"eligibility": _text(filled(0, "")), "decisive": _text(filled(0, ""))})
    table = np.vstack([root.outcome for root in roots])
    nothing = (table == NA).all(axis=0)
    total = np.where(table == NA, PASS, table).min(axis=0)
    total = np.where(nothing, NA, total).astype(np.int8)
    place = _decisive(roots, total)
    ids = as_words([*(row.id for row in month.programme.criteria), ""])
    words = _NAMES[total]
    if registers(month.programme):
        words = np.where(nothing, words, PROGRESS)
    found = pd.DataFrame({"eligibility": _text(words), "decisive": _text(ids[place])})
    found["met"], found["asked"] = tally(roots, month.size)
    return found


def _decisive(roots: Sequence[Node], total: Levels) -> Ints:
    """Position of the criterion that decides each nominee, -1 where nothing applies."""
    found = np.full(len(total), -1, dtype=np.int64)
    for root in reversed(roots):
        own = (root.outcome == total) & (total != NA)
        found[own] = root.position
    settled = np.zeros(len(total), dtype=bool)
    for root in roots:
        _descend(root, found, settled, is_root=True)
    return found


def _descend(node: Node, found: Ints, settled: Bools, *, is_root: bool = False) -> None:
    """Moves the nominees that are at this node to the child that decides it.

    For a fail or a review that is the first child with the same outcome, down to a leaf; an
    ``any_of`` that more than one branch keeps there decides by itself. For a pass it is the first
    branch of an ``any_of`` that is satisfied; without one below it, a row that asks for everything
    decides by itself.
    """
    here = (found == node.position) & ~settled & (node.applies != MAYBE)
    if not node.children or not here.any():
        return
    if node.row.test == "any_of":
        here &= ~branches.keeps(node.children, node.outcome)
    passed = node.outcome == PASS
    for child in reversed(node.children):
        move = here & (child.outcome == node.outcome) & (node.outcome != NA)
        if node.row.test == "all_of" and not _branches(child, is_root):
            move &= ~passed
        found[move] = child.position
    if node.row.test == "any_of":
        settled |= here & passed
    for child in node.children:
        _descend(child, found, settled)


def _branches(node: Node, below_root: bool) -> bool:
    """Whether the way to a pass goes through this row."""
    return any(part.row.test == "any_of" for part in node.walk()) or (
        below_root and bool(node.children)
    )
