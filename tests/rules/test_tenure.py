from __future__ import annotations

from typing import Any

import pytest

OF = "Qua_trinh.tu / Ca_nhan.ngay_vao"


def sixty(criterion: Any, **options: str) -> Any:
    given = {
        "borderline_days": "31", "neutral_gaps": "THAI_SAN|NGHI_CO_LUONG",
        "doubtful_gaps": "NGHI_KHONG_LUONG|CHUYEN_DN_NGANH", **options,
    }  # fmt: skip
    window = ("", "2019-12-30")
    return criterion("M", "full_months", OF, window=window, limit="60", operator=">=", **given)


@pytest.mark.parametrize(
    ("start", "outcome", "found"),
    [
        ("2014-12-30", "pass", "60 tháng"),
        ("2014-12-31", "review", "59 tháng, thiếu 1 ngày"),
        ("2015-01-01", "review", "59 tháng, thiếu 2 ngày"),
        ("2015-01-30", "review", "59 tháng, thiếu 31 ngày"),
        ("2015-01-31", "fail", "58 tháng"),
        ("2014-12", "review", "59–60 tháng (chỉ biết 12/2014)"),
        ("2014-11", "pass", "61 tháng (chỉ biết 11/2014)"),
        ("2015-02", "fail", "58 tháng (chỉ biết 02/2015)"),
        ("2014", "review", "59–71 tháng (chỉ biết 2014)"),
        (None, "review", "chưa ghi ngày bắt đầu"),
        ("2020-03-01", "fail", "0 tháng"),
    ],
)
def test_months_from_the_stated_start(
    small: Any, criterion: Any, start: str | None, outcome: str, found: str
) -> None:
    small.people[0]["ngay_vao"] = start
    judged = small.judge(sixty(criterion))
    assert (judged.outcome("M"), judged.found("M")) == (outcome, found)
    assert judged.cells("M") == "Cá nhân!I2"
    assert judged.row("M")["required"] == "từ đủ 60 tháng liên tục, tính đến 30/12/2019"


@pytest.mark.parametrize(
    ("options", "start", "outcome"),
    [
        ({"borderline_days": "0"}, "2014-12-31", "fail"),
        ({"month_only": "first_day"}, "2014-12", "pass"),
        ({"month_only": "last_day", "borderline_days": "0"}, "2014-12", "fail"),
        ({"required": "false"}, None, "na"),
    ],
)
def test_switches_of_the_start(
    small: Any, criterion: Any, options: dict[str, str], start: str | None, outcome: str
) -> None:
    small.people[0]["ngay_vao"] = start
    assert small.judge(sixty(criterion, **options)).outcome("M") == outcome


def periods(*rows: tuple[str | None, str | None, str | None]) -> list[dict[str, Any]]:
    return [{"tu": start, "den": end, "ly_do": reason} for start, end, reason in rows]


