"""Sheets that calculate: drop-downs, addresses for formulas, marks that follow a value."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from xlsxwriter.utility import xl_rowcol_to_cell

from emubatch.xl.layout import HEIGHT_CAP, LINE_HEIGHT, Column, Span, lines, quoted
from emubatch.xl.write import Book, SheetWriter, done


@lru_cache(maxsize=1 << 16)
def address(row: int, col: int, *, fixed: bool = False, sheet: str = "") -> str:
    """A1 address of a 0-based cell; ``fixed`` with dollar signs, ``sheet`` with its sheet."""
    cell = str(xl_rowcol_to_cell(row, col, row_abs=fixed, col_abs=fixed))
    return f"{quoted(sheet)}!{cell}" if sheet else cell


def write_head(sheet: SheetWriter, columns: Sequence[Column], freeze_cols: int = 0) -> int:
    """Headings of a sheet that is no table (its formulas would not survive sorting).

    Widths are those of the columns; returns the first row under the headings.
    """
    top = sheet.row
    widths = [column.width or 12.0 for column in columns]
    sheet.widths(widths)
    sheet.height(top, max(lines(c.header, w - 1) for c, w in zip(columns, widths, strict=True)))
    for col, column in enumerate(columns):
        sheet.put(top, col, column.header, "header", column.head)
    sheet.worksheet.freeze_panes(top + 1, freeze_cols)
    done(sheet.worksheet.repeat_rows(top), f"{sheet.name}: repeated rows")
    return top + 1


def write_live_table(sheet: SheetWriter, name: str, columns: Sequence[Column], count: int) -> Span:
    """The headings of a real table whose ``count`` body rows are written cell by cell."""
    top = sheet.row
    span = Span(sheet.name, top, top + 1, top + max(1, count), 0, len(columns) - 1)
    widths = [column.width or 12.0 for column in columns]
    sheet.height(top, max(lines(c.header, w - 2) for c, w in zip(columns, widths, strict=True)))
    sheet.head(name, columns, span)
    sheet.row = span.last_row + 1
    return span


def choose(
    sheet: SheetWriter, row: int, col: int, source: str, last_row: int | None = None
) -> None:
    """A drop-down with the choices of a defined name, down to a row; other text is refused."""
    options = {"validate": "list", "source": f"={source}", "ignore_blank": True}
    done(
        sheet.worksheet.data_validation(
            row, col, row if last_row is None else last_row, col, options
        ),
        f"{sheet.name}!{address(row, col)}: list",
    )


def colour_where(
    sheet: SheetWriter, rows: tuple[int, int], col: int, formula: str, role: str
) -> None:
    """Colours cells of a column while a formula, written for the first of them, is true."""
    look = {"type": "formula", "criteria": formula, "format": sheet.book.format(role)}
    done(
        sheet.worksheet.conditional_format(rows[0], col, rows[1], col, look),
        f"{sheet.name}: colours",
    )


def fold(sheet: SheetWriter, row: int, text_lines: int = 1, level: int = 1) -> None:
    """Sets a row's height and the level at which it folds under the row above its block."""
    points = min(HEIGHT_CAP, max(1, text_lines) * LINE_HEIGHT)
    done(
        sheet.worksheet.set_row(row, points, None, {"level": level}), f"{sheet.name} row {row + 1}"
    )


def folds_upwards(sheet: SheetWriter) -> None:
    """Folded rows hang under the row above them, not over the row below."""
    sheet.worksheet.outline_settings(symbols_below=False)


def scale_to_pages(sheet: SheetWriter, widths: Sequence[float], rows: int) -> None:
    """Prints at the scale at which these columns fit a landscape A4 page, and that many rows.

    Excel passes over page breaks on a sheet that is told to fit its pages, so the scale is stated.
    Margins are narrow; the scale is never below 50 %.
    """
    sheet.worksheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    across = (297 / 25.4 - 0.8) * 96 / sum(width * 7 + 5 for width in widths)
    down = (210 / 25.4 - 1.2) * 72 / (rows * LINE_HEIGHT)
    # Columns come out a little wider where a font takes the place of another.
    fitting = int(100 * min(0.94 * across, 0.98 * down))
    sheet.worksheet.set_print_scale(max(50, min(100, fitting)))


def break_pages(sheet: SheetWriter, rows: Sequence[int]) -> None:
    """Starts a new printed page before each of these rows (Excel takes 1,023)."""
    if rows:
        done(sheet.worksheet.set_h_pagebreaks(list(rows)[:1023]), f"{sheet.name}: page breaks")


def hidden_lists(book: Book, name: str, lists: Sequence[tuple[str, Sequence[object]]]) -> None:
    """A hidden sheet with one column a list; each list gets its defined name."""
    sheet = book.sheet(name)
    for col, (defined, values) in enumerate(lists):
        sheet.put(0, col, defined)
        for row, value in enumerate(values, 1):
            sheet.put(row, col, value)
        start, end = address(1, col, fixed=True), address(max(1, len(values)), col, fixed=True)
        book.define(defined, f"={quoted(name)}!{start}:{end}")
    sheet.worksheet.hide()
