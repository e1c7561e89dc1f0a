"""The register of letters, ``mail.sqlite``: what came, what was stored where, what was sent.

One process writes at a time. A letter that stands here as taken has its forms safely in the inbox;
a reply that stands here as ``sending`` may or may not have been sent, and a person must look.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from emubatch.mail.errors import MailError

BOOK = "mail.sqlite"
APPLICATION_ID = 0x656D6D6C  # "emml"
_MAGIC = b"SQLite format 3\x00"
SENDING, SENT, LATER, REFUSED, UNSURE = "sending", "sent", "later", "refused", "unsure"

# Step n leads from version n to version n + 1; a step that was released is never changed.
STEPS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE letters (key TEXT PRIMARY KEY, message_id TEXT NOT NULL, refs TEXT NOT NULL,"
        " sender TEXT NOT NULL, subject TEXT NOT NULL, received TEXT NOT NULL, unit TEXT NOT NULL,"
        " status TEXT NOT NULL, reason TEXT NOT NULL, place TEXT NOT NULL) WITHOUT ROWID",
        "CREATE INDEX letters_id ON letters (message_id)",
        "CREATE TABLE files (letter TEXT NOT NULL, position INTEGER NOT NULL, sha256 TEXT NOT NULL,"
        " size INTEGER NOT NULL, name TEXT NOT NULL, inbox TEXT NOT NULL, stored TEXT NOT NULL,"
        " PRIMARY KEY (letter, position)) WITHOUT ROWID",
        "CREATE INDEX files_hash ON files (sha256, inbox)",
        "CREATE TABLE places (source TEXT NOT NULL, uid TEXT NOT NULL, letter TEXT NOT NULL,"
        " PRIMARY KEY (source, uid)) WITHOUT ROWID",
        "CREATE TABLE replies (run TEXT NOT NULL, unit TEXT NOT NULL, message_id TEXT NOT NULL,"
        " recipients TEXT NOT NULL, state TEXT NOT NULL, code INTEGER NOT NULL,"
        " detail TEXT NOT NULL, tries INTEGER NOT NULL, at TEXT NOT NULL,"
        " PRIMARY KEY (run, unit)) WITHOUT ROWID",
    ),
)
VERSION = len(STEPS)


@dataclass(frozen=True, slots=True)
class FileRow:
    """An attachment of a letter; ``stored`` is its name in the inbox, empty when it is no form."""

    sha256: str
    size: int
    name: str
    inbox: str
    stored: str


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter: ``status`` is ``taken``, ``ignored`` or ``refused``, ``reason`` says why."""

    key: str
    message_id: str
    refs: str
    sender: str
    subject: str
    received: str
    unit: str
    status: str
    reason: str
    place: str
    files: tuple[FileRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of the reply to one unit for one run."""

    unit: str
    message_id: str
    recipients: str
    state: str
    code: int
    detail: str


_FILE = "sha256, size, name, inbox, stored"
_LETTER = "key, message_id, refs, sender, subject, received, unit, status, reason, place"


def _letter(row: Sequence[str]) -> LetterRow:
    key, message_id, refs, sender, subject, received, unit, status, reason, place = row
    about = (key, message_id, refs, sender, subject, received, unit, status, reason, place)
    return LetterRow(*about)


class Book:
    """An open register; see ``open_book``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    @contextmanager
    def saved(self) -> Iterator[None]:
        """One transaction: whole on the disk when the block is left, or nothing of it."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.connection.execute("COMMIT")
        finally:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    # --- what came ---

    def letter(self, key: str) -> LetterRow | None:
        """The letter of this key, None when it never came."""
        found = self.connection.execute(f"SELECT {_LETTER} FROM letters WHERE key = ?", (key,))
        row = found.fetchone()
        return self._with_files(row) if row else None

    def letters(self) -> list[LetterRow]:
        """Every letter, by the time it came."""
        found = self.connection.execute(f"SELECT {_LETTER} FROM letters ORDER BY received, key")
        return [self._with_files(row) for row in found.fetchall()]

    def _with_files(self, row: Sequence[str]) -> LetterRow:
        query = f"SELECT {_FILE} FROM files WHERE letter = ? ORDER BY position"
        found = self.connection.execute(query, (row[0],))
        return replace(_letter(row), files=tuple(FileRow(*one) for one in found))

    def keep(self, letter: LetterRow, source: str, uid: str) -> None:
        """Writes a letter over what was known of it, and where it lies on its server."""
        values = (*(getattr(letter, name) for name in _LETTER.split(", ")),)
        marks = ", ".join("?" * len(values))
        self.connection.execute(f"INSERT OR REPLACE INTO letters VALUES ({marks})", values)
        self.connection.execute("DELETE FROM files WHERE letter = ?", (letter.key,))
        for position, file in enumerate(letter.files):
            self.connection.execute(
                "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?)",
                (letter.key, position, file.sha256, file.size, file.name, file.inbox, file.stored),
            )
        self.seen_at(source, uid, letter.key)

    def seen_at(self, source: str, uid: str, key: str) -> None:
        """Notes where a letter lies on its server, so that it need not be read again."""
        if uid:
            row = (source, uid, key)
            self.connection.execute("INSERT OR REPLACE INTO places VALUES (?, ?, ?)", row)

    def at(self, source: str, uid: str) -> str:
        """Key of the letter at a place, empty when it was never done with."""
        found = self.connection.execute(
            "SELECT places.letter FROM places JOIN letters ON letters.key = places.letter"
            " WHERE source = ? AND uid = ? AND status <> 'refused'",
            (source, uid),
        ).fetchone()
        return str(found[0]) if found else ""

    def stored_as(self, sha256: str, inbox: str) -> str:
        """Name under which these bytes were stored in an inbox, empty when they were not."""
        found = self.connection.execute(
            "SELECT stored FROM files WHERE sha256 = ? AND inbox = ? AND stored <> ''"
            " ORDER BY stored LIMIT 1",
            (sha256, inbox),
        ).fetchone()
        return str(found[0]) if found else ""

    def receipts(self, inbox: str) -> list[tuple[str, str, str]]:
        """Stored name, sha256 and first day of receipt of each form of an inbox, by name."""
        found = self.connection.execute(
            "SELECT stored, sha256, min(substr(received, 1, 10)) FROM files"
            " JOIN letters ON letters.key = files.letter"
            " WHERE inbox = ? AND stored <> '' AND received <> ''"
            " GROUP BY stored, sha256 ORDER BY stored, sha256",
            (inbox,),
        )
        return [(str(a), str(b), str(c)) for a, b, c in found.fetchall()]

    def came_with(self, sha256: str, stored: str) -> list[LetterRow]:
        """The letters that brought a form, the newest first; ``stored`` may lie in an archive."""
        found = self.connection.execute(
            f"SELECT DISTINCT {_LETTER} FROM letters JOIN files ON files.letter = letters.key"
            " WHERE files.stored <> '' AND (sha256 = ? OR stored = ?)"
            " ORDER BY received DESC, key",
            (sha256, stored),
        )
        return [_letter(row) for row in found.fetchall()]

    def sent_name(self, stored: str) -> str:
        """What the sender called a form that is stored under this name; empty when not known."""
        found = self.connection.execute(
            "SELECT min(name) FROM files WHERE stored = ? AND name <> ''", (stored,)
        ).fetchone()
        return str(found[0] or "")

    # --- what was sent ---

    def reply(self, run: str, unit: str) -> Reply | None:
        """What became of the reply to a unit for a run; None when none was tried."""
        found = self.connection.execute(
            "SELECT unit, message_id, recipients, state, code, detail FROM replies"
            " WHERE run = ? AND unit = ?",
            (run, unit),
        ).fetchone()
        return Reply(*found) if found else None

    def sending(self, run: str, unit: str, message_id: str, recipients: str) -> None:
        """Notes, for good, that a reply is about to be sent."""
        with self.saved():
            self.connection.execute(
                "INSERT INTO replies VALUES (?, ?, ?, ?, ?, 0, '', 1,"
                " strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))"
                " ON CONFLICT (run, unit) DO UPDATE SET message_id = excluded.message_id,"
                " recipients = excluded.recipients, state = excluded.state, code = 0, detail = '',"
                " tries = replies.tries + 1, at = excluded.at",
                (run, unit, message_id, recipients, SENDING),
            )

    def ended(self, run: str, unit: str, state: str, code: int, detail: str) -> None:
        """Notes, for good, how sending a reply ended."""
        with self.saved():
            self.connection.execute(
                "UPDATE replies SET state = ?, code = ?, detail = ?,"
                " at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') WHERE run = ? AND unit = ?",
                (state, code, detail, run, unit),
            )

    def units_of_replies(self, ids: Iterable[str]) -> list[str]:
        """The units that replies with these message ids went to."""
        units = []
        for one in ids:
            found = self.connection.execute("SELECT unit FROM replies WHERE message_id = ?", (one,))
            units += [str(row[0]) for row in found.fetchall()]
        return list(dict.fromkeys(units))


@contextmanager
def open_book(folder: Path) -> Iterator[Book]:
    """The register of letters of a workspace, made when it is not there yet.

    Raises:
        MailError: ``busy`` when another process works with it, ``foreign`` when the file is
            something else, ``newer``, ``damaged``, ``not_writable``.
    """
    path = folder / BOOK
    lock = FileLock(folder / f".{BOOK}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise MailError("busy", path=path) from None
    except OSError as error:
        raise _not_writable(path, error) from error
    try:
        with _named(path):
            connection = _connect(path)
            try:
                _prepare(path, connection)
                yield Book(connection)
            finally:
                connection.close()
    finally:
        lock.release()


@contextmanager
def read_book(folder: Path) -> Iterator[Book | None]:
    """The register of letters as it is now; None when the workspace has none."""
    if not (folder / BOOK).is_file():
        yield None
        return
    with open_book(folder) as book:
        yield book


def _connect(path: Path) -> sqlite3.Connection:
    new = not path.exists()
    if not new and path.stat().st_size:
        with path.open("rb") as stream:
            if stream.read(len(_MAGIC)) != _MAGIC:
                raise MailError("foreign", path=path)
    connection = sqlite3.connect(path, isolation_level=None)
    if new:
        with suppress(OSError):  # it holds addresses; a file system without modes keeps its own
            path.chmod(0o600)
    return connection


def _prepare(path: Path, connection: sqlite3.Connection) -> None:
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if owner != APPLICATION_ID and (owner or tables):
        raise MailError("foreign", path=path)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise MailError("newer", path=path, found=version, known=VERSION)
    connection.execute("PRAGMA synchronous = FULL")
    if version < VERSION:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        for step in STEPS[version:]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Failures of SQLite as ``MailError``."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        damaged = code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
        if isinstance(error, sqlite3.OperationalError) or damaged:
            reason = "damaged" if damaged else "not_writable"
            raise MailError(reason, path=path, detail=error) from error
        raise


def _not_writable(path: Path, error: OSError) -> MailError:
    return MailError("not_writable", path=path, detail=error.strerror or type(error).__name__)
