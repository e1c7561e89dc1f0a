"""What the reader looks for in a form: the names of its sheets and headers, folded once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from emubatch.programme.tables import Field, Programme, Sheet
from emubatch.vietnamese import clean, fold_key, parse_yes_no

ORDINAL_HEADERS = frozenset(("stt", "tt", "so tt", "so thu tu", "no", "tt stt"))
_NOTE = re.compile(r"[(\[*:].*$", re.DOTALL)

_WORDS = ("text", "code", "list")

# Columns that a form brings filled in: a row with nothing else is an untouched row.
PREFILLED_ROLES = frozenset(("indicator", "target", "label", "measure", "unit"))


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """How to recognise one sheet of the form.

    Attributes:
        headers: folded header text -> field key; own headers go before synonyms.
        anchors: keys of two columns of words that every record fills, in form order.
        prefilled: keys of columns that the blank form already fills, for indicator sheets.
        answers: key of each column of a list -> its folded codes, labels and spellings.
        seen: what rows of earlier files turned out to be; filled while reading.
    """

    sheet: Sheet
    fields: tuple[Field, ...]
    headers: Mapping[str, str]
    own: frozenset[str]
    anchors: tuple[str, ...]
    prefilled: frozenset[str]
    answers: Mapping[str, frozenset[str]]
    seen: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Key of the sheet."""
        return self.sheet.key

    def prefers(self, field: Field, one: str, other: str) -> bool:
        """Whether one text answers a column of a list, or of yes and no, and the other does not."""
        return self._answers(field, one) and not self._answers(field, other)

    def _answers(self, field: Field, text: str) -> bool:
        if field.type == "yesno":
            return parse_yes_no(text) is not None
        folded = fold_key(text)
        return bool(folded) and folded in self.answers.get(field.key, ())


@dataclass(frozen=True, slots=True)
class FormPlan:
    """How to recognise the form of one programme.

    Attributes:
        sheets: sheet key -> plan, in form order.
        names: folded sheet name -> sheet key.
        closed: sheets on which criteria count rows: what is not listed there does not exist.
        judged: detail sheets on which any criterion looks.
        words: text -> whether it is a header somewhere in the form; filled while reading.
    """

    programme: Programme
    sheets: Mapping[str, SheetPlan]
    names: Mapping[str, str]
    closed: frozenset[str]
    judged: frozenset[str]
    words: dict[str, bool] = field(default_factory=dict)

    def states_none(self, sheet: str) -> bool:
        """Whether rows of a sheet may state that there is nothing to tell."""
        return self.programme.field_with_role(sheet, "states_none") is not None


_plans: dict[int, FormPlan] = {}


def form_plan(programme: Programme) -> FormPlan:
    """The plan of a programme, kept for the next file (a programme is not hashable)."""
    found = _plans.get(id(programme))
    if found is None or found.programme is not programme:
        _plans.clear()
        found = _plans[id(programme)] = _form_plan(programme)
    return found


def _form_plan(programme: Programme) -> FormPlan:
    names: dict[str, str] = {}
    own = [(s.key, (s.key, s.title_vi, s.title_en)) for s in programme.sheets]
    for key, texts in [*own, *((s.key, s.synonyms) for s in programme.sheets)]:
        for text in texts:
            names.setdefault(fold_key(text), key)
    names.pop("", None)
    sheets = {s.key: _sheet_plan(programme, s) for s in programme.sheets}
    counted = (row for row in programme.criteria if row.test in ("count", "count_years"))
    closed = frozenset(measured.sheet for row in counted for measured in row.of)
    looked_at = {measured.sheet for row in programme.criteria for measured in row.of}
    judged = frozenset(s.key for s in programme.sheets_with_role("detail") if s.key in looked_at)
    return FormPlan(programme, sheets, names, closed, judged)


def _sheet_plan(programme: Programme, sheet: Sheet) -> SheetPlan:
    fields = programme.fields_of[sheet.key]
    headers: dict[str, str] = {}
    for one in fields:
        _add(headers, one.key, (one.key, one.header_vi, one.header_en))
    own = frozenset(headers)
    for one in fields:
        _add(headers, one.key, one.synonyms)
    prefilled = (
        frozenset(f.key for f in fields if f.role in PREFILLED_ROLES)
        if sheet.role in ("indicators", "targets")
        else frozenset()
    )
    return SheetPlan(
        sheet=sheet,
        fields=fields,
        headers=headers,
        own=own,
        anchors=tuple(f.key for f in fields if f.required == "yes" and f.type in _WORDS)[:2],
        prefilled=prefilled,
        answers={
            one.key: frozenset(
                fold_key(text)
                for choice in programme.lists.get(one.list, ())
                for text in (choice.code, choice.label_vi, choice.label_en, *choice.spellings)
            )
            for one in fields
            if one.type == "list"
        },
    )


def _add(headers: dict[str, str], key: str, texts: Iterable[str]) -> None:
    for text in texts:
        for folded in header_keys(text):
            headers.setdefault(folded, key)


@lru_cache(maxsize=4096)
def header_keys(text: str) -> tuple[str, ...]:
    """Folded readings of a header, best first: the whole text, its first line, without remarks."""
    first_line = text.split("\n", 1)[0]
    readings = (fold_key(text), fold_key(first_line), fold_key(_NOTE.sub("", clean(text))))
    return tuple(dict.fromkeys(reading for reading in readings if reading))
