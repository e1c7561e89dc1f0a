"""What a form says about itself on its hidden sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emubatch.vietnamese import clean
from emubatch.xl import MAP_SHEET
from emubatch.xl.read import Workbook

_TABLE = ("sheet", "key", "name")


@dataclass(frozen=True, slots=True)
class Identity:
    """Facts of the hidden sheet, empty where it does not state them."""

    programme: str = ""
    version: str = ""
    unit: str = ""


def read_identity(book: Workbook) -> Identity:
    """Reads the hidden sheet if the workbook has one."""
    facts: dict[str, str] = {}
    for row in _rows(book):
        texts = [_text(value) for value in row[:3]]
        if tuple(texts) == _TABLE:
            break
        if len(texts) > 1 and texts[0]:
            facts.setdefault(texts[0].casefold(), texts[1])
    return Identity(*(facts.get(key, "") for key in ("programme", "version", "unit")))


def column_names(book: Workbook) -> dict[tuple[str, str], str]:
    """(sheet key, field key) -> defined name of the column, as the hidden sheet states it."""
    names: dict[tuple[str, str], str] = {}
    in_table = False
    for row in _rows(book):
        texts = [_text(value) for value in row[:3]]
        if in_table and all(texts):
            names[texts[0], texts[1]] = texts[2]
        in_table = in_table or tuple(texts) == _TABLE
    return names


def _rows(book: Workbook) -> list[list[Any]]:
    sheet = next((s for s in book.sheets if s.name.casefold() == MAP_SHEET), None)
    return book.grid(sheet).rows if sheet is not None else []


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean(value) if isinstance(value, str) else ""
