"""The sheets for the office: indicators, form errors, roll-call, duplicates, journal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from emubatch.messages import render
from emubatch.messages.alike import and_alike, gathered
from emubatch.programme.tables import in_lang
from emubatch.reports.cells import outcome_codes
from emubatch.reports.tables import sorted_findings, sorted_indicators
from emubatch.reports.workbook_pages import (
    DUPLICATES,
    FINDINGS,
    INDICATORS,
    JOURNAL,
    MISSING,
    Evidence,
    Pages,
)
from emubatch.xl.layout import lines
from emubatch.xl.write import Column

if TYPE_CHECKING:
    from emubatch.model import Finding

_SEVERITIES = ("error", "warning", "note")
_WITHOUT_FORM = ("missing", "rejected", "returned")
_NOT_USED = ("E515", "W513")  # beside the findings about files as a whole
# Findings about one thing that stands in two places, across units and within one.
_DUPLICATE_CODES = frozenset(("W501", "W502", "W503", "W504", "W512", "W404", "W304", "E307"))


def write_findings(pages: Pages) -> None:
    """ "Lỗi biểu mẫu": every finding, errors first, with its address and how to mend it.

    Notes alike on one column take one row; ``data/findings.csv`` has them all.
    """
    lang = pages.view.lang
    shown = gathered(critical_first(pages.view.result.findings))
    found = [finding for finding, _ in shown]
    texts = [render(finding, lang) + and_alike(cells, lang) for finding, cells in shown]
    links = [f"external:{pages.returns[f.file]}" if f.file in pages.returns else "" for f in found]
    columns = [
        pages.marks("report_col_severity", [f.severity for f in found], 13),
        *_places(pages, found),
        pages.column("report_col_field", [_header(pages, f) for f in found], width=18),
        pages.column("report_col_value", [f.value for f in found], width=20),
        pages.column("report_col_message", texts, width=56),
        pages.column("report_col_code", [f.code for f in found], "cell", 8),
        Column(
            pages.word("report_col_return"),
            [link.rpartition("/")[2] or None for link in links],
            "jump",
            18,
            links=links,
        ),
    ]
    pages.table(FINDINGS, columns, freeze_cols=1)


def critical_first(findings: Iterable[Finding]) -> list[Finding]:
    """Errors, then warnings, then notes, each in the order of the forms."""
    order = {severity: at for at, severity in enumerate(_SEVERITIES)}
    return sorted(sorted_findings(findings), key=lambda f: order[f.severity])


def _places(pages: Pages, found: list[Finding]) -> list[Column]:
    names = [pages.view.unit_name(f.unit) for f in found]
    return [
        pages.column("report_col_unit", names, width=20),
        pages.column("report_col_file", [f.file for f in found], "wrap+small", 20),
        pages.column("report_col_sheet", [f.sheet for f in found], width=12),
        pages.column("report_col_cell", [f.cell for f in found], "cell", 7),
    ]


def _header(pages: Pages, found: Finding) -> str:
    params = dict(found.params)
    own = (params.get("header_en") if pages.view.lang == "en" else "") or params.get("header", "")
    return own or pages.view.field_headers.get(found.field, found.field)


def write_missing(pages: Pages) -> None:
    """ "Chưa nộp": expected units without a usable form, and files that name no unit.

    Below it, forms that came late, on the last day itself, or on a day that nobody knows.
    """
    view, data = pages.view, pages.view.result.data
    files = data.submissions[["unit", "file", "status"]]
    aside = files[files["status"].isin(("rejected", "returned"))].fillna("")
    unknown = aside[(aside["unit"] == "") & (aside["status"] == "rejected")]
    units = data.units[data.units["status"].isin(_WITHOUT_FORM)]
    nothing = [""] * len(unknown)
    sent = [
        own or "\n".join(aside["file"][aside["unit"] == unit])
        for unit, own in zip(units["unit"], _texts(units["file"]), strict=True)
    ]
    sent += _texts(unknown["file"])
    columns = [
        pages.marks("report_col_status", [*units["status"], *unknown["status"]], 18),
        pages.column("report_col_unit_code", [*units["unit"], *nothing], "cell", 16),
        pages.column(
            "report_col_unit", [*map(view.unit_name, units["unit"]), *nothing], "wrap+bold", 40
        ),
        pages.column("report_col_group", [*map(view.group, units["group"]), *nothing], width=26),
        pages.column("report_col_file", sent, width=40),
        pages.column("report_col_note", _why_not(pages, sent), width=48),
    ]
    pages.table(MISSING, columns)
    pages.counts[MISSING] = len(units)
    _write_late(pages)


def _why_not(pages: Pages, files: list[str]) -> list[str]:
    """For each cell of file names: why the file is not used, where it is not."""
    told: dict[str, list[str]] = {}
    for found in pages.view.result.findings:
        if found.code[0] == "F" or found.code in _NOT_USED:
            told.setdefault(found.file, []).append(render(found, pages.view.lang))
    return [
        "\n".join(text for file in cell.split("\n") for text in told.get(file, ()))
        for cell in files
    ]


def _write_late(pages: Pages) -> None:
    view, sheet = pages.view, pages.sheets[MISSING]
    units = view.result.data.units
    used = (units["file"].fillna("") != "") & units["late"].isin(("yes", "review"))
    late = units.loc[used, ["unit", "group", "file", "late", "received"]].fillna("")
    if not len(late):
        return
    sheet.put(sheet.row + 1, 0, pages.word("report_late_title"), "heading")
    days = [view.day(day) for day in late["received"]]
    columns = [
        pages.marks("report_col_late", [f"late_{code}" for code in late["late"]], 18),
        pages.column("report_col_unit_code", late["unit"].tolist(), "cell", 16),
        pages.column("report_col_unit", list(map(view.unit_name, late["unit"])), "wrap+bold", 40),
        pages.column("report_col_group", list(map(view.group, late["group"])), width=26),
        pages.column("report_col_file", late["file"].tolist(), width=40),
        pages.column("report_col_received", days, "cell", 48),
    ]
    sheet.write_table("late", columns, freeze=False)


def _texts(values: pd.Series[Any]) -> list[str]:
    return [value if isinstance(value, str) else "" for value in values.tolist()]


def write_duplicates(pages: Pages) -> None:
    """ "Trùng lặp": files that were not used, and the same thing stated in two places."""
    view = pages.view
    files = view.result.data.replaced
    found = [f for f in critical_first(view.result.findings) if f.code in _DUPLICATE_CODES]
    blank = [""] * len(files)
    units = [*(row["unit"] for row in files), *(f.unit for f in found)]
    messages = [*(row[view.lang] for row in files), *(render(f, view.lang) for f in found)]
    names = [*(row["file"] for row in files), *(f.file for f in found)]
    statuses = [*(row["status"] for row in files), *(f.severity for f in found)]
    columns = [
        pages.marks("report_col_status", statuses, 22),
        pages.column("report_col_unit", list(map(view.unit_name, units)), width=26),
        pages.column("report_col_file", names, width=28),
        pages.column("report_col_sheet", [*blank, *(f.sheet for f in found)], width=14),
        pages.column("report_col_cell", [*blank, *(f.cell for f in found)], "cell", 8),
        pages.column("report_col_message", messages, width=60),
    ]
    pages.table(DUPLICATES, columns)


def write_indicators(pages: Pages) -> None:
    """ "Chỉ tiêu": value, last year, plan, and how they compare, with what was noticed."""
    view = pages.view
    frame = sorted_indicators(view.result)
    rows = frame.to_dict("records")
    known = {row.code: row for row in view.programme.indicators}
    specs = [known.get(row["indicator"]) for row in rows]
    labels = [
        view.label(spec) if spec else row["indicator"]
        for spec, row in zip(specs, rows, strict=True)
    ]
    evidence = Evidence()
    outcomes = ["not_compared" if c == "na" else c for c in outcome_codes(frame["outcome"])]
    columns = [
        pages.marks("report_col_verdict", outcomes),
        pages.column("report_col_unit", list(map(view.unit_name, frame["unit"])), width=24),
        pages.column("report_col_indicator", labels, "wrap+bold", 34),
        pages.column(
            "report_col_measure",
            [view.measures.get(spec.unit, spec.unit) if spec else "" for spec in specs],
            width=15,
        ),
        _numbers(pages, "report_col_value_now", frame["value"], 15),
        _numbers(pages, "report_col_last_year", frame["last_year"], 12),
        _numbers(pages, "report_col_growth", frame["growth_pct"], 11),
        _numbers(pages, "report_col_stated", frame.get("stated_growth", frame["growth_pct"]), 11),
        _numbers(pages, "report_col_plan", frame["plan"], 12),
        _numbers(pages, "report_col_plan_pct", frame["plan_pct"], 11),
        pages.column("report_col_clause", [s.clause if s else "" for s in specs], width=11),
        pages.column("report_col_note", [view.indicator_note(row) for row in rows], width=36),
        pages.column(
            "report_col_evidence",
            [evidence[row.get("cell") or ""] for row in rows],
            "wrap+small",
            24,
        ),
    ]
    pages.table(INDICATORS, columns, freeze_cols=3)


def _numbers(pages: Pages, header: str, values: pd.Series[Any], width: float = 14) -> Column:
    found = [None if pd.isna(value) else value for value in values.astype(float).tolist()]
    return pages.column(header, found, "number", width)


def write_journal(pages: Pages) -> None:
    """ "Nhật ký": facts of the run, every file received with its hash, every setting."""
    view, sheet = pages.view, pages.sheets[JOURNAL]
    for label, value in journal_facts(pages):
        row = sheet.row
        sheet.put(row, 0, label, "text", "bold")
        sheet.put(row, 1, value, "plain")
        sheet.height(row, lines(label, 22))
    widths = (24.0, 34.0, 18.0, 22.0, 16.0, 10.0, 66.0)
    _heading(pages, "report_files")
    files = view.result.data.submissions.sort_values(["unit", "file"], kind="stable").fillna("")
    columns = [
        pages.marks("report_col_status", files["status"], widths[0]),
        pages.column("report_col_file", files["file"].tolist(), width=widths[1]),
        pages.column("report_col_unit_code", files["unit"].tolist(), width=widths[2]),
        pages.column("report_col_received", [view.day(d) for d in files["received"]], "cell", 22),
        pages.marks("report_col_late", [f"late_{c}" if c else "" for c in files["late"]], 16),
        pages.column("report_col_findings", files["findings"].tolist(), "integer", widths[5]),
        pages.column("report_col_sha256", files["sha256"].tolist(), "cell", widths[6]),
    ]
    pages.table(JOURNAL, columns)
    sheet.put(sheet.row + 1, 0, pages.word("report_rule_supersession"), "subtitle")
    if view.result.rulings:
        _heading(pages, "report_rulings")
        _write_rulings(pages, widths)
    _heading(pages, "report_settings")
    _write_settings(pages, widths)


def _heading(pages: Pages, key: str) -> None:
    sheet = pages.sheets[JOURNAL]
    sheet.put(sheet.row + 1, 0, pages.word(key), "heading")


def _write_rulings(pages: Pages, widths: tuple[float, ...]) -> None:
    """Every row of the office's waivers and corrections, and what became of it."""
    rows = pages.view.result.rulings
    what = [" ".join(filter(None, (row.what, row.change))) for row in rows]
    kinds = [pages.word(f"ruling_{row.kind}") if row.kind else "" for row in rows]
    columns = [
        pages.marks("report_col_status", [f"ruling_{row.status}" for row in rows], widths[0]),
        pages.column("report_col_name", [row.nominee for row in rows], width=widths[1]),
        pages.column("report_col_unit_code", [row.unit for row in rows], width=widths[2]),
        pages.column("report_col_kind_of_ruling", kinds, width=widths[3]),
        pages.column("report_col_row", [row.row for row in rows], "integer", widths[4]),
        pages.column("report_col_until", [pages.view.day(r.until) for r in rows], "cell", 12),
        pages.column("report_col_what", what, width=widths[6]),
        pages.column("report_col_reason_given", [row.reason for row in rows], width=40),
        pages.column("report_col_signer", [row.signer for row in rows], width=24),
    ]
    pages.sheets[JOURNAL].write_table("rulings", columns, freeze=False)


