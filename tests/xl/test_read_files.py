"""Files that cannot be read: each is refused with one code, none stops the process."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from emubatch.xl.limits import DEFAULT, MIB
from emubatch.xl.read import Unreadable, read_bytes, read_workbook

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Change = bytes | Callable[[bytes], bytes] | None


def workbook(*rows: list[object]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("S")
    for number, row in enumerate(rows or (["Tên", 1], ["An", 2])):
        sheet.write_row(number, 0, row)
    book.close()
    return stream.getvalue()


def changed(data: bytes, changes: Mapping[str, Change], **options: object) -> bytes:
    """The package with members replaced, added or (None) left out."""
    stream = io.BytesIO()
    left = dict(changes)
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", 8) as new:
        for name in old.namelist():
            change = left.pop(name, old.read(name))
            if callable(change):
                change = change(old.read(name))
            if change is not None:
                new.writestr(name, change)
        for name, change in left.items():
            assert isinstance(change, bytes)
            new.writestr(name, change)
    return stream.getvalue()


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def replace(part: bytes) -> bytes:
        assert old in part
        return part.replace(old, new)

    return replace


def code_of(data: bytes) -> str:
    """The code with which the file is refused, whatever the sheet it is found in."""
    with pytest.raises(Unreadable) as caught:
        book = read_bytes(data)
        for sheet in book.sheets:
            book.grid(sheet)
    return caught.value.code


GOOD = workbook()


def flip(data: bytes) -> bytes:
    """One byte of the sheet's compressed stream changed; the directory still matches."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(SHEET)
    at = info.header_offset + 30 + len(SHEET) + info.compress_size // 2
    return data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]


