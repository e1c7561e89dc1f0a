"""The council's ballot of a month: who is decided on, and the sheet that asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emubatch import __version__
from emubatch.reports.view import View
from emubatch.reports.workbook_nominees import shown_order
from emubatch.reports.workbook_pages import COUNCIL, PAPER, Pages
from emubatch.xl.ballot import (
    BallotRow,
    award_choices,
    award_labels,
    ballot_id,
    lower_awards,
)
from emubatch.xl.ballot_paper import write_paper
from emubatch.xl.ballot_sheet import Ballot, write_ballot

if TYPE_CHECKING:
    from emubatch.model import MonthResult

REQUESTED = "de_nghi"  # key of the award asked for, on the sheets of nominees


def has_ballot(result: MonthResult) -> bool:
    """Whether there is anybody to decide on; results for sending outside ask for nothing."""
    named = not result.facts.get("anonymous")
    return named and result.verdicts is not None and len(result.nominees) > 0


def ballot_rows(result: MonthResult) -> list[BallotRow]:
    """One row a nominee, in the order in which the council reads them."""
    view = View(result, "vi")
    nominees = shown_order(view)
    blank = [""] * len(nominees)
    asked = nominees[REQUESTED].tolist() if REQUESTED in nominees else blank
    texts = [nominees[name].tolist() for name in ("nominee", "kind", "name", "unit")]
    judged = [nominees[name].tolist() for name in ("eligibility", "proposed", "reason")]
    return [
        BallotRow(nominee, kind, name, unit, view.unit_name(unit), _text(award), *found)
        for nominee, kind, name, unit, award, *found in zip(*texts, asked, *judged, strict=True)
    ]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def id_of(result: MonthResult) -> str:
    """The ballot's id; empty where there is nobody to decide on."""
    if not has_ballot(result):
        return ""
    facts, programme = result.facts, result.programme
    named = (programme.id, programme.sha256, facts.get("period", ""), facts.get("as_of", ""))
    return ballot_id(named, ballot_rows(result))


def write_council(pages: Pages) -> None:
    """ "Hội đồng", a row a nominee with cells for each member's opinion, and its paper."""
    view, rows = pages.view, ballot_rows(pages.view.result)
    programme, lang = view.programme, view.lang
    choices, labels = award_choices(programme), award_labels(programme, lang)
    asked = dict.fromkeys(row.requested for row in rows)
    below = {code for award in asked for code in lower_awards(choices, award)}
    issuers = next((f.list for f in programme.fields if f.role == "issuer" and f.list), "")
    lists = {
        "award": [labels[code] for code in choices if code in below],
        "unit": list(dict.fromkeys(row.unit_name for row in rows)),
        "issuer": list(view.labels(issuers).values()) if issuers else [],
    }
    facts = {
        "ballot": id_of(view.result),
        "programme": programme.id,
        "version": programme.version,
        "period": view.result.facts.get("period", ""),
        "as_of": view.result.facts.get("as_of", ""),
        "lang": lang,
        "tool": __version__,
    }
    write_ballot(pages.book, pages.sheets[COUNCIL], Ballot(rows, facts, labels, lists), lang)
    write_paper(pages.sheets[PAPER], rows, labels, lang)
    pages.counts[COUNCIL] = pages.counts[PAPER] = len(rows)
