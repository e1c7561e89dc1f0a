"""Values, and the cells that the fast reader would turn into silent blanks."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from emubatch.model import BadCell
from emubatch.xl import scan
from emubatch.xl.address import cell_name, column_letters, column_number
from emubatch.xl.read import Workbook, cells, read_bytes

SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"


def built(fill: Callable[[xlsxwriter.Workbook], None]) -> Workbook:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    fill(book)
    book.close()
    return read_bytes(stream.getvalue())


def with_rows(rows: bytes, change: Callable[[bytes], bytes] = lambda part: part) -> Workbook:
    """A workbook with shared strings «một», «» and «hai», and these rows."""
    old, new = io.BytesIO(), io.BytesIO()
    book = xlsxwriter.Workbook(old, {"in_memory": True})
    book.add_worksheet("S").write_row(0, 0, ["một", "xoá", "hai"])
    book.close()
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(new, "w") as target:
        for name in source.namelist():
            part = source.read(name).replace("xoá".encode(), b"")
            target.writestr(name, change(HEAD + rows + TAIL) if name == SHEET else part)
    return read_bytes(new.getvalue())


def first(book: Workbook) -> list[list[Any]]:
    return book.grid(book.sheets[0]).rows


def test_values_keep_their_place_and_type() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Trang 1")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_string(1, 1, " Nguyễn  Văn An ")
        sheet.write_number(1, 2, 114375)
        sheet.write_boolean(1, 3, True)
        sheet.write_datetime(2, 1, dt.datetime(2014, 12, 5), day)
        sheet.write_formula(2, 2, "=1+1", value=2)
        sheet.write_string(2, 3, " ")

    book = built(fill)
    assert first(book) == [
        ["", "", "", ""],
        ["", " Nguyễn  Văn An ", 114375.0, "TRUE"],
        ["", dt.date(2014, 12, 5), 2.0, " "],
    ]
    assert book.grid(book.sheets[0]).filled == [0, 3, 3]
    assert book.values(book.sheets[0]) == 6
    assert [cell_name(r, c) for r, c, _ in cells(book.grid(book.sheets[0]))] == [
        "B2",
        "C2",
        "D2",
        "B3",
        "C3",
        "D3",
    ]


def test_error_cells_and_uncalculated_formulas_are_never_blank(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "x"
    sheet["B2"] = "=A1&A1"  # openpyxl stores no result
    sheet["D4"] = "#N/A"
    book.save(tmp_path / "a.xlsx")
    found = read_bytes((tmp_path / "a.xlsx").read_bytes())
    rows = first(found)
    assert rows[1][1] == BadCell("E213", "")
    assert rows[3][3] == BadCell("E212", "#N/A")
    assert found.values(found.sheets[0]) == 3 == sum(found.grid(found.sheets[0]).filled)


@pytest.mark.parametrize(
    "row",
    [
        b'<row r="1"><c r="A1"><f>1+1</f></c></row>',
        b'<row r="1"><c r="A1"><f>1+1</f><v/></c></row>',
        b'<row r="1"><c r="A1"><f>1+1</f><v></v></c></row>',
        b'<row r="1"><c r="A1"><f t="shared" si="0"/></c></row>',
        b"<row><c><f>1+1</f></c></row>",
        b"<row r='1'><c r='A1'><f>1+1</f></c></row>",
    ],
)
def test_every_notation_of_an_uncalculated_formula(row: bytes) -> None:
    assert first(with_rows(row)) == [[BadCell("E213", "")]]


@pytest.mark.parametrize(
    "row",
    [
        b'<row r="1"><c r="A1" t="e"><v>#REF!</v></c></row>',
        b"<row r='1'><c r='A1' t='e'><v>#REF!</v></c></row>",
        b"<row><c t='e'><v>#REF!</v></c></row>",
        b'<row r="1"><c r="A1" t="e"><f>X!A1</f><v>#REF!</v></c></row>',
    ],
)
def test_every_notation_of_an_error_cell(row: bytes) -> None:
    assert first(with_rows(row)) == [[BadCell("E212", "#REF!")]]


def test_a_formula_that_gives_an_empty_text_is_a_blank() -> None:
    row = b'<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><v>1</v></c></row>'
    assert first(with_rows(row)) == [["", 1.0]]


def test_prefixed_names_are_read_and_checked() -> None:
    def prefixed(part: bytes) -> bytes:
        for name in (b"worksheet", b"sheetData", b"row", b"c", b"v"):
            part = part.replace(b"<" + name + b" ", b"<x:" + name + b" ")
            part = part.replace(b"<" + name + b">", b"<x:" + name + b">")
            part = part.replace(b"</" + name + b">", b"</x:" + name + b">")
        return part.replace(b"xmlns=", b"xmlns:x=")

    row = b'<row r="1"><c r="A1"><v>5</v></c><c r="B1" t="e"><v>#N/A</v></c></row>'
    assert first(with_rows(row, prefixed)) == [[5.0, BadCell("E212", "#N/A")]]


def test_a_cell_stored_twice_is_reported_and_no_value_is_believed() -> None:
    row = b'<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c><c r="B1"><v>3</v></c></row>'
    assert first(with_rows(row)) == [[BadCell("E215", ""), 3.0]]


def test_empty_strings_are_blanks_and_not_losses() -> None:
    row = b'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    book = with_rows(row)
    assert first(book) == [["một", ""]]
    assert book.values(book.sheets[0]) == 1


def test_inline_strings_are_counted_with_and_without_reading() -> None:
    row = (
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c>'
        b'<c r="B1" t="inlineStr"><is><t></t></is></c><c r="C1"><v>2</v></c></row>'
    )
    book = with_rows(row)
    assert book.values(book.sheets[0]) == 2
    assert first(book) == [["a", "", 2.0]]
    assert book.values(book.sheets[0]) == 2


def test_sheets_rows_and_columns_that_are_hidden() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Thấy")
        sheet.write_column(0, 0, [1, 2, 3, 4])
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.set_column(2, 3, 9, None, {"hidden": True})
        hidden = book.add_worksheet("Ẩn")
        hidden.write(0, 0, "x")
        hidden.hide()
        very = book.add_worksheet("Rất ẩn")
        very.write(0, 0, "x")
        very.very_hidden()

    book = built(fill)
    assert [(s.name, s.visible) for s in book.sheets] == [
        ("Thấy", True),
        ("Ẩn", False),
        ("Rất ẩn", False),
    ]
    assert book.hidden_rows(book.sheets[0]) == [2, 4]
    assert book.hidden_columns(book.sheets[0]) == [3, 4]
    assert book.hidden_rows(book.sheets[1]) == []


def test_merges_names_and_formats() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Ca_nhan")
        sheet.merge_range("B2:D3", "gộp")
        sheet.write(4, 0, 0.15, book.add_format({"num_format": "0%"}))
        sheet.write(4, 1, 0.15, book.add_format({"num_format": '0.0"%"'}))
        sheet.write(4, 2, 0.15, book.add_format({"num_format": "0.00%"}))
        sheet.write(4, 3, 0.15)
        book.define_name("f_ten", "=Ca_nhan!$B$2:$B$9")

    book = built(fill)
    sheet = book.sheets[0]
    assert book.merged(sheet) == [(2, 2, 3, 4)]
    assert book.defined_names == {"f_ten": "Ca_nhan!$B$2:$B$9"}
    assert [book.is_percent(sheet, 5, column) for column in (1, 2, 3, 4)] == [
        True,
        False,
        True,
        False,
    ]


def test_the_time_of_saving_and_a_chart_sheet() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.set_properties({"created": dt.datetime(2020, 7, 15, 8, 30)})
        sheet = book.add_worksheet("S")
        sheet.write(0, 0, 1)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=S!$A$1:$A$1"})
        book.add_chartsheet("Biểu đồ").set_chart(chart)

    book = built(fill)
    assert book.modified == "2020-07-15T08:30:00Z"
    assert [sheet.name for sheet in book.sheets] == ["S"]


def test_old_and_open_formats_are_read(tmp_path: Path, libreoffice: Any) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("Cá nhân")
    sheet.write_row(0, 0, ["Nguyễn Văn An", 12.5, 9])
    book.close()
    source = tmp_path / "a.xlsx"
    source.write_bytes(stream.getvalue())
    for kind in ("xls", "ods", "xlsx"):
        found = read_bytes(libreoffice(source, kind, tmp_path / kind).read_bytes())
        assert found.format == kind
        assert first(found) == [["Nguyễn Văn An", 12.5, 9.0]]
        assert all(isinstance(value, float) for value in first(found)[0][1:])
        assert found.values(found.sheets[0]) == 3


@given(st.integers(1, 16384))
def test_column_letters_go_there_and_back(number: int) -> None:
    assert column_number(column_letters(number)) == number


values = st.one_of(
    st.none(),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(st.characters(min_codepoint=33, max_codepoint=0x1EFF, exclude_categories=["Cs", "Cc"])),
    st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(values, min_size=1, max_size=6), min_size=1, max_size=8))
def test_nothing_is_lost_and_the_quick_count_is_exact(rows: list[list[Any]]) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, bool):
                    sheet.write_boolean(number, column, value)
                elif isinstance(value, float):
                    sheet.write_number(number, column, value)
                elif value:
                    sheet.write_string(number, column, value)

    book = built(fill)
    sheet = book.sheets[0]
    expected = {
        (r, c): value
        for r, row in enumerate(rows, 1)
        for c, value in enumerate(row, 1)
        if value is not None and value != ""
    }
    found = {(r, c): value for r, c, value in cells(book.grid(sheet))}
    assert found.keys() == expected.keys() == (scan.exact_scan(sheet.part).cells or {}).keys()
    assert book.values(sheet) == len(expected)
