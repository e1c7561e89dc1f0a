"""Checks across the forms of a month: one person in two units, one decision told in two ways.

A decision normally names many people, so a shared number means nothing by itself. Contradictions
do: one number of one issuer in one year with two dates, or with two forms of commendation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emubatch.messages import finding
from emubatch.model import Finding, MonthData
from emubatch.programme.tables import Choice, Field, Programme, Sheet
from emubatch.vietnamese import clean, day_first, fold_key, name_key

if TYPE_CHECKING:
    import pandas as pd

# Codes that stand for many bodies, each with decision numbers of its own: these are compared
# inside one unit only.
MANY_BODIES = frozenset(
    (
        "BO_KHAC",
        "CT_UBND_HUYEN",
        "DOANH_NGHIEP",
        "CD_CAP_TREN",
        "CD_CO_SO",
        "DOAN_THE_TW",
        "DOAN_THE_TINH",
        "KHAC",
    )
)


def across_units(data: MonthData, programme: Programme) -> list[Finding]:
    """W501 to W504, sorted by file, sheet and cell; each unit concerned is told once a cause."""
    found = [*_shared_people(data, programme), *_decisions(data, programme)]
    return sorted(found, key=lambda one: (one.file, one.sheet, len(one.cell), one.cell, one.code))


@dataclass(frozen=True, slots=True)
class _Row:
    """Where a row stands."""

    unit: str
    file: str
    title: str
    cell: str
    field: str

    @property
    def place(self) -> str:
        return f"{self.file} {self.title}!{self.cell}"

    @property
    def words(self) -> dict[str, str]:
        return {
            "unit": self.unit,
            "file": self.file,
            "sheet": self.title,
            "cell": self.cell,
            "field": self.field,
        }


# --- people --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Person:
    row: _Row
    name: str
    code: str
    born: str


def _shared_people(data: MonthData, programme: Programme) -> Iterator[Finding]:
    by_name: dict[str, list[_Person]] = {}
    for sheet in programme.sheets_with_role("nominee"):
        if sheet.kind == "individual":
            for person in _persons(data, programme, sheet):
                by_name.setdefault(name_key(person.name), []).append(person)
    for people in by_name.values():
        if len({person.row.unit for person in people}) > 1:
            yield from _twins(people)


def _persons(data: MonthData, programme: Programme, sheet: Sheet) -> Iterator[_Person]:
    frame = data.nominees
    frame = frame[frame["kind"] == "individual"]
    name = programme.field_with_role(sheet.key, "name")
    if name is None:
        return
    codes = _texts(frame, programme.field_with_role(sheet.key, "person_code"))
    days = _texts(frame, programme.field_with_role(sheet.key, "birth"))
    years = _texts(frame, programme.field_with_role(sheet.key, "birth_year"))
    places = zip(
        _texts(frame, "unit"),
        _texts(frame, "file"),
        _texts(frame, "sheet"),
        frame["row"].tolist(),
        strict=True,
    )
    for at, ((unit, file, title, row), who) in enumerate(
        zip(places, _texts(frame, "name"), strict=True)
    ):
        if who:
            letter = data.letters.get((file, sheet.key), {}).get(name.key, "A")
            place = _Row(unit, file, title, f"{letter}{row}", name.key)
            yield _Person(place, who, clean(codes[at]).casefold(), (days[at] or years[at])[:4])


def _twins(people: Sequence[_Person]) -> Iterator[Finding]:
    """Each person of a name who may be one of another unit, with the first such."""
    for one in people:
        others = [two for two in people if two.row.unit != one.row.unit]
        same = next((two for two in others if one.code and two.code == one.code), None)
        alike = next((two for two in others if one.born and two.born == one.born), None)
        other = same or alike
        if other is not None:
            yield finding(
                "W501" if same else "W502",
                **one.row.words,
                name=one.name,
                value=one.code.upper() if same else one.born,
                other_unit=other.row.unit,
                other=other.row.place,
            )


# --- decisions -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Decision:
    """What one row says of a decision; ``form`` is a form of commendation or empty."""

    row: _Row
    number: str
    issuer: str
    date: str
    form: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        unit = self.row.unit if self.issuer in MANY_BODIES else ""
        return fold_key(self.number), self.issuer, self.date[:4], unit


def _decisions(data: MonthData, programme: Programme) -> Iterator[Finding]:
    for sheet in programme.sheets_with_role("detail"):
        roles = {r: programme.field_with_role(sheet.key, r) for r in ("number", "issuer", "date")}
        number, issuer, date = roles["number"], roles["issuer"], roles["date"]
        if number is None or issuer is None or date is None or sheet.key not in data.details:
            continue
        names = {c.code: c for c in programme.lists.get(issuer.list, ())}
        forms = _forms(programme, sheet)
        rows = _stated(data, sheet, (number, issuer, date), forms)
        yield from _contradictions(rows, names, forms[1] if forms else {})


def _forms(programme: Programme, sheet: Sheet) -> tuple[Field, dict[str, Choice]] | None:
    """The column of forms of commendation, and the choices that are forms."""
    for field in programme.fields_of[sheet.key]:
        forms = {c.code: c for c in programme.lists.get(field.list, ()) if c.axis == "form"}
        if forms:
            return field, forms
    return None


def _stated(
    data: MonthData,
    sheet: Sheet,
    fields: tuple[Field, Field, Field],
    forms: tuple[Field, dict[str, Choice]] | None,
) -> Iterator[_Decision]:
    """What rows say of decisions; in one unit, rows that say the same count once."""
    number, issuer, date = fields
    frame = data.details[sheet.key]
    frame = frame[frame[[f.key for f in fields]].notna().all(axis=1)]
    form_key = [forms[0].key] if forms else []
    frame = frame.drop_duplicates(["unit_pos", *(f.key for f in fields), *form_key])
    units = data.units["unit"].tolist()
    columns = [frame["unit_pos"].tolist(), frame["row"].tolist()]
    columns += [_texts(frame, c) for c in ("file", "sheet", number, issuer, date)]
    columns.append(_texts(frame, forms[0]) if forms else [""] * len(frame))
    for unit_pos, row, file, title, no, by, day, form in zip(*columns, strict=True):
        # A bare number without the issuer's symbol may belong to any series.
        if len(day) != 10 or not any(char.isalpha() for char in no):
            continue
        letters = data.letters.get((file, sheet.key), {})
        cell = f"{letters.get(number.key, 'A')}{row}"
        place = _Row(units[unit_pos], file, title, cell, number.key)
        yield _Decision(place, no, by, day, form if forms and form in forms[1] else "")


def _contradictions(
    rows: Iterable[_Decision], issuers: Mapping[str, Choice], forms: Mapping[str, Choice]
) -> Iterator[Finding]:
    by_key: dict[tuple[str, str, str, str], list[_Decision]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row)
    for same in by_key.values():
        if len(same) > 1:
            yield from _two_dates(same, issuers)
            yield from _two_forms(same, issuers, forms)


def _two_dates(same: Sequence[_Decision], issuers: Mapping[str, Choice]) -> Iterator[Finding]:
    usual = _usual([row.date for row in same])
    first = next(row for row in same if row.date == usual)
    told: set[tuple[str, str]] = set()
    for row in same:
        if row.date != usual and (row.row.file, row.date) not in told:
            told.add((row.row.file, row.date))
            yield finding(
                "W503",
                **row.row.words,
                value=row.number,
                **_labels("issuer", issuers, row.issuer),
                date=day_first(row.date),
                other_date=day_first(usual),
                other=first.row.place,
            )


def _two_forms(
    same: Sequence[_Decision], issuers: Mapping[str, Choice], forms: Mapping[str, Choice]
) -> Iterator[Finding]:
    stated = [row for row in same if row.form]
    if not stated:
        return
    usual = _usual([row.form for row in stated])
    first = next(row for row in stated if row.form == usual)
    told: set[tuple[str, str]] = set()
    for row in stated:
        if row.form != usual and (row.row.file, row.form) not in told:
            told.add((row.row.file, row.form))
            yield finding(
                "W504",
                **row.row.words,
                value=row.number,
                **_labels("issuer", issuers, row.issuer),
                **_labels("label", forms, row.form),
                **_labels("other_label", forms, usual),
                other=first.row.place,
            )


def _usual(texts: Sequence[str]) -> str:
    """The most frequent text; of equals, the smallest."""
    counts = Counter(texts)
    return min(counts, key=lambda text: (-counts[text], text))


def _labels(name: str, choices: Mapping[str, Choice], code: str) -> dict[str, str]:
    choice = choices.get(code)
    if choice is None:
        return {name: code, f"{name}_en": code}
    return {name: choice.label_vi, f"{name}_en": choice.label_en or choice.label_vi}


def _texts(frame: pd.DataFrame, column: Field | str | None) -> list[str]:
    """A column as texts, blanks as empty ones."""
    if column is None:
        return [""] * len(frame)
    values: list[Any] = frame[column if isinstance(column, str) else column.key].tolist()
    return [value if isinstance(value, str) else "" for value in values]
