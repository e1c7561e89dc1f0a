"""Streams the bodies of large tables as ready-made XML, the rest is XlsxWriter's.

XlsxWriter spends some 5 µs on a cell; a merged workbook has a million of them. Here a row is one
template filled by one ``%``, a cell is one look-up of its rendered tail. The few inner methods of
XlsxWriter that this leans on are named in docs/decisions; tests compare both ways cell by cell.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.packager import Packager
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from emubatch.model import BadCell

CELL_LIMIT = 32_767
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
CUT_MARK = " […]"
_CHUNK = 2_000
_CACHE_LIMIT = 20_000
_ROW = "\0"
_EPOCH = dt.datetime(1899, 12, 30)
_FIRST_DAY = dt.datetime(1900, 3, 1)  # earlier serials differ between programs
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ESCAPE_LOOKALIKE = re.compile("(_x[0-9a-fA-F]{4}_)")


def safe_text(text: str) -> str:
    """Text as a cell can hold it: no control characters, cut (with a mark) at Excel's limit."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isprintable():
        text = _ILLEGAL.sub("", text)
    if len(text) > CELL_LIMIT // 2 and _units(text) > CELL_LIMIT:
        room = (CELL_LIMIT - len(CUT_MARK)) * 2
        text = text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + CUT_MARK
    return text


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def serial(value: dt.date) -> float | None:
    """Excel's number for a date or time; None before March 1900, where programs disagree."""
    moment = value if isinstance(value, dt.datetime) else dt.datetime(*value.timetuple()[:3])
    if moment < _FIRST_DAY:
        return None
    days = moment.replace(tzinfo=None) - _EPOCH
    return days.days + days.seconds / 86_400


@dataclass(slots=True)
class Block:
    """Body rows of a table: columns of values, and per column one format or one per cell.

    ``formats`` holds an index of the workbook's formats per column; ``cell_formats`` may replace it
    for a column by one index per row. ``heights`` is in points, None for the usual height.
    """

    first_row: int
    first_col: int
    columns: Sequence[Sequence[Any]]
    formats: Sequence[int]
    cell_formats: Sequence[Sequence[int] | None]
    heights: Sequence[float | None] | None

    @property
    def count(self) -> int:
        """Number of rows."""
        return len(self.columns[0])

    @property
    def end_row(self) -> int:
        """The row after the last one."""
        return self.first_row + self.count


class _Tails(dict[Any, str]):
    """Value -> what follows ``<c r="A1`` for it, in one format."""

    def __init__(self, sheet: BulkWorksheet, xf: int) -> None:
        super().__init__()
        self.strings = sheet.str_table
        self.style = f'" s="{xf}"' if xf else '"'

    def __missing__(self, value: Any) -> str:
        tail = self.render(value)
        if len(self) > _CACHE_LIMIT:
            self.clear()
        self[value] = tail
        return tail

    def render(self, value: Any) -> str:
        if value is None:
            return f"{self.style}/>"
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, bool):
            return f'{self.style} t="b"><v>{value:d}</v></c>'
        if isinstance(value, dt.date):
            return self._date(value)
        if isinstance(value, BadCell):
            return self._bad(value)
        if isinstance(value, dt.time):
            value = dt.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
        if isinstance(value, dt.timedelta):
            value = value / dt.timedelta(days=1)
        number = float(value)
        if math.isnan(number):
            return f"{self.style}/>"
        if math.isinf(number):
            raise ValueError("an infinite number cannot be written to a cell")
        shown = int(number) if number.is_integer() and abs(number) < 1e15 else repr(number)
        return f"{self.style}><v>{shown}</v></c>"

    def _date(self, value: dt.date) -> str:
        if math.isnan(value.year):  # pandas' NaT is a datetime too
            return f"{self.style}/>"
        number = serial(value)
        return self._text(value.isoformat()) if number is None else self.render(number)

    def _bad(self, value: BadCell) -> str:
        """The cell as bad as it was: an error, or a formula that was never calculated."""
        if value.text in ERRORS:
            return f'{self.style} t="e"><v>{value.text}</v></c>'
        return f"{self.style}><f>NA()</f></c>"

    def _text(self, value: str) -> str:
        text = safe_text(value)
        if not text:
            return f"{self.style}/>"
        index = self.strings._get_shared_string_index(text)
        return f'{self.style} t="s"><v>{index}</v></c>'


