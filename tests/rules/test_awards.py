from __future__ import annotations

from typing import Any

import pytest

BK = "Thanh_tich.ma_kt : BK_TINH"
CHAIR = "nguoi_ky = CT_UBND_TINH"


def award(**changed: Any) -> dict[str, Any]:
    base = {
        "ma_kt": "BK_TINH", "nguoi_ky": "CT_UBND_TINH", "nam": "2017",
        "ngay_qd": "2018-02-12", "so_qd": "12/QĐ-UBND",
    }  # fmt: skip
    return {**base, **changed}


@pytest.mark.parametrize(
    ("changed", "outcome", "why"),
    [
        ({}, "pass", "1/1"),
        ({"ma_kt": "BK_BO", "nguoi_ky": "BT_BCT"}, "review", "cùng cấp"),
        ({"ma_kt": "BK_DTTW", "nguoi_ky": "DOAN_THE_TW"}, "review", "cùng cấp"),
        ({"ma_kt": "BK_TTG", "nguoi_ky": "THU_TUONG"}, "pass", "do cấp cao hơn ký"),
        ({"ma_kt": "HC", "nguoi_ky": "KHAC"}, "review", "bao hàm"),
        ({"ma_kt": "GK_GDS", "nguoi_ky": "GD_SO"}, "fail", "0/1"),
        ({"ma_kt": "BK_KHAC", "nguoi_ky": "KHAC"}, "fail", "0/1"),
        ({"ma_kt": "LDTT"}, "fail", "0/1"),
        ({"ma_kt": None}, "review", "mã trống hoặc không nhận ra"),
        ({"nguoi_ky": None}, "review", "thiếu ô quyết định"),
        ({"nguoi_ky": "GD_SO"}, "review", "mâu thuẫn"),
        ({"nam": "2014", "ngay_qd": "2014-11-20"}, "fail", "0/1"),
        ({"nam": "2014"}, "review", "khác nhau"),
        ({"nam": "2019", "ngay_qd": "2020-02-12"}, "review", "khác nhau"),
        ({"nam": "2015-2019", "ngay_qd": "2019-12-20"}, "pass", "1/1"),
        ({"nam": "2013-2016"}, "review", "một phần"),
        ({"nam": "2010-2014", "ngay_qd": "2014-12-20"}, "fail", "0/1"),
        ({"nam": None}, "pass", "1/1"),  # the date of decision tells the year
        ({"nam": None, "ngay_qd": "2020-02-12"}, "review", "không ghi năm"),
        ({"nam": None, "ngay_qd": None}, "review", "không ghi năm"),
        ({"ngay_qd": None, "so_qd": None}, "pass", "1/1"),
        ({"sure": False}, "review", "trùng tên"),
    ],
)
def test_one_commendation(
    small: Any, criterion: Any, changed: dict[str, Any], outcome: str, why: str
) -> None:
    small.add("Thanh_tich", **award(**changed))
    judged = small.judge(criterion("B", "count", BK, CHAIR, limit="1"))
    assert judged.outcome("B") == outcome
    assert why in judged.found("B")


def test_no_row_is_a_fail_at_the_name(small: Any, criterion: Any) -> None:
    judged = small.judge(criterion("B", "count", BK, CHAIR, limit="1"))
    assert (judged.outcome("B"), judged.cells("B")) == ("fail", "Cá nhân!A2")


def test_the_row_that_does_not_count_is_shown(small: Any, criterion: Any) -> None:
    small.add("Thanh_tich", **award(nam="2013", ngay_qd="2013-11-20"))
    judged = small.judge(criterion("B", "count", BK, CHAIR, limit="1"))
    assert (judged.outcome("B"), judged.cells("B")) == ("fail", "Thành tích!D2")


def test_both_bases_are_printed(small: Any, criterion: Any) -> None:
    small.add("Thanh_tich", **award(nam="2019", ngay_qd="2020-02-12"))
    judged = small.judge(criterion("B", "count", BK, CHAIR, limit="1"))
    assert "theo năm thành tích: 1, theo ngày quyết định: 0" in judged.found("B")


