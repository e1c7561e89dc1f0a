"""The catalogue of broken, hostile and odd workbooks: what becomes of each kind.

With the refusals of ``test_read_files`` these are the cases that readers were tried on before this
one was built. Each is refused with its code, read as if nothing were odd, or read with a finding at
its cell; none takes long or much memory.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import time
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from emubatch.model import BadCell
from emubatch.xl.limits import MIB
from emubatch.xl.read import Unreadable, read_bytes
from tests.xl.test_read_files import (
    GOOD,
    ODS_HEAD,
    RELATIONS,
    SHEET,
    STRINGS,
    WORKBOOK,
    cells,
    changed,
    code_of,
    ods,
    replaced,
    with_member,
)

SECONDS = 20.0  # far more than any of them takes on an idle machine
STYLES = "xl/styles.xml"
CORE = "docProps/core.xml"
TYPES = "[Content_Types].xml"


def rows_of(data: bytes) -> list[list[Any]]:
    book = read_bytes(data)
    for sheet in book.sheets:
        book.merged(sheet)
        book.hidden_rows(sheet)
    return book.grid(book.sheets[0]).rows


def declared(part: str, text: bytes) -> bytes:
    """A document type in front of the root of one part."""

    def declare(content: bytes) -> bytes:
        head, tail = content.split(b"?>", 1)
        return head + b"?>" + text + tail

    return changed(GOOD, {part: declare})


LAUGHS = b'<!DOCTYPE a [<!ENTITY x0 "ha">' + b"".join(
    b'<!ENTITY x%d "%s">' % (n, b"&x%d;" % (n - 1) * 10) for n in range(1, 10)
)
FILE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
REMOTE = b'<!DOCTYPE a SYSTEM "http://example.invalid/a.dtd">'


def overlapping() -> bytes:
    """Two directory entries for the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("xl/a.xml", "xl/b.xml"):
            archive.writestr(name, b"x" * 500)
    data = bytearray(stream.getvalue())
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = struct.pack("<I", 0)
    return bytes(data)


