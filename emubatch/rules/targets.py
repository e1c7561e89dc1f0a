"""Targets (mục tiêu) of a department: shares, counts and answers, per unit and for the whole.

A cell that is blank leaves an interval: a target is decided when both of its ends agree. Whoever
may or may not belong to the denominator makes it wider. Floors stand beside caps from elsewhere;
neither is mended.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from emubatch.model import TARGET_COLUMNS, Finding, MonthData
from emubatch.programme.operators import TABLE_SWITCHES
from emubatch.programme.tables import Target
from emubatch.rules.arrays import MAYBE, NO, SURE, Bools, Ints, Levels
from emubatch.rules.entries import switch
from emubatch.rules.frames import Month
from emubatch.rules.matching import condition_match
from emubatch.rules.members import Members, double_entries, members_of, row_finding
from emubatch.rules.target_answers import Answer, answers
from emubatch.rules.target_words import say

TARGET_EXTRA = (
    "possible",  # more of the numerator that is not sure
    "value_to",  # upper end of the value
    "excluded",  # members left out of the denominator
    "floor",  # how many the target needs
    "cap",  # how many the cap allows, and its upper end
    "cap_to",
    "band",  # band, equal or above: floor against cap
    "estimate",  # the report, or one of them, is an estimate
    "before_numerator",  # what the estimate said that a final replaced
    "before_denominator",
    "evidence",
    "note",
    "clause",
)
_MOST_CELLS = 30
_ALL = 100.0
_PLACES = 2


@dataclass(frozen=True, slots=True)
class Counts:
    """Sums of members; ``maybe_`` for those who may not belong at all.

    ``base`` belong, ``met`` of them surely meet the target, ``open`` may; of those who may belong,
    ``maybe_short`` may fall short and ``maybe_met`` may meet it. ``cap_low`` and ``cap_high``
    bound what the cap is counted on.
    """

    base: int = 0
    met: int = 0
    open: int = 0
    maybe_short: int = 0
    maybe_met: int = 0
    excluded: int = 0
    cap_low: int = 0
    cap_high: int = 0

    def __add__(self, other: Counts) -> Counts:
        pairs = zip(_sums(self), _sums(other), strict=True)
        return Counts(*(one + two for one, two in pairs))

    @property
    def low(self) -> tuple[int, int]:
        """Numerator and denominator at their worst."""
        return self.met, self.base + self.maybe_short

    @property
    def high(self) -> tuple[int, int]:
        """Numerator and denominator at their best."""
        met = self.met + self.open + self.maybe_met
        return met, self.base + self.maybe_met


def _sums(counts: Counts) -> tuple[int, ...]:
    return (
        *(counts.base, counts.met, counts.open, counts.maybe_short, counts.maybe_met),
        *(counts.excluded, counts.cap_low, counts.cap_high),
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    """One target measured: counts per unit, and for each member what is sure."""

    target: Target
    members: Members
    belongs: Levels
    meets: Levels
    counts: Mapping[int, Counts]
    cells_of: str

    @property
    def whole(self) -> Counts:
        return sum(self.counts.values(), Counts())

    def evidence(self, outcome: str, unit: int | None) -> str:
        """Cells that leave the target open, or that miss one which asks for everybody."""
        belongs, meets = self.belongs, self.meets
        if outcome == "fail" and self.target.threshold == _ALL:
            wanted = (belongs == SURE) & (meets == NO)
        elif outcome in ("review", "progress"):
            wanted = ((belongs > NO) & (meets == MAYBE)) | ((belongs == MAYBE) & (meets > NO))
        else:
            return ""
        if unit is not None:
            wanted &= self.members.unit == unit
        rows = self.members.first[wanted][:_MOST_CELLS]
        return "; ".join(self.members.view.refs(self.cells_of, rows).tolist())


# --- the frame -------------------------------------------------------------------------------


def judge_targets(month: Month) -> tuple[pd.DataFrame, list[Finding]]:
    """One row a target for the whole department (empty ``unit``) and one for each unit.

    ``TARGET_COLUMNS``, then ``TARGET_EXTRA``. ``value`` is per cent with two decimals for a share,
    the number for a count; it is the lower end where ``value_to`` differs. Findings say who is
    left out, who stands in two rows, and which answers contradict each other.
    """
    sheets = dict.fromkeys(t.sheet for t in month.programme.targets if t.kind != "answer")
    members = {sheet: members_of(month, sheet) for sheet in sheets}
    earlier = _with_estimates(month)
    before = {sheet: members_of(earlier, sheet) for sheet in sheets} if earlier else {}
    given, found = answers(month)
    rows: list[dict[str, object]] = []
    for target in month.programme.targets:
        if target.kind == "answer":
            rows.append(_answer_row(month, target, given[target.id]))
            continue
        now = _measure(members[target.sheet], target)
        then = _measure(before[target.sheet], target) if before else None
        rows += _target_rows(month, now, then)
    frame = pd.DataFrame(rows, columns=[*TARGET_COLUMNS, *TARGET_EXTRA])
    return frame, [*_findings(members, month), *found]


def _with_estimates(month: Month) -> Month | None:
    """The month as it was before finals replaced estimates; None when none did."""
    data = month.data
    if data.reports is None or not (data.reports["state"] == "replaced").any():
        return None
    reports = data.reports
    replaced = set(reports["unit_pos"][reports["state"] == "replaced"].tolist())
    final = reports["unit_pos"].isin(replaced) & (reports["state"] == "used")
    gone = set(reports["file"][final].tolist())
    details = {
        key: _joined(frame[~frame["file"].isin(gone)], data.estimates.get(key))
        for key, frame in data.details.items()
    }
    earlier: MonthData = replace(data, details=details)
    return Month.of(earlier, month.programme, month.as_of, month.lang)


def _joined(frame: pd.DataFrame, more: pd.DataFrame | None) -> pd.DataFrame:
    if more is None or not len(more):
        return frame.reset_index(drop=True)
    return pd.concat([frame, more], ignore_index=True) if len(frame) else more


# --- measuring -------------------------------------------------------------------------------


def _options(month: Month) -> dict[str, str]:
    return {key: switch(month.programme, key) for key in TABLE_SWITCHES["targets"]}


def _measure(members: Members, target: Target) -> _Measured:
    options = _options(members.month)
    belongs = members.meets(target.scope)
    belongs = np.where(members.doubtful, np.minimum(belongs, MAYBE), belongs).astype(np.int8)
    excluded = _excluded(members, target)
    left_out = excluded & (belongs > NO)
    belongs = np.where(excluded, NO, belongs).astype(np.int8)
    meets = np.minimum(members.has(target.of, options), members.meets(target.where))
    under_cap = members.has(target.cap_of, options) if target.cap_of else np.zeros_like(meets)
    columns = (
        belongs == SURE,
        (belongs == SURE) & (meets == SURE),
        (belongs == SURE) & (meets == MAYBE),
        (belongs == MAYBE) & (meets < SURE),
        (belongs == MAYBE) & (meets > NO),
        left_out,
        (belongs == SURE) & (under_cap == SURE),
        (belongs > NO) & (under_cap > NO),
    )
    return _Measured(
        target, members, belongs, meets, _by_unit(members, columns), _cells_of(members, target)
    )


def _excluded(members: Members, target: Target) -> Bools:
    if not target.exclude:
        return np.zeros(len(members), dtype=bool)
    return np.asarray(members.meets(target.exclude) == SURE)


def _by_unit(members: Members, columns: tuple[Bools, ...]) -> dict[int, Counts]:
    size = len(members.month.units)
    unit: Ints = members.unit
    table = [np.bincount(unit[mask], minlength=size).tolist() for mask in columns]
    files = members.month.units.frame["file"].tolist()
    rows = enumerate(zip(*table, strict=True))
    return {at: Counts(*row) for at, row in rows if files[at]}


def _cells_of(members: Members, target: Target) -> str:
    """The column that decides: the first that may be blank without meaning no."""
    names = [source.field for source in target.of]
    names += [condition.field.rpartition(".")[2] for condition in target.where]
    month = members.month
    for name in names:
        choices = month.choices(month.field(members.view.key, name)).values()
        if not any(choice.axis == "form" for choice in choices):
            return name
    return names[0]


# --- judging ---------------------------------------------------------------------------------


def _met(target: Target, numerator: int, denominator: int) -> bool:
    limit = target.threshold or 0.0
    found = numerator * _ALL if target.kind == "share" else float(numerator)
    needed = limit * denominator if target.kind == "share" else limit
    return found > needed if target.operator == ">" else found >= needed


def outcome_of(target: Target, counts: Counts) -> str:
    """``pass`` or ``fail`` where every completion agrees, else ``review``; ``na`` without rows."""
    if target.threshold is None:
        return "na"
    low, high = counts.low, counts.high
    if target.kind == "share":
        if not high[1] and not low[1]:
            return "na"
        low, high = (low if low[1] else high), (high if high[1] else low)
    worst, best = _met(target, *low), _met(target, *high)
    return "pass" if worst and best else "review" if worst or best else "fail"


def _of_department(target: Target, counts: Counts, missing: int) -> str:
    """Units that have not reported may still change it, unless nobody may fall short."""
    outcome = outcome_of(target, counts)
    if outcome == "na" and target.threshold is not None:
        return "review"
    if not missing or outcome in ("na", "review"):
        return outcome
    settled = "pass" if target.kind == "count" else "fail" if target.threshold == _ALL else ""
    return outcome if outcome == settled else "review"


def _target_rows(
    month: Month, now: _Measured, then: _Measured | None
) -> Iterator[dict[str, object]]:
    target = now.target
    missing = _missing(month, target)
    estimates = _estimates(month)
    changed = _replaced(month)
    outcome = _of_department(target, now.whole, missing)
    before = then.whole if then and changed else None
    notes = _Remarks(month, target, now.whole, before)
    notes.about_units(missing, len(estimates & now.counts.keys()))
    yield _row(month, now, None, outcome, notes)
    codes = month.units.frame["unit"].tolist()
    for unit, counts in now.counts.items():
        outcome = "na" if target.level == "department" else outcome_of(target, counts)
        before = then.counts.get(unit) if then and unit in changed else None
        notes = _Remarks(month, target, counts, before, estimate=unit in estimates)
        yield {**_row(month, now, unit, outcome, notes), "unit": codes[unit]}


def _missing(month: Month, target: Target) -> int:
    """Units without a report that may belong to the scope, as far as the roster tells."""
    frame = month.units.frame
    open_ = np.array([not file for file in frame["file"].tolist()], dtype=bool)
    for condition in target.scope:
        sheet, _, key = condition.field.rpartition(".")
        spec = month.field(sheet, key)
        if month.role(sheet) == "unit" and spec is not None and spec.role == "group":
            coded = month.units.coded("group")
            match = condition_match(coded.values, condition, spec, month, {}).take(coded)
            open_ &= match.level > NO
    return int(open_.sum())


def _estimates(month: Month) -> set[int]:
    reports = month.data.reports
    if reports is None:
        return set()
    return set(reports["unit_pos"][(reports["state"] == "used") & reports["estimate"]].tolist())


def _replaced(month: Month) -> set[int]:
    reports = month.data.reports
    if reports is None:
        return set()
    return set(reports["unit_pos"][reports["state"] == "replaced"].tolist())


@dataclass(slots=True)
class _Remarks:
    """Floor, cap and remarks of one row."""

    month: Month
    target: Target
    counts: Counts
    before: Counts | None
    estimate: bool = False
    missing: int = 0
    estimates: int = 0

    def about_units(self, missing: int, estimates: int) -> None:
        """What the row of the whole department says of its units."""
        self.missing, self.estimates = missing, estimates
        self.estimate = estimates > 0

    @property
    def floor(self) -> int | None:
        target, base = self.target, self.counts.base
        if target.kind != "share" or target.threshold is None or not base:
            return None
        exact = target.threshold * base / _ALL
        return math.floor(exact) + 1 if target.operator == ">" else math.ceil(exact)

    @property
    def caps(self) -> tuple[int, int] | None:
        """How many the cap allows, at its worst and at its best."""
        target = self.target
        if target.cap is None or not self.counts.base:
            return None
        part = target.cap / (_ALL + target.cap) if target.cap_rest else target.cap / _ALL
        # Shares of whole numbers: what is a whole number must not fall short by its last bit.
        low, high = self.counts.cap_low * part, self.counts.cap_high * part
        return math.floor(low + 1e-9), math.floor(high + 1e-9)

    @property
    def band(self) -> str:
        """Floor against cap: ``band``, ``equal``, ``above``; ``open_cap`` while that is open."""
        floor, caps = self.floor, self.caps
        if floor is None or caps is None:
            return ""
        codes = {"above" if floor > c else "equal" if floor == c else "band" for c in caps}
        return codes.pop() if len(codes) == 1 else "open_cap"

    def note(self, outcome: str) -> str:
        """All remarks in one line."""
        counts, lang = self.counts, self.month.lang
        caps = self.caps or (0, 0)
        pct = f"{self.target.cap or 0:g}"
        ends = {"cap": caps[0], "cap_to": caps[1]}
        words: dict[str, object] = {"floor": self.floor, **ends, "pct": pct}
        open_ = counts.open + counts.maybe_met + counts.maybe_short
        change = self._change() if self.before else {}
        parts: list[tuple[bool, str, dict[str, object]]] = [
            (outcome == "progress", "wave", {}),
            (self.target.threshold is None, "shown", {}),
            (bool(self.floor) and self.band in ("", "open_cap"), "floor", words),
            (bool(self.band), self.band or "band", words),
            (bool(open_), "open", {"count": open_}),
            (bool(counts.excluded), "excluded", {"count": counts.excluded}),
            (bool(self.missing), "missing", {"count": self.missing}),
            (bool(self.estimates), "estimates", {"count": self.estimates}),
            (self.estimate and not self.estimates, "estimate", {}),
            (bool(change) and change["before"] != change["now"], "change", change),
        ]
        return "; ".join(say(key, lang, **given) for wanted, key, given in parts if wanted)

    def _change(self) -> dict[str, object]:
        before = self.before or Counts()
        if self.target.kind == "count":
            return {"before": before.met, "now": self.counts.met}
        return {
            "before": f"{before.met}/{before.base}",
            "now": f"{self.counts.met}/{self.counts.base}",
        }


def _row(
    month: Month, now: _Measured, unit: int | None, outcome: str, notes: _Remarks
) -> dict[str, object]:
    target, counts = now.target, notes.counts
    if outcome != "na" and not month.programme.last_wave:
        outcome = "progress"
    share = target.kind == "share"
    value, value_to = _values(target, counts)
    caps = notes.caps
    before = notes.before
    return {
        "target": target.id,
        "unit": "",
        "numerator": counts.met,
        "denominator": counts.base if share else None,
        "value": value,
        "required": required_of(target),
        "outcome": outcome,
        "possible": counts.open + counts.maybe_met,
        "value_to": value_to,
        "excluded": counts.excluded,
        "floor": notes.floor,
        "cap": caps[0] if caps else None,
        "cap_to": caps[1] if caps else None,
        "band": notes.band,
        "estimate": "yes" if notes.estimate else "no",
        "before_numerator": before.met if before else None,
        "before_denominator": before.base if before and share else None,
        "evidence": now.evidence(outcome, unit),
        "note": notes.note(outcome),
        "clause": target.clause,
    }


def _values(target: Target, counts: Counts) -> tuple[float | None, float | None]:
    low, high = counts.low, counts.high
    if target.kind == "count":
        return float(low[0]), float(high[0])
    if not counts.base and not low[1] and not high[1]:
        return None, None
    low, high = (low if low[1] else high), (high if high[1] else low)
    return tuple(round(_ALL * part / whole, _PLACES) for part, whole in (low, high))  # type: ignore[return-value]


def required_of(target: Target) -> str:
    """``>=15%``; empty where the figure is only shown."""
    if target.kind == "answer":
        return "CO"
    if target.threshold is None:
        return ""
    return f"{target.operator}{target.threshold:g}{'%' if target.kind == 'share' else ''}"


def _answer_row(month: Month, target: Target, given: Answer) -> dict[str, object]:
    outcome = given.outcome if month.programme.last_wave else "progress"
    parts = [given.remark] if given.remark else []
    parts += ["wave"] if outcome == "progress" else []
    return {
        **dict.fromkeys((*TARGET_COLUMNS, *TARGET_EXTRA)),
        "target": target.id,
        "unit": "",
        "required": required_of(target),
        "outcome": outcome,
        "band": "",
        "estimate": "no",
        "evidence": given.evidence,
        "note": "; ".join(say(key, month.lang) for key in parts),
        "clause": target.clause,
    }


# --- findings --------------------------------------------------------------------------------


def _findings(members: Mapping[str, Members], month: Month) -> Iterator[Finding]:
    for sheet, found in members.items():
        yield from double_entries(found)
        left_out = np.zeros(len(found), dtype=bool)
        for target in month.programme.targets:
            if target.sheet == sheet and target.exclude:
                left_out |= _excluded(found, target) & (found.meets(target.scope) > NO)
        for row in found.first[left_out].tolist():
            yield row_finding(found, "N631", row)
