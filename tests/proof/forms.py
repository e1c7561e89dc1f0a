"""Real forms as plain pages of cells, to be damaged and written in every format."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter

from emubatch.intake import inbox_file, read
from emubatch.model import BadCell
from emubatch.programme.load import load
from emubatch.programme.tables import Programme

SAMPLES = Path(__file__).parents[2] / "samples"

# A form without errors and with many rows, of each plan.
FORMS = {
    "bacgiang-models-2020": "DN-03.xlsx",
    "hatinh-models-2025": "SCT-VP.xlsx",
    "hatinh-movement-2024": "VP dot 2.xlsx",
    "bacgiang-congress-2020": "LDLD tinh.xlsx",
    "bacgiang-scorecard-2017": "SCT.xlsx",
}


@dataclass
class Page:
    """One sheet: its cells (``None`` is empty), and what is hidden or merged; numbers from 0."""

    name: str
    rows: list[list[Any]]
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False
    filtered: bool = False

    @property
    def width(self) -> int:
        return max(map(len, self.rows), default=0)


Form = list[Page]


def sample(programme: str) -> Path:
    """The sample form of a plan."""
    return SAMPLES / programme / "inbox" / FORMS[programme]


def pages(path: Path, programme: Programme) -> Form:
    """The tables of a form as bare pages: a header row and the records, nothing else."""
    submission = read(inbox_file(path), programme)
    found = []
    for key, table in submission.tables.items():
        by_key = {one.key: one for one in programme.fields_of[key]}
        shown = [name for name in table.columns if name in by_key]
        header = [by_key[name].header_vi for name in shown]
        rows = [[plain(table.columns[name][at]) for name in shown] for at in range(len(table.rows))]
        found.append(Page(key, [header, *rows]))
    return found


def load_form(programme: str) -> tuple[Programme, Form]:
    """A plan and its sample form."""
    loaded = load(programme)
    return loaded, pages(sample(programme), loaded)


def plain(value: Any) -> Any:
    return value.text if isinstance(value, BadCell) else value


# --- writing -------------------------------------------------------------------------------------


def write_xlsx(path: Path, form: Form) -> Path:
    """A workbook with nothing of ours in it."""
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for page in form:
            sheet = book.add_worksheet(page.name)
            _write_cells(sheet, page, day)
            for number in page.hidden_rows:
                sheet.set_row(number, None, None, {"hidden": True})
            for column in page.hidden_columns:
                sheet.set_column(column, column, None, None, {"hidden": True})
            if page.filtered and page.rows:
                sheet.autofilter(0, 0, len(page.rows) - 1, page.width - 1)
            if page.hidden:
                sheet.hide()
        if form and form[0].hidden:
            next(s for s, p in zip(book.worksheets(), form, strict=True) if not p.hidden).activate()
    return path


def _write_cells(sheet: Any, page: Page, day: Any) -> None:
    merged = {(a, b): (c, d) for a, b, c, d in page.merges}
    for number, row in enumerate(page.rows):
        for column, value in enumerate(row):
            if (number, column) in merged:
                sheet.merge_range(number, column, *merged[number, column], value)
            elif isinstance(value, dt.date):
                at = dt.datetime(value.year, value.month, value.day)
                sheet.write_datetime(number, column, at, day)
            elif value is not None:
                sheet.write(number, column, value)


def write_html(path: Path, form: Form) -> Path:
    """All pages in one HTML page, as web programs export them."""
    parts = ['<html><head><meta charset="utf-8"></head><body>']
    for page in form:
        covered = _covered(page)
        parts.append(f"<h3>{html.escape(page.name)}</h3><table border=1>")
        spans = {(a, b): (c - a + 1, d - b + 1) for a, b, c, d in page.merges}
        for number, row in enumerate(page.rows):
            style = ' style="display:none"' if number in page.hidden_rows else ""
            parts.append(f"<tr{style}>")
            for column, value in enumerate(row):
                if (number, column) in covered:
                    continue
                down, across = spans.get((number, column), (1, 1))
                text = html.escape(shown(value)).replace("\n", "<br>")
                parts.append(f"<td rowspan={down} colspan={across}>{text}</td>")
            parts.append("</tr>")
        parts.append("</table>")
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def write_xml(path: Path, form: Form) -> Path:
    """An XML spreadsheet 2003."""
    parts = [
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
    ]
    for page in form:
        covered = _covered(page)
        spans = {(a, b): (c - a, d - b) for a, b, c, d in page.merges}
        parts.append(f'<Worksheet ss:Name="{html.escape(page.name)}"><Table>')
        for number, row in enumerate(page.rows):
            parts.append(f'<Row ss:Hidden="{int(number in page.hidden_rows)}">')
            for column, value in enumerate(row):
                if value is None or (number, column) in covered:
                    continue
                down, across = spans.get((number, column), (0, 0))
                kind = "Number" if isinstance(value, float | int) else "String"
                text = str(value) if kind == "Number" else html.escape(shown(value))
                where = f'ss:Index="{column + 1}" ss:MergeDown="{down}" ss:MergeAcross="{across}"'
                parts.append(f'<Cell {where}><Data ss:Type="{kind}">{text}</Data></Cell>')
            parts.append("</Row>")
        parts.append("</Table></Worksheet>")
    path.write_text("\n".join([*parts, "</Workbook>"]), encoding="utf-8")
    return path


def write_csv(path: Path, form: Form, encoding: str = "utf-8-sig", delimiter: str = ";") -> Path:
    """The pages under one another, with a blank line between."""
    lines = []
    for page in form:
        lines += [
            delimiter.join('"' + shown(v).replace('"', '""') + '"' for v in row)
            for row in page.rows
        ]
        lines.append("")
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def _covered(page: Page) -> set[tuple[int, int]]:
    return {
        (row, column)
        for a, b, c, d in page.merges
        for row in range(a, c + 1)
        for column in range(b, d + 1)
    } - {(a, b) for a, b, _, _ in page.merges}


def shown(value: Any) -> str:
    """A value as an office sees and types it."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float | int):
        return f"{value:.10g}".replace(".", ",")
    return str(value)


def under_one_another(form: Sequence[Page], name: str = "Sheet1") -> Form:
    """All tables on one sheet, each below its title, with a blank row between."""
    rows: list[list[Any]] = []
    for page in form:
        rows += [[None, f"BIỂU {page.name}"], *page.rows, []]
    return [Page(name, rows)]
