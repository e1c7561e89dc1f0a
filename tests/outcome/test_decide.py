from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from emubatch.model import NOMINEE_COLUMNS, VERDICT_COLUMNS, MonthData, MonthResult, RuleResult
from emubatch.outcome import decide
from emubatch.programme.load import load
from emubatch.programme.quota_rows import Quota
from emubatch.programme.tables import Programme, Setting

OFFICE, SHOP, CENTRE = "CO_QUAN_SO", "DOANH_NGHIEP", "TRUNG_TAM"


def programme(quotas: Sequence[Quota] = (), **settings: str) -> Programme:
    found = load("bacgiang-models-2020")
    kept = tuple(row for row in found.settings if row.key not in settings)
    more = tuple(Setting(key, value, (), "", "", "", "") for key, value in settings.items())
    return replace(found, quotas=tuple(quotas), settings=kept + more)


def quota(group: str, limit: int, kind: str = "collective") -> Quota:
    return Quota(kind, group, limit, "HD.3")


def month(
    rows: Sequence[tuple[str, str]],
    kind: str = "collective",
    decisive: str = "S0.TT.1",
    **columns: Sequence[Any],
) -> tuple[MonthData, RuleResult]:
    """Nominees given by group and eligibility, all decided by one criterion."""
    size = len(rows)
    nominees = pd.DataFrame(
        {
            "nominee": [f"N{at}" for at in range(size)],
            "kind": pd.Series([kind] * size, dtype=object),
            "name": [f"Tên {at}" for at in range(size)],
            "unit": ["DV"] * size,
            "unit_pos": [0] * size,
            "group": pd.Series([group or None for group, _ in rows], dtype=object),
            "tier": pd.Series([None] * size, dtype=object),
            "file": ["dv.xlsx"] * size,
            "sheet": ["Tập thể"] * size,
            "row": list(range(size)),
            **columns,
        }
    )
    verdicts = pd.DataFrame(
        {
            **{name: [""] * size for name in VERDICT_COLUMNS},
            "nominee": nominees["nominee"],
            "criterion": decisive,
            "required": "5 năm",
            "measured": "4/5 năm; 2016: trống",
            "nominee_pos": range(size),
            "criterion_pos": 0,
            "amount": [float(size - at) for at in range(size)],
        }
    )
    eligibility = pd.DataFrame({"eligibility": [word for _, word in rows], "decisive": decisive})
    data = MonthData(pd.DataFrame(), nominees, {}, pd.DataFrame(), [], {}, {}, [])
    return data, RuleResult(verdicts=verdicts, eligibility=eligibility)


def run(
    rows: Sequence[tuple[str, str]],
    quotas: Sequence[Quota] = (),
    settings: dict[str, str] | None = None,
    **more: Any,
) -> MonthResult:
    return decide(*month(rows, **more), programme(quotas, **(settings or {})), {})


def proposed(result: MonthResult) -> list[str]:
    return result.nominees["proposed"].tolist()


# --- without a ranking -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("eligibility", "expected"),
    [("pass", "yes"), ("review", "pending"), ("fail", "no"), ("na", "no"), ("progress", "pending")],
)
def test_what_an_outcome_proposes(eligibility: str, expected: str) -> None:
    assert proposed(run([(OFFICE, eligibility)], [quota(OFFICE, 5)])) == [expected]


def test_everybody_of_an_overfull_group_is_over_the_quota() -> None:
    rows = [(OFFICE, "pass")] * 3 + [(OFFICE, "review"), (SHOP, "pass")]
    result = run(rows, [quota(OFFICE, 2), quota(SHOP, 1)])
    assert proposed(result) == ["over_quota"] * 3 + ["pending", "yes"]
    assert result.nominees["eligibility"].tolist() == [word for _, word in rows]
    assert "Vượt chỉ tiêu: 3 đạt / chỉ tiêu 2" in result.nominees["reason"].iloc[0]
    assert result.nominees["rank"].isna().all()


def test_exactly_the_quota_is_within_it() -> None:
    assert proposed(run([(OFFICE, "pass")] * 2, [quota(OFFICE, 2)])) == ["yes", "yes"]


def test_a_group_that_counts_in_another() -> None:
    rows = [(OFFICE, "pass"), (CENTRE, "pass")]
    quotas = [quota(OFFICE, 1)]
    assert proposed(run(rows, quotas)) == ["over_quota"] * 2
    assert proposed(run(rows, quotas, {"group_map": ""})) == ["yes", "pending"]


