from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emubatch.rules.partial import (
    NO_SPAN,
    date_span,
    full_months,
    latest_start,
    span_text,
    year_span,
)

END = date(2019, 12, 30).toordinal()


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2014-12-05", "2014-12-05", "2014-12-05"),
        ("2014-12", "2014-12-01", "2014-12-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("2014", "2014-01-01", "2014-12-31"),
    ],
)
def test_a_partial_date_is_a_span_of_days(text: str, first: str, last: str) -> None:
    assert date_span(text) == (day(first), day(last))


@pytest.mark.parametrize("text", ["", "x", "2014-13", "2015-02-30", "12/2014"])
def test_what_is_no_date_has_no_span(text: str) -> None:
    assert date_span(text) == NO_SPAN


def test_years() -> None:
    assert year_span("2018") == (2018, 2018)
    assert year_span("2015-2019") == (2015, 2019)
    assert year_span("2019-2015") == NO_SPAN


@pytest.mark.parametrize(
    ("start", "months"),
    [("2014-12-30", 60), ("2014-12-31", 59), ("2015-01-01", 59), ("2015-01-30", 59),
     ("2015-01-31", 58), ("2014-11-30", 61), ("2019-12-30", 0), ("2019-12-31", 0)],
)  # fmt: skip
def test_full_months_to_30_december(start: str, months: int) -> None:
    assert full_months(day(start), END) == months


def test_end_of_month_counts_as_the_same_day() -> None:
    assert latest_start(day("2020-02-29"), 12) == day("2019-02-28")
    assert full_months(day("2019-02-28"), day("2020-02-29")) == 12
    assert full_months(day("2019-03-01"), day("2020-02-29")) == 11


@given(st.integers(day("1990-01-01"), END), st.integers(0, 240))
def test_full_months_agrees_with_the_latest_start(start: int, limit: int) -> None:
    assert (full_months(start, END) >= limit) == (start <= latest_start(END, limit))


def test_a_span_reads_as_it_was_stated() -> None:
    assert span_text(*date_span("2014-12")) == "12/2014"
    assert span_text(*date_span("2014")) == "2014"
    assert span_text(*date_span("2014-12-05")) == "05/12/2014"
