"""Limits by level and share, ranking, ties at the border and the reserve list."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emubatch.model import MonthResult
from emubatch.outcome.limits import rounded

SOME = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
OFFICE, SHOP = "CO_QUAN_SO", "DOANH_NGHIEP"


def column(result: MonthResult, name: str) -> list[Any]:
    return list(result.nominees[name].tolist())


def row(result: MonthResult, at: int = 0) -> dict[str, Any]:
    assert result.quotas is not None
    return {str(key): value for key, value in result.quotas.iloc[at].to_dict().items()}


# --- shares ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "base", "rounding", "number"),
    [
        (15.0, 39, "floor", 5),
        (15.0, 39, "", 5),
        (15.0, 39, "ceil", 6),
        (15.0, 39, "half_up", 6),
        (15.0, 30, "half_up", 5),  # 4,5
        (15.0, 29, "half_up", 4),  # 4,35
        (15.0, 40, "ceil", 6),  # exactly 6
        (14.3, 1000, "ceil", 143),  # in binary fractions 143.00000000000003
        (0.0, 40, "ceil", 0),
        (100.0, 7, "floor", 7),
    ],
)
def test_a_share_as_a_whole_number(share: float, base: int, rounding: str, number: int) -> None:
    assert rounded(share, base, rounding) == number


def test_a_share_of_the_staff_of_all_units(decided: Any, quota: Any) -> None:
    units = [{"unit": "A", "group": OFFICE, "so_cbccvc": 20.0, "so_nld": 4.0},
             {"unit": "B", "group": SHOP, "so_cbccvc": 15.0, "so_nld": 0.0}]  # fmt: skip
    share = quota(share=15.0, base="so_cbccvc+so_nld", rounding="floor")
    result = decided([{"unit": "A"}] * 5 + [{"unit": "B"}], [share], units=units)
    assert row(result)["limit"] == 5  # 15 % of 39 is 5,85
    assert row(result)["base_value"] == "39"
    assert column(result, "proposed") == ["over_quota"] * 6


def test_a_share_for_each_unit_and_for_a_group(decided: Any, quota: Any) -> None:
    units = [{"unit": "A", "group": OFFICE, "so_cbccvc": 20.0},
             {"unit": "B", "group": "TRUNG_TAM", "so_cbccvc": 10.0}]  # fmt: skip
    people = [{"unit": "A", "group": OFFICE}] * 2 + [{"unit": "B", "group": "TRUNG_TAM"}] * 2
    limits = [quota(share=10.0, base="so_cbccvc", scope="unit"),
              quota(share=50.0, base="so_cbccvc", group=OFFICE)]  # fmt: skip
    result = decided(people, limits, units=units)
    assert result.quotas is not None
    assert result.quotas[["unit", "group", "limit", "passed"]].values.tolist() == [
        ["A", "", 2, 2], ["B", "", 1, 2], ["", OFFICE, 15, 4],
    ]  # fmt: skip
    assert column(result, "proposed") == ["yes", "yes", "over_quota", "over_quota"]


def test_a_share_of_what_is_not_wholly_known_puts_nobody_over_it(decided: Any, quota: Any) -> None:
    units = [{"unit": "A", "group": OFFICE, "so_cbccvc": 20.0},
             {"unit": "B", "group": OFFICE, "so_cbccvc": None}]  # fmt: skip
    share = quota(share=10.0, base="so_cbccvc")
    result = decided([{"unit": "A"}] * 3, [share], units=units)
    assert row(result)["base_value"] == "20+"
    assert row(result)["state"] == "review"
    assert column(result, "proposed") == ["pending"] * 3
    assert "ít nhất 2" in column(result, "reason")[0]
    assert column(decided([{"unit": "A"}] * 2, [share], units=units), "proposed") == ["yes"] * 2


def test_a_share_of_those_who_pass_grows_with_those_under_review(decided: Any, quota: Any) -> None:
    share = quota(share=50.0, base="passed", rounding="ceil")
    assert column(decided([{}] * 4, [share]), "proposed") == ["over_quota"] * 4
    found = decided([{}] * 4 + [{"eligibility": "review"}], [share])
    assert row(found)["base_value"] == "4+"
    assert column(found, "proposed") == ["pending"] * 5


# --- levels --------------------------------------------------------------------------------------


def test_a_limit_of_a_level_beside_one_of_all(decided: Any, quota: Any, by_count: Any) -> None:
    limits = [quota(limit=4), quota(limit=1, applies="de_nghi = BK_TINH")]
    levels = ["BK_TINH", "BK_TINH", "GK_GDS", "GK_GDS", "GK_GDS"]
    people = [{"de_nghi": level, "amount": 9.0 - at} for at, level in enumerate(levels)]
    result = decided(people, limits, [by_count()])
    # The second of the higher level takes no place of the lower one.
    assert column(result, "proposed") == ["yes", "over_quota", "yes", "yes", "yes"]
    assert column(result, "reserve") == [0, 1, 0, 0, 0]
    assert row(result, 1)["border"] == "N1"
    assert row(result, 0)["border"] == ""


def test_who_does_not_say_the_level_is_for_the_council(decided: Any, quota: Any) -> None:
    limits = [quota(limit=1, applies="de_nghi = BK_TINH")]
    result = decided([{"de_nghi": "BK_TINH"}, {"de_nghi": None}, {"de_nghi": "GK_GDS"}], limits)
    assert column(result, "proposed") == ["yes", "pending", "yes"]
    assert "mức đề nghị" in column(result, "reason")[1]


# --- ranking, border and reserve list ------------------------------------------------------------


def test_the_reserve_list_in_order_with_the_first_out(
    decided: Any, quota: Any, by_count: Any
) -> None:
    people = [{"amount": value} for value in (5.0, 4.0, 3.0, 3.0, 1.0)]
    result = decided(people, [quota(limit=2)], [by_count()])
    assert column(result, "proposed") == ["yes", "yes", *["over_quota"] * 3]
    assert column(result, "rank") == [1, 2, 3, 3, 5]
    assert column(result, "reserve") == [0, 0, 1, 1, 3]
    found = row(result)
    assert (found["tied"], found["reserve"], found["border"]) == (0, 3, "N2; N3")
    assert "dự bị thứ 3" in column(result, "reason")[4]


def test_a_tie_at_the_border_is_shown_and_not_broken(
    decided: Any, quota: Any, by_count: Any
) -> None:
    people = [{"amount": value} for value in (5.0, 3.0, 3.0, 3.0, 1.0)]
    result = decided(people, [quota(limit=3)], [by_count()])
    assert column(result, "proposed") == ["yes", "tie", "tie", "tie", "over_quota"]
    found = row(result)
    assert (found["tied"], found["reserve"], found["border"]) == (3, 1, "N1; N2; N3")
    assert found["proposed"] == 1


def test_a_second_key_decides_where_the_first_does_not(
    decided: Any, quota: Any, by_count: Any
) -> None:
    people = [{"amount": 3.0, "cap_vi_tri": tier, "kind": "individual"}
              for tier in ("CBCCVC", "LANH_DAO_SO", "CONG_NHAN")]  # fmt: skip
    keys = [by_count(), by_count(key="cap_vi_tri", order="asc")]
    result = decided(people, [quota(kind="individual", limit=1)], keys)
    # By the place on the scale of positions, not by the alphabet.
    assert column(result, "rank") == [2, 3, 1]
    assert column(result, "proposed") == ["over_quota", "over_quota", "yes"]


def test_without_a_ranking_nobody_stands_behind_anybody(decided: Any, quota: Any) -> None:
    result = decided([{"amount": 5.0}, {"amount": 1.0}], [quota(limit=1)])
    assert column(result, "proposed") == ["over_quota"] * 2
    assert column(result, "reserve") == [0, 0]
    assert row(result)["border"] == ""


# --- what must hold for any month ----------------------------------------------------------------

PERSON = st.fixed_dictionaries(
    {
        "eligibility": st.sampled_from(["pass", "pass", "pass", "review", "fail"]),
        "group": st.sampled_from([OFFICE, SHOP, "TRUNG_TAM", None]),
        "unit": st.sampled_from(["A", "B"]),
        "de_nghi": st.sampled_from(["BK_TINH", "GK_GDS", None]),
        "amount": st.sampled_from([1.0, 2.0, 2.0, 3.0, float("nan")]),
    }
)
PEOPLE = st.lists(PERSON, max_size=12).map(
    lambda rows: [{**one, "nominee": f"N{at:02}"} for at, one in enumerate(rows)]
)
UNITS = [{"unit": "A", "group": OFFICE, "so_cbccvc": 20.0},
         {"unit": "B", "group": SHOP, "so_cbccvc": 9.0}]  # fmt: skip


@st.composite
def limits(draw: Any, quota: Any) -> list[Any]:
    number = st.integers(0, 5)
    choices = [
        quota(limit=draw(number)),
        quota(limit=draw(number), group=OFFICE),
        quota(limit=draw(number), applies="de_nghi = BK_TINH"),
        quota(limit=draw(number), group=SHOP, applies="de_nghi != BK_TINH"),
        quota(limit=draw(number), scope="unit"),
        quota(share=draw(st.sampled_from([10.0, 33.3, 50.0])), base="so_cbccvc", group=SHOP),
        quota(share=draw(st.sampled_from([20.0, 60.0])), base="passed", rounding="half_up"),
    ]
    picked = draw(st.lists(st.sampled_from(range(len(choices))), unique=True, max_size=4))
    return [choices[at] for at in sorted(picked)]


@SOME
@given(PEOPLE, st.data(), st.booleans())
def test_a_quota_is_never_exceeded_and_changes_no_verdict(
    decided: Any, quota: Any, by_count: Any, people: Any, data: Any, ranked: bool
) -> None:
    plan = data.draw(limits(quota))
    result = decided(people, plan, [by_count()] if ranked else [], UNITS)
    assert column(result, "eligibility") == [one["eligibility"] for one in people]
    proposed = result.nominees["proposed"]
    assert set(proposed[result.nominees["eligibility"] != "pass"]) <= {"no", "pending"}
    found = result.quotas
    if found is not None:
        # A stated total beside groups is their sum, which the lint holds it to.
        whole = (found["group"] == "") & (found["unit"] == "") & (found["applies"] == "")
        total = whole & (found["share"] == "") & bool((found["group"] != "").any())
        assert (found["proposed"] <= found["limit"])[~total].all()


@SOME
@given(PEOPLE, st.data())
def test_equals_are_never_told_apart(
    decided: Any, quota: Any, by_count: Any, people: Any, data: Any
) -> None:
    result = decided(people, data.draw(limits(quota)), [by_count()], UNITS)
    seen: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    found = zip(people, column(result, "proposed"), column(result, "reserve"), strict=True)
    for one, proposed, reserve in found:
        same = tuple(str(one[key]) for key in one if key != "nominee")
        assert seen.setdefault(same, (proposed, reserve)) == (proposed, reserve)


@SOME
@given(PEOPLE, st.data(), st.integers(0, 99))
def test_the_order_of_nominees_is_nothing(
    decided: Any, quota: Any, by_count: Any, people: Any, data: Any, seed: int
) -> None:
    plan = data.draw(limits(quota))
    first = decided(people, plan, [by_count()], UNITS)
    mixed = random.Random(seed).sample(people, len(people))
    again = decided(mixed, plan, [by_count()], UNITS)
    columns = ["nominee", "proposed", "rank", "reserve", "reason"]
    one = first.nominees[columns].sort_values("nominee", ignore_index=True)
    other = again.nominees[columns].sort_values("nominee", ignore_index=True)
    assert one.equals(other)
    if first.quotas is not None and again.quotas is not None:
        assert first.quotas.equals(again.quotas)
