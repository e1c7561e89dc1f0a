"""Sheets that calculate: addresses, drop-downs, colours, folds, page breaks and scale."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from emubatch.xl import live
from emubatch.xl.write import Book, Column


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "C5"),
        ({"fixed": True}, "$C$5"),
        ({"sheet": "Bảng điểm"}, "'Bảng điểm'!C5"),
    ],
)
def test_addresses(given: dict[str, object], expected: str) -> None:
    assert live.address(4, 2, **given) == expected  # type: ignore[arg-type]


@pytest.fixture()
def path(tmp_path: Path) -> Path:
    path = tmp_path / "live.xlsx"
    with Book(path, title="Thử") as book:
        sheet = book.sheet("Điểm", "Điểm", subtitle="Chọn mức")
        heads = [Column("Mức", [], width=20.0), Column("Điểm", [], width=10.0)]
        first = live.write_head(sheet, heads, freeze_cols=1)
        live.folds_upwards(sheet)
        for row in range(first, first + 4):
            sheet.put(row, 0, "tốt", "wrap")
            sheet.formula(row, 1, "=INDEX(diem,MATCH(A5,muc,0))", 10)
            live.choose(sheet, row, 0, "muc")
            live.fold(sheet, row, 2)
        live.colour_where(sheet, (first, first + 3), 0, f'={live.address(first, 0)}="tốt"', "ok")
        live.break_pages(sheet, [first + 2])
        live.scale_to_pages(sheet, [20.0, 10.0], 60)
        other = book.sheet("Bảng", "Bảng")
        span = live.write_live_table(other, "tong", heads, 2)
        for row in range(span.first_row, span.last_row + 1):
            other.put(row, 0, "tốt")
            other.put(row, 1, 10)
        live.hidden_lists(book, "_muc", [("muc", ["tốt", "khá"]), ("diem", [10, 5]), ("trong", [])])
    return path


def test_it_opens_cleanly(path: Path, ooxml_validator: Callable[[Path], list[str]]) -> None:
    assert ooxml_validator(path) == []


def test_choices_colours_folds_and_breaks_are_in_the_sheet(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["Điểm"]
    rules = sheet.data_validations.dataValidation
    assert {rule.formula1 for rule in rules} == {"muc"}
    assert sorted(str(r) for rule in rules for r in rule.sqref.ranges) == ["A5", "A6", "A7", "A8"]
    assert [str(area.sqref) for area in sheet.conditional_formatting] == ["A5:A8"]
    assert [sheet.row_dimensions[row].outlineLevel for row in (4, 5, 8)] == [0, 1, 1]
    assert sheet.sheet_properties.outlinePr.summaryBelow is False
    assert [b.id for b in sheet.row_breaks.brk] == [6]
    assert sheet.page_setup.scale == 55
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.freeze_panes == "B5"
    assert sheet.print_title_rows == "$4:$4"


def test_lists_are_named_and_hidden(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    assert book["_muc"].sheet_state == "hidden"
    assert book.defined_names["muc"].attr_text == "'_muc'!$A$2:$A$3"
    assert book.defined_names["diem"].attr_text == "'_muc'!$B$2:$B$3"


def test_a_live_table_is_a_table(path: Path) -> None:
    tables = openpyxl.load_workbook(path)["Bảng"].tables
    assert {table.name: table.ref for table in tables.values()} == {"tong": "A3:B5"}
