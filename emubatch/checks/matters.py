"""Initiatives and discipline of the forms beside those of the register.

They become further rows of the claims compared (``Compared``), so that findings, the sheet of
claims and ``register_review`` treat them as awards are treated. What the register has of
discipline and a form does not tell becomes rows of ``register_rows``, which the rules may read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from emubatch.checks.claims import CONFIRMED, CONTRADICTED, UNKNOWN
from emubatch.model import MonthData
from emubatch.programme.tables import Field, Programme
from emubatch.register import Register, Slice
from emubatch.register.keys import number_key
from emubatch.register.schema import COLUMNS
from emubatch.vietnamese import fold_key

if TYPE_CHECKING:
    from emubatch.checks.compared import Compared

AWARDED, INITIATIVE, DISCIPLINE = "award", "initiative", "discipline"
_DENIED, _UNSTATED = "denied", "unstated"  # the form says that there is none, or says nothing
Record = dict[str, Any]


@dataclass(slots=True)
class _Told:
    """Rows to add to the claims, each with its entry of the register or None."""

    claims: list[Record] = field(default_factory=list)
    entries: list[Record | None] = field(default_factory=list)

    def add(self, claim: Record, status: str, reason: str, entry: Record | None) -> None:
        self.claims.append({**claim, "status": status, "reason": reason})
        self.entries.append(entry)


def add_matters(
    compared: Compared, data: MonthData, programme: Programme, found: Slice, register: Register
) -> None:
    """Adds initiatives and discipline to what was compared of awards."""
    who = _Who(compared)
    _add(compared, _initiatives(data, programme, who, found, register), INITIATIVE, who)
    _add(compared, _discipline(data, programme, who, found), DISCIPLINE, who)


def _add(compared: Compared, told: _Told, matter: str, who: _Who) -> None:
    if not told.claims:
        return
    kept = [one for one in told.entries if one is not None]
    start = len(compared.awards)
    places = np.cumsum([one is not None for one in told.entries]) - 1 + start
    award = [
        int(place) if one is not None else -1
        for place, one in zip(places.tolist(), told.entries, strict=True)
    ]
    claims = pd.DataFrame(told.claims).assign(award=award, matter=matter)
    entries = pd.DataFrame(
        [{**one, "holder_name": who.name(one["holder"])} for one in kept],
        columns=list(compared.awards.columns),
    )
    joined = pd.concat([compared.claims, claims], ignore_index=True)
    compared.claims = joined.astype({name: "int64" for name in ("at", "owner", "award")})
    compared.awards = pd.concat([compared.awards, entries], ignore_index=True)


class _Who:
    """Persons of the month and of the register."""

    def __init__(self, compared: Compared) -> None:
        self.compared = compared
        self.person = compared.person
        self.near: dict[str, set[str]] = {}
        for pair in compared.near:
            if pair.level == "near":
                mine, other = self.person[pair.key], self.person[pair.other]
                self.near.setdefault(mine, set()).add(other)

    def of(self, owner: int) -> str:
        """The person of a nominee."""
        return self.person[self.compared.asked[owner].key]

    def holder(self, key: str) -> str:
        """The person of a holder of the register."""
        return self.person.get(key, key)

    def name(self, key: str) -> str:
        """Name of a holder."""
        return str(self.compared.holders[key][3])


# --- initiatives ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A detail sheet and the columns that are compared, by role."""

    key: str
    fields: Mapping[str, Field | None]

    def key_of(self, role: str) -> str:
        found = self.fields.get(role)
        return found.key if found else ""


def _sheets(programme: Programme, needed: Sequence[str], more: Sequence[str]) -> list[_Sheet]:
    found = []
    for sheet in programme.sheets_with_role("detail"):
        fields = {r: programme.field_with_role(sheet.key, r) for r in (*needed, *more)}
        if all(fields[role] for role in needed):
            found.append(_Sheet(sheet.key, fields))
    return found


def _initiatives(
    data: MonthData, programme: Programme, who: _Who, found: Slice, register: Register
) -> _Told:
    """Initiatives as claimed, each with that of the same title, else of the same number."""
    rows: list[Record] = []
    for sheet in _sheets(programme, ("title", "level"), ("number", "year")):
        rows += _stated(data, sheet, "number", {"code": "level"})
    known = [dict(zip(COLUMNS["initiatives"], row, strict=True)) for row in found.initiatives]
    mine: dict[tuple[str, str], list[Record]] = {}
    for one in map(_as_entry, known):
        mine.setdefault((who.holder(one["holder"]), fold_key(one["title"])), []).append(one)
    told, left = _Told(), []
    for row in rows:
        best = _best(row, mine.get((who.of(row["owner"]), fold_key(row["title"])), ()))
        if best is None:
            left.append(row)
        else:
            reason, entry = best
            told.add(row, CONTRADICTED if reason else CONFIRMED, reason, entry)
    _numbers(told, left, who, register)
    return told


