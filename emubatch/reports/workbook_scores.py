""" "Bảng điểm": the scorecard of every unit with live formulas.

A level chosen anew in Excel changes the points of its row, of its section and the total, also on
"Tổng quan". The numbers stored beside the formulas are those of the rules; a test has LibreOffice
calculate them anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from emubatch.reports.workbook_pages import SCORES, Evidence, Pages
from emubatch.xl import live
from emubatch.xl.write import Column

if TYPE_CHECKING:
    from emubatch.programme.tables import ScoreOption, ScoreRow
    from emubatch.reports.view import View
    from emubatch.xl.write import SheetWriter

TOTAL = "TOTAL"
_LISTS = "_muc"
_INDENT = "    "
# Places of the columns, in the order of ``_heads``.
(MARK, CODE, LABEL, CLAUSE, BASE, LEVEL, FACT, OUT_OF, EXCEED, ENTERED, POINTS, BONUS, PENALTY,
 SUM, PLACE) = range(15)  # fmt: skip
_ENTRIES = {FACT: "fact", OUT_OF: "fact_total", EXCEED: "exceed", ENTERED: "penalty"}
_SUMMED = {BONUS: "bonus", PENALTY: "penalty", SUM: "total"}


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a form says in one row of its scorecard, by role, and where."""

    values: Mapping[str, Any]
    place: str


class _Card:
    """The scorecard as this sheet writes it: options by name, children by parent."""

    def __init__(self, pages: Pages) -> None:
        self.view: View = pages.view
        self.rows = self.view.programme.scorecard
        self.options = self.view.programme.options_of
        self.children: dict[str, list[str]] = {}
        for row in self.rows:
            self.children.setdefault(row.parent or TOTAL, []).append(row.code)
        parents = {row.code: row.parent for row in self.rows}
        self.depth = {code: _depth(code, parents) for code in parents}
        self.settings = self.view.programme.setting

    def texts(self, code: str) -> dict[str, str]:
        """Option -> what the drop-down shows, each once."""
        labels = {o.option: _choice_text(self.view.label(o)) for o in self.options.get(code, ())}
        twice = len(set(labels.values())) < len(labels)
        return {key: f"{key}. {text}" if twice else text for key, text in labels.items()}

    def lists(self) -> Iterator[tuple[str, Sequence[object]]]:
        """Defined lists of every leaf that has options."""
        for code, options in self.options.items():
            yield _name("muc", code), list(self.texts(code).values())
            yield _name("diem", code), [option.points for option in options]
            if any(option.per_unit for option in options):
                yield _name("moi", code), [option.per_unit for option in options]
                yield _name("san", code), [option.floor for option in options]
            if any(option.short for option in options):
                yield _name("thieu", code), [int(option.short) for option in options]
            if any(option.penalty_entered for option in options):
                yield _name("nhap", code), [int(option.penalty_entered) for option in options]


def _depth(code: str, parents: Mapping[str, str]) -> int:
    return 1 + _depth(parents[code], parents) if parents.get(code) else 0


def _choice_text(label: str) -> str:
    """A label without the signs that MATCH takes for wildcards, short enough for it."""
    return label.translate({ord(sign): None for sign in "*?~"})[:120]


def _name(stem: str, code: str) -> str:
    return f"{stem}_" + "".join(c if c.isalnum() else "_" for c in code)


def write_scores(pages: Pages) -> None:
    """One block a unit under common headings; ``pages.totals`` learns where the totals stand."""
    sheet, card = pages.sheets[SCORES], _Card(pages)
    entries = _entries(pages)
    scores = _by_unit(pages)
    settings = _write_settings(pages, card)
    first = live.write_head(sheet, _heads(pages), freeze_cols=LABEL + 1)
    live.folds_upwards(sheet)
    row, breaks = first, []
    for unit, rows in scores.items():
        if row > first:
            breaks.append(row)
        block = _Block(pages, card, sheet, unit, rows, entries, settings)
        row = block.write(row)
    if row > first:
        _colours(pages, sheet, (first, row - 1))
    live.break_pages(sheet, breaks)
    live.hidden_lists(pages.book, _LISTS, list(card.lists()))
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


