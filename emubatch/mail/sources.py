"""Where letters lie on this machine: a file, a folder of files, an mbox, a Maildir."""

from __future__ import annotations

import mailbox
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from emubatch.mail.errors import MailError
from emubatch.vietnamese import natural_key, nfc

SIZE_LIMIT = 64 << 20  # of one letter; servers take less
_LETTERS = (".eml", ".msg")
_MAILDIR = ("cur", "new")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A letter as it lies in its source.

    Attributes:
        place: where, to tell a person: a file name, ``thu.mbox#3``, ``INBOX#17``.
        data: its bytes; None when it is larger than ``SIZE_LIMIT`` or need not be read again.
        size: in bytes.
        uid: number on its server, empty elsewhere.
        known: whether the register of letters says that this very place was done before.
    """

    place: str
    data: bytes | None
    size: int
    uid: str = ""
    known: bool = False


class Source(Protocol):
    """A place with letters; ``others`` counts files there that are none."""

    others: int

    def arrivals(self, known: Callable[[str], bool]) -> Iterator[Arrival]:
        """Every letter, in an order that does not depend on the disk; ``known`` takes a uid."""

    def done(self, uids: Sequence[str]) -> None:
        """Told, after they were stored for good, which letters need no more attention."""


class LocalSource:
    """Letters in files; nothing is ever changed there.

    Raises:
        MailError: ``no_source``, when there is no such file or folder.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise MailError("source", path=path)
        self.path = path
        self.others = 0

    def arrivals(self, known: Callable[[str], bool]) -> Iterator[Arrival]:
        """Every letter of the file or folder."""
        root = self.path.parent if self.path.is_file() else self.path
        for path in _files(self.path):
            place = nfc(path.relative_to(root).as_posix())
            if path.suffix.lower() in _LETTERS or path.parent.name in _MAILDIR:
                yield _letter(path, place)
            elif _is_mbox(path):
                yield from _mbox(path, place)
            else:
                self.others += 1

    def done(self, uids: Sequence[str]) -> None:
        """Letters in files are left as they are."""


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    found = (one for one in path.rglob("*") if one.is_file() and not one.name.startswith("."))
    maildirs = {one.parent for one in path.rglob("cur") if one.is_dir()}
    letters = [one for one in found if not _in_tmp(one, maildirs)]
    return sorted(letters, key=lambda one: (natural_key(one.as_posix()), one.as_posix()))


def _in_tmp(path: Path, maildirs: set[Path]) -> bool:
    """A Maildir's ``tmp`` holds letters that are being delivered."""
    return path.parent.name == "tmp" and path.parent.parent in maildirs


def _letter(path: Path, place: str) -> Arrival:
    """A letter in a file of its own; one that cannot be opened is refused like one without text."""
    try:
        size = path.stat().st_size
        return Arrival(place, path.read_bytes() if size <= SIZE_LIMIT else None, size)
    except OSError:
        return Arrival(place, b"", 0)


def _is_mbox(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(5) == b"From "
    except OSError:
        return False


def _mbox(path: Path, place: str) -> Iterator[Arrival]:
    with closing(mailbox.mbox(path, create=False)) as box:
        for number, key in enumerate(sorted(box.keys()), 1):
            data = box.get_bytes(key)
            size = len(data)
            yield Arrival(f"{place}#{number}", data if size <= SIZE_LIMIT else None, size)
