"""Length of continuous service: ``full_months``.

The start is the day that the form states or, where periods of service are entered, the start of
the unbroken spell that reaches the reference day. Doubts are carried as an earliest and a latest
start; only where both give the same outcome is there a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emubatch.model import FAIL, PASS, REVIEW
from emubatch.programme.conditions import Measured
from emubatch.programme.tables import Criterion
from emubatch.rules import wording
from emubatch.rules.arrays import Bools, Ints, Levels, Words, any_by, by_pattern, filled
from emubatch.rules.evidence import cells
from emubatch.rules.frames import Month, View
from emubatch.rules.partial import (
    EARLIEST,
    date_span,
    full_months,
    latest_start,
    span_text,
)
from emubatch.rules.sources import Leaf, left_out
from emubatch.rules.spells import Periods, Spell
from emubatch.vietnamese import day_first

Span = tuple[Ints, Ints]


def months(month: Month, leaf: Criterion, wanted: Bools) -> Leaf:
    """Full months from the start of service to the end of the window."""
    rule = _Rule.of(month, leaf)
    start, evidence = _stated_start(month, leaf, wanted)
    found = _Reading(rule.outcome(start, start), rule.words(start), start[1] >= start[0])
    view = _periods(month, leaf)
    if view is not None and len(view):
        by_periods = _read_periods(month, leaf, rule, view, start)
        found = found.replaced_by(by_periods, _unsure(view, month.size))
        key = _role(month, view.key, "from")
        used = [(view, key, np.ones(len(view), dtype=bool))]
        evidence = np.where(by_periods.known, cells(month, used, wanted), evidence)
    required = rule.say("need_months", limit=leaf.threshold, end=day_first(leaf.window[1]))
    return Leaf(left_out(found.outcome, found.known, leaf), found.words, required, evidence)


@dataclass(slots=True)
class _Reading:
    """Outcome and words per nominee, and who has the data for it."""

    outcome: Levels
    words: Words
    known: Bools

    def replaced_by(self, other: _Reading, unsure: Bools) -> _Reading:
        """The other reading where it has data; where it may be a namesake's, both must agree."""
        doubtful = unsure & (other.outcome != self.outcome)
        outcome = np.where(doubtful, REVIEW, other.outcome)
        return _Reading(
            np.where(other.known, outcome, self.outcome).astype(np.int8),
            np.where(other.known, other.words, self.words),
            self.known | other.known,
        )


def _read_periods(month: Month, leaf: Criterion, rule: _Rule, view: View, start: Span) -> _Reading:
    """The kindest and the strictest reading of the periods, and what they agree on."""
    periods = Periods.of(month, leaf, view, start)
    gap = int(leaf.options.get("max_gap_days", "0") or 0)
    best = periods.kindest(month.size, rule.end, gap)
    worst = periods.strictest(month.size, rule.end, gap)
    outcome = rule.outcome((best.low, best.high), (worst.low, worst.high))
    # Service that is not stated up to the reference day may have gone on.
    outcome = np.where(best.reaches & worst.reaches, outcome, np.minimum(outcome, REVIEW))
    outcome = np.where(best.high < best.low, REVIEW, outcome).astype(np.int8)
    known = any_by(view.owner, month.size, np.ones(len(view), dtype=bool))
    return _Reading(outcome, rule.spell_words(best, worst), known)


@dataclass(frozen=True, slots=True)
class _Rule:
    """The limit in months, the last day, and the readings of partial dates and near misses."""

    words_of: wording.Wording
    end: int
    limit: int
    latest: int
    borderline: int
    month_only: str

    @classmethod
    def of(cls, month: Month, leaf: Criterion) -> _Rule:
        end = date_span(leaf.window[1] or month.as_of)[1]
        limit = int(float(leaf.threshold))
        return cls(
            wording.of(month.lang),
            end,
            limit,
            latest_start(end, limit),
            int(leaf.options.get("borderline_days", "0") or 0),
            leaf.options.get("month_only", "both_ends"),
        )

    def say(self, key: str, **values: object) -> str:
        return self.words_of.say(key, **values)

    def outcome(self, best: Span, worst: Span) -> Levels:
        """Outcome when the start lies somewhere from the earliest to the latest reading."""
        kind = best[1] if self.month_only == "last_day" else best[0]
        strict = worst[0] if self.month_only == "first_day" else worst[1]
        upper, lower = self._single(kind), self._single(strict)
        outcome = np.where(upper == lower, upper, REVIEW)
        unknown = (best[1] < best[0]) | (worst[1] < worst[0])
        lost = (best[1] >= best[0]) & (worst[1] < worst[0]) & (upper == FAIL)
        return np.where(unknown & ~lost, REVIEW, np.where(lost, FAIL, outcome)).astype(np.int8)

    def _single(self, start: Ints) -> Ints:
        near = start <= self.latest + self.borderline
        return np.where(start <= self.latest, PASS, np.where(near, REVIEW, FAIL))

    def words(self, start: Span) -> Words:
        """``59 tháng, thiếu 1 ngày`` for each start."""
        return by_pattern(start, self._text)

    def _text(self, low: int, high: int) -> str:
        if high < low:
            return self.say("no_start")
        if low == high:
            return self._exact(low)
        most, least = full_months(low, self.end), full_months(high, self.end)
        text = self.say("months_range", low=least, high=most) if least < most else self._exact(low)
        return f"{text} ({self.say('month_known', text=span_text(low, high))})"

    def _exact(self, start: int) -> str:
        count = full_months(start, self.end)
        if count == self.limit - 1:
            return self.say("months_short", months=count, days=start - self.latest)
        return self.say("months", months=count)

    def spell_words(self, best: Spell, worst: Spell) -> Words:
        """The same for spells, with the doubts about them."""
        columns = [best.low, best.high, worst.low, worst.high, best.reaches & worst.reaches]
        return by_pattern(columns, self._spell_text)

    def _spell_text(self, low: int, high: int, other: int, other_high: int, reaches: int) -> str:
        if high < low:
            return self.say("ends_before")
        if low == EARLIEST:
            return self.say("no_start")
        parts = [self._text(low, high), self.say("by_periods", start=span_text(low, high))]
        if other > low and other_high >= other:
            anew = span_text(other, other_high)
            count = full_months(other_high, self.end)
            parts.append(self.say("gap_doubt", start=anew, months=count))
        if not reaches:
            parts.append(self.say("ends_before"))
        return "; ".join(parts)


def _stated_start(month: Month, leaf: Criterion, wanted: Bools) -> tuple[Span, Words]:
    """Span of the start that the form states, and its cell."""
    source = next((m for m in _all(leaf) if month.role(m.sheet) == "nominee"), None)
    if source is None:
        none = np.zeros(month.size, dtype=np.int64)
        return (none, none - 1), filled(month.size, "")
    refs = month.nominee_refs(source.sheet, source.field, wanted)
    return month.nominees.days(source.field), refs


def _periods(month: Month, leaf: Criterion) -> View | None:
    """The sheet of service periods, if the leaf names one."""
    sheets = (m.sheet for m in _all(leaf) if month.role(m.sheet) == "detail")
    name = next(sheets, "")
    return month.detail(name) if name else None


def _all(leaf: Criterion) -> tuple[Measured, ...]:
    return (*leaf.of, *leaf.may_of)


def _role(month: Month, sheet: str, role: str) -> str:
    found = month.programme.field_with_role(sheet, role)
    return found.key if found is not None else ""


def _unsure(view: View, size: int) -> Bools:
    return any_by(view.owner, size, ~view.sure)
