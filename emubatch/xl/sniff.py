"""What a file truly is, by its first bytes: names and extensions lie."""

from __future__ import annotations

from emubatch.xl.unreadable import Unreadable

_ZIP = b"PK\x03\x04"
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "PDF", "PDF"),
    (b"\x89PNG", "ảnh PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "ảnh JPEG", "a JPEG picture"),
    (b"{\\rtf", "văn bản RTF", "an RTF text"),
)
_ARCHIVES = ((b"Rar!", ".rar"), (b"7z\xbc\xaf\x27\x1c", ".7z"), (b"PK\x05\x06", ".zip"))
# Streams of an OLE2 container, named in UTF-16 in its directory.
_STREAMS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", "encrypted"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
    ("__substg1.0_", "msg"),
)


def kind_of(data: bytes) -> str:
    """``zip`` or ``xls``.

    Raises:
        Unreadable: F101 empty, F102 something else, F103 damaged, F104 password, F121 archive.
    """
    if not data:
        raise Unreadable("F101")
    if data.startswith(_ZIP):
        return "zip"
    if data.startswith(_OLE2):
        return _ole2(data)
    for signature, vi, en in _SIGNATURES:
        if data.startswith(signature):
            raise Unreadable("F102", found=vi, found_en=en)
    for signature, suffix in _ARCHIVES:
        if data.startswith(signature):
            raise Unreadable("F121", found=suffix)
    if b"PK\x01\x02" in data and b"PK\x05\x06" in data[-66_000:]:
        raise Unreadable("F105", found="có dữ liệu lạ ở đầu tệp", found_en="strange bytes in front")
    raise _text_or_noise(data[:4096])


def _ole2(data: bytes) -> str:
    for stream, kind in _STREAMS:
        if stream.encode("utf-16-le") in data:
            if kind == "encrypted":
                raise Unreadable("F104")
            if kind == "xls":
                return "xls"
            words = {"doc": "Word 97-2003", "ppt": "PowerPoint 97-2003", "msg": "Outlook"}[kind]
            raise Unreadable("F102", found=words)
    raise Unreadable("F103", found="không thấy sổ làm việc", found_en="no workbook inside")


def _text_or_noise(head: bytes) -> Unreadable:
    lowered = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if lowered.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<meta")):
        return Unreadable("F102", found="trang HTML", found_en="an HTML page")
    if lowered.startswith(b"<?xml"):
        return Unreadable("F102", found="tệp XML", found_en="an XML file")
    if b"\x00" not in head and _mostly_text(head):
        return Unreadable("F102", found="văn bản hoặc CSV", found_en="plain text or CSV")
    return Unreadable("F103", found="không rõ kiểu tệp", found_en="unknown kind of file")


def _mostly_text(head: bytes) -> bool:
    control = sum(byte < 32 and byte not in (9, 10, 13) for byte in head)
    return control * 50 < len(head)
