"""Forms written cell by cell, as people send them, and read by the programme they belong to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from emubatch.intake import inbox_file, read
from emubatch.model import Finding, Submission
from emubatch.programme.load import load
from emubatch.programme.tables import Programme

Rows = Sequence[Sequence[Any]]
Extra = Callable[[xlsxwriter.Workbook], None]

UNIT = ["Mã đơn vị", "Tên đơn vị", "Nhóm", "Số CBCCVC", "Số NLĐ"]
UNIT_ROWS: Rows = [UNIT, ["SCT-VP", "Văn phòng Sở", "Cơ quan Sở", 12, 3]]


@pytest.fixture(scope="session")
def models() -> Programme:
    return load("bacgiang-models-2020")


@pytest.fixture(scope="session")
def scorecard() -> Programme:
    return load("bacgiang-scorecard-2017")


def write_book(path: Path, sheets: Mapping[str, Rows], extra: Extra | None = None) -> None:
    """Writes rows to sheets; ``None`` is an empty cell, text is never made a formula."""
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value is not None:
                        sheet.write(number, column, value)
        if extra:
            extra(book)


@pytest.fixture
def submit(tmp_path: Path, models: Programme) -> Callable[..., Submission]:
    """Writes a form and reads it: ``submit({"Ca_nhan": rows}, extra=…, programme=…)``."""

    def submit(
        sheets: Mapping[str, Rows],
        extra: Extra | None = None,
        programme: Programme | None = None,
        unit: bool = True,
    ) -> Submission:
        path = tmp_path / "form.xlsx"
        shown = {"Don_vi": UNIT_ROWS, **sheets} if unit else sheets
        write_book(path, shown, extra)
        return read(inbox_file(path), programme or models)

    return submit


@pytest.fixture
def found() -> Callable[[Submission, str], list[Finding]]:
    """The findings of a code."""

    def found(submission: Submission, code: str) -> list[Finding]:
        return [one for one in submission.findings if one.code == code]

    return found
