"""The one interface through which workbooks are written."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from emubatch.xl import layout, style
from emubatch.xl.chart import add_chart
from emubatch.xl.lint import lint_workbook
from emubatch.xl.write import Book, Column, WriteError, jump, sheet_name


def sample(path: Path, **more: Any) -> Path:
    with Book(
        path,
        title="Kết quả & xét",
        subject="chuong-trinh",
        keywords="2020-07",
        comments="v1",
        **more,
    ) as book:
        sheet = book.sheet("Đề nghị khen", "Đề nghị khen", subtitle="Hai tập thể")
        span = sheet.write_table(
            "de nghi",
            [
                Column("Tên", ["Văn phòng Sở", "=HYPERLINK(1)"], "wrap"),
                Column("Kết quả", ["✓ ĐẠT", "✗ KHÔNG ĐẠT"], roles=["ok", "reject"]),
                Column("Điểm", [95.5, None], "points"),
                Column("Ô", ["D5", ""], "jump", links=[jump("Đề nghị khen", "A1"), None]),
            ],
            required=["Tên"],
            freeze_cols=1,
        )
        sheet.formula(sheet.row, 2, "=SUM(C5:C6)", 95.5, "points", "total")
        sheet.note(4, 0, "✗ Ghi chú")
        chart = {
            "title": "Điểm",
            "series": [{"name": "x", "categories": span.column(0), "values": span.column(2)}],
        }
        add_chart(sheet, (9, 0), "bar", chart)
        book.define("ten", "='Đề nghị khen'!$A$5:$A$6")
    return path


@pytest.fixture
def book(tmp_path: Path) -> Any:
    return openpyxl.load_workbook(sample(tmp_path / "a.xlsx"))


def test_properties_and_defined_name(book: Any) -> None:
    facts = book.properties
    assert (facts.title, facts.subject, facts.keywords) == (
        "Kết quả & xét", "chuong-trinh", "2020-07",
    )  # fmt: skip
    assert facts.created.year == 2000
    assert book.defined_names["ten"].attr_text == "'Đề nghị khen'!$A$5:$A$6"


def test_title_table_panes_and_filter(book: Any) -> None:
    sheet = book["Đề nghị khen"]
    assert (sheet["A1"].value, sheet["A2"].value) == ("Đề nghị khen", "Hai tập thể")
    assert sheet.freeze_panes == "B5"
    (table,) = sheet.tables.values()
    assert (table.name, table.ref, table.autoFilter.ref) == ("de_nghi", "A4:D6", "A4:D6")
    assert [column.name for column in table.tableColumns] == ["Tên", "Kết quả", "Điểm", "Ô"]


def test_print_set_up(book: Any) -> None:
    sheet = book["Đề nghị khen"]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.oddHeader.left.text == "Kết quả && xét"
    assert sheet.oddHeader.right.text == "2020-07"
    assert sheet.oddFooter.right.text == "Trang &P/&N"


def test_a_page_header_keeps_a_text_of_digits_apart_from_its_size(tmp_path: Path) -> None:
    with ZipFile(sample(tmp_path / "a.xlsx")) as package:
        xml = package.read("xl/worksheets/sheet1.xml").decode()
    assert re.search(r"<oddHeader>.*&amp;R&amp;9 2020-07</oddHeader>", xml)


def test_text_stays_text_and_formulas_carry_their_value(book: Any, tmp_path: Path) -> None:
    sheet = book["Đề nghị khen"]
    assert (sheet["A6"].value, sheet["A6"].data_type) == ("=HYPERLINK(1)", "s")
    assert sheet["C7"].value == "=SUM(C5:C6)"
    read = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_index(0).to_python()
    assert read[6][2] == 95.5


def test_colours_links_and_notes(book: Any) -> None:
    sheet = book["Đề nghị khen"]
    assert sheet["B5"].fill.fgColor.rgb == "FF" + style.BLUE[1:]
    assert sheet["B6"].fill.fgColor.rgb == "FF" + style.RUST[1:]
    assert sheet["A4"].fill.fgColor.rgb == "FF" + style.INK[1:]
    assert sheet["D5"].hyperlink.location == "'Đề nghị khen'!A1"
    assert sheet["D6"].hyperlink is None
    assert sheet["A5"].comment.text == "✗ Ghi chú"
    (chart,) = sheet._charts
    kept = chart.ser[0].val.numRef
    assert (kept.f, [point.v for point in kept.numCache.pt]) == (
        "'Đề nghị khen'!$C$5:$C$6",
        [95.5],
    )


@pytest.mark.parametrize("in_memory", [True, False])
def test_the_same_content_gives_the_same_bytes(tmp_path: Path, in_memory: bool) -> None:
    one = sample(tmp_path / "a.xlsx", in_memory=in_memory).read_bytes()
    two = sample(tmp_path / "b.xlsx", in_memory=in_memory).read_bytes()
    assert one == two


def test_an_empty_table_says_so(tmp_path: Path) -> None:
    with Book(tmp_path / "a.xlsx", title="x") as book:
        columns = [Column("a", []), Column("b", [], roles=[], links=[])]
        span = book.sheet("A").write_table("t", columns, row=0, empty="(không có)")
    rows = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_index(0).to_python()
    assert rows == [["a", "b"], ["(không có)", ""]]
    assert (span.first_row, span.last_row) == (1, 1)


@pytest.mark.parametrize(
    "columns",
    [
        [Column("Tên", [1]), Column("tên", [1])],
        [Column("", [1])],
        [],
        [Column("a", [1], roles=["ok", "ok"])],
    ],
)
def test_tables_that_excel_would_repair_are_refused(tmp_path: Path, columns: Any) -> None:
    with pytest.raises(WriteError), Book(tmp_path / "a.xlsx", title="x") as book:
        book.sheet("A").write_table("t", columns)
    assert not (tmp_path / "a.xlsx").exists()


def test_refusals_of_xlsxwriter_are_raised(tmp_path: Path) -> None:
    with pytest.raises(WriteError), Book(tmp_path / "a.xlsx", title="x") as book:
        book.sheet("A").put(1_048_576, 0, "ngoài trang")
    with pytest.raises(WriteError), Book(tmp_path / "b.xlsx", title="x") as book:
        book.define("tên sai", "=A!$A$1")
    with pytest.raises(WriteError), Book(tmp_path / "c.xlsx", title="x") as book:
        book.sheet("A")
        book.sheet("a")
    with pytest.raises(WriteError), Book(tmp_path / "d.xlsx", title="x") as book:
        worksheet = book.sheet("A").worksheet
        worksheet.data_validation(0, 0, 0, 0, {"validate": "list", "source": ["x" * 300]})


def test_table_names_are_made_unique(tmp_path: Path) -> None:
    with Book(tmp_path / "a.xlsx", title="x") as book:
        for name in ("A", "B"):
            book.sheet(name).write_table("bảng điểm", [Column("a", [1])])
    tables = [s.tables for s in openpyxl.load_workbook(tmp_path / "a.xlsx")]
    assert [name for sheet in tables for name in sheet] == ["bảng_điểm", "bảng_điểm_2"]


def test_sheet_names() -> None:
    assert sheet_name("[Sở]: A/B*?") == "Sở   A B"
    assert sheet_name("x" * 40) == "x" * 31
    assert sheet_name("'") == "Sheet"


def test_widths_follow_content_up_to_a_cap() -> None:
    assert layout.column_width(Column("Tên", ["x"])) < 10
    assert layout.column_width(Column("Tên", ["x" * 500], "wrap")) == layout.WIDTH_CAP


def test_heights_follow_wrapped_text() -> None:
    column = Column("a", ["ngắn", "một câu dài " * 10, "hai\ndòng"], "wrap")
    heights = layout.row_heights([column], [30.0], 3)
    assert heights is not None
    assert heights[0] is None
    assert heights[1] is not None and heights[1] >= 4 * layout.LINE_HEIGHT
    assert heights[2] == 2 * layout.LINE_HEIGHT
    assert layout.row_heights([Column("a", ["ngắn"], "wrap")], [30.0], 1) is None


def test_the_book_passes_both_checks(tmp_path: Path, ooxml_validator: Any) -> None:
    path = sample(tmp_path / "a.xlsx")
    assert lint_workbook(path) == []
    assert ooxml_validator(path) == []


def test_fills_stay_apart_in_grey_print() -> None:
    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    fills = sorted(lightness(c) for c in (style.BLUE, style.YELLOW, style.RUST, style.GREY))
    assert min(b - a for a, b in pairwise(fills)) > 15
