"""An office takes a plan, changes it in its spreadsheet program, and runs a month on it."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from emubatch.cli import main
from emubatch.xl.plan_layout import HEADER

from .conftest import MODELS, Desk

SAMPLE = Path(__file__).parents[2] / "samples" / MODELS
Table = dict[str, dict[str, str]]


def emubatch(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, [*map(str, arguments)], standalone_mode=False)
    if result.exception:
        raise result.exception
    return result


def run(programme: str | Path, out: Path, inbox: Path, *more: str | Path) -> Path:
    """A month without further processes."""
    emubatch("run", "--programme", programme, "--inbox", inbox, "--out", out, "--jobs", "0", *more)
    return out


def table(run_folder: Path, name: str, *key: str) -> Table:
    with (run_folder / "data" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return {" ".join(row[k] for k in key): row for row in csv.DictReader(file)}


# --- a plan that comes along, changed ------------------------------------------------------------


def three_years(plan: Desk) -> None:
    """Windows that began in 2015 begin in 2017."""
    for row in plan.rows("criteria"):
        cell = plan.cell("criteria", row, "from")
        if str(cell.value or "").startswith("2015"):
            cell.value = dt.date(2017, 1, 1) if isinstance(cell.value, dt.datetime) else 2017


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory, libreoffice: Any) -> Path:
    """Five years to three, two more enterprises, and the ministry's Bằng khen counts as well."""
    folder = tmp_path_factory.mktemp("changed")
    emubatch("programme", "export", MODELS, folder / "plan.xlsx")
    plan = Desk(folder / "plan.xlsx")
    three_years(plan)
    plan.change("criteria", {"id": "S0.TT.2b"}, of="Thanh_tich.ma_kt : BK_TINH|BK_BO")
    plan.change("criteria", {"id": "S0.TT.2b"}, where="nguoi_ky = CT_UBND_TINH|BT_BCT")
    plan.change("quotas", {"kind": "collective", "group": "DOANH_NGHIEP"}, limit=9)
    plan.change("quotas", {"kind": "collective", "group": ""}, limit=17)
    plan.save()
    return Path(libreoffice(plan.path, "xlsx", folder / "libreoffice"))


