"""The outline of criteria: leaves are measured, inner rows combine them, in three values (G1).

``all_of`` is the smallest, ``any_of`` the largest of fail < review < pass among the children that
apply; ``agree`` is what all children say, review when they differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from emubatch.model import FAIL, NA, PASS, REVIEW
from emubatch.programme.tables import Criterion, in_lang
from emubatch.rules import awards, branches, discipline, facts, tenure, titles, wording
from emubatch.rules.arrays import (
    MAYBE,
    NO,
    SURE,
    Bools,
    Levels,
    Words,
    by_pattern,
    filled,
    is_empty,
)
from emubatch.rules.distinct import asked, together
from emubatch.rules.frames import Month
from emubatch.rules.matching import nominee_conditions
from emubatch.rules.node import Node
from emubatch.rules.registration import registers
from emubatch.rules.sources import Leaf
from emubatch.rules.waived import waive

Measure = Callable[[Month, Criterion, Bools], Leaf]

MEASURES: dict[str, Measure] = {
    "count": awards.count,
    "count_years": awards.count,
    "every_year": titles.every_year,
    "full_months": tenure.months,
    "none": discipline.none,
    "compare": facts.compare,
    "attest": facts.attest,
    "exists": facts.exists,
}


def evaluate(month: Month) -> list[Node]:
    """The roots of the outline, evaluated."""
    positions = {row.id: at for at, row in enumerate(month.programme.criteria)}
    children: dict[str, list[Criterion]] = {}
    for row in month.programme.criteria:
        children.setdefault(row.parent, []).append(row)
    everyone = np.full(month.size, SURE, dtype=np.int8)
    tree = _Tree(month, positions, children)
    return [tree.node(row, everyone) for row in children.get("", [])]


@dataclass(frozen=True, slots=True)
class _Tree:
    month: Month
    positions: dict[str, int]
    children: dict[str, list[Criterion]]

    def node(self, row: Criterion, above: Levels) -> Node:
        """One row and everything below it; ``above`` says where the rows above apply."""
        applies = nominee_conditions(self.month, row.applies).level
        applies = np.where(above == NO, NO, applies).astype(np.int8)
        found = self._inner(row, applies) if row.inner else self._leaf(row, applies)
        unclear = (applies == MAYBE) & (found.outcome != NA)
        found.outcome = np.where(unclear, REVIEW, found.outcome).astype(np.int8)
        found.outcome[applies == NO] = NA
        if unclear.any():
            text, refs = self._open_applies(row, unclear)
            found.measured = np.where(unclear, text, found.measured)
            found.evidence = np.where(unclear, refs, found.evidence)
        found.waived = waive(self.month, found)
        return found

    def _open_applies(self, row: Criterion, unclear: Bools) -> tuple[str, Words]:
        """Which columns leave it open whether a row applies, and the cell of the first of them."""
        words = wording.of(self.month.lang)
        places = [condition.field.rpartition(".")[::2] for condition in row.applies]
        headers = [
            words.header(self.month, self.month.column(sheet, key)[1], "") or key
            for sheet, key in places
        ]
        text = words.say("open_applies", headers=", ".join(dict.fromkeys(headers)))
        refs = self.month.home_refs(unclear)
        for sheet, key in reversed(places):
            coded, spec = self.month.column(sheet, key)
            if spec is not None:
                blank = unclear & coded.blank
                own = self.month.nominee_refs(spec.sheet, spec.key, blank)
                refs = np.where(blank, own, refs)
        return text, refs

    def _leaf(self, row: Criterion, applies: Levels) -> Node:
        leaf = MEASURES[row.test](self.month, row, applies > NO)
        return Node(
            row,
            self.positions[row.id],
            [],
            applies,
            leaf.outcome.copy(),
            leaf.measured,
            leaf.required,
            leaf.evidence,
            leaf.amount,
            leaf.years,
            leaf.first_year,
            leaf.rows,
        )

    def _inner(self, row: Criterion, applies: Levels) -> Node:
        parts = [self.node(child, applies) for child in self.children.get(row.id, [])]
        outcome = combine(row.test, [part.outcome for part in parts], self.month.size)
        words = wording.of(self.month.lang)
        measured = _inner_words(self.month, row, parts, outcome)
        required = branches.asked(words, parts) if row.test == "any_of" else words.words[row.test]
        if row.test == "all_of":
            one_year = _same_year(parts, self.month.size)
            if one_year is not None:
                apart = (outcome > one_year) & (outcome != NA)
                if row.options.get("same_year", "false") == "true":
                    outcome = np.where(apart, one_year, outcome).astype(np.int8)
                    required = words.words["same_year"]
                if "same_year" in self.month.programme.setting:
                    note = measured + "; " + words.words["other_year"]
                    measured = np.where(apart, note, measured)
            if row.options.get("distinct_awards", "false") == "true":
                level = _distinct(parts, self.month.size)
                apart = (outcome > level) & (outcome != NA)
                outcome = np.where(apart, level, outcome).astype(np.int8)
                measured = np.where(apart, measured + "; " + words.words["one_award"], measured)
        empty = filled(self.month.size, "")
        return Node(row, self.positions[row.id], parts, applies, outcome, measured, required, empty)


def combine(test: str, outcomes: list[Levels], size: int) -> Levels:
    """Outcome of an inner row from its children's; NA where none of them applies."""
    if not outcomes:
        return np.full(size, NA, dtype=np.int8)
    table = np.vstack(outcomes)
    none = (table == NA).all(axis=0)
    low = np.where(table == NA, PASS, table).min(axis=0)
    high = np.where(table == NA, FAIL, table).max(axis=0)
    if test == "all_of":
        found = low
    elif test == "any_of":
        found = high
    else:
        found = np.where(low == high, low, REVIEW)
    return np.where(none, NA, found).astype(np.int8)