LONG = ("2012-05-02", "2016-05-31", None)
BACK = ("2016-12-01", None, None)
LEAVE = ("2016-06-01", "2016-11-30")


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        ([("2012-05-02", None, None)], "pass"),
        ([("2016-05-02", None, None)], "fail"),
        ([LONG, ("2016-06-01", None, None)], "pass"),  # no day between them
        ([LONG, BACK], "fail"),  # a real gap counts anew
        ([LONG, (*LEAVE, "THAI_SAN"), BACK], "pass"),
        ([LONG, (*LEAVE, "NGHI_CO_LUONG"), BACK], "pass"),
        ([LONG, (*LEAVE, "NGHI_KHONG_LUONG"), BACK], "review"),
        ([LONG, (*LEAVE, "THOI_VIEC"), BACK], "fail"),
        # The reason may stand on the period of work that it ended.
        ([("2012-05-02", "2016-05-31", "THAI_SAN"), BACK], "pass"),
        ([("2012-05-02", "2016-05-31", "CHUYEN_DN_NGANH"), BACK], "review"),
        ([("2012-05-02", "2016-05-31", "THOI_VIEC"), BACK], "fail"),
        # A doubt that changes nothing is no doubt.
        ([("2008-01-01", "2012-12-31", None), ("2013-01-01", "2013-03-31", "NGHI_KHONG_LUONG"),
          ("2013-04-01", None, None)], "pass"),
        ([("2015-06-01", "2016-05-31", None), (*LEAVE, "NGHI_KHONG_LUONG"), BACK], "fail"),
        # Leave inside a longer period of work.
        ([("2012-05-02", None, None), (*LEAVE, "THAI_SAN")], "pass"),
        ([("2012-05-02", None, None), (*LEAVE, "NGHI_KHONG_LUONG")], "review"),
        # An excuse ends with its own leave, not with the work around it.
        ([("2012-05-02", "2016-05-31", None), ("2014-01-01", "2014-06-30", "THAI_SAN"), BACK],
         "fail"),
        # Service that is not stated to the end.
        ([("2012-05-02", "2019-06-30", None)], "review"),
        ([("2017-05-02", "2019-06-30", None)], "fail"),
        ([("2012-05-02", "2019-06-30", "THAI_SAN")], "pass"),
        ([("2012-05-02", "2019-06-30", "NGHI_KHONG_LUONG")], "review"),
        ([("2012-05-02", "2019-06-30", "THOI_VIEC")], "fail"),
        ([("2012-05-02", "2020-02-28", "THOI_VIEC")], "review"),
        ([("2012-05-02", None, "THOI_VIEC")], "review"),
        ([("2012-05-02", "2019-06-30", None), ("2020-02-01", None, None)], "review"),
        # Months are kept whole: a period to 06/2016 and one from 07/2016 touch.
        ([("2012-05", "2016-06", None), ("2016-07", None, None)], "pass"),
        ([("2012-05", "2016-06", None), ("2016-07-20", None, None)], "fail"),
        # Blank cells are never taken for the worse.
        ([(None, None, None)], "review"),
        ([(None, "2016-05-31", None), ("2016-06-01", None, None)], "review"),
        ([("2012-05-02", None, None), BACK], "review"),
        ([("2014-12", None, None)], "review"),
    ],
)  # fmt: skip
def test_periods_decide_over_the_start(
    small: Any, criterion: Any, rows: list[tuple[str | None, str | None, str | None]], outcome: str
) -> None:
    small.people[0]["ngay_vao"] = "2019-12-01"
    if not any(reason is None for _, _, reason in rows):
        small.people[0]["ngay_vao"] = None
    for row in reversed(periods(*rows)):
        small.add("Qua_trinh", **row)
    assert small.judge(sixty(criterion)).outcome("M") == outcome


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [("THAI_SAN", "pass"), ("NGHI_KHONG_LUONG", "review"), ("THOI_VIEC", "fail")],
)
def test_absences_alone_interrupt_the_stated_service(
    small: Any, criterion: Any, reason: str, outcome: str
) -> None:
    small.people[0]["ngay_vao"] = "2010-03-01"
    for row in periods((*LEAVE, reason)):
        small.add("Qua_trinh", **row)
    assert small.judge(sixty(criterion)).outcome("M") == outcome


def test_a_tolerated_gap(small: Any, criterion: Any) -> None:
    for row in periods(LONG, BACK):
        small.add("Qua_trinh", **row)
    assert small.judge(sixty(criterion, max_gap_days="182")).outcome("M") == "fail"
    assert small.judge(sixty(criterion, max_gap_days="183")).outcome("M") == "pass"


def test_words_and_cells_of_periods(small: Any, criterion: Any) -> None:
    for row in periods(LONG, (*LEAVE, "NGHI_KHONG_LUONG"), BACK):
        small.add("Qua_trinh", **row)
    judged = small.judge(sixty(criterion))
    assert judged.found("M") == (
        "91 tháng; theo quá trình công tác từ 02/05/2012; "
        "có gián đoạn cần xem xét: tính lại từ 01/12/2016 thì còn 36 tháng"
    )
    assert judged.cells("M") == (
        "Quá trình công tác!D2; Quá trình công tác!D3; Quá trình công tác!D4"
    )


def test_periods_that_may_be_a_namesakes(small: Any, criterion: Any) -> None:
    small.people[0]["ngay_vao"] = "2018-01-01"
    small.add("Qua_trinh", sure=False, tu="2010-01-01")
    assert small.judge(sixty(criterion)).outcome("M") == "review"
    small.people[0]["ngay_vao"] = "2010-01-01"
    assert small.judge(sixty(criterion)).outcome("M") == "pass"


def test_people_do_not_mix(small: Any, criterion: Any) -> None:
    small.nominee(ngay_vao="2010-01-01")
    small.add("Qua_trinh", 0, tu="2018-01-01")
    small.nominee()
    small.add("Qua_trinh", 2, tu="2009-01-01")
    judged = small.judge(sixty(criterion))
    assert [judged.outcome("M", who) for who in range(3)] == ["fail", "pass", "pass"]