def test_a_group_without_a_quota_is_for_the_council() -> None:
    result = run([("XA_PHUONG", "pass"), ("", "pass")], [quota(OFFICE, 1)])
    assert proposed(result) == ["pending", "pending"]
    assert "không có chỉ tiêu" in result.nominees["reason"].iloc[0]


def test_a_stated_total_alone_is_one_pool() -> None:
    rows = [(OFFICE, "pass"), (SHOP, "pass")]
    assert proposed(run(rows, [quota("", 1)])) == ["over_quota"] * 2
    assert proposed(run(rows, [quota("", 1), quota(OFFICE, 1), quota(SHOP, 1)])) == ["yes", "yes"]


def test_a_kind_without_quotas_is_not_limited() -> None:
    assert proposed(run([(OFFICE, "pass")], [quota(OFFICE, 0, "individual")])) == ["yes"]


def test_the_frame_of_quotas() -> None:
    rows = [(OFFICE, "pass")] * 2 + [(CENTRE, "review"), (SHOP, "pass"), (SHOP, "fail")]
    result = run(rows, [quota("", 3), quota(OFFICE, 1), quota(SHOP, 2)])
    assert result.quotas is not None
    assert result.quotas.iloc[:, :10].values.tolist() == [
        ["collective", "", 3, 3, 1, 1, "HD.3", "", 0, "review"],
        ["collective", OFFICE, 1, 2, 1, 0, "HD.3", "", 0, "over_quota"],
        ["collective", SHOP, 2, 1, 0, 1, "HD.3", "", 0, "within"],
    ]
    assert run(rows).quotas is None


# --- limits of units, and registrations --------------------------------------------------------


def registered(named: dict[str, int], eligibility: str, mode: str = "dang_ky") -> MonthResult:
    """So many models named by each unit; the plan allows each unit 1 or 2, and 4 to 5 in all."""
    both = "collective|individual"
    limits = (
        Quota(both, "", 2, "IV.1", scope="unit", minimum=1, combined=True, mode=mode),
        Quota(both, "", 5, "IV.1", minimum=4, combined=True, mode=mode),
    )
    rows = [(OFFICE, eligibility)] * sum(named.values())
    units = [unit for unit, count in named.items() for _ in range(count)]
    kinds = pd.Series([("collective", "individual")[at % 2] for at in range(len(units))])
    data, rules = month(rows, unit=units)
    data.nominees["kind"] = kinds
    data.units = pd.DataFrame({"unit": list(named)})
    return decide(data, rules, replace(programme(limits), mode="dang_ky"), {})


def test_a_unit_names_one_or_two_of_both_kinds_together() -> None:
    result = registered({"A": 2, "B": 0, "C": 3, "D": 1}, "progress")
    assert result.quotas is not None
    assert result.quotas[["unit", "passed", "minimum", "limit", "state"]].values.tolist() == [
        ["A", 2, 1, 2, "within"],
        ["B", 0, 1, 2, "not_registered"],
        ["C", 3, 1, 2, "over_quota"],
        ["D", 1, 1, 2, "within"],
        ["", 6, 4, 5, "to_choose"],
    ]
    # A mark, never a drop; whom to choose among the others is the council's.
    assert proposed(result) == ["pending"] * 2 + ["over_quota"] * 3 + ["pending"]
    reasons = result.nominees["reason"].tolist()
    assert "3 được đề nghị, kế hoạch cho mỗi đơn vị nhiều nhất 2" in reasons[2]
    assert "Hội đồng chọn 4–5 trong 6" in reasons[0]


@pytest.mark.parametrize(("count", "state"), [(3, "short"), (4, "within"), (5, "within")])
def test_fewer_than_the_minimum_is_said(count: int, state: str) -> None:
    result = registered({"A": 2, "B": count - 2}, "progress")
    assert result.quotas is not None
    assert result.quotas["state"].iloc[-1] == state


def test_a_limit_of_another_mode_does_not_bind() -> None:
    result = registered({"A": 3}, "pass", mode="tong_ket")
    assert result.quotas is None
    assert proposed(result) == ["yes"] * 3


# --- with a ranking --------------------------------------------------------------------------


def ranked(values: Sequence[float], limit: int, ranking: str = "-so_cstdcs") -> MonthResult:
    rows = [(SHOP, "pass")] * len(values)
    return run(rows, [quota(SHOP, limit)], {"ranking": ranking}, so_cstdcs=list(values))


