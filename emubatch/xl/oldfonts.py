"""Cells typed in fonts of TCVN3 or VNI become Unicode, each with its original kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from emubatch import legacy
from emubatch.legacy import Reading
from emubatch.xl import scan
from emubatch.xl.address import column_number

Cell = tuple[int, int]
"""Row and column, both from 0."""
Fonts = Mapping[Cell, tuple[str, bool]]

# UTF-8 of signs and letters that Unicode Vietnamese does not need, but for quotes and ° · ×.
_ODD = re.compile(
    rb"\xc2[\xa1-\xaa\xac-\xaf\xb1-\xb6\xb8-\xba\xbc-\xbf]"
    rb"|\xc3[\x84-\x87\x8b\x8e\x8f\x91\x96\x98\x9b\x9c\x9e\x9f"
    rb"\xa4-\xa7\xab\xae\xaf\xb1\xb6-\xb8\xbb\xbc\xbe\xbf]"
    rb"|&#(?:0*(?:1[6-9]\d|2[0-5]\d)|[xX]0*[aAbBcCdDeEfF][0-9a-fA-F]);"  # some programs write so
)
_FONT = re.compile(rb"\"(?:\.Vn|\.VN|VNI[- ]|VnTime|VNTIME|vn)", re.IGNORECASE)
_STYLED = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*? s="(\d+)"')
# In a workbook of the old binary format font names stand as they are, in one of two widths.
_FONT_IN_XLS = (
    (legacy.TCVN3, (b".Vn", b".\x00V\x00n")),
    (legacy.VNI, (b"VNI-", b"V\x00N\x00I\x00-")),
)


@dataclass(slots=True)
class OldText:
    """What was found in a sheet.

    Attributes:
        converted: cell -> its original text and the encoding.
        doubtful: cell -> how it would read, and the encoding; it stays as it is.
    """

    converted: dict[Cell, tuple[str, str]] = field(default_factory=dict)
    doubtful: dict[Cell, tuple[str, str]] = field(default_factory=dict)

    def within(self, first: int, end: int) -> OldText:
        """What was found in these rows only."""
        return OldText(
            {cell: found for cell, found in self.converted.items() if first <= cell[0] < end},
            {cell: found for cell, found in self.doubtful.items() if first <= cell[0] < end},
        )


def is_suspect(texts: bytes) -> bool:
    """Whether the XML of texts holds anything that only an old font would."""
    return bool(_ODD.search(texts))


def fonts_in_xls(data: bytes) -> frozenset[str]:
    """Encodings of the fonts that a binary workbook names."""
    return frozenset(
        name for name, spellings in _FONT_IN_XLS if any(spelling in data for spelling in spellings)
    )


def font_styles(styles: bytes) -> dict[int, tuple[str, bool]]:
    """Style index -> encoding of its font, and whether that draws capitals; of .xlsx."""
    if not _FONT.search(styles):
        return {}
    fonts: list[str] = []
    used: list[int] = []
    inside: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        inside.append(name)
        if name == "font" and inside[-2:-1] == ["fonts"]:
            fonts.append("")
        elif name == "name" and inside[-3:-1] == ["fonts", "font"]:
            fonts[-1] = attributes.get("val", "")
        elif name == "xf" and "cellXfs" in inside:
            digits = attributes.get("fontId", "0")
            used.append(int(digits) if digits.isdigit() else 0)

    scan.parse(styles, start, lambda _: inside.__delitem__(-1))
    known = [legacy.of_font(name) for name in fonts]
    return {
        style: encoding
        for style, font in enumerate(used)
        if font < len(known) and (encoding := known[font])
    }


def cell_fonts(part: bytes, styles: Mapping[int, tuple[str, bool]]) -> Fonts:
    """Cells of a sheet of .xlsx that are in an old font."""
    if not styles:
        return {}
    return {
        (int(row) - 1, column_number(letters.decode()) - 1): styles[int(style)]
        for letters, row, style in _STYLED.findall(part)
        if int(style) in styles
    }


def runs_in_fonts(strings: bytes) -> dict[str, Reading]:
    """Texts of which a part has a font of its own -> how they read; of .xlsx."""
    if b"rFont" not in strings or not _FONT.search(strings):
        return {}
    reader = _RunReader()
    scan.parse(strings, reader.start, reader.end, reader.text)
    return reader.found


class _RunReader:
    """Collects the runs of each shared string with their fonts."""

    def __init__(self) -> None:
        self.found: dict[str, Reading] = {}
        self.runs: list[tuple[str, list[str]]] = []
        self.inside: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.inside.append(name)
        if name == "si":
            self.runs = []
        elif name == "r" or (name == "t" and "r" not in self.inside):
            self.runs.append(("", []))
        elif name == "rFont" and self.runs:
            self.runs[-1] = (attributes.get("val", ""), self.runs[-1][1])

    def text(self, data: str) -> None:
        if self.inside[-1:] == ["t"] and "rPh" not in self.inside and self.runs:
            self.runs[-1][1].append(data)

    def end(self, name: str) -> None:
        self.inside.pop()
        if name == "si":
            before, after, encoding = _joined(self.runs)
            if before != after:
                self.found[before] = Reading(after, encoding, sure=True)


def _joined(runs: Sequence[tuple[str, list[str]]]) -> tuple[str, str, str]:
    before, after, used = "", "", ""
    for font, pieces in runs:
        text = "".join(pieces)
        before += text
        known = legacy.of_font(font)
        reading = legacy.read_in_font(text, *known) if known else None
        after += reading.text if reading else text
        used = reading.encoding if reading else used
    return before, after, used


def modernise(
    rows: Sequence[list[Any]],
    fonts: Fonts,
    runs: Mapping[str, Reading],
    named: frozenset[str] = frozenset(),
) -> OldText:
    """Turn the cells of a sheet into Unicode, in place.

    Args:
        fonts: cells whose font is known to be an old one.
        runs: texts with fonts of their own.
        named: encodings of fonts that occur somewhere in the file.
    """
    texts = {
        (row, column): value
        for row, cells in enumerate(rows)
        for column, value in enumerate(cells)
        if isinstance(value, str) and value and not value.isascii()
    }
    readings: dict[Cell, Reading] = {}
    open_cells: list[Cell] = []
    for cell, text in texts.items():
        reading = _read(text, fonts.get(cell), runs)
        if reading is not None and reading.sure:
            readings[cell] = reading
        elif cell not in fonts and not legacy.is_unicode(text):
            open_cells.append(cell)
    found = OldText()
    if readings or named:
        told = bool(readings) and all(cell in fonts or texts[cell] in runs for cell in readings)
        _settle(texts, readings, open_cells, named, found, told_by_font=told)
    for (row, column), reading in readings.items():
        if reading.text != rows[row][column]:
            found.converted[row, column] = rows[row][column], reading.encoding
            rows[row][column] = reading.text
    return found


def _read(text: str, font: tuple[str, bool] | None, runs: Mapping[str, Reading]) -> Reading | None:
    if text in runs:
        return runs[text]
    return legacy.read_in_font(text, *font) if font else legacy.read(text)


def _settle(
    texts: Mapping[Cell, str],
    readings: dict[Cell, Reading],
    open_cells: Sequence[Cell],
    named: frozenset[str],
    found: OldText,
    *,
    told_by_font: bool,
) -> None:
    """Cells that alone prove nothing are read as those around them, or asked about.

    ``told_by_font``: every old cell is so by its font; then a cell in another font is Unicode.
    """
    known = (one.encoding for one in readings.values() if one.encoding in legacy.ENCODINGS)
    used = Counter(known) or Counter(sorted(named)[:1])
    if not used:
        return
    encoding = used.most_common(1)[0][0]
    around = _Around(texts, readings)
    for cell in open_cells:
        text = texts[cell]
        reading = legacy.read_beside(text, encoding)
        if reading:
            readings[cell] = reading
            continue
        other = legacy.ambiguous(text, encoding)
        if not other or told_by_font or around.is_new(cell):
            continue
        if around.is_old(cell):
            readings[cell] = Reading(other, encoding, sure=True)
        else:
            found.doubtful[cell] = other, encoding


class _Around:
    """Whether a cell stands among text of old fonts only."""

    def __init__(self, texts: Mapping[Cell, str], readings: Mapping[Cell, Reading]) -> None:
        self.rows: dict[int, list[int]] = {}
        self.columns: dict[int, list[int]] = {}
        self.first: dict[int, int] = {}
        self.plain: Counter[int] = Counter()
        for row, column in sorted(readings):
            self._count(self.rows, row, 0)
            self._count(self.columns, column, 0)
            self.first.setdefault(column, row)
        for (row, column), text in texts.items():
            if (row, column) not in readings and legacy.is_unicode(text):
                self._count(self.rows, row, 1)
                self.plain[column] += 1
                if row > self.first.get(column, row):
                    self._count(self.columns, column, 1)

    @staticmethod
    def _count(lines: dict[int, list[int]], line: int, kind: int) -> None:
        lines.setdefault(line, [0, 0])[kind] += 1

    def is_new(self, cell: Cell) -> bool:
        """Whether it stands among Unicode: in its column, or as a header of ours above the rest."""
        if cell[1] not in self.first and self.plain[cell[1]] > 1:
            return True
        old, new = self.rows.get(cell[0], (0, 0))
        if old or not new:
            return False
        return cell[0] < self.first.get(cell[1], cell[0] + 1)

    def is_old(self, cell: Cell) -> bool:
        """Old text and none in Unicode in its row, or twice in its column."""
        old, new = self.rows.get(cell[0], (0, 0))
        if old and not new:
            return True
        old, new = self.columns.get(cell[1], (0, 0))
        return old > 1 and not new
