""" "Bảng điểm": the scorecard of every unit with live formulas.

A level chosen anew in Excel changes the points of its row, of its section and the total, also on
"Tổng quan". The numbers stored beside the formulas are those of the rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from emubatch.reports.workbook_formulas import (
    BASE,
    BONUS,
    CLAUSE,
    CODE,
    ENTERED,
    EXCEED,
    FACT,
    LABEL,
    LEVEL,
    MARK,
    NOTE,
    OUT_OF,
    PENALTY,
    PLACE,
    POINTS,
    SUM,
    LeafFormulas,
    Levels,
    list_name,
    text,
)
from emubatch.reports.workbook_pages import SCORES, Pages, address_of
from emubatch.xl import live
from emubatch.xl.layout import lines
from emubatch.xl.write import Column

if TYPE_CHECKING:
    from emubatch.programme.tables import ScoreOption, ScoreRow
    from emubatch.xl.write import SheetWriter

TOTAL = "TOTAL"
_LISTS = "_muc"
_INDENT = "    "
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ENTRIES = {FACT: "fact", OUT_OF: "fact_total", EXCEED: "exceed", ENTERED: "penalty"}
_SUMMED = {BONUS: "bonus", PENALTY: "penalty", SUM: "total"}
_WIDTHS = {
    "verdict": 15, "criterion": 9, "label": 38, "clause": 11, "base": 9, "level": 30,
    "fact": 9, "out_of": 9, "exceed": 9, "entered": 10, "points": 9, "bonus": 9,
    "penalty": 9, "sum": 10, "note": 28, "evidence": 24,
}  # fmt: skip
# Lines of a row's text: characters to a line of the columns that may need more than one.
_ROOM = {"label": 38, "level": 30, "note": 27, "place": 30}


def write_scores(pages: Pages) -> None:
    """One block a unit under common headings; ``pages.totals`` learns where the totals stand."""
    sheet = pages.sheets[SCORES]
    card = _Card(pages, _entries(pages), _write_numbers(pages))
    heads = [
        Column(pages.word(f"report_col_{key}"), [], width=float(width))
        for key, width in _WIDTHS.items()
    ]
    first = live.write_head(sheet, heads, freeze_cols=LABEL + 1)
    live.folds_upwards(sheet)
    row, breaks = first, []
    scores = _by_unit(pages)
    for unit, rows in scores.items():
        breaks.append(row)
        row = _Block(card, sheet, unit, rows).write(row)
    if scores:
        _colours(pages, sheet, (first, row - 1))
    live.break_pages(sheet, breaks[1:])
    live.scale_to_pages(sheet, list(_WIDTHS.values()), len(card.rows) + 7)
    live.hidden_lists(pages.book, _LISTS, list(card.levels.lists()))
    pages.counts[SCORES] = len(scores)


def _by_unit(pages: Pages) -> dict[str, dict[str, dict[Any, Any]]]:
    """Unit -> criterion -> its row of ``scores``, units in their usual order."""
    scores = pages.view.result.scores
    assert scores is not None
    found: dict[str, dict[str, dict[Any, Any]]] = {}
    for row in scores.to_dict("records"):
        found.setdefault(str(row["unit"]), {})[str(row["criterion"])] = row
    known = [unit for unit in pages.view.unit_names if unit in found]
    return {unit: found[unit] for unit in [*known, *sorted(set(found) - set(known))]}


# --- what the forms say --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a form says in one row of its scorecard, by role."""

    values: Mapping[str, Any]
    row: int


_Entries = Mapping[tuple[str, str], list[_Entry]]


def _entries(pages: Pages) -> _Entries:
    """(unit, criterion) -> the rows of the form about it."""
    view = pages.view
    sheet = next(iter(view.programme.sheets_with_role("scorecard")), None)
    frame = view.result.data.details.get(sheet.key) if sheet else None
    if sheet is None or frame is None or not len(frame):
        return {}
    fields = {field.role: field.key for field in view.programme.fields_of[sheet.key] if field.role}
    units = view.result.data.units["unit"].tolist()
    found: dict[tuple[str, str], list[_Entry]] = {}
    for row in frame.to_dict("records"):
        key = (units[row["unit_pos"]], _code_key(row[fields["criterion"]]))
        values = {role: row.get(name) for role, name in fields.items()}
        found.setdefault(key, []).append(_Entry(values, int(row["row"])))
    return found


