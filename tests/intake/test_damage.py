"""The damage matrix: what offices do to a form, in three plans and six formats.

Whatever was done, the typed values are those of the form before, or the loss is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from emubatch.checks import check
from emubatch.intake import inbox_file, read
from emubatch.model import CheckedForm
from emubatch.programme.tables import Programme
from tests.proof.forms import (
    Form,
    Page,
    load_form,
    under_one_another,
    write_csv,
    write_html,
    write_xlsx,
    write_xml,
)

PLANS = ("bacgiang-models-2020", "hatinh-models-2025", "hatinh-movement-2024")

loaded = cache(load_form)


def big(form: Form) -> list[Page]:
    """The pages on which people do things: those with two records and three columns or more."""
    return [page for page in form if len(page.rows) > 2 and page.width > 3]


# --- damages: each changes a form in place, or gives another -----------------------------------


def nothing(form: Form) -> None:
    """The form as it was."""


def titles_above(form: Form) -> None:
    for page in form:
        head = [["SỞ CÔNG THƯƠNG"], [None, None, f"DANH SÁCH {page.name.upper()}"], []]
        page.rows[:0] = head
        page.merges.append((1, 2, 1, max(4, page.width - 1)))


def sums_and_signatures_below(form: Form) -> None:
    for page in big(form):
        page.rows += [
            [f"Tổng cộng: {len(page.rows) - 1}"],
            [],
            ["Nơi nhận:", None, None, "Bắc Giang, ngày 10 tháng 7 năm 2020"],
            ["- Như trên;", None, None, "TM. ĐƠN VỊ"],
            [None, None, None, "(Ký tên, đóng dấu)"],
        ]


def numbering_row(form: Form) -> None:
    for page in big(form):
        page.rows.insert(1, [f"({at})" for at in range(1, page.width + 1)])


def running_numbers_in_front(form: Form) -> None:
    for page in form:
        for number, row in enumerate(page.rows):
            row.insert(0, number or "STT")


def columns_reversed(form: Form) -> None:
    for page in form:
        width = page.width
        page.rows[:] = [[*row, *[None] * (width - len(row))][::-1] for row in page.rows]


def blank_column_inserted(form: Form) -> None:
    for page in form:
        for row in page.rows:
            row.insert(2, None)


def headers_in_capitals_with_remarks(form: Form) -> None:
    for page in form:
        page.rows[0] = [f" {text.upper()} *\n(ghi rõ)" for text in page.rows[0]]


def headers_without_marks(form: Form) -> None:
    import unicodedata

    for page in form:
        bare = [
            unicodedata.normalize("NFD", t.replace("đ", "d").replace("Đ", "D"))
            for t in page.rows[0]
        ]
        page.rows[0] = ["".join(c for c in text if not unicodedata.combining(c)) for text in bare]


def decomposed_unicode(form: Form) -> None:
    import unicodedata

    for page in form:
        page.rows[:] = [
            [unicodedata.normalize("NFD", v) if isinstance(v, str) else v for v in row]
            for row in page.rows
        ]


def header_of_two_rows(form: Form) -> None:
    for page in big(form):
        page.rows.insert(0, [*page.rows[0]])
        page.rows[1] = [None] * page.width
        page.merges += [(0, at, 1, at) for at in range(2)]
        page.rows[1][2:] = page.rows[0][2:]
        page.rows[0][2:] = ["Thông tin chung", *[None] * (page.width - 3)]
        page.merges.append((0, 2, 0, page.width - 1))


def rows_hidden(form: Form) -> None:
    for page in big(form):
        page.hidden_rows |= {2}


def filter_left_on(form: Form) -> None:
    for page in big(form):
        page.filtered = True
        page.hidden_rows |= {1, len(page.rows) - 1}


def columns_hidden(form: Form) -> None:
    for page in big(form):
        page.hidden_columns |= {1, 2}


def sheets_renamed(form: Form) -> None:
    for number, page in enumerate(form, 1):
        page.name = f"Sheet{number} (2)"


def sheets_reversed(form: Form) -> None:
    form.reverse()


def sheets_hidden(form: Form) -> None:
    for page in form[1:]:
        page.hidden = True


def blank_rows_between(form: Form) -> None:
    for page in form:
        page.rows[:] = [line for row in page.rows for line in (row, [])]


def header_on_every_page(form: Form) -> None:
    for page in big(form):
        page.rows.insert(2, list(page.rows[0]))


def group_rows_between(form: Form) -> None:
    for page in big(form):
        page.rows.insert(1, ["I. Cơ quan Sở"])
        page.rows.insert(3, ["II", "Các đơn vị"])


def equal_cells_merged(form: Form) -> None:
    """The first column merged down where it says the same."""
    for page in big(form):
        at = 1
        while at < len(page.rows):
            end = at
            while end + 1 < len(page.rows) and page.rows[end + 1][0] == page.rows[at][0]:
                end += 1
            if end > at and page.rows[at][0] is not None:
                page.merges.append((at, 0, end, 0))
                for row in range(at + 1, end + 1):
                    page.rows[row][0] = None
            at = end + 1


def pasted_under_one_another(form: Form) -> None:
    form[:] = under_one_another(form)


def pasted_without_titles_or_gaps(form: Form) -> None:
    rows = [row for page in form for row in page.rows]
    form[:] = [Page("Tổng hợp", rows)]


def pasted_below_the_people(form: Form) -> None:
    """Everything on the sheet of the people, the other sheets left empty."""
    people = next(page for page in form if page.name == "Ca_nhan")
    for page in form:
        if page is not people and page.name != "Don_vi" and len(page.rows) > 1:
            people.rows += [[], [f"Biểu {page.name}"], *page.rows]
            page.rows[1:] = []


DAMAGES: dict[str, Callable[[Form], None]] = {
    damage.__name__: damage
    for damage in (
        nothing,
        titles_above,
        sums_and_signatures_below,
        numbering_row,
        running_numbers_in_front,
        columns_reversed,
        blank_column_inserted,
        headers_in_capitals_with_remarks,
        headers_without_marks,
        decomposed_unicode,
        header_of_two_rows,
        rows_hidden,
        filter_left_on,
        columns_hidden,
        sheets_renamed,
        sheets_reversed,
        sheets_hidden,
        blank_rows_between,
        header_on_every_page,
        group_rows_between,
        equal_cells_merged,
        pasted_under_one_another,
        pasted_without_titles_or_gaps,
        pasted_below_the_people,
    )
}

# --- formats -------------------------------------------------------------------------------------


TEXTS: dict[str, Callable[[Path, Form], Path]] = {
    "xlsx": write_xlsx,
    "xml": write_xml,
    "html": write_html,
    "csv": write_csv,
    "tsv": lambda path, form: write_csv(path, form, "utf-16", "\t"),
}


def values(form: CheckedForm) -> dict[str, dict[str, list[Any]]]:
    """Sheet -> field -> values, without columns that hold nothing."""
    return {
        key: {
            name: column
            for name, column in table.columns.items()
            if any(v is not None for v in column)
        }
        for key, table in form.tables.items()
        if table.rows
    }


def checked(path: Path, programme: Programme) -> CheckedForm:
    return check(read(inbox_file(path), programme), programme)


@cache
def undamaged(plan: str) -> Mapping[str, Any]:
    import tempfile

    programme, form = loaded(plan)
    with tempfile.TemporaryDirectory() as folder:
        return values(checked(write_xlsx(Path(folder) / "form.xlsx", form), programme))


# Text has no merged cells: what they covered is gone.
DAMAGED = [
    (damage, kind)
    for damage in DAMAGES
    for kind in TEXTS
    if damage != "equal_cells_merged" or kind not in ("csv", "tsv")
]


@pytest.mark.parametrize(("damage", "kind"), DAMAGED)
@pytest.mark.parametrize("plan", PLANS)
def test_a_damaged_form_says_what_it_said(
    tmp_path: Path, plan: str, damage: str, kind: str
) -> None:
    programme, form = loaded(plan)
    form = deepcopy(form)
    DAMAGES[damage](form)
    found = checked(TEXTS[kind](tmp_path / f"form.{kind}", form), programme)
    assert values(found) == undamaged(plan)
    assert not [one for one in found.findings if one.severity == "error"]
    counts = found.counts
    assert counts.cells_found == counts.cells_read + counts.cells_reported


@pytest.mark.parametrize("kind", ["xls", "ods"])
@pytest.mark.parametrize("plan", PLANS)
def test_damaged_forms_saved_by_another_program(
    tmp_path: Path, plan: str, kind: str, libreoffice: Any
) -> None:
    programme, form = loaded(plan)
    for name in ("columns_reversed", "filter_left_on", "header_of_two_rows", "equal_cells_merged"):
        damaged = deepcopy(form)
        DAMAGES[name](damaged)
        path = write_xlsx(tmp_path / f"{name}.xlsx", damaged)
        found = checked(libreoffice(path, kind, tmp_path / kind), programme)
        assert values(found) == undamaged(plan), name


def test_two_tables_of_one_kind_with_other_columns_are_told(tmp_path: Path) -> None:
    programme, form = loaded(PLANS[0])
    people = deepcopy(next(page for page in form if page.name == "Ca_nhan"))
    turned = [row[::-1] for row in people.rows]
    people.rows += [[], *turned]
    unit = next(page for page in form if page.name == "Don_vi")
    found = checked(write_xlsx(tmp_path / "a.xlsx", [unit, people]), programme)
    (double,) = [one for one in found.findings if one.code == "E319"]
    below = len(turned) + 2
    assert (double.sheet, double.cell, dict(double.params)["other"]) == (
        "Ca_nhan",
        f"A{below}",
        "1",
    )
    assert len(found.tables["Ca_nhan"].rows) == len(turned) - 1


def test_tables_under_one_another_are_told_with_their_rows(tmp_path: Path) -> None:
    programme, form = loaded(PLANS[2])
    path = write_csv(tmp_path / "gui.csv", under_one_another(form))
    told = [one for one in checked(path, programme).findings if one.code == "N311"]
    rows = {dict(one.params)["title"]: int(dict(one.params)["row"]) for one in told}
    filled = [page for page in form if page.name in rows]
    assert {page.name for page in filled} == set(rows)
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    for page in filled:
        assert lines[rows[page.name] - 1].startswith(f'"{page.rows[0][0]}"')


def test_the_last_short_record_is_no_title_of_the_next_table(tmp_path: Path) -> None:
    programme, form = loaded(PLANS[0])
    people = deepcopy(next(page for page in form if page.name == "Ca_nhan"))
    awards = next(page for page in form if page.name == "Thanh_tich")
    people.rows += [["Nguyễn Văn Thiếu"], [], *awards.rows]
    found = checked(write_xlsx(tmp_path / "a.xlsx", [people]), programme)
    assert found.tables["Ca_nhan"].columns["ho_ten"][-1] == "Nguyễn Văn Thiếu"
    assert len(found.tables["Thanh_tich"].rows) == len(awards.rows) - 1


def test_a_part_filled_on_another_sheet_leaves_an_empty_form_sheet_in_peace(
    tmp_path: Path,
) -> None:
    programme, form = loaded(PLANS[0])
    blank = deepcopy(form)
    for page in blank:
        page.rows[1:] = page.rows[1:] if page.name == "Don_vi" else []
    whole = under_one_another([page for page in form if page.name != "Don_vi"], "Dán vào đây")
    found = checked(write_xlsx(tmp_path / "a.xlsx", [*blank, *whole]), programme)
    assert values(found) == undamaged(PLANS[0])
    assert not [one for one in found.findings if one.severity == "error"]
