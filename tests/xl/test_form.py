"""Blank and pre-filled intake forms, generated from the tables of a programme."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.utils import range_boundaries
from python_calamine import CalamineWorkbook

from emubatch.model import RosterUnit
from emubatch.programme.tables import Programme
from emubatch.xl import GUIDE_SHEET, LISTS_SHEET, MAP_SHEET, TODO_SHEET, style
from emubatch.xl.form import write_form
from emubatch.xl.form_layout import column_letter, labels_of, lay_out
from emubatch.xl.form_rules import _odd_date
from emubatch.xl.form_scorecard import asked
from emubatch.xl.lint import lint_workbook

HEADER, FIRST = 3, 4  # rows as Excel counts them


def form(path: Path, programme: Programme, **more: Any) -> Path:
    write_form(path, programme, **more)
    return path


@pytest.fixture(scope="session")
def blank(programme: Programme, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return form(tmp_path_factory.mktemp("blank") / f"{programme.id}.xlsx", programme)


@pytest.fixture
def book(blank: Path) -> Any:
    return openpyxl.load_workbook(blank)


def validations(sheet: Any) -> dict[str, Any]:
    """First cell of its range -> validation."""
    return {
        str(area).split(":")[0]: rule
        for rule in sheet.data_validations.dataValidation
        for area in rule.sqref.ranges
    }


def test_sheets_in_order_and_hidden_ones_hidden(book: Any, programme: Programme) -> None:
    keys = [sheet.key for sheet in programme.sheets]
    assert book.sheetnames == [GUIDE_SHEET, *keys, LISTS_SHEET, MAP_SHEET]
    hidden = [s.title for s in book if s.sheet_state == "hidden"]
    assert hidden == [LISTS_SHEET, MAP_SHEET]
    assert book.active.title == GUIDE_SHEET


def test_headers_in_the_order_of_the_table(book: Any, programme: Programme) -> None:
    for sheet in programme.sheets:
        headers = [cell.value for cell in book[sheet.key][HEADER]]
        wanted = [
            f.header_vi + ("\u00a0*" if f.required == "yes" else "")
            for f in programme.fields_of[sheet.key]
        ]
        assert headers == wanted


def test_required_headers_have_a_mark_and_a_colour(book: Any, programme: Programme) -> None:
    for sheet in programme.sheets:
        for cell, field in zip(
            book[sheet.key][HEADER], programme.fields_of[sheet.key], strict=True
        ):
            dark = cell.fill.fgColor.rgb == "FF" + style.INK[1:]
            assert dark == cell.value.endswith("*") == (field.required == "yes")


def test_every_list_is_reached_by_a_defined_name(book: Any, programme: Programme) -> None:
    lists = 0
    for sheet in programme.sheets:
        for rule in book[sheet.key].data_validations.dataValidation:
            if rule.type != "list":
                continue
            lists += 1
            names = re.findall(r"\b[lno]_\w+", rule.formula1)
            assert names, rule.formula1
            assert set(names) <= set(book.defined_names)
            assert "!" not in rule.formula1
    assert lists > 5


def test_lists_hold_the_labels(book: Any, models: Programme, scorecard: Programme) -> None:
    for programme in (models, scorecard):
        if programme.id not in (book.properties.subject,):
            continue
        for name in {f.list for f in programme.fields if f.list}:
            target = book.defined_names[f"l_{name}"].attr_text
            labels = list(labels_of(programme, name, "vi").values())
            assert values_of(book, target) == labels
            assert values_of(book, book.defined_names[f"c_{name}"].attr_text) == list(
                labels_of(programme, name, "vi")
            )
        assert values_of(book, book.defined_names["l_co_khong"].attr_text) == ["có", "không"]


def values_of(book: Any, target: str) -> list[Any]:
    sheet, _, area = target.rpartition("!")
    left, top, right, bottom = range_boundaries(area.replace("$", ""))
    assert left == right
    return [book[sheet.strip("'")].cell(row, left).value for row in range(top, bottom + 1)]


def test_map_names_every_field(book: Any, programme: Programme) -> None:
    rows = [[cell.value for cell in row[:4]] for row in book[MAP_SHEET]]
    assert rows[:4] == [
        ["programme", programme.id, None, None],
        ["version", programme.version, None, None],
        ["unit", None, None, None],
        ["lang", "vi", None, None],
    ]
    assert rows[5] == ["sheet", "key", "name", "header"]
    assert [row[:2] for row in rows[6:]] == [[f.sheet, f.key] for f in programme.fields]
    for (sheet, _, name, header), field in zip(rows[6:], programme.fields, strict=True):
        place, _, area = book.defined_names[name].attr_text.rpartition("!")
        left, top, right, bottom = range_boundaries(area.replace("$", ""))
        assert (place.strip("'"), left, top) == (sheet, right, FIRST)
        assert bottom >= FIRST + programme.sheet_by_key[sheet].rows - 1
        assert header == field.header_vi
        assert book[sheet].cell(HEADER, left).value.rstrip("\u00a0*") == header


def test_input_messages_have_the_words_of_the_help(book: Any, programme: Programme) -> None:
    for sheet in programme.sheets:
        found = validations(book[sheet.key])
        for index, field in enumerate(programme.fields_of[sheet.key]):
            rule = found.get(f"{column_letter(index)}{FIRST}")
            if rule is None:
                assert sheet.role in ("scorecard", "indicators")
                continue
            assert field.help_vi[:80] in rule.prompt
            assert rule.promptTitle == field.header_vi[:32]
            assert len(rule.prompt) <= 255


def test_codes_stop_and_judgement_warns(book: Any, models: Programme) -> None:
    if book.properties.subject != models.id:
        return
    people, awards = validations(book["Ca_nhan"]), validations(book["Thanh_tich"])
    assert (people["G4"].type, people["G4"].formula1, people["G4"].errorStyle) == (
        "list", "l_doi_tuong", None,
    )  # fmt: skip
    assert people["C4"].type == "whole"
    assert (people["C4"].formula1, people["C4"].formula2) == ("1940", "2005")
    assert (awards["B4"].type, awards["B4"].errorStyle) == ("list", "warning")
    assert awards["B4"].formula1 == 'IF($A4="Tập thể",n_Tap_the,n_Ca_nhan)'
    assert book.defined_names["n_Ca_nhan"].attr_text == (
        "'Ca_nhan'!$A$4:INDEX('Ca_nhan'!$A$4:$A$103,MAX(1,COUNTA('Ca_nhan'!$A$4:$A$103)))"
    )


def column_of(page: Any, index: int) -> Any:
    """Format of a column counted from 1; openpyxl joins neighbours that look alike."""
    return next(d for d in page.column_dimensions.values() if d.min <= index <= d.max)


def test_inputs_are_unlocked_and_headers_are_not(book: Any, programme: Programme) -> None:
    for sheet in programme.sheets:
        page = book[sheet.key]
        assert page.protection.sheet and not page.protection.password
        for allowed in ("sort", "autoFilter", "insertRows", "deleteRows", "formatColumns"):
            assert getattr(page.protection, allowed) is False, allowed
        assert page["A3"].protection.locked
        for index, _ in enumerate(programme.fields_of[sheet.key], 1):
            locked = sheet.role == "scorecard" and index < 3
            locked = locked or (sheet.role == "indicators" and index < 4)
            assert column_of(page, index).protection.locked is locked
        assert column_of(page, 16_384).protection.locked is False


def test_print_set_up_panes_and_filter(book: Any, programme: Programme) -> None:
    for sheet in programme.sheets:
        page = book[sheet.key]
        assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
        assert page.print_title_rows == "$3:$3"
        assert page.freeze_panes in ("A4", "B4")
        assert bool(page.auto_filter.ref) == (sheet.rows > 1)


def test_typed_dates_stay_text(book: Any, programme: Programme) -> None:
    """Cells of dates are text, so that no program swaps day and month or adds a day."""
    for sheet in programme.sheets:
        for index, field in enumerate(programme.fields_of[sheet.key]):
            if field.type in ("date", "code", "text", "years"):
                column = column_of(book[sheet.key], index + 1)
                assert column.protection.locked or column.number_format == "@"


def test_guidance_says_what_when_and_where(blank: Path, programme: Programme) -> None:
    rows = CalamineWorkbook.from_path(blank).get_sheet_by_name(GUIDE_SHEET).to_python()
    text = "\n".join(str(cell) for row in rows for cell in row if cell != "")
    assert programme.title_vi in text
    for sheet in programme.sheets:
        assert sheet.key in text and sheet.help_vi in text
    for part in programme.dossier:
        assert part.label_vi in text
    deadline = programme.submission_deadline
    if deadline:
        assert "/".join(reversed(deadline.date.split("-"))) in text
    links = [
        cell.hyperlink.location
        for row in openpyxl.load_workbook(blank)[GUIDE_SHEET]
        for cell in row
        if cell.hyperlink
    ]
    assert links == [f"'{sheet.key}'!A4" for sheet in programme.sheets]


def test_small_and_the_same_bytes_every_time(
    blank: Path, programme: Programme, tmp_path: Path
) -> None:
    again = form(tmp_path / "again.xlsx", programme)
    assert again.read_bytes() == blank.read_bytes()
    assert blank.stat().st_size < 200_000


def test_both_checks_find_nothing(blank: Path, ooxml_validator: Any) -> None:
    assert lint_workbook(blank) == []
    assert ooxml_validator(blank) == []


def test_no_styled_blank_cells(blank: Path, models: Programme) -> None:
    if blank.stem != models.id:
        return
    with ZipFile(blank) as package:
        xml = package.read("xl/worksheets/sheet4.xml").decode()
    assert len(re.findall("<c ", xml)) < 30


def test_english(models: Programme, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(form(tmp_path / "en.xlsx", models, lang="en"))
    assert book["Ca_nhan"]["A3"].value == "Full name\u00a0*"
    assert book["Ca_nhan"]["A1"].value.startswith("Individuals")
    assert "Civil servant" in values_of(book, book.defined_names["l_doi_tuong"].attr_text)
    assert lint_workbook(tmp_path / "en.xlsx") == []


# --- filled in advance ---------------------------------------------------------------------------


def test_the_unit_is_filled_in(programme: Programme, unit: RosterUnit, tmp_path: Path) -> None:
    path = form(tmp_path / "u.xlsx", programme, unit=unit)
    book = openpyxl.load_workbook(path)
    assert [book["Don_vi"].cell(FIRST, column).value for column in (1, 2)] == [unit.code, unit.name]
    assert [row[1].value for row in book[MAP_SHEET].iter_rows(3, 3)] == [unit.code]
    cells = [cell.value for row in book[GUIDE_SHEET] for cell in row]
    assert f"{unit.name} ({unit.code})" in cells


def test_the_group_is_shown_by_its_label(
    models: Programme, unit: RosterUnit, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(form(tmp_path / "u.xlsx", models, unit=unit))
    assert book["Don_vi"]["C4"].value == "Cơ quan Sở"


def test_papers_of_the_unit_stand_in_the_dossier(models: Programme, tmp_path: Path) -> None:
    page = openpyxl.load_workbook(form(tmp_path / "a.xlsx", models))["Ho_so"]
    assert [page.cell(row, 4).value for row in (4, 5, 6)] == ["Tờ trình", "Biên bản họp xét", None]


def test_one_row_a_criterion_with_its_own_levels(scorecard: Programme, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(form(tmp_path / "a.xlsx", scorecard))
    page, found = book["Cham_diem"], validations(book["Cham_diem"])
    codes = [page.cell(row, 1).value for row in range(FIRST, page.max_row + 1)]
    assert codes == [row.code for row in scorecard.scorecard]
    for number, row in enumerate(scorecard.scorecard, FIRST):
        rule = found.get(f"C{number}")
        if row.kind != "leaf":
            assert rule is None
            continue
        options = [option.label_vi for option in scorecard.options_of[row.code]]
        assert values_of(book, book.defined_names[rule.formula1].attr_text) == options
        assert f"{row.base:g} điểm" in page.cell(number, 2).value


def test_cells_that_a_criterion_does_not_ask_for_are_greyed(
    scorecard: Programme, tmp_path: Path
) -> None:
    page = openpyxl.load_workbook(form(tmp_path / "a.xlsx", scorecard))["Cham_diem"]
    fields = scorecard.fields_of["Cham_diem"]
    for number, row in enumerate(scorecard.scorecard, FIRST):
        for index, field in enumerate(fields, 1):
            cell = page.cell(number, index)
            if cell.value is None:
                shaded = cell.fill.patternType not in (None, "solid")
                assert shaded == (not asked(scorecard, row, field.role)), cell.coordinate
                assert cell.protection.locked == shaded
    exceed = {r.code: page.cell(n, 6).value for n, r in enumerate(scorecard.scorecard, FIRST)}
    assert {code for code, value in exceed.items() if value == 0} == {
        "I.1", "I.2", "I.3a", "I.4", "I.7",
    }  # fmt: skip


def test_facts_are_asked_for_by_name(scorecard: Programme, tmp_path: Path) -> None:
    found = validations(openpyxl.load_workbook(form(tmp_path / "a.xlsx", scorecard))["Cham_diem"])
    rows = {row.code: n for n, row in enumerate(scorecard.scorecard, FIRST)}
    assert found[f"D{rows['I.3b']}"].prompt == "Số văn bản phê bình"
    assert f"D{rows['I.1']}" not in found


def test_one_row_an_indicator_with_its_unit(scorecard: Programme, tmp_path: Path) -> None:
    page = openpyxl.load_workbook(form(tmp_path / "a.xlsx", scorecard))["Chi_tieu"]
    shown = [[page.cell(FIRST, c).value for c in (1, 2, 3)], page.cell(FIRST, 1).protection.locked]
    assert shown == [["GTSXCN", scorecard.indicators[0].label_vi, "tỷ đồng"], True]


def test_sheets_are_wide_enough_for_what_they_hold(programme: Programme) -> None:
    for sheet in lay_out(programme, "vi"):
        assert len({column.key for column in sheet.columns}) == len(sheet.columns)
        assert sheet.rows >= max(1, len(sheet.records))
        assert not sheet.records or sheet.cell(0, sheet.columns[0].key) == "A4"
        assert sheet.cell(0, "không có") == sheet.head("không có") == ""
        assert sheet.head(sheet.columns[1].key) == "B3"


# --- in LibreOffice ------------------------------------------------------------------------------


def test_a_form_saved_by_libreoffice_keeps_its_lists_and_values(
    blank: Path, programme: Programme, libreoffice: Any, tmp_path: Path
) -> None:
    filled = openpyxl.load_workbook(blank)
    filled["Don_vi"]["A4"] = "SCT-THU"
    filled["Don_vi"]["B4"] = "Phòng Thử nghiệm"
    filled.save(tmp_path / "filled.xlsx")
    saved = libreoffice(tmp_path / "filled.xlsx", "xlsx", tmp_path / "out")
    before, after = (openpyxl.load_workbook(path) for path in (blank, saved))
    assert before.defined_names.keys() <= after.defined_names.keys() | {"_xlnm._FilterDatabase"}
    for sheet in programme.sheets:
        assert lists(before[sheet.key]) == lists(after[sheet.key])
        assert after[sheet.key].protection.sheet
    one, two = (CalamineWorkbook.from_path(path) for path in (tmp_path / "filled.xlsx", saved))
    for name in one.sheet_names:
        assert one.get_sheet_by_name(name).to_python() == two.get_sheet_by_name(name).to_python()


def lists(sheet: Any) -> set[tuple[str, str]]:
    """Every cell with a list, and where the list comes from."""
    return {
        (str(area), rule.formula1.replace(";", ","))
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
        for area in rule.sqref.ranges
    }


TYPED_DATES: tuple[tuple[Any, bool], ...] = (
    ("05/12/2014", False),
    ("12/2014", False),
    ("2014", False),
    (2014, False),
    (41978, False),
    (None, False),
    ("12/13/2014", True),
    ("05/12/1899", True),
    ("5/12/14", True),
    ("tháng mười hai", True),
    (20141205, True),
)


def test_odd_dates_are_coloured(libreoffice_recalculating: Any, tmp_path: Path) -> None:
    """The formula of the conditional colour, calculated in cells by LibreOffice."""
    book = openpyxl.Workbook()
    page: Any = book.active
    for row, (typed, _) in enumerate(TYPED_DATES, 1):
        page[f"A{row}"] = typed
        page[f"B{row}"] = "=" + _odd_date(1970, 2020).replace("{cell}", f"A{row}")
    book.save(tmp_path / "a.xlsx")
    saved = libreoffice_recalculating(tmp_path / "a.xlsx", "xlsx", tmp_path / "out")
    result: Any = openpyxl.load_workbook(saved, data_only=True).active
    found = [(typed, bool(result[f"B{n}"].value)) for n, (typed, _) in enumerate(TYPED_DATES, 1)]
    assert found == list(TYPED_DATES)


def test_names_of_nominees_follow_the_kind_of_the_row(
    models: Programme, libreoffice_recalculating: Any, tmp_path: Path
) -> None:
    path = form(tmp_path / "a.xlsx", models)
    book = openpyxl.load_workbook(path)
    for row, name in enumerate(("Lê Thị Thử", "Trần Văn Mẫu", "Phạm Thử"), FIRST):
        book["Ca_nhan"].cell(row, 1).value = name
    book["Tap_the"]["A4"] = "Phòng Thử nghiệm"
    page = book["Thanh_tich"]
    page["A4"], page["A5"] = "Tập thể", "Cá nhân"
    source = validations(page)["B4"].formula1
    page["L4"] = f"=ROWS({source})"
    page["L5"] = f"=ROWS({source.replace('$A4', '$A5')})"
    book.save(tmp_path / "b.xlsx")
    saved = libreoffice_recalculating(tmp_path / "b.xlsx", "xlsx", tmp_path / "out")
    result = openpyxl.load_workbook(saved, data_only=True)["Thanh_tich"]
    assert (result["L4"].value, result["L5"].value) == (1, 3)


def test_no_sheet_of_things_to_mend_without_findings(book: Any) -> None:
    assert TODO_SHEET not in book.sheetnames
