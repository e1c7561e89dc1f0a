"""What a sheet's XML says beyond values: errors, uncalculated formulas, extent, merges, hiding.

The fast reader turns error cells and uncalculated formulas into blanks and allocates the whole used
rectangle at once. ``scan`` looks at the bytes of each sheet first: a handful of searches when the
part is written the usual way and holds nothing special, an exact parse otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from emubatch.xl.address import cell_name, column_number, split_cell
from emubatch.xl.limits import DEFAULT, Limits
from emubatch.xl.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Cell = tuple[int, int]
"""Row and column, both from 1."""

_SPACE = "http://www.w3.org/XML/1998/namespace}space"
_BLANKS = " \t\r\n"

# Three-letter columns or rows of five digits: below them the used rectangle stays small enough.
_FAR_CELL = re.compile(rb' r="[A-Za-z]{1,2}(?:[A-Za-z]|\d{5})')
_FAR_ROW = re.compile(rb'<row r="\d{5}')
_FORMULA = re.compile(rb"<f[ >/]")
_NO_RESULT = re.compile(rb"(?:</f>|<f[^>]*/>)(?!<v>[^<])")
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_ROW_TAG = re.compile(rb"<row\b[^>]*>")
_COL_TAG = re.compile(rb"<col\b[^>]*>")
_NUMBER = {name: re.compile(rb"\b%s=\"(\d+)\"" % name) for name in (b"r", b"min", b"max")}
# Text in quotes or after a backslash is shown, not applied.
_LITERAL = re.compile(r"\"[^\"]*\"|\\\\.")
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')


@dataclass(slots=True)
class Scan:
    """Findings of one sheet part.

    ``values`` counts the cells that hold something: a value, an error or a formula without result.
    ``cells`` are exactly those cells where the exact parse was needed, else ``None``.
    """

    values: int = 0
    errors: dict[Cell, str] = field(default_factory=dict)
    uncalculated: list[Cell] = field(default_factory=list)
    twice: list[Cell] = field(default_factory=list)
    cells: dict[Cell, str] | None = None


def scan(part: bytes, limits: Limits = DEFAULT) -> Scan:
    """Counts of a sheet part, and its odd cells.

    Raises:
        Unreadable: F107 when a value stands so far out that reading would exhaust the memory,
            F108 when the XML is not well formed, F105 when it declares entities.
    """
    if _is_plain(part):
        return Scan(values=part.count(b"</v>"))
    return exact_scan(part, limits)


def _is_plain(part: bytes) -> bool:
    """Whether counting bytes will do: near cells, no errors, every formula calculated.

    The few searches cost a fifth of the reading. Notation that they do not know is caught by the
    count of values after reading.
    """
    return not (
        b't="e"' in part
        or b't="s"><v>-' in part
        or b" r='" in part
        or _FAR_CELL.search(part)
        or _FAR_ROW.search(part)
        or (_FORMULA.search(part) and _NO_RESULT.search(part))
    )


def exact_scan(part: bytes, limits: Limits = DEFAULT) -> Scan:
    """The same by parsing every cell; raises as ``scan`` does."""
    reader = _CellReader(limits.area)
    parse(part, reader.start, reader.end, reader.text)
    return reader.scan()


class _CellReader:
    """Collects the cells of a sheet part that hold something."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.found = Scan(cells={})
        self.row = self.column = 0
        self.type = ""
        self.formula = self.has_value = self.kept = False
        self.inside = ""
        self.value: list[str] = []
        self.last_row = self.last_column = 0
        self.furthest: Cell = (0, 0)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self.row = _integer(attributes.get("r"), self.row + 1)
            self.column = 0
        elif name == "c":
            self._start_cell(attributes)
        elif name == "f":
            self.formula = True
        elif name in ("v", "is"):
            self.has_value = True
            self.inside = name
        elif name == "t":
            self.kept = self.kept or attributes.get(_SPACE) == "preserve"

    def _start_cell(self, attributes: dict[str, str]) -> None:
        letters, digits = split_cell(attributes.get("r", ""))
        self.column = column_number(letters) if letters else self.column + 1
        self.row = _integer(digits, self.row)
        self.type = attributes.get("t", "")
        self.formula = self.has_value = self.kept = False
        self.value = []

    def text(self, data: str) -> None:
        if self.inside:
            self.value.append(data)

    def end(self, name: str) -> None:
        if name == self.inside:
            self.inside = ""
        elif name == "c":
            self._end_cell()

    def _end_cell(self) -> None:
        value = "".join(self.value)
        if self.type == "inlineStr" and not self.kept and not value.strip(_BLANKS):
            value = ""  # spaces that the file does not ask to keep are none, to every reader
        uncalculated = self.formula and not value and self.type not in ("str", "inlineStr")
        if not value and not uncalculated:
            return
        cell = (self.row, self.column)
        cells = self.found.cells
        assert cells is not None
        if cell in cells:
            self.found.twice.append(cell)
        cells[cell] = f"#{value}" if self.type == "s" else "="
        self._reach(cell)
        if uncalculated:
            self.found.uncalculated.append(cell)
        elif self.type == "e":
            self.found.errors[cell] = value
        if self.type == "s" and value.strip().startswith("-"):
            raise Unreadable("F108", found=f"ô {cell_name(*cell)}", found_en=cell_name(*cell))

    def _reach(self, cell: Cell) -> None:
        if cell[0] > self.last_row or cell[1] > self.last_column:
            self.furthest = cell
        self.last_row = max(self.last_row, cell[0])
        self.last_column = max(self.last_column, cell[1])

    def scan(self) -> Scan:
        area = self.last_row * self.last_column
        if area > self.most:
            name = cell_name(*self.furthest)
            raise Unreadable("F107", found=name, cell=name)
        self.found.values = len(self.found.cells or ())
        return self.found


