"""What lies in the inbox: names, hashes and sizes, in an order that does not depend on the disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from emubatch.intake.archive import entries, is_archive
from emubatch.vietnamese import natural_key, nfc
from emubatch.xl.limits import DEFAULT, Limits
from emubatch.xl.unreadable import Unreadable

_SYSTEM_FILES = frozenset(("thumbs.db", "desktop.ini", "__macosx"))


@dataclass(frozen=True, slots=True)
class InboxFile:
    """One received file, or one file of an archive that was received.

    Attributes:
        path: where it lies; for a file of an archive, where the archive lies.
        name: path relative to the inbox, NFC, with ``/``; ``goi.zip/tên.xlsx`` in an archive.
        sha256: of its bytes, empty when it cannot be read.
        size: in bytes, 0 when it cannot be read.
        inside: position in the archive, then in the archive inside that one; empty for a file.
    """

    path: Path
    name: str
    sha256: str
    size: int
    inside: tuple[int, ...] = ()


class Inbox(list[InboxFile]):
    """The received files in natural order of their names.

    Attributes:
        ignored: names of lock files and hidden files, which are no submissions.
    """

    def __init__(self, files: list[InboxFile], ignored: list[str]) -> None:
        super().__init__(files)
        self.ignored = ignored


def scan(inbox: Path, limits: Limits = DEFAULT) -> Inbox:
    """Every file of a folder and its sub-folders, links that lead nowhere included.

    Files of an archive stand for it; an archive that cannot be opened stands for itself.

    Raises:
        NotADirectoryError: when there is no such folder.
    """
    if not inbox.is_dir():
        raise NotADirectoryError(str(inbox))
    files: list[InboxFile] = []
    ignored: list[str] = []
    for path in inbox.rglob("*"):
        relative = path.relative_to(inbox)
        name = nfc(relative.as_posix())
        if any(_is_hidden(part) for part in relative.parts):
            if not path.is_dir():
                ignored.append(name)
        elif not path.is_dir():
            files += expanded(inbox_file(path, name), limits, ignored)
    files.sort(key=lambda file: (natural_key(file.name), file.name))
    return Inbox(files, sorted(ignored, key=natural_key))


def inbox_file(path: Path, name: str = "") -> InboxFile:
    """One file by its path; ``name`` is its file name unless given."""
    name = name or nfc(path.name)
    try:
        if path.is_file():  # a pipe would never end
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
                return InboxFile(path, name, digest, stream.tell())
    except OSError:
        pass
    return InboxFile(path, name, "", 0)


def expanded(file: InboxFile, limits: Limits, ignored: list[str]) -> list[InboxFile]:
    """The files inside of an archive; any other file, or an archive refused, as it is."""
    try:
        if not file.size or not is_archive(file.path):
            return [file]
        found = [
            InboxFile(file.path, f"{file.name}/{entry.name}", entry.sha256, entry.size, entry.at)
            for entry in entries(file.path, limits)
        ]
    except (Unreadable, OSError):
        return [file]
    seen = [one for one in found if not any(map(_is_hidden, one.name.split("/")))]
    ignored += [one.name for one in found if one not in seen]
    return seen or [file]


def _is_hidden(part: str) -> bool:
    """Lock files of Excel (~$form.xlsx) and LibreOffice (.~lock.form.xlsx#), and system files."""
    return part.startswith(("~$", ".")) or part.casefold() in _SYSTEM_FILES
