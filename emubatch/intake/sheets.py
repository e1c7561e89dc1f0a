"""Finds the sheets of the form in a workbook: by name, else by their headers."""

from __future__ import annotations

from dataclasses import dataclass, field

from emubatch.intake.division import divide
from emubatch.intake.header import Header, convinces, find_header
from emubatch.intake.plan import FormPlan, SheetPlan
from emubatch.vietnamese import fold_key
from emubatch.xl import OWN_SHEETS
from emubatch.xl.read import SheetInfo, Workbook

_OWN = frozenset(map(fold_key, OWN_SHEETS))


@dataclass(slots=True)
class Match:
    """One sheet of the form and the sheet of the file that plays its part."""

    plan: SheetPlan
    sheet: SheetInfo
    header: Header | None
    by_headers: bool = False


@dataclass(slots=True)
class Matches:
    """Sheets of a file, sorted out.

    Attributes:
        found: sheet key -> match, in form order.
        doubles: sheets that match a sheet already found, with its key.
        unknown: sheets with values that are no part of the form.
        own: sheets that we add to forms ourselves.
    """

    found: dict[str, Match] = field(default_factory=dict)
    doubles: list[tuple[SheetInfo, str]] = field(default_factory=list)
    unknown: list[SheetInfo] = field(default_factory=list)
    own: list[SheetInfo] = field(default_factory=list)


def match_sheets(book: Workbook, plan: FormPlan) -> Matches:
    """Sorts the sheets of a workbook; raises ``Unreadable`` as reading them does."""
    matches = Matches()
    keys: dict[int, str] = {}
    for sheet in list(book.sheets):
        name = plan.names.get(fold_key(sheet.name), "")
        if not _is_own(sheet) and book.values(sheet):
            keys |= divide(book, sheet, plan, name)
    named: dict[str, list[SheetInfo]] = {}
    rest: list[SheetInfo] = []
    for sheet in book.sheets:
        name = plan.names.get(fold_key(sheet.name), "")
        if _is_own(sheet):
            matches.own.append(sheet)
        elif sheet.index in keys or name:
            named.setdefault(keys.get(sheet.index, name), []).append(sheet)
        elif book.values(sheet):
            rest.append(sheet)
    found = _by_name(book, plan, named, matches)
    found |= _by_headers(book, plan, [k for k in plan.sheets if k not in found], rest, matches)
    matches.found = {key: found[key] for key in plan.sheets if key in found}
    return matches


def _is_own(sheet: SheetInfo) -> bool:
    return fold_key(sheet.name) in _OWN or sheet.name.startswith("_")


def _by_name(
    book: Workbook, plan: FormPlan, named: dict[str, list[SheetInfo]], matches: Matches
) -> dict[str, Match]:
    """Of several sheets with a right name, the fullest; the others are doubles.

    One with nothing below its header is the untouched sheet of the form, and no double.
    """
    found = {}
    for key, sheets in named.items():
        best = sheets[0]
        headers = {s.index: _header(book, s, plan.sheets[key]) for s in sheets}
        if len(sheets) > 1:
            best = max(sheets, key=lambda s: (_records(book, s, headers[s.index]), -s.index))
        found[key] = Match(plan.sheets[key], best, headers[best.index])
        for sheet in sheets:
            if sheet is best or not book.values(sheet):
                continue
            if _records(book, sheet, headers[sheet.index]):
                matches.doubles.append((sheet, key))
            else:
                matches.own.append(sheet)
    return found


def _records(book: Workbook, sheet: SheetInfo, header: Header | None) -> int:
    """Filled cells below the header; all of them where there is none."""
    return sum(book.grid(sheet).filled[header.last + 1 if header else 0 :])


def _by_headers(
    book: Workbook, plan: FormPlan, missing: list[str], rest: list[SheetInfo], matches: Matches
) -> dict[str, Match]:
    """Renamed sheets: each goes to the missing sheet whose headers it shows best."""
    scores = []
    for sheet in rest:
        for order, (key, sheet_plan) in enumerate(plan.sheets.items()):
            header = _header(book, sheet, sheet_plan)
            if header is not None and convinces(header, sheet_plan):
                share = len(header.columns) / len(sheet_plan.fields)
                scores.append((-len(header.columns), -share, order, sheet.index, key, header))
    found: dict[str, Match] = {}
    used: set[int] = set()
    by_index = {sheet.index: sheet for sheet in rest}
    for _, _, _, index, key, header in sorted(scores, key=lambda score: score[:4]):
        if index not in used and key in missing and key not in found:
            found[key] = Match(plan.sheets[key], by_index[index], header, by_headers=True)
            used.add(index)
    best = {index: key for *_, index, key, _ in sorted(scores, key=lambda s: s[:4], reverse=True)}
    for sheet in rest:
        if sheet.index in best and sheet.index not in used:
            matches.doubles.append((sheet, best[sheet.index]))
        elif sheet.index not in used:
            matches.unknown.append(sheet)
    return found


def _header(book: Workbook, sheet: SheetInfo, plan: SheetPlan) -> Header | None:
    start = max(0, sheet.top - 1)
    return find_header(book.grid(sheet).rows, book.merged(sheet), plan, start)
