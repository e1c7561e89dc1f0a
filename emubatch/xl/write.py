"""The one interface through which workbooks are written; behind it stands XlsxWriter.

What is promised for every sheet: a title in A1, real tables, panes frozen under the header, A4
print set-up with repeated headings and page numbers, text that stays text, and the same bytes for
the same content. Refusals of XlsxWriter (return codes, warnings) are raised, never passed over.
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile
import warnings
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.url import Url
from xlsxwriter.utility import xl_rowcol_to_cell

from emubatch.xl import style
from emubatch.xl.bulk import Block, BulkWorkbook, BulkWorksheet, safe_text
from emubatch.xl.layout import (
    HEIGHT_CAP,
    LINE_HEIGHT,
    Column,
    Span,
    column_width,
    jump,
    lines,
    quoted,
    row_heights,
)

__all__ = ["Book", "Column", "SheetWriter", "Span", "WriteError", "jump", "quoted", "sheet_name"]

CREATED = dt.datetime(2000, 1, 1)  # a fixed date, or two runs would differ
SHEET_NAME_LIMIT = 31
ROWS_LIMIT = 1_048_576
LINKS_LIMIT = 65_530
_LIKE_A_CELL = re.compile(r"[a-zA-Z]{0,3}\d|[rRcC]\d*([rRcC]\d*)?$")
_BAD_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


class WriteError(RuntimeError):
    """A workbook could not be written as asked: a broken program, not broken data."""


class Book:
    """A workbook being written; leave the ``with`` block to save it.

    Args:
        path: where to write.
        title: document title; also the left of every page header.
        subject: programme id, kept in the document properties.
        keywords: the month or period, kept in the properties and the right of the page header.
        comments: tool and programme version, kept in the properties and the page footer.
        page: words of the page number, with ``&P`` and ``&N`` for page and pages.
        in_memory: build the parts in memory (small workbooks) instead of in temporary files.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        title: str,
        subject: str = "",
        keywords: str = "",
        comments: str = "",
        page: str = "Trang &P/&N",
        in_memory: bool = False,
    ) -> None:
        self.path = Path(path)
        self.workbook = BulkWorkbook(
            str(path),
            {
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "in_memory": in_memory,
            },
        )
        self.workbook.set_properties(
            {
                "title": safe_text(title),
                "subject": safe_text(subject),
                "keywords": safe_text(keywords),
                "comments": safe_text(comments),
                "author": "emubatch",
                "created": CREATED,
            }
        )
        # The space keeps a digit of the text from joining the font size.
        self._header = f"&L&9 {_plain(title, 120)}&R&9 {_plain(keywords, 60)}"
        self._footer = f"&L&9 {_plain(comments, 120)}&R&9 {page}"
        self._formats: dict[tuple[str, ...], Any] = {}
        self._looks: dict[tuple[str, ...], Any] = {}  # as they are asked for
        self._tables: set[str] = set()
        self._parts: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Book:
        if not self.workbook.in_memory:
            self._parts = tempfile.TemporaryDirectory(prefix="emubatch-")
            self.workbook.tmpdir = self._parts.name
        self._caught = warnings.catch_warnings()
        self._caught.__enter__()
        warnings.filterwarnings("error", module=r"xlsxwriter(\.|$)")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._save()
            elif issubclass(kind, (UserWarning, XlsxWriterException)):
                raise WriteError(str(error)) from error
        except (UserWarning, XlsxWriterException) as refused:
            raise WriteError(str(refused)) from refused
        finally:
            self.workbook.fileclosed = True  # or its destructor warns, or writes half a book
            self._caught.__exit__(kind, error, trace)
            if self._parts is not None:
                self._parts.cleanup()

    def _save(self) -> None:
        try:
            self.workbook.close()
        except BaseException:
            with suppress(OSError):  # half a workbook helps nobody
                self.path.unlink()
            raise

    def format(self, *roles: str) -> Any:
        """The format of these roles laid over each other; made once for each combination."""
        found = self._looks.get(roles)
        if found is None:
            key = tuple(role for name in roles if name for role in name.split("+"))
            if key not in self._formats:
                self._formats[key] = self.workbook.add_format(style.properties(key))
            found = self._looks[roles] = self._formats[key]
        return found

    def sheet(
        self, name: str, title: str = "", *, subtitle: str = "", landscape: bool = True
    ) -> SheetWriter:
        """Adds a sheet with its title in A1 (and a line under it) and the print set-up."""
        worksheet = self.workbook.add_worksheet(name)
        worksheet.set_paper(9)
        if landscape:
            worksheet.set_landscape()
        worksheet.fit_to_pages(1, 0)
        worksheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.75)
        done(worksheet.set_header(self._header), "header")
        done(worksheet.set_footer(self._footer), "footer")
        writer = SheetWriter(self, worksheet)
        if title:
            writer.put(0, 0, title, "title")
            writer.row = 2
        if subtitle:
            writer.put(1, 0, subtitle, "subtitle")
            writer.row = 3
        return writer

    def define(self, name: str, target: str) -> None:
        """Gives a name to a range: ``define("l_nhom", "='Lists'!$A$2:$A$9")``."""
        done(self.workbook.define_name(name, target), f"name {name}")

    def claim_table_name(self, name: str) -> str:
        """The name, made one that Excel accepts and no other table of this book has."""
        wanted = re.sub(r"\W", "_", name)
        if _LIKE_A_CELL.match(wanted):
            wanted = f"_{wanted}"
        found, number = wanted, 2
        while found.casefold() in self._tables:
            found, number = f"{wanted}_{number}", number + 1
        self._tables.add(found.casefold())
        return found


