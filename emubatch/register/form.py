"""What a book of the register looks like: its sheets and columns, as those of a form."""

from __future__ import annotations

from functools import lru_cache

from emubatch.programme.load import build, builtin_root, read_folder
from emubatch.programme.tables import Programme


@lru_cache(maxsize=1)
def book_form() -> Programme:
    """A programme with sheets and columns and without rules."""
    programme, _ = build(read_folder(builtin_root() / "_register"), {})
    return programme
