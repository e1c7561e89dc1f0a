"""The limits of a plan (chỉ tiêu) beside what the council agrees on. Nothing is dropped by them:
the council may go beyond a limit, but never without the minutes saying so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emubatch.council.count import Decision
from emubatch.messages import finding, word
from emubatch.model import Finding, Lang
from emubatch.programme.conditions import Condition, parse_conditions
from emubatch.programme.groups import mapped_groups
from emubatch.programme.tables import Programme, in_lang
from emubatch.xl.ballot import AGREE, LOWER

if TYPE_CHECKING:
    from emubatch.council.agenda import Agenda

LIMIT_COLUMNS = (
    *("kind", "group", "unit", "applies", "limit", "agreed", "over", "clause", "label"),
)
ASKED = "de_nghi"  # key of the award asked for, on the sheets of nominees


@dataclass(frozen=True, slots=True)
class Held:
    """One limit and how many the council agreed to that it counts.

    ``row`` is its row of the run's ``quotas.csv``, ``label`` whom it is for. ``over`` is 0 where
    the limit is a share of something that may still grow.
    """

    row: Mapping[str, str]
    label: str
    agreed: int
    over: int


def hold(agenda: Agenda, decisions: Sequence[Decision], lang: Lang) -> list[Held]:
    """Every limit that the council's result can be counted against, in the order of the run.

    Of limits of single units only those that are exceeded.
    """
    found = []
    for row in agenda.limits:
        conditions = parse_conditions(row["applies"])
        if not all(c.field in _columns(agenda.programme) for c in conditions):
            continue
        agreed = sum(_counts(agenda, decision, row, conditions) for decision in decisions)
        over = 0 if row["base_value"].endswith("+") else max(0, agreed - int(row["limit"]))
        if over or not row["unit"]:
            found.append(Held(row, _label(agenda, row, conditions, lang), agreed, over))
    return found


def exceeded(held: Iterable[Held]) -> Iterator[Finding]:
    """A warning for each limit that the council went beyond."""
    for one in held:
        if one.over:
            words = {"count": one.agreed, "limit": one.row["limit"], "over": one.over}
            yield finding("W859", value=one.label, clause=one.row["clause"], **words)


def limit_rows(held: Iterable[Held]) -> Iterator[dict[str, str]]:
    """Rows of ``limits.csv``."""
    for one in held:
        names = ("kind", "group", "unit", "applies", "limit", "clause")
        yield {
            **{name: one.row[name] for name in names},
            **{"agreed": str(one.agreed), "over": str(one.over), "label": one.label},
        }


def _columns(programme: Programme) -> dict[str, str]:
    """Field by which a level is told -> what is known of a nominee after the council."""
    roles = {f.key: f.role for f in programme.fields if f.role in ("group", "tier")}
    return {**roles, ASKED: "award"}


def _counts(
    agenda: Agenda, decision: Decision, row: Mapping[str, str], conditions: tuple[Condition, ...]
) -> bool:
    """Whether somebody whom the council agrees to takes a place of this limit."""
    nominee, person = decision.row, agenda.people[decision.row.nominee]
    group = mapped_groups(agenda.programme).get(person.group, person.group)
    if decision.decision not in (AGREE, LOWER) or nominee.kind not in row["kind"].split("|"):
        return False
    if row["unit"] not in ("", nominee.unit) or row["group"] not in ("", group):
        return False
    known = {
        **{"group": person.group, "tier": person.tier},
        **{"award": decision.award or nominee.requested},
    }
    columns = _columns(agenda.programme)
    return all(_holds(condition, known[columns[condition.field]]) for condition in conditions)


def _holds(condition: Condition, value: str) -> bool:
    if condition.operator == "=":
        return value in condition.values
    return value != "" and value not in condition.values


def _label(
    agenda: Agenda, row: Mapping[str, str], conditions: tuple[Condition, ...], lang: Lang
) -> str:
    """Whom a limit is for: kinds; a unit, a group or all; a level."""
    programme = agenda.programme
    kinds = ", ".join(word(f"kind_{kind}", lang) for kind in row["kind"].split("|"))
    units = {one.unit: one.unit_name for one in agenda.rows.values()}
    where = units.get(row["unit"], row["unit"]) or _group(programme, row["group"], lang)
    levels = [
        _said(programme, condition.field, value, lang)
        for condition in conditions
        for value in condition.values
    ]
    return " · ".join(filter(None, (kinds, where, ", ".join(levels))))


def _group(programme: Programme, group: str, lang: Lang) -> str:
    if not group:
        return word("report_all_groups", lang)
    key = next((f.key for f in programme.fields if f.role == "group"), "")
    joined = [one for one, whole in mapped_groups(programme).items() if whole == group]
    text = _said(programme, key, group, lang)
    if not joined:
        return text
    others = ", ".join(_said(programme, key, one, lang) for one in joined)
    return word("report_group_with", lang).format(group=text, others=others)


def _said(programme: Programme, field: str, code: str, lang: Lang) -> str:
    """Label of a code of the list behind a field."""
    lists = {f.list for f in programme.fields if f.key == field}
    for choice in programme.choices:
        if choice.list in lists and choice.code == code:
            return in_lang(choice, "label", lang)
    return code
