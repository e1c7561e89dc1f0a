"""One thing that a nominee still needs, as a change of the data that the rules would read."""

from __future__ import annotations

from dataclasses import dataclass, field

# How a step can be taken, the easiest first, and what it weighs when ways are compared.
DOCUMENT, STATE, SUPPLY, EARN = "document", "state", "supply", "earn"
COUNCIL, NEVER = "council", "not_mendable"
COSTS = {DOCUMENT: 1, STATE: 1, SUPPLY: 2, EARN: 3, COUNCIL: 50, NEVER: 100}


@dataclass(frozen=True, slots=True)
class Step:
    """A cell or a row that is missing; equal steps of several criteria are one.

    Attributes:
        kind: ``document`` (hand in a paper), ``state`` (fill a cell), ``supply`` (something of the
            past that is not listed, if there is such a thing), ``earn`` (there is still time),
            ``council`` (a person must settle it), ``not_mendable``.
        sheet: where the row or cell belongs; empty for the last two kinds.
        values: columns of the row, or the one cell to fill.
        year: of a title, rating or award, 0 for none.
        number: tells several awards of one kind apart.
        criterion: the leaf that asks for it, for showing.
        years: the years among which another would do as well.
    """

    kind: str
    sheet: str = ""
    values: tuple[tuple[str, str], ...] = ()
    year: int = 0
    number: int = 0
    blocks: str = ""
    criterion: str = field(default="", compare=False)
    years: tuple[int, ...] = field(default=(), compare=False)

    @property
    def key(self) -> tuple[object, ...]:
        """What tells steps apart, for a stated order."""
        return self.kind, self.sheet, self.values, self.year, self.number, self.blocks

    @property
    def open(self) -> bool:
        """Whether it can be done."""
        return self.kind not in (COUNCIL, NEVER)


Way = frozenset[Step]


def cost(way: Way) -> tuple[int, int]:
    """How hard a way is: what its steps weigh, and how many they are."""
    return sum(COSTS[step.kind] for step in way), len(way)


def order(way: Way) -> tuple[object, ...]:
    """Ways from the least to the hardest, in an order that depends on their steps alone."""
    return *cost(way), sorted(step.key for step in way)


def never(criterion: str, year: int = 0) -> Step:
    """A step that nobody can take any more."""
    return Step(NEVER, blocks=criterion, year=year, criterion=criterion)


def settle(criterion: str) -> Step:
    """Something that only a person can settle."""
    return Step(COUNCIL, blocks=criterion, criterion=criterion)