@pytest.mark.parametrize(
    ("options", "changed", "outcome"),
    [
        ({"year_basis_conflict": "ignore"}, {"nam": "2019", "ngay_qd": "2020-02-12"}, "pass"),
        ({"year_basis_conflict": "ignore"}, {"nam": "2014", "ngay_qd": "2015-02-12"}, "fail"),
        ({"year_basis": "decision_date", "year_basis_conflict": "ignore"},
         {"nam": "2014", "ngay_qd": "2015-02-12"}, "pass"),
        ({"same_level_issuer": "no"}, {"ma_kt": "BK_BO", "nguoi_ky": "BT_BCT"}, "fail"),
        ({"equivalents": "BK_BO|BT_BCT"}, {"ma_kt": "BK_BO", "nguoi_ky": "BT_BCT"}, "pass"),
        ({"equivalents": "BK_BO|BT_BCT"}, {"ma_kt": "BK_BO", "nguoi_ky": "BO_KHAC"}, "review"),
        ({"higher_issuer_satisfies": "false"}, {"ma_kt": "BK_TTG", "nguoi_ky": "THU_TUONG"},
         "fail"),
        ({"higher_issuer_satisfies": "review"}, {"ma_kt": "BK_TTG", "nguoi_ky": "THU_TUONG"},
         "review"),
        ({"count_interval": "false"}, {"nguoi_ky": None}, "fail"),
        ({"required": "false"}, {"ma_kt": "GK_GDS", "nguoi_ky": "GD_SO"}, "fail"),
    ],
)  # fmt: skip
def test_switches_change_the_result(
    small: Any, criterion: Any, options: dict[str, str], changed: dict[str, Any], outcome: str
) -> None:
    small.add("Thanh_tich", **award(**changed))
    rule = criterion("B", "count", BK, CHAIR, limit="1", **options)
    assert small.judge(rule).outcome("B") == outcome


def test_an_empty_list_is_data_even_where_data_are_not_required(small: Any, criterion: Any) -> None:
    rule = criterion("B", "count", BK, CHAIR, limit="1", required="false")
    assert small.judge(rule).outcome("B") == "fail"


def test_an_open_window_counts_every_row(small: Any, criterion: Any) -> None:
    small.add("Thanh_tich", **award(nam=None, ngay_qd=None))
    rule = criterion("B", "count", BK, CHAIR, limit="1", window=("", ""))
    assert small.judge(rule).outcome("B") == "pass"


def test_titles_without_a_window_are_counted_as_rows(small: Any, criterion: Any) -> None:
    small.titles(y2011="CSTD_TINH", y2013="CSTD_TINH")
    of = "Thanh_tich.ma_kt : CSTD_TINH"
    rule = criterion("B", "count", of, limit="2", window=("", ""))
    assert small.judge(rule).outcome("B") == "pass"


# --- initiatives -----------------------------------------------------------------------------

RECOGNISED = "so_qd = * ; ap_dung = CO"


def initiative(**changed: Any) -> dict[str, Any]:
    base = {"ten_sk": "Cải tiến A", "cap": "CO_SO", "nam": "2017", "so_qd": "5/QĐ", "ap_dung": "CO"}
    return {**base, **changed}


@pytest.mark.parametrize(
    ("second", "outcome"),
    [
        ({"ten_sk": "Cải tiến B"}, "pass"),  # one decision may recognise several
        ({"ten_sk": "Cải tiến B", "so_qd": None}, "review"),
        ({"ten_sk": "Cải tiến B", "ap_dung": "KHONG"}, "fail"),
        ({"ten_sk": "Cải tiến B", "ap_dung": None}, "review"),
        ({"ten_sk": "Cải tiến B", "nam": None}, "review"),
        ({"ten_sk": "Cải tiến B", "nam": "2014"}, "fail"),
        ({}, "fail"),  # the same row twice
        ({"ten_sk": "cải tiến  a", "so_qd": "6/QĐ"}, "review"),  # the same title again
    ],
)
def test_two_initiatives(small: Any, criterion: Any, second: dict[str, Any], outcome: str) -> None:
    small.add("Sang_kien", **initiative())
    small.add("Sang_kien", **initiative(**second))
    assert (
        small.judge(criterion("S", "count", "Sang_kien", RECOGNISED, limit="2")).outcome("S")
        == outcome
    )


@pytest.mark.parametrize(
    ("level", "outcome"),
    [("TINH", "pass"), ("BO", "review"), ("TOAN_QUOC", "pass"), ("CO_SO", "fail"),
     (None, "review")],
)  # fmt: skip
def test_level_of_an_initiative(
    small: Any, criterion: Any, level: str | None, outcome: str
) -> None:
    small.add("Sang_kien", **initiative(cap=level))
    rule = criterion("S", "count", "Sang_kien", "cap = TINH", limit="1")
    assert small.judge(rule).outcome("S") == outcome


def test_evidence_of_initiatives_is_their_title(small: Any, criterion: Any) -> None:
    small.add("Sang_kien", **initiative())
    judged = small.judge(criterion("S", "count", "Sang_kien", RECOGNISED, limit="1"))
    assert judged.cells("S") == "Sáng kiến!D2"


# --- years of commendations ------------------------------------------------------------------

KHEN = "Thanh_tich.ma_kt : GK_DN|BIEU_DUONG"
EMPLOYER = "nguoi_ky = DOANH_NGHIEP"
MAY = ("Thanh_tich.ma_kt : LDTT|CSTDCS", EMPLOYER)
NO_LEVELS = {"same_level_issuer": "no", "higher_issuer_satisfies": "false"}


def praise(year: str | None, **changed: Any) -> dict[str, Any]:
    base = {"ma_kt": "GK_DN", "nguoi_ky": "DOANH_NGHIEP", "nam": year, "so_qd": f"{year}/QĐ"}
    return {**base, "ngay_qd": f"{year}-12-20" if year else None, **changed}


