"""What every table, column, test and switch of a programme is for: ``guide.csv``, vi and en."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from emubatch.model import Lang
from emubatch.programme.load import TABLES, column_names

_GUIDE = Path(__file__).with_name("guide.csv")


class Words(NamedTuple):
    """What one thing is for; tables and columns also have a short name, their heading."""

    vi: str
    en: str
    short_vi: str = ""
    short_en: str = ""

    def say(self, lang: Lang) -> str:
        """The words in one language."""
        return self.en if lang == "en" else self.vi

    def name(self, lang: Lang) -> str:
        """The short name in one language."""
        return self.short_en if lang == "en" else self.short_vi


@lru_cache(maxsize=1)
def guide() -> Mapping[tuple[str, str], Words]:
    """(kind, name) -> what it is for.

    Kinds are ``table``, ``column``, ``test``, ``switch``, ``figure`` (kind of figure) and ``fact``
    (entry of the header).
    """
    with _GUIDE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        (row["kind"], row["name"]): Words(row["vi"], row["en"], row["short_vi"], row["short_en"])
        for row in rows
    }


def column_guide(table: str) -> Iterator[tuple[str, Words]]:
    """The columns of a table in order, each with what it is for."""
    for column in column_names(TABLES[table][0]):
        yield column, guide()["column", f"{table}.{column}"]
