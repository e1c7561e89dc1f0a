"""Reads a workbook's values by python-calamine, behind a gate that keeps it honest.

Calamine is fast but shows error cells and uncalculated formulas as blanks, and allocates the whole
used rectangle. So the container is unpacked and judged first, each sheet's bytes are scanned, and
after reading the number of values must equal the number in the XML. Cells without a usable value
come back as ``BadCell``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emubatch.model import BadCell
from emubatch.vietnamese import nfc
from emubatch.xl import limits, ods, scan
from emubatch.xl.address import cell_name
from emubatch.xl.package import repack, unpack
from emubatch.xl.scan import Scan
from emubatch.xl.sniff import kind_of
from emubatch.xl.unreadable import Unreadable

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

__all__ = ["Grid", "Unreadable", "Workbook", "read_bytes", "read_workbook"]

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_STRINGS = "xl/sharedStrings.xml"
_STYLES = "xl/styles.xml"
_CORE = "docProps/core.xml"
_ODS_MIME = b"application/vnd.oasis.opendocument.spreadsheet"
_UNIQUE = re.compile(rb"uniqueCount\s*=\s*[\"'](\d+)")
_MODIFIED = re.compile(rb"<dcterms:modified[^>]*>([0-9T:.Z+-]{10,32})<")


@dataclass(slots=True)
class Grid:
    """The cells of one sheet by absolute position.

    Attributes:
        rows: ``rows[0]`` is Excel's row 1, ``rows[0][0]`` its column A; ``""`` is an empty cell.
        filled: number of cells of each row that are not empty, ``BadCell`` included.
    """

    rows: list[list[Any]]
    filled: list[int]


@dataclass(slots=True)
class SheetInfo:
    """One worksheet before it is read. ``name`` is NFC; ``part`` its XML, empty for old formats."""

    name: str
    index: int
    visible: bool
    part: bytes = b""


@dataclass
class Workbook:
    """An open workbook: sheets are read when asked for.

    Attributes:
        format: ``xlsx``, ``xls`` or ``ods``; only the first can be scanned for errors.
        sheets: worksheets in order; chart and macro sheets are left out.
        modified: last-saved time stated inside the file, empty if none.
    """

    format: str
    sheets: list[SheetInfo]
    modified: str
    _reader: CalamineWorkbook
    _members: dict[str, bytes]
    _grids: dict[int, Grid] = field(default_factory=dict)
    _scans: dict[int, Scan] = field(default_factory=dict)

    def values(self, sheet: SheetInfo) -> int:
        """Number of cells of a sheet that hold something."""
        if self.format == "xlsx":
            return self._counted(sheet).values
        return sum(self.grid(sheet).filled)

    def grid(self, sheet: SheetInfo) -> Grid:
        """The cells of a sheet.

        Raises:
            Unreadable: F107 far cell, F108 not readable, F118 when values would be lost.
        """
        if sheet.index not in self._grids:
            self._grids[sheet.index] = self._read(sheet)
        return self._grids[sheet.index]

    def merged(self, sheet: SheetInfo) -> list[tuple[int, int, int, int]]:
        """Merged ranges: first row, first column, last row, last column, from 1."""
        return scan.merged_ranges(sheet.part)

    def hidden_rows(self, sheet: SheetInfo) -> list[int]:
        """Hidden or filtered rows."""
        return scan.hidden_rows(sheet.part)

    def hidden_columns(self, sheet: SheetInfo) -> list[int]:
        """Hidden columns."""
        return scan.hidden_columns(sheet.part)

    def is_percent(self, sheet: SheetInfo, row: int, column: int) -> bool:
        """Whether a cell shows its number times one hundred, with a per cent sign."""
        if not self._percent_styles:
            return False
        return scan.cell_style(sheet.part, cell_name(row, column)) in self._percent_styles

    @cached_property
    def defined_names(self) -> dict[str, str]:
        """Defined name -> reference, for example ``Ca_nhan!$C$4:$C$103``."""
        return _defined_names(self._members.get(_WORKBOOK, b""))

    @cached_property
    def _percent_styles(self) -> frozenset[int]:
        return scan.percent_styles(self._members.get(_STYLES, b""))

    @cached_property
    def _empty_strings(self) -> frozenset[str]:
        part = self._members.get(_STRINGS)
        return scan.empty_strings(part) if part else frozenset()

    def _counted(self, sheet: SheetInfo) -> Scan:
        """The scan of a sheet, exact where the sheet was not read and so not compared."""
        found = self._scan(sheet)
        if sheet.index not in self._grids and b"<is>" in sheet.part and found.cells is None:
            found = self._scans[sheet.index] = scan.exact_scan(sheet.part)
        return found

    def _scan(self, sheet: SheetInfo) -> Scan:
        if sheet.index not in self._scans:
            self._scans[sheet.index] = found = scan.scan(sheet.part)
            if found.values > limits.CELLS:
                raise Unreadable(
                    "F106", found=f"{found.values} ô", found_en=f"{found.values} cells"
                )
        return self._scans[sheet.index]

    def _read(self, sheet: SheetInfo) -> Grid:
        found = self._scan(sheet) if self.format == "xlsx" else None
        with _reader_failures():
            raw = self._reader.get_sheet_by_index(sheet.index)
            if raw.total_height * raw.total_width > limits.AREA:
                name = cell_name(raw.total_height, raw.total_width)
                raise Unreadable("F107", found=name, cell=name)
            rows = raw.to_python(skip_empty_area=False)
        if b't="b"' in sheet.part or self.format != "xlsx":
            _make_alike(rows)
        grid = Grid(rows, [len(row) - row.count("") for row in rows])
        if found is not None:
            self._account(sheet, grid, found)
        return grid

    def _account(self, sheet: SheetInfo, grid: Grid, found: Scan) -> None:
        """Put the cells without a value into the grid; then nothing may be missing."""
        if found.values != sum(grid.filled) and found.cells is None:
            found = self._scans[sheet.index] = scan.exact_scan(sheet.part)
        bad = {cell: BadCell("E212", text) for cell, text in found.errors.items()}
        bad.update((cell, BadCell("E213", "")) for cell in found.uncalculated)
        bad.update((cell, BadCell("E215", "")) for cell in found.twice)
        for (row, column), value in sorted(bad.items()):
            _put(grid, row - 1, column - 1, value)
        if found.cells is None:
            return
        blank = [cell for cell, key in found.cells.items() if key in self._empty_strings]
        found.values = len(found.cells) - len(blank)
        read = sum(grid.filled)
        if found.values != read:
            raise Unreadable("F118", found=found.values, read=read)


def read_workbook(path: Path) -> Workbook:
    """Opens a workbook of any accepted format.

    Raises:
        Unreadable: with a file-level code and what was found.
    """
    try:
        if path.exists() and not path.is_file():
            raise Unreadable("F110", found="không phải là tệp", found_en="not a file")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise Unreadable("F110", found="không có tệp này", found_en="no such file") from error
    except OSError as error:
        raise Unreadable("F110", found=error.strerror or type(error).__name__) from error
    return read_bytes(data)


def read_bytes(data: bytes) -> Workbook:
    """Opens a workbook held in memory; raises as ``read_workbook`` does."""
    if kind_of(data) == "xls":
        if len(data) > limits.FILE_BYTES:
            raise Unreadable("F106", found=f"{len(data) // limits.MIB} MB")
        return _open(data, "xls", {})
    members = unpack(data)
    if _WORKBOOK in members:
        _judge_parts(members)
        return _open(repack(members), "xlsx", members)
    if members.get("mimetype", b"").startswith(_ODS_MIME):
        ods.judge(members.get("content.xml", b""))
        return _open(data, "ods", {})
    raise _other_package(members)


def _judge_parts(members: dict[str, bytes]) -> None:
    for name, part in members.items():
        if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in part:
            raise Unreadable("F105", found="khai báo DOCTYPE", found_en="a DOCTYPE")
        # The reader finds nothing in UTF-16 parts, and says nothing of it.
        if name.startswith("xl/") and b"\x00" in part[:64] and name.endswith(".xml"):
            raise Unreadable("F108", found=f"{name}: UTF-16")
    strings = members.get(_STRINGS, b"")
    for count in _UNIQUE.findall(strings[:4096]):
        if int(count) > limits.SHARED_STRINGS:
            raise Unreadable("F106", found=f"{int(count)} chuỗi", found_en=f"{int(count)} strings")


def _other_package(members: dict[str, bytes]) -> Unreadable:
    names = members.keys()
    for prefix, what in (("word/", "Word"), ("ppt/", "PowerPoint")):
        if any(name.startswith(prefix) for name in names):
            return Unreadable("F102", found=what)
    if "xl/workbook.bin" in names:
        return Unreadable("F109", found=".xlsb")
    if any(name.startswith("xl/") for name in names) or "[Content_Types].xml" in names:
        return Unreadable(
            "F103", found="thiếu phần workbook", found_en="its workbook part is missing"
        )
    return Unreadable("F121", found=".zip")


def _open(data: bytes, kind: str, members: dict[str, bytes]) -> Workbook:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    with _reader_failures():
        reader = CalamineWorkbook.from_filelike(io.BytesIO(data))
        listed = list(reader.sheets_metadata)
    names = [sheet.name for sheet in listed]
    if len(names) > limits.SHEETS:
        raise Unreadable("F106", found=f"{len(names)} trang", found_en=f"{len(names)} sheets")
    if len({nfc(name).casefold() for name in names}) < len(names):
        raise Unreadable("F105", found="hai trang cùng tên", found_en="two sheets of one name")
    parts = _sheet_parts(members, names) if kind == "xlsx" else [b""] * len(names)
    sheets = [
        SheetInfo(nfc(sheet.name), index, sheet.visible == SheetVisibleEnum.Visible, parts[index])
        for index, sheet in enumerate(listed)
        if sheet.typ == SheetTypeEnum.WorkSheet
    ]
    modified = _MODIFIED.search(members.get(_CORE, b""))
    return Workbook(kind, sheets, modified[1].decode() if modified else "", reader, members)


def _sheet_parts(members: dict[str, bytes], names: list[str]) -> list[bytes]:
    """The XML of each sheet in workbook order; every sheet must resolve and none be left out."""
    targets: dict[str, str] = {}
    unlisted: set[str] = set()
    listed: list[tuple[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")
            if attributes.get("Type", "").endswith("/worksheet"):
                unlisted.add(attributes.get("Id", ""))
        elif name == "sheet":
            relation = next((v for k, v in attributes.items() if k.endswith("}id")), "")
            listed.append((attributes.get("name", ""), relation))

    scan.parse(members.get(_RELATIONS, b"<x/>"), start, _nothing)
    workbook = members[_WORKBOOK]
    end = workbook.find(b"</sheets>")
    scan.parse(workbook[:end] if end > 0 else workbook, start, _nothing, whole=end < 0)
    unlisted -= {relation for _, relation in listed}
    if unlisted or [name for name, _ in listed] != names:
        raise Unreadable("F105", found="danh sách trang", found_en="the list of sheets")
    parts = []
    for name, relation in listed:
        target = targets.get(relation, "")
        path = target[1:] if target.startswith("/") else f"xl/{target}"
        if path not in members:
            raise Unreadable("F105", found=f"trang «{name}»", found_en=f"sheet «{name}»")
        parts.append(members[path])
    return parts


def _defined_names(workbook: bytes) -> dict[str, str]:
    names: dict[str, str] = {}
    current: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "definedName":
            current[:] = [attributes.get("name", "")]

    def text(data: str) -> None:
        if current:
            current.append(data)

    def end(name: str) -> None:
        if name == "definedName" and current:
            names[current[0]] = "".join(current[1:])
            current.clear()

    if workbook:
        scan.parse(workbook, start, end, text)
    return names


def _nothing(_: str) -> None:
    """An element end that says nothing."""


def _make_alike(rows: list[list[Any]]) -> None:
    """Booleans as Excel shows them, for as Python values they would equal 1 and 0; numbers float.

    Old formats keep whole numbers apart, .xlsx does not.
    """
    for row in rows:
        for index, value in enumerate(row):
            if value is True or value is False:
                row[index] = "TRUE" if value else "FALSE"
            elif isinstance(value, int):
                row[index] = float(value)


def _put(grid: Grid, row: int, column: int, value: BadCell) -> None:
    width = max(len(grid.rows[0]) if grid.rows else 0, column + 1)
    if row >= len(grid.rows):
        grid.filled.extend([0] * (row + 1 - len(grid.rows)))
        grid.rows.extend([""] * width for _ in range(row + 1 - len(grid.rows)))
    if column >= len(grid.rows[0]) or len(grid.rows[row]) < width:
        for cells in grid.rows:
            cells.extend([""] * (width - len(cells)))
    if grid.rows[row][column] == "":
        grid.filled[row] += 1
    grid.rows[row][column] = value


@contextmanager
def _reader_failures() -> Iterator[None]:
    """Turns every failure of the reader, its panics included, into ``Unreadable``."""
    try:
        yield
    except Unreadable:
        raise
    except BaseException as error:
        name = type(error).__name__
        if name == "PasswordError":
            raise Unreadable("F104") from error
        # A panic of the Rust code derives from BaseException and is known by its name only.
        if isinstance(error, Exception) or name == "PanicException":
            raise Unreadable("F108", found=f"{name}: {error}"[:120]) from error
        raise


def cells(grid: Grid) -> Iterator[tuple[int, int, Any]]:
    """Row, column (from 1) and value of every cell that is not empty."""
    for number, row in enumerate(grid.rows, 1):
        if grid.filled[number - 1]:
            for column, value in enumerate(row, 1):
                if value != "":
                    yield number, column, value
