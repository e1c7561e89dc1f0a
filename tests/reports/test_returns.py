"""What a unit gets back: its own values, findings at the cells where they now stand."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from emubatch import checks, intake
from emubatch.messages import finding
from emubatch.model import CheckedForm, Finding, RawTable, RosterUnit, Submission, Table
from emubatch.programme.load import load
from emubatch.programme.tables import Programme
from emubatch.reports.returns import return_findings, return_values, write_returned_form
from emubatch.xl import MAP_SHEET, TODO_SHEET
from emubatch.xl.form import write_form
from emubatch.xl.form_layout import lay_out
from emubatch.xl.lint import lint_workbook

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="module")
def models() -> Programme:
    return load("bacgiang-models-2020")


@pytest.fixture
def submission() -> Submission:
    """A retyped form: other sheet name, other columns, header in row 6, a gap between records."""
    found = Submission("a/b.xlsx", "0" * 64, 1, stated_unit="SCT-THU")
    found.tables["Ca_nhan"] = RawTable(
        sheet="Ca_nhan",
        title="Danh sách cá nhân",
        header_row=6,
        letters={"ho_ten": "C", "nam_sinh": "B", "doi_tuong": "H"},
        rows=[8, 11],
        columns={
            "ho_ten": ["Lê Thị Thử", "Lê Thị Thử"],
            "nam_sinh": [1984.0, "19x4"],
            "doi_tuong": [None, "Công chức"],
            "Ghi chú riêng": ["a", None],
        },
    )
    return found


def moved(submission: Submission, programme: Programme, *findings: Finding) -> list[Finding]:
    values = return_values(submission)
    return return_findings(submission, findings, lay_out(programme, "vi", None, values))


def at(cell: str, **more: Any) -> Finding:
    return finding("E207", sheet="Danh sách cá nhân", cell=cell, **more)


@pytest.mark.parametrize(
    ("cell", "more", "now"),
    [
        ("B11", {"field": "nam_sinh", "value": "19x4"}, "C5"),
        ("C8", {"field": "ho_ten"}, "A4"),
        ("H8", {"field": "doi_tuong"}, "G4"),
        ("K8", {"field": "chuc_vu"}, "E4"),  # a column that the file lacks
        ("P6", {"value": "Ghi chú riêng"}, "L3"),  # the header of the sender's own column
        ("C6", {"field": "ho_ten"}, "A3"),
        ("C9", {"field": "ho_ten"}, ""),  # a row that is no record
        ("Z8", {}, ""),
        ("", {"field": "ho_ten"}, ""),
    ],
)
def test_findings_move_with_their_cell(
    submission: Submission, models: Programme, cell: str, more: dict[str, str], now: str
) -> None:
    (found,) = moved(submission, models, at(cell, **more))
    assert (found.sheet, found.cell) == ("Ca_nhan", now)
    sent = dict(found.params).get("sent_cell")
    assert sent == (cell if cell and not now else None)


def test_addresses_in_messages_move_too(submission: Submission, models: Programme) -> None:
    (found,) = moved(submission, models, at("C8", other="C11", cells="C8, C11, H8", name="CB12"))
    words = dict(found.params)
    assert (words["other"], words["cells"], words["name"]) == ("A5", "A4, A5, G4", "CB12")


def test_findings_of_other_sheets_and_of_the_file_stay(
    submission: Submission, models: Programme
) -> None:
    file_level = finding("E301", title="Tập thể")
    elsewhere = finding("N304", sheet="Sheet9", cell="A1")
    assert moved(submission, models, file_level, elsewhere) == [
        file_level,
        Finding("N304", "note", sheet="Sheet9", params=(("sent_cell", "A1"),)),
    ]


def test_the_form_names_its_unit(submission: Submission, models: Programme, tmp_path: Path) -> None:
    write_returned_form(tmp_path / "a.xlsx", submission, [at("B11")], models, None)
    write_returned_form(
        tmp_path / "b.xlsx", submission, [at("B11")], models, RosterUnit("SCT-KHAC", "Khác")
    )
    codes = [
        openpyxl.load_workbook(tmp_path / name)[MAP_SHEET]["B3"].value
        for name in ("a.xlsx", "b.xlsx")
    ]
    assert codes == ["SCT-THU", "SCT-KHAC"]


# --- the whole way, on the samples ---------------------------------------------------------------


def facts(form: CheckedForm) -> Counter[tuple[str, str, str]]:
    """Findings that ask for something, without their addresses."""
    return Counter((f.code, f.field, f.value) for f in form.findings if f.severity != "note")


def records(table: Table) -> Counter[str]:
    """The typed records of a table, wherever they stand; criteria left out may have come back."""
    rows = zip(*(table.columns[name] for name in sorted(table.columns)), strict=True)
    return Counter(map(repr, rows))


def read(path: Path, programme: Programme) -> tuple[Submission, CheckedForm]:
    (file,) = (f for f in intake.scan(path.parent) if f.path == path)
    submission = intake.read(file, programme)
    return submission, checks.check(submission, programme)


@pytest.mark.parametrize("sample", ["bacgiang-models-2020", "bacgiang-scorecard-2017"])
def test_sent_back_unmended_gives_the_same_findings(sample: str, tmp_path: Path) -> None:
    programme = load(sample)
    with_findings = 0
    for file in intake.scan(SAMPLES / sample / "inbox"):
        submission = intake.read(file, programme)
        if not submission.readable:
            continue
        form = checks.check(submission, programme)
        path = tmp_path / file.name
        write_returned_form(path, submission, form.findings, programme, None)
        assert lint_workbook(path) == [], file.name
        _, again = read(path, programme)
        assert facts(again) == facts(form), file.name
        for key, table in form.tables.items():
            assert records(table) <= records(again.tables[key]), f"{file.name} {key}"
        with_findings += bool(facts(form))
    assert with_findings > 1


def test_mended_it_reads_clean(models: Programme, tmp_path: Path) -> None:
    values = {
        "Don_vi": [
            {
                "ma_dv": "SCT-THU",
                "ten_dv": "Phòng Thử nghiệm",
                "nhom": "Cơ quan Sở",
                "so_cbccvc": "mười hai",
                "so_nld": 3.0,
            }
        ],
        "Tap_the": [
            {
                "ten_tt": "Phòng Thử nghiệm",
                "nhom_phan_bo": "Sở",
                "de_nghi": "Giấy khen của Giám đốc Sở",
            }
        ],
    }
    (tmp_path / "sent").mkdir()
    write_form(tmp_path / "sent" / "a.xlsx", models, values=values)
    submission, form = read(tmp_path / "sent" / "a.xlsx", models)
    assert {(f.code, f.cell) for f in form.findings if f.severity == "error"} == {
        ("E202", "D4"), ("E209", "B4"),
    }  # fmt: skip
    (tmp_path / "back").mkdir()
    back = tmp_path / "back" / "SCT-THU.xlsx"
    write_returned_form(back, submission, form.findings, models, None)
    book = openpyxl.load_workbook(back)
    links = [
        cell.hyperlink.location
        for row in book[TODO_SHEET].iter_rows(min_row=6, min_col=4, max_col=4)
        for cell in row
        if cell.hyperlink
    ]
    assert {"'Don_vi'!D4", "'Tap_the'!B4"} <= set(links)
    book["Don_vi"]["D4"] = 12
    book["Tap_the"]["B4"] = "Cơ quan Sở"
    (tmp_path / "mended").mkdir()
    mended = tmp_path / "mended" / "SCT-THU.xlsx"
    book.save(mended)
    _, clean = read(mended, models)
    assert not [f for f in clean.findings if f.severity == "error"]


def test_a_return_saved_by_libreoffice_reads_the_same(
    models: Programme, libreoffice: Any, tmp_path: Path
) -> None:
    inbox = SAMPLES / models.id / "inbox"
    (tmp_path / "one").mkdir()
    shutil.copy(inbox / "Phu Lam.xlsx", tmp_path / "one" / "sent.xlsx")
    submission, form = read(tmp_path / "one" / "sent.xlsx", models)
    (tmp_path / "two").mkdir()
    path = tmp_path / "two" / "sent.xlsx"
    write_returned_form(path, submission, form.findings, models, None)
    saved = libreoffice(path, "xlsx", tmp_path / "three")
    _, again = read(saved, models)
    # A formula without a result is one with an error once a program has calculated it.
    calculated = {"E213": "E212"}
    before = Counter((calculated.get(c, c), field) for c, field, _ in facts(form).elements())
    assert Counter((c, field) for c, field, _ in facts(again).elements()) == before