@pytest.mark.parametrize(
    ("values", "limit", "ranks", "expected"),
    [
        ((5, 7, 6), 2, [3, 1, 2], ["over_quota", "yes", "yes"]),
        ((5, 5, 6), 2, [2, 2, 1], ["tie", "tie", "yes"]),
        ((6, 6, 5), 2, [1, 1, 3], ["yes", "yes", "over_quota"]),
        ((5, 5, 5), 2, [1, 1, 1], ["tie"] * 3),
        ((5, 5, 5), 3, [1, 1, 1], ["yes"] * 3),
        ((5, 4, 4, 3), 2, [1, 2, 2, 4], ["yes", "tie", "tie", "over_quota"]),
        ((5, 4), 0, [1, 2], ["over_quota"] * 2),
    ],
)
def test_ranking(
    values: tuple[float, ...], limit: int, ranks: list[int], expected: list[str]
) -> None:
    result = ranked(values, limit)
    assert result.nominees["rank"].tolist() == ranks
    assert proposed(result) == expected


def test_a_missing_figure_leaves_open_what_it_could_take() -> None:
    nan = float("nan")
    result = ranked((7, nan, 6, 5, 4), 3)
    assert proposed(result) == ["yes", "pending", "yes", "pending", "over_quota"]
    assert np.isnan(result.nominees["rank"].iloc[1])
    assert "Thiếu số liệu" in result.nominees["reason"].iloc[1]
    assert proposed(ranked((7, nan, 6), 3)) == ["yes"] * 3


def test_the_second_key_breaks_equals() -> None:
    rows = [(SHOP, "pass")] * 2
    columns = {"so_cstdcs": [3.0, 3.0], "si_so": [9.0, 12.0]}
    settings = {"ranking": "-so_cstdcs | si_so"}
    result = run(rows, [quota(SHOP, 1)], settings, **columns)
    assert proposed(result) == ["yes", "over_quota"]


def test_a_criterion_may_rank() -> None:
    rows = [(SHOP, "pass")] * 3
    result = run(rows, [quota(SHOP, 1)], {"ranking": "-S0.TT.1"})
    assert result.nominees["rank"].tolist() == [1, 2, 3]


def test_a_column_of_another_kind_does_not_rank() -> None:
    rows = [(SHOP, "pass")] * 2
    settings = {"ranking": "-so_cstdcs"}
    result = run(
        rows, [quota(SHOP, 1, "individual")], settings, kind="individual", so_cstdcs=[None, None]
    )
    assert proposed(result) == ["over_quota"] * 2


# --- reasons and frame -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("eligibility", "reason"),
    [
        ("pass", "Đạt: TTLĐTT trở lên từng năm 2015–2019 (HD.2.1)"),
        ("fail", "Không đạt: TTLĐTT trở lên từng năm 2015–2019 (HD.2.1). Yêu cầu: 5 năm. "
                 "Thực tế: 4/5 năm; 2016: trống"),
        ("review", "Cần xem xét: TTLĐTT trở lên từng năm 2015–2019 (HD.2.1). Yêu cầu: 5 năm. "
                   "Hiện có: 4/5 năm; 2016: trống"),
        ("progress", "Tiến độ: TTLĐTT trở lên từng năm 2015–2019 (HD.2.1). Yêu cầu: 5 năm. "
                     "Đã có: 4/5 năm; 2016: trống"),
    ],
)  # fmt: skip
def test_reasons(eligibility: str, reason: str) -> None:
    assert run([(OFFICE, eligibility)]).nominees["reason"].tolist() == [reason]


def test_reason_in_english() -> None:
    result = decide(*month([(OFFICE, "fail")]), programme(), {}, "en")
    assert result.nominees["reason"].iloc[0] == (
        "Not met: Advanced collective or higher each year (HD.2.1). Required: 5 năm. "
        "Found: 4/5 năm; 2016: trống"
    )


def test_nobody_is_dropped_and_the_order_is_kept() -> None:
    rows = [(OFFICE, word) for word in ("fail", "na", "pass", "review")]
    result = run(rows, [quota(OFFICE, 0)], decisive="")
    assert result.nominees["nominee"].tolist() == ["N0", "N1", "N2", "N3"]
    columns = list(result.nominees.columns)
    assert columns[: len(NOMINEE_COLUMNS) + 1] == [*NOMINEE_COLUMNS, "reason"]
    assert {"file", "sheet", "row", "unit_pos"} <= set(columns)
    assert result.nominees["reason"].iloc[1] == "Không có tiêu chuẩn áp dụng"


def test_a_programme_without_criteria() -> None:
    data, _ = month([])
    result = decide(data, RuleResult(), programme(), {"as_of": "2017-12-31"})
    assert len(result.nominees) == 0
    assert list(result.nominees.columns)[:10] == list(NOMINEE_COLUMNS)
    assert result.facts == {"as_of": "2017-12-31"}
