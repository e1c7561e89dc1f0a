"""Where everything of an intake form stands: pure geometry, no Excel library.

A form sheet has its title in row 1, its help in row 2, its header in row 3 and data from row 4.
Returned forms are laid out by the same rules, so cells of a sender's file move; ``FormSheet.cell``
says where to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from emubatch.messages import word
from emubatch.model import Lang, RosterUnit
from emubatch.programme.tables import Field, Programme, ScoreRow, Sheet, in_lang
from emubatch.vietnamese import fold_key

HEADER_ROW = 2  # 0-based
FIRST_ROW = 3
ROWS_TO_SPARE = 20  # blank rows kept under the records of a returned form
LOCKED_ROLES = {
    "scorecard": ("criterion", "label"),
    "indicators": ("indicator", "label", "measure"),
    "targets": ("target", "label"),
}
LEAST_WIDTHS = {"option": 28.0}
INPUT_WIDTHS = {
    "text": 24.0,
    "code": 14.0,
    "list": 24.0,
    "int": 10.0,
    "number": 13.0,
    "percent": 11.0,
    "year": 9.0,
    "years": 13.0,
    "date": 13.0,
    "birth": 13.0,
    "yesno": 11.0,
}


@dataclass(frozen=True, slots=True)
class FormColumn:
    """One column of a form sheet; ``field`` is None for a sender's own extra column.

    ``locked``: filled in by us and not to be changed.
    """

    key: str
    header: str
    index: int
    width: float
    field: Field | None
    locked: bool
    letter: str

    @property
    def required(self) -> bool:
        """Whether the header carries the mark of a required column."""
        return self.field is not None and self.field.required == "yes"

    @property
    def heading(self) -> str:
        """Header text, required ones with a star."""
        return f"{self.header}\u00a0*" if self.required else self.header


@dataclass(frozen=True)
class FormSheet:
    """One data sheet of a form: columns, and the records that stand in it.

    ``places`` says which record each of the values given became: rows of ours may stand between.
    """

    sheet: Sheet
    title: str
    columns: tuple[FormColumn, ...]
    records: Sequence[Mapping[str, Any]]
    places: Sequence[int]
    rows: int

    @cached_property
    def by_key(self) -> dict[str, FormColumn]:
        """Field key -> column."""
        return {column.key: column for column in self.columns}

    @property
    def last_row(self) -> int:
        """Last body row, 0-based."""
        return FIRST_ROW + self.rows - 1

    @property
    def inputs(self) -> tuple[FormColumn, ...]:
        """Columns that the sender fills."""
        return tuple(column for column in self.columns if not column.locked)

    def cell(self, record: int, key: str) -> str:
        """A1 address of a field of the n-th value given (from 0); empty without such a column."""
        column = self.by_key.get(key)
        return f"{column.letter}{FIRST_ROW + self.places[record] + 1}" if column else ""

    def head(self, key: str) -> str:
        """A1 address of the header of a column; empty without such a column."""
        column = self.by_key.get(key)
        return f"{column.letter}{HEADER_ROW + 1}" if column else ""

    def range(self, column: FormColumn) -> str:
        """Absolute reference to the body of a column."""
        name = self.sheet.key
        return f"'{name}'!${column.letter}${FIRST_ROW + 1}:${column.letter}${self.last_row + 1}"


def lay_out(
    programme: Programme,
    lang: Lang,
    unit: RosterUnit | None = None,
    values: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> tuple[FormSheet, ...]:
    """The data sheets of a form in order; ``values`` are the records of a returned form."""
    return tuple(
        _sheet(programme, sheet, lang, unit, None if values is None else values.get(sheet.key, ()))
        for sheet in programme.sheets
    )


def _sheet(
    programme: Programme,
    sheet: Sheet,
    lang: Lang,
    unit: RosterUnit | None,
    values: Sequence[Mapping[str, Any]] | None,
) -> FormSheet:
    fixed = filled_in_advance(programme, sheet, lang, unit)
    records, places = _completed(programme, sheet, fixed if values is None else values, fixed)
    rows = max(sheet.rows, len(records))
    if values and sheet.role in ("nominee", "detail", "unit_detail"):
        rows = max(rows, len(records) + ROWS_TO_SPARE)
    return FormSheet(
        sheet=sheet,
        title=in_lang(sheet, "title", lang),
        columns=_columns(programme, sheet, lang, values or ()),
        records=records,
        places=places,
        rows=rows,
    )


def _columns(
    programme: Programme, sheet: Sheet, lang: Lang, values: Sequence[Mapping[str, Any]]
) -> tuple[FormColumn, ...]:
    fields = programme.fields_of[sheet.key]
    known = {field.key for field in fields}
    extra = list(dict.fromkeys(key for record in values for key in record if key not in known))
    locked = LOCKED_ROLES.get(sheet.role, ())
    own = [
        FormColumn(
            field.key,
            in_lang(field, "header", lang),
            index,
            max(field.width or INPUT_WIDTHS[field.type], LEAST_WIDTHS.get(field.role, 0.0)),
            field,
            field.role in locked,
            column_letter(index),
        )
        for index, field in enumerate(fields)
    ]
    return tuple(own) + tuple(
        FormColumn(
            key,
            key,
            index,
            INPUT_WIDTHS["text"],
            None,
            False,
            column_letter(index),
        )
        for index, key in enumerate(extra, len(own))
    )


def filled_in_advance(
    programme: Programme, sheet: Sheet, lang: Lang, unit: RosterUnit | None
) -> list[dict[str, Any]]:
    """Records that stand in a blank form: the unit, the criteria, the indicators, the papers."""
    if sheet.role == "unit":
        return _unit_record(programme, sheet, lang, unit)
    if sheet.role == "scorecard":
        return [_score_record(programme, sheet, row, lang) for row in programme.scorecard]
    if sheet.role == "indicators":
        return [
            _record(
                programme,
                sheet,
                indicator=row.code,
                label=in_lang(row, "label", lang),
                measure=_measure(programme, sheet, row.unit, lang),
            )
            for row in programme.indicators
        ]
    if sheet.role == "targets":
        asked = [row for row in programme.targets if row.sheet == sheet.key]
        return [
            _record(programme, sheet, target=row.id, label=in_lang(row, "label", lang))
            for row in asked
        ]
    paper = programme.field_with_role(sheet.key, "paper")
    if paper is not None:
        labels = labels_of(programme, paper.list, lang)
        parts = [part for part in programme.dossier if part.scope == "unit"]
        return [{paper.key: labels.get(part.code, in_lang(part, "label", lang))} for part in parts]
    return []


def _score_record(programme: Programme, sheet: Sheet, row: ScoreRow, lang: Lang) -> dict[str, Any]:
    """Code and content of a criterion; per cent over starts at 0 where a bonus is possible."""
    points = word("form_points", lang).format(points=f"{row.base:g}")
    label = f"{in_lang(row, 'label', lang)} ({points})"
    if row.fact:
        asked = word("form_fact", lang).format(what=in_lang(row, "fact", lang))
        label = f"{label}\n{asked}"
    record = _record(programme, sheet, criterion=row.code, label=label)
    return {**record, **_record(programme, sheet, exceed=0)} if row.bonus else record


def _measure(programme: Programme, sheet: Sheet, code: str, lang: Lang) -> str:
    field = programme.field_with_role(sheet.key, "measure")
    return labels_of(programme, field.list, lang).get(code, code) if field else code


def _unit_record(
    programme: Programme, sheet: Sheet, lang: Lang, unit: RosterUnit | None
) -> list[dict[str, Any]]:
    if unit is None:
        return []
    record = _record(programme, sheet, unit_code=unit.code, unit_name=unit.name, group=unit.group)
    group = programme.field_with_role(sheet.key, "group")
    if group is not None and unit.group:
        record[group.key] = labels_of(programme, group.list, lang).get(unit.group, unit.group)
    return [record]


def _record(programme: Programme, sheet: Sheet, **by_role: Any) -> dict[str, Any]:
    """A record from values given by the role of their field; roles without a field are dropped."""
    pairs = ((programme.field_with_role(sheet.key, role), v) for role, v in by_role.items())
    return {field.key: value for field, value in pairs if field is not None}


def _completed(
    programme: Programme,
    sheet: Sheet,
    values: Sequence[Mapping[str, Any]],
    fixed: Sequence[Mapping[str, Any]],
) -> tuple[list[Mapping[str, Any]], list[int]]:
    """The records of a return, and the place of each value among them.

    Criteria and indicators whose row a sender has removed or left alone come back in their order.
    """
    role = {"scorecard": "criterion", "indicators": "indicator", "targets": "target"}.get(
        sheet.role, ""
    )
    field = programme.field_with_role(sheet.key, role) if role else None
    if field is None:
        return list(values), list(range(len(values)))
    codes = [fold_key(str(value.get(field.key) or "")) for value in values]
    order = {fold_key(record[field.key]): i for i, record in enumerate(fixed)}
    missing = [record for record in fixed if fold_key(record[field.key]) not in codes]
    records: list[Mapping[str, Any]] = []
    places = []
    for value, code in zip(values, codes, strict=True):
        while missing and order[fold_key(missing[0][field.key])] < order.get(code, -1):
            records.append(missing.pop(0))
        places.append(len(records))
        records.append(value)
    return records + missing, places


def labels_of(programme: Programme, name: str, lang: Lang) -> dict[str, str]:
    """Code -> label of a list, as the drop-downs show it; choices out of force are left out."""
    return {
        choice.code: in_lang(choice, "label", lang)
        for choice in programme.lists.get(name, ())
        if not (choice.valid_to and choice.valid_to < programme.period_from)
        and not (choice.valid_from and programme.as_of and choice.valid_from > programme.as_of)
    }


def column_letter(index: int) -> str:
    """Letters of a column counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def defined_name(prefix: str, *parts: str) -> str:
    """A name that Excel accepts for a range, ``o_I_5`` for criterion I.5."""
    return prefix + "_" + "_".join(re.sub(r"\W", "_", part) for part in parts)
