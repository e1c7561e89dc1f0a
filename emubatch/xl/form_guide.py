"""The first sheet of a form: what to do, by when, what the marks mean, where everything is."""

from __future__ import annotations

from collections.abc import Sequence

from emubatch.messages import word
from emubatch.model import Lang, RosterUnit
from emubatch.programme.tables import Deadline, Programme, in_lang
from emubatch.xl import GUIDE_SHEET
from emubatch.xl.form_layout import FormSheet
from emubatch.xl.layout import lines
from emubatch.xl.write import Book, SheetWriter, jump

STEPS = 6
NAMES_STEP = 4  # begins with how to write names, where the form has any
_WIDTHS = (5.0, 26.0, 66.0, 16.0)
_LEGEND = (
    ("form_legend_required", "header", "required"),
    ("form_legend_optional", "header", ""),
    ("form_legend_missing", "cell", "query"),
    ("form_legend_wrong", "cell", "reject"),
    ("form_legend_locked", "locked", ""),
)


def write_guide(
    book: Book,
    programme: Programme,
    sheets: Sequence[FormSheet],
    unit: RosterUnit | None,
    lang: Lang,
) -> None:
    """Writes the guidance sheet."""
    title = in_lang(programme, "title", lang)
    writer = book.sheet(GUIDE_SHEET, title, subtitle=word("form_guide", lang), landscape=False)
    writer.widths(_WIDTHS)
    guide = _Guide(writer, lang)
    guide.facts(programme, unit)
    guide.steps(sheets)
    guide.legend()
    guide.sheets(sheets)
    guide.dossier(programme)
    writer.worksheet.hide_gridlines(2)
    writer.worksheet.protect("", {"format_columns": True, "format_rows": True})


class _Guide:
    """The parts of the guidance sheet, one under the other."""

    def __init__(self, writer: SheetWriter, lang: Lang) -> None:
        self.writer = writer
        self.lang = lang

    def facts(self, programme: Programme, unit: RosterUnit | None) -> None:
        document = programme.document
        number = " ".join(filter(None, (document.get("kind"), document.get("number"))))
        rows = [
            ("form_unit", f"{unit.name} ({unit.code})" if unit else ""),
            ("form_issuer", document.get("issuer", "")),
            ("form_document", number),
            ("form_period", programme.period_label),
        ]
        rows += [("form_deadline", self._deadline(row)) for row in programme.deadlines]
        for key, text in rows:
            if text:
                self._pair(word(key, self.lang), text)

    def _deadline(self, row: Deadline) -> str:
        if row.role != "submission":
            return ""
        year, month, day = [*row.date.split("-"), "", ""][:3]
        key = "form_until" if row.inclusive else "form_before"
        text = word(key, self.lang).format(date="/".join(filter(None, (day, month, year))))
        return f"{in_lang(row, 'what', self.lang)}: {text}"

    def _pair(self, left: str, right: str) -> None:
        row = self.writer.row
        self.writer.put(row, 1, left, "text", "bold")
        self.writer.put(row, 2, right, "text")
        self.writer.height(row, lines(right, _WIDTHS[2]))

    def _heading(self, key: str) -> None:
        self.writer.row += 1
        self.writer.put(self.writer.row, 0, word(key, self.lang), "heading")

    def steps(self, sheets: Sequence[FormSheet]) -> None:
        nominees = [sheet.sheet for sheet in sheets if sheet.sheet.role == "nominee"]
        nominees.sort(key=lambda sheet: sheet.kind != "individual")
        named = [sheet.key for sheet in nominees]
        self._heading("form_steps")
        for number in range(1, STEPS + 1):
            row, text = self.writer.row, word(f"form_step_{number}", self.lang)
            if number == NAMES_STEP and named:
                names = word("form_step_names", self.lang).format(sheets=", ".join(named))
                text = f"{names} {text}"
            self.writer.put(row, 0, number, "plain", "middle")
            self.writer.merge(row, 1, 3, text, "text")
            self.writer.height(row, lines(text, sum(_WIDTHS[1:])))

    def legend(self) -> None:
        self._heading("form_legend")
        for key, look, meaning in _LEGEND:
            row = self.writer.row
            shown, _, text = word(key, self.lang).partition("|")
            self.writer.put(row, 1, shown, look, meaning)
            self.writer.put(row, 2, text, "text")
            self.writer.height(row, lines(text, _WIDTHS[2]))

    def sheets(self, sheets: Sequence[FormSheet]) -> None:
        self._heading("form_sheets")
        row = self.writer.row
        for col, key in enumerate(("form_sheet", "form_about", "form_needed"), 1):
            self.writer.put(row, col, word(key, self.lang), "header")
        for sheet in sheets:
            row = self.writer.row
            help_text = in_lang(sheet.sheet, "help", self.lang)
            needed = word("form_yes" if sheet.sheet.required else "form_if_any", self.lang)
            self.writer.link(row, 1, jump(sheet.sheet.key, "A4"), sheet.sheet.key, "jump")
            self.writer.put(row, 2, f"{sheet.title}. {help_text}", "wrap")
            self.writer.put(row, 3, needed, "wrap")
            self.writer.height(row, lines(f"{sheet.title}. {help_text}", _WIDTHS[2]))

    def dossier(self, programme: Programme) -> None:
        if not programme.dossier:
            return
        self._heading("form_dossier")
        for number, part in enumerate(programme.dossier, 1):
            row, text = self.writer.row, in_lang(part, "label", self.lang)
            self.writer.put(row, 0, number, "plain", "middle")
            self.writer.put(row, 1, word(f"form_scope_{part.scope}", self.lang), "text")
            self.writer.put(row, 2, text, "text")
            self.writer.put(row, 3, part.clause, "text")
            self.writer.height(row, lines(text, _WIDTHS[2]))
