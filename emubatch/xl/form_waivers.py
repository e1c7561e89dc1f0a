"""Writes the blank workbook of waivers and corrections, ``ngoai-le.xlsx``, that the office types.

A row is a waiver (a nominee is let off a criterion) or a correction (a field of a form holds
another value). Columns are found by their header when it is read back.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from emubatch import __version__
from emubatch.messages import word
from emubatch.model import Lang
from emubatch.programme.tables import Programme, in_lang
from emubatch.xl.form_layout import column_letter
from emubatch.xl.write import Book, SheetWriter, done

SHEET = "Ngoai_le"
KIND_LABELS = {"waiver": ("miễn", "waiver"), "correction": ("sửa", "correction")}
# Key, Vietnamese header, English header, width, whether it is required.
COLUMNS = (
    ("kind", "Loại", "Kind", 11.0, True),
    ("unit", "Mã đơn vị", "Unit code", 14.0, False),
    ("nominee", "Đối tượng", "Nominee", 30.0, False),
    ("criterion", "Tiêu chí", "Criterion", 16.0, False),
    ("sheet", "Trang", "Sheet", 14.0, False),
    ("field", "Trường", "Field", 24.0, False),
    ("line", "Dòng", "Row", 8.0, False),
    ("before", "Giá trị đang ghi", "Value now", 20.0, False),
    ("value", "Giá trị mới", "New value", 20.0, False),
    ("reason", "Lý do", "Reason", 40.0, True),
    ("signer", "Người ký", "Signed by", 24.0, True),
    ("until", "Hiệu lực đến", "Valid until", 13.0, False),
)
ROWS = 200
_HEADER, _FIRST = 2, 3


def write_waivers(
    path: Path, programme: Programme, rows: Sequence[dict[str, str]] = (), lang: Lang = "vi"
) -> None:
    """Writes the workbook, blank or with rows (key -> text)."""
    with Book(
        path,
        title=in_lang(programme, "title", lang),
        subject=programme.id,
        keywords=programme.period_label,
        comments=f"emubatch {__version__} · {programme.id} {programme.version}",
        page=word("report_page", lang),
        in_memory=True,
    ) as book:
        writer = book.sheet(SHEET, word("waivers_title", lang), subtitle=word("waivers_help", lang))
        _table(book, writer, rows, lang)
        lists = {
            "kind": [labels[lang == "en"] for labels in KIND_LABELS.values()],
            "criterion": [row.id for row in programme.criteria],
            "sheet": [sheet.key for sheet in programme.sheets],
            "field": list(dict.fromkeys(in_lang(f, "header", lang) for f in programme.fields)),
        }
        _lists(book, writer, {key: texts for key, texts in lists.items() if texts}, lang)


def _table(book: Book, writer: SheetWriter, rows: Sequence[dict[str, str]], lang: Lang) -> None:
    sheet, text = writer.worksheet, book.format("input_text")
    for at, (key, vi, en, width, required) in enumerate(COLUMNS):
        done(sheet.set_column(at, at, width, text), key)
        header = en if lang == "en" else vi
        look = "required" if required else ""
        writer.put(_HEADER, at, f"{header}\u00a0*" if required else header, "header", look)
        for number, row in enumerate(rows):
            writer.put(_FIRST + number, at, row.get(key, ""), "input_text")
    frame = {
        "type": "formula",
        "criteria": f"=COUNTA($A{_FIRST + 1}:${column_letter(len(COLUMNS) - 1)}{_FIRST + 1})>0",
        "format": book.format("started"),
    }
    last = _FIRST + ROWS - 1
    done(sheet.conditional_format(_FIRST, 0, last, len(COLUMNS) - 1, frame), "frame")
    sheet.freeze_panes(_FIRST, 0)
    done(sheet.repeat_rows(_HEADER), "repeated rows")


def _lists(book: Book, writer: SheetWriter, lists: dict[str, list[str]], lang: Lang) -> None:
    """Drop-downs by defined name; the lists stand on a hidden sheet. Other texts may be typed."""
    hidden = book.sheet("_danh_muc")
    places = {key: at for at, (key, *_) in enumerate(COLUMNS)}
    for column, (key, texts) in enumerate(lists.items()):
        for row, text in enumerate((key, *texts)):
            hidden.put(row, column, text, "code_plain")
        letter = column_letter(column)
        book.define(f"l_{key}", f"='_danh_muc'!${letter}$2:${letter}${len(texts) + 1}")
        options = {
            "validate": "list",
            "source": f"=l_{key}",
            "error_type": "warning",
            "input_message": word(f"waivers_note_{key}", lang),
        }
        at = places[key]
        code = writer.worksheet.data_validation(_FIRST, at, _FIRST + ROWS - 1, at, options)
        done(code, key)
    hidden.worksheet.hide()
