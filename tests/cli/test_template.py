"""``emubatch template``."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from emubatch.cli import ExitCode, main
from emubatch.model import RosterUnit
from emubatch.programme.load import load
from emubatch.roster import HEADERS, read_roster
from emubatch.runfolder import file_stems
from emubatch.xl import MAP_SHEET
from emubatch.xl.form_roster import COLUMNS, write_roster

MODELS = "bacgiang-models-2020"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["template", *map(str, arguments)])


def code(result: Result) -> int:
    return result.exit_code


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    units = [
        RosterUnit("SCT-QLCN", "Phòng Thử nghiệm", "CO_QUAN_SO", received="2020-07-15"),
        RosterUnit("DN/07", "Công ty Mẫu", "DOANH_NGHIEP", valid_from="2015-01"),
    ]
    write_roster(tmp_path / "roster.xlsx", load(MODELS), units)
    return tmp_path / "roster.xlsx"


def test_the_blank_form(tmp_path: Path) -> None:
    result = run(MODELS, "-o", tmp_path / "out")
    assert code(result) == ExitCode.DONE
    path = tmp_path / "out" / f"{MODELS}.xlsx"
    assert result.stdout == f"{path}\n"
    assert "1 tệp" in result.stderr
    assert [p.name for p in (tmp_path / "out").iterdir()] == [path.name]


def test_one_form_a_unit(tmp_path: Path, roster: Path) -> None:
    result = run(MODELS, "--roster", roster, "-o", tmp_path / "out")
    assert code(result) == ExitCode.DONE
    names = sorted(p.name for p in (tmp_path / "out").iterdir())
    assert names == ["DN_07.xlsx", "SCT-QLCN.xlsx"]
    book = openpyxl.load_workbook(tmp_path / "out" / "DN_07.xlsx")
    assert [book["Don_vi"][cell].value for cell in ("A4", "B4", "C4")] == [
        "DN/07", "Công ty Mẫu", "Doanh nghiệp",
    ]  # fmt: skip
    assert book[MAP_SHEET]["B3"].value == "DN/07"


def test_a_form_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / f"{MODELS}.xlsx"
    path.write_text("đã điền", encoding="utf-8")
    result = run(MODELS, "-o", tmp_path)
    assert code(result) == ExitCode.LOCKED
    assert "--replace" in result.stderr
    assert path.read_text(encoding="utf-8") == "đã điền"
    assert code(run(MODELS, "-o", tmp_path, "--replace")) == ExitCode.DONE
    assert path.stat().st_size > 10_000


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "tệp").write_text("x", encoding="utf-8")
    result = run(MODELS, "-o", tmp_path / "tệp" / "out")
    assert code(result) == ExitCode.INPUT
    assert "Traceback" not in result.stderr


def test_an_unknown_programme(tmp_path: Path) -> None:
    result = run("bacgiang-modles-2020", "-o", tmp_path / "out")
    assert code(result) == ExitCode.PROGRAMME
    assert MODELS in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_roster_that_cannot_be_used(tmp_path: Path) -> None:
    bad = tmp_path / "roster.csv"
    bad.write_text("Tên đơn vị\nPhòng A\n", encoding="utf-8")
    result = run(MODELS, "--roster", bad, "-o", tmp_path / "out")
    assert code(result) == ExitCode.INPUT
    assert not (tmp_path / "out").exists()


def test_english(tmp_path: Path) -> None:
    result = run(MODELS, "-o", tmp_path, "--lang", "en")
    assert "1 file(s) written." in result.stderr
    book = openpyxl.load_workbook(tmp_path / f"{MODELS}.xlsx")
    assert book["Ca_nhan"]["A3"].value == "Full name\u00a0*"


def test_the_blank_roster_is_one_that_can_be_filled_and_read(tmp_path: Path) -> None:
    result = run(MODELS, "--blank-roster", "-o", tmp_path)
    path = tmp_path / f"{MODELS}-danh-sach.xlsx"
    assert (code(result), result.stdout) == (ExitCode.DONE, f"{path}\n")
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    for column, text in zip(
        "ABCDE", ("DN-1", "Công ty Mẫu", "Doanh nghiệp", "15/07/2020", "a@b.vn"), strict=True
    ):
        page[f"{column}4"] = text
    book.save(tmp_path / "filled.xlsx")
    (unit,) = read_roster(tmp_path / "filled.xlsx", load(MODELS)).units
    assert (unit.code, unit.group, unit.received, unit.email) == (
        "DN-1", "DOANH_NGHIEP", "2020-07-15", "a@b.vn",
    )  # fmt: skip
    (rule,) = page.data_validations.dataValidation
    assert (rule.type, rule.formula1) == ("list", "l_nhom")


def test_a_roster_comes_back_as_it_was(roster: Path) -> None:
    units = read_roster(roster, load(MODELS)).units
    assert [(u.code, u.name, u.group, u.received, u.valid_from) for u in units] == [
        ("SCT-QLCN", "Phòng Thử nghiệm", "CO_QUAN_SO", "2020-07-15", ""),
        ("DN/07", "Công ty Mẫu", "DOANH_NGHIEP", "", "2015-01"),
    ]


def test_the_roster_has_the_headers_that_are_read() -> None:
    assert {key: (vi, en) for key, vi, en, *_ in COLUMNS} == {
        key: (texts[0], next(t for t in texts if t == en))
        for (key, texts), (_, _, en, *_) in zip(HEADERS.items(), COLUMNS, strict=True)
    }


@pytest.mark.parametrize(
    ("texts", "stems"),
    [
        (["SCT-QLCN"], ["SCT-QLCN"]),
        (["DN/07", "DN\\07", "dn:07"], ["DN_07", "DN_07 (2)", "dn_07 (3)"]),
        (["../../etc", "..", "", " . "], ["_.._etc", "_", "_ (2)", "_ (3)"]),
        (["CON", "nul.x", "com1", "console"], ["_CON", "_nul.x", "_com1", "console"]),
        (
            ["Sở Công Thương", "So\u031b\u0309 Công Thương"],
            ["Sở Công Thương", "Sở Công Thương (2)"],
        ),
        (["x" * 300], ["x" * 80]),
    ],
)
def test_unit_codes_become_safe_file_names(texts: list[str], stems: list[str]) -> None:
    assert file_stems(texts) == stems


def test_a_roster_that_is_not_there_is_missing_input(tmp_path: Path) -> None:
    found = run(MODELS, "--roster", tmp_path / "none.xlsx", "-o", tmp_path)
    assert found.exit_code == 4
    assert "none.xlsx E709" in found.stderr
    assert list(tmp_path.iterdir()) == []
