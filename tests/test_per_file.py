"""The work on one file, there and back: a returned form is the next submission."""

from __future__ import annotations

import pickle
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from emubatch.intake import inbox_file
from emubatch.model import CheckedForm
from emubatch.per_file import ReadTask, ReturnTask, read_and_check, write_return
from emubatch.programme.load import load
from emubatch.xl.form import write_form

MODELS = "bacgiang-models-2020"
SCORECARD = "bacgiang-scorecard-2017"


def person(name: str, **more: Any) -> dict[str, Any]:
    return {
        "ho_ten": name,
        "nam_sinh": 1980,
        "chuc_vu": "Chuyên viên",
        "cap_vi_tri": "CBCCVC",
        "doi_tuong": "Công chức",
        "de_nghi": "GK_GDS",
        "tom_tat": "tốt",
        **more,
    }


def award(name: str, **more: Any) -> dict[str, Any]:
    return {
        "loai": "Cá nhân",
        "ten": name,
        "ma_kt": "Lao động tiên tiến",
        "nam": 2018,
        "nguoi_ky": "Giám đốc Sở",
        "so_qd": "1/QĐ-SCT",
        "ngay_qd": "15/01/2019",
        **more,
    }


UNIT = {"ma_dv": "SCT-VP", "ten_dv": "VP", "nhom": "Cơ quan Sở", "so_cbccvc": 9, "so_nld": 0}
FAULTY: dict[str, list[dict[str, Any]]] = {
    "Don_vi": [UNIT],
    "Ca_nhan": [
        person("Nguyễn Văn An", nam_sinh="tám mươi", chuc_vu=None),
        person("Trần Thị Bình ", ngay_sinh="31/02/1980"),
        person("Nguyễn Văn An"),
        person("Lê Cường", so_thich="đá bóng"),
    ],
    "Thanh_tich": [
        award("Nguyễn Văn Ân"),
        award("Trần Thị Bình", ma_kt="lao động giỏi"),
        award("Lê Cường", nam="năm 2018"),
        award("Lê Cường", nam="năm 2018"),
        award("Lê Cường", ma_kt="BK_TINH"),
    ],
    "Ky_luat": [{"loai": "Cá nhân", "ten": "Lê Cường"}],
}


def check(path: Path, programme: str = MODELS) -> CheckedForm:
    return read_and_check(ReadTask(inbox_file(path), programme))


def send_back(path: Path, form: CheckedForm, to: Path, programme: str = MODELS) -> None:
    findings = tuple(form.findings)
    write_return(ReturnTask(inbox_file(path), programme, (), to, findings))


def codes(form: CheckedForm) -> Counter[str]:
    return Counter(one.code for one in form.findings)


def test_a_return_sent_back_unmended_has_the_same_findings(tmp_path: Path) -> None:
    write_form(tmp_path / "1.xlsx", load(MODELS), values=FAULTY)
    first = check(tmp_path / "1.xlsx")
    assert {"E201", "E205", "E207", "E209", "E307", "E310", "E313", "E401"} < set(codes(first))
    assert {"W301", "W404", "W405", "N201", "N202"} < set(codes(first))
    send_back(tmp_path / "1.xlsx", first, tmp_path / "2.xlsx")
    second = check(tmp_path / "2.xlsx")
    assert codes(second) == codes(first)
    send_back(tmp_path / "2.xlsx", second, tmp_path / "3.xlsx")
    third = check(tmp_path / "3.xlsx")
    assert [(f.code, f.sheet, f.cell) for f in third.findings] == [
        (f.code, f.sheet, f.cell) for f in second.findings
    ]


def test_a_return_that_was_mended_reads_clean(tmp_path: Path) -> None:
    faulty = {
        "Don_vi": [UNIT],
        "Ca_nhan": [person("Nguyễn Văn An", nam_sinh="tám mươi")],
        "Ky_luat": [{"loai": "Cá nhân", "ten": "Nguyễn Văn An", "khong_co": "có"}],
    }
    write_form(tmp_path / "1.xlsx", load(MODELS), values=faulty)
    first = check(tmp_path / "1.xlsx")
    (found,) = first.findings
    send_back(tmp_path / "1.xlsx", first, tmp_path / "2.xlsx")
    book = openpyxl.load_workbook(tmp_path / "2.xlsx")
    assert book.sheetnames[0] == "Việc cần sửa"
    book["Ca_nhan"][found.cell] = 1980
    book.save(tmp_path / "3.xlsx")
    mended = check(tmp_path / "3.xlsx")
    assert mended.findings == []
    assert mended.tables["Ca_nhan"].columns["nam_sinh"] == ["1980"]


def test_an_untouched_scorecard_goes_there_and_back(tmp_path: Path) -> None:
    write_form(tmp_path / "1.xlsx", load(SCORECARD))
    first = check(tmp_path / "1.xlsx", SCORECARD)
    send_back(tmp_path / "1.xlsx", first, tmp_path / "2.xlsx", SCORECARD)
    second = check(tmp_path / "2.xlsx", SCORECARD)
    assert codes(second) == codes(first)
    assert codes(first)["W601"] == sum(r.kind == "leaf" for r in load(SCORECARD).scorecard)


@pytest.mark.parametrize("name", ["a.xlsx", "b.pdf"])
def test_tasks_and_results_travel_between_processes(tmp_path: Path, name: str) -> None:
    if name == "a.xlsx":
        write_form(tmp_path / name, load(MODELS), values=FAULTY)
    else:
        (tmp_path / name).write_bytes(b"%PDF-1.7")
    task = pickle.loads(pickle.dumps(ReadTask(inbox_file(tmp_path / name), MODELS)))
    form = read_and_check(task)
    assert pickle.loads(pickle.dumps(form)) == form
    assert form.readable == (name == "a.xlsx")
    assert form.file == name
    assert form.counts.cells_found == form.counts.cells_read + form.counts.cells_reported


def test_workers_stay_light(tmp_path: Path) -> None:
    """Reading and checking imports neither pandas nor the writers of workbooks."""
    import subprocess
    import sys

    write_form(tmp_path / "a.xlsx", load(MODELS), values=FAULTY)
    program = (
        "import sys; from pathlib import Path; from emubatch import intake, per_file\n"
        f"file = intake.inbox_file(Path({str(tmp_path / 'a.xlsx')!r}))\n"
        f"assert per_file.read_and_check(per_file.ReadTask(file, {MODELS!r})).readable\n"
        "heavy = {'pandas', 'numpy', 'openpyxl', 'xlsxwriter', 'click', 'jinja2', 'lxml'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