def three(criterion: Any, **options: str) -> Any:
    return criterion(
        "K", "count_years", KHEN, EMPLOYER, may=MAY, limit="3", **{**NO_LEVELS, **options}
    )


@pytest.mark.parametrize(
    ("third", "outcome"),
    [
        (praise("2018"), "pass"),
        (praise("2017", so_qd="other"), "fail"),  # two in one year are one year
        (praise("2018", ma_kt="LDTT"), "review"),
        (praise("2018", ma_kt="LDTT", nguoi_ky="GD_SO"), "fail"),
        (praise("2018", ma_kt="GK_GDS", nguoi_ky="GD_SO"), "fail"),
        (praise(None, ngay_qd="2018-12-20"), "pass"),
        (praise(None), "review"),
        (praise("2014", ngay_qd="2015-01-20"), "review"),
        (praise("2013-2018", ngay_qd="2018-05-05"), "review"),
    ],
)
def test_years_of_praise(small: Any, criterion: Any, third: dict[str, Any], outcome: str) -> None:
    for row in (praise("2016"), praise("2017"), third):
        small.add("Thanh_tich", **row)
    assert small.judge(three(criterion)).outcome("K") == outcome


@pytest.mark.parametrize(
    ("value", "outcome"),
    [("possible", "review"), ("false", "review"), ("yes", "pass"), ("true", "pass"),
     ("no", "fail"), ("never", "fail")],
)  # fmt: skip
def test_titles_in_place_of_praise(small: Any, criterion: Any, value: str, outcome: str) -> None:
    for row in (praise("2016"), praise("2017"), praise("2018", ma_kt="CSTDCS")):
        small.add("Thanh_tich", **row)
    assert small.judge(three(criterion, may_count=value)).outcome("K") == outcome


def test_a_year_is_not_lost_to_a_title_in_it(small: Any, criterion: Any) -> None:
    for row in (praise("2016"), praise("2017"), praise("2018"), praise("2018", ma_kt="LDTT")):
        small.add("Thanh_tich", **row)
    judged = small.judge(three(criterion))
    assert (judged.outcome("K"), judged.row("K")["amount"]) == ("pass", 3)


# --- the same award twice --------------------------------------------------------------------

UNION = "Thanh_tich.ma_kt : GK_CD|BK_CD"


def union(**changed: Any) -> dict[str, Any]:
    base = {"ma_kt": "GK_CD", "nguoi_ky": "CD_CAP_TREN", "nam": "2016"}
    return {**base, "so_qd": "61/QĐ-CĐN", "ngay_qd": "2016-12-20", **changed}


@pytest.mark.parametrize(
    ("second", "outcome"),
    [
        ({}, "fail"),
        ({"so_qd": " 61/qđ-cđn"}, "fail"),
        ({"so_qd": "62/QĐ-CĐN"}, "pass"),
        ({"ma_kt": "BK_CD"}, "pass"),
        ({"ngay_qd": "2016-12-21"}, "review"),  # one number, two days of one year
        ({"ngay_qd": "2018-12-21", "nam": "2018"}, "pass"),  # numbers begin anew each year
        ({"so_qd": None}, "review"),
        ({"ngay_qd": None, "so_qd": "62"}, "review"),
    ],
)
def test_the_same_award_counts_once(
    small: Any, criterion: Any, second: dict[str, Any], outcome: str
) -> None:
    small.add("Thanh_tich", **union())
    small.add("Thanh_tich", **union(**second))
    assert small.judge(criterion("U", "count", UNION, limit="2")).outcome("U") == outcome


@pytest.mark.parametrize(("policy", "outcome"), [("count", "pass"), ("drop", "fail")])
def test_near_duplicates_follow_their_switch(
    small: Any, criterion: Any, policy: str, outcome: str
) -> None:
    small.add("Thanh_tich", **union())
    small.add("Thanh_tich", **union(so_qd=None))
    rule = criterion("U", "count", UNION, limit="2", near_duplicate=policy)
    assert small.judge(rule).outcome("U") == outcome


def test_identity_is_a_setting(small: Any, criterion: Any) -> None:
    small.add("Thanh_tich", **union())
    small.add("Thanh_tich", **union(so_qd="62/QĐ-CĐN"))
    rule = criterion("U", "count", UNION, limit="2", award_identity="form|issuer|date")
    assert small.judge(rule).outcome("U") == "fail"


def test_a_co_author_counts_for_each(small: Any, criterion: Any) -> None:
    small.nominee()
    for who in (0, 1):
        small.add("Sang_kien", who, **initiative())
    judged = small.judge(criterion("S", "count", "Sang_kien", RECOGNISED, limit="1"))
    assert [judged.outcome("S", who) for who in (0, 1)] == ["pass", "pass"]


def test_rows_that_name_nobody_never_count(small: Any, criterion: Any) -> None:
    small.add("Thanh_tich", -2, **award())
    assert small.judge(criterion("B", "count", BK, CHAIR, limit="1")).outcome("B") == "fail"
