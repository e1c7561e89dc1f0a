"""``emubatch check`` as unit clerks and scripts use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from emubatch.cli import ExitCode, main
from emubatch.model import FINDING_COLUMNS, RosterUnit
from emubatch.programme.load import load
from emubatch.xl.form import write_form

PROGRAMME = "bacgiang-models-2020"
UNIT = RosterUnit("SCT-VP", "Văn phòng Sở", "CO_QUAN_SO")
FILLED: dict[str, list[dict[str, Any]]] = {
    "Don_vi": [
        {"ma_dv": "SCT-VP", "ten_dv": "VP", "nhom": "Cơ quan Sở", "so_cbccvc": 9, "so_nld": 0}
    ],
    "Tap_the": [{"ten_tt": "VP", "nhom_phan_bo": "Cơ quan Sở", "de_nghi": "GK_GDS"}],
}


def run(*args: object) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, args)])


def form(path: Path, **changes: Any) -> Path:
    values = {key: [dict(row) for row in rows] for key, rows in FILLED.items()}
    values["Tap_the"][0].update(changes)
    write_form(path, load(PROGRAMME), unit=UNIT, values=values)
    return path


def test_a_clean_form_ends_with_0(tmp_path: Path) -> None:
    result = run(form(tmp_path / "a.xlsx"))
    assert result.exit_code == ExitCode.DONE
    assert result.stdout == ""
    assert result.stderr.strip() == "1 tệp, 0 không đọc được: 0 lỗi, 0 cảnh báo, 0 ghi chú"


def test_an_error_ends_with_1_and_names_its_cell(tmp_path: Path) -> None:
    path = form(tmp_path / "a.xlsx", si_so="mười")
    result = run(path, "--lang", "en")
    assert result.exit_code == ExitCode.FINDINGS
    (line,) = result.stdout.splitlines()
    assert line.startswith(f"{path.as_posix()}:Tap_the!C4 E202 «Members»: «mười» is not a whole")


def test_the_programme_may_be_named(tmp_path: Path) -> None:
    path = form(tmp_path / "a.xlsx")
    assert run(path, "--programme", PROGRAMME).exit_code == ExitCode.DONE
    result = run(path, "--programme", "bacgiang-scorecard-2017")
    assert result.exit_code == ExitCode.INPUT
    assert " F113 " in result.stdout


def test_an_unknown_programme_ends_with_5(tmp_path: Path) -> None:
    result = run(form(tmp_path / "a.xlsx"), "--programme", "bacgiang-model-2020")
    assert result.exit_code == ExitCode.PROGRAMME


def test_json_has_the_columns_of_findings(tmp_path: Path) -> None:
    result = run(form(tmp_path / "a.xlsx", si_so="mười"), "--json")
    (row,) = json.loads(result.stdout)
    assert tuple(row) == FINDING_COLUMNS
    assert (row["code"], row["severity"], row["cell"], row["value"], row["unit"]) == (
        "E202",
        "error",
        "C4",
        "mười",
        "SCT-VP",
    )


@pytest.mark.parametrize("content", [None, b"", b"<html>", b"PK\x03\x04"])
def test_no_readable_file_at_all_ends_with_4(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "a.xlsx"
    if content is not None:
        path.write_bytes(content)
    result = run(path)
    assert result.exit_code == ExitCode.INPUT
    assert len(result.stdout.splitlines()) == 1
    assert " F1" in result.stdout


def test_one_bad_file_among_good_ones(tmp_path: Path) -> None:
    (tmp_path / "b.xlsx").write_bytes(b"<html>")
    result = run(form(tmp_path / "a.xlsx"), tmp_path / "b.xlsx")
    assert result.exit_code == ExitCode.FINDINGS
    assert result.stderr.startswith("2 tệp, 1 không đọc được: 1 lỗi")


def test_a_folder_and_a_pattern_stand_for_their_files(tmp_path: Path) -> None:
    form(tmp_path / "a.xlsx")
    form(tmp_path / "b.xlsx")
    assert run(tmp_path).stderr.startswith("2 tệp")
    assert run(tmp_path / "*.xlsx").stderr.startswith("2 tệp")


def test_a_form_of_no_known_programme(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        book.add_worksheet("Ca_nhan").write_row(0, 0, ["Họ và tên", "Chức vụ"])
    result = run(tmp_path / "a.xlsx")
    assert result.exit_code == ExitCode.INPUT
    assert " F117 " in result.stdout


def test_the_old_format_is_read_in_a_process_of_its_own(tmp_path: Path, libreoffice: Any) -> None:
    path = libreoffice(form(tmp_path / "a.xlsx"), "xls", tmp_path / "old")
    result = run(path)
    assert result.exit_code == ExitCode.DONE
    assert " N102 " in result.stdout


def test_a_damaged_old_file_is_one_finding(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + bytes(2000)
    )
    result = run(path, "--programme", PROGRAMME)
    assert result.exit_code == ExitCode.INPUT
    assert len(result.stdout.splitlines()) == 1


def test_papers_and_foreign_files_of_an_archive_are_told_as_in_a_month(tmp_path: Path) -> None:
    import zipfile

    inside = form(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "gui.zip", "w") as archive:
        archive.write(inside, "a.xlsx")
        archive.writestr("to trinh.pdf", b"%PDF-1.4 scan")
        archive.writestr("b.et", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000))
    lines = run(tmp_path / "gui.zip").output.splitlines()
    assert any("to trinh.pdf N104" in text for text in lines)
    assert any("b.et F109" in text for text in lines)


def test_notes_alike_take_one_line(tmp_path: Path) -> None:
    from emubatch import legacy

    path = tmp_path / "a.xlsx"
    people = [{"ho_ten": legacy.encode(f"Nguyễn Văn {name}", "TCVN3")} for name in ("Ấn", "Bổng")]
    write_form(path, load(PROGRAMME), unit=UNIT, values={**FILLED, "Ca_nhan": people})
    names = [text for text in run(path).output.splitlines() if "N206 «Họ và tên»" in text]
    assert len(names) == 1
    assert names[0].endswith("Còn 1 ô như vậy: A5.")
    found = json.loads(run(path, "--json").stdout)
    assert [one["cell"] for one in found if one["code"] == "N206"] == ["A4", "A5"]
