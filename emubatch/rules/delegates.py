"""Conferences that units register: form of meeting, delegates and their split, dates, agenda.

Every rule is a row of ``delegates.csv``. Like everywhere, a blank cell never fails: what is not
known, what contradicts itself and what stands exactly on a limit is left to a person.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from emubatch.model import CHECK_COLUMNS, DELEGATE_COLUMNS
from emubatch.programme.conditions import split_list
from emubatch.programme.tables import DelegateCheck, Field, in_lang
from emubatch.rules import wording
from emubatch.rules.arrays import NO, SURE
from emubatch.rules.delegate_words import say
from emubatch.rules.frames import Month, View
from emubatch.rules.matching import compared, ordinal
from emubatch.rules.members import members_of
from emubatch.rules.numbers import short_number
from emubatch.vietnamese import day_first

DELEGATE_EXTRA = ("name", "decisive", "cell", "note")
_ORDER = {"fail": 0, "review": 1, "pass": 2, "na": 3}
_LEVELS = {NO: "fail", SURE: "pass"}
_PARTS = ("delegates", "exemplars", "guests", "listed_twice")  # of a split
_ROLES = ("delegates", "exemplars", "guests", "listed_twice", "meeting_form", "tier", "name")


@dataclass(frozen=True, slots=True)
class Found:
    """What one rule says of one registration."""

    outcome: str
    measured: str
    required: str


@dataclass(frozen=True, slots=True)
class _Registration:
    """One row of a registration sheet."""

    month: Month
    view: View
    row: int

    @property
    def unit(self) -> int:
        return int(self.view.unit_pos[self.row])

    def cell(self, key: str) -> Any:
        """A cell of the row, None for blank."""
        return _value(self.view.frame, key, self.row)

    def of_role(self, role: str) -> Any:
        """The cell of the column that plays a role."""
        spec = self.month.programme.field_with_role(self.view.key, role)
        return self.cell(spec.key) if spec else None

    def staff(self, sheet: str, columns: str) -> float | None:
        """The sum of columns of the unit sheet or of the row, None when one of them is blank."""
        of_unit = self.month.role(sheet) == "unit"
        frame = self.month.units.frame if of_unit else self.view.frame
        at = self.unit if of_unit else self.row
        parts = [_value(frame, key.strip(), at) for key in columns.split("+")]
        return None if None in parts else float(sum(parts))

    def base_ref(self, sheet: str, key: str) -> str:
        """Address of a cell that the staff is counted on."""
        if self.month.role(sheet) != "unit":
            return self.ref(key)
        at = np.array([self.unit], dtype=np.int64)
        return str(self.month.units.refs(key, at)[0])

    def ref(self, key: str) -> str:
        """Address of a cell of the row."""
        return str(self.view.refs(key, np.array([self.row], dtype=np.int64))[0])


def _value(frame: pd.DataFrame, key: str, row: int) -> Any:
    value = frame[key].iloc[row] if key in frame else None
    return None if value is None or value == "" or pd.isna(value) else value


def judge_delegates(month: Month) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row for each registration, and one for each rule that applies to it.

    ``DELEGATE_COLUMNS`` and ``DELEGATE_EXTRA``: ``staff`` is the first count of the rule on the
    form of meeting, ``form`` the form that was registered, ``guests`` those who are not listed as
    exemplars too, ``decisive`` the first rule with the outcome. Then ``CHECK_COLUMNS``.
    """
    heads: list[dict[str, object]] = []
    checks: list[dict[str, object]] = []
    for sheet in dict.fromkeys(row.sheet for row in month.programme.delegates):
        members = members_of(month, sheet)
        rules = [rule for rule in month.programme.delegates if rule.sheet == sheet]
        applies = {rule.id: members.meets(rule.applies).tolist() for rule in rules}
        for at in range(len(members)):
            one = _Registration(month, members.view, int(members.first[at]))
            found = {r.id: _judged(one, r, applies[r.id][at]) for r in rules}
            heads.append(_head(one, rules, found))
            checks += _checks(one, rules, found)
    columns = [*DELEGATE_COLUMNS, *DELEGATE_EXTRA]
    return pd.DataFrame(heads, columns=columns), pd.DataFrame(checks, columns=list(CHECK_COLUMNS))


def _judged(one: _Registration, rule: DelegateCheck, applies: int) -> Found:
    """What the rule says; where it may not apply, only what no one objects to is settled."""
    if applies == NO:
        return Found("na", "", "")
    found = _KINDS[rule.kind](one, rule)
    if applies == SURE or found.outcome in ("pass", "na"):
        return found
    return Found("review", say("open_applies", one.month.lang), found.required)


# --- kinds of rules --------------------------------------------------------------------------


