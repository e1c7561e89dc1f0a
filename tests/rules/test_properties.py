"""What must hold for any month: missing data never fails, awards never harm, order is nothing."""

from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import product
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SOME = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

CODES = ["LDTT", "CSTDCS", "CSTD_TINH", "CSTD_BO", "KHONG", "BK_TINH", "BK_BO", "BK_TTG", "GK_DN",
         "GK_GDS", "BIEU_DUONG", "HC", None]  # fmt: skip
ISSUERS = ["CT_UBND_TINH", "BT_BCT", "BO_KHAC", "GD_SO", "DOANH_NGHIEP", "THU_TUONG", None]
YEARS = ["2014", "2015", "2016", "2017", "2015-2016", "2013-2015", None]
DATES = ["2014-12-01", "2015-06-01", "2016-02-01", "2017-03", "2018-01-15", None]
WINDOW = ("2015-01-01", "2017-12-31")

awards = st.fixed_dictionaries(
    {
        "ma_kt": st.sampled_from(CODES),
        "nguoi_ky": st.sampled_from(ISSUERS),
        "nam": st.sampled_from(YEARS),
        "ngay_qd": st.sampled_from(DATES),
        "so_qd": st.sampled_from(["1", "2", None]),
        "sure": st.sampled_from([True, True, True, False]),
    }
)
ratings = st.fixed_dictionaries(
    {
        "nam": st.sampled_from(["2015", "2016", "2017", None]),
        "muc": st.sampled_from(["HTXS", "HTT", "HT", "CHUA", None]),
        "dvcdxs": st.sampled_from(["CO", "KHONG", None]),
    }
)


def outline(criterion: Any) -> list[Any]:
    """Every kind of count, under both ways to combine."""
    khen = "Thanh_tich.ma_kt : GK_DN|BIEU_DUONG"
    own = "nguoi_ky = DOANH_NGHIEP"
    may = ("Thanh_tich.ma_kt : LDTT|CSTDCS", own)
    rows = [
        ("bk", "count", "Thanh_tich.ma_kt : BK_TINH|BK_BO", "nguoi_ky = CT_UBND_TINH|BT_BCT", "1"),
        ("two", "count", "Thanh_tich.ma_kt : BK_TINH|GK_GDS", "", "2"),
        ("ldtt", "every_year", "Thanh_tich.ma_kt : LDTT", "", ""),
        ("cstd", "count_years", "Thanh_tich.ma_kt : CSTDCS+", "", "2"),
        ("tinh", "count_years", "Thanh_tich.ma_kt : CSTD_TINH", "nguoi_ky = CT_UBND_TINH", "1"),
        ("htt", "every_year", "Xep_loai.muc : HTT+", "", ""),
        ("dvcd", "every_year", "Thanh_tich.ma_kt : DVCDXS / Xep_loai.dvcdxs : CO", "", ""),
    ]
    leaves = [
        criterion(cid, test, of, where, parent="R", window=WINDOW, limit=limit)
        for cid, test, of, where, limit in rows
    ]
    praise = criterion(
        "khen", "count_years", khen, own, parent="R", may=may, window=WINDOW, limit="2"
    )
    return [criterion("R", "any_of"), *leaves, praise]


def outcomes(
    make_small: Any, criterion: Any, titles: Iterable[dict[str, Any]], rated: Iterable[Any]
) -> dict[str, str]:
    month = make_small()
    for row in titles:
        month.add("Thanh_tich", **row)
    for row in rated:
        month.add("Xep_loai", **row)
    judged = month.judge(*outline(criterion))
    return {cid: row["outcome"] for (_, cid), row in judged.rows.items()}


lists = st.lists(awards, max_size=6)
rated_lists = st.lists(ratings, max_size=4)


@SOME
@given(lists, rated_lists, awards)
def test_one_more_award_never_turns_pass_into_fail(
    make_small: Any, criterion: Any, titles: Any, rated: Any, extra: dict[str, Any]
) -> None:
    extra = {**extra, "sure": True}
    if extra["ma_kt"] == "KHONG":
        extra["ma_kt"] = "CSTDCS"
    before = outcomes(make_small, criterion, titles, rated)
    after = outcomes(make_small, criterion, [*titles, extra], rated)
    assert not [c for c in before if before[c] == "pass" and after[c] == "fail"]


@SOME
@given(lists.filter(bool), rated_lists, st.data())
def test_a_blanked_cell_never_makes_a_fail(
    make_small: Any, criterion: Any, titles: Any, rated: Any, data: Any
) -> None:
    # Not the date of decision: the stated year decides, and without the date nothing speaks
    # against it any more.
    at = data.draw(st.integers(0, len(titles) - 1))
    key = data.draw(st.sampled_from(["ma_kt", "nguoi_ky", "nam", "so_qd"]))
    blanked = [{**row, key: None} if place == at else row for place, row in enumerate(titles)]
    before = outcomes(make_small, criterion, titles, rated)
    after = outcomes(make_small, criterion, blanked, rated)
    assert not [c for c in before if before[c] != "fail" and after[c] == "fail"]


