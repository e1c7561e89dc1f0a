"""When each form of an inbox came by mail: a list beside the forms, which the month reads.

``.thu-den.csv`` is an input of the month like the forms themselves: its hash stands in the
manifest, and a run never looks at the register of letters.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from emubatch.mail.errors import MailError

RECEIPTS = ".thu-den.csv"
_COLUMNS = ("file", "sha256", "received")
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


@dataclass(frozen=True, slots=True)
class Receipts:
    """Days of receipt of the forms of an inbox, by content and by name.

    ``sha256`` and ``size`` are of the list itself.
    """

    by_hash: dict[str, str]
    by_file: dict[str, str]
    sha256: str
    size: int

    def day(self, file: str, sha256: str) -> str:
        """ISO date on which a form came by mail, empty when it did not.

        A form is known by its content wherever it lies; one out of an archive by the archive.
        """
        if sha256 in self.by_hash:
            return self.by_hash[sha256]
        parts = file.split("/")
        above = ("/".join(parts[:count]) for count in range(len(parts), 0, -1))
        return next((self.by_file[one] for one in above if one in self.by_file), "")


def _earliest(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, day in pairs:
        found[key] = min(found.get(key, day), day)
    return found


def write_receipts(inbox: Path, rows: Iterable[tuple[str, str, str]]) -> None:
    """Writes the list: stored name, sha256, ISO date; it appears whole or stays as it was."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(rows)
    write_safely(inbox / RECEIPTS, text.getvalue().encode("utf-8"))


def write_safely(path: Path, data: bytes) -> None:
    """Writes a file so that after any crash it is there whole, or not at all."""
    part = path.with_name(f".{path.name.lstrip('.')}.part-{os.getpid()}")
    try:
        with part.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def read_receipts(inbox: Path) -> Receipts | None:
    """The list of an inbox, None when nothing came there by mail.

    Raises:
        MailError: ``receipts``, when it is not the list that ``collect`` writes.
    """
    path = inbox / RECEIPTS
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise MailError("receipts", path=path, line=1) from None
    if not rows or tuple(rows[0]) != _COLUMNS:
        raise MailError("receipts", path=path, line=1)
    for line, row in enumerate(rows[1:], 2):
        if len(row) != len(_COLUMNS) or not _DAY.fullmatch(row[2]):
            raise MailError("receipts", path=path, line=line)
    by_hash = _earliest((row[1], row[2]) for row in rows[1:])
    by_file = _earliest((row[0], row[2]) for row in rows[1:])
    return Receipts(by_hash, by_file, hashlib.sha256(data).hexdigest(), len(data))
