""" "Bảng điểm": stored values are ours, LibreOffice finds the same, and a changed level counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from emubatch.model import MonthResult
from emubatch.reports.workbook import write_result

SHEET = "Bảng điểm"
Values = dict[tuple[str, str], Any]


@pytest.fixture()
def path(tmp_path: Path, result: MonthResult) -> Path:
    write_result(tmp_path / "ket-qua.xlsx", result, "vi")
    return tmp_path / "ket-qua.xlsx"


def values(path: Path) -> Values:
    """(sheet, cell) -> value, formulas by their stored result; an empty text is no value."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        (name, cell.coordinate): cell.value
        for name in (SHEET, "Tổng quan")
        for row in book[name].iter_rows()
        for cell in row
        if cell.value not in (None, "")
    }


def rows(sheet: Worksheet) -> dict[tuple[str, str], int]:
    """(unit, criterion) -> row number; the unit's heading holds its code, its total has none."""
    found, unit = {}, ""
    headings = [c.value for c in next(r for r in sheet.iter_rows() if r[0].value == "Kết luận")]
    assert headings[1] == "Mã tiêu chí"
    top = next(c.row for c in sheet["A"] if c.value == "Kết luận")
    for row in range(top + 1, sheet.max_row + 1):
        code, mark = sheet.cell(row, 2).value, sheet.cell(row, 1).value
        if not mark and code:
            unit = str(code)
        elif mark:
            found[unit, str(code or "TOTAL")] = row
    return found


def test_stored_results_are_those_of_the_rules(path: Path, result: MonthResult) -> None:
    sheet = openpyxl.load_workbook(path, data_only=True)[SHEET]
    at, scores = rows(sheet), result.scores
    assert scores is not None
    assert set(at) == set(zip(scores["unit"], scores["criterion"], strict=True))
    for score in scores.to_dict("records"):
        row = at[score["unit"], score["criterion"]]
        for col, name in ((12, "bonus"), (13, "penalty"), (14, "total")):
            shown = sheet.cell(row, col).value
            expected = score[name] if score[name] == score[name] else None
            assert (shown or None) == (expected or None), (score["unit"], score["criterion"], name)


def test_libreoffice_calculates_the_same(
    tmp_path: Path, path: Path, libreoffice_recalculating: Callable[..., Path]
) -> None:
    again = values(libreoffice_recalculating(path, "xlsx", tmp_path / "out"))
    stored = values(path)
    assert {key: value for key, value in stored.items() if again.get(key) != value} == {}
    assert set(again) == set(stored)


def changed(path: Path, changes: dict[tuple[str, str], tuple[int, Any]]) -> Path:
    """The workbook as a council member saves it after choosing other values."""
    book = openpyxl.load_workbook(path)
    at = rows(openpyxl.load_workbook(path, data_only=True)[SHEET])
    for key, (col, value) in changes.items():
        book[SHEET].cell(at[key], col).value = value
    target = path.with_name("doi.xlsx")
    book.save(target)
    return target


def test_a_changed_level_changes_row_section_total_and_rank(
    tmp_path: Path, path: Path, libreoffice_recalculating: Callable[..., Path]
) -> None:
    level, fact, exceed = 6, 7, 9
    edited = changed(
        path,
        {
            ("VP", "I.5"): (level, "Cấp tỉnh, bộ"),  # 18 -> 20
            ("VP", "I.3b"): (fact, 3),  # 30 -> 20
            ("VP", "I.1"): (exceed, 4),  # bonus 10 -> 4
            ("DN01", "I.5"): (level, "Đến 4 cấp cơ sở"),  # was to be reviewed -> 16
        },
    )
    book = openpyxl.load_workbook(
        libreoffice_recalculating(edited, "xlsx", tmp_path / "out"), data_only=True
    )
    sheet = book[SHEET]
    at = rows(sheet)

    def total(unit: str, code: str) -> Any:
        return sheet.cell(at[unit, code], 14).value

    assert (total("VP", "I.5"), total("VP", "I.3b"), total("VP", "I.3")) == (20, 20, 20)
    assert (total("VP", "I.1"), total("VP", "I"), total("VP", "TOTAL")) == (104, 144, 164)
    assert (total("DN01", "I"), total("DN01", "TOTAL")) == (159, 159)
    assert sheet.cell(at["DN01", "I.5"], 1).value == "✓ ĐÃ CHẤM"
    first = [row for row in book["Tổng quan"].iter_rows(values_only=True) if row[0] == "DN01"]
    assert first[0][4:6] == (159, 2)  # total and rank


def test_a_level_taken_away_empties_the_sums(
    tmp_path: Path, path: Path, libreoffice_recalculating: Callable[..., Path]
) -> None:
    edited = changed(path, {("VP", "I.5"): (6, None)})
    again = libreoffice_recalculating(edited, "xlsx", tmp_path / "out")
    sheet = openpyxl.load_workbook(again, data_only=True)[SHEET]
    at = rows(sheet)
    shown = [sheet.cell(at["VP", code], 14).value or "" for code in ("I.5", "I", "II", "TOTAL")]
    assert shown == ["", "", 20, ""]
    assert sheet.cell(at["VP", "I"], 1).value == "? CẦN XEM XÉT"


def test_levels_are_chosen_by_defined_name(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    lists = {
        str(cells): rule.formula1
        for rule in book[SHEET].data_validations.dataValidation
        for cells in rule.sqref.ranges
    }
    at = rows(openpyxl.load_workbook(path, data_only=True)[SHEET])
    assert lists[f"F{at['VP', 'I.5']}"] == "muc_I_5"
    name = book.defined_names["muc_I_5"].attr_text
    sheet, cells = name.split("!")
    found = [cell.value for (cell,) in book[sheet.strip("'")][cells.replace("$", "")]]
    assert found == ["Cấp tỉnh, bộ", "Từ 5 cấp cơ sở", "Đến 4 cấp cơ sở"]
    assert book["_muc"].sheet_state == "hidden"