def _entries(pages: Pages) -> dict[tuple[str, str], _Entry]:
    """(unit, criterion) -> what the form says; the first row where a criterion stands twice."""
    view = pages.view
    sheet = next(iter(view.programme.sheets_with_role("scorecard")), None)
    frame = view.result.data.details.get(sheet.key) if sheet else None
    if sheet is None or frame is None or not len(frame):
        return {}
    fields = {field.role: field.key for field in view.programme.fields_of[sheet.key] if field.role}
    units = view.result.data.units["unit"].tolist()
    evidence = Evidence()
    found: dict[tuple[str, str], _Entry] = {}
    for row in frame.to_dict("records"):
        key = (units[row["unit_pos"]], str(row[fields["criterion"]]))
        letters = view.result.data.letters.get((row["file"], sheet.key), {})
        letter = letters.get(fields.get("option", ""), "")
        place = evidence[f"{row['file']}!{row['sheet']}!{letter}{row['row']}"]
        values = {role: row.get(name) for role, name in fields.items()}
        found.setdefault(key, _Entry(values, place))
    return found


def _heads(pages: Pages) -> list[Column]:
    widths = {
        "verdict": 15, "criterion": 9, "label": 38, "clause": 11, "base": 9, "level": 30,
        "fact": 9, "out_of": 9, "exceed": 9, "entered": 10, "points": 9, "bonus": 9,
        "penalty": 9, "sum": 10, "evidence": 26,
    }  # fmt: skip
    return [
        Column(pages.word(f"report_col_{key}"), [], width=float(width))
        for key, width in widths.items()
    ]


def _write_settings(pages: Pages, card: _Card) -> dict[str, str]:
    """The two numbers of the bonus rule in cells of their own, so that they can be tried out."""
    sheet, found = pages.sheets[SCORES], {}
    for key in ("points_per_pct", "cap_pct_of_base"):
        if key in card.settings:
            row = sheet.row
            sheet.put(row, LABEL, pages.word(f"report_{key}"), "text")
            sheet.put(row, BASE, float(card.settings[key]), "points", "open")
            found[key] = live.address(row, BASE, fixed=True)
    sheet.row += 1
    return found


def _colours(pages: Pages, sheet: SheetWriter, rows: tuple[int, int]) -> None:
    """Fills of the first column that follow its words."""
    first = live.address(rows[0], MARK)
    for code in ("scored", "review", "error"):
        found = pages.view.mark(code)
        live.colour_where(sheet, rows, MARK, f'={first}="{found.text}"', found.role)


