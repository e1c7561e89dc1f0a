"""The drop-downs of a plan workbook: words from the program, names from the plan's own tables.

Everything goes by defined name. Names of rows are read from the sheets as they stand, so that a row
just added is offered at once. As any cell may name a setting instead (``$key``), most only offer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from emubatch.messages import word
from emubatch.model import Lang
from emubatch.programme.conditions import split_list
from emubatch.programme.source import Row, shared_lists
from emubatch.programme.vocabulary import CODES, YES_NO, column_type, named_rows, words_of
from emubatch.xl import LISTS_SHEET
from emubatch.xl.form_layout import defined_name
from emubatch.xl.layout import quoted
from emubatch.xl.plan_layout import FIRST_ROW, HEADER, title_of
from emubatch.xl.write import Book

SPARE_ROWS = 200  # below the last row, with the same drop-downs
_CLOSED = (
    *(("sheets", "role"), ("sheets", "kind"), ("fields", "type"), ("criteria", "test")),
    *(("quotas", "kind"), ("scorecard", "kind"), ("figures", "kind")),
)
_YES_NO = "w_yes_no"


class PlanLists:
    """Names and drop-downs of one plan.

    ``tables`` are the rows that its sheets show, ``columns`` those of each from left to right.
    """

    def __init__(
        self,
        tables: Mapping[str, Sequence[Row]],
        columns: Mapping[str, Sequence[str]],
        lang: Lang,
    ) -> None:
        self.tables = tables
        self.columns = columns
        self.lang = lang
        self.words: dict[str, Sequence[str]] = {_YES_NO: YES_NO}
        self.live: dict[str, str] = {}

    def validation(self, table: str, column: str) -> dict[str, Any] | None:
        """Drop-down of a column; None where anything may be written."""
        if column_type(table, column) == "bool":
            return self._offered(_YES_NO, table, column)
        if words := words_of(table, column):
            name = defined_name("w", table, column)
            self.words[name] = words
            return self._offered(name, table, column)
        named = self._named(table, column) or self._static(table, column)
        return self._offered(named, table, column) if named else None

    def of_setting(self, row: Row) -> dict[str, Any] | None:
        """Drop-down of the value of one setting."""
        allowed = split_list(row.get("allowed", ""))
        if not allowed:
            return None
        name = defined_name("s", row["key"])
        self.words[name] = allowed
        return self._offered(name, "settings", "value")

    def of_entry(self, key: str) -> dict[str, Any] | None:
        """Drop-down of one entry of the header."""
        return self.validation(HEADER, key) if words_of(HEADER, key) else None

    def _named(self, table: str, column: str) -> str:
        """Name of the column whose rows a cell may name."""
        for target in named_rows(table, column):
            if self.tables.get(target.table) and target.table in self.columns:
                name = defined_name("p", target.table, target.column)
                self.live[name] = self._range(target.table, target.column)
                return name
        return ""

    def _static(self, table: str, column: str) -> str:
        """Name of codes, lists and columns of the form as they are now."""
        values: Sequence[str] = ()
        if (table, column) in CODES:
            values = self._codes(CODES[table, column])
        elif (table, column) == ("fields", "list"):
            rows = [*self.tables.get("choices", ()), *shared_lists()[1]]
            values = list(dict.fromkeys(row["list"] for row in rows))
        elif table == "criteria" and column in ("of", "may_of"):
            fields = self.tables.get("fields", ())
            values = [f"{row.get('sheet')}.{row.get('key')}" for row in fields]
        if not values:
            return ""
        name = defined_name("v", table, "of" if column == "may_of" else column)
        self.words[name] = values
        return name

    def _codes(self, role: str) -> list[str]:
        lists = {r.get("list") for r in self.tables.get("fields", ()) if r.get("role") == role}
        choices = self.tables.get("choices", ())
        return [row.get("code", "") for row in choices if row.get("list") in lists]

    def _range(self, table: str, column: str) -> str:
        """The cells of a column down to the last one that is filled."""
        letter = xl_col_to_name(self.columns[table].index(column))
        sheet = quoted(title_of(table, self.lang))
        first = FIRST_ROW + 1
        last = FIRST_ROW + len(self.tables[table]) + SPARE_ROWS
        body = f"{sheet}!${letter}${first}:${letter}${last}"
        return f"={sheet}!${letter}${first}:INDEX({body},MAX(1,COUNTA({body})))"

    def _offered(self, name: str, table: str, column: str) -> dict[str, Any]:
        closed = (table, column) in _CLOSED
        return {
            "validate": "list",
            "source": f"={name}",
            "show_error": closed,
            "error_message": word("form_pick", self.lang),
            "error_type": "stop",
        }

    def write(self, book: Book) -> None:
        """Writes the words to a hidden sheet and defines all names."""
        sheet = book.sheet(LISTS_SHEET)
        row = 0
        for name, values in self.words.items():
            sheet.put(row, 0, name, "code_plain")
            for at, value in enumerate(values, row + 1):
                sheet.put(at, 0, value, "code_plain")
            book.define(name, f"='{LISTS_SHEET}'!$A${row + 2}:$A${row + 1 + len(values)}")
            row += len(values) + 1
        for name, target in self.live.items():
            book.define(name, target)
        sheet.worksheet.hide()