def merged_ranges(part: bytes, limits: Limits = DEFAULT) -> list[tuple[int, int, int, int]]:
    """First row, first column, last row, last column of each merged range.

    Raises:
        Unreadable: F106 when they are too many or cover too much.
    """
    start = part.find(b"<mergeCells", part.rfind(b"</sheetData>"))
    if start < 0:
        return []
    found = []
    covered = 0
    for match in _MERGE.finditer(part, start):
        a, r1, b, r2 = match.groups()
        found.append((int(r1), column_number(a.decode()), int(r2), column_number(b.decode())))
        first, left, last, right = found[-1]
        covered += max(0, last - first + 1) * max(0, right - left + 1)
        if len(found) > limits.merges or covered > limits.merged_cells:
            raise Unreadable("F106", found="quá nhiều ô gộp", found_en="too many merged cells")
    return found


def hidden_rows(part: bytes) -> list[int]:
    """Rows that are hidden or filtered out."""
    if b"hidden=" not in part:
        return []
    tags = (tag for tag in _ROW_TAG.findall(part) if _HIDDEN.search(tag))
    return [_attribute(tag, b"r") for tag in tags]


def hidden_columns(part: bytes) -> list[int]:
    """Columns that are hidden, those of the first thousand."""
    found: list[int] = []
    head = part[: part.find(b"<sheetData")]
    if b"hidden=" not in head:
        return found
    for tag in _COL_TAG.findall(head):
        if _HIDDEN.search(tag):
            first, last = _attribute(tag, b"min"), _attribute(tag, b"max")
            found.extend(range(first, min(last, 1000) + 1))
    return found


def cell_style(part: bytes, cell: str) -> int:
    """Style index of one cell, 0 when it has none."""
    at = part.find(b'r="%s"' % cell.encode())
    tag = part[part.rfind(b"<", 0, at) : part.find(b">", at)]
    match = re.search(rb'\bs="(\d+)"', tag)
    return int(match[1]) if match and at >= 0 else 0


def empty_strings(part: bytes) -> frozenset[str]:
    """Indices, as text, of the shared strings that are empty, or spaces not asked to be kept."""
    empty: list[str] = []
    state = {"index": -1, "length": 0, "phonetic": 0, "kept": 0}

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name == "si":
            state["index"] += 1
            state["length"] = 0
        elif name == "rPh":
            state["phonetic"] += 1
        elif name == "t":
            state["kept"] = attributes.get(_SPACE) == "preserve"

    def end(name: str) -> None:
        if name == "si" and not state["length"]:
            empty.append(f"#{state['index']}")
        elif name == "rPh":
            state["phonetic"] -= 1

    def text(data: str) -> None:
        if not state["phonetic"]:
            state["length"] += len(data if state["kept"] else data.strip(_BLANKS))

    parse(part, start, end, text)
    return frozenset(empty)


def parse(
    part: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None] | None = None,
    whole: bool = True,
) -> None:
    """Run expat over a part with local element names and no declarations.

    ``whole`` is False for the first piece of a part.

    Raises:
        Unreadable: F105 on a document type, F108 when the XML is not well formed.
    """
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise Unreadable("F105", found="khai báo DOCTYPE", found_en="a DOCTYPE")

    def local_start(name: str, attributes: dict[str, str]) -> None:
        start(name.rpartition("}")[2], attributes)

    def local_end(name: str) -> None:
        end(name.rpartition("}")[2])

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = local_start
    parser.EndElementHandler = local_end
    parser.CharacterDataHandler = text
    try:
        parser.Parse(part, whole)
    except (LookupError, ValueError) as error:
        raise Unreadable("F108", found=f"XML: {type(error).__name__}") from error
    except expat.ExpatError as error:
        raise Unreadable(
            "F108", found=f"XML: {expat.errors.messages.get(error.code, error.code)}"
        ) from error


def _attribute(tag: bytes, name: bytes) -> int:
    match = _NUMBER[name].search(tag)
    return int(match[1]) if match else 0


def _integer(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() and len(text) < 9 else otherwise


def percent_styles(part: bytes) -> frozenset[int]:
    """Style indices whose number format multiplies by one hundred."""
    if b"%" not in part and b'numFmtId="9"' not in part and b'numFmtId="10"' not in part:
        return frozenset()
    percent = {9, 10}
    styles: list[int] = []
    inside = {"xfs": False}

    def start(name: str, attributes: dict[str, str]) -> None:
        number = _integer(attributes.get("numFmtId"), 0)
        if name == "numFmt" and "%" in _LITERAL.sub("", attributes.get("formatCode", "")):
            percent.add(number)
        elif name == "cellXfs":
            inside["xfs"] = True
        elif name == "xf" and inside["xfs"]:
            styles.append(number)

    def end(name: str) -> None:
        if name == "cellXfs":
            inside["xfs"] = False

    parse(part, start, end)
    return frozenset(index for index, number in enumerate(styles) if number in percent)
