"""Letters as they really arrive: names, containers, cuts; each built here byte by byte."""

from __future__ import annotations

import base64
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from emubatch.mail.forms import form_suffix, stored_name
from emubatch.mail.letter import Attachment, Damaged
from emubatch.mail.parse import parse

NAME = "Biểu mẫu đợt 1.xlsx"
DECOMPOSED = unicodedata.normalize("NFD", "Bảng.xlsx")
MIRRORED = "a\u202exslx.exe.xlsx"
Make = Callable[[Any, bytes], bytes]


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _percent(data: bytes) -> str:
    return "".join(f"%{byte:02X}" for byte in data)


def _split_words(text: str, at: int) -> str:
    """Two encoded words, cut after so many bytes even inside a letter."""
    data = text.encode()
    halves = (base64.b64encode(part).decode() for part in (data[:at], data[at:]))
    return " ".join(f"=?utf-8?b?{half}?=" for half in halves)


def _inside(letter: bytes, encoding: str, p: Any, kind: str = "message/rfc822") -> bytes:
    lines = (f"Content-Type: {kind}", "Content-Disposition: attachment; filename=thu.eml")
    if encoding == "base64":
        return p.mixed(p.part(letter, *lines))
    head = "\n".join(lines) + "\nContent-Transfer-Encoding: 8bit\n\n"
    return p.mixed(b"--ranh-gioi\n" + head.encode() + letter + b"\n", Message_ID="<vo@x>")


def _zip(data: bytes, name: str = "DN1/bieu mau.xlsx") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, data)
    return stream.getvalue()


