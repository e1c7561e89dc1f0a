"""Builds the inbox of a sample from its source, the same bytes every time.

    python tests/samples/rebuild.py                  every sample
    python tests/samples/rebuild.py bacgiang-models-2020
    python tests/samples/rebuild.py --resave         also what LibreOffice saved, once more
    python tests/samples/rebuild.py --expected       run the months, replace the expected tables

``samples/<programme>/source/inbox.csv`` lists the files of the inbox and how each came about;
``source/<name>.csv`` holds the cells of one workbook as its unit typed them, sheet by sheet::

    #Ca_nhan
    ho_ten,nam_sinh,ngay_vao
    Lê Văn A,1984,12/2014

A cell is a number when it is all digits (``2018``), a date cell when it is an ISO date
(``2020-07-15``), a formula without a result when it starts with ``=``, an error cell when it is
one (``#REF!``), and otherwise text exactly as written; a leading apostrophe makes anything text.
Rows of a scorecard or of indicators fill the printed row with their code; columns left out of the
source keep what is printed.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ["OPENPYXL_LXML"] = "False"  # before it is imported: other bytes with lxml than without

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from emubatch.model import RosterUnit
from emubatch.programme.load import load
from emubatch.programme.tables import Field, Programme
from emubatch.xl.form import write_form
from emubatch.xl.form_layout import filled_in_advance
from emubatch.xl.form_roster import write_roster

SAMPLES = Path(__file__).parents[2] / "samples"
Cells = dict[str, list[dict[str, str]]]

_ERRORS = ("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?")
_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_WHOLE = re.compile(r"^(0|-?[1-9]\d{0,14})$")
_EPOCH = (2020, 7, 1, 8, 0, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the inbox: its name, how it is made, of what, and why it is there."""

    file: str
    made: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample folder and its programme."""

    folder: Path
    programme: Programme

    @property
    def entries(self) -> list[Entry]:
        return [Entry(**row) for row in read_rows(self.folder / "source" / "inbox.csv")]

    def cells(self, name: str) -> Cells:
        return read_cells(self.folder / "source" / f"{name}.csv")


def samples() -> list[str]:
    """Programmes that have a sample."""
    return sorted(path.parents[1].name for path in SAMPLES.glob("*/source/inbox.csv"))


def open_sample(name: str) -> Sample:
    return Sample(SAMPLES / name, load(name))


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def read_cells(path: Path) -> Cells:
    """The cells of one workbook: sheet key -> rows of field key -> text as typed."""
    found: Cells = {}
    header: list[str] | None = None
    sheet = ""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.reader(stream):
            if len(row) == 1 and row[0].startswith("#") and row[0] not in _ERRORS:
                sheet, header = row[0][1:], None
                found[sheet] = []
            elif row and header is None:
                header = row
            elif row and header is not None:
                found[sheet].append(dict(zip(header, row, strict=True)))
    return found


def typed(text: str) -> Any:
    """What Excel would hold after this was typed (formulas and errors stay text here)."""
    if text.startswith("'"):
        return text[1:]
    if _WHOLE.match(text):
        return int(text)
    if _ISO.match(text):
        return dt.date.fromisoformat(text)
    return text or None


# --- makers: one way each for a file to come about ------------------------------------------------


def _form(sample: Sample, entry: Entry, change: Callable[[Any], Any] = lambda v: v) -> bytes:
    """The unit's own form, filled."""
    cells = sample.cells(entry.source)
    values = {
        sheet: _filled(
            sample.programme,
            sheet,
            [{key: change(typed(text)) for key, text in row.items()} for row in rows],
        )
        for sheet, rows in cells.items()
    }
    return _written(sample.programme, cells, values)


def _written(
    programme: Programme, cells: Cells, values: Mapping[str, list[dict[str, Any]]]
) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.xlsx"
        write_form(path, programme, unit=_unit(cells), values=values)
        return path.read_bytes()


