"""Forms as clerks see them: guidance that fits, colours that accuse nobody."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from emubatch.messages import finding
from emubatch.programme.load import load
from emubatch.xl.form import write_form
from emubatch.xl.form_layout import lay_out

MODELS = load("bacgiang-models-2020")
SCORECARD = load("bacgiang-scorecard-2017")
AWARD = {"loai": "CN", "ten": "Nguyễn Văn An", "ma_kt": "CSTĐ cơ sở", "nam": 2018}


def guide(path: Path) -> str:
    sheet = openpyxl.load_workbook(path)["Hướng dẫn"]
    return " ".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value)


@pytest.mark.parametrize(("programme", "named"), [(MODELS, True), (SCORECARD, False)])
def test_names_are_spoken_of_only_where_there_are_names(
    tmp_path: Path, programme: object, named: bool
) -> None:
    write_form(tmp_path / "form.xlsx", programme)  # type: ignore[arg-type]
    text = guide(tmp_path / "form.xlsx")
    assert ("phải viết đúng như ở trang Ca_nhan, Tap_the. Không đổi tên trang" in text) is named
    assert "Không đổi tên trang" in text


def test_a_spelling_that_is_understood_is_known_to_a_returned_form(tmp_path: Path) -> None:
    found = [
        finding("E201", sheet="Thanh_tich", cell="F4", field="nguoi_ky", header="Cấp/người ký")
    ]
    write_form(tmp_path / "returned.xlsx", MODELS, values={"Thanh_tich": [AWARD]}, findings=found)
    write_form(tmp_path / "blank.xlsx", MODELS)
    for name, known in (("returned", True), ("blank", False)):
        book = openpyxl.load_workbook(tmp_path / f"{name}.xlsx")
        sheet, area = book.defined_names["c_ma_kt"].attr_text.rsplit("!", 1)
        cells = book[sheet.strip("'")][area.replace("$", "")]
        assert ("CSTĐ cơ sở" in [row[0].value for row in cells]) is known


def test_a_blank_required_cell_has_the_colour_of_an_error_in_a_returned_form(
    tmp_path: Path,
) -> None:
    found = [
        finding("E201", sheet="Thanh_tich", cell="F4", field="nguoi_ky", header="Cấp/người ký")
    ]
    write_form(tmp_path / "form.xlsx", MODELS, values={"Thanh_tich": [AWARD]}, findings=found)
    sheet = openpyxl.load_workbook(tmp_path / "form.xlsx")["Thanh_tich"]
    shown = sheet["F4"].fill.fgColor.rgb
    colours = {
        rule.dxf.fill.bgColor.rgb
        for area, rules in sheet.conditional_formatting._cf_rules.items()
        for rule in rules
        if "F4" in area.sqref and rule.dxf and rule.dxf.fill
    }
    assert colours == {shown}


@pytest.mark.parametrize("code", ["ii.6 ", "II.6", "II 6"])
def test_a_criterion_typed_otherwise_does_not_come_back_twice(code: str) -> None:
    rows = [{"ma_tc": row.code, "muc": "a"} for row in SCORECARD.scorecard]
    at = [row["ma_tc"] for row in rows].index("II.6")
    rows[at]["ma_tc"] = code
    sheet = {s.sheet.key: s for s in lay_out(SCORECARD, "vi", None, {"Cham_diem": rows})}[
        "Cham_diem"
    ]
    assert len(sheet.records) == len(rows)
    assert list(sheet.places) == list(range(len(rows)))
