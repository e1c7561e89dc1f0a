"""Economic indicators: growth and plan recomputed, stated growth against both values.

The text keeps only rounded figures, so a stated growth agrees when it is the computed one rounded
or cut off at the last digit that was printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from emubatch.messages import finding
from emubatch.model import INDICATOR_COLUMNS, Finding
from emubatch.programme.tables import Indicator, in_lang
from emubatch.rules.arrays import Bools, Floats, Ints, Words, as_words
from emubatch.rules.frames import Month, View
from emubatch.rules.numbers import decimals_of, number_words

NA, PASS, FAIL, REVIEW = 0, 1, 2, 3
_OUTCOMES = as_words(("na", "pass", "fail", "review"))
INDICATOR_EXTRA = (
    "label",
    "clause",
    "cell",
    "measure",
    "stated_growth",
    "stated_plan",
    "implied_last_year",
    "implied_plan",
    "points",
    "estimate",
    "qualifier",
    "note",
)
_EPSILON = 1e-9


@dataclass(slots=True)
class _Rows:
    """The rows of all units as numbers; NaN for blank. ``points``: growth in percentage points."""

    month: Month
    view: View
    rows: Ints
    known: list[Indicator | None]
    points: Bools
    value: Floats
    last_year: Floats
    plan: Floats
    growth: Floats
    plan_growth: Floats
    exact: Bools

    @property
    def direction(self) -> Ints:
        """1 where more is better, -1 where less is, 0 where neither is said."""
        signs = {"up": 1, "down": -1}
        return np.array([signs.get(row.direction, 0) if row else 0 for row in self.known])


@dataclass(slots=True)
class _Judged:
    last_year: Floats
    plan: Floats
    growth: Floats
    plan_pct: Floats
    growth_clash: Bools
    plan_clash: Bools
    outcome: Ints


def judge_indicators(month: Month) -> tuple[pd.DataFrame, list[Finding]]:
    """One row for each row of the indicator sheets, and findings on figures that contradict.

    ``INDICATOR_COLUMNS``, then ``label``, ``clause``, ``cell`` (address of the value), ``measure``
    (unit of measurement), ``stated_growth`` and ``stated_plan`` as entered, ``implied_last_year``
    and ``implied_plan`` (whether the figure was computed from the stated growth), ``points``,
    ``estimate``, ``qualifier`` and ``note``. Percentages are per cent, rounded to two decimals;
    ``plan_pct`` is 123 where the plan was exceeded by 23 per cent.
    """
    rows = _read(month)
    judged = _judge(rows)
    return _frame(rows, judged), list(_findings(rows, judged))


# --- reading ---------------------------------------------------------------------------------


def _key(month: Month, sheet: str, role: str) -> str:
    spec = month.programme.field_with_role(sheet, role)
    return spec.key if spec is not None else ""


def _read(month: Month) -> _Rows:
    programme = month.programme
    sheet = next((s.key for s in programme.sheets_with_role("indicators")), "")
    view = month.detail(sheet)
    codes = view.coded(_key(month, sheet, "indicator"))
    rows = np.flatnonzero(~codes.blank & (view.unit_pos >= 0))
    place = {_fold(row.code): at for at, row in enumerate(programme.indicators)}
    table = [place.get(_fold(str(value)), len(place)) for value in codes.values]
    order = np.array([*table, len(place)], dtype=np.int64)[codes.codes[rows]]
    rows = rows[np.lexsort((view.place[rows], order, view.unit_pos[rows]))]
    listed: list[Indicator | None] = [*programme.indicators, None]
    known = [listed[at] for at in np.array([*table, len(place)])[codes.codes[rows]].tolist()]

    def numbers(role: str) -> Floats:
        key = _key(month, sheet, role)
        return view.numbers(key)[rows] if key else np.full(len(rows), np.nan)

    found = _Rows(
        month,
        view,
        rows,
        known,
        np.array([row.points if row else False for row in known], dtype=bool),
        numbers("value"),
        numbers("last_year"),
        numbers("plan"),
        numbers("stated_growth"),
        numbers("stated_plan"),
        _exact(month, view, rows),
    )
    if programme.reading("keep_estimates") == "false":
        found.value = np.where(_said(month, view, rows, "estimate") == "CO", np.nan, found.value)
    _take_base(found)
    return found


def _fold(code: str) -> str:
    return "".join(code.casefold().split())


def _said(month: Month, view: View, rows: Ints, role: str) -> Words:
    coded = view.coded(_key(month, view.key, role))
    return as_words([*(str(value) for value in coded.values), ""])[coded.codes[rows]]


def _exact(month: Month, view: View, rows: Ints) -> Bools:
    """Rows whose figure is meant as it stands, not as a bound ("nearly", "more than")."""
    said = _said(month, view, rows, "qualifier")
    return np.asarray((said == "") | (said == "KHONG"), dtype=bool)


def _take_base(rows: _Rows) -> None:
    """A target grows from the value of another indicator in the same form."""
    units = rows.view.unit_pos[rows.rows].tolist()
    values: dict[tuple[int, str], float] = {}
    for unit, known, value in zip(units, rows.known, rows.value.tolist(), strict=True):
        if known is not None:
            values.setdefault((unit, known.code), value)
    for at, (unit, known) in enumerate(zip(units, rows.known, strict=True)):
        if known is not None and known.base:
            base = values.get((unit, known.base), np.nan)
            rows.last_year[at] = rows.last_year[at] if np.isnan(base) else base


# --- judging ---------------------------------------------------------------------------------


def _judge(rows: _Rows) -> _Judged:
    tolerance = rows.month.programme.reading("growth_tolerance")
    growth = _change(rows.value, rows.last_year, rows.points)
    over = _change(rows.value, rows.plan, rows.points)
    comparable = rows.exact & ~np.isnan(rows.growth)
    growth_clash = comparable & _disagree(growth, rows.growth, tolerance)
    plan_clash = rows.exact & _disagree(over, rows.plan_growth, tolerance)
    last_year = _or_implied(rows.last_year, rows.value, rows.growth, rows.points)
    plan = _or_implied(rows.plan, rows.value, rows.plan_growth, rows.points)
    shown_growth = np.where(np.isnan(growth), rows.growth, growth)
    excess = np.where(np.isnan(over), rows.plan_growth, over)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = rows.value / rows.plan * 100
        stated = np.where(rows.points, rows.value / plan * 100, 100 + rows.plan_growth)
    plan_pct = np.where(np.isnan(ratio) | ~np.isfinite(ratio), stated, ratio)
    contradicted = growth_clash | plan_clash | _from_nothing(rows)
    outcome = _outcomes(rows, excess, contradicted, ~np.isnan(growth) & comparable)
    return _Judged(last_year, plan, shown_growth, plan_pct, growth_clash, plan_clash, outcome)


def _from_nothing(rows: _Rows) -> Bools:
    """A growth in per cent is stated, but the figure that it grows from is 0."""
    growth = (rows.last_year == 0) & ~np.isnan(rows.growth)
    over = (rows.plan == 0) & ~np.isnan(rows.plan_growth)
    return np.asarray((growth | over) & ~rows.points)


def _outcomes(rows: _Rows, excess: Floats, clash: Bools, checked: Bools) -> Ints:
    """Review on a contradiction; fail on a missed plan; na where nothing could be checked."""
    planned = ~np.isnan(excess) & (rows.direction != 0) & ~np.isnan(rows.value)
    missed = planned & (excess * rows.direction < -_EPSILON)
    outcome = np.where(checked | planned, PASS, NA)
    outcome = np.where(missed, FAIL, outcome)
    # A bound ("nearly", "more than") cannot be held against a plan as if it were the figure.
    outcome = np.where(planned & ~rows.exact, REVIEW, outcome)
    return np.where(clash, REVIEW, outcome).astype(np.int64)


def _change(value: Floats, base: Floats, points: Bools) -> Floats:
    """Growth in per cent, or in percentage points."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = (value / base - 1) * 100
    rate = np.where(np.isfinite(rate), rate, np.nan)
    return np.where(points, value - base, rate)


