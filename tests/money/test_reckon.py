"""Worked cases of the law, and what must hold of any reckoning."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emubatch.money import (
    MONEY_COLUMNS,
    Money,
    MoneySettings,
    Rates,
    award_money,
    rates_of,
    settings_of,
    shared_rates,
)
from emubatch.money.reckon import round_money
from emubatch.programme.load import builtin_ids, load
from emubatch.programme.money import BaseSalary, Reward

BEFORE, SINCE = "2020-07-30", "2024-12-20"  # the older rule of one achievement, the later one


def award(
    code: str, year: Any = 2019, nominee: str = "P/CN/a", kind: str = "individual", **more: str
) -> dict[str, Any]:
    return {
        "nominee": nominee, "kind": kind, "name": "Nguyễn Văn A", "unit": "P", "award": code,
        "year": year, **more,
    }  # fmt: skip


def paid(*awards: dict[str, Any], on: str = BEFORE, **settings: str) -> Money:
    return award_money(awards, shared_rates(), on, MoneySettings(**settings))


def states(money: Money) -> list[tuple[str, str, int | None]]:
    return [(line.state, line.reason, line.amount) for line in money.lines]


# --- DOMAIN C17 to C21 ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind", "on", "product", "up", "nearest"),
    [
        ("GK_XA", "individual", "2020-07-30", 223_500, 230_000, 220_000),  # 0,15 × 1.490.000
        ("GK_GDS", "individual", "2020-07-30", 447_000, 450_000, 450_000),
        ("GK_GDS", "collective", "2020-07-30", 894_000, 900_000, 890_000),
        ("LDTT", "individual", "2024-12-20", 702_000, 710_000, 700_000),  # 0,3 × 2.340.000
        ("CSTDCS", "individual", "2023-06-30", 1_490_000, 1_490_000, 1_490_000),
        ("CSTDCS", "individual", "2023-07-01", 1_800_000, 1_800_000, 1_800_000),
        ("CSTDTQ", "individual", "2024-06-30", 8_100_000, 8_100_000, 8_100_000),
        ("CSTDTQ", "individual", "2024-07-01", 10_530_000, 10_530_000, 10_530_000),
        ("TTLDTT", "collective", "2025-01-10", 1_872_000, 1_880_000, 1_870_000),
        ("BK_TINH", "individual", "2019-07-01", 1_490_000, 1_490_000, 1_490_000),
        ("BK_TINH", "individual", "2025-07-01", 3_510_000, 3_510_000, 3_510_000),
        ("CO_CP", "collective", "2025-07-01", 28_080_000, 28_080_000, 28_080_000),
    ],
)
def test_worked_cases(code: str, kind: str, on: str, product: int, up: int, nearest: int) -> None:
    one = award(code, kind=kind)
    found = {
        rule: paid(one, on=on, rounding=rule) for rule in ("up_10000", "nearest_10000", "none")
    }
    assert {money.lines[0].product for money in found.values()} == {Decimal(product)}
    assert [money.total.amount for money in found.values()] == [up, nearest, product]
    assert found["up_10000"].lines[0].rounding == up - product
    assert found["up_10000"].lines[0].coefficient_basis.startswith("NĐ ")


@pytest.mark.parametrize(
    ("code", "kind", "on", "reason"),
    [
        ("LDTT", "individual", "2019-06-30", "no_salary"),  # 1.390.000 from a day not stated
        ("LDTT", "individual", "2017-12-11", "no_rate"),
        ("LDTT", "individual", "2026-07-01", "no_salary"),  # the new amount is not confirmed
        ("BK_TINH", "individual", "2024-05-01", "no_rate"),  # when 1,5 began is not confirmed
        ("BK_TINH", "collective", "2020-07-30", "no_rate"),
        ("GK_GDS", "individual", "2024-05-01", "no_rate"),
        ("GK_GDS", "collective", "2025-09-01", "no_rate"),
        ("CO_TINH", "collective", "2025-07-01", "no_rate"),
        ("LDTT", "collective", "2020-07-30", "no_rate"),
        ("KHONG", "individual", "2020-07-30", "no_rate"),
        ("", "individual", "2020-07-30", "no_award"),
        ("LDTT", "", "2020-07-30", "no_kind"),
        ("LDTT", "individual", "", "no_date"),
        ("LDTT", "individual", "2020-07", "no_date"),
    ],
)
def test_what_is_not_confirmed_is_never_paid_and_never_added_up(
    code: str, kind: str, on: str, reason: str
) -> None:
    money = paid(award(code, kind=kind), award("LDTT", nominee="P/CN/b", decided=BEFORE), on=on)
    assert states(money)[0] == ("unknown", reason, None)
    assert money.total.amount is None
    assert (money.total.known, money.total.unknown) == (450_000, 1)
    assert reason in {row[0] for row in money.missing}


def test_base_salary_is_that_of_the_day_of_the_decision() -> None:
    money = paid(award("LDTT", 2023, decided="2023-06-30"), award("LDTT", 2022, decided=SINCE))
    assert [line.base_salary for line in money.lines] == [1_490_000, 2_340_000]
    assert [line.amount for line in money.lines] == [450_000, 710_000]


# --- one achievement, several awards -------------------------------------------------------------


def test_older_rule_pays_the_highest_of_one_achievement_only() -> None:
    money = paid(award("LDTT"), award("CSTDCS"), award("GK_GDS"), award("LDTT", 2018))
    assert states(money) == [
        ("covered", "higher", 0),
        ("paid", "", 1_490_000),
        ("covered", "higher", 0),
        ("paid", "", 450_000),
    ]
    assert money.total.amount == 1_940_000


def test_later_rule_pays_each() -> None:
    money = paid(award("LDTT", 2024), award("CSTDCS", 2024), on=SINCE)
    assert [line.amount for line in money.lines] == [710_000, 2_340_000]


def test_the_rule_of_one_achievement_can_be_set() -> None:
    two = (award("LDTT"), award("CSTDCS"))
    assert paid(*two, same="each").total.amount == 1_940_000
    assert paid(*two, same="highest", on=SINCE).total.amount == 2_340_000


def test_without_a_year_it_cannot_be_told_whether_the_achievement_is_one() -> None:
    money = paid(award("LDTT", ""), award("CSTDCS", 2019), award("LDTT", "", nominee="P/CN/b"))
    assert [line.reason for line in money.lines] == ["no_year", "no_year", ""]
    assert money.total.amount is None
    stated = paid(award("LDTT", "", achievement="x"), award("CSTDCS", "", achievement="y"))
    assert stated.total.amount == 1_940_000


def test_the_highest_is_open_while_one_of_them_is_not_known() -> None:
    money = paid(award("LDTT"), award("BK_TTG"))
    assert [line.reason for line in money.lines] == ["open", "no_rate"]
    assert [row[:2] for row in money.missing] == [("no_rate", "BK_TTG")]


@pytest.mark.parametrize("on", [BEFORE, SINCE])
def test_the_same_award_twice_is_paid_once(on: str) -> None:
    money = paid(award("LDTT"), award("LDTT"), award("LDTT", nominee="P/CN/b"), on=on)
    assert [line.reason for line in money.lines] == ["", "repeated", ""]
    assert money.total.paid == 2


def test_rows_without_a_nominee_are_not_one_person() -> None:
    money = paid(award("LDTT", nominee=""), award("LDTT", nominee=""))
    assert money.total.amount == 900_000


# --- sums, frames, sources -----------------------------------------------------------------------


def test_sums_by_unit_and_kind() -> None:
    rows = [award("LDTT"), award("LDTT", nominee="b"), award("BK_TTG", nominee="c", kind="x")]
    rows[2]["unit"] = "Q"
    money = paid(*rows)
    by_unit = {
        found.key: (found.awards, found.amount) for found in money.sums(lambda row: row.unit)
    }
    assert by_unit == {"P": (2, 900_000), "Q": (1, None)}


def test_a_frame_in_and_a_frame_out() -> None:
    frame = pd.DataFrame([award("GK_XA", 2019.0), award("BK_TTG", float("nan"), nominee="b")])
    found = award_money(frame, shared_rates(), BEFORE, MoneySettings()).frame()
    assert tuple(found.columns) == MONEY_COLUMNS
    first, second = found.to_dict("records")
    assert (first["coefficient"], first["product"], first["rounded"]) == (
        "0.15",
        "223500",
        "230000",
    )
    assert (first["amount"], first["year"], second["amount"]) == ("230000", "2019", "")


@pytest.mark.parametrize("name", builtin_ids())
def test_every_plan_has_the_rules_of_money(name: str) -> None:
    assert settings_of(load(name)) == MoneySettings("up_10000", "by_law")
    changed = load(name, (("money_rounding", "none"), ("money_same_achievement", "each")))
    assert settings_of(changed) == MoneySettings("none", "each")


def test_a_rule_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="money_rounding: up"):
        MoneySettings(rounding="up")


def test_later_sources_take_the_place_of_earlier_rows() -> None:
    office = Rates(
        (
            Reward("BK_TTG", "individual", Decimal("3.5"), "2018-01-01", "2023-12-31", "QĐ 1", ""),
            Reward("GK_DN", "individual", Decimal("0.2"), "2020-01-01", "", "QĐ 2", ""),
        ),
        (BaseSalary("2026-07-01", 2_530_000, "NĐ 1", ""),),
    )
    rates = rates_of(load("bacgiang-models-2020"), office)
    assert len(rates.rewards) == len(shared_rates().rewards) + 1
    rows = [
        award("BK_TTG"),
        award("GK_DN", nominee="b"),
        award("LDTT", nominee="c", decided="2026-08-01"),
    ]
    money = award_money(rows, rates, BEFORE, MoneySettings())
    assert [line.amount for line in money.lines] == [5_220_000, 300_000, 760_000]
    assert [line.coefficient_basis for line in money.lines[:2]] == ["QĐ 1", "QĐ 2"]


# --- properties ----------------------------------------------------------------------------------

products = st.decimals(0, 10**8, places=4)


@given(products)
def test_rounding_keeps_close_and_keeps_order(product: Decimal) -> None:
    up, near = (round_money(product, rule) for rule in ("up_10000", "nearest_10000"))
    assert up % 10_000 == near % 10_000 == 0
    assert 0 <= up - product < 10_000
    assert abs(near - product) <= 5_000
    assert abs(round_money(product, "none") - product) <= Decimal("0.5")
    assert round_money(product + 1, "up_10000") >= up


codes = st.sampled_from(["LDTT", "CSTDCS", "GK_GDS", "GK_XA", "BK_TTG", "KHONG", ""])
many = st.lists(
    st.builds(
        award, codes, st.sampled_from(["", 2018, 2019]), st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["individual", "collective"]),
    ),
    max_size=8,
)  # fmt: skip


@given(many, st.sampled_from([BEFORE, SINCE]), st.sampled_from(["by_law", "highest", "each"]))
def test_what_holds_of_any_awards(awards: list[dict[str, Any]], on: str, same: str) -> None:
    money = paid(*awards, on=on, same=same)
    assert len(money.lines) == len(awards)
    for line in money.lines:
        assert (line.amount is None) == (line.state == "unknown")
        assert line.state != "paid" or line.amount == line.rounded > 0
    total = money.total
    assert (total.amount is None) == any(line.state == "unknown" for line in money.lines)
    parts = money.sums(lambda line: line.unit + line.award)
    assert sum(part.known for part in parts) == total.known
    assert sum(part.awards for part in parts) == len(awards)
    # Neither the order nor a copy of a row changes what is paid.
    assert paid(*reversed(awards), on=on, same=same).total == total
    twice = paid(*awards, *awards, on=on, same=same).total
    assert twice.amount == total.amount
    # Paying the highest only never pays more than paying each.
    if total.amount is not None:
        each = paid(*awards, on=on, same="each").total.amount
        assert each is None or total.amount <= each