def _code_key(code: Any) -> str:
    """A criterion's code however a form writes it: ``i.3B.`` is I.3b."""
    return "".join(str(code).casefold().split()).rstrip(".")


def _used(entries: Sequence[_Entry], score: Mapping[str, Any]) -> _Entry:
    """The row that the rules took: the one of the cell they name, else the first."""
    digits = str(score.get("cell") or "").rpartition("!")[2].lstrip(_LETTERS)
    named = [entry for entry in entries if str(entry.row) == digits]
    return next(iter([*named, *entries]), _Entry({}, 0))


# --- what is common to all units -----------------------------------------------------------------


def _write_numbers(pages: Pages) -> dict[str, str]:
    """The numbers of the bonus rule in cells of their own, so that they can be tried out."""
    sheet, programme = pages.sheets[SCORES], pages.view.programme
    top, found = sheet.row, {}
    # Beside the title and the link under it, to leave the page to the rows.
    for row, key in ((0, "points_per_pct"), (2, "cap_pct_of_base")):
        sheet.put(row, LEVEL, pages.word(f"report_{key}"), "plain")
        sheet.put(row, EXCEED, float(programme.reading(key)), "points", "open")
        found[key] = live.address(row, EXCEED, fixed=True)
    sheet.row = top
    return found


def _colours(pages: Pages, sheet: SheetWriter, rows: tuple[int, int]) -> None:
    """Fills of the first column that follow its words."""
    first = live.address(rows[0], MARK)
    for code in ("scored", "review", "error"):
        found = pages.view.mark(code)
        live.colour_where(sheet, rows, MARK, f"={first}={text(found.text)}", found.role)


class _Card:
    """The scorecard as all units share it."""

    def __init__(self, pages: Pages, entries: _Entries, numbers: Mapping[str, str]) -> None:
        self.pages, self.view, self.entries, self.numbers = pages, pages.view, entries, numbers
        self.programme = pages.view.programme
        self.rows = self.programme.scorecard
        self.levels = Levels(pages.view)
        self.children: dict[str, list[str]] = {}
        for row in self.rows:
            self.children.setdefault(row.parent or TOTAL, []).append(row.code)
        parents = {row.code: row.parent for row in self.rows}
        self.depth = {code: _depth(code, parents) for code in parents}

    def indented(self, row: ScoreRow) -> str:
        """Label of a row, set in by its depth in the card."""
        return _INDENT * self.depth[row.code] + self.view.label(row)


def _depth(code: str, parents: Mapping[str, str]) -> int:
    return 1 + _depth(parents[code], parents) if parents.get(code) else 0


# --- one unit ------------------------------------------------------------------------------------


