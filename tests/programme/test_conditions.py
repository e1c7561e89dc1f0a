"""The notation of the cells: what is written is what is meant, anything else is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emubatch.programme.conditions import (
    OPERATORS,
    Condition,
    Measured,
    NotationError,
    is_date,
    is_number,
    parse_conditions,
    parse_measured,
    parse_options,
)
from emubatch.programme.show import conditions

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}(\.[a-z_]{1,8})?", fullmatch=True)
CODES = st.lists(st.from_regex(r"[A-Z][A-Z_]{0,8}", fullmatch=True), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("a = X", (Condition("a", "=", ("X",)),)),
        ("a=X|Y ;S.b != Z;", (Condition("a", "=", ("X", "Y")), Condition("S.b", "!=", ("Z",)))),
        ("n >= 3", (Condition("n", ">=", ("3",)),)),
        ("so_qd = *", (Condition("so_qd", "=", ("*",)),)),
        ("a / S.b= X|?", (Condition("a", "=", ("X", "?"), ("S.b",)),)),
    ],
)
def test_conditions(text: str, found: tuple[Condition, ...]) -> None:
    assert parse_conditions(text) == found


@pytest.mark.parametrize("text", ["a", "a =", "= X", "a b = X", "a ~ X", "a = X; b"])
def test_conditions_that_are_refused(text: str) -> None:
    with pytest.raises(NotationError):
        parse_conditions(text)


@given(st.lists(st.builds(Condition, NAMES, st.sampled_from(OPERATORS), CODES.map(tuple))))
def test_conditions_read_back_as_shown(found: list[Condition]) -> None:
    assert parse_conditions(conditions(found)) == tuple(found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("Sang_kien", (Measured("Sang_kien", "", ()),)),
        ("A.b", (Measured("A", "b", ()),)),
        ("A.b : X|Y+", (Measured("A", "b", (("X", False), ("Y", True))),)),
        (
            "A.b:X / C.d : Z",
            (Measured("A", "b", (("X", False),)), Measured("C", "d", (("Z", False),))),
        ),
    ],
)
def test_measured(text: str, found: tuple[Measured, ...]) -> None:
    assert parse_measured(text) == found


@pytest.mark.parametrize("text", ["A.b.c", "A b", "A.b :", "A.b = X"])
def test_measured_that_is_refused(text: str) -> None:
    with pytest.raises(NotationError):
        parse_measured(text)


def test_options() -> None:
    assert parse_options("a = 1 ; b= x|y") == {"a": "1", "b": "x|y"}
    with pytest.raises(NotationError):
        parse_options("a")


@pytest.mark.parametrize(
    ("text", "day", "number"),
    [
        ("2020-07-18", True, False),
        ("2020-02-30", False, False),
        ("20200718", False, True),
        ("2020-7-18", False, False),
        ("60", False, True),
        ("-1.5", False, True),
        ("1,5", False, False),
        ("nan", False, False),
        ("", False, False),
    ],
)
def test_days_and_numbers(text: str, day: bool, number: bool) -> None:
    assert (is_date(text), is_number(text)) == (day, number)