class SheetWriter:
    """One sheet of a book. Rows and columns are 0-based; ``row`` is the next free row."""

    def __init__(self, book: Book, worksheet: BulkWorksheet) -> None:
        self.book = book
        self.worksheet = worksheet
        self.row = 0

    @property
    def name(self) -> str:
        """Name of the sheet."""
        return str(self.worksheet.name)

    def put(self, row: int, col: int, value: Any, *roles: str) -> None:
        """Writes text, a number, a date, True/False or a blank in the look of the roles."""
        sheet, look = self.worksheet, self.book.format(*roles) if roles else None
        if value is None or value == "":
            code = sheet.write_blank(row, col, None, look) if look else 0
        elif isinstance(value, str):
            code = sheet.write_string(row, col, safe_text(value), look)
        elif isinstance(value, bool):
            code = sheet.write_boolean(row, col, value, look)
        elif isinstance(value, dt.date):
            code = sheet.write_datetime(row, col, value, look)
        else:
            code = sheet.write_number(row, col, value, look)
        if code:
            done(code, f"{self.name}!{xl_rowcol_to_cell(row, col)}")
        self.row = max(self.row, row + 1)

    def formula(self, row: int, col: int, formula: str, value: Any, *roles: str) -> None:
        """Writes a formula together with the value it has now, so that any program shows it."""
        look = self.book.format(*roles) if roles else None
        shown = "" if value is None else value
        code = self.worksheet.write_formula(row, col, formula, look, shown)
        if code:
            done(code, f"{self.name}!{xl_rowcol_to_cell(row, col)}")
        self.row = max(self.row, row + 1)

    def link(self, row: int, col: int, target: str, text: str, *roles: str) -> None:
        """Writes text that jumps to ``target`` (``internal:'Sheet'!A1``) when clicked."""
        look = self.book.format(*(roles or ("link",)))
        code = self.worksheet.write_url(row, col, target, look, safe_text(text))
        if code:
            done(code, f"{self.name}!{xl_rowcol_to_cell(row, col)}")
        self.row = max(self.row, row + 1)

    def note(self, row: int, col: int, text: str, *, title: str = "emubatch") -> None:
        """Puts a note (comment) of a fitting size at a cell."""
        text = safe_text(text)
        options = {
            "author": title,
            "width": 320,
            "height": 20 + 17 * lines(text, 48),
            "font_size": 9,
        }
        code = self.worksheet.write_comment(row, col, text, options)
        if code:
            done(code, f"{self.name}!{xl_rowcol_to_cell(row, col)}")

    def merge(self, row: int, first_col: int, last_col: int, text: str, *roles: str) -> None:
        """One text across columns of a row (titles and guidance only, never in tables)."""
        look = self.book.format(*roles)
        code = self.worksheet.merge_range(row, first_col, row, last_col, safe_text(text), look)
        done(code, f"{self.name}!{xl_rowcol_to_cell(row, first_col)}")
        self.row = max(self.row, row + 1)

    def widths(self, widths: Sequence[float], first_col: int = 0) -> None:
        """Sets the widths of neighbouring columns, in characters."""
        for i, width in enumerate(widths, first_col):
            done(self.worksheet.set_column(i, i, width), f"{self.name} column {i + 1}")

    def height(self, row: int, text_lines: int) -> None:
        """Sets the height of a row for this many lines of text."""
        points = min(HEIGHT_CAP, max(1, text_lines) * LINE_HEIGHT)
        done(self.worksheet.set_row(row, points), f"{self.name} row {row + 1}")

    def write_table(
        self,
        name: str,
        columns: Sequence[Column],
        *,
        row: int | None = None,
        col: int = 0,
        empty: str = "",
        freeze: bool = True,
        freeze_cols: int = 0,
        required: Sequence[str] = (),
        fit: bool = True,
    ) -> Span:
        """Writes a real table: header, body, filter; large bodies cost little.

        Args:
            name: table name; made unique and acceptable to Excel.
            columns: at least one, all with the same number of values.
            row: header row; None: the next free row.
            col: first column.
            empty: text of the single row of a table without rows.
            freeze: freeze panes under the header, repeat it on each printed page.
            freeze_cols: columns that stay in view on the left.
            required: headers shown as required.
            fit: set widths (and heights of rows with wrapped text) from the content.

        Raises:
            WriteError: when headers repeat, columns differ in length, or rows do not fit.
        """
        top = self.row if row is None else row
        columns = _with_a_row(columns, empty)
        count = _checked(columns, self.name)
        widths = [c.width if c.width is not None else column_width(c) for c in columns]
        if fit:
            self.widths(widths, col)
            self.height(
                top, max(lines(c.header, w - 2) for c, w in zip(columns, widths, strict=True))
            )
        span = Span(self.name, top, top + 1, top + count, col, col + len(columns) - 1)
        self.head(name, columns, span, required)
        self._body(columns, span, row_heights(columns, widths, count) if fit else None)
        self._links(columns, span)
        if freeze:
            self.worksheet.freeze_panes(top + 1, freeze_cols)
            done(self.worksheet.repeat_rows(top), f"{self.name}: repeated rows")
        self.row = span.last_row + 1
        return span

    def head(
        self, name: str, columns: Sequence[Column], span: Span, required: Sequence[str] = ()
    ) -> None:
        """The headings of a real table over a span whose body is written some other way."""
        heads = [
            {
                "header": safe_text(c.header),
                "header_format": self.book.format(
                    "header", c.head, "required" if c.header in required else ""
                ),
            }
            for c in columns
        ]
        code = self.worksheet.add_long_table(
            span.header_row,
            span.first_col,
            span.last_row,
            span.last_col,
            {"name": self.book.claim_table_name(name), "columns": heads, "style": None},
        )
        done(code, f"{self.name}: table {name}")

    def _body(
        self, columns: Sequence[Column], span: Span, heights: Sequence[float | None] | None
    ) -> None:
        base = [self.book.format(c.role)._get_xf_index() for c in columns]
        special = [self._cell_formats(c, xf) for c, xf in zip(columns, base, strict=True)]
        self.worksheet.add_block(
            Block(
                span.first_row,
                span.first_col,
                [c.values for c in columns],
                base,
                special,
                heights,
            )
        )

    def _cell_formats(self, column: Column, base: int) -> list[int] | None:
        if column.roles is None:
            return None
        looks: dict[str | None, int] = {
            role: self.book.format(column.role, role)._get_xf_index() if role else base
            for role in sorted({role or "" for role in column.roles})
        }
        looks[None] = base
        return [looks[role] for role in column.roles]

    def _links(self, columns: Sequence[Column], span: Span) -> None:
        """Hyperlinks of table cells; beyond Excel's limit the text stands without its link."""
        for i, column in enumerate(columns, span.first_col):
            for row, target in enumerate(column.links or (), span.first_row):
                if target and self.worksheet.hlink_count < LINKS_LIMIT:
                    self.worksheet.hlink_count += 1
                    self.worksheet.hyperlinks[row][i] = _url(target)