# Name of the case -> the letter, and the names of its attachments that are forms.
GOOD: dict[str, tuple[Make, list[str]]] = {
    "rfc2231": (
        lambda p, d: p.attached(d, f"; filename*=utf-8''{_percent(NAME.encode())}"),
        [NAME],
    ),
    "rfc2231 in pieces": (
        lambda p, d: p.attached(
            d,
            f";\n filename*0*=utf-8''{_percent(NAME.encode()[:9])};"
            f"\n filename*1*={_percent(NAME.encode()[9:])}",
        ),
        [NAME],
    ),
    "rfc2231 cut inside a letter": (
        lambda p, d: p.attached(
            d,
            f";\n filename*0*=utf-8''{_percent(NAME.encode()[:4])};"
            f"\n filename*1*={_percent(NAME.encode()[4:])}",
        ),
        [NAME],
    ),
    "rfc2047 in quotes": (
        lambda p, d: p.attached(d, f'; filename="=?utf-8?b?{_b64(NAME)}?="'),
        [NAME],
    ),
    "rfc2047 in two words": (
        lambda p, d: p.attached(d, f'; filename="{_split_words(NAME, 12)}"'),
        [NAME],
    ),
    "raw utf-8": (lambda p, d: p.attached(d, f'; filename="{NAME}"'), [NAME]),
    "name only": (
        lambda p, d: p.attached(d, "", kind=f'application/octet-stream; name="{NAME}"'),
        [NAME],
    ),
    "no name": (lambda p, d: p.attached(d), [""]),
    "no name, octet-stream": (
        lambda p, d: p.attached(d, kind="application/octet-stream"),
        [""],
    ),
    "inline": (
        lambda p, d: p.mixed(
            p.part(d, "Content-Type: application/x", "Content-Disposition: inline; filename=a.xlsx")
        ),
        ["a.xlsx"],
    ),
    "no disposition": (
        lambda p, d: p.mixed(p.part(d, "Content-Type: application/vnd.ms-excel; name=a.xlsx")),
        ["a.xlsx"],
    ),
    "related": (
        lambda p, d: p.mixed(
            p.part(d, "Content-Type: application/x; name=a.xlsx", "Content-ID: <1>"),
            kind="related",
        ),
        ["a.xlsx"],
    ),
    "the letter is the file": (
        lambda p, d: (
            p.headers(
                Content_Type="application/octet-stream; name=a.xlsx",
                Content_Transfer_Encoding="base64",
            ).encode()
            + b"\n"
            + base64.encodebytes(d)
        ),
        ["a.xlsx"],
    ),
    "forwarded": (lambda p, d: _inside(p.simple(d), "8bit", p), [NAME.replace(" đợt 1", "")]),
    "forwarded in base64": (
        lambda p, d: _inside(p.simple(d), "base64", p),
        [NAME.replace(" đợt 1", "")],
    ),
    "eml as a file": (
        lambda p, d: _inside(p.simple(d), "base64", p, "application/octet-stream"),
        [NAME.replace(" đợt 1", "")],
    ),
    "forwarded twice": (
        lambda p, d: _inside(_inside(p.simple(d), "8bit", p), "base64", p),
        [NAME.replace(" đợt 1", "")],
    ),
    "zip": (lambda p, d: p.attached(_zip(d), "; filename=nop.zip"), ["nop.zip"]),
    "winmail.dat": (
        lambda p, d: p.attached(
            p.tnef((NAME, d)), "; filename=winmail.dat", kind="application/ms-tnef"
        ),
        [NAME],
    ),
    "winmail.dat without its type": (
        lambda p, d: p.attached(p.tnef((NAME, d), ("anh.png", b"\x89PNG")), "; filename=x.dat"),
        [NAME],
    ),
    "outlook letter": (
        lambda p, d: p.msg("oi@dn1.example", "Nộp", [(NAME, d)]),
        [NAME],
    ),
    "outlook letter attached": (
        lambda p, d: p.attached(p.msg("man@dn2.example", "Nộp", [(NAME, d)]), "; filename=thu.msg"),
        [NAME],
    ),
    "path upwards": (lambda p, d: p.attached(d, '; filename="../../x.xlsx"'), ["../../x.xlsx"]),
    "windows path": (
        lambda p, d: p.attached(d, '; filename="C:\\\\..\\\\CON.xlsx"'),
        ["C:\\..\\CON.xlsx"],
    ),
    "long name": (
        lambda p, d: p.attached(d, f"; filename={'x' * 300}.xlsx"),
        ["x" * 300 + ".xlsx"],
    ),
    "decomposed name": (
        lambda p, d: p.attached(d, f"; filename*=utf-8''{_percent(DECOMPOSED.encode())}"),
        ["Bảng.xlsx"],
    ),
    "right-to-left mark": (
        lambda p, d: p.attached(d, f"; filename*=utf-8''{_percent(MIRRORED.encode())}"),
        ["a xslx.exe.xlsx"],
    ),
    "quoted-printable": (
        lambda p, d: p.mixed(
            p.part(
                "".join(f"={byte:02X}=\n" for byte in d).encode(),
                "Content-Type: application/x; name=a.xlsx",
                encoding="quoted-printable",
            )
        ),
        ["a.xlsx"],
    ),
    "csv as text": (
        lambda p, d: p.mixed(
            p.part(
                b"a,b\n1,2\n",
                "Content-Type: text/csv",
                "Content-Disposition: attachment; filename=a.csv",
            )
        ),
        ["a.csv"],
    ),
    "carriage returns": (
        lambda p, d: p.attached(d, "; filename=a.xlsx").replace(b"\n", b"\r\n"),
        ["a.xlsx"],
    ),
    "broken headers": (
        lambda p, d: p.attached(
            d, "; filename=a.xlsx", From="<<oi@dn1.example", Message_ID="<1@x", Date="hôm qua"
        ),
        ["a.xlsx"],
    ),
}


@pytest.mark.parametrize("case", GOOD)
def test_every_form_is_found_whole(case: str, post: Any, book_bytes: bytes) -> None:
    make, names = GOOD[case]
    found = [one for one in parse(make(post, book_bytes)).attachments if form_suffix(one)]
    assert [one.name for one in found] == names
    for one in found:
        data = one.data
        if form_suffix(one) == ".zip":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                data = archive.read(archive.namelist()[0])
        assert data == (b"a,b\n1,2\n" if form_suffix(one) == ".csv" else book_bytes)


@pytest.mark.parametrize("case", GOOD)
def test_a_name_of_a_letter_is_never_a_path(case: str, post: Any, book_bytes: bytes) -> None:
    letter = parse(GOOD[case][0](post, book_bytes))
    for one in letter.attachments:
        name = stored_name(letter, "", 1, one, form_suffix(one) or ".xlsx")
        assert re.fullmatch(r"[0-9]{4}-[0-9-]+_\d{4}_[a-z0-9_-]+\.(xlsx|zip|csv)", name), name
        assert len(name) < 120


def _cut_base64(p: Any, d: bytes) -> bytes:
    whole = p.attached(d, "; filename=a.xlsx")
    end = whole.rindex(b"\n--ranh-gioi--")
    return bytes(whole[: end - 403] + b"\n" + whole[end:])


