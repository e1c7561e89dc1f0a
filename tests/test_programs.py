"""The fixtures that call external programs notice what those programs would pass over."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter


def _workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Bảng điểm")
        sheet.write_row(0, 0, ["Chỉ tiêu", 950, 35])
        sheet.write_formula("D1", "=B1+C1", value=1)
    return path


def test_conversion_keeps_values(tmp_path: Path, libreoffice: Any) -> None:
    again = libreoffice(_workbook(tmp_path / "a.xlsx"), "xlsx", tmp_path / "out")
    sheet = openpyxl.load_workbook(again, data_only=True)["Bảng điểm"]
    assert [cell.value for cell in sheet[1]] == ["Chỉ tiêu", 950, 35, 1]


def test_recalculation_replaces_a_stale_value(
    tmp_path: Path, libreoffice_recalculating: Any
) -> None:
    again = libreoffice_recalculating(_workbook(tmp_path / "a.xlsx"), "xlsx", tmp_path / "out")
    assert openpyxl.load_workbook(again, data_only=True).worksheets[0]["D1"].value == 985


def test_a_file_that_does_not_load_is_noticed(tmp_path: Path, libreoffice: Any) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(_workbook(tmp_path / "a.xlsx").read_bytes()[:900])
    with pytest.raises(AssertionError, match=r"could not load: broken\.xlsx"):
        libreoffice(broken, "pdf", tmp_path / "out")


def test_validator_names_the_broken_part(
    tmp_path: Path, ooxml_validator: Callable[[Path], list[str]]
) -> None:
    good = _workbook(tmp_path / "a.xlsx")
    bad = tmp_path / "bad.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'<c r="B1"', b'<c r="B1" s="999"'))
    assert ooxml_validator(good) == []
    assert any("sheet1.xml" in error for error in ooxml_validator(bad))
