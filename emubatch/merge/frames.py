"""Typed columns of many forms become frames, column by column.

Text columns are of dtype ``object`` whatever the version of pandas, with ``None`` for a blank;
equal texts of different forms are one object, which keeps a row of sixteen columns near 150 bytes.
Numbers are ``float64`` with NaN for a blank.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from emubatch.merge.near import Near
from emubatch.merge.received import UnitEntry
from emubatch.model import Table
from emubatch.programme.tables import Field, Programme, Sheet
from emubatch.vietnamese import clean, name_key, slug

KIND_OF = {"TT": "collective", "CN": "individual"}
KIND_CODE = {kind: code for code, kind in KIND_OF.items()}
ABOUT_UNIT = -1  # the row is about the unit as a whole
NOBODY = -2  # the row names someone who is not listed; it is kept and never counted
NUMERIC = frozenset(("int", "number", "percent"))
DETAIL_ROLES = ("detail", "unit_detail", "scorecard", "indicators", "targets")

_Intern = Callable[[Any, Any], Any]


class ConservationError(RuntimeError):
    """Files or rows in do not equal files or rows out: the program is broken."""


def build_units(entries: Sequence[UnitEntry], programme: Programme) -> pd.DataFrame:
    """One row a unit; see ``MonthData.units``."""
    columns: dict[str, Any] = {}
    rows = [0] * len(entries)
    for sheet in programme.sheets_with_role("unit"):
        tables = [e.used.form.tables.get(sheet.key) if e.used else None for e in entries]
        rows = [table.rows[0] if table and table.rows else 0 for table in tables]
        for spec in programme.fields_of[sheet.key]:
            columns[spec.key] = [_first(table, spec.key) for table in tables]
        received = programme.field_with_role(sheet.key, "received")
        if received:  # the office's own note wins over what the form states
            columns[received.key] = [entry.received or None for entry in entries]
    types = {spec.key: spec.type for spec in programme.fields if spec.key in columns}
    core = {
        "unit": [entry.code for entry in entries],
        "name": [entry.name for entry in entries],
        "group": [entry.group or None for entry in entries],
        "file": [_file(entry) for entry in entries],
        "row": rows,
        "received": [entry.received for entry in entries],
        "late": [entry.late for entry in entries],
        "usable": [entry.usable for entry in entries],
        "status": [entry.status for entry in entries],  # of those without a form; see ``settle``
    }
    return _frame({**core, **columns}, types)


def _first(table: Table | None, key: str) -> Any:
    return table.columns[key][0] if table and table.rows and key in table.columns else None


def build_nominees(entries: Sequence[UnitEntry], programme: Programme) -> pd.DataFrame:
    """One row a nominee, by unit, collectives first as the form has them."""
    sheets = programme.sheets_with_role("nominee")
    keys = list(dict.fromkeys(f.key for s in sheets for f in programme.fields_of[s.key]))
    columns: dict[str, list[Any]] = {key: [] for key in keys}
    core: dict[str, list[Any]] = {
        name: [] for name in ("kind", "name", "unit_pos", "group", "tier", "sheet", "row")
    }
    intern: _Intern = {}.setdefault
    for unit_pos, sheet, table, _ in _tables(entries, sheets):
        count = len(table.rows)
        _extend(columns, table, keys, intern)
        role = _roles(programme, sheet)
        names = _column(table, role.get("name"))
        core["kind"] += [sheet.kind] * count
        core["name"] += [intern(name, name) or "" for name in names]
        core["unit_pos"] += [unit_pos] * count
        own = _column(table, role.get("group"))
        core["group"] += [group or entries[unit_pos].group or None for group in own]
        core["tier"] += _column(table, role.get("tier"))
        core["sheet"] += [table.title] * count
        core["row"] += table.rows
    places = core["unit_pos"]
    origin = {
        "nominee": _ids(entries, programme, core, columns),
        **{name: core[name] for name in ("kind", "name")},
        "unit": [entries[place].code for place in places],
        "unit_pos": places,
        **{name: core[name] for name in ("group", "tier")},
        "file": [_file(entries[place]) for place in places],
        **{name: core[name] for name in ("sheet", "row")},
    }
    types = {f.key: f.type for s in sheets for f in programme.fields_of[s.key]}
    return _frame({**columns, **origin}, types, order=[*origin, *keys])


def _file(entry: UnitEntry) -> str:
    return entry.used.form.file if entry.used else ""


def _roles(programme: Programme, sheet: Sheet) -> dict[str, Field]:
    return {spec.role: spec for spec in programme.fields_of[sheet.key] if spec.role}


def _column(table: Table, spec: Field | None) -> list[Any]:
    found = table.columns.get(spec.key) if spec else None
    return found if found is not None else [None] * len(table.rows)


def _tables(
    entries: Sequence[UnitEntry], sheets: Iterable[Sheet]
) -> Iterator[tuple[int, Sheet, Table, str]]:
    """The tables of these sheets with their file, by unit and then in the order of the form."""
    sheets = tuple(sheets)
    for place, entry in enumerate(entries):
        for file in entry.counted:
            for sheet in sheets:
                table = file.form.tables.get(sheet.key)
                if table is not None:
                    yield place, sheet, table, file.form.file


def _extend(
    columns: dict[str, list[Any]], table: Table, keys: Sequence[str], intern: _Intern
) -> None:
    blank = [None] * len(table.rows)
    for key in keys:
        values = table.columns.get(key)
        if values is None:
            columns[key] += blank
            continue
        if len(values) != len(table.rows):  # everything below would move to a wrong row
            raise ConservationError(f"{table.sheet}.{key}: {len(values)} of {len(table.rows)}")
        columns[key] += [intern(value, value) for value in values]


def _frame(
    columns: dict[str, Any], types: dict[str, str], order: Sequence[str] | None = None
) -> pd.DataFrame:
    """A frame with the dtypes promised above."""
    found = {}
    for name in order or columns:
        values = columns[name]
        if types.get(name) in NUMERIC:
            found[name] = pd.Series(np.array(values, dtype=np.float64))
        elif name in ("unit_pos", "nominee_pos", "row"):
            found[name] = pd.Series(np.array(values, dtype=np.int32))
        elif name in ("sure", "usable"):
            found[name] = pd.Series(np.array(values, dtype=np.bool_))
        else:
            found[name] = pd.Series(values, dtype=object)
    return pd.DataFrame(found)


# --- ids -----------------------------------------------------------------------------------------

_UNSAFE = re.compile(r"[^\w.-]+")


def _ids(
    entries: Sequence[UnitEntry],
    programme: Programme,
    core: dict[str, list[Any]],
    columns: dict[str, list[Any]],
) -> list[str]:
    """Ids that stay the same from run to run; namesakes that nothing tells apart are numbered."""
    roles = {
        sheet.kind: _roles(programme, sheet) for sheet in programme.sheets_with_role("nominee")
    }
    found: list[str] = []
    taken: set[str] = set()
    for at, (kind, name) in enumerate(zip(core["kind"], core["name"], strict=True)):
        role = roles[kind]

        def value(which: str, at: int = at, role: dict[str, Field] = role) -> str:
            return str(columns[role[which].key][at] or "") if which in role else ""

        tail = _UNSAFE.sub("-", clean(value("person_code")))
        if not tail:
            year = (value("birth") or value("birth_year"))[:4]
            tail = "-".join(filter(None, (slug(name) or f"dong-{core['row'][at]}", year)))
        base = f"{entries[core['unit_pos'][at]].code}/{KIND_CODE[kind]}/{tail}"
        found.append(_unique(base, taken))
    return found


def _unique(base: str, taken: set[str]) -> str:
    name, count = base, 1
    while name in taken:
        count += 1
        name = f"{base}-{count}"
    taken.add(name)
    return name


# --- detail rows ---------------------------------------------------------------------------------

_Found = dict[tuple[str, str], list[tuple[int, str]]]  # (kind, name) -> [(position, person code)]


def build_details(
    entries: Sequence[UnitEntry], nominees: pd.DataFrame, programme: Programme
) -> tuple[dict[str, pd.DataFrame], int]:
    """Frames of the detail sheets, and the number of rows of the forms that went into them.

    A row that may belong to either of two namesakes stands once for each, with ``sure`` False; so
    does one whose name is misspelt or blank, for those it may mean (``near``).
    """
    people = _people(nominees, programme, len(entries))
    frames, total = {}, 0
    for role in DETAIL_ROLES:
        for sheet in programme.sheets_with_role(role):
            frames[sheet.key], rows = _detail_frame(sheet, entries, people, programme)
            total += rows
    return frames, total


def build_reports(entries: Sequence[UnitEntry]) -> pd.DataFrame:
    """The reports of all waves up to the one judged; see ``MonthData.reports``."""
    rows = []
    for place, entry in enumerate(entries):
        states = [("earlier", file) for file in entry.earlier]
        states += [("used", entry.used)] if entry.used else []
        states += [("replaced", entry.estimate)] if entry.estimate else []
        for state, file in states:
            stated = (file.estimate, state, file.received, file.late)
            rows.append((entry.code, place, file.wave, file.form.file, *stated))
    columns = ["unit", "unit_pos", "wave", "file", "estimate", "state", "received", "late"]
    return pd.DataFrame(rows, columns=columns).astype({"unit_pos": "int64", "estimate": "bool"})


def build_estimates(
    entries: Sequence[UnitEntry], nominees: pd.DataFrame, programme: Programme
) -> dict[str, pd.DataFrame]:
    """Frames of the detail sheets of the estimates that finals replaced."""
    replaced = [replace(entry, used=entry.estimate, earlier=()) for entry in entries]
    return build_details(replaced, nominees, programme)[0]


def _people(nominees: pd.DataFrame, programme: Programme, units: int) -> list[_Found]:
    """For each unit, its nominees by kind and name key."""
    spec = next(
        filter(
            None,
            (
                programme.field_with_role(sheet.key, "person_code")
                for sheet in programme.sheets_with_role("nominee")
            ),
        ),
        None,
    )
    codes = nominees[spec.key].tolist() if spec else [None] * len(nominees)
    found: list[_Found] = [{} for _ in range(units)]
    rows = zip(
        nominees["unit_pos"].tolist(),
        nominees["kind"].tolist(),
        nominees["name"].tolist(),
        codes,
        strict=True,
    )
    for at, (unit_pos, kind, name, code) in enumerate(rows):
        if name:
            same = found[unit_pos].setdefault((kind, name_key(name)), [])
            same.append((at, _code(code)))
    return found


def _code(text: str | None) -> str:
    return clean(text).casefold() if text else ""


def _detail_frame(
    sheet: Sheet, entries: Sequence[UnitEntry], people: Sequence[_Found], programme: Programme
) -> tuple[pd.DataFrame, int]:
    role = _roles(programme, sheet)
    keys = [spec.key for spec in programme.fields_of[sheet.key]]
    columns: dict[str, list[Any]] = {key: [] for key in keys}
    core: dict[str, list[Any]] = {
        name: [] for name in ("nominee_pos", "sure", "unit_pos", "file", "sheet", "row")
    }
    intern: _Intern = {}.setdefault
    total = 0
    for unit_pos, _, table, file in _tables(entries, [sheet]):
        total += len(table.rows)
        take, places, sure = _matches(table, role, people[unit_pos], entries[unit_pos])
        shown = table if len(take) == len(table.rows) else _taken(table, take)
        _extend(columns, shown, keys, intern)
        count = len(take)
        core["nominee_pos"] += places
        core["sure"] += sure
        core["unit_pos"] += [unit_pos] * count
        core["file"] += [file] * count
        core["sheet"] += [table.title] * count
        core["row"] += shown.rows
    types = {spec.key: spec.type for spec in programme.fields_of[sheet.key]}
    return _frame({**columns, **core}, types, order=[*core, *keys]), total


def _taken(table: Table, take: Sequence[int]) -> Table:
    return Table(
        table.sheet,
        table.title,
        table.letters,
        [table.rows[at] for at in take],
        {key: [values[at] for at in take] for key, values in table.columns.items()},
    )


def _matches(
    table: Table, role: dict[str, Field], people: _Found, entry: UnitEntry
) -> tuple[list[int], list[int], list[bool]]:
    """For each row: its place in the table, its nominee, and whether that is sure."""
    count = len(table.rows)
    if "nominee" not in role:
        return list(range(count)), [ABOUT_UNIT] * count, [True] * count
    blank = NOBODY if role["nominee"].required == "yes" else ABOUT_UNIT
    unit_keys = {name_key(text) for text in entry.aliases if text}
    take, places, sure = [], [], []
    rows = zip(
        _column(table, role.get("kind")),
        _column(table, role["nominee"]),
        _column(table, role.get("person_code")),
        strict=True,
    )
    seen: dict[tuple[Any, ...], list[tuple[int, bool]]] = {}
    near: Near | None = None
    for at, asked in enumerate(rows):
        found = seen.get(asked)
        if found is None:
            found = seen[asked] = _candidates(*asked, people) if asked[1] else []
            if not found:
                about_unit = not asked[1] or name_key(asked[1]) in unit_keys
                place = blank if about_unit else NOBODY
                near = near or Near(people)
                meant = _meant(near, asked[0], asked[1]) if place == NOBODY else []
                found += [(one, False) for one in meant] or [(place, place != NOBODY)]
        for place, certain in found:
            take.append(at)
            places.append(place)
            sure.append(certain)
    return take, places, sure


def _meant(near: Near, kind: str | None, name: str | None) -> list[int]:
    """Nominees whom a row may mean although it names none of them exactly."""
    if name:
        return near.named(name_key(name))
    return near.unnamed([KIND_OF[kind]] if kind in KIND_OF else list(KIND_CODE))


def _candidates(
    kind: str | None, name: str, code: str | None, people: _Found
) -> list[tuple[int, bool]]:
    """Nominees whom a row may mean, each with whether that is sure."""
    key = name_key(name)
    kinds = [KIND_OF[kind]] if kind in KIND_OF else list(KIND_CODE)
    found = [person for one in kinds for person in people.get((one, key), ())]
    stated = _code(code)
    if stated:
        exact = [person for person in found if person[1] == stated]
        found = exact or [person for person in found if not person[1]]
    certain = len(found) == 1 and kind in KIND_OF
    return [(place, certain) for place, _ in found]