def _disagree(computed: Floats, stated: Floats, tolerance: str) -> Bools:
    """Where a stated figure is not the computed one, rounded or (by default) cut off."""
    known = ~np.isnan(computed) & ~np.isnan(stated)
    unit = np.array([10.0 ** -decimals_of(value) for value in stated])
    reach = unit if tolerance == "last_digit" else unit / 2
    return np.asarray(known & (np.abs(computed - stated) > reach + _EPSILON))


def _or_implied(base: Floats, value: Floats, growth: Floats, points: Bools) -> Floats:
    """The base, or what the value and its stated growth imply, in the digits of the value.

    A difference in points has the digits of both.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        implied = np.where(points, value - growth, value / (1 + growth / 100))
    digits = [
        max(decimals_of(a), decimals_of(b)) if in_points else decimals_of(a)
        for a, b, in_points in zip(value, growth, points, strict=True)
    ]
    pairs = zip(implied.tolist(), digits, strict=True)
    rounded = np.array([round(a, b) if np.isfinite(a) else np.nan for a, b in pairs])
    return np.where(np.isnan(base), rounded.reshape(len(base)), base)


# --- frame and findings ----------------------------------------------------------------------


def _frame(rows: _Rows, judged: _Judged) -> pd.DataFrame:
    month, view, at = rows.month, rows.view, rows.rows
    lang = month.lang
    units = month.units.frame["unit"].to_numpy(object)[view.unit_pos[at]]
    labels = ["" if row is None else in_lang(row, "label", lang) for row in rows.known]
    texts = {
        "unit": units,
        "indicator": _codes(rows),
        "outcome": _OUTCOMES[judged.outcome],
        "label": as_words(labels),
        "clause": as_words([row.clause if row else "" for row in rows.known]),
        "cell": view.refs(_key(month, view.key, "value"), at),
        "measure": as_words([row.unit if row else "" for row in rows.known]),
        "estimate": _said(month, view, at, "estimate"),
        "qualifier": _said(month, view, at, "qualifier"),
        "note": as_words(list(_notes(rows, judged))),
    }
    numbers = {
        "value": rows.value,
        "last_year": judged.last_year,
        "plan": judged.plan,
        "growth_pct": np.round(judged.growth, 2),
        "plan_pct": np.round(judged.plan_pct, 2),
        "stated_growth": rows.growth,
        "stated_plan": rows.plan_growth,
        "implied_last_year": np.isnan(rows.last_year) & ~np.isnan(judged.last_year),
        "implied_plan": np.isnan(rows.plan) & ~np.isnan(judged.plan),
        "points": rows.points,
    }
    columns = {**{name: pd.Series(text, dtype=object) for name, text in texts.items()}, **numbers}
    return pd.DataFrame({name: columns[name] for name in (*INDICATOR_COLUMNS, *INDICATOR_EXTRA)})


def _codes(rows: _Rows) -> Words:
    """The programme's code where it knows the indicator, else the code as typed."""
    coded = rows.view.coded(_key(rows.month, rows.view.key, "indicator"))
    typed = [str(coded.values[code]) for code in coded.codes[rows.rows].tolist()]
    pairs = zip(rows.known, typed, strict=True)
    return as_words([row.code if row else text for row, text in pairs])


