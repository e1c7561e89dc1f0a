"""Copies of the ballot are read by the identity of their rows, and faults are named with a cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.formula.translate import Translator
from openpyxl.worksheet.worksheet import Worksheet

from .conftest import AGREE, AN, BINH, CUC, DUNG, EM, HEADER, LATER, LOWER, NAMES, REJECT, Room

EXPECTED = {AN: "agree", BINH: "later", CUC: "agree", DUNG: "agree", EM: "reject"}


def test_one_copy_that_follows_what_was_computed(room: Room) -> None:
    room.decide(room.copy(), "--lang", "en", expect=1)  # a member from elsewhere: one warning
    assert room.decisions() == EXPECTED
    assert room.findings() == [("W851", "a.xlsx", "G4")]
    row = next(row for row in room.rows("decisions") if row["nominee"] == AN)
    assert (row["award"], row["agree"], row["blank"], row["excluded"]) == ("GK_GDS", "1", "0", "0")


def test_the_joint_copy_of_the_council_needs_no_member(room: Room) -> None:
    room.decide(room.copy(member="", unit=""), expect=0)
    assert room.decisions() == EXPECTED and room.findings() == []
    assert [member["name"] for member in room.manifest()["members"]] == [""]


def shuffled(sheet: Worksheet) -> None:
    """Rows in another order, blank rows and a note among them, two columns put in."""
    rows = [
        [cell.value for cell in row] for row in sheet.iter_rows(HEADER + 1, HEADER + 5, max_col=13)
    ]
    for at, row in enumerate([rows[3], None, rows[0], rows[4], rows[1], None, rows[2]]):
        for col in range(1, 16):
            # Formulas move along in a real program; one without a value says nothing here.
            live = '=""' if row and col in (14, 15) else None
            sheet.cell(HEADER + 1 + at, col).value = row[col - 1] if row and col < 14 else live
    sheet.cell(HEADER + 2, 2).value = "xem lại dòng dưới"
    sheet.insert_cols(3, 2)
    sheet.insert_rows(2, 3)
    sheet.title = "Phiếu của tôi"


def test_sorting_inserting_and_renaming_change_nothing(room: Room) -> None:
    votes = {BINH: (AGREE, "", "đã nộp xác nhận"), EM: LATER, DUNG: (LATER, "", "chờ ý kiến")}
    votes[EM] = (LATER, "", "xin gia hạn")
    room.decide(room.copy("a.xlsx", votes, member="", unit=""), expect=0)
    before, minutes = room.rows("decisions"), (room.out / "bien-ban.xlsx").read_bytes()
    room.decide(room.copy("a.xlsx", votes, shuffled, member="", unit=""), expect=0)
    assert room.rows("decisions") == before
    assert (room.out / "bien-ban.xlsx").read_bytes() == minutes


def turned_round(sheet: Worksheet) -> None:
    """The rows in reverse order, formulas along with them, under another name of the sheet."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(HEADER + 1, HEADER + 5)]
    for at, row in enumerate(reversed(rows)):
        for col, value in enumerate(row, 1):
            cell = sheet.cell(HEADER + 1 + at, col)
            cell.value = value
            if isinstance(value, str) and value.startswith("="):
                origin = f"{cell.column_letter}{HEADER + 5 - at}"
                cell.value = Translator(value, origin).translate_formula(cell.coordinate)
    sheet.title = "Phiếu của tôi"


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_copies_saved_again_by_libreoffice(room: Room, libreoffice: Any, suffix: str) -> None:
    votes = {AN: (REJECT, "", "đã khen năm trước"), CUC: (LOWER, "Giấy khen của Giám đốc Sở", "x")}
    copy = room.copy("a.xlsx", votes, turned_round, member="Ba", unit="VP", meeting="28/07/2020")
    again = libreoffice(copy, suffix, room.folder / "out")
    room.decide(again, "--lang", "en", expect=0)
    wanted = {**EXPECTED, AN: "", BINH: "", CUC: "lower"}  # VP is the member's own unit
    assert room.decisions() == wanted
    assert [(code, cell) for code, _, cell in room.findings()] == [("N852", "G4")]
    assert room.manifest()["meeting"]["date"] == "2020-07-28"
    cut = {row["nominee"]: row["award"] for row in room.rows("decisions")}
    assert cut[CUC] == "GK_GDS"


