"""Checks across the detail rows of a form: repeated rows, contradictions, what is not stated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from emubatch.checks.nominees import Roll, plain_code
from emubatch.checks.view import View
from emubatch.programme.roles import KINDS
from emubatch.programme.tables import Choice, Criterion, Programme
from emubatch.vietnamese import name_key

Person = tuple[str | None, str, str]


def check_detail_rows(programme: Programme, views: dict[str, View], roll: Roll) -> None:
    """Every check that compares detail rows with each other or with the nominees."""
    for sheet in programme.sheets_with_role("detail"):
        view = views.get(sheet.key)
        if view is None:
            continue
        _check_repeated(view)
        if view.has("rating") and view.has("year"):
            _check_ratings(view)
        if view.has("states_none"):
            _check_discipline(view, roll)
        if view.has("issuer") and view.has("year"):
            _check_title_years(view)


def _people(view: View) -> Iterator[tuple[int, Person]]:
    kinds, codes = view.values("kind"), view.values("person_code")
    for index, name in enumerate(view.values("nominee")):
        if name:
            yield index, (kinds[index], name_key(name), plain_code(codes[index]))


def _check_repeated(view: View) -> None:
    """W404: a row that repeats another in every cell."""
    if view.sheet.role != "detail":
        return
    seen: dict[tuple[Any, ...], int] = {}
    keys = [key for key in view.fields if key in view.table.letters]
    nominee = view.field("nominee")
    for index, row in enumerate(zip(*(view.table.columns[key] for key in keys), strict=True)):
        if sum(value is not None for value in row) < 3:
            continue
        first = seen.setdefault(row, index)
        if first != index and nominee is not None and _same_cells(view, keys, first, index):
            view.add("W404", index, nominee.key, other=view.cell(first, nominee.key))


def _same_cells(view: View, keys: list[str], one: int, two: int) -> bool:
    """Whether cells that were not understood say the same too."""
    return all(
        view.shown(one, key) == view.shown(two, key)
        for key in keys
        if view.table.columns[key][one] is None
    )


def _check_ratings(view: View) -> None:
    """E405: two ratings of one nominee for one year."""
    seen: dict[tuple[Person, str], int] = {}
    years, ratings = view.values("year"), view.values("rating")
    for index, person in _people(view):
        if years[index] is None or ratings[index] is None:
            continue
        first = seen.setdefault((person, years[index]), index)
        if ratings[first] != ratings[index]:
            name = view.values("nominee")[index]
            other = view.cell(first, "rating")
            view.add("E405", index, "rating", name=name, year=years[index], other=other)


def _check_discipline(view: View, roll: Roll) -> None:
    """E311 none and some at once; W405 nominees of whom nothing is stated, W407 nobody at all."""
    none: dict[Person, int] = {}
    some: dict[Person, int] = {}
    stated, forms = view.values("states_none"), view.values("form")
    for index, person in _people(view):
        if stated[index] == "CO":
            none.setdefault(person, index)
        if forms[index] is not None:
            some.setdefault(person, index)
    for person, index in some.items():
        if person in none:
            other = view.cell(none[person], "states_none")
            name = view.values("nominee")[index]
            view.add("E311", index, "form", name=name, other=other)
    _check_silence(view, roll)


def _check_silence(view: View, roll: Roll) -> None:
    named = {person[1] for _, person in _people(view)}
    kinds = must_state(view.programme, view.sheet.key)
    people = [one for one in roll.all if one.kind in kinds]
    silent = [one for one in people if one.key not in named]
    header = view.field("states_none")
    words = {
        "statement": header.header_vi if header else "",
        "statement_en": header.header_en if header else "",
    }
    if people and len(silent) == len(people) > 1 and not view.size:
        view.add_sheet("W407", count=len(people), **words)
        return
    for one in silent:
        one.view.add("W405", one.index, "name", name=one.name, **words)


def must_state(programme: Programme, sheet: str) -> set[str]:
    """The kinds of nominee that must say on this sheet that there was none."""
    rows = (row for row in programme.criteria if row.test == "none")
    asked = [row for row in rows if sheet in {measured.sheet for measured in row.of}]
    asking = (row for row in asked if row.options.get("when_silent", "review") == "review")
    return {kind for row in asking for kind in _kinds(programme, row)}


def _kinds(programme: Programme, row: Criterion | None) -> Sequence[str]:
    """The kinds that a criterion is for: its own condition, else that of the rows above."""
    while row is not None:
        stated = [c.values for c in row.applies if c.field == "kind" and c.operator == "="]
        if stated:
            return stated[0]
        row = programme.criterion_by_id.get(row.parent)
    return KINDS


def _check_title_years(view: View) -> None:
    """W406: no title and a title in one year."""
    field = next((f for f in view.fields.values() if _titles(view, f.list)), None)
    if field is None:
        return
    choices = _titles(view, field.list)
    none: dict[tuple[Person, str], int] = {}
    some: dict[tuple[Person, str], int] = {}
    years, codes = view.values("year"), view.values(field.key)
    for index, person in _people(view):
        choice = choices.get(codes[index])
        if choice is None or years[index] is None:
            continue
        into = none if choice.states_none else some
        into.setdefault((person, years[index]), index)
    for (person, year), index in none.items():
        if (person, year) in some:
            other = view.cell(some[person, year], field.key)
            name = view.values("nominee")[index]
            view.add("W406", index, field.key, name=name, year=year, other=other)


def _titles(view: View, name: str) -> dict[Any, Choice]:
    return {c.code: c for c in view.programme.lists.get(name, ()) if c.axis == "title"}
