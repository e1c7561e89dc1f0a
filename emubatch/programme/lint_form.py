"""Checks of the tables that make the form: sheets, fields, lists of choices."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from emubatch.programme.conditions import is_date
from emubatch.programme.problems import Problem, Table
from emubatch.programme.roles import (
    AXES,
    FIELD_ROLES,
    FIELD_TYPES,
    KINDS,
    ROLES_NEEDED,
    SHEET_ROLES,
)
from emubatch.programme.tables import Choice, Field, Programme, Sheet
from emubatch.vietnamese import clean, fold_key

_TITLE = re.compile(r"[^\[\]:*?/\\']{1,31}")
_NUMERIC = ("int", "number", "percent", "year", "years")


def lint_sheets(programme: Programme, problems: list[Problem]) -> None:
    """Keys, titles and roles of the sheets; exactly one is the unit's."""
    table = Table("sheets.csv", problems)
    table.twice(((s.line, s.key) for s in programme.sheets), "key")
    table.twice(((s.line, fold_key(s.title_vi)) for s in programme.sheets), "title_vi")
    units = len(programme.sheets_with_role("unit"))
    if units != 1:
        table.add(0, "role", "too_few_sheets", str(units))
    for sheet in programme.sheets:
        _lint_sheet(programme, sheet, table)


def _lint_sheet(programme: Programme, sheet: Sheet, table: Table) -> None:
    table.one_of(sheet.line, "role", sheet.role, SHEET_ROLES)
    table.one_of(sheet.line, "kind", sheet.kind, KINDS if sheet.role == "nominee" else ("",))
    for column, title in (("title_vi", sheet.title_vi), ("title_en", sheet.title_en)):
        if title and not _TITLE.fullmatch(title):
            table.add(sheet.line, column, "bad_sheet_title", title)
    if sheet.rows < 1:
        table.add(sheet.line, "rows", "bad_threshold", str(sheet.rows), detail="≥ 1")
    for role in ROLES_NEEDED.get(sheet.role, ()):
        if programme.field_with_role(sheet.key, role) is None:
            table.add(sheet.line, "key", "missing_role", sheet.key, detail=role)


def lint_fields(programme: Programme, problems: list[Problem]) -> None:
    """Keys, types, lists, limits and roles of the columns of the form."""
    table = Table("fields.csv", problems)
    table.twice(((f.line, f"{f.sheet}.{f.key}") for f in programme.fields), "key")
    for sheet in programme.sheets:
        _lint_headers(programme.fields_of[sheet.key], table)
        _lint_roles(programme.fields_of[sheet.key], table)
    for field in programme.fields:
        if field.sheet not in programme.sheet_by_key:
            table.add(field.line, "sheet", "unknown_sheet", field.sheet, programme.sheet_by_key)
        _lint_type(programme, field, table)
        _lint_required(programme, field, table)
        _lint_limits(field, table)


def _lint_headers(fields: tuple[Field, ...], table: Table) -> None:
    """No two columns of a sheet may answer to one name."""
    owner: dict[str, Field] = {}
    for field in fields:
        for name in filter(None, (field.header_vi, field.header_en, *field.synonyms)):
            other = owner.setdefault(fold_key(name), field)
            if other is not field:
                table.add(field.line, "header_vi", "ambiguous_header", name, detail=other.key)


def _lint_roles(fields: tuple[Field, ...], table: Table) -> None:
    table.twice(((f.line, f.role) for f in fields if f.role), "role")
    for field in fields:
        table.one_of(field.line, "role", field.role, ("", *FIELD_ROLES))


def _lint_type(programme: Programme, field: Field, table: Table) -> None:
    if not table.one_of(field.line, "type", field.type, FIELD_TYPES):
        return
    if field.type == "list":
        if not field.list:
            table.add(field.line, "list", "blank_cell")
        elif field.list not in programme.lists:
            table.add(field.line, "list", "unknown_list", field.list, programme.lists)
    elif field.list:
        table.add(field.line, "list", "column_not_used", detail=field.type)


