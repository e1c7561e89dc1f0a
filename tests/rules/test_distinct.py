"""Conditions on several columns, and counts that may not share an award or mix with titles."""

from __future__ import annotations

from typing import Any

import pytest

PROVINCE, MINISTRY = "CT_UBND_TINH", "BT_BCT"


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ({"doi_tuong": "CONG_NHAN"}, "pass"),
        ({"doi_tuong": "CONG_CHUC"}, "na"),
        ({"doi_tuong": "CONG_CHUC", "cap_vi_tri": "CONG_NHAN"}, "pass"),
        ({"doi_tuong": "CONG_CHUC", "cap_vi_tri": "CBCCVC"}, "na"),
        ({"cap_vi_tri": "CBCCVC"}, "pass"),  # «?»: the blank first column counts as this value
        ({}, "pass"),
    ],
)
def test_one_of_several_columns(
    small: Any, criterion: Any, values: dict[str, str], outcome: str
) -> None:
    small.people[0].update(values, la_dvcd="CO")
    row = criterion(
        "A", "attest", "Ca_nhan.la_dvcd", applies="doi_tuong / cap_vi_tri = CONG_NHAN|?"
    )
    assert small.judge(row).outcome("A") == outcome


def test_a_blank_cell_may_be_said_to_differ(small: Any, criterion: Any) -> None:
    small.people[0].update(la_dvcd="CO")
    row = criterion("A", "attest", "Ca_nhan.la_dvcd", applies="doi_tuong != CONG_NHAN|?")
    assert small.judge(row).outcome("A") == "na"


# --- one award, one row ----------------------------------------------------------------------


def award(number: int, form: str | None, issuer: str | None, year: str | None = "2017") -> Any:
    day = f"{year}-03-0{number}" if year else None
    return {"ma_kt": form, "nguoi_ky": issuer, "nam": year, "so_qd": f"{number}", "ngay_qd": day}


def one_and_one(
    criterion: Any, distinct: str = "true", limits: tuple[str, str] = ("1", "1")
) -> Any:
    alone = {"same_level_issuer": "no"}
    return (
        criterion("B", "all_of", distinct_awards=distinct),
        criterion("B.1", "count", "Thanh_tich.ma_kt : BK_TINH", f"nguoi_ky = {PROVINCE}",
                  parent="B", limit=limits[0], **alone),
        criterion("B.2", "count", "Thanh_tich.ma_kt : BK_BO", f"nguoi_ky = {MINISTRY}",
                  parent="B", limit=limits[1], **alone),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("awards", "distinct", "outcome"),
    [
        ([award(1, "BK_TINH", PROVINCE), award(2, "BK_BO", MINISTRY)], "true", "pass"),
        ([award(1, "BK_TTG", "THU_TUONG")], "false", "pass"),  # it would serve both rows
        ([award(1, "BK_TTG", "THU_TUONG")], "true", "fail"),
        ([award(1, "BK_TTG", "THU_TUONG"), award(2, "BK_TTG", "THU_TUONG")], "true", "pass"),
        ([award(1, "BK_TTG", "THU_TUONG"), award(2, "BK_BO", MINISTRY)], "true", "pass"),
        ([award(1, "BK_TTG", "THU_TUONG"), award(2, None, None)], "true", "review"),
        ([award(1, "BK_BO", MINISTRY), award(2, "BK_BO", MINISTRY)], "true", "fail"),
    ],
)
def test_one_award_serves_one_row(
    small: Any, criterion: Any, awards: list[Any], distinct: str, outcome: str
) -> None:
    for row in awards:
        small.add("Thanh_tich", **row)
    judged = small.judge(*one_and_one(criterion, distinct))
    assert judged.outcome("B") == outcome
    shared = outcome != "pass" and judged.outcome("B.1") == judged.outcome("B.2") == "pass"
    assert ("chỉ tính cho một điều kiện" in judged.found("B")) == shared


def test_the_rows_need_as_many_awards_as_they_ask_for_together(small: Any, criterion: Any) -> None:
    for number in (1, 2):
        small.add("Thanh_tich", **award(number, "BK_TTG", "THU_TUONG"))
    assert small.judge(*one_and_one(criterion, limits=("2", "1"))).outcome("B") == "fail"
    small.add("Thanh_tich", **award(3, "BK_TINH", PROVINCE))
    assert small.judge(*one_and_one(criterion, limits=("2", "1"))).outcome("B") == "pass"


# --- initiatives with titles -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("initiatives", "titles", "outcome"),
    [
        (2, {}, "pass"),
        (1, dict.fromkeys(range(2015, 2020), "KHONG"), "fail"),
        (1, {**dict.fromkeys(range(2015, 2019), "KHONG"), 2019: "CSTD_TINH"}, "review"),
        (0, {**dict.fromkeys(range(2015, 2019), "KHONG"), 2019: "CSTD_TINH"}, "fail"),
        (0, {**dict.fromkeys(range(2015, 2018), "LDTT"), 2018: "CSTD_TINH", 2019: "CSTD_TINH"},
         "review"),
        (1, dict.fromkeys(range(2015, 2019), "KHONG"), "review"),  # 2019 is not stated
        (0, dict.fromkeys(range(2015, 2019), "KHONG"), "fail"),
    ],
)  # fmt: skip
def test_titles_beside_initiatives_count_by_years_and_are_possible_only(
    small: Any, criterion: Any, initiatives: int, titles: dict[int, str], outcome: str
) -> None:
    for number in range(initiatives):
        small.add("Sang_kien", ten_sk=f"SK {number}", cap="TINH", nam="2016", so_qd=f"{number}")
    small.titles(**{f"y{year}": code for year, code in titles.items()})
    row = criterion(
        "M", "count", "Sang_kien.cap : TINH", may=("Thanh_tich.ma_kt : CSTD_TINH", ""), limit="2"
    )
    assert small.judge(row).outcome("M") == outcome
