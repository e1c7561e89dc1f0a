"""What the forms of a month claim of awards, and who claims it, as the register is asked.

A claim is a row that names a title or commendation of a nominee; «no title this year» is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from emubatch.model import MonthData
from emubatch.programme.tables import Field, Programme
from emubatch.register.identity import Statement
from emubatch.register.keys import (
    COLLECTIVE,
    INDIVIDUAL,
    code_key,
    holder_key,
    number_key,
    unit_key,
)
from emubatch.vietnamese import fold_key, name_key

CONFIRMED, UNKNOWN, CONTRADICTED = "confirmed", "unknown", "contradicted"
_KIND = {"collective": COLLECTIVE, "individual": INDIVIDUAL}


@dataclass(frozen=True, slots=True)
class ClaimSheet:
    """A detail sheet that states awards, and its columns; ``code`` is the form or title."""

    key: str
    code: Field
    number: Field
    date: Field
    year: Field | None
    issuer: Field | None


def claim_sheets(programme: Programme) -> list[ClaimSheet]:
    """The sheets of a programme on which awards are claimed."""
    found = []
    for sheet in programme.sheets_with_role("detail"):
        number, date, year, issuer = (
            programme.field_with_role(sheet.key, role)
            for role in ("number", "date", "year", "issuer")
        )
        code = next((f for f in programme.fields_of[sheet.key] if _of_awards(programme, f)), None)
        if code is not None and number is not None and date is not None:
            found.append(ClaimSheet(sheet.key, code, number, date, year, issuer))
    return found


def _of_awards(programme: Programme, field: Field) -> bool:
    return any(c.axis in ("title", "form") for c in programme.lists.get(field.list, ()))


def claims_of(data: MonthData, programme: Programme) -> pd.DataFrame:
    """One row a claim: ``at`` is its place in the frame of ``sheet_key``, ``owner`` the nominee.

    Texts are never missing; ``cell`` is the address of the decision number.
    """
    parts = [_claims_on(data, programme, sheet) for sheet in claim_sheets(programme)]
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame({name: [] for name in _COLUMNS})
    return pd.concat(parts, ignore_index=True)


_COLUMNS = (
    *("at", "owner", "sheet_key", "file", "sheet", "cell"),
    *("code", "issuer", "number", "date", "year", "field"),
)


def _claims_on(data: MonthData, programme: Programme, sheet: ClaimSheet) -> pd.DataFrame:
    frame = data.details.get(sheet.key)
    if frame is None:
        return pd.DataFrame()
    none = [c.code for c in programme.lists[sheet.code.list] if c.states_none or c.unknown]
    codes = frame[sheet.code.key]
    own = (frame["nominee_pos"] >= 0) & codes.notna() & ~codes.isin(none)
    rows = frame[own]
    letters = [
        data.letters.get((file, sheet.key), {}).get(sheet.number.key, "A") for file in rows["file"]
    ]
    cells = [f"{letter}{row}" for letter, row in zip(letters, rows["row"].tolist(), strict=True)]
    found = {
        "at": np.flatnonzero(own.to_numpy()),
        "owner": rows["nominee_pos"].to_numpy(),
        "sheet_key": [sheet.key] * len(rows),
        "file": rows["file"].tolist(),
        "sheet": rows["sheet"].tolist(),
        "cell": cells,
        "field": [sheet.number.key] * len(rows),
    }
    for name in ("code", "issuer", "number", "date", "year"):
        field: Field | None = getattr(sheet, name)
        found[name] = _texts(rows, field.key if field else "")
    return pd.DataFrame(found)


def nominee_statements(data: MonthData, programme: Programme) -> list[Statement]:
    """Who each nominee says to be, in the order of the nominees."""
    frame = data.nominees
    codes, births, years = (
        _texts(frame, _key(programme, role)) for role in ("person_code", "birth", "birth_year")
    )
    units = month_units(data, programme)
    rows = zip(
        frame["kind"].tolist(),
        _texts(frame, "name"),
        [units[at] for at in frame["unit_pos"].tolist()],
        strict=True,
    )
    found = []
    for at, (kind, name, unit) in enumerate(rows):
        one = _KIND[kind] == INDIVIDUAL
        code, year = (codes[at], (births[at] or years[at])[:4]) if one else ("", "")
        key = holder_key(_KIND[kind], code, name, year, unit)
        who = (key, _KIND[kind], code_key(code), name_key(name), fold_key(name))
        found.append(Statement(*who, year, unit))
    return found


def month_units(data: MonthData, programme: Programme) -> list[str]:
    """Key of each unit; one whose form states no code is known by its name."""
    sheet = next((s.key for s in programme.sheets_with_role("unit")), "")
    spec = programme.field_with_role(sheet, "unit_code")
    stated = _texts(data.units, spec.key if spec else "")
    found = []
    for status, code, own, name in zip(
        data.units["status"].tolist(),
        data.units["unit"].tolist(),
        stated,
        _texts(data.units, "name"),
        strict=True,
    ):
        known = own or (code if status == "missing" else "")
        found.append(unit_key(known, name))
    return found


def unit_names(data: MonthData, programme: Programme) -> list[tuple[str, str]]:
    """Key and folded name of each unit of the month."""
    names = [fold_key(name) for name in _texts(data.units, "name")]
    return list(zip(month_units(data, programme), names, strict=True))


def decisions_of(claims: pd.DataFrame) -> set[tuple[str, str]]:
    """Number and year of the decisions that claims name, as the register looks them up."""
    stated = set(zip(claims["number"].tolist(), claims["date"].tolist(), strict=True))
    return {(number_key(number), date[:4]) for number, date in stated}


def _key(programme: Programme, role: str) -> str:
    """The column of a role on the sheet of people."""
    sheets = [s.key for s in programme.sheets_with_role("nominee") if s.kind == "individual"]
    fields = (programme.field_with_role(sheet, role) for sheet in sheets)
    return next((f.key for f in fields if f), "")


def _texts(frame: pd.DataFrame, key: str) -> list[str]:
    if not key or key not in frame:
        return [""] * len(frame)
    values: list[Any] = frame[key].tolist()
    return [v if isinstance(v, str) else "" for v in values]
