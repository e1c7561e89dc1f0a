"""What a book or a decision brings to the register."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from emubatch.register.keys import fact_key
from emubatch.register.schema import FACTS

IMPORT, DECIDE = "import", "decide"
Row = tuple[Any, ...]


@dataclass(slots=True)
class Facts:
    """Facts of one book or decision, as rows of ``schema.COLUMNS``; ``answers`` are a, b, same."""

    units: list[Row] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)
    collectives: list[Row] = field(default_factory=list)
    awards: list[Row] = field(default_factory=list)
    initiatives: list[Row] = field(default_factory=list)
    discipline: list[Row] = field(default_factory=list)
    answers: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many awards, initiatives and decisions on discipline."""
        return len(self.awards) + len(self.initiatives) + len(self.discipline)

    def digest(self) -> str:
        """Key of the content, whatever the order of the rows."""
        parts = hashlib.sha256()
        for name in (*FACTS, "answers"):
            rows = sorted({"\x1f".join(map(str, row)) for row in getattr(self, name)})
            parts.update(("\x1e".join((name, *rows)) + "\x1d").encode())
        return parts.hexdigest()


@dataclass(frozen=True, slots=True)
class Batch:
    """One import or decision: ``kind`` ``import`` or ``decide``, the file and its hash."""

    kind: str
    file: str
    sha256: str

    def key(self, facts: Facts) -> str:
        """Names the batch with these facts.

        A book is known by its facts alone, however the file is called or saved; decisions of two
        councils are two, whatever they decided.
        """
        own = () if self.kind == IMPORT else (self.sha256,)
        return fact_key(self.kind, facts.digest(), *own, size=16)
