"""A plan opens cleanly, and helps who edits it: drop-downs, notes, an outline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from emubatch.programme.operators import TESTS
from emubatch.programme.vocabulary import column_type, words_of
from emubatch.xl.lint import lint_workbook
from emubatch.xl.plan_layout import CASES, FIRST_ROW, HEADER, HEADING_ROW, columns_of, plan_tables

from .conftest import ALL, MODELS, SCORECARD, Desk, write


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("plans")
    found = [write(folder / f"{name}.xlsx", name) for name in ALL]
    found.append(write(folder / "en.xlsx", MODELS, "en", every_table=True))
    return found


def test_plans_open_cleanly(
    books: list[Path], ooxml_validator: Callable[[Path], list[str]]
) -> None:
    assert {path.name: errors for path in books if (errors := ooxml_validator(path))} == {}
    assert {path.name: faults for path in books if (faults := lint_workbook(path))} == {}


def test_the_same_programme_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = (write(tmp_path / name, MODELS) for name in ("one.xlsx", "two.xlsx"))
    assert one.read_bytes() == two.read_bytes()
    assert one.stat().st_size < 200_000


def drop_downs(desk: Desk, table: str) -> dict[str, Any]:
    """Column -> its drop-down."""
    letters = {
        desk.sheet(table).cell(1, at).column_letter: name
        for name, at in desk.columns(table).items()
    }
    found = {}
    for rule in desk.sheet(table).data_validations.dataValidation:
        for area in str(rule.sqref).split():
            found[letters[area.rstrip("0123456789:").split(":")[0].rstrip("0123456789")]] = rule
    return found


def named(desk: Desk, name: str) -> list[str]:
    """The words behind a defined name."""
    sheet, _, area = desk.book.defined_names[name].value.partition("!")
    cells = desk.book[sheet.strip("'")][area.replace("$", "")]
    return [row[0].value for row in cells] if isinstance(cells, tuple) else [cells.value]


def test_tests_operators_lists_and_types_are_picked(models: Desk) -> None:
    rules = drop_downs(models, "criteria")
    assert named(models, rules["test"].formula1) == list(TESTS)
    assert rules["test"].showErrorMessage and rules["test"].errorStyle in (None, "stop")
    assert named(models, rules["operator"].formula1) == list(words_of("criteria", "operator"))
    assert not rules["operator"].showErrorMessage  # a setting may stand there
    assert "Thanh_tich.ma_kt" in named(models, rules["of"].formula1)
    rules = drop_downs(models, "fields")
    assert {"text", "list", "date"} <= set(named(models, rules["type"].formula1))
    assert {"ma_kt", "nguoi_ky"} <= set(named(models, rules["list"].formula1))
    assert named(models, drop_downs(models, "quotas")["group"].formula1)[0] == "CO_QUAN_SO"


def test_rows_of_the_plan_are_offered_as_they_stand(models: Desk) -> None:
    """Sheets and criteria that are added are offered at once: the names reach below the table."""
    for table, column, name in (
        ("criteria", "parent", "p_criteria_id"),
        ("fields", "sheet", "p_sheets_key"),
        (CASES, "criterion", "p_criteria_id"),
    ):
        assert drop_downs(models, table)[column].formula1 == name
    target = models.book.defined_names["p_criteria_id"].value
    letter = models.cell("criteria", FIRST_ROW + 1, "id").column_letter
    rows = len(list(models.rows("criteria")))
    assert target.startswith(f"'Tiêu chuẩn'!${letter}${FIRST_ROW + 1}:INDEX(")
    assert f"${letter}${FIRST_ROW + rows + 200}" in target


def test_values_of_settings_are_picked_from_those_allowed(models: Desk) -> None:
    letter = models.cell("settings", FIRST_ROW + 1, "value").column_letter
    cell = f"{letter}{models.row('settings', key='same_level_issuer')}"
    rules = models.sheet("settings").data_validations.dataValidation
    rule = next(rule for rule in rules if cell in str(rule.sqref).split())
    assert named(models, rule.formula1) == ["review", "no"]


def test_drop_downs_survive_libreoffice(
    tmp_path: Path, libreoffice: Any, books: list[Path]
) -> None:
    desk = Desk(libreoffice(books[0], "xlsx", tmp_path))
    rules = drop_downs(desk, "criteria")
    assert {"test", "parent", "operator", "of"} <= set(rules)
    assert named(desk, rules["test"].formula1) == list(TESTS)


def test_every_heading_has_its_note(books: list[Path]) -> None:
    desk = Desk(books[0])
    for table in plan_tables():
        if title := next((s for s in desk.book.sheetnames if s == desk_title(table)), None):
            notes = [cell.comment for cell in desk.book[title][HEADING_ROW + 1] if cell.value]
            assert len(notes) == len(columns_of(table))
            assert all(note is not None and note.text for note in notes)


def desk_title(table: str) -> str:
    from emubatch.xl.plan_layout import title_of

    return title_of(table, "vi")


@pytest.mark.parametrize(("name", "table"), [(MODELS, "criteria"), (SCORECARD, "scorecard")])
def test_the_outline_reads_like_the_clauses(
    desk: Callable[[str], Desk], name: str, table: str
) -> None:
    """The label comes first, indented and grouped by depth; rows that combine stand out."""
    plan = desk(name)
    sheet, key = plan.sheet(table), {"criteria": "id", "scorecard": "code"}[table]
    assert plan.columns(table)["label_vi"] == 1
    depth = {"": -1}
    for row in plan.rows(table):
        parent = plan.cell(table, row, "parent").value or ""
        at = depth[plan.cell(table, row, key).value] = depth[parent] + 1
        assert sheet.cell(row, 1).alignment.indent == at
        assert sheet.row_dimensions[row].outlineLevel == at
    combining = {plan.cell(table, row, "parent").value for row in plan.rows(table)} - {None}
    bold = {
        plan.cell(table, row, key).value for row in plan.rows(table) if sheet.cell(row, 1).font.bold
    }
    assert bold == combining
    assert sheet.sheet_properties.outlinePr.summaryBelow is False


def test_columns_seldom_used_are_folded_away(models: Desk) -> None:
    at = models.columns("choices")
    folded = [d for d in models.sheet("choices").column_dimensions.values() if d.hidden]
    hidden = {name for name in at if any(d.min <= at[name] <= d.max for d in folded)}
    assert {"label_en", "valid_from", "valid_to"} <= hidden
    assert not {"list", "code", "label_vi", "spellings"} & hidden
    assert min(at[name] for name in hidden) > max(at[name] for name in at.keys() - hidden)


def test_the_first_sheet_tells_what_to_do(books: list[Path]) -> None:
    book = openpyxl.load_workbook(books[0])
    guide = book.worksheets[0]
    text = "\n".join(str(c.value) for row in guide.iter_rows() for c in row if c.value is not None)
    assert guide.title == "Hướng dẫn"
    assert "emubatch programme check" in text
    links = {cell.hyperlink.location for row in guide.iter_rows() for cell in row if cell.hyperlink}
    assert len(links) == len([s for s in book.worksheets if not s.title.startswith("_")]) - 1
    assert all(test in text for test in TESTS)


def test_cells_of_codes_are_text(models: Desk) -> None:
    """A clause «1.10» typed there stays what it is."""
    for table, column in (("criteria", "id"), (HEADER, "value"), ("settings", "value")):
        below = max(models.rows(table)) + 5
        cell = models.cell(table, below, column)
        column_format = models.sheet(table).column_dimensions[cell.column_letter]
        assert column_format.number_format == "@"


def test_columns_with_a_closed_set_of_words_offer_them() -> None:
    """What the lint compares with a set of words has a drop-down, in every table."""
    from emubatch.programme.load import TABLES, column_names

    named = {"kind", "role", "type", "test", "operator", "scope", "axis", "level", "direction"}
    missing = [
        (table, column)
        for table in TABLES
        for column in column_names(TABLES[table][0])
        if column in named and column_type(table, column) == "str" and table != "lists"
        if not words_of(table, column)
    ]
    assert missing == []


def test_wide_outlines_print_on_two_pages_side_by_side(models: Desk) -> None:
    page = models.sheet("criteria").page_setup
    assert (page.paperSize, page.orientation, page.fitToWidth) == (9, "landscape", 2)
    assert models.sheet("criteria").print_title_cols == "$A:$A"
    assert models.sheet("criteria").print_title_rows == f"${HEADING_ROW + 1}:${HEADING_ROW + 1}"
    assert models.sheet("quotas").page_setup.fitToWidth in (None, 1)


def test_sheets_of_tables_that_the_plan_does_not_use_are_left_out(scorecard: Desk) -> None:
    assert "Tiêu chuẩn" not in scorecard.book.sheetnames
    assert {"Bảng chấm điểm", "Cách hiểu", "Ca mẫu"} <= set(scorecard.book.sheetnames)
