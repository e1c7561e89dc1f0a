"""A look at OpenDocument sheets before they are read: claims of billions, errors, hidden rows.

The reader shows error cells and uncalculated formulas as blanks and knows nothing of hiding.
"""

from __future__ import annotations

from emubatch.model import BadCell
from emubatch.xl.limits import DEFAULT, Limits
from emubatch.xl.scan import parse
from emubatch.xl.unreadable import Unreadable
from emubatch.xl.workbook import Aside, Merged

_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_ERROR_TYPE = "calcext:1.0}value-type"
_MOST_HIDDEN = 100_000
_KINDS = ("value", "string-value", "date-value", "time-value", "boolean-value")
_VALUES = tuple(_OFFICE + name for name in _KINDS)


def judge(content: bytes, limits: Limits = DEFAULT) -> list[Aside]:
    """Accepts the content part of an .ods file, and says what its values do not say.

    Raises:
        Unreadable: F103 when it is missing, F106 when its repeated cells are too many, F108 when
            it is not well formed, F105 when it declares entities.
    """
    if not content:
        raise Unreadable("F103", found="content.xml")
    reader = _Tables(limits)
    parse(content, reader.start, reader.end, reader.text)
    return reader.found


class _Tables:
    """Counts the dense rectangle that each table would fill, and collects its odd cells."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.found: list[Aside] = []
        self.hidden: list[int] = []
        self.hidden_columns: list[int] = []
        self.merged: list[Merged] = []
        self.rows = self.width = self.height = self.column = self.pending = self.columns = 0
        self.repeat = 1
        self.covered = 0
        self.depth = 0
        self.holds = self.error = self.formula = False
        self.shown: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self.depth += 1
            if self.depth == 1:
                self.hidden, self.hidden_columns, self.merged = [], [], []
                self.covered = 0
                self.found.append(Aside(self.merged, self.hidden, self.hidden_columns))
            self.rows = self.width = self.height = self.columns = 0
        elif name == "table-column":
            self._start_column(attributes)
        elif name == "table-row":
            self._start_row(attributes)
        elif name in ("table-cell", "covered-table-cell"):
            self.pending = _count(attributes, "number-columns-repeated")
            self._note_merged(attributes)
            self.holds = any(key.startswith(_OFFICE) for key in attributes)
            self.error = "error" in (v for k, v in attributes.items() if k.endswith(_ERROR_TYPE))
            self.formula = _TABLE + "formula" in attributes and not any(
                key in attributes for key in _VALUES
            )
            self.shown.clear()

    def _start_column(self, attributes: dict[str, str]) -> None:
        repeat = _count(attributes, "number-columns-repeated")
        if self.found and attributes.get(_TABLE + "visibility", "visible") != "visible":
            first, most = self.columns + 1, max(0, 1000 - self.columns)
            self.hidden_columns.extend(range(first, first + min(repeat, most)))
        self.columns += repeat

    def _start_row(self, attributes: dict[str, str]) -> None:
        self.column = self.pending = 0
        self.repeat = _count(attributes, "number-rows-repeated")
        if self.found and attributes.get(_TABLE + "visibility", "visible") != "visible":
            most = max(0, _MOST_HIDDEN - len(self.hidden))
            self.hidden.extend(range(self.rows + 1, self.rows + 1 + min(self.repeat, most)))

    def _note_merged(self, attributes: dict[str, str]) -> None:
        across = _count(attributes, "number-columns-spanned")
        down = _count(attributes, "number-rows-spanned")
        if across * down > 1:
            row, column = self.rows + 1, self.column + 1
            self.merged.append((row, column, row + down - 1, column + across - 1))
            self.covered += across * down
        if len(self.merged) > self.limits.merges or self.covered > self.limits.merged_cells:
            raise Unreadable("F106", found="quá nhiều ô gộp", found_en="too many merged cells")

    def text(self, data: str) -> None:
        self.holds = self.holds or bool(data.strip())
        if self.error or self.formula:
            self.shown.append(data)

    def end(self, name: str) -> None:
        if name in ("table-cell", "covered-table-cell"):
            if self.error or self.formula:
                self._note_bad()
            self.column += self.pending
            if self.holds:
                self.width = max(self.width, self.column)
                self.height = self.rows + self.repeat
                self._judge()
            self.holds = self.error = self.formula = False
        elif name == "table-row":
            self.rows += self.repeat
        elif name == "table":
            self.depth -= 1

    def _note_bad(self) -> None:
        text = "".join(self.shown).strip()
        if self.found and (self.error or not text):
            cell = BadCell("E212", text or "#ERR") if self.error else BadCell("E213", "")
            self.found[-1].bad[self.rows + 1, self.column + 1] = cell
            self.holds = True

    def _judge(self) -> None:
        area = self.width * self.height
        if area > self.limits.area:
            raise Unreadable("F106", found=f"{area} ô", found_en=f"{area} cells")


def _count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(_TABLE + name, "1")
    return int(text) if text.isdigit() and len(text) < 12 else 1
