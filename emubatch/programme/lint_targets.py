"""Checks of the targets, and of the waves in which their reports come."""

from __future__ import annotations

from emubatch.programme.conditions import Measured
from emubatch.programme.lint_criteria import Names
from emubatch.programme.moment import AUTO
from emubatch.programme.problems import Problem, Table
from emubatch.programme.roles import TARGET_KINDS, TARGET_LEVELS
from emubatch.programme.tables import Programme, Target

OPERATORS = (">=", ">")
_ROWS = ("unit_detail", "detail", "nominee")
# Columns that a kind of target would silently ignore.
_IGNORES = {
    "share": (),
    "count": ("cap", "cap_of"),
    "answer": ("scope", "exclude", "of", "where", "operator", "threshold", "cap", "cap_of"),
}


def lint_targets(programme: Programme, problems: list[Problem]) -> None:
    """Ids, kinds, thresholds, and that every sheet, column and code exists."""
    table = Table("targets.csv", problems)
    table.twice(((row.line, row.id) for row in programme.targets), "id")
    for row in programme.targets:
        table.one_of(row.line, "level", row.level, TARGET_LEVELS)
        if table.one_of(row.line, "kind", row.kind, TARGET_KINDS):
            _lint_columns(row, table)
        _lint_sheet(programme, row, table)
        _lint_limits(row, table)
    _lint_waves(programme, problems)


def _lint_columns(row: Target, table: Table) -> None:
    for column in _IGNORES[row.kind]:
        if getattr(row, column) not in ("", (), None):
            table.add(row.line, column, "column_not_used", detail=row.kind)
    if row.kind != "answer" and not row.of and not row.where:
        table.add(row.line, "of", "missing_for_test", detail=row.kind)


def _lint_sheet(programme: Programme, row: Target, table: Table) -> None:
    sheet = programme.sheet_by_key.get(row.sheet)
    if sheet is None:
        table.add(row.line, "sheet", "unknown_sheet", row.sheet, programme.sheet_by_key)
        return
    table.one_of(row.line, "sheet", sheet.role, ("targets",) if row.kind == "answer" else _ROWS)
    names = Names(programme, row, table)
    names.measures("of", "cap_of")
    for column in ("scope", "exclude", "where"):
        names.conditions(column, (Measured(row.sheet, "", ()),))
    for column in ("of", "cap_of"):
        for measured in getattr(row, column):
            if measured.sheet != row.sheet and measured.sheet in programme.sheet_by_key:
                table.add(row.line, column, "unknown_sheet", measured.sheet, (row.sheet,))


def _lint_limits(row: Target, table: Table) -> None:
    if (row.threshold is None) != (not row.operator):
        table.add(row.line, "operator", "missing_for_test", detail="threshold")
    if row.operator:
        table.one_of(row.line, "operator", row.operator, OPERATORS)
    if (row.cap is None) != (not row.cap_of):
        table.add(row.line, "cap_of", "missing_for_test", detail="cap")
    for column, limit in (("threshold", row.threshold), ("cap", row.cap)):
        top = 100.0 if row.kind == "share" else float("inf")
        if limit is not None and not 0 <= limit <= top:
            table.add(row.line, column, "bad_threshold", f"{limit:g}", detail="0–100")


def _lint_waves(programme: Programme, problems: list[Problem]) -> None:
    """A wave is a code of a list, and reports in waves hold no nominees."""
    field = programme.wave_field
    if field is None:
        return
    if field.type != "list":
        Table("fields.csv", problems).add(field.line, "type", "bad_cell", field.type, detail="list")
    for sheet in programme.sheets_with_role("nominee"):
        allowed = ("unit_detail", "targets")
        Table("sheets.csv", problems).one_of(sheet.line, "role", sheet.role, allowed)
    codes = [row.code for row in programme.lists.get(field.list, ())]
    for setting in programme.settings:
        if setting.key == "wave" and setting.value not in (AUTO, *codes):
            Table("settings.csv", problems).add(
                setting.line, "value", "bad_code", setting.value, codes, detail=field.list
            )
