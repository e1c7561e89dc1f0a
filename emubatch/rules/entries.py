"""What the forms of the units say on their scorecards: one entry per unit and leaf."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from emubatch.programme.tables import Programme, ScoreOption, ScoreRow, in_lang
from emubatch.rules.arrays import Bools, Floats, Ints, Words, filled
from emubatch.rules.frames import Coded, Month, View
from emubatch.vietnamese import fold_key

NONE, UNKNOWN = -1, -2


@dataclass(frozen=True, slots=True)
class Entries:
    """The scorecard rows of all units, found by unit and leaf.

    Attributes:
        row: (units × leaves) row of the sheet that holds the entry, -1 where there is none.
        option: per row the position in the leaf's options, ``NONE`` or ``UNKNOWN``.
        chosen: (units × leaves) number of rows with a level.
    """

    month: Month
    view: View
    units: Ints
    leaves: tuple[ScoreRow, ...]
    row: Ints
    option: Ints
    chosen: Ints

    def numbers(self, leaf: int, role: str) -> Floats:
        """What the units entered in a column, NaN for blank."""
        key = self.key(role)
        values = np.append(
            self.view.numbers(key) if key else np.full(len(self.view), np.nan), np.nan
        )
        return values[self.row[:, leaf]]

    def key(self, role: str) -> str:
        """The column that plays a role, empty when the form has none."""
        spec = self.month.programme.field_with_role(self.view.key, role)
        return spec.key if spec is not None else ""

    def header(self, role: str, lang: str = "vi") -> str:
        """Header of the column that plays a role."""
        spec = self.month.programme.field_with_role(self.view.key, role)
        if spec is None:
            return ""
        return in_lang(spec, "header", lang)

    def cells(self, leaf: int, role: str) -> Words:
        """Addresses of a column's cells of one leaf, empty where the unit has no such row."""
        rows = self.row[:, leaf]
        found = filled(len(self.units), "")
        known = np.flatnonzero(rows >= 0)
        found[known] = self.view.refs(self.key(role), rows[known])
        return found


def read_entries(month: Month) -> Entries:
    """The entries of every unit that sent a form."""
    programme = month.programme
    sheet = next((s.key for s in programme.sheets_with_role("scorecard")), "")
    view = month.detail(sheet)
    leaves = tuple(row for row in programme.scorecard if row.kind == "leaf")
    units = np.flatnonzero([bool(file) for file in month.units.frame["file"].tolist()])
    entries = Entries(
        month, view, units, leaves, np.empty((0, 0), np.int64), np.empty(0, np.int64), units
    )
    leaf = _positions(view.coded(entries.key("criterion")), (row.code for row in leaves))
    option = _options(programme, view, entries, leaf)
    place = np.full(len(month.units) + 1, -1, dtype=np.int64)
    place[units] = np.arange(len(units))
    unit = place[view.unit_pos]
    shape = (len(units), len(leaves))
    row, chosen = _arranged(view, unit, leaf, option, entries, shape)
    return Entries(month, view, units, leaves, row, option, chosen)


def _code_key(text: str) -> str:
    return "".join(text.casefold().split()).rstrip(".")


def _positions(coded: Coded, codes: Iterable[str]) -> Ints:
    """Position of each row's code among the codes, -1 for blank or unknown ones."""
    known = {_code_key(code): at for at, code in enumerate(codes)}
    found = [known.get(_code_key(str(value)), NONE) for value in coded.values]
    return np.array([*found, NONE], dtype=np.int64)[coded.codes]


def _options(programme: Programme, view: View, entries: Entries, leaf: Ints) -> Ints:
    """Position of each row's level among the options of its leaf."""
    coded = view.coded(entries.key("option"))
    named = [_named(programme.options_of.get(row.code, ())) for row in entries.leaves]
    width = len(coded.values)
    table = np.full((len(named) + 1, width + 1), NONE, dtype=np.int64)
    for at, names in enumerate(named):
        for value_at, value in enumerate(coded.values):
            text = str(value)
            found = names.get(_code_key(text), names.get(fold_key(text), UNKNOWN))
            table[at, value_at] = found
    return np.asarray(table[leaf, coded.codes])


def _named(options: Iterable[ScoreOption]) -> dict[str, int]:
    """Code or label of an option -> its position; codes come first."""
    found: dict[str, int] = {}
    for at, row in enumerate(options):
        for text in (fold_key(row.label_vi), fold_key(row.label_en)):
            if text:
                found.setdefault(text, at)
    for at, row in enumerate(options):
        found[_code_key(row.option)] = at
    return found


def _arranged(
    view: View, unit: Ints, leaf: Ints, option: Ints, entries: Entries, shape: tuple[int, int]
) -> tuple[Ints, Ints]:
    """(units × leaves): the row of each entry, and how many of its rows have a level."""
    has_level = option != NONE
    rows = np.flatnonzero((unit >= 0) & (leaf >= 0))
    filled_in = has_level[rows] | _filled_in(view, entries)[rows]
    order = rows[np.lexsort((view.place[rows], ~filled_in, ~has_level[rows]))]
    found = np.full(shape, -1, dtype=np.int64)
    # The best row comes first, so it is written last.
    found[unit[order[::-1]], leaf[order[::-1]]] = order[::-1]
    flat = (unit * shape[1] + leaf)[rows[has_level[rows]]]
    count = np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape)
    return found, count.astype(np.int64)


def _filled_in(view: View, entries: Entries) -> Bools:
    found = np.zeros(len(view), dtype=bool)
    for role in ("fact", "fact_total", "exceed", "bonus", "penalty", "own_total"):
        key = entries.key(role)
        if key:
            found |= ~np.isnan(view.numbers(key))
    return found
