"""Who is who: exact, near, homonym; never by name alone; answers are obeyed."""

from __future__ import annotations

import random

import pytest

from emubatch.register.identity import Statement, candidates, persons, settle_units
from emubatch.register.keys import COLLECTIVE, INDIVIDUAL
from emubatch.vietnamese import fold_key, name_key

Answers = tuple[tuple[str, str, int], ...]


def person(key: str, name: str, year: str = "", unit: str = "", code: str = "") -> Statement:
    return Statement(key, INDIVIDUAL, code, name_key(name), fold_key(name), year, unit)


A = person("a", "Lê Thị Mận", "1984", "c:vp")


def level(one: Statement, other: Statement, answers: Answers = ()) -> str:
    person_of = persons([one, other], answers)
    if person_of[one.key] == person_of[other.key]:
        return "exact"
    found = candidates([one], [other], person_of, answers)
    return found[0].level if found else ""


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (person("b", "Lê Thị Mận", "1984", "c:vp"), "exact"),
        (person("b", "lê thị mân", "1984", "c:vp"), "near"),  # the name but for its marks
        (person("b", "Lê Thị Mận", "1984", "c:dn"), "near"),
        (person("b", "Lê Thị Mận", "", "c:vp"), "near"),
        (person("b", "Lê Thị Mận", "1984"), "near"),
        (person("b", "Lê Thị Mận", "1985", "c:vp"), "homonym"),
        (person("b", "Lê Thị Mận", "", "c:dn"), "homonym"),
        (person("b", "Lê Thị Mận"), "homonym"),
        (person("b", "Lê Thị Mân", "1984", "c:dn"), ""),
        (person("b", "Lê Thị Na", "1984", "c:vp"), ""),
        (person("b", "Lê Thị Mận", "1984", "c:vp", "cb1"), "exact"),
    ],
)
def test_levels_without_codes(other: Statement, expected: str) -> None:
    assert level(A, other) == expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (person("b", "Lê Thị Mận", "", "c:dn", "cb1"), "exact"),
        (person("b", "Lê Thị Mận", "1984", "c:vp", "cb2"), "homonym"),
        (person("b", "Lê Thị Bưởi", "1984", "c:vp", "cb1"), "near"),
    ],
)
def test_levels_with_codes(other: Statement, expected: str) -> None:
    assert level(A._replace(code="cb1"), other) == expected


def test_a_statement_that_fits_two_codes_joins_neither() -> None:
    one, two = A._replace(key="x", code="cb1"), A._replace(key="y", code="cb2")
    assert len(set(persons([A, one, two], ()).values())) == 3


def test_answers_join_and_part() -> None:
    near = person("b", "Lê Thị Mận", "1984", "c:dn")
    twin = person("b", "Lê Thị Mận", "1984", "c:vp", "cb1")
    assert level(A, near, (("a", "b", 1),)) == "exact"
    assert level(A, near, (("a", "b", 0),)) == ""
    assert level(A, twin, (("a", "b", 0),)) == ""
    assert level(A, near, (("q", "r", 1),)) == "near"


def test_collectives_are_known_by_name_and_unit() -> None:
    def room(key: str, unit: str) -> Statement:
        return Statement(key, COLLECTIVE, "", "phòng a", "phong a", "", unit)

    assert level(room("a", "c:vp"), room("b", "c:vp")) == "exact"
    assert level(room("a", "c:vp"), room("b", "c:dn")) == "homonym"
    assert level(room("a", "c:vp"), A._replace(key="b", name="phòng a", fold="phong a")) == ""


def test_a_name_that_two_units_bear_settles_nothing() -> None:
    names = [("c:vp", "van phong"), ("c:vp", "vp so"), ("c:dn", "van phong"), ("n:x", "x")]
    assert settle_units(names) == {"n:vp so": "c:vp"}


def test_persons_do_not_depend_on_order() -> None:
    many = [
        person(f"k{n}", f"Lê Thị M{n % 3}", str(1980 + n % 4), f"c:u{n % 2}", f"cb{n % 5}"[: n % 4])
        for n in range(40)
    ]
    answers: Answers = (("k1", "k3", 1), ("k10", "k5", 0), ("k2", "k7", 1))
    expected = persons(many, answers)
    for seed in range(5):
        random.Random(seed).shuffle(many)
        assert persons(many, answers) == expected