def method(kind: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(stream, "w", kind) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return stream.getvalue()


def merged(reference: bytes, times: int = 1) -> bytes:
    tail = b"<mergeCells>" + b'<mergeCell ref="%s"/>' % reference * times + b"</mergeCells>"
    return changed(GOOD, {SHEET: replaced(b"</sheetData>", b"</sheetData>" + tail)})


ONE = b'<row r="1"><c r="A1"><v>1</v></c></row>'
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "an attribute of 32 MiB": (
        lambda: changed(
            GOOD,
            {
                SHEET: replaced(
                    b"<sheetData>", b'<sheetData a="%s">' % (b"0123456789abcdef" * (2 * MIB))
                )
            },
        ),
        "F106",
    ),
    "a gigabyte of zeros as the sheet": (
        lambda: changed(GOOD, {SHEET: bytes(70 * MIB)}),
        "F106",
    ),
    "zeros as the strings": (lambda: changed(GOOD, {STRINGS: bytes(70 * MIB)}), "F106"),
    "overlapping members": (overlapping, "F105"),
    "LZMA": (lambda: method(zipfile.ZIP_LZMA), "F105"),
    **{
        f"{name} in {part}": (lambda part=part, text=text: declared(part, text), "F105")  # type: ignore[misc]
        for name, text in (("billion laughs", LAUGHS + b"]>"), ("a file", FILE), ("a DTD", REMOTE))
        for part in (SHEET, STRINGS, WORKBOOK, RELATIONS, STYLES, CORE)
    },
    "UTF-16 workbook": (
        lambda: changed(GOOD, {WORKBOOK: lambda part: part.decode().encode("utf-16")}),
        "F108",
    ),
    "a control character": (lambda: changed(GOOD, {STRINGS: replaced(b"An", b"A\x0bn")}), "F108"),
    "the sheet list cut": (lambda: changed(GOOD, {WORKBOOK: lambda p: p[:-40]}), "F108"),
    "relations missing": (lambda: changed(GOOD, {RELATIONS: None}), "F108"),
    "A1 and the last cell": (
        lambda: cells(ONE + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "F107",
    ),
    "a cell far below its own row": (
        lambda: cells(b'<row r="1"><c r="A1"><v>1</v></c><c r="A99999999"><v>2</v></c></row>'),
        "F107",
    ),
    "a merge over the sheet": (lambda: merged(b"A1:XFD1048576"), "F106"),
    "many large merges": (lambda: merged(b"A1:Z1000", 50), "F106"),
    "too many merges": (lambda: merged(b"A1:B1", 20_001), "F106"),
    "no strings part": (lambda: changed(GOOD, {STRINGS: None}), "F108"),
    "strings claimed by the billion": (
        lambda: changed(
            GOOD, {STRINGS: lambda p: re.sub(rb'uniqueCount="\d+"', b'uniqueCount="4294967296"', p)}
        ),
        "F106",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_at_once_with_its_code(name: str) -> None:
    make, code = REFUSED[name]
    data = make()
    started = time.monotonic()
    with pytest.raises(Unreadable) as caught:
        rows_of(data)
    assert caught.value.code == code
    assert time.monotonic() - started < SECONDS


def strict() -> bytes:
    """As «Strict Open XML Spreadsheet» is saved."""
    old = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rels = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    pairs = (
        (old, b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (rels, b"http://purl.oclc.org/ooxml/officeDocument/relationships"),
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as source, zipfile.ZipFile(stream, "w", 8) as target:
        for name in source.namelist():
            part = source.read(name)
            for before, after in pairs:
                part = part.replace(before, after)
            target.writestr(name, part)
    return stream.getvalue()


def prefixed(part: bytes) -> bytes:
    part = part.replace(b"<worksheet xmlns=", b"<x:worksheet xmlns:x=").replace(b"</", b"</x:")
    return re.sub(rb"<(?![?/x])(\w)", rb"<x:\1", part)


def styled_rows(count: int) -> bytes:
    return cells(ONE + b"".join(b'<row r="%d" s="1"/>' % row for row in range(2, count)))


TABLE = [["Tên", 1.0], ["An", 2.0]]
READ: dict[str, tuple[Callable[[], bytes], list[list[Any]]]] = {
    "ISO Strict": (strict, TABLE),
    "prefixed names": (lambda: changed(GOOD, {SHEET: prefixed}), TABLE),
    "a dimension over the sheet": (
        lambda: changed(
            GOOD, {SHEET: lambda p: re.sub(rb'ref="A1:B2"', b'ref="A1:XFD1048576"', p)}
        ),
        TABLE,
    ),
    "a dimension too small": (
        lambda: changed(GOOD, {SHEET: lambda p: re.sub(rb'ref="A1:B2"', b'ref="A1"', p)}),
        TABLE,
    ),
    "rows out of order": (
        lambda: cells(b'<row r="2"><c r="A2"><v>2</v></c></row>' + ONE),
        [[1.0], [2.0]],
    ),
    "no addresses": (lambda: cells(b"<row><c><v>1</v></c><c><v>2</v></c></row>"), [[1.0, 2.0]]),
    "a style that is not there": (
        lambda: cells(b'<row r="1"><c r="A1" s="999"><v>1</v></c></row>'),
        [[1.0]],
    ),
    "a date in the properties that is none": (
        lambda: changed(GOOD, {CORE: lambda p: re.sub(rb">\d{4}-[^<]*<", b">gestern<", p)}),
        TABLE,
    ),
    "styles cut": (lambda: changed(GOOD, {STYLES: None}), TABLE),
    "100,000 nested elements": (
        lambda: changed(GOOD, {CORE: lambda p: p + b"<a>" * 100_000}),
        TABLE,
    ),
    "100,000 attributes": (
        lambda: changed(
            GOOD,
            {
                SHEET: replaced(
                    b"<sheetData>",
                    b"<sheetData %s>" % b" ".join(b'a%d=""' % n for n in range(100_000)),
                )
            },
        ),
        TABLE,
    ),
    "macros": (lambda: with_member("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0macro"), TABLE),
    "an external link": (lambda: with_member("xl/externalLinks/externalLink1.xml", b"<a/>"), TABLE),
    "an embedded object": (lambda: with_member("xl/embeddings/oleObject1.bin"), TABLE),
    "300,000 styled empty rows": (lambda: styled_rows(300_000), [[1.0]]),
    "5,000 merges": (lambda: merged(b"D4:E5", 5_000), TABLE),
    "inline and rich text": (
        lambda: cells(
            b'<row r="1"><c r="A1" t="inlineStr"><is><r><t>A</t></r><r><t xml:space="preserve"> n'
            b'</t></r></is></c><c r="B1" t="str"><f>1</f><v>x</v></c></row>'
        ),
        [["A n", "x"]],
    ),
    "the old result of a formula": (
        lambda: cells(b'<row r="1"><c r="A1"><f>2+2</f><v>5</v></c></row>'),
        [[5.0]],
    ),
    "a DDE formula": (
        lambda: cells(b'<row r="1"><c r="A1"><f>cmd|\'/C calc\'!A0</f><v>7</v></c></row>'),
        [[7.0]],
    ),
    "words that other tools take for nothing": (
        lambda: cells(
            b'<row r="1"><c r="A1" t="str"><v>NA</v></c><c r="B1" t="str"><v>None</v></c></row>'
        ),
        [["NA", "None"]],
    ),
}


@pytest.mark.parametrize("name", READ)
def test_read_as_if_nothing_were_odd(name: str) -> None:
    make, wanted = READ[name]
    data = make()
    started = time.monotonic()
    assert rows_of(data)[: len(wanted)] == wanted
    assert time.monotonic() - started < SECONDS


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (b'<c r="A1" t="e"><v>#N/A</v></c>', BadCell("E212", "#N/A")),
        (b'<c r="A1"><f>1+1</f></c>', BadCell("E213", "")),
        (b'<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>', BadCell("E215", "")),
        (b'<c r="A1"><v>NaN</v></c>', BadCell("E212", "#NUM!")),
        (b'<c r="A1"><v>-Infinity</v></c>', BadCell("E212", "#NUM!")),
        (b'<c r="A1"><v>1e999</v></c>', BadCell("E212", "#NUM!")),
    ],
)
def test_a_cell_without_a_value_says_so(cell: bytes, value: BadCell) -> None:
    assert rows_of(cells(b'<row r="1">' + cell + b"</row>")) == [[value]]


def test_a_stray_cell_far_to_the_right_is_read() -> None:
    rows = rows_of(cells(ONE + b'<row r="60"><c r="XFD60"><v>2</v></c></row>'))
    assert (rows[0][0], rows[59][16_383]) == (1.0, 2.0)


def test_a_stray_cell_far_below_is_read() -> None:
    rows = rows_of(cells(ONE + b'<row r="1048576"><c r="B1048576"><v>2</v></c></row>'))
    assert (rows[0][0], rows[1_048_575][1]) == (1.0, 2.0)


def test_a_workbook_of_1904_has_the_right_dates() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "date_1904": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        book.add_worksheet("S").write_datetime(0, 0, dt.datetime(2014, 12, 5), day)
    assert rows_of(stream.getvalue()) == [[dt.date(2014, 12, 5)]]


def test_a_chart_sheet_beside_the_data_is_left_out() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "x"
    book.create_chartsheet("Biểu đồ")
    stream = io.BytesIO()
    book.save(stream)
    assert [sheet.name for sheet in read_bytes(stream.getvalue()).sheets] == ["Sheet"]


def test_a_protected_sheet_is_read() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("S")
        sheet.write(0, 0, "x")
        sheet.protect("mật khẩu")
    assert rows_of(stream.getvalue()) == [["x"]]


def open_document(content: bytes) -> bytes:
    manifest = b'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return changed(ods(content), {"META-INF/manifest.xml": manifest})


def test_open_document_repeats_and_ends() -> None:
    cell = b'<table:table-cell office:value-type="string"%s><text:p>x</text:p></table:table-cell>'
    row = b"<table:table-row>" + cell % b"" + b"</table:table-row>"
    tail = b"</table:table></office:spreadsheet></office:body></office:document-content>"
    hidden = row.replace(b"table-row>", b'table-row table:visibility="collapse">', 1)
    span = row.replace(b"<table:table-cell ", b'<table:table-cell table:number-rows-spanned="2" ')
    book = read_bytes(open_document(ODS_HEAD + row + hidden + span + tail))
    (sheet,) = book.sheets
    assert book.grid(sheet).rows == [["x"]] * 3
    assert list(book.hidden_rows(sheet)) == [2]
    assert list(book.merged(sheet)) == [(3, 1, 4, 1)]
    wide = cell % b' table:number-columns-repeated="9000"'
    tall = b'<table:table-row table:number-rows-repeated="9000">' + wide + b"</table:table-row>"
    assert code_of(open_document(ODS_HEAD + tall + tail)) == "F106"
    spans = row.replace(
        b"<table:table-cell ", b'<table:table-cell table:number-rows-spanned="9999999" '
    )
    assert code_of(open_document(ODS_HEAD + spans + tail)) == "F106"


def test_open_document_errors_and_formulas_are_no_blanks() -> None:
    head = ODS_HEAD.replace(
        b"<office:body>",
        b'<office:body xmlns:calcext="urn:org:documentfoundation:names:calcext:1.0">',
    )
    error = (
        b'<table:table-cell table:formula="of:=1/0" office:value-type="string" '
        b'office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p>'
        b"</table:table-cell>"
    )
    unknown = b'<table:table-cell table:formula="of:=A1"/>'
    tail = b"</table:table></office:spreadsheet></office:body></office:document-content>"
    row = b"<table:table-row>" + error + unknown + b"</table:table-row>"
    rows = rows_of(open_document(head + row + tail))
    assert rows == [[BadCell("E212", "#DIV/0!"), BadCell("E213", "")]]
