"""Forms as they come back: renamed, reordered, with titles, totals and signatures."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from emubatch.intake import identify, inbox_file, read
from emubatch.messages import render
from emubatch.model import BadCell, Finding, Submission
from emubatch.programme.tables import Programme
from emubatch.xl.form import write_form
from emubatch.xl.limits import Limits

Submit = Callable[..., Submission]
Found = Callable[[Submission, str], list[Finding]]

PERSON = [
    "Họ và tên",
    "Năm sinh",
    "Chức vụ",
    "Cấp vị trí",
    "Đối tượng",
    "Hình thức đề nghị",
    "Tóm tắt thành tích",
]
AN = ["Nguyễn Văn An", 1980, "Chuyên viên", "CBCCVC", "Công chức", "GK_GDS", "tốt"]
BINH = ["Trần Thị Bình", 1985, "Chuyên viên", "CBCCVC", "Công chức", "GK_GDS", "tốt"]
AWARD = ["Loại đối tượng", "Tên", "Danh hiệu / Hình thức", "Năm thành tích"]


def codes(submission: Submission) -> list[str]:
    usual = ("N103", "N309", "W305")  # these small forms state no programme and lack sheets
    return sorted(one.code for one in submission.findings if one.code not in usual)


def names(submission: Submission, sheet: str = "Ca_nhan", key: str = "ho_ten") -> list[Any]:
    return submission.tables[sheet].columns[key]


def test_a_plain_form(submit: Submit) -> None:
    submission = submit({"Ca_nhan": [PERSON, AN, BINH]})
    table = submission.tables["Ca_nhan"]
    assert (table.title, table.header_row, table.rows) == ("Ca_nhan", 1, [2, 3])
    assert table.letters["nam_sinh"] == "B"
    assert table.columns["nam_sinh"] == [1980.0, 1985.0]
    assert codes(submission) == []
    counts = submission.counts
    assert counts.cells_found == 31 == counts.cells_read + counts.cells_reported
    assert counts.cells_read == 19


def test_columns_are_found_by_words_wherever_they_stand(submit: Submit) -> None:
    header = ["STT", "  HỌ  TÊN ", "Đối tượng *", "chuc vu", "Cấp vị trí\n(chọn)", "NĂM SINH:"]
    header[1] = unicodedata.normalize("NFD", header[1])
    row = [1, "Nguyễn Văn An", "Công chức", "Chuyên viên", "CBCCVC", 1980]
    title = [["SỞ CÔNG THƯƠNG"], [None, "Danh sách cá nhân"], []]
    table = submit({"Ca_nhan": [*title, header, row]}).tables["Ca_nhan"]
    assert table.header_row == 4
    assert table.letters == {
        "ho_ten": "B",
        "nam_sinh": "F",
        "chuc_vu": "D",
        "cap_vi_tri": "E",
        "doi_tuong": "C",
    }
    assert table.columns["nam_sinh"] == [1980.0]


def test_a_header_of_two_rows_with_merged_groups(submit: Submit) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Ca_nhan")
        sheet.merge_range("A1:E1", "DANH SÁCH ĐỀ NGHỊ")
        for column, text in enumerate(("STT", "Họ và tên")):
            sheet.merge_range(1, column, 2, column, text)
        sheet.merge_range("C2:E2", "Công tác")
        sheet.write_row("C3", ["Chức vụ", "Cấp vị trí", "Đối tượng"])
        sheet.write_row("A4", [1, "Nguyễn Văn An", "Chuyên viên", "CBCCVC", "Công chức"])

    table = submit({}, extra=fill).tables["Ca_nhan"]
    assert (table.header_row, table.rows) == (3, [4])
    assert table.columns["ho_ten"] == ["Nguyễn Văn An"]
    assert table.columns["doi_tuong"] == ["Công chức"]


def test_rows_that_are_no_records_are_skipped_and_listed(submit: Submit, found: Found) -> None:
    rows = [
        PERSON,
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
        ["I. Cơ quan Sở"],
        AN,
        [None] * 7,
        ["   ", "\u00a0"],
        PERSON,
        ["Tống Thị Cộng", *BINH[1:]],
        ["Tổng cộng: 2 người"],
        ["Ghi chú: số liệu đến 30/6"],
        [None, None, "Bắc Giang, ngày 10 tháng 7 năm 2020"],
        [None, None, "THỦ TRƯỞNG ĐƠN VỊ"],
        [None, None, "(Ký tên, đóng dấu)"],
        ["Lê Thị Hoa"],
    ]
    submission = submit({"Ca_nhan": rows})
    assert names(submission) == ["Nguyễn Văn An", "Tống Thị Cộng"]
    listed = {
        dict(one.params)["what_en"]: dict(one.params)["rows"] for one in found(submission, "N301")
    }
    assert listed == {
        "column numbers": "2",
        "a heading of a group": "3",
        "the header again": "7",
        "a total": "9",
        "remarks or signatures": "10–14",
    }
    assert codes(submission) == ["N301"] * 5


@pytest.mark.parametrize("name", ["Lưu Văn Nghị", "Tống Văn An", "Kế Thị Toán", "Tổng công ty A"])
def test_a_row_with_only_a_name_is_a_record_to_be_completed(submit: Submit, name: str) -> None:
    assert names(submit({"Ca_nhan": [PERSON, AN, [name]]})) == ["Nguyễn Văn An", name]


def test_numbering_rows_of_numbers_and_a_person_who_looks_like_none(submit: Submit) -> None:
    rows = [PERSON, [1, 2, 3, 4, "5=(3)/(4)"], AN]
    assert names(submit({"Ca_nhan": rows})) == ["Nguyễn Văn An"]


def test_sheets_are_found_by_title_and_by_their_headers(submit: Submit, found: Found) -> None:
    sheets = {
        "Danh sách cá nhân": [PERSON, AN],
        "Sheet1 (2)": [AWARD, ["CN", "Nguyễn Văn An", "LĐTT", 2018]],
        "Trang trống": [],
    }
    submission = submit(sheets)
    assert names(submission) == ["Nguyễn Văn An"]
    assert submission.tables["Thanh_tich"].title == "Sheet1 (2)"
    (renamed,) = found(submission, "N304")
    assert renamed.sheet == "Sheet1 (2)"
    assert codes(submission) == ["N304"]


def test_a_second_sheet_of_one_kind_is_an_error_and_not_mixed_in(
    submit: Submit, found: Found
) -> None:
    sheets = {"Ca_nhan": [PERSON, AN, BINH], "Ca_nhan (2)": [PERSON, AN]}
    submission = submit(sheets)
    assert names(submission) == ["Nguyễn Văn An", "Trần Thị Bình"]
    (double,) = found(submission, "E306")
    assert double.sheet == "Ca_nhan (2)"


def test_an_unknown_sheet_is_named_unless_it_is_hidden(submit: Submit, found: Found) -> None:
    def hide(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Phụ")
        sheet.write(0, 0, "x")
        sheet.hide()

    submission = submit({"Ca_nhan": [PERSON, AN], "Khác": [["a", "b"], [1]]}, extra=hide)
    (unknown,) = found(submission, "W302")
    assert (unknown.sheet, dict(unknown.params)["count"]) == ("Khác", "3")
    assert [one.sheet for one in found(submission, "N307")] == ["Phụ"]


def test_unknown_columns_and_stray_cells_are_reported(submit: Submit, found: Found) -> None:
    rows = [
        [*PERSON, "Ghi chú thêm", "Cột trống"],
        [*AN, "chuyển ngành"],
        [*BINH, None, None, None, "lạc"],
    ]
    submission = submit({"Ca_nhan": rows})
    (column,) = found(submission, "W301")
    assert (column.cell, column.value, dict(column.params)["count"]) == ("H1", "Ghi chú thêm", "1")
    (stray,) = found(submission, "W303")
    assert (stray.cell, dict(stray.params)["cells"]) == ("K3", "K3")
    assert submission.tables["Ca_nhan"].columns["Ghi chú thêm"] == ["chuyển ngành", None]
    counts = submission.counts
    assert counts.cells_found == counts.cells_read + counts.cells_reported


def test_a_missing_required_column_is_one_error(submit: Submit, found: Found) -> None:
    rows = [["Họ và tên", "Cấp vị trí", "Đối tượng"], *[["Nguyễn Văn An", "CBCCVC", "CC"]] * 5]
    missing = found(submit({"Ca_nhan": rows}), "E302")
    assert sorted(one.field for one in missing) == ["chuc_vu", "de_nghi", "tom_tat"]


def test_a_column_given_twice(submit: Submit, found: Found) -> None:
    submission = submit({"Ca_nhan": [[*PERSON, "Họ tên"], [*AN, "Người khác"]]})
    (twice,) = found(submission, "E312")
    assert (twice.cell, twice.field, dict(twice.params)["other"]) == ("H1", "ho_ten", "A")
    assert names(submission) == ["Nguyễn Văn An"]


def test_a_sheet_without_its_header(submit: Submit, found: Found) -> None:
    (lost,) = found(submit({"Ca_nhan": [["Nguyễn Văn An", 1980]]}), "E305")
    assert lost.sheet == "Ca_nhan"


def test_a_missing_required_sheet(submit: Submit, found: Found) -> None:
    submission = submit({"Ca_nhan": [PERSON, AN]}, unit=False)
    assert [dict(one.params)["title"] for one in found(submission, "E301")] == ["Don_vi"]


def test_hidden_rows_columns_and_sheets_are_read_and_listed(submit: Submit, found: Found) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Ca_nhan")
        for number, row in enumerate([PERSON, AN, BINH]):
            sheet.write_row(number, 0, row)
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})
        sheet.hide()

    submission = submit({}, extra=fill)
    assert names(submission) == ["Nguyễn Văn An", "Trần Thị Bình"]
    assert dict(found(submission, "N302")[0].params)["rows"] == "3"
    assert dict(found(submission, "N306")[0].params)["cells"] == "B"
    assert found(submission, "N303")[0].sheet == "Ca_nhan"


def test_errors_and_uncalculated_formulas_reach_the_table(
    tmp_path: Path, models: Programme
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Ca_nhan"
    for row in (PERSON, AN):
        sheet.append(row)
    sheet["B2"] = "#REF!"
    sheet["C2"] = "=A1"
    book.save(tmp_path / "a.xlsx")
    table = read(inbox_file(tmp_path / "a.xlsx"), models).tables["Ca_nhan"]
    assert table.columns["nam_sinh"] == [BadCell("E212", "#REF!")]
    assert table.columns["chuc_vu"] == [BadCell("E213", "")]


def test_a_percent_cell_reads_as_it_shows(
    submit: Submit, found: Found, scorecard: Programme
) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Cham_diem")
        sheet.write_row(0, 0, ["Mã tiêu chí", "Mức chọn", "% vượt"])
        sheet.write_row(1, 0, ["I.1", "a"])
        sheet.write_number(1, 2, 0.157, book.add_format({"num_format": "0.0%"}))
        sheet.write_row(2, 0, ["I.2", "a", 16])

    submission = submit({}, extra=fill, programme=scorecard)
    assert submission.tables["Cham_diem"].columns["pct"] == ["15,7%", 16.0]
    (note,) = found(submission, "N205")
    assert (note.cell, note.value, dict(note.params)["after"]) == ("C2", "0.157", "15,7")


# --- identity ------------------------------------------------------------------------------------


def identity(**facts: str) -> Callable[[xlsxwriter.Workbook], None]:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("_emubatch")
        for number, (key, value) in enumerate(facts.items()):
            sheet.write_row(number, 0, [key, value])
        sheet.hide()

    return fill


def test_what_a_form_says_of_itself(submit: Submit) -> None:
    facts = identity(programme="bacgiang-models-2020", version="1", unit="SCT-VP", lang="vi")
    submission = submit({"Ca_nhan": [PERSON, AN]}, extra=facts)
    assert (submission.programme, submission.version, submission.stated_unit) == (
        "bacgiang-models-2020",
        "1",
        "SCT-VP",
    )
    assert codes(submission) == []


def test_a_form_that_says_nothing_is_noted(submit: Submit, found: Found) -> None:
    assert len(found(submit({"Ca_nhan": [PERSON, AN]}), "N103")) == 1


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"programme": "bacgiang-scorecard-2017", "version": "1"}, "F113"),
        ({"programme": "bacgiang-models-2020", "version": "0.9"}, "F115"),
    ],
)
def test_a_form_of_another_programme_or_version_is_refused(
    submit: Submit, facts: dict[str, str], code: str
) -> None:
    submission = submit({"Ca_nhan": [PERSON, AN]}, extra=identity(**facts))
    assert [one.code for one in submission.findings] == [code]
    assert not submission.readable


def test_an_accepted_older_version_is_noted(submit: Submit, models: Programme) -> None:
    from dataclasses import replace

    newer = replace(models, version="2", accepted_versions=("1",))
    facts = identity(programme=models.id, version="1")
    submission = submit({"Ca_nhan": [PERSON, AN]}, extra=facts, programme=newer)
    assert codes(submission) == ["N101"]
    assert submission.readable


def test_a_workbook_without_any_sheet_of_the_form(submit: Submit) -> None:
    submission = submit({"Sheet1": [["a", "b"], [1, 2]]}, unit=False)
    (refused,) = submission.findings
    assert refused.code == "F114"
    assert "«Sheet1»" in render(refused)
    assert "«Ca_nhan»" in render(refused, "en")


def test_a_file_that_is_no_workbook(tmp_path: Path, models: Programme) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"<html><p>x</p></html>")
    submission = read(inbox_file(path), models)
    assert [one.code for one in submission.findings] == ["F102"]
    assert not submission.readable


# --- our own forms -------------------------------------------------------------------------------


def test_our_own_form_is_read_and_its_own_sheets_are_passed_over(
    tmp_path: Path, models: Programme
) -> None:
    path = tmp_path / "form.xlsx"
    write_form(path, models, values={"Ca_nhan": [{"ho_ten": "Nguyễn Văn An"}]})
    submission = read(inbox_file(path), models)
    assert identify(inbox_file(path)).programme == models.id
    assert set(submission.tables) == set(models.sheet_by_key)
    assert names(submission) == ["Nguyễn Văn An"]
    assert submission.findings == []


def test_a_renamed_header_is_found_by_its_defined_name(
    tmp_path: Path, models: Programme, found: Found
) -> None:
    path = tmp_path / "form.xlsx"
    write_form(path, models, values={"Ca_nhan": [{"ho_ten": "An", "ma_cb": "CB1"}]})
    book = openpyxl.load_workbook(path)
    sheet = book["Ca_nhan"]
    cell = next(c for c in sheet[3] if str(c.value).startswith("Mã cán bộ"))
    cell.value = "Ký hiệu riêng"
    book.save(path)
    submission = read(inbox_file(path), models)
    assert names(submission, key="ma_cb") == ["CB1"]
    (named,) = found(submission, "N305")
    assert (named.field, named.value) == ("ma_cb", "Ký hiệu riêng")


def test_pre_filled_rows_without_an_entry_are_no_records(
    tmp_path: Path, scorecard: Programme
) -> None:
    path = tmp_path / "form.xlsx"
    write_form(path, scorecard)
    submission = read(inbox_file(path), scorecard)
    assert submission.tables["Chi_tieu"].rows == []
    codes = submission.tables["Cham_diem"].columns["ma_tc"]
    assert codes == [row.code for row in scorecard.scorecard]


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_a_form_saved_by_another_program_reads_the_same(
    tmp_path: Path, models: Programme, libreoffice: Any, kind: str
) -> None:
    path = tmp_path / "form.xlsx"
    people = [{"ho_ten": "Nguyễn Văn Hoà", "nam_sinh": 1980, "ngay_vao": "12/2014"}]
    write_form(path, models, values={"Ca_nhan": people})
    before = read(inbox_file(path), models)
    after = read(inbox_file(libreoffice(path, kind, tmp_path / kind)), models)
    assert after.readable
    assert {key: (t.rows, t.columns) for key, t in before.tables.items()} == {
        key: (t.rows, t.columns) for key, t in after.tables.items()
    }
    assert [one.code for one in after.findings] == (["N102"] if kind == "xls" else [])


def test_a_file_given_up_half_way_counts_no_cells(tmp_path: Path, models: Programme) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        people = book.add_worksheet("Ca_nhan")
        people.write_row(0, 0, PERSON)
        people.write_row(1, 0, AN)
        book.add_worksheet("Khác").merge_range("A1:C9", "x")
    submission = read(inbox_file(tmp_path / "a.xlsx"), models, Limits(merged_cells=9))
    assert [one.code for one in submission.findings] == ["F106"]
    assert (submission.counts.cells_read, submission.counts.cells_reported) == (0, 0)
