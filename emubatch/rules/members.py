"""The distinct people or collectives that a sheet of reports lists, and what holds of each.

Reports come in waves. What somebody is (title, rating, class) is what the newest report says; what
they were given (forms of commendation) adds up over the waves. Whoever is not in the newest report
of the unit is not counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from emubatch.messages import finding
from emubatch.model import Finding
from emubatch.programme.conditions import Condition, Measured
from emubatch.programme.tables import Field
from emubatch.rules.arrays import MAYBE, NO, SURE, Bools, Ints, Levels
from emubatch.rules.frames import Month, View
from emubatch.rules.matching import code_match, condition_match
from emubatch.vietnamese import name_key

_UNIT_COLUMNS = {"unit_code": "unit", "unit_name": "name", "group": "group"}
_Mark = tuple[str, str]  # staff code, year of birth


@dataclass(slots=True)
class Members:
    """The members of one sheet.

    Attributes:
        view: the rows.
        member: row -> member, -1 for rows that count for nobody.
        newest: rows of the newest wave.
        first: member -> its first row of the newest wave.
        doubtful: members who may be somebody listed already, or who have no name.
        twice: rows that name a member once more, and whether that is sure.
    """

    month: Month
    view: View
    member: Ints
    newest: Bools
    first: Ints
    doubtful: Bools
    twice: list[tuple[int, bool]]

    @property
    def unit(self) -> Ints:
        """Unit of each member."""
        return self.view.unit_pos[self.first]

    @property
    def name_key(self) -> str:
        """Key of the column that names a member; empty when there is none."""
        spec = self.month.programme.field_with_role(self.view.key, "name")
        return spec.key if spec else ""

    def __len__(self) -> int:
        return len(self.first)

    def meets(self, conditions: Sequence[Condition]) -> Levels:
        """Level at which each member meets all conditions."""
        found = np.full(len(self), SURE, dtype=np.int8)
        for condition in conditions:
            found = np.minimum(found, self._condition(condition))
        return found

    def has(self, of: Sequence[Measured], options: Mapping[str, str]) -> Levels:
        """Level at which each member has any of what is measured; everybody when nothing is."""
        if not of:
            return np.full(len(self), SURE, dtype=np.int8)
        found = np.full(len(self), NO, dtype=np.int8)
        for source in of:
            found = np.maximum(found, self._measured(source, options))
        return found

    def _measured(self, source: Measured, options: Mapping[str, str]) -> Levels:
        spec = self.month.field(source.sheet, source.field)
        coded = self.view.coded(source.field)
        match = code_match(coded.values, source, spec, self.month.choices(spec), options)
        return self._settled(match.level[coded.codes], coded.blank, spec)

    def _condition(self, condition: Condition) -> Levels:
        sheet, _, key = condition.field.rpartition(".")
        if self.month.role(sheet) == "unit":
            spec = self.month.field(sheet, key)
            name = _UNIT_COLUMNS.get(spec.role, key) if spec else key
            coded = self.month.units.coded(name).at(self.view.unit_pos)
        else:
            spec = self.month.field(self.view.key, key)
            coded = self.view.coded(key)
        level = condition_match(coded.values, condition, spec, self.month, {}).take(coded).level
        if condition.operator == "=" and self.month.choices(spec).keys() <= {*condition.values}:
            # Whatever belongs in a blank cell would satisfy; a list without codes has no choices.
            level = np.where(coded.blank & bool(self.month.choices(spec)), SURE, level)
        return self._settled(level.astype(np.int8), coded.blank, spec)

    def _settled(self, level: Levels, blank: Bools, spec: Field | None) -> Levels:
        """From rows to members; forms of commendation are a closed list that adds up."""
        counted = self.member >= 0
        if any(choice.axis == "form" for choice in self.month.choices(spec).values()):
            found = np.full(len(self), NO, dtype=np.int8)
            rows = counted & ~blank
            np.maximum.at(found, self.member[rows], level[rows])
            return found
        rows = counted & self.newest
        low = np.full(len(self), SURE, dtype=np.int8)
        high = np.full(len(self), NO, dtype=np.int8)
        np.minimum.at(low, self.member[rows], level[rows])
        np.maximum.at(high, self.member[rows], level[rows])
        return np.where(low == high, low, MAYBE).astype(np.int8)


def members_of(month: Month, sheet: str, wave: str = "") -> Members:
    """The members that the reports of the units list on a sheet, as of a wave (the one judged)."""
    view = month.detail(sheet)
    place = _waves(month, view)
    waves = month.programme.waves or ("",)
    last = waves.index(wave) if wave else len(waves) - 1
    newest = np.asarray((place == last) & (view.unit_pos >= 0))
    book = _Book(month, view)
    for row in np.flatnonzero(newest).tolist():
        book.enter(row)
    for row in np.flatnonzero((place < last) & (view.unit_pos >= 0)).tolist():
        book.add(row)
    return Members(
        month,
        view,
        book.member,
        newest,
        np.array(book.first, dtype=np.int64),
        np.array(book.doubtful, dtype=bool),
        book.twice,
    )


def _waves(month: Month, view: View) -> Ints:
    """Wave of each row, by the report that it stands in."""
    reports = month.data.reports
    if reports is None:
        return np.zeros(len(view), dtype=np.int64)
    place = {code: at for at, code in enumerate(month.programme.waves)}
    pairs = zip(reports["file"].tolist(), reports["wave"].tolist(), strict=True)
    of_file = {file: place[wave] for file, wave in pairs}
    coded = view.coded("file")
    table = [of_file.get(str(file), len(place)) for file in coded.values]
    return np.array([*table, len(place)], dtype=np.int64)[coded.codes]


class _Book:
    """Tells members apart by unit, name, staff code and year of birth.

    Name and staff code together are one person in whatever unit; anything less is not.
    """

    def __init__(self, month: Month, view: View) -> None:
        programme = month.programme
        keys = {
            role: spec.key
            for role in ("name", "person_code", "birth", "birth_year")
            if (spec := programme.field_with_role(view.key, role))
        }
        self._texts = {role: _texts(view, key) for role, key in keys.items()}
        self._unit = view.unit_pos.tolist()
        self._known: dict[tuple[int, str], list[tuple[int, _Mark]]] = {}
        self._coded: dict[tuple[str, str], int] = {}  # name and staff code, in whatever unit
        self.member = np.full(len(view), -1, dtype=np.int64)
        self.first: list[int] = []
        self.doubtful: list[bool] = []
        self.twice: list[tuple[int, bool]] = []

    def enter(self, row: int) -> None:
        """A row of the newest report: a member, or one once more."""
        name, mark = self._name(row), self._mark(row)
        known = self._known.setdefault((self._unit[row], name), []) if name else []
        answers = [(at, _same(mark, other)) for at, other in known]
        same = next((at for at, answer in answers if answer), self._elsewhere(name, mark))
        if same is not None:
            self.member[row] = same
            self.twice.append((row, True))
            return
        unclear = any(answer is None for _, answer in answers)
        if unclear:
            self.twice.append((row, False))
        self.member[row] = len(self.first)
        known.append((len(self.first), mark))
        if name and mark[0]:
            self._coded[name, mark[0]] = len(self.first)
        self.first.append(row)
        self.doubtful.append(unclear or not name)

    def add(self, row: int) -> None:
        """A row of an earlier wave: it adds to a member of the newest, or counts for nobody."""
        known = self._known.get((self._unit[row], self._name(row)), [])
        mark = self._mark(row)
        likely = [at for at, other in known if _same(mark, other)]
        likely = likely or [at for at, other in known if _same(mark, other) is None]
        moved = self._elsewhere(self._name(row), mark)
        if len(likely) == 1:
            self.member[row] = likely[0]
        elif not known and moved is not None:
            self.member[row] = moved

    def _elsewhere(self, name: str, mark: _Mark) -> int | None:
        """The member of this name and staff code in any unit: people move between offices."""
        return self._coded.get((name, mark[0])) if name and mark[0] else None

    def _name(self, row: int) -> str:
        return name_key(self._texts["name"][row]) if "name" in self._texts else ""

    def _mark(self, row: int) -> _Mark:
        code = self._texts["person_code"][row] if "person_code" in self._texts else ""
        born = [self._texts[role][row] for role in ("birth", "birth_year") if role in self._texts]
        return code.casefold(), next(filter(None, born), "")[:4]


def _texts(view: View, key: str) -> list[str]:
    coded = view.coded(key)
    values = [*(str(value) for value in coded.values), ""]
    return [values[code] for code in coded.codes.tolist()]


def _same(one: _Mark, other: _Mark) -> bool | None:
    """Whether namesakes of a unit are the same; None when that cannot be told."""
    for mine, theirs in zip(one, other, strict=True):
        if mine and theirs:
            return mine == theirs
    return None


def double_entries(members: Members) -> Iterator[Finding]:
    """W631 and W632: a member in more than one row of the newest report.

    A sheet without names of people (collectives) has nothing to tell namesakes apart by.
    """
    for row, sure in members.twice:
        yield row_finding(members, "W631" if sure else "W632", row)


def row_finding(members: Members, code: str, row: int, **words: Any) -> Finding:
    """A finding about the name in a row."""
    month, view = members.month, members.view
    spec = month.programme.field_with_role(view.key, "name")
    key = spec.key if spec else ""
    file, sheet, cell = str(view.refs(key, np.array([row]))[0]).rsplit("!", 2)
    return finding(
        code,
        unit=month.units.frame["unit"].iloc[view.unit_pos[row]],
        file=file,
        sheet=sheet,
        cell=cell,
        field=key,
        value=_texts(view, key)[row],
        **words,
    )
