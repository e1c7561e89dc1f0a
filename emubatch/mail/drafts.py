"""A letter to a unit as bytes: the same content gives the same bytes, boundaries included."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from emubatch.mail.headers import addresses_of
from emubatch.vietnamese import clean

_XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_ASCII = re.compile(r"[!-~]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter that is written but not sent.

    Attributes:
        unit: code of the unit that it is for.
        kind: ``receipt``, ``mend``, ``unreadable`` or ``reminder``.
        recipients: addresses, none when the roster has none.
        subject: one line.
        text: the letter as plain text.
        html: the same as a page.
        message_id: made of the run and the unit, so that a letter made anew is the same letter.
        answers: message ids of the letters that this one answers, the oldest first.
        attachment: name and bytes of the form that goes along.
    """

    unit: str
    kind: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    message_id: str
    answers: tuple[str, ...] = ()
    attachment: tuple[str, bytes] | None = None


def message_id(run: str, unit: str, sender: str) -> str:
    """The id of the letter of a run to a unit; it names nobody."""
    whose = hashlib.sha256(unit.encode()).hexdigest()[:12]
    domain = sender.rpartition("@")[2].rstrip(">") or "emubatch.invalid"
    return f"<{run[:16]}.{whose}@{domain}>"


def recipients_of(text: str) -> tuple[str, ...]:
    """The addresses in a cell of the roster that a mail server takes."""
    return tuple(one for one in addresses_of(text) if _ASCII.fullmatch(one) and _usable(one))


def _usable(address: str) -> bool:
    try:
        return bool(Address(addr_spec=address).domain)
    except (ValueError, IndexError, HeaderParseError):
        return False


def sender_address(sender: str) -> str:
    """The bare address of ``Name <address>``, empty when there is none."""
    return next(iter(recipients_of(sender)), "")


def draft_bytes(draft: Draft, sender: str, reply_to: str, *, sent: bool = False) -> bytes:
    """The letter; as a draft that a mail program opens for sending, or as it is sent.

    Args:
        draft: what is said, to whom.
        sender: ``Name <address>``, may be empty in a draft.
        reply_to: where answers go, empty for the sender.
        sent: with the date of now and without the mark of a draft.
    """
    head = [] if sent else ["X-Unsent: 1"]
    for name, text in (("From", sender), ("Reply-To", reply_to)):
        address = sender_address(text)
        if address:
            said = _encoded(name, text.rpartition("<")[0].strip(' "'))
            head.append(f"{name}: {said} <{address}>" if said else f"{name}: {address}")
    if draft.recipients:
        head.append("To: " + ",\r\n ".join(draft.recipients))
    head.append(f"Subject: {_encoded('Subject', draft.subject)}")
    letter = EmailMessage(policy=SMTP)
    if sent:
        letter["Date"] = formatdate()
    letter["Message-ID"] = draft.message_id
    if draft.answers:
        letter["In-Reply-To"] = draft.answers[-1]
        letter["References"] = " ".join(draft.answers)
    letter["Auto-Submitted"] = "auto-replied" if draft.answers else "auto-generated"
    letter.set_content(draft.text, cte="quoted-printable")
    letter.add_alternative(draft.html, subtype="html", cte="quoted-printable")
    if draft.attachment:
        name, data = draft.attachment
        letter.add_attachment(data, maintype=_XLSX[0], subtype=_XLSX[1], filename=name)
    _set_boundaries(letter, draft)
    return "".join(f"{line}\r\n" for line in head).encode("ascii") + letter.as_bytes()


def _encoded(name: str, text: str) -> str:
    """A text as it may stand in a header, on lines of the right length.

    ``EmailMessage`` drops spaces where it folds such a text (Python 3.11), ``Header`` does not.
    """
    text = clean("".join(c if c.isprintable() else " " for c in text))
    return Header(text, "utf-8", header_name=name).encode(linesep="\r\n") if text else ""


def _set_boundaries(letter: EmailMessage, draft: Draft) -> None:
    attached: Sequence[str | bytes] = draft.attachment or ()
    parts = [one if isinstance(one, bytes) else one.encode() for one in attached]
    content = b"\0".join([draft.text.encode(), draft.html.encode(), *parts])
    mark = hashlib.sha256(content).hexdigest()[:32]
    for number, part in enumerate(one for one in letter.walk() if one.is_multipart()):
        part.set_boundary(f"=_emubatch_{number}_{mark}")
