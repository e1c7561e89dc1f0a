"""Writes a programme as one workbook that an office can read, edit and run: a plan.

The file stands alone: the shared lists that the plan uses are in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from emubatch import __version__
from emubatch.messages import word
from emubatch.model import Lang
from emubatch.programme.guide import guide
from emubatch.programme.lint_figures import FIGURE_KINDS
from emubatch.programme.operators import TESTS
from emubatch.programme.source import CaseTable, Row, Source, flat_facts, lists_in_use
from emubatch.xl import GUIDE_SHEET
from emubatch.xl.layout import jump, lines
from emubatch.xl.plan_layout import CASES, FILE, HEADER, HEADING_ROW, plan_tables, title_of
from emubatch.xl.plan_lists import PlanLists
from emubatch.xl.plan_sheet import PlanSheet
from emubatch.xl.write import Book, SheetWriter

STEPS = 6
_WIDTHS = (5.0, 30.0, 76.0, 9.0)
_ALWAYS = (HEADER, "settings", "sheets", "fields", CASES)
# Examples of the notation; ``plan_means_<n>`` says what each means.
_NOTATION = (
    "Thanh_tich.ma_kt : LDTT",
    "Thanh_tich.ma_kt : TTLDTT+",
    "A.x : X / B.y : CO",
    "nguoi_ky = CT_UBND_TINH|BT_BCT",
    "so_qd = * ; ap_dung = CO",
    "@HO_SO",
    "$ten",
    "A|B|C",
)


def write_plan(
    path: Path,
    source: Source,
    cases: Iterable[CaseTable] = (),
    *,
    lang: Lang = "vi",
    every_table: bool = False,
) -> None:
    """Writes a plan workbook.

    Args:
        path: where to write.
        source: raw tables of the programme.
        cases: its worked cases.
        lang: language of sheet names, headings and notes; the reader takes either.
        every_table: also the tables that the plan does not use, for a plan that grows.
    """
    tables = plan_rows(source, cases, lang)
    facts = flat_facts(source.facts)
    title = (lang == "en" and facts.get("title.en")) or facts.get("title.vi") or facts.get("id", "")
    wanted = [name for name in plan_tables() if tables.get(name) or every_table or name in _ALWAYS]
    sheets = {name: PlanSheet(name, tables.get(name, ()), lang) for name in wanted}
    with Book(
        path,
        title=title,
        subject=facts.get("id", ""),
        keywords=facts.get("period.label", ""),
        comments=f"emubatch {__version__} · {facts.get('id', '')} {facts.get('version', '')}",
        page=word("report_page", lang),
        in_memory=True,
    ) as book:
        _Guide(book, title, lang).write(tables, wanted)
        lists = PlanLists(tables, {name: sheet.columns for name, sheet in sheets.items()}, lang)
        for name, sheet in sheets.items():
            sheet.write(book, lists, title, about_table(name, lang))
        lists.write(book)


def plan_rows(source: Source, cases: Iterable[CaseTable], lang: Lang) -> dict[str, list[Row]]:
    """Table -> the rows of its sheet: the header as rows, lists that are used, cases with sets."""
    tables = {name: rows for name, rows in source.rows.items() if name not in ("lists", "choices")}
    tables["choices"] = [row for rows in lists_in_use(source.rows).values() for row in rows]
    tables[HEADER] = _entries(flat_facts(source.facts), lang)
    tables[CASES] = [{**row, FILE: Path(table.name).stem} for table in cases for row in table.rows]
    return tables


def _entries(facts: Mapping[str, str], lang: Lang) -> list[Row]:
    """Entries that every plan has first, then its own."""
    known = {name: words.say(lang) for (kind, name), words in guide().items() if kind == "fact"}
    own = {key: word("plan_own_fact", lang) for key in facts if key.startswith("facts.")}
    meanings = known | own
    keys = [*known, *(key for key in facts if key not in known)]
    return [
        {"key": key, "value": facts.get(key, ""), "meaning": meanings.get(key, "")} for key in keys
    ]


def about_table(name: str, lang: Lang) -> str:
    """What a sheet is for."""
    return word("plan_lists", lang) if name == "choices" else guide()["table", name].say(lang)


class _Guide:
    """The first sheet: what to do with the file, what is where, how things are written."""

    def __init__(self, book: Book, title: str, lang: Lang) -> None:
        self.lang = lang
        subtitle = word("plan_guide", lang)
        self.writer: SheetWriter = book.sheet(
            GUIDE_SHEET, title, subtitle=subtitle, landscape=False
        )
        self.writer.widths(_WIDTHS)

    def write(self, tables: Mapping[str, Sequence[Row]], wanted: Sequence[str]) -> None:
        self._heading("form_steps")
        for number in range(1, STEPS + 1):
            row, text = self.writer.row, word(f"plan_step_{number}", self.lang)
            self.writer.put(row, 0, number, "plain", "middle")
            self.writer.merge(row, 1, 3, text, "text")
            self.writer.height(row, lines(text, sum(_WIDTHS[1:])))
        self._sheets(tables, wanted)
        self._notation()
        self._words("plan_tests", "test", TESTS)
        if tables.get("figures"):
            self._words("plan_figures", "figure", FIGURE_KINDS)
        self.writer.worksheet.hide_gridlines(2)

    def _heading(self, key: str) -> None:
        self.writer.row += 1
        self.writer.put(self.writer.row, 0, word(key, self.lang), "heading")

    def _sheets(self, tables: Mapping[str, Sequence[Row]], wanted: Sequence[str]) -> None:
        self._heading("plan_sheets")
        for name in wanted:
            row, title = self.writer.row, title_of(name, self.lang)
            about = about_table(name, self.lang)
            target = jump(title, f"A{HEADING_ROW + 2}")
            self.writer.link(row, 1, target, title, "jump")
            self.writer.put(row, 2, about, "wrap")
            self.writer.put(row, 3, len(tables.get(name, ())), "integer")
            self.writer.height(row, lines(about, _WIDTHS[2]))

    def _notation(self) -> None:
        self._heading("plan_notation")
        for number, example in enumerate(_NOTATION, 1):
            self._pair(example, word(f"plan_means_{number}", self.lang))

    def _words(self, heading: str, kind: str, names: Iterable[str]) -> None:
        self._heading(heading)
        for name in names:
            self._pair(name, guide()[kind, name].say(self.lang))

    def _pair(self, left: str, right: str) -> None:
        row = self.writer.row
        self.writer.put(row, 1, left, "code", "wrap")
        self.writer.put(row, 2, right, "wrap")
        self.writer.height(row, max(lines(left, _WIDTHS[1]), lines(right, _WIDTHS[2])))