def test_live_cells_say_what_will_be_read(room: Room, libreoffice_recalculating: Any) -> None:
    votes = {AN: AGREE, CUC: (LOWER, "", "x"), DUNG: REJECT, EM: (AGREE, "", "có đơn")}
    copy = room.copy("a.xlsx", votes, unit="VP")
    again = libreoffice_recalculating(copy, "xlsx", room.folder / "out")
    sheet = openpyxl.load_workbook(again, data_only=True)["Hội đồng"]
    shown = {
        sheet.cell(row, 1).value: (sheet.cell(row, 14).value or "", sheet.cell(row, 15).value)
        for row in range(HEADER + 1, HEADER + 6)
    }
    assert shown == {
        AN: ("Đơn vị mình", "Không tính"),
        BINH: ("Đơn vị mình", "Không tính"),
        CUC: ("", "Thiếu mức khen"),
        DUNG: ("", "Thiếu lý do"),
        EM: ("", "✓"),
    }
    assert [sheet.cell(row, 14).value for row in range(4, 8)] == [5, 0, 2, 2]
    room.decide(again, expect=1)
    found = sorted(code for code, _, _ in room.findings())
    assert found == ["E864", "E866", "N852"]


FAULTS = {
    "E861": ("A", "uncounted", {AN: AGREE}, {"A": "VP/CN/CB99"}),
    "E862": ("G", "uncounted", {AN: AGREE}, {"G": "✗ KHÔNG ĐẠT"}),
    "E864": ("M", "uncounted", {AN: REJECT}, {}),
    "E865": ("K", "uncounted", {AN: "Đồng í kiến"}, {}),
    "E866": ("K", "uncounted", {AN: (LOWER, "", "x")}, {}),
    "E867": ("L", "uncounted", {AN: (LOWER, "Bằng khen của Chủ tịch UBND tỉnh", "x")}, {}),
    "E868": ("L", "uncounted", {AN: (AGREE, "Giấy khen của Chủ tịch UBND xã", "x")}, {}),
    "W853": ("O", "counted", {AN: AGREE}, {"O": "chắc chắn"}),
    "W854": ("M", "uncounted", {AN: ("", "", "rất tốt")}, {}),
}


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_has_its_cell_and_costs_only_its_row(room: Room, code: str) -> None:
    letter, counted, votes, cells = FAULTS[code]
    row = room.row_of(AN)

    def change(sheet: Worksheet) -> None:
        for at, text in cells.items():
            sheet[f"{at}{row}"] = text

    room.decide(room.copy(votes=votes, change=change, member="", unit=""), expect=1)
    found = [one for one in room.findings() if one[0] == code]
    assert found == [(code, "a.xlsx", f"{letter}{row}")]
    assert room.decisions() == {**EXPECTED, AN: "agree" if counted == "counted" else ""}


def test_an_opinion_without_an_id(room: Room) -> None:
    def change(sheet: Worksheet) -> None:
        sheet[f"K{HEADER + 9}"] = AGREE

    room.decide(room.copy(change=change, member="", unit=""), expect=1)
    assert room.findings() == [("E869", "a.xlsx", f"K{HEADER + 9}")]


def test_two_rows_of_one_nominee(room: Room) -> None:
    row = room.row_of(AN)

    def twice(opinion: str) -> Path:
        def change(sheet: Worksheet) -> None:
            for col in range(1, 11):
                sheet.cell(HEADER + 8, col).value = sheet.cell(row, col).value
            sheet[f"K{HEADER + 8}"] = opinion
            sheet[f"M{HEADER + 8}"] = "lý do"
            sheet[f"O{HEADER + 8}"] = '="✓"'

        return room.copy(change=change, member="", unit="")

    room.decide(twice(REJECT), expect=1)
    cells = [f"K{row}", f"K{HEADER + 8}"]
    assert room.findings() == [("E863", "a.xlsx", cell) for cell in cells]
    assert room.decisions() == {**EXPECTED, AN: ""}
    room.decide(twice(AGREE), expect=0)
    assert [code for code, _, _ in room.findings()] == ["N853"]
    assert room.decisions() == EXPECTED


