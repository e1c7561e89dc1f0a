"""Writes one table of a plan as a sheet that an office can read and edit.

An outline (criteria, scorecard) is indented and grouped by depth; columns that the plan does not
use, and labels in the other language, are folded away at the right.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from emubatch.model import Lang
from emubatch.programme.conditions import is_date
from emubatch.programme.load import TABLES
from emubatch.programme.roles import TESTS_INNER
from emubatch.programme.source import Row
from emubatch.programme.vocabulary import is_number, may_be_a_day
from emubatch.xl.layout import LINE_HEIGHT, Column, column_width, lines
from emubatch.xl.plan_layout import (
    CASES,
    FIRST_ROW,
    HEADER,
    HEADING_ROW,
    KEY_ROW,
    columns_of,
    heading_of,
    note_of,
    title_of,
)
from emubatch.xl.plan_lists import SPARE_ROWS, PlanLists
from emubatch.xl.write import Book, SheetWriter, done

DEEPEST = 7  # what Excel can group and we indent
_LONGEST = 34.0
_WIDTHS = {
    "label_vi": 46.0,
    "meaning_vi": 52.0,
    "meaning": 60.0,
    "value": 40.0,
    "change": 66.0,
    "of": 34.0,
    "where": 28.0,
    "applies": 32.0,
    "may_of": 26.0,
    "may_where": 26.0,
    "options": 34.0,
    "help_vi": 44.0,
    "spellings": 52.0,
    "why": 40.0,
}
_LINES_MOST = 8
_KEYS = {"criteria": "id", "scorecard": "code"}  # outlines: table -> what a parent names
_PAGE = 210.0  # widths that one page takes
_WIDE = 6  # from here on the first column stays in view
_TABS = {"rules": "#1F3864", "form": "#9CCBEB", "other": "#A6A6A6"}
_FORM = ("sheets", "fields", "choices")
_OTHER = ("figures", CASES, HEADER)


def shown_columns(table: str, rows: Sequence[Row], lang: Lang) -> tuple[list[str], list[str]]:
    """Columns of a sheet from left to right: those in view, and those folded away."""
    needed = TABLES[table][1] if table in TABLES else ()
    hidden = []
    for column in columns_of(table):
        blank = bool(rows) and not any(row.get(column) for row in rows)
        if (blank and column not in needed) or (lang == "vi" and column.endswith("_en")):
            hidden.append(column)
    return [column for column in columns_of(table) if column not in hidden], hidden


class PlanSheet:
    """One table on its sheet."""

    def __init__(self, table: str, rows: Sequence[Row], lang: Lang) -> None:
        self.table = table
        self.rows = rows
        self.lang = lang
        self.shown, self.hidden = shown_columns(table, rows, lang)
        self.columns = [*self.shown, *self.hidden]
        self.depths = _depths(rows, _KEYS[table]) if table in _KEYS else [0] * len(rows)

    def write(self, book: Book, lists: PlanLists, plan: str, about: str) -> SheetWriter:
        """Writes the sheet; ``plan`` is the title of the plan, ``about`` what the table is for."""
        title = title_of(self.table, self.lang)
        writer = book.sheet(title, f"{title} – {plan}", subtitle=about, landscape=not self._narrow)
        widths = [self._width(column) for column in self.columns]
        self._columns(book, writer, widths)
        self._head(writer, widths)
        for at, row in enumerate(self.rows):
            self._row(writer, at, row, widths)
        self._drop_downs(writer, lists)
        self._frame(writer, sum(widths[: len(self.shown)]))
        return writer

    @property
    def _narrow(self) -> bool:
        return self.table == HEADER

    def _width(self, column: str) -> float:
        heading = heading_of(self.table, column, self.lang)
        values = [row.get(column, "") for row in self.rows]
        found = column_width(Column(heading, values, "wrap"))
        deep = 2.0 * max(self.depths, default=0) if column == self.columns[0] else 0.0
        return max(9.0, min(_WIDTHS.get(column, _LONGEST), found)) + deep

    def _columns(self, book: Book, writer: SheetWriter, widths: Sequence[float]) -> None:
        """Widths and the look of cells still empty: text, so that codes stay what is typed."""
        for at, column in enumerate(self.columns):
            look = book.format("text" if is_number(self.table, column) else "input_text")
            fold = {"level": 1, "hidden": True} if column in self.hidden else {}
            code = writer.worksheet.set_column(at, at, widths[at], look, fold)
            done(code, f"{writer.name}: column {column}")
        if self.hidden:
            end = len(self.columns)
            code = writer.worksheet.set_column(end, end, None, None, {"collapsed": True})
            done(code, f"{writer.name}: fold")

    def _head(self, writer: SheetWriter, widths: Sequence[float]) -> None:
        needed = TABLES[self.table][1] if self.table in TABLES else ("key", "value")
        most = 1
        for at, column in enumerate(self.columns):
            heading = heading_of(self.table, column, self.lang)
            must = "required" if column in needed else ""
            writer.put(KEY_ROW, at, column, "keys")
            writer.put(HEADING_ROW, at, heading, "header", must)
            writer.note(HEADING_ROW, at, note_of(self.table, column, self.lang))
            most = max(most, lines(heading, widths[at] - 2))
        writer.height(HEADING_ROW, most + 1)

    def _row(self, writer: SheetWriter, at: int, row: Row, widths: Sequence[float]) -> None:
        number, depth = FIRST_ROW + at, min(self.depths[at], DEEPEST)
        looks = self._looks(row, depth)
        most = 1
        for place, column in enumerate(self.columns):
            text = row.get(column, "")
            value, role = self._value(column, text)
            indent = f"indent{depth}" if place == 0 and depth else ""
            named = "bold" if self.table == CASES and place == 0 else ""
            writer.put(number, place, value, *filter(None, (*role, *looks, indent, named)))
            if column in self.shown:
                most = max(most, _lines(text, widths[place] - 1 - 2 * bool(indent) * depth))
        height = LINE_HEIGHT * min(_LINES_MOST, most)
        options = {"level": depth} if depth else {}
        done(writer.worksheet.set_row(number, height, None, options), f"row {number + 1}")

    def _looks(self, row: Row, depth: int) -> tuple[str, ...]:
        if row.get("test") in TESTS_INNER or row.get("kind") in ("section", "parent"):
            return ("branch",) if depth else ("root",)
        return ("band",) if self.table == CASES and row.get("case") else ()

    def _value(self, column: str, text: str) -> tuple[Any, tuple[str, ...]]:
        """A cell as the spreadsheet should know it: a number, a day or text."""
        if is_number(self.table, column) and _is_plain(text):
            return float(text), ("centre",)
        if may_be_a_day(self.table, column) and is_date(text):
            return dt.date.fromisoformat(text), ("date",)
        return text, ("code", "wrap")

    def _drop_downs(self, writer: SheetWriter, lists: PlanLists) -> None:
        last = FIRST_ROW + len(self.rows) + SPARE_ROWS - 1
        for at, column in enumerate(self.columns):
            options = lists.validation(self.table, column)
            if options:
                self._validate(writer, FIRST_ROW, last, at, options)
        one_by_one = {"settings": ("value", lists.of_setting), HEADER: ("value", _entry(lists))}
        if self.table in one_by_one:
            column, of_row = one_by_one[self.table]
            for row_at, row in enumerate(self.rows, FIRST_ROW):
                options = of_row(row)
                if options:
                    self._validate(writer, row_at, row_at, self.columns.index(column), options)

    def _validate(
        self, writer: SheetWriter, first: int, last: int, at: int, options: Mapping[str, Any]
    ) -> None:
        code = writer.worksheet.data_validation(first, at, last, at, dict(options))
        done(code, f"{writer.name}: drop-down {at + 1}")

    def _frame(self, writer: SheetWriter, width: float) -> None:
        sheet = writer.worksheet
        if (
            self.table in _KEYS and width > _PAGE
        ):  # two pages side by side are read better than one in tiny print
            sheet.fit_to_pages(2, 0)
            done(sheet.repeat_columns(0), "repeated column")
        last = FIRST_ROW + max(len(self.rows), 1) - 1
        sheet.freeze_panes(FIRST_ROW, 1 if len(self.shown) > _WIDE else 0)
        done(sheet.repeat_rows(HEADING_ROW), "repeated rows")
        if self.table != HEADER:
            done(sheet.autofilter(HEADING_ROW, 0, last, len(self.columns) - 1), "filter")
        sheet.outline_settings(True, False, True, False)
        done(sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"}), "marks")
        kind = "form" if self.table in _FORM else "other" if self.table in _OTHER else "rules"
        sheet.set_tab_color(_TABS[kind])
        sheet.set_selection(FIRST_ROW, 0, FIRST_ROW, 0)


def _entry(lists: PlanLists) -> Any:
    return lambda row: lists.of_entry(row.get("key", ""))


def _lines(text: str, width: float) -> int:
    """Lines of a cell; codes joined by bars fill their lines badly."""
    return lines(text, width * (0.8 if "|" in text else 1.0))


def _is_plain(text: str) -> bool:
    """Whether a number is written as a spreadsheet gives it back."""
    try:
        return f"{float(text):.15g}" == text
    except ValueError:
        return False


def _depths(rows: Sequence[Row], key: str) -> list[int]:
    """How deep each row of an outline lies; rows that run in a circle lie at the top."""
    parents = {row.get(key, ""): row.get("parent", "") for row in rows}
    found = []
    for row in rows:
        path = [row.get(key, "")]
        while (above := parents.get(path[-1], "")) and above in parents and above not in path:
            path.append(above)
        found.append(len(path) - 1)
    return found
