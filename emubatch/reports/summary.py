"""``bao-cao.html``: the month on a few A4 pages, one file that needs no network and no script.

What a leader wants to know comes first, on two pages; tables to look things up follow.

Every chart is inline SVG with a title, a description and the same numbers in a table below it;
every colour has its word beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from emubatch.messages import render
from emubatch.model import CHANGE_KINDS
from emubatch.reports.cells import outcome_codes
from emubatch.reports.shares import share_tally, spans
from emubatch.reports.summary_charts import bars
from emubatch.reports.summary_figures import awards, grown, indicators, money, targets, years
from emubatch.reports.summary_tables import Figure, Table, left_out, number
from emubatch.reports.tables import sorted_delegates, sorted_findings
from emubatch.reports.view import OUTCOME_ORDER, Mark, View
from emubatch.reports.workbook_delegates import labels
from emubatch.xl.style import ROLES

if TYPE_CHECKING:
    from emubatch.model import Lang, MonthResult

# What fits on a few pages; the workbook has everything.
_MOST_UNITS = 20
_MOST_MISSING = 60
_MOST_ERRORS = 8
_DELEGATES = ("staff", "delegates", "exemplars", "guests")
_COLOURED = ("ok", "query", "reject", "pending", "note")


def write_summary(path: Path, result: MonthResult, lang: Lang) -> None:
    """Writes the summary page; the text of forms is escaped."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("summary.html.j2").render(_context(View(result, lang)))
    path.write_text(page, encoding="utf-8", newline="\n")


def _context(view: View) -> dict[str, Any]:
    result = view.result
    return {
        "view": view,
        "word": view.word,
        "number": view.number,
        "lang": view.lang,
        "colours": {role: _colours(role) for role in _COLOURED},
        "tiles": _tiles(view),
        "verdicts": _verdicts(view) if result.verdicts is not None else None,
        "quotas": _quotas(view),
        "shares": _shares(view),
        "scores": _scores(view) if result.scores is not None else None,
        "indicators": indicators(view) if result.indicators is not None else None,
        "grown": grown(view) if result.indicators is not None else None,
        "targets": targets(view) if result.targets is not None else None,
        "awards": awards(view),
        "years": years(view),
        "money": money(view),
        "delegates": _delegates(view) if result.delegates is not None else None,
        "roll_call": _roll_call(view),
        "errors": _errors(view),
        "changes": _changes(view) if result.changes is not None else None,
        "legend": _legend(view),
    }


def _colours(role: str) -> Mapping[str, str]:
    look = ROLES[role]
    return {"fill": look["bg_color"], "ink": look["font_color"]}


@dataclass(frozen=True, slots=True)
class Tile:
    """One number of the month with its words."""

    value: str
    words: str
    role: str = ""


def _tiles(view: View) -> list[Tile]:
    """The month in numbers."""
    result, figure = view.result, view.number
    units = result.data.units
    received = int((units["file"].fillna("") != "").sum())
    tiles = [Tile(f"{figure(received)}/{figure(len(units))}", view.word("report_tile_units"))]
    if result.verdicts is not None:
        found = dict(view.outcomes)
        tiles.append(Tile(figure(len(result.nominees)), view.word("report_tile_nominees")))
        for code in ("pass", "review", "fail"):
            shown = view.mark(code)
            tiles.append(Tile(figure(found.get(code, 0)), shown.text, shown.role))
    if result.scores is not None:
        totals = result.scores[result.scores["criterion"] == "TOTAL"]["total"]
        scored = f"{figure(int(totals.notna().sum()))}/{figure(len(totals))}"
        tiles.append(Tile(scored, view.word("report_tile_scored")))
        if totals.notna().any():
            tiles.append(Tile(figure(totals.max()), view.word("report_tile_best")))
    errors = sum(1 for finding in result.findings if finding.severity == "error")
    tiles.append(Tile(figure(errors), view.word("report_tile_errors")))
    return tiles