def _compare(one: _Registration, rule: DelegateCheck) -> Found:
    spec = one.month.field(rule.sheet, rule.column)
    value = one.cell(rule.column)
    is_day = spec is not None and spec.type == "date" and rule.operator not in ("=", "!=")
    operator = say(f"day{rule.operator}" if is_day else rule.operator, one.month.lang)
    required = f"{operator} {_shown(one, spec, rule.threshold)}"
    if value is None:
        return Found("review", say("blank", one.month.lang), required)
    shown = _shown(one, spec, value)
    choices = one.month.choices(spec)
    if choices and rule.operator in ("=", "!="):
        same = str(value) in split_list(rule.threshold)
        return Found("pass" if same == (rule.operator == "=") else "fail", shown, required)
    low, high = ordinal(value, spec, choices)
    first, last = ordinal(rule.threshold, spec, choices)
    if rule.operator == "<" and low == high == first and spec is not None and spec.type == "date":
        policy = one.month.programme.reading("deadline_same_day")
        outcome = {"in_time": "pass", "late": "fail"}.get(policy, "review")
        return Found(outcome, shown, required)
    level = compared(low, high, rule.operator, first, last)
    return Found(_LEVELS.get(level, "review"), shown, required)


def _shown(one: _Registration, spec: Field | None, value: Any) -> str:
    if spec is not None and spec.type == "date":
        return day_first(str(value))
    labels = one.month.choices(spec)
    if labels:
        return " / ".join(_label(one, labels, code) for code in split_list(str(value)))
    return short_number(float(value)) if not isinstance(value, str) else value


def _label(one: _Registration, choices: Mapping[str, Any], code: str) -> str:
    row = choices.get(code)
    if row is None:
        return code
    return in_lang(row, "label", one.month.lang)


def _attest(one: _Registration, rule: DelegateCheck) -> Found:
    lang = one.month.lang
    value = one.cell(rule.column)
    outcome = {"CO": "pass", "KHONG": "fail"}.get(str(value), "review")
    said = {"CO": "yes", "KHONG": "no"}.get(str(value), "blank")
    return Found(outcome, say(said, lang), say("yes", lang))


def _absent(one: _Registration, rule: DelegateCheck) -> Found:
    """Nothing was to be entered; where nothing was, there is nothing to judge."""
    spec = one.month.field(rule.sheet, rule.column)
    value = one.cell(rule.column)
    required = say("nothing", one.month.lang)
    if value is None:
        return Found("na", "", required)
    return Found("fail", _shown(one, spec, value), required)


def _form(one: _Registration, rule: DelegateCheck) -> Found:
    """The form of meeting that every count of the staff asks for."""
    lang = one.month.lang
    sums = [one.staff(rule.base_sheet, base) for base in rule.bases.split("/")]
    asked = {_form_of(one, rule, found) for found in sums}
    counted = " / ".join(_counted(one, rule, sums))
    spec = one.month.programme.field_with_role(rule.sheet, "meeting_form")
    registered = one.of_role("meeting_form")
    if len(asked) > 1 or "" in asked:
        reason = _unclear(rule, sums)
        required = say("council_decides", lang)
        return Found("review", f"{counted}: {say(reason, lang)}", required)
    wanted = asked.pop()
    required = _shown(one, spec, wanted)
    if registered is None:
        return Found("review", f"{counted}: {say('no_form', lang)}", required)
    outcome = "pass" if registered == wanted else "fail"
    return Found(outcome, f"{counted}: {_shown(one, spec, registered)}", required)


def _counted(one: _Registration, rule: DelegateCheck, sums: list[float | None]) -> Iterator[str]:
    """Each count of the staff, with the columns that it adds up."""
    for base, found in zip(rule.bases.split("/"), sums, strict=True):
        specs = [one.month.field(rule.base_sheet, key.strip()) for key in base.split("+")]
        heads = " + ".join(wording.of(one.month.lang).header(one.month, s, "") for s in specs)
        yield f"{'–' if found is None else short_number(found)} ({heads})"


def _form_of(one: _Registration, rule: DelegateCheck, staff: float | None) -> str:
    """The form that a number of staff asks for; empty where nobody can say."""
    if staff is None:
        return ""
    limit = float(rule.threshold)
    if staff == limit:
        exactly = one.month.programme.reading("boundary_staff")
        return {"below": rule.below, "above": rule.above}.get(exactly, "")
    return rule.below if staff < limit else rule.above


def _unclear(rule: DelegateCheck, sums: list[float | None]) -> str:
    if None in sums:
        return "blank"
    return "at_limit" if float(rule.threshold) in sums else "bases_differ"