class _Block:
    """The rows of one unit."""

    def __init__(
        self,
        pages: Pages,
        card: _Card,
        sheet: SheetWriter,
        unit: str,
        scores: Mapping[str, Mapping[str, Any]],
        entries: Mapping[tuple[str, str], _Entry],
        settings: Mapping[str, str],
    ) -> None:
        self.pages, self.card, self.sheet = pages, card, sheet
        self.unit, self.scores, self.settings = unit, scores, settings
        self.entries = entries
        self.row_of: dict[str, int] = {}

    def write(self, top: int) -> int:
        """Writes the unit's heading and rows from ``top``; returns the next free row."""
        codes = [row.code for row in self.card.rows]
        self.row_of = {code: top + 1 + at for at, code in enumerate(codes)}
        self.row_of[TOTAL] = top + 1 + len(codes)
        self._heading(top)
        for row in self.card.rows:
            if row.kind == "leaf":
                self._leaf(row)
            else:
                self._sum(row.code, row.label_vi and self.card.view.label(row), row.clause)
        self._sum(TOTAL, self.pages.word("report_grand_total"), "")
        sections = [row.code for row in self.card.rows if not row.parent]
        self.pages.totals[self.unit] = {
            "unit": live.address(top, LABEL),
            **{code: self._there(code) for code in [*sections, TOTAL]},
        }
        return self.row_of[TOTAL] + 2

    def _there(self, code: str) -> str:
        return live.address(self.row_of[code], SUM, sheet=self.sheet.name)

    def _heading(self, row: int) -> None:
        for col in range(PLACE + 1):
            self.sheet.put(row, col, None, "total")
        self.sheet.put(row, CODE, self.unit, "total")
        self.sheet.put(row, LABEL, self.card.view.unit_name(self.unit), "total", "text")
        total = self.scores.get(TOTAL, {}).get("total")
        cell = live.address(self.row_of[TOTAL], SUM)
        self.sheet.formula(row, SUM, f"={cell}", _number(total), "points", "total")

    def _mark(self, row: int, score: Mapping[str, Any], *looks: str) -> None:
        """Scored while the row has a total, else what the rules said."""
        view = self.card.view
        stated = str(score.get("outcome", "") or "review")
        blank = view.mark(stated if stated != "scored" else "review").text
        done, total = view.mark("scored").text, live.address(row, SUM)
        formula = f'=IF(ISNUMBER({total}),"{done}","{blank}")'
        shown = blank if _number(score.get("total")) is None else done
        self.sheet.formula(row, MARK, formula, shown, "wrap", "centre", *looks)

    def _sum(self, code: str, label: str, clause: str) -> None:
        """A row that adds up its children, empty while one of them is."""
        row, score = self.row_of[code], self.scores.get(code, {})
        looks = ("total",) if code == TOTAL or not self.card.depth[code] else ("bold",)
        depth = 0 if code == TOTAL else self.card.depth[code]
        self._mark(row, score, *looks)
        self.sheet.put(row, CODE, "" if code == TOTAL else code, "cell", *looks)
        self.sheet.put(row, LABEL, _INDENT * depth + label, "wrap", *looks)
        self.sheet.put(row, CLAUSE, clause, "cell", *looks)
        for col in (LEVEL, FACT, OUT_OF, EXCEED, ENTERED, POINTS, PLACE):
            self.sheet.put(row, col, None, "cell", *looks)
        children = [self.row_of[child] for child in self.card.children.get(code, ())]
        base = ",".join(live.address(child, BASE) for child in children)
        self.sheet.formula(row, BASE, f"=SUM({base})", _number(score.get("base")), "points", *looks)
        for col, name in _SUMMED.items():
            cells = ",".join(live.address(child, col) for child in children)
            formula = f'=IF(COUNT({cells})<{len(children)},"",SUM({cells}))'
            self.sheet.formula(row, col, formula, _number(score.get(name)), "points", *looks)
        live.fold(self.sheet, row)

    def _leaf(self, spec: ScoreRow) -> None:
        row, score = self.row_of[spec.code], self.scores.get(spec.code, {})
        view, entry = self.card.view, self.entries.get((self.unit, spec.code), _Entry({}, ""))
        options = self.card.options.get(spec.code, ())
        label = _INDENT * self.card.depth[spec.code] + view.label(spec)
        self._mark(row, score)
        self.sheet.put(row, CODE, spec.code, "cell")
        self.sheet.put(row, LABEL, label, "wrap")
        self.sheet.put(row, CLAUSE, spec.clause, "cell")
        self.sheet.put(row, BASE, spec.base, "points")
        self._level(spec, row, score)
        for col, role in _ENTRIES.items():
            value = _number(entry.values.get(role))
            looks = ("points", "open") if _asked(spec, options, role) else ("points", "na")
            self.sheet.put(row, col, value, *looks)
        self._points(spec, row, score, entry)
        self.sheet.put(row, PLACE, entry.place, "wrap", "small")
        live.fold(self.sheet, row, 2 if max(len(label) / 36, len(entry.place) / 28) > 1 else 1)

    def _level(self, spec: ScoreRow, row: int, score: Mapping[str, Any]) -> None:
        """The cell in which the level is chosen."""
        texts = self.card.texts(spec.code)
        self.sheet.put(row, LEVEL, texts.get(str(score.get("option") or "")), "wrap", "open")
        if texts:
            live.choose(self.sheet, row, LEVEL, _name("muc", spec.code))

    def _points(self, spec: ScoreRow, row: int, score: Mapping[str, Any], entry: _Entry) -> None:
        options = self.card.options.get(spec.code, ())
        chosen = next((o for o in options if o.option == score.get("option")), None)
        points = _points(score, chosen, entry)
        formulas = _Formulas(spec, options, row, self.settings, self.card.settings)
        for col, text in formulas.all(None if chosen else points).items():
            value = points if col == POINTS else score.get(_SUMMED[col])
            self.sheet.formula(row, col, text, _number(value), "points")


