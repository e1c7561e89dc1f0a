"""The two containers of Outlook: ``winmail.dat`` (TNEF) inside a letter, and ``.msg`` files."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable, Iterator
from email.parser import HeaderParser
from typing import Any

from emubatch.mail import headers
from emubatch.mail.errors import needed
from emubatch.mail.letter import OFFICE_TIME, Attachment, Damaged, Letter
from emubatch.vietnamese import clean

_TNEF = b"\x78\x9f\x3e\x22"
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MSG_STREAM = "__substg1.0_".encode("utf-16-le")
_SMTP_ADDRESS = 0x39FE, 0x5D01  # where Outlook keeps an address of the Internet
Inner = Callable[[str, bytes, int, str], Iterator[Attachment]]


def is_tnef(data: bytes) -> bool:
    """Whether these bytes are a winmail.dat."""
    return data.startswith(_TNEF)


def is_msg(data: bytes) -> bool:
    """Whether these bytes are an Outlook letter."""
    return data.startswith(OLE2) and _MSG_STREAM in data


def read_tnef(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file in a winmail.dat.

    Raises:
        Damaged: E901, when it was cut or a checksum is wrong; the library would not say so.
        MailError: ``extra``.
    """
    _walk(data)
    with needed("tnefparse"):
        from tnefparse import TNEF
    try:
        attachments = TNEF(data).attachments
        found = [(_text(one.long_filename()), bytes(one.data)) for one in attachments]
    except Exception as error:  # as in ``parse``
        raise _damaged(error) from error
    yield from found


def _walk(data: bytes) -> None:
    """Every object of the container is whole: length and checksum are right."""
    at = 6
    while at < len(data):
        if at + 9 > len(data):
            raise Damaged("E901", found="winmail.dat", found_en="winmail.dat")
        (length,) = struct.unpack_from("<I", data, at + 5)
        end = at + 9 + length
        if end + 2 > len(data):
            raise Damaged("E901", found="winmail.dat", found_en="winmail.dat")
        (stated,) = struct.unpack_from("<H", data, end)
        if sum(data[at + 9 : end]) & 0xFFFF != stated:
            raise Damaged("E901", found="winmail.dat", found_en="winmail.dat")
        at = end + 2


def read_msg(data: bytes, inner: Inner, depth: int = 0) -> Letter:
    """The letter in a ``.msg``; ``inner`` opens what its attachments hold.

    Raises:
        Damaged: E901.
        MailError: ``extra``.
    """
    with needed("python-oxmsg"):
        from oxmsg import Message
    try:
        message = Message.load(data)
        found = _about(message)
        files = [(_name(one), one.file_bytes) for one in message.attachments]
    except Exception as error:  # as in ``parse``
        raise _damaged(error) from error
    writer = found.sender if depth else ""
    for name, content in files:
        if content is None:  # a link to a file elsewhere, or a letter in Outlook's own way
            raise Damaged("E901", found=name or ".msg", found_en=name or ".msg")
        found.attachments += inner(name, bytes(content), depth, writer)
    return found


def _about(message: Any) -> Letter:
    raw = "".join(f"{name}: {value}\n" for name, value in message.message_headers.items())
    sent = HeaderParser().parsestr(raw)
    ids = headers.ids_of(headers.text_of(sent, "message-id"))
    received = headers.received_of(sent) or _moment(message.sent_date)
    senders = headers.addresses_of(message.sender or "") or headers.addresses_of(_smtp(message))
    return Letter(
        message_id=ids[0] if ids else "",
        references=headers.ids_of(headers.text_of(sent, "references")),
        sender=senders[0] if senders else "",
        subject=_text(message.subject or ""),
        received=received,
        nature=headers.nature_of(sent),
    )


def _smtp(message: Any) -> str:
    texts = (message.properties.str_prop_value(key) for key in _SMTP_ADDRESS)
    return next((text for text in texts if text), "")


def _moment(sent: dt.datetime | None) -> dt.datetime | None:
    return sent.astimezone(OFFICE_TIME) if sent else None


def _name(attachment: Any) -> str:
    """The long name, else the short one that old programs leave."""
    return _text(attachment.file_name or attachment.properties.str_prop_value(0x3704) or "")


def _text(value: Any) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
    return clean("".join(c if c.isprintable() else " " for c in text))


def _damaged(error: Exception) -> Damaged:
    kind = type(error).__name__
    return Damaged("E901", found=kind, found_en=kind)