_NOTHING = {
    "vi": "ghi % tăng nhưng số gốc bằng 0, không đối chiếu được",
    "en": "growth is stated, but the base is 0 and there is nothing to compare",
}
_CLASH = {
    "vi": "{stated}% không khớp, tính ra {computed}%; giá trị khớp là {fits}",
    "en": "{stated}% does not fit, computed {computed}%; a value that fits is {fits}",
}


def _notes(rows: _Rows, judged: _Judged) -> Iterator[str]:
    """What contradicts what, in words; empty where nothing does."""
    lang, nothing = rows.month.lang, _from_nothing(rows)
    for at in range(len(rows.rows)):
        parts = []
        for clash, side in ((judged.growth_clash, False), (judged.plan_clash, True)):
            if clash[at]:
                stated, computed, fits = _figures(rows, at, plan=side)
                words = (number_words(number, lang, 2) for number in (stated, computed, fits))
                parts.append(_CLASH[lang].format_map(dict(zip(_NAMES, words, strict=True))))
        if nothing[at]:
            parts.append(_NOTHING[lang])
        yield "; ".join(parts)


_NAMES = ("stated", "computed", "fits")


def _figures(rows: _Rows, at: int, *, plan: bool) -> tuple[float, float, float]:
    """Stated and computed growth, and the value that the stated growth would need."""
    stated = (rows.plan_growth if plan else rows.growth)[at]
    base = (rows.plan if plan else rows.last_year)[at]
    points = bool(rows.points[at])
    computed = rows.value[at] - base if points else (rows.value[at] / base - 1) * 100
    fits = base + stated if points else base * (1 + stated / 100)
    return stated, computed, round(fits, decimals_of(rows.value[at]))


def _findings(rows: _Rows, judged: _Judged) -> Iterator[Finding]:
    sides = (
        (judged.growth_clash, False, "W621", "stated_growth"),
        (judged.plan_clash, True, "W622", "stated_plan"),
    )
    for clash, plan, code, role in sides:
        for at in np.flatnonzero(clash).tolist():
            yield _finding(rows, at, code, role, plan=plan)


def _finding(rows: _Rows, at: int, code: str, role: str, *, plan: bool) -> Finding:
    month, view = rows.month, rows.view
    key = _key(month, view.key, role)
    address = str(view.refs(key, rows.rows[at : at + 1])[0])
    file, sheet, cell = address.rsplit("!", 2)
    stated, computed, fits = _figures(rows, at, plan=plan)
    base = (rows.plan if plan else rows.last_year)[at]
    values = {
        "stated": stated,
        "computed": computed,
        "fits": fits,
        "base": base,
        "figure": rows.value[at],
    }
    words = {name: number_words(number, "vi", 2) for name, number in values.items()}
    words |= {f"{name}_en": number_words(number, "en", 2) for name, number in values.items()}
    return finding(
        code,
        unit=month.units.frame["unit"].iloc[view.unit_pos[rows.rows[at]]],
        file=file,
        sheet=sheet,
        cell=cell,
        field=key,
        value=number_words(stated, "vi"),
        indicator=_codes(rows)[at],
        **words,
    )