@pytest.fixture(scope="module")
def runs(changed: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sample month under the plan as it comes along, and under the changed one."""
    folder = tmp_path_factory.mktemp("runs")
    roster = ("--roster", SAMPLE / "roster.xlsx")
    before = run(MODELS, folder / "before", SAMPLE / "inbox", *roster)
    return before, run(changed, folder / "after", SAMPLE / "inbox", *roster)


def test_the_changed_plan_is_sound(changed: Path) -> None:
    result = emubatch("programme", "check", changed, "--no-cases")
    assert result.return_value == 0
    text = emubatch("programme", "show", changed).output
    assert "S0.TT.1  TTLĐTT trở lên từng năm 2015–2019 [HD.2.1]: every_year" in text
    assert "2017-01-01–2019-12-31" in text
    assert "2015-01-01–2019-12-31" not in text
    assert "collective DOANH_NGHIEP: 9 [HD.3]" in text


def test_worked_cases_that_the_change_makes_wrong_are_named(changed: Path) -> None:
    """The cases still say five years: each that comes out otherwise is a cell to look at."""
    result = emubatch("programme", "check", changed)
    assert result.return_value == 5
    assert "Ca mẫu!E" in result.output
    assert "ca «Một năm không đạt danh hiệu»: S0.TT.1: pass (3/3 năm) ≠ fail" in result.output


@pytest.mark.parametrize(
    ("nominee", "criterion", "before", "after"),
    [
        # 2016 was stated as a year without a title: outside of the three years now
        ("SCT-TTR/TT/thanh-tra-so", "S0.TT.1", ("fail", "4/5 năm"), ("pass", "3/3 năm")),
        # 2015 was left blank
        (
            "DN-10/TT/cong-ty-bao-bi-thanh-dat",
            "S0.TT.1",
            ("review", "4/5 năm"),
            ("pass", "3/3 năm"),
        ),
        # reprimanded in 2015 or 2016
        ("SCT-QLNL/CN/bui-dieu-yen-1989", "S0.KL", ("fail", ""), ("pass", "")),
        # the only Bằng khen is older
        (
            "KT-THA/TT/phong-kinh-te-va-ha-tang-huyen-thuong-ha",
            "S0.TT.2b",
            ("pass", "1/1"),
            ("fail", "0/1"),
        ),
        # a Bằng khen of the minister, of 2017
        (
            "SCT-XNK/TT/phong-xuat-nhap-khau",
            "S0.TT.2b",
            ("review", "Đã chắc 0/1"),
            ("pass", "1/1"),
        ),
    ],
)
def test_verdicts_follow_the_change(
    runs: tuple[Path, Path],
    nominee: str,
    criterion: str,
    before: tuple[str, str],
    after: tuple[str, str],
) -> None:
    for folder, (outcome, measured) in zip(runs, (before, after), strict=True):
        row = table(folder, "verdicts", "nominee", "criterion")[f"{nominee} {criterion}"]
        assert row["outcome"] == outcome
        assert row["measured"].startswith(measured)


def test_nominees_become_eligible_and_cease_to_be(runs: tuple[Path, Path]) -> None:
    before, after = (table(folder, "nominees", "nominee") for folder in runs)
    assert before.keys() == after.keys()
    found = {
        name: (before[name]["eligibility"], after[name]["eligibility"])
        for name in ("SCT-TTR/TT/thanh-tra-so", "SCT-QLNL/TT/phong-quan-ly-nang-luong")
    }
    assert set(found.values()) == {("fail", "pass"), ("pass", "fail")}


def test_the_quota_lets_more_through(runs: tuple[Path, Path]) -> None:
    def enterprises(folder: Path) -> list[str]:
        rows = table(folder, "nominees", "nominee").values()
        own = [r for r in rows if (r["kind"], r["group"]) == ("collective", "DOANH_NGHIEP")]
        return [row["proposed"] for row in own if row["eligibility"] == "pass"]

    before, after = map(enterprises, runs)
    assert (len(before), set(before)) == (8, {"over_quota"})  # 8 of 7
    assert (len(after), set(after)) == (9, {"yes"})  # 9 of 9


def test_the_result_says_what_was_required(runs: tuple[Path, Path]) -> None:
    row = table(runs[1], "verdicts", "nominee", "criterion")["SCT-TTR/TT/thanh-tra-so S0.TT.1"]
    assert "2017–2019" in row["required"]


def test_a_verdict_is_explained_in_the_words_of_the_plan(
    changed: Path, runs: tuple[Path, Path]
) -> None:
    asked = ("explain", runs[1], "SCT-TTR/TT/thanh-tra-so", "--criterion", "S0.TT.1")
    assert "trên máy này đã khác" in emubatch(*asked).output
    text = emubatch(*asked, "--programme", changed).output
    assert "trên máy này đã khác" not in text
    assert "S0.TT.1" in text and "2017–2019" in text


def test_workers_take_the_plan_as_well(
    changed: Path, runs: tuple[Path, Path], tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name in ("Bieu mau - Thanh tra So.xlsx", "SCT-XNK.xlsx"):
        shutil.copy(SAMPLE / "inbox" / name, inbox)
    run(changed, tmp_path / "out", inbox, "--jobs", "1")
    found = table(tmp_path / "out", "verdicts", "nominee", "criterion")
    known = table(runs[1], "verdicts", "nominee", "criterion")
    assert found
    assert {key: row["outcome"] for key, row in found.items()} == {
        key: known[key]["outcome"] for key in found
    }


def test_forms_are_checked_under_the_plan(changed: Path) -> None:
    form = SAMPLE / "inbox" / "SCT-XNK.xlsx"
    result = emubatch("check", form, "--programme", changed)
    assert result.return_value in (0, 1)


def test_what_is_imported_runs_the_same(changed: Path, tmp_path: Path) -> None:
    emubatch("programme", "import", changed, tmp_path / "folder")
    one, two = (emubatch("programme", "show", where, "--json").output for where in
                (changed, tmp_path / "folder"))  # fmt: skip
    assert one != two  # lines differ
    from emubatch import plans

    assert plans.load(str(tmp_path / "folder")).sha256 == plans.load(str(changed)).sha256


# --- a new plan from the blank starter -----------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A plan for one conference: two years of titles, or one commendation; sent before 1 July."""
    emubatch("programme", "new", tmp_path / "Hội nghị 2026.xlsx")
    plan = Desk(tmp_path / "Hội nghị 2026.xlsx")
    for key, value in {
        "title.vi": "Hội nghị điển hình 2026",
        "document.number": "12/KH-SCT",
        "as_of": "30/6/2026",
        "period.from": "01/01/2024",
        "period.to": "31/12/2025",
        "period.label": "2024–2025",
    }.items():
        plan.change(HEADER, {"key": key}, value=value)
    plan.change("deadlines", {"id": "HO_SO"}, date="1/7/2026", clause="4")
    plan.change("criteria", {"id": "1.a"}, parent="1.ab", **{"from": 2024, "to": 2025})
    plan.change("criteria", {"id": "1.b"}, parent="1.ab", **{"from": 2024, "to": 2025})
    plan.append(
        "criteria",
        label_vi="Một trong hai tiêu chuẩn", id="1.ab", parent="1", test="any_of", clause="1",
    )  # fmt: skip
    plan.change("quotas", {"kind": "individual", "group": ""}, limit=2)
    plan.change("fields", {"sheet": "Thanh_tich", "key": "nam"}, maximum=2026)
    plan.sheet("cases").delete_rows(5, plan.sheet("cases").max_row)
    return plan.save()


def fill(form: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Types rows into a form, by the headings that a clerk sees."""
    import openpyxl

    book = openpyxl.load_workbook(form)
    for name, records in rows.items():
        heads = {
            str(cell.value).replace("\u00a0*", ""): cell.column
            for cell in book[name][3]
            if cell.value
        }
        for at, record in enumerate(records, 4):
            for heading, value in record.items():
                book[name].cell(at, heads[heading]).value = value
    book.save(form)


UNIT = {
    "Mã đơn vị": "P1",
    "Tên đơn vị": "Phòng Một",
    "Nhóm": "Cơ quan Sở",
    "Ngày nộp": "20/06/2026",
}


def title(name: str, year: int, code: str = "Lao động tiên tiến", **more: Any) -> dict[str, Any]:
    return {
        "Loại đối tượng": "Cá nhân", "Tên": name, "Danh hiệu / Hình thức": code,
        "Năm thành tích": year, "Cấp/người ký": "Giám đốc Sở", "Số quyết định": f"{year}/QĐ-SCT",
        "Ngày quyết định": f"15/12/{year}", **more,
    }  # fmt: skip


def test_a_small_plan_written_from_the_starter_runs(small: Path, tmp_path: Path) -> None:
    check = emubatch("programme", "check", small)
    assert check.output.strip() == (
        "0 chỗ cần sửa, 0 cảnh báo, 0 ghi chú, 0 ca mẫu đúng như đã ghi"
    )
    emubatch("template", small, "-o", tmp_path / "forms")
    (form,) = (tmp_path / "forms").iterdir()
    assert form.name == "hoi-nghi-2026.xlsx"
    people = ["Phan Thị Thử", "Đỗ Văn Mẫu", "Lý Thị Ví Dụ"]
    silent = {"Cấp/người ký": None, "Số quyết định": None, "Ngày quyết định": None}
    none = {"code": "Không có danh hiệu trong năm", **silent}
    signed = {"Cấp/người ký": "Chủ tịch UBND tỉnh"}
    fill(
        form,
        {
            "Don_vi": [UNIT],
            "Ca_nhan": [
                {"Họ và tên": name, "Năm sinh": 1980 + at, "Chức vụ": "Chuyên viên"}
                for at, name in enumerate(people)
            ],
            "Thanh_tich": [
                title(people[0], 2024),
                title(people[0], 2025),
                title(people[1], 2024, **none),
                title(people[1], 2025),
                title(people[1], 2025, "Bằng khen của Chủ tịch UBND tỉnh", **signed),
                title(people[2], 2024, **none),
                title(people[2], 2025),
            ],
        },
    )
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    shutil.move(form, inbox)
    out = run(small, tmp_path / "out", inbox)
    found = {row["name"]: row for row in table(out, "nominees", "nominee").values()}
    assert {name: found[name]["eligibility"] for name in people} == {
        people[0]: "pass",  # both years
        people[1]: "pass",  # the commendation
        people[2]: "fail",
    }
    assert [found[name]["proposed"] for name in people] == ["yes", "yes", "no"]
    verdicts = table(out, "verdicts", "nominee", "criterion")
    key = found[people[1]]["nominee"]
    assert [verdicts[f"{key} {c}"]["outcome"] for c in ("1.a", "1.b", "1.ab", "1.c")] == [
        "fail", "pass", "pass", "pass",
    ]  # fmt: skip
    assert table(out, "submissions", "unit")["P1"]["status"] == "accepted"


def test_a_slip_in_the_small_plan_stops_it_before_any_file_is_read(
    small: Path, tmp_path: Path
) -> None:
    plan = Desk(small)
    cell = plan.change("criteria", {"id": "1.a"}, of="Thanh_tich.ma_kt : LDT")
    plan.save()
    (tmp_path / "inbox").mkdir()
    result = CliRunner().invoke(
        main,
        ["run", "--programme", str(small), "--inbox", str(tmp_path / "inbox"),
         "--out", str(tmp_path / "out")],
    )  # fmt: skip
    assert result.exit_code == 5
    assert f"{cell} of: danh sách ma_kt không có mã «LDT»; gần nhất: LDTT" in result.output
    assert not (tmp_path / "out").exists()
