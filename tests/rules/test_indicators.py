"""Indicators against the figures of the department's report of 2017 (DOMAIN A.4)."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from emubatch.messages import render
from emubatch.model import INDICATOR_COLUMNS

NAMES = {"plan": "ke_hoach", "value": "thuc_hien", "last": "cung_ky", "growth": "tang_ck",
         "over": "tang_kh"}  # fmt: skip


def add(month: Any, code: str, unit: int = 0, **values: Any) -> None:
    named = {NAMES.get(name, name): value for name, value in values.items()}
    month.add("Chi_tieu", -1, unit_pos=unit, ma=code, **named)


def row(month: Any, code: str) -> dict[str, Any]:
    frame = month.run().indicators
    found = dict(frame[frame["indicator"] == code].iloc[0])
    return {key: None if isinstance(v, float) and pd.isna(v) else v for key, v in found.items()}


@pytest.mark.parametrize(
    ("code", "values", "last_year", "plan", "outcome"),
    [
        ("GTSXCN", {"value": 114375.0, "growth": 32.82, "over": 23.0}, 86113, 92988, "pass"),
        ("BAN_LE", {"value": 22190.0, "growth": 13.4}, 19568, None, "na"),
        ("XUAT_KHAU", {"value": 6200.0, "growth": 70.8, "over": 30.4}, 3630, 4755, "pass"),
        ("NHAP_KHAU", {"value": 6000.0, "growth": 58.1, "over": 17.6}, 3795, 5102, "pass"),
        ("TON_THAT", {"value": 8.86, "growth": -1.28}, 10.14, None, "na"),
        ("MAT_DIEN", {"value": 18.0, "growth": -54.0}, 39, None, "na"),
        ("KIEM_TRA", {"value": 2167.0, "over": 67.4}, None, 1295, "pass"),
        ("XU_LY", {"value": 1818.0}, None, None, "na"),
    ],
)
def test_what_the_report_implies(
    card: Any,
    code: str,
    values: dict[str, float],
    last_year: float | None,
    plan: float | None,
    outcome: str,
) -> None:
    month = card()
    add(month, code, **values)
    found = row(month, code)
    assert (found["last_year"], found["plan"], found["outcome"]) == (last_year, plan, outcome)
    assert found["implied_last_year"] == (last_year is not None)


@pytest.mark.parametrize(
    ("code", "values", "growth", "outcome"),
    [
        ("MAT_DIEN", {"value": 18.0, "last": 39.0, "growth": -54.0}, -53.85, "pass"),
        ("TON_THAT", {"value": 8.86, "last": 10.14, "growth": -1.28}, -1.28, "pass"),
        ("TON_THAT", {"value": 8.86, "last": 10.14, "growth": 1.28}, -1.28, "review"),
        ("KIEM_TRA", {"value": 2167.0, "last": 1294.0, "growth": 67.4}, 67.47, "pass"),
        ("KIEM_TRA", {"value": 2167.0, "last": 1294.0, "growth": 67.3}, 67.47, "review"),
        ("GTSXCN", {"value": 110.0, "last": 0.0, "growth": 10.0}, 10.0, "review"),
        ("TON_THAT", {"value": 1.0, "last": 0.0, "growth": 1.0}, 1.0, "pass"),
        ("GTSXCN", {"value": 110.0, "last": 100.0}, 10.0, "na"),
        ("GTSXCN", {"last": 100.0, "growth": 10.0}, 10.0, "na"),
    ],
)
def test_stated_growth_against_both_values(
    card: Any, code: str, values: dict[str, float], growth: float, outcome: str
) -> None:
    month = card()
    add(month, code, **values)
    found = row(month, code)
    assert (found["growth_pct"], found["outcome"]) == (growth, outcome)


@pytest.mark.parametrize(
    ("value", "growth", "recomputed", "outcome"),
    [(145000.0, 26.8, 26.78, "pass"), (145000.0, 26.7, 26.78, "pass"),
     (145000.0, 26.6, 26.78, "review")],
)  # fmt: skip
def test_a_target_grows_from_this_years_value(
    card: Any, value: float, growth: float, recomputed: float, outcome: str
) -> None:
    month = card()
    add(month, "GTSXCN_2018", value=value, growth=growth)
    add(month, "GTSXCN", value=114375.0)
    found = row(month, "GTSXCN_2018")
    assert (found["last_year"], found["growth_pct"], found["outcome"]) == (
        114375, recomputed, outcome,
    )  # fmt: skip


def test_the_retail_target_contradicts_itself(card: Any) -> None:
    month = card()
    add(month, "BAN_LE", value=22190.0, growth=13.4)
    add(month, "BAN_LE_2018", value=22700.0, growth=15.7)
    found = row(month, "BAN_LE_2018")
    assert (found["growth_pct"], found["outcome"]) == (2.3, "review")
    assert found["note"] == "15,7% không khớp, tính ra 2,3%; giá trị khớp là 25.674"
    finding = month.run().findings[0]
    place = (finding.code, finding.sheet, finding.cell, finding.field, finding.value)
    assert place == ("W621", "Chỉ tiêu", "G3", "tang_ck", "15,7")
    assert "22.700 so với 22.190 là 2,3%" in render(finding, "vi")
    assert "fits the stated growth is 25,674" in render(finding, "en")


def test_tolerance_is_a_setting(card: Any) -> None:
    month = card(growth_tolerance="exact")
    add(month, "KIEM_TRA", value=2167.0, last=1294.0, growth=67.4)
    assert row(month, "KIEM_TRA")["outcome"] == "review"


# --- against the plan ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "values", "pct", "outcome"),
    [
        ("GTSXCN", {"value": 120.0, "plan": 100.0}, 120, "pass"),
        ("GTSXCN", {"value": 99.0, "plan": 100.0}, 99, "fail"),
        ("GTSXCN", {"value": 100.0, "plan": 100.0}, 100, "pass"),
        ("GTSXCN", {"value": 120.0, "plan": 100.0, "over": 20.0}, 120, "pass"),
        ("GTSXCN", {"value": 120.0, "plan": 100.0, "over": 12.0}, 120, "review"),
        ("GTSXCN", {"value": 99.0, "over": -1.0}, 99, "fail"),
        ("MAT_DIEN", {"value": 18.0, "plan": 20.0}, 90, "pass"),
        ("MAT_DIEN", {"value": 22.0, "plan": 20.0}, 110, "fail"),
        ("TON_THAT", {"value": 9.0, "plan": 8.0}, 112.5, "fail"),
        ("XU_LY", {"value": 9.0, "plan": 10.0}, 90, "na"),
        ("GTSXCN", {"value": 120.0, "plan": 100.0, "dinh_tinh": "TREN"}, 120, "review"),
        ("GTSXCN", {"value": 120.0, "plan": 100.0, "dinh_tinh": "KHONG"}, 120, "pass"),
    ],
)
def test_plan(card: Any, code: str, values: dict[str, Any], pct: float, outcome: str) -> None:
    month = card()
    add(month, code, **values)
    found = row(month, code)
    assert (found["plan_pct"], found["outcome"]) == (pct, outcome)


def test_a_plan_that_contradicts_its_rate(card: Any) -> None:
    month = card()
    add(month, "GTSXCN", value=120.0, plan=100.0, over=12.0)
    assert [(f.code, f.cell) for f in month.run().findings] == [("W622", "H2")]


# --- rows ------------------------------------------------------------------------------------


def test_every_row_with_a_code_is_listed(card: Any) -> None:
    month = card()
    for code in ("LA_KHAC", "BAN_LE", "gtsxcn", "BAN_LE"):
        add(month, code, value=1.0)
    month.add("Chi_tieu", -1, ma=None, thuc_hien=5.0)
    frame = month.run().indicators
    assert frame["indicator"].tolist() == ["GTSXCN", "BAN_LE", "BAN_LE", "LA_KHAC"]
    assert list(frame.columns)[: len(INDICATOR_COLUMNS)] == list(INDICATOR_COLUMNS)
    assert frame["cell"].iloc[0] == "dv.xlsx!Chỉ tiêu!E4"


def test_the_base_is_of_the_same_form(card: Any) -> None:
    month = card()
    other = month.unit(unit="K01")
    add(month, "BAN_LE", value=100.0)
    add(month, "BAN_LE_2018", other, value=110.0, growth=50.0)
    assert row(month, "BAN_LE_2018")["outcome"] == "na"


@pytest.mark.parametrize(("value", "outcome"), [("true", "pass"), ("false", "na")])
def test_estimates(card: Any, value: str, outcome: str) -> None:
    month = card(keep_estimates=value)
    add(month, "GTSXCN", value=120.0, plan=100.0, la_uoc="CO")
    found = row(month, "GTSXCN")
    assert (found["outcome"], found["estimate"]) == (outcome, "CO")
