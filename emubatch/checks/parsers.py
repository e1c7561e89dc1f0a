"""One raw cell -> one typed value, or ``None`` and what is wrong with it.

A parser is a function of the raw value alone, so that a column can remember what it has seen.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from emubatch import legacy
from emubatch.checks.lists import ListReader
from emubatch.model import BadCell
from emubatch.programme.tables import Field, Programme
from emubatch.vietnamese import (
    WINGDINGS,
    clean,
    day_first,
    is_blank,
    parse_number,
    parse_years,
    parse_yes_no,
    read_date,
)


class Oddity(NamedTuple):
    """Something to say about a cell: a code of the catalogue, the value shown, further words."""

    code: str
    value: str
    words: Mapping[str, str] = {}


Parsed = tuple[Any, Oddity | None]
Parser = Callable[[Any], Parsed]

# One note a column is enough for these.
PER_COLUMN = frozenset(("N201", "N203"))

FIRST_YEAR, LAST_YEAR = 1930, 2100
_EPOCH = dt.date(1899, 12, 30)
_SERIALS = range(10_000, 75_000)
_EXACT = 1e15
_PLAIN_INTEGER = re.compile(r"^(?:0|[1-9]\d*)$")
_PLAIN_NUMBER = re.compile(r"^-?(?:0|[1-9]\d*)(?:,\d+)?%?$")
_PLAIN_DATE = re.compile(r"^(?:\d{1,2}/)?(?:\d{1,2}/)?\d{4}$|^\d{4}-\d\d-\d\d$")
_DATE_CODES = {"impossible": "E205", "two_digit_year": "E206", "unknown": "E204"}


def parser_of(field: Field, programme: Programme) -> Parser:
    """The parser of a column, with its list and limits."""
    if field.type == "list":
        reader = ListReader(programme.lists.get(field.list, ()))
        return _guarded(lambda raw: _choice(raw, reader))
    parse = _BY_TYPE[field.type]
    low, high = _limit(field.minimum, field.type), _limit(field.maximum, field.type)
    if low is None and high is None:
        return _guarded(parse)
    return _guarded(lambda raw: _within(parse(raw), field.type, low, high))


def _guarded(parse: Parser) -> Parser:
    """Blank, dash and bad cells are the same for every type."""

    def guarded(raw: Any) -> Parsed:
        if raw is None:
            return None, None
        if isinstance(raw, BadCell):
            return None, Oddity(raw.code, raw.text)
        if isinstance(raw, str) and is_blank(raw):
            return None, None
        return parse(raw)

    return guarded


# --- text ----------------------------------------------------------------------------------------


def _text(raw: Any) -> Parsed:
    if not isinstance(raw, str):
        return _number_as_text(raw)
    text = clean(raw)
    if "\N{REPLACEMENT CHARACTER}" in text:
        return text, Oddity("E221", text)
    old = legacy.read(text)
    if old is not None:
        return text, Oddity("E217", text, {"after": old.text, "encoding": old.encoding})
    if text != raw and text != " ".join(raw.split("\n")):
        return text, Oddity("N201", raw, {"before": raw, "after": text})
    return text, None


def _number_as_text(raw: Any) -> Parsed:
    """Numbers and dates in a column of text: Excel has changed what was typed."""
    shown = show(raw)
    if isinstance(raw, float):
        if abs(raw) >= _EXACT:
            return None, Oddity("E216", shown)
        return shown, Oddity("N203", shown, {"after": shown})
    return shown, Oddity("N202", shown, {"after": shown})


def _choice(raw: Any, reader: ListReader) -> Parsed:
    shown = show(raw)
    code = reader.code_of(shown)
    if code is None:
        return None, Oddity("E209", shown, reader.nearest(shown))
    return code, None


def _yes_no(raw: Any) -> Parsed:
    shown = show(raw)
    answer = parse_yes_no(shown)
    if clean(shown) in WINGDINGS:
        return answer, _read_as(shown, "có")
    return answer, None if answer else Oddity("E208", shown)


# --- numbers -------------------------------------------------------------------------------------


def _number(raw: Any) -> Parsed:
    if isinstance(raw, float):
        return (raw, None) if math.isfinite(raw) else (None, Oddity("E203", show(raw)))
    value = parse_number(raw) if isinstance(raw, str) else None
    if value is None:
        return None, Oddity("E203", show(raw))
    text = clean(raw)
    return value, None if _PLAIN_NUMBER.match(text) else _read_as(text, show(value))


def _percent(raw: Any) -> Parsed:
    value, odd = _number(raw)
    if value is not None and odd is None and 0 < abs(value) <= 1 and "%" not in str(raw):
        percent = show(round(value * 100, 9))
        return value, Oddity("N204", show(value), {"after": percent})
    return value, odd


def _integer(raw: Any) -> Parsed:
    value = raw if isinstance(raw, float) else parse_number(raw) if isinstance(raw, str) else None
    if value is None or not math.isfinite(value) or not value.is_integer():
        return None, Oddity("E202", show(raw))
    number = int(value)
    if isinstance(raw, str) and not _PLAIN_INTEGER.match(clean(raw)):
        return number, _read_as(clean(raw), str(number))
    return number, None


def _read_as(before: str, after: str) -> Oddity:
    return Oddity("N202", before, {"after": after})


# --- dates and years -----------------------------------------------------------------------------


def _year(raw: Any) -> Parsed:
    years, odd = _years(raw)
    if years is not None and "-" in years:
        return None, Oddity("E207", show(raw))
    return years, odd


def _years(raw: Any) -> Parsed:
    if isinstance(raw, dt.date):
        return _year_in_date_format(raw)
    shown = show(raw)
    years = parse_years(shown)
    if years is None:
        return None, Oddity("E207", shown)
    if not FIRST_YEAR <= int(years[:4]) <= int(years[-4:]) <= LAST_YEAR:
        return None, _implausible(shown, FIRST_YEAR, LAST_YEAR)
    plain = years == shown or years == shown.strip() or years == shown.replace(" ", "")
    return years, None if plain else _read_as(shown, years)


def _year_in_date_format(raw: dt.date) -> Parsed:
    """2018 typed into a cell formatted as a date shows 10/07/1905."""
    serial = (dt.date(raw.year, raw.month, raw.day) - _EPOCH).days
    if FIRST_YEAR <= serial <= LAST_YEAR:
        return str(serial), _read_as(show(raw), str(serial))
    return None, Oddity("E207", show(raw))


def _date(raw: Any) -> Parsed:
    if isinstance(raw, dt.date):
        if FIRST_YEAR <= raw.year <= LAST_YEAR:
            return f"{raw:%Y-%m-%d}", None
        return None, Oddity("E205", show(raw))
    if isinstance(raw, float):
        return _date_of_number(raw)
    if not isinstance(raw, str):
        return None, Oddity("E204", show(raw))
    found, problem = read_date(raw)
    text = clean(raw)
    if problem:
        return None, Oddity(_DATE_CODES[problem], text)
    plain = _PLAIN_DATE.match(text.replace(" ", ""))
    return found, None if plain else _read_as(text, day_first(str(found)))


def _date_of_number(raw: float) -> Parsed:
    """A bare number is a year, or the serial number of a day whose format was lost."""
    shown = show(raw)
    if raw.is_integer() and FIRST_YEAR <= raw <= LAST_YEAR:
        return shown, None
    if raw.is_integer() and int(raw) in _SERIALS:
        day = _EPOCH + dt.timedelta(days=int(raw))
        return day.isoformat(), _read_as(shown, show(day))
    return None, Oddity("E204", shown)


# --- limits --------------------------------------------------------------------------------------


def _limit(text: str, kind: str) -> Any:
    if not text:
        return None
    if kind in ("int", "number", "percent"):
        return float(text)
    return text


def _within(parsed: Parsed, kind: str, low: Any, high: Any) -> Parsed:
    value, _ = parsed
    if value is None:
        return parsed
    if kind in ("year", "years"):
        if (low and value[:4] < low[:4]) or (high and value[-4:] > high[:4]):
            return None, _implausible(value, low[:4] if low else "…", high[:4] if high else "…")
        return parsed
    first = last = value
    if isinstance(value, str):  # a date: compared as far as it is known
        low, high = low and low[: len(value)], high and high[: len(value)]
    early, late = ("E218", "E219") if isinstance(value, str) else ("E210", "E211")
    if low is not None and first < low:
        return None, Oddity(early, show(value), {"limit": show(low)})
    if high is not None and last > high:
        return None, Oddity(late, show(value), {"limit": show(high)})
    return parsed


def _implausible(value: str, low: Any, high: Any) -> Oddity:
    return Oddity("E214", value, {"low": str(low), "high": str(high)})


# --- showing -------------------------------------------------------------------------------------


def show(value: Any) -> str:
    """A cell value as a person would type it."""
    if isinstance(value, str):
        return day_first(value) if re.fullmatch(r"\d{4}-\d\d(?:-\d\d)?", value) else clean(value)
    if isinstance(value, dt.datetime) and (value.hour or value.minute or value.second):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    if isinstance(value, float):
        return f"{value:.10g}".replace(".", ",")
    return str(value)


_BY_TYPE: Mapping[str, Parser] = {
    "text": _text,
    "code": _text,
    "int": _integer,
    "number": _number,
    "percent": _percent,
    "year": _year,
    "years": _years,
    "date": _date,
    "birth": _date,
    "yesno": _yes_no,
}
