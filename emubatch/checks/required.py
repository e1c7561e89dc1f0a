"""Required cells, unconditionally and by condition; a blank that follows from another is hidden."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from emubatch.checks.view import View
from emubatch.programme.conditions import Condition
from emubatch.programme.tables import Field

_SAID = {"CO": ("«có»", "«yes»"), "KHONG": ("«không»", "«no»")}
_TESTS: dict[str, Callable[[Any, tuple[str, ...]], bool]] = {
    "=": lambda value, wanted: value in wanted,
    "!=": lambda value, wanted: value not in wanted,
}


def check_required(view: View) -> None:
    """E201 for each required cell left blank, E313 and E318 where one of two answers is missing."""
    for field in view.fields.values():
        if field.required == "yes" and field.key in view.table.letters:
            for index in _blanks(view, field):
                view.add("E201", index, field.key, because="", because_en="")
    groups: dict[tuple[Condition, ...], list[Field]] = {}
    for field in view.fields.values():
        if field.required == "if" and field.key in view.table.letters:
            groups.setdefault(field.required_if, []).append(field)
    for conditions, fields in groups.items():
        _check_group(view, conditions, fields)


def _blanks(view: View, field: Field) -> list[int]:
    values = view.table.columns[field.key]
    if None not in values:
        return []
    return [i for i, v in enumerate(values) if v is None and view.is_blank(i, field.key)]


def _check_group(view: View, conditions: tuple[Condition, ...], fields: list[Field]) -> None:
    """Fields that one condition makes required."""
    blanks = {field.key: set(_blanks(view, field)) for field in fields}
    rows = sorted(set().union(*blanks.values()))
    stating = [view.fields[c.field] for c in conditions if c.field in view.fields]
    because = _because(view, conditions)
    for index in rows:
        if not all(_holds(view, condition, index) for condition in conditions):
            continue
        open_ = [field for field in stating if view.table.columns[field.key][index] is None]
        if any(_already_told(view, field, index) for field in open_):
            continue
        nothing = all(index in blank for blank in blanks.values())
        if open_ and nothing:
            _add_either(view, index, "E313", open_[0], fields)
            continue
        # «Không có kỷ luật: không» with nothing else most often means that there was none.
        if nothing and len(stating) == 1 and stating[0].role == "states_none":
            _add_either(view, index, "E318", stating[0], fields)
            continue
        for field in fields:
            if index in blanks[field.key]:
                view.add("E201", index, field.key, **because)


def _already_told(view: View, field: Field, index: int) -> bool:
    """Whether the cell that states the condition has a finding of its own."""
    return field.required == "yes" or not view.is_blank(index, field.key)


def _add_either(view: View, index: int, code: str, stating: Field, fields: Sequence[Field]) -> None:
    view.add(
        code,
        index,
        stating.key,
        others=", ".join(f"«{f.header_vi}»" for f in fields),
        others_en=", ".join(f"«{f.header_en or f.header_vi}»" for f in fields),
    )


def _holds(view: View, condition: Condition, index: int) -> bool:
    values = view.table.columns.get(condition.field)
    test = _TESTS.get(condition.operator)
    if values is None or test is None:
        return False
    return test(values[index], condition.values)


def _because(view: View, conditions: tuple[Condition, ...]) -> dict[str, str]:
    parts_vi, parts_en = [], []
    for condition in conditions:
        field = view.fields.get(condition.field)
        if field is None:
            continue
        labels = {c.code: c for c in view.programme.lists.get(field.list, ())}
        known = [labels[v] for v in condition.values if v in labels]
        plain = [_SAID.get(value, (value, value)) for value in condition.values]
        vi = " / ".join([f"«{c.label_vi}»" for c in known] or [word for word, _ in plain])
        en = " / ".join(
            [f"«{c.label_en or c.label_vi}»" for c in known] or [word for _, word in plain]
        )
        unlike = condition.operator == "!="
        parts_vi.append(f"«{field.header_vi}» {'không phải' if unlike else 'là'} {vi}")
        parts_en.append(f"«{field.header_en or field.header_vi}» is {'not ' if unlike else ''}{en}")
    return {
        "because": f" vì {' và '.join(parts_vi)}" if parts_vi else "",
        "because_en": f" because {' and '.join(parts_en)}" if parts_en else "",
    }
