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


TEXTS = ("csv", "html", "xml")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SPREADSHEET = b"urn:schemas-microsoft-com:office:spreadsheet"


def kind_of(data: bytes) -> str:
    """``zip``, ``xls``, ``encrypted``, or a table saved as text: ``csv``, ``html``, ``xml``.

    Raises:
        Unreadable: F101 empty, F102 something else, F103 damaged, F121 archive.
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
    return _text(data[:4096])


def _ole2(data: bytes) -> str:
    for stream, kind in _STREAMS:
        if stream.encode("utf-16-le") in data:
            if kind == "encrypted":
                return kind
            if kind == "xls":
                return "xls"
            words = {"doc": "Word 97-2003", "ppt": "PowerPoint 97-2003", "msg": "Outlook"}[kind]
            raise Unreadable("F102", found=words)
    raise Unreadable("F103", found="không thấy sổ làm việc", found_en="no workbook inside")


def _text(head: bytes) -> str:
    """The kind of a text; UTF-16 is looked at as what it says."""
    plain = head
    codec = utf16_of(head)
    if codec:
        plain = head[: len(head) // 2 * 2].decode(codec, "ignore").encode()
    lowered = plain.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if b"\x00" in plain or not _mostly_text(plain):
        raise Unreadable("F103", found="không rõ kiểu tệp", found_en="unknown kind of file")
    if lowered.startswith(b"mime-version:"):
        raise Unreadable("F102", found="trang web .mht", found_en="a web archive .mht")
    if _SPREADSHEET in lowered and lowered.startswith(b"<"):
        return "xml"
    if _looks_like_html(lowered):
        return "html"
    if lowered.startswith(b"<?xml"):
        raise Unreadable("F102", found="tệp XML", found_en="an XML file")
    return "csv"


def _looks_like_html(lowered: bytes) -> bool:
    starts = (b"<html", b"<!doctype html", b"<table", b"<head", b"<meta", b"<style", b"<div")
    if lowered.startswith(starts):
        return True
    # Exports by web pages often begin with a comment, or are XHTML.
    return lowered.startswith((b"<!--", b"<?xml")) and (b"<table" in lowered or b"<html" in lowered)


def utf16_of(data: bytes) -> str:
    """The codec of a text in UTF-16, by its mark or by a zero in most pairs; else nothing."""
    if data.startswith(_UTF16_MARKS):
        return "utf-16"
    head = data[:4096]
    pairs = len(head) // 2
    even, odd = head[::2].count(0), head[1::2].count(0)
    if pairs < 8 or max(even, odd) * 2 < pairs or min(even, odd) * 10 > max(even, odd):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _mostly_text(head: bytes) -> bool:
    control = sum(byte < 32 and byte not in (9, 10, 13) for byte in head)
    return control * 50 < len(head)
