"""A programme, its workbook and the folder made of that say the same, whatever is done to them."""

from __future__ import annotations

import random
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from emubatch import plans
from emubatch.programme.folder import write_folder
from emubatch.programme.load import TABLES, builtin_ids, sound
from emubatch.programme.source import LINE, TABLE, Source, own_cells, read_folder
from emubatch.programme.tables import Programme
from emubatch.xl.plan_layout import CASES, FIRST_ROW, HEADER, HEADING_ROW, KEY_ROW, title_of
from emubatch.xl.plan_read import read_plan

from .conftest import ALL, MODELS, Desk, source_of, write

NAMES = tuple(dict.fromkeys((*builtin_ids(), *ALL)))


def tables_of(source: Source) -> dict[str, list[dict[str, str]]]:
    """Every table with rows, as cells that hold something."""
    found = {name: [own_cells(row) for row in rows] for name, rows in source.rows.items()}
    return {name: rows for name, rows in found.items() if rows and name not in ("lists", "choices")}


def cases_of(source: Source) -> list[tuple[str, list[dict[str, str]]]]:
    return [(t.name, [own_cells(row) for row in t.rows]) for t in plans.cases_of(source, [])]


def without_lines(value: Any) -> Any:
    """The same rows, whatever line they stand in."""
    if isinstance(value, tuple):
        return tuple(map(without_lines, value))
    if is_dataclass(value) and not isinstance(value, type):
        names = {field.name for field in fields(value)}
        line = {"line": 0} if "line" in names else {}
        table = {"table": ""} if "table" in names else {}
        return replace(value, **line, **table)
    return value


def meaning_of(programme: Programme) -> dict[str, Any]:
    """All that the rooms read of a programme; lists as far as its form offers them."""
    offered = {field.list for field in programme.fields}
    found = {
        field.name: without_lines(getattr(programme, field.name))
        for field in fields(programme)
        if field.name not in ("source", "choices")
    }
    for name in ("document", "facts"):
        found[name] = {key: text for key, text in found[name].items() if text}
    rows = [row for row in without_lines(programme.choices) if row.list in offered]
    return {**found, "choices": sorted(rows, key=lambda row: row.list)}


def assert_same(source: Source, back: Source) -> None:
    assert tables_of(back) == tables_of(source)
    assert cases_of(back) == cases_of(source)
    assert back.sha256 == source.sha256
    assert meaning_of(sound(back, ())) == meaning_of(sound(source, ()))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("every_table", [False, True])
def test_workbook_says_what_the_folder_says(
    tmp_path: Path, name: str, lang: Any, every_table: bool
) -> None:
    path = write(tmp_path / "plan.xlsx", name, lang, every_table=every_table)
    assert_same(source_of(name), read_plan(path))


@pytest.mark.parametrize("name", NAMES)
def test_folder_made_of_the_workbook_says_it_too(tmp_path: Path, name: str) -> None:
    back = read_plan(write(tmp_path / "plan.xlsx", name))
    written = write_folder(back, back.cases, tmp_path / "folder")
    assert_same(source_of(name), read_folder(tmp_path / "folder"))
    # Lists that are the shared ones word for word are not repeated.
    own = "choices" in source_of(name).rows
    assert ((tmp_path / "folder" / "choices.csv") in written) is own


def test_a_changed_list_is_kept_and_the_others_stay_shared(tmp_path: Path, models: Desk) -> None:
    models.change("choices", {"list": "xep_loai", "code": "HTT"}, label_vi="Hoàn thành tốt (B)")
    back = read_plan(models.save())
    write_folder(back, (), tmp_path / "folder")
    again = read_folder(tmp_path / "folder")
    assert {row["list"] for row in again.rows["choices"]} == {"xep_loai"}
    assert again.sha256 == back.sha256 != source_of(MODELS).sha256


