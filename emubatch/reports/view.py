"""How codes, dates and numbers are shown: one place for the workbook and the summary page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from emubatch.messages import word
from emubatch.programme.conditions import parse_conditions
from emubatch.programme.roles import BASES, ROUNDINGS
from emubatch.programme.tables import in_lang
from emubatch.reports.cells import number_text, outcome_codes
from emubatch.vietnamese import day_first
from emubatch.xl.marks import JUDGED

if TYPE_CHECKING:
    from emubatch.model import Lang, MonthResult

OUTCOME_ORDER = ("pass", "review", "fail", "na", "progress")
KINDS = ("collective", "individual")

# As ``JUDGED``, with everything else that has a mark.
_MARKS: dict[str, tuple[str, str, str]] = {
    **JUDGED,
    "scored": ("ok", "sign_pass", "report_scored"),
    "error": ("reject", "sign_fail", "severity_error"),
    "warning": ("query", "sign_review", "severity_warning"),
    "note": ("note", "report_sign_note", "severity_note"),
    "accepted": ("ok", "sign_pass", "status_accepted"),
    "partial": ("query", "sign_review", "status_partial"),
    "returned": ("reject", "sign_fail", "status_returned"),
    "superseded": ("na", "sign_na", "status_superseded"),
    "duplicate": ("na", "sign_na", "status_duplicate"),
    "rejected": ("reject", "sign_fail", "status_rejected"),
    "missing": ("reject", "sign_fail", "status_missing"),
    "not_compared": ("na", "sign_na", "report_not_compared"),
    "shown": ("na", "sign_na", "report_shown"),
    "target_pass": ("ok", "sign_pass", "pass"),
    "target_fail": ("reject", "sign_fail", "fail"),
    "target_review": ("query", "sign_review", "review"),
    "within": ("ok", "sign_pass", "report_within"),
    "to_choose": ("pending", "report_sign_pending", "report_to_choose"),
    "short": ("query", "sign_review", "report_short"),
    "not_registered": ("query", "sign_review", "report_not_registered"),
    "changed": ("query", "report_sign_changed", "report_changed"),
    "change_new": ("ok", "report_sign_new", "change_new"),
    "change_replaced": ("query", "report_sign_changed", "change_replaced"),
    "change_withdrawn": ("reject", "sign_fail", "change_withdrawn"),
    "change_unreadable": ("reject", "sign_fail", "change_unreadable"),
    "change_missing": ("reject", "sign_fail", "change_missing"),
    "change_status": ("query", "report_sign_changed", "change_status"),
    "change_nominee_new": ("ok", "report_sign_new", "change_nominee_new"),
    "change_nominee_gone": ("reject", "sign_fail", "change_nominee_gone"),
    "change_verdict": ("query", "report_sign_changed", "change_verdict"),
    "change_proposed": ("query", "report_sign_changed", "change_proposed"),
    "change_score": ("query", "report_sign_changed", "change_score"),
    "change_indicator": ("query", "report_sign_changed", "change_indicator"),
    "change_target": ("query", "report_sign_changed", "change_target"),
    "change_delegate": ("query", "report_sign_changed", "change_delegate"),
    "ruling_applied": ("ok", "sign_pass", "ruling_applied"),
    "ruling_expired": ("na", "sign_na", "ruling_expired"),
    "ruling_idle": ("na", "sign_na", "ruling_idle"),
    "ruling_error": ("reject", "sign_fail", "ruling_error"),
    "confirmed": ("ok", "sign_pass", "claim_confirmed"),
    "unknown": ("query", "sign_review", "claim_unknown"),
    "contradicted": ("reject", "sign_fail", "claim_contradicted"),
    "late_yes": ("reject", "sign_fail", "report_late_yes"),
    "late_no": ("ok", "sign_pass", "report_late_no"),
    "late_review": ("query", "sign_review", "review"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A code as people see it: a sign, a word, and the role of its colour."""

    code: str
    role: str
    sign: str
    word: str

    @property
    def text(self) -> str:
        """Sign and word: what a cell shows."""
        return f"{self.sign} {self.word}".strip()


def mark(code: str, lang: Lang) -> Mark:
    """The mark of a code; a code that is not known is shown as it stands, uncoloured."""
    if code not in _MARKS:
        return Mark(code, "na", "", code)
    role, sign, words = _MARKS[code]
    return Mark(code, role, word(sign, lang), word(words, lang))