def test_deleted_rows(room: Room) -> None:
    row = room.row_of(EM)
    room.decide(room.copy(change=lambda s: s.delete_rows(row), member="", unit=""), expect=1)
    assert room.findings() == [("W852", "a.xlsx", "")]
    assert "Lý Em" in room.rows("findings")[0]["message"]
    assert room.decisions() == {**EXPECTED, EM: ""}


def test_a_member_without_a_unit(room: Room) -> None:
    room.decide(room.copy(unit=""), expect=1)
    assert room.findings() == [("W855", "a.xlsx", "C4")]


@pytest.mark.parametrize("unit", ["VP", "Văn phòng Sở", "văn  phòng sở"])
def test_the_own_unit_is_left_out_of_the_count(room: Room, unit: str) -> None:
    room.decide(room.copy("a.xlsx", unit=unit), room.copy("b.xlsx", member="", unit=""), expect=1)
    rows = {row["nominee"]: row for row in room.rows("decisions")}
    assert (rows[AN]["excluded"], rows[AN]["decision"]) == ("1", "")
    assert (rows[CUC]["excluded"], rows[CUC]["decision"]) == ("0", "agree")
    votes = {row["nominee"]: (row["conflict"], row["counted"]) for row in room.rows("votes")}
    assert votes[AN] == ("yes", "no") and votes[CUC] == ("no", "yes")
    assert ("E872", "b.xlsx", "") in room.findings()  # a joint copy beside a member's


def test_copies_of_another_run_and_other_files(room: Room, published: Path) -> None:
    good = room.copy("tốt.xlsx", member="", unit="")
    stale = room.copy("cũ.xlsx", member="", unit="")
    book = openpyxl.load_workbook(stale)
    book["_hoi_dong"]["B1"] = book["_hoi_dong"]["B2"] = "0123456789ABCDEF"
    book.save(stale)
    bare = room.copy("trơn.xlsx", member="", unit="", ballot="")
    book = openpyxl.load_workbook(bare)
    del book["_hoi_dong"]
    book.save(bare)
    other = room.run / "tong-hop.xlsx"
    text = room.folder / "thư.xlsx"
    text.write_text("không phải Excel", encoding="utf-8")
    room.decide(good, stale, bare, other, text, room.folder / "mất.xlsx", expect=1)
    assert {(code, file) for code, file, _ in room.findings()} == {
        *(("E852", "cũ.xlsx"), ("E853", "trơn.xlsx"), ("E851", "tong-hop.xlsx")),
        *((room_code(room, "thư.xlsx"), "thư.xlsx"), ("F110", "mất.xlsx")),
    }
    assert room.decisions() == EXPECTED
    assert [one["file"] for one in room.manifest()["inputs"]] == ["tốt.xlsx"]
    assert len(room.manifest()["unused"]) == 5


def room_code(room: Room, file: str) -> str:
    return next(code for code, name, _ in room.findings() if name == file)


def test_nothing_is_written_when_no_copy_can_be_used(room: Room) -> None:
    found = room.decide(room.run / "tong-hop.xlsx", expect=4)
    assert "E851" in found.stderr and not room.out.exists()


def test_a_copy_keeps_its_ballot_without_the_hidden_sheet(room: Room) -> None:
    copy = room.copy(member="", unit="")
    book = openpyxl.load_workbook(copy)
    del book["_hoi_dong"]
    book.save(copy)
    room.decide(copy, expect=0)
    assert room.decisions() == EXPECTED


def test_a_re_run_that_changes_a_verdict_makes_copies_stale(room: Room, published: Path) -> None:
    copy = room.copy(member="", unit="")
    inbox = published.parent / "inbox"
    args = ["run", "--programme", "bacgiang-models-2020", "--inbox", inbox, "--out", room.run]
    same = room.do(*args, "--replace", "--jobs", "0")
    assert same.exit_code == 0
    room.decide(copy, expect=0)
    assert room.do("decide", room.run, "--undo").exit_code == 0
    late = room.do(*args, "--replace", "--jobs", "0", "--set", "deadline_inclusive=true",
                   "--set", "blank_year=none", "--as-of", "2020-07-29")  # fmt: skip
    assert late.exit_code == 0
    found = room.decide(copy, expect=4)
    assert "E852" in found.stderr


