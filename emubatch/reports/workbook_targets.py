"""The sheet of targets: numerator, denominator and value, floor against cap, what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from emubatch.reports.tables import sorted_targets
from emubatch.reports.view import View
from emubatch.reports.workbook_pages import Evidence, Pages, targets_sheet
from emubatch.xl.write import Column

if TYPE_CHECKING:
    from collections.abc import Iterable


def write_targets(pages: Pages) -> None:
    """ "Chỉ tiêu": each target for the whole department, then for each unit."""
    view = pages.view
    frame = sorted_targets(view.result)
    labels = {row.id: view.label(row) for row in view.programme.targets}
    whole = ["total" if not unit else None for unit in frame["unit"]]
    evidence = Evidence()
    columns = [
        pages.marks("report_col_verdict", outcome_marks(frame), 17),
        pages.column("report_col_target_id", frame["target"].tolist(), width=13),
        pages.column("report_col_target", [labels[t] for t in frame["target"]], width=30),
        Column(
            pages.word("report_col_unit"),
            [unit_of(view, unit) for unit in frame["unit"]],
            "wrap",
            26,
            roles=whole,
        ),
        pages.column("report_col_required", required(view, frame), width=11),
        _whole_numbers(pages, "report_col_numerator", frame["numerator"]),
        _whole_numbers(pages, "report_col_denominator", frame["denominator"]),
        pages.column("report_col_target_value", values(view, frame), width=15),
        _whole_numbers(pages, "report_col_possible", frame["possible"]),
        _whole_numbers(pages, "report_col_excluded", frame["excluded"]),
        _whole_numbers(pages, "report_col_floor", frame["floor"]),
        _whole_numbers(pages, "report_col_cap", frame["cap"]),
        pages.column("report_col_estimated", _before(frame), width=14),
        pages.column("report_col_waves", texts(frame["waves"]), width=14),
        pages.column("report_col_note", frame["note"].tolist(), width=44),
        pages.column("report_col_population", _of_whole(frame), "wrap+small", 36),
        pages.column("report_col_clause", frame["clause"].tolist(), width=10),
        pages.column(
            "report_col_evidence", [evidence[text or ""] for text in frame["evidence"]],
            "wrap+small", 26,
        ),
    ]  # fmt: skip
    pages.table(targets_sheet(view.result), columns, freeze_cols=4)


def outcome_marks(frame: pd.DataFrame) -> list[str]:
    """Outcomes of targets as codes of marks; a figure without a threshold is only shown."""
    pairs = zip(frame["outcome"].tolist(), frame["required"].tolist(), strict=True)
    return ["shown" if code == "na" and not required else code for code, required in pairs]


def unit_of(view: View, unit: str) -> str:
    """Name of a unit, or of the whole department."""
    return view.unit_name(unit) if unit else view.word("report_whole")


def values(view: View, frame: pd.DataFrame) -> list[str]:
    """Values as text: ``20%``, ``10–20%`` while it is open, a number for a count."""
    shares = {row.id for row in view.programme.targets if row.kind == "share"}
    rows = zip(frame["target"], frame["value"], frame["value_to"], strict=True)
    return [_value(view, low, high, "%" if target in shares else "") for target, low, high in rows]


def _value(view: View, low: Any, high: Any, sign: str) -> str:
    if pd.isna(low):
        return ""
    ends = dict.fromkeys(view.number(float(end)) for end in (low, high))
    return "–".join(ends) + sign


def required(view: View, frame: pd.DataFrame) -> list[str]:
    """What each target asks for, as text."""
    said = {"CO": view.word("report_yes"), ">=": "≥ ", ">": "> "}
    return [_said(text or "", said) for text in frame["required"]]


def _said(text: str, said: dict[str, str]) -> str:
    for code, shown in said.items():
        if text.startswith(code):
            return shown + text[len(code) :]
    return text


def texts(found: Iterable[Any]) -> list[str]:
    """Texts of a column, with blanks for what does not apply."""
    return [text if isinstance(text, str) else "" for text in found]


def _of_whole(frame: pd.DataFrame) -> list[str]:
    """Whom a target is counted on, said once: beside the whole department."""
    pairs = zip(texts(frame["population"]), frame["unit"].tolist(), strict=True)
    return ["" if unit else text for text, unit in pairs]


def _before(frame: pd.DataFrame) -> list[str]:
    rows = zip(frame["before_numerator"], frame["before_denominator"], strict=True)
    return ["/".join(_whole(part) for part in pair if not pd.isna(part)) for pair in rows]


def _whole(value: Any) -> str:
    return str(int(value))


def _whole_numbers(pages: Pages, header: str, found: Iterable[Any]) -> Column:
    numbers = [None if pd.isna(value) else int(value) for value in found]
    return pages.column(header, numbers, "integer", 11)
