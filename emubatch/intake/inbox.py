"""What lies in the inbox: names, hashes and sizes, in an order that does not depend on the disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from emubatch.vietnamese import natural_key, nfc

_SYSTEM_FILES = frozenset(("thumbs.db", "desktop.ini"))


@dataclass(frozen=True, slots=True)
class InboxFile:
    """One received file.

    Attributes:
        path: where it lies.
        name: path relative to the inbox, NFC, with ``/``.
        sha256: of its bytes, empty when it cannot be read.
        size: in bytes, 0 when it cannot be read.
    """

    path: Path
    name: str
    sha256: str
    size: int


class Inbox(list[InboxFile]):
    """The received files in natural order of their names.

    Attributes:
        ignored: names of lock files and hidden files, which are no submissions.
    """

    def __init__(self, files: list[InboxFile], ignored: list[str]) -> None:
        super().__init__(files)
        self.ignored = ignored


def scan(inbox: Path) -> Inbox:
    """Every file of a folder and its sub-folders, links that lead nowhere included.

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
            files.append(inbox_file(path, name))
    files.sort(key=lambda file: (natural_key(file.name), file.name))
    return Inbox(files, sorted(ignored, key=natural_key))


def inbox_file(path: Path, name: str = "") -> InboxFile:
    """One file by its path; ``name`` is its file name unless given."""
    name = name or nfc(path.name)
    try:
        data = path.read_bytes() if path.is_file() else None  # a pipe would never end
    except OSError:
        data = None
    if data is None:
        return InboxFile(path, name, "", 0)
    return InboxFile(path, name, hashlib.sha256(data).hexdigest(), len(data))


def _is_hidden(part: str) -> bool:
    """Lock files of Excel (~$form.xlsx) and LibreOffice (.~lock.form.xlsx#), and system files."""
    return part.startswith(("~$", ".")) or part.casefold() in _SYSTEM_FILES
