"""The same award entered twice counts once (G10); near-duplicates follow their switch."""

from __future__ import annotations

import numpy as np

from emubatch.programme.tables import Criterion
from emubatch.rules import doubts
from emubatch.rules.arrays import MAYBE, NO, Bools, Ints, grouped, representatives
from emubatch.rules.frames import Month, View
from emubatch.rules.matching import Match

_ROLES = ("issuer", "number", "date", "year")


def same_awards(
    month: Month, leaf: Criterion, view: View, column: str, match: Match, year: Ints
) -> Match:
    """Rows of the same award lowered to "does not count", but for the best one of them.

    Two rows of one form and year are nearly the same when they share the number, or when one of
    them lacks a part of what tells awards apart. Where a sheet has titles (of initiatives), the
    title takes the place of the form: one decision may recognise several.
    """
    rows = _repeated(view.owner, np.flatnonzero((match.level > NO) & (view.owner >= 0)))
    if not len(rows):
        return match
    keys = _Keys(month, leaf, view, column, rows)
    level = match.level.copy()
    why = match.why.copy()
    place = view.place[rows]
    order = np.lexsort((rows, place, year[rows], ~keys.complete, -level[rows].astype(np.int64)))
    again = _later(keys.exact(), order) & keys.complete
    level[rows[again]] = NO
    rest = order[~again[order]]
    near = np.zeros(len(rows), dtype=bool)
    for key, alike in keys.near(year[rows]):
        near |= _later(key, rest) & alike
    policy = leaf.options.get("near_duplicate", "review")
    if policy == "drop":
        level[rows[near]] = NO
    elif policy == "review":
        level[rows[near]] = np.minimum(level[rows[near]], MAYBE)
        why[rows[near]] |= doubts.NEAR_DUPLICATE
    return Match(level, np.where(level > NO, why, 0))


def _repeated(owner: Ints, rows: Ints) -> Ints:
    """The rows of owners that have more than one."""
    counts = np.bincount(owner[rows]) if len(rows) else np.zeros(0, dtype=np.int64)
    return rows[counts[owner[rows]] > 1]


def _later(key: Ints, order: Ints) -> Bools:
    """Which rows come after another row of the same key, in this order."""
    found = np.zeros(len(key), dtype=bool)
    found[order] = True
    if len(order):
        found[order[representatives(grouped(key[order]))]] = False
    return found


class _Keys:
    """What tells awards apart, as numbers, for the rows in question."""

    def __init__(self, month: Month, leaf: Criterion, view: View, column: str, rows: Ints) -> None:
        self.owner = view.owner[rows]
        title = month.programme.field_with_role(view.key, "title")
        self.titled = title is not None
        self.form = self._coded(view, title.key if title else column, rows)
        asked = leaf.options.get("award_identity", "form|issuer|number|date").split("|")
        fields = {
            role: found.key
            for role in _ROLES
            if (found := month.programme.field_with_role(view.key, role))
        }
        self.parts = {
            role: self._coded(view, fields.get(role, role), rows)
            for role in asked
            if role != "form" and (role in fields or role in view.frame)
        }
        self.number = self.parts.get("number")
        blank = [part < 0 for part in (self.form, *self.parts.values())]
        self.complete: Bools = ~np.logical_or.reduce(blank)

    @staticmethod
    def _coded(view: View, key: str, rows: Ints) -> Ints:
        coded = view.coded(key)
        codes = coded.codes[rows]
        used = np.unique(codes[codes >= 0])
        texts = [_folded(str(coded.values[code])) for code in used.tolist()]
        known = {text: at for at, text in enumerate(dict.fromkeys(texts))}
        table = np.full(len(coded.values) + 1, -1, dtype=np.int64)
        table[used] = [known[text] for text in texts]
        return np.asarray(table[codes])

    def exact(self) -> Ints:
        """One number per award."""
        return grouped(self.owner, self.form, *self.parts.values())

    def near(self, year: Ints) -> list[tuple[Ints, Bools]]:
        """Keys under which two rows are suspiciously alike, and the rows that may be dropped."""
        named = self.form >= 0
        if self.titled:
            return [(grouped(self.owner, self.form), named)]
        found = [(grouped(self.owner, self.form, year), ~self.complete)]
        if self.number is not None:
            numbered = named & (self.number >= 0)
            found.append((grouped(self.owner, self.form, year, self.number), numbered))
        return found


def _folded(text: str) -> str:
    return "".join(text.casefold().split())
