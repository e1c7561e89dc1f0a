"""Every way to break a programme is named with its table, line, column and nearest right name."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from emubatch.programme.load import builtin_ids, lint_source, load, locate, read_folder
from emubatch.programme.problems import Problem, ProgrammeError, catalogue, describe

Bench = Any  # the Workbench of conftest.py


@pytest.mark.parametrize("name", [*builtin_ids(), "_starter"])
def test_programmes_that_come_along_have_no_problem(name: str) -> None:
    folder = locate("bacgiang-models-2020").parent / name
    assert lint_source(read_folder(folder), {})[1] == ()


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, [describe(p, "en") for p in problems]
    return problems[0]


def address(problem: Problem) -> tuple[str, int, str, str, str]:
    return problem.table, problem.line, problem.column, problem.code, problem.value


# One change of one cell: table, row, column, text -> code, value, nearest right name
CELLS = [
    ("sheets", "Ho_so", "role", "detial", "unknown_choice", "detial", "detail"),
    ("sheets", "Ho_so", "rows", "many", "bad_cell", "many", ""),
    ("sheets", "Ho_so", "rows", "0", "bad_threshold", "0", ""),
    ("sheets", "Ho_so", "title_vi", "Hồ sơ: danh mục", "bad_sheet_title", "Hồ sơ: danh mục", ""),
    ("sheets", "Ho_so", "title_vi", "QUÁ TRÌNH công tác", "duplicate", "qua trinh cong tac", ""),
    ("sheets", "Ca_nhan", "kind", "person", "unknown_choice", "person", ""),
    ("fields", "Ho_so tep", "type", "txt", "unknown_choice", "txt", "text"),
    ("fields", "Ho_so tep", "role", "papers", "unknown_choice", "papers", "paper"),
    ("fields", "Ho_so tep", "role", "paper", "duplicate", "paper", ""),
    ("fields", "Ho_so tep", "list", "nguoi_ky", "column_not_used", "", ""),
    ("fields", "Ho_so loai_gt", "list", "loai_giayy", "unknown_list", "loai_giayy", "loai_giay"),
    ("fields", "Ho_so loai_gt", "list", "", "blank_cell", "", ""),
    ("fields", "Ho_so loai_gt", "required", "maybe", "unknown_choice", "maybe", ""),
    ("fields", "Ho_so loai_gt", "required", "if", "blank_cell", "", ""),
    ("fields", "Ho_so loai_gt", "required_if", "co = CO", "column_not_used", "", ""),
    (
        "fields",
        "Ca_nhan la_dvcd",
        "required_if",
        "doi_tuon = CONG_NHAN",
        "unknown_field",
        "doi_tuon",
        "doi_tuong",
    ),
    (
        "fields",
        "Ca_nhan la_dvcd",
        "required_if",
        "doi_tuong = CONGNHAN",
        "bad_code",
        "CONGNHAN",
        "CONG_NHAN",
    ),
    ("fields", "Ca_nhan la_dvcd", "required_if", "doi_tuong", "bad_cell", "doi_tuong", ""),
    ("fields", "Ca_nhan nam_sinh", "minimum", "x", "bad_threshold", "x", ""),
    ("fields", "Ca_nhan nam_sinh", "minimum", "2010", "bad_range", "2010 – 2005", ""),
    ("fields", "Ca_nhan ngay_sinh", "maximum", "2005-02-30", "bad_date", "2005-02-30", ""),
    (
        "fields",
        "Ca_nhan ngay_sinh",
        "maximum",
        "1930-01-01",
        "bad_range",
        "1940-01-01 – 1930-01-01",
        "",
    ),
    ("fields", "Ca_nhan chuc_vu", "minimum", "1", "column_not_used", "", ""),
    ("fields", "Ca_nhan chuc_vu", "synonyms", "Mã CB", "ambiguous_header", "Mã CB", ""),
    ("fields", "Ca_nhan chuc_vu", "header_vi", "", "blank_cell", "", ""),
    ("fields", "Ca_nhan chuc_vu", "width", "wide", "bad_cell", "wide", ""),
    ("criteria", "S0.KL", "test", "nnone", "unknown_test", "nnone", "none"),
    ("criteria", "S0.KL", "parent", "S00", "unknown_parent", "S00", "S0"),
    ("criteria", "S0.KL", "clause", "", "blank_cell", "", ""),
    (
        "criteria",
        "S0.KL",
        "of",
        "Ky_luatt.hinh_thuc : KHIEN_TRACH+",
        "unknown_sheet",
        "Ky_luatt",
        "Ky_luat",
    ),
    (
        "criteria",
        "S0.KL",
        "of",
        "Ky_luat.hinhthuc : KHIEN_TRACH+",
        "unknown_field",
        "hinhthuc",
        "hinh_thuc",
    ),
    (
        "criteria",
        "S0.KL",
        "of",
        "Ky_luat.hinh_thuc : KHIENTRACH+",
        "bad_code",
        "KHIENTRACH",
        "KHIEN_TRACH",
    ),
    ("criteria", "S0.KL", "of", "Ky luat", "bad_cell", "Ky luat", ""),
    ("criteria", "S0.KL", "of", "", "missing_for_test", "", ""),
    ("criteria", "S0.KL", "from", "", "window_open", "", ""),
    ("criteria", "S0.KL", "from", "2021", "window_inverted", "2021-01-01 – 2019-12-31", ""),
    ("criteria", "S0.KL", "from", "2015-02-30", "bad_date", "2015-02-30", ""),
    ("criteria", "S0.KL", "from", "năm 2015", "bad_cell", "năm 2015", ""),
    ("criteria", "S0.KL", "may_of", "Ky_luat.he : DANG", "column_not_used", "", ""),
    ("criteria", "S0.KL", "options", "month_onli = first_day", "unknown_switch", "month_onli", ""),
    (
        "criteria",
        "S0.KL",
        "options",
        "check_until_decision = wann",
        "bad_switch_value",
        "wann",
        "warn",
    ),
    (
        "criteria",
        "S0.KL",
        "options",
        "check_until_decision",
        "bad_cell",
        "check_until_decision",
        "",
    ),
    ("criteria", "S0.KL", "applies", "kind = people", "unknown_choice", "people", ""),
    (
        "criteria",
        "S0.KL",
        "applies",
        "doi_tuog = CONG_NHAN",
        "unknown_field",
        "doi_tuog",
        "doi_tuong",
    ),
    ("criteria", "S0.KL", "applies", "Ho_so.co = CO", "not_about_nominee", "Ho_so.co", ""),
    (
        "criteria",
        "S0.KL",
        "applies",
        "Don_vii.thuoc_cdn = CO",
        "unknown_sheet",
        "Don_vii",
        "Don_vi",
    ),
    (
        "criteria",
        "S0.KL",
        "applies",
        "Don_vi.thuoc_cdnn = CO",
        "unknown_field",
        "thuoc_cdnn",
        "thuoc_cdn",
    ),
    (
        "criteria",
        "S0.KL",
        "applies",
        "group = DOANHNGHIEP",
        "bad_code",
        "DOANHNGHIEP",
        "DOANH_NGHIEP",
    ),
    ("criteria", "S0.KL", "applies", "ho_ten > A", "bad_operator", ">", ""),
    ("criteria", "S0.KL", "applies", "doi_tuong/kind != CAN_BO", "bad_operator", "/", ""),
    ("criteria", "S0.KL", "where", "he/hinh_thuc = DANG", "bad_operator", "/", ""),
    ("criteria", "S0.TT.0", "of", "Don_vi.thuoc_nganh : YES", "bad_code", "YES", ""),
    ("criteria", "S0.TT.1", "from", "2015-03-01", "window_partial", "2015-03-01 – 2019-12-31", ""),
    ("criteria", "S0.TT.2", "test", "count", None, None, None),
    (
        "criteria",
        "S0.TT.2a",
        "where",
        "nguoi_kyy = CT_UBND_TINH",
        "unknown_field",
        "nguoi_kyy",
        "nguoi_ky",
    ),
    ("criteria", "S0.TT.2a", "where", "nguoi_ky = CT_UBND", "bad_code", "CT_UBND", "CT_UBND_TINH"),
    ("criteria", "S0.TT.2a", "where", "nam >= first", "bad_threshold", "first", ""),
    ("criteria", "S0.TT.2a", "threshold", "one", "bad_threshold", "one", ""),
    ("criteria", "S0.TT.2a", "threshold", "", "missing_for_test", "", ""),
    ("criteria", "S0.TT.2a", "operator", "=>", "unknown_choice", "=>", ">="),
    (
        "criteria",
        "S0.TT.2b",
        "operator",
        "$at_leats",
        "unknown_setting",
        "at_leats",
        "at_least",
    ),
    (
        "criteria",
        "S0.CN.b.1.3b",
        "may_where",
        "nguoi_ki = DOANH_NGHIEP",
        "unknown_field",
        "nguoi_ki",
        "nguoi_ky",
    ),
    ("criteria", "S0.CN.b.1.3b", "may_of", "Thanh_tich.ma_kt : LDT", "bad_code", "LDT", "LDTT"),
    ("criteria", "S0.HAN", "threshold", "@HOSO", "unknown_deadline", "HOSO", "HO_SO"),
    ("criteria", "S0.HAN", "threshold", "soon", "bad_date", "soon", ""),
    ("criteria", "S0.HAN", "of", "Don_vi.so_vb", "bad_operator", "<", ""),
    ("quotas", "individual CO_QUAN_SO", "group", "CO_QUAN", "bad_code", "CO_QUAN", "CO_QUAN_SO"),
    ("quotas", "individual CO_QUAN_SO", "kind", "person", None, None, None),
    ("quotas", "individual CO_QUAN_SO", "limit", "11", "quota_sum", "25", ""),
    ("quotas", "individual CO_QUAN_SO", "limit", "ten", None, None, None),
    ("deadlines", "HO_SO", "date", "2020-07-32", None, None, None),
    ("deadlines", "HO_SO", "role", "submision", "unknown_choice", "submision", "submission"),
    ("deadlines", "HOI_NGHI", "date", "2020-07-01", "deadline_order", "2020-07-18", ""),
    ("deadlines", "HOI_NGHI", "date", "", "blank_cell", "", ""),
    ("deadlines", "HOI_NGHI", "role", "submission", "duplicate", "submission", ""),
    ("dossier", "TO_TRINH", "code", "TO_TRINHH", "bad_code", "TO_TRINHH", "TO_TRINH"),
    ("dossier", "TO_TRINH", "scope", "units", "unknown_choice", "units", "unit"),
    ("settings", "same_year", "value", "flase", "bad_setting", "flase", "false"),
    ("settings", "same_year", "value", "true|false", "bad_setting", "true|false", ""),
    (
        "settings",
        "high_titles",
        "value",
        "CSTD_TINH|CSTDCS",
        "bad_setting",
        "CSTD_TINH|CSTDCS",
        "CSTD_TINH",
    ),
    ("settings", "max_gap_days", "value", "-1", None, None, None),
    ("settings", "group_map", "value", "TRUNGTAM=CO_QUAN_SO", "bad_code", "TRUNGTAM", "TRUNG_TAM"),
    ("settings", "same_year", "reading", "", "blank_cell", "", ""),
    (
        "settings",
        "ranking",
        "value",
        "-S0.CN.a.1|nam_sihn",
        "unknown_field",
        "nam_sihn",
        "nam_sinh",
    ),
]


@pytest.mark.parametrize(
    ("table", "row", "column", "text", "code", "value", "near"),
    CELLS,
    ids=[f"{c[0]}-{c[1]}-{c[2]}-{c[3]}" for c in CELLS],
)
def test_one_wrong_cell(
    models: Bench,
    table: str,
    row: str,
    column: str,
    text: str,
    code: str | None,
    value: str | None,
    near: str | None,
) -> None:
    line = models.change(table, row, **{column: text})
    problems = models.lint()
    if code is None:  # a wrong cell with consequences elsewhere: it is named all the same
        assert (f"{table}.csv", line) in [(p.table, p.line) for p in problems]
        return
    found = [p for p in problems if p.code == code and p.value == value]
    assert found, [describe(p, "en") for p in problems]
    assert found[0].table == f"{table}.csv"
    if code not in ("duplicate", "quota_sum"):
        assert found[0].line == line
    if near:
        assert near in found[0].nearest


SCORE_CELLS = [
    ("scorecard", "III.2dd", "code", "III.2đ", "duplicate", "iii 2d", ""),
    ("options", "II.3 b", "label_vi", "Hoàn  thành", "ambiguous_spelling", "hoàn thành", ""),
    ("scorecard", "I.5", "kind", "leef", "unknown_choice", "leef", "leaf"),
    ("scorecard", "I.5", "parent", "IV", "unknown_parent", "IV", ""),
    ("scorecard", "I.5", "base", "30", "child_sum", "550", ""),
    ("scorecard", "I.5", "base", "16", "option_above_base", "18", ""),
    ("scorecard", "I.5", "base", "twenty", "bad_cell", "twenty", ""),
    ("scorecard", "I.5", "fact", "counts", "unknown_choice", "counts", "count"),
    ("scorecard", "I.5", "fact", "", "column_not_used", "", ""),
    ("scorecard", "I.5", "bonus", "perhaps", "bad_cell", "perhaps", ""),
    ("scorecard", "I.3", "bonus", "yes", "column_not_used", "", ""),
    ("scorecard", "I.3", "kind", "leaf", "leaf_with_children", "leaf", ""),
    ("scorecard", "I.9", "parent", "I.9", "circular", "I.9", ""),
    ("scorecard", "II", "base", "210", "child_sum", "210", ""),
    ("options", "I.5 b", "criterion", "I.55", "option_not_for_leaf", "I.55", "I.5"),
    ("options", "I.5 b", "points", "21", "option_above_base", "21", ""),
    ("options", "I.5 b", "option", "a", "duplicate", "I.5 a", ""),
    ("options", "I.5 b", "fact_from", "6", "fact_gap", "c – b", ""),
    ("options", "I.7 b", "fact_to", "4", "bad_range", "5 – 4", ""),
    ("options", "I.8 b", "fact_from", "1", "column_not_used", "", ""),
    ("options", "III.4a b", "to_open", "no", "fact_gap", "b – c", ""),
    ("options", "III.4a a", "fact_from", "1", "bad_range", "1 – 0", ""),
    ("options", "III.4a d", "fact_to", "99", "fact_gap", "d", ""),
    ("indicators", "GTSXCN_2018", "base", "GTSXC", "unknown_parent", "GTSXC", "GTSXCN"),
    ("indicators", "GTSXCN_2018", "base", "GTSXCN_2018", "circular", "GTSXCN_2018", ""),
    ("indicators", "GTSXCN_2018", "unit", "TYY", "bad_code", "TYY", "TY"),
    ("indicators", "GTSXCN_2018", "direction", "upp", "unknown_choice", "upp", "up"),
    ("settings", "bonus_rule", "value", "per_cent", "bad_setting", "per_cent", "per_percent"),
    ("settings", "points_per_pct", "value", "1,5", "bad_setting", "1,5", ""),
]


@pytest.mark.parametrize(
    ("table", "row", "column", "text", "code", "value", "near"),
    SCORE_CELLS,
    ids=[f"{c[0]}-{c[1]}-{c[2]}-{c[3]}" for c in SCORE_CELLS],
)
def test_one_wrong_cell_of_a_scorecard(
    scorecard: Bench,
    table: str,
    row: str,
    column: str,
    text: str,
    code: str,
    value: str,
    near: str,
) -> None:
    scorecard.change(table, row, **{column: text})
    problems = scorecard.lint()
    found = [p for p in problems if p.code == code and p.value == value]
    assert found, [describe(p, "en") for p in problems]
    assert found[0].line > 0
    if near:
        assert near in found[0].nearest


def test_stated_total_of_the_document(scorecard: Bench) -> None:
    scorecard.header("stated_base = 950", "stated_base = 948")
    found = only(scorecard.lint())
    assert address(found) == ("scorecard.csv", 0, "base", "facts_total", "948")
    assert found.detail == "950"


def test_circular_outline_names_the_way(models: Bench) -> None:
    line = models.change("criteria", "S0.CN", parent="S0.CN.a")
    found = [p for p in models.lint() if p.code == "circular"]
    assert ("S0.CN", line, "S0.CN < S0.CN.a < S0.CN") in [
        (p.value, p.line, p.detail) for p in found
    ]


def test_leaf_with_children_and_inner_without(models: Bench) -> None:
    leaf = models.change("criteria", "S0.HS", test="attest", of="Ho_so.co")
    inner = models.change("criteria", "S0.HAN", test="any_of", of="", operator="", threshold="")
    found = {(p.line, p.code, p.value) for p in models.lint()}
    assert found == {(leaf, "leaf_with_children", "attest"), (inner, "inner_without_children", "")}


def test_duplicates_name_the_first_line(models: Bench) -> None:
    line = models.append(
        "criteria", id="S0.KL", parent="S0", test="attest", of="Ho_so.co", label_vi="x", clause="1"
    )
    found = only(models.lint())
    assert address(found) == ("criteria.csv", line, "id", "duplicate", "S0.KL")
    assert found.detail == "9"


@pytest.mark.parametrize(
    ("spelling", "code", "value", "owner"),
    [
        ("GK  sở", "ambiguous_spelling", "GK  sở", "GK_GDS"),
        ("Tiên phong", None, "", ""),
    ],
)
def test_spellings_lead_to_one_code(
    models: Bench, spelling: str, code: str | None, value: str, owner: str
) -> None:
    _, rows = _shared_rows()
    own = [row for row in rows if row["list"] == "ma_kt"]
    _write(models.path("choices"), [*own, _choice("ma_kt", "MOI", "Mới", spellings=spelling)])
    problems = models.lint()
    if code is None:
        assert problems == []
        return
    found = only(problems)
    assert address(found) == ("choices.csv", len(own) + 2, "spellings", code, value)
    assert found.detail == owner


@pytest.mark.parametrize(
    ("cells", "column", "code", "value"),
    [
        ({"axis": "titel"}, "axis", "unknown_choice", "titel"),
        ({"implies": "LDT"}, "implies", "bad_code", "LDT"),
        ({"may_imply": "LDT"}, "may_imply", "bad_code", "LDT"),
        ({"issuers": "GD_SOO"}, "issuers", "bad_code", "GD_SOO"),
        ({"rank": "1"}, "scale", "blank_cell", ""),
        ({"rank": "first", "scale": "x"}, "rank", "bad_cell", "first"),
        ({"valid_from": "2015"}, "valid_from", "bad_date", "2015"),
        (
            {"valid_from": "2016-01-01", "valid_to": "2015-12-31"},
            "valid_from",
            "window_inverted",
            "2016-01-01 – 2015-12-31",
        ),
        ({"states_none": "maybe"}, "states_none", "bad_cell", "maybe"),
    ],
)
def test_one_wrong_choice(
    models: Bench, cells: dict[str, str], column: str, code: str, value: str
) -> None:
    _, rows = _shared_rows()
    own = [row for row in rows if row["list"] == "ma_kt"]
    _write(models.path("choices"), [*own, _choice("ma_kt", "MOI", "Mới", **cells)])
    found = only(models.lint())
    assert address(found) == ("choices.csv", len(own) + 2, column, code, value)


def _shared_rows() -> tuple[list[str], list[dict[str, str]]]:
    path = locate("bacgiang-models-2020").parent / "_shared" / "lists.csv"
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        return list(reader.fieldnames or ()), rows


def _choice(name: str, code: str, label: str, **cells: str) -> dict[str, str]:
    columns, _ = _shared_rows()
    blank = dict.fromkeys(columns, "")
    return {**blank, "list": name, "code": code, "label_vi": label, **cells}


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


# --- files, columns, header -----------------------------------------------------------------------


def test_unknown_column_is_named_once_and_hides_what_follows(models: Bench) -> None:
    columns, rows = models.read("criteria")
    renamed = ["tset" if column == "test" else column for column in columns]
    models.write(
        "criteria",
        renamed,
        [dict(zip(renamed, row.values(), strict=True)) for row in rows],
    )
    assert models.codes() == [
        ("criteria.csv", 0, "tset", "unknown_column", "tset"),
        ("criteria.csv", 0, "test", "missing_column", ""),
    ]
    assert models.lint()[0].nearest[0] == "test"


def test_unknown_table(models: Bench) -> None:
    models.path("criteria").rename(models.folder / "criterias.csv")
    found = [p for p in models.lint() if p.code == "unknown_table"]
    assert address(only(found)) == ("criterias.csv", 0, "", "unknown_table", "criterias")
    assert found[0].nearest[0] == "criteria"


@pytest.mark.parametrize("table", ["sheets", "fields"])
def test_tables_that_every_programme_needs(models: Bench, table: str) -> None:
    models.path(table).unlink()
    assert (f"{table}.csv", 0, "", "missing_table", "") in models.codes()


def test_exactly_one_unit_sheet(models: Bench) -> None:
    models.change("sheets", "Don_vi", role="unit_detail")
    assert ("sheets.csv", 0, "role", "too_few_sheets", "0") in models.codes()


def test_sheet_without_its_roles(models: Bench) -> None:
    models.change("fields", "Ca_nhan ho_ten", role="")
    line = next(s.line for s in models.programme().sheets if s.key == "Ca_nhan")
    found = only(models.lint())
    assert address(found) == ("sheets.csv", line, "key", "missing_role", "Ca_nhan")
    assert found.detail == "name"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('id = "bacgiang-models-2020"', 'id = ""', ("id", "missing_fact", "")),
        ('id = "bacgiang-models-2020"', 'id = "Bắc Giang"', ("id", "bad_cell", "Bắc Giang")),
        ('version = "1"', 'verson = "1"', ("verson", "unknown_column", "verson")),
        ('mode = "tong_ket"', 'mode = "tongket"', ("mode", "unknown_choice", "tongket")),
        ('"2020-07-30"', '"2020-07-32"', ("as_of", "bad_date", "2020-07-32")),
        (
            'from = "2015-01-01"',
            'from = "2020-01-01"',
            ("period", "window_inverted", "2020-01-01 – 2019-12-31"),
        ),
    ],
)
def test_header(models: Bench, old: str, new: str, expected: tuple[str, str, str]) -> None:
    models.header(old, new)
    assert next((c, code, value) for t, _, c, code, value in models.codes()) == expected


def test_unreadable_files_are_named_together(models: Bench) -> None:
    (models.folder / "programme.toml").write_text("id = ", encoding="utf-8")
    models.path("quotas").write_bytes("kind,group,limit,clause\nTập thể".encode("utf-16"))
    models.path("dossier").write_text("code,scope\na,b,c\n", encoding="utf-8")
    models.path("deadlines").write_text("id,date,id\n", encoding="utf-8")
    with pytest.raises(ProgrammeError) as caught:
        models.lint()
    assert [(p.table, p.line, p.code) for p in caught.value.problems] == [
        ("programme.toml", 0, "not_toml"),
        ("deadlines.csv", 1, "column_twice"),
        ("dossier.csv", 2, "ragged_row"),
        ("quotas.csv", 0, "not_utf8"),
    ]


def test_tables_saved_by_a_vietnamese_excel(models: Bench) -> None:
    """Semicolons, a byte order mark, Windows line ends, explanations on top: all the same."""
    before = models.programme().criteria
    columns, rows = models.read("criteria")
    with models.path("criteria").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(["# criteria.csv: tiêu chuẩn; mỗi dòng một điều", *[""] * 3])
        writer.writerow(columns)
        writer.writerows(row.values() for row in rows)
    after = models.programme().criteria
    assert models.lint() == []
    assert [c.id for c in after] == [c.id for c in before]
    assert [c.line for c in after] == [c.line + 1 for c in before]


def test_setting_that_nothing_uses_is_a_warning(models: Bench) -> None:
    line = models.append(
        "settings", key="same_yaer", value="1", reading="0.6", meaning_vi="x", clause="x"
    )
    found = only(models.lint())
    assert address(found) == ("settings.csv", line, "key", "setting_unused", "same_yaer")
    assert found.severity == "warning"
    assert found.nearest[0] == "same_year"
    assert load(str(models.folder)).id == "bacgiang-models-2020"


def test_override_of_an_unknown_setting_names_the_nearest(models: Bench) -> None:
    found = only(models.lint(same_yeer="true"))
    assert (found.code, found.value, found.nearest[0]) == (
        "unknown_setting",
        "same_yeer",
        "same_year",
    )


def test_override_is_linted_too(models: Bench) -> None:
    found = models.lint(same_year="maybe")
    assert {p.code for p in found} >= {"bad_setting"}


def test_unknown_programme_names_the_nearest() -> None:
    with pytest.raises(ProgrammeError) as caught:
        load("bacgiang-model-2020")
    assert caught.value.problems[0].nearest[0] == "bacgiang-models-2020"


def test_folder_without_a_header(tmp_path: Path) -> None:
    with pytest.raises(ProgrammeError) as caught:
        locate(str(tmp_path))
    assert caught.value.problems[0].code == "missing_table"


def test_error_reads_as_table_line_column(models: Bench) -> None:
    line = models.change("criteria", "S0.KL", test="nnone")
    with pytest.raises(ProgrammeError) as caught:
        load(str(models.folder))
    assert str(caught.value) == (
        f"criteria.csv:{line} test: there is no test «nnone»; nearest: none"
    )
    assert describe(caught.value.problems[0], "vi") == (
        f"criteria.csv:{line} test: không có phép kiểm «nnone»; gần nhất: none"
    )


def test_every_problem_has_words_in_both_languages() -> None:
    for code, words in catalogue().items():
        filled = [text.format(value="v", detail="d") for text in words]
        assert all(filled), code


def test_every_code_that_the_lint_uses_has_words() -> None:
    """Codes are plain words in the source; each must stand in the table of words, and be used."""
    folder = Path(lint_source.__code__.co_filename).parent.parent
    text = "".join(
        path.read_text(encoding="utf-8")
        for path in [
            *folder.glob("programme/*.py"),
            *(folder / name for name in ("cases.py", "plans.py", "xl/plan_read.py")),
        ]
        if path.is_file()
    )
    unused = [code for code in catalogue() if f'"{code}"' not in text]
    assert unused == []
    with pytest.raises(KeyError):
        describe(Problem("t", 1, "c", "no_such_code", ""))


def test_setting_that_a_switch_cannot_take(models: Bench) -> None:
    models.change("settings", "tenure_borderline_days", value="a month")
    found = {(p.table, p.code, p.value, p.detail) for p in models.lint()}
    assert found == {("criteria.csv", "bad_switch_value", "a month", "borderline_days")}
