"""Rows as clerks fill them in: one finding for one cause, and none where nothing is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emubatch.messages import render
from emubatch.model import CheckedForm, Finding
from emubatch.programme.tables import Programme

Checked = Callable[..., CheckedForm]
One = Callable[[CheckedForm, str], Finding]

PERSON: dict[str, Any] = {
    "ho_ten": "Nguyễn Văn An",
    "nam_sinh": 1980.0,
    "chuc_vu": "Chuyên viên",
    "cap_vi_tri": "CBCCVC",
    "doi_tuong": "Công chức",
    "de_nghi": "GK_GDS",
    "tom_tat": "tốt",
}
COLLECTIVE = {"ten_tt": "Văn phòng", "nhom_phan_bo": "Cơ quan Sở", "de_nghi": "GK_GDS"}
AWARD: dict[str, Any] = {
    "loai": "CN",
    "ten": "Nguyễn Văn An",
    "ma_kt": "LDTT",
    "nam": 2018.0,
    "nguoi_ky": "GD_SO",
    "so_qd": "12/QĐ-SCT",
    "ngay_qd": "15/01/2019",
}
CLEAN = {"loai": "CN", "ten": "Nguyễn Văn An", "khong_co": "có"}


def codes(form: CheckedForm) -> list[str]:
    return [finding.code for finding in form.findings]


def test_one_row_for_a_title_of_several_years(checked: Checked, one: One) -> None:
    rows = [
        {**AWARD, "nam": "2015–2019"},
        {**AWARD, "ma_kt": "BK_TINH", "nguoi_ky": "CT_UBND_TINH"},
    ]
    rows[1]["nam"] = "2015-2019"
    found = one(checked(Ca_nhan=[PERSON], Thanh_tich=rows, Ky_luat=[CLEAN]), "E316")
    assert (found.cell, found.field) == ("E4", "nam")
    assert "mỗi năm một dòng" in render(found, "vi")


@pytest.mark.parametrize(
    ("title", "kind"), [("TTLDTT", "tập thể"), ("CO_TINH", "tập thể"), ("LDTT", "cá nhân")]
)
def test_a_title_of_the_other_kind(checked: Checked, one: One, title: str, kind: str) -> None:
    person = kind == "tập thể"
    row = {**AWARD, "ma_kt": title, "nguoi_ky": "CT_UBND_TINH"}
    row |= {"loai": "CN", "ten": "Nguyễn Văn An"} if person else {"loai": "TT", "ten": "Văn phòng"}
    form = checked(Tap_the=[COLLECTIVE], Ca_nhan=[PERSON], Thanh_tich=[row], Ky_luat=[CLEAN])
    found = one(form, "E317")
    assert found.cell == "D4"
    assert f"danh hiệu của {kind}" in render(found, "vi")


def test_no_title_is_a_statement_of_either_kind(checked: Checked) -> None:
    rows = [
        {"loai": "CN", "ten": "Nguyễn Văn An", "ma_kt": "KHONG", "nam": 2018.0},
        {"loai": "TT", "ten": "Văn phòng", "ma_kt": "KHONG", "nam": 2018.0},
    ]
    form = checked(Tap_the=[COLLECTIVE], Ca_nhan=[PERSON], Thanh_tich=rows, Ky_luat=[CLEAN])
    assert codes(form) == []


def test_rows_that_differ_in_what_was_not_understood_are_not_repeated(checked: Checked) -> None:
    rating = {"loai": "CN", "ten": "Nguyễn Văn An", "muc": "HTT"}
    rows = [{**rating, "nam": "2o18"}, {**rating, "nam": "2o19"}, {**rating, "nam": "2o18"}]
    form = checked(Ca_nhan=[PERSON], Xep_loai=rows, Ky_luat=[CLEAN])
    assert codes(form) == ["E207", "E207", "W404", "E207"]


def test_no_to_no_discipline_is_asked_about_once(checked: Checked, one: One) -> None:
    row = {"loai": "CN", "ten": "Nguyễn Văn An", "khong_co": "Không"}
    form = checked(Ca_nhan=[PERSON], Ky_luat=[row])
    assert codes(form) == ["E318"]
    found = one(form, "E318")
    assert found.cell == "D4"
    assert "ghi «có» ở ô này" in render(found, "vi")
    assert "«Hệ», «Hình thức», «Ngày QĐ»" in render(found, "vi")


def test_a_discipline_half_stated_is_asked_cell_by_cell(checked: Checked) -> None:
    row = {"loai": "CN", "ten": "Nguyễn Văn An", "khong_co": "không", "he": "DANG"}
    assert codes(checked(Ca_nhan=[PERSON], Ky_luat=[row])) == ["E201", "E201"]


def test_a_person_listed_twice_is_the_only_cause(checked: Checked) -> None:
    form = checked(Ca_nhan=[PERSON, dict(PERSON)], Thanh_tich=[AWARD], Ky_luat=[CLEAN])
    assert codes(form) == ["E307"]


def test_years_as_other_programs_write_them(checked: Checked) -> None:
    rows = [{**AWARD, "nam": text} for text in ("2015.0", "2016,0", " 2017 ")]
    form = checked(Ca_nhan=[PERSON], Thanh_tich=rows, Ky_luat=[CLEAN])
    assert form.tables["Thanh_tich"].columns["nam"] == ["2015", "2016", "2017"]
    assert codes(form) == ["N202", "N202"]


# --- scorecard -----------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["b: đạt chỉ tiêu", "b. Đạt chỉ tiêu", "B) đạt chỉ tiêu"])
def test_a_level_as_our_messages_write_it(
    checked: Checked, scorecard: Programme, typed: str
) -> None:
    rows = [{"ma_tc": "I.1", "muc": typed}]
    form = checked(scorecard, Cham_diem=rows)
    assert form.tables["Cham_diem"].columns["muc"] == ["b"]
    assert "E603" not in codes(form)


def test_a_code_without_its_dot(checked: Checked, one: One, scorecard: Programme) -> None:
    rows = [{"ma_tc": "II7", "muc": "a"}, {"ma_tc": "iii.4 A", "muc": "a"}, {"ma_tc": "II77"}]
    form = checked(scorecard, Cham_diem=rows)
    assert form.tables["Cham_diem"].columns["ma_tc"] == ["II.7", "III.4a", None]
    assert one(form, "E601").value == "II77"


def test_a_sheet_of_discipline_that_was_deleted_is_asked_for(checked: Checked, one: One) -> None:
    form = checked(Ca_nhan=[PERSON], Thanh_tich=[AWARD])
    assert codes(form) == ["W407"]
    found = one(form, "W407")
    assert (found.sheet, found.cell) == ("Ky_luat", "")
    assert "«Không có kỷ luật»" in render(found, "vi")
    assert codes(checked(Tap_the=[COLLECTIVE], Ca_nhan=[])) == []


def test_a_date_outside_its_limits_is_early_or_late(checked: Checked, one: One) -> None:
    row = {**PERSON, "ngay_vao": "01/01/2030", "ngay_sinh": "01/01/1920", "nam_sinh": None}
    form = checked(Ca_nhan=[row], Ky_luat=[CLEAN])
    assert "01/01/1920 sớm hơn" in render(one(form, "E218"), "vi")
    assert "01/01/2030 muộn hơn" in render(one(form, "E219"), "vi")
