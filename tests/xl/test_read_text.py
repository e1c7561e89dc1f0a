"""Tables saved as text: the same cells as in a workbook, whatever the encoding and the name."""

from __future__ import annotations

import datetime as dt

import pytest

from emubatch.model import BadCell
from emubatch.xl.limits import Limits
from emubatch.xl.read import Unreadable, Workbook, read_bytes

ROWS = [["Họ và tên", "Năm sinh"], ["Nguyễn Thị Hoà", "1980"], ["Đỗ Văn Ưng", "1975"]]
SEMICOLONS = "\r\n".join(";".join(row) for row in ROWS) + "\r\n"


def rows(book: Workbook, sheet: int = 0) -> list[list[object]]:
    return book.grid(book.sheets[sheet]).rows


def code_of(data: bytes, **options: object) -> str:
    with pytest.raises(Unreadable) as caught:
        read_bytes(data, **options)  # type: ignore[arg-type]
    return caught.value.code


def as_1258(text: str) -> bytes:
    """As Windows writes Vietnamese: base letters with the tone as a character of its own."""
    import unicodedata

    kept = "ăâêôơưđĂÂÊÔƠƯĐ"
    out = []
    for char in text:
        if char in kept or char.isascii():
            out.append(char)
            continue
        parts = unicodedata.normalize("NFD", char)
        tones = [c for c in parts if c in "\u0300\u0301\u0303\u0309\u0323"]
        base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones))
        out.append(base + "".join(tones))
    return "".join(out).encode("cp1258")


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (SEMICOLONS.encode(), "UTF-8"),
        (SEMICOLONS.encode("utf-8-sig"), "UTF-8"),
        (SEMICOLONS.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + SEMICOLONS.encode("utf-16-be"), "UTF-16"),
        (SEMICOLONS.encode("utf-16-le"), "UTF-16"),
        (as_1258(SEMICOLONS), "Windows-1258"),
        (SEMICOLONS.replace(";", "\t").encode("utf-16"), "UTF-16"),
        (SEMICOLONS.replace(";", ",").encode(), "UTF-8"),
    ],
)
def test_every_encoding_and_delimiter_gives_the_same_cells(data: bytes, encoding: str) -> None:
    book = read_bytes(data, "Ca_nhan.xls")
    assert rows(book) == ROWS
    assert (book.format, book.sheets[0].name) == ("csv", "Ca_nhan")
    assert book.notes == [("N105", {"found": "CSV", "encoding": encoding})]


def test_quotes_and_line_breaks_in_cells() -> None:
    data = 'Tên,Ghi chú\n"An, Bình","dòng 1\ndòng ""2"""\n'.encode()
    assert rows(read_bytes(data))[1] == ["An, Bình", 'dòng 1\ndòng "2"']


def test_a_quote_that_is_never_closed_swallows_nothing() -> None:
    data = 'Tên;Tổ\n"An;1\nBình;2\n'.encode()
    assert rows(read_bytes(data)) == [["Tên", "Tổ"], ['"An', "1"], ["Bình", "2"]]


def test_rows_keep_their_numbers_below_a_line_that_names_the_delimiter() -> None:
    book = read_bytes("sep=|\nTên|Tổ; nhóm\nAn|1\n".encode())
    assert rows(book) == [["", ""], ["Tên", "Tổ; nhóm"], ["An", "1"]]


def test_blank_and_short_rows_keep_their_place() -> None:
    book = read_bytes(b"a;b;c\n\nx\n;y\n")
    assert rows(book) == [["a", "b", "c"], ["", "", ""], ["x", "", ""], ["", "y", ""]]
    assert book.values(book.sheets[0]) == 5


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"Kinh gui Van phong\n", "F102"),
        (b"T\xd8\xd8;\xff\xfe\xf1\n\x81\x8d;1\n", "F124"),
        (b"\xff\xfe" + b"a;b\n\x00\xd8", "F108"),
        (b"From: a\r\n", "F102"),
        (b"MIME-Version: 1.0\r\n\r\n", "F102"),
        (b"<html><script>table</script></html>", "F102"),
        (b"<?xml version='1.0'?><a/>", "F102"),
        (b"a;b\n\x00\x01\x02\x03", "F103"),
    ],
)
def test_text_without_a_table_or_encoding_is_refused(data: bytes, code: str) -> None:
    assert code_of(data) == code