def _verdicts(view: View) -> Figure:
    codes = [code for code in OUTCOME_ORDER if code in dict(view.outcomes)]
    marks = [view.mark(code) for code in codes]
    rows: list[list[Any]] = []
    drawn = []
    for tally in view.tallies:
        counts = [dict(tally.counts).get(code, 0) for code in codes]
        kind, group = view.kind(tally.kind), view.group(tally.group)
        rows.append([kind, group, *counts, tally.total])
        drawn.append((f"{kind} · {group}", list(zip(marks, counts, strict=True))))
    sums = [count for _, count in view.outcomes]
    rows.append([view.word("report_total"), "", *sums, sum(sums)])
    heads = [
        view.word("report_col_kind"),
        view.word("report_col_group"),
        *(m.text for m in marks),
        view.word("report_total"),
    ]
    chart = bars(
        "verdicts", view.word("report_by_group"), view.word("report_by_group_desc"), drawn, view
    )
    return Figure(chart, Table(heads, rows))


def _quotas(view: View) -> Table | None:
    if not view.quotas:
        return None
    keys = ("kind", "quota_for", *view.quota_heads.values(), "clause")
    rows = []
    for row in view.quotas:
        numbers = [int(row[name]) for name in view.quota_heads]
        found = view.mark(row["state"])
        limited = "; ".join(view.quota_of(row).split("\n"))
        rows.append([view.kind(row["kind"]), limited, *numbers, row["clause"], found])
    heads = [view.word(f"report_col_{key}") for key in keys]
    return Table([*heads, view.word("report_col_verdict")], rows)


def _shares(view: View) -> Table | None:
    """Directly working staff and leaders among all persons; by group and award in the workbook."""
    frame = share_tally(view.result)
    if frame is None or frame.empty:
        return None
    frame = frame[(frame["group"] == "") & (frame["form"] == "")]
    counts = ("people", "direct", "leaders", "unknown")
    shares = [spans(view, frame, name) for name in ("direct", "leaders")]
    rows: list[list[Any]] = [
        [view.word(f"report_among_{row['status']}"), *(row[name] for name in counts), *found]
        for row, *found in zip(frame.to_dict("records"), *shares, strict=True)
    ]
    heads = ("among", *counts, "direct_share", "leaders_share")
    return Table([view.word(f"report_col_{name}") for name in heads], rows)


def _scores(view: View) -> Figure:
    """Totals by unit, best first, with the totals of the sections."""
    scores = view.result.scores
    assert scores is not None
    sections = [row for row in view.programme.scorecard if row.kind == "section"]
    codes = [*(row.code for row in sections), "TOTAL"]
    totals = scores[scores["criterion"] == "TOTAL"]
    order = totals.sort_values(["total", "unit"], ascending=[False, True], na_position="last")
    value = scores.set_index(["unit", "criterion"])["total"]
    rows: list[list[Any]] = []
    drawn = []
    outcomes = outcome_codes(order["outcome"])
    for unit, outcome in list(zip(order["unit"], outcomes, strict=True))[:_MOST_UNITS]:
        found = view.mark(outcome)
        numbers = [number(view, value.get((unit, code))) for code in codes]
        rows.append([view.unit_name(unit), *numbers, found])
        total = value.get((unit, "TOTAL"))
        if not pd.isna(total):
            drawn.append((view.unit_name(unit), [(found, total)]))
    heads = [
        view.word("report_col_unit"),
        *(f"{row.code}. {view.label(row)}" for row in sections),
        view.word("report_grand_total"),
        view.word("report_col_verdict"),
    ]
    chart = bars("scores", view.word("report_totals"), view.word("report_totals_desc"), drawn, view)
    return Figure(chart, Table(heads, rows, left_out(view, len(order) - len(rows), "Bảng điểm")))


