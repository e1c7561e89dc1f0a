"""Headers of a letter, read so that no malformed one can stop the reading."""

from __future__ import annotations

import datetime as dt
import re
from email.message import EmailMessage, Message
from email.utils import getaddresses, parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from emubatch.mail.letter import OFFICE_TIME
from emubatch.vietnamese import clean

_ID = re.compile(r"<[^<>\s]{1,400}>")
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\[\]]+@[A-Za-z0-9][A-Za-z0-9.-]*")
_SEGMENT = re.compile(r"(?:file)?name\*(\d{1,3})(\*?)\s*=\s*(\"[^\"]*\"|[^;\s]*)", re.IGNORECASE)
_MACHINES = ("mailer-daemon", "postmaster")
_LISTS = ("list", "bulk", "junk")


def text_of(message: Message, name: str) -> str:
    """The header's text on one line; the raw text where the standard library gives up."""
    try:
        found = message[name]
        return _line(str(found)) if found is not None else ""
    except Exception:  # its parser raises many kinds of errors for headers that it does not expect
        return _line(_raw(message, name))


def _raw(message: Message, name: str) -> str:
    pairs = message.raw_items()
    return next((str(value) for key, value in pairs if key.lower() == name), "")


def _line(text: str) -> str:
    whole = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return clean("".join(c if c.isprintable() else " " for c in whole))


def all_of(message: Message, name: str) -> list[str]:
    """Every header of this name, raw, the topmost first."""
    return [str(value) for key, value in message.raw_items() if key.lower() == name]


def ids_of(text: str) -> list[str]:
    """Message ids in a header."""
    return _ID.findall(text)


def addresses_of(text: str) -> list[str]:
    """Addresses in a header or in a cell of the roster, in small letters, each once."""
    parts = [address for _, address in getaddresses([text.replace(";", ",")])]
    found = [part for part in parts if _ADDRESS.fullmatch(part)] or _ADDRESS.findall(text)
    return list(dict.fromkeys(address.lower() for address in found))


def sender_of(message: Message) -> str:
    """The address that a letter says it is from, in small letters."""
    for name in ("from", "sender", "return-path"):
        found = addresses_of(text_of(message, name))
        if found:
            return found[0]
    return ""


def received_of(message: Message) -> dt.datetime | None:
    """When the office's own server took the letter in, else when it says it was written."""
    stamps = [text.rpartition(";")[2] for text in all_of(message, "received")[:1]]
    for text in (*stamps, text_of(message, "date")):
        found = _moment(text)
        if found:
            return found
    return None


def _moment(text: str) -> dt.datetime | None:
    try:
        found = parsedate_to_datetime(text.strip())
        aware = found if found.tzinfo else found.replace(tzinfo=dt.UTC)
        return aware.astimezone(OFFICE_TIME)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def nature_of(message: Message) -> str:
    """``bounce``, ``auto``, ``list`` or ``letter``: only the last is answered or taken from."""
    kind = text_of(message, "content-type").lower()
    machine = sender_of(message).partition("@")[0] in _MACHINES
    if "delivery-status" in kind or machine:
        return "bounce"
    if kind.startswith("multipart/report"):  # "your letter was read", with the letter in it
        return "auto"
    answered = text_of(message, "auto-submitted").lower().partition(";")[0].strip()
    if answered not in ("", "no", "auto-forwarded") or text_of(message, "x-autoreply"):
        return "auto"
    precedence = text_of(message, "precedence").lower()
    if precedence == "auto_reply":
        return "auto"
    if text_of(message, "list-id") or text_of(message, "list-post") or precedence in _LISTS:
        return "list"
    return "letter"


def failed_of(message: Message) -> tuple[str, ...]:
    """The addresses that a report of delivery says were not reached."""
    found: list[str] = []
    for part in message.walk():
        for name in ("final-recipient", "original-recipient", "x-failed-recipients"):
            found += addresses_of(text_of(part, name).partition("; ")[2] or text_of(part, name))
    return tuple(dict.fromkeys(found))


def filename_of(part: Message) -> str:
    """The name that a part states, as text; empty when it states none."""
    try:
        name = part.get_filename() or ""
    except Exception:  # as in ``text_of``
        name = ""
    if "\ufffd" in name or any(0xDC80 <= ord(c) <= 0xDCFF for c in name):
        name = _joined(part) or name
    return _line(name)


def _joined(part: Message) -> str:
    """A name in pieces (RFC 2231), put together before it is decoded.

    Some programs cut between the bytes of one letter, and piece by piece it cannot be decoded.
    """
    for header in ("content-disposition", "content-type"):
        pieces = sorted(
            (int(number), star, text.strip('"'))
            for number, star, text in _SEGMENT.findall(_raw(part, header))
        )
        if pieces:
            whole = "".join(text for _, _, text in pieces)
            charset, _, rest = whole.partition("'") if whole.count("'") >= 2 else ("utf-8", "", "")
            text = rest.partition("'")[2] if rest else whole
            try:
                return unquote_to_bytes(text).decode(charset or "utf-8", "replace")
            except LookupError:
                return unquote_to_bytes(text).decode("utf-8", "replace")
    return ""


def is_plain_body(part: EmailMessage | Message, name: str) -> bool:
    """Whether a part is what the writer typed, not a file."""
    return part.get_content_maintype() == "text" and not name and not _is_attached(part)


def _is_attached(part: Message) -> bool:
    return text_of(part, "content-disposition").lower().startswith("attachment")
