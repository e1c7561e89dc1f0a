"""Tells the records of a table from the other rows people put into it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from emubatch.intake.header import Header, Merged
from emubatch.intake.plan import ORDINAL_HEADERS, SheetPlan, header_keys
from emubatch.vietnamese import clean, fold_key, is_blank
from emubatch.xl.read import Grid

TOTAL, NUMBERING, SEPARATOR, SIGNATURE, HEADING, EXAMPLE = (
    "total",
    "numbering",
    "separator",
    "signature",
    "heading",
    "example",
)

# With their marks: «Tống Văn An» and «Tổng công ty A» are names, «Tổng cộng» is not.
_TOTAL = re.compile(r"^(?:tổng(?: cộng| số| hợp)?|(?:tổng )?cộng|total|tong cong)(?:\s*[:(\d].*)?$")
_NUMBERING = re.compile(r"^\(?(?:\d{1,2}|[a-zđ])\)?(?:\s*=.*)?$")
_ORDINAL = re.compile(r"^(?:[IVXLC]+|[A-ZĐ]|\d+(?:\.\d+)*)[.)]?$")
_HEADING = re.compile(r"^(?:[IVXLC]+|[A-ZĐ])\s*[.)\-–:]\s*\S")
_SIGNATURE = re.compile(
    r"""^(?:noi[ ]nhan|nguoi[ ]lap|nguoi[ ]tong[ ]hop|ki[ ]ten|ki[ ]ghi[ ]ro|xac[ ]nhan
        |thu[ ]truong|giam[ ]doc|pho[ ]giam[ ]doc|chu[ ]tich|truong[ ]phong|ke[ ]toan|nhu[ ]tren
        |lanh[ ]dao[ ](?:don[ ]vi|co[ ]quan|cong[ ]ti)|dai[ ]dien[ ](?:don[ ]vi|lanh[ ]dao)
        |(?:tm|kt|tl|tuq)\b.*\b(?:giam[ ]doc|chu[ ]tich|truong|so|ubnd|hoi[ ]dong|ban|don[ ]vi
            |co[ ]quan|cong[ ]ti|phong|trung[ ]tam|tap[ ]the|bch|cong[ ]doan|doanh[ ]nghiep))\b""",
    re.VERBOSE,  # in which a plain space means nothing
)
_REMARK = re.compile(r"^(?:\*|ghi chú|ghi chu|lưu ý|chú thích)(?:\W|$)")
_PLACE_AND_DAY = re.compile(r"\bngai .*thang .*nam\b")


@dataclass(slots=True)
class Rows:
    """The rows below a header, sorted out; numbers from 0.

    Attributes:
        records: rows that hold a record.
        skipped: row -> why it is none.
        outside: cells with values beside the table: row, column.
        untouched: rows in which only what the form brought is filled.
    """

    records: list[int] = field(default_factory=list)
    skipped: dict[int, str] = field(default_factory=dict)
    outside: list[tuple[int, int]] = field(default_factory=list)
    untouched: list[int] = field(default_factory=list)


def sort_rows(grid: Grid, header: Header, merged: Merged, plan: SheetPlan) -> Rows:
    """Sorts the rows below the header into records and everything else."""
    return _Sorter(grid, header, merged, plan).sorted()


class _Sorter:
    def __init__(self, grid: Grid, header: Header, merged: Merged, plan: SheetPlan) -> None:
        self.grid = grid
        self.header = header
        self.plan = plan
        self.columns = frozenset(header.columns.values())
        self.ordinals = frozenset(
            column for column, text in header.unknown.items() if is_ordinal(text)
        )
        self.prefilled = frozenset(
            column for key, column in header.columns.items() if key in plan.prefilled
        )
        self.wide = {first - 1 for first, left, _, right in merged if right - left >= 2}
        self.anchors = [header.columns[key] for key in plan.anchors if key in header.columns]
        self.found = Rows()

    def sorted(self) -> Rows:
        rows, filled = self.grid.rows, self.grid.filled
        first = self.header.last + 1
        plain = self._plain_rows(first)
        for row in range(first, len(rows)):
            if row in plain:
                self.found.records.append(row)
            elif filled[row]:
                self._sort(row, near_header=row <= first + 1)
        self._drop_titles()
        self._cut_signatures()
        return self.found

    def _drop_titles(self) -> None:
        """A line of one cell that touches a header below it is its title: «Danh sách bổ sung»."""
        above = {row - 1 for row, why in self.found.skipped.items() if why == HEADING}
        titles = {row for row in above if self.grid.filled[row] == 1}
        for row in sorted(titles & set(self.found.records)):
            self.found.skipped[row] = SEPARATOR
        self.found.records = [row for row in self.found.records if row not in titles]

    def _plain_rows(self, first: int) -> set[int]:
        """Rows with both anchor cells filled, with nothing like a total, header or numbering."""
        if len(self.anchors) < 2:
            return set()
        rows = self.grid.rows[first:]
        one = [row[self.anchors[0]] for row in rows]
        two = [row[self.anchors[1]] for row in rows]
        odd = {value for value in {*one, *two} if self._looks_odd(value)}
        odd.update(*self.grid.rows[self.header.first : first])
        return {
            at
            for at, (a, b) in enumerate(zip(one, two, strict=True), first)
            if a not in odd and b not in odd and self.grid.filled[at] > 2
        }

    def _looks_odd(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) < 3 or _says_nothing(value):
            return True
        if value[0] == "(" or value.isdigit():
            return True
        return value.lstrip()[:1] in "TtCc" and (
            bool(_TOTAL.match(clean(value).casefold())) or self._is_header_text(value)
        )

    def _is_header_text(self, text: str) -> bool:
        return any(key in self.plan.headers for key in header_keys(text))

    def _sort(self, row: int, near_header: bool) -> None:
        cells = {c: v for c, v in enumerate(self.grid.rows[row]) if not _says_nothing(v)}
        known = {c: v for c, v in cells.items() if c in self.columns}
        if not cells:
            return
        why = self._why_skipped(row, cells, known, near_header)
        if why:
            self.found.skipped[row] = why
        elif not known:
            self._sort_unknown(row, cells)
        elif self.prefilled and known.keys() <= self.prefilled:
            self.found.untouched.append(row)
        else:
            self.found.records.append(row)

    def _sort_unknown(self, row: int, cells: dict[int, Any]) -> None:
        """Cells of a row without a single known one; a bare row number says nothing."""
        if not cells.keys() <= self.ordinals:
            self.found.outside.extend((row, column) for column in cells)

    def _why_skipped(
        self, row: int, cells: dict[int, Any], known: dict[int, Any], near_header: bool
    ) -> str:
        texts = [clean(v) for v in cells.values() if isinstance(v, str)]
        first = texts[0] if texts else ""
        if near_header and _is_numbering(cells.values()):
            return NUMBERING
        if len(texts) <= 2 and any(_TOTAL.match(text.casefold()) for text in texts):
            return TOTAL
        if self._is_header_again(known):
            return HEADING
        if fold_key(first).startswith("vi du"):
            return EXAMPLE
        if len(known) > 2:
            return ""
        if self.plan.sheet.role in ("scorecard", "unit"):  # records of two cells are usual here
            return SIGNATURE if _is_closing(first) else ""
        return self._why_line(row, cells, texts)

    def _is_header_again(self, known: dict[int, Any]) -> bool:
        """Whether most cells name columns, and not all the same one: «có | có» is an answer."""
        texts = [v for v in known.values() if isinstance(v, str)]
        named = {self.plan.headers.get(key) for text in texts for key in header_keys(text)}
        if len(named - {None}) < 2:
            return False
        repeated = sum(self._is_header_text(text) for text in texts)
        return repeated * 2 > len(known)

    def _why_line(self, row: int, cells: dict[int, Any], texts: list[str]) -> str:
        """Whether a row of one or two cells is a heading of a group or part of the signature."""
        if any(_is_closing(text) for text in texts) and not self._names_someone(row):
            return SIGNATURE
        words = [text for text in texts if not _ORDINAL.match(text)]
        if len(words) != 1 or len(cells) > 2:
            return ""
        numbered = len(cells) == 2 and len(texts) == 2 and bool(_HEADING.match(f"{texts[0]}. x"))
        if _HEADING.match(words[0]) or numbered or row in self.wide:
            return SEPARATOR
        return ""

    def _names_someone(self, row: int) -> bool:
        """Whether the first column of words holds something other than a closing line.

        «Trần Văn Bình | Trưởng phòng» is a record that lacks the rest, not a signature.
        """
        value = self.grid.rows[row][self.anchors[0]] if self.anchors else ""
        return isinstance(value, str) and not _says_nothing(value) and not _is_closing(clean(value))

    def _cut_signatures(self) -> None:
        """Below a signature line with no full record after it, sparse rows are names of signers."""
        signatures = [r for r, why in self.found.skipped.items() if why == SIGNATURE]
        if not signatures:
            return
        records = reversed(self.found.records)
        last_full = next((row for row in records if self._fullness(row) > 2), -1)
        below = [row for row in signatures if row > last_full]
        if not below:
            return
        start = min(below)
        for row in [r for r in self.found.records if r > start]:
            self.found.skipped[row] = SIGNATURE
        self.found.records = [r for r in self.found.records if r < start]
        for row in sorted({r for r, _ in self.found.outside if r > start}):
            self.found.skipped[row] = SIGNATURE
        self.found.outside = [(r, c) for r, c in self.found.outside if r < start]

    def _fullness(self, row: int) -> int:
        cells = self.grid.rows[row]
        return sum(not _says_nothing(cells[column]) for column in self.columns)


def is_ordinal(text: str) -> bool:
    """Whether a header is that of the running number (STT)."""
    return any(key in ORDINAL_HEADERS for key in header_keys(text))


def _is_closing(text: str) -> bool:
    """Whether a line belongs below a table: remarks, place and day, who signs."""
    folded = fold_key(text)
    return bool(
        _SIGNATURE.match(folded) or _PLACE_AND_DAY.search(folded) or _REMARK.match(text.casefold())
    )


def _says_nothing(value: Any) -> bool:
    return isinstance(value, str) and is_blank(value)


def _is_numbering(values: Collection[Any]) -> bool:
    """Whether a row only numbers the columns: (1), (2), (3) or A, B, 1, 2."""
    texts = [_plain(value) for value in values]
    if len(texts) < 2 or not all(_NUMBERING.match(text) for text in texts):
        return False
    numbers = [int(digits[0]) for text in texts if (digits := re.findall(r"\d+", text))]
    return len(numbers) >= 2 and all(b == a + 1 for a, b in pairwise(numbers))


def _plain(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean(value).casefold() if isinstance(value, str) else "?"
