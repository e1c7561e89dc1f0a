"""Where everything of a plan workbook stands: its sheets, columns and headings.

A sheet has its title in row 1, what it is for in row 2, the keys of its columns in row 3 (small),
their headings in row 4 and its rows below. The reader relies on names only, never on places.
"""

from __future__ import annotations

from functools import lru_cache

from emubatch.model import Lang
from emubatch.programme.guide import guide
from emubatch.programme.load import TABLES, column_names
from emubatch.programme.worked import COLUMNS as CASE_COLUMNS
from emubatch.vietnamese import fold_key

HEADER, CASES = "header", "cases"
KEY_ROW, HEADING_ROW, FIRST_ROW = 2, 3, 4  # 0-based
IGNORED = "#"  # sheets, columns and rows whose name begins so are the author's own notes
FILE = "file"  # column of the worked cases: which set a case belongs to

# The rules first, as the document has them, then the form, then what proves them.
_ORDER = (
    *(HEADER, "criteria", "quotas", "scorecard", "options", "indicators", "deadlines", "dossier"),
    *("settings", "sheets", "fields", "choices"),
)
_LAST = ("figures", CASES)
_LEADING = {
    "criteria": (
        *("label_vi", "clause", "id", "parent", "test", "of", "where"),
        *("from", "to", "operator", "threshold", "applies"),
    ),
    "scorecard": ("label_vi", "clause"),
    "figures": ("label_vi", "clause"),
    "deadlines": ("what_vi", "date", "inclusive", "clause"),
    "settings": ("key", "value", "allowed", "meaning_vi", "reading", "clause"),
}


@lru_cache(maxsize=1)
def plan_tables() -> tuple[str, ...]:
    """The tables of a plan in the order of its sheets."""
    others = [name for name in TABLES if name not in (*_ORDER, *_LAST, "lists")]
    return (*_ORDER, *others, *_LAST)


def columns_of(table: str) -> tuple[str, ...]:
    """The columns of a table, those to read first in front."""
    if table == HEADER:
        return ("key", "value", "meaning")
    if table == CASES:
        return (*CASE_COLUMNS, FILE)
    columns = column_names(TABLES[table][0])
    leading = _LEADING.get(table, ())
    return (*leading, *(column for column in columns if column not in leading))


def title_of(table: str, lang: Lang) -> str:
    """Name of the sheet of a table."""
    return guide()["table", table].name(lang)


def heading_of(table: str, column: str, lang: Lang) -> str:
    """Heading of a column."""
    return guide()["column", f"{table}.{column}"].name(lang)


def note_of(table: str, column: str, lang: Lang) -> str:
    """What a column is for."""
    return guide()["column", f"{table}.{column}"].say(lang)


@lru_cache(maxsize=1)
def tables_by_title() -> dict[str, str]:
    """Folded name of a sheet, in either language or as the file is called -> its table."""
    found: dict[str, str] = {}
    for table in plan_tables():
        words = guide()["table", table]
        for text in (table, f"{table}.csv", words.short_vi, words.short_en):
            found.setdefault(fold_key(text), table)
    return found


@lru_cache(maxsize=64)
def columns_by_heading(table: str) -> dict[str, str]:
    """Folded heading, in either language or its key -> column of the table."""
    found = {fold_key(column): column for column in columns_of(table)}
    for column in columns_of(table):
        words = guide()["column", f"{table}.{column}"]
        for text in (words.short_vi, words.short_en):
            found.setdefault(fold_key(text), column)
    return found
