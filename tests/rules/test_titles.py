from __future__ import annotations

from typing import Any

import pytest

LDTT = "Thanh_tich.ma_kt : LDTT"
FIVE = {f"y{year}": "LDTT" for year in range(2015, 2020)}


def five(**changed: str | None) -> dict[str, str | None]:
    return {year: code for year, code in {**FIVE, **changed}.items() if code != "-"}


@pytest.mark.parametrize(
    ("changed", "outcome", "found"),
    [
        ({}, "pass", "5/5 năm"),
        ({"y2017": "-"}, "review", "4/5 năm; 2017: trống"),
        ({"y2017": "KHONG"}, "fail", "4/5 năm; 2017: không đạt"),
        ({"y2017": None}, "review", "4/5 năm; 2017: chưa rõ; mã trống hoặc không nhận ra"),
        ({"y2017": "CSTDCS"}, "pass", "5/5 năm"),
        ({"y2017": "CSTT"}, "pass", "5/5 năm"),
        ({"y2017": "DVCDXS"}, "review", "4/5 năm; 2017: trống"),  # another scale
        ({"y2017": "BK_TINH"}, "review", "4/5 năm; 2017: trống"),  # a form, not a title
        ({"y2017": "TTLDTT"}, "review", "4/5 năm; 2017: trống"),
        ({"y2016": "KHONG", "y2018": "-"}, "fail", "3/5 năm; 2016: không đạt, 2018: trống"),
    ],
)
def test_every_year(
    small: Any, criterion: Any, changed: dict[str, Any], outcome: str, found: str
) -> None:
    small.titles(**five(**changed))
    judged = small.judge(criterion("T", "every_year", LDTT))
    assert (judged.outcome("T"), judged.found("T")) == (outcome, found)


def test_evidence_is_the_cells_used_in_the_order_of_the_sheet(small: Any, criterion: Any) -> None:
    small.titles(**dict(reversed(five(y2017="KHONG").items())))
    small.add("Thanh_tich", ma_kt="BK_TINH", nam="2017")
    judged = small.judge(criterion("T", "every_year", LDTT))
    cells = "Thành tích!D2; Thành tích!D3; Thành tích!D4; Thành tích!D5; Thành tích!D6"
    assert judged.cells("T") == cells
    assert judged.row("T")["evidence"].startswith("dv.xlsx!Thành tích!D2; dv.xlsx!Thành tích!D3")


def test_nothing_stated_points_at_the_name(small: Any, criterion: Any) -> None:
    judged = small.judge(criterion("T", "every_year", LDTT))
    assert judged.outcome("T") == "review"
    assert judged.cells("T") == "Cá nhân!A2"


def test_a_recognised_title_outweighs_unrecognised_text(small: Any, criterion: Any) -> None:
    small.titles(**FIVE)
    small.titles(y2016=None)
    assert small.judge(criterion("T", "every_year", LDTT)).outcome("T") == "pass"


def test_khong_beside_a_title_is_doubtful(small: Any, criterion: Any) -> None:
    small.titles(**FIVE)
    small.titles(y2016="KHONG")
    judged = small.judge(criterion("T", "every_year", LDTT))
    assert judged.outcome("T") == "review"
    assert judged.found("T") == "4/5 năm; 2016: chưa rõ; vừa có vừa không"


def test_a_row_without_a_year_may_fill_one_stated_no(small: Any, criterion: Any) -> None:
    small.titles(**five(y2016="KHONG"))
    small.add("Thanh_tich", ma_kt="CSTDCS", nam=None)
    rule = criterion("T", "every_year", LDTT)
    judged = small.judge(rule)
    assert judged.outcome("T") == "review"
    assert judged.found("T") == "4/5 năm; 2016: không đạt; 1 dòng không ghi năm"
    small.titles(y2017="KHONG")
    small.rows["Thanh_tich"] = [r for r in small.rows["Thanh_tich"] if r["ma_kt"] != "LDTT"]
    small.titles(y2015="LDTT", y2018="LDTT", y2019="LDTT")
    assert small.judge(rule).outcome("T") == "fail"  # two stated years, one floating row


def test_a_row_of_a_namesake_is_never_sure(small: Any, criterion: Any) -> None:
    small.titles(**five(y2017="-"))
    small.add("Thanh_tich", sure=False, ma_kt="LDTT", nam="2017")
    judged = small.judge(criterion("T", "every_year", LDTT))
    assert judged.outcome("T") == "review"
    assert "trùng tên" in judged.found("T")
    small.rows["Thanh_tich"][-1]["ma_kt"] = "KHONG"
    assert small.judge(criterion("T", "every_year", LDTT)).outcome("T") == "review"


