"""Last year's form carried over to the new one."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from click.testing import CliRunner, Result

from emubatch.cli import ExitCode, main
from emubatch.intake import inbox_file, read
from emubatch.programme.load import load
from emubatch.xl.form import write_form

PLAN = "bacgiang-models-2020"


def run(*args: object) -> Result:
    return CliRunner().invoke(main, ["template", PLAN, *map(str, args), "--lang", "en"])


def old_form(path: Path) -> Path:
    """A form of an earlier version: other headers, a column and a sheet of its own, one less."""
    values = {
        "Don_vi": [{"ma_dv": "SCT-VP", "ten_dv": "Văn phòng Sở"}],
        "Ca_nhan": [{"ho_ten": "Nguyễn Văn An", "nam_sinh": 1980, "chuc_vu": "Chuyên viên"}],
    }
    write_form(path, load(PLAN), values=values)
    book = openpyxl.load_workbook(path)
    book["_emubatch"]["B1" if book["_emubatch"]["A1"].value == "programme" else "B2"] = PLAN
    for row in book["_emubatch"].iter_rows():
        if row[0].value == "version":
            row[1].value = "0.9"
    sheet = book["Ca_nhan"]
    header = next(row for row in sheet.iter_rows() if str(row[0].value).startswith("Họ và tên"))
    for cell in header:
        if str(cell.value).startswith("Mã cán bộ"):
            cell.value = "Phòng cũ"
            sheet.cell(cell.row + 1, cell.column).value = "Phòng Tổng hợp"
    for name in list(book.defined_names):
        del book.defined_names[name]
    book.create_sheet("Trang cũ")["A1"] = "x"
    book.save(path)
    return path


def test_what_moved_and_what_could_not_is_told(tmp_path: Path) -> None:
    source = old_form(tmp_path / "VP 2019.xlsx")
    assert [f.code for f in read(inbox_file(source), load(PLAN)).findings] == ["F115"]
    result = run("--carry", source, "-o", tmp_path / "moi")
    assert result.exit_code == ExitCode.DONE, result.output
    lines = result.stdout.splitlines()
    (moved,) = [line for line in lines if ":Ca_nhan N312" in line]
    assert "1 row(s)" in moved
    assert "«Họ và tên»" in moved
    assert "«Năm sinh»" in moved
    (lacking,) = [line for line in lines if ":Ca_nhan N313" in line]
    assert "«Mã cán bộ»" in lacking
    assert any("N107" in line and "0.9" in line for line in lines)
    assert any("W301" in line and "«Phòng cũ»" in line for line in lines)
    assert any(":Trang cũ W302" in line for line in lines)
    new = read(inbox_file(tmp_path / "moi" / "VP 2019.xlsx"), load(PLAN))
    table = new.tables["Ca_nhan"].columns
    assert (table["ho_ten"], table["nam_sinh"]) == (["Nguyễn Văn An"], [1980.0])
    assert table["Phòng cũ"] == ["Phòng Tổng hợp"]
    assert new.version == load(PLAN).version


def test_a_file_that_is_no_form_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"%PDF-1.7")
    result = run("--carry", tmp_path / "a.xlsx", "-o", tmp_path / "moi")
    assert result.exit_code == ExitCode.INPUT
    assert "F102" in result.stdout
    assert not list((tmp_path / "moi").glob("*"))


def test_carry_and_roster_are_two_things(tmp_path: Path) -> None:
    source = old_form(tmp_path / "a.xlsx")
    assert run("--carry", source, "--blank-roster").exit_code == ExitCode.USAGE
