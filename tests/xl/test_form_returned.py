"""Returned forms: every finding at its cell, and a sheet of things to mend that leads there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from emubatch.messages import finding, render
from emubatch.model import BadCell, Finding
from emubatch.programme.tables import Programme
from emubatch.xl import GUIDE_SHEET, TODO_SHEET, style
from emubatch.xl.form import write_form
from emubatch.xl.form_layout import lay_out
from emubatch.xl.lint import lint_workbook

PEOPLE: list[dict[str, Any]] = [
    {
        "ho_ten": "Lê Thị Thử",
        "nam_sinh": 1984.0,
        "chuc_vu": "Chuyên viên",
        "doi_tuong": "Công chức loại 2",
        "ngay_vao": dt.date(2014, 12, 5),
        "Ghi chú riêng": "giữ lại",
    },
    {
        "ho_ten": "=Trần Văn Mẫu",
        "ngay_vao": BadCell("E212", "#REF!"),
        "nam_sinh": BadCell("E213", ""),
        "la_dvcd": True,
    },
]


def some_findings() -> list[Finding]:
    people = {"sheet": "Ca_nhan", "header": "x"}
    return [
        finding("N201", sheet="Ca_nhan", header="x", count=1, before="a", after="b"),
        finding(
            "E209", cell="G4", field="doi_tuong", value="Công chức loại 2", nearest="", **people
        ),
        finding("E212", cell="I5", field="ngay_vao", value="#REF!", **people),
        finding("W301", cell="L3", value="Ghi chú riêng", count=1, sheet="Ca_nhan"),
        finding("E201", cell="E5", field="chuc_vu", because="", **people),
        finding("E301", title="Tập thể"),
        finding("E201", cell="A4", field="ma_dv", sheet="Don_vi", header="Mã đơn vị", because=""),
        finding("W404", cell="G4", sheet="Ca_nhan", value="Công chức loại 2", other="A9"),
    ]


@pytest.fixture(scope="session")
def returned(models: Programme, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("returned") / "SCT-THU.xlsx"
    values = {"Don_vi": [{"ten_dv": "Phòng Thử nghiệm"}], "Ca_nhan": PEOPLE}
    write_form(path, models, values=values, findings=some_findings())
    return path


@pytest.fixture
def book(returned: Path) -> Any:
    return openpyxl.load_workbook(returned)


def todo(book: Any) -> list[list[Any]]:
    return [[cell.value for cell in row[:7]] for row in book[TODO_SHEET].iter_rows(min_row=6)]


def test_the_sheet_of_things_to_mend_comes_first(book: Any) -> None:
    assert book.sheetnames[:2] == [TODO_SHEET, GUIDE_SHEET]
    assert book.active.title == TODO_SHEET
    assert book[TODO_SHEET]["A1"].value == "Việc cần sửa"


def test_values_stand_as_they_were_read(returned: Path) -> None:
    rows = CalamineWorkbook.from_path(returned).get_sheet_by_name("Ca_nhan").to_python()
    assert rows[2][-1] == "Ghi chú riêng"
    assert rows[3][0] == "Lê Thị Thử"
    assert (rows[3][2], rows[3][8], rows[3][-1]) == (1984.0, dt.date(2014, 12, 5), "giữ lại")
    assert (rows[4][0], rows[4][7]) == ("=Trần Văn Mẫu", True)


def test_bad_cells_stay_bad(book: Any) -> None:
    page = book["Ca_nhan"]
    assert (page["I5"].value, page["I5"].data_type) == ("#REF!", "e")
    assert page["C5"].data_type == "f"


def test_every_finding_is_marked_at_its_cell(book: Any) -> None:
    page = book["Ca_nhan"]
    for found in some_findings():
        if found.sheet == "Ca_nhan" and found.cell:
            cell = page[found.cell]
            assert render(found) in cell.comment.text
            assert not cell.protection.locked or cell.row == 3
    rust, yellow = "FF" + style.RUST[1:], "FF" + style.YELLOW[1:]
    fills = {cell: page[cell].fill.fgColor.rgb for cell in ("G4", "I5", "E5", "L3", "A4")}
    assert fills == {"G4": rust, "I5": rust, "E5": rust, "L3": yellow, "A4": "00000000"}
    assert book["Don_vi"]["A4"].comment.text.startswith("✗ ")


def test_several_findings_share_the_note_of_their_cell(book: Any) -> None:
    lines = book["Ca_nhan"]["G4"].comment.text.split("\n")
    assert [line[0] for line in lines] == ["✗", "?"]


def test_lines_in_order_with_sign_and_word(book: Any) -> None:
    rows = todo(book)
    assert [row[0] for row in rows] == list(range(1, 9))
    places = [(row[1], row[2], row[3]) for row in rows]
    assert places == [
        ("✗ Lỗi", None, None),
        ("✗ Lỗi", "Don_vi", "A4"),
        ("? Cảnh báo", "Ca_nhan", "L3"),
        ("✗ Lỗi", "Ca_nhan", "G4"),
        ("? Cảnh báo", "Ca_nhan", "G4"),
        ("✗ Lỗi", "Ca_nhan", "E5"),
        ("✗ Lỗi", "Ca_nhan", "I5"),
        ("i Ghi chú", "Ca_nhan", None),
    ]
    assert rows[3][4] == render(some_findings()[1])
    assert rows[3][5] == "Công chức loại 2"


def test_notes_alike_take_one_line_and_stand_at_every_cell(
    models: Programme, tmp_path: Path
) -> None:
    """A list of an old font has a note for every cell; they must not hide what is to mend."""
    people = [{"ho_ten": f"Lê Văn {n}"} for n in range(30)]
    notes = [
        finding(
            "N206", sheet="Ca_nhan", cell=f"A{n + 4}", field="ho_ten", header="Họ và tên",
            value=f"Lª V¨n {n}", after=f"Lê Văn {n}", encoding="TCVN3",
        )
        for n in range(30)
    ]  # fmt: skip
    path = tmp_path / "a.xlsx"
    write_form(path, models, values={"Ca_nhan": people}, findings=[*some_findings(), *notes])
    book = openpyxl.load_workbook(path)
    lines = [line for line in todo(book) if line[3] is not None and "Lª V¨n" in str(line[4])]
    assert len(lines) == 1
    assert "Còn 29 ô như vậy: A5, A6" in lines[0][4]
    assert "Lª V¨n 29" in book["Ca_nhan"]["A33"].comment.text


def test_lines_jump_to_their_cell(book: Any) -> None:
    links = {
        cell.coordinate: cell.hyperlink.location
        for row in book[TODO_SHEET].iter_rows(min_row=6)
        for cell in row
        if cell.hyperlink
    }
    assert links["D9"] == links["C9"] == "'Ca_nhan'!G4"
    assert links["C13"] == "'Ca_nhan'!A1"
    assert "D6" not in links


def test_a_place_that_moved_nowhere_is_named(models: Programme, tmp_path: Path) -> None:
    lost = Finding("W303", "warning", sheet="Ca_nhan", params=(("sent_cell", "Q40"),))
    write_form(tmp_path / "a.xlsx", models, values={}, findings=[lost])
    (row,) = todo(openpyxl.load_workbook(tmp_path / "a.xlsx"))
    assert row[3] == "tệp đã gửi: Q40"


def states(path: Path) -> tuple[str, list[str]]:
    page = openpyxl.load_workbook(path, data_only=True)[TODO_SHEET]
    return str(page["A3"].value), [str(row[6].value) for row in page.iter_rows(min_row=6)]


def test_the_counter_follows_what_is_mended(
    returned: Path, libreoffice_recalculating: Any, tmp_path: Path
) -> None:
    assert states(returned) == ("Còn 7 trong 7", ["còn"] * 7 + ["–"])
    kept = libreoffice_recalculating(returned, "xlsx", tmp_path / "kept")
    assert states(kept) == ("Còn 7 trong 7", ["còn"] * 7 + ["–"])
    book = openpyxl.load_workbook(returned)
    book["Ca_nhan"]["G4"] = "Công chức"
    book["Ca_nhan"]["I5"] = "05/12/2014"
    book["Don_vi"]["A4"] = "SCT-THU"
    book.save(tmp_path / "mended.xlsx")
    mended = libreoffice_recalculating(tmp_path / "mended.xlsx", "xlsx", tmp_path / "out")
    counter, found = states(mended)
    assert counter == "Còn 3 trong 7"
    assert found == ["còn", "đã sửa", "còn", "đã sửa", "đã sửa", "còn", "đã sửa", "–"]


def test_blank_rows_remain_to_type_in(book: Any) -> None:
    area = book.defined_names["f_Ca_nhan_ho_ten"].attr_text
    assert area == "'Ca_nhan'!$A$4:$A$103"


def test_a_long_form_grows(models: Programme, tmp_path: Path) -> None:
    many = [{"ho_ten": f"Người {n}"} for n in range(120)]
    write_form(tmp_path / "a.xlsx", models, values={"Ca_nhan": many})
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.defined_names["f_Ca_nhan_ho_ten"].attr_text == "'Ca_nhan'!$A$4:$A$143"
    lists = [
        str(area)
        for rule in book["Ca_nhan"].data_validations.dataValidation
        for area in rule.sqref.ranges
    ]
    assert "G4:G143" in lists


def test_a_removed_criterion_comes_back_in_its_place(scorecard: Programme, tmp_path: Path) -> None:
    rows = [
        {"ma_tc": "I.2", "muc": "tốt, đúng hạn"},
        {"ma_tc": "Z.9", "muc": "a"},
        {"ma_tc": "I.1", "muc": "đạt chỉ tiêu"},
        {"ma_tc": "II.1", "muc": "đầy đủ"},
    ]
    values = {"Cham_diem": rows}
    write_form(tmp_path / "a.xlsx", scorecard, values=values)
    page = openpyxl.load_workbook(tmp_path / "a.xlsx")["Cham_diem"]
    codes = [page.cell(row, 1).value for row in range(4, page.max_row + 1)]
    assert codes[:5] == ["I", "I.2", "Z.9", "I.1", "I.3"]
    assert sorted(codes) == sorted([*(row.code for row in scorecard.scorecard), "Z.9"])
    assert codes.index("II") == codes.index("II.1") - 1
    sheet = next(s for s in lay_out(scorecard, "vi", None, values) if s.sheet.key == "Cham_diem")
    assert [page[sheet.cell(n, "muc")].value for n in range(4)] == [row["muc"] for row in rows]
    assert page["A6"].protection.locked is True


def test_rules_kept_for_the_next_form_change_nothing(models: Programme, tmp_path: Path) -> None:
    values = {"Ca_nhan": PEOPLE}
    paths = [tmp_path / f"{n}.xlsx" for n in range(3)]
    write_form(paths[0], models, values=values, findings=some_findings()[:1])
    write_form(paths[1], models, values=values, findings=some_findings())
    write_form(paths[2], models, values=values, findings=some_findings()[:1])
    assert paths[0].read_bytes() == paths[2].read_bytes() != paths[1].read_bytes()
    assert [lint_workbook(path) for path in paths] == [[], [], []]


def test_both_checks_find_nothing(returned: Path, ooxml_validator: Any) -> None:
    assert lint_workbook(returned) == []
    assert ooxml_validator(returned) == []
