"""Tries steps out: the rules judge copies of nominees to whose data the steps were applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from emubatch.model import NA, PASS, Lang, MonthData
from emubatch.programme.tables import Programme
from emubatch.recommend.steps import Step
from emubatch.rules.criteria import evaluate
from emubatch.rules.frames import Month, with_register

_NUMBERS = ("int", "number", "percent")
Ints = npt.NDArray[np.int64]
Trial = tuple[int, frozenset[Step]]  # a nominee, and what is done for it


@dataclass(slots=True)
class Bench:
    """A month of which single nominees are copied."""

    data: MonthData
    programme: Programme
    as_of: str
    lang: Lang
    _rows: dict[str, tuple[dict[int, Ints], dict[int, Ints]]]

    @classmethod
    def of(cls, data: MonthData, programme: Programme, as_of: str, lang: Lang) -> Bench:
        """The rows of every nominee, and those about its unit, by sheet.

        What only the register has against a nominee is a row like any other here.
        """
        data = replace(data, details=with_register(data), register_rows={})
        rows = {}
        for sheet, frame in data.details.items():
            owner = np.asarray(frame["nominee_pos"], dtype=np.int64)
            unit = np.asarray(frame["unit_pos"], dtype=np.int64)
            rows[sheet] = (_places(owner), _places(np.where(owner == -1, unit, -2)))
        return cls(data, programme, as_of, lang, rows)

    def passes(self, trials: Sequence[Trial]) -> list[bool]:
        """Whether each copy meets every standard that applies to it."""
        if not trials:
            return []
        month = Month.of(self._month(trials), self.programme, self.as_of, self.lang)
        table = np.vstack([root.outcome for root in evaluate(month)])
        held = np.where(table == NA, PASS, table).min(axis=0) == PASS
        held &= ~(table == NA).all(axis=0)
        return list(held[: len(trials)].tolist())

    def _month(self, trials: Sequence[Trial]) -> MonthData:
        """One nominee and one unit a trial; then the people of collectives that answer for them."""
        homes = self.data.nominees["unit_pos"].to_numpy(np.int64)[[one for one, _ in trials]]
        beside = self._beside(trials)
        who = np.array([*(one for one, _ in trials), *(one for one, _ in beside)], dtype=np.int64)
        unit = np.array([*range(len(trials)), *(at for _, at in beside)], dtype=np.int64)
        nominees = self.data.nominees.iloc[who].reset_index(drop=True)
        nominees["unit_pos"] = unit
        units = self.data.units.iloc[homes].reset_index(drop=True)
        added: dict[str, list[tuple[int, Step]]] = {}
        for at, (_, steps) in enumerate(trials):
            for step in sorted(steps, key=lambda step: step.key):
                role = self.programme.sheet_by_key[step.sheet].role
                if role == "nominee":
                    _fill(nominees, at, step, {})
                elif role == "unit":
                    _fill(units, at, step, self._settled(step.sheet))
                else:
                    added.setdefault(step.sheet, []).append((at, step))
        details = {
            sheet: self._detail(sheet, (who, unit, homes), added.get(sheet, []))
            for sheet in dict.fromkeys((*self.data.details, *added))
        }
        let_off: dict[int, list[Any]] = {}
        for waiver in self.data.waivers:
            let_off.setdefault(waiver.nominee_pos, []).append(waiver)
        waivers = [
            replace(waiver, nominee_pos=at)
            for at, nominee in enumerate(who.tolist())
            for waiver in let_off.get(nominee, [])
        ]
        return replace(
            self.data, nominees=nominees, units=units, details=details, waivers=waivers,
            claims=None, reports=None, estimates={},
        )  # fmt: skip

    def _beside(self, trials: Sequence[Trial]) -> list[tuple[int, int]]:
        """People of the same unit, for collectives of plans whose rules look at them."""
        rows = self.programme.criteria
        if all(row.options.get("members_found", "ignore") == "ignore" for row in rows):
            return []
        kinds = self.data.nominees["kind"].tolist()
        homes = self.data.nominees["unit_pos"].tolist()
        people: dict[int, list[int]] = {}
        for at, (kind, home) in enumerate(zip(kinds, homes, strict=True)):
            if kind != "collective":
                people.setdefault(home, []).append(at)
        return [
            (one, at)
            for at, (nominee, _) in enumerate(trials)
            if kinds[nominee] == "collective"
            for one in people.get(homes[nominee], ())
        ]

    def _settled(self, sheet: str) -> Mapping[str, str]:
        """Columns of units under which the month keeps what a field says."""
        names = {"group": "group", "received": "received"}
        fields = self.programme.fields_of[sheet]
        return {f.key: names[f.role] for f in fields if f.role in names}

    def _detail(
        self, sheet: str, places: tuple[Ints, Ints, Ints], added: Sequence[tuple[int, Step]]
    ) -> pd.DataFrame:
        """Rows of the copies and of their units, then the rows that the steps add."""
        frame = self.data.details.get(sheet)
        fields = self.programme.fields_of[sheet]
        core = ("nominee_pos", "sure", "unit_pos", "file", "sheet", "row")
        own, about = self._rows.get(sheet, ({}, {}))
        none = np.empty(0, dtype=np.int64)
        gone = {(at, self._answers(sheet, step)) for at, step in added}
        picked: list[tuple[Ints, int, int]] = []
        who, unit, homes = (part.tolist() for part in places)
        for at, (nominee, home) in enumerate(zip(who, unit, strict=True)):
            picked.append((own.get(nominee, none), at, home))
        picked += [(about.get(home, none), -1, at) for at, home in enumerate(homes)]
        rows = np.concatenate([part for part, _, _ in picked])
        sizes = [len(part) for part, _, _ in picked]
        columns = list(dict.fromkeys((*core, *(f.key for f in fields))))
        if frame is not None:
            columns += [str(name) for name in frame if name not in columns]
        numeric = {f.key for f in fields if f.type in _NUMBERS}
        found: dict[str, Any] = {}
        for name in columns:
            known = frame is not None and name in frame
            base = frame[name].to_numpy(object)[rows] if known else [None] * len(rows)  # type: ignore[index]
            new = [dict(step.values).get(name) for _, step in added]
            values = [*base, *new]
            found[name] = np.array(values, np.float64) if name in numeric else _objects(values)
        found["nominee_pos"] = np.array(
            [*np.repeat([nominee for _, nominee, _ in picked], sizes), *(at for at, _ in added)]
        )
        found["unit_pos"] = np.array(
            [*np.repeat([unit for _, _, unit in picked], sizes), *(at for at, _ in added)]
        )
        size = len(rows)
        for name, usual in (("sure", True), ("against_register", False)):
            if name in found:
                found[name] = np.array([*found[name][:size], *[usual] * len(added)], dtype=bool)
        found["row"] = np.array([*found["row"][:size], *[0] * len(added)], dtype=np.int64)
        self._tell_apart(sheet, found, size, added)
        table = pd.DataFrame(found)
        return table[self._kept(table, size, gone)].reset_index(drop=True)

    def _tell_apart(
        self, sheet: str, found: dict[str, Any], size: int, added: Sequence[tuple[int, Step]]
    ) -> None:
        """Every new award has a number of its own, so that it is no award listed already."""
        spec = self.programme.field_with_role(sheet, "number")
        if spec is None:
            return
        for at, (_, step) in enumerate(added):
            found[spec.key][size + at] = f"#{step.number}-{step.year}-{at}"

    def _answers(self, sheet: str, step: Step) -> tuple[str, str]:
        """The paper that a step hands in: an earlier answer about it no longer stands."""
        spec = self.programme.field_with_role(sheet, "paper")
        return (spec.key, dict(step.values).get(spec.key, "")) if spec else ("", "")

    def _kept(
        self, table: pd.DataFrame, size: int, gone: set[tuple[int, tuple[str, str]]]
    ) -> npt.NDArray[np.bool_]:
        answered: dict[str, set[tuple[int, Any]]] = {}
        for at, (key, value) in gone:
            if key:
                answered.setdefault(key, set()).add((at, value))
        kept = np.ones(len(table), dtype=bool)
        owners = table["nominee_pos"].tolist()[:size]
        for key, pairs in answered.items():
            given = zip(owners, table[key].tolist(), strict=False)  # of the first ``size`` rows
            kept[:size] &= np.fromiter((pair not in pairs for pair in given), bool, size)
        return kept


def _places(owner: Ints) -> dict[int, Ints]:
    """Owner -> its rows, in their order."""
    if not len(owner):
        return {}
    order = np.argsort(owner, kind="stable")
    owners, first = np.unique(owner[order], return_index=True)
    parts = np.split(order, first[1:])
    return {int(one): part for one, part in zip(owners, parts, strict=True) if one >= 0}


def _fill(frame: pd.DataFrame, at: int, step: Step, names: Mapping[str, str]) -> None:
    """Fills a cell, also where the month keeps it under a name of its own."""
    for key, text in step.values:
        for name in dict.fromkeys((key, names.get(key, key))):
            if name in frame:
                number = pd.api.types.is_numeric_dtype(frame[name].dtype)
                frame.loc[at, name] = float(text) if number else text


def _objects(values: Sequence[Any]) -> npt.NDArray[np.object_]:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found
