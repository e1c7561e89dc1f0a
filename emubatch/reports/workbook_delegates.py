"""The sheet of conferences: what was registered, what each rule says, where to look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from emubatch.reports.tables import sorted_checks, sorted_delegates
from emubatch.reports.view import View
from emubatch.reports.workbook_pages import DELEGATES, Evidence, Pages
from emubatch.xl.write import Column

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBERS = ("staff", "delegates", "exemplars", "guests")


def write_delegates(pages: Pages) -> None:
    """ "Đại biểu": one line a conference with every rule beside it; below, each rule in words."""
    view = pages.view
    frame = sorted_delegates(view.result)
    evidence = Evidence()
    columns = [
        pages.marks("report_col_verdict", frame["outcome"].tolist(), 17),
        pages.column("report_col_unit", list(map(view.unit_name, frame["unit"])), width=30),
        pages.column("report_col_tier", labels(view, frame, "tier"), width=16),
        pages.column("report_col_conference", labels(view, frame, "name"), width=30),
        pages.column("report_col_form", labels(view, frame, "meeting_form", "form"), width=18),
        *(_whole_numbers(pages, f"report_col_{name}", frame[name]) for name in _NUMBERS),
        pages.column("report_col_to_look_at", frame["note"].tolist(), width=40),
        pages.column("report_col_evidence", [evidence[text] for text in frame["cell"]],
                     "wrap+small", 26),
    ]  # fmt: skip
    pages.table(DELEGATES, columns, freeze_cols=2)
    sheet = pages.sheets[DELEGATES]
    sheet.put(sheet.row + 1, 0, pages.word("report_delegate_checks"), "heading")
    sheet.write_table(
        "delegate_checks",
        _checks(pages, evidence),
        freeze=False,
        empty=pages.word("report_no_rows"),
    )


def _checks(pages: Pages, evidence: Evidence) -> list[Column]:
    view = pages.view
    frame = sorted_checks(view.result)
    rules = {row.id: view.label(row) for row in view.programme.delegates}
    return [
        pages.marks("report_col_verdict", frame["outcome"].tolist(), 17),
        pages.column("report_col_unit", list(map(view.unit_name, frame["unit"])), width=30),
        pages.column("report_col_clause", frame["clause"].tolist(), width=16),
        pages.column("report_col_rule", [rules[code] for code in frame["check"]], width=30),
        pages.column("report_col_required", frame["required"].tolist(), width=18),
        pages.column("report_col_found", frame["measured"].tolist(), width=18),
        pages.column("report_col_evidence", [evidence[text] for text in frame["evidence"]],
                     "wrap+small", 18),
    ]  # fmt: skip


def labels(view: View, frame: pd.DataFrame, role: str, column: str = "") -> list[str]:
    """The codes of a column of registrations as labels of the list that the form offers."""
    fields = view.programme.fields
    lists = {row.sheet for row in view.programme.delegates}
    spec = next((f for f in fields if f.role == role and f.sheet in lists), None)
    named = view.labels(spec.list) if spec is not None and spec.list else {}
    values = frame[column or role].tolist()
    return [named.get(value, value) if isinstance(value, str) else "" for value in values]


def _whole_numbers(pages: Pages, header: str, found: Iterable[Any]) -> Column:
    numbers = [None if pd.isna(value) else int(value) for value in found]
    return pages.column(header, numbers, "integer", 12)
