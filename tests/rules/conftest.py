"""Small months made by hand: the form and lists of a real programme, criteria of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from emubatch.model import MonthData, RuleResult
from emubatch.programme.conditions import parse_conditions, parse_measured
from emubatch.programme.load import load
from emubatch.programme.operators import SWITCHES, TESTS
from emubatch.programme.tables import Criterion, Programme, Setting
from emubatch.rules import apply_rules

FILE = "dv.xlsx"
NUMERIC = ("int", "number", "percent")
UNIT = ("unit", "name", "group", "file", "received", "late", "status")
KINDS = {"CN": "individual", "TT": "collective"}


def criterion(
    cid: str,
    test: str,
    of: str = "",
    where: str = "",
    *,
    parent: str = "",
    applies: str = "",
    may: tuple[str, str] = ("", ""),
    window: tuple[str, str] = ("2015-01-01", "2019-12-31"),
    limit: str = "",
    operator: str = "",
    **options: str,
) -> Criterion:
    """One row of an outline; switches that are not given have their defaults."""
    unknown = set(options) - set(TESTS[test].switches)
    assert not unknown, unknown
    resolved = {key: SWITCHES[key].default for key in TESTS[test].switches} | options
    return Criterion(
        cid, parent, parse_conditions(applies), test, parse_measured(of), parse_conditions(where),
        parse_measured(may[0]), parse_conditions(may[1]), window, operator, limit, resolved,
        f"Tiêu chuẩn {cid}", f"Criterion {cid}", f"K.{cid}",
    )  # fmt: skip


@dataclass
class Small:
    """A month in the making: nominees, their rows, and the programme that judges them."""

    programme: Programme
    units: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def unit(self, **values: Any) -> int:
        """A unit; returns its position."""
        at = len(self.units)
        core = {"unit": f"DV{at}", "name": f"Đơn vị {at}", "group": "CO_QUAN_SO", "late": "no"}
        received = values.get("ngay_nop") or ""
        base = {**core, "file": FILE, "received": received, "status": "accepted"}
        self.units.append({**base, **values})
        return at

    def nominee(self, kind: str = "CN", unit: int | None = None, **values: Any) -> int:
        """A nominee; returns its position."""
        if unit is None:
            unit = len(self.units) - 1 if self.units else self.unit()
        at = len(self.people)
        name = values.pop("name", f"Người {at}")
        sheet = "Cá nhân" if kind == "CN" else "Tập thể"
        named = {"ho_ten": name} if kind == "CN" else {"ten_tt": name}
        home = self.units[unit]
        core = {
            "nominee": f"{home['unit']}/{kind}/{at}", "kind": KINDS[kind], "name": name,
            "unit": home["unit"], "unit_pos": unit, "group": home["group"], "tier": None,
            "file": home["file"], "sheet": sheet, "row": at + 2,
        }  # fmt: skip
        self.people.append({**core, **named, **values})
        return at

    def add(self, sheet: str, who: int = 0, *, sure: bool = True, **values: Any) -> None:
        """A row of a detail sheet about a nominee, or (-1) about its unit."""
        rows = self.rows.setdefault(sheet, [])
        unit = self.people[who]["unit_pos"] if who >= 0 else values.pop("unit_pos", 0)
        core = {
            "nominee_pos": who, "sure": sure, "unit_pos": unit, "file": self.units[unit]["file"],
            "sheet": self.programme.sheet_by_key[sheet].title_vi, "row": len(rows) + 2,
        }  # fmt: skip
        rows.append({**core, **values})

    def titles(self, who: int = 0, **years: str | None) -> None:
        """Titles by year: ``titles(y2015="LDTT")``."""
        for year, code in years.items():
            self.add("Thanh_tich", who, ma_kt=code, nam=year[1:])

    def data(self) -> MonthData:
        """The frames, with columns and types as merge gives them."""
        details = {
            key: self._frame(rows, key, ["nominee_pos", "sure", "unit_pos", "file", "sheet", "row"])
            for key, rows in self.rows.items()
        }
        core = ["nominee", "kind", "name", "unit", "unit_pos", "group", "tier", "file", "sheet"]
        letters, titles = {}, {}
        for file in dict.fromkeys(unit["file"] for unit in self.units):
            for sheet in self.programme.sheets:
                keys = [spec.key for spec in self.programme.fields_of[sheet.key]]
                letters[file, sheet.key] = {key: chr(65 + at) for at, key in enumerate(keys)}
                titles[file, sheet.key] = sheet.title_vi
        return MonthData(
            units=self._frame(self.units, "Don_vi", UNIT),
            nominees=self._frame(self.people, "Ca_nhan Tap_the", [*core, "row"]),
            details=details,
            submissions=pd.DataFrame(),
            findings=[],
            letters=letters,
            titles=titles,
            replaced=[],
        )

    def _frame(
        self, rows: Sequence[Mapping[str, Any]], sheets: str, core: Sequence[str]
    ) -> pd.DataFrame:
        specs = {f.key: f.type for f in self.programme.fields if f.sheet in sheets.split()}
        found: dict[str, Any] = {}
        for name in dict.fromkeys([*core, *specs]):
            values = [row.get(name) for row in rows]
            if specs.get(name) in NUMERIC:
                found[name] = np.array(values, dtype=np.float64)
            elif name in ("nominee_pos", "unit_pos", "row"):
                found[name] = np.array(values, dtype=np.int32)
            elif name == "sure":
                found[name] = np.array(values, dtype=bool)
            else:
                found[name] = pd.Series(values, dtype=object)
        return pd.DataFrame(found)

    def run(self, *criteria: Criterion, as_of: str = "2020-07-30", **more: Any) -> RuleResult:
        """Judges the month by these criteria."""
        programme = self.programme
        if criteria:
            programme = replace(programme, criteria=criteria, scorecard=(), indicators=())
        if "mode" in more:
            programme = replace(programme, mode=more.pop("mode"))
        return apply_rules(self.data(), programme, as_of, **more)

    def judge(self, *criteria: Criterion, **more: Any) -> Judged:
        """The same, for looking at single verdicts."""
        return Judged(self.run(*criteria, **more))


class Judged:
    """Verdicts by nominee and criterion."""

    def __init__(self, result: RuleResult) -> None:
        assert result.verdicts is not None
        assert result.eligibility is not None
        self.result = result
        self.rows = {
            (row["nominee_pos"], row["criterion"]): row
            for row in result.verdicts.to_dict("records")
        }

    def row(self, cid: str, who: int = 0) -> dict[str, Any]:
        return self.rows[who, cid]

    def outcome(self, cid: str, who: int = 0) -> str:
        return str(self.rows[who, cid]["outcome"])

    def found(self, cid: str, who: int = 0) -> str:
        return str(self.rows[who, cid]["measured"])

    def cells(self, cid: str, who: int = 0) -> str:
        return str(self.rows[who, cid]["evidence"]).replace(f"{FILE}!", "")

    def eligibility(self, who: int = 0) -> str:
        assert self.result.eligibility is not None
        return str(self.result.eligibility["eligibility"].iloc[who])

    def decisive(self, who: int = 0) -> str:
        assert self.result.eligibility is not None
        return str(self.result.eligibility["decisive"].iloc[who])


@pytest.fixture(name="criterion", scope="session")
def criterion_maker() -> Callable[..., Criterion]:
    return criterion


@pytest.fixture
def small() -> Small:
    """A month with one unit and one person of the models programme."""
    month = Small(load("bacgiang-models-2020"))
    month.nominee()
    return month


@pytest.fixture(scope="session")
def make_small() -> Callable[[], Small]:
    """The same, for tests that need many months."""

    def make() -> Small:
        month = Small(load("bacgiang-models-2020"))
        month.nominee()
        return month

    return make


@pytest.fixture
def card() -> Callable[..., Small]:
    """A month of the scorecard programme with settings."""

    def make(**settings: str) -> Small:
        programme = load("bacgiang-scorecard-2017", tuple(sorted(settings.items())))
        month = Small(programme)
        month.unit(unit="SCT")
        return month

    return make


@pytest.fixture(scope="session")
def setting() -> Callable[[str, str], Setting]:
    def make(key: str, value: str) -> Setting:
        return Setting(key, value, (), "", "", "", "")

    return make
