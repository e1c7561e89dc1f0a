"""``tong-hop.xlsx``: every row of every form, typed, with the place it came from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from emubatch.model import MonthResult
from emubatch.reports.merged import write_merged


@pytest.fixture()
def book(tmp_path: Path, result: MonthResult) -> CalamineWorkbook:
    write_merged(tmp_path / "tong-hop.xlsx", result, "vi")
    return CalamineWorkbook.from_path(tmp_path / "tong-hop.xlsx")


def cells(book: CalamineWorkbook, sheet: str) -> list[list[Any]]:
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def test_one_sheet_per_sheet_of_the_form(book: CalamineWorkbook) -> None:
    assert book.sheet_names == ["Don_vi", "Tap_the", "Ca_nhan", "Thanh_tich", "Cham_diem"]


def test_rows_are_typed_and_name_their_origin(book: CalamineWorkbook) -> None:
    assert cells(book, "Thanh_tich") == [
        ["Thành tích"] + [""] * 9,
        ["2 dòng; mỗi dòng ghi đơn vị, tệp, trang và dòng nguồn"] + [""] * 9,
        [""] * 10,
        ["Đơn vị nộp", "Tệp nguồn", "Trang nguồn", "Dòng nguồn", "Của ai", "Tên",
         "Danh hiệu / Hình thức", "Năm thành tích", "Ngày quyết định", "Tỷ lệ"],
        ["VP", "vp.xlsx", "Thanh_tich", 7.0, "", "Văn phòng Sở", "Bằng khen của UBND tỉnh", "2018",
         dt.date(2019, 2, 12), 32.82],
        ["VP", "vp.xlsx", "Thanh_tich", 8.0, "? tên chưa rõ của ai, chưa tính chắc",
         "Nguyễn Văn Thử", "", "2015-2019", "02/2019", ""],
    ]  # fmt: skip


def test_a_row_of_two_namesakes_stands_once(tmp_path: Path, result: MonthResult) -> None:
    rows = result.data.details["Thanh_tich"]
    result.data.details["Thanh_tich"] = rows.loc[[0, 1, 1]].reset_index(drop=True)
    write_merged(tmp_path / "t.xlsx", result, "vi")
    book = CalamineWorkbook.from_path(tmp_path / "t.xlsx")
    assert [row[3] for row in cells(book, "Thanh_tich")[4:]] == [7.0, 8.0]


def test_units_without_a_form_are_not_rows(book: CalamineWorkbook) -> None:
    assert [row[0] for row in cells(book, "Don_vi")[4:]] == ["VP", "DN01"]


def test_text_of_a_form_stays_text(book: CalamineWorkbook) -> None:
    # A formula would read back as its (empty) value.
    assert cells(book, "Ca_nhan")[-1][4] == '=HYPERLINK("x")'


def test_a_long_sheet_goes_on_and_says_so(tmp_path: Path, result: MonthResult) -> None:
    write_merged(tmp_path / "t.xlsx", result, "vi", rows_per_sheet=3)
    book = CalamineWorkbook.from_path(tmp_path / "t.xlsx")
    assert "Ca_nhan (2)" in book.sheet_names and "Thanh_tich (2)" not in book.sheet_names
    first, second = cells(book, "Ca_nhan"), cells(book, "Ca_nhan (2)")
    assert (len(first), len(second)) == (4 + 3, 4 + 1)
    assert "phần 1/2" in first[1][0] and "phần 2/2" in second[1][0]
    assert first[3] == second[3]


def test_english_headers(tmp_path: Path, result: MonthResult) -> None:
    write_merged(tmp_path / "t.xlsx", result, "en")
    book = CalamineWorkbook.from_path(tmp_path / "t.xlsx")
    assert cells(book, "Thanh_tich")[3][:6] == [
        *("Sent by unit", "Source file", "Source sheet", "Source row", "Whose", "Tên (en)")
    ]


def test_same_bytes_and_valid(
    tmp_path: Path, result: MonthResult, ooxml_validator: Callable[[Path], list[str]]
) -> None:
    for name in ("a", "b"):
        write_merged(tmp_path / f"{name}.xlsx", result, "vi")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert ooxml_validator(tmp_path / "a.xlsx") == []
