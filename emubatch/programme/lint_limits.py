"""Checks of the limits of a plan: dates, dossier, and the settings that read limits."""

from __future__ import annotations

from emubatch.programme.conditions import is_date, split_list
from emubatch.programme.lint_criteria import switch_takes
from emubatch.programme.lint_quotas import group_codes, lint_ranking_setting
from emubatch.programme.operators import SWITCHES, TABLE_SWITCHES
from emubatch.programme.problems import Problem, Table
from emubatch.programme.roles import MODES
from emubatch.programme.tables import Deadline, Programme, Setting

DEADLINE_ROLES = ("", "submission", "event", "reference")
SCOPES = ("unit", "nominee")


def lint_deadlines(programme: Programme, problems: list[Problem]) -> None:
    """Dates are real; what is sent by units is due no later than what follows from it."""
    table = Table("deadlines.csv", problems)
    table.twice(((d.line, d.id) for d in programme.deadlines), "id")
    everybody = [d for d in programme.deadlines if d.role == "submission" and not d.applies]
    table.twice(((d.line, d.role) for d in everybody), "role")
    first = programme.submission_deadline
    for row in programme.deadlines:
        table.one_of(row.line, "role", row.role, DEADLINE_ROLES)
        table.one_of(row.line, "mode", row.mode, ("", *MODES))
        _lint_applies(programme, row, table)
        if not is_date(row.date):
            table.add(row.line, "date", "bad_date" if row.date else "blank_cell", row.date)
        elif first is not None and row is not first and is_date(first.date):
            _lint_order(first, row, table)


def _lint_applies(programme: Programme, row: Deadline, table: Table) -> None:
    """Conditions on columns of the unit sheet, equal or not: they are known when a form comes."""
    sheets = [sheet.key for sheet in programme.sheets_with_role("unit")]
    known = {f.key: f for key in sheets for f in programme.fields_of[key]}
    for condition in row.applies:
        spec = known.get(condition.field.rpartition(".")[2])
        if spec is None:
            table.add(row.line, "applies", "unknown_field", condition.field, known)
            continue
        if condition.operator not in ("=", "!="):
            table.add(row.line, "applies", "bad_operator", condition.operator)
        codes = [choice.code for choice in programme.lists.get(spec.list, ())]
        for value in condition.values if codes else ():
            if value not in codes:
                table.add(row.line, "applies", "bad_code", value, codes, detail=spec.list)


def _lint_order(first: Deadline, row: Deadline, table: Table) -> None:
    if first.date > row.date:
        table.add(row.line, "date", "deadline_order", first.date, detail=row.date)


def lint_dossier(programme: Programme, problems: list[Problem]) -> None:
    """Every paper is a code of the list that the form offers."""
    table = Table("dossier.csv", problems)
    table.twice(((part.line, part.code) for part in programme.dossier), "code")
    lists = {f.list for f in programme.fields if f.role == "paper"}
    codes = [c.code for name in sorted(lists) for c in programme.lists.get(name, ())]
    for part in programme.dossier:
        table.one_of(part.line, "scope", part.scope, SCOPES)
        if part.code not in codes:
            table.add(part.line, "code", "bad_code", part.code, codes, detail=", ".join(lists))


def lint_settings(programme: Programme, problems: list[Problem]) -> None:
    """Values are among those allowed, and every setting changes something."""
    table = Table("settings.csv", problems)
    table.twice(((s.line, s.key) for s in programme.settings), "key")
    used = set(programme.used_settings)
    for name, switches in TABLE_SWITCHES.items():
        used |= set(switches) if getattr(programme, name) else set()
    for row in programme.settings:
        _lint_setting(row, table)
        if row.key not in used:
            table.add(row.line, "key", "setting_unused", row.key, used, severity="warning")
        for column in ("reading", "meaning_vi"):
            if not getattr(row, column):
                table.add(row.line, column, "blank_cell")
    _lint_group_map(programme, table)
    lint_ranking_setting(programme, table)


def _lint_setting(row: Setting, table: Table) -> None:
    switch = SWITCHES.get(row.key)
    if row.allowed and not _allowed(row):
        shown = ", ".join(row.allowed)
        table.add(row.line, "value", "bad_setting", row.value, row.allowed, detail=shown)
    elif switch is not None and not switch_takes(switch, row.value):
        shown = ", ".join(switch.allowed) or switch.kind
        table.add(row.line, "value", "bad_setting", row.value, switch.allowed, detail=shown)


def _allowed(row: Setting) -> bool:
    """One of the words; or several codes joined by ``|`` where the words allowed are codes."""
    switch = SWITCHES.get(row.key)
    if not (switch.kind == "codes" if switch else all(map(_is_code, row.allowed))):
        return row.value in row.allowed
    return all(part in row.allowed for part in split_list(row.value)) and bool(row.value or switch)


def _is_code(word: str) -> bool:
    return word.isidentifier() and word not in ("true", "false", "never")


def _lint_group_map(programme: Programme, table: Table) -> None:
    row = next((s for s in programme.settings if s.key == "group_map"), None)
    groups = group_codes(programme)
    for pair in split_list(row.value) if row else ():
        for code in (part.strip() for part in pair.split("=")):
            if code not in groups:
                table.add(row.line if row else 0, "value", "bad_code", code, groups, detail="group")
