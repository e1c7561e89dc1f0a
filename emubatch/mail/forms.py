"""Which attachments are forms, by what they are, and the name under which one is stored."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import PurePosixPath

from emubatch.mail.letter import Attachment, Letter
from emubatch.runfolder import file_stems
from emubatch.vietnamese import slug

_BOOKS = (".xlsx", ".xlsm", ".xltx", ".xlsb", ".xls", ".xlt", ".ods", ".fods", ".csv")
SUFFIXES = frozenset((*_BOOKS, ".et", ".ett", ".wps", ".zip", ".rar", ".7z"))
_ARCHIVES = ((b"Rar!", ".rar"), (b"7z\xbc\xaf\x27\x1c", ".7z"))
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE2_BOOKS = tuple(name.encode("utf-16-le") for name in ("Workbook", "EncryptedPackage"))
_OLE2_OTHERS = tuple(name.encode("utf-16-le") for name in ("WordDocument", "PowerPoint Document"))
_SHEETS = b"application/vnd.oasis.opendocument.spreadsheet"
_NAME = 40
_PERSONAL = 24


def form_suffix(attachment: Attachment) -> str:
    """The suffix to store an attachment under, empty when it is no form (a scan, a logo).

    What cannot be read as a form but was meant as one is kept too: the month says what is wrong.
    """
    stated = PurePosixPath(attachment.name.replace("\\", "/")).suffix.lower()
    stated = stated if stated in SUFFIXES else ""
    data = attachment.data
    if data.startswith(b"PK\x03\x04"):
        found = _zip_suffix(data)
        return (stated or found) if found else ""
    if data.startswith(_OLE2):
        if any(name in data for name in _OLE2_BOOKS):
            return stated or (".xlsx" if _OLE2_BOOKS[1] in data else ".xls")
        return "" if any(name in data for name in _OLE2_OTHERS) else stated
    for signature, suffix in _ARCHIVES:
        if data.startswith(signature):
            return suffix
    return stated


def _zip_suffix(data: bytes) -> str:
    """``.xlsx``, ``.ods`` or ``.zip``; empty for a text or slides."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if any(name.startswith("xl/") for name in names):
                return ".xlsx"
            if any(name.startswith(("word/", "ppt/", "visio/")) for name in names):
                return ""
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return ".ods" if archive.read("mimetype").startswith(_SHEETS) else ""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, KeyError):
        pass  # the month will say that it is damaged
    return ".zip"


def digest(data: bytes) -> str:
    """The sha256 of a file."""
    return hashlib.sha256(data).hexdigest()


def stored_name(letter: Letter, unit: str, index: int, attachment: Attachment, suffix: str) -> str:
    """Date and time, whose, which of the letter, hash, and what it was called; no path of anybody.

    Args:
        letter: the letter that it came with.
        unit: code of the unit that the sender is known to be, empty otherwise.
        index: from 1, of the forms of the letter.
        attachment: the file.
        suffix: as of ``form_suffix``.
    """
    when = letter.received.strftime("%Y-%m-%d_%H%M") if letter.received else "0000-00-00_0000"
    sender = attachment.sender or letter.sender
    who = file_stems([unit])[0] if unit else slug(sender.partition("@")[0])[:_PERSONAL]
    stem = PurePosixPath(attachment.name.replace("\\", "/")).name
    called = slug(stem.rpartition(".")[0] or stem)[:_NAME].strip("-")
    parts = (when, who or "khong-ro", f"{index:02}", digest(attachment.data)[:8], called)
    return "_".join(filter(None, parts)) + suffix
