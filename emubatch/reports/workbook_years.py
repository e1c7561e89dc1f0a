"""The sheet "Qua các năm": awards of the register, every year it knows beside each other."""

from __future__ import annotations

from emubatch.reports.workbook_pages import YEARS, Pages
from emubatch.reports.years import Row, awards_over_years, remarks
from emubatch.xl.write import Column


def write_years(pages: Pages) -> None:
    """One row an award and kind, then the sum; the change is of the last year alone."""
    found = awards_over_years(pages.view)
    assert found is not None
    rows: list[Row] = [*found.rows, found.total]
    columns = [
        pages.column("report_col_award", [row.award for row in rows], "wrap+bold", 44),
        pages.column("report_col_kind", [row.kind for row in rows], width=14),
        *(
            Column(year, [row.numbers[at] for row in rows], "integer", 9)
            for at, year in enumerate(found.shown)
        ),
        pages.column("summary_change", [row.change for row in rows], "integer", 12),
    ]
    sheet = pages.sheets[YEARS]
    said = remarks(pages.view, found)
    if said:
        sheet.put(sheet.row, 0, said, "plain")
        sheet.row += 1
    pages.table(YEARS, columns, freeze_cols=2)