def lying_size(data: bytes) -> bytes:
    """The directory says that the sheet is one byte shorter than it is."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(SHEET)
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(SHEET.encode()))
    size = struct.pack("<I", info.file_size - 1)
    return data[: entry + 24] + size + data[entry + 28 :]


def encrypted_flag(data: bytes) -> bytes:
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(SHEET.encode()))
    return data[: entry + 8] + b"\x01\x00" + data[entry + 10 :]


def with_member(name: str, content: bytes = b"x") -> bytes:
    return changed(GOOD, {name: content})


def other_method() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name), zipfile.ZIP_BZIP2)
    return stream.getvalue()


def many_members() -> bytes:
    return changed(GOOD, {f"x/{n}.bin": b"" for n in range(DEFAULT.members)})


def only(names: list[str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return stream.getvalue()


def cells(xml: bytes) -> bytes:
    """A workbook whose only sheet has this as its rows."""
    return changed(
        GOOD,
        {
            SHEET: b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            b"<sheetData>" + xml + b"</sheetData></worksheet>"
        },
    )


FAR = (
    b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
)

REFUSED = {
    "empty": (b"", "F101"),
    "text": ("Kính gửi Văn phòng Sở\n".encode(), "F102"),
    "html": (b"<html><p>x</p></html>", "F102"),
    "pdf": (b"%PDF-1.7 ...", "F102"),
    "noise": (bytes(range(256)) * 4, "F103"),
    "cut in half": (GOOD[: len(GOOD) // 2], "F103"),
    "end cut": (GOOD[:-40], "F103"),
    "bytes in front": (b"MZ" + GOOD, "F105"),
    "flipped byte": (flip(GOOD), "F103"),
    "lying directory": (lying_size(GOOD), "F103"),
    "password to open": (OLE2 + "EncryptedPackage".encode("utf-16-le"), "F104"),
    "encrypted member": (encrypted_flag(GOOD), "F104"),
    "old Word": (OLE2 + "WordDocument".encode("utf-16-le"), "F102"),
    "OLE2 noise": (OLE2 + bytes(600), "F103"),
    "old Excel, cut": (OLE2 + "Workbook".encode("utf-16-le") + bytes(600), "F108"),
    "Word": (only(["[Content_Types].xml", "word/document.xml"]), "F102"),
    "archive": (only(["form.xlsx", "scan.pdf"]), "F121"),
    "other archive": (b"Rar!\x1a\x07\x01\x00" + bytes(99), "F121"),
    "empty archive": (b"PK\x05\x06" + bytes(18), "F121"),
    "binary workbook": (only(["[Content_Types].xml", "xl/workbook.bin"]), "F109"),
    "no workbook part": (changed(GOOD, {WORKBOOK: None}), "F103"),
    "two members of one name": (with_member(SHEET.replace("sheet1", "SHEET1")), "F105"),
    "parent folder": (with_member("../x.xml"), "F105"),
    "absolute name": (with_member("/x.xml"), "F105"),
    "backslash": (with_member("a\\x.xml"), "F105"),
    "other compression": (other_method(), "F105"),
    "too many members": (many_members(), "F106"),
    "bomb": (with_member("xl/media/a.png", bytes(DEFAULT.member_mb * MIB // 2)), "F106"),
    "DOCTYPE": (
        changed(GOOD, {SHEET: lambda p: p.replace(b"<worksheet", b"<!DOCTYPE a><worksheet", 1)}),
        "F105",
    ),
    "missing sheet part": (changed(GOOD, {SHEET: None}), "F105"),
    "sheet outside": (
        changed(GOOD, {RELATIONS: replaced(b"worksheets/sheet1.xml", b"../../x.xml")}),
        "F105",
    ),
    "sheet left out of the list": (
        changed(GOOD, {WORKBOOK: replaced(b"<sheet name=", b"<sheer name=")}),
        "F105",
    ),
    "unknown encoding": (
        changed(GOOD, {WORKBOOK: replaced(b'encoding="UTF-8"', b'encoding="UTF-T"')}),
        "F108",
    ),
    "two sheets of one name": (
        changed(
            GOOD,
            {
                WORKBOOK: replaced(
                    b"</sheets>", b'<sheet name="s" sheetId="2" r:id="rId1"/></sheets>'
                )
            },
        ),
        "F105",
    ),
    "far cell": (cells(FAR), "F107"),
    "far cell, single quotes": (cells(FAR.replace(b'"', b"'")), "F107"),
    "strings claimed": (
        changed(GOOD, {STRINGS: replaced(b'uniqueCount="', b'uniqueCount="9999999')}),
        "F106",
    ),
    "negative string": (
        changed(GOOD, {SHEET: replaced(b't="s"><v>0<', b't="s"><v>-1<')}),
        "F108",
    ),
    "string that is not there": (
        changed(GOOD, {SHEET: replaced(b't="s"><v>0<', b't="s"><v>77<')}),
        "F108",
    ),
    "sheet cut": (changed(GOOD, {SHEET: lambda part: part[: len(part) // 2]}), "F108"),
    "UTF-16 sheet": (
        changed(GOOD, {SHEET: lambda p: p.decode().replace("UTF-8", "UTF-16").encode("utf-16")}),
        "F108",
    ),
    "two tables of cells": (
        cells(
            b'<row r="1"><c r="A1"><v>1</v></c></row></sheetData><sheetData>'
            b'<row r="2"><c r="A2"><v>2</v></c></row>'
        ),
        "F118",
    ),
    "wrong namespace": (
        changed(GOOD, {SHEET: replaced(b"http://schemas.openxmlformats.org/spr", b"urn:x:spr")}),
        "",
    ),
}


@pytest.mark.parametrize("name", [name for name, (_, code) in REFUSED.items() if code])
def test_a_bad_file_is_refused_with_one_code(name: str) -> None:
    data, code = REFUSED[name]
    assert code_of(data) == code


def test_a_wrong_namespace_loses_nothing() -> None:
    data, _ = REFUSED["wrong namespace"]
    book = read_bytes(data)
    assert book.grid(book.sheets[0]).rows == [["Tên", 1.0], ["An", 2.0]]


def test_a_file_above_the_limit_is_refused_unread() -> None:
    assert code_of(b"PK\x03\x04" + bytes(DEFAULT.file_bytes)) == "F106"


def test_a_far_cell_is_named() -> None:
    with pytest.raises(Unreadable) as caught:
        book = read_bytes(cells(FAR))
        book.grid(book.sheets[0])
    assert caught.value.params["cell"] == "XFD1048576"


def test_styles_far_away_are_harmless() -> None:
    far = FAR.replace(b"<v>1</v></c></row>", b"</c></row>").replace(
        b"</c></row>", b"<v>1</v></c></row>", 1
    )
    book = read_bytes(cells(far))
    assert book.grid(book.sheets[0]).rows == [[1.0]]


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.xlsx", tmp_path):
        with pytest.raises(Unreadable) as caught:
            read_workbook(path)
        assert caught.value.code == "F110"


def ods(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return stream.getvalue()


ODS_HEAD = (
    b'<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    b'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    b'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    b'<office:spreadsheet><table:table table:name="S">'
)


def test_an_ods_that_claims_billions_of_cells_is_refused() -> None:
    row = (
        b'<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
        b'table:number-columns-repeated="16000" office:value-type="string"><text:p>x</text:p>'
        b"</table:table-cell></table:table-row>"
    )
    tail = b"</table:table></office:spreadsheet></office:body></office:document-content>"
    assert code_of(ods(ODS_HEAD + row + tail)) == "F106"


def test_an_ods_that_ends_too_soon_is_refused() -> None:
    assert code_of(ods(ODS_HEAD + b"<table:table-row>")) == "F108"


def test_an_unreadable_file_survives_the_way_between_processes() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(Unreadable("F107", found="A1")))
    assert (error.code, error.params) == ("F107", {"found": "A1"})


def test_openpyxl_files_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Tên", 1.5])  # type: ignore[union-attr]
    book.save(tmp_path / "a.xlsx")
    found = read_workbook(tmp_path / "a.xlsx")
    assert found.grid(found.sheets[0]).rows == [["Tên", 1.5]]
