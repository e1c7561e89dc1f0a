"""Directly working staff and leaders: shares as intervals, held against a limit to be exceeded."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emubatch.programme.load import load
from emubatch.reports.shares import share_tally, spans
from emubatch.reports.view import View

DIRECT = {"tier": "CBCCVC"}
LEADER = {"tier": "LANH_DAO_PHONG"}
WORKER = {"doi_tuong": "CONG_NHAN"}
OPEN = {"doi_tuong": "CONG_CHUC"}


def month(people: Sequence[dict[str, Any]], **settings: str) -> Any:
    usual = {"kind": "individual", "eligibility": "pass", "proposed": "yes", "group": "CO_QUAN_SO",
             "tier": None, "doi_tuong": None, "de_nghi": "GK_GDS", "unit": "A"}  # fmt: skip
    nominees = pd.DataFrame([{**usual, **one} for one in people], columns=list(usual), dtype=object)
    programme = load("bacgiang-models-2020", tuple(sorted(settings.items())))
    return SimpleNamespace(programme=programme, nominees=nominees, verdicts=pd.DataFrame())


def row(people: Sequence[dict[str, Any]], at: int = 0, **settings: str) -> dict[str, Any]:
    frame = share_tally(month(people, **settings))
    assert frame is not None
    return {str(key): value for key, value in frame.iloc[at].to_dict().items()}


@pytest.mark.parametrize(
    ("direct", "leaders", "unknown", "outcome"),
    [
        (7, 3, 0, "fail"),  # exactly 70 % does not exceed it
        (71, 29, 0, "pass"),
        (7, 2, 1, "review"),  # 70 to 80 %
        (8, 1, 1, "pass"),  # 80 to 90 %
        (6, 3, 1, "fail"),  # 60 to 70 %
        (2333, 1000, 0, "fail"),  # 69,997 %, which would be rounded to 70,0
        (7001, 3000, 0, "pass"),  # 70,003 %
        (0, 0, 3, "review"),
    ],
)
def test_the_limit_must_be_exceeded(direct: int, leaders: int, unknown: int, outcome: str) -> None:
    found = row([DIRECT] * direct + [LEADER] * leaders + [OPEN] * unknown)
    assert (found["direct"], found["leaders"], found["unknown"]) == (direct, leaders, unknown)
    assert found["outcome"] == outcome


def test_the_class_tells_where_no_tier_is_stated() -> None:
    found = row([WORKER, OPEN, {**LEADER, **WORKER}])
    assert (found["direct"], found["leaders"], found["unknown"]) == (1, 1, 1)
    assert (found["direct_low"], found["direct_high"]) == (33.33, 66.67)


def test_tiers_and_limit_are_readings() -> None:
    people = [{"tier": "CONG_NHAN"}, DIRECT, DIRECT]
    assert row(people, leader_tiers="CBCCVC")["leaders"] == 2
    assert row(people, leader_tiers="CBCCVC", direct_share="30")["outcome"] == "pass"
    assert row(people, leader_tiers="CBCCVC", direct_share="30")["required"] == "> 30"


def test_by_status_group_and_form() -> None:
    people = [
        {**DIRECT, "group": "DOANH_NGHIEP", "de_nghi": "BK_TINH"},
        {**LEADER, "eligibility": "fail", "proposed": "no"},
        {**LEADER, "proposed": "tie"},
        {"kind": "collective"},
    ]
    frame = share_tally(month(people))
    assert frame is not None
    shown = frame[["status", "group", "form", "people", "direct"]].values.tolist()
    assert shown == [
        ["nominated", "", "", 3, 1],
        ["nominated", "CO_QUAN_SO", "", 2, 0],
        ["nominated", "DOANH_NGHIEP", "", 1, 1],
        ["nominated", "", "BK_TINH", 1, 1],
        ["nominated", "", "GK_GDS", 2, 0],
        ["passed", "", "", 2, 1],
        ["passed", "CO_QUAN_SO", "", 1, 0],
        ["passed", "DOANH_NGHIEP", "", 1, 1],
        ["passed", "", "BK_TINH", 1, 1],
        ["passed", "", "GK_GDS", 1, 0],
        ["proposed", "", "", 1, 1],
        ["proposed", "DOANH_NGHIEP", "", 1, 1],
        ["proposed", "", "BK_TINH", 1, 1],
    ]


def test_nobody_has_no_share() -> None:
    found = row([], at=2)
    assert (found["status"], found["people"], found["outcome"]) == ("proposed", 0, "na")
    assert pd.isna(found["direct_low"])


def test_an_interval_in_words() -> None:
    result = month([DIRECT] * 7 + [LEADER] * 2 + [OPEN])
    frame = share_tally(result)
    assert frame is not None
    view = View(result, "vi")
    assert spans(view, frame, "direct")[0] == "? 70%–80% (> 70%)"
    assert spans(view, frame, "leaders")[0] == "20%–30%"


@given(st.lists(st.sampled_from([DIRECT, LEADER, WORKER, OPEN, {}]), max_size=12))
def test_parts_add_up_and_order_is_nothing(people: list[dict[str, Any]]) -> None:
    found, again = row(people), row(people[::-1])
    assert found["direct"] + found["leaders"] + found["unknown"] == found["people"] == len(people)
    assert repr(found) == repr(again)
    if people:
        assert found["direct_low"] <= found["direct_high"]
        assert found["direct_high"] + found["leaders_low"] == pytest.approx(100, abs=0.02)
