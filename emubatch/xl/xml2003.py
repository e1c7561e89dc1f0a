"""XML Spreadsheet 2003: what older programs write when they say that they export to Excel."""

from __future__ import annotations

import datetime as dt

from emubatch.model import BadCell
from emubatch.xl.limits import Limits
from emubatch.xl.scan import parse
from emubatch.xl.unreadable import Unreadable
from emubatch.xl.workbook import Aside, Merged

_NS = "urn:schemas-microsoft-com:office:spreadsheet}"


def read_xml(data: bytes, limits: Limits) -> list[tuple[str, list[list[object]], Aside]]:
    """Name, rows and facts of each sheet.

    Raises:
        Unreadable: F102 when there is no sheet, F105 when it declares entities, F106 when it is
            too large, F108 when it is not well formed.
    """
    reader = _Sheets(limits)
    parse(data, reader.start, reader.end, reader.text)
    if not reader.found:
        raise Unreadable("F102", found="tệp XML", found_en="an XML file")
    return reader.found


class _Sheets:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.found: list[tuple[str, list[list[object]], Aside]] = []
        self.rows: list[list[object]] = []
        self.merged: list[Merged] = []
        self.hidden: list[int] = []
        self.bad: dict[tuple[int, int], BadCell] = {}
        self.row = self.column = self.area = self.across = 0
        self.type = ""
        self.formula = self.inside = False
        self.pieces: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        found = {key.removeprefix(_NS): value for key, value in attributes.items()}
        if name == "Worksheet":
            self.rows, self.merged, self.hidden, self.bad = [], [], [], {}
            self.row = 0
            aside = Aside(self.merged, self.hidden, bad=self.bad)
            self.found.append((found.get("Name", ""), self.rows, aside))
        elif name == "Row":
            self.row = _index(found, self.row)
            self.column = self.across = 0
            self._reach(self.row, 1)
            if found.get("Hidden") == "1":
                self.hidden.append(self.row)
        elif name == "Cell":
            self._start_cell(found)
        elif name == "Data":
            self.type = found.get("Type", "String")
            self.inside = True
            self.pieces = []

    def _start_cell(self, found: dict[str, str]) -> None:
        self.column = _index(found, self.column + self.across)
        self.across, down = _count(found, "MergeAcross"), _count(found, "MergeDown")
        if self.across or down:
            last = (self.row + down, self.column + self.across)
            self.merged.append((self.row, self.column, *last))
        self.formula = "Formula" in found
        self._reach(self.row, self.column)
        if self.formula:
            self.bad[self.row, self.column] = BadCell("E213", "")

    def _reach(self, row: int, column: int) -> None:
        """Room for a cell, within the limits."""
        if row > 1_048_576 or column > 16_384 or row * column > self.limits.area:
            raise Unreadable("F107", found=f"R{row}C{column}", cell=f"R{row}C{column}")
        while len(self.rows) < row:
            self.rows.append([])
        cells = self.rows[row - 1] if row else []
        self.area += max(0, column - len(cells))
        if self.area > self.limits.area:
            raise Unreadable("F106", found=f"{self.area} ô", found_en=f"{self.area} cells")
        cells.extend([""] * (column - len(cells)))

    def text(self, data: str) -> None:
        if self.inside:
            self.pieces.append(data)

    def end(self, name: str) -> None:
        if name != "Data":
            return
        self.inside = False
        text = "".join(self.pieces)
        if not text or not self.row or not self.column:
            return
        self.bad.pop((self.row, self.column), None)
        if self.type == "Error":
            self.bad[self.row, self.column] = BadCell("E212", text)
        self.rows[self.row - 1][self.column - 1] = _value(text, self.type)


def _value(text: str, kind: str) -> object:
    """A number, date or truth value; text where it is none of them."""
    try:
        if kind == "Number":
            value = float(text)
            return value if abs(value) < 1e300 else BadCell("E212", "#NUM!")
        if kind == "DateTime":
            return dt.date.fromisoformat(text[:10])
    except ValueError:
        return text
    if kind == "Boolean":
        return "TRUE" if text == "1" else "FALSE"
    return text


def _index(found: dict[str, str], before: int) -> int:
    return _count(found, "Index") or before + 1


def _count(found: dict[str, str], name: str) -> int:
    text = found.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
