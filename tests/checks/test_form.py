"""What is found in one form: each code, at its cell, and not its consequences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emubatch.checks.order import MOST, MOST_NOTES, sorted_findings
from emubatch.messages import finding, render
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
    "de_nghi": "Giấy khen của Giám đốc Sở",
    "tom_tat": "Hoàn thành tốt nhiệm vụ",
}
BINH = {**PERSON, "ho_ten": "Trần Thị Bình"}
COLLECTIVE = {"ten_tt": "Văn phòng", "nhom_phan_bo": "Cơ quan Sở", "de_nghi": "GK_GDS"}
AWARD: dict[str, Any] = {
    "loai": "CN",
    "ten": "Nguyễn Văn An",
    "ma_kt": "CSTĐ cơ sở",
    "nam": 2018.0,
    "nguoi_ky": "Giám đốc Sở",
    "so_qd": "12/QĐ-SCT",
    "ngay_qd": "15/01/2019",
}
CLEAN = {"loai": "CN", "ten": "Nguyễn Văn An", "khong_co": "có"}
RATING = {"loai": "CN", "ten": "Nguyễn Văn An", "nam": 2018.0, "muc": "HTT"}
PERIOD = {"loai": "CN", "ten": "Nguyễn Văn An", "tu": "01/2015", "den": "12/2019"}


def codes(form: CheckedForm) -> list[str]:
    return [finding.code for finding in form.findings]


def params(finding: Finding) -> dict[str, str]:
    return dict(finding.params)


def test_a_clean_form_has_no_finding(checked: Checked) -> None:
    form = checked(Ca_nhan=[PERSON], Thanh_tich=[AWARD], Ky_luat=[CLEAN], Xep_loai=[RATING])
    assert codes(form) == []
    assert (form.unit, form.received) == ("SCT-VP", "2020-07-15")
    assert form.tables["Thanh_tich"].columns["ma_kt"] == ["CSTDCS"]
    assert form.tables["Thanh_tich"].columns["nam"] == ["2018"]
    assert form.tables["Ca_nhan"].columns["ma_cb"] == [None]


def test_findings_carry_unit_file_cell_field_and_value(checked: Checked, one: One) -> None:
    found = one(checked(Ca_nhan=[{**PERSON, "nam_sinh": "tám mươi"}], Ky_luat=[CLEAN]), "E207")
    assert (found.unit, found.file, found.sheet, found.cell) == (
        "SCT-VP",
        "form.xlsx",
        "Ca_nhan",
        "C4",
    )
    assert (found.field, found.value, found.severity) == ("nam_sinh", "tám mươi", "error")
    assert "«Năm sinh»: «tám mươi»" in render(found)
    assert "«Year of birth»" in render(found, "en")


def test_repairs_of_a_column_are_one_note(checked: Checked, one: One) -> None:
    people = [{**PERSON, "ho_ten": name} for name in ("Nguyễn Văn An ", " Lê  Hà", "Vũ Nga")]
    form = checked(Ca_nhan=people, Ky_luat=[{**CLEAN, "ten": n} for n in ("Nguyễn Văn An",)])
    note = one(form, "N201")
    assert (note.cell, params(note)["count"]) == ("A4", "2")
    assert form.tables["Ca_nhan"].columns["ho_ten"] == ["Nguyễn Văn An", "Lê Hà", "Vũ Nga"]


# --- required ------------------------------------------------------------------------------------


def test_a_required_cell_left_blank(checked: Checked, one: One) -> None:
    found = one(checked(Ca_nhan=[{**PERSON, "chuc_vu": " "}], Ky_luat=[CLEAN]), "E201")
    assert (found.cell, found.field) == ("E4", "chuc_vu")


def test_a_cell_not_understood_is_not_also_blank(checked: Checked) -> None:
    form = checked(Ca_nhan=[{**PERSON, "doi_tuong": "abc xyz"}], Ky_luat=[CLEAN])
    assert codes(form) == ["E209"]


def test_required_by_another_cell_says_why(checked: Checked) -> None:
    worker = {**PERSON, "doi_tuong": "CONG_NHAN", "cap_vi_tri": "CONG_NHAN"}
    form = checked(Ca_nhan=[worker], Ky_luat=[CLEAN])
    assert [(f.code, f.field) for f in form.findings] == [
        ("E201", "la_dvcd"),
        ("E201", "ngay_vao"),
    ]
    assert params(form.findings[0])["because"] == " vì «Đối tượng» là «Nhân viên, công nhân»"


def test_a_title_not_understood_hides_what_follows_from_it(checked: Checked) -> None:
    award = {"loai": "CN", "ten": "Nguyễn Văn An", "ma_kt": "xyz xyz", "nam": 2018.0}
    assert codes(checked(Ca_nhan=[PERSON], Thanh_tich=[award], Ky_luat=[CLEAN])) == ["E209"]


def test_no_title_needs_no_decision(checked: Checked) -> None:
    none = {"loai": "CN", "ten": "Nguyễn Văn An", "ma_kt": "không", "nam": 2018.0}
    assert codes(checked(Ca_nhan=[PERSON], Thanh_tich=[none], Ky_luat=[CLEAN])) == []


def test_one_of_two_answers_is_asked_for_once(checked: Checked, one: One) -> None:
    form = checked(Ca_nhan=[PERSON], Ky_luat=[{"loai": "CN", "ten": "Nguyễn Văn An"}])
    found = one(form, "E313")
    assert (found.field, found.cell) == ("khong_co", "D4")
    assert "«Hình thức»" in render(found)
    assert codes(form) == ["E313"]


# --- rows ----------------------------------------------------------------------------------------


def test_more_than_one_unit(checked: Checked, one: One) -> None:
    unit = {"ma_dv": "A", "ten_dv": "B", "nhom": "Cơ quan Sở", "so_cbccvc": 1.0, "so_nld": 0.0}
    form = checked(Don_vi=[unit, {**unit, "ma_dv": "C"}], Ca_nhan=[PERSON], Ky_luat=[CLEAN])
    assert one(form, "E304").cell == "A5"
    assert form.unit == "A"


def test_a_required_sheet_without_rows(checked: Checked, one: One) -> None:
    assert one(checked(Don_vi=[], Ca_nhan=[PERSON], Ky_luat=[CLEAN]), "E303").sheet == "Don_vi"


def test_a_form_that_nominates_nobody(checked: Checked, one: One) -> None:
    assert one(checked(Ca_nhan=[], Tap_the=[]), "W307").severity == "warning"


def test_an_end_before_its_start(checked: Checked, one: One) -> None:
    period = {**PERIOD, "den": "12/2014"}
    found = one(checked(Ca_nhan=[PERSON], Qua_trinh=[period], Ky_luat=[CLEAN]), "E309")
    assert (found.cell, found.value, params(found)["other"]) == ("E4", "12/2014", "01/2015")


@pytest.mark.parametrize("end", ["2015", "01/2015", "15/01/2015"])
def test_an_end_in_the_same_month_is_no_contradiction(checked: Checked, end: str) -> None:
    period = {**PERIOD, "den": end}
    assert codes(checked(Ca_nhan=[PERSON], Qua_trinh=[period], Ky_luat=[CLEAN])) == []


def test_a_part_above_its_whole(checked: Checked, one: One) -> None:
    found = one(checked(Tap_the=[{**COLLECTIVE, "si_so": 10.0, "so_ldtt": 11.0}]), "E314")
    assert (found.field, found.value, params(found)["other"]) == ("so_ldtt", "11", "10")


def test_a_day_and_a_year_of_birth_that_differ(checked: Checked, one: One) -> None:
    found = one(checked(Ca_nhan=[{**PERSON, "ngay_sinh": "05/12/1984"}], Ky_luat=[CLEAN]), "E308")
    assert (found.cell, params(found)["other"]) == ("B4", "1980")


def test_a_form_that_this_issuer_cannot_sign(checked: Checked, one: One) -> None:
    award = {**AWARD, "ma_kt": "BK_TINH"}
    found = one(checked(Ca_nhan=[PERSON], Thanh_tich=[award], Ky_luat=[CLEAN]), "E310")
    assert (found.field, params(found)["issuer"]) == ("nguoi_ky", "Giám đốc Sở")
    assert "«Chủ tịch UBND tỉnh»" in render(found)


def test_a_decision_before_the_year_of_the_achievement(checked: Checked, one: One) -> None:
    award = {**AWARD, "ngay_qd": "15/01/2017"}
    found = one(checked(Ca_nhan=[PERSON], Thanh_tich=[award], Ky_luat=[CLEAN]), "W308")
    assert (found.field, params(found)["other"]) == ("ngay_qd", "2018")


# --- nominees ------------------------------------------------------------------------------------


def test_the_same_person_twice(checked: Checked, one: One) -> None:
    again = {**PERSON, "ho_ten": "NGUYỄN VĂN AN"}
    found = one(checked(Ca_nhan=[PERSON, again], Ky_luat=[CLEAN]), "E307")
    assert (found.cell, params(found)["other"]) == ("A5", "A4")


def test_namesakes_are_told_apart_by_birth_or_code(checked: Checked) -> None:
    other = {**PERSON, "nam_sinh": 1990.0}
    form = checked(Ca_nhan=[PERSON, other], Ky_luat=[])
    assert codes(form) == ["W304", "W407"]
    coded = [{**PERSON, "ma_cb": "CB1"}, {**PERSON, "ma_cb": "CB2"}]
    assert codes(checked(Ca_nhan=coded, Ky_luat=[])) == ["W407"]


def test_one_code_for_two_people(checked: Checked, one: One) -> None:
    coded = [{**PERSON, "ma_cb": "CB1"}, {**BINH, "ma_cb": "cb1"}]
    found = one(checked(Ca_nhan=coded), "E315")
    assert (found.cell, params(found)["other"]) == ("D5", "Ca_nhan!D4")


def test_rows_of_somebody_who_is_not_nominated(checked: Checked, one: One) -> None:
    awards = [AWARD, *({**AWARD, "ten": "Nguyễn Văn Ân", "nam": y} for y in (2016.0, 2017.0))]
    found = one(checked(Ca_nhan=[PERSON], Thanh_tich=awards, Ky_luat=[CLEAN]), "E401")
    assert (found.cell, found.value, params(found)["rows"]) == ("B5", "Nguyễn Văn Ân", "5, 6")
    assert "«Nguyễn Văn An»" in render(found)


def test_rows_about_people_though_the_list_is_empty_have_one_cause(
    checked: Checked, one: One
) -> None:
    awards = [AWARD, {**AWARD, "ten": "Lê Hà"}, {**AWARD, "ten": "LÊ HÀ", "nam": 2016.0}]
    form = checked(Ca_nhan=[], Tap_the=[COLLECTIVE], Thanh_tich=awards, Ky_luat=[CLEAN])
    assert codes(form) == ["E406"]
    assert params(one(form, "E406")) == {
        "title": "Ca_nhan",
        "count": "2",
        "names": "«Nguyễn Văn An», «Lê Hà»",
    }


def test_rows_of_one_of_two_namesakes(checked: Checked, one: One) -> None:
    people = [{**PERSON, "ma_cb": "CB1"}, {**PERSON, "ma_cb": "CB2"}]
    form = checked(Ca_nhan=people, Thanh_tich=[AWARD, {**AWARD, "ma_cb": "CB2"}], Ky_luat=[CLEAN])
    found = [f for f in form.findings if f.code == "E402"]
    assert [(f.sheet, f.cell) for f in found] == [("Thanh_tich", "B4"), ("Ky_luat", "B4")]


def test_a_person_given_as_a_collective(checked: Checked, one: One) -> None:
    found = one(
        checked(Ca_nhan=[PERSON], Thanh_tich=[{**AWARD, "loai": "Tập thể"}], Ky_luat=[CLEAN]),
        "E403",
    )
    assert found.field == "loai"
    assert "là cá nhân trong danh sách, nhưng dòng 4 ghi là tập thể" in render(found)


def test_a_code_that_is_not_the_person_s(checked: Checked, one: One) -> None:
    form = checked(
        Ca_nhan=[{**PERSON, "ma_cb": "CB1"}],
        Thanh_tich=[{**AWARD, "ma_cb": "CB9"}],
        Ky_luat=[CLEAN],
    )
    found = one(form, "E404")
    assert (found.cell, found.value) == ("C4", "CB9")
    assert "«CB1»" in render(found)


def test_papers_of_the_unit_need_no_nominee(checked: Checked) -> None:
    papers = [
        {"loai_gt": "Tờ trình", "co": "có"},
        {"ten": "Văn phòng Sở", "loai_gt": "Biên bản", "co": "có"},
    ]
    assert codes(checked(Ca_nhan=[PERSON], Ho_so=papers, Ky_luat=[CLEAN])) == []


# --- detail rows ---------------------------------------------------------------------------------


def test_a_repeated_row(checked: Checked, one: One) -> None:
    form = checked(Ca_nhan=[PERSON], Thanh_tich=[AWARD, dict(AWARD)], Ky_luat=[CLEAN])
    found = one(form, "W404")
    assert (found.cell, params(found)["other"]) == ("B5", "B4")


def test_two_ratings_of_one_year(checked: Checked, one: One) -> None:
    ratings = [RATING, {**RATING, "muc": "HTXS"}]
    found = one(checked(Ca_nhan=[PERSON], Xep_loai=ratings, Ky_luat=[CLEAN]), "E405")
    assert (found.cell, params(found)["year"], params(found)["other"]) == ("E5", "2018", "E4")


def test_no_title_and_a_title_in_one_year(checked: Checked, one: One) -> None:
    none = {"loai": "CN", "ten": "Nguyễn Văn An", "ma_kt": "KHONG", "nam": 2018.0}
    form = checked(Ca_nhan=[PERSON], Thanh_tich=[AWARD, none], Ky_luat=[CLEAN])
    assert params(one(form, "W406"))["other"] == "D4"


def test_no_discipline_and_a_discipline(checked: Checked, one: One) -> None:
    rows = [
        CLEAN,
        {
            "loai": "CN",
            "ten": "Nguyễn Văn An",
            "he": "CHINH_QUYEN",
            "hinh_thuc": "KHIEN_TRACH",
            "ngay_qd": "01/02/2018",
        },
    ]
    found = one(checked(Ca_nhan=[PERSON], Ky_luat=rows), "E311")
    assert (found.cell, params(found)["other"]) == ("F5", "D4")


def test_nothing_stated_about_discipline(checked: Checked, one: One) -> None:
    found = one(checked(Ca_nhan=[PERSON, BINH], Ky_luat=[CLEAN]), "W405")
    assert (found.sheet, found.cell, params(found)["name"]) == ("Ca_nhan", "A5", "Trần Thị Bình")


# --- scorecard and indicators --------------------------------------------------------------------


def leaves(programme: Programme, **changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Every criterion with its first level chosen; ``changes`` by code, dots as underscores."""
    rows = []
    for row in programme.scorecard:
        options = programme.options_of.get(row.code, ())
        level = {"muc": options[0].option} if row.kind == "leaf" and options else {}
        rows.append({"ma_tc": row.code, **level, **changes.get(row.code.replace(".", "_"), {})})
    return rows


