from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from emubatch.model import FAIL, NA, PASS, REVIEW, VERDICT_COLUMNS
from emubatch.rules.criteria import combine

YES = "Ca_nhan.la_dvcd"


@pytest.mark.parametrize(
    ("test", "children", "outcome"),
    [
        ("all_of", (PASS, PASS), PASS), ("all_of", (PASS, REVIEW), REVIEW),
        ("all_of", (FAIL, REVIEW), FAIL), ("all_of", (PASS, NA), PASS), ("all_of", (NA, NA), NA),
        ("any_of", (FAIL, PASS), PASS), ("any_of", (FAIL, REVIEW), REVIEW),
        ("any_of", (FAIL, FAIL), FAIL), ("any_of", (NA, FAIL), FAIL), ("any_of", (NA, NA), NA),
        ("agree", (PASS, PASS), PASS), ("agree", (PASS, FAIL), REVIEW), ("agree", (FAIL, NA), FAIL),
        ("agree", (REVIEW, REVIEW), REVIEW), ("agree", (NA,), NA), ("all_of", (), NA),
    ],
)  # fmt: skip
def test_three_values(test: str, children: tuple[int, ...], outcome: int) -> None:
    columns = [np.array([child], dtype=np.int8) for child in children]
    assert combine(test, columns, 1).tolist() == [outcome]


def tree(criterion: Any) -> list[Any]:
    """all_of(any_of(a, all_of(b, c)), d), each leaf an attestation of its own column."""
    return [
        criterion("R", "all_of"),
        criterion("any", "any_of", parent="R"),
        criterion("a", "attest", "Ca_nhan.a", parent="any"),
        criterion("bc", "all_of", parent="any"),
        criterion("b", "attest", "Ca_nhan.b", parent="bc"),
        criterion("c", "attest", "Ca_nhan.c", parent="bc"),
        criterion("d", "attest", "Ca_nhan.d", parent="R"),
    ]


@pytest.fixture
def letters(small: Any) -> Any:
    """The month with four more yes/no columns on the person's sheet."""
    spec = next(f for f in small.programme.fields if f.key == "la_dvcd")
    more = tuple(replace(spec, key=key, header_vi=key.upper()) for key in "abcd")
    small.programme = replace(small.programme, fields=small.programme.fields + more)
    return small


@pytest.mark.parametrize(
    ("answers", "eligibility", "decisive"),
    [
        ("a+ d+", "pass", "a"),
        ("b+ c+ a- d+", "pass", "bc"),
        ("a- b- c+ d+", "fail", "any"),
        ("a- b+ d+", "review", "c"),
        ("a+ d-", "fail", "d"),
        ("a+", "review", "d"),
        ("b+ c+ d+", "pass", "bc"),
        ("", "review", "any"),
    ],
)
def test_what_decides(
    letters: Any, criterion: Any, answers: str, eligibility: str, decisive: str
) -> None:
    marks = {"+": "CO", "-": "KHONG"}
    letters.people[0] |= {part[0]: marks[part[1]] for part in answers.split()}
    judged = letters.judge(*tree(criterion))
    assert (judged.eligibility(), judged.decisive()) == (eligibility, decisive)


def test_words_of_inner_rows(letters: Any, criterion: Any) -> None:
    letters.people[0] |= {"a": "CO", "b": "KHONG"}
    judged = letters.judge(*tree(criterion))
    assert judged.found("any") == "1/2 đạt; 1 không đạt"
    assert judged.found("bc") == "0/2 đạt; 1 cần xem xét; 1 không đạt"
    assert judged.row("any")["required"] == (
        "ít nhất một điều kiện: (1) Tiêu chuẩn a; (2) Tiêu chuẩn bc"
    )
    assert judged.row("any")["evidence"] == ""


def test_a_failed_choice_says_what_each_branch_lacks(letters: Any, criterion: Any) -> None:
    letters.people[0] |= {"a": "KHONG", "b": "CO", "c": "KHONG", "d": "CO"}
    judged = letters.judge(*tree(criterion))
    each = "(1) Tiêu chuẩn a: không; (2) Tiêu chuẩn c: không"
    assert judged.found("any") == f"0/2 đạt; 2 không đạt; {each}"