def _asked(spec: ScoreRow, options: Sequence[ScoreOption], role: str) -> bool:
    """Whether a leaf uses an entry; the others are not offered for filling in."""
    asked = {
        "fact": bool(spec.fact),
        "fact_total": spec.fact == "share",
        "exceed": spec.bonus,
        "penalty": any(option.penalty_entered for option in options),
    }
    return asked[role]


class _Formulas:
    """The formulas of one leaf row."""

    def __init__(
        self,
        spec: ScoreRow,
        options: Sequence[ScoreOption],
        row: int,
        cells: Mapping[str, str],
        settings: Mapping[str, str],
    ) -> None:
        self.spec, self.options, self.cells, self.settings = spec, options, cells, settings
        self.at = {
            name: live.address(row, col)
            for name, col in {
                "base": BASE, "level": LEVEL, "fact": FACT, "exceed": EXCEED, "entered": ENTERED,
                "points": POINTS, "bonus": BONUS, "penalty": PENALTY,
            }.items()
        }  # fmt: skip

    def all(self, blank: float | None) -> dict[int, str]:
        """Column -> formula; ``blank``: points of a row without a level, None for none."""
        at = self.at
        return {
            POINTS: self._points("" if blank is None else f"{blank:g}"),
            BONUS: self._bonus(),
            PENALTY: self._penalty(),
            SUM: f'=IF(COUNT({at["points"]},{at["bonus"]},{at["penalty"]})<3,"",'
            f"{at['base']}+{at['bonus']}-{at['penalty']})",
        }

    def _look_up(self, stem: str) -> str:
        code = self.spec.code
        return f"INDEX({_name(stem, code)},MATCH({self.at['level']},{_name('muc', code)},0))"

    def _points(self, blank: str) -> str:
        found, fact = self._look_up("diem"), self.at["fact"]
        if any(option.per_unit for option in self.options):
            each, least = self._look_up("moi"), self._look_up("san")
            found = (
                f'IF({each}=0,{found},IF(ISNUMBER({fact}),MAX({least},{found}+{each}*{fact}),""))'
            )
        return f'=IF({self.at["level"]}="",{blank or _EMPTY},{found})'

    def _bonus(self) -> str:
        if not self.spec.bonus:
            return f'=IF({self.at["points"]}="","",0)'
        exceed = self.at["exceed"]
        each = self.cells.get("points_per_pct", "1")
        cap = f"{self.at['base']}*{self.cells.get('cap_pct_of_base', '10')}/100"
        bonus = f"MIN({exceed}*{each},{cap})"
        if self.settings.get("bonus_rule") == "flat":
            bonus = f"IF({exceed}>0,{cap},0)"
        bonus = f'IF(ISNUMBER({exceed}),{bonus},"")'
        if any(option.short for option in self.options):
            bonus = f"IF({self._look_up('thieu')}=1,0,{bonus})"
        return f'=IF({self.at["points"]}="","",{bonus})'

    def _penalty(self) -> str:
        found = f"{self.at['base']}-{self.at['points']}"
        if any(option.penalty_entered for option in self.options):
            entered = self.at["entered"]
            found = (
                f"IF({self._look_up('nhap')}=0,{found},"
                f'IF(ISNUMBER({entered}),{found}+{entered},""))'
            )
        return f'=IF({self.at["points"]}="","",{found})'


_EMPTY = '""'


def _points(score: Mapping[str, Any], chosen: ScoreOption | None, entry: _Entry) -> float | None:
    """Points of the level: what the row's total holds before bonus and entered penalty."""
    total, bonus = _number(score.get("total")), _number(score.get("bonus"))
    if total is None or bonus is None:
        return chosen.points if chosen and not chosen.per_unit else None
    entered = _number(entry.values.get("penalty")) if chosen and chosen.penalty_entered else None
    return total - bonus + (entered or 0.0)


def _number(value: Any) -> float | None:
    return None if value is None or isinstance(value, str) or pd.isna(value) else float(value)
