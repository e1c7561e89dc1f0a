"""The sheet "Khen thưởng": awards registered at the start of the year against those achieved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from emubatch.reports.tally import UNKNOWN
from emubatch.reports.workbook_pages import AWARDS, Evidence, Pages

if TYPE_CHECKING:
    from emubatch.reports.view import View

NO_RATIO = "—"


def write_tally(pages: Pages, frame: pd.DataFrame) -> None:
    """One row a unit and award, then the sums; a ratio only where something was registered."""
    evidence = Evidence()
    names = award_names(pages.view, frame)
    columns = [
        pages.column("report_col_unit", unit_names(pages.view, frame), width=30),
        pages.column("report_col_award", names, "wrap+bold", 44),
        pages.column("report_col_kind", kind_names(pages.view, frame), width=14),
        pages.column("report_col_registered", _numbers(frame["registered"]), "number", 12),
        pages.column("report_col_achieved", _numbers(frame["achieved"]), "number", 12),
        pages.column("report_col_ratio", ratios(pages.view, frame), "cell", 14),
        pages.column(
            "report_col_evidence", [evidence[e] for e in frame["evidence"]], "wrap+small", 30
        ),
    ]
    pages.table(AWARDS, columns, freeze_cols=2)


def unit_names(view: View, frame: pd.DataFrame) -> list[str]:
    """Names of the units; sums over all of them say so."""
    return [view.unit_name(unit) if unit else view.word("report_all_units") for unit in frame.unit]


def award_names(view: View, frame: pd.DataFrame) -> list[str]:
    """Labels of the awards, as the programme's lists have them."""
    rows = (row for rows in view.programme.lists.values() for row in rows if row.axis)
    labels = {row.code: view.label(row) for row in rows}
    labels |= {"": view.word("report_total"), UNKNOWN: view.word("report_award_unknown")}
    return [labels.get(code, code) for code in frame["award"]]


def kind_names(view: View, frame: pd.DataFrame) -> list[str]:
    """Labels of the kinds of nominee."""
    rows = (row for rows in view.programme.lists.values() for row in rows if not row.axis)
    labels = {row.code: view.label(row) for row in rows}
    return [labels.get(code, code) for code in frame["kind"]]


def ratios(view: View, frame: pd.DataFrame) -> list[str]:
    """Achieved of registered, a dash where there is no ratio."""
    return [NO_RATIO if pd.isna(ratio) else f"{view.number(ratio)}%" for ratio in frame.ratio_pct]


def _numbers(values: pd.Series[Any]) -> list[float | None]:
    return [None if pd.isna(value) else value for value in values.astype(float).tolist()]