def _delegates(view: View) -> Table:
    """Conferences that somebody should look at; the others are only counted."""
    frame = sorted_delegates(view.result)
    forms = labels(view, frame, "meeting_form", "form")
    tiers = labels(view, frame, "tier")
    rows: list[list[Any]] = []
    for row, form, tier in zip(frame.to_dict("records"), forms, tiers, strict=True):
        if row["outcome"] in ("review", "fail"):
            numbers = [number(view, row[name]) for name in _DELEGATES]
            found = [view.mark(row["outcome"]), row["note"]]
            rows.append([view.unit_name(row["unit"]), tier, form, *numbers, *found])
    heads = ("unit", "tier", "form", *_DELEGATES, "verdict", "to_look_at")
    more = left_out(view, len(rows) - _MOST_UNITS, "Đại biểu")
    shown = rows[:_MOST_UNITS]
    return Table([view.word(f"report_col_{name}") for name in heads], shown, more)


@dataclass(frozen=True, slots=True)
class RollCall:
    """Who sent what: statuses with their counts, and the units that are missing."""

    table: Table
    missing: list[tuple[str, str]]
    more: str


def _roll_call(view: View) -> RollCall:
    units = view.result.data.units
    rows: list[list[Any]] = [
        [view.mark(code), view.word(f"report_status_{code}"), view.statuses[code]]
        for code in ("accepted", "partial", "returned", "rejected", "superseded", "duplicate",
                     "missing")
        if code in view.statuses
    ]  # fmt: skip
    heads = [view.word(f"report_col_{name}") for name in ("status", "meaning", "files")]
    # A unit whose only form cannot be used has sent nothing that counts.
    absent = units[units["status"].isin(("missing", "rejected", "returned"))]
    missing = [
        (view.unit_name(unit), _absence(view, group, status))
        for unit, group, status in zip(
            absent["unit"], absent["group"], absent["status"], strict=True
        )
    ]
    more = left_out(view, len(missing) - _MOST_MISSING, "Chưa nộp")
    return RollCall(Table(heads, rows), missing[:_MOST_MISSING], more)


def _absence(view: View, group: str, status: str) -> str:
    """The group; beside it what became of a form that was sent and is not counted as missing."""
    sent = "" if status == "missing" else view.word(f"status_{status}").lower()
    return " · ".join(filter(None, (view.group(group), sent)))


def _errors(view: View) -> Table:
    """The most frequent errors and warnings, each with one example."""
    found = [f for f in sorted_findings(view.result.findings) if f.severity != "note"]
    counts = Counter(f.code for f in found)
    first = {f.code: f for f in reversed(found)}
    units = {code: len({f.unit for f in found if f.code == code}) for code in counts}
    order = sorted(counts, key=lambda code: (first[code].severity != "error", -counts[code], code))
    rows: list[list[Any]] = [
        [view.mark(first[code].severity), code, counts[code], units[code],
         render(first[code], view.lang)]
        for code in order[:_MOST_ERRORS]
    ]  # fmt: skip
    heads = ("severity", "code", "times", "units", "example")
    more = left_out(view, len(order) - len(rows), "Lỗi biểu mẫu")
    return Table([view.word(f"report_col_{name}") for name in heads], rows, more)


def _changes(view: View) -> Table:
    """How many differences of each kind there are from the earlier run."""
    changes = view.result.changes
    assert changes is not None
    counts = Counter(row.kind for row in changes.rows)
    rows: list[list[Any]] = [
        [view.mark(f"change_{kind}"), counts[kind]] for kind in CHANGE_KINDS if counts[kind]
    ]
    return Table([view.word("report_col_change"), view.word("report_col_count")], rows)


def _legend(view: View) -> list[tuple[Mark, str]]:
    codes: list[str] = []
    if view.result.verdicts is not None:
        codes += ["pass", "review", "fail", "over_quota", "pending"]
    if view.result.scores is not None:
        codes += [code for code in ("scored", "review", "error") if code not in codes]
    if view.result.targets is not None:
        codes += ["target_pass", "target_fail", "target_review", "shown"]
    if view.result.delegates is not None:
        codes += [code for code in ("pass", "review", "fail") if code not in codes]
    return [(view.mark(code), view.word(f"report_legend_{code}")) for code in codes]
