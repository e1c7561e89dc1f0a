"""Checks of the figures that a plan states about itself: sums, growth, years, dates, numbering.

What a document contradicts itself in is a warning: somebody has to ask its author. A programme can
be used all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import gcd

from emubatch.programme import figures as f
from emubatch.programme.conditions import NotationError, is_date
from emubatch.programme.problems import Problem, Table
from emubatch.programme.tables import Figure, Programme
from emubatch.vietnamese import day_first, fold_key, parse_date

_TABLE = "figures.csv"
_COLUMNS = ("value", "base", "stated", "operator", "parts", "issuer", "date")
_ORDERS = ("<", "<=")
SHARE_OPERATORS = ("=", ">=", ">", "<=", "<")
REST = "REST"  # base of a cap that is counted on everybody else


@dataclass(frozen=True, slots=True)
class Kind:
    """The columns that a kind of figure needs, and those that it may have besides."""

    needs: tuple[str, ...]
    allows: tuple[str, ...] = ()


FIGURE_KINDS: dict[str, Kind] = {
    "sum": Kind(("value", "parts")),
    "growth": Kind(("value", "base", "stated")),
    "change": Kind(("value", "base", "stated")),
    "share": Kind(("value", "base", "stated"), ("operator",)),
    "anniversary": Kind(("value", "base", "stated")),
    "period": Kind(("value", "base")),
    "decision": Kind(("value", "issuer", "date")),
    "numbering": Kind(("parts",)),
    "deadline_chain": Kind(("parts",), ("operator",)),
    "floor_cap": Kind(("value", "stated", "base")),
    "repeat": Kind(("value", "stated")),
    "distinct": Kind(("parts",)),
    "cover": Kind(("parts",)),
}


def lint_figure_rows(programme: Programme, problems: list[Problem]) -> None:
    """The rows themselves: kinds exist, what they need is there and can be read."""
    table = Table(_TABLE, problems)
    table.twice(((row.line, row.id) for row in programme.figures), "id")
    known = {row.id for row in programme.figures if row.kind == "sum"}
    for row in programme.figures:
        if not table.one_of(row.line, "kind", row.kind, tuple(FIGURE_KINDS)):
            continue
        _lint_columns(row, table)
        for part in row.parts:
            if part.startswith("@") and part[1:] not in known:
                table.add(row.line, "parts", "unknown_parent", part[1:], known)
        _lint_cells(row, table)


def _lint_columns(row: Figure, table: Table) -> None:
    kind = FIGURE_KINDS[row.kind]
    for column in _COLUMNS:
        given = bool(getattr(row, column))
        if column in kind.needs and not given:
            table.add(row.line, column, "missing_for_test", detail=row.kind)
        elif given and column not in (*kind.needs, *kind.allows):
            table.add(row.line, column, "column_not_used", detail=row.kind)
    if row.operator and "operator" in kind.allows:
        allowed = _ORDERS if row.kind == "deadline_chain" else SHARE_OPERATORS
        table.one_of(row.line, "operator", row.operator, allowed)
    if row.date and not is_date(row.date):
        table.add(row.line, "date", "bad_date", row.date)


def _lint_cells(row: Figure, table: Table) -> None:
    for column, read in _READERS[row.kind].items():
        cell = getattr(row, column)
        for text in cell if isinstance(cell, tuple) else (cell,):
            try:
                if text and not text.startswith("@"):
                    read(text)
            except NotationError as error:
                table.add(row.line, column, "bad_cell", text, detail=str(error))


def _day(text: str) -> str:
    """A whole day as ISO, written so or day first."""
    found = parse_date(text)
    if found is None or not is_date(found):
        raise NotationError(f"«{text}»: 25/3/2021")
    return found


def _cap_base(text: str) -> f.Printed | None:
    return None if text == REST else f.printed(text)


_NUMBERS = {"value": f.printed, "base": f.printed, "stated": f.printed}
_READERS: Mapping[str, Mapping[str, Callable[[str], object]]] = {
    "sum": {"value": f.printed, "parts": f.printed},
    "growth": _NUMBERS,
    "change": _NUMBERS,
    "share": _NUMBERS,
    "anniversary": {"value": f.year, "base": f.year, "stated": f.printed},
    "period": {},
    "decision": {"value": f.decision},
    "numbering": {},
    "deadline_chain": {"parts": _day},
    "floor_cap": {"value": f.printed, "stated": f.printed, "base": _cap_base},
    "repeat": {},
    "distinct": {},
    "cover": {"parts": f.level},
}


# --- what the document contradicts itself in -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """One contradiction: its code, the column that shows it, as stated, and as it should be."""

    code: str
    column: str
    value: str
    detail: str
    severity: str = "warning"


def lint_figures(programme: Programme) -> list[Problem]:
    """Where the figures of the document contradict each other, in the order of the table.

    Needs rows that ``lint_figure_rows`` has nothing to say about.
    """
    checks: dict[str, Callable[[Figure], Iterator[_Found]]] = {
        "sum": _Sums(programme.figures).check,
        "decision": _Decisions(programme.figures).check,
        **_CHECKS,
    }
    return [
        Problem(
            _TABLE, row.line, found.column, found.code, found.value, (), found.severity,
            found.detail, label_vi=_label(row.label_vi, row), label_en=_label(row.label_en, row),
        )
        for row in programme.figures
        for found in checks[row.kind](row)
    ]  # fmt: skip


def _label(text: str, row: Figure) -> str:
    return f"{text or row.label_vi} [{row.clause}]"


class _Sums:
    """Stated totals against their parts, and against the smallest parts of those."""

    def __init__(self, rows: tuple[Figure, ...]) -> None:
        self.rows = {row.id: row for row in rows if row.kind == "sum"}
        self.inner = {
            part[1:] for row in self.rows.values() for part in row.parts if part[0] == "@"
        }

    def check(self, row: Figure) -> Iterator[_Found]:
        total = self._stated(row.id)
        parts = sum(map(self._part, row.parts), Fraction(0))
        if parts != total:
            yield _Found("figure_sum", "value", row.value, f.as_printed(parts))
            return
        smallest = self._smallest(row, ())
        if row.id not in self.inner and smallest != total:
            yield _Found("figure_leaves", "value", row.value, f.as_printed(smallest), "note")

    def _stated(self, key: str) -> Fraction:
        return f.printed(self.rows[key].value).middle

    def _part(self, part: str) -> Fraction:
        return self._stated(part[1:]) if part[0] == "@" else f.printed(part).middle

    def _smallest(self, row: Figure, above: tuple[str, ...]) -> Fraction:
        """Sum of the parts that have no parts themselves."""
        found = Fraction(0)
        for part in row.parts:
            below = part[1:]
            if part[0] == "@" and below not in above:
                found += self._smallest(self.rows[below], (*above, row.id))
            else:
                found += self._part(part)
        return found


class _Decisions:
    """Numbers of one issuer, series and year rise with the date."""

    def __init__(self, rows: tuple[Figure, ...]) -> None:
        self.series: dict[tuple[str, str, str], list[tuple[str, int, Figure]]] = {}
        for row in rows:
            if row.kind == "decision":
                number, series = f.decision(row.value)
                key = (fold_key(row.issuer), series, row.date[:4])
                self.series.setdefault(key, []).append((row.date, number, row))

    def check(self, row: Figure) -> Iterator[_Found]:
        number, series = f.decision(row.value)
        for day, other, first in self.series[fold_key(row.issuer), series, row.date[:4]]:
            if day < row.date and other >= number:
                code = "figure_decision" if other > number else "figure_decision_twice"
                shown = f"{row.value} ({day_first(row.date)})"
                yield _Found(code, "value", shown, f"{first.value} ({day_first(day)})")
                return


def _growth(row: Figure) -> Iterator[_Found]:
    now, before, stated = map(f.printed, (row.value, row.base, row.stated))
    if before.low <= 0:
        return
    rates = [now.low / before.high, now.low / before.low, now.high / before.high]
    rates = [100 * (rate - 1) for rate in (*rates, now.high / before.low)]
    if not f.may_be_printed(min(rates), max(rates), stated):
        found = f"{f.as_printed(100 * (now.middle / before.middle - 1))}%"
        yield _Found("figure_growth", "stated", row.stated, f"{found} ({row.value} / {row.base})")


def _change(row: Figure) -> Iterator[_Found]:
    now, before, stated = map(f.printed, (row.value, row.base, row.stated))
    if not f.may_be_printed(now.low - before.high, now.high - before.low, stated):
        found = f.as_printed(now.middle - before.middle)
        yield _Found("figure_change", "stated", row.stated, f"{found} ({row.value} − {row.base})")
    elif row.stated.endswith("%"):
        yield _Found("figure_points", "stated", row.stated, row.stated.rstrip("% "), "note")


def _share(row: Figure) -> Iterator[_Found]:
    part, whole, stated = map(f.printed, (row.value, row.base, row.stated))
    # Counts are exact: only a range leaves the share open.
    least, most = whole.low + whole.step / 2, whole.high - whole.step / 2
    if least <= 0:
        return
    low = 100 * (part.low + part.step / 2) / most
    high = 100 * (part.high - part.step / 2) / least
    span = dict.fromkeys(f"{f.as_printed(share, 1)}%" for share in (low, high))
    shown = f"{'–'.join(span)} ({row.value} / {row.base})"
    if row.operator in ("", "="):
        if not f.may_be_printed(low, high, stated):
            yield _Found("figure_share", "stated", row.stated, shown)
    elif not _may_hold(low, high, row.operator, stated.middle):
        yield _Found("figure_short", "stated", f"{row.operator} {row.stated}", shown)


def _may_hold(low: Fraction, high: Fraction, operator: str, limit: Fraction) -> bool:
    return {
        ">=": high >= limit,
        ">": high > limit,
        "<=": low <= limit,
        "<": low < limit,
    }[operator]


def _anniversary(row: Figure) -> Iterator[_Found]:
    years = f.year(row.value) - f.year(row.base)
    if years != f.printed(row.stated).middle:
        yield _Found("figure_years", "stated", row.stated, f"{years} ({row.base}–{row.value})")


def _period(row: Figure) -> Iterator[_Found]:
    span = f"{row.base}–{row.value}"
    try:
        if f.year(row.base) > f.year(row.value):
            yield _Found("window_inverted", "value", span, "")
    except NotationError:
        yield _Found("figure_period", "value", span, "")


def _numbering(row: Figure) -> Iterator[_Found]:
    style = max(f.STYLES, key=lambda s: sum(f.numeral(p, s) is not None for p in row.parts))
    before = 0
    for at, part in enumerate(row.parts):
        place = f.numeral(part, style)
        due = f.spelled(before + 1, style)
        if place is None:
            yield _Found("figure_numeral", "parts", part, due)
            place = before + 1
        elif before and place <= before:
            yield _Found("figure_numeral_twice", "parts", part, due)
            place = before
        elif at and place > before + 1:
            yield _Found("figure_numeral_gap", "parts", part, due)
        before = place


def _deadline_chain(row: Figure) -> Iterator[_Found]:
    for one, after in pairwise(map(_day, row.parts)):
        if one > after or (one == after and row.operator != "<="):
            yield _Found("figure_chain", "parts", day_first(one), day_first(after))


def _floor_cap(row: Figure) -> Iterator[_Found]:
    floor, cap = f.printed(row.value).middle / 100, f.printed(row.stated).middle / 100
    # Of everybody: a cap on the rest leaves c / (1 + c) of the whole.
    most = cap / (1 + cap) if row.base == REST else cap * f.printed(row.base).middle / 100
    shown = f"{f.as_printed(100 * floor, 1)}% – {f.as_printed(100 * most, 1)}%"
    if floor > most:
        yield _Found("figure_floor_above", "value", row.value, shown)
    elif floor == most:
        every = 100 // gcd(100, int(100 * floor)) if (100 * floor).denominator == 1 else 0
        counts = ", ".join(str(every * n) for n in (1, 2, 3)) if every else "–"
        yield _Found("figure_floor_is_cap", "value", row.value, counts)
    else:
        yield _Found("figure_band", "value", row.value, shown, "note")


def _repeat(row: Figure) -> Iterator[_Found]:
    if fold_key(row.value) != fold_key(row.stated):
        yield _Found("figure_repeat", "stated", row.value, row.stated)


def _distinct(row: Figure) -> Iterator[_Found]:
    twice = [p for p in dict.fromkeys(map(fold_key, row.parts)) if _count(row, p) > 1]
    for part in twice:
        shown = next(text for text in row.parts if fold_key(text) == part)
        yield _Found("figure_same", "parts", shown, str(_count(row, part)), "note")


def _count(row: Figure, key: str) -> int:
    return sum(fold_key(part) == key for part in row.parts)


def _cover(row: Figure) -> Iterator[_Found]:
    levels = sorted(map(f.level, row.parts), key=lambda level: (level.low, not level.has_low))
    for left, right in pairwise(levels):
        if left.high > right.low or (left.has_high and right.has_low):
            yield _Found("figure_overlap", "parts", f"{right.low:g}", " | ".join(row.parts))
        elif left.high < right.low or not (left.has_high or right.has_low):
            yield _Found("figure_gap", "parts", f"{right.low:g}", " | ".join(row.parts))


_CHECKS: dict[str, Callable[[Figure], Iterator[_Found]]] = {
    "growth": _growth,
    "change": _change,
    "share": _share,
    "anniversary": _anniversary,
    "period": _period,
    "numbering": _numbering,
    "deadline_chain": _deadline_chain,
    "floor_cap": _floor_cap,
    "repeat": _repeat,
    "distinct": _distinct,
    "cover": _cover,
}
