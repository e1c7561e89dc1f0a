"""Dates of which perhaps only the month or year is known, as spans of days; whole months."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")

NO_SPAN = (0, -1)
EARLIEST, LATEST = date.min.toordinal(), date.max.toordinal()


@lru_cache(maxsize=1 << 16)
def date_span(text: str) -> tuple[int, int]:
    """First and last day (ordinals) that an ISO date, month or year can mean.

    ``NO_SPAN`` for anything else; such a value has a finding already.
    """
    match = _DATE.fullmatch(text)
    if match is None:
        return NO_SPAN
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        if day:
            exact = date(year, month, day).toordinal()
            return exact, exact
        first, last = (month, month) if month else (1, 12)
        end = date(year, last, monthrange(year, last)[1])
        return date(year, first, 1).toordinal(), end.toordinal()
    except ValueError:
        return NO_SPAN


@lru_cache(maxsize=1 << 12)
def year_span(text: str) -> tuple[int, int]:
    """First and last year of ``2018`` or ``2015-2019``; ``NO_SPAN`` for anything else."""
    match = _YEARS.fullmatch(text)
    if match is None:
        return NO_SPAN
    first, last = int(match[1]), int(match[2] or match[1])
    return (first, last) if 1 <= first <= last else NO_SPAN


def latest_start(end: int, months: int) -> int:
    """The last day on which one may start and still have that many full months at ``end``."""
    last = date.fromordinal(end)
    index = last.year * 12 + last.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(last.day, monthrange(year, month + 1)[1])).toordinal()


def full_months(start: int, end: int) -> int:
    """Full months from a day to a day; 30/12/2014 to 30/12/2019 are 60."""
    if start > end:
        return 0
    first, last = date.fromordinal(start), date.fromordinal(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    return months if start <= latest_start(end, months) else months - 1


def day_text(ordinal: int) -> str:
    """A day as offices write it."""
    found = date.fromordinal(ordinal)
    return f"{found.day:02}/{found.month:02}/{found.year}"


def span_text(low: int, high: int) -> str:
    """A span as it was stated: a day, a month, or a year."""
    first, last = date.fromordinal(low), date.fromordinal(high)
    if low == high:
        return day_text(low)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.month:02}/{first.year}"
    return str(first.year) if first.year == last.year else f"{day_text(low)}–{day_text(high)}"
