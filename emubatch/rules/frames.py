"""The month's frames as the rules read them: columns as numbers, factorised once, with addresses.

A ``View`` is one frame. Its columns are asked for by field key and come as ``Coded`` numbers;
``refs`` gives the address of a cell. ``Month`` holds the views, the programme and the as-of date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from emubatch.model import Lang, MonthData
from emubatch.programme.tables import Choice, Field, Programme
from emubatch.rules.arrays import Bools, Floats, Ints, Words, as_words, filled, is_empty
from emubatch.rules.partial import NO_SPAN, date_span, year_span

# Findings that tell of a sheet (``title``) of which rows were not read.
_UNREAD = frozenset(("E305", "E306", "W305"))
# Roles of unit columns whose value the month settles (roster first, then the form).
_SETTLED = {"unit_code": "unit", "unit_name": "name", "group": "group", "received": "received"}


@dataclass(frozen=True, slots=True)
class Coded:
    """A column as positions into its distinct values; -1 is blank."""

    codes: Ints
    values: tuple[Any, ...]

    def take(self, per_value: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """One entry per row from one entry per value, the last entry being for blanks."""
        return per_value[self.codes]

    def at(self, positions: Ints) -> Coded:
        """The same column for other rows; position -1 is blank."""
        codes = np.append(self.codes, -1)
        return Coded(codes[positions], self.values)

    @property
    def blank(self) -> Bools:
        """Which rows are blank."""
        return np.asarray(self.codes < 0)


@dataclass(slots=True)
class View:
    """One frame: rows with their owner (nominee), unit and cell addresses.

    ``owner`` is -1 for rows that belong to no nominee; ``unit_pos`` of such a row is its unit when
    the row is about the unit as a whole, else -1. ``against`` marks rows
    that the register of awards does not bear out. ``sheets`` gives the sheet key of (file, sheet
    name), for frames that join several sheets.
    """

    frame: pd.DataFrame
    key: str
    letters: Mapping[tuple[str, str], Mapping[str, str]]
    sheets: Mapping[tuple[str, str], str]
    owner: Ints
    sure: Bools
    unit_pos: Ints
    against: Bools | None = None
    _coded: dict[str, Coded] = field(default_factory=dict)
    _spans: dict[tuple[str, bool], tuple[Ints, Ints]] = field(default_factory=dict)
    _numbers: dict[str, Floats] = field(default_factory=dict)
    _refs: dict[str, Words] = field(default_factory=dict)
    _places: tuple[Ints, list[tuple[str, str]]] | None = None
    _place: Ints | None = None

    def __len__(self) -> int:
        return len(self.frame)

    def coded(self, key: str) -> Coded:
        """A column as codes; a column that the month does not have is blank throughout."""
        if key not in self._coded:
            self._coded[key] = _coded(self.frame, key)
        return self._coded[key]

    def numbers(self, key: str) -> Floats:
        """A column of numbers, NaN for blank."""
        if key not in self._numbers:
            self._numbers[key] = _numbers(self.frame, key)
        return self._numbers[key]

    def years(self, key: str) -> tuple[Ints, Ints]:
        """First and last year of each row, ``NO_SPAN`` where blank."""
        return self._span(key, years=True)

    def days(self, key: str) -> tuple[Ints, Ints]:
        """First and last day (ordinals) that each row's date can mean, ``NO_SPAN`` where blank."""
        return self._span(key, years=False)

    def _span(self, key: str, *, years: bool) -> tuple[Ints, Ints]:
        if (key, years) not in self._spans:
            coded = self.coded(key)
            read = year_span if years else date_span
            spans = [read(_text(value)) for value in coded.values] + [NO_SPAN]
            table = np.array(spans, dtype=np.int64)[coded.codes]
            self._spans[key, years] = (table[:, 0].copy(), table[:, 1].copy())
        return self._spans[key, years]

    def refs(self, key: str, rows: Ints) -> Words:
        """Addresses ``file!Sheet!D14`` of a column's cells in these rows, each made once.

        Where the form has no such column the address is the whole row's first cell.
        """
        if key not in self._refs:
            self._refs[key] = filled(len(self), "")
        known = self._refs[key]
        missing = rows[is_empty(known[rows])]
        if len(missing):
            place, prefixes = self._prefixes(key)
            pairs = zip(place[missing].tolist(), self.place[missing].tolist(), strict=True)
            made = [f"{prefixes[p]}{row}" if row else prefixes[p] for p, row in pairs]
            known[missing] = as_words(made)
        return known[rows]

    @property
    def place(self) -> Ints:
        """Row of the sheet, 0 where there is none."""
        if self._place is None:
            known = self.numbers("row")
            self._place = np.where(np.isnan(known), 0, known).astype(np.int64)
        return self._place

    def _prefixes(self, key: str) -> tuple[Ints, list[str]]:
        if self._places is None:
            self._places = _places(self.frame)
        place, known = self._places
        return place, [self._prefix(file, title, key) for file, title in known]

    def _prefix(self, file: str, title: str, key: str) -> str:
        letters = self.letters.get((file, self.sheets.get((file, title), self.key)), {})
        if not file:
            return ""
        letter = letters.get(key) or next(iter(letters.values()), "A")
        return f"{file}!{title}!{letter}"


