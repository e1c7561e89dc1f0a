"""What each branch of an ``any_of`` lacks, in words.

A council must see every way that was open to the nominee; to name the first of them alone reads
as if there had been no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from emubatch.model import FAIL, NA, REVIEW
from emubatch.programme.tables import in_lang
from emubatch.rules import wording
from emubatch.rules.arrays import MAYBE, Bools, Ints, Levels, Words, filled, is_empty

if TYPE_CHECKING:
    from emubatch.rules.node import Node


def keeps(parts: Sequence[Node], outcome: Levels) -> Bools:
    """Nominees whom at least two branches keep at this outcome, so that none decides alone."""
    same = np.vstack([part.outcome == outcome for part in parts])
    return np.asarray((same.sum(axis=0) > 1) & ((outcome == FAIL) | (outcome == REVIEW)))


def told(words: wording.Wording, counts: Words, parts: Sequence[Node], outcome: Levels) -> Words:
    """The counts of an ``any_of``, one text a nominee, with what each open branch lacks."""
    if not parts:
        return counts
    found = counts.copy()
    rows = np.flatnonzero(keeps(parts, outcome))
    lacks, at = filled(len(rows), ""), np.zeros(len(rows), dtype=np.int64)
    same = _for_everybody(parts)
    for part in parts:
        here = part.outcome[rows] == outcome[rows]
        at += 1 if same else here
        numbers = np.array([f"; ({number}) " for number in range(len(parts) + 1)], dtype=object)
        text = numbers[at[here]] + _lack(words, part, rows[here])
        lacks[here] = lacks[here] + text
    found[rows] = found[rows] + lacks
    return found


def asked(words: wording.Wording, parts: Sequence[Node]) -> str:
    """What an ``any_of`` requires: its branches with the numbers that ``told`` gives them."""
    required = words.words["any_of"]
    if not _for_everybody(parts):
        return required
    numbered = (f"({at}) {_label(words, part)}" for at, part in enumerate(parts, 1))
    return f"{required}: {'; '.join(numbered)}"


def _for_everybody(parts: Sequence[Node]) -> bool:
    """Whether all branches are open to all nominees of the row, so that numbers stay the same."""
    return len(parts) > 1 and not any(part.row.applies for part in parts)


def _lack(words: wording.Wording, node: Node, rows: Ints) -> Words:
    """What keeps these nominees from passing a row: the first part that does, or every branch."""
    found = _named(words, node, rows)
    inner = node.applies[rows] != MAYBE
    if node.row.test == "all_of":
        taken = ~inner
        for part in node.children:
            here = ~taken & (part.outcome[rows] == node.outcome[rows])
            found[here] = _lack(words, part, rows[here])
            taken |= here
    elif node.row.test == "any_of":
        found[inner] = ""
        for part in node.children:
            here = inner & (part.outcome[rows] == node.outcome[rows]) & (part.outcome[rows] != NA)
            or_ = np.where(is_empty(found[here]), "", words.words["or_else"]).astype(object)
            found[here] = found[here] + or_ + _lack(words, part, rows[here])
    return found


def _named(words: wording.Wording, node: Node, rows: Ints) -> Words:
    return np.asarray(f"{_label(words, node)}: " + node.measured[rows], dtype=object)


def _label(words: wording.Wording, node: Node) -> str:
    row = node.row
    return in_lang(row, "label", words.lang) or row.id
