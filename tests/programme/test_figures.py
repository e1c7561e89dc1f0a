"""Figures as printed: what they may stand for, and how clauses and documents are numbered."""

from __future__ import annotations

from fractions import Fraction

import pytest

from emubatch.programme.conditions import NotationError
from emubatch.programme.figures import (
    as_printed,
    decision,
    level,
    may_be_printed,
    numeral,
    printed,
    spelled,
    year,
)


@pytest.mark.parametrize(
    ("text", "middle", "low", "high"),
    [
        ("114.375", 114375, 114374.5, 114375.5),
        ("32,82%", 32.82, 32.815, 32.825),
        ("-1,28 %", -1.28, -1.285, -1.275),
        ("−54%", -54, -54.5, -53.5),
        ("15", 15, 14.5, 15.5),
        ("100-150", 125, 99.5, 150.5),
        ("13.057.574.000", 13057574000, 13057573999.5, 13057574000.5),
        ("902,3", 902.3, 902.25, 902.35),
    ],
)
def test_printed_numbers(text: str, middle: float, low: float, high: float) -> None:
    found = printed(text)
    assert tuple(map(float, (found.middle, found.low, found.high))) == (middle, low, high)


@pytest.mark.parametrize(
    "text", ["", "15.7", "1.234.5", "15,7,8", "nhiều", "150-100", "1-2-3", "%"]
)
def test_numbers_that_could_mean_two_things_are_refused(text: str) -> None:
    with pytest.raises(NotationError):
        printed(text)


@pytest.mark.parametrize(
    ("value", "text", "may"),
    [
        ("167.47", "167,4%", True),  # cut off
        ("167.34", "167,4%", False),
        ("167.35", "167,4%", False),
        ("167.36", "167,4%", True),  # rounded up
        ("26.78", "26,8%", True),
        ("-53.85", "-54%", True),
        ("-53.85", "-53%", True),  # cut off towards zero
        ("-53.85", "-52%", False),
        ("2.30", "15,7%", False),
    ],
)
def test_rounding_and_cutting_off_are_no_mistake(value: str, text: str, may: bool) -> None:
    exact = Fraction(value)
    assert may_be_printed(exact, exact, printed(text)) is may


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(2.2983, 2, "2,3"), (1234567, 2, "1.234.567"), (40, 1, "40"), (16.666, 1, "16,7")],
)
def test_computed_numbers_are_shown_the_same_way(value: float, decimals: int, text: str) -> None:
    assert as_printed(value, decimals) == text


def test_years_and_decisions() -> None:
    assert (year("1968"), year("24/7/1968")) == (1968, 1968)
    assert decision("730/QĐ-UBND") == (730, "/qđ-ubnd")
    assert decision("34-CT/TW") == (34, "-ct/tw")
    assert decision("38/2017/QĐ-UBND") == (38, "/2017/qđ-ubnd")
    for text in ("202", "năm 1968"):
        with pytest.raises(NotationError):
            year(text)
    with pytest.raises(NotationError):
        decision("QĐ-UBND")


@pytest.mark.parametrize(
    ("style", "labels"),
    [
        ("roman", ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI"]),
        ("letter", ["a", "b", "c", "d", "đ", "e", "g", "h", "i", "k"]),
        ("arabic", ["1", "2", "3"]),
    ],
)
def test_numerals_count_up(style: str, labels: list[str]) -> None:
    places = list(range(1, len(labels) + 1))
    assert [numeral(label, style) for label in labels] == places
    assert [spelled(place, style) for place in places] == labels


def test_numerals_of_another_style() -> None:
    assert numeral("2.3", "arabic") == 3
    assert numeral("4.", "roman") is None
    assert numeral("f", "letter") is None
    assert numeral("I", "arabic") is None


def test_levels() -> None:
    assert (level("<200").high, level("<200").has_high) == (200, False)
    assert (level(">= 200").low, level(">= 200").has_low) == (200, True)
    with pytest.raises(NotationError):
        level("200")
