"""What to tell of claims that the register does not bear out, and of people it may know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from emubatch.checks.against_register import compare
from emubatch.checks.claims import CONTRADICTED, UNKNOWN
from emubatch.checks.compared import Compared
from emubatch.checks.matters import DISCIPLINE, cases_of
from emubatch.messages import finding, word
from emubatch.model import Finding, MonthData
from emubatch.programme.tables import Programme
from emubatch.register import Register
from emubatch.register.identity import HOMONYM, NEAR, Candidate
from emubatch.register.store import HOLDER
from emubatch.vietnamese import day_first

SWITCH = "register_review"
_MOST = 3


def hold_against(data: MonthData, programme: Programme, register: Register) -> None:
    """Compares the claims of the month with the register, before the rules look at them.

    Fills ``claims``, ``register``, ``register_rows`` and ``questions`` of the month, adds findings,
    marks rows.
    """
    compared = compare(data, programme, register)
    data.claims, data.register = claim_frame(data, compared), compared.digest
    data.questions = open_questions(data, compared)
    data.findings.extend(claim_findings(data, programme, compared))
    doubt_claims(data, programme, compared)


def claim_findings(data: MonthData, programme: Programme, compared: Compared) -> list[Finding]:
    """W711, W712, N711, N712, N713: each matter, nominee or pair of people once."""
    return [
        *_contradicted(data, programme, compared),
        *_unknown(data, compared),
        *_people(data, programme, compared),
    ]


def claim_frame(data: MonthData, compared: Compared) -> pd.DataFrame:
    """The claims as ``CLAIM_COLUMNS``, in the order of the forms."""
    claims = compared.claims
    nominees = data.nominees.loc[claims["owner"].to_numpy()]
    entries = compared.awards.reindex(claims["award"].to_numpy())
    found = pd.DataFrame(
        {
            "nominee": nominees["nominee"].to_numpy(),
            "name": nominees["name"].to_numpy(),
            "unit": nominees["unit"].to_numpy(),
            **{name: claims[name].to_numpy() for name in _OWN},
            **{f"entry_{name}": entries[key].to_numpy() for name, key in _ENTRY.items()},
        }
    )
    return found.astype(object).where(found.notna(), None)


_OWN = (
    *("file", "sheet", "cell", "code", "year", "number", "date", "status", "reason"),
    *("matter", "title"),
)
_ENTRY = {
    "key": "key",
    "holder": "holder",
    "name": "holder_name",
    "code": "code",
    "year": "years",
    "number": "number",
    "date": "date",
    "file": "file",
    "sheet": "sheet",
    "row": "row",
    "title": "title",
}


def open_questions(data: MonthData, compared: Compared) -> list[dict[str, str]]:
    """Nominees and people of the register who may be one, for the clerk to answer."""
    found = {}
    names = zip(data.nominees["name"].tolist(), data.nominees["unit"].tolist(), strict=True)
    shown = {
        one.key: ", ".join(filter(None, (name, one.year, one.code.upper(), unit)))
        for one, (name, unit) in zip(compared.asked, names, strict=True)
    }
    for pair in compared.near:
        if pair.level == NEAR:
            found[pair.key, pair.other] = {
                "ma_a": pair.key,
                "ten_a": shown[pair.key],
                "ma_b": pair.other,
                "ten_b": _described(compared, pair.other),
            }
    return list(found.values())


def doubt_claims(data: MonthData, programme: Programme, compared: Compared) -> None:
    """Marks the rows that count as possible only: ``against_register`` of the detail frames.

    Discipline that a form does not tell becomes ``register_rows``.
    """
    review = programme.reading(SWITCH)
    doubted = {"none": (), "contradicted": (CONTRADICTED,), "unknown": (CONTRADICTED, UNKNOWN)}
    claims = compared.claims[compared.claims["status"].isin(doubted[review])]
    data.register_rows = cases_of(data, programme, compared, claims)
    # What a unit tells of discipline is believed, whatever the register has.
    claims = claims[(claims["at"] >= 0) & (claims["matter"] != DISCIPLINE)]
    for key, rows in claims.groupby("sheet_key"):
        frame = data.details[str(key)]
        mark = pd.Series(False, index=frame.index)
        mark.iloc[rows["at"].to_numpy()] = True
        data.details[str(key)] = frame.assign(against_register=mark)


def _contradicted(data: MonthData, programme: Programme, compared: Compared) -> Iterator[Finding]:
    labels = _labels(programme)
    claims = compared.claims
    for row in claims[claims["status"] == CONTRADICTED].to_dict("records"):
        nominee = data.nominees.iloc[row["owner"]]
        reasons = row["reason"].split("|")
        yield finding(
            "W712" if row["matter"] == DISCIPLINE else "W711",
            **_place(nominee, row),
            field=row["field"],
            value=row["number"] or row["title"],
            name=nominee["name"],
            what=", ".join(word(f"claim_{name}") for name in reasons),
            what_en=", ".join(word(f"claim_{name}", "en") for name in reasons),
            entry=_entry(compared.awards.iloc[row["award"]], labels["vi"]),
            entry_en=_entry(compared.awards.iloc[row["award"]], labels["en"]),
        )


def _unknown(data: MonthData, compared: Compared) -> Iterator[Finding]:
    """One note a nominee and sheet, at the first such claim; who is who is asked elsewhere."""
    claims = compared.claims
    unknown = claims[(claims["status"] == UNKNOWN) & (claims["reason"] != "near_person")]
    for _, rows in unknown.groupby(["owner", "sheet_key"], sort=True):
        nominee = data.nominees.iloc[int(rows["owner"].iloc[0])]
        cells = rows["cell"].tolist()
        shown = ", ".join(cells[:12]) + ("…" if len(cells) > 12 else "")
        first = rows.iloc[0].to_dict()
        words = {"name": nominee["name"], "count": len(cells), "cells": shown}
        yield finding("N711", **_place(nominee, first), **words)


def _people(data: MonthData, programme: Programme, compared: Compared) -> Iterator[Finding]:
    """One note a nominee who may be somebody of the register, or only shares the name."""
    by_key: dict[str, list[Candidate]] = {}
    for pair in compared.near:
        by_key.setdefault(pair.key, []).append(pair)
    names = {
        s.kind: (s.key, programme.field_with_role(s.key, "name"))
        for s in programme.sheets_with_role("nominee")
    }
    for at, one in enumerate(compared.asked):
        pairs = by_key.get(one.key, [])
        near = [pair.other for pair in pairs if pair.level == NEAR]
        others = [pair.other for pair in pairs if pair.level == HOMONYM]
        if not near and (not others or at in compared.known):
            continue
        nominee = data.nominees.iloc[at]
        sheet, spec = names[nominee["kind"]]
        key = spec.key if spec else ""
        letter = data.letters.get((nominee["file"], sheet), {}).get(key, "A")
        place = {"unit": nominee["unit"], "file": nominee["file"], "sheet": nominee["sheet"]}
        shown = "; ".join(_who(compared, other) for other in (near or others)[:_MOST])
        yield finding(
            "N712" if near else "N713",
            **place,
            cell=f"{letter}{nominee['row']}",
            field=key,
            value=nominee["name"],
            others=shown,
            key=one.key,
            other=(near or others)[0],
        )


def _who(compared: Compared, key: str) -> str:
    return f"{key} ({_described(compared, key)})"


def _described(compared: Compared, key: str) -> str:
    row = dict(zip(HOLDER, compared.holders[key], strict=True))
    unit = row["unit_name"] or row["unit"].partition(":")[2].upper()
    return ", ".join(filter(None, (row["name"], row["birth_year"], row["code"], unit)))


def _place(nominee: Any, row: dict[Any, Any]) -> dict[str, str]:
    return {
        "unit": nominee["unit"],
        "file": row["file"],
        "sheet": row["sheet"],
        "cell": row["cell"],
    }


def _labels(programme: Programme) -> dict[str, dict[str, str]]:
    named = {f.list for f in programme.fields if f.list and f.role in ("form", "level")}
    rows = [
        c
        for name, choices in programme.lists.items()
        for c in choices
        if name in named or c.axis in ("title", "form")
    ]
    return {
        "vi": {row.code: row.label_vi for row in rows},
        "en": {row.code: row.label_en or row.label_vi for row in rows},
    }


def _entry(award: Any, labels: dict[str, str]) -> str:
    day = day_first(award["date"])
    label = labels.get(award["code"], award["code"])
    parts = (award["holder_name"], award["title"], label, award["years"], award["number"], day)
    return f"{', '.join(filter(None, parts))} [{award['file']} › {award['sheet']} › {award['row']}]"
