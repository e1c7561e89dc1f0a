"""The sheets of the council's workbook while it is written, and columns that several share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from emubatch.reports.view import View
from emubatch.xl import live
from emubatch.xl.address import split_cell
from emubatch.xl.write import Book, Column, SheetWriter, Span, jump

if TYPE_CHECKING:
    from emubatch.model import MonthResult

# The names of the sheets: a contract.
OVERVIEW = "Tổng quan"
PASSED = "Đề nghị khen"
RESERVE = "Dự bị"
REVIEW = "Cần xem xét"
FAILED = "Chưa đủ điều kiện"
REGISTERED = "Tiến độ"  # in place of the three lists by verdict, where models are registered
COUNCIL = "Hội đồng"
PAPER = "Phiếu in"
MATRIX = "Tiêu chí"
EXPLANATIONS = "Giải trình"
SCORES = "Bảng điểm"
INDICATORS = "Chỉ tiêu"
AWARDS = "Khen thưởng"
MONEY = "Tiền thưởng"
YEARS = "Qua các năm"
TARGETS = "Chỉ tiêu"
DELEGATES = "Đại biểu"
TARGETS_BESIDE = "Mục tiêu"  # where indicators have that name already
FINDINGS = "Lỗi biểu mẫu"
MISSING = "Chưa nộp"
DUPLICATES = "Trùng lặp"
CHANGES = "Thay đổi"
CLAIMS = "Đối chiếu"
JOURNAL = "Nhật ký"

# Sheet -> stem of its words: ``report_<stem>_title`` and ``report_<stem>_about``.
STEMS = {
    OVERVIEW: "overview",
    PASSED: "passed",
    RESERVE: "reserve",
    REVIEW: "review",
    FAILED: "failed",
    REGISTERED: "registered",
    COUNCIL: "council",
    PAPER: "paper",
    MATRIX: "matrix",
    EXPLANATIONS: "explanations",
    SCORES: "scores",
    INDICATORS: "indicators",
    AWARDS: "awards",
    MONEY: "money",
    YEARS: "years",
    TARGETS_BESIDE: "targets",
    DELEGATES: "delegates",
    FINDINGS: "findings",
    MISSING: "missing",
    DUPLICATES: "duplicates",
    CHANGES: "changes",
    CLAIMS: "claims",
    JOURNAL: "journal",
}


def targets_sheet(result: MonthResult) -> str:
    """Name of the sheet of targets."""
    return TARGETS if result.indicators is None else TARGETS_BESIDE


# Columns of marks: at least so wide; capitals are wider than the digits that widths count.
MARK_WIDTH = 12.0
CAPITAL = 1.15


@dataclass(slots=True)
class Pages:
    """The open sheets and what later ones need to know of earlier ones.

    Attributes:
        counts: sheet -> how many rows of facts it holds, shown on the overview.
        places: nominee position -> link to its first line on "Giải trình".
        verdicts: all verdicts in the order of "Giải trình".
        totals: unit -> cells of its section totals and grand total on "Bảng điểm", by code.
    """

    book: Book
    view: View
    returns: Mapping[str, str]
    sheets: dict[str, SheetWriter] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    verdicts: pd.DataFrame = field(default_factory=pd.DataFrame)
    totals: dict[str, dict[str, str]] = field(default_factory=dict)

    def word(self, key: str) -> str:
        """An interface word."""
        return self.view.word(key)

    def stem(self, name: str) -> str:
        """Stem of the words of a sheet."""
        of_targets = name == TARGETS and self.view.result.indicators is None
        return STEMS[TARGETS_BESIDE if of_targets else name]

    def open(self, name: str) -> SheetWriter:
        """Adds a sheet with its title and a line that says what it is for."""
        stem = self.stem(name)
        title = self.view.title if name == OVERVIEW else self.word(f"report_{stem}_title")
        about = self.word(f"report_{stem}_about")
        sheet = self.sheets[name] = self.book.sheet(name, title, subtitle=about)
        if name != OVERVIEW:
            sheet.link(2, 0, jump(OVERVIEW, live.address(0, 0)), f"← {OVERVIEW}", "link")
        return sheet

    def table(
        self, name: str, columns: Sequence[Column], *, freeze_cols: int = 0, row: int | None = None
    ) -> Span:
        """Writes the table that a sheet consists of, and remembers how many rows it has."""
        self.counts[name] = len(columns[0].values)
        return self.sheets[name].write_table(
            self.stem(name),
            columns,
            row=row,
            freeze_cols=freeze_cols,
            empty=self.word("report_no_rows"),
        )

    def marks(self, header: str, codes: Iterable[str], width: float | None = None) -> Column:
        """A column of marks: sign and word first, the colour behind them second."""
        codes = list(codes)
        marks = {code: self.view.mark(code) for code in dict.fromkeys(codes)}
        texts = {code: mark.text for code, mark in marks.items()}  # one string for all its cells
        return Column(
            self.word(header),
            [texts[code] for code in codes],
            "wrap+centre",
            width or max([MARK_WIDTH, *(len(text) * CAPITAL + 2 for text in texts.values())]),
            [marks[code].role for code in codes],
        )

    def column(
        self, header: str, values: Sequence[Any], role: str = "wrap", width: float | None = None
    ) -> Column:
        """A column under a heading of ``words.csv``."""
        return Column(self.word(header), values, role, width)


class Evidence(dict[str, str]):
    """Evidence ``file!Sheet!D14; file!Sheet!E14`` as people read it: ``file › Sheet: D14, E14``.

    Cells under each other are drawn together: ``D4:D8``.
    """

    def __missing__(self, evidence: str) -> str:
        places: dict[tuple[str, ...], list[str]] = {}
        for part in evidence.split(";"):
            file, sheet, cell = address_of(part.strip())
            places.setdefault((file, sheet), []).append(cell)
        shown = [
            f"{' › '.join(filter(None, place))}: {', '.join(runs(dict.fromkeys(cells)))}"
            for place, cells in places.items()
        ]
        self[evidence] = "\n".join(shown) if evidence else ""
        return self[evidence]


def runs(cells: Iterable[str]) -> Iterator[str]:
    """Cells, three or more under each other as a range: ``D4:D8``."""
    run: list[str] = []
    for cell in [*cells, ""]:
        if run and not _follows(run[-1], cell):
            yield from [f"{run[0]}:{run[-1]}"] if len(run) > 2 else run
            run = []
        run.append(cell)


def _follows(cell: str, other: str) -> bool:
    """Whether another cell stands right under a cell."""
    letters, digits = split_cell(cell)
    return bool(digits) and other == f"{letters}{int(digits) + 1}"


def address_of(text: str) -> tuple[str, str, str]:
    """File, sheet and cell; a file name may hold ``!`` itself."""
    parts = text.rsplit("!", 2)
    return ("", "", text) if len(parts) < 3 else (parts[0], parts[1], parts[2])