def test_another_label_of_the_same_award_is_no_change(room: Room) -> None:
    def change(sheet: Worksheet) -> None:
        sheet[f"F{room.row_of(AN)}"] = "GK Giám đốc Sở"

    room.decide(room.copy(change=change, member="", unit=""), expect=0)
    assert room.decisions() == EXPECTED


def test_names_stand_in_the_hint_of_a_member(room: Room) -> None:
    room.decide(room.copy(unit="Công ty Mận Đỏ"), expect=1)
    assert "Công ty Mận" in room.rows("findings")[0]["message"]
    assert NAMES[EM] not in room.rows("findings")[0]["message"]


def test_one_cause_is_told_once_with_its_cells(room: Room) -> None:
    """Every cell is in the minutes; the terminal names the first and lists the others."""
    found = room.decide(room.copy(votes=dict.fromkeys(NAMES, "ok rồi")), expect=1)
    cells = [f"K{row}" for row in range(HEADER + 1, HEADER + 1 + len(NAMES))]
    assert found.output.count("«ok rồi» không phải là ý kiến") == 1
    assert f"và 4 chỗ khác như vậy: {', '.join(cells[1:])}" in found.output
    assert "Đầy đủ từng ô: bien-ban.xlsx" in found.output
    book = openpyxl.load_workbook(room.out / "bien-ban.xlsx")
    assert [row[4].value for row in book["Lỗi"].iter_rows(min_row=5)][:5] == ["ok rồi"] * 5
    assert [cell for code, _, cell in room.findings() if code == "E865"] == cells


def test_the_paper_ballot_can_be_written_on(room: Room) -> None:
    """Narrow enough to be read on A4 turned, rows for a hand, headings on each page."""
    book = openpyxl.load_workbook(room.run / "ket-qua.xlsx")
    sheet, ballot = book["Phiếu in"], book["Hội đồng"]
    heads = [cell.value for cell in sheet[6]]
    assert heads[5:9] == ["Đồng ý", "Không đồng ý", "Hạ mức, ghi mức khen", "Để lại sau"]
    names = [ballot.cell(row, 2).value for row in range(HEADER + 1, HEADER + 1 + len(NAMES))]
    rows = range(7, 7 + len(NAMES))
    assert [str(sheet.cell(row, 2).value).split("\n")[0] for row in rows] == names
    assert all(sheet.cell(row, col).value is None for row in rows for col in range(6, 11))
    assert all((sheet.row_dimensions[row].height or 0) >= 45 for row in rows)
    wide = sum(sheet.column_dimensions[letter].width for letter in "ABCDEFGHIJ")
    assert 120 < wide < 175  # eleven points shrink to nine at the worst
    setup = (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.print_title_rows)
    assert setup == ("landscape", 9, "$6:$6")
    assert "Chữ ký" in str(sheet.cell(7 + len(NAMES) + 2, 1).value)


def test_a_copy_whose_paper_was_filled_in_is_read_from_the_ballot_alone(room: Room) -> None:
    path = room.copy(member="", unit="")
    book = openpyxl.load_workbook(path)
    book["Phiếu in"]["G7"] = "x"
    book.move_sheet("Phiếu in", -5)
    book.save(path)
    room.decide(path, expect=0)
    assert room.decisions() == EXPECTED


def test_a_formula_that_was_never_calculated_is_not_an_empty_cell(room: Room) -> None:
    def formula(cell: str) -> Any:
        return lambda sheet: sheet.__setitem__(cell, '="Đồng ý"')

    row = room.row_of(AN)
    room.decide(room.copy(member="", unit="", change=formula(f"K{row}")), expect=1)
    assert room.findings() == [("E213", "a.xlsx", f"K{row}")]
    assert room.decisions()[AN] == ""
    named = room.copy("b.xlsx", change=formula("C4"))
    told = room.decide(named, expect=4).output  # whose copy it is cannot be told: not the joint one
    assert "«Họ tên thành viên»: ô có công thức chưa được tính" in told and "C4" in told


def test_a_copy_that_nobody_filled_in(room: Room) -> None:
    room.decide(room.run / "ket-qua.xlsx", expect=1)
    assert room.findings() == [("W862", "ket-qua.xlsx", "")]
    assert set(room.decisions().values()) == {""}
