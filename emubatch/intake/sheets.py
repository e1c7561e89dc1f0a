"""Finds the sheets of the form in a workbook: by name, else by their headers."""

from __future__ import annotations

from dataclasses import dataclass, field

from emubatch.intake.header import Header, find_header
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
    named: dict[str, list[SheetInfo]] = {}
    rest: list[SheetInfo] = []
    for sheet in book.sheets:
        folded = fold_key(sheet.name)
        if folded in _OWN or sheet.name.startswith("_"):
            matches.own.append(sheet)
        elif folded in plan.names:
            named.setdefault(plan.names[folded], []).append(sheet)
        elif book.values(sheet):
            rest.append(sheet)
    found = _by_name(book, plan, named, matches)
    found |= _by_headers(book, plan, [k for k in plan.sheets if k not in found], rest, matches)
    matches.found = {key: found[key] for key in plan.sheets if key in found}
    return matches


def _by_name(
    book: Workbook, plan: FormPlan, named: dict[str, list[SheetInfo]], matches: Matches
) -> dict[str, Match]:
    """Of several sheets with a right name, the fullest; the others are doubles."""
    found = {}
    for key, sheets in named.items():
        best = sheets[0]
        if len(sheets) > 1:
            best = max(sheets, key=lambda s: (book.values(s), -s.index))
        found[key] = Match(plan.sheets[key], best, _header(book, best, plan.sheets[key]))
        matches.doubles += [(s, key) for s in sheets if s is not best and book.values(s)]
    return found


def _by_headers(
    book: Workbook, plan: FormPlan, missing: list[str], rest: list[SheetInfo], matches: Matches
) -> dict[str, Match]:
    """Renamed sheets: each goes to the missing sheet whose headers it shows best."""
    scores = []
    for sheet in rest:
        for order, (key, sheet_plan) in enumerate(plan.sheets.items()):
            header = _header(book, sheet, sheet_plan)
            if header is not None and _convinces(header, sheet_plan):
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


def _convinces(header: Header, plan: SheetPlan) -> bool:
    """Whether a header alone is proof enough: most required columns, at least three in all."""
    required = [f.key for f in plan.fields if f.required == "yes"]
    present = sum(key in header.columns for key in required)
    return len(header.columns) >= min(3, len(plan.fields)) and present * 3 >= len(required) * 2


def _header(book: Workbook, sheet: SheetInfo, plan: SheetPlan) -> Header | None:
    return find_header(book.grid(sheet).rows, book.merged(sheet), plan)
