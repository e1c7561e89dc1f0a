"""Codes that stand for names, made with a secret that only the office has.

The file of codes holds the secret and says which code stands for whom. It stays with the office:
without it nobody can go from a code to a name, nor check a name that is guessed.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import secrets
from pathlib import Path

KEY_FILE = "ma-an-danh.csv"
_COLUMNS = ("loai", "ma", "goc", "don_vi")
_SECRET = "khoa"
_LETTERS = 8
_MOST = 32


class KeyFileError(Exception):
    """The file of codes cannot be used; ``reason`` is the tail of ``anonymous_…``."""

    def __init__(self, reason: str, path: Path) -> None:
        self.reason = reason
        self.path = path
        super().__init__(reason, str(path))


class Codes:
    """Codes by kind and identity; the same identity has the same code wherever it stands."""

    def __init__(self, path: Path, secret: str, known: dict[str, tuple[str, str, str]]) -> None:
        self.path = path
        self.secret = secret
        self.known = known  # code -> kind, original, unit
        self._made: dict[tuple[str, str], str] = {}
        self._taken: dict[str, tuple[str, str]] = {}

    @classmethod
    def open(cls, path: Path) -> Codes:
        """The codes of a file, or new ones with a new secret where there is none.

        Raises:
            KeyFileError: ``unusable`` when the file is no file of codes.
        """
        if not path.exists():
            return cls(path, secrets.token_hex(32), {})
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                rows = list(csv.DictReader(stream))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise KeyFileError("unusable", path) from error
        secret = next((row.get("ma") or "" for row in rows if row.get("loai") == _SECRET), "")
        if len(secret) < _MOST:
            raise KeyFileError("unusable", path)
        known = {
            row["ma"]: (row["loai"], row["goc"] or "", row["don_vi"] or "")
            for row in rows
            if row["loai"] != _SECRET and row["ma"]
        }
        return cls(path, secret, known)

    def code(self, kind: str, identity: str, original: str = "", unit: str = "") -> str:
        """The code of somebody or something; ``original`` is what the office finds beside it."""
        key = (kind, identity)
        if key not in self._made:
            self._made[key] = self._new(key)
            self.known[self._made[key]] = (kind, original or identity, unit)
        return self._made[key]

    def _new(self, key: tuple[str, str]) -> str:
        text = "\0".join(key).encode()
        digest = hmac.new(self.secret.encode(), text, hashlib.sha256).digest()
        letters = base64.b32encode(digest).decode()
        for length in range(_LETTERS, _MOST):
            found = f"{key[0]}-{letters[:length]}"
            if self._taken.setdefault(found, key) == key:
                return found
        raise AssertionError(key)

    def save(self) -> None:
        """Writes the file: the secret, then every code with what it stands for."""
        rows = [(kind, code, *rest) for code, (kind, *rest) in sorted(self.known.items())]
        partial = self.path.with_name(f".{self.path.name}.part")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerows([_COLUMNS, (_SECRET, self.secret, "", ""), *rows])
        partial.replace(self.path)
