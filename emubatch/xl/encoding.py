"""Bytes of a text file -> text, with the name of its encoding."""

from __future__ import annotations

import unicodedata
from contextlib import suppress

from emubatch import legacy
from emubatch.vietnamese import nfc
from emubatch.xl.sniff import utf16_of
from emubatch.xl.unreadable import Unreadable

# What Windows put between the letters of any font: dashes, quotes; a few of its codes are nothing.
_DASHES_AND_QUOTES = {
    code: bytes((code,)).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_VOWELS = frozenset("aăâeêioôơuưyAĂÂEÊIOÔƠUƯY")


def decode(data: bytes) -> tuple[str, str]:
    """The text, and its encoding for people.

    Raises:
        Unreadable: F108 when no encoding that offices use gives a text.
    """
    codec = utf16_of(data)
    if codec:
        return _strict(data, codec), "UTF-16"
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return decode_legacy(data)


def _strict(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise Unreadable("F108", found=f"{codec.upper()}: {error.reason}") from error


def decode_legacy(data: bytes) -> tuple[str, str]:
    """The text of bytes that are no Unicode, and its encoding.

    Text of TCVN3 or VNI comes as its bytes stand; cell by cell it becomes Unicode later.

    Raises:
        Unreadable: F124 when it cannot be told which encoding this is.
    """
    with suppress(UnicodeDecodeError):
        text = data.decode("cp1258")
        if _tones_on_vowels(text):
            return nfc(text), "Windows-1258"
    found = legacy.encoding_of(data)
    if not found:
        raise Unreadable("F124")
    return data.decode("latin-1").translate(_DASHES_AND_QUOTES), found


def _tones_on_vowels(text: str) -> bool:
    """Whether every tone mark follows a vowel: no other encoding looks like that by chance."""
    before = ""
    marks = 0
    for char in text:
        if unicodedata.combining(char):
            if before not in _VOWELS:
                return False
            marks += 1
        before = char
    return marks > 0 or text.isascii()