BAD: dict[str, tuple[Make, str]] = {
    "base64 cut": (_cut_base64, "E901"),
    "letter cut": (lambda p, d: p.attached(d)[:-3000], "E901"),
    "strange signs in base64": (
        lambda p, d: p.attached(d).replace(b"UEsD", b"UE*D", 1),
        "E901",
    ),
    "no boundary": (
        lambda p, d: p.attached(d).replace(b'; boundary="ranh-gioi"', b"", 1),
        "E901",
    ),
    "forwarded base64 cut": (
        lambda p, d: _inside(p.simple(d)[:-1] + b"\xff", "base64", p).replace(b"=\n", b"\n", 1),
        "E901",
    ),
    "winmail.dat cut": (lambda p, d: p.attached(p.tnef((NAME, d))[:-40]), "E901"),
    "winmail.dat changed": (
        lambda p, d: p.attached(p.tnef((NAME, d)).replace(b"PK\x03\x04", b"PK\x03\x05", 1)),
        "E901",
    ),
    "outlook letter cut": (lambda p, d: p.msg("a@b.example", "x", [(NAME, d)])[:9000], "E901"),
    "letters in letters": (
        lambda p, d: _inside(
            _inside(_inside(_inside(p.simple(d), "8bit", p), "base64", p), "base64", p), "base64", p
        ),
        "E903",
    ),
    "many parts": (
        lambda p, d: p.mixed(*[p.part(b"x", "Content-Type: application/x")] * 300),
        "E903",
    ),
    "no letter": (lambda p, d: b"\x00\x01 no letter", "E904"),
    "nothing": (lambda p, d: b"", "E904"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_damaged_letter_is_refused(case: str, post: Any, book_bytes: bytes) -> None:
    make, code = BAD[case]
    with pytest.raises(Damaged) as caught:
        parse(make(post, book_bytes))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("headers", "nature"),
    [
        ({}, "letter"),
        ({"Auto_Submitted": "no"}, "letter"),
        ({"Auto_Submitted": "auto-replied (vacation)"}, "auto"),
        ({"Precedence": "auto_reply"}, "auto"),
        ({"List_Id": "<ds.example>"}, "list"),
        ({"Precedence": "bulk"}, "list"),
        ({"From": "Mail Delivery System <MAILER-DAEMON@so.example>"}, "bounce"),
    ],
)
def test_nature_of_a_letter(
    headers: dict[str, str], nature: str, post: Any, book_bytes: bytes
) -> None:
    assert parse(post.attached(book_bytes, **headers)).nature == nature


def test_a_letter_says_who_when_and_after_what(post: Any) -> None:
    found = parse(
        post.attached(
            b"x",
            Received="from a by mx.so.example; Sat, 18 Jul 2020 00:30:00 +0700",
            References="<a@x> <b@x>",
        )
    )
    assert (found.sender, found.subject) == ("oi@dn1.example", "Nộp biểu mẫu")
    assert found.day == "2020-07-18"  # the office's server, not the sender's clock
    assert (found.message_id, list(found.references)) == ("<1@dn1.example>", ["<a@x>", "<b@x>"])


def test_the_day_is_the_office_s(post: Any) -> None:
    assert parse(post.attached(b"x", Date="Fri, 17 Jul 2020 18:00:00 +0000")).day == "2020-07-18"
    assert parse(post.attached(b"x", Date="")).day == ""


def test_a_report_of_delivery_names_who_was_not_reached(post: Any) -> None:
    status = "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; Oi@dn1.example\nAction: failed\n"
    part = f"--ranh-gioi\nContent-Type: message/delivery-status\n\n{status}\n"
    letter = post.mixed(
        part, kind="report; report-type=delivery-status", From="Mailer-Daemon@so.example"
    )
    found = parse(letter)
    assert (found.nature, found.failed) == ("bounce", ("oi@dn1.example",))


@pytest.mark.parametrize(
    ("name", "data", "suffix"),
    [
        ("a.xlsx", b"", ".xlsx"),  # empty: the month says so
        ("scan.pdf", b"%PDF-1.4", ""),
        ("logo.png", b"\x89PNG\r\n", ""),
        ("a.et", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".et"),
        ("a", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), ".xls"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), ""),
        ("", b"Rar!\x1a\x07", ".rar"),
        ("bang.xls", b"<html><table></table></html>", ".xls"),
        ("to-trinh.docx", _zip(b"x", "word/document.xml"), ""),
        ("bieu mau", _zip(b"x", "xl/workbook.xml"), ".xlsx"),
    ],
)
def test_forms_are_told_by_what_they_are(name: str, data: bytes, suffix: str) -> None:
    assert form_suffix(Attachment(name, data)) == suffix