def test_libreoffice_changes_nothing(tmp_path: Path, libreoffice: Any) -> None:
    paths = [write(tmp_path / f"{name}.xlsx", name) for name in NAMES]
    for name, path in zip(NAMES, libreoffice.many(paths, "xlsx", tmp_path / "lo"), strict=True):
        assert_same(source_of(name), read_plan(path))


def test_other_formats_are_read_as_well(tmp_path: Path, libreoffice: Any) -> None:
    path = write(tmp_path / "plan.xlsx", MODELS)
    for kind in ("ods", "xls"):
        assert_same(source_of(MODELS), read_plan(libreoffice(path, kind, tmp_path / kind)))


# --- harmless edits ------------------------------------------------------------------------------


def test_blank_rows_anywhere(models: Desk) -> None:
    for table in (HEADER, "criteria", "quotas", "settings", "fields", CASES):
        sheet = models.sheet(table)
        sheet.insert_rows(FIRST_ROW + 3, 2)
        sheet.insert_rows(FIRST_ROW + 1)
        sheet.insert_rows(HEADING_ROW + 1)
        sheet.insert_rows(1, 3)
    assert_same(source_of(MODELS), read_plan(models.save()))


@pytest.mark.parametrize("how", ["sorted", "reversed", "shuffled"])
def test_columns_in_another_order(models: Desk, how: str) -> None:
    for table in (HEADER, "criteria", "quotas", "fields", "choices", "settings", CASES):
        rows = [list(row) for row in models.sheet(table).iter_rows(min_row=KEY_ROW + 1)]
        values = [[cell.value for cell in row] for row in rows]
        order = sorted(range(len(values[0])), key=lambda at, v=values: str(v[0][at]))
        if how == "reversed":
            order.reverse()
        if how == "shuffled":
            random.Random(7).shuffle(order)
        for row, texts in zip(rows, values, strict=True):
            for cell, at in zip(row, order, strict=True):
                cell.value = texts[at]
    assert_same(source_of(MODELS), read_plan(models.save()))


def test_rows_sorted_by_a_column_are_the_same_rows(models: Desk) -> None:
    rows = [[c.value for c in row] for row in models.sheet("settings").iter_rows(FIRST_ROW + 1)]
    for at, values in enumerate(sorted(rows, key=lambda row: str(row[0])), FIRST_ROW + 1):
        for col, value in enumerate(values, 1):
            models.sheet("settings").cell(at, col).value = value
    before, back = sound(source_of(MODELS), ()), sound(read_plan(models.save()), ())
    assert back.setting == before.setting
    assert meaning_of(back)["criteria"] == meaning_of(before)["criteria"]


def test_hidden_and_folded_rows_and_columns_are_read(models: Desk) -> None:
    sheet = models.sheet("criteria")
    for row in range(FIRST_ROW + 2, FIRST_ROW + 12):
        sheet.row_dimensions[row].hidden = True
    sheet.column_dimensions["F"].hidden = True
    assert_same(source_of(MODELS), read_plan(models.save()))


@pytest.mark.parametrize("gone", [KEY_ROW, HEADING_ROW])
def test_either_row_of_headings_will_do(models: Desk, gone: int) -> None:
    for sheet in models.book.worksheets:
        if not sheet.title.startswith("_"):
            for cell in sheet[gone + 1]:
                if sheet.title != "Hướng dẫn":
                    cell.value = None
    assert_same(source_of(MODELS), read_plan(models.save()))


def test_sheets_named_in_english_or_as_the_files(models: Desk) -> None:
    models.sheet("criteria").title = "criteria.csv"
    models.sheet("quotas").title = "QUOTAS"
    models.sheet("settings").title = "Cach hieu"
    models.sheet("fields").title = title_of("fields", "en")
    assert_same(source_of(MODELS), read_plan(models.save()))


