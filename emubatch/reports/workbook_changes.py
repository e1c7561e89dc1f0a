"""The sheet "Thay đổi": what is different from an earlier run, and what is behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emubatch.reports.workbook_pages import CHANGES, Pages

if TYPE_CHECKING:
    from emubatch.model import Change


def write_changes(pages: Pages) -> None:
    """One row a difference, forms first, then nominees, verdicts and figures."""
    view = pages.view
    changes = view.result.changes
    assert changes is not None
    rows = changes.rows
    sheet = pages.sheets[CHANGES]
    sheet.put(sheet.row, 0, view.compared_with(), "subtitle")
    before, now = (
        [view.change_value(row, code) for row, code in pairs]
        for pairs in ([(r, r.before) for r in rows], [(r, r.after) for r in rows])
    )
    columns = [
        pages.marks("report_col_change", [f"change_{row.kind}" for row in rows], 22),
        pages.column("report_col_unit", [view.unit_name(row.unit) for row in rows], width=26),
        pages.column("report_col_name", [row.name for row in rows], "wrap+bold", 24),
        pages.column("report_col_item", [view.change_item(row) for row in rows], width=30),
        pages.column("report_col_before", before, "cell", 20),
        pages.column("report_col_now", now, "cell", 20),
        pages.column("report_col_cause", [view.change_causes(row) for row in rows], width=28),
        pages.column("report_col_parts", [_parts(pages, row) for row in rows], "wrap+small", 60),
    ]
    pages.table(CHANGES, columns, freeze_cols=1)


def _parts(pages: Pages, change: Change) -> str:
    """One line a criterion: what was found before and is found now."""
    view = pages.view
    known = {row.id: row for row in (*view.programme.criteria, *view.programme.delegates)}
    found = []
    for key, was, now, measured, measures in change.parts:
        label = f"{key} {view.label(known[key])}" if key in known else key
        sides = [
            f"{view.mark(code).text} ({text})" if text else view.mark(code).text
            for code, text in ((was, measured), (now, measures))
            if code
        ]
        found.append(f"{label}: {' → '.join(sides)}")
    return "\n".join(found)
