"""The sheets about nominees: three lists by verdict, the matrix of criteria, the explanations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from emubatch.model import OUTCOMES, PROGRESS
from emubatch.reports.cells import outcome_codes
from emubatch.reports.tables import sorted_verdicts
from emubatch.reports.view import KINDS
from emubatch.reports.workbook_pages import (
    EXPLANATIONS,
    FAILED,
    MATRIX,
    PASSED,
    REGISTERED,
    RESERVE,
    REVIEW,
    STEMS,
    Evidence,
    Pages,
)
from emubatch.xl.write import ROWS_LIMIT, Column, jump

if TYPE_CHECKING:
    from emubatch.model import MonthResult
    from emubatch.reports.view import View

# Title, line under it, blank line and header stand above the body.
_ROWS_ON_EXPLANATIONS = ROWS_LIMIT - 4
# Excel holds 65,530 links on a sheet and grows slow long before.
_LINKED_ROWS = 20_000
_INDENT = "  "
_MATRIX_OUTCOMES = (*OUTCOMES, PROGRESS)


def shown_order(view: View) -> pd.DataFrame:
    """Nominees as the council reads them: collectives first, by group, rank, unit and name."""
    nominees = view.result.nominees
    groups = {code: at for at, code in enumerate(view.group_order(nominees["group"]))}
    units = {code: at for at, code in enumerate(view.unit_names)}
    keys = pd.DataFrame(
        {
            "kind": nominees["kind"].map({kind: at for at, kind in enumerate(KINDS)}).to_numpy(),
            "group": nominees["group"].map(groups).to_numpy(),
            "rank": nominees["rank"].to_numpy(),
            "unit": nominees["unit"].map(units).to_numpy(),
            "nominee": nominees["nominee"].to_numpy(),
        }
    )
    return nominees.iloc[
        keys.sort_values(["kind", "group", "rank", "unit", "nominee"], kind="stable").index
    ]


def write_nominees(pages: Pages) -> None:
    """ "Đề nghị khen", "Cần xem xét", "Chưa đủ điều kiện": every nominee stands on one of them.

    While models are registered nobody has a verdict: all stand on "Tiến độ".
    """
    nominees = shown_order(pages.view)
    decisive = _decisive(pages, nominees)
    outcomes = np.array(outcome_codes(nominees["eligibility"]), dtype=object)
    if pages.view.registers:
        _write_list(pages, REGISTERED, nominees, decisive, list(outcomes))
        return
    sheets = {"pass": PASSED, "fail": FAILED}
    where = np.array([sheets.get(outcome, REVIEW) for outcome in outcomes], dtype=object)
    for name in (PASSED, REVIEW, FAILED):
        chosen = where == name
        _write_list(pages, name, nominees[chosen], decisive[chosen], list(outcomes[chosen]))


def _decisive(pages: Pages, nominees: pd.DataFrame) -> pd.DataFrame:
    """The verdict that decided each nominee, in their order; blank where none is named.

    Reads ``pages.verdicts``, so that "Giải trình" is written before the lists.
    """
    verdicts = pages.verdicts
    columns = ["nominee", "criterion", "measured", "required", "evidence", "clause"]
    found = nominees[["nominee", "decisive"]].merge(
        verdicts[columns],
        how="left",
        left_on=["nominee", "decisive"],
        right_on=["nominee", "criterion"],
        validate="one_to_one",
    )
    found = found.fillna({name: "" for name in columns})
    found.index = nominees.index
    bare = (found["evidence"] == "") & (found["decisive"] != "")
    if bare.any():
        below = _evidence_below(pages.view, verdicts, nominees[bare])
        cells = found["nominee"].map(below).fillna("")
        found["evidence"] = found["evidence"].where(~bare, cells)
    return found


def _evidence_below(view: View, verdicts: pd.DataFrame, nominees: pd.DataFrame) -> dict[str, str]:
    """Cells behind a verdict that combines others: those of the rows below it that agree."""
    above = _ancestors(view)
    rows = verdicts[verdicts["evidence"] != ""]
    at = pd.Index(nominees["nominee"]).get_indexer(pd.Index(rows["nominee"]))
    rows, at = rows[at >= 0], at[at >= 0]
    decisive = nominees["decisive"].to_numpy(object)[at].tolist()
    outcome = np.array(outcome_codes(nominees["eligibility"]), dtype=object)[at].tolist()
    found: dict[str, list[str]] = {}
    columns = (rows["nominee"].tolist(), rows["criterion"].tolist(), rows["evidence"].tolist())
    for nominee, criterion, cells, own, top, asked in zip(
        *columns, outcome_codes(rows["outcome"]), decisive, outcome, strict=True
    ):
        if own == asked and top in above[criterion]:
            found.setdefault(str(nominee), []).append(cells)
    return {nominee: "; ".join(cells) for nominee, cells in found.items()}


def _ancestors(view: View) -> dict[str, set[str]]:
    """Criterion -> everything above it in the outline."""
    parents = {row.id: row.parent for row in view.programme.criteria}

    def above(criterion: str) -> set[str]:
        parent = parents.get(criterion, "")
        return {parent} | above(parent) if parent else set()

    return {criterion: above(criterion) for criterion in parents}


def _write_list(
    pages: Pages, name: str, nominees: pd.DataFrame, decisive: pd.DataFrame, outcomes: list[str]
) -> None:
    view, evidence = pages.view, Evidence()
    passed = name in (PASSED, REGISTERED)
    cells = [evidence[found] for found in decisive["evidence"]]
    columns = [
        pages.marks("report_col_verdict", outcomes),
        *([_met(pages, nominees)] if name == REGISTERED else []),
        *([_proposed(pages, nominees)] if passed else []),
        pages.column("report_col_name", nominees["name"].tolist(), "wrap+bold", 22),
        pages.column("report_col_kind", _kinds(view, nominees), width=17),
        pages.column("report_col_unit", list(map(view.unit_name, nominees["unit"])), width=20),
        pages.column("report_col_group", list(map(view.group, nominees["group"])), width=17),
        pages.column(
            "report_col_reason",
            nominees["reason"].tolist() if passed else _criteria(view, nominees, decisive),
            width=34,
        ),
        pages.column("report_col_clause", decisive["clause"].tolist(), width=10.5),
        pages.column("report_col_required", decisive["required"].tolist(), width=32),
        pages.column("report_col_found", decisive["measured"].tolist(), width=32),
        pages.column("report_col_evidence", cells, "wrap+small", 25),
        *_needs(pages, nominees, passed=name == PASSED),
        _details(pages, nominees),
    ]
    pages.table(name, columns, freeze_cols=4 if name == REGISTERED else 3 if passed else 2)


def _met(pages: Pages, nominees: pd.DataFrame) -> Column:
    """How many standards are met so far, of those that apply."""
    if nominees.empty:
        return pages.column("report_col_met", [], "centre", 9)
    counts = zip(nominees["met"].tolist(), nominees["asked"].tolist(), strict=True)
    return pages.column("report_col_met", [f"{met}/{asked}" for met, asked in counts], "centre", 9)


def _details(pages: Pages, nominees: pd.DataFrame) -> Column:
    """Links to the first line of each nominee on "Giải trình"."""
    links = [pages.places.get(nominee, "") for nominee in nominees["nominee"]]
    shown = [pages.word("report_open") if link else None for link in links]
    return Column(pages.word("report_col_details"), shown, "jump+centre", 7.5, links=links)


def _needs(pages: Pages, nominees: pd.DataFrame, *, passed: bool) -> list[Column]:
    """What each nominee would still need, way by way; no promise, as the heading says."""
    frame = pages.view.result.needs
    if frame is None or passed:
        return []
    found: dict[str, list[str]] = {}
    for (nominee, way), rows in frame.groupby(["nominee", "way"], sort=False):
        text = "; ".join(rows["text"])
        head = pages.word("explain_way").format(number=way) if way else ""
        found.setdefault(str(nominee), []).append(f"{head} {text}".strip())
    texts = ["\n".join(found.get(nominee, ())) for nominee in nominees["nominee"]]
    return [pages.column("report_col_needs", texts, "wrap+small", 38)]


def has_reserve(result: MonthResult) -> bool:
    """Whether anybody stands at the border of a limit or behind it."""
    return bool(len(_waiting(result.nominees)))


def _waiting(nominees: pd.DataFrame) -> pd.DataFrame:
    return nominees[(nominees["proposed"] == "tie") | (nominees["reserve"] > 0)]


def write_reserve(pages: Pages) -> None:
    """ "Dự bị": who is equal at the border, then who stands behind it, in rank order."""
    view = pages.view
    found = _waiting(shown_order(view))
    if found.empty:
        return
    reserve = found["reserve"].tolist()
    columns = [
        pages.column("report_col_rank", found["rank"].tolist(), "integer", 10),
        pages.column("report_col_reserve", [place or None for place in reserve], "integer", 10),
        _proposed(pages, found),
        pages.column("report_col_name", found["name"].tolist(), "wrap+bold", 26),
        pages.column("report_col_kind", _kinds(view, found), width=17),
        pages.column("report_col_unit", list(map(view.unit_name, found["unit"])), width=26),
        pages.column("report_col_group", list(map(view.group, found["group"])), width=20),
        pages.column("report_col_reason", found["reason"].tolist(), width=50),
        _details(pages, found),
    ]
    pages.table(RESERVE, columns, freeze_cols=4)


def _criteria(view: View, nominees: pd.DataFrame, decisive: pd.DataFrame) -> list[str]:
    """The criterion that decided; the sentence of the rules where none did."""
    labels = {row.id: view.label(row) for row in view.programme.criteria}
    return [
        labels.get(criterion, reason)
        for criterion, reason in zip(decisive["criterion"], nominees["reason"], strict=True)
    ]


def _proposed(pages: Pages, nominees: pd.DataFrame) -> Column:
    return pages.marks("report_col_proposed", nominees["proposed"].tolist(), 15)


def _kinds(view: View, nominees: pd.DataFrame) -> list[str]:
    """Kind, and the tier of position where one is stated."""
    spec = next((f for f in view.programme.fields if f.role == "tier" and f.list), None)
    tiers = view.labels(spec.list) if spec else {}
    return [
        f"{view.kind(kind)}\n{tiers.get(tier, tier)}" if tier else view.kind(kind)
        for kind, tier in zip(nominees["kind"], nominees["tier"].fillna(""), strict=True)
    ]


def write_matrix(pages: Pages) -> None:
    """ "Tiêu chí": a row a nominee, a column a criterion, a sign in each cell."""
    view = pages.view
    nominees, verdicts = shown_order(view), view.result.verdicts
    assert verdicts is not None
    used = set(verdicts["criterion"].unique())
    criteria = [row for row in view.programme.criteria if row.id in used]
    grid = _grid(nominees, verdicts, [row.id for row in criteria])
    marks = [view.mark(code) for code in _MATRIX_OUTCOMES]
    signs = [*(m.sign for m in marks), None]
    roles = [*(m.role for m in marks), None]
    columns = [
        pages.marks("report_col_verdict", outcome_codes(nominees["eligibility"])),
        pages.column("report_col_name", nominees["name"].tolist(), "wrap+bold", 26),
        pages.column("report_col_unit", list(map(view.unit_name, nominees["unit"])), width=26),
    ]
    for at, row in enumerate(criteria):
        found = grid[:, at].tolist()
        columns.append(
            Column(
                f"{row.id}  {view.label(row)}",
                [signs[code] for code in found],
                "centre" if row.parent else "centre+bold",
                4.5,
                [roles[code] for code in found],
                head="upright",
            )
        )
    sheet = pages.sheets[MATRIX]
    legend = marks[1:3] + marks[4:] if view.registers else marks[:3]
    for col, found_mark in enumerate(legend):
        sheet.put(3, col, found_mark.text, "centre", found_mark.role)
    span = pages.table(MATRIX, columns, freeze_cols=2, row=5)
    # Upright headings of 9 points: a line of the sheet is as high as some three letters are wide.
    longest = max((len(column.header) for column in columns[3:]), default=0)
    sheet.height(span.header_row, min(16, 2 + longest // 3))


def _grid(
    nominees: pd.DataFrame, verdicts: pd.DataFrame, criteria: Sequence[str]
) -> np.ndarray[Any, Any]:
    """Outcome ints by nominee and criterion; -1 where a criterion was not asked."""
    grid = np.full((len(nominees), len(criteria)), -1, dtype=np.int8)
    rows = pd.Index(nominees["nominee"]).get_indexer(pd.Index(verdicts["nominee"]))
    columns = pd.Index(criteria).get_indexer(pd.Index(verdicts["criterion"]))
    codes = {code: at for at, code in enumerate(_MATRIX_OUTCOMES)}
    found = [codes.get(code, -1) for code in outcome_codes(verdicts["outcome"])]
    grid[rows, columns] = np.array(found, dtype=np.int8)
    return grid


def write_explanations(pages: Pages) -> None:
    """ "Giải trình": one line a verdict, each tree in the order of its outline."""
    view = pages.view
    nominees = shown_order(view)
    verdicts = pages.verdicts = sorted_verdicts(view.result, nominees)
    columns = _explanations(pages, nominees, verdicts)
    total = len(verdicts)
    parts = max(1, -(-total // _ROWS_ON_EXPLANATIONS))
    sheets = [pages.sheets[EXPLANATIONS]]
    for part in range(2, parts + 1):
        title = pages.word("report_part").format(part=part, parts=parts)
        sheets.append(pages.book.sheet(f"{EXPLANATIONS} ({part})", title, subtitle=" "))
    for part, sheet in enumerate(sheets):
        rows = slice(part * _ROWS_ON_EXPLANATIONS, (part + 1) * _ROWS_ON_EXPLANATIONS)
        cut = columns if parts == 1 else [_cut(column, rows) for column in columns]
        empty = pages.word("report_no_rows")
        span = sheet.write_table(STEMS[EXPLANATIONS], cut, freeze_cols=2, empty=empty)
        _remember_places(pages, verdicts["nominee"].to_numpy()[rows], sheet.name, span)
    pages.counts[EXPLANATIONS] = total


def _cut(column: Column, rows: slice) -> Column:
    roles = None if column.roles is None else column.roles[rows]
    return Column(column.header, column.values[rows], column.role, column.width, roles)


def _remember_places(pages: Pages, nominees: Any, sheet: str, span: Any) -> None:
    """Links to the first line of each nominee, as far as Excel can hold them."""
    if not len(nominees):
        return
    starts = np.flatnonzero(np.r_[True, nominees[1:] != nominees[:-1]])
    for at in starts[: max(0, _LINKED_ROWS - len(pages.places))].tolist():
        pages.places.setdefault(nominees[at], jump(sheet, span.cell(at, 0)))


def _explanations(pages: Pages, nominees: pd.DataFrame, verdicts: pd.DataFrame) -> list[Column]:
    view, evidence = pages.view, Evidence()
    place = pd.Index(nominees["nominee"]).get_indexer(pd.Index(verdicts["nominee"]))
    names = nominees["name"].to_numpy(object)[place].tolist()
    units = np.array([view.unit_name(u) for u in nominees["unit"].tolist()], object)[place]
    criteria = verdicts["criterion"].tolist()
    labels = _labels(view)
    roots = {row.id for row in view.programme.criteria if not row.parent}
    bold = ["bold" if criterion in roots else None for criterion in criteria]
    found = [labels.get(criterion, criterion) for criterion in criteria]
    cells = [evidence[e] for e in verdicts["evidence"].tolist()]
    return [
        pages.marks("report_col_verdict", outcome_codes(verdicts["outcome"])),
        Column(pages.word("report_col_name"), names, "wrap", 22, bold),
        pages.column("report_col_unit", units.tolist(), width=20),
        pages.column("report_col_criterion", criteria, "cell", 13),
        Column(pages.word("report_col_label"), found, "wrap", 42, bold),
        pages.column("report_col_clause", verdicts["clause"].tolist(), width=10.5),
        pages.column("report_col_required", verdicts["required"].tolist(), width=38),
        pages.column("report_col_found", verdicts["measured"].tolist(), width=32),
        pages.column("report_col_evidence", cells, "wrap+small", 27),
    ]


def _labels(view: View) -> dict[str, str]:
    """Criterion -> label, set in by its depth in the outline."""
    parents = {row.id: row.parent for row in view.programme.criteria}

    def depth(criterion: str) -> int:
        return 1 + depth(parents[criterion]) if parents.get(criterion) else 0

    return {row.id: _INDENT * depth(row.id) + view.label(row) for row in view.programme.criteria}
