"""Sends the drafts of a run, each unit at most once: the register of letters is asked first.

It is told before a letter goes out and after. A letter of which it only knows the first is
``unsure``: it is shown, and goes out again only when a person says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from emubatch.mail.book import LATER, REFUSED, SENDING, SENT, UNSURE, Book
from emubatch.mail.drafts import Draft, draft_bytes, sender_address
from emubatch.mail.smtp import Outbox
from emubatch.vietnamese import fold_key

ALREADY, NO_ADDRESS, PARTLY, WOULD = "already", "no_address", "partly", "would"
DONE = (SENT, PARTLY, ALREADY)
STATES = (SENT, PARTLY, ALREADY, WOULD, LATER, REFUSED, UNSURE, NO_ADDRESS)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the letter to one unit: one of ``STATES``, and the server's code."""

    unit: str
    state: str
    code: int = 0


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, for which run; ``again`` are units whose unsure letter is to be sent again."""

    run: str
    sender: str
    reply_to: str = ""
    again: Sequence[str] = ()


def send(
    book: Book | None, outbox: Outbox | None, drafts: Sequence[Draft], sender: Sender
) -> Iterator[Sent]:
    """Send what was not sent before; without a register and an outbox only say what would be.

    Raises:
        MailError: when the server cannot be worked with; what went out so far is in the register.
    """
    again = {fold_key(unit) for unit in sender.again}
    for draft in drafts:
        known = _known(book, draft, sender.run, fold_key(draft.unit) in again)
        if known is not None:
            yield known
        elif outbox is None or book is None:
            yield Sent(draft.unit, WOULD)
        else:
            yield _send(book, outbox, draft, sender)


def _known(book: Book | None, draft: Draft, run: str, again: bool) -> Sent | None:
    """How a letter stands that is not to be sent now; None when it is."""
    if not draft.recipients:
        return Sent(draft.unit, NO_ADDRESS)
    before = book.reply(run, draft.unit) if book else None
    if before is None or before.state == LATER:
        return None
    if before.state == SENT:
        return Sent(draft.unit, ALREADY, before.code)
    if before.state in (SENDING, UNSURE):
        return None if again else Sent(draft.unit, UNSURE, before.code)
    moved = before.recipients != ", ".join(draft.recipients)
    return None if moved or again else Sent(draft.unit, REFUSED, before.code)


def _send(book: Book, outbox: Outbox, draft: Draft, sender: Sender) -> Sent:
    outbox.connect()  # whatever fails here, nothing was sent
    data = draft_bytes(draft, sender.sender, sender.reply_to, sent=True)
    book.sending(sender.run, draft.unit, draft.message_id, ", ".join(draft.recipients))
    found = outbox.deliver(sender_address(sender.sender), draft.recipients, data)
    book.ended(sender.run, draft.unit, found.state, found.code, draft.kind)
    state = PARTLY if found.state == SENT and found.code else found.state
    return Sent(draft.unit, state, found.code)
