"""The limits of a plan beside the council's result: shown everywhere, nobody dropped."""

from __future__ import annotations

import csv
import shutil

import openpyxl

from .conftest import AN, CUC, DUNG, LOWER, REJECT, Room

COLUMNS = ("kind", "group", "limit", "unit", "applies", "base_value", "clause")


def limit(room: Room, *rows: tuple[str, ...]) -> None:
    """States the limits of the run anew."""
    path = room.run / "data" / "quotas.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([COLUMNS, *rows])


def test_every_limit_that_is_exceeded_is_named(room: Room) -> None:
    limit(
        room,
        ("individual", "", "3", "", "", "", "HD.3"),
        ("individual", "CO_QUAN_SO", "2", "", "", "", "HD.3"),
        ("individual", "", "1", "DN1", "", "", "HD.3"),  # Cúc and Dũng
        ("individual", "", "1", "VP", "", "", "HD.3"),  # An alone: within, and not listed
        ("individual", "", "1", "", "", "2+", "HD.3"),  # a share that may still grow
        ("collective", "", "1", "", "", "", "HD.3"),
    )
    found = room.decide(room.copy(unit="UBND tỉnh"), expect=1)
    assert [tuple(row.values()) for row in room.rows("limits")] == [
        ("individual", "", "", "", "3", "3", "0", "HD.3", "Cá nhân · Cả chương trình"),
        ("individual", "CO_QUAN_SO", "", "", "2", "3", "1", "HD.3",
         "Cá nhân · Cơ quan Sở, gồm Trung tâm trực thuộc Sở"),
        ("individual", "", "DN1", "", "1", "2", "1", "HD.3", "Cá nhân · Công ty Ổi"),
        ("individual", "", "", "", "1", "3", "0", "HD.3", "Cá nhân · Cả chương trình"),
        ("collective", "", "", "", "1", "0", "0", "HD.3", "Tập thể · Cả chương trình"),
    ]  # fmt: skip
    codes = [row["code"] for row in room.rows("findings")]
    assert codes.count("W859") == 2
    assert "W859 Cá nhân · Công ty Ổi: Hội đồng đồng ý 2, chỉ tiêu 1: vượt 1 (HD.3)" in found.output
    book = openpyxl.load_workbook(room.out / "bien-ban.xlsx")
    facts = {row[0].value: row[1].value for row in book["Kết quả"].iter_rows(max_row=14)}
    assert facts["Chỉ tiêu"] == (
        "Cá nhân · Cơ quan Sở, gồm Trung tâm trực thuộc Sở: 3, chỉ tiêu 2, vượt 1; "
        "Cá nhân · Công ty Ổi: 2, chỉ tiêu 1, vượt 1"
    )
    assert [cell.value for cell in book["Chỉ tiêu"][6]][1:4] == [2, 3, 1]


def test_a_limit_of_a_level_counts_what_is_awarded(room: Room) -> None:
    """Cúc was asked for by a higher form and is lowered: she takes a place of the lower one."""
    limit(
        room,
        ("individual", "", "1", "", "de_nghi=GK_GDS", "", "HD.3"),
        ("individual", "", "0", "", "de_nghi=BK_TINH", "", "HD.3"),
        ("individual", "", "3", "", "cap_vi_tri=CBCCVC", "", "HD.3"),
        ("individual", "", "0", "", "cap_vi_tri!=CBCCVC", "", "HD.3"),
    )
    lower = (LOWER, "Giấy khen của Giám đốc Sở", "mức tỉnh quá cao")
    room.decide(room.copy(votes={CUC: lower}, unit="UBND tỉnh"), expect=1)
    assert [(row["agreed"], row["over"]) for row in room.rows("limits")] == [
        ("3", "2"),
        ("0", "0"),
        ("3", "0"),
        ("0", "0"),
    ]


