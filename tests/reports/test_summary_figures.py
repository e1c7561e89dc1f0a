"""Sections of the summary that compare: targets, growth, awards, years, money."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from emubatch.model import MonthResult
from emubatch.money import MoneySettings, award_money, shared_rates
from emubatch.month import run_month
from emubatch.register import open_register
from emubatch.register.history import awards_by_year
from emubatch.reports.summary_charts import growth, shares
from emubatch.reports.summary_figures import awards, grown, money, years
from emubatch.reports.view import View
from emubatch.reports.workbook import write_result
from emubatch.request import MonthRequest
from emubatch.xl.lint import lint_workbook

SAMPLES = Path(__file__).parents[2] / "samples"
Make = Callable[..., MonthResult]


@pytest.fixture
def view(result: MonthResult) -> View:
    return View(result, "vi")


def sample(name: str, out: Path) -> str:
    """The summary page of a sample month."""
    base = SAMPLES / name
    run_month(
        MonthRequest(name, base / "inbox", out, base / "roster.xlsx", jobs=0),
        lambda stage, done, total: None,
    )
    return (out / "bao-cao.html").read_text(encoding="utf-8")


def chart(page: str, name: str) -> str:
    found = re.search(rf'<svg [^>]*aria-labelledby="{name}-t.*?</svg>', page, re.S)
    assert found, name
    return found[0]


# --- charts --------------------------------------------------------------------------------------


def test_growth_goes_right_and_decline_left_of_one_line(view: View) -> None:
    mark = view.mark("pass")
    found = growth("g", "t", "d", [("a", mark, 50.0), ("b", mark, -25.0), ("c", mark, 0.0)], view)
    assert found is not None
    up, down, none = (bar.parts[0] for bar in found.bars)
    assert up.x == found.zero_x == round(down.x + down.width, 2)
    assert up.width == pytest.approx(2 * down.width, abs=0.05) and none.width == 0
    assert [bar.total for bar in found.bars] == ["+50", "-25", "0"]
    assert all(part.x >= 0 and part.x + part.width <= found.width for part in (up, down, none))
    assert growth("g", "t", "d", [("a", mark, 0.0)], view) is None


def test_decline_alone_is_drawn(view: View) -> None:
    found = growth("g", "t", "d", [("a", view.mark("fail"), -1.28)], view)
    assert found is not None and found.bars[0].parts[0].width > 100


def test_shares_stand_beside_what_is_asked_for(view: View) -> None:
    rows = [("a", view.mark("pass"), 15.0, 17.5, 15.0), ("b", view.mark("fail"), 50.0, 50.0, None)]
    found = shares("s", "t", "d", rows, view)
    assert found is not None
    sure, possible = found.bars[0].parts
    assert found.bars[0].tick is not None
    assert found.bars[0].tick.x == pytest.approx(sure.x + sure.width, abs=0.02) == possible.x
    assert found.bars[0].total.endswith("15–17,5%")
    assert len(found.bars[1].parts) == 1 and found.bars[1].tick is None
    assert shares("s", "t", "d", [], view) is None


# --- sections ------------------------------------------------------------------------------------


def test_growth_of_the_unit_that_states_most(make_result: Make) -> None:
    result = make_result()
    assert result.indicators is not None
    result.indicators = pd.concat([result.indicators, result.indicators.iloc[[0]]])
    found = grown(View(result, "vi"))
    assert found is not None
    title, figure = found
    assert title == "Tăng, giảm so với năm trước: Văn phòng Sở"
    assert figure.table.rows[0][:5] == ["Giá trị SXCN", "114.375", "86.113", "32,82", "123"]
    assert figure.chart is not None and figure.chart.bars[0].total == "+32,82"


def test_no_growth_known_no_section(make_result: Make) -> None:
    result = make_result()
    assert result.indicators is not None
    result.indicators["growth_pct"] = float("nan")
    assert grown(View(result, "vi")) is None


HISTORY = [
    ("", "GK_GDS", "CN", 2),
    ("2010", "GK_GDS", "CN", 5),
    *[(str(year), "GK_GDS", "CN", year - 2010) for year in range(2013, 2019)],
    ("2018", "BK_TINH", "TT", 3),
    ("2018", "LA_GI", "CN", 1),
]


def test_years_beside_each_other(make_result: Make) -> None:
    result = make_result()
    result.data.history = HISTORY
    found = years(View(result, "vi"))
    assert found is not None and found.chart is not None
    table = found.table
    assert table.heads[2:] == ["2013", "2014", "2015", "2016", "2017", "2018", "So năm trước"]
    by_award = {(row[0], row[1]): row[2:] for row in table.rows}
    assert by_award["GK_GDS", "Cá nhân"] == [3, 4, 5, 6, 7, 8, "+1"]
    assert by_award["LA_GI", "Cá nhân"] == [0, 0, 0, 0, 0, 1, "+1"]
    assert by_award["Cộng", ""] == [3, 4, 5, 6, 7, 12, "+5"]
    assert table.more == (
        "Không nêu ở bảng: 5 lần khen của các năm trước đó, 2 lần không rõ năm"
    )  # fmt: skip
    assert [bar.total for bar in found.chart.bars][-1] == "12"


def test_years_that_do_not_follow_are_not_compared(make_result: Make) -> None:
    result = make_result()
    result.data.history = [("2016", "GK_GDS", "CN", 4), ("2020", "GK_GDS", "CN", 6)]
    found = years(View(result, "vi"))
    assert found is not None
    assert found.table.rows[-1] == ["Cộng", "", 4, 6, "—"]
    assert found.table.more == "Năm 2020 tính đến 18/07/2020"


def test_the_workbook_has_every_year(make_result: Make, tmp_path: Path) -> None:
    result = make_result()
    result.data.history = HISTORY
    write_result(tmp_path / "a.xlsx", result, "vi")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)["Qua các năm"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    (head,) = [row for row in rows if "2018" in row]
    assert head[2:] == ["2010", *map(str, range(2013, 2019)), "So năm trước"]
    assert rows[-1] == ["Cộng", None, 5, 3, 4, 5, 6, 7, 12, 5]
    assert lint_workbook(tmp_path / "a.xlsx") == []


@pytest.mark.parametrize("history", [None, []])
def test_no_register_no_years(make_result: Make, history: Any) -> None:
    result = make_result()
    result.data.history = history
    assert years(View(result, "vi")) is None


def test_one_year_has_nothing_to_compare_with(make_result: Make) -> None:
    result = make_result()
    result.data.history = [("2018", "GK_GDS", "CN", 4)]
    found = years(View(result, "vi"))
    assert found is not None and found.table.rows[-1] == ["Cộng", "", 4, "—"]


def test_money_is_summed_or_said_to_be_incomplete(make_result: Make) -> None:
    rows = [
        {"nominee": "a", "kind": "individual", "award": "GK_GDS", "year": 2019},
        {"nominee": "b", "kind": "collective", "award": "BK_TINH", "year": 2019},
    ]
    result = make_result()
    assert money(View(result, "vi")) is None
    result.money = award_money(rows[:1], shared_rates(), "2020-07-30", MoneySettings())
    found = money(View(result, "vi"))
    assert found is not None and found.rows[-1] == ["Cộng", "", 1, "450.000 ₫"]
    assert found.more == ""
    result.money = award_money(rows, shared_rates(), "2020-07-30", MoneySettings())
    found = money(View(result, "vi"))
    assert found is not None and found.rows[-1] == ["Cộng", "", 2, "chưa đủ"]
    assert "«Bằng khen của UBND tỉnh» (Tập thể)" in found.more or "BK_TINH" in found.more


def test_no_tally_no_section(view: View) -> None:
    assert awards(view) is None


# --- whole months --------------------------------------------------------------------------------


def test_targets_of_the_movement(tmp_path: Path) -> None:
    page = sample("hatinh-movement-2024", tmp_path / "out")
    drawn = chart(page, "targets")
    assert drawn.count('class="tick"') == 6  # the figure that is only shown asks for nothing
    assert "✗ 94,44–97,22%" in drawn and "✓ 15%" in drawn
    assert "T8. " not in drawn  # an answer is no share


def test_awards_and_indicators_of_the_scorecard(tmp_path: Path) -> None:
    page = sample("bacgiang-scorecard-2017", tmp_path / "out")
    drawn = chart(page, "awards")
    assert "● 24" in drawn and "● 70" in drawn and "○ 10" in drawn and "● 11" in drawn
    assert "+70,8" in chart(page, "growth") and "-53,85" in chart(page, "growth")
    assert "120%" in page and "so với năm trước: Sở Công Thương" in page


def test_money_of_the_models(tmp_path: Path) -> None:
    page = sample("bacgiang-models-2020", tmp_path / "out")
    assert "Tiền thưởng dự kiến" in page and "7.650.000 ₫" in page


def test_awards_of_the_register_by_year(tmp_path: Path) -> None:
    path = tmp_path / "register.sqlite"
    rows = [
        ("2018", "2019-02-05", "BK_BO", "CN"),
        ("2018", "2019-02-05", "GK_GDS", "CN"),
        ("2018", "", "GK_GDS", "CN"),
        ("2015-2019", "2020-03-01", "BK_TINH", "TT"),
        ("", "2020-09-01", "GK_GDS", "CN"),  # decided after the day asked for
        ("2021", "", "GK_GDS", "CN"),
        ("", "", "GK_GDS", "TT"),
    ]
    with open_register(path, write=True) as register:
        register.connection.executemany(
            "INSERT INTO awards (key, years, date, code, kind) VALUES (?, ?, ?, ?, ?)",
            [(f"{at}", *row) for at, row in enumerate(rows)],
        )
        found = awards_by_year(register, "2020-07-31")
    assert found == [
        ("", "GK_GDS", "TT", 1),
        ("2018", "BK_BO", "CN", 1),
        ("2018", "GK_GDS", "CN", 2),
        ("2020", "BK_TINH", "TT", 1),
    ]