def _filled(programme: Programme, sheet: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows as they stand in the form: what is printed there, and what was typed over it."""
    role = programme.sheet_by_key[sheet].role
    code = programme.field_with_role(
        sheet, {"scorecard": "criterion", "targets": "target"}.get(role, "indicator")
    )
    if code is None:
        return rows
    printed = filled_in_advance(programme, programme.sheet_by_key[sheet], "vi", None)
    of_code: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        of_code.setdefault(row[code.key], []).append(row)
    return [{**line, **row} for line in printed for row in of_code.get(line[code.key], [{}])]


def _unit(cells: Cells) -> RosterUnit:
    row = cells["Don_vi"][0]
    return RosterUnit(row["ma_dv"], row["ten_dv"], row.get("nhom", ""))


def _nfd(sample: Sample, entry: Entry) -> bytes:
    """Typed on a Mac: letters decomposed, spaces that do not break, stray blanks."""

    def decompose(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return unicodedata.normalize("NFD", value).replace(" ", "\u00a0") + " "

    return _form(sample, entry, decompose)


def _retyped(sample: Sample, entry: Entry) -> bytes:
    """Typed anew in a workbook of the unit's own: title rows, columns in another order."""
    return _workbook(sample, entry, _plain_rows)


def _decorated(sample: Sample, entry: Entry) -> bytes:
    """As retyped, with numbering, separators, totals, blank rows and a signature block."""
    return _workbook(sample, entry, _decorated_rows)


def _truncated(sample: Sample, entry: Entry) -> bytes:
    content = _form(sample, entry)
    return content[: len(content) // 2]


def _encrypted(sample: Sample, entry: Entry) -> bytes:
    """The outside of a workbook with a password: an OLE2 container with EncryptedPackage."""
    free, end, fat = b"\xff" * 4, b"\xfe\xff\xff\xff", b"\xfd\xff\xff\xff"
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += bytes.fromhex("3e000300feff09000600") + bytes(6) + bytes(4)
    header += (1).to_bytes(4, "little") + (1).to_bytes(4, "little") + bytes(4)
    header += (4096).to_bytes(4, "little") + end + bytes(4) + end + bytes(4)
    header += bytes(4) + free * 108
    table = (fat + end + free * 126)[:512]
    names = ("Root Entry", "EncryptionInfo", "EncryptedPackage")
    return header + table + b"".join(map(_directory_entry, names, (5, 2, 2))) + bytes(128)


def _directory_entry(name: str, kind: int) -> bytes:
    text = name.encode("utf-16-le") + bytes(2)
    entry = text.ljust(64, b"\0") + len(text).to_bytes(2, "little") + bytes((kind, 1))
    return entry + b"\xff" * 12 + bytes(36) + b"\xfe\xff\xff\xff" + bytes(8)


def _text(sample: Sample, entry: Entry) -> bytes:
    rows = sample.cells(entry.source)["Don_vi"]
    return "\r\n".join(";".join(row.values()) for row in rows).encode()


def _empty(sample: Sample, entry: Entry) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Sheet1"
    book.active["A1"] = "Danh sách khách mời"
    return _packed(book)


def _lock(sample: Sample, entry: Entry) -> bytes:
    """What Excel leaves beside an open workbook: the user's name, padded to 165 bytes."""
    name = "May tinh"
    return (bytes((len(name),)) + name.encode()).ljust(55, b" ") + bytes(110)


def _other_programme(sample: Sample, entry: Entry) -> bytes:
    """The right unit on the wrong form."""
    pair = ("bacgiang-scorecard-2017", "bacgiang-models-2020")  # whatever other samples there are
    other = next(name for name in pair if name != sample.folder.name)
    return _written(open_sample(other).programme, sample.cells(entry.source), {})


def _copy(sample: Sample, entry: Entry) -> bytes:
    return (sample.folder / "inbox" / entry.source).read_bytes()


def _committed(sample: Sample, entry: Entry) -> bytes:
    """Saved once by LibreOffice from the filled form: kept as it is, never rebuilt."""
    return (sample.folder / "inbox" / entry.file).read_bytes()


def resave(sample: Sample, entry: Entry) -> None:
    """Fills the form and lets LibreOffice save it into the inbox; the bytes differ every time."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise SystemExit("LibreOffice is not installed")
    with tempfile.TemporaryDirectory() as folder:
        filled, saved = Path(folder, "filled.xlsx"), Path(folder, "saved", "filled.xlsx")
        filled.write_bytes(_form(sample, entry))
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        convert = ["--headless", "--convert-to", "xlsx", "--outdir", str(saved.parent), str(filled)]
        subprocess.run(
            [program, profile, *convert], check=True, stdout=subprocess.DEVNULL, timeout=180
        )
        (sample.folder / "inbox" / entry.file).write_bytes(saved.read_bytes())


MAKERS: Mapping[str, Callable[[Sample, Entry], bytes]] = {
    "form": _form,
    "nfd": _nfd,
    "retyped": _retyped,
    "decorated": _decorated,
    "truncated": _truncated,
    "encrypted": _encrypted,
    "text": _text,
    "empty": _empty,
    "lock": _lock,
    "other_programme": _other_programme,
    "copy": _copy,
    "libreoffice": _committed,
}


# --- workbooks that are not ours ------------------------------------------------------------------

Rows = Callable[[Worksheet, list[Field], list[dict[str, str]]], Iterator[list[Any]]]


def _workbook(sample: Sample, entry: Entry, rows_of: Rows) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for key, rows in sample.cells(entry.source).items():
        fields = [f for f in sample.programme.fields_of[key] if any(r.get(f.key) for r in rows)]
        page = book.create_sheet(sample.programme.sheet_by_key[key].title_vi)
        for line in rows_of(page, fields, rows):
            page.append(line)
    return _packed(book)


def _plain_rows(
    page: Worksheet, fields: list[Field], rows: list[dict[str, str]]
) -> Iterator[list[Any]]:
    """Two title rows, a gap, then the columns from last to first."""
    fields = fields[::-1]
    yield ["UBND HUYỆN"]
    yield [page.title.upper()]
    yield []
    yield [field.header_vi for field in fields]
    for row in rows:
        yield [typed(row.get(field.key, "")) for field in fields]


def _decorated_rows(
    page: Worksheet, fields: list[Field], rows: list[dict[str, str]]
) -> Iterator[list[Any]]:
    """STT, numbering row, separators, totals, a blank row in the middle, signatures."""
    blank = [None] * len(fields)
    yield [None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]
    yield [None, "Độc lập - Tự do - Hạnh phúc"]
    yield [None, page.title]
    yield ["STT", *(f"{field.header_vi}\n" for field in fields)]
    yield [f"({number})" for number in range(1, len(fields) + 2)]
    if len(rows) > 1:
        yield ["I", "Phòng Kinh tế và Hạ tầng", *blank[1:]]
    for number, row in enumerate(rows, start=1):
        yield [number, *(typed(row.get(field.key, "")) for field in fields)]
        if number == 2:
            yield [None, "   ", *blank[1:]]
    yield [None, *blank]
    yield ["Cộng", f"{len(rows)} dòng", *blank[1:]]
    yield [None, *blank]
    yield [None, "Người lập biểu", *blank[1:-1], "TRƯỞNG PHÒNG"]
    yield [None, "(Ký, ghi rõ họ tên)", *blank[1:-1], "(Ký, đóng dấu)"]


def _packed(book: openpyxl.Workbook) -> bytes:
    """The workbook with fixed times: openpyxl writes today's date in two places."""
    stamp = dt.datetime(*_EPOCH)
    written = stamp.isoformat().encode() + b"Z"
    book.properties.created = stamp
    stream = io.BytesIO()
    book.save(stream)
    out = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]{8}Z", written, content)
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            new.writestr(info, content)
    return out.getvalue()


# --- all of it ------------------------------------------------------------------------------------


def build(sample: Sample) -> Iterator[tuple[str, bytes]]:
    """File name and content of every file of the inbox; copies come after what they copy."""
    for entry in sample.entries:
        yield entry.file, MAKERS[entry.made](sample, entry)


def roster(sample: Sample) -> bytes:
    """The office's list of units, as it keeps it."""
    rows = read_rows(sample.folder / "source" / "roster.csv")
    units = [
        RosterUnit(row["Mã đơn vị"], row["Tên đơn vị"], row["Nhóm"], row["Ngày nhận"])
        for row in rows
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.xlsx"
        write_roster(path, sample.programme, units)
        return path.read_bytes()


def expect(sample: Sample) -> None:
    """Runs the month and takes its tables as expected; compare what git shows line by line."""
    from emubatch.month import run_month
    from emubatch.request import MonthRequest

    with tempfile.TemporaryDirectory() as folder:
        request = MonthRequest(
            programme=sample.programme.id,
            inbox=sample.folder / "inbox",
            out=Path(folder, "run"),
            roster=sample.folder / "roster.xlsx",
            jobs=0,
        )
        run_month(request, lambda stage, done, total: None)
        shutil.rmtree(sample.folder / "expected" / "data", ignore_errors=True)
        shutil.copytree(Path(folder, "run", "data"), sample.folder / "expected" / "data")


def main(arguments: list[str]) -> None:
    for name in [text for text in arguments if not text.startswith("-")] or samples():
        sample = open_sample(name)
        (sample.folder / "inbox").mkdir(exist_ok=True)
        (sample.folder / "roster.xlsx").write_bytes(roster(sample))
        for entry in sample.entries if "--resave" in arguments else ():
            if entry.made == "libreoffice":
                resave(sample, entry)
        for file, content in build(sample):
            (sample.folder / "inbox" / file).write_bytes(content)
        if "--expected" in arguments:
            expect(sample)


if __name__ == "__main__":
    main(sys.argv[1:])
