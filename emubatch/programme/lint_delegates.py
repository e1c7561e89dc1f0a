"""Checks of the rules for conferences."""

from __future__ import annotations

from emubatch.programme.conditions import Measured, is_date, is_number, split_list
from emubatch.programme.lint_criteria import Names
from emubatch.programme.problems import Problem, Table
from emubatch.programme.roles import CHECK_KINDS
from emubatch.programme.tables import DelegateCheck, Field, Programme

OPERATORS = ("=", "!=", "<", "<=", ">", ">=")
_NEEDS = {
    "compare": ("column", "operator", "threshold"),
    "attest": ("column",),
    "absent": ("column",),
    "form": ("threshold", "base_sheet", "bases", "below", "above"),
    "split": ("threshold",),
}
_OPTIONAL = ("column", "operator", "threshold", "base_sheet", "bases", "below", "above")
_ROLES = {"form": ("meeting_form",), "split": ("delegates", "exemplars", "guests")}
_ROWS = ("unit_detail",)


def lint_delegates(programme: Programme, problems: list[Problem]) -> None:
    """Ids, kinds, columns and limits."""
    table = Table("delegates.csv", problems)
    table.twice(((row.line, row.id) for row in programme.delegates), "id")
    for row in programme.delegates:
        if not table.one_of(row.line, "kind", row.kind, CHECK_KINDS):
            continue
        _lint_columns(row, table)
        sheet = programme.sheet_by_key.get(row.sheet)
        if sheet is None:
            table.add(row.line, "sheet", "unknown_sheet", row.sheet, programme.sheet_by_key)
            continue
        table.one_of(row.line, "sheet", sheet.role, _ROWS)
        Names(programme, row, table).conditions("applies", (Measured(row.sheet, "", ()),))
        for role in _ROLES.get(row.kind, ()):
            if programme.field_with_role(row.sheet, role) is None:
                table.add(row.line, "sheet", "missing_role", row.sheet, detail=role)
        _lint_limit(programme, row, table)


def _lint_columns(row: DelegateCheck, table: Table) -> None:
    for column in _OPTIONAL:
        given = bool(getattr(row, column))
        if column in _NEEDS[row.kind] and not given:
            table.add(row.line, column, "missing_for_test", detail=row.kind)
        elif given and column not in _NEEDS[row.kind]:
            table.add(row.line, column, "column_not_used", detail=row.kind)
    if row.operator:
        table.one_of(row.line, "operator", row.operator, OPERATORS)


def _lint_limit(programme: Programme, row: DelegateCheck, table: Table) -> None:
    fields = {field.key: field for field in programme.fields_of[row.sheet]}
    if row.column and row.column not in fields:
        table.add(row.line, "column", "unknown_field", row.column, fields, detail=row.sheet)
    elif row.kind == "compare":
        _lint_compare(programme, row, fields[row.column], table)
    elif row.kind in ("form", "split") and not is_number(row.threshold):
        table.add(row.line, "threshold", "bad_threshold", row.threshold, detail="a number")
    if row.kind == "form":
        _lint_form(programme, row, table)


def _lint_compare(programme: Programme, row: DelegateCheck, field: Field, table: Table) -> None:
    codes = [choice.code for choice in programme.lists.get(field.list, ())]
    for value in split_list(row.threshold) if codes else ():
        if value not in codes:
            table.add(row.line, "threshold", "bad_code", value, codes, detail=field.list)
    if codes and row.operator not in ("=", "!="):
        table.add(row.line, "operator", "bad_operator", row.operator)
    if field.type == "date" and not is_date(row.threshold):
        table.add(row.line, "threshold", "bad_date", row.threshold)
    if field.type in ("int", "number", "percent") and not is_number(row.threshold):
        table.add(row.line, "threshold", "bad_threshold", row.threshold, detail="a number")


def _lint_form(programme: Programme, row: DelegateCheck, table: Table) -> None:
    fields = {field.key: field for field in programme.fields_of.get(row.base_sheet, ())}
    if not fields:
        table.add(row.line, "base_sheet", "unknown_sheet", row.base_sheet, programme.sheet_by_key)
        return
    for base in row.bases.split("/"):
        for key in base.split("+"):
            if key.strip() not in fields:
                table.add(row.line, "bases", "unknown_field", key.strip(), fields)
    role = programme.field_with_role(row.sheet, "meeting_form")
    codes = [choice.code for choice in programme.lists.get(role.list, ())] if role else []
    for column in ("below", "above"):
        if getattr(row, column) not in codes:
            value = getattr(row, column)
            table.add(row.line, column, "bad_code", value, codes, detail=role.list if role else "")
