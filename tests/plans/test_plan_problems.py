"""What is wrong with a plan is named with its sheet, its cell and the nearest right name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from emubatch import plans
from emubatch.cases import run_cases
from emubatch.programme.problems import Problem, ProgrammeError, describe
from emubatch.xl.form import write_form
from emubatch.xl.plan_layout import (
    CASES,
    FIRST_ROW,
    HEADER,
    HEADING_ROW,
    columns_by_heading,
    columns_of,
    heading_of,
    plan_tables,
    title_of,
)

from .conftest import MODELS, Desk, problems_of, write


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, [describe(p, "en") for p in problems]
    return problems[0]


# Table, row, column, text -> code, nearest right name
CELLS = [
    ("criteria", {"id": "S0.KL"}, "test", "nnone", "unknown_test", "none"),
    ("criteria", {"id": "S0.KL"}, "of", "Ky_luatt.hinh_thuc : X", "unknown_sheet", "Ky_luat"),
    ("criteria", {"id": "S0.TT.1"}, "of", "Thanh_tich.ma_kt : TTLDT", "bad_code", "TTLDTT"),
    ("criteria", {"id": "S0.TT.1"}, "parent", "S0.TTT", "unknown_parent", "S0.TT"),
    ("criteria", {"id": "S0.TT.2b"}, "where", "nguoi_ky = Giám đốc Sở", "bad_code", "GD_SO"),
    ("criteria", {"id": "S0.TT.2a"}, "from", "năm 2017", "bad_cell", ""),
    ("criteria", {"id": "S0.TT.2a"}, "to", "2019-", "bad_cell", ""),
    ("criteria", {"id": "S0.TT.2a"}, "operator", ">>", "unknown_choice", ">"),
    ("criteria", {"id": "S0.CN.a.1"}, "where", "nguoi_kyy = KHAC", "unknown_field",
     "nguoi_ky"),
    ("criteria", {"id": "S0.TT.1"}, "from", "2015-02-30", "bad_date", ""),
    ("fields", {"sheet": "Ca_nhan", "key": "ho_ten"}, "type", "txt", "unknown_choice", "text"),
    ("fields", {"sheet": "Don_vi", "key": "nhom"}, "list", "nhom_donvi", "unknown_list",
     "nhom_don_vi"),
    ("quotas", {"kind": "collective", "group": "DOANH_NGHIEP"}, "limit", "bảy", "bad_cell", ""),
    ("quotas", {"kind": "collective", "group": "DOANH_NGHIEP"}, "group", "DOANHNGHIEP", "bad_code",
     "DOANH_NGHIEP"),
    ("deadlines", {"id": "HO_SO"}, "date", "31/6/2020", "bad_date", ""),
    ("settings", {"key": "same_year"}, "value", "maybe", "bad_switch_value", ""),
    ("dossier", {"code": "TO_TRINH"}, "scope", "units", "unknown_choice", "unit"),
    ("figures", {"id": "VB.1"}, "kind", "decison", "unknown_choice", "decision"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "key", "column", "text", "code", "near"), CELLS)
def test_a_wrong_cell_is_named(
    models: Desk, table: str, key: dict[str, str], column: str, text: str, code: str, near: str
) -> None:
    cell = models.change(table, key, **{column: text})
    found = [p for p in models.problems() if p.code == code]
    assert found
    if code != "bad_switch_value":  # named where the criteria read it
        assert cell in [p.cell for p in found]
    if near:
        assert near in [p.nearest[0] for p in found if p.nearest]


def test_a_problem_reads_as_sheet_and_cell(models: Desk) -> None:
    cell = models.change("criteria", {"id": "S0.KL"}, test="nnone")
    assert cell.startswith("Tiêu chuẩn!E")
    (found, *_) = models.problems()
    assert describe(found, "vi") == f"{cell} test: không có phép kiểm «nnone»; gần nhất: none"


def test_entries_of_the_header_have_their_cell(models: Desk) -> None:
    cell = models.change(HEADER, {"key": "as_of"}, value="30/2/2020")
    found = only(models.problems())
    assert (found.code, found.cell, found.value) == ("bad_date", cell, "2020-02-30")
    models.change(HEADER, {"key": "as_of"}, value="30/7/2020")
    first = models.change(HEADER, {"key": "period.from"}, value="1/1/2021")
    found = next(p for p in models.problems() if p.code == "window_inverted")
    assert found.cell == first


def test_a_wrong_entry_of_the_header_names_the_nearest(models: Desk) -> None:
    cell = models.change(HEADER, {"key": "mode"}, key="moed").replace("!A", "!B")
    found = next(p for p in models.problems() if p.code == "unknown_column")
    assert (found.cell, found.value, found.nearest[0]) == (cell, "moed", "mode")


def test_an_entry_twice_or_without_a_name(models: Desk) -> None:
    row = models.append(HEADER, key="id", value="khac")
    below = models.append(HEADER, value="không tên")
    found = [(p.code, p.cell) for p in models.problems()]
    title = title_of(HEADER, "vi")
    assert found == [("duplicate", f"{title}!A{row}"), ("blank_cell", f"{title}!A{below}")]


# --- sheets and headings -------------------------------------------------------------------------


def test_an_unknown_sheet_names_the_nearest(models: Desk) -> None:
    models.sheet("criteria").title = "Tiêu chuẩn (2)"
    found = only(models.problems())
    assert (found.code, found.cell) == ("plan_unknown_sheet", "Tiêu chuẩn (2)")
    assert found.nearest[0] == "Tiêu chuẩn"
    assert "đặt # trước tên" in describe(found, "vi")


def test_a_table_on_two_sheets(models: Desk) -> None:
    models.book.copy_worksheet(models.sheet("quotas")).title = "quotas"
    found = only(models.problems())
    assert (found.code, found.cell, found.detail) == (
        "plan_sheet_twice",
        "quotas",
        "Chỉ tiêu số lượng",
    )


def test_an_unknown_heading_names_the_nearest(models: Desk) -> None:
    sheet, column = models.sheet("quotas"), models.columns("quotas")["limit"]
    sheet.cell(HEADING_ROW, column).value = None
    cell = sheet.cell(HEADING_ROW + 1, column)
    cell.value = "Số lượg"
    found = models.problems()[0]
    assert (found.code, found.cell) == (
        "plan_unknown_heading",
        f"Chỉ tiêu số lượng!{cell.coordinate}",
    )
    assert found.nearest[0] == "Số lượng"


def test_headings_that_disagree(models: Desk) -> None:
    sheet, at = models.sheet("quotas"), models.columns("quotas")
    one, two = (sheet.cell(HEADING_ROW + 1, at[name]) for name in ("kind", "group"))
    one.value, two.value = two.value, one.value
    codes = [(p.code, p.cell) for p in models.problems()]
    cells = [f"Chỉ tiêu số lượng!{cell.coordinate}" for cell in (one, two)]
    assert codes == [("plan_two_headings", cell) for cell in cells]


def test_a_column_twice(models: Desk) -> None:
    sheet, at = models.sheet("quotas"), len(models.columns("quotas")) + 1
    sheet.cell(HEADING_ROW + 1, at).value = "Nhóm"
    found = only(models.problems())
    assert (found.code, found.value) == ("column_twice", "Nhóm")


def test_a_cell_under_no_heading_is_not_lost(models: Desk) -> None:
    sheet, at = models.sheet("quotas"), len(models.columns("quotas")) + 2
    cell = sheet.cell(FIRST_ROW + 2, at)
    cell.value = "chờ duyệt"
    found = only(models.problems())
    assert (found.code, found.value) == ("plan_no_heading", "chờ duyệt")
    assert found.cell == f"Chỉ tiêu số lượng!{cell.coordinate}"


def test_a_sheet_without_headings(models: Desk) -> None:
    models.sheet("quotas").delete_rows(1, HEADING_ROW + 1)
    assert only(models.problems()).code == "plan_no_headings"


def test_a_formula_that_nobody_calculated(models: Desk) -> None:
    cell = models.change("quotas", {"kind": "collective", "group": "DOANH_NGHIEP"}, limit="=3+4")
    found = models.problems()[0]
    assert (found.code, found.cell) == ("plan_bad_cell", cell)


def test_a_missing_table_and_a_missing_column(models: Desk) -> None:
    del models.book[title_of("fields", "vi")]
    models.sheet("quotas").delete_cols(models.columns("quotas")["limit"])
    found = {(p.code, p.cell, p.column) for p in models.problems()}
    assert ("missing_table", "Cột biểu mẫu", "") in found
    assert ("missing_column", "Chỉ tiêu số lượng", "limit") in found


def test_every_heading_leads_to_one_column() -> None:
    """Neither language nor key of one column is the heading of another."""
    for table in plan_tables():
        known = columns_by_heading(table)
        for column in columns_of(table):
            for text in (column, heading_of(table, column, "vi"), heading_of(table, column, "en")):
                from emubatch.vietnamese import fold_key

                assert known[fold_key(text)] == column, (table, text)


# --- files ---------------------------------------------------------------------------------------


def test_files_that_are_no_plan(tmp_path: Path, models: Desk) -> None:
    write_form(tmp_path / "form.xlsx", plans.load(str(models.save())))
    assert only(problems_of(tmp_path / "form.xlsx")).code in ("not_a_plan", "plan_unknown_sheet")
    (tmp_path / "text.xlsx").write_text("không phải bảng tính", encoding="utf-8")
    found = only(problems_of(tmp_path / "text.xlsx"))
    assert found.code == "plan_unreadable"
    assert found.label_vi and found.label_en and found.label_vi != found.label_en


def test_a_plan_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ProgrammeError) as caught:
        plans.load(str(tmp_path / "plan.xlsx"))
    assert caught.value.problems[0].code == "plan_no_file"


def test_a_plan_is_read_again_when_it_was_saved(models: Desk) -> None:
    reference = str(models.save())
    before = plans.load(reference)
    assert plans.load(reference) is before
    models.change("quotas", {"kind": "collective", "group": "DOANH_NGHIEP"}, limit=70)
    models.change("quotas", {"kind": "collective", "group": "", "limit": 15}, limit=78)
    models.save()
    after = plans.load(reference)
    assert [q.limit for q in after.quotas if q.kind == "collective"] == [78, 5, 3, 70]
    with pytest.raises(ProgrammeError) as caught:
        plans.assert_unchanged(reference, (), before)
    assert caught.value.problems[0].code == "plan_changed"
    plans.assert_unchanged(reference, (), after)


def test_settings_may_be_overridden(models: Desk) -> None:
    reference = str(models.save())
    plain = plans.load(reference)
    changed = plans.load(reference, (("at_least", ">"),))
    assert changed.setting["at_least"] == ">"
    assert changed.sha256 != plain.sha256
    assert plain.sha256 == plans.load(MODELS).sha256


# --- worked cases and figures --------------------------------------------------------------------


def test_a_worked_case_that_comes_out_otherwise_is_named(models: Desk) -> None:
    cell = models.change(CASES, {"case": "Một năm để trống"}, expect="đạt")
    found = run_cases(str(models.save())).problems
    assert [(p.code, p.cell) for p in found] == [("case_expect", cell)]


def test_a_case_that_cannot_be_understood_is_named(models: Desk) -> None:
    cell = models.change(CASES, {"case": "Một năm để trống"}, like="Phòng thuộc Sởo, đủ chuẩn")
    found = run_cases(str(models.save())).problems
    assert (found[0].code, found[0].cell) == ("case_unknown_like", cell.replace("!E", "!B"))
    assert found[0].nearest[0] == "Phòng thuộc Sở, đủ chuẩn"


def test_cases_of_the_workbook_are_those_of_the_folder(desk: Callable[[str], Desk]) -> None:
    path = desk(MODELS).path
    assert run_cases(str(path)).problems == ()
    assert run_cases(str(path)).passed == run_cases(MODELS).passed


def test_a_list_that_the_file_lacks_is_the_shared_one(tmp_path: Path) -> None:
    desk = Desk(write(tmp_path / "plan.xlsx", MODELS))
    sheet, at = desk.sheet("choices"), desk.columns("choices")["list"]
    rows = [row for row in desk.rows("choices") if sheet.cell(row, at).value == "xep_loai"]
    assert rows
    for row in reversed(rows):
        sheet.delete_rows(row)
    programme = plans.load(str(desk.save()))
    assert programme.lists["xep_loai"] == plans.load(MODELS).lists["xep_loai"]


# --- said plainly, in the language of the office -------------------------------------------------


@pytest.mark.parametrize(
    ("table", "key", "column", "text", "said"),
    [
        ("quotas", {"kind": "collective", "group": "DOANH_NGHIEP"}, "limit", "5 tập thể",
         "không đọc được «5 tập thể» (số nguyên)"),
        ("criteria", {"id": "S0.TT.2a"}, "threshold", "3 năm", "mức «3 năm» phải là số"),
        ("criteria", {"id": "S0.TT.2a"}, "from", "năm 2017",
         "không đọc được «năm 2017» (NĂM hoặc NĂM-THÁNG-NGÀY)"),
        ("criteria", {"id": "S0.TT.2a"}, "where", "Cấp/người ký = GD_SO",
         "cần viết cột = MÃ|MÃ"),
    ],
)  # fmt: skip
def test_what_a_cell_must_be_is_said_in_vietnamese(
    models: Desk, table: str, key: dict[str, str], column: str, text: str, said: str
) -> None:
    cell = models.change(table, key, **{column: text})
    shown = [describe(problem, "vi") for problem in models.problems()]
    assert any(line.startswith(cell) and said in line for line in shown), shown
    assert not any("invalid literal" in line or "expected" in line for line in shown)


@pytest.mark.parametrize(("sign", "plain"), [("≥", ">="), ("≤", "<="), ("≠", "!=")])
def test_signs_that_excel_users_type_are_understood(models: Desk, sign: str, plain: str) -> None:
    models.change("criteria", {"id": "S0.TT.2a"}, operator=sign, where=f"nam {sign} 2015")
    assert [p for p in models.problems() if p.column in ("operator", "where")] == []
    row = plans.load(str(models.path)).criterion_by_id["S0.TT.2a"]
    assert (row.operator, row.where[0].operator) == (plain, plain)
