"""The three branches of commendations of ``hatinh-models-2025`` ask for two in all (3.11)."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations_with_replacement
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emubatch.programme.load import load
from emubatch.programme.tables import Criterion

HATINH = load("hatinh-models-2025")
BRANCHES = "S3.CN.4.cbcc"
WINDOW = HATINH.criterion_by_id[f"{BRANCHES}.1"].window

awards = st.fixed_dictionaries(
    {
        "ma_kt": st.sampled_from(
            ["BK_TINH", "BK_TINH", "BK_BO", "BK_BO", "BK_DTTW", "BK_TTG", "BK_KHAC", "BK_CD", "HC",
             "GK_GDS", "CSTDCS", None]
        ),
        "nguoi_ky": st.sampled_from(
            ["CT_UBND_TINH", "CT_UBND_TINH", "BT_BCT", "BO_KHAC", "DOAN_THE_TW", "DOAN_THE_TINH",
             "CD_CAP_TREN", "THU_TUONG", "GD_SO", "KHAC", None]
        ),
        "nam": st.sampled_from(["2020", "2021", "2022", "2023", "2020-2022", None]),
        "ngay_qd": st.sampled_from(["2021-06-01", "2022-02-01", "2020-05", None]),
        "so_qd": st.sampled_from(["1", "2", "3", "4", None]),
        "sure": st.sampled_from([True, True, True, False]),
    }
)  # fmt: skip


def rows() -> list[Criterion]:
    """The three branches under one row, and the sum beside them."""
    found = HATINH.criterion_by_id
    ids = [f"{BRANCHES}.{tail}" for tail in ("1", "2", "3", "3a", "3b")]
    branches = [replace(found[BRANCHES], parent="", applies=()), *(found[cid] for cid in ids)]
    one, other = found[ids[0]], found[ids[1]]
    issuers = replace(one.where[0], values=(*one.where[0].values, *other.where[0].values))
    codes = one.of[0].codes + other.of[0].codes
    total = replace(
        other, id="SUM", parent="", of=(replace(one.of[0], codes=codes),), where=(issuers,)
    )
    return [*branches, total]


ROWS = rows()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(awards, max_size=4), min_size=12, max_size=12))
def test_the_branches_ask_for_two_in_all(make_small: Any, people: list[list[Any]]) -> None:
    month = make_small()
    month.programme = HATINH
    for at, titles in enumerate(people):
        who = month.nominee() if at else 0
        for row in titles:
            month.add("Thanh_tich", who, **row)
    judged = month.judge(*ROWS, as_of=HATINH.as_of)
    told = [(judged.outcome(BRANCHES, who), judged.outcome("SUM", who)) for who in range(12)]
    assert [pair for pair in told if pair[0] != pair[1]] == []


def test_the_property_sees_all_three_answers(make_small: Any) -> None:
    """With one award fewer, more, or unclear, the sum changes, and the branches with it."""
    month = make_small()
    month.programme = HATINH
    for who, signers in enumerate((["BT_BCT"], ["BT_BCT", None], ["BT_BCT", "CT_UBND_TINH"])):
        if who:
            month.nominee()
        for number, signer in enumerate(signers):
            form = "BK_TINH" if signer == "CT_UBND_TINH" else "BK_BO"
            month.add("Thanh_tich", who, ma_kt=form, nguoi_ky=signer, nam="2022", so_qd=str(number))
    judged = month.judge(*ROWS, as_of=HATINH.as_of)
    assert [judged.outcome("SUM", who) for who in range(3)] == ["fail", "review", "pass"]
    assert [judged.outcome(BRANCHES, who) for who in range(3)] == ["fail", "review", "pass"]


# Form, year, signer, and how surely it is one of the two: every choice of up to three of them.
KINDS = {
    "province": ("BK_TINH", "2022", "CT_UBND_TINH", 1, 1),
    "ministry": ("BK_BO", "2022", "BT_BCT", 1, 1),
    "other ministry": ("BK_BO", "2023", "BO_KHAC", 1, 1),
    "central body": ("BK_DTTW", "2023", "DOAN_THE_TW", 1, 1),
    "prime minister": ("BK_TTG", "2024", "THU_TUONG", 1, 1),
    "provincial body": ("BK_KHAC", "2022", "DOAN_THE_TINH", 0, 1),
    "order": ("HC", "2023", "KHAC", 0, 1),
    "no signer": ("BK_TINH", "2023", None, 0, 1),
    "contradiction": ("BK_TINH", "2023", "BT_BCT", 0, 1),
    "straddling": ("BK_BO", "2019-2021", "BT_BCT", 0, 1),
    "before": ("BK_TINH", "2020", "CT_UBND_TINH", 0, 0),
    "certificate": ("GK_GDS", "2022", "GD_SO", 0, 0),
}


def test_the_branches_agree_with_plain_arithmetic(make_small: Any) -> None:
    month = make_small()
    month.programme = HATINH
    expected = {}
    chosen = [c for n in range(4) for c in combinations_with_replacement(KINDS, n)]
    for at, kinds in enumerate(chosen):
        who = month.nominee() if at else 0
        for number, kind in enumerate(kinds):
            form, year, signer, _, _ = KINDS[kind]
            day = f"{year[-4:]}-11-10"
            row = {"ma_kt": form, "nam": year, "nguoi_ky": signer, "ngay_qd": day}
            month.add("Thanh_tich", who, so_qd=f"{at}.{number}", **row)
        sure, possible = (sum(KINDS[kind][place] for kind in kinds) for place in (3, 4))
        expected[who] = "pass" if sure >= 2 else "fail" if possible < 2 else "review"
    judged = month.judge(*ROWS, as_of=HATINH.as_of)
    assert {who: judged.outcome(BRANCHES, who) for who in expected} == expected
    assert len(expected) == 455