def test_within_the_limits_nothing_is_to_be_mended(room: Room) -> None:
    no = (REJECT, "", "x")
    room.decide(room.copy(votes={CUC: no, DUNG: no}, unit="VP"), expect=0)
    assert not [row for row in room.rows("findings") if row["code"] == "W859"]
    sheet = openpyxl.load_workbook(room.out / "bien-ban.xlsx")["Kết quả"]
    facts = {row[0].value: row[1].value for row in sheet.iter_rows(max_row=14)}
    assert facts["Chỉ tiêu"] == "không vượt"


# --- what else the minutes warn of ---------------------------------------------------------------

DAY = ("--decision-date", "30/7/2020", "--issuer", "GD_SO")


def warnings(room: Room, code: str) -> list[str]:
    return [row["value"] for row in room.rows("findings") if row["code"] == code]


def test_the_same_award_for_the_same_years_is_not_given_twice_in_silence(room: Room) -> None:
    """Only the register remembers an earlier decision; its own does not count against it."""
    copy, register = room.copy(member="", unit=""), ("--register", room.register)
    room.decide(copy, *register, "--decision-number", "1/QĐ", *DAY, expect=0)
    room.decide(copy, *register, "--decision-number", "1/QĐ", *DAY, expect=0)  # a repeat
    assert warnings(room, "W861") == []
    other = Room(room.folder / "other", room.folder / "other" / "2020-07")
    shutil.copytree(room.run, other.run)
    shutil.rmtree(other.out)
    told = other.decide(copy, *register, "--decision-number", "2/QĐ", *DAY, expect=1).output
    assert sorted(warnings(other, "W861")) == ["Hà Dũng", "Lê Văn An"]
    assert "theo quyết định 1/QĐ, 30/07/2020" in told


def test_a_decision_before_its_meeting(room: Room) -> None:
    copy = room.copy(member="", unit="")
    days = ("--meeting-date", "31/7/2020", "--decision-number", "1/QĐ", *DAY)
    room.decide(copy, *days, expect=1)
    assert warnings(room, "W860") == ["30/07/2020"]
    room.decide(copy, "--meeting-date", "30/7/2020", *days[2:], expect=0)
    assert warnings(room, "W860") == []


def test_the_command_tells_the_sum_and_what_the_register_needs(room: Room) -> None:
    copy = room.copy(member="", unit="")
    told = room.decide(copy, expect=0).output
    assert "Tiền thưởng: chưa có tổng" in told
    assert "số quyết định (--decision-number), ngày quyết định (--decision-date), người ký" in told
    votes = {CUC: (REJECT, "", "x")}
    copy = room.copy("b.xlsx", votes, member="", unit="")
    told = room.decide(copy, "--decision-number", "1/QĐ", *DAY, expect=0).output
    assert "Tiền thưởng: 900.000 đồng cho 2 khen thưởng" in told  # 0,3 × 1.490.000, up, twice
    assert f"Làm tiếp: emubatch letters {room.run}" in told


def test_money_is_that_of_the_decision_alone(room: Room) -> None:
    """Cúc's award is for the province to grant: another decision, another day, not paid here."""
    copy = room.copy(member="", unit="")
    told = room.decide(copy, "--decision-number", "1/QĐ", *DAY, expect=0).output
    assert {row["name"] for row in room.rows("money")} == {"Lê Văn An", "Hà Dũng"}
    assert "Tiền thưởng: 900.000 đồng cho 2 khen thưởng" in told
    sheet = openpyxl.load_workbook(room.out / "tien-thuong.xlsx").active
    assert sheet is not None
    assert str(sheet["A2"].value).endswith("chưa tính 1 khen thưởng do người khác ký")
    room.decide(copy, expect=0)  # without a decision: all of them, and no sum
    assert len(room.rows("money")) == 3


def test_a_result_that_awards_nothing_lacks_nothing_for_the_register(room: Room) -> None:
    votes = dict.fromkeys((AN, CUC, DUNG), (REJECT, "", "x"))
    told = room.decide(room.copy(votes=votes, member="", unit=""), expect=0).output
    assert "Không có khen thưởng nào" in told and "còn thiếu" not in told
