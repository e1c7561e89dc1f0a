"""What one leaf of the outline still asks of one nominee: the steps that would satisfy it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from emubatch.model import FAIL
from emubatch.programme.conditions import Condition, Measured
from emubatch.programme.tables import Criterion
from emubatch.recommend.steps import DOCUMENT, EARN, STATE, SUPPLY, Step, Way, never, settle
from emubatch.rules.arrays import SURE
from emubatch.rules.frames import Month
from emubatch.rules.node import Node
from emubatch.rules.sources import date_key, sources, window_years, year_key
from emubatch.rules.titles import MET, NOT_MET, UNSTATED, Years, read_years

_ROWS = ("detail", "unit_detail")
_FILLED = "x"  # stands for any text where a condition asks only that a cell is filled


@dataclass(slots=True)
class Leaves:
    """Answers for the leaves of one month; what is read once for everybody is kept."""

    month: Month
    _years: dict[str, Years | None] = field(default_factory=dict)

    @property
    def this_year(self) -> int:
        """The year of the reference date: what lies before it is over."""
        return int(self.month.as_of[:4] or 0)

    def way(self, node: Node, who: int) -> Way:
        """The steps that would satisfy a leaf for one nominee."""
        found = _BY_TEST[node.row.test](self, node, who)
        return frozenset(found) if found is not None else frozenset([settle(node.row.id)])

    def years(self, leaf: Criterion) -> Years | None:
        """The state of everybody's years, for leaves that go by years."""
        if leaf.id not in self._years:
            found = sources(self.month, leaf)
            known = window_years(leaf)[1] > 0 and all(source.yearly for source in found)
            self._years[leaf.id] = read_years(self.month, leaf, found) if known else None
        return self._years[leaf.id]


_Steps = list[Step] | None  # None: only a person can settle it


# --- year by year, and counts --------------------------------------------------------------------


def _every_year(leaves: Leaves, node: Node, who: int) -> _Steps:
    years = leaves.years(node.row)
    if years is None:
        return None
    states = enumerate(years.state[who].tolist(), years.first)
    missing = [(year, state) for year, state in states if state != MET]
    return [_in_year(leaves, node, year, state) for year, state in missing]


def _in_year(leaves: Leaves, node: Node, year: int, state: int) -> Step:
    """A title or rating of one year; a past year that is said to be without one stays so."""
    values = _row_values(leaves.month, node.row, year)
    if (state == NOT_MET and year < leaves.this_year) or values is None:
        return never(node.row.id, year)
    kind = EARN if year >= leaves.this_year else SUPPLY
    return Step(kind, node.row.of[0].sheet, values, year, criterion=node.row.id)


def _count(leaves: Leaves, node: Node, who: int) -> _Steps:
    row = node.row
    if row.operator not in ("", ">=", ">") or node.amount is None:
        return None
    limit = float(row.threshold or 0)
    enough = math.ceil(limit) if row.operator != ">" else math.floor(limit) + 1
    lacking = enough - int(node.amount[who])
    if _row_values(leaves.month, row, 0) is None or lacking < 1:
        return None
    years = leaves.years(row)
    if years is not None:
        return _more_years(leaves, node, years.state[who].tolist(), years.first, lacking)
    return _more_awards(leaves, node, who, lacking)


def _more_years(
    leaves: Leaves, node: Node, states: list[int], first: int, lacking: int
) -> list[Step]:
    steps = [
        _in_year(leaves, node, year, state)
        for year, state in enumerate(states, first)
        if state != MET
    ]
    open_ = [step for step in steps if step.open]
    if len(open_) < lacking:
        return [*open_, never(node.row.id)]
    # Years of which nothing is said take a title without contradicting another.
    silent = [step for step in open_ if states[step.year - first] == UNSTATED]
    chosen = [*silent, *(step for step in open_ if step not in silent)][:lacking]
    choice = tuple(step.year for step in silent) if chosen == silent[:lacking] else ()
    return [replace(step, years=choice) for step in chosen]


def _more_awards(leaves: Leaves, node: Node, who: int, lacking: int) -> list[Step]:
    """Further awards of a closed list: still to be earned, or given and not listed."""
    row = node.row
    first, last = window_years(row)
    kind = EARN if last == -1 or last >= leaves.this_year else SUPPLY
    latest = max(first, min(last, leaves.this_year)) if last > 0 else leaves.this_year
    free = [latest] * lacking
    if row.test == "count_years" and node.years is not None:
        levels = enumerate(node.years[who].tolist(), node.first_year)
        free = [year for year, level in levels if level != SURE][::-1]
        if kind == EARN:
            free = [year for year in free if year >= leaves.this_year]
    steps = []
    for number, year in enumerate(free[:lacking], 1):
        values = _row_values(leaves.month, row, year)
        assert values is not None
        choice = tuple(range(first, last + 1)) if last > 0 else ()
        choice = tuple(y for y in choice if kind == SUPPLY or y >= leaves.this_year)
        steps.append(Step(kind, row.of[0].sheet, values, year, number, "", row.id, choice))
    return [*steps, *[never(row.id)] * (len(steps) < lacking)]


def _row_values(month: Month, row: Criterion, year: int) -> tuple[tuple[str, str], ...] | None:
    """Cells of a row that counts; None where a condition cannot be met by writing one."""
    source = row.of[0]
    met = _met(row.where)
    if met is None:
        return None
    cells = {**met, **_signed(month, row, met)}
    stated = {year_key(month, source.sheet): str(year)} if year else {}
    if year and date_key(month, source.sheet) and not year_key(month, source.sheet):
        stated[date_key(month, source.sheet)] = f"{year}-06-30"
    return tuple(sorted((key, text) for key, text in (cells | stated).items() if key))


