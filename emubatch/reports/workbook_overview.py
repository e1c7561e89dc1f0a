""" "Tổng quan": what the month is, how it came out, what the signs mean, where to read on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from emubatch.reports.shares import share_names, share_tally, spans
from emubatch.reports.tables import sorted_targets
from emubatch.reports.view import KINDS, OUTCOME_ORDER, Tally
from emubatch.reports.workbook_delegates import labels
from emubatch.reports.workbook_pages import (
    JOURNAL,
    MATRIX,
    OVERVIEW,
    SCORES,
    Pages,
)
from emubatch.reports.workbook_targets import outcome_marks, required, values
from emubatch.xl import live
from emubatch.xl.chart import add_chart
from emubatch.xl.write import Column, jump

if TYPE_CHECKING:
    from emubatch.xl.write import Span

# One grid for all tables of the page: two columns of words, seven of numbers.
_WIDTHS = (23.0, 40.0, 13.0, 15.0, 15.0, 17.0, 13.0, 19.0)
_LAST = len(_WIDTHS) - 1
_CHART_ROWS = 14
_LEGEND = ("pass", "review", "fail", "na", "over_quota", "tie", "pending")
_LEGEND_REGISTRATION = (
    *("progress", "pass", "review", "over_quota", "to_choose", "short", "not_registered"),
)
_LEGEND_TARGETS = ("target_pass", "target_fail", "target_review", "shown", "progress")
_LEGEND_DELEGATES = ("pass", "review", "fail", "na")
_LEGEND_SCORES = ("scored", "review", "error")
_STATUSES = ("accepted", "partial", "returned", "rejected", "superseded", "duplicate", "missing")


def write_overview(pages: Pages) -> None:
    """The first sheet; written last, as it counts and links what stands on the others."""
    sheet, view = pages.sheets[OVERVIEW], pages.view
    sheet.widths(_WIDTHS)
    _facts(pages)
    charts = []
    if view.result.verdicts is not None:
        charts += _verdicts(pages)
    if view.result.quotas is not None and len(view.result.quotas):
        _quotas(pages)
    _shares(pages)
    if view.result.scores is not None:
        charts += _scores(pages)
    if view.result.targets is not None:
        _targets(pages)
    if view.result.delegates is not None:
        _delegates(pages)
    first_page = sheet.row
    live.break_pages(sheet, [first_page])
    charts += _roll_call(pages)
    _charts(pages, charts)
    _legend(pages)
    _contents(pages)
    rows = max(first_page, sheet.row - first_page)
    live.scale_to_pages(sheet, _WIDTHS, rows + rows // 12)  # some rows have two lines


def _facts(pages: Pages) -> None:
    view = pages.view
    units = view.result.data.units
    received = int((units["file"].fillna("") != "").sum())
    received_words = pages.word("report_received_units").format(
        received=view.number(received), expected=view.number(len(units))
    )
    changed = "; ".join(f"{key} = {value}" for key, value in view.changed_settings.items())
    rows = [
        ("report_document", view.document),
        ("report_period", view.programme.period_label),
        ("report_as_of", view.as_of),
        ("report_units", received_words),
        ("report_settings_changed", changed or pages.word("report_settings_default")),
        ("report_supersession", pages.word("report_rule_supersession")),
    ]
    sheet = pages.sheets[OVERVIEW]
    for key, value in rows:
        if value:
            row = sheet.row
            sheet.put(row, 0, pages.word(key), "text", "bold")
            _across(pages, row, value)


def _across(pages: Pages, row: int, text: str) -> None:
    """A text over the rest of the row, as high as it needs."""
    sheet = pages.sheets[OVERVIEW]
    sheet.merge(row, 1, _LAST, text, "text")
    sheet.height(row, -(-len(text) // int(sum(_WIDTHS[1:]) * 0.95)))


def _heading(pages: Pages, key: str) -> None:
    sheet = pages.sheets[OVERVIEW]
    sheet.put(sheet.row + 1, 0, pages.word(key), "heading")


def _table(pages: Pages, name: str, columns: list[Column]) -> Span:
    placed = [
        Column(c.header, c.values, c.role, width, c.roles, c.links)
        for c, width in zip(columns, _WIDTHS, strict=False)
    ]
    return pages.sheets[OVERVIEW].write_table(
        name, placed, freeze=False, empty=pages.word("report_no_rows")
    )


def _verdicts(pages: Pages) -> list[dict[str, Any]]:
    """Nominees by kind, group and verdict; what its chart shows."""
    view = pages.view
    _heading(pages, "report_by_group")
    codes = [code for code in OUTCOME_ORDER if code in dict(view.outcomes)]
    tallies = [*view.tallies, Tally("", "", view.outcomes)]
    total = [None] * (len(tallies) - 1) + ["total"]
    columns = [
        Column(
            pages.word("report_col_kind"),
            [view.kind(t.kind) if t.kind else pages.word("report_total") for t in tallies],
            "wrap",
            roles=total,
        ),
        Column(
            pages.word("report_col_group"),
            [view.group(t.group) if t.kind else "" for t in tallies],
            "wrap",
            roles=total,
        ),
        *(_counts(pages, tallies, code) for code in codes),
        Column(pages.word("report_total"), [t.total for t in tallies], "integer+bold", roles=total),
    ]
    span = _table(pages, "by_group", columns)
    if not view.tallies:
        return []
    charts = []
    for kind in KINDS:
        rows = [at for at, tally in enumerate(view.tallies) if tally.kind == kind]
        if rows:
            title = f"{pages.word('report_by_group')}: {view.kind(kind).casefold()}"
            charts.append(_by_verdict(pages, title, span.part(rows[0], rows[-1]), codes))
    return charts


def _by_verdict(pages: Pages, title: str, span: Span, codes: list[str]) -> dict[str, Any]:
    """A chart of groups by verdict over some rows of the table."""
    series = []
    for at, code in enumerate(codes, 2):
        found = pages.view.mark(code)
        role = "pending" if found.role == "na" else found.role
        series.append(
            {
                "name": found.text,
                "categories": span.column(1),
                "values": span.column(at),
                "role": role,
            }
        )
    return {"title": title, "series": series, "stacked": True}


def _counts(pages: Pages, tallies: list[Tally], code: str) -> Column:
    found = pages.view.mark(code)
    counts = [dict(t.counts).get(code, 0) for t in tallies]
    roles = [*(found.role if n else None for n in counts[:-1]), "total"]
    return Column(found.text, counts, "integer", roles=roles)


def _scores(pages: Pages) -> list[dict[str, Any]]:
    """Totals by unit, best first; the cells follow "Bảng điểm"."""
    view = pages.view
    _heading(pages, "report_totals")
    sheet, scores = pages.sheets[OVERVIEW], view.result.scores
    assert scores is not None
    sections = [row for row in view.programme.scorecard if row.kind == "section"]
    codes = [*(row.code for row in sections), "TOTAL"]
    heads = [pages.word("report_col_unit_code"), pages.word("report_col_unit")]
    heads += [f"{row.code}. {view.label(row)}" for row in sections]
    heads += [pages.word("report_grand_total"), pages.word("report_col_rank")]
    totals = scores[scores["criterion"] == "TOTAL"]
    order = totals.sort_values(["total", "unit"], ascending=[False, True], na_position="last")
    values = scores.set_index(["unit", "criterion"])["total"]
    heads_with_width = [Column(h, [], width=w) for h, w in zip(heads, _WIDTHS, strict=False)]
    span = live.write_live_table(sheet, "totals", heads_with_width, len(order))
    for at, unit in enumerate(order["unit"]):
        row = span.first_row + at
        target = jump(SCORES, pages.totals[unit]["unit"])
        sheet.link(row, 0, target, unit, "jump")
        sheet.put(row, 1, view.unit_name(unit), "wrap")
        for col, code in enumerate(codes, 2):
            value = values.get((unit, code))
            cell = f"={pages.totals[unit][code]}"
            looks = ("points", "bold") if code == "TOTAL" else ("points",)
            sheet.formula(row, col, cell, None if pd.isna(value) else value, *looks)
        _rank(pages, span, row, 2 + len(sections), order["total"].tolist(), at)
    column = span.column(2 + len(sections))
    series = {"name": pages.word("report_grand_total"), "categories": span.column(1)}
    series |= {"values": column, "role": "ok"}
    return [{"title": pages.word("report_totals"), "series": [series]}] if len(order) else []


def _rank(pages: Pages, span: Span, row: int, col: int, totals: list[float], at: int) -> None:
    """Place of a unit by its total, equal totals sharing a place."""
    sheet = pages.sheets[OVERVIEW]
    cell, column = live.address(row, col), span.column(col)
    formula = f'=IF(ISNUMBER({cell}),RANK({cell},{column}),"")'
    better = sum(1 for other in totals if other > totals[at])
    sheet.formula(row, col + 1, formula, None if pd.isna(totals[at]) else better + 1, "integer")


def _targets(pages: Pages) -> None:
    """The targets of the whole department."""
    view = pages.view
    frame = sorted_targets(view.result)
    frame = frame[frame["unit"] == ""]
    labels = {row.id: view.label(row) for row in view.programme.targets}
    _heading(pages, "report_targets_title")
    columns = [
        pages.marks("report_col_verdict", outcome_marks(frame)),
        pages.column("report_col_target", [f"{t}. {labels[t]}" for t in frame["target"]]),
        pages.column("report_col_required", required(view, frame)),
        _whole(pages, "report_col_numerator", frame["numerator"]),
        _whole(pages, "report_col_denominator", frame["denominator"]),
        pages.column("report_col_target_value", values(view, frame)),
        _whole(pages, "report_col_floor", frame["floor"]),
        _whole(pages, "report_col_cap", frame["cap"]),
    ]
    _table(pages, "targets_overview", columns)


def _delegates(pages: Pages) -> None:
    """Conferences by outcome, in each tier."""
    view = pages.view
    frame = view.result.delegates
    assert frame is not None
    frame = frame.assign(label=labels(view, frame, "tier"))
    codes = [code for code in OUTCOME_ORDER if code in set(frame["outcome"])]
    tiers = list(dict.fromkeys(frame["label"]))
    rows = {(tier, code): 0 for tier in tiers for code in codes}
    for tier, code in zip(frame["label"], frame["outcome"], strict=True):
        rows[tier, code] += 1
    _heading(pages, "report_delegates_title")
    columns = [pages.column("report_col_tier", tiers)]
    columns += [
        Column(view.mark(code).text, [rows[tier, code] for tier in tiers], "integer")
        for code in codes
    ]
    _table(pages, "delegates_overview", columns)


def _whole(pages: Pages, header: str, found: pd.Series[Any]) -> Column:
    numbers = [None if pd.isna(value) else int(value) for value in found]
    return pages.column(header, numbers, "integer")


def _roll_call(pages: Pages) -> list[dict[str, Any]]:
    """Files and units by status; what its chart shows."""
    view = pages.view
    _heading(pages, "report_roll_call")
    codes = [code for code in _STATUSES if code in view.statuses]
    columns = [
        pages.marks("report_col_status", codes),
        pages.column("report_col_meaning", [pages.word(f"report_status_{c}") for c in codes]),
        pages.column("report_col_files", [view.statuses[code] for code in codes], "integer"),
    ]
    span = _table(pages, "roll_call", columns)
    series = {"name": pages.word("report_col_files"), "categories": span.column(0)}
    series |= {"values": span.column(2), "role": "ok"}
    return [{"title": pages.word("report_roll_call"), "series": [series]}] if codes else []


def _charts(pages: Pages, charts: list[dict[str, Any]]) -> None:
    """The first two charts side by side."""
    sheet = pages.sheets[OVERVIEW]
    top = sheet.row + 1
    for chart, col in zip(charts, (0, 3), strict=False):
        add_chart(sheet, (top, col), "bar", {**chart, "size": (520, 265)})
    if charts:
        sheet.row = top + _CHART_ROWS


def _quotas(pages: Pages) -> None:
    """Limits beside what was found; a quota never changes a verdict."""
    view, rows = pages.view, pages.view.quotas
    _heading(pages, "report_quotas")
    columns = [
        pages.column("report_col_kind", [view.kind(row["kind"]) for row in rows]),
        pages.column("report_col_quota_for", [view.quota_of(row) for row in rows]),
        *(
            pages.column(f"report_col_{word}", [row[name] for row in rows], "integer")
            for name, word in view.quota_heads.items()
        ),
        pages.column("report_col_clause", [row["clause"] for row in rows]),
        pages.marks("report_col_verdict", [row["state"] for row in rows]),
    ]
    _table(pages, "quotas", columns)


def _shares(pages: Pages) -> None:
    """Directly working staff and leaders among those nominated, passed and proposed."""
    view, frame = pages.view, share_tally(pages.view.result)
    if frame is None or frame.empty:
        return
    _heading(pages, "report_shares")
    whole = (frame["group"] + frame["form"] == "").tolist()
    total = ["total" if one else None for one in whole]
    names = share_names(view, frame)
    columns = [
        Column(
            pages.word("report_col_among"),
            [pages.word(f"report_among_{status}") for status in frame["status"]],
            "wrap",
            roles=total,
        ),
        Column(pages.word("report_col_group_or_form"), names, "wrap", roles=total),
        *(
            Column(pages.word(f"report_col_{name}"), frame[name].tolist(), "integer", roles=total)
            for name in ("people", "direct", "leaders", "unknown")
        ),
        *(
            Column(pages.word(f"report_col_{name}_share"), spans(view, frame, name), "wrap+centre",
                   roles=total)
            for name in ("direct", "leaders")
        ),
    ]  # fmt: skip
    _table(pages, "shares", columns)


def _legend(pages: Pages) -> None:
    view, sheet = pages.view, pages.sheets[OVERVIEW]
    codes: list[str] = []
    if view.registers:
        codes += _LEGEND_REGISTRATION
    elif view.result.verdicts is not None:
        codes += _LEGEND
    if view.result.scores is not None:
        codes += [code for code in _LEGEND_SCORES if code not in codes]
    if view.result.targets is not None:
        codes += [code for code in _LEGEND_TARGETS if code not in codes]
    if view.result.delegates is not None:
        codes += [code for code in _LEGEND_DELEGATES if code not in codes]
    _heading(pages, "report_legend")
    for code in codes:
        row, found = sheet.row, view.mark(code)
        sheet.put(row, 0, found.text, "centre", found.role)
        kind = "registration_" if view.registers else ""
        _across(pages, row, pages.word(f"report_legend_{kind}{code}"))


def _contents(pages: Pages) -> None:
    """Links to the other sheets, with what each is for."""
    _heading(pages, "report_contents")
    sheet = pages.sheets[OVERVIEW]
    uncounted = (SCORES, JOURNAL, MATRIX)
    for name, other in pages.sheets.items():
        if name == OVERVIEW:
            continue
        row = sheet.row
        sheet.link(row, 0, jump(other.name, live.address(0, 0)), name, "link")
        about = pages.word(f"report_{pages.stem(name)}_about")
        count = pages.counts.get(name)
        if count is not None and name not in uncounted:
            about = f"{about} ({pages.view.number(count)})"
        _across(pages, row, about)