def _url(target: str) -> Url:
    """A link; one to a file beside the workbook is written with ``/``, as Excel itself does."""
    url = Url(target)
    if target.startswith("external:"):
        url._relationship_link = url._relationship_link.replace("\\", "/")
    return url


def sheet_name(text: str) -> str:
    """Text made acceptable as the name of a sheet."""
    return _BAD_IN_SHEET_NAME.sub(" ", safe_text(text)).strip(" '")[:SHEET_NAME_LIMIT] or "Sheet"


def _with_a_row(columns: Sequence[Column], empty: str) -> Sequence[Column]:
    """A table needs a row: one that says so stands in a table without any."""
    if not columns or len(columns[0].values):
        return columns
    return [
        Column(c.header, [empty or None if i == 0 else None], c.role, c.width, head=c.head)
        for i, c in enumerate(columns)
    ]


def _checked(columns: Sequence[Column], sheet: str) -> int:
    if not columns:
        raise WriteError(f"{sheet}: a table without columns")
    headers = [c.header.casefold() for c in columns]
    if len(set(headers)) < len(headers) or "" in headers:
        raise WriteError(f"{sheet}: a header is blank or given twice")
    counts = {len(c.values) for c in columns}
    counts |= {len(part) for c in columns for part in (c.roles, c.links) if part is not None}
    if len(counts) > 1:
        raise WriteError(f"{sheet}: the columns differ in length")
    return counts.pop()


def _plain(text: str, limit: int) -> str:
    """Text for a page header, where ``&`` is a command."""
    cut = safe_text(text)
    cut = cut if len(cut) <= limit else cut[: limit - 1] + "…"
    return cut.replace("\n", " ").replace("&", "&&")


def done(code: int | None, what: str) -> None:
    """XlsxWriter tells some refusals by a return code only."""
    if isinstance(code, int) and code < 0:
        raise WriteError(f"{what}: refused with code {code}")
