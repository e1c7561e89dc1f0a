"""A small programme and hand-made checked forms: no file is read here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emubatch.model import CheckedForm, RosterUnit, Table
from emubatch.programme.tables import Choice, Deadline, Field, Programme, Setting, Sheet

# sheet -> role, kind, [(key, role, type, required)]
_SHEETS: dict[str, tuple[str, str, list[tuple[str, str, str, str]]]] = {
    "Don_vi": (
        "unit",
        "",
        [
            ("ma_dv", "unit_code", "code", "yes"),
            ("ten_dv", "unit_name", "text", "yes"),
            ("nhom", "group", "list", "yes"),
            ("so_nld", "", "int", "no"),
            ("ngay_nop", "received", "date", "no"),
        ],
    ),
    "Tap_the": (
        "nominee",
        "collective",
        [
            ("ten_tt", "name", "text", "yes"),
            ("nhom_phan_bo", "group", "list", "no"),
            ("de_nghi", "", "text", "no"),
        ],
    ),
    "Ca_nhan": (
        "nominee",
        "individual",
        [
            ("ho_ten", "name", "text", "yes"),
            ("ngay_sinh", "birth", "birth", "no"),
            ("nam_sinh", "birth_year", "birth", "no"),
            ("ma_cb", "person_code", "code", "no"),
            ("cap_vi_tri", "tier", "text", "no"),
            ("de_nghi", "", "text", "no"),
        ],
    ),
    "Thanh_tich": (
        "detail",
        "",
        [
            ("loai", "kind", "list", "yes"),
            ("ten", "nominee", "text", "yes"),
            ("ma_cb", "person_code", "code", "no"),
            ("ma_kt", "", "text", "yes"),
        ],
    ),
    "Ho_so": (
        "detail",
        "",
        [
            ("loai", "kind", "list", "no"),
            ("ten", "nominee", "text", "no"),
            ("ma_cb", "person_code", "code", "no"),
            ("co", "", "yesno", "yes"),
        ],
    ),
    "Chi_tieu": (
        "indicators",
        "",
        [("ma", "", "code", "yes"), ("thuc_hien", "value", "number", "no")],
    ),
}
_FACTS = {"sha256", "modified", "received", "findings", "name"}
_GROUPS = {"CO_QUAN_SO": "Cơ quan Sở", "DOANH_NGHIEP": "Doanh nghiệp"}


def _field(sheet: str, key: str, role: str, kind: str, required: str) -> Field:
    return Field(
        sheet=sheet,
        key=key,
        role=role,
        header_vi=key,
        header_en=key,
        type=kind,
        required=required,
        required_if=(),
        list="nhom" if role == "group" else "",
        minimum="",
        maximum="",
        synonyms=(),
        help_vi="",
        help_en="",
        example="",
        width=10.0,
    )


def _choice(code: str, label: str) -> Choice:
    blank: dict[str, Any] = dict.fromkeys(("axis", "scale", "valid_from", "valid_to"), "")
    empty: dict[str, Any] = dict.fromkeys(("implies", "may_imply", "issuers", "spellings"), ())
    return Choice(
        list="nhom",
        code=code,
        label_vi=label,
        label_en=code.lower(),
        rank=None,
        states_none=False,
        unknown=False,
        **blank,
        **empty,
    )


def _setting(key: str, value: str) -> Setting:
    return Setting(key, value, (), "", "", "", "")


@pytest.fixture
def make_programme() -> Callable[..., Programme]:
    """``make_programme(deadline="2020-07-18", inclusive=False, **settings)``."""

    def make(deadline: str = "2020-07-18", inclusive: bool = False, **settings: str) -> Programme:
        deadlines = (Deadline("HS", "submission", "", "", deadline, inclusive, "HD.5"),)
        empty: dict[str, Any] = dict.fromkeys(
            ("criteria", "quotas", "scorecard", "options", "indicators", "dossier"), ()
        )
        return Programme(
            id="thu",
            version="1",
            title_vi="Thử",
            title_en="Trial",
            document={},
            period_from="",
            period_to="",
            period_label="",
            as_of="2020-07-31",
            mode="tong_ket",
            source="",
            sha256="",
            sheets=tuple(
                Sheet(key, role, kind, key, key, False, 10, (), "", "")
                for key, (role, kind, _) in _SHEETS.items()
            ),
            fields=tuple(
                _field(sheet, *spec) for sheet, (_, _, specs) in _SHEETS.items() for spec in specs
            ),
            choices=tuple(_choice(code, label) for code, label in _GROUPS.items()),
            deadlines=deadlines if deadline else (),
            settings=tuple(_setting(key, value) for key, value in settings.items()),
            **empty,
        )

    return make


@pytest.fixture
def programme(make_programme: Callable[..., Programme]) -> Programme:
    return make_programme()


def _table(sheet: str, rows: list[dict[str, Any]]) -> Table:
    keys = [key for key, *_ in _SHEETS[sheet][2]]
    return Table(
        sheet=sheet,
        title=f"{sheet} (1)",
        letters={key: "ABCDEFGH"[at] for at, key in enumerate(keys)},
        rows=[6 + at for at in range(len(rows))],
        columns={key: [row.get(key) for row in rows] for key in keys},
    )


@pytest.fixture
def make_form() -> Callable[..., CheckedForm]:
    """``make_form("a.xlsx", "A", Ca_nhan=[{"ho_ten": …}])``; ``Don_vi`` defaults to the unit."""

    def make(file: str, unit: str = "", **given: Any) -> CheckedForm:
        facts = {key: given.pop(key) for key in _FACTS & given.keys()}
        name = facts.pop("name", f"Đơn vị {unit}" if unit else None)
        given.setdefault(
            "Don_vi", [{"ma_dv": unit or None, "ten_dv": name, "ngay_nop": facts.get("received")}]
        )
        tables = {sheet: _table(sheet, rows) for sheet, rows in given.items()}
        facts.setdefault("sha256", f"sha-{file}")
        return CheckedForm(file=file, size=1, unit=unit, tables=tables, **facts)

    return make


@pytest.fixture
def make_unit() -> Callable[..., RosterUnit]:
    def make(code: str, **given: Any) -> RosterUnit:
        return RosterUnit(code=code, name=given.pop("name", f"Đơn vị {code}"), **given)

    return make
