"""What a form says about itself on its hidden sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from emubatch.vietnamese import clean
from emubatch.xl import MAP_SHEET
from emubatch.xl.read import Workbook

_TABLE = ("sheet", "key", "name")


@dataclass(slots=True)
class Identity:
    """Facts of the hidden sheet, empty where it does not state them.

    Attributes:
        names: (sheet key, field key) -> defined name of the column.
    """

    programme: str = ""
    version: str = ""
    unit: str = ""
    names: dict[tuple[str, str], str] = field(default_factory=dict)


def read_identity(book: Workbook) -> Identity:
    """Reads the hidden sheet if the workbook has one."""
    sheet = next((s for s in book.sheets if s.name.casefold() == MAP_SHEET), None)
    if sheet is None:
        return Identity()
    facts: dict[str, str] = {}
    names: dict[tuple[str, str], str] = {}
    in_table = False
    for row in book.grid(sheet).rows:
        texts = [_text(value) for value in row[:3]]
        if in_table and all(texts):
            names[texts[0], texts[1]] = texts[2]
        elif tuple(texts) == _TABLE:
            in_table = True
        elif not in_table and len(texts) > 1 and texts[0]:
            facts.setdefault(texts[0].casefold(), texts[1])
    return Identity(
        facts.get("programme", ""), facts.get("version", ""), facts.get("unit", ""), names
    )


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean(value) if isinstance(value, str) else ""
