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
from emubatch.programme.tables import Target
from emubatch.rules.arrays import NO
from emubatch.rules.frames import Month
from emubatch.rules.members import Members, double_entries, members_of, row_finding
from emubatch.rules.target_answers import Answer, answers
from emubatch.rules.target_counts import ALL, Counts, Measured, excluded, measure, units_in_scope
from emubatch.rules.target_population import population
from emubatch.rules.target_words import say
from emubatch.rules.wording import of

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
    "waves",  # what the earlier waves had: "Đợt 1: 12/41"
    "population",  # whom the denominator and the cap are counted on
)
_PLACES = 2


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
    earlier_waves = [
        (code, {sheet: members_of(month, sheet, code) for sheet in sheets})
        for code in month.programme.waves[:-1]
    ]
    given, found = answers(month)
    rows: list[dict[str, object]] = []
    for target in month.programme.targets:
        if target.kind == "answer":
            rows.append(_answer_row(month, target, given[target.id]))
            continue
        now = measure(members[target.sheet], target)
        then = measure(before[target.sheet], target) if before else None
        waves = {code: measure(found[target.sheet], target) for code, found in earlier_waves}
        rows += _target_rows(month, now, then, waves)
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


# --- judging ---------------------------------------------------------------------------------


def _met(target: Target, numerator: int, denominator: int) -> bool:
    limit = target.threshold or 0.0
    found = numerator * ALL if target.kind == "share" else float(numerator)
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
    settled = "pass" if target.kind == "count" else "fail" if target.threshold == ALL else ""
    return outcome if outcome == settled else "review"


def _target_rows(
    month: Month, now: Measured, then: Measured | None, waves: Mapping[str, Measured]
) -> Iterator[dict[str, object]]:
    target = now.target
    missing = _missing(month, target)
    estimates = _estimates(month)
    changed = _replaced(month)
    outcome = _of_department(target, now.whole, missing)
    before = then.whole if then and changed else None
    notes = _Remarks(month, target, now.whole, before)
    notes.about_units(missing, len(estimates & now.counts.keys()))
    whom = population(month, target)
    shown = {"waves": _of_waves(month, waves, None), "population": whom}
    yield {**_row(month, now, None, outcome, notes), **shown}
    codes = month.units.frame["unit"].tolist()
    for unit, counts in now.counts.items():
        outcome = "na" if target.level == "department" else outcome_of(target, counts)
        before = then.counts.get(unit) if then and unit in changed else None
        notes = _Remarks(month, target, counts, before, estimate=unit in estimates)
        shown = {"waves": _of_waves(month, waves, unit), "population": whom}
        yield {**_row(month, now, unit, outcome, notes), **shown, "unit": codes[unit]}


def _of_waves(month: Month, waves: Mapping[str, Measured], unit: int | None) -> str:
    """What the reports of the earlier waves said, as a range where it is not known yet."""
    spec = month.programme.wave_field
    parts = []
    for code, found in waves.items():
        met, may, base = found.sure(unit)
        if base:
            most = f"{met}–{may}" if may > met else f"{met}"
            share = f"{most}/{base}" if found.target.kind == "share" else most
            parts.append(f"{of(month.lang).label(month.choices(spec), code)}: {share}")
    return "; ".join(parts)


def _missing(month: Month, target: Target) -> int:
    """Units without a report that may belong to the scope."""
    silent = np.array([not file for file in month.units.frame["file"].tolist()], dtype=bool)
    return int((silent & units_in_scope(month, target)).sum())


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
    whole: bool = False

    def about_units(self, missing: int, estimates: int) -> None:
        """What the row of the whole department says of its units."""
        self.missing, self.estimates, self.whole = missing, estimates, True
        self.estimate = estimates > 0

    @property
    def floor(self) -> int | None:
        target, base = self.target, self.counts.base
        if target.kind != "share" or target.threshold is None or not base:
            return None
        exact = target.threshold * base / ALL
        return math.floor(exact) + 1 if target.operator == ">" else math.ceil(exact)

    @property
    def caps(self) -> tuple[int, int] | None:
        """How many the cap allows, at its worst and at its best."""
        target = self.target
        if target.cap is None or not self.counts.base:
            return None
        part = target.cap / (ALL + target.cap) if target.cap_rest else target.cap / ALL
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

    @property
    def _over_cap(self) -> bool:
        """Said of the department only: in an office of five a cap of 15 % allows nobody."""
        return self.whole and self.caps is not None and self.counts.met > self.caps[1]

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
            (self._over_cap, "over_cap", {"count": counts.met}),
            (bool(open_), "open", {"count": open_}),
            (bool(counts.silent), "silent", {"count": counts.silent}),
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
    month: Month, now: Measured, unit: int | None, outcome: str, notes: _Remarks
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
    return tuple(round(ALL * part / whole, _PLACES) for part, whole in (low, high))  # type: ignore[return-value]


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
                left_out |= excluded(found, target) & (found.meets(target.scope) > NO)
        for row in found.first[left_out].tolist():
            yield row_finding(found, "N631", row)