def _split(one: _Registration, rule: DelegateCheck) -> Found:
    """Exemplars at least the floor, guests at most the rest, give or take the tolerance."""
    lang = one.month.lang
    delegates, exemplars, guests = (
        one.of_role(role) for role in ("delegates", "exemplars", "guests")
    )
    if None in (delegates, exemplars, guests):
        return Found("review", say("blank", lang), _needed(rule, None, lang))
    twice = one.of_role("listed_twice") or 0
    guests -= twice
    measured = say("parts", lang, exemplars=short_number(exemplars), guests=short_number(guests))
    required = _needed(rule, int(delegates), lang)
    if exemplars + guests != delegates or guests < 0:
        added = say("parts_differ", lang, delegates=short_number(delegates))
        return Found("review", f"{measured}: {added}", required)
    if twice and one.month.programme.reading("listed_twice") == "review":
        return Found("review", measured, required)
    exact = one.month.programme.reading("split_mode") == "exact"
    good = split_is_met(int(delegates), int(exemplars), rule, exact=exact)
    return Found("pass" if good else "fail", measured, required)


def split_is_met(delegates: int, exemplars: int, rule: DelegateCheck, *, exact: bool) -> bool:
    """Whether a number of exemplars fits the split; the others are guests."""
    least = _floor(delegates, rule)
    if exact:
        return least <= exemplars <= math.ceil(round(delegates * float(rule.threshold), 6) / 100)
    guests, most = delegates - exemplars, delegates - least
    return exemplars >= least - rule.tolerance and guests <= most + rule.tolerance


def _floor(delegates: int, rule: DelegateCheck) -> int:
    return math.floor(round(delegates * float(rule.threshold), 6) / 100)


def _needed(rule: DelegateCheck, delegates: int | None, lang: Any) -> str:
    share = say("share", lang, pct=f"{float(rule.threshold):g}", tolerance=f"{rule.tolerance:g}")
    if delegates is None:
        return share
    least = _floor(delegates, rule)
    words = {"least": least, "most": delegates - least, "delegates": delegates}
    return f"{share}: {say('split', lang, **words)}"


_KINDS: Mapping[str, Callable[[_Registration, DelegateCheck], Found]] = {
    "compare": _compare,
    "attest": _attest,
    "absent": _absent,
    "form": _form,
    "split": _split,
}


# --- frames ----------------------------------------------------------------------------------


def _head(
    one: _Registration, rules: list[DelegateCheck], found: Mapping[str, Found]
) -> dict[str, object]:
    outcome = min((f.outcome for f in found.values()), key=_ORDER.__getitem__, default="na")
    unsettled = [r for r in rules if outcome != "pass" and found[r.id].outcome == outcome != "na"]
    of_role = {role: one.of_role(role) for role in _ROLES}
    guests = of_role["guests"]
    if guests is not None:
        guests -= of_role["listed_twice"] or 0
    form = next((rule for rule in rules if rule.kind == "form"), None)
    staff = one.staff(form.base_sheet, form.bases.split("/")[0]) if form else None
    labels = [in_lang(row, "label", one.month.lang) for row in unsettled]
    named = one.month.programme.field_with_role(one.view.key, "name")
    return {
        "unit": one.month.units.frame["unit"].iloc[one.unit],
        "tier": of_role["tier"],
        "staff": staff,
        "form": of_role["meeting_form"],
        "delegates": of_role["delegates"],
        "exemplars": of_role["exemplars"],
        "guests": guests,
        "outcome": outcome,
        "name": of_role["name"],
        "decisive": unsettled[0].id if unsettled else "",
        "cell": one.ref(named.key if named else ""),
        "note": "; ".join(labels),
    }


def _checks(
    one: _Registration, rules: list[DelegateCheck], found: Mapping[str, Found]
) -> Iterator[dict[str, object]]:
    for rule in rules:
        said = found[rule.id]
        if said.outcome == "na" and not said.required:
            continue
        yield {
            "unit": one.month.units.frame["unit"].iloc[one.unit],
            "check": rule.id,
            "outcome": said.outcome,
            "measured": said.measured,
            "required": said.required,
            "evidence": "; ".join(_cells(one, rule)),
            "clause": rule.clause,
        }


def _cells(one: _Registration, rule: DelegateCheck) -> Iterator[str]:
    """The cells that a rule looked at: its column, or those of the form, the staff, the parts."""
    if rule.column:
        yield one.ref(rule.column)
        return
    roles = {"form": ("meeting_form",), "split": _PARTS}[rule.kind]
    for role in roles:
        spec = one.month.programme.field_with_role(rule.sheet, role)
        if spec is not None and (role != _PARTS[-1] or one.of_role(role) is not None):
            yield one.ref(spec.key)
    bases = "+".join(rule.bases.split("/")).split("+") if rule.kind == "form" else []
    for key in dict.fromkeys(base.strip() for base in bases):
        yield one.base_ref(rule.base_sheet, key)