def _signed(month: Month, row: Criterion, met: dict[str, str]) -> dict[str, str]:
    """The code to write, with a signer who can sign it where the plan names several."""
    source = row.of[0]
    if not source.field or not source.codes:
        return {}
    choices = month.choices(month.field(source.sheet, source.field))
    issuer = month.programme.field_with_role(source.sheet, "issuer")
    key = issuer.key if issuer is not None else ""
    asked = [c.values for c in row.where if c.field.rpartition(".")[2] == key]
    for code, _ in source.codes:
        allowed = choices[code].issuers if code in choices else ()
        if not allowed or not key or met.get(key) in allowed:
            return {source.field: code}
        signer = next((one for one in allowed if not asked or one in asked[0]), "")
        if signer:
            return {source.field: code, key: signer}
    return {source.field: source.codes[0][0]}


def _met(where: tuple[Condition, ...]) -> dict[str, str] | None:
    """Cells that satisfy conditions."""
    found = {}
    for condition in where:
        if condition.operator not in ("=", ">=", "<="):
            return None
        value = next((text for text in condition.values if text != "?"), "")
        found[condition.field.rpartition(".")[2]] = _FILLED if value == "*" else value
    return found


# --- statements and papers -----------------------------------------------------------------------


def _attest(leaves: Leaves, node: Node, who: int) -> _Steps:
    source = node.row.of[0]
    value = source.codes[0][0] if source.codes else "CO"
    if leaves.month.role(source.sheet) in _ROWS:
        return _attest_row(leaves, node, source, value)
    if node.outcome[who] == FAIL:
        return [never(node.row.id)]
    return [Step(STATE, source.sheet, ((source.field, value),), criterion=node.row.id)]


def _attest_row(leaves: Leaves, node: Node, source: Measured, value: str) -> _Steps:
    """A paper of the dossier can be handed in; another row that says no stands."""
    met = _met(node.row.where)
    if met is None:
        return None
    paper = leaves.month.programme.field_with_role(source.sheet, "paper")
    kind = DOCUMENT if paper is not None else STATE
    values = tuple(sorted({**met, source.field: value}.items()))
    return [Step(kind, source.sheet, values, criterion=node.row.id)]


def _exists(leaves: Leaves, node: Node, who: int) -> _Steps:
    source, met = node.row.of[0], _met(node.row.where)
    if met is None:
        return None
    value = source.codes[0][0] if source.codes else _FILLED
    if leaves.month.role(source.sheet) not in _ROWS:
        return [Step(STATE, source.sheet, ((source.field, value),), criterion=node.row.id)]
    last = window_years(node.row)[1]
    year = min(last, leaves.this_year) if last > 0 else leaves.this_year
    values = _row_values(leaves.month, node.row, year) or ()
    own = {source.field: value} if source.field else {}
    row = tuple(sorted({**own, **dict(values)}.items()))
    return [Step(SUPPLY, source.sheet, row, year, criterion=node.row.id)]


def _none(leaves: Leaves, node: Node, who: int) -> _Steps:
    """Absence can be stated where nothing is listed; what is listed stands."""
    if node.outcome[who] == FAIL:
        return [never(node.row.id)]
    sheet = node.row.of[0].sheet
    spec = leaves.month.programme.field_with_role(sheet, "states_none")
    listed = bool((leaves.month.detail(sheet).owner == who).any())
    if spec is None or listed:
        return None
    return [Step(STATE, sheet, ((spec.key, "CO"),), criterion=node.row.id)]


def _compare(leaves: Leaves, node: Node, who: int) -> _Steps:
    """A blank cell can be filled; a date or number that misses the limit stands."""
    row, source = node.row, node.row.of[0]
    if leaves.month.role(source.sheet) in _ROWS:
        return None
    coded, spec = leaves.month.column(source.sheet, source.field)
    if not coded.blank[who]:
        return [never(row.id)] if node.outcome[who] == FAIL else None
    within = _within(row, is_date=spec is not None and spec.type in ("date", "birth"))
    if within is None:
        return None
    return [Step(STATE, source.sheet, ((source.field, within),), criterion=row.id)]


def _within(row: Criterion, *, is_date: bool) -> str | None:
    """A value that meets the limit."""
    text, shift = row.threshold.split("|")[0], {"<": -1, ">": 1}.get(row.operator, 0)
    if row.operator == "!=":
        return None
    if is_date:
        return (date.fromisoformat(text) + timedelta(days=shift)).isoformat()
    try:
        return f"{float(text) + shift:g}"
    except ValueError:
        return text if not shift else None


def _months(leaves: Leaves, node: Node, who: int) -> _Steps:
    """The start of service can be stated where it is blank; a service too short stays so."""
    if node.outcome[who] == FAIL:
        return [never(node.row.id)]
    own = [source for source in node.row.of if leaves.month.role(source.sheet) not in _ROWS]
    detail = [source for source in node.row.of if leaves.month.role(source.sheet) in _ROWS]
    listed = any(bool((leaves.month.detail(s.sheet).owner == who).any()) for s in detail)
    if not own or listed or not leaves.month.column(own[0].sheet, own[0].field)[0].blank[who]:
        return None
    years = int(np.ceil(float(node.row.threshold or 0) / 12)) + 1
    end = date.fromisoformat(node.row.window[1] or leaves.month.as_of)
    start = f"{end.year - years:04}-01-01"
    return [Step(STATE, own[0].sheet, ((own[0].field, start),), criterion=node.row.id)]


_BY_TEST: dict[str, Callable[[Leaves, Node, int], _Steps]] = {
    "count": _count,
    "count_years": _count,
    "every_year": _every_year,
    "full_months": _months,
    "none": _none,
    "compare": _compare,
    "attest": _attest,
    "exists": _exists,
}
