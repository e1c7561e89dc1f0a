"""The hidden sheets of a form: lists behind the drop-downs, and the map that the reader finds.

Every list is reached by a defined name. Direct references to another sheet are lost when other
programs save the file, names are kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from emubatch.model import Lang, RosterUnit
from emubatch.programme.tables import Programme, in_lang
from emubatch.xl import LISTS_SHEET, MAP_SHEET
from emubatch.xl.bulk import Block
from emubatch.xl.form_layout import FormSheet, defined_name, labels_of
from emubatch.xl.write import Book

YES_NO = "co_khong"
YES_NO_LABELS = {"vi": ("có", "không"), "en": ("yes", "no")}


class Lists:
    """Every list of a programme under its defined name, one below the other on a hidden sheet.

    ``l_<list>`` holds the labels that the drop-downs show, ``c_<list>`` the codes, which may be
    typed as well, ``o_<criterion>`` the levels of a criterion of the scorecard. With ``spellings``
    the codes are followed by the other words that are understood, so that none looks wrong.
    """

    def __init__(self, programme: Programme, lang: Lang, spellings: bool = False) -> None:
        self.found: dict[str, list[str]] = {"l_" + YES_NO: list(YES_NO_LABELS[lang])}
        for name in dict.fromkeys(field.list for field in programme.fields if field.list):
            labels = labels_of(programme, name, lang)
            if labels:
                self.found[defined_name("l", name)] = list(labels.values())
                self.found[defined_name("c", name)] = list(labels)
                if spellings:
                    self.found[defined_name("c", name)] += _spellings(programme, name)
        if programme.sheets_with_role("scorecard"):
            for criterion, rows in programme.options_of.items():
                name = defined_name("o", criterion)
                self.found[name] = [in_lang(row, "label", lang) for row in rows]

    def write(self, book: Book) -> None:
        """Writes the hidden sheet and defines the names."""
        cells: list[str] = []
        for name, values in self.found.items():
            first = len(cells) + 2
            cells += [name, *values]
            book.define(name, f"='{LISTS_SHEET}'!$A${first}:$A${len(cells)}")
        sheet = book.sheet(LISTS_SHEET)
        text = book.format("code_plain")._get_xf_index()
        sheet.worksheet.add_block(Block(0, 0, [cells], [text], [None], None))
        sheet.worksheet.hide()


def _spellings(programme: Programme, name: str) -> list[str]:
    """Words of a list beside its labels and codes, without repetition."""
    words = [
        text for choice in programme.lists[name] for text in (choice.label_en, *choice.spellings)
    ]
    return list(dict.fromkeys(filter(None, words)))


def write_map(
    book: Book,
    programme: Programme,
    sheets: Sequence[FormSheet],
    unit: RosterUnit | None,
    lang: Lang,
) -> None:
    """Writes the hidden sheet that says what this form is and where each field stands."""
    rows = [
        ("programme", programme.id, None, None),
        ("version", programme.version, None, None),
        ("unit", unit.code if unit else None, None, None),
        ("lang", lang, None, None),
        (None, None, None, None),
        ("sheet", "key", "name", "header"),
    ]
    for sheet in sheets:
        for column in sheet.columns:
            if column.field is None:
                continue
            name = defined_name("f", sheet.sheet.key, column.key)
            book.define(name, "=" + sheet.range(column))
            rows.append((sheet.sheet.key, column.key, name, column.header))
    writer = book.sheet(MAP_SHEET)
    text = book.format("code_plain")._get_xf_index()
    columns = [list(column) for column in zip(*rows, strict=True)]
    writer.worksheet.add_block(Block(0, 0, columns, [text] * 4, [None] * 4, None))
    writer.worksheet.hide()