def test_a_whole_scorecard_is_clean(checked: Checked, scorecard: Programme) -> None:
    form = checked(scorecard, Cham_diem=leaves(scorecard), Chi_tieu=[])
    assert codes(form) == []


@pytest.mark.parametrize("typed", ["b", "B", "mức b", "đạt chỉ tiêu"])
def test_levels_by_letter_or_label(checked: Checked, scorecard: Programme, typed: str) -> None:
    form = checked(scorecard, Cham_diem=leaves(scorecard, I_1={"muc": typed}))
    assert form.tables["Cham_diem"].columns["muc"][1] == "b"
    assert codes(form) == []


def test_scorecard_findings(checked: Checked, one: One, scorecard: Programme) -> None:
    rows = leaves(
        scorecard,
        I_1={"muc": None},
        I_2={"muc": "z"},
        I_3={"muc": "a"},
        I_8={"pct": 5.0},
        II_1={"ma_tc": "II.99"},
    )
    extra = {"ma_tc": "I.4", "muc": "a"}
    form = checked(scorecard, Cham_diem=[*rows, extra])
    assert one(form, "W601").cell == "C5"
    assert (one(form, "E603").cell, one(form, "E603").value) == ("C6", "z")
    assert "«a: tốt, đúng hạn»" in render(one(form, "E603"))
    assert one(form, "W602").cell == "C7"
    assert params(one(form, "W603"))["code"] == "I.8"
    assert one(form, "E601").value == "II.99"
    assert params(one(form, "W604"))["code"] == "II.1"
    repeated = one(form, "E602")
    assert (params(repeated)["code"], params(repeated)["count"]) == ("I.4", "2")
    assert len(form.findings) == 7


