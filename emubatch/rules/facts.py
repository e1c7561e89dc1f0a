"""Single facts: ``compare``, ``attest`` and ``exists``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from emubatch.model import FAIL, NA, PASS, REVIEW
from emubatch.programme.conditions import Measured
from emubatch.programme.tables import Choice, Criterion, Deadline, Field
from emubatch.rules import doubts, wording
from emubatch.rules.arrays import (
    MAYBE,
    NO,
    SURE,
    Bools,
    Ints,
    Levels,
    Words,
    any_by,
    by_pattern,
    filled,
    is_empty,
)
from emubatch.rules.bases import Bases
from emubatch.rules.evidence import cells
from emubatch.rules.frames import Coded, Month, View
from emubatch.rules.hints import beside
from emubatch.rules.matching import compared, ordinal, row_conditions
from emubatch.rules.sources import Leaf, left_out, read_source
from emubatch.vietnamese import day_first

_DATES = ("date", "birth")
_ROWS = ("detail", "unit_detail")


# --- compare ---------------------------------------------------------------------------------


def compare(month: Month, leaf: Criterion, wanted: Bools) -> Leaf:
    """A number, date or code against a limit (G8, G9): of the nominee, its unit, or its rows."""
    source = leaf.of[0]
    if month.role(source.sheet) in _ROWS:
        return _compare_rows(month, leaf, source, wanted)
    coded, spec = month.column(source.sheet, source.field)
    limit = _Limit.of(month, leaf, spec)
    table = [limit.outcome(value) for value in coded.values]
    outcome = coded.take(np.array([*table, REVIEW], dtype=np.int8))
    texts = [limit.text(value) for value in coded.values]
    blank = limit.words.words["attest_blank"]
    measured = np.array([*texts, blank], dtype=object)[coded.codes]
    return Leaf(
        left_out(outcome, ~coded.blank, leaf),
        measured,
        limit.required(),
        month.nominee_refs(source.sheet, source.field, wanted),
    )


def _compare_rows(month: Month, leaf: Criterion, source: Measured, wanted: Bools) -> Leaf:
    """One row within the limit is enough; without rows, or with a blank one, it is open."""
    view = month.detail(source.sheet)
    match = row_conditions(month, view, leaf.where, leaf.options)
    match = match.doubted(~view.sure, doubts.NAMESAKE)
    coded = view.coded(source.field)
    limit = _Limit.of(month, leaf, month.field(source.sheet, source.field))
    table = [limit.outcome(value) for value in coded.values]
    level = np.minimum(coded.take(np.array([*table, MAYBE], dtype=np.int8)), match.level)
    found = _best_row(month, view, level, match.level > NO)
    outcome = np.where(found.has_rows, found.level, REVIEW).astype(np.int8)
    texts = by_pattern([found.has_rows, found.level], limit.words.rows)
    evidence = _row_cells(month, view, source.field, match.level > NO, wanted)
    return Leaf(left_out(outcome, found.has_rows, leaf), texts, limit.required(), evidence)


@dataclass(frozen=True, slots=True)
class _Best:
    """The best level among the rows of each nominee, or of its unit where it has none."""

    level: Levels
    has_rows: Bools


def _best_row(month: Month, view: View, level: Levels, rows: Bools) -> _Best:
    own = _levels_by(view.owner, month.size, level, rows)
    about_unit = np.where(view.owner < 0, view.unit_pos, -1)
    unit = _levels_by(about_unit, len(month.units), level, rows)
    place = month.nominees.unit_pos
    theirs = _Best(
        np.append(unit.level, np.int8(NO))[place], np.append(unit.has_rows, False)[place]
    )
    return _Best(
        np.where(own.has_rows, own.level, theirs.level).astype(np.int8),
        own.has_rows | theirs.has_rows,
    )


def _levels_by(owner: Ints, size: int, level: Levels, rows: Bools) -> _Best:
    best = np.where(any_by(owner, size, rows & (level > NO)), MAYBE, NO)
    best = np.where(any_by(owner, size, rows & (level == SURE)), SURE, best)
    return _Best(best.astype(np.int8), any_by(owner, size, rows))


@dataclass(frozen=True, slots=True)
class _Limit:
    """The limit of a comparison, and how its very value is read."""

    leaf: Criterion
    spec: Field | None
    choices: dict[str, Choice]
    threshold: str
    inclusive: bool
    words: wording.Wording

    @classmethod
    def of(cls, month: Month, leaf: Criterion, spec: Field | None) -> _Limit:
        deadline = _deadline(month, leaf.threshold)
        inclusive = leaf.options.get("deadline_inclusive", "false") == "true"
        return cls(
            leaf,
            spec,
            month.choices(spec),
            deadline.date if deadline else leaf.threshold,
            inclusive or bool(deadline and deadline.inclusive),
            wording.of(month.lang),
        )

    @property
    def _is_date(self) -> bool:
        return self.spec is not None and self.spec.type in _DATES

    def outcome(self, value: Any) -> int:
        """Outcome of one value."""
        if not self._ordered:
            same = str(value) in self.threshold.split("|")
            return PASS if same == (self.leaf.operator == "=") else FAIL
        low, high = ordinal(value, self.spec, self.choices)
        first, last = ordinal(self.threshold, self.spec, self.choices)
        if low == high == first == last:
            return self._at_limit()
        return compared(low, high, self.leaf.operator, first, last)

    @property
    def _ordered(self) -> bool:
        return self.leaf.operator not in ("=", "!=") or (not self.choices and self._is_number)

    @property
    def _is_number(self) -> bool:
        return self.spec is not None and self.spec.type in ("int", "number", "percent", *_DATES)

    def _at_limit(self) -> int:
        operator = self.leaf.operator
        if self._is_date and operator == "<":
            same_day = {"in_time": PASS, "late": FAIL}
            policy = self.leaf.options.get("deadline_same_day", "review")
            return PASS if self.inclusive else same_day.get(policy, REVIEW)
        careful = self.leaf.options.get("at_boundary", "strict") == "review"
        if careful and operator in ("<", ">", "<=", ">=") and not self._is_date:
            return REVIEW
        return PASS if operator in ("<=", ">=", "=") else FAIL

    def text(self, value: Any) -> str:
        """The value in words, with a note where it stands on the limit."""
        shown = self._shown(value)
        if self._ordered and str(value) == self.threshold and self._at_limit() == REVIEW:
            return self.words.say("same_day" if self._is_date else "at_limit", value=shown)
        return shown

    def _shown(self, value: Any) -> str:
        if self._is_date:
            return day_first(str(value))
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return self.words.label(self.choices, str(value))

    def required(self) -> str:
        """The limit in words."""
        shown = self._shown(self.threshold)
        if self._is_date and self.leaf.operator in ("<", "<="):
            day_counts = self.inclusive or self.leaf.operator == "<="
            return self.words.say("until" if day_counts else "before", limit=shown)
        return f"{self.words.words[self.leaf.operator]} {shown}"


def _deadline(month: Month, threshold: str) -> Deadline | None:
    """The deadline that ``@ID`` names."""
    name = threshold.removeprefix("@")
    return next((row for row in month.programme.deadlines if row.id == name), None)


# --- attest ----------------------------------------------------------------------------------


def attest(month: Month, leaf: Criterion, wanted: Bools) -> Leaf:
    """Yes passes, no fails; blank, or both, is open (G12)."""
    source = leaf.of[0]
    read = _rows_attest if month.role(source.sheet) in _ROWS else _field_attest
    found, evidence = read(month, leaf, source, wanted)
    outcome = np.where(found.yes & ~found.no, PASS, REVIEW)
    outcome = np.where(found.no & ~found.yes & ~found.open, FAIL, outcome).astype(np.int8)
    outcome = left_out(outcome, found.yes | found.no, leaf)
    if leaf.options.get("attest_blank", "review") == "informational":
        silent = ~found.yes & ~found.no & ~found.maybe
        outcome = np.where(silent, NA, outcome).astype(np.int8)
    words = wording.of(month.lang)
    measured = beside(month, leaf, _attested(words, found), wanted)
    return Leaf(outcome, measured, words.words["need_yes"], evidence)


@dataclass(slots=True)
class _Answers:
    """Answers per nominee: a sure yes, a sure no, a blank, and rows that may be about this."""

    yes: Bools
    no: Bools
    blank: Bools
    maybe: Bools

    @property
    def open(self) -> Bools:
        """Whether something may still say yes."""
        return self.blank | self.maybe

    def at(self, positions: Ints) -> _Answers:
        """The answers of these positions, nothing for -1."""
        columns = (self.yes, self.no, self.blank, self.maybe)
        return _Answers(*(np.append(column, False)[positions] for column in columns))

    def first_of(self, other: _Answers) -> _Answers:
        """These answers where they are about this for sure, else the other's with our doubts."""
        own = self.yes | self.no | self.blank
        return _Answers(
            np.where(own, self.yes, other.yes),
            np.where(own, self.no, other.no),
            np.where(own, self.blank, other.blank),
            self.maybe | (~own & other.maybe),
        )