def test_an_open_choice_names_only_what_is_open(letters: Any, criterion: Any) -> None:
    letters.people[0] |= {"b": "CO", "d": "CO"}
    judged = letters.judge(*tree(criterion))
    each = "(1) Tiêu chuẩn a: trống; (2) Tiêu chuẩn c: trống"
    assert judged.found("any") == f"0/2 đạt; 2 cần xem xét; {each}"


def test_a_choice_within_a_choice_is_told_in_one_line(letters: Any, criterion: Any) -> None:
    letters.people[0] |= dict.fromkeys("abc", "KHONG")
    judged = letters.judge(
        criterion("R", "any_of"),
        criterion("a", "attest", "Ca_nhan.a", parent="R"),
        criterion("bc", "any_of", parent="R"),
        criterion("b", "attest", "Ca_nhan.b", parent="bc"),
        criterion("c", "attest", "Ca_nhan.c", parent="bc"),
    )
    each = "(1) Tiêu chuẩn a: không; (2) Tiêu chuẩn b: không, hoặc Tiêu chuẩn c: không"
    assert judged.found("R") == f"0/2 đạt; 2 không đạt; {each}"
    assert judged.decisive() == "R"


# --- who it applies to -----------------------------------------------------------------------


def test_what_does_not_apply_has_one_row_and_nothing_below(letters: Any, criterion: Any) -> None:
    team = letters.nominee("TT")
    letters.people[0]["doi_tuong"] = "CONG_CHUC"
    judged = letters.judge(
        criterion("P", "all_of", applies="kind = individual"),
        criterion("P.1", "all_of", parent="P", applies="doi_tuong = CONG_NHAN"),
        criterion("P.1.1", "attest", "Ca_nhan.a", parent="P.1"),
        criterion("P.2", "attest", "Ca_nhan.b", parent="P"),
        criterion("T", "all_of", applies="kind = collective"),
        criterion("T.1", "attest", "Ca_nhan.c", parent="T"),
    )
    keys = [cid for who, cid in judged.rows if who == 0]
    assert keys == ["P", "P.1", "P.2"]
    assert judged.outcome("P.1") == "na"
    assert judged.found("P.1") == ""
    assert [cid for who, cid in judged.rows if who == team] == ["T", "T.1"]


def test_an_unknown_class_is_a_review_at_its_cell(letters: Any, criterion: Any) -> None:
    letters.people[0] |= {"a": "CO", "b": "CO"}
    judged = letters.judge(
        criterion("R", "agree"),
        criterion("R.1", "attest", "Ca_nhan.a", parent="R", applies="doi_tuong = CONG_CHUC"),
        criterion("R.2", "attest", "Ca_nhan.b", parent="R", applies="doi_tuong = CONG_NHAN"),
    )
    assert judged.eligibility() == "review"
    assert judged.decisive() == "R.1"
    assert judged.found("R.1") == "chưa rõ có áp dụng hay không: thiếu «Đối tượng»"
    assert judged.cells("R.1") == "Cá nhân!G2"


def test_nobody_to_whom_nothing_applies_is_lost(letters: Any, criterion: Any) -> None:
    judged = letters.judge(criterion("R", "attest", "Ca_nhan.a", applies="kind = collective"))
    assert (judged.eligibility(), judged.decisive()) == ("na", "")
    assert judged.outcome("R") == "na"


def test_conditions_on_the_unit_and_on_the_group(letters: Any, criterion: Any) -> None:
    letters.units[0]["thuoc_cdn"] = "CO"
    judged = letters.judge(
        criterion("U", "attest", "Ca_nhan.a", applies="Don_vi.thuoc_cdn = CO ; group = CO_QUAN_SO"),
        criterion("G", "attest", "Ca_nhan.a", applies="group != CO_QUAN_SO"),
    )
    assert list(judged.rows) == [(0, "U")]


def test_readings_that_differ_name_their_branches(letters: Any, criterion: Any) -> None:
    letters.people[0] |= {"a": "CO", "b": "KHONG"}
    judged = letters.judge(
        criterion("R", "agree"),
        criterion("R.1", "attest", "Ca_nhan.a", parent="R"),
        criterion("R.2", "attest", "Ca_nhan.b", parent="R"),
    )
    assert (judged.eligibility(), judged.decisive()) == ("review", "R")
    assert judged.found("R") == "Tiêu chuẩn R.1: đạt; Tiêu chuẩn R.2: không đạt"


