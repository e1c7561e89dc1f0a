"""The meeting and its decision: stated in the command or above the tables of the copies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from emubatch.council.agenda import Agenda
from emubatch.council.copies import Copy
from emubatch.council.count import Decision
from emubatch.messages import finding
from emubatch.model import Finding
from emubatch.programme.problems import nearest, or_one_of
from emubatch.vietnamese import fold_key, parse_date
from emubatch.xl.ballot import AGREE, FIELDS, LOWER

OPTIONS = {
    "meeting": "--meeting-date",
    "number": "--decision-number",
    "date": "--decision-date",
    "issuer": "--issuer",
}
_DATES = ("meeting", "date")
_HEADINGS = {part.key: part for part in FIELDS}


@dataclass(frozen=True, slots=True)
class Meeting:
    """Facts of the meeting; dates are ISO, ``issuer`` a code; empty where not stated."""

    meeting: str = ""
    number: str = ""
    date: str = ""
    issuer: str = ""


def issuer_words(agenda: Agenda) -> dict[str, str]:
    """Folded code, label or spelling of an issuer -> its code."""
    fields = agenda.programme.fields
    name = next((f.list for f in fields if f.role == "issuer" and f.list), "")
    found: dict[str, str] = {}
    for choice in agenda.programme.lists.get(name, ()):
        for text in (choice.code, choice.label_vi, choice.label_en, *choice.spellings):
            found.setdefault(fold_key(text), choice.code)
    return found


def meeting_of(
    copies: Sequence[Copy], stated: Mapping[str, str], agenda: Agenda
) -> tuple[Meeting, list[Finding]]:
    """The facts of the meeting, and what is wrong with those of the copies.

    Args:
        copies: those that are ballots of the run.
        stated: key -> value of the command, which counts before any copy.
        agenda: for the issuers.
    """
    findings: list[Finding] = []
    found: dict[str, str] = {}
    for key, option in OPTIONS.items():
        values = dict.fromkeys(_values(copies, key, agenda, findings))
        if stated.get(key):
            found[key] = stated[key]
        elif len(values) == 1:
            found[key] = next(iter(values))
        elif values:
            heading = _HEADINGS[key]
            words = {"header": heading.vi, "header_en": heading.en, "option": option}
            findings.append(finding("W857", values=", ".join(sorted(values)), **words))
    return Meeting(**found), findings


def days_out_of_order(meeting: Meeting) -> Iterable[Finding]:
    """A decision is signed on the day of the meeting or after it."""
    if meeting.meeting and meeting.date and meeting.date < meeting.meeting:
        days = ("/".join(reversed(day.split("-"))) for day in (meeting.date, meeting.meeting))
        yield finding("W860", **dict(zip(("value", "meeting"), days, strict=True)))


def _values(
    copies: Sequence[Copy], key: str, agenda: Agenda, findings: list[Finding]
) -> Iterable[str]:
    """What the copies state under one heading, understood; the rest is a finding."""
    for copy in copies:
        stated = copy.stated.get(key)
        if stated is None:
            continue
        value: str | None = stated.text
        if key in _DATES:
            value = parse_date(stated.text)
            value = value if value and len(value) == 10 else None
        elif key == "issuer":
            value = issuer_words(agenda).get(fold_key(stated.text))
        if value:
            yield value
            continue
        heading = _HEADINGS[key]
        near = nearest(stated.text, issuer_words(agenda)) if key == "issuer" else ()
        findings.append(
            finding(
                "E874" if key == "issuer" else "E873",
                **{"file": copy.file, "sheet": stated.sheet, "cell": stated.cell},
                **{"value": stated.text, "header": heading.vi, "header_en": heading.en},
                nearest=or_one_of(near),
            )
        )


def awarded(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions by which something is awarded."""
    return [d for d in decisions if d.decision in (AGREE, LOWER) and d.award]


def issuer_of(decisions: Iterable[Decision], meeting: Meeting, agenda: Agenda) -> str:
    """Who signs: as stated, else the only one who can sign every award; empty when not clear."""
    if meeting.issuer:
        return meeting.issuer
    able = {agenda.choices[d.award].issuers for d in awarded(decisions)}
    only = {issuers[0] for issuers in able if len(issuers) == 1}
    return only.pop() if len(able) == 1 and len(only) == 1 else ""


def decided(decisions: Sequence[Decision], meeting: Meeting, agenda: Agenda) -> list[Decision]:
    """The awards that this decision grants: those that its issuer can sign.

    None without the number, the date or the issuer of the decision.
    """
    issuer = issuer_of(decisions, meeting, agenda)
    if not (meeting.number and meeting.date and issuer):
        return []
    found = []
    for decision in awarded(decisions):
        issuers = agenda.choices[decision.award].issuers
        if not issuers or issuer in issuers:
            found.append(decision)
    return found