def _best(row: Record, known: Iterable[Record]) -> tuple[str, Record] | None:
    """Where the register has this very initiative otherwise; of several entries the nearest.

    One recognised at two levels was recognised twice, each time with a number of its own.
    """
    found = []
    for one in known:
        level = bool(row["code"] and one["code"] and row["code"] != one["code"])
        year = bool(row["year"] and one["years"] and row["year"] != one["years"])
        number = not _same_number(row["number"], one["number"])
        if not (level and (year or number)):
            differs = {"level": level, "year": year, "number": number}
            found.append(([name for name, yes in differs.items() if yes], one["key"], one))
    if not found:
        return None
    reasons, _, entry = min(found, key=lambda one: (len(one[0]), one[1]))
    return "|".join(reasons), entry


def _same_number(mine: str, theirs: str) -> bool:
    """Blanks agree with everything; «125/QĐ-SCT ngày 12/3» is 125/QĐ-SCT."""
    one, other = _number(mine), _number(theirs)
    return not one or not other or one == other


def _number(text: str) -> str:
    """Key of a number without the date behind it."""
    return number_key(text).partition(" ngai ")[0]


def _numbers(told: _Told, left: list[Record], who: _Who, register: Register) -> None:
    """What the register has under the number, where it does not have the initiative."""
    lettered = {_number(row["number"]) for row in left}
    lettered = {key for key in lettered if any(map(str.isalpha, key))}
    entries, holders = register.recognitions(lettered)
    who.compared.holders.update({row[0]: row for row in holders if row[0]})
    units = {row[0]: row[7] for row in holders}
    by_number: dict[str, list[Record]] = {}
    for row in entries:
        known = _as_entry(dict(zip(COLUMNS["initiatives"], row, strict=True)))
        by_number.setdefault(known["number_key"], []).append(known)
    for claim in left:
        person, asked = who.of(claim["owner"]), who.compared.asked[claim["owner"]]
        same = [
            one
            for one in by_number.get(_number(claim["number"]), ())
            if one["kind"] == asked.kind
            and _agree(claim["year"], one["years"])
            and (who.holder(one["holder"]) == person or units[one["holder"]] == asked.unit)
        ]
        own = [one for one in same if who.holder(one["holder"]) == person]
        near = [one for one in same if who.holder(one["holder"]) in who.near.get(person, ())]
        if own or near:
            told.add(claim, UNKNOWN, "title" if own else "near_person", (own or near)[0])
        elif same:
            told.add(claim, CONTRADICTED, "person", same[0])
        else:
            told.add(claim, UNKNOWN, "", None)


def _agree(one: str, other: str) -> bool:
    return not one or not other or one == other


def _as_entry(row: Record) -> Record:
    """An initiative under the columns of an award."""
    blank = {"issuer": "", "date": "", "system": ""}
    return {**row, "code": row["level"], "years": row["year"], **blank}


# --- discipline ----------------------------------------------------------------------------------


def _discipline(data: MonthData, programme: Programme, who: _Who, found: Slice) -> _Told:
    """What the register has of people for the time that the plan asks about, and what forms say."""
    told = _Told()
    by_person: dict[str, list[Record]] = {}
    for row in found.discipline:
        case = dict(zip(COLUMNS["discipline"], row, strict=True))
        case |= {"code": case["form"], "years": "", "issuer": "", "title": ""}
        by_person.setdefault(who.holder(case["holder"]), []).append(case)
    for sheet in _sheets(programme, ("form", "system"), ("date", "states_none", "number")):
        start = _start(programme, sheet)
        stated: dict[int, list[Record]] = {}
        for one in _stated(data, sheet, "form", {"code": "form"}):
            stated.setdefault(one["owner"], []).append(one)
        for owner in range(len(who.compared.asked)):
            person = who.of(owner)
            known = _asked_about(by_person, [person], start)
            near = _asked_about(by_person, sorted(who.near.get(person, ())), start)
            rows = stated.get(owner, [])
            if known or near or rows:
                none = next((one for one in rows if one["none"] == "CO"), None)
                home = none or (_home(data, programme, sheet, owner) if known or near else {})
                _one_person(told, home, rows, known, near)
    return told


def _asked_about(
    by_person: Mapping[str, list[Record]], persons: Iterable[str], start: str
) -> list[Record]:
    """Cases of these persons since the first day that the plan asks about."""
    known = (case for person in persons for case in by_person.get(person, ()))
    return [case for case in known if _since(case["date"], start)]


def _one_person(
    told: _Told, home: Record, rows: list[Record], known: list[Record], near: list[Record]
) -> None:
    """``home`` is where the form says that there is none, else where it names the person."""
    cases = [row for row in rows if row["code"] or row["date"]]
    for one in known:
        row, reason = _matching(cases, one)
        if row is not None:
            cases.remove(row)
            told.add(row, CONTRADICTED if reason else CONFIRMED, reason, one)
        else:
            reason = _DENIED if home["none"] else _UNSTATED
            told.add(home, CONTRADICTED, reason, one)
    for row in cases:
        told.add(row, UNKNOWN, "", None)
    for one in near:
        told.add(home, UNKNOWN, "near_person", one)


