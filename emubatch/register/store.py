"""The register file: opened with care, read as one snapshot, written in one transaction.

A file that is no register, from a newer version, damaged or in use is refused before anything is
written. An import that is killed leaves the register as it was.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import quote

from emubatch.register.batches import put, put_answer, take_back
from emubatch.register.errors import RegisterError, named_failures
from emubatch.register.facts import Batch, Facts
from emubatch.register.keys import code_key, number_key
from emubatch.register.schema import (
    APPLICATION_ID,
    COLUMNS,
    FACTS,
    STEPS,
    VERSION,
)
from emubatch.vietnamese import fold_key

WAIT_SECONDS = 2.0
_MAGIC = b"SQLite format 3\x00"
_HEADER = 100
Row = tuple[Any, ...]


@dataclass(slots=True)
class Slice:
    """What a month needs of the register, read at one moment.

    ``holders`` and ``awards`` are rows under the columns ``HOLDER`` and ``AWARD``, ``initiatives``
    and ``discipline`` under ``COLUMNS``; ``answers`` are all of them; ``digest`` names the state of
    the whole register.
    """

    digest: str
    holders: list[Row]
    awards: list[Row]
    answers: list[tuple[str, str, int]]
    units: list[tuple[str, str]]
    initiatives: list[Row] = field(default_factory=list)
    discipline: list[Row] = field(default_factory=list)


HOLDER = (
    *("key", "kind", "code", "name", "name_key", "fold", "birth_year"),
    *("unit", "unit_name"),
)
AWARD = (
    *("key", "kind", "holder", "code", "issuer", "number", "number_key", "date", "years"),
    *("file", "sheet", "row"),
)
# A number comes back every year; a decision without its date may be of any.
_OF_YEAR = "number_key = k AND (y = '' OR date = '' OR substr(date, 1, 4) = y)"
_PEOPLE = "SELECT key, 'CN', code, name, name_key, fold, birth_year, unit, unit_name FROM people"
_COLLECTIVES = "SELECT key, 'TT', '', name, name_key, fold, '', unit, unit_name FROM collectives"


class Register:
    """An open register; use ``open_register``."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection

    def digest(self) -> str:
        """Names the state of the register: the batches and answers that it was made of."""
        parts = ["schema 1"]  # of the facts: keeping book of batches changed none of them
        parts += [row[0] for row in self._all("SELECT key FROM batches ORDER BY key")]
        parts += [" ".join(map(str, row)) for row in self.answers()]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def answers(self) -> list[tuple[str, str, int]]:
        """The clerk's answers: two keys in order, and 1 for the same person."""
        return [(a, b, same) for a, b, same in self._all("SELECT * FROM answers ORDER BY a, b")]

    def unit_names(self) -> list[tuple[str, str]]:
        """Unit key and folded name of every name that a unit with a code has borne."""
        return [(u, n) for u, n in self._all("SELECT unit, name_key FROM units ORDER BY key")]

    def counts(self) -> dict[str, int]:
        """Table -> number of rows."""
        names = (*FACTS, "answers", "batches")
        return {name: self._all(f"SELECT count(*) FROM {name}")[0][0] for name in names}

    def rows(self, table: str) -> list[Row]:
        """Every row of a table of facts, by key, under ``schema.COLUMNS``."""
        return self._all(f"SELECT {', '.join(COLUMNS[table])} FROM {table} ORDER BY key")

    def batches(self) -> list[Row]:
        """kind, file, sha256, number of facts and key of every batch, by the file's name."""
        return self._all("SELECT kind, file, sha256, facts, key FROM batches ORDER BY file, key")

    def holders(self, keys: Iterable[str] | None = None) -> list[Row]:
        """Everybody, or those of these keys, under ``HOLDER``."""
        found = self._all(f"{_PEOPLE} UNION ALL {_COLLECTIVES} ORDER BY 1")
        wanted = None if keys is None else set(keys)
        return found if wanted is None else [row for row in found if row[0] in wanted]

    def slice(self, names: Iterable[str], codes: Iterable[str], keys: Iterable[str]) -> Slice:
        """The first look-up for a whole month: people and their awards.

        Holders of one of the names (``fold_key``) or codes (``code_key``), and those whom the clerk
        said to be the same as one of them or of these keys.
        """
        answers = self.answers()
        self._wanted("want_name", ((name, "") for name in names))
        self._wanted("want_code", ((code, "") for code in codes))
        self._wanted("found_holder", ())
        for found in (
            "key, '' FROM want_name CROSS JOIN people ON fold = k",
            "key, '' FROM want_code CROSS JOIN people ON code_key = k",
            "key, '' FROM want_name CROSS JOIN collectives ON fold = k",
        ):
            self.connection.execute(f"INSERT OR IGNORE INTO found_holder SELECT {found}")
        if answers:
            held = {row[0] for row in self._all("SELECT k FROM found_holder")}
            self._more("found_holder", _linked({*held, *keys}, answers))
        awards = self._awards("holder = k")
        return Slice(
            self.digest(),
            self._found_holders(),
            awards,
            answers,
            self.unit_names(),
            self._of_found("initiatives", "holder"),
            self._of_found("discipline", "holder"),
        )

    def decisions(self, wanted: Iterable[tuple[str, str]]) -> tuple[list[Row], list[Row]]:
        """The second look-up: awards of decisions, and who holds them, under ``AWARD``, ``HOLDER``.

        Args:
            wanted: ``number_key`` and year of each decision, empty for any year.
        """
        self._wanted("found_holder", wanted)
        awards = self._awards(_OF_YEAR)
        place = AWARD.index("holder")
        self._wanted("found_holder", ((row[place], "") for row in awards))
        return awards, self._found_holders()

    def recognitions(self, numbers: Iterable[str]) -> tuple[list[Row], list[Row]]:
        """Initiatives under these ``number_key``, under ``COLUMNS``, and who holds them."""
        self._wanted("found_holder", ((number, "") for number in numbers))
        found = self._of_found("initiatives", "number_key")
        place = COLUMNS["initiatives"].index("holder")
        self._wanted("found_holder", ((row[place], "") for row in found))
        return found, self._found_holders()

    def _of_found(self, table: str, column: str) -> list[Row]:
        names = ", ".join(f"{table}.{name}" for name in COLUMNS[table])
        found = f"SELECT {names} FROM found_holder CROSS JOIN {table} ON {column} = k"
        return sorted(self._all(found), key=itemgetter(0))

    def _awards(self, joined: str) -> list[Row]:
        """Awards of ``found_holder``, gone through in order of the file, sorted by key."""
        self.connection.execute("CREATE TEMP TABLE found_award (i INTEGER PRIMARY KEY)")
        self.connection.execute(
            "INSERT OR IGNORE INTO found_award"
            f" SELECT awards.rowid FROM found_holder CROSS JOIN awards ON {joined}"
        )
        awards = self._all(
            f"SELECT {', '.join(AWARD)} FROM found_award CROSS JOIN awards ON awards.rowid = i"
        )
        self.connection.execute("DROP TABLE found_award")
        return sorted(awards, key=itemgetter(0))

    def _found_holders(self) -> list[Row]:
        chosen = "WHERE key IN (SELECT k FROM found_holder)"
        return self._all(f"{_PEOPLE} {chosen} UNION ALL {_COLLECTIVES} {chosen} ORDER BY 1")

    def find(self, text: str) -> tuple[list[Row], list[Row]]:
        """Holders whose name contains the text or whose key or code it is, and awards.

        The awards are those of the holders; a text that is the number of a decision finds it.
        """
        query = f"SELECT {', '.join(AWARD)} FROM awards WHERE"
        named = self._all(f"{query} number_key = ? ORDER BY key", number_key(text))
        if named:
            return self.holders(row[2] for row in named), named
        folded, code = fold_key(text), code_key(text)
        key, name = HOLDER.index("key"), HOLDER.index("fold")
        own = HOLDER.index("code")
        found = [
            row
            for row in self.holders()
            if (folded and folded in row[name]) or code in (row[key].casefold(), code_key(row[own]))
        ]
        awards: list[Row] = []
        for row in found:
            awards += self._all(f"{query} holder = ? ORDER BY years, key", row[key])
        return found, awards

    def add(self, batch: Batch, facts: Facts) -> bool:
        """Adds the facts of a batch; False when ``batch.key(facts)`` was added before.

        Raises:
            ValueError: when a fact is about somebody whom the facts do not introduce.
        """
        key = batch.key(facts)
        if self._all("SELECT 1 FROM batches WHERE key = ?", key):
            return False
        put(self.connection, key, facts)
        self.connection.execute(
            "INSERT INTO batches VALUES (?, ?, ?, ?, ?, 1)",
            (key, batch.kind, batch.file, batch.sha256, facts.count),
        )
        return True

    def remove(self, key: str) -> bool:
        """Takes a batch back; what other batches also state stays, as they state it.

        False when there is no such batch.

        Raises:
            RegisterError: ``not_apart``, when the batch came in before the register kept who
                stated what, together with others.
        """
        found = self._all("SELECT apart FROM batches WHERE key = ?", key)
        if not found:
            return False
        if not found[0][0]:
            raise RegisterError("not_apart", self.path)
        take_back(self.connection, key)
        self.connection.execute("DELETE FROM batches WHERE key = ?", (key,))
        return True

    def answer(self, a: str, b: str, *, same: bool) -> None:
        """Remembers the clerk's word on two keys; it replaces an earlier one.

        Raises:
            RegisterError: when the register knows neither key, or both are one.
        """
        known = {row[0] for row in self.holders((a, b))}
        if not known or a == b:
            raise RegisterError("unknown_key", self.path, value=b if a in known else a)
        first, second = sorted((a, b))
        put_answer(self.connection, first, second, same)

    def _wanted(self, table: str, values: Iterable[tuple[str, str]]) -> None:
        """A new list to look up: each a text and a year."""
        self.connection.execute(f"DROP TABLE IF EXISTS temp.{table}")
        self.connection.execute(
            f"CREATE TEMP TABLE {table} (k TEXT, y TEXT, PRIMARY KEY (k, y)) WITHOUT ROWID"
        )
        rows = [pair for pair in sorted(set(values)) if pair[0]]
        self.connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)

    def _more(self, table: str, keys: Iterable[str]) -> None:
        rows = [(key, "") for key in sorted(set(keys))]
        self.connection.executemany(f"INSERT OR IGNORE INTO {table} VALUES (?, ?)", rows)

    def _all(self, query: str, *words: Any) -> list[Row]:
        return self.connection.execute(query, words).fetchall()


