"""Money of a month before its decisions: for those proposed, as if decided on the as-of date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emubatch.messages import finding, word
from emubatch.money.rates import Rates, rates_of
from emubatch.money.reckon import Money, award_money, settings_of
from emubatch.vietnamese import day_first

if TYPE_CHECKING:
    from emubatch.model import Finding, MonthResult
    from emubatch.programme.tables import Programme

REQUESTED = "de_nghi"  # the column of the form in which an award is asked for
_PROPOSED = "yes"
# Reason -> code of its finding.
_CODES = {"no_rate": "W651", "no_salary": "W652"}


def project(result: MonthResult, office: Rates | None = None) -> None:
    """Reckons the money of those proposed; what is missing becomes findings.

    ``result.money`` stays None where the plan asks for no award, or nobody is proposed.
    """
    nominees, programme = result.nominees, result.programme
    if result.verdicts is None or REQUESTED not in nominees:
        return
    chosen = nominees[nominees["proposed"] == _PROPOSED]
    if not chosen[REQUESTED].map(lambda code: isinstance(code, str) and bool(code)).any():
        return
    columns = ["nominee", "kind", "name", "unit", REQUESTED]
    awards = chosen[columns].rename(columns={REQUESTED: "award"})
    rates, day = rates_of(programme, office), result.facts["as_of"]
    result.money = award_money(awards, rates, day, settings_of(programme))
    found = list(_findings(result.money, programme))
    result.findings.extend(found)
    if result.findings is not result.data.findings:
        result.data.findings.extend(found)


def _findings(money: Money, programme: Programme) -> Iterator[Finding]:
    """One finding for each figure that the office has to fill in."""
    labels = {row.code: (row.label_vi, row.label_en) for row in programme.choices if row.axis}
    for reason, award, kind, day in money.missing:
        if reason not in _CODES:
            continue
        words = {"day": day_first(day), "day_en": day}
        if reason == "no_rate":
            vi, en = labels.get(award, (award, award))
            words |= {"award": vi, "award_en": en}
            words |= {"kind": word(f"kind_{kind}"), "kind_en": word(f"kind_{kind}", "en")}
        yield finding(_CODES[reason], value=award, **words)