def _numbers(frame: pd.DataFrame, key: str) -> Floats:
    if key not in frame:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[key], errors="coerce").to_numpy(np.float64, na_value=np.nan)


def _text(value: Any) -> str:
    """A cell value as text; a year typed as a number has no decimals."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _coded(frame: pd.DataFrame, key: str) -> Coded:
    if key not in frame:
        return Coded(np.full(len(frame), -1, dtype=np.int64), ())
    codes, values = pd.factorize(frame[key])
    codes = codes.astype(np.int64)
    found = tuple(values.tolist())
    if "" in found:
        codes[codes == found.index("")] = -1
    return Coded(codes, found)


def _places(frame: pd.DataFrame) -> tuple[Ints, list[tuple[str, str]]]:
    """Which (file, sheet name) each row stands in, and the distinct pairs."""
    pairs = [_coded(frame, column) for column in ("file", "sheet")]
    width = len(pairs[1].values) + 1
    code, known = pd.factorize((pairs[0].codes + 1) * width + pairs[1].codes + 1)
    names = [("", *column.values) for column in pairs]
    split = [divmod(int(value), width) for value in known]
    return code.astype(np.int64), [(names[0][a], names[1][b]) for a, b in split]


@dataclass(slots=True)
class Month:
    """What the rules look at: the month's views, the programme, the as-of date, the language."""

    data: MonthData
    programme: Programme
    as_of: str
    lang: Lang
    nominees: View
    units: View
    details: dict[str, View]
    _unread: dict[str, set[str]] | None = None

    @classmethod
    def of(cls, data: MonthData, programme: Programme, as_of: str, lang: Lang) -> Month:
        """The views of a month."""
        sheets = {(file, title): key for (file, key), title in data.titles.items()}
        size = len(data.nominees)
        unit_sheet = next((s.key for s in programme.sheets_with_role("unit")), "")

        def view(frame: pd.DataFrame, key: str, owner: Ints, sure: Bools, unit: Ints) -> View:
            return View(frame, key, data.letters, sheets, owner, sure, unit)

        def detail(frame: pd.DataFrame, key: str) -> View:
            stated, unit = _positions(frame, "nominee_pos"), _positions(frame, "unit_pos")
            owner = np.maximum(stated, -1)
            sure = np.asarray(frame["sure"], dtype=bool) if "sure" in frame else stated > -2
            found = view(frame, key, owner, sure, np.where(stated < -1, -1, unit))
            if "against_register" in frame:
                found.against = np.asarray(frame["against_register"], dtype=bool)
            return found

        own = np.arange(size, dtype=np.int64)
        units = data.units.assign(sheet=_unit_titles(data, unit_sheet))
        none = np.full(len(units), -1, dtype=np.int64)
        return cls(
            data,
            programme,
            as_of,
            lang,
            view(data.nominees, "", own, own >= 0, _positions(data.nominees, "unit_pos")),
            view(units, unit_sheet, none, none < 0, np.arange(len(units), dtype=np.int64)),
            {key: detail(frame, key) for key, frame in sorted(with_register(data).items())},
        )

    @property
    def size(self) -> int:
        """Number of nominees."""
        return len(self.nominees)

    def unread(self, sheets: Iterable[str]) -> Bools:
        """Nominees whose form has one of these sheets deleted, unreadable, or twice."""
        if self._unread is None:
            self._unread = {}
            for found in self.data.findings:
                if found.code in _UNREAD:
                    title = dict(found.params).get("title", "")
                    self._unread.setdefault(title, set()).add(found.file)
        files = set().union(*(self._unread.get(sheet, set()) for sheet in sheets))
        if not files:
            return np.zeros(self.size, dtype=bool)
        return np.asarray(self.data.nominees["file"].isin(files), dtype=bool)

    def role(self, sheet: str) -> str:
        """Role of a sheet: unit, nominee, detail…"""
        found = self.programme.sheet_by_key.get(sheet)
        return found.role if found else ""

    def detail(self, sheet: str) -> View:
        """The rows of a detail sheet; none at all when nobody sent any."""
        if sheet not in self.details:
            empty = np.empty(0, dtype=np.int64)
            frame = pd.DataFrame({"file": [], "sheet": [], "row": []})
            self.details[sheet] = View(frame, sheet, {}, {}, empty, empty.astype(bool), empty)
        return self.details[sheet]

    def field(self, sheet: str, key: str) -> Field | None:
        """The column of the form, found on any nominee sheet when no sheet is named."""
        fields = self.programme.fields
        sheets = [sheet] if sheet else [s.key for s in self.programme.sheets_with_role("nominee")]
        if sheet and not any(f.key == key and f.sheet == sheet for f in fields):
            return None
        return next((f for f in fields if f.key == key and f.sheet in sheets), None)

    def choices(self, spec: Field | None) -> dict[str, Choice]:
        """Code -> choice of the list of a column."""
        rows = self.programme.lists.get(spec.list, ()) if spec is not None and spec.list else ()
        return {row.code: row for row in rows}

    def column(self, sheet: str, key: str) -> tuple[Coded, Field | None]:
        """A column about the nominee, one entry per nominee: its own, or its unit's.

        ``key`` may also be ``kind``, ``unit``, ``group`` or ``tier``.
        """
        if self.role(sheet) == "unit":
            spec = self.field(sheet, key)
            name = _SETTLED.get(spec.role, key) if spec else key
            name = name if name in self.units.frame else key
            return self.units.coded(name).at(self.nominees.unit_pos), spec
        spec = self.field(sheet, key)
        if spec is None and key in ("group", "tier"):
            spec = next((f for f in self.programme.fields if f.role == key), None)
        return self.nominees.coded(key), spec

    def nominee_refs(self, sheet: str, key: str, mask: Bools) -> Words:
        """The cell that holds a column about the nominee, for the nominees of the mask."""
        found = filled(self.size, "")
        rows = np.flatnonzero(mask)
        if self.role(sheet) == "unit":
            rows = rows[self.nominees.unit_pos[rows] >= 0]
            found[rows] = self.units.refs(key, self.nominees.unit_pos[rows])
        else:
            found[rows] = self.nominees.refs(key, rows)
        return found

    def home_refs(self, mask: Bools) -> Words:
        """The cell with the nominee's own name: where to look when something is missing."""
        found = filled(self.size, "")
        kinds = self.nominees.coded("kind")
        for position, kind in enumerate(kinds.values):
            rows = np.flatnonzero(mask & (kinds.codes == position))
            found[rows] = self.nominees.refs(self._name_key(kind), rows)
        return found

    def _name_key(self, kind: str) -> str:
        for sheet in self.programme.sheets_with_role("nominee"):
            named = self.programme.field_with_role(sheet.key, "name")
            if sheet.kind == kind and named is not None:
                return named.key
        return "name"


def with_register(data: MonthData) -> dict[str, pd.DataFrame]:
    """The detail rows of the forms, and behind them what only the register has."""
    found = dict(data.details)
    for key, rows in data.register_rows.items():
        own = found.get(key)
        both = [rows] if own is None or not len(own) else [own, rows]
        joined = pd.concat(both, ignore_index=True)
        found[key] = joined.assign(against_register=joined["against_register"].eq(True))
    return found


def _positions(frame: pd.DataFrame, name: str) -> Ints:
    if name not in frame:
        return np.full(len(frame), -1, dtype=np.int64)
    return np.asarray(frame[name], dtype=np.int64)


def _unit_titles(data: MonthData, sheet: str) -> list[str]:
    files = data.units["file"].tolist() if "file" in data.units else [""] * len(data.units)
    return [
        data.titles.get((file, sheet), sheet) if isinstance(file, str) else "" for file in files
    ]