@SOME
@given(lists, rated_lists.filter(bool), st.data())
def test_a_blanked_rating_never_makes_a_fail(
    make_small: Any, criterion: Any, titles: Any, rated: Any, data: Any
) -> None:
    at = data.draw(st.integers(0, len(rated) - 1))
    key = data.draw(st.sampled_from(["nam", "muc", "dvcdxs"]))
    blanked = [{**row, key: None} if place == at else row for place, row in enumerate(rated)]
    before = outcomes(make_small, criterion, titles, rated)
    after = outcomes(make_small, criterion, titles, blanked)
    assert not [c for c in before if before[c] != "fail" and after[c] == "fail"]


@SOME
@given(lists, rated_lists, st.integers(0, 1000))
def test_the_order_of_rows_is_nothing(
    make_small: Any, criterion: Any, titles: Any, rated: Any, seed: int
) -> None:
    month = make_small()
    for row in titles:
        month.add("Thanh_tich", **row)
    for row in rated:
        month.add("Xep_loai", **row)
    first = month.judge(*outline(criterion)).rows
    for rows in month.rows.values():
        random.Random(seed).shuffle(rows)
    again = month.judge(*outline(criterion)).rows
    columns = ("outcome", "measured", "evidence", "amount")
    for key, row in first.items():
        assert [row[c] for c in columns[:3]] == [again[key][c] for c in columns[:3]]
        assert np.array_equal(row["amount"], again[key]["amount"], equal_nan=True)


# --- intervals against every way to fill the blanks ------------------------------------------


def verdict(possible: set[bool]) -> str:
    return {(True,): "pass", (False,): "fail"}.get(tuple(possible), "review")


@SOME
@given(
    st.lists(st.sampled_from(["CSTDCS", "LDTT", "KHONG", None, "-"]), min_size=3, max_size=3),
    st.integers(0, 2),
    st.integers(0, 4),
)
def test_years_against_all_completions(
    make_small: Any, criterion: Any, stated: list[str | None], floating: int, limit: int
) -> None:
    """``-`` states nothing about the year, None is a row whose title is not recognised."""
    month = make_small()
    for year, code in zip(("2015", "2016", "2017"), stated, strict=True):
        if code != "-":
            month.add("Thanh_tich", ma_kt=code, nam=year)
    for _ in range(floating):
        month.add("Thanh_tich", ma_kt="CSTDCS", nam=None)
    of = "Thanh_tich.ma_kt : CSTDCS+"
    rules = (
        criterion("c", "count_years", of, window=WINDOW, limit=str(limit)),
        criterion("e", "every_year", of, window=WINDOW),
    )
    judged = month.judge(*rules)
    choices = [[code] if code in ("CSTDCS", "LDTT", "KHONG") else ["CSTDCS", "LDTT"]
               for code in stated]  # fmt: skip
    counts = {
        sum(code == "CSTDCS" or place in places for place, code in enumerate(filled))
        for filled in product(*choices)
        for places in product([0, 1, 2, None], repeat=floating)
    }
    assert judged.outcome("c") == verdict({count >= limit for count in counts})
    assert judged.outcome("e") == verdict({count == 3 for count in counts})


ROW = st.fixed_dictionaries(
    {
        "ma_kt": st.sampled_from(["BK_TINH", "GK_GDS", None]),
        "nguoi_ky": st.sampled_from(["CT_UBND_TINH", "KHAC", None]),
        "nam": st.sampled_from(["2014", "2016", None]),
    }
)


def signer(row: dict[str, Any]) -> str:
    """A form that is not known may be the one asked for, whoever is said to have signed it."""
    return "CT_UBND_TINH" if row["ma_kt"] is None else ""


