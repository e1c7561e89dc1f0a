"""The order in which findings are shown, and how many of one file are shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from emubatch.messages import finding
from emubatch.model import Finding

MOST = 1000
_CELL = re.compile(r"^([A-Z]+)(\d+)$")
_SEVERITIES = {"error": 0, "warning": 1, "note": 2}


def sorted_findings(findings: Sequence[Finding], sheets: Mapping[str, int]) -> list[Finding]:
    """Findings by sheet (in form order), row, column and code, without repetition.

    Of more than ``MOST`` the gravest are kept, and E399 says how many are left out.
    """
    unique = list(dict.fromkeys(findings))
    ordered = sorted(unique, key=lambda one: _place(one, sheets))
    if len(ordered) <= MOST:
        return ordered
    grave = sorted(ordered, key=lambda one: _SEVERITIES[one.severity])[:MOST]
    kept = set(grave)
    rest = len(ordered) - MOST
    first = ordered[0]
    more = finding("E399", file=first.file, unit=first.unit, count=rest)
    return [more, *(one for one in ordered if one in kept)]


def _place(one: Finding, sheets: Mapping[str, int]) -> tuple[object, ...]:
    match = _CELL.match(one.cell)
    column, row = (match[1], int(match[2])) if match else ("", 0)
    sheet = sheets.get(one.sheet, len(sheets)) if one.sheet else -1
    return (sheet, one.sheet, row, len(column), column, one.code, one.value, one.params)
