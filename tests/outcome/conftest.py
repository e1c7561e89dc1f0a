"""A month of nominees whose verdicts are given, for looking at what the quotas make of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from emubatch.model import VERDICT_COLUMNS, MonthData, MonthResult, RuleResult
from emubatch.outcome import decide
from emubatch.programme.conditions import parse_conditions
from emubatch.programme.load import load
from emubatch.programme.quota_rows import Quota, Ranking
from emubatch.programme.tables import Programme

GROUPS = ("CO_QUAN_SO", "DOANH_NGHIEP")
KEY = "S0.TT.2b"


def quota(**values: Any) -> Quota:
    """A quota of collectives; ``applies`` as it is written in a cell."""
    applies = parse_conditions(values.pop("applies", ""))
    base = {"kind": "collective", "group": "", "limit": None, "clause": "K"}
    return Quota(**{**base, **values}, applies=applies)  # type: ignore[arg-type]


def by_count(*, order: str = "desc", key: str = KEY) -> Ranking:
    """Ranks by what a criterion counts."""
    return Ranking(key, order, "", "Số bằng khen", "", "K")


def decided(
    people: Sequence[Mapping[str, Any]],
    quotas: Sequence[Quota],
    ranking: Sequence[Ranking] = (),
    units: Sequence[Mapping[str, Any]] = (),
    mode: str = "tong_ket",
) -> MonthResult:
    """The month of these people: ``eligibility``, ``group``, ``unit``, ``amount`` and fields."""
    size = len(people)
    names = ("eligibility", "group", "unit", "de_nghi", "cap_vi_tri", "kind")
    usual = {"eligibility": "pass", "group": GROUPS[0], "unit": "DV", "kind": "collective"}
    columns = {
        name: pd.Series([p.get(name, usual.get(name)) for p in people], dtype=object)
        for name in names
    }
    nominees = pd.DataFrame(
        {
            "nominee": [p.get("nominee", f"N{at}") for at, p in enumerate(people)],
            "name": [f"Tên {at}" for at in range(size)],
            "unit_pos": [0] * size,
            "tier": columns["cap_vi_tri"],
            "file": ["dv.xlsx"] * size,
            "sheet": ["Tập thể"] * size,
            "row": list(range(size)),
            **{name: column for name, column in columns.items() if name != "eligibility"},
        }
    )
    verdicts = pd.DataFrame(
        {
            **{name: [""] * size for name in VERDICT_COLUMNS},
            "nominee": nominees["nominee"],
            "criterion": KEY,
            "nominee_pos": range(size),
            "criterion_pos": 0,
            "amount": np.array([p.get("amount", np.nan) for p in people], dtype=np.float64),
        }
    )
    eligibility = pd.DataFrame({"eligibility": columns["eligibility"], "decisive": KEY})
    frame = pd.DataFrame(units) if units else pd.DataFrame({"unit": nominees["unit"].unique()})
    data = MonthData(frame, nominees, {}, pd.DataFrame(), [], {}, {}, [])
    plan = replace(programme(), quotas=tuple(quotas), ranking=tuple(ranking), mode=mode)
    return decide(data, RuleResult(verdicts=verdicts, eligibility=eligibility), plan, {})


def programme() -> Programme:
    return load("bacgiang-models-2020")


@pytest.fixture(name="decided", scope="session")
def decided_month() -> Callable[..., MonthResult]:
    return decided


@pytest.fixture(name="quota", scope="session")
def quota_maker() -> Callable[..., Quota]:
    return quota


@pytest.fixture(name="by_count", scope="session")
def ranking_maker() -> Callable[..., Ranking]:
    return by_count