class _Block:
    """The rows of one unit."""

    def __init__(
        self, card: _Card, sheet: SheetWriter, unit: str, scores: Mapping[str, Mapping[Any, Any]]
    ) -> None:
        self.card, self.sheet, self.unit, self.scores = card, sheet, unit, scores
        self.row_of: dict[str, int] = {}

    def write(self, top: int) -> int:
        """Writes the unit's heading and rows from ``top``; returns the next free row."""
        card = self.card
        codes = [*(row.code for row in card.rows), TOTAL]
        self.row_of = {code: top + at for at, code in enumerate(codes, 1)}
        self._heading(top)
        for row in card.rows:
            if row.kind == "leaf":
                self._leaf(row)
            else:
                self._sum(row.code, card.indented(row), row.clause)
        self._sum(TOTAL, card.pages.word("report_grand_total"), "")
        card.pages.totals[self.unit] = {
            "unit": live.address(top, LABEL),
            **{
                code: live.address(self.row_of[code], SUM, sheet=self.sheet.name)
                for code in [*card.children.get(TOTAL, ()), TOTAL]
            },
        }
        return self.row_of[TOTAL] + 2

    def _heading(self, row: int) -> None:
        for col in range(PLACE + 1):
            self.sheet.put(row, col, None, "total")
        self.sheet.put(row, CODE, self.unit, "text", "total")
        self.sheet.put(row, LABEL, self.card.view.unit_name(self.unit), "text", "total")
        files = {address_of(str(row.get("cell") or ""))[0] for row in self.scores.values()}
        self.sheet.put(row, PLACE, ", ".join(sorted(files - {""})), "text", "total", "small")
        total = live.address(self.row_of[TOTAL], SUM)
        value = _number(self.scores.get(TOTAL, {}).get("total"))
        self.sheet.formula(row, SUM, f"={total}", value, "points", "total")

    def _mark(self, row: int, score: Mapping[Any, Any], *looks: str) -> None:
        """Scored while the row has a total, else what the rules said."""
        view = self.card.view
        stated = str(score.get("outcome") or "review")
        without = view.mark(stated if stated != "scored" else "review").text
        scored, total = view.mark("scored").text, live.address(row, SUM)
        formula = f"=IF(ISNUMBER({total}),{text(scored)},{text(without)})"
        shown = without if _number(score.get("total")) is None else scored
        self.sheet.formula(row, MARK, formula, shown, "wrap", "centre", *looks)

    def _sum(self, code: str, label: str, clause: str) -> None:
        """A row that adds up its children, empty while one of them is."""
        row, score = self.row_of[code], self.scores.get(code, {})
        looks = ("bold",) if self.card.depth.get(code) else ("total",)
        self._mark(row, score, *looks)
        self.sheet.put(row, CODE, "" if code == TOTAL else code, "cell", *looks)
        self.sheet.put(row, LABEL, label, "wrap", *looks)
        self.sheet.put(row, CLAUSE, clause, "cell", *looks)
        self.sheet.put(row, BASE, _number(score.get("base")), "points", *looks)
        for col in (LEVEL, FACT, OUT_OF, EXCEED, ENTERED, POINTS, NOTE, PLACE):
            self.sheet.put(row, col, None, "cell", *looks)
        children = [self.row_of[child] for child in self.card.children.get(code, ())]
        for col, name in _SUMMED.items():
            cells = ",".join(live.address(child, col) for child in children)
            formula = f'=IF(COUNT({cells})<{len(children)},"",SUM({cells}))'
            self.sheet.formula(row, col, formula, _number(score.get(name)), "points", *looks)
        if code == TOTAL:
            self._before_caps(row, score)
        live.fold(self.sheet, row, _lines(label=label))

    def _before_caps(self, row: int, score: Mapping[Any, Any]) -> None:
        """Beside the grand total: what it would be if no cap held the bonus (DOMAIN A.4, 4.9)."""
        card = self.card
        if card.programme.reading("show_raw_total") != "true":
            return
        over, raw = [], _number(score.get("total"))
        for spec in card.rows:
            if spec.kind == "leaf" and spec.bonus:
                raw = raw if raw is None else raw + self._cut(spec.code)
                formulas = LeafFormulas(
                    spec, card.levels, self.row_of[spec.code], card.programme, card.numbers
                )
                over.append(formulas.cut_by_cap())
        total, words = live.address(row, SUM), card.pages.word("report_before_caps")
        found = "+".join([total, *over])
        formula = f'=IF(ISNUMBER({total}),{text(words + " ")}&ROUND({found},2),"")'
        shown = "" if raw is None else f"{words} {round(raw, 2):.15g}"
        self.sheet.formula(row, NOTE, formula, shown, "wrap", "total")

    def _cut(self, code: str) -> float:
        """Points of exceeding that the cap took away, as ``LeafFormulas.cut_by_cap``."""
        programme, score = self.card.programme, self.scores.get(code, {})
        bonus, exceed = _number(score.get("bonus")), _number(score.get("exceed_pct"))
        if not bonus or exceed is None or programme.reading("bonus_rule") == "flat":
            return 0.0
        return exceed * float(programme.reading("points_per_pct")) - bonus

    def _leaf(self, spec: ScoreRow) -> None:
        row, score, card = self.row_of[spec.code], self.scores.get(spec.code, {}), self.card
        entry = _used(card.entries.get((self.unit, _code_key(spec.code)), []), score)
        label, note = card.indented(spec), str(score.get("note") or "")
        place = _in_file(str(score.get("cell") or ""))
        self._mark(row, score)
        self.sheet.put(row, CODE, spec.code, "cell")
        self.sheet.put(row, LABEL, label, "wrap")
        self.sheet.put(row, CLAUSE, spec.clause, "cell")
        self.sheet.put(row, BASE, spec.base, "points")
        formulas = LeafFormulas(spec, card.levels, row, card.programme, card.numbers)
        level = self._level(spec, row, score, entry, formulas)
        for col, role in _ENTRIES.items():
            looks = ("open",) if self._asked(spec, role) else ("na",)
            self.sheet.put(row, col, _number(entry.values.get(role)), "points", *looks)
        self._points(spec, row, score, entry, formulas)
        self.sheet.put(row, NOTE, note, "wrap")
        self.sheet.put(row, PLACE, place, "wrap", "small")
        live.fold(self.sheet, row, _lines(label=label, level=level, note=note, place=place))

    def _level(
        self,
        spec: ScoreRow,
        row: int,
        score: Mapping[Any, Any],
        entry: _Entry,
        formulas: LeafFormulas,
    ) -> str:
        """The cell in which the level is chosen; one that figures told goes on following them."""
        texts = self.card.levels.texts(spec.code)
        shown = texts.get(str(score.get("option") or ""), "")
        stated = entry.values.get("option")
        if shown and not (isinstance(stated, str) and stated):
            self.sheet.formula(row, LEVEL, formulas.level(), shown, "wrap", "open")
        else:
            self.sheet.put(row, LEVEL, shown, "wrap", "open")
        if texts:
            live.choose(self.sheet, row, LEVEL, list_name("muc", spec.code))
        return shown

    def _asked(self, spec: ScoreRow, role: str) -> bool:
        """Whether a leaf uses an entry; the others are not offered for filling in."""
        levels = self.card.levels
        asked = {
            "fact": bool(spec.fact),
            "fact_total": spec.fact == "share",
            "exceed": spec.bonus,
            "penalty": any(map(levels.asks_penalty, levels.of(spec.code))),
        }
        return asked[role]

    def _points(
        self,
        spec: ScoreRow,
        row: int,
        score: Mapping[Any, Any],
        entry: _Entry,
        formulas: LeafFormulas,
    ) -> None:
        levels = self.card.levels
        options = levels.of(spec.code)
        chosen = next((o for o in options if o.option == score.get("option")), None)
        entered = entry.values.get("penalty") if chosen and levels.asks_penalty(chosen) else None
        points = _points(score, chosen, entered)
        values = {POINTS: points, **{col: score.get(name) for col, name in _SUMMED.items()}}
        for col, formula in formulas.all(None if chosen else points).items():
            self.sheet.formula(row, col, formula, _number(values[col]), "points")


def _points(score: Mapping[Any, Any], chosen: ScoreOption | None, entered: Any) -> float | None:
    """Points of the level: the base less the penalty, but for what was entered by hand."""
    penalty = _number(score.get("penalty"))
    if penalty is None:
        return chosen.points if chosen and not chosen.per_unit else None
    return float(score["base"]) - penalty + (_number(entered) or 0.0)


def _in_file(cell: str) -> str:
    """Sheet and cell; the file stands once, at the unit."""
    _, sheet, address = address_of(cell)
    return f"{sheet}: {address}" if sheet else address


def _lines(**texts: str) -> int:
    return max(lines(words, _ROOM[name]) for name, words in texts.items())


def _number(value: Any) -> float | None:
    return None if value is None or isinstance(value, str) or pd.isna(value) else float(value)