class BulkWorksheet(Worksheet):  # type: ignore[misc]
    """A worksheet that also takes whole blocks of rows; no other cell may stand in those rows."""

    dim_rowmin: int
    dim_rowmax: int
    fh: Any

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self.rest_col: int | None = None
        self.rules: tuple[str, str] | None = None

    def add_block(self, block: Block) -> None:
        """Keeps a block of at least one row to be written when the workbook is closed.

        Raises:
            ValueError: when the block does not fit on a sheet or overlaps another.
        """
        last = self._check_dimensions(
            block.end_row - 1, block.first_col + len(block.columns) - 1
        ) or self._check_dimensions(block.first_row, block.first_col)
        if last:
            raise ValueError(f"{self.name}: the rows do not fit on one sheet")
        if any(b.first_row < block.end_row and block.first_row < b.end_row for b in self.blocks):
            raise ValueError(f"{self.name}: two blocks of rows overlap")
        self.blocks.append(block)

    def add_long_table(
        self, row: int, col: int, last_row: int, last_col: int, options: dict[str, Any]
    ) -> int:
        """``add_table`` that does not keep a note of every single cell of the table."""
        code: int = self.add_table(row, col, row + 1, last_col, options)
        if code == 0:
            table = self.tables[-1]
            for key in ("range", "a_range", "autofilter"):
                if table.get(key):
                    table[key] = xl_range(row, col, last_row, last_col)
        return code

    def set_rest_of_columns(self, first: int, look: Any) -> int:
        """Gives this format to every column from ``first`` to the last of the sheet."""
        self.rest_col = first
        code: int = self.set_column(first, first, None, look)
        return code

    def _write_col_info(self, col_min: int, col_max: int, col_info: Any) -> None:
        """XlsxWriter keeps and compares each of 16,384 columns; one range says the same."""
        last = self.xls_colmax - 1 if col_min == self.rest_col else col_max
        super()._write_col_info(col_min, last, col_info)

    def _get_range_data(
        self, row_start: int, col_start: int, row_end: int, col_end: int
    ) -> list[Any]:
        """Values that a chart keeps a copy of, those in blocks included."""
        found: list[Any] = []
        for row in range(row_start, row_end + 1):
            block = next((b for b in self.blocks if b.first_row <= row < b.end_row), None)
            if block is None:
                found += super()._get_range_data(row, col_start, row, col_end)
            else:
                found += [_charted(block, row, col) for col in range(col_start, col_end + 1)]
        return found

    def rendered_rules(self) -> tuple[str, str]:
        """The conditional formats and validations of this sheet as XML, to be used again."""
        kept, self.fh = self.fh, io.StringIO()
        super()._write_conditional_formats()
        formats = self.fh.getvalue()
        self.fh = io.StringIO()
        super()._write_data_validations()
        found = formats, self.fh.getvalue()
        self.fh = kept
        return found

    def _write_conditional_formats(self) -> None:
        if self.rules is None:
            super()._write_conditional_formats()
        else:
            self.fh.write(self.rules[0])

    def _write_data_validations(self) -> None:
        if self.rules is None:
            super()._write_data_validations()
        else:
            self.fh.write(self.rules[1])

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """Formulas as they are: ours use functions of Excel 2007 only, which need no prefix."""
        return formula.removeprefix("=")

    def _assemble_xml_file(self) -> None:
        try:
            super()._assemble_xml_file()
        except BaseException:
            self._xml_close()
            raise

    def _write_rows(self) -> None:
        """XlsxWriter's own rows, with the blocks between them in order of rows."""
        first: int = self.dim_rowmin
        last: int = self.dim_rowmax
        for block in sorted(self.blocks, key=lambda b: b.first_row):
            self._write_plain_rows(first, block.first_row - 1)
            for rows in _rendered(self, block):
                self.fh.write(rows)
            first = block.end_row
        self._write_plain_rows(first, last)

    def _write_plain_rows(self, first: int, last: int) -> None:
        if first > last:
            return
        kept: tuple[int, int] = (self.dim_rowmin, self.dim_rowmax)
        self.dim_rowmin, self.dim_rowmax = first, last
        super()._write_rows()
        self.dim_rowmin, self.dim_rowmax = kept