def test_limits_hold_for_text() -> None:
    assert code_of(b"a;b\n" * 99, limits=Limits(area=100)) == "F106"
    assert code_of(b"a;b\n" * 99, limits=Limits(cells=100)) == "F106"
    assert code_of(b"a;b\n" * 300_000, limits=Limits(member_mb=1)) == "F106"
    wide = b"<table><tr><td colspan=65534 rowspan=65534>x</table>"
    assert code_of(wide) == "F106"
    assert code_of(b"<table>" + b"<tr><td rowspan=9999>x" * 999) == "F106"


# --- HTML ----------------------------------------------------------------------------------------


def test_html_saved_as_xls() -> None:
    page = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="utf-8">
    <title>bỏ</title><style>td {color: red}</style><script>document.write("<td>hack</td>")</script>
    </head><body><h3>DANH SÁCH</h3>
    <table><tr><th rowspan=2>Họ và  tên<th colspan="2">Quyết&nbsp;định</tr>
    <tr><th>Số</th><th>Ngày<br>ký</th></tr>
    <tr><td>Trần&#32;&amp; <b>Bình</b></td><td x:num="1234.5">1.234,5</td><td> &nbsp; </td></tr>
    <tr style="display:none"><td>Ẩn<td>#REF!<td><p>một</p><p>hai</p></tr>
    </table></body></html>"""
    book = read_bytes(page.encode(), "export.xls")
    assert rows(book) == [
        ["DANH SÁCH", "", ""],
        ["Họ và tên", "Quyết\xa0định", ""],
        ["", "Số", "Ngày\nký"],
        ["Trần & Bình", 1234.5, ""],
        ["Ẩn", BadCell("E212", "#REF!"), "một\nhai"],
    ]
    sheet = book.sheets[0]
    assert book.merged(sheet) == [(2, 1, 3, 1), (2, 2, 2, 3)]
    assert book.hidden_rows(sheet) == [5]
    assert book.notes == [("N105", {"found": "HTML", "encoding": "UTF-8"})]
    assert book.values(sheet) == 10


def test_a_table_inside_a_table_loses_nothing() -> None:
    page = "<table><tr><td>ngoài<table><tr><td>trong<td>1</table>sau<td>x</table>"
    texts = {value for row in rows(read_bytes(page.encode())) for value in row if value}
    assert texts == {"ngoài", "trong", "1", "sau", "x"}


# --- XML spreadsheet 2003 ------------------------------------------------------------------------

XML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="Ca_nhan"><Table>
<Row><Cell ss:MergeAcross="1"><Data ss:Type="String">TÊN</Data></Cell>
<Cell><Data ss:Type="Number">3</Data></Cell></Row>
<Row ss:Index="4" ss:Hidden="1"><Cell ss:Index="2"><Data ss:Type="DateTime">2014-12-05T00:00:00
</Data></Cell><Cell ss:Formula="=R1C1"></Cell><Cell><Data ss:Type="Error">#N/A</Data></Cell>
<Cell ss:Formula="=1"><Data ss:Type="Boolean">1</Data></Cell></Row>
</Table></Worksheet><Worksheet ss:Name="Khác"/></Workbook>"""


def test_an_xml_spreadsheet() -> None:
    book = read_bytes(XML.encode(), "a.xls")
    assert [sheet.name for sheet in book.sheets] == ["Ca_nhan", "Khác"]
    found = rows(book)
    assert found[0] == ["TÊN", "", 3.0, "", ""]
    assert found[3] == [
        "",
        dt.date(2014, 12, 5),
        BadCell("E213", ""),
        BadCell("E212", "#N/A"),
        "TRUE",
    ]
    assert book.merged(book.sheets[0]) == [(1, 1, 1, 2)]
    assert book.hidden_rows(book.sheets[0]) == [4]
    assert rows(book, 1) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<Worksheet", "<!DOCTYPE a [<!ENTITY b 'c'>]><Worksheet", "F108"),
        ("<Workbook", "<!DOCTYPE a [<!ENTITY b 'c'>]><Workbook", "F105"),
        ('ss:Index="4"', 'ss:Index="99999999"', "F107"),
        ("</Workbook>", "", "F108"),
        ("Khác", "CA_NHAN", "F105"),
    ],
)
def test_a_broken_xml_spreadsheet_is_refused(old: str, new: str, code: str) -> None:
    assert code_of(XML.replace(old, new, 1).encode()) == code
