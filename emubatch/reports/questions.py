"""``ai-la-ai.xlsx``: nominees who may be somebody of the register, for the clerk to answer.

A book of the register: with «có» or «không» filled in it is imported, and nobody is asked again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from emubatch.register.form import book_form
from emubatch.xl.form import write_form

if TYPE_CHECKING:
    from emubatch.model import Lang, MonthResult


def write_questions(path: Path, result: MonthResult, lang: Lang) -> None:
    """Writes the open questions of the month."""
    write_form(path, book_form(), values={"Cung_nguoi": result.data.questions}, lang=lang)
