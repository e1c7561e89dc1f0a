"""What a section of the summary page consists of: tables, charts, a word on what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from emubatch.reports.summary_charts import Chart
    from emubatch.reports.view import View


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the page: headings (text, or a mark with its colour) and rows of cells."""

    heads: list[str]
    rows: list[list[Any]]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart, if there is something to draw, and the table with its numbers."""

    chart: Chart | None
    table: Table


def headed(view: View, names: tuple[str, ...], rows: list[list[Any]], more: str = "") -> Table:
    """A table under headings of ``words.csv``."""
    return Table([view.word(f"report_col_{name}") for name in names], rows, more)


def number(view: View, value: Any) -> str:
    """A number as offices write it, empty for none."""
    return "" if value is None or pd.isna(value) else view.number(float(value))


def left_out(view: View, count: int, sheet: str) -> str:
    """What was left out and where it stands; empty when nothing was."""
    words = view.word("report_more")
    return words.format(count=view.number(count), sheet=sheet) if count > 0 else ""