def _matching(cases: list[Record], one: Record) -> tuple[Record | None, str]:
    """The row of a form that tells of this case, and where it differs."""
    ways: tuple[tuple[Callable[[Record], bool], str], ...] = (
        (lambda r: r["code"] == one["code"] and _same_date(r["date"], one["date"]), ""),
        (lambda r: bool(r["date"]) and r["date"] == one["date"], "form"),
        (lambda r: r["code"] == one["code"] and r["date"][:4] == one["date"][:4], "date"),
    )
    for fits, reason in ways:
        for row in cases:
            if fits(row):
                return row, reason
    return None, ""


def _same_date(mine: str, theirs: str) -> bool:
    """Whether two dates agree as far as both are known."""
    short, long = sorted((mine, theirs), key=len)
    return long.startswith(short)


def _start(programme: Programme, sheet: _Sheet) -> str:
    """The first day that the plan asks about; nothing where it does not say."""
    starts = [
        row.window[0]
        for row in programme.criteria
        if row.test == "none" and any(one.sheet == sheet.key for one in row.of)
    ]
    return min(starts, default="")


def _since(date: str, start: str) -> bool:
    return not date or not start or date >= start[: len(date)]


def _home(data: MonthData, programme: Programme, sheet: _Sheet, owner: int) -> Record:
    """Where a nominee stands who has no row on the sheet."""
    row = data.nominees.iloc[owner]
    own = next(s.key for s in programme.sheets_with_role("nominee") if s.kind == row["kind"])
    spec = programme.field_with_role(own, "name")
    key = spec.key if spec else ""
    letter = data.letters.get((row["file"], own), {}).get(key, "A")
    place = {"file": row["file"], "sheet": row["sheet"], "cell": f"{letter}{row['row']}"}
    blank = {**_BLANK, "field": key, "none": ""}
    return {"at": -1, "owner": owner, "sheet_key": sheet.key, **place, **blank}


_BLANK = {"code": "", "issuer": "", "number": "", "date": "", "year": "", "title": "", "field": ""}


def cases_of(
    data: MonthData, programme: Programme, compared: Compared, claims: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Cases of these claims that no form tells, as detail rows at their place in the books."""
    untold = claims[claims["reason"].isin((_DENIED, _UNSTATED)) & (claims["matter"] == DISCIPLINE)]
    found: dict[str, pd.DataFrame] = {}
    for key, rows in untold.groupby("sheet_key"):
        entries = compared.awards.iloc[rows["award"].to_numpy()]
        owners = rows["owner"].to_numpy()
        fields = {
            role: programme.field_with_role(str(key), role) for role in ("form", "system", "date")
        }
        cells = {"form": "code", "system": "system", "date": "date"}
        found[str(key)] = pd.DataFrame(
            {
                "nominee_pos": owners,
                "unit_pos": data.nominees["unit_pos"].to_numpy()[owners],
                "sure": True,
                "against_register": True,
                **{name: entries[name].to_numpy() for name in ("file", "sheet")},
                "row": entries["row"].to_numpy().astype("int64"),
                **{
                    spec.key: entries[cells[role]].replace("", None).to_numpy()
                    for role, spec in fields.items()
                    if spec is not None
                },
            }
        )
    return found


# --- rows of a form ------------------------------------------------------------------------------


def _stated(data: MonthData, sheet: _Sheet, address: str, roles: Mapping[str, str]) -> list[Record]:
    """Rows of nominees on a sheet as records; ``address`` is the role of the cell to point at."""
    frame = data.details.get(sheet.key)
    if frame is None or not len(frame):
        return []
    own = np.flatnonzero((frame["nominee_pos"] >= 0).to_numpy())
    rows = frame.iloc[own]
    wanted = {"title": "title", "number": "number", "date": "date", "year": "year", **roles}
    columns = {name: _texts(rows, sheet.key_of(role)) for name, role in wanted.items()}
    columns["none"] = _texts(rows, sheet.key_of("states_none"))
    key = sheet.key_of(address) or sheet.key_of("title")
    found = []
    for n, (at, owner, file, title, row) in enumerate(
        zip(
            own.tolist(),
            rows["nominee_pos"].tolist(),
            rows["file"].tolist(),
            rows["sheet"].tolist(),
            rows["row"].tolist(),
            strict=True,
        )
    ):
        pointed = sheet.key_of("states_none") if columns["none"][n] == "CO" else key
        letter = data.letters.get((file, sheet.key), {}).get(pointed, "A")
        place = {"file": file, "sheet": title, "cell": f"{letter}{row}", "field": pointed}
        cells = {name: texts[n] for name, texts in columns.items()}
        found.append({**_BLANK, "at": at, "owner": owner, "sheet_key": sheet.key, **place, **cells})
    return found


def _texts(frame: pd.DataFrame, key: str) -> list[str]:
    if not key or key not in frame:
        return [""] * len(frame)
    return [value if isinstance(value, str) else "" for value in frame[key].tolist()]