def _lint_required(programme: Programme, field: Field, table: Table) -> None:
    table.one_of(field.line, "required", field.required, ("yes", "no", "if"))
    if field.required == "if" and not field.required_if:
        table.add(field.line, "required_if", "blank_cell")
    if field.required != "if" and field.required_if:
        table.add(
            field.line, "required_if", "column_not_used", detail=f"required = {field.required}"
        )
    known = {f.key: f for f in programme.fields_of.get(field.sheet, ())}
    for condition in field.required_if:
        other = known.get(condition.field)
        if condition.also:
            table.add(field.line, "required_if", "bad_operator", "/")
        if other is None:
            table.add(
                field.line,
                "required_if",
                "unknown_field",
                condition.field,
                known,
                detail=field.sheet,
            )
        elif other.list in programme.lists:
            codes = [choice.code for choice in programme.lists[other.list]]
            for value in condition.values:
                if value not in codes:
                    table.add(
                        field.line, "required_if", "bad_code", value, codes, detail=other.list
                    )


def _lint_limits(field: Field, table: Table) -> None:
    found = []
    for column, text in (("minimum", field.minimum), ("maximum", field.maximum)):
        if not text:
            continue
        if field.type in ("date", "birth"):
            if not is_date(text):
                table.add(field.line, column, "bad_date", text)
        elif field.type not in _NUMERIC:
            table.add(field.line, column, "column_not_used", detail=field.type)
        else:
            found += _number(text, field.line, column, table)
    if len(found) == 2 and found[0] > found[1]:
        table.add(field.line, "minimum", "bad_range", f"{field.minimum} – {field.maximum}")
    if field.type in ("date", "birth") and field.minimum > field.maximum > "":
        table.add(field.line, "minimum", "bad_range", f"{field.minimum} – {field.maximum}")


def _number(text: str, line: int, column: str, table: Table) -> list[float]:
    try:
        return [float(text)]
    except ValueError:
        table.add(line, column, "bad_threshold", text, detail="a number")
        return []


def lint_choices(programme: Programme, problems: list[Problem]) -> None:
    """Codes, spellings and scales of the lists."""
    for rows in programme.lists.values():
        _lint_spellings(rows, problems)
        Table(rows[0].table, problems).twice(((c.line, c.code) for c in rows), "code")
        for choice in rows:
            _lint_choice(programme, choice, Table(choice.table, problems))


def names_of(choice: Choice) -> Iterator[tuple[str, str]]:
    """Every text accepted for a choice, with the column that it stands in."""
    yield "code", choice.code
    yield "label_vi", choice.label_vi
    if choice.label_en:
        yield "label_en", choice.label_en
    for spelling in choice.spellings:
        yield "spellings", spelling


def _lint_spellings(rows: tuple[Choice, ...], problems: list[Problem]) -> None:
    """No text may lead to two codes of one list."""
    owner: dict[str, str] = {}
    for choice in rows:
        for column, text in names_of(choice):
            other = owner.setdefault(fold_key(text) or clean(text), choice.code)
            if other != choice.code:
                Table(choice.table, problems).add(
                    choice.line, column, "ambiguous_spelling", text, detail=other
                )


def _lint_choice(programme: Programme, choice: Choice, table: Table) -> None:
    table.one_of(choice.line, "axis", choice.axis, AXES)
    if choice.rank is not None and not choice.scale:
        table.add(choice.line, "scale", "blank_cell")
    codes = [row.code for row in programme.lists[choice.list]]
    for column, named in (("implies", choice.implies), ("may_imply", choice.may_imply)):
        for code in named:
            if code not in codes:
                table.add(choice.line, column, "bad_code", code, codes, detail=choice.list)
    lists = Counter(f.list for f in programme.fields if f.role == "issuer")
    for name in lists:
        issuers = [row.code for row in programme.lists.get(name, ())]
        for code in choice.issuers:
            if code not in issuers:
                table.add(choice.line, "issuers", "bad_code", code, issuers, detail=name)
    _lint_validity(choice, table)


def _lint_validity(choice: Choice, table: Table) -> None:
    for column, text in (("valid_from", choice.valid_from), ("valid_to", choice.valid_to)):
        if text and not is_date(text):
            table.add(choice.line, column, "bad_date", text)
    if choice.valid_from > choice.valid_to > "":
        span = f"{choice.valid_from} – {choice.valid_to}"
        table.add(choice.line, "valid_from", "window_inverted", span)
