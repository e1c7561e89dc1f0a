"""One file of the inbox -> one submission: raw tables, each cell with its address."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any

from emubatch.intake.archive import member
from emubatch.intake.identity import Identity, read_identity
from emubatch.intake.inbox import InboxFile
from emubatch.intake.plan import FormPlan, form_plan
from emubatch.intake.sheets import Match, Matches, match_sheets
from emubatch.intake.table import TableReader
from emubatch.messages import finding
from emubatch.model import Conservation, Finding, RawTable, Submission
from emubatch.programme.tables import Field, Programme, Sheet
from emubatch.vietnamese import clean
from emubatch.xl.address import cell_name
from emubatch.xl.limits import DEFAULT, Limits
from emubatch.xl.read import SheetInfo, Unreadable, Workbook, read_bytes, read_workbook

# Scans and letters that units send beside the form.
_PAPERS = frozenset(
    (".pdf", ".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".heic", ".doc", ".docx", ".rtf")
)
# Of other programs; where their content is none that is read, the program itself must save anew.
_FOREIGN = frozenset(
    (".et", ".ett", ".wps", ".wpt", ".xlsb", ".numbers", ".gsheet", ".fods", ".sxc")
)


def open_file(file: InboxFile, limits: Limits = DEFAULT) -> Workbook:
    """The workbook in a file, or in a file of an archive.

    Raises:
        Unreadable: when it is none.
    """
    if not file.inside:
        return read_workbook(file.path, limits)
    try:
        data = member(file.path, file.inside, limits)
    except OSError as error:
        raise Unreadable("F110", found=error.strerror or type(error).__name__) from error
    return read_bytes(data, file.name, limits)


def read(
    file: InboxFile, programme: Programme, limits: Limits = DEFAULT, *, carry: bool = False
) -> Submission:
    """Reads one file. A file that cannot be used has exactly one finding and no tables.

    Args:
        carry: take a form of another version or programme all the same, and tell for each table
            what of it was found, so that it can be carried over to a new form.
    """
    submission = Submission(file=file.name, sha256=file.sha256, size=file.size)
    try:
        _FormReader(submission, programme, open_file(file, limits), carry).read()
    except Unreadable as error:
        submission.tables, submission.counts = {}, Conservation()
        submission.findings = [refusal(file, error)]
    return submission


def refusal(file: InboxFile, error: Unreadable) -> Finding:
    """Why a file was not read; of a scan beside the forms only that it was seen."""
    suffix = PurePosixPath(file.name).suffix.lower()
    if error.code in ("F102", "F103", "F124") and suffix in _PAPERS:
        return finding("N104", file=file.name, found=suffix)
    if error.code in ("F102", "F103", "F108", "F121") and suffix in _FOREIGN:
        return finding("F109", file=file.name, found=suffix)
    return finding(error.code, file=file.name, **error.params)


def identify(file: InboxFile, limits: Limits = DEFAULT) -> Identity:
    """What the form says about itself.

    Raises:
        Unreadable: when the file is no workbook.
    """
    return read_identity(open_file(file, limits))


class _FormReader:
    """Reads the sheets of one open workbook into a submission."""

    def __init__(
        self, submission: Submission, programme: Programme, book: Workbook, carry: bool
    ) -> None:
        self.submission = submission
        self.programme = programme
        self.book = book
        self.plan: FormPlan = form_plan(programme)
        self.carry = carry

    def read(self) -> None:
        submission = self.submission
        identity = read_identity(self.book)
        submission.programme = identity.programme
        submission.version = identity.version
        submission.stated_unit = identity.unit
        submission.modified = self.book.modified
        matches = match_sheets(self.book, self.plan)
        try:
            self._judge_programme(identity)
        except Unreadable:
            submission.stated_unit = submission.stated_unit or self._stated_unit(matches)
            raise
        if not matches.found:
            raise self._no_known_sheet()
        self._note_file(identity)
        self._note_sheets(matches)
        for match in matches.found.values():
            self._read_table(match)
        self._account(matches)

    def _judge_programme(self, identity: Identity) -> None:
        programme = self.programme
        if self.carry:
            return
        if identity.programme not in ("", programme.id):
            raise Unreadable("F113", found=identity.programme, programme=programme.id)
        accepted = (programme.version, *programme.accepted_versions)
        if identity.version and identity.version not in accepted:
            raise Unreadable("F115", found=identity.version, version=programme.version)

    def _stated_unit(self, matches: Matches) -> str:
        """The unit code in a form that is not used: the roll-call says who sent it."""
        for sheet in self.programme.sheets_with_role("unit"):
            spec = self.programme.field_with_role(sheet.key, "unit_code")
            match = matches.found.get(sheet.key)
            if spec is None or match is None:
                continue
            table = None
            with suppress(Unreadable):
                table = TableReader(self.book, match).read()
            values = table.columns.get(spec.key, ()) if table else ()
            return next((clean(value) for value in values if isinstance(value, str)), "")
        return ""

    def _no_known_sheet(self) -> Unreadable:
        return Unreadable(
            "F114",
            found=_listed(f"«{sheet.name}»" for sheet in self.book.sheets) or "–",
            needed=_listed(f"«{key}»" for key in self.plan.sheets),
            programme=self.programme.title_vi,
            programme_en=self.programme.title_en,
        )

    def _note_file(self, identity: Identity) -> None:
        if self.carry:
            stated = f"{identity.programme or '–'} {identity.version}".strip()
            self._add("N107", found=stated, version=f"{self.programme.id} {self.programme.version}")
        elif identity.version and identity.version != self.programme.version:
            self._add("N101", found=identity.version, version=self.programme.version)
        if self.book.format == "xls":
            self._add("N102", found="." + self.book.format)
        for code, words in self.book.notes:
            self._add(code, **words)
        if not identity.programme:
            self._add(
                "N103", programme=self.programme.title_vi, programme_en=self.programme.title_en
            )

    def _note_sheets(self, matches: Matches) -> None:
        for sheet in self.programme.sheets:
            if sheet.key not in matches.found:
                self._note_missing(sheet)
        for info, key in matches.doubles:
            self._note_double(info, key, matches.found[key])
        for info in matches.unknown:
            code = "W302" if info.visible else "N307"
            self._add(code, sheet=info.name, count=self.book.values(info))
        for key, match in matches.found.items():
            if match.by_headers:
                self._add("N304", sheet=match.sheet.name, title=key)
            if match.sheet.top > 1:
                self._add("N311", sheet=match.sheet.name, title=key, row=_header_row(match))
            if not match.sheet.visible:
                self._add("N303", sheet=match.sheet.name)

    def _note_double(self, info: SheetInfo, key: str, used: Match) -> None:
        """A second table of one kind, on a sheet of its own or below the first."""
        if info.name != used.sheet.name:
            self._add("E306", sheet=info.name, title=key, other=used.sheet.name)
            return
        cell = cell_name(info.top, 1)
        self._add("E319", sheet=info.name, cell=cell, title=key, other=_header_row(used))

    def _note_missing(self, sheet: Sheet) -> None:
        """A sheet that is not there: of our own form it was deleted, another may do without.

        Where people state that there is nothing to tell, the checks ask for it themselves.
        """
        if sheet.required:
            self._add("E301", title=sheet.key, value=sheet.title_vi)
        elif self.plan.states_none(sheet.key):
            return
        elif self.submission.programme and sheet.key in self.plan.judged:
            self._add("W305", title=sheet.key, value=sheet.title_vi)
        elif not self.submission.programme and sheet.key in self.plan.closed:
            self._add("N309", title=sheet.key, value=sheet.title_vi)

    def _read_table(self, match: Match) -> None:
        reader = TableReader(self.book, match)
        table = reader.read()
        self.submission.findings += [self._placed(found) for found in reader.findings]
        self.submission.counts.cells_read += reader.cells_read
        self.submission.counts.cells_reported += reader.cells_reported
        if table is not None and self.carry and table.rows:
            self._note_carried(match, table)
        if table is not None:
            self.submission.tables[match.plan.key] = table

    def _note_carried(self, match: Match, table: RawTable) -> None:
        """What of a table is carried over, and which columns of the new form it says nothing of."""
        moved = [f for f in match.plan.fields if f.key in table.letters]
        new = [f for f in match.plan.fields if f.key not in table.letters]
        words = {"title": match.plan.key, "count": len(table.rows)}
        self._add("N312", sheet=table.title, columns=_headings(moved), **words)
        if new:
            self._add("N313", sheet=table.title, columns=_headings(new), **words)

    def _account(self, matches: Matches) -> None:
        """Every cell with a value was read, or lies where we know that it is not used."""
        counts, book = self.submission.counts, self.book
        aside = [*matches.own, *matches.unknown, *(info for info, _ in matches.doubles)]
        counts.cells_reported += sum(book.values(sheet) for sheet in aside)
        counts.cells_found = sum(book.values(sheet) for sheet in book.sheets)
        if counts.cells_found != counts.cells_read + counts.cells_reported:
            raise Unreadable(
                "F118", found=counts.cells_found, read=counts.cells_read + counts.cells_reported
            )

    def _add(self, code: str, **words: Any) -> None:
        self.submission.findings.append(finding(code, file=self.submission.file, **words))

    def _placed(self, found: Finding) -> Finding:
        return Finding(
            found.code,
            found.severity,
            found.unit,
            self.submission.file,
            found.sheet,
            found.cell,
            found.field,
            found.value,
            found.params,
        )


def _header_row(match: Match) -> int:
    """The row of a match's header, from 1; that of its table where it has none."""
    return match.header.first + 1 if match.header else match.sheet.top


def _headings(fields: Iterable[Field]) -> str:
    return ", ".join(f"«{field.header_vi}»" for field in fields)


def _listed(names: Iterable[str], most: int = 12) -> str:
    """Names joined by commas, the surplus as an ellipsis."""
    shown = list(names)
    return ", ".join(shown[:most]) + ("…" if len(shown) > most else "")
