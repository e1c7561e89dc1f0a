"""What a programme holds once it is loaded."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from emubatch.checks.lists import ListReader
from emubatch.programme.load import builtin_ids, builtin_root, load
from emubatch.programme.operators import SWITCHES, TESTS

Bench = Any  # the Workbench of conftest.py


def test_programmes_that_come_along() -> None:
    assert builtin_ids() == (
        "bacgiang-congress-2020",
        "bacgiang-models-2020",
        "bacgiang-scorecard-2017",
        "hatinh-models-2025",
        "hatinh-movement-2024",
    )
    for name in builtin_ids():
        assert load(name).id == name


def test_readings_of_the_plans_are_settings() -> None:
    """Every reading that the domain names is a setting: 0.1–0.15 and 4.1–4.10, and the house's."""
    stated: dict[str, set[str]] = {}
    for name in builtin_ids():
        stated[name] = {
            part.strip() for row in load(name).settings for part in row.reading.split(",")
        }
    house = {f"G{n}" for n in range(1, 13)}
    assert house | {f"0.{n}" for n in range(1, 16)} <= stated["bacgiang-models-2020"]
    assert {f"4.{n}" for n in range(1, 11)} | {"G1", "G9"} <= stated["bacgiang-scorecard-2017"]
    assert {f"2.{n}" for n in range(1, 9)} <= stated["hatinh-movement-2024"]
    assert {f"1.{n}" for n in range(1, 7)} <= stated["bacgiang-congress-2020"]


@pytest.mark.parametrize("name", builtin_ids())
def test_settings_say_where_they_come_from(name: str) -> None:
    for row in load(name).settings:
        assert row.reading and row.meaning_vi and row.meaning_en, row.key
        assert row.clause or row.reading.startswith("G"), row.key


def test_quotas_of_the_models_plan() -> None:
    programme = load("bacgiang-models-2020")
    found = {(q.kind, q.group): q.limit for q in programme.quotas}
    assert found == {
        ("collective", ""): 15,
        ("collective", "CO_QUAN_SO"): 5,
        ("collective", "PHONG_KT_HUYEN"): 3,
        ("collective", "DOANH_NGHIEP"): 7,
        ("individual", ""): 25,
        ("individual", "CO_QUAN_SO"): 10,
        ("individual", "PHONG_KT_HUYEN"): 3,
        ("individual", "DOANH_NGHIEP"): 12,
    }
    deadline = programme.submission_deadline
    assert deadline is not None
    assert (deadline.date, deadline.inclusive) == ("2020-07-18", False)


def test_points_of_the_scorecard() -> None:
    programme = load("bacgiang-scorecard-2017")
    bases = {row.code: row.base for row in programme.scorecard if not row.parent}
    assert bases == {"I": 550, "II": 200, "III": 200}
    exceeding = {row.code for row in programme.scorecard if row.bonus}
    assert exceeding == {"I.1", "I.2", "I.3a", "I.4", "I.7"}
    (shorts,) = {
        tuple(o.criterion for o in programme.options if o.penalty_entered),
    }
    assert shorts == ("I.1", "I.4")
    leaves = [row for row in programme.scorecard if row.kind == "leaf"]
    assert sum(row.base for row in leaves) == 950
    for row in leaves:
        best = max(option.points for option in programme.options_of[row.code])
        assert best == row.base, row.code


def test_switches_are_resolved_row_setting_default(models: Bench) -> None:
    by_id = models.programme().criterion_by_id
    assert by_id["S0.CN.a.2.2"].options["required"] == "true"
    assert by_id["S0.CN.b.03"].options["borderline_days"] == "31"
    assert by_id["S0.CN.b.1.3b"].options["may_count"] == "possible"
    assert by_id["S0.CN.b.2.2"].options["same_level_issuer"] == "no"
    assert by_id["S0.TT.2b"].options["same_level_issuer"] == "review"
    for row in by_id.values():
        assert set(row.options) == set(TESTS[row.test].switches)


def test_a_changed_setting_reaches_every_row_and_the_checksum() -> None:
    before = load("bacgiang-models-2020")
    after = load("bacgiang-models-2020", (("titles_count_as_khen", "true"), ("at_least", ">")))
    assert after.criterion_by_id["S0.CN.b.1.3b"].options["may_count"] == "yes"
    assert after.criterion_by_id["S0.CN.b.1.3b"].operator == ">"
    assert after.setting["at_least"] == ">"
    assert before.sha256 != after.sha256
    assert load("bacgiang-models-2020").sha256 == before.sha256


