"""A look at an OpenDocument sheet before it is read: repeated cells can claim billions."""

from __future__ import annotations

from emubatch.xl import limits
from emubatch.xl.scan import parse
from emubatch.xl.unreadable import Unreadable

_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


def judge(content: bytes) -> None:
    """Accepts the content part of an .ods file.

    Raises:
        Unreadable: F103 when it is missing, F106 when its repeated cells are too many, F108 when
            it is not well formed, F105 when it declares entities.
    """
    if not content:
        raise Unreadable("F103", found="content.xml")
    reader = _Counter()
    parse(content, reader.start, reader.end, reader.text)


class _Counter:
    """Counts the dense rectangle that each table would fill."""

    def __init__(self) -> None:
        self.rows = self.width = self.height = self.column = self.pending = 0
        self.repeat = 1
        self.holds = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self.rows = self.width = self.height = 0
        elif name == "table-row":
            self.column = self.pending = 0
            self.repeat = _count(attributes, "number-rows-repeated")
        elif name in ("table-cell", "covered-table-cell"):
            self.pending = _count(attributes, "number-columns-repeated")
            self.holds = any(key.startswith(_OFFICE) for key in attributes)

    def text(self, data: str) -> None:
        self.holds = self.holds or bool(data.strip())

    def end(self, name: str) -> None:
        if name in ("table-cell", "covered-table-cell"):
            self.column += self.pending
            if self.holds:
                self.width = max(self.width, self.column)
                self.height = self.rows + self.repeat
                self._judge()
            self.holds = False
        elif name == "table-row":
            self.rows += self.repeat

    def _judge(self) -> None:
        area = self.width * self.height
        if area > limits.AREA:
            raise Unreadable("F106", found=f"{area} ô", found_en=f"{area} cells")


def _count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(_TABLE + name, "1")
    return int(text) if text.isdigit() and len(text) < 12 else 1