def test_rows_of_a_range_of_years_are_possible(small: Any, criterion: Any) -> None:
    small.add("Thanh_tich", ma_kt="LDTT", nam="2013-2019")
    judged = small.judge(criterion("T", "every_year", LDTT))
    assert judged.outcome("T") == "review"
    assert "2019: chưa rõ" in judged.found("T")
    assert "một dòng ghi nhiều năm" in judged.found("T")


def test_closure_follows_its_switch_and_plus_does_not(small: Any, criterion: Any) -> None:
    small.titles(**{year: "CSTDCS" for year in FIVE})
    judged = small.judge(
        criterion("off", "every_year", LDTT, title_closure="false"),
        criterion("plus", "every_year", LDTT + "+", title_closure="false"),
        criterion("on", "every_year", LDTT),
    )
    assert [judged.outcome(c) for c in ("off", "plus", "on")] == ["fail", "pass", "pass"]


def test_blank_years_may_count_as_none(small: Any, criterion: Any) -> None:
    small.titles(**five(y2017="-"))
    assert small.judge(criterion("T", "every_year", LDTT, blank_year="none")).outcome("T") == "fail"


@pytest.mark.parametrize(
    ("flag", "plus", "exact"),
    [("CO_TINH", "pass", "review"), ("CO_CP", "pass", "review"), ("TTLDXS", "pass", "pass"),
     ("TTLDTT", "pass", "fail")],
)  # fmt: skip
def test_flags_imply_the_lower_title_only(
    small: Any, criterion: Any, flag: str, plus: str, exact: str
) -> None:
    small.add("Thanh_tich", ma_kt=flag, nam="2019")
    window = ("2019-01-01", "2019-12-31")
    judged = small.judge(
        criterion("plus", "every_year", "Thanh_tich.ma_kt : TTLDTT+", window=window),
        criterion("exact", "every_year", "Thanh_tich.ma_kt : TTLDXS", window=window),
    )
    assert (judged.outcome("plus"), judged.outcome("exact")) == (plus, exact)


def test_same_level_title_is_for_the_council(small: Any, criterion: Any) -> None:
    small.titles(y2018="CSTD_BO", y2015="LDTT", y2016="LDTT", y2017="LDTT", y2019="LDTT")
    of = "Thanh_tich.ma_kt : CSTD_TINH"
    judged = small.judge(
        criterion("G6", "count_years", of, limit="1"),
        criterion("no", "count_years", of, limit="1", same_level_issuer="no"),
        criterion("eq", "count_years", of, limit="1", equivalents="CSTD_BO"),
    )
    assert [judged.outcome(c) for c in ("G6", "no", "eq")] == ["review", "fail", "pass"]
    assert judged.found("G6") == (
        "Đã chắc 0/1, còn 1 năm chưa rõ (2018); người ký cùng cấp, cần Hội đồng xác nhận"
    )


# --- counting years --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("years", "outcome", "found"),
    [
        ({"y2015": "CSTDCS", "y2016": "CSTDCS", "y2018": "CSTD_TINH"}, "pass",
         "Đã chắc 3/3, còn 2 năm chưa rõ (2017, 2019)"),
        ({"y2015": "CSTDCS", "y2016": "CSTDCS", "y2017": "LDTT", "y2018": "LDTT", "y2019": "LDTT"},
         "fail", "2/3 năm (2015, 2016)"),
        ({"y2015": "CSTDCS", "y2016": "CSTDCS", "y2018": "LDTT", "y2019": "LDTT"}, "review",
         "Đã chắc 2/3, còn 1 năm chưa rõ (2017)"),
    ],
)  # fmt: skip
def test_count_years_is_an_interval(
    small: Any, criterion: Any, years: dict[str, str], outcome: str, found: str
) -> None:
    small.titles(**years)
    judged = small.judge(criterion("C", "count_years", "Thanh_tich.ma_kt : CSTDCS+", limit="3"))
    assert (judged.outcome("C"), judged.found("C")) == (outcome, found)
    assert judged.row("C")["required"] == (
        "ít nhất 3 năm: Chiến sĩ thi đua cơ sở trở lên; 2015–2019"
    )


def test_two_titles_of_one_year_count_once(small: Any, criterion: Any) -> None:
    small.titles(y2015="CSTDCS", y2016="CSTDCS", y2017="LDTT", y2018="LDTT", y2019="LDTT")
    small.titles(y2016="CSTD_TINH")
    rule = criterion("C", "count_years", "Thanh_tich.ma_kt : CSTDCS+", limit="3")
    assert small.judge(rule).outcome("C") == "fail"


