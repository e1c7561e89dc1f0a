"""Who is who: statements about people and collectives become persons, never by name alone.

Two statements are one person surely (``exact``) when they share a staff code and the name, or the
name, the year of birth and the unit; ``near`` when the name and one of the two agree, or both and
the name but for its marks, or the code under another name; ``homonym`` when nothing but the name
does, or code or year speak against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from emubatch.register.keys import INDIVIDUAL, code_key

Row = tuple[Any, ...]
Answer = tuple[str, str, int]
EXACT, NEAR, HOMONYM = "exact", "near", "homonym"


class Statement(NamedTuple):
    """One statement of who somebody is; ``name`` and ``code`` are keys, ``unit`` a unit key.

    ``fold`` is the name without its marks.
    """

    key: str
    kind: str
    code: str
    name: str
    fold: str
    year: str
    unit: str


class Candidate(NamedTuple):
    """A statement (``other``) that may be about the person of ``key``."""

    key: str
    other: str
    level: str


def settle_units(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Key of a unit known by name -> key of the one unit with a code that bears this name."""
    found: dict[str, set[str]] = {}
    for unit, name in names:
        if unit.startswith("c:") and name:
            found.setdefault(f"n:{name}", set()).add(unit)
    return {name: min(units) for name, units in found.items() if len(units) == 1}


def statements(holders: Iterable[Row], settled: Mapping[str, str]) -> list[Statement]:
    """Holders of the register (rows under ``HOLDER``) as statements; units as ``settle_units``."""
    return [
        Statement(key, kind, code_key(code), name, fold, year, settled.get(unit, unit))
        for key, kind, code, _, name, fold, year, unit, _ in holders
    ]


def persons(stated: Sequence[Statement], answers: Iterable[Answer]) -> dict[str, str]:
    """Key of each statement -> key of its person, the least key of its statements."""
    groups = _Groups(one.key for one in stated)
    apart: set[str] = set()
    for a, b, same in answers:
        if same:
            groups.join(a, b)
        else:
            apart |= {a, b}
    for group in _alike(stated):
        codes = {one.code for one in group if one.code}
        if len(codes) <= 1:
            sure = [one.key for one in group if one.key not in apart]
            for key in sure[1:]:
                groups.join(sure[0], key)
    return {one.key: groups.root(one.key) for one in stated}


def _alike(stated: Sequence[Statement]) -> Iterable[list[Statement]]:
    """Groups of statements that share what makes them exact."""
    found: dict[tuple[str, ...], list[Statement]] = {}
    for one in stated:
        if one.code:
            found.setdefault(("code", one.kind, one.code, one.name), []).append(one)
        if one.unit and one.name and (one.year or one.kind != INDIVIDUAL):
            found.setdefault(("who", one.kind, one.name, one.year, one.unit), []).append(one)
    return (group for group in found.values() if len(group) > 1)


class _Groups:
    """Disjoint groups of keys, each named by its least member."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.parent = {key: key for key in keys}

    def root(self, key: str) -> str:
        while self.parent[key] != key:
            self.parent[key] = self.parent[self.parent[key]]
            key = self.parent[key]
        return key

    def join(self, a: str, b: str) -> None:
        if a in self.parent and b in self.parent:
            first, second = sorted((self.root(a), self.root(b)))
            self.parent[second] = first


def candidates(
    asked: Iterable[Statement],
    known: Sequence[Statement],
    person: dict[str, str],
    answers: Iterable[Answer],
) -> list[Candidate]:
    """For each statement asked about, the known ones that may be the same person.

    Those who surely are, and pairs that the clerk has told apart, are left out. Near ones come
    before homonyms.
    """
    by_name: dict[tuple[str, str], list[Statement]] = {}
    by_code: dict[tuple[str, str], list[Statement]] = {}
    for one in known:
        by_name.setdefault((one.kind, one.fold), []).append(one)
        if one.code:
            by_code.setdefault((one.kind, one.code), []).append(one)
    apart = {(a, b) for a, b, same in answers if not same}
    found: set[Candidate] = set()
    for one in asked:
        others = by_name.get((one.kind, one.fold), []) + by_code.get((one.kind, one.code), [])
        for other in others:
            pair = (min(one.key, other.key), max(one.key, other.key))
            if person[one.key] != person[other.key] and pair not in apart:
                level = _level(one, other)
                if level:
                    found.add(Candidate(one.key, other.key, level))
    return sorted(found, key=lambda c: (c.key, c.level != NEAR, c.other))


def _level(one: Statement, other: Statement) -> str:
    if one.code and one.code == other.code:
        return NEAR
    if (one.code and other.code) or (one.year and other.year and one.year != other.year):
        return HOMONYM if one.name == other.name else ""
    agree = bool(one.year and one.year == other.year) + bool(one.unit and one.unit == other.unit)
    if one.name != other.name:
        return NEAR if agree == (1 if one.kind != INDIVIDUAL else 2) else ""
    return NEAR if agree else HOMONYM