def test_notes_of_the_office_are_passed_over(models: Desk) -> None:
    models.book.create_sheet("# nháp")["B3"] = "việc phải làm"
    models.book.create_sheet("Sheet1")
    sheet = models.sheet("quotas")
    column = len(models.columns("quotas")) + 1
    sheet.cell(HEADING_ROW + 1, column).value = "# hỏi lại"
    sheet.cell(FIRST_ROW + 2, column).value = "đã hỏi chị Hà"
    sheet.cell(sheet.max_row + 2, 1).value = "# cộng lại phải bằng 15 và 25"
    assert_same(source_of(MODELS), read_plan(models.save()))


# --- cells as spreadsheets make them -------------------------------------------------------------


def row_of(path: Path, table: str, key: str, value: str) -> dict[str, str]:
    return next(row for row in read_plan(path).rows[table] if row[key] == value)


@pytest.mark.parametrize("typed", ["20/7/2020", "20-07-2020", "2020-07-20"])
def test_days_may_be_typed_day_first(models: Desk, typed: str) -> None:
    models.change("deadlines", {"id": "HO_SO"}, date=typed)
    assert row_of(models.save(), "deadlines", "id", "HO_SO")["date"] == "2020-07-20"


def test_days_are_days_of_the_spreadsheet(models: Desk) -> None:
    cell = models.cell("deadlines", models.row("deadlines", id="HO_SO"), "date")
    assert (cell.value.isoformat()[:10], cell.number_format) == ("2020-07-18", "dd/mm/yyyy")


def test_numbers_may_have_a_decimal_comma(scorecard: Desk) -> None:
    scorecard.change("options", {"criterion": "I.1", "option": "a"}, points="99,5")
    found = [row for row in read_plan(scorecard.save()).rows["options"] if row["option"] == "a"]
    assert found[0]["points"] == "99.5"


def test_numbers_typed_into_cells_of_text(models: Desk) -> None:
    models.change("criteria", {"id": "S0.TT.1"}, **{"from": 2017, "to": 2019.0})
    found = row_of(models.save(), "criteria", "id", "S0.TT.1")
    assert (found["from"], found["to"]) == ("2017", "2019")


def test_truth_values_become_words_again(models: Desk) -> None:
    models.change("settings", {"key": "same_year"}, value=True)
    assert row_of(models.save(), "settings", "key", "same_year")["value"] == "true"
    assert sound(read_plan(models.path), ()).setting["same_year"] == "true"


def test_figures_typed_as_numbers_stand_as_printed(scorecard: Desk) -> None:
    key = {"id": "GTSXCN_2018"}
    scorecard.change("figures", key, value=145000, base=114375.5, stated=0.268)
    row = scorecard.row("figures", **key)
    scorecard.cell("figures", row, "stated").number_format = "0.0%"
    found = row_of(scorecard.save(), "figures", "id", "GTSXCN_2018")
    assert (found["value"], found["base"], found["stated"]) == ("145000", "114375,5", "26,8%")


def test_a_case_without_a_set_belongs_to_the_one_above(models: Desk) -> None:
    for row in models.rows(CASES):
        models.cell(CASES, row, "file").value = None
    found = read_plan(models.save()).cases
    assert [table.name for table in found] == ["cases/ca-mau.csv"]
    assert len(found[0].rows) == sum(len(rows) for _, rows in cases_of(source_of(MODELS)))


def test_rows_know_their_cell(models: Desk) -> None:
    row = models.row("criteria", id="S0.TT.1")
    found = row_of(models.path, "criteria", "id", "S0.TT.1")
    assert (found[LINE], found[TABLE]) == (str(row), "criteria.csv")
    letter = models.cell("criteria", row, "of").column_letter
    assert read_plan(models.path).places["criteria"].cell(row, "of") == f"Tiêu chuẩn!{letter}{row}"


def test_every_table_of_a_programme_has_a_sheet(tmp_path: Path) -> None:
    desk = Desk(write(tmp_path / "plan.xlsx", MODELS, every_table=True))
    wanted = {*(TABLES.keys() - {"lists"}), HEADER, CASES}
    assert {title_of(name, "vi") for name in wanted} <= set(desk.book.sheetnames)
