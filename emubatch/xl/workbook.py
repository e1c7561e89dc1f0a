"""An open workbook: its sheets are read when asked for, and nothing in them is lost on the way.

Calamine shows error cells and uncalculated formulas as blanks, and allocates the whole used
rectangle. Each sheet's bytes are scanned first, and after reading the number of values must equal
the number in the XML. Cells without a usable value come back as ``BadCell``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from emubatch.model import BadCell
from emubatch.xl import oldfonts, scan
from emubatch.xl.address import cell_name
from emubatch.xl.limits import DEFAULT, Limits
from emubatch.xl.oldfonts import OldText
from emubatch.xl.scan import Scan
from emubatch.xl.unreadable import Unreadable

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

    from emubatch.legacy import Reading

WORKBOOK = "xl/workbook.xml"
STRINGS = "xl/sharedStrings.xml"
_STYLES = "xl/styles.xml"
# Numbers that are none, or that no float can hold.
_NO_NUMBER = re.compile(rb"<v>\s*[-+]?(?:[nNiI]|[\d.]+[eE]\+?\d{3})")
_PARTS = 1 << 20  # indices of parts of a sheet, beyond those of sheets

Merged = tuple[int, int, int, int]


@dataclass(slots=True)
class Grid:
    """The cells of one sheet by absolute position.

    Attributes:
        rows: ``rows[0]`` is Excel's row 1, ``rows[0][0]`` its column A; ``""`` is an empty cell.
        filled: number of cells of each row that are not empty, ``BadCell`` included.
        old: text that was typed in old fonts; ``rows`` hold it in Unicode.
    """

    rows: list[list[Any]]
    filled: list[int]
    old: OldText = field(default_factory=OldText)


@dataclass(slots=True)
class Aside:
    """What a format other than .xlsx says of a sheet beside its values; rows, columns from 1."""

    merged: Sequence[Merged] | None = None
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()
    bad: dict[tuple[int, int], BadCell] = field(default_factory=dict)


@dataclass(slots=True)
class SheetInfo:
    """One worksheet before it is read, or one of several tables on it.

    Attributes:
        name: in NFC.
        part: its XML, empty for other formats than .xlsx.
        top: first row of the table, from 1, where a sheet was divided; 0 for a whole sheet.
    """

    name: str
    index: int
    visible: bool
    part: bytes = b""
    top: int = 0


@dataclass
class Workbook:
    """An open workbook: sheets are read when asked for.

    Attributes:
        format: ``xlsx``, ``xls``, ``ods``, ``csv``, ``html`` or ``xml``.
        sheets: worksheets in order; chart and macro sheets are left out.
        modified: last-saved time stated inside the file, empty if none.
        notes: what was done to open it: code and words of findings.
        fonts: encodings of old fonts that the file names, where cells do not state theirs.
    """

    format: str
    sheets: list[SheetInfo]
    modified: str = ""
    limits: Limits = DEFAULT
    notes: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    fonts: frozenset[str] = frozenset()
    _reader: CalamineWorkbook | None = None
    _members: dict[str, bytes] = field(default_factory=dict)
    _grids: dict[int, Grid] = field(default_factory=dict)
    _scans: dict[int, Scan] = field(default_factory=dict)
    _aside: dict[int, Aside] = field(default_factory=dict)

    def values(self, sheet: SheetInfo) -> int:
        """Number of cells of a sheet that hold something."""
        if self.format == "xlsx" and not sheet.top:
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

    def divide(self, sheet: SheetInfo, tops: Sequence[int]) -> list[SheetInfo]:
        """Several tables of one sheet as sheets of their own; cells keep their addresses.

        Args:
            tops: first row (from 1) of the second and every further table.
        """
        grid = self.grid(sheet)
        bounds = [1, *tops, len(grid.rows) + 1]
        parts = []
        for first, end in pairwise(bounds):
            blank = [""] * (len(grid.rows[0]) if grid.rows else 0)
            rows = [blank] * (first - 1) + grid.rows[first - 1 : end - 1]
            index = _PARTS + len(self._grids)
            part = SheetInfo(sheet.name, index, sheet.visible, sheet.part, first)
            filled = [0] * (first - 1) + grid.filled[first - 1 : end - 1]
            self._grids[part.index] = Grid(rows, filled, grid.old.within(first - 1, end - 1))
            if sheet.index in self._aside:
                self._aside[part.index] = self._aside[sheet.index]
            parts.append(part)
        at = self.sheets.index(sheet)
        self.sheets[at : at + 1] = parts
        return parts

    def merged(self, sheet: SheetInfo) -> Sequence[Merged]:
        """Merged ranges: first row, first column, last row, last column, from 1."""
        aside = self._aside.get(sheet.index)
        if aside is not None and aside.merged is not None:
            return aside.merged
        return scan.merged_ranges(sheet.part, self.limits)

    def hidden_rows(self, sheet: SheetInfo) -> Sequence[int]:
        """Hidden or filtered rows."""
        aside = self._aside.get(sheet.index)
        return aside.hidden_rows if aside else scan.hidden_rows(sheet.part)

    def hidden_columns(self, sheet: SheetInfo) -> Sequence[int]:
        """Hidden columns."""
        aside = self._aside.get(sheet.index)
        return aside.hidden_columns if aside else scan.hidden_columns(sheet.part)

    def is_percent(self, sheet: SheetInfo, row: int, column: int) -> bool:
        """Whether a cell shows its number times one hundred, with a per cent sign."""
        if not self._percent_styles:
            return False
        return scan.cell_style(sheet.part, cell_name(row, column)) in self._percent_styles

    @cached_property
    def defined_names(self) -> dict[str, str]:
        """Defined name -> reference, for example ``Ca_nhan!$C$4:$C$103``."""
        return _defined_names(self._members.get(WORKBOOK, b""))

    @cached_property
    def _old_styles(self) -> dict[int, tuple[str, bool]]:
        return oldfonts.font_styles(self._members.get(_STYLES, b""))

    @cached_property
    def _old_runs(self) -> dict[str, Reading]:
        return oldfonts.runs_in_fonts(self._members.get(STRINGS, b""))

    @cached_property
    def _suspect_strings(self) -> bool:
        return oldfonts.is_suspect(self._members.get(STRINGS, b""))

    @cached_property
    def _percent_styles(self) -> frozenset[int]:
        return scan.percent_styles(self._members.get(_STYLES, b""))

    @cached_property
    def _empty_strings(self) -> frozenset[str]:
        part = self._members.get(STRINGS)
        return scan.empty_strings(part) if part else frozenset()

    def _counted(self, sheet: SheetInfo) -> Scan:
        """The scan of a sheet, exact where the sheet was not read and so not compared."""
        found = self._scan(sheet)
        if sheet.index not in self._grids and b"<is>" in sheet.part and found.cells is None:
            found = self._scans[sheet.index] = scan.exact_scan(sheet.part, self.limits)
        return found

    def _scan(self, sheet: SheetInfo) -> Scan:
        if sheet.index not in self._scans:
            self._scans[sheet.index] = found = scan.scan(sheet.part, self.limits)
            if found.values > self.limits.cells:
                raise Unreadable(
                    "F106", found=f"{found.values} ô", found_en=f"{found.values} cells"
                )
        return self._scans[sheet.index]

    def _read(self, sheet: SheetInfo) -> Grid:
        found = self._scan(sheet) if self.format == "xlsx" else None
        assert self._reader is not None
        with reader_failures():
            raw = self._reader.get_sheet_by_index(sheet.index)
            if raw.total_height * raw.total_width > self.limits.area:
                name = cell_name(raw.total_height, raw.total_width)
                raise Unreadable("F107", found=name, cell=name)
            rows = raw.to_python(skip_empty_area=False)
            if self.format != "xlsx":
                self._note_merged(sheet, raw.merged_cell_ranges)
        if b't="b"' in sheet.part or self.format != "xlsx":
            _make_alike(rows)
        grid = Grid(rows, [len(row) - row.count("") for row in rows])
        if found is not None:
            self._account(sheet, grid, found)
        if found is None or _NO_NUMBER.search(sheet.part):
            _refuse_no_numbers(grid)
        for (row, column), value in sorted(self._bad(sheet).items()):
            _put(grid, row - 1, column - 1, value)
        if self._may_be_old(sheet):
            fonts = oldfonts.cell_fonts(sheet.part, self._old_styles)
            grid.old = oldfonts.modernise(grid.rows, fonts, self._old_runs, self.fonts)
        return grid

    def _may_be_old(self, sheet: SheetInfo) -> bool:
        """Whether a sheet is worth a look for text of old fonts, by its bytes."""
        if self.format != "xlsx" or self._old_styles or self._old_runs or self._suspect_strings:
            return True
        has_texts = b"inlineStr" in sheet.part or b't="str"' in sheet.part
        return has_texts and oldfonts.is_suspect(sheet.part)

    def _bad(self, sheet: SheetInfo) -> dict[tuple[int, int], BadCell]:
        aside = self._aside.get(sheet.index)
        return aside.bad if aside else {}

    def _note_merged(self, sheet: SheetInfo, ranges: Any) -> None:
        """Merged ranges of the old formats, which the reader knows."""
        aside = self._aside.setdefault(sheet.index, Aside())
        if aside.merged is None:
            aside.merged = [
                (first[0] + 1, first[1] + 1, last[0] + 1, last[1] + 1)
                for first, last in ranges or ()
            ][: self.limits.merges]

    def _account(self, sheet: SheetInfo, grid: Grid, found: Scan) -> None:
        """Put the cells without a value into the grid; then nothing may be missing."""
        if found.values != sum(grid.filled) and found.cells is None:
            found = self._scans[sheet.index] = scan.exact_scan(sheet.part, self.limits)
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


def _refuse_no_numbers(grid: Grid) -> None:
    """NaN and infinite numbers are no values: a comparison with them is always wrong."""
    for row in grid.rows:
        for index, value in enumerate(row):
            if isinstance(value, float) and not math.isfinite(value):
                row[index] = BadCell("E212", "#NUM!")


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
def reader_failures() -> Iterator[None]:
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
