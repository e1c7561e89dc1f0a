"""The office's own books of awards (sổ theo dõi khen thưởng): read into facts, written back.

Sheets are recognised by the headings of their columns, whatever they are called and however many
there are: a book with a sheet for each year is one book. Every problem is found in one pass.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from emubatch.checks import check
from emubatch.intake.header import Header, find_header
from emubatch.intake.plan import FormPlan, SheetPlan, form_plan
from emubatch.intake.sheets import Match
from emubatch.intake.table import TableReader
from emubatch.messages import finding
from emubatch.model import CheckedForm, Finding, RawTable, Submission, Table
from emubatch.programme.tables import Programme
from emubatch.register import Facts
from emubatch.register.form import book_form
from emubatch.register.keys import (
    COLLECTIVE,
    INDIVIDUAL,
    award_key,
    code_key,
    fact_key,
    holder_key,
    number_key,
    unit_key,
)
from emubatch.vietnamese import clean, fold_key, name_key, nfc
from emubatch.xl import OWN_SHEETS
from emubatch.xl.read import SheetInfo, Unreadable, Workbook, read_bytes

_OWN = frozenset(map(fold_key, OWN_SHEETS))
_LEAST_COLUMNS = 2
# «Like above», in words (folded) and as signs.
_DITTO_WORDS = frozenset(("nt", "n t", "nhu tren", "id", "idem"))
_DITTO_SIGNS = frozenset(('"', "''", "″", "”", "“", "〃", "//"))
_SHOWN = 12
_KIND_WORDS = {"tap the": COLLECTIVE, "ca nhan": INDIVIDUAL, "ho va ten": INDIVIDUAL}
_KIND_OF_SCALE = {"tap_the": COLLECTIVE, "ca_nhan": INDIVIDUAL, "cong_doan": INDIVIDUAL}


@dataclass(slots=True)
class Book:
    """One book read: its facts, and everything that was noticed.

    ``facts`` are those of the rows without an error; ``skipped`` counts the others.
    """

    file: str
    sha256: str
    facts: Facts = field(default_factory=Facts)
    findings: list[Finding] = field(default_factory=list)
    rows: int = 0
    skipped: int = 0

    @property
    def errors(self) -> int:
        """Number of errors; a book with any is not imported unless the clerk says so."""
        return sum(one.severity == "error" for one in self.findings)


def read_book(path: Path) -> Book:
    """The facts of one workbook; one that cannot be read has a single finding.

    Raises:
        OSError: when the file cannot be opened.
    """
    content = path.read_bytes()
    book = Book(nfc(path.name), hashlib.sha256(content).hexdigest())
    try:
        _BookReader(book, read_bytes(content)).read()
    except Unreadable as error:
        book.facts = Facts()
        book.findings = [finding(error.code, file=book.file, **error.params)]
    return book


class _BookReader:
    """Reads every sheet of one open workbook."""

    def __init__(self, book: Book, workbook: Workbook) -> None:
        self.book = book
        self.workbook = workbook
        self.programme = book_form()
        self.plan: FormPlan = form_plan(self.programme)

    def read(self) -> None:
        known = False
        for sheet in self.workbook.sheets:
            if fold_key(sheet.name) in _OWN or sheet.name.startswith("_"):
                continue
            match = self._match(sheet)
            known = known or match is not None
            if match is not None:
                self._read_sheet(match)
            elif self.workbook.values(sheet):
                found = finding("W302", sheet=sheet.name, count=self.workbook.values(sheet))
                self._note([found])
        if not known:
            raise Unreadable(
                "F114",
                found=", ".join(f"«{sheet.name}»" for sheet in self.workbook.sheets) or "–",
                needed=", ".join(f"«{sheet.title_vi}»" for sheet in self.programme.sheets),
                programme=self.programme.title_vi,
                programme_en=self.programme.title_en,
            )

    def _match(self, sheet: SheetInfo) -> Match | None:
        """The kind of sheet whose columns it shows best; of equals, the one with its name."""
        rows, merged = self.workbook.grid(sheet).rows, self.workbook.merged(sheet)
        own = self.plan.names.get(fold_key(sheet.name))
        best: tuple[tuple[int, bool, int], SheetPlan, Header] | None = None
        for order, plan in enumerate(self.plan.sheets.values()):
            header = find_header(rows, merged, plan)
            if header is None or not _convinces(header, plan):
                continue
            rank = (len(header.columns), plan.key == own, -order)
            if best is None or rank > best[0]:
                best = (rank, plan, header)
        return Match(best[1], sheet, best[2]) if best else None

    def _read_sheet(self, match: Match) -> None:
        reader = TableReader(self.workbook, match)
        raw = reader.read()
        if raw is None or match.header is None:
            return
        key = match.plan.key
        self._note(_read_ditto(raw, match.plan))
        submission = Submission(self.book.file, self.book.sha256, 0, tables={key: raw})
        submission.findings = reader.findings
        form = check(submission, self.programme)
        self._note(form.findings)
        hint = self._kind_hint(match, match.header)
        _Sheet(self.book, form, key, hint, self.programme).collect()

    def _kind_hint(self, match: Match, header: Header) -> str:
        """Whether a sheet is about people or collectives, by its heading or its name."""
        column = next((header.columns[k] for k in ("ten",) if k in header.columns), None)
        texts = [match.sheet.name]
        if column is not None:
            value = self.workbook.grid(match.sheet).rows[header.last][column]
            texts.insert(0, value if isinstance(value, str) else "")
        for text in map(fold_key, texts):
            kinds = {kind for words, kind in _KIND_WORDS.items() if words in text}
            if len(kinds) == 1:
                return kinds.pop()
        return ""

    def _note(self, found: list[Finding]) -> None:
        self.book.findings += [replace(one, file=self.book.file, unit="") for one in found]


def _read_ditto(raw: RawTable, plan: SheetPlan) -> list[Finding]:
    """Puts what stands above in the place of «nt» and its like; one note a column."""
    found = []
    for spec in plan.fields:
        column, cells = raw.columns.get(spec.key, []), []
        for at in range(1, len(column)):
            if _is_ditto(column[at]) and column[at - 1] is not None:
                column[at] = column[at - 1]
                cells.append(f"{raw.letters[spec.key]}{raw.rows[at]}")
        if cells:
            shown = ", ".join(cells[:_SHOWN]) + ("…" if len(cells) > _SHOWN else "")
            place = {"sheet": raw.title, "cell": cells[0], "field": spec.key}
            names = {"header": spec.header_vi, "header_en": spec.header_en}
            found.append(finding("N714", **place, **names, count=len(cells), cells=shown))
    return found


def _is_ditto(value: object) -> bool:
    if not isinstance(value, str):
        return False
    return fold_key(value) in _DITTO_WORDS or clean(value).strip(" -.–") in _DITTO_SIGNS


def _convinces(header: Header, plan: SheetPlan) -> bool:
    required = [f.key for f in plan.fields if f.required == "yes"]
    return len(header.columns) >= _LEAST_COLUMNS and all(k in header.columns for k in required)


Values = dict[str, Any]


class _Sheet:
    """The rows of one typed sheet, as facts."""

    def __init__(
        self, book: Book, form: CheckedForm, key: str, hint: str, programme: Programme
    ) -> None:
        self.book = book
        self.table: Table = form.tables[key]
        self.hint = hint
        self.scales = {row.code: row.scale for row in programme.lists.get("ma_kt", ())}
        self.wrong = {
            int("".join(filter(str.isdigit, one.cell)) or 0)
            for one in form.findings
            if one.severity == "error"
        }
        self.collectors: dict[str, Callable[[Values, int], bool]] = {
            "Don_vi": self._unit_row,
            "Ca_nhan": self._person_row,
            "Tap_the": self._collective_row,
            "Khen_thuong": self._award,
            "Sang_kien": self._initiative,
            "Ky_luat": self._discipline,
            "Cung_nguoi": self._answer,
        }

    def collect(self) -> None:
        """Every row without an error becomes facts."""
        take = self.collectors[self.table.sheet]
        for row, values in self._rows():
            self.book.rows += 1
            if row in self.wrong or not take(values, row):
                self.book.skipped += 1

    def _rows(self) -> Iterator[tuple[int, Values]]:
        keys = list(self.table.columns)
        columns = zip(*self.table.columns.values(), strict=True)
        for row, cells in zip(self.table.rows, columns, strict=True):
            yield row, {k: "" if v is None else v for k, v in zip(keys, cells, strict=True)}

    def _origin(self, values: Values, row: int) -> tuple[str, str, int]:
        """Where the fact comes from: what an exported book says of it, else this very row."""
        if values.get("nguon_tep"):
            stated = values.get("nguon_dong") or 0
            return values["nguon_tep"], str(values.get("nguon_trang", "")), int(stated)
        return self.book.file, self.table.title, row

    def _unit(self, values: Values) -> str:
        code, name = values.get("ma_dv", ""), values.get("ten_dv", "")
        unit = unit_key(code, name)
        if code:
            key = fact_key(unit, fold_key(name))
            self.book.facts.units.append((key, unit, code, name, fold_key(name)))
        return unit

    def _holder(self, values: Values, row: int, kind: str, name: str) -> str:
        unit = self._unit(values)
        code = str(values.get("ma_cb", "")) if kind == INDIVIDUAL else ""
        birth = str(values.get("ngay_sinh", ""))
        year = (birth or str(values.get("nam_sinh", "")))[:4] if kind == INDIVIDUAL else ""
        key = holder_key(kind, code, name, year, unit)
        place = (unit, values.get("ten_dv", ""))
        origin = self._origin(values, row)
        facts = self.book.facts
        if kind == INDIVIDUAL:
            who = (key, code, code_key(code), name, name_key(name), fold_key(name), birth, year)
            facts.people.append((*who, *place, values.get("chuc_vu", ""), *origin))
        else:
            facts.collectives.append((key, name, name_key(name), fold_key(name), *place, *origin))
        return key

    def _kind(self, values: Values, row: int) -> str:
        """Person or collective: stated, or clear from the title, the heading, or what is known."""
        kind = str(values.get("loai") or _KIND_OF_SCALE.get(self._scale(values), "") or self.hint)
        if not kind and (values.get("ma_cb") or values.get("nam_sinh")):
            kind = INDIVIDUAL
        if not kind:
            self.book.findings.append(
                finding(
                    "E711",
                    file=self.book.file,
                    sheet=self.table.title,
                    cell=f"{self.table.letters['ten']}{row}",
                    field="ten",
                    value=values["ten"],
                )
            )
        return kind

    def _scale(self, values: Values) -> str:
        return self.scales.get(str(values.get("ma_kt", "")), "")

    def _unit_row(self, values: Values, row: int) -> bool:
        return bool(self._unit(values))

    def _person_row(self, values: Values, row: int) -> bool:
        return bool(self._holder(values, row, INDIVIDUAL, values["ho_ten"]))

    def _collective_row(self, values: Values, row: int) -> bool:
        return bool(self._holder(values, row, COLLECTIVE, values["ten_tt"]))

    def _held(self, values: Values, row: int, names: tuple[str, ...]) -> tuple[Any, ...] | None:
        """Key, kind, holder and these fields of a fact about somebody."""
        kind = self._kind(values, row)
        if not kind:
            return None
        holder = self._holder(values, row, kind, values["ten"])
        cells = [str(values.get(name, "")) for name in names]
        if "so_qd" in names:
            cells.insert(names.index("so_qd") + 1, number_key(str(values.get("so_qd", ""))))
        return (kind, holder, *cells)

    def _award(self, values: Values, row: int) -> bool:
        fact = self._held(values, row, ("ma_kt", "nguoi_ky", "so_qd", "ngay_qd", "nam"))
        if fact is None:
            return False
        kind, holder, code, issuer, number, _, date, years = fact
        key = award_key(kind, holder, code, issuer, number, date, years)
        nature, origin = values.get("tinh_chat", ""), self._origin(values, row)
        self.book.facts.awards.append((key, *fact, nature, *origin))
        return True

    def _initiative(self, values: Values, row: int) -> bool:
        fact = self._held(values, row, ("ten_sk", "cap", "nam", "so_qd", "ap_dung"))
        if fact is None:
            return False
        kind, holder, title, level, year, _, number, _ = fact
        key = "S" + fact_key(kind, holder, fold_key(title), level, year, number)
        self.book.facts.initiatives.append((key, *fact, *self._origin(values, row)))
        return True

    def _discipline(self, values: Values, row: int) -> bool:
        fact = self._held(values, row, ("he", "hinh_thuc", "so_qd", "ngay_qd", "het_hl"))
        if fact is None:
            return False
        kind, holder, system, form, _, number, date, _ = fact
        key = "K" + fact_key(kind, holder, system, form, number, date)
        self.book.facts.discipline.append((key, *fact, *self._origin(values, row)))
        return True

    def _answer(self, values: Values, row: int) -> bool:
        a, b = sorted((str(values["ma_a"]), str(values["ma_b"])))
        if values.get("tra_loi") and a != b:
            self.book.facts.answers.append((a, b, int(values["tra_loi"] == "CO")))
        return True