# --- one and the same year -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "award", "outcome"),
    [("false", "2017", "pass"), ("true", "2017", "fail"), ("true", "2018", "pass"),
     ("true", None, "review")],
)  # fmt: skip
def test_same_year(
    small: Any, criterion: Any, option: str, award: str | None, outcome: str
) -> None:
    team = small.nominee("TT")
    for year in range(2015, 2020):
        code = "TTLDXS" if year == 2018 else "TTLDTT"
        small.add("Thanh_tich", team, ma_kt=code, nam=str(year))
    date = {"ngay_qd": f"{award}-12-30"} if award else {"ngay_qd": None}
    small.add("Thanh_tich", team, ma_kt="BK_TINH", nam=award, nguoi_ky="CT_UBND_TINH", **date)
    judged = small.judge(
        criterion("B", "all_of", same_year=option),
        criterion("B.1", "count_years", "Thanh_tich.ma_kt : TTLDXS", parent="B", limit="1"),
        criterion("B.2", "count", "Thanh_tich.ma_kt : BK_TINH", parent="B", limit="1"),
    )
    assert judged.outcome("B", team) == outcome
    # The programme has the setting, so another year is noted even where it is allowed.
    assert ("không trong cùng một năm" in judged.found("B", team)) == (award == "2017")


# --- the frames ------------------------------------------------------------------------------


def test_columns_and_order(letters: Any, criterion: Any) -> None:
    letters.nominee()
    result = letters.run(*reversed(tree(criterion)))
    frame = result.verdicts
    assert list(frame.columns) == [*VERDICT_COLUMNS, "nominee_pos", "criterion_pos", "amount"]
    assert frame["nominee_pos"].is_monotonic_increasing
    assert frame["criterion_pos"].tolist() == [*range(7), *range(7)]
    parents = dict(zip(frame["criterion"], frame["parent"], strict=True))
    assert parents == {"R": "", "any": "R", "a": "any", "bc": "any", "b": "bc", "c": "bc", "d": "R"}
    assert frame["clause"].iloc[0] == "K.d"


def test_registration_shows_progress(letters: Any, criterion: Any) -> None:
    letters.nominee("TT")
    judged = letters.judge(
        criterion("R", "attest", "Ca_nhan.a", applies="kind = individual"), mode="dang_ky"
    )
    assert [judged.eligibility(who) for who in (0, 1)] == ["progress", "na"]
    assert judged.outcome("R") == "review"


def test_registration_knows_no_fail_and_counts_what_is_met(letters: Any, criterion: Any) -> None:
    letters.people[0] |= {"a": "CO", "b": "KHONG", "c": None}
    judged = letters.judge(
        criterion("R", "all_of"),
        *(criterion(f"R.{key}", "attest", f"Ca_nhan.{key}", parent="R") for key in "abc"),
        criterion("R.y", "every_year", "Xep_loai.muc : HTT+", parent="R"),
        mode="dang_ky",
    )
    found = {cid: row["outcome"] for (_, cid), row in judged.rows.items()}
    assert found == {
        "R": "progress", "R.a": "pass", "R.b": "progress", "R.c": "review", "R.y": "progress"
    }  # fmt: skip
    assert judged.found("R") == "đã đạt 1/4"
    assert judged.result.eligibility[["met", "asked"]].values.tolist() == [[1, 4]]


def test_english(small: Any, criterion: Any) -> None:
    small.titles(y2015="LDTT", y2016="KHONG")
    rule = criterion("T", "every_year", "Thanh_tich.ma_kt : LDTT")
    judged = small.judge(rule, lang="en")
    assert judged.found("T") == ("1/5 years; 2016: not met, 2017: blank, 2018: blank, 2019: blank")
    assert judged.row("T")["required"] == "each year 2015–2019: Advanced worker"


def test_a_month_without_nominees(small: Any, criterion: Any) -> None:
    small.people.clear()
    result = small.run(*tree(criterion))
    assert len(result.verdicts) == 0
    assert len(result.eligibility) == 0


def test_the_month_is_not_changed(small: Any) -> None:
    small.titles(y2015="LDTT")
    data = small.data()
    before = {key: frame.copy() for key, frame in data.details.items()}
    nominees = data.nominees.copy()
    from emubatch.rules import apply_rules

    apply_rules(data, small.programme, "2020-07-30")
    assert data.nominees.equals(nominees)
    assert all(data.details[key].equals(frame) for key, frame in before.items())
