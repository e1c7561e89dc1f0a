"""What a council's decision brings to the register: who, which award, by which decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from emubatch.council.agenda import Agenda
from emubatch.council.count import Decision
from emubatch.council.meeting import Meeting, decided, issuer_of
from emubatch.register import Facts
from emubatch.register.keys import (
    COLLECTIVE,
    INDIVIDUAL,
    award_key,
    code_key,
    fact_key,
    holder_key,
    number_key,
    unit_key,
)
from emubatch.vietnamese import fold_key, name_key

SHEET = "Kết quả"


def facts_of(
    decisions: Sequence[Decision],
    meeting: Meeting,
    agenda: Agenda,
    source: str,
    rows: Mapping[str, int],
) -> Facts:
    """The awards of a decision and who holds them.

    Args:
        decisions: all of the council.
        meeting: with number, date and issuer; without them there are no facts.
        agenda: who the nominees are.
        source: how the minutes are called in the register.
        rows: nominee -> its row in the minutes.
    """
    facts = Facts()
    issuer = issuer_of(decisions, meeting, agenda)
    years = _years(agenda)
    for decision in decided(decisions, meeting, agenda):
        origin = (source, SHEET, rows[decision.row.nominee])
        kind, holder = _holder(facts, decision, agenda, origin)
        number = (meeting.number, number_key(meeting.number))
        key = award_key(kind, holder, decision.award, issuer, meeting.number, meeting.date, years)
        award = (key, kind, holder, decision.award, issuer, *number, meeting.date, years, "")
        facts.awards.append((*award, *origin))
    return facts


def _holder(
    facts: Facts, decision: Decision, agenda: Agenda, origin: tuple[str, str, int]
) -> tuple[str, str]:
    """States who somebody is, as an imported book would; returns kind and key."""
    row, person = decision.row, agenda.people[decision.row.nominee]
    unit = unit_key(person.unit_code, row.unit_name)
    if person.unit_code:
        name = fold_key(row.unit_name)
        facts.units.append((fact_key(unit, name), unit, person.unit_code, row.unit_name, name))
    kind = INDIVIDUAL if row.kind == "individual" else COLLECTIVE
    code, year = (person.code, person.birth_year) if kind == INDIVIDUAL else ("", "")
    key = holder_key(kind, code, row.name, year, unit)
    names = (row.name, name_key(row.name), fold_key(row.name))
    if kind == INDIVIDUAL:
        who = (key, code, code_key(code), *names, "", year, unit, row.unit_name, person.post)
        facts.people.append((*who, *origin))
    else:
        facts.collectives.append((key, *names, unit, row.unit_name, *origin))
    return kind, key


def _years(agenda: Agenda) -> str:
    """The years that the awards are for: those of the plan."""
    first, last = agenda.programme.period_from[:4], agenda.programme.period_to[:4]
    return first if first == last else f"{first}-{last}"
