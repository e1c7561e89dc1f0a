"""What can keep mail from being read or sent as a whole; one bad letter is a finding instead."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

USAGE = frozenset(("extra", "source", "url", "password_in_url", "no_source", "no_smtp", "no_unit"))
TAKEN = frozenset(("busy", "changed", "run_changed"))


class MailError(Exception):
    """Mail cannot be read or sent; ``reason`` is the tail of an interface word ``mail_…``.

    Those of ``USAGE`` are about what was typed or is installed, those of ``TAKEN`` about something
    in use; the others about a server, a folder or the register of letters. ``words`` fill the word.
    """

    def __init__(self, reason: str, **words: object) -> None:
        self.reason = reason
        self.words = {name: str(value) for name, value in words.items()}
        super().__init__(reason, self.words)


@contextmanager
def needed(library: str) -> Iterator[None]:
    """Around the import of a library that only mail needs.

    Raises:
        MailError: ``extra``, when it is not installed.
    """
    try:
        yield
    except ImportError as error:
        raise MailError("extra", library=library) from error