@SOME
@given(st.lists(ROW, max_size=3), st.integers(0, 3))
def test_commendations_against_all_completions(
    make_small: Any, criterion: Any, rows: list[dict[str, Any]], limit: int
) -> None:
    """Rows that no form and signer contradict, each with a number of its own."""
    wrong = {("GK_GDS", "CT_UBND_TINH"), ("GK_GDS", "KHAC"), ("BK_TINH", "KHAC")}
    rows = [row for row in rows if (row["ma_kt"], row["nguoi_ky"]) not in wrong]
    month = make_small()
    for place, row in enumerate(rows):
        month.add("Thanh_tich", **row, so_qd=str(place), ngay_qd=None)
    rule = criterion(
        "b", "count", "Thanh_tich.ma_kt : BK_TINH", "nguoi_ky = CT_UBND_TINH", window=WINDOW,
        limit=str(limit), near_duplicate="count",
    )  # fmt: skip
    options = [
        {
            code == "BK_TINH" and "CT_UBND_TINH" in (issuer, signer(row)) and year == "2016"
            for code in ([row["ma_kt"]] if row["ma_kt"] else ["BK_TINH", "GK_GDS"])
            for issuer in ([row["nguoi_ky"]] if row["nguoi_ky"] else ["CT_UBND_TINH", "KHAC"])
            for year in ([row["nam"]] if row["nam"] else ["2014", "2016"])
        }
        for row in rows
    ]
    counts = {sum(filled) for filled in product(*options)}
    assert month.judge(rule).outcome("b") == verdict({count >= limit for count in counts})


# --- service ---------------------------------------------------------------------------------

DAYS = ["2013-01-01", "2014-06-15", "2014-12", "2015-02-01", "2016-08", "2018-01-01", "2020-05-01"]
PERIOD = st.fixed_dictionaries(
    {
        "tu": st.sampled_from([*DAYS, None]),
        "den": st.sampled_from([*DAYS, None]),
        "ly_do": st.sampled_from([None, None, "THAI_SAN", "NGHI_KHONG_LUONG", "THOI_VIEC"]),
    }
).filter(lambda row: not row["tu"] or not row["den"] or row["tu"] <= row["den"])


def tenure(make_small: Any, criterion: Any, start: str | None, periods: Any) -> str:
    month = make_small()
    month.people[0]["ngay_vao"] = start
    for row in periods:
        month.add("Qua_trinh", **row)
    of = "Qua_trinh.tu / Ca_nhan.ngay_vao"
    rule = criterion(
        "m", "full_months", of, window=("", "2019-12-30"), limit="60", borderline_days="31",
        neutral_gaps="THAI_SAN", doubtful_gaps="NGHI_KHONG_LUONG",
    )  # fmt: skip
    return str(month.judge(rule).outcome("m"))


@SOME
@given(st.sampled_from([*DAYS, None]), st.lists(PERIOD, max_size=4), st.integers(0, 1000))
def test_the_order_of_periods_is_nothing(
    make_small: Any, criterion: Any, start: str | None, periods: Any, seed: int
) -> None:
    shuffled = list(periods)
    random.Random(seed).shuffle(shuffled)
    first = tenure(make_small, criterion, start, periods)
    assert tenure(make_small, criterion, start, shuffled) == first


@SOME
@given(st.sampled_from([*DAYS, None]), st.lists(PERIOD, min_size=1, max_size=4), st.data())
def test_a_blanked_date_of_service_never_makes_a_fail(
    make_small: Any, criterion: Any, start: str | None, periods: Any, data: Any
) -> None:
    at = data.draw(st.integers(0, len(periods) - 1))
    key = data.draw(st.sampled_from(["tu", "den"]))
    blanked = [{**row, key: None} if place == at else row for place, row in enumerate(periods)]
    before = tenure(make_small, criterion, start, periods)
    after = tenure(make_small, criterion, start, blanked)
    assert before == "fail" or after != "fail"


# --- discipline ------------------------------------------------------------------------------

CASE = st.fixed_dictionaries(
    {
        "khong_co": st.sampled_from(["CO", None, None]),
        "he": st.sampled_from(["CHINH_QUYEN", "DANG", None]),
        "hinh_thuc": st.sampled_from(["KHIEN_TRACH", "CANH_CAO", None]),
        "ngay_qd": st.sampled_from(["2014-05-01", "2016-05-01", "2020-02-01", None]),
    }
)


def discipline(make_small: Any, criterion: Any, cases: Any) -> str:
    month = make_small()
    for row in cases:
        month.add("Ky_luat", **row)
    rule = criterion("d", "none", "Ky_luat.hinh_thuc : KHIEN_TRACH+")
    return str(month.judge(rule).outcome("d"))


@SOME
@given(st.lists(CASE, min_size=1, max_size=4), st.data())
def test_a_blanked_cell_of_discipline_never_makes_a_fail(
    make_small: Any, criterion: Any, cases: Any, data: Any
) -> None:
    at = data.draw(st.integers(0, len(cases) - 1))
    key = data.draw(st.sampled_from(["he", "hinh_thuc", "ngay_qd"]))
    blanked = [{**row, key: None} if place == at else row for place, row in enumerate(cases)]
    before = discipline(make_small, criterion, cases)
    after = discipline(make_small, criterion, blanked)
    assert before == "fail" or after != "fail"
