"""What can be wrong with a register file, and which failure of SQLite means which."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_BUSY = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL))
_DAMAGED = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT))


class RegisterError(Exception):
    """The register cannot be used; nothing was written.

    ``reason`` is the tail of an interface word ``register_…``, ``words`` fill it: ``missing``,
    ``foreign`` (no register), ``newer`` (``found``, ``known``), ``damaged`` (``detail``), ``busy``,
    ``not_writable`` (``detail``), ``unknown_key`` (``value``), ``not_apart``.
    """

    def __init__(self, reason: str, path: Path, **words: object) -> None:
        self.reason = reason
        self.words = {"path": str(path), **{name: str(value) for name, value in words.items()}}
        super().__init__(f"{reason}: {path}")


@contextmanager
def named_failures(path: Path) -> Iterator[None]:
    """Failures of SQLite as ``RegisterError``."""
    try:
        yield
    except sqlite3.Error as error:
        raise _named(error, path) from error
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise RegisterError("not_writable", path, detail=detail) from error


def _named(error: sqlite3.Error, path: Path) -> Exception:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return error
    if code & 0xFF in _BUSY:
        return RegisterError("busy", path)
    if code & 0xFF in _DAMAGED or code & 0xFF == sqlite3.SQLITE_ERROR:
        return RegisterError("damaged", path, detail=error)
    return RegisterError("not_writable", path, detail=error)
