"""``ket-qua.xlsx``: the council's workbook. Which sheets there are, and in which order.

The names of the sheets are a contract and the same in every language. Every verdict stands beside
its clause, what was required, what was found and the cell that says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from emubatch.reports.ballot import has_ballot, write_council
from emubatch.reports.tally import award_tally
from emubatch.reports.view import View
from emubatch.reports.workbook_changes import write_changes
from emubatch.reports.workbook_claims import write_claims
from emubatch.reports.workbook_delegates import write_delegates
from emubatch.reports.workbook_money import write_money
from emubatch.reports.workbook_nominees import (
    has_reserve,
    write_explanations,
    write_matrix,
    write_nominees,
    write_reserve,
)
from emubatch.reports.workbook_office import (
    write_duplicates,
    write_findings,
    write_indicators,
    write_journal,
    write_missing,
)
from emubatch.reports.workbook_overview import write_overview
from emubatch.reports.workbook_pages import (
    AWARDS,
    CHANGES,
    CLAIMS,
    COUNCIL,
    DELEGATES,
    DUPLICATES,
    EXPLANATIONS,
    FAILED,
    FINDINGS,
    INDICATORS,
    JOURNAL,
    MATRIX,
    MISSING,
    MONEY,
    OVERVIEW,
    PAPER,
    PASSED,
    REGISTERED,
    RESERVE,
    REVIEW,
    SCORES,
    YEARS,
    Pages,
    targets_sheet,
)
from emubatch.reports.workbook_scores import write_scores
from emubatch.reports.workbook_tally import write_tally
from emubatch.reports.workbook_targets import write_targets
from emubatch.reports.workbook_years import write_years
from emubatch.xl.write import Book

if TYPE_CHECKING:
    from emubatch.model import Lang, MonthResult


def write_result(
    path: Path, result: MonthResult, lang: Lang, *, returns: Mapping[str, str] | None = None
) -> None:
    """Writes the council's workbook.

    Args:
        path: where to write.
        result: the month.
        lang: language of headings and words; names of sheets stay as they are.
        returns: form (``findings.file``) -> its returned form, a path relative to the run folder
            that consists of names the tool made itself.
    """
    view = View(result, lang)
    with Book(path, **view.properties("report_result")) as book:
        pages = Pages(book, view, dict(returns or {}))
        tally = award_tally(result)
        for name in _needed(view, tally is not None):
            pages.open(name)
        _write_nominees(pages)
        for facts, write in (
            (result.data.claims, write_claims),
            (result.scores, write_scores),
            (result.indicators, write_indicators),
            (result.targets, write_targets),
            (result.delegates, write_delegates),
            (result.money, write_money),
            (result.data.history or None, write_years),
        ):
            if facts is not None:
                write(pages)
        if tally is not None:
            write_tally(pages, tally)
        write_findings(pages)
        write_missing(pages)
        write_duplicates(pages)
        if result.changes is not None:
            write_changes(pages)
        write_journal(pages)
        write_overview(pages)


def _write_nominees(pages: Pages) -> None:
    """The sheets about nominees, and the one on which the council decides on them."""
    if pages.view.result.verdicts is not None:
        write_explanations(pages)
        write_nominees(pages)
        write_reserve(pages)
        write_matrix(pages)
    if has_ballot(pages.view.result):
        write_council(pages)


def _needed(view: View, awards: bool) -> list[str]:
    """Names of the sheets that this month needs, in their order."""
    result, names = view.result, [OVERVIEW]
    if result.verdicts is not None:
        lists = [PASSED, *([RESERVE] if has_reserve(result) else []), REVIEW, FAILED]
        names += [REGISTERED] if view.registers else lists
        names += [COUNCIL, PAPER] if has_ballot(result) else []
        names += [MATRIX, EXPLANATIONS]
    if result.data.claims is not None:
        names.append(CLAIMS)
    if result.scores is not None:
        names.append(SCORES)
    if result.indicators is not None:
        names.append(INDICATORS)
    if result.targets is not None:
        names.append(targets_sheet(result))
    if result.delegates is not None:
        names.append(DELEGATES)
    if awards:
        names.append(AWARDS)
    if result.money is not None:
        names.append(MONEY)
    if result.data.history:
        names.append(YEARS)
    names += [FINDINGS, MISSING, DUPLICATES]
    return [*names, CHANGES, JOURNAL] if result.changes is not None else [*names, JOURNAL]
