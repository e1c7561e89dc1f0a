"""What the rows of the workbook name: units, nominees, criteria, sheets, fields, rows of a form.

A name that fits nothing, or more than one thing, is refused with the nearest right ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from emubatch.model import MonthData
from emubatch.programme.problems import nearest
from emubatch.programme.tables import Criterion, Field, Programme, Sheet
from emubatch.vietnamese import fold_key, name_key
from emubatch.waiver_book import Line
from emubatch.xl.form_waivers import COLUMNS

# Columns that say whose a row is: a unit that wants another one sends its form again.
_IDENTITY = ("unit_code", "unit_name", "name", "nominee", "kind", "person_code", "wave")
_ROW = re.compile(r"(?:dong|row)?\s*[a-z]{0,3}\s*(\d+)")


_BEHIND_ID = (" ", ":", "(", "–", "—")
_WAYS = 4


class Refused(Exception):
    """A row cannot be used: code, column and words of the finding."""

    def __init__(self, code: str, key: str, words: Mapping[str, Any]) -> None:
        super().__init__(code, key)
        self.code = code
        self.key = key
        self.words = words


class Person(NamedTuple):
    """A nominee as a row of the workbook may name it."""

    nominee: str
    code: str
    name: str
    key: str
    unit: int


class Names:
    """Finds what a row names, in the month and in the programme."""

    def __init__(self, data: MonthData, programme: Programme) -> None:
        self.data = data
        self.programme = programme

    @cached_property
    def people(self) -> list[Person]:
        """Every nominee, in order; nothing that is kept here can be corrected."""
        frame = self.data.nominees
        columns = (frame[name].tolist() for name in ("nominee", "name", "unit_pos"))
        return [
            Person(nominee, nominee.casefold(), name or "", name_key(name or ""), int(unit))
            for nominee, name, unit in zip(*columns, strict=True)
        ]

    def unit(self, line: Line) -> int:
        """Position of the unit of a row, by code or full name; -1 when none is stated."""
        text = line.texts.get("unit", "")
        if not text:
            return -1
        codes = self.data.units["unit"].tolist()
        names = [name or "" for name in self.data.units["name"].tolist()]
        found = [at for at, code in enumerate(codes) if code.casefold() == text.casefold()]
        found = found or [at for at, name in enumerate(names) if fold_key(name) == fold_key(text)]
        if len(found) != 1:
            likely = [codes[at] for at in found] or nearest(text, [*codes, *filter(None, names)])
            raise Refused("E814", "unit", {"value": text, "nearest": either(likely)})
        return found[0]

    def must_have_unit(self, line: Line) -> int:
        """The same where a unit must be stated."""
        unit = self.unit(line)
        if unit < 0:
            raise blank("unit")
        return unit

    def nominees(self, line: Line) -> list[int]:
        """Positions of the nominees of a row: the one that is named, else all of the unit.

        An id, or a name within the unit stated (or within all units).
        """
        text, unit = line.texts.get("nominee", ""), self.unit(line)
        rows = self.people
        inside = [at for at, row in enumerate(rows) if unit in (-1, row.unit)]
        if not text:
            if unit < 0:
                raise blank("unit")
            return inside
        code, key = text.casefold(), name_key(text)
        exact = [at for at in inside if rows[at].code == code]
        named = [at for at in inside if rows[at].key == key]
        found = exact or named
        if len(found) > 1:
            ids = ", ".join(rows[at].nominee for at in found)
            raise Refused("E816", "nominee", {"value": text, "choices": ids})
        if not found:
            names = {rows[at].name: rows[at].nominee for at in inside if rows[at].name}
            likely = [f"{name} – {names[name]}" for name in nearest(text, names)]
            likely = likely or list(nearest(text, [rows[at].nominee for at in inside]))
            raise Refused("E815", "nominee", {"value": text, "nearest": either(likely)})
        return found

    def criterion(self, line: Line) -> str:
        """A criterion by its id (words may stand behind it), its label or its clause."""
        text = line.texts["criterion"]
        rows = self.programme.criteria
        meant = [(row.id, _ways(text, row)) for row in rows]
        found: list[str] = []
        for way in range(_WAYS):
            found = found or [key for key, ways in meant if ways[way]]
        if len(found) == 1:
            return found[0]
        self._not_waivable(text)
        likely = found or nearest(text, [name for row in rows for name in (row.id, row.label_vi)])
        raise Refused("E817", "criterion", {"value": text, "nearest": either(likely[:3])})

    def _not_waivable(self, text: str) -> None:
        """Points, indicators, targets and rules for conferences are figures of a form."""
        programme = self.programme
        scores, indicators = (
            next((sheet.key for sheet in programme.sheets_with_role(role)), "")
            for role in ("scorecard", "indicators")
        )
        rows = [(row.code, row.label_vi, scores) for row in programme.scorecard]
        rows += [(row.code, row.label_vi, indicators) for row in programme.indicators]
        rows += [(row.id, row.label_vi, row.sheet) for row in programme.targets]
        rows += [(row.id, row.label_vi, row.sheet) for row in programme.delegates]
        for code, label, sheet in rows:
            if fold_key(text) in (fold_key(code), fold_key(label)):
                raise Refused("E822", "criterion", {"value": text, "title": sheet})

    def sheet(self, line: Line) -> Sheet:
        """A sheet of the form by its key or title."""
        text = line.texts["sheet"]
        sheets = self.programme.sheets
        names = {fold_key(t): s for s in sheets for t in (s.key, s.title_vi, s.title_en) if t}
        found = names.get(fold_key(text))
        if found is None:
            likely = nearest(text, [sheet.key for sheet in sheets])
            raise Refused("E818", "sheet", {"value": text, "nearest": either(likely)})
        return found

    def field(self, line: Line, sheet: Sheet) -> Field:
        """A column of a sheet by its heading or key; one that says whose a row is is refused."""
        text = line.texts["field"]
        fields = self.programme.fields_of[sheet.key]
        keys = {fold_key(t): f for f in fields for t in (f.header_vi, f.header_en, f.key) if t}
        found = keys.get(fold_key(text))
        if found is None:
            likely = nearest(text, [spec.header_vi for spec in fields])
            raise Refused("E818", "field", {"value": text, "nearest": either(likely)})
        if found.role in _IDENTITY and not (found.role == "name" and found.list):
            raise Refused("E819", "field", {"value": text})
        return found


def _ways(text: str, row: Criterion) -> tuple[bool, ...]:
    """Whether a text means a criterion, the surest way first."""
    words, own = fold_key(text), row.id.casefold()
    rest = text.casefold().removeprefix(own)
    return (
        text.casefold() == own,
        words in (fold_key(row.label_vi), fold_key(row.label_en)),
        text.casefold().startswith(own) and rest[:1] in _BEHIND_ID,
        words == fold_key(row.clause),
    )


def row_number(line: Line) -> str:
    """The row of the form that is meant: «12», «dòng 12» or a cell of it, «E12»; else the text."""
    text = line.texts.get("line", "")
    found = _ROW.fullmatch(fold_key(text))
    return found[1] if found else text


def blank(key: str) -> Refused:
    """A cell that must be filled in is blank."""
    return Refused("E812", key, {"header": header(key), "header_en": header(key, 1)})


def header(key: str, english: int = 0) -> str:
    """Heading of a column of the workbook."""
    return next((vi, en)[english] for own, vi, en, *_ in COLUMNS if own == key)


def either(names: Sequence[str]) -> str:
    """Nearest names, for a message."""
    return f" ({', '.join(names)}?)" if names else ""