def _field_attest(
    month: Month, leaf: Criterion, source: Measured, wanted: Bools
) -> tuple[_Answers, Words]:
    coded, _ = month.column(source.sheet, source.field)
    yes, no = _said(coded, source)
    answers = _Answers(yes, no, coded.blank, np.zeros(month.size, dtype=bool))
    return answers, month.nominee_refs(source.sheet, source.field, wanted)


def _said(coded: Coded, source: Measured) -> tuple[Bools, Bools]:
    """Which rows say yes, which say no; the codes of the measure are what counts as yes."""
    good = [code for code, _ in source.codes] or ["CO"]
    yes = np.array([*(str(value) in good for value in coded.values), False])
    no = np.array([*(str(value) not in good for value in coded.values), False])
    return yes[coded.codes], no[coded.codes]


def _rows_attest(
    month: Month, leaf: Criterion, source: Measured, wanted: Bools
) -> tuple[_Answers, Words]:
    """Rows of the nominee decide; where it has none, the rows about its unit."""
    view = month.detail(source.sheet)
    match = row_conditions(month, view, leaf.where, leaf.options)
    match = match.doubted(~view.sure, doubts.NAMESAKE)
    said = _said(view.coded(source.field), source)
    about_unit = np.where(view.owner < 0, view.unit_pos, -1)
    own = _answers(view.owner, month.size, match.level, said)
    unit = _answers(about_unit, len(month.units), match.level, said).at(month.nominees.unit_pos)
    return own.first_of(unit), _row_cells(month, view, source.field, match.level > NO, wanted)


