"""Forms given as raw tables, without a workbook: what the checks see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from emubatch.checks import check
from emubatch.model import CheckedForm, Finding, RawTable, Submission
from emubatch.programme.load import load
from emubatch.programme.tables import Programme
from emubatch.xl.address import column_letters

Records = Sequence[Mapping[str, Any]]

UNIT = {
    "ma_dv": "SCT-VP",
    "ten_dv": "Văn phòng Sở",
    "nhom": "Cơ quan Sở",
    "so_cbccvc": 12.0,
    "so_nld": 3.0,
    "ngay_nop": "15/07/2020",
}


@pytest.fixture(scope="session")
def models() -> Programme:
    return load("bacgiang-models-2020")


@pytest.fixture(scope="session")
def scorecard() -> Programme:
    return load("bacgiang-scorecard-2017")


def raw_table(programme: Programme, sheet: str, records: Records, first_row: int = 4) -> RawTable:
    """A raw table with every column of the form, in form order from column A."""
    fields = programme.fields_of[sheet]
    return RawTable(
        sheet=sheet,
        title=sheet,
        header_row=first_row - 1,
        letters={f.key: column_letters(n) for n, f in enumerate(fields, 1)},
        rows=[first_row + n for n in range(len(records))],
        columns={f.key: [record.get(f.key) for record in records] for f in fields},
    )


@pytest.fixture
def checked(models: Programme) -> Callable[..., CheckedForm]:
    """Checks records: ``checked(Ca_nhan=[…], programme=…)``; the unit sheet is there already."""

    def checked(programme: Programme | None = None, **sheets: Records) -> CheckedForm:
        programme = programme or models
        known = {f.key for f in programme.fields_of["Don_vi"]}
        unit = [{key: value for key, value in UNIT.items() if key in known}]
        if programme.id != models.id:
            unit = [{**unit[0], "nhom": "KHOI", "ngay_nop": "11/12/2017"}]
        shown = {"Don_vi": unit, **sheets}
        return check(
            Submission(
                file="form.xlsx",
                sha256="0" * 64,
                size=1,
                tables={key: raw_table(programme, key, rows) for key, rows in shown.items()},
            ),
            programme,
        )

    return checked


@pytest.fixture
def one() -> Callable[[CheckedForm, str], Finding]:
    """The only finding of a code."""

    def one(form: CheckedForm, code: str) -> Finding:
        (found,) = [finding for finding in form.findings if finding.code == code]
        return found

    return one
