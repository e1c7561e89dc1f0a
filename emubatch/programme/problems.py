"""What can be wrong with a programme: values with an address, and the exception that carries them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of a programme table.

    ``line`` is the line of the CSV file or the row of the sheet, 0 when it is about the table.
    """

    table: str
    line: int
    column: str
    code: str
    value: str
    nearest: tuple[str, ...] = ()
    severity: str = "error"


class ProgrammeError(Exception):
    """The programme cannot be used; ``problems`` says everything that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.table}:{p.line} {p.column} {p.code} {p.value}" for p in problems))


def nearest(text: str, known: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """The known names most like this text, best first."""
    by_fold = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(text.casefold(), by_fold, n=count, cutoff=0.5)
    return tuple(by_fold[name] for name in found)
