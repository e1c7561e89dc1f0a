"""One letter as it is read: who, when, what is attached, what is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

OFFICE_TIME = dt.timezone(dt.timedelta(hours=7))  # Vietnam has one time and no summer time


class Damaged(Exception):
    """A letter that cannot be trusted as a whole: ``code`` of the catalogue and its words."""

    def __init__(self, code: str, **words: Any) -> None:
        self.code = code
        self.words = words
        super().__init__(code, words)


@dataclass(frozen=True, slots=True)
class Attachment:
    """Bytes that came with a letter.

    Attributes:
        name: as the letter states it, never used as a path; empty when it states none.
        data: decoded.
        sender: address of the forwarded letter that it lay in, empty otherwise.
    """

    name: str
    data: bytes
    sender: str = ""


@dataclass(slots=True)
class Letter:
    """One letter.

    Attributes:
        message_id: with its angle brackets, empty when there is none.
        references: message ids of the letters before it, oldest first.
        sender: address in small letters, empty when there is none.
        received: when it reached the office, in the office's time; None when it does not say.
        nature: ``letter``, ``bounce``, ``auto`` (a machine answered) or ``list``.
        failed: addresses that a bounce says were not reached.
    """

    message_id: str = ""
    references: Sequence[str] = ()
    sender: str = ""
    subject: str = ""
    received: dt.datetime | None = None
    nature: str = "letter"
    failed: tuple[str, ...] = ()
    attachments: list[Attachment] = field(default_factory=list)

    @property
    def day(self) -> str:
        """ISO date on which it reached the office, empty when not known."""
        return self.received.date().isoformat() if self.received else ""
