"""Every workbook that the samples produce opens cleanly.

Nobody here can run Excel. What is proved instead: the Open XML SDK finds no error, our own check
finds none of the faults that the SDK passes over, LibreOffice loads the file, and all values are
equal after LibreOffice has saved it again.
"""

from __future__ import annotations

import datetime as dt
import math
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from emubatch.programme.load import builtin_ids, load
from emubatch.xl.form_waivers import write_waivers
from emubatch.xl.lint import lint_workbook
from emubatch.xl.write import Book, Column


@pytest.fixture(scope="session")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """What ``demo`` writes from the samples, the blank forms, and a workspace with a register."""
    folder = tmp_path_factory.mktemp("demo")
    emubatch("demo", str(folder / "demo"))
    for programme in builtin_ids():
        emubatch("template", programme, "-o", str(folder / "forms"))
    _workspace(folder / "phong")
    inputs = {"inbox", "samples", "so"}
    found = [path for path in folder.rglob("*.xlsx") if not inputs & set(path.parts)]
    return sorted(found)


def _workspace(folder: Path) -> None:
    """A month that was run again with a waiver, against a register that raises questions."""
    emubatch("init", str(folder), "--programme", "bacgiang-models-2020")
    sample = Path(__file__).parents[1] / "samples" / "bacgiang-models-2020"
    for name in ("DN-01.xlsx", "DN-02.xlsx", "SCT-VP.xlsx"):
        (folder / "inbox" / name).write_bytes((sample / "inbox" / name).read_bytes())
    (folder / "roster.xlsx").write_bytes((sample / "roster.xlsx").read_bytes())
    book, register = folder / "so" / "so.xlsx", folder / "register.sqlite"
    book.parent.mkdir()
    rows = {
        "Họ và tên": ["Đặng Duy Tuyên", "Trịnh Hữu Bảo", "Đoàn Diệu Mến"],
        "Năm sinh": ["1973", "", "1971"],
        "Mã đơn vị": ["DN-09", "DN-01", "DN-01"],
        "Hệ": ["Chính quyền", "Đảng", "Chính quyền"],
        "Hình thức": ["Khiển trách", "Cảnh cáo", "Khiển trách"],
        "Ngày QĐ": ["05/03/2017", "06/03/2017", "07/03/2017"],
    }
    with Book(book, title="Sổ") as made:
        made.sheet("Kỷ luật", "Sổ").write_table("t", [Column(k, v) for k, v in rows.items()])
    emubatch("register", "import", str(book), "--register", str(register))
    emubatch("run", str(folder))
    row = {"kind": "sửa", "unit": "DN-01", "nominee": "Lương Thế Phong", "sheet": "Ca_nhan"}
    why = {"field": "Ngày vào đơn vị", "value": "01/02/2010", "reason": "x", "signer": "y"}
    write_waivers(folder / "ngoai-le.xlsx", load("bacgiang-models-2020"), [{**row, **why}])
    emubatch("run", str(folder))
    emubatch("register", "export", str(folder / "so-moi.xlsx"), "--register", str(register))
    emubatch("programme", "export", "bacgiang-models-2020", str(folder / "plan.xlsx"))
    emubatch("programme", "new", str(folder / "moi.xlsx"))


def emubatch(*arguments: str) -> None:
    command = [sys.executable, "-m", "emubatch", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stderr


def test_the_samples_produce_every_kind_of_workbook(workbooks: list[Path]) -> None:
    names = [path.name for path in workbooks]
    assert names.count("ket-qua.xlsx") == names.count("tong-hop.xlsx") == len(builtin_ids()) + 1
    own = ("ai-la-ai.xlsx", "ngoai-le.xlsx", "roster.xlsx", "so-moi.xlsx", "plan.xlsx", "moi.xlsx")
    assert all(name in names for name in own)
    place = next(path for path in workbooks if path.name == "ai-la-ai.xlsx")
    sheets = CalamineWorkbook.from_path(place.with_name("ket-qua.xlsx")).sheet_names
    assert {"Đối chiếu", "Thay đổi"} <= set(sheets)
    assert sum(path.parent.name == "tra-lai" for path in workbooks) > 2
    assert sum(path.parent.name == "forms" for path in workbooks) == len(builtin_ids())


def test_the_open_xml_sdk_finds_no_error(
    workbooks: list[Path], ooxml_validator: Callable[[Path], list[str]]
) -> None:
    assert {str(p): errors for p in workbooks if (errors := ooxml_validator(p))} == {}


def test_our_own_check_finds_no_fault(workbooks: list[Path]) -> None:
    assert {str(p): faults for p in workbooks if (faults := lint_workbook(p))} == {}


def test_values_are_equal_after_libreoffice_saved_them(
    workbooks: list[Path], libreoffice: Any, tmp_path: Path
) -> None:
    folders: dict[Path, list[Path]] = {}
    for path in workbooks:
        folders.setdefault(path.parent, []).append(path)
    changed = {}
    for number, paths in enumerate(folders.values()):
        for before, after in zip(
            paths, libreoffice.many(paths, "xlsx", tmp_path / str(number)), strict=True
        ):
            if differences := list(differing(before, after)):
                changed[str(before)] = differences[:5]
    assert changed == {}


def differing(before: Path, after: Path) -> Iterator[str]:
    """Cells whose value is not the same in both workbooks."""
    one, two = CalamineWorkbook.from_path(before), CalamineWorkbook.from_path(after)
    if one.sheet_names != two.sheet_names:
        yield f"sheets {one.sheet_names} became {two.sheet_names}"
        return
    for name in one.sheet_names:
        cells, again = values(one, name), values(two, name)
        for place in sorted(cells.keys() | again.keys()):
            if not same(cells.get(place), again.get(place)):
                yield f"{name} {place}: {cells.get(place)!r} became {again.get(place)!r}"


def values(book: CalamineWorkbook, name: str) -> dict[tuple[int, int], Any]:
    """Cells with a value, by row and column from 0."""
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return {
        (r, c): value for r, row in enumerate(rows) for c, value in enumerate(row) if value != ""
    }


def same(one: Any, two: Any) -> bool:
    if isinstance(one, int | float) and isinstance(two, int | float):
        return math.isclose(one, two, rel_tol=1e-12, abs_tol=1e-12)
    if isinstance(one, dt.datetime) and isinstance(two, dt.date):
        return one.date() == (two.date() if isinstance(two, dt.datetime) else two)
    return bool(one == two)


def test_a_changed_value_is_noticed(tmp_path: Path) -> None:
    for name, value in (("a.xlsx", 983), ("b.xlsx", 981)):
        with xlsxwriter.Workbook(tmp_path / name) as book:
            book.add_worksheet("Bảng điểm").write_row(1, 1, ["Tổng", value])
    found = list(differing(tmp_path / "a.xlsx", tmp_path / "b.xlsx"))
    assert found == ["Bảng điểm (1, 2): 983.0 became 981.0"]
