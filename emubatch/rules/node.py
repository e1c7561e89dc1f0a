"""One criterion of the outline with what was found for every nominee."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from emubatch.programme.tables import Criterion
from emubatch.rules.arrays import Bools, Floats, Levels, Words
from emubatch.rules.distinct import Counted


@dataclass(slots=True)
class Node:
    """One criterion evaluated for every nominee.

    Attributes:
        position: place in the programme's outline.
        applies: level at which it applies; NO where a row above does not apply.
        outcome: FAIL, REVIEW, PASS or NA per nominee.
        years: levels per nominee and year, for leaves of counts.
        waived: who was let off this row; None for nobody.
        rows: the awards behind a count.
    """

    row: Criterion
    position: int
    children: list[Node]
    applies: Levels
    outcome: Levels
    measured: Words
    required: str
    evidence: Words
    amount: Floats | None = None
    years: Levels | None = None
    first_year: int = 0
    rows: Sequence[Counted] = ()
    waived: Bools | None = None

    def walk(self) -> Iterator[Node]:
        """This node and those below it, in outline order."""
        yield self
        for child in self.children:
            yield from child.walk()
