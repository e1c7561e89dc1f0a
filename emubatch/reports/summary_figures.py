"""Sections of the summary page that compare: targets, indicators, awards, years, money.

A figure that is not known is left out of its chart and stands as a blank in its table.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pandas as pd

from emubatch.reports.cells import outcome_codes
from emubatch.reports.summary_charts import bars, growth, shares
from emubatch.reports.summary_tables import Figure, Table, headed, left_out, number
from emubatch.reports.tables import sorted_indicators, sorted_targets
from emubatch.reports.tally import award_tally
from emubatch.reports.view import Mark
from emubatch.reports.workbook_money import Labels
from emubatch.reports.workbook_tally import award_names, kind_names, ratios
from emubatch.reports.workbook_targets import outcome_marks, required, values
from emubatch.reports.years import awards_over_years, remarks

if TYPE_CHECKING:
    from emubatch.reports.view import View

_MOST_INDICATORS = 12
_MOST_BARS = 14
_YEARS = 6  # beside each other in the table of years


# --- targets -------------------------------------------------------------------------------------


def targets(view: View) -> Figure:
    """The targets of the whole department, each with what it needs and what is known."""
    frame = sorted_targets(view.result)
    frame = frame[frame["unit"] == ""]
    labels = {row.id: view.label(row) for row in view.programme.targets}
    columns = zip(
        frame["target"],
        required(view, frame),
        frame["numerator"],
        frame["denominator"],
        values(view, frame),
        outcome_marks(frame),
        frame["note"],
        strict=True,
    )
    rows: list[list[Any]] = [
        [f"{code}. {labels[code]}", needed, number(view, met), number(view, base), value,
         view.mark(outcome), note]
        for code, needed, met, base, value, outcome, note in columns
    ]  # fmt: skip
    heads = ("target", "required", "numerator", "denominator", "target_value", "verdict", "note")
    return Figure(_shares(view, frame), headed(view, heads, rows))


def _shares(view: View, frame: pd.DataFrame) -> Any:
    """The targets that are shares, with a line at what each asks for."""
    specs = {row.id: row for row in view.programme.targets if row.kind == "share"}
    drawn = []
    columns = zip(
        frame["target"], frame["value"], frame["value_to"], outcome_marks(frame), strict=True
    )
    for code, low, high, outcome in columns:
        if code in specs and not pd.isna(low):
            label = f"{code}. {view.label(specs[code])}"
            level = specs[code].threshold
            most = float(low if pd.isna(high) else high)
            drawn.append((label, view.mark(outcome), float(low), most, level))
    words = view.word("summary_shares"), view.word("summary_shares_desc")
    return shares("targets", *words, drawn, view)


# --- indicators ----------------------------------------------------------------------------------


def indicators(view: View) -> Table:
    """Indicators that somebody should look at; the others are only counted."""
    frame = sorted_indicators(view.result)
    codes = outcome_codes(frame["outcome"])
    rows = []
    for row, code in zip(frame.to_dict("records"), codes, strict=True):
        if code in ("review", "fail"):
            numbers = [number(view, row[name]) for name in ("value", "growth_pct", "plan_pct")]
            found = [view.mark(code), view.indicator_note(row)]
            rows.append([view.unit_name(row["unit"]), _label(view, row), *numbers, *found])
    heads = ("unit", "indicator", "value_now", "growth", "plan_pct", "verdict", "note")
    rest = left_out(view, len(rows) - _MOST_INDICATORS, "Chỉ tiêu")
    return headed(view, heads, rows[:_MOST_INDICATORS], rest)


def grown(view: View) -> tuple[str, Figure] | None:
    """Growth of the indicators of the unit that states most of them, and which unit that is."""
    frame = sorted_indicators(view.result)
    known = frame[frame["growth_pct"].notna()]
    if known.empty:
        return None
    counts = Counter(known["unit"].tolist())
    unit = max(counts, key=lambda code: (counts[code], code == frame["unit"].iloc[0]))
    own = known[known["unit"] == unit]
    records = own.to_dict("records")
    marks = [view.mark(code) for code in outcome_codes(own["outcome"])]
    drawn = [
        (_label(view, row), mark, float(row["growth_pct"]))
        for row, mark in zip(records, marks, strict=True)
    ][:_MOST_BARS]
    rows: list[list[Any]] = [
        [_label(view, row),
         *(number(view, row[name]) for name in ("value", "last_year", "growth_pct", "plan_pct")),
         mark]
        for row, mark in zip(records, marks, strict=True)
    ]  # fmt: skip
    name = view.unit_name(unit)
    title = view.word("summary_growth").format(unit=name)
    chart = growth("growth", title, view.word("summary_growth_desc"), drawn, view)
    heads = ("indicator", "value_now", "last_year", "growth", "plan_pct", "verdict")
    return title, Figure(chart, headed(view, heads, rows))


def _label(view: View, row: Any) -> str:
    labels = {spec.code: view.label(spec) for spec in view.programme.indicators}
    return str(labels.get(row["indicator"], row["indicator"]))


# --- awards --------------------------------------------------------------------------------------


def awards(view: View) -> Figure | None:
    """Awards registered against achieved: the sums of all units, or the one unit there is."""
    frame = award_tally(view.result)
    if frame is None or frame.empty:
        return None
    if frame["unit"].nunique() > 1:
        frame = frame[frame["unit"] == ""]
    stated = Mark("registered", "pending", "○", view.word("report_col_registered"))
    reached = Mark("achieved", "ok", "●", view.word("report_col_achieved"))
    rows: list[list[Any]] = []
    drawn = []
    for code, award, kind, before, after, ratio in zip(
        frame["award"], award_names(view, frame), kind_names(view, frame),
        frame["registered"], frame["achieved"], ratios(view, frame), strict=True,
    ):  # fmt: skip
        rows.append([award, kind, number(view, before), number(view, after), ratio])
        for mark, value in ((stated, before), (reached, after)):
            if code and not pd.isna(value):
                label = f"{award} · {kind}" if mark is stated or pd.isna(before) else ""
                drawn.append((label, [(mark, float(value))]))
    words = view.word("report_awards_title"), view.word("summary_awards_desc")
    chart = bars("awards", *words, drawn[: 2 * _MOST_BARS], view)
    return Figure(chart, headed(view, ("award", "kind", "registered", "achieved", "ratio"), rows))


def years(view: View) -> Figure | None:
    """Awards of the register, the last years beside each other; None without a register."""
    found = awards_over_years(view, _YEARS)
    if found is None:
        return None
    rows: list[list[Any]] = [
        [row.award, row.kind, *row.numbers, _signed(view, row.change)]
        for row in (*found.rows, found.total)
    ]
    heads = [view.word("report_col_award"), view.word("report_col_kind"), *found.shown]
    table = Table([*heads, view.word("summary_change")], rows, remarks(view, found))
    marks = {
        "TT": Mark("collective", "pending", "▣", view.kind("collective")),
        "CN": Mark("individual", "ok", "●", view.kind("individual")),
    }
    drawn = [
        (year, [(mark, float(found.by_kind.get((kind, year), 0))) for kind, mark in marks.items()])
        for year in found.shown
    ]
    words = view.word("summary_years"), view.word("summary_years_desc")
    return Figure(bars("years", *words, drawn, view), table)


def _signed(view: View, change: int | None) -> str:
    """A change with its sign, a dash where there is nothing to compare with."""
    if change is None:
        return "—"
    return ("+" if change > 0 else "") + view.number(change)


# --- money ---------------------------------------------------------------------------------------


def money(view: View) -> Table | None:
    """Reward money as projected: sums by award and kind, then all in all."""
    found = view.result.money
    if found is None:
        return None
    labels = Labels(view.programme, {}, view.lang)
    rows: list[list[Any]] = []
    for part in found.sums(lambda line: f"{line.kind}\n{line.award}"):
        kind, _, award = part.key.partition("\n")
        rows.append([labels.award(award), labels.kind(kind), part.awards, _amount(view, part)])
    total = found.total
    rows.append([view.word("report_total"), "", total.awards, _amount(view, total)])
    asked = " · ".join(map(labels.missing, found.missing))
    rest = f"{view.word('money_missing_title')} {asked}" if asked else ""
    table = headed(view, ("award", "kind", "count"), rows, rest)
    return Table([*table.heads, view.word("money_col_amount")], rows, rest)


def _amount(view: View, part: Any) -> str:
    if part.amount is None:
        return view.word("money_incomplete")
    return f"{view.number(part.amount)} ₫"
