"""``emubatch programme export | import | new`` with plan workbooks."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from emubatch import plans
from emubatch.cli import main
from emubatch.programme.source import read_folder

MODELS = "bacgiang-models-2020"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["programme", *map(str, arguments)])


def test_export_writes_one_file_and_overwrites_none(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    result = run("export", MODELS, path)
    assert (result.exit_code, result.output) == (0, f"{path}\n")
    assert [file.name for file in tmp_path.iterdir()] == ["plan.xlsx"]
    path.write_bytes(b"mine")
    result = run("export", MODELS, path)
    assert result.exit_code == 6
    assert path.read_bytes() == b"mine"
    assert run("export", MODELS, path, "--replace").exit_code == 0
    assert plans.load(str(path)).id == MODELS


def test_export_in_english_with_every_table(tmp_path: Path) -> None:
    run("export", MODELS, tmp_path / "plan.xlsx", "--lang", "en", "--all")
    names = openpyxl.load_workbook(tmp_path / "plan.xlsx").sheetnames
    assert {"About", "Criteria", "Scorecard", "Readings", "Worked cases"} <= set(names)
    run("export", MODELS, tmp_path / "lean.xlsx")
    lean = openpyxl.load_workbook(tmp_path / "lean.xlsx").sheetnames
    assert "Bảng chấm điểm" not in lean
    assert lean[:3] == ["Hướng dẫn", "Thông tin chung", "Tiêu chuẩn"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("no-such-plan", "plan.xlsx"), 5),
        ((MODELS, "plan.csv"), 2),
        (("gone.xlsx", "plan.xlsx"), 5),
    ],
)
def test_export_of_nothing_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("export", *arguments).exit_code == code
    assert list(tmp_path.iterdir()) == []


def test_import_writes_a_folder_named_after_the_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("new", "Kế hoạch 2026.xlsx", "--from", MODELS)
    result = run("import", "Kế hoạch 2026.xlsx")
    assert result.exit_code == 0
    assert result.output.splitlines()[0] == "ke-hoach-2026/programme.toml"
    assert (tmp_path / "ke-hoach-2026" / "cases" / "can-bo.csv").is_file()
    folder = plans.load("ke-hoach-2026")
    assert (folder.id, folder.sha256) == (
        "ke-hoach-2026",
        plans.load("Kế hoạch 2026.xlsx").sha256,
    )
    assert run("check", "ke-hoach-2026", "--no-cases").exit_code == 0
    assert run("import", "Kế hoạch 2026.xlsx").exit_code == 2  # holds files already


def test_import_of_a_plan_with_a_mistake_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    run("export", MODELS, path)
    book = openpyxl.load_workbook(path)
    book["Tiêu chuẩn"]["E7"].value = "dem"
    book.save(path)
    result = run("import", path, tmp_path / "folder")
    assert result.exit_code == 5
    assert "Tiêu chuẩn!E7 test: không có phép kiểm «dem»" in result.output
    assert not (tmp_path / "folder").exists()


@pytest.mark.parametrize("origin", ["", MODELS])
def test_new_workbook_is_whole_and_has_an_id_of_its_own(tmp_path: Path, origin: str) -> None:
    path = tmp_path / "Hội nghị 2026.xlsx"
    result = run("new", path, *(["--from", origin] if origin else []))
    assert (result.exit_code, result.output) == (0, f"{path.name}\n")
    assert plans.load(str(path)).id == "hoi-nghi-2026"
    assert run("check", path, "--no-cases").exit_code == 0
    again = run("new", path)
    assert again.exit_code == 2
    assert path.name in again.output


def test_new_folder_from_a_workbook(tmp_path: Path) -> None:
    run("export", MODELS, tmp_path / "plan.xlsx")
    result = run("new", tmp_path / "ban-sao", "--from", tmp_path / "plan.xlsx")
    assert result.exit_code == 0
    assert read_folder(tmp_path / "ban-sao").facts["id"] == "ban-sao"


def test_show_and_check_take_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    run("export", MODELS, path)
    assert run("show", path).output == run("show", MODELS).output
    shown = json.loads(run("check", path, "--json", "--no-cases").output)
    cells = [problem["cell"] for problem in shown["problems"]]
    assert cells and all(cell.startswith("Số liệu văn bản!") for cell in cells)
    assert run("check", path, "--set", "at_leasst=>").exit_code == 5
