"""The words that the cells of a programme may hold, for the drop-downs of a plan workbook.

Closed sets are what the lint accepts. Every cell may name a setting instead (``$key``), so some
drop-downs only offer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from emubatch.programme.conditions import OPERATORS
from emubatch.programme.lint_figures import FIGURE_KINDS, SHARE_OPERATORS
from emubatch.programme.lint_limits import DEADLINE_ROLES, SCOPES
from emubatch.programme.lint_scorecard import DIRECTIONS, FACTS, ROW_KINDS
from emubatch.programme.load import TABLES
from emubatch.programme.operators import TESTS
from emubatch.programme.roles import (
    AXES,
    BASES,
    CHECK_KINDS,
    FIELD_ROLES,
    FIELD_TYPES,
    KINDS,
    MODES,
    ORDERS,
    QUOTA_SCOPES,
    ROUNDINGS,
    SHEET_ROLES,
    TARGET_KINDS,
    TARGET_LEVELS,
)

YES_NO = ("yes", "no")

Column = tuple[str, str]  # table, column


def _filled(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word)


# Column -> the words that it takes, as the lint has them.
WORDS: Mapping[Column, tuple[str, ...]] = {
    ("header", "mode"): MODES,
    ("sheets", "role"): SHEET_ROLES,
    ("sheets", "kind"): KINDS,
    ("fields", "role"): FIELD_ROLES,
    ("fields", "type"): FIELD_TYPES,
    ("fields", "required"): (*YES_NO, "if"),
    ("choices", "axis"): _filled(AXES),
    ("criteria", "test"): tuple(TESTS),
    ("quotas", "kind"): (*KINDS, "|".join(KINDS)),
    ("quotas", "scope"): _filled(QUOTA_SCOPES),
    ("quotas", "mode"): MODES,
    ("quotas", "base"): BASES,
    ("quotas", "rounding"): ROUNDINGS,
    ("ranking", "kind"): KINDS,
    ("ranking", "order"): ORDERS,
    ("deadlines", "mode"): MODES,
    ("scorecard", "kind"): ROW_KINDS,
    ("scorecard", "fact"): _filled(FACTS),
    ("indicators", "direction"): _filled(DIRECTIONS),
    ("targets", "kind"): TARGET_KINDS,
    ("targets", "level"): _filled(TARGET_LEVELS),
    ("delegates", "kind"): CHECK_KINDS,
    ("deadlines", "role"): _filled(DEADLINE_ROLES),
    ("dossier", "scope"): SCOPES,
    ("rewards", "kind"): KINDS,
    ("figures", "kind"): tuple(FIGURE_KINDS),
    ("figures", "operator"): SHARE_OPERATORS,
    ("cases", "expect"): ("đạt", "không đạt", "cần xem xét", "không áp dụng", "tiến độ"),
}


def words_of(table: str, column: str) -> tuple[str, ...]:
    """The words that a column takes; none where it takes anything."""
    if column_type(table, column) == "bool":
        return YES_NO
    usual = OPERATORS if column == "operator" else ()
    return WORDS.get((table, column), usual)


@dataclass(frozen=True, slots=True)
class Reference:
    """A column whose cells name rows of a table: the table and the column of their names."""

    table: str
    column: str


_SHEETS = (Reference("sheets", "key"),)
REFERENCES: Mapping[Column, tuple[Reference, ...]] = {
    ("criteria", "parent"): (Reference("criteria", "id"),),
    ("scorecard", "parent"): (Reference("scorecard", "code"),),
    ("options", "criterion"): (Reference("scorecard", "code"),),
    ("indicators", "base"): (Reference("indicators", "code"),),
    ("cases", "criterion"): (
        Reference("criteria", "id"),
        Reference("scorecard", "code"),
        Reference("indicators", "code"),
    ),
}


def named_rows(table: str, column: str) -> tuple[Reference, ...]:
    """The rows, of one table or another, that the cells of a column name."""
    usual = _SHEETS if column in ("sheet", "base_sheet") else ()
    return REFERENCES.get((table, column), usual)


# Columns that hold a code of the list which this role of a field offers.
CODES: Mapping[Column, str] = {
    ("quotas", "group"): "group",
    ("indicators", "unit"): "measure",
    ("dossier", "code"): "paper",
}


def column_type(table: str, column: str) -> str:
    """Type of the values of a column, ``str`` where the table has none of that name."""
    kind: type[Any] | None = TABLES[table][0] if table in TABLES else None
    types = {spec.name: str(spec.type) for spec in fields(kind)} if kind else {}
    return types.get(column, "str")


def is_number(table: str, column: str) -> bool:
    """Whether the cells of a column are numbers."""
    if column_type(table, column) in ("Decimal | None", "Dong | None"):
        return True
    return column_type(table, column) in ("int", "int | None", "float", "float | None")


# Names under which tables keep days; some of these columns hold other things as well.
_DAYS = ("date", "from", "to", "valid_from", "valid_to", "minimum", "maximum", "threshold")


def may_be_a_day(table: str, column: str) -> bool:
    """Whether a cell of this column may be a day."""
    return column in _DAYS or (table, column) == ("header", "value")


def is_printed(table: str, column: str) -> bool:
    """Whether the cells hold figures as they are printed, with a decimal comma."""
    return table == "figures" and column in ("value", "base", "stated", "parts")
