"""Contradictions between the forms of two units."""

from __future__ import annotations

from typing import Any

import pytest

from emubatch.checks import check
from emubatch.checks.across import across_units
from emubatch.merge import merge
from emubatch.messages import render
from emubatch.model import CheckedForm, Finding, RawTable, Submission
from emubatch.programme.load import load
from emubatch.xl.address import column_letters

PROGRAMME = load("bacgiang-models-2020")


def form(unit: str, **sheets: list[dict[str, Any]]) -> CheckedForm:
    stated = {"ma_dv": unit, "ten_dv": unit, "nhom": "CO_QUAN_SO", "so_cbccvc": 1.0, "so_nld": 0.0}
    tables = {}
    for key, records in {"Don_vi": [stated], **sheets}.items():
        fields = PROGRAMME.fields_of[key]
        tables[key] = RawTable(
            key,
            key,
            3,
            {f.key: column_letters(n) for n, f in enumerate(fields, 1)},
            [4 + n for n in range(len(records))],
            {f.key: [record.get(f.key) for record in records] for f in fields},
        )
    return check(Submission(f"{unit}.xlsx", unit.lower() * 8, 1, tables=tables), PROGRAMME)


def person(name: str = "Nguyễn Văn Hoà", **more: Any) -> dict[str, Any]:
    return {"ho_ten": name, "nam_sinh": 1980.0, **more}


def award(
    number: str, date: str, by: str = "CT_UBND_TINH", what: str = "BK_TINH"
) -> dict[str, Any]:
    return {
        "loai": "CN",
        "ten": "Nguyễn Văn Hoà",
        "ma_kt": what,
        "nam": float(date[-4:]),
        "nguoi_ky": by,
        "so_qd": number,
        "ngay_qd": date,
    }


def across(*forms: CheckedForm) -> list[Finding]:
    return across_units(merge(list(forms), None, PROGRAMME, "2020-07-31"), PROGRAMME)


def test_one_staff_code_in_two_units_tells_both() -> None:
    one = form("A", Ca_nhan=[person("Lê An", ma_cb="CB9"), person(ma_cb="CB1")])
    two = form("B", Ca_nhan=[person("NGUYỄN VĂN HÒA", ma_cb="cb1", nam_sinh=None)])
    found = across(one, two)
    assert [(f.code, f.unit, f.file, f.sheet, f.cell) for f in found] == [
        ("W501", "A", "A.xlsx", "Ca_nhan", "A5"),
        ("W501", "B", "B.xlsx", "Ca_nhan", "A4"),
    ]
    assert "B.xlsx Ca_nhan!A4" in render(found[0])


def test_one_name_and_year_of_birth_in_two_units() -> None:
    found = across(form("A", Ca_nhan=[person()]), form("B", Ca_nhan=[person("Nguyễn Văn Hòa")]))
    assert [(f.code, f.unit, f.value) for f in found] == [
        ("W502", "A", "1980"),
        ("W502", "B", "1980"),
    ]


@pytest.mark.parametrize(
    "other",
    [
        person(nam_sinh=1981.0),
        person(nam_sinh=None),
        person("Nguyễn Văn Hoa"),
        person("Trần Văn Hoà", ma_cb="CB1"),
    ],
)
def test_a_name_or_a_code_alone_is_not_one_person(other: dict[str, Any]) -> None:
    assert across(form("A", Ca_nhan=[person(ma_cb="CB1")]), form("B", Ca_nhan=[other])) == []


def test_two_people_of_one_unit_are_not_our_matter() -> None:
    assert across(form("A", Ca_nhan=[person(), person()])) == []


def test_a_decision_with_two_dates_is_told_where_it_is_the_odd_one() -> None:
    right = award("123/QĐ-UBND", "12/02/2019")
    forms = [form(u, Ca_nhan=[person()], Thanh_tich=[right]) for u in "AB"]
    wrong = form("C", Ca_nhan=[person()], Thanh_tich=[award("123/qđ-ubnd", "21/02/2019")])
    (found,) = [f for f in across(*forms, wrong) if f.code != "W502"]
    assert (found.code, found.unit, found.cell) == ("W503", "C", "G4")
    assert "21/02/2019 ở đây nhưng ngày 12/02/2019 ở A.xlsx Thanh_tich!G4" in render(found)


def test_a_decision_for_two_forms_of_commendation() -> None:
    one = form("A", Ca_nhan=[person()], Thanh_tich=[award("9/QĐ-UBND", "12/02/2019")])
    two = form(
        "B", Ca_nhan=[person("Lê B")], Thanh_tich=[award("9/QĐ-UBND", "12/02/2019", what="HC")]
    )
    (found,) = across(one, two)
    assert (found.code, found.unit) == ("W504", "B")


@pytest.mark.parametrize(
    "other",
    [
        award("123/QĐ-UBND", "12/02/2019"),  # many people share a decision
        award("123/QĐ-UBND", "12/02/2018"),  # numbers start anew each year
        award("123/QĐ-UBND", "12/02/2019", what="CSTD_TINH"),  # titles and forms go together
        award("123/QĐ-UBND", "15/03/2019", by="THU_TUONG"),
        award("124/QĐ-UBND", "15/03/2019"),
    ],
)
def test_decisions_that_do_not_contradict(other: dict[str, Any]) -> None:
    one = form("A", Ca_nhan=[person()], Thanh_tich=[award("123/QĐ-UBND", "12/02/2019")])
    assert across(one, form("B", Ca_nhan=[person("Lê B")], Thanh_tich=[other])) == []


def test_enterprises_number_their_decisions_each_for_itself() -> None:
    def own(unit: str, date: str) -> CheckedForm:
        row = award("5/QĐ-CT", date, by="DOANH_NGHIEP", what="GK_DN")
        return form(unit, Ca_nhan=[person(f"Lê {unit}")], Thanh_tich=[row])

    assert across(own("A", "12/02/2019"), own("B", "15/03/2019")) == []


def test_a_bare_number_belongs_to_no_series() -> None:
    forms = [
        form(u, Ca_nhan=[person(f"Lê {u}")], Thanh_tich=[award("123", date)])
        for u, date in (("A", "12/02/2019"), ("B", "15/03/2019"))
    ]
    assert across(*forms) == []
