"""Writes a register as a workbook that reads back to the same register, and that people can use.

The sheet on who is who also lists the pairs that nobody has answered yet: the clerk fills in «có»
or «không» and imports the workbook.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from emubatch.model import Lang
from emubatch.programme.tables import Programme, in_lang
from emubatch.register import Register
from emubatch.register.form import book_form
from emubatch.register.identity import (
    NEAR,
    Candidate,
    candidates,
    persons,
    settle_units,
    statements,
)
from emubatch.register.schema import COLUMNS
from emubatch.register.store import HOLDER, Row
from emubatch.vietnamese import day_first

MOST_QUESTIONS = 5000
Record = dict[str, Any]
_Place = Callable[[Mapping[str, Any]], Record]


def write_book(path: Path, register: Register, lang: Lang = "vi") -> dict[str, int]:
    """Writes the whole register; returns sheet -> number of rows."""
    from emubatch.xl.form import write_form

    values = book_values(register)
    form = book_form()
    write_form(path, form, values=_labelled(values, form, lang), lang=lang)
    return {key: len(rows) for key, rows in values.items()}


def book_values(register: Register) -> dict[str, list[Record]]:
    """Sheet key -> records of the book, codes as codes, in an order people can read."""
    tables = {name: _records(register, name) for name in COLUMNS}
    codes = _unit_codes(tables["units"])
    holders = {row["key"]: row for name in ("people", "collectives") for row in tables[name]}

    def held(row: Record, **cells: Any) -> Record:
        who = _person(holders[row["holder"]], codes)
        return {"loai": row["kind"], "ten": who.pop("ho_ten"), **who, **cells, **_origin(row)}

    units = [{"ma_dv": r["code"], "ten_dv": r["name"]} for r in tables["units"]]
    people = [
        _person(r, codes) | {"ngay_sinh": day_first(r["birth"]), "chuc_vu": r["post"]} | _origin(r)
        for r in tables["people"]
    ]
    collectives = [
        {"ten_tt": r["name"], **_unit(r, codes), **_origin(r)} for r in tables["collectives"]
    ]
    found = {
        "Don_vi": _sorted(units, ("ma_dv", "ten_dv")),
        "Ca_nhan": _sorted(people, ("ten_dv", "ho_ten", "nam_sinh", "ma_cb")),
        "Tap_the": _sorted(collectives, ("ten_dv", "ten_tt")),
        "Khen_thuong": [held(r, **_award(r)) for r in tables["awards"]],
        "Sang_kien": [held(r, **_initiative(r)) for r in tables["initiatives"]],
        "Ky_luat": [held(r, **_discipline(r)) for r in tables["discipline"]],
        "Cung_nguoi": _questions(register),
    }
    for key, last in (("Khen_thuong", "nam"), ("Sang_kien", "nam"), ("Ky_luat", "ngay_qd")):
        found[key] = _sorted(found[key], ("ten_dv", "ten", last))
    return found


def open_questions(register: Register) -> list[Candidate]:
    """Near pairs of the register that nobody has answered, each once."""
    known = statements(register.holders(), settle_units(register.unit_names()))
    answers = register.answers()
    found = candidates(known, known, persons(known, answers), answers)
    return [c for c in found if c.key < c.other and c.level == NEAR][:MOST_QUESTIONS]


def _questions(register: Register) -> list[Record]:
    shown = {row[0]: describe(row) for row in register.holders()}
    answered = [(a, b, "CO" if same else "KHONG") for a, b, same in register.answers()]
    asked = [(c.key, c.other, None) for c in open_questions(register)]
    return [
        {"ma_a": a, "ten_a": shown.get(a), "ma_b": b, "ten_b": shown.get(b), "tra_loi": word}
        for a, b, word in [*answered, *asked]
    ]


def describe(holder: Row) -> str:
    """Name, year of birth, staff code and unit of a row under ``HOLDER``."""
    row = dict(zip(HOLDER, holder, strict=True))
    unit = row["unit_name"] or row["unit"].partition(":")[2].upper()
    return ", ".join(filter(None, (row["name"], row["birth_year"], row["code"], unit)))


def _records(register: Register, table: str) -> list[Record]:
    return [dict(zip(COLUMNS[table], row, strict=True)) for row in register.rows(table)]


def _unit_codes(units: Sequence[Record]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in units:
        found[row["unit"]] = min(row["code"], found.get(row["unit"], row["code"]))
    return found


def _unit(row: Record, codes: Mapping[str, str]) -> Record:
    return {"ma_dv": codes.get(row["unit"]), "ten_dv": row["unit_name"]}


def _person(row: Record, codes: Mapping[str, str]) -> Record:
    return {
        "ho_ten": row["name"],
        "nam_sinh": row.get("birth_year"),
        "ma_cb": row.get("code"),
        **_unit(row, codes),
    }


def _origin(row: Record) -> Record:
    return {"nguon_tep": row["file"], "nguon_trang": row["sheet"], "nguon_dong": row["row"]}


def _award(row: Record) -> Record:
    return {
        "ma_kt": row["code"],
        "nam": row["years"],
        "nguoi_ky": row["issuer"],
        "so_qd": row["number"],
        "ngay_qd": day_first(row["date"]),
        "tinh_chat": row["nature"],
    }


def _initiative(row: Record) -> Record:
    return {
        "ten_sk": row["title"],
        "cap": row["level"],
        "nam": row["year"],
        "so_qd": row["number"],
        "ap_dung": row["applied"],
    }


def _discipline(row: Record) -> Record:
    return {
        "he": row["system"],
        "hinh_thuc": row["form"],
        "so_qd": row["number"],
        "ngay_qd": day_first(row["date"]),
        "het_hl": day_first(row["expires"]),
    }


def _sorted(rows: list[Record], keys: Sequence[str]) -> list[Record]:
    """Rows by these columns, and by everything else so that equal inputs give equal bytes."""

    def order(row: Record) -> tuple[list[str], list[str]]:
        return [str(row[k] or "") for k in keys], [str(v) for v in row.values()]

    return sorted(rows, key=order)


def _labelled(
    values: Mapping[str, list[Record]], form: Programme, lang: Lang
) -> dict[str, list[Record]]:
    """The records with the labels of the drop-downs for codes, and nothing for a blank."""
    shown: dict[tuple[str, str], dict[str, str]] = {}
    for field in form.fields:
        if field.type == "list":
            shown[field.sheet, field.key] = {
                c.code: in_lang(c, "label", lang) for c in form.lists[field.list]
            }
        elif field.type == "yesno":
            words = ("yes", "no") if lang == "en" else ("có", "không")
            shown[field.sheet, field.key] = {"CO": words[0], "KHONG": words[1]}
    return {
        sheet: [
            {k: shown.get((sheet, k), {}).get(v, v) or None for k, v in row.items()} for row in rows
        ]
        for sheet, rows in values.items()
    }
