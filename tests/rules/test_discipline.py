from __future__ import annotations

from typing import Any

import pytest

OF = "Ky_luat.hinh_thuc : KHIEN_TRACH+"
NONE: dict[str, Any] = {"khong_co": "CO"}


def case(date: str | None = "2018-06-05", **changed: Any) -> dict[str, Any]:
    return {"he": "CHINH_QUYEN", "hinh_thuc": "KHIEN_TRACH", "ngay_qd": date, **changed}


@pytest.mark.parametrize(
    ("rows", "outcome", "found"),
    [
        ([], "review", "chưa ghi có hay không"),
        ([NONE], "pass", "đã ghi không có"),
        ([{"khong_co": "KHONG"}], "review", "ghi là có, nhưng không có dòng nào nêu rõ"),
        ([case()], "fail", "1 trong giai đoạn"),
        ([case("2015-01-01")], "fail", "1 trong giai đoạn"),
        ([case("2019-12-31")], "fail", "1 trong giai đoạn"),
        ([case("2014-12-31")], "pass", "chưa ghi có hay không"),
        ([case("2020-03-05")], "review", "1 sau giai đoạn, trước ngày xét"),
        ([NONE, case("2020-03-05")], "review", "vừa ghi không có vừa có dòng"),
        ([NONE, case("2020-09-01")], "pass", "đã ghi không có"),  # after the reference day
        ([case(None)], "review", "1 dòng chưa rõ; không ghi ngày"),
        ([case("2014")], "pass", "chưa ghi có hay không"),
        ([case("2020")], "review", "1 sau giai đoạn"),
        ([case(hinh_thuc=None)], "review", "mã trống hoặc không nhận ra"),
        ([NONE, case()], "review", "vừa ghi không có vừa có dòng; 1 trong giai đoạn"),
        ([{**NONE, **case()}], "review", "vừa ghi không có vừa có dòng"),
        ([case(he="DANG", hinh_thuc="CANH_CAO")], "fail", "1 trong giai đoạn"),
        ([case(he="DOAN_THE", hinh_thuc="KHAI_TRU")], "fail", "1 trong giai đoạn"),
        ([case(hinh_thuc="KEO_DAI_NANG_LUONG")], "fail", "1 trong giai đoạn"),
        ([{}], "review", "1 dòng chưa rõ"),
    ],
)
def test_discipline(
    small: Any, criterion: Any, rows: list[dict[str, Any]], outcome: str, found: str
) -> None:
    for row in rows:
        small.add("Ky_luat", **row)
    judged = small.judge(criterion("D", "none", OF))
    assert judged.outcome("D") == outcome
    assert found in judged.found("D")


@pytest.mark.parametrize(
    ("options", "rows", "outcome"),
    [
        ({"check_until_decision": "ignore"}, [NONE, case("2020-03-05")], "pass"),
        ({"discipline_systems": "CHINH_QUYEN"}, [NONE, case(he="DANG")], "pass"),
        ({"discipline_systems": "CHINH_QUYEN"}, [case(he=None)], "review"),
        ({"discipline_systems": "CHINH_QUYEN"}, [case()], "fail"),
        ({"required": "false"}, [], "na"),
        ({"when_found": "review"}, [case()], "review"),
        ({"when_found": "review"}, [], "review"),
        ({"when_silent": "pass"}, [], "pass"),
        ({"when_silent": "pass"}, [case()], "fail"),
        ({"when_silent": "pass"}, [case(None)], "review"),
        ({"when_silent": "pass"}, [{"khong_co": "KHONG"}], "review"),
        ({"when_silent": "pass", "when_found": "review"}, [NONE, case()], "review"),
    ],
)
def test_switches(
    small: Any,
    criterion: Any,
    options: dict[str, str],
    rows: list[dict[str, Any]],
    outcome: str,
) -> None:
    for row in rows:
        small.add("Ky_luat", **row)
    assert small.judge(criterion("D", "none", OF, **options)).outcome("D") == outcome


def test_a_namesakes_case_or_statement_is_not_sure(small: Any, criterion: Any) -> None:
    small.add("Ky_luat", sure=False, **case())
    assert small.judge(criterion("D", "none", OF)).outcome("D") == "review"
    small.rows["Ky_luat"] = []
    small.add("Ky_luat", sure=False, **NONE)
    assert small.judge(criterion("D", "none", OF)).outcome("D") == "review"


def test_some_may_be_allowed(small: Any, criterion: Any) -> None:
    small.add("Ky_luat", **case())
    rule = criterion("D", "none", OF, limit="1")
    assert small.judge(rule).outcome("D") == "review"  # absence of more is not stated
    small.add("Ky_luat", **case("2017-01-01"))
    assert small.judge(rule).outcome("D") == "fail"


def test_collectives_by_their_own_rows(small: Any, criterion: Any) -> None:
    team = small.nominee("TT")
    small.add("Ky_luat", team, **case())
    small.add("Ky_luat", 0, **NONE)
    judged = small.judge(criterion("D", "none", OF))
    assert (judged.outcome("D", team), judged.outcome("D", 0)) == ("fail", "pass")


def test_where_narrows_what_counts(small: Any, criterion: Any) -> None:
    small.add("Ky_luat", **NONE)
    small.add("Ky_luat", **case(he="DANG"))
    rule = criterion("D", "none", OF, "he = CHINH_QUYEN")
    assert small.judge(rule).outcome("D") == "pass"


def test_cells(small: Any, criterion: Any) -> None:
    small.add("Ky_luat", **NONE)
    small.add("Ky_luat", **case())
    judged = small.judge(criterion("D", "none", OF))
    assert judged.cells("D") == "Kỷ luật!F3; Kỷ luật!D2"
    assert judged.row("D")["required"] == "không có: Khiển trách trở lên; 2015–2019"


# --- people of the unit beside what its collective states --------------------------------------


@pytest.mark.parametrize(
    ("stated", "theirs", "option", "outcome"),
    [
        ([NONE], case(), "review", "review"),
        ([NONE], case(), "ignore", "pass"),
        ([NONE], case(None), "review", "review"),
        ([NONE], case("2014-05-01"), "review", "pass"),  # before the period
        ([NONE], NONE, "review", "pass"),
        ([case()], case(), "review", "fail"),  # the collective itself states one
        ([], case(), "review", "review"),
    ],
)
def test_a_person_of_the_unit_leaves_its_collective_open(
    small: Any,
    criterion: Any,
    stated: list[dict[str, Any]],
    theirs: dict[str, Any],
    option: str,
    outcome: str,
) -> None:
    collective = small.nominee("TT")
    person = small.nominee("CN")
    elsewhere = small.nominee("TT", unit=small.unit())
    for row in stated:
        small.add("Ky_luat", collective, **row)
    small.add("Ky_luat", person, **theirs)
    small.add("Ky_luat", elsewhere, **NONE)
    judged = small.judge(criterion("D", "none", OF, members_found=option))
    assert judged.outcome("D", collective) == outcome
    assert judged.outcome("D", elsewhere) == "pass"
    if outcome == "review":
        assert "người của đơn vị bị kỷ luật" in judged.found("D", collective)
        assert f"!F{len(stated) + 2}" in judged.cells("D", collective)