def test_a_level_that_follows_from_a_number_need_not_be_chosen(
    checked: Checked, scorecard: Programme
) -> None:
    rows = leaves(scorecard, I_7={"muc": None, "so_luong": 5.0})
    assert codes(checked(scorecard, Cham_diem=rows)) == []


def test_indicators(checked: Checked, one: One, scorecard: Programme) -> None:
    rows = [
        {"ma": "gtsxcn", "thuc_hien": "114.375"},
        {"ma": "GTSXCN", "thuc_hien": 5.0},
        {"ma": "GTSXCM", "thuc_hien": 5.0},
    ]
    form = checked(scorecard, Cham_diem=leaves(scorecard), Chi_tieu=rows)
    assert form.tables["Chi_tieu"].columns["ma"] == ["GTSXCN", "GTSXCN", None]
    assert params(one(form, "E605"))["cells"] == "A4, A5"
    assert "«GTSXCN»" in render(one(form, "E604"))
    assert params(one(form, "N202"))["after"] == "114375"


# --- order ---------------------------------------------------------------------------------------


def test_findings_come_by_sheet_row_and_column(checked: Checked) -> None:
    people = [
        {**PERSON, "chuc_vu": None, "nam_sinh": "x"},
        {**BINH, "tom_tat": None},
    ]
    form = checked(Ca_nhan=people, Thanh_tich=[{**AWARD, "nam": "y"}])
    places = [(f.sheet, f.cell) for f in form.findings if f.code not in ("W405", "W407")]
    assert places == [("Ca_nhan", "C4"), ("Ca_nhan", "E4"), ("Ca_nhan", "K5"), ("Thanh_tich", "E4")]