def _write_settings(pages: Pages, widths: tuple[float, ...]) -> None:
    view = pages.view
    rows = view.programme.settings
    changed = ["changed" if row.key in view.changed_settings else "" for row in rows]
    meanings = [in_lang(row, "meaning", view.lang) for row in rows]
    columns = [
        pages.column("report_col_setting", [row.key for row in rows], width=widths[0]),
        pages.column("report_col_setting_value", [row.value for row in rows], width=widths[1]),
        pages.marks("report_col_changed", changed, widths[2]),
        pages.column("report_col_allowed", [", ".join(r.allowed) for r in rows], width=widths[3]),
        pages.column("report_col_clause", [row.clause for row in rows], width=widths[4]),
        pages.column("report_col_reading", [row.reading for row in rows], width=widths[5]),
        pages.column("report_col_meaning", meanings, width=widths[6]),
    ]
    pages.sheets[JOURNAL].write_table(
        "settings", columns, freeze=False, empty=pages.word("report_no_rows")
    )


def journal_facts(pages: Pages) -> list[tuple[str, str]]:
    """Label and value of what identifies the run."""
    view, programme = pages.view, pages.view.programme
    known = [
        ("report_programme", f"{programme.id} {programme.version}"),
        ("report_programme_sha256", programme.sha256),
        ("report_document", view.document),
        ("report_period", programme.period_label),
        ("report_month", view.result.facts.get("period", "")),
        ("report_as_of", view.as_of),
        ("report_tool", f"emubatch {view.result.facts.get('version', '')}".strip()),
    ]
    facts = [(pages.word(key), value) for key, value in known if value]
    others = sorted(set(view.result.facts) - {"as_of", "period", "version", "overrides"})
    return facts + [(key, view.result.facts[key]) for key in others]