def test_threshold_may_name_a_date_of_the_plan(models: Bench) -> None:
    assert models.programme().criterion_by_id["S0.HAN"].threshold == "2020-07-18"
    models.change("deadlines", "HO_SO", date="2020-07-20")
    assert models.programme().criterion_by_id["S0.HAN"].threshold == "2020-07-20"


def test_years_stand_for_whole_years(models: Bench) -> None:
    window = models.programme().criterion_by_id["S0.TT.1"].window
    assert window == ("2015-01-01", "2019-12-31")


def test_own_list_takes_the_place_of_the_shared_one() -> None:
    codes = {
        name: [choice.code for choice in load(name).lists["nhom_don_vi"]] for name in builtin_ids()
    }
    assert codes["bacgiang-scorecard-2017"][0] == "KHOI"
    assert "KHOI" not in codes["bacgiang-models-2020"]
    assert "TRUNG_TAM" in codes["bacgiang-models-2020"]


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("ma_kt", "LĐTT", "LDTT"),
        ("ma_kt", "chiến sỹ thi đua cấp cơ sở", "CSTDCS"),
        ("ma_kt", "Chiến sĩ thi đua cơ sở", "CSTDCS"),
        ("ma_kt", "BK UBND tỉnh", "BK_TINH"),
        ("ma_kt", "Bằng khen của Chủ tịch UBND tỉnh", "BK_TINH"),
        ("ma_kt", "ĐVCĐXS", "DVCDXS"),
        ("nguoi_ky", "Bộ trưởng Bộ Công Thương", "BT_BCT"),
        ("nguoi_ky", "UBND tỉnh", "CT_UBND_TINH"),
        ("xep_loai", "xuất sắc", "HTXS"),
        ("xep_loai", "B", "HTT"),
        ("nhom_don_vi", "P.KT", "PHONG_KT_HUYEN"),
        ("nhom_don_vi", "Trung tâm KC và XTTM", "TRUNG_TAM"),
        ("hinh_thuc_ky_luat", "kéo dài nâng lương", "KEO_DAI_NANG_LUONG"),
        ("gian_doan", "nghỉ không lương", "NGHI_KHONG_LUONG"),
        ("don_vi_tinh", "%", "PHAN_TRAM"),
        ("don_vi_tinh", "tỷ đ", "TY"),
    ],
)
def test_spellings_of_real_offices(name: str, text: str, code: str) -> None:
    assert ListReader(load("bacgiang-models-2020").lists[name]).code_of(text) == code


def test_vocabularies_are_complete() -> None:
    lists = {
        name: {choice.code for choice in rows}
        for name, rows in load("bacgiang-models-2020").lists.items()
    }
    titles = "LDTT CSTDCS CSTD_TINH CSTD_BO CSTDTQ TTLDTT TTLDXS CO_TINH CO_BO CO_CP DVCDXS KHONG"
    forms = (
        "GK_GDS GK_XA GK_DN GK_HUYEN GK_CD GK_CD_CO_SO BK_TINH BK_BO BK_DTTW BK_TTG BK_CD BK_KHAC"
        " BIEU_DUONG KNC HC"
    )
    assert lists["ma_kt"] == {*titles.split(), *forms.split(), "CSTT"}
    assert lists["xep_loai"] == {"HTXS", "HTT", "HT", "KHT", "CHUA"}
    signers = (
        "THU_TUONG BT_BCT BO_KHAC CT_UBND_TINH CT_UBND_HUYEN GD_SO DOANH_NGHIEP CD_CAP_TREN"
        " CD_CO_SO DOAN_THE_TW DOAN_THE_TINH KHAC"
    )
    assert lists["nguoi_ky"] == set(signers.split())
    assert lists["gian_doan"] == set(
        ["THAI_SAN", "NGHI_CO_LUONG", "NGHI_KHONG_LUONG", "THOI_VIEC", "CHUYEN_DN_NGANH"]
    )


def test_every_switch_is_read_by_something() -> None:
    from emubatch.programme.operators import FOR_ANY, TABLE_SWITCHES

    read = {name for test in TESTS.values() for name in test.switches}
    read |= {name for names in TABLE_SWITCHES.values() for name in names} | set(FOR_ANY)
    assert read == set(SWITCHES)


def test_tables_are_written_as_they_are_read() -> None:
    """The tables open in a spreadsheet: UTF-8, one header, no stray spaces, no tabs."""
    for path in sorted(builtin_root().glob("*/**/*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert all(len(row) == len(rows[0]) for row in rows), path
        assert [c for row in rows for c in row if c != c.strip() or "\t" in c] == [], path


def test_loading_twice_gives_the_same(tmp_path: Path) -> None:
    one = load("bacgiang-models-2020")
    load.cache_clear()
    assert load("bacgiang-models-2020") == one
