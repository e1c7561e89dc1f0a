"""The order in which findings are shown, and how many of one file are shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from emubatch.messages import finding
from emubatch.model import Finding

MOST = 1000  # errors and warnings
MOST_NOTES = 5000  # one for each cell of an old font, for example
_CELL = re.compile(r"^([A-Z]+)(\d+)$")
_SEVERITIES = {"error": 0, "warning": 1, "note": 2}


def sorted_findings(findings: Sequence[Finding], sheets: Mapping[str, int]) -> list[Finding]:
    """Findings by sheet (in form order), row, column and code, without repetition.

    Of more than ``MOST`` errors and warnings the gravest are kept, and E399 says how many are left
    out, notes too. Notes alone never cost an error: of those that are too many N399 tells.
    """
    unique = list(dict.fromkeys(findings))
    ordered = sorted(unique, key=lambda one: _place(one, sheets))
    notes = sum(one.severity == "note" for one in ordered)
    if len(ordered) - notes > MOST:
        return _cut(ordered, MOST, "E399")
    if notes > MOST_NOTES:
        return _cut(ordered, len(ordered) - notes + MOST_NOTES, "N399")
    return ordered


def _cut(ordered: Sequence[Finding], most: int, code: str) -> list[Finding]:
    kept = set(sorted(ordered, key=lambda one: _SEVERITIES[one.severity])[:most])
    first = ordered[0]
    more = finding(code, file=first.file, unit=first.unit, count=len(ordered) - most)
    return [more, *(one for one in ordered if one in kept)]


def _place(one: Finding, sheets: Mapping[str, int]) -> tuple[object, ...]:
    match = _CELL.match(one.cell)
    column, row = (match[1], int(match[2])) if match else ("", 0)
    sheet = sheets.get(one.sheet, len(sheets)) if one.sheet else -1
    return (sheet, one.sheet, row, len(column), column, one.code, one.value, one.params)
