"""Bytes of a letter -> ``Letter``: every leaf part, forwarded letters and containers opened.

The standard library parses; what it marks as a defect of the content refuses the letter, because
bytes that were cut look like a smaller file. Nothing here touches the disk.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from email import errors, policy
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser

from emubatch.mail import headers, outlook
from emubatch.mail.errors import MailError
from emubatch.mail.letter import Attachment, Damaged, Letter

DEPTH = 3  # letters in letters
PARTS = 200
_BYTES_AT_STAKE = (
    errors.InvalidBase64PaddingDefect,
    errors.InvalidBase64CharactersDefect,
    errors.InvalidBase64LengthDefect,
    errors.CloseBoundaryNotFoundDefect,
    errors.StartBoundaryNotFoundDefect,
    errors.NoBoundaryInMultipartDefect,
    errors.MultipartInvariantViolationDefect,
    errors.InvalidMultipartContentTransferEncodingDefect,
)
_LETTER_START = re.compile(
    rb"(?:received|return-path|from|to|subject|date|message-id|mime-version|delivered-to"
    rb"|content-type|x-[a-z0-9-]+|dkim-signature|arc-seal)[ \t]*:",
    re.IGNORECASE,
)
_NO_LETTER = "không có phần đầu thư", "no headers"


def parse(data: bytes) -> Letter:
    """The letter in these bytes: a MIME message or an Outlook ``.msg``.

    Raises:
        Damaged: E901 cut or broken, E903 too many parts or letters in letters, E904 no letter.
    """
    if data.startswith(outlook.OLE2):
        return outlook.read_msg(data, _inner)
    if not _LETTER_START.match(_start(data)):
        raise Damaged("E904", found=_NO_LETTER[0], found_en=_NO_LETTER[1])
    try:
        message = _message(data)
        found = _about(message)
        if found.nature != "bounce":  # what came back is often cut, and nothing is taken from it
            found.attachments += _leaves(message, 0, "")
        return found
    except (Damaged, MailError, MemoryError):
        raise
    except Exception as error:  # whatever a hostile letter provokes in the parser
        kind = type(error).__name__
        raise Damaged("E904", found=kind, found_en=kind) from error


def headline(data: bytes) -> Letter:
    """Who sent a damaged letter, and when, as far as its headers can be read."""
    try:
        message = BytesHeaderParser(policy=policy.default).parsebytes(data[:65536])
        return _about(message)
    except Exception:  # as in ``parse``
        return Letter()


def _start(data: bytes) -> bytes:
    """The first header: mbox and byte order marks are passed over."""
    data = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    return data.partition(b"\n")[2] if data.startswith((b"From ", b">From ")) else data


def _message(data: bytes) -> Message:
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    return BytesParser(policy=policy.default).parsebytes(data)


def _about(message: Message) -> Letter:
    nature = headers.nature_of(message)
    earlier = headers.ids_of(headers.text_of(message, "references"))
    own = headers.ids_of(headers.text_of(message, "message-id"))
    return Letter(
        message_id=own[0] if own else "",
        references=earlier or headers.ids_of(headers.text_of(message, "in-reply-to")),
        sender=headers.sender_of(message),
        subject=headers.text_of(message, "subject"),
        received=headers.received_of(message),
        nature=nature,
        failed=headers.failed_of(message) if nature == "bounce" else (),
    )


def _leaves(message: Message, depth: int, sender: str) -> Iterator[Attachment]:
    """Every attachment of a message, whatever its disposition; ``depth`` counts letters."""
    for count, (part, inside, writer) in enumerate(_parts(message, depth, sender), 1):
        if count > PARTS:
            raise Damaged("E903", count=PARTS, depth=DEPTH)
        yield from _open(part, inside, writer)


def _parts(message: Message, depth: int, sender: str) -> Iterator[tuple[Message, int, str]]:
    """Leaf parts with the number of letters around them and who wrote the innermost."""
    _check(message)
    if message.get_content_type() == "message/rfc822":
        inner = _forwarded(message)
        if depth >= DEPTH:
            raise Damaged("E903", count=PARTS, depth=DEPTH)
        yield from _parts(inner, depth + 1, headers.sender_of(inner) or sender)
    elif message.is_multipart():
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _parts(part, depth, sender)
    else:
        yield message, depth, sender


def _forwarded(part: Message) -> Message:
    """The letter inside; one that was sent in base64 is decoded first, against the standard."""
    payload = part.get_payload()
    first = payload[0] if isinstance(payload, list) and payload else None
    inner: Message = first if isinstance(first, Message) else Message()
    if headers.text_of(part, "content-transfer-encoding").lower() != "base64":
        return inner
    text = str(inner.get_payload()) if not inner.is_multipart() else ""
    try:
        return _message(base64.b64decode("".join(text.split()), validate=True))
    except (binascii.Error, ValueError) as error:
        raise _damaged(error) from error


def _check(part: Message) -> None:
    for defect in part.defects:
        if isinstance(defect, _BYTES_AT_STAKE):
            raise _damaged(defect)


def _damaged(error: Exception) -> Damaged:
    kind = type(error).__name__
    return Damaged("E901", found=kind, found_en=kind)


def _open(part: Message, depth: int, sender: str) -> Iterator[Attachment]:
    """What one leaf holds: itself, or what is in the container that it is."""
    name = headers.filename_of(part)
    payload = part.get_payload(decode=True)
    _check(part)
    data = payload if isinstance(payload, bytes) else b""
    if headers.is_plain_body(part, name):
        return
    yield from _inner(name, data, depth, sender)


def _inner(name: str, data: bytes, depth: int, sender: str) -> Iterator[Attachment]:
    """A file as it is, or the files in the letter or Outlook container that it is."""
    if outlook.is_tnef(data):
        for inner_name, content in outlook.read_tnef(data):
            yield from _inner(inner_name, content, depth, sender)
    elif outlook.is_msg(data) or _is_letter(name, data):
        if depth >= DEPTH:
            raise Damaged("E903", count=PARTS, depth=DEPTH)
        if outlook.is_msg(data):
            found = outlook.read_msg(data, _inner, depth + 1)
            yield from found.attachments
        else:
            message = _message(data)
            yield from _leaves(message, depth + 1, headers.sender_of(message) or sender)
    else:
        yield Attachment(name, data, sender)


def _is_letter(name: str, data: bytes) -> bool:
    named = name.lower().endswith(".eml")
    first = _LETTER_START.match(_start(data)) is not None
    return first and (named or b"\nmime-version:" in data[:16384].lower().replace(b"\r", b""))
