"""What unit clerks do to tables: merged cells, signatures, short rows, headers in two rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

from emubatch.intake import inbox_file, read
from emubatch.model import Finding, Submission
from emubatch.programme.tables import Programme
from emubatch.xl.form import write_form

Submit = Callable[..., Submission]
Found = Callable[[Submission, str], list[Finding]]

PERSON = ["Họ và tên", "Chức vụ", "Cấp vị trí", "Đối tượng", "Hình thức đề nghị"]
AN = ["Nguyễn Văn An", "Chuyên viên", "CBCCVC", "Công chức", "GK_GDS"]
AWARD = ["Loại đối tượng", "Tên", "Danh hiệu / Hình thức", "Năm thành tích"]


def rows_of(submission: Submission, sheet: str, key: str) -> list[Any]:
    return submission.tables[sheet].columns[key]


def test_a_name_merged_over_its_rows_is_the_name_of_each(submit: Submit, found: Found) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Thanh_tich")
        sheet.merge_range("A1:D1", "THÀNH TÍCH")
        sheet.write_row("A2", AWARD)
        sheet.merge_range("A3:A5", "CN")
        sheet.merge_range("B3:B5", "Nguyễn Văn An")
        for row, year in enumerate((2015, 2016, 2017), 2):
            sheet.write_row(row, 2, ["LDTT", year])
        sheet.write_row("A6", ["CN", None, "LDTT", 2018])

    submission = submit({}, extra=fill)
    assert rows_of(submission, "Thanh_tich", "ten") == ["Nguyễn Văn An"] * 3 + [None]
    assert rows_of(submission, "Thanh_tich", "loai") == ["CN"] * 4
    (note,) = found(submission, "N308")
    assert (note.cell, dict(note.params)["cells"]) == ("A3", "A3:A5, B3:B5")


def test_a_row_filled_by_hand_inside_a_merged_range_is_kept(submit: Submit, found: Found) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Thanh_tich")
        sheet.write_row("A1", AWARD)
        for row, name in enumerate(("Nguyễn Văn An", "Trần Thị Bình"), 1):
            sheet.write_row(row, 0, ["CN", name, "LDTT", 2015])
        sheet.merge_range("D2:D3", 2015)
        sheet.write("D3", 2016)

    submission = submit({}, extra=fill)
    assert rows_of(submission, "Thanh_tich", "nam") == [2015.0, 2016.0]
    assert found(submission, "N308") == []


def test_the_lower_half_of_a_header_may_come_first(submit: Submit, found: Found) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Thanh_tich")
        for column, text in enumerate(AWARD):
            sheet.merge_range(0, column, 1, column, text)
        sheet.merge_range("E1:G1", "Quyết định")
        sheet.write_row("E2", ["Người ký", "Số", "Ngày"])
        sheet.write_row("A3", ["CN", "An", "BK_TINH", 2018, "GD_SO", "1/QĐ", "12/02/2019"])

    submission = submit({}, extra=fill)
    assert submission.tables["Thanh_tich"].letters["so_qd"] == "F"
    assert submission.tables["Thanh_tich"].letters["ngay_qd"] == "G"
    assert found(submission, "W301") == []


def test_a_column_unknown_in_both_orders_is_named_as_it_stands(
    submit: Submit, found: Found
) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Thanh_tich")
        for column, text in enumerate(AWARD):
            sheet.merge_range(0, column, 1, column, text)
        sheet.merge_range("E1:G1", "Quyết định")
        sheet.write_row("E2", ["Số", "Ngày", "Trang"])
        sheet.write_row("A3", ["CN", "An", "BK_TINH", 2018, "1/QĐ", "12/02/2019", 7])

    (unknown,) = found(submit({}, extra=fill), "W301")
    assert (unknown.cell, unknown.value) == ("G2", "Quyết định Trang")


def test_signatures_on_behalf_of_a_unit_are_no_records(submit: Submit, found: Found) -> None:
    for closing in ("TM. ĐƠN VỊ", "KT. TRƯỞNG PHÒNG", "TM. BCH CÔNG ĐOÀN", "LÃNH ĐẠO ĐƠN VỊ"):
        tail = [[], [None, closing], [None, "(đã ký)"], [None, "Phạm Thị Dung"]]
        submission = submit({"Ca_nhan": [PERSON, AN, *tail]})
        assert rows_of(submission, "Ca_nhan", "ho_ten") == ["Nguyễn Văn An"]
        (skipped,) = found(submission, "N301")
        assert (skipped.cell, dict(skipped.params)["rows"]) == ("A4", "4–6")


def test_the_title_of_a_second_table_below_is_no_person(submit: Submit, found: Found) -> None:
    second = ["Trần Thị Bình", *AN[1:]]
    submission = submit({"Ca_nhan": [PERSON, AN, [], ["Danh sách bổ sung"], PERSON, second]})
    assert rows_of(submission, "Ca_nhan", "ho_ten") == ["Nguyễn Văn An", "Trần Thị Bình"]
    assert [dict(note.params)["rows"] for note in found(submission, "N301")] == ["4", "5"]


def test_a_person_with_nothing_but_a_post_is_a_person(submit: Submit, found: Found) -> None:
    short = [["Trần Văn Bình", None, "Giám đốc Sở"], ["Lê Thị Cúc", "Giám đốc"]]
    submission = submit({"Ca_nhan": [PERSON, AN, *short]})
    assert rows_of(submission, "Ca_nhan", "ho_ten")[1:] == ["Trần Văn Bình", "Lê Thị Cúc"]
    assert found(submission, "N301") == []


def test_what_stands_beside_the_table_is_told_with_its_value(submit: Submit, found: Found) -> None:
    submission = submit({"Ca_nhan": [PERSON, [*AN, None, 12.5, "xem lại"]]})
    (beside,) = found(submission, "W303")
    assert (beside.cell, beside.value) == ("G2", "12,5")


def test_answers_that_read_like_a_header_are_data(submit: Submit, found: Found) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Ho_so")
        sheet.write_row("A1", ["Loại giấy", "Có", "Ký, đóng dấu"])
        sheet.write_row("A2", ["Tờ trình", "có", "có"])
        sheet.write_row("A3", ["Loại giấy", "Có", "Ký, đóng dấu"])
        sheet.write_row("A4", ["Biên bản", "có", "có"])

    submission = submit({}, extra=fill)
    assert rows_of(submission, "Ho_so", "loai_gt") == ["Tờ trình", "Biên bản"]
    assert [note.cell for note in found(submission, "N301")] == ["A3"]


def test_a_sheet_deleted_from_our_form_is_not_an_empty_sheet(
    tmp_path: Path, models: Programme, found: Found
) -> None:
    path = tmp_path / "form.xlsx"
    write_form(path, models)
    book = openpyxl.load_workbook(path)
    for name in ("Thanh_tich", "Ho_so", "Ky_luat", "Tap_the"):
        del book[name]
    book.save(path)
    submission = read(inbox_file(path), models)
    assert [dict(one.params)["title"] for one in found(submission, "W305")] == [
        "Thanh_tich",
        "Ho_so",
    ]
    assert found(submission, "N309") == []


def test_another_workbook_may_do_without_a_sheet(submit: Submit, found: Found) -> None:
    submission = submit({"Ca_nhan": [PERSON, AN]})
    assert [dict(one.params)["title"] for one in found(submission, "N309")] == [
        "Thanh_tich",
        "Sang_kien",
    ]
    assert found(submission, "W305") == []
