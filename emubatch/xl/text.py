"""Tables saved as text: CSV, tab-separated text, HTML and XML spreadsheets, also when named .xls.

Everything stays the text that it is; what it means, the checks decide. Cells have the addresses
that Excel gives them when it opens such a file.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import PurePosixPath

from emubatch.legacy import ENCODINGS
from emubatch.vietnamese import clean, nfc
from emubatch.xl.encoding import decode
from emubatch.xl.limits import MIB, Limits
from emubatch.xl.oldfonts import modernise
from emubatch.xl.package import too_large
from emubatch.xl.unreadable import Unreadable
from emubatch.xl.workbook import Aside, Grid, SheetInfo, Workbook

_SAID = 60
_STATED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_DELIMITERS = ";\t,|"
_LONGEST_CELL = 1 << 20


def open_text(data: bytes, kind: str, name: str, limits: Limits) -> Workbook:
    """Opens a table saved as text.

    Args:
        kind: ``csv``, ``html`` or ``xml``.
        name: file name; a CSV file's only sheet is called like it.

    Raises:
        Unreadable: F102 when there is no table in it, F106 when it is too large, F108 when it is
            not well formed, F124 when its encoding cannot be told.
    """
    if len(data) > limits.member_mb * MIB:
        raise too_large(len(data))
    if kind == "xml":
        from emubatch.xl.xml2003 import read_xml

        return _book(kind, read_xml(data, limits), limits, [("N105", _words("XML", "XML"))])
    text, encoding = decode(data)
    fonts = frozenset((encoding,)) if encoding in ENCODINGS else frozenset[str]()
    if kind == "html":
        from emubatch.xl.html import read_html

        rows, aside = read_html(text, limits)
        found = [(_title(name), rows, aside)]
        return _book(kind, found, limits, [("N105", _words("HTML", encoding))], fonts)
    rows = _csv_rows(text, limits)
    notes = [("N105", _words("CSV", encoding))]
    return _book(kind, [(_title(name), rows, Aside(merged=()))], limits, notes, fonts)


def _words(kind: str, encoding: str) -> dict[str, str]:
    return {"found": kind, "encoding": encoding}


def _title(name: str) -> str:
    """The name that Excel gives the only sheet of such a file."""
    return clean(nfc(PurePosixPath(name.replace("\\", "/")).stem))[:_SAID]


def _book(
    kind: str,
    tables: list[tuple[str, list[list[object]], Aside]],
    limits: Limits,
    notes: list[tuple[str, dict[str, str]]],
    fonts: frozenset[str] = frozenset(),
) -> Workbook:
    if len(tables) > limits.sheets:
        raise Unreadable("F106", found=f"{len(tables)} trang", found_en=f"{len(tables)} sheets")
    if len({name.casefold() for name, _, _ in tables}) < len(tables):
        raise Unreadable("F105", found="hai trang cùng tên", found_en="two sheets of one name")
    sheets, grids, asides = [], {}, {}
    for index, (name, rows, aside) in enumerate(tables):
        sheets.append(SheetInfo(nfc(name), index, visible=True))
        for (row, column), cell in aside.bad.items():
            rows[row - 1][column - 1] = cell
        grids[index] = _grid(rows, limits)
        grids[index].old = modernise(rows, {}, {}, fonts)
        asides[index] = aside
    return Workbook(kind, sheets, "", limits, notes, _grids=grids, _aside=asides)


def _grid(rows: list[list[object]], limits: Limits) -> Grid:
    width = max(map(len, rows), default=0)
    if width * len(rows) > limits.area:
        raise Unreadable("F106", found=f"{width * len(rows)} ô")
    for row in rows:
        row.extend([""] * (width - len(row)))
    filled = [width - row.count("") for row in rows]
    if sum(filled) > limits.cells:
        raise Unreadable("F106", found=f"{sum(filled)} ô", found_en=f"{sum(filled)} cells")
    return Grid(rows, filled)


# --- CSV -----------------------------------------------------------------------------------------


def _csv_rows(text: str, limits: Limits) -> list[list[object]]:
    """The rows of the text.

    Quotes that do not come in pairs are text, else the rest of the file would be one cell.
    """
    stated = _STATED.match(text)
    first = 1 if stated else 0
    delimiter = stated[1] if stated else _delimiter(text)
    if not delimiter:
        raise Unreadable("F102", found="văn bản thường", found_en="plain text")
    if text.count(delimiter) > limits.area:
        raise Unreadable("F106", found=f"{text.count(delimiter)} ô")
    csv.field_size_limit(_LONGEST_CELL)
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        reader = csv.reader(
            io.StringIO(text, newline=""),
            delimiter=delimiter,
            strict=quoting == csv.QUOTE_MINIMAL,
            quoting=quoting,
        )
        try:
            rows: list[list[object]] = [list(row) for row in reader]
        except csv.Error:
            continue
        return [[]] * first + rows[first:]
    raise Unreadable("F108", found="CSV")


def _delimiter(text: str) -> str:
    """The sign that stands in most of the first lines, equally often; none in a text of prose."""
    lines = [line for line in text[:20_000].splitlines()[:60] if line.strip()]
    best, most = "", 0
    for sign in _DELIMITERS:
        counts = Counter(line.count(sign) for line in lines)
        counts.pop(0, None)
        alike = max(counts.values(), default=0)
        if alike > most:
            best, most = sign, alike
    return best
