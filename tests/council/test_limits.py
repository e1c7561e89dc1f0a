"""The limits of a plan beside the council's result: shown everywhere, nobody dropped."""

from __future__ import annotations

import csv

import openpyxl

from .conftest import CUC, DUNG, LOWER, REJECT, Room

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
