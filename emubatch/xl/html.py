"""HTML saved as .xls: exports of web pages, and what Excel saves as a page. Nothing is run."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from emubatch.model import BadCell
from emubatch.xl.limits import Limits
from emubatch.xl.unreadable import Unreadable
from emubatch.xl.workbook import Aside, Merged

_SILENT = frozenset(("script", "style", "title", "xml", "noscript", "template"))
_BLOCKS = frozenset(("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "center", "caption"))
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_ERROR = re.compile(r"#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)$")


def read_html(text: str, limits: Limits) -> tuple[list[list[object]], Aside]:
    """The rows of all tables one under another, with what Excel would know beside them.

    Text between tables is a row of one cell. Cells of a table inside a table are rows of their own.

    Raises:
        Unreadable: F102 when there is no table, F106 when there are too many cells.
    """
    page = _Page(limits)
    page.feed(text)
    page.close()
    page.end_text()
    while page.rows and not page.rows[-1]:
        page.rows.pop()
    if not page.tables:
        raise Unreadable("F102", found="trang HTML không có bảng", found_en="HTML without a table")
    bad = {
        (row, column): BadCell("E212", value)
        for row, cells in enumerate(page.rows, 1)
        for column, value in enumerate(cells, 1)
        if isinstance(value, str) and _ERROR.match(value)
    }
    return page.rows, Aside(page.merged, page.hidden, bad=bad)


class _Page(HTMLParser):
    """Collects rows; a cell is closed by whatever cannot stand inside it."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self.limits = limits
        self.rows: list[list[object]] = []
        self.merged: list[Merged] = []
        self.hidden: list[int] = []
        self.tables = 0
        self.count = 0
        self.silent = ""
        self.pieces: list[str] = []
        self.cell: tuple[int, int] | None = None  # row, column from 0
        self.number: str | None = None
        self.taken: set[tuple[int, int]] = set()
        self.row = -1  # of the row that is open, -1 outside of rows

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, row or cell."""
        if self.silent:
            return
        if tag in _SILENT:
            self.silent = tag
        elif tag == "table":
            self.end_text()
            self.tables += 1
            self.row = -1
        elif tag == "tr":
            self.end_text()
            self._start_row(dict(attrs))
        elif tag in ("td", "th"):
            self.end_text()
            self._start_cell(dict(attrs))
        elif tag == "br":
            self.pieces.append("\0")
        elif tag in _BLOCKS:
            self._break()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself holds nothing: only its line break counts."""
        if tag in ("td", "th", "br"):
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Close what the tag closes."""
        if self.silent:
            self.silent = "" if tag == self.silent else self.silent
        elif tag in ("td", "th", "tr", "table"):
            self.end_text()
            if tag not in ("td", "th"):
                self.row = -1
            if tag == "table" and self.rows and self.rows[-1]:
                self.rows.append([])  # Excel too leaves a row between what follows one another
        elif tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        """Text of the cell, or between tables."""
        if not self.silent:
            self.pieces.append(data)

    def _break(self) -> None:
        if self.cell is None:
            self.end_text()
        elif self.pieces:
            self.pieces.append("\0")

    def _start_row(self, attrs: dict[str, str | None]) -> None:
        self.rows.append([])
        self.row = len(self.rows) - 1
        if _HIDDEN.search(attrs.get("style") or ""):
            self.hidden.append(self.row + 1)

    def _start_cell(self, attrs: dict[str, str | None]) -> None:
        if self.row < 0:
            self._start_row({})
        column = len(self.rows[self.row])
        while (self.row, column) in self.taken:
            column += 1
        across, down = _span(attrs.get("colspan")), _span(attrs.get("rowspan"))
        self.count += across * down
        if self.count > self.limits.area or column + across > 16_384:
            raise Unreadable("F106", found=f"{self.count} ô", found_en=f"{self.count} cells")
        cells = self.rows[self.row]
        cells.extend([""] * (column + across - len(cells)))
        if across * down > 1:
            self._merge(column, across, down)
        self.cell = (self.row, column)
        self.number = attrs.get("x:num")

    def _merge(self, column: int, across: int, down: int) -> None:
        last = self.row + down
        self.merged.append((self.row + 1, column + 1, last, column + across))
        self.taken.update(
            (row, at) for row in range(self.row + 1, last) for at in range(column, column + across)
        )
        if len(self.taken) > self.limits.merged_cells or len(self.merged) > self.limits.merges:
            raise Unreadable("F106", found="quá nhiều ô gộp", found_en="too many merged cells")

    def end_text(self) -> None:
        """Put the text that has come into its cell, or into a row of its own."""
        text = _SPACES.sub(" ", "".join(self.pieces))
        self.pieces.clear()
        lines = [line.strip(" \xa0") for line in text.split("\0")]
        value: object = "\n".join(line for line in lines if line)
        if self.cell is None:
            if value and self.row < 0:
                self.rows.append([value])
            elif value:  # between cells: browsers show it above the table
                self.rows[self.row].append(value)
            return
        row, column = self.cell
        self.cell = None
        self.rows[row][column] = _number(self.number) if self.number else value


def _number(text: str) -> object:
    """A number as Excel writes it beside the text that it shows."""
    try:
        value = float(text)
    except ValueError:
        return text
    return value if abs(value) < 1e300 else text


def _span(text: str | None) -> int:
    """How many columns or rows a cell takes; browsers stop at these numbers too."""
    digits = (text or "").strip()
    if not (digits.isascii() and digits.isdigit()):
        return 1
    return min(max(int(digits[:9]), 1), 65_534)
