"""What a leaf looks at: the rows of its sources with their levels, and what it hands back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from emubatch.model import FAIL, NA, PASS, REVIEW
from emubatch.programme.conditions import Condition, Measured
from emubatch.programme.tables import Choice, Criterion, Field
from emubatch.rules import doubts
from emubatch.rules.arrays import MAYBE, NO, Bools, Floats, Ints, Levels, Words
from emubatch.rules.distinct import Counted
from emubatch.rules.frames import Coded, Month, View
from emubatch.rules.matching import Match, code_match, row_conditions


@dataclass(slots=True)
class Leaf:
    """A leaf measured for every nominee.

    ``years`` holds, where the leaf can tell, the levels per nominee and year from ``first_year``:
    a parent that asks for the same year needs them. ``amount`` is the sure part of a count, and
    ``rows`` are the rows behind it, for a parent that asks for different awards.
    """

    outcome: Levels
    measured: Words
    required: str
    evidence: Words
    amount: Floats | None = None
    years: Levels | None = None
    first_year: int = 0
    rows: Sequence[Counted] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """The rows of one sheet under one ``of``: level of the code, and of code and conditions.

    ``may`` marks rows of ``may_of``: they may add something and never state that there is none.
    """

    view: View
    measured: Measured
    spec: Field | None
    choices: dict[str, Choice]
    coded: Coded
    code: Match
    match: Match
    may: bool = False

    @property
    def yearly(self) -> bool:
        """Whether the column states something year by year: titles, ratings, yes or no."""
        if self.spec is None:
            return False
        if not self.choices:
            return self.spec.type == "yesno"
        codes = [code for code, _ in self.measured.codes]
        return bool(codes) and all(self.choices[code].axis in ("title", "rating") for code in codes)


def read_source(
    month: Month, leaf: Criterion, measured: Measured, where: Sequence[Condition]
) -> Source:
    """The rows of one sheet with their levels, namesakes and contradictions lowered."""
    view = month.detail(measured.sheet)
    spec = month.field(measured.sheet, measured.field)
    choices = month.choices(spec)
    coded = view.coded(measured.field) if measured.field else _unnamed(len(view))
    code = code_match(coded.values, measured, spec, choices, leaf.options).take(coded)
    match = code.both(row_conditions(month, view, where, leaf.options))
    match = _contradictions(_Rows(month, view, spec, choices, coded, code), where, leaf, match)
    match = match.doubted(~view.sure, doubts.NAMESAKE)
    if view.against is not None:
        match = match.doubted(view.against, doubts.REGISTER)
    return Source(view, measured, spec, choices, coded, code, match)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a source before doubts are applied."""

    month: Month
    view: View
    spec: Field | None
    choices: dict[str, Choice]
    coded: Coded
    code: Match


def _unnamed(size: int) -> Coded:
    return Coded(np.full(size, -1, dtype=np.int64), ())


def _contradictions(
    rows: _Rows, where: Sequence[Condition], leaf: Criterion, match: Match
) -> Match:
    """A form whose signer cannot sign it is possible, whichever of the two cells is wrong.

    Something greater that may stand for the form asked has a signer of its own, who is not asked;
    nor is the signer of a form that is not known.
    """
    issuer = rows.month.programme.field_with_role(rows.view.key, "issuer")
    if issuer is None or not any(row.issuers for row in rows.choices.values()):
        return match
    wrong = _wrong_signer(rows, rows.view.coded(issuer.key)) & (rows.code.level > NO)
    any_signer = (rows.code.why & (doubts.MAY_IMPLY | doubts.BLANK_CODE)) > 0
    any_signer = wrong | (any_signer & (rows.code.level == MAYBE))
    if not any_signer.any():
        return match
    rest = [condition for condition in where if condition.field != issuer.key]
    open_ = rows.code.both(row_conditions(rows.month, rows.view, rest, leaf.options))
    open_ = open_.doubted(wrong, doubts.CONTRADICTS)
    return Match(
        np.where(any_signer, open_.level, match.level).astype(np.int8),
        np.where(any_signer, open_.why, match.why),
    )


def _wrong_signer(rows: _Rows, signers: Coded) -> Bools:
    """Rows whose form is never signed by the signer stated; a blank signer is not wrong."""
    allowed = np.ones((len(rows.coded.values) + 1, len(signers.values) + 1), dtype=bool)
    for at, value in enumerate(rows.coded.values):
        names = rows.choices[value].issuers if value in rows.choices else ()
        if names:
            allowed[at, :-1] = [signer in names for signer in signers.values]
    return np.asarray(~allowed[rows.coded.codes, signers.codes])


def sources(month: Month, leaf: Criterion) -> list[Source]:
    """The sources of ``of`` under ``where``."""
    return [read_source(month, leaf, measured, leaf.where) for measured in leaf.of]


_MAY_COUNT = {"yes": None, "true": None, "possible": MAYBE, "false": MAYBE}


def may_sources(month: Month, leaf: Criterion) -> list[Source]:
    """The sources of ``may_of``, lowered as the switch ``may_count`` says."""
    value = leaf.options.get("may_count", "possible")
    if value not in _MAY_COUNT:
        return []
    found = [read_source(month, leaf, measured, leaf.may_where) for measured in leaf.may_of]
    return [_lowered(source, _MAY_COUNT[value]) for source in found]


def _lowered(source: Source, ceiling: int | None) -> Source:
    doubted = np.full(len(source.view), ceiling is not None)
    return replace(source, match=source.match.doubted(doubted, doubts.MAY_COUNT), may=True)


def year_key(month: Month, sheet: str) -> str:
    """The column that holds the year on a sheet, empty when it has none."""
    return _key(month, sheet, "year", ("year", "years"))


def date_key(month: Month, sheet: str) -> str:
    """The column that holds the date of decision on a sheet, empty when it has none."""
    return _key(month, sheet, "date", ())


def _key(month: Month, sheet: str, role: str, types: tuple[str, ...]) -> str:
    found = month.programme.field_with_role(sheet, role)
    if found is None:
        fields = month.programme.fields_of.get(sheet, ())
        found = next((spec for spec in fields if spec.type in types), None)
    return found.key if found is not None else ""


def interval_outcome(sure: Ints, possible: Ints, leaf: Criterion) -> Levels:
    """Outcome of a count known as an interval against the threshold of the leaf."""
    limit = float(leaf.threshold or 0)
    operator = leaf.operator or ">="
    if leaf.options.get("count_interval", "true") == "false":
        possible = sure
    if operator in ("<", "<="):
        held = possible < limit if operator == "<" else possible <= limit
        can = sure < limit if operator == "<" else sure <= limit
    elif operator in (">", ">="):
        held = sure > limit if operator == ">" else sure >= limit
        can = possible > limit if operator == ">" else possible >= limit
    else:
        held = (sure == limit) & (possible == limit)
        can = (sure <= limit) & (possible >= limit)
        if operator == "!=":
            held, can = ~can, ~held
    return np.where(held, PASS, np.where(can, REVIEW, FAIL)).astype(np.int8)


def left_out(outcome: Levels, has_data: Bools, leaf: Criterion) -> Levels:
    """Where the switch ``required`` is off, a leaf without data does not apply."""
    if leaf.options.get("required", "true") == "true":
        return outcome
    return np.where(has_data, outcome, NA).astype(np.int8)


def window_years(leaf: Criterion) -> tuple[int, int]:
    """First and last year of the window, (0, -1) when it is open."""
    first, last = leaf.window
    return (int(first[:4]), int(last[:4])) if first and last else (0, -1)
