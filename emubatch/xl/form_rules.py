"""Help while typing: drop-downs, input messages, limits, and colours for what is still missing.

Every rule works in Excel 2010, WPS and LibreOffice: lists go by defined name, colours by plain
formulas. Codes are refused when wrong; what needs judgement only warns.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from emubatch.messages import word
from emubatch.model import Lang
from emubatch.programme.conditions import Condition
from emubatch.programme.tables import Field, Programme, in_lang
from emubatch.xl.form_layout import (
    FIRST_ROW,
    FormColumn,
    FormSheet,
    defined_name,
    labels_of,
)
from emubatch.xl.form_lists import YES_NO, YES_NO_LABELS
from emubatch.xl.layout import quoted
from emubatch.xl.write import Book, SheetWriter, done

TITLE_LIMIT = 32
MESSAGE_LIMIT = 255
TOP = FIRST_ROW + 1  # first body row as written in formulas
BY_ROW = ("option", "fact")  # columns of the scorecard whose rows differ
_MEANINGS = {"missing": "query", "wrong": "reject"}
COLOURS = (("query", "started"), ("reject", "started"), ("", "started"))
_KINDS = {"TT": "collective", "CN": "individual"}


class Rules:
    """Validation and conditional formats of the data sheets of one form."""

    def __init__(
        self,
        book: Book,
        programme: Programme,
        sheets: Iterable[FormSheet],
        lang: Lang,
        returned: bool = False,
    ) -> None:
        self.book = book
        self.programme = programme
        self.sheets = {sheet.sheet.key: sheet for sheet in sheets}
        self.lang = lang
        # In a returned form a blank required cell is an error, and looks like one.
        self.missing = "wrong" if returned else "missing"

    def name_nominees(self) -> None:
        """Defines ``n_<sheet>``: the names typed so far on each sheet of nominees."""
        for sheet in self.sheets.values():
            column = self._name_column(sheet)
            if column is not None:
                body = sheet.range(column)
                first = f"{quoted(sheet.sheet.key)}!${column.letter}${TOP}"
                last = f"INDEX({body},MAX(1,COUNTA({body})))"
                name = defined_name("n", sheet.sheet.key)
                self.book.define(name, f"={first}:{last}")

    def _name_column(self, sheet: FormSheet) -> FormColumn | None:
        if sheet.sheet.role != "nominee":
            return None
        return next((c for c in sheet.columns if c.field and c.field.role == "name"), None)

    def apply(self, writer: SheetWriter, sheet: FormSheet) -> None:
        """Puts the rules of every column on a data sheet."""
        for column in sheet.columns:
            if column.field is None or column.locked:
                continue
            if sheet.sheet.role == "scorecard" and column.field.role in BY_ROW:
                continue
            self.validate(writer, sheet, column, self.validation(sheet, column, column.field))
        self._colours(writer, sheet)

    def validate(
        self,
        writer: SheetWriter,
        sheet: FormSheet,
        column: FormColumn,
        options: dict[str, Any],
        record: int | None = None,
    ) -> None:
        """Puts validation on a column, or on the cell of one record."""
        first = FIRST_ROW if record is None else FIRST_ROW + record
        last = sheet.last_row if record is None else first
        code = writer.worksheet.data_validation(first, column.index, last, column.index, options)
        done(code, f"{writer.name}: validation of {column.key}")

    def validation(self, sheet: FormSheet, column: FormColumn, field: Field) -> dict[str, Any]:
        """Validation of one field: input message always, limits or a list where it has them."""
        return {
            "ignore_blank": True,
            "input_title": shortened(column.header, TITLE_LIMIT),
            "input_message": shortened(self.help(field), MESSAGE_LIMIT),
            "error_title": shortened(column.header, TITLE_LIMIT),
            **self._allowed(sheet, field),
        }

    def help(self, field: Field) -> str:
        """The help of a field and its example, as the input message shows them."""
        text = in_lang(field, "help", self.lang)
        if field.example:
            example = word("form_example", self.lang).format(example=field.example)
            text = f"{text} {example}"
        return text

    def _allowed(self, sheet: FormSheet, field: Field) -> dict[str, Any]:
        if field.role == "nominee":
            source = self._nominees(sheet)
            if source:
                message = word("form_pick_nominee", self.lang)
                return _listed(source, message, "warning")
        if field.type == "list" and labels_of(self.programme, field.list, self.lang):
            source = "=" + defined_name("l", field.list)
            return _listed(source, word("form_pick", self.lang), "stop")
        if field.type == "yesno":
            return _listed("=" + defined_name("l", YES_NO), word("form_pick", self.lang), "stop")
        if field.type in ("int", "year", "number", "percent"):
            return self._number(field)
        return {"validate": "any"}

    def _number(self, field: Field) -> dict[str, Any]:
        low, high = _limits(field)
        whole = field.type in ("int", "year")
        key = "form_whole" if whole else "form_number"
        return {
            "validate": "integer" if whole else "decimal",
            "criteria": "between",
            "minimum": _figure(low),
            "maximum": _figure(high),
            "error_message": word(key, self.lang).format(low=_figure(low), high=_figure(high)),
            "error_type": "stop" if whole else "warning",
        }

    def _nominees(self, sheet: FormSheet) -> str:
        """Source of the names for a row: of the kind stated in the row where the sheet has it."""
        names = {
            s.sheet.kind: defined_name("n", s.sheet.key)
            for s in self.sheets.values()
            if self._name_column(s) is not None
        }
        kind = next((c for c in sheet.columns if c.field and c.field.role == "kind"), None)
        if len(names) < 2 or kind is None or kind.field is None:
            return f"={next(iter(names.values()))}" if names else ""
        labels = labels_of(self.programme, kind.field.list, self.lang)
        collective = next((labels[c] for c, k in _KINDS.items() if k == "collective"), "")
        return (
            f"=IF(${kind.letter}{TOP}={_text(collective)},"
            f"{names.get('collective')},{names.get('individual')})"
        )

    def _colours(self, writer: SheetWriter, sheet: FormSheet) -> None:
        """Conditional colours; cells of one rule share one entry, which keeps the file small."""
        started = _started(sheet)
        if sheet.sheet.role != "scorecard":
            always = [c for c in sheet.inputs if c.required]
            self._colour(writer, sheet, always, f"AND({started},{_blank('{cell}')})", self.missing)
            for column in sheet.inputs:
                when = self._required_when(sheet, column)
                if when:
                    rule = f"AND({started},{_blank('{cell}')},{when})"
                    self._colour(writer, sheet, [column], rule, self.missing)
        for names, columns in self._by_list(sheet).items():
            known = ",".join(f"ISNA(MATCH(TRIM({{cell}}),{name},0))" for name in names)
            self._colour(writer, sheet, columns, f"AND(LEN({{cell}})>0,{known})", self.missing)
        for (low, high), columns in _by_years(sheet).items():
            self._colour(writer, sheet, columns, _odd_date(low, high), "wrong")

    def frame(self, writer: SheetWriter, sheet: FormSheet) -> None:
        """Lines around started rows; last, as LibreOffice shows only the first rule that holds."""
        self._colour(writer, sheet, list(sheet.columns), _started(sheet), "started")

    def _colour(
        self,
        writer: SheetWriter,
        sheet: FormSheet,
        columns: list[FormColumn],
        formula: str,
        role: str,
    ) -> None:
        """One coloured rule over some columns; ``{cell}`` stands for the cell it looks at."""
        if not columns:
            return
        first = columns[0]
        areas = " ".join(f"{c.letter}{TOP}:{c.letter}{sheet.last_row + 1}" for c in columns)
        options = {
            "type": "formula",
            "criteria": "=" + formula.replace("{cell}", f"{first.letter}{TOP}"),
            "format": self.book.format(_MEANINGS.get(role, ""), "started"),
            "multi_range": areas,
        }
        last = columns[-1].index
        code = writer.worksheet.conditional_format(
            FIRST_ROW, first.index, sheet.last_row, last, options
        )
        done(code, f"{writer.name}: colours")

    def _by_list(self, sheet: FormSheet) -> dict[tuple[str, ...], list[FormColumn]]:
        found: dict[tuple[str, ...], list[FormColumn]] = {}
        for column in sheet.inputs:
            field = column.field
            if field is not None and field.type == "list" and field.list in self.programme.lists:
                names = (defined_name("l", field.list), defined_name("c", field.list))
                found.setdefault(names, []).append(column)
        return found

    def _required_when(self, sheet: FormSheet, column: FormColumn) -> str:
        """Formula of ``required_if``, where it speaks of this row only."""
        field = column.field
        if field is None or field.required != "if":
            return ""
        parts = [self._holds(sheet, condition) for condition in field.required_if]
        return f"AND({','.join(parts)})" if parts and all(parts) else ""

    def _holds(self, sheet: FormSheet, condition: Condition) -> str:
        column = sheet.by_key.get(condition.field)
        if column is None or column.field is None or condition.operator not in ("=", "!="):
            return ""
        labels = labels_of(self.programme, column.field.list, self.lang)
        if column.field.type == "yesno":
            labels = dict(zip(("CO", "KHONG"), YES_NO_LABELS[self.lang], strict=True))
        spelled = [text for code in condition.values for text in (code, labels.get(code, code))]
        cell = f"TRIM(${column.letter}{TOP})"
        same = "OR(" + ",".join(f"{cell}={_text(text)}" for text in dict.fromkeys(spelled)) + ")"
        return same if condition.operator == "=" else f"NOT({same})"


def _listed(source: str, message: str, kind: str) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": source,
        "error_message": message,
        "error_type": kind,
    }


def _limits(field: Field) -> tuple[float, float]:
    if field.type == "year":
        return float(field.minimum or 1930), float(field.maximum or 2100)
    least = 0.0 if field.type == "int" else -1e12
    return float(field.minimum or least), float(field.maximum or 1e12)


def _figure(number: float) -> str:
    """A number as formulas write it."""
    return f"{number:.15g}"


def _started(sheet: FormSheet) -> str:
    """Formula: something stands in the cells of this row that the sender fills."""
    columns = [column for column in sheet.columns if column.field is not None]
    if sheet.sheet.role == "unit":
        return "TRUE"
    return f"COUNTA(${columns[0].letter}{TOP}:${columns[-1].letter}{TOP})>0"


def _blank(cell: str) -> str:
    return f"LEN(TRIM({cell}))=0"


def _by_years(sheet: FormSheet) -> dict[tuple[int, int], list[FormColumn]]:
    """Date columns by their first and last plausible year."""
    found: dict[tuple[int, int], list[FormColumn]] = {}
    for column in sheet.inputs:
        if column.field is not None and column.field.type in ("date", "birth"):
            low = int((column.field.minimum or "1900")[:4])
            high = int((column.field.maximum or "2100")[:4])
            found.setdefault((low, high), []).append(column)
    return found


def _odd_date(low: int, high: int) -> str:
    """Formula: a date whose year is out of range, or whose month cannot be.

    A date may be a date of Excel or text (05/12/2014, 12/2014): dates are typed into cells of text,
    so that no program swaps day and month.
    """
    year = (
        "IF(ISNUMBER({cell}),IF({cell}<2200,{cell},YEAR({cell})),"
        "IFERROR(VALUE(RIGHT(TRIM({cell}),4)),0))"
    )
    month = (
        "IF(AND(ISTEXT({cell}),LEN(TRIM({cell}))=10),IFERROR(VALUE(MID(TRIM({cell}),4,2)),13),1)"
    )
    return f"AND(LEN({{cell}})>0,OR({year}<{low},{year}>{high},{month}>12))"


def _text(text: str) -> str:
    """A text constant of a formula."""
    return '"' + text.replace('"', '""') + '"'


def shortened(text: str, limit: int) -> str:
    """The text, cut with an ellipsis where Excel takes no more."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
