"""Writes ``he-so-thuong.xlsx``: coefficients and base salaries for the office to fill in.

Two tables of a plan on two sheets, as a plan workbook has them; cells without a figure stand out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from emubatch import __version__
from emubatch.messages import word
from emubatch.model import Lang
from emubatch.programme.source import Row
from emubatch.xl import live
from emubatch.xl.plan_layout import FIRST_ROW
from emubatch.xl.plan_lists import SPARE_ROWS, PlanLists
from emubatch.xl.plan_sheet import PlanSheet
from emubatch.xl.write import Book

_FIGURES = {"rewards": "coefficient", "base_salary": "amount"}


def write_rates(path: Path, tables: Mapping[str, Sequence[Row]], lang: Lang = "vi") -> None:
    """Writes the workbook; ``tables`` holds the rows of ``rewards`` and ``base_salary``."""
    title = word("rates_title", lang)
    sheets = {name: PlanSheet(name, tables.get(name, ()), lang) for name in _FIGURES}
    comments = f"emubatch {__version__}"
    page = word("report_page", lang)
    with Book(path, title=title, comments=comments, page=page, in_memory=True) as book:
        lists = PlanLists(tables, {name: sheet.columns for name, sheet in sheets.items()}, lang)
        for name, sheet in sheets.items():
            writer = sheet.write(book, lists, title, word(f"rates_about_{name}", lang))
            last = FIRST_ROW + len(sheet.rows) + SPARE_ROWS - 1
            key, figure = (
                live.address(FIRST_ROW, sheet.columns.index(column))
                for column in ("valid_from", _FIGURES[name])
            )
            blank = f'=AND({key}<>"",{figure}="")'
            column = sheet.columns.index(_FIGURES[name])
            live.colour_where(writer, (FIRST_ROW, last), column, blank, "query")
        lists.write(book)