def _linked(keys: set[str], answers: Iterable[tuple[str, str, int]]) -> set[str]:
    """These keys, and all that answers say to be the same as one of them."""
    beside: dict[str, set[str]] = {}
    for a, b, same in answers:
        if same:
            beside.setdefault(a, set()).add(b)
            beside.setdefault(b, set()).add(a)
    found, left = set(keys), [key for key in keys if key in beside]
    while left:
        new = beside[left.pop()] - found
        found |= new
        left += new
    return found


@contextmanager
def open_register(path: Path, *, write: bool = False, make: bool = True) -> Iterator[Register]:
    """The register in this file, as one snapshot or, to write, as one transaction.

    A register that is not there yet is made when writing, unless ``make`` says no. Leaving with an
    exception undoes everything.

    Raises:
        RegisterError: see its reasons.
    """
    new = _judge_file(path, write and make)
    with named_failures(path):
        connection = _connect(path, write)
        try:
            _judge_schema(path, connection, new)
            if write:
                _prepare(path, connection, new)
            connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            if write:
                _migrate(connection)
            connection.execute("SELECT count(*) FROM sqlite_master")  # the moment that is read
            yield Register(path, connection)
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            connection.close()


def _judge_file(path: Path, make: bool) -> bool:
    """Looks at the header without opening the file as a database; True when it is to be made."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEADER)
            size = path.stat().st_size
    except FileNotFoundError:
        if not make or not path.parent.is_dir():
            raise RegisterError("missing", path) from None
        return True
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise RegisterError("not_writable", path, detail=detail) from error
    if not size:
        if not make:
            raise RegisterError("missing", path)
        return True
    if len(head) < _HEADER or not head.startswith(_MAGIC):
        raise RegisterError("foreign", path)
    if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise RegisterError("foreign", path)
    _judge_version(path, int.from_bytes(head[60:64], "big"))
    wal = path.with_name(path.name + "-wal")
    page = int.from_bytes(head[16:18], "big")
    wanted = (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big")
    if size < wanted and not (wal.exists() and wal.stat().st_size):
        raise RegisterError("damaged", path, detail=f"{size} < {wanted}")
    return False


def _judge_version(path: Path, version: int) -> None:
    if version > VERSION:
        raise RegisterError("newer", path, found=version, known=VERSION)


def _connect(path: Path, write: bool) -> sqlite3.Connection:
    # A reader that may not write at all leaves its log files behind; this one never writes.
    mode = "rwc" if write else "rw" if os.access(path, os.W_OK) else "ro"
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}",
        uri=True,
        timeout=WAIT_SECONDS,
        isolation_level=None,
    )
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def _judge_schema(path: Path, connection: sqlite3.Connection, new: bool) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    _judge_version(path, version)
    if new:
        return
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise RegisterError("damaged", path, detail=verdict)


def _prepare(path: Path, connection: sqlite3.Connection, new: bool) -> None:
    """Makes the file and turns on the write-ahead log, which a reader may share."""
    if new:
        connection.execute("BEGIN IMMEDIATE")
        if not connection.execute("PRAGMA user_version").fetchone()[0]:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            _migrate(connection)
        connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _migrate(connection: sqlite3.Connection) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    for step in STEPS[version:]:
        for statement in step:
            connection.execute(statement)
    if version != VERSION:
        connection.execute(f"PRAGMA user_version = {VERSION}")