def day(iso: str, lang: Lang) -> str:
    """``2020-07-15`` as ``15/07/2020``, ``2014-12`` as ``12/2014``; English keeps ISO."""
    return iso if lang == "en" else day_first(iso)


def number(value: Any, lang: Lang) -> str:
    """A number with separators of thousands: ``114.375,5`` in Vietnamese, ``114,375.5``."""
    text = number_text(value)
    if not text or "e" in text or "n" in text:
        return text
    whole, point, rest = text.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    english = f"{sign}{int(digits):,}{point}{rest}"
    return english if lang == "en" else english.translate(_SWAP_SEPARATORS)


_MOST_UNITS = 40  # units whose limits are all shown
_SWAP_SEPARATORS = str.maketrans({",": ".", ".": ","})


@dataclass(frozen=True, slots=True)
class Tally:
    """How many nominees of a kind in a group came out how; ``group`` empty = all groups."""

    kind: str
    group: str
    counts: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """All nominees of the row."""
        return sum(count for _, count in self.counts)


class View:
    """A result with its labels in one language."""

    def __init__(self, result: MonthResult, lang: Lang) -> None:
        self.result = result
        self.lang = lang
        self.programme = result.programme

    def word(self, key: str) -> str:
        """An interface word."""
        return word(key, self.lang)

    def mark(self, code: str) -> Mark:
        """A code with sign, word and colour role."""
        return mark(code, self.lang)

    def day(self, iso: Any) -> str:
        """A date as offices write it; empty when there is none."""
        return day(iso, self.lang) if isinstance(iso, str) else ""

    def number(self, value: Any) -> str:
        """A number as offices write it."""
        return number(value, self.lang)

    def label(self, row: Any) -> str:
        """The label of a row of the programme, its code where it has none."""
        return in_lang(row, "label", self.lang) or str(getattr(row, "id", "") or row.code)

    @property
    def title(self) -> str:
        """Title of the programme."""
        return in_lang(self.programme, "title", self.lang)

    @property
    def as_of(self) -> str:
        """Reference date, as offices write it."""
        return self.day(self.result.facts.get("as_of", ""))

    @property
    def document(self) -> str:
        """Kind, number, date and issuer of the plan, as far as they are known."""
        facts = self.programme.document
        number, date = facts.get("number", ""), self.day(facts.get("date", ""))
        parts = (
            facts.get("kind", ""),
            self.word("report_number").format(number=number) if number else "",
            self.word("report_dated").format(date=date) if date else "",
            facts.get("issuer", ""),
        )
        return ", ".join(filter(None, parts))

    @cached_property
    def measures(self) -> dict[str, str]:
        """Code -> label of what indicators are measured in."""
        spec = next((f for f in self.programme.fields if f.role == "measure" and f.list), None)
        return self.labels(spec.list) if spec else {}

    @cached_property
    def unit_names(self) -> dict[str, str]:
        """Unit code -> its name, the code where the name is not known."""
        units = self.result.data.units
        pairs = zip(units["unit"].tolist(), units["name"].tolist(), strict=True)
        return {code: name if isinstance(name, str) and name else code for code, name in pairs}

    def unit_name(self, code: Any) -> str:
        """Name of a unit."""
        return self.unit_names.get(code, code) if isinstance(code, str) else ""

    @cached_property
    def group_labels(self) -> dict[str, str]:
        """Group code -> label, in the order of the programme's list."""
        spec = next((f for f in self.programme.fields if f.role == "group" and f.list), None)
        return self.labels(spec.list) if spec else {}

    def compared_with(self) -> str:
        """The run that this one is compared with, in words; empty without one."""
        changes = self.result.changes
        if changes is None:
            return ""
        words = self.word("report_compared_with")
        return words.format(period=changes.period or "–", as_of=self.day(changes.as_of))

    def change_item(self, change: Any) -> str:
        """What a difference is about: file, criterion with its label, indicator."""
        rows = (
            self.programme.criterion_by_id.get(change.item),
            next((row for row in self.programme.indicators if row.code == change.item), None),
        )
        labels = [self.label(row) for row in rows if row is not None]
        if change.item == "TOTAL":
            return self.word("report_grand_total")
        return f"{change.item} {labels[0]}".strip() if labels else str(change.item)

    def change_value(self, change: Any, code: str) -> str:
        """A status, outcome or proposal as its mark; a figure as it stands."""
        if change.kind in ("score", "indicator", "target", "delegate"):
            figure, _, outcome = code.rpartition(" ")
            if change.kind == "delegate":
                figure = " / ".join(self._code_label(one) for one in figure.split())
            return " ".join(filter(None, (figure, self.mark(outcome).text))) if outcome else code
        return self.mark(code).text if code else ""

    def _code_label(self, code: str) -> str:
        """Label of a code of any list of the unit's own sheets; a number as it stands."""
        lists = self.programme.lists.values()
        return next((self.label(row) for rows in lists for row in rows if row.code == code), code)

    def change_causes(self, change: Any) -> str:
        """What can be behind a difference."""
        return ", ".join(self.word(f"change_by_{cause}") for cause in change.causes)

    def group(self, code: Any) -> str:
        """Label of a group; every group where the code is empty."""
        if not isinstance(code, str) or not code:
            return self.word("report_no_group")
        return self.group_labels.get(code, code)

    def kind(self, code: Any) -> str:
        """Label of a kind of nominee."""
        kinds = str(code).split("|")
        return ", ".join(self.word(f"kind_{one}") if one in KINDS else one for one in kinds)

    @property
    def registers(self) -> bool:
        """Whether models are registered, so that nobody passes or fails."""
        return bool(self.programme.mode == "dang_ky")

    @cached_property
    def quotas(self) -> list[dict[Any, Any]]:
        """The rows of the quotas; of many units only those outside their limit."""
        found = self.result.quotas
        rows: list[dict[Any, Any]] = found.to_dict("records") if found is not None else []
        if sum(bool(row["unit"]) for row in rows) <= _MOST_UNITS:
            return rows
        return [row for row in rows if not row["unit"] or row["state"] != "within"]

    def quota_of(self, row: Mapping[Any, Any]) -> str:
        """What a quota limits, what a share is taken of, and who stands at its border."""
        names = dict(zip(*(self.result.nominees[c] for c in ("nominee", "name")), strict=True))
        border = ", ".join(names.get(one, one) for one in row["border"].split("; ") if one)
        word = self.word("report_border_tied" if row["tied"] else "report_border_reserve")
        parts = (
            self._quota_for(row),
            self._level(row["applies"]),
            self._share(row) if row["base"] else "",
            f"{word}: {border}" if border else "",
        )
        return "\n".join(filter(None, parts))

    def _level(self, applies: str) -> str:
        """The conditions of a limit in words: ``Hình thức đề nghị: Bằng khen``."""
        specs = {spec.key: spec for spec in self.programme.fields if spec.list}
        found = []
        for condition in parse_conditions(applies):
            spec = specs.get(condition.field)
            labels = self.labels(spec.list) if spec else {}
            name = self.field_header(spec) if spec else condition.field
            values = ", ".join(labels.get(value, value) for value in condition.values)
            sign = ":" if condition.operator == "=" else " ≠"
            found.append(f"{name}{sign} {values}")
        return "; ".join(found)

    def _share(self, row: Mapping[Any, Any]) -> str:
        """``15% của Số CBCCVC + Số NLĐ (39), bỏ phần lẻ``."""
        bases = [
            self.word(f"report_base_{name}")
            if name in BASES
            else self.field_headers.get(name, name)
            for name in (part.strip() for part in row["base"].split("+"))
        ]
        return self.word("report_share").format(
            share=self.number(row["share"]),
            base=" + ".join(bases),
            value=row["base_value"],
            rounding=self.word(f"report_rounding_{row['rounding'] or ROUNDINGS[0]}"),
        )

    def _quota_for(self, row: Mapping[Any, Any]) -> str:
        """A unit, a group, or all of them."""
        if row["unit"]:
            return self.unit_name(row["unit"])
        if not row["group"]:
            return self.word("report_all_groups")
        joined = [self.group(one) for one in self._joined_groups.get(row["group"], ())]
        if not joined:
            return self.group(row["group"])
        return self.word("report_group_with").format(
            group=self.group(row["group"]), others=", ".join(joined)
        )

    @cached_property
    def _joined_groups(self) -> dict[str, list[str]]:
        """Group -> the groups that count in its quota (setting ``group_map``)."""
        found: dict[str, list[str]] = {}
        for part in re.split(r"[|;,]", self.programme.setting.get("group_map", "")):
            one, _, whole = part.partition("=")
            if whole.strip():
                found.setdefault(whole.strip(), []).append(one.strip())
        return found

    @property
    def quota_heads(self) -> dict[str, str]:
        """Column of the quotas -> interface word; the minimum only where a plan states one."""
        least = {"minimum": "minimum"} if any(row["minimum"] for row in self.quotas) else {}
        if self.registers:  # nobody has passed, is under review, or is proposed
            return {**least, "limit": "limit", "passed": "registered"}
        proposed = {} if least else {"proposed": "proposed_count"}
        return {
            **least, "limit": "limit", "passed": "passed", "review": "under_review", **proposed
        }  # fmt: skip

    def properties(self, key: str) -> dict[str, Any]:
        """What a workbook says about itself in its properties, page header and footer."""
        facts, programme = self.result.facts, self.programme
        tool = f"emubatch {facts.get('version', '')}".strip()
        as_of = self.word("report_as_of_short").format(date=self.as_of)
        return {
            "title": f"{self.title} – {self.word(key)}",
            "subject": programme.id,
            "keywords": " · ".join(filter(None, (facts.get("period", ""), as_of))),
            "comments": f"{programme.id} {programme.version} · {tool}",
            "page": self.word("report_page"),
        }

    def field_header(self, spec: Any) -> str:
        """Heading of a field's column."""
        return in_lang(spec, "header", self.lang)

    def labels(self, name: str) -> dict[str, str]:
        """Code -> label of a list of choices."""
        return {row.code: self.label(row) for row in self.programme.lists.get(name, ())}

    @cached_property
    def field_headers(self) -> dict[str, str]:
        """Field key -> header of its column, the first sheet that has it."""
        found: dict[str, str] = {}
        for spec in self.programme.fields:
            found.setdefault(spec.key, self.field_header(spec))
        return found

    def group_order(self, codes: Iterable[Any]) -> list[str]:
        """The groups that occur, in the order of the programme's list, others after them."""
        present = {code for code in codes if isinstance(code, str)}
        known = [code for code in self.group_labels if code in present]
        return known + sorted(present.difference(known))

    @cached_property
    def tallies(self) -> list[Tally]:
        """Nominees by kind and group, and how they came out; empty rows are left out."""
        nominees = self.result.nominees
        counted: dict[tuple[str, str], dict[str, int]] = {}
        columns = (
            nominees["kind"].tolist(),
            nominees["group"].tolist(),
            outcome_codes(nominees["eligibility"]) if len(nominees) else [],
        )
        for kind, group, outcome in zip(*columns, strict=True):
            row = counted.setdefault((kind, group if isinstance(group, str) else ""), {})
            row[outcome] = row.get(outcome, 0) + 1
        groups = self.group_order(group for _, group in counted)
        return [
            Tally(kind, group, _ordered(counted[kind, group]))
            for kind in KINDS
            for group in groups
            if (kind, group) in counted
        ]

    @cached_property
    def outcomes(self) -> tuple[tuple[str, int], ...]:
        """Outcome -> number of nominees, in the usual order."""
        total: dict[str, int] = {}
        for tally in self.tallies:
            for code, count in tally.counts:
                total[code] = total.get(code, 0) + count
        return _ordered(total)

    @cached_property
    def _qualifiers(self) -> dict[str, str]:
        spec = next((f for f in self.programme.fields if f.role == "qualifier" and f.list), None)
        return self.labels(spec.list) if spec else {}

    def indicator_note(self, row: Mapping[Any, Any]) -> str:
        """What to know about a row of ``indicators``: contradictions, estimates, bounds."""
        qualifier = row.get("qualifier") or ""
        parts = (
            row.get("note") or "",
            self.word("report_estimate") if row.get("estimate") == "CO" else "",
            self._qualifiers.get(qualifier, qualifier) if qualifier != "KHONG" else "",
            self.word("report_implied_last_year") if row.get("implied_last_year") else "",
            self.word("report_implied_plan") if row.get("implied_plan") else "",
        )
        return "; ".join(filter(None, parts))

    @cached_property
    def statuses(self) -> dict[str, int]:
        """Status of submission -> how many."""
        values = self.result.data.submissions["status"].value_counts()
        return {str(code): int(count) for code, count in values.items()}

    @cached_property
    def changed_settings(self) -> dict[str, str]:
        """Settings given on the command line: key -> value."""
        pairs = (p.partition("=") for p in self.result.facts.get("overrides", "").split(";"))
        return {key.strip(): value.strip() for key, equals, value in pairs if equals}


def _ordered(counts: dict[str, int]) -> tuple[tuple[str, int], ...]:
    order = {code: at for at, code in enumerate(OUTCOME_ORDER)}
    return tuple(sorted(counts.items(), key=lambda item: (order.get(item[0], 99), item[0])))
