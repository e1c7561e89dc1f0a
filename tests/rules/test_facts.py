from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

# --- compare ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "outcome", "found"),
    [
        ("2020-07-17", "pass", "17/07/2020"),
        ("2020-07-18", "review", "nhận đúng ngày 18/07/2020"),
        ("2020-07-19", "fail", "19/07/2020"),
        (None, "review", "trống"),
        ("2020-07", "review", "07/2020"),
        ("2020-06", "pass", "06/2020"),
        ("2020-08", "fail", "08/2020"),
    ],
)
def test_deadline(
    small: Any, criterion: Any, received: str | None, outcome: str, found: str
) -> None:
    small.units[0] |= {"ngay_nop": received, "received": received or ""}
    rule = criterion("H", "compare", "Don_vi.ngay_nop", limit="@HO_SO", operator="<")
    judged = small.judge(rule)
    assert (judged.outcome("H"), judged.found("H")) == (outcome, found)
    assert judged.row("H")["required"] == "trước 18/07/2020"


@pytest.mark.parametrize(
    ("options", "outcome"),
    [({"deadline_same_day": "late"}, "fail"), ({"deadline_same_day": "in_time"}, "pass"),
     ({"deadline_inclusive": "true"}, "pass"), ({"required": "true"}, "review")],
)  # fmt: skip
def test_the_very_day(small: Any, criterion: Any, options: dict[str, str], outcome: str) -> None:
    small.units[0]["received"] = "2020-07-18"
    rule = criterion("H", "compare", "Don_vi.ngay_nop", limit="2020-07-18", operator="<", **options)
    assert small.judge(rule).outcome("H") == outcome


def test_the_office_note_of_receipt_wins(small: Any, criterion: Any) -> None:
    small.units[0] |= {"received": "2020-07-19", "ngay_nop": "2020-07-10"}
    rule = criterion("H", "compare", "Don_vi.ngay_nop", limit="@HO_SO", operator="<")
    assert small.judge(rule).outcome("H") == "fail"


@pytest.mark.parametrize(
    ("operator", "value", "strict", "careful"),
    [
        (">", 70.0, "fail", "review"), (">", 70.5, "pass", "pass"), (">=", 70.0, "pass", "review"),
        ("<", 70.0, "fail", "review"), ("<=", 70.0, "pass", "review"), ("<", 69.0, "pass", "pass"),
        ("=", 70.0, "pass", "pass"), ("!=", 70.0, "fail", "fail"), (">", None, "review", "review"),
    ],
)  # fmt: skip
def test_numbers_on_the_limit(
    small: Any, criterion: Any, operator: str, value: float | None, strict: str, careful: str
) -> None:
    small.nominee("TT", si_so=value)
    applies = "kind = collective"
    of = "Tap_the.si_so"
    judged = small.judge(
        criterion("S", "compare", of, applies=applies, limit="70", operator=operator),
        criterion(
            "R", "compare", of, applies=applies, limit="70", operator=operator, at_boundary="review"
        ),
    )
    assert (judged.outcome("S", 1), judged.outcome("R", 1)) == (strict, careful)


def test_codes_and_ranks(small: Any, criterion: Any) -> None:
    small.people[0]["cap_vi_tri"] = "LANH_DAO_PHONG"
    of = "Ca_nhan.cap_vi_tri"
    judged = small.judge(
        criterion("eq", "compare", of, limit="CBCCVC|LANH_DAO_PHONG", operator="="),
        criterion("ne", "compare", of, limit="LANH_DAO_PHONG", operator="!="),
        criterion("ge", "compare", of, limit="CBCCVC", operator=">="),
        criterion("gt", "compare", of, limit="LANH_DAO_SO", operator=">"),
    )
    found = [judged.outcome(cid) for cid in ("eq", "ne", "ge", "gt")]
    assert found == ["pass", "fail", "pass", "fail"]


def test_a_comparison_that_is_not_required(small: Any, criterion: Any) -> None:
    rule = criterion("H", "compare", "Don_vi.ngay_nop", limit="@HO_SO", operator="<",
                     required="false")  # fmt: skip
    assert small.judge(rule).outcome("H") == "na"


# --- attest ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "outcome", "found"),
    [("CO", "pass", "có"), ("KHONG", "fail", "không"), (None, "review", "trống")],
)
def test_attest_a_field(
    small: Any, criterion: Any, value: str | None, outcome: str, found: str
) -> None:
    small.people[0]["la_dvcd"] = value
    small.units[0]["thuoc_cdn"] = value
    judged = small.judge(
        criterion("A", "attest", "Ca_nhan.la_dvcd"),
        criterion("B", "attest", "Don_vi.thuoc_cdn"),
        criterion("C", "attest", "Ca_nhan.la_dvcd", attest_blank="informational"),
    )
    assert (judged.outcome("A"), judged.found("A")) == (outcome, found)
    assert judged.outcome("B") == outcome
    assert judged.outcome("C") == ("na" if value is None else outcome)
    assert judged.cells("A") == "Cá nhân!H2"


LETTER = "loai_gt = TO_TRINH"


