"""Whom a row may mean that names nobody exactly: a slip of the pen must not make a nominee fail.

Such a row is possible for those it may mean and sure for no one; the finding about it stands. A
name is near when it is the same without marks, lacks or adds one word, or has one word misspelt.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence

from emubatch.vietnamese import fold_key

LIKE_WORDS = 0.6  # «Nghệm» and «Nghiệm» are alike, «Hùng» and «Bình» are not
MOST_UNNAMED = 200  # rows without a name are possible for this many nominees at most

People = Mapping[tuple[str, str], Sequence[tuple[int, str]]]
_Words = tuple[str, ...]


class Near:
    """The nominees of one unit, found by names that are almost theirs."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.by_rest: dict[_Words, list[tuple[_Words, int, tuple[str, str]]]] = {}
        for key in people:
            words = tuple(fold_key(key[1]).split())
            for rest, dropped in _rests(words):
                self.by_rest.setdefault(rest, []).append((words, dropped, key))
        self.order = {key: at for at, key in enumerate(people)}

    def named(self, name: str) -> list[int]:
        """Positions of the nominees whom this name may mean."""
        words = tuple(fold_key(name).split())
        found = {
            key
            for rest, dropped in _rests(words)
            for other, missing, key in self.by_rest.get(rest, ())
            if _alike(words, dropped, other, missing)
        }
        ordered = sorted(found, key=lambda key: self.order[key])
        return [place for key in ordered for place, _ in self.people[key]]

    def unnamed(self, kinds: Sequence[str]) -> list[int]:
        """Positions of all nominees of these kinds, unless they are too many to mean anything."""
        found = [place for key, same in self.people.items() if key[0] in kinds for place, _ in same]
        return found if len(found) <= MOST_UNNAMED else []


def _rests(words: _Words) -> Iterator[tuple[_Words, int]]:
    """The words, and the words without each of them; -1 where none was dropped."""
    yield words, -1
    if len(words) > 2:
        for at in range(len(words)):
            yield (*words[:at], *words[at + 1 :]), at


def _alike(one: _Words, dropped: int, two: _Words, missing: int) -> bool:
    """Whether two names with the same rest differ in spelling only."""
    if dropped < 0 or missing < 0:
        return True
    if dropped != missing:
        return False
    return difflib.SequenceMatcher(None, one[dropped], two[missing]).ratio() >= LIKE_WORDS