def test_a_flood_is_cut_and_says_so(checked: Checked) -> None:
    people = [{**PERSON, "ho_ten": f"Lê {n}", "nam_sinh": "x"} for n in range(MOST + 7)]
    form = checked(Ca_nhan=people)
    assert form.findings[0].code == "E399"
    assert params(form.findings[0])["count"] == "8"  # and W407
    assert [f.code for f in form.findings[1:]] == ["E207"] * MOST


def test_notes_never_cost_an_error(checked: Checked) -> None:
    """A form of an old font has a note for each cell, and not one error."""
    people = [{**PERSON, "ho_ten": f"Lê  Văn  {n}"} for n in range(3)]
    wrong = [one for one in checked(Ca_nhan=people).findings if one.severity == "warning"]
    notes = [
        finding("N206", sheet="Ca_nhan", cell=f"A{n}", before="a", after="b", encoding="VNI")
        for n in range(4, MOST_NOTES + 7)
    ]
    few = sorted_findings([*notes[: MOST + 1], *wrong], {"Ca_nhan": 0})
    assert len(few) == MOST + 1 + len(wrong)
    many = sorted_findings([*notes, *wrong], {"Ca_nhan": 0})
    assert (many[0].code, many[0].severity, params(many[0])["count"]) == ("N399", "note", "3")
    assert [one for one in many if one.severity == "warning"] == wrong
    assert len(many) == 1 + MOST_NOTES + len(wrong)


def test_the_same_form_gives_the_same_findings(checked: Checked) -> None:
    people = [{**PERSON, "ho_ten": f"Lê Thị {n}", "nam_sinh": n} for n in "abc"]
    first = checked(Ca_nhan=people)
    assert checked(Ca_nhan=people).findings == first.findings
