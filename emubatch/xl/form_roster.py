"""Writes the roster (danh sách đơn vị): blank, or with the units that are known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from emubatch import __version__
from emubatch.messages import word
from emubatch.model import Lang, RosterUnit
from emubatch.programme.tables import Programme, in_lang
from emubatch.vietnamese import day_first
from emubatch.xl.bulk import Block
from emubatch.xl.form_layout import column_letter, labels_of
from emubatch.xl.write import Book, SheetWriter, done

SHEET = "Danh_sach"
# Attribute of RosterUnit, Vietnamese header, English header, width, whether it is required.
COLUMNS = (
    ("code", "Mã đơn vị", "Unit code", 16.0, True),
    ("name", "Tên đơn vị", "Unit name", 44.0, True),
    ("group", "Nhóm", "Group", 30.0, False),
    ("received", "Ngày nhận", "Received", 13.0, False),
    ("email", "Thư điện tử", "Email", 26.0, False),
    ("valid_from", "Hiệu lực từ", "Valid from", 13.0, False),
    ("valid_to", "Hiệu lực đến", "Valid to", 13.0, False),
    ("successor", "Đơn vị kế thừa", "Successor", 16.0, False),
)
ROWS = 300
_HEADER, _FIRST = 2, 3
_GROUP = next(i for i, column in enumerate(COLUMNS) if column[0] == "group")


def write_roster(
    path: Path, programme: Programme, units: Sequence[RosterUnit] = (), lang: Lang = "vi"
) -> None:
    """Writes the roster of a programme; dates are text (05/12/2014), groups go by a drop-down."""
    with Book(
        path,
        title=in_lang(programme, "title", lang),
        subject=programme.id,
        keywords=programme.period_label,
        comments=f"emubatch {__version__} · {programme.id} {programme.version}",
        page=word("report_page", lang),
        in_memory=True,
    ) as book:
        writer = book.sheet(SHEET, word("roster_title", lang), subtitle=word("roster_help", lang))
        labels = labels_of(programme, _group_list(programme), lang)
        _table(book, writer, units, labels, lang)
        last = _FIRST + max(ROWS, len(units) + 50) - 1
        if labels:
            book.define("l_nhom", f"='_danh_muc'!$A$2:$A${len(labels) + 1}")
            options = {
                "validate": "list",
                "source": "=l_nhom",
                "error_message": word("form_pick", lang),
            }
            code = writer.worksheet.data_validation(_FIRST, _GROUP, last, _GROUP, options)
            done(code, "groups")
            lists = book.sheet("_danh_muc")
            for row, text in enumerate(("l_nhom", *labels.values())):
                lists.put(row, 0, text, "code_plain")
            lists.worksheet.hide()


def _group_list(programme: Programme) -> str:
    """List of the groups of units, as the form's own sheet of the unit has it."""
    for sheet in programme.sheets_with_role("unit"):
        field = programme.field_with_role(sheet.key, "group")
        if field is not None:
            return field.list
    return ""


def _table(
    book: Book,
    writer: SheetWriter,
    units: Sequence[RosterUnit],
    labels: dict[str, str],
    lang: Lang,
) -> None:
    sheet, text = writer.worksheet, book.format("input_text")
    for i, (_, vi, en, width, required) in enumerate(COLUMNS):
        done(sheet.set_column(i, i, width, text), vi)
        header = en if lang == "en" else vi
        look = "required" if required else ""
        writer.put(_HEADER, i, f"{header}\u00a0*" if required else header, "header", look)
    if units:
        columns = [[_shown(unit, key, labels) for unit in units] for key, *_ in COLUMNS]
        looks = [text._get_xf_index()] * len(COLUMNS)
        sheet.add_block(Block(_FIRST, 0, columns, looks, [None] * len(COLUMNS), None))
    frame = {
        "type": "formula",
        "criteria": f"=COUNTA($A{_FIRST + 1}:${column_letter(len(COLUMNS) - 1)}{_FIRST + 1})>0",
        "format": book.format("started"),
    }
    last = _FIRST + max(ROWS, len(units) + 50) - 1
    done(sheet.conditional_format(_FIRST, 0, last, len(COLUMNS) - 1, frame), "frame")
    sheet.freeze_panes(_FIRST, 0)
    done(sheet.repeat_rows(_HEADER), "repeated rows")


def _shown(unit: RosterUnit, key: str, labels: dict[str, str]) -> str | None:
    value: str = getattr(unit, key)
    if key == "group":
        return labels.get(value, value) or None
    if key in ("received", "valid_from", "valid_to"):
        return day_first(value) or None
    return value or None