def _answers(owner: Ints, size: int, level: Levels, said: tuple[Bools, Bools]) -> _Answers:
    yes, no = said
    sure = level == SURE
    masks = (sure & yes, sure & no, sure & ~yes & ~no, level == MAYBE)
    return _Answers(*(any_by(owner, size, mask) for mask in masks))


def _row_cells(month: Month, view: View, column: str, rows: Bools, wanted: Bools) -> Words:
    """Cells of the nominee's own rows, else those of its unit, else the nominee's name."""
    own = cells(month, [(view, column, rows)], wanted)
    picked = np.flatnonzero(rows & (view.owner < 0) & (view.unit_pos >= 0))
    if not len(picked):
        return own
    by_unit: dict[int, list[str]] = {}
    refs = view.refs(column, picked).tolist()
    for unit, ref in zip(view.unit_pos[picked].tolist(), refs, strict=True):
        by_unit.setdefault(unit, []).append(ref)
    texts = filled(len(month.units) + 1, "")
    for unit, found in by_unit.items():
        texts[unit] = "; ".join(found)
    theirs = texts[month.nominees.unit_pos]
    has_own = any_by(view.owner, month.size, rows)
    return np.where(wanted & ~has_own & ~is_empty(theirs), theirs, own)


def _attested(words: wording.Wording, found: _Answers) -> Words:
    def text(yes: int, no: int, open_: int) -> str:
        if yes and no:
            return words.words["attest_both"]
        if open_ and not yes:
            return words.words["attest_open"]
        return words.words["attest_yes" if yes else "attest_no" if no else "attest_blank"]

    return by_pattern([found.yes, found.no, found.maybe | (found.blank & found.no)], text)


# --- exists ----------------------------------------------------------------------------------


def exists(month: Month, leaf: Criterion, wanted: Bools) -> Leaf:
    """Something is there; where nothing is, a person must look, for nothing states absence."""
    parts = [_present(month, leaf, source, wanted) for source in leaf.of]
    level = np.maximum.reduce([part for part, _ in parts])
    evidence = parts[0][1]
    for other_level, other in parts[1:]:
        evidence = np.where(other_level > parts[0][0], other, evidence)
    words = wording.of(month.lang)
    outcome = np.where(level == SURE, PASS, REVIEW).astype(np.int8)
    measured = by_pattern([level], lambda found: _presence(words, found))
    required = words.say("need_exists", what=words.what(month, leaf.of))
    return Leaf(left_out(outcome, level > NO, leaf), measured, required, evidence)


def _presence(words: wording.Wording, level: int) -> str:
    keys: Sequence[str] = ("attest_blank", "attest_open", "exists_yes")
    return words.words[keys[level]]


def _present(
    month: Month, leaf: Criterion, source: Measured, wanted: Bools
) -> tuple[Levels, Words]:
    if month.role(source.sheet) not in _ROWS:
        coded, _ = month.column(source.sheet, source.field)
        codes = [code for code, _ in source.codes]
        fits = [SURE if not codes or str(value) in codes else NO for value in coded.values]
        level = coded.take(np.array([*fits, NO], dtype=np.int8))
        return level, month.nominee_refs(source.sheet, source.field, wanted)
    found = read_source(month, leaf, source, leaf.where)
    match = found.match.both(Bases.of(month, leaf, found.view).match())
    rows = (match.level > NO) & ~(found.coded.blank & bool(source.field))
    column = source.field or month.programme.fields_of[source.sheet][0].key
    best = _best_row(month, found.view, match.level, rows)
    return best.level, _row_cells(month, found.view, column, rows, wanted)