def _charted(block: Block, row: int, col: int) -> Any:
    if not 0 <= col - block.first_col < len(block.columns):
        return None
    value = block.columns[col - block.first_col][row - block.first_row]
    return safe_text(value) if isinstance(value, str) else value


def _rendered(sheet: BulkWorksheet, block: Block) -> Iterator[str]:
    """The rows of a block as XML, some thousand at a time."""
    tails: dict[int, _Tails] = {}
    for formats in (block.formats, *filter(None, block.cell_formats)):
        for xf in set(formats) - tails.keys():
            tails[xf] = _Tails(sheet, xf)
    letters = [xl_col_to_name(block.first_col + i) for i in range(len(block.columns))]
    cells = "".join(f'<c r="{letter}{_ROW}%s' for letter in letters)
    template = f'<row r="{_ROW}"%s>{cells}</row>'
    for start in range(0, block.count, _CHUNK):
        end = min(start + _CHUNK, block.count)
        parts = [_heights(block, start, end)]
        for i, column in enumerate(block.columns):
            parts.append(_column(tails, block, i, column[start:end], start))
        numbers = range(block.first_row + start + 1, block.first_row + end + 1)
        yield "".join(
            [
                template.replace(_ROW, str(number)) % row
                for number, row in zip(numbers, zip(*parts, strict=True), strict=True)
            ]
        )


def _column(
    tails: dict[int, _Tails], block: Block, index: int, values: Sequence[Any], start: int
) -> list[str]:
    cell_formats = block.cell_formats[index]
    mixed = bool in set(map(type, values))  # True == 1: they must not share a place in the cache
    if cell_formats is not None:
        pairs = zip(cell_formats[start : start + len(values)], values, strict=True)
        return [tails[xf].render(v) if mixed else tails[xf][v] for xf, v in pairs]
    found = tails[block.formats[index]]
    return list(map(found.render if mixed else found.__getitem__, values))


def _heights(block: Block, start: int, end: int) -> list[str]:
    if block.heights is None:
        return [""] * (end - start)
    return [
        "" if height is None else f' ht="{height:g}" customHeight="1"'
        for height in block.heights[start:end]
    ]


class _BulkPackager(Packager):  # type: ignore[misc]
    """XlsxWriter's packager with a shared strings part written in large pieces."""

    def _write_shared_strings_file(self) -> None:
        table = self.workbook.str_table
        if not table.string_table:
            return
        filename = self._filename("xl/sharedStrings.xml")
        in_memory = not isinstance(filename, str)
        handle = filename if in_memory else open(filename, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        try:
            for piece in _shared_strings(list(table.string_table)):
                handle.write(piece)
        finally:
            if not in_memory:
                handle.close()


def _shared_strings(strings: Sequence[str]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    yield (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        f' uniqueCount="{len(strings)}">'
    )
    for start in range(0, len(strings), _CHUNK):
        yield "".join(map(_shared_string, strings[start : start + _CHUNK]))
    yield "</sst>"


def _shared_string(text: str) -> str:
    if "_x" in text:  # Excel would read _x0041_ as one letter
        text = _ESCAPE_LOOKALIKE.sub(r"_x005F\1", text)
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if text[:1].isspace() or text[-1:].isspace() or "\n" in text or "  " in text:
        return f'<si><t xml:space="preserve">{text}</t></si>'
    return f"<si><t>{text}</t></si>"


class BulkWorkbook(Workbook):  # type: ignore[misc]
    """XlsxWriter's workbook with the sheets and the packager of this module."""

    worksheet_class = BulkWorksheet

    def _prepare_sst_string_data(self) -> None:
        # XlsxWriter empties its table here; blocks add their strings while sheets are written.
        self.str_table.string_array = list(self.str_table.string_table)

    def _get_packager(self) -> Packager:
        return _BulkPackager()