def _same_year(parts: list[Node], size: int) -> Levels | None:
    """Level at which all counts among the children can be met in one and the same year."""
    counts = [part for part in parts if part.years is not None and _counts(part)]
    if len(counts) < 2:
        return None
    first = max(part.first_year for part in counts)
    last = min(part.first_year + part.years.shape[1] for part in counts if part.years is not None)
    if last <= first:
        return np.zeros(size, dtype=np.int8)
    found = np.full((size, last - first), SURE, dtype=np.int8)
    for part in counts:
        if part.years is not None:
            own = part.years[:, first - part.first_year : last - part.first_year]
            found = np.where((part.outcome == NA)[:, None], found, np.minimum(found, own))
    return np.asarray(found.max(axis=1), dtype=np.int8)


def _distinct(parts: list[Node], size: int) -> Levels:
    """Level at which the counts among the children can be met with different awards."""
    found = (asked(part.row, part.rows, _asks(part)) for part in parts if _counts(part))
    return together([part for part in found if part is not None], size)


def _asks(part: Node) -> Bools:
    """Nominees of whom a row asks something: it applies, and they are not let off."""
    applies = part.outcome != NA
    return np.asarray(applies if part.waived is None else applies & ~part.waived)


def _counts(part: Node) -> bool:
    return part.row.test in ("count", "count_years")


def _inner_words(month: Month, row: Criterion, parts: list[Node], outcome: Levels) -> Words:
    words = wording.of(month.lang)
    if row.test == "agree":
        return _agree_words(words, parts, month)
    table = np.vstack([part.outcome for part in parts]) if parts else np.empty((0, month.size))
    counts = [(table == outcome).sum(axis=0) for outcome in (PASS, REVIEW, FAIL)]
    found = by_pattern(counts, words.so_far if registers(month.programme) else words.inner)
    return branches.told(words, found, parts, outcome) if row.test == "any_of" else found


def _agree_words(words: wording.Wording, parts: list[Node], month: Month) -> Words:
    """``Điểm a: đạt; Điểm b: không đạt``."""
    found = filled(month.size, "")
    said = "yet" if registers(month.programme) else "out"
    for part in parts:
        name = in_lang(part.row, "label", words.lang) or part.row.id
        texts = [f"{name}: {words.words[f'{said}_{out}']}" for out in (FAIL, REVIEW, PASS)]
        own = np.array([*texts, ""], dtype=object)[part.outcome]
        both = ~is_empty(found) & ~is_empty(own)
        found = np.where(both, found + "; " + own, found + own)
    return found
