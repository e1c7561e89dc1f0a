"""Whom a target is counted on, in words: the population of its denominator and of its cap."""

from __future__ import annotations

from collections.abc import Iterator

from emubatch.programme.conditions import Condition
from emubatch.programme.tables import Target, in_lang
from emubatch.rules.frames import Month
from emubatch.rules.target_words import say
from emubatch.rules.wording import of


def population(month: Month, target: Target) -> str:
    """``Nhóm: Phòng thuộc Sở; Đối tượng: Cán bộ, Công chức; không tính: Xếp loại: Chưa``.

    A condition that takes every code of its list is left out: it keeps nobody away. Empty for
    targets that are answered.
    """
    if target.kind == "answer":
        return ""
    sheet = month.programme.sheet_by_key[target.sheet]
    parts = [in_lang(sheet, "title", month.lang)]
    parts += (text for row in target.scope for text in _said(month, target, row))
    for row in target.exclude:
        parts += (say("not_in", month.lang, what=text) for text in _said(month, target, row))
    if target.cap is not None and target.cap_of:
        what = of(month.lang).what(month, target.cap_of)
        key = "cap_of_rest" if target.cap_rest else "cap_of"
        parts.append(say(key, month.lang, pct=f"{target.cap:g}", what=what))
    return "; ".join(parts)


def _said(month: Month, target: Target, condition: Condition) -> Iterator[str]:
    sheet, _, key = condition.field.rpartition(".")
    spec = month.field(sheet or target.sheet, key)
    choices = month.choices(spec)
    if condition.operator == "=" and choices.keys() <= {*condition.values} and choices:
        return
    words = of(month.lang)
    codes = ", ".join(words.label(choices, code) for code in condition.values)
    sign = ": " if condition.operator == "=" else f" {condition.operator} "
    yield f"{words.header(month, spec, key)}{sign}{codes}"