def paper(who: int = 0, value: str | None = "CO", kind: str | None = "TO_TRINH") -> dict[str, Any]:
    return {"who": who, "co": value, "loai_gt": kind}


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        ([], "review"),
        ([paper(-1)], "pass"),
        ([paper(-1, "KHONG")], "fail"),
        ([paper(-1, None)], "review"),
        ([paper(-1), paper(-1, "KHONG")], "review"),
        ([paper(-1, "KHONG"), paper(0)], "pass"),  # its own row decides
        ([paper(-1), paper(0, "KHONG")], "fail"),
        ([paper(-1), paper(0, None)], "review"),
        ([paper(-1), paper(0, "CO", "BIEN_BAN")], "pass"),
        ([paper(0, "CO", None)], "review"),
        ([paper(0, "KHONG"), paper(0, "CO", None)], "review"),
        ([paper(-1), paper(0, "KHONG", None)], "pass"),
    ],
)
def test_attest_by_rows(
    small: Any, criterion: Any, rows: list[dict[str, Any]], outcome: str
) -> None:
    for row in rows:
        small.add("Ho_so", row["who"], **{k: v for k, v in row.items() if k != "who"})
    assert small.judge(criterion("P", "attest", "Ho_so.co", LETTER)).outcome("P") == outcome


def test_papers_of_another_unit_do_not_count(small: Any, criterion: Any) -> None:
    other = small.unit()
    small.nominee(unit=other)
    small.add("Ho_so", -1, unit_pos=other, co="CO", loai_gt="TO_TRINH")
    judged = small.judge(criterion("P", "attest", "Ho_so.co", LETTER))
    assert [judged.outcome("P", who) for who in (0, 1)] == ["review", "pass"]
    assert judged.cells("P", 1) == "Hồ sơ!E2"
    assert judged.cells("P", 0) == "Cá nhân!A2"


def test_papers_that_name_nobody_do_not_count(small: Any, criterion: Any) -> None:
    small.add("Ho_so", -2, co="KHONG", loai_gt="TO_TRINH")
    assert small.judge(criterion("P", "attest", "Ho_so.co", LETTER)).outcome("P") == "review"


# --- exists ----------------------------------------------------------------------------------


def test_exists_passes_or_asks(small: Any, criterion: Any) -> None:
    small.nominee(tom_tat="Cải tiến")
    small.add("Sang_kien", 1, ten_sk="A", ap_dung=None)
    judged = small.judge(
        criterion("F", "exists", "Ca_nhan.tom_tat"),
        criterion("R", "exists", "Sang_kien", "ap_dung = CO", window=("", "")),
        criterion("S", "exists", "Sang_kien.ten_sk", window=("", "")),
    )
    assert [judged.outcome("F", who) for who in (0, 1)] == ["review", "pass"]
    assert [judged.outcome("R", who) for who in (0, 1)] == ["review", "review"]
    assert [judged.outcome("S", who) for who in (0, 1)] == ["review", "pass"]


def test_a_deadline_may_be_inclusive_by_its_row(small: Any, criterion: Any) -> None:
    rows = tuple(replace(row, inclusive=True) for row in small.programme.deadlines)
    small.programme = replace(small.programme, deadlines=rows)
    small.units[0]["received"] = "2020-07-18"
    rule = criterion("H", "compare", "Don_vi.ngay_nop", limit="@HO_SO", operator="<")
    judged = small.judge(rule)
    assert judged.outcome("H") == "pass"
    assert judged.row("H")["required"] == "đến hết 18/07/2020"


def test_exists_within_a_window(small: Any, criterion: Any) -> None:
    small.add("Sang_kien", ten_sk="A", nam="2014")
    rule = criterion("S", "exists", "Sang_kien.ten_sk")
    assert small.judge(rule).outcome("S") == "review"
    small.add("Sang_kien", ten_sk="B", nam="2016")
    judged = small.judge(rule)
    assert (judged.outcome("S"), judged.cells("S")) == ("pass", "Sáng kiến!D3")


@pytest.mark.parametrize(
    ("rows", "outcome", "found"),
    [
        ([], "review", "trống"),
        ([(0, "2020-07-10", "TO_TRINH")], "pass", "đạt"),
        ([(0, "2020-07-20", "TO_TRINH")], "fail", "không đạt"),
        ([(0, "2020-07-20", "TO_TRINH"), (0, "2020-07-01", "TO_TRINH")], "pass", "đạt"),
        ([(0, None, "TO_TRINH")], "review", "cần xem xét"),
        ([(0, "2020-07-10", None)], "review", "cần xem xét"),
        ([(0, "2020-07-10", "BIEN_BAN")], "review", "trống"),
        ([(-1, "2020-07-10", "TO_TRINH")], "pass", "đạt"),
        ([(-1, "2020-07-10", "TO_TRINH"), (0, "2020-07-20", "TO_TRINH")], "fail", "không đạt"),
    ],
)
def test_compare_rows(
    small: Any, criterion: Any, rows: list[Any], outcome: str, found: str
) -> None:
    for who, date, kind in rows:
        small.add("Ho_so", who, ngay=date, loai_gt=kind)
    rule = criterion("C", "compare", "Ho_so.ngay", LETTER, limit="2020-07-18", operator="<")
    judged = small.judge(rule)
    assert (judged.outcome("C"), judged.found("C")) == (outcome, found)