@pytest.mark.parametrize(
    ("issuer", "outcome"),
    [("CT_UBND_TINH", "pass"), ("BT_BCT", "review"), (None, "review"),
     ("GD_SO", "review"), ("THU_TUONG", "review")],
)  # fmt: skip
def test_who_recognised_the_title(
    small: Any, criterion: Any, issuer: str | None, outcome: str
) -> None:
    """The same level is for the council; a signer who cannot sign this is an error of the row."""
    for year in range(2015, 2019):
        small.add("Thanh_tich", ma_kt="TTLDTT", nam=str(year), nguoi_ky="GD_SO")
    small.add("Thanh_tich", ma_kt="TTLDXS", nam="2019", nguoi_ky=issuer)
    where = "nguoi_ky = CT_UBND_TINH"
    rule = criterion("C", "count_years", "Thanh_tich.ma_kt : TTLDXS", where, limit="1")
    assert small.judge(rule).outcome("C") == outcome


@pytest.mark.parametrize(
    ("operator", "limit", "outcome"),
    [(">", "1", "review"), (">", "0", "pass"), ("<=", "2", "pass"), ("<", "2", "review"),
     ("<", "1", "fail"), ("=", "1", "review"), ("=", "3", "fail"), ("!=", "3", "pass")],
)  # fmt: skip
def test_operators_of_a_count(
    small: Any, criterion: Any, operator: str, limit: str, outcome: str
) -> None:
    small.titles(y2015="CSTDCS", y2016="LDTT", y2017="LDTT", y2018="LDTT")  # 1 sure, 1 open
    of = "Thanh_tich.ma_kt : CSTDCS+"
    rule = criterion("C", "count_years", of, limit=limit, operator=operator)
    assert small.judge(rule).outcome("C") == outcome


def test_count_without_interval_counts_what_is_sure(small: Any, criterion: Any) -> None:
    small.titles(y2015="CSTDCS")
    of = "Thanh_tich.ma_kt : CSTDCS+"
    rule = criterion("C", "count_years", of, limit="2", count_interval="false")
    assert small.judge(rule).outcome("C") == "fail"


# --- ratings and yes or no -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ratings", "outcome"),
    [(("HTT",), "pass"), (("HT",), "fail"), (("CHUA",), "review"), ((None,), "review"),
     ((), "review"), (("HTXS", "HT"), "review"), (("HTT", "HTXS"), "pass")],
)  # fmt: skip
def test_ratings(small: Any, criterion: Any, ratings: tuple[str | None, ...], outcome: str) -> None:
    for year in range(2015, 2019):
        small.add("Xep_loai", nam=str(year), muc="HTT")
    for rating in ratings:
        small.add("Xep_loai", nam="2019", muc=rating)
    # Closure is about titles; "or higher" of a rating is what the text says.
    rule = criterion("R", "every_year", "Xep_loai.muc : HTT+", title_closure="false")
    assert small.judge(rule).outcome("R") == outcome


def test_ratings_that_are_not_required(small: Any, criterion: Any) -> None:
    rule = criterion("R", "every_year", "Xep_loai.muc : HTT+", required="false")
    judged = small.judge(rule)
    assert (judged.outcome("R"), judged.found("R")) == ("na", "không có dữ liệu")
    small.add("Xep_loai", nam="2016", muc="HTT")
    assert small.judge(rule).outcome("R") == "pass"
    small.add("Xep_loai", nam="2017", muc="HT")
    assert small.judge(rule).outcome("R") == "fail"


UNION = "Thanh_tich.ma_kt : DVCDXS / Xep_loai.dvcdxs : CO"


@pytest.mark.parametrize(
    ("title", "column", "outcome"),
    [("DVCDXS", None, "pass"), (None, "CO", "pass"), ("DVCDXS", "CO", "pass"),
     ("DVCDXS", "KHONG", "review"), (None, "KHONG", "fail"), ("-", None, "review"),
     ("LDTT", "CO", "pass"), ("KHONG", "CO", "review"), ("KHONG", None, "review"),
     ("KHONG", "KHONG", "fail")],
)  # fmt: skip
def test_two_sources_of_one_year(
    small: Any, criterion: Any, title: str | None, column: str | None, outcome: str
) -> None:
    """A column left blank is a question still open, also where the other sheet says "none"."""
    window = ("2019-01-01", "2019-12-31")
    if title not in (None, "-"):
        small.add("Thanh_tich", ma_kt=title, nam="2019")
    small.add("Xep_loai", nam="2019", muc="HTT", dvcdxs=column)
    assert small.judge(criterion("U", "every_year", UNION, window=window)).outcome("U") == outcome
