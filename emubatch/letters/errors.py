"""What can be wrong with documents: facts, templates, the council's result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["configuration", "input", "usage", "taken"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing to mend: ``key`` is the tail of an interface word ``letters_…``."""

    key: str
    words: tuple[tuple[str, str], ...] = ()


def trouble(key: str, /, **words: str) -> Trouble:
    """A trouble with the words that fill its message."""
    return Trouble(key, tuple(words.items()))


class LettersError(Exception):
    """No document was published; ``troubles`` say why, all of them at once.

    ``kind``: ``configuration`` (facts, templates), ``input`` (the run, the council's result),
    ``usage`` (the command line), ``taken`` (documents that someone has edited).
    """

    def __init__(self, kind: Kind, troubles: Sequence[Trouble]) -> None:
        self.kind: Kind = kind
        self.troubles = tuple(troubles)
        super().__init__(kind, *(one.key for one in troubles))
