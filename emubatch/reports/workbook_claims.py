"""The sheet "Đối chiếu": awards as the forms claim them beside the register's entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from emubatch.reports.workbook_pages import CLAIMS, Pages

if TYPE_CHECKING:
    from emubatch.reports.view import View

_ORDER = ("contradicted", "unknown", "confirmed")


def write_claims(pages: Pages) -> None:
    """One row a claim, contradictions first, each with its cell and the register's entry."""
    view = pages.view
    claims = view.result.data.claims
    assert claims is not None
    place = claims["status"].map({status: at for at, status in enumerate(_ORDER)})
    rows = claims.iloc[place.argsort(kind="stable")].to_dict("records")
    labels = _labels(view)
    awards = [_named(row["title"], labels.get(row["code"], row["code"])) for row in rows]
    kinds = [row["matter"] for row in rows]
    columns = [
        pages.marks("report_col_claim", [row["status"] for row in rows], 20),
        pages.column("report_col_unit", [view.unit_name(row["unit"]) for row in rows], width=24),
        pages.column("report_col_name", [row["name"] for row in rows], "wrap+bold", 24),
        pages.column(
            "report_col_matter", [pages.word(f"matter_{m}") if m else "" for m in kinds], width=14
        ),
        pages.column("report_col_award", awards, width=30),
        pages.column("report_col_claim_year", [row["year"] for row in rows], "cell", 12),
        pages.column("report_col_claim_number", [row["number"] for row in rows], width=18),
        pages.column("report_col_claim_date", [view.day(row["date"]) for row in rows], "cell", 12),
        pages.column("report_col_claim_reason", [_reason(pages, row) for row in rows], width=26),
        pages.column("report_col_entry", [_entry(view, row, labels) for row in rows], width=44),
        pages.column("report_col_entry_place", [_place(row) for row in rows], "wrap+small", 24),
        pages.column("report_col_file", [row["file"] for row in rows], "wrap+small", 20),
        pages.column("report_col_sheet", [row["sheet"] for row in rows], width=12),
        pages.column("report_col_cell", [row["cell"] for row in rows], "cell", 7),
    ]
    pages.table(CLAIMS, columns, freeze_cols=3)


def _labels(view: View) -> dict[str, str]:
    """Code -> label of titles, forms and levels."""
    programme = view.programme
    named = {f.list for f in programme.fields if f.list and f.role in ("form", "level")}
    rows = ((name, c) for name, rows in programme.lists.items() for c in rows)
    return {
        row.code: view.label(row)
        for name, row in rows
        if name in named or row.axis in ("title", "form")
    }


def _named(title: str, label: str) -> str:
    """«title» (level) of an initiative, else the form alone."""
    return f"{title} ({label})" if title and label else title or label


def _reason(pages: Pages, row: Mapping[Any, Any]) -> str:
    return ", ".join(pages.word(f"claim_{name}") for name in row["reason"].split("|") if name)


def _entry(view: View, row: Mapping[Any, Any], labels: Mapping[str, str]) -> str:
    """What the register has, as people write it; empty where it has nothing."""
    if not row["entry_key"]:
        return ""
    label = labels.get(row["entry_code"], row["entry_code"])
    what = _named(row["entry_title"], label)
    parts = (row["entry_name"], what, row["entry_year"], row["entry_number"])
    return ", ".join(filter(None, (*parts, view.day(row["entry_date"]))))


def _place(row: Mapping[Any, Any]) -> str:
    if not row["entry_key"]:
        return ""
    return f"{row['entry_file']} › {row['entry_sheet']} › {int(row['entry_row'])}"
