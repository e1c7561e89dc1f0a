"""Workbooks with a password to open: opened by a password that the office has stated.

Passwords come from the environment, from a file or from the keyring, never from a command line;
they are in no task, log or manifest.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

from emubatch.xl.unreadable import Unreadable

PASSWORD = "EMUBATCH_PASSWORD"
PASSWORD_FILE = "EMUBATCH_PASSWORD_FILE"
KEYRING = "EMUBATCH_PASSWORD_KEYRING"
# With this one Excel writes workbooks that anybody may open, such as «read-only recommended».
_EVERYBODY = "VelvetSweatshop"


def passwords() -> tuple[str, ...]:
    """The passwords that the office has stated, in order, each once.

    ``EMUBATCH_PASSWORD`` is one; ``EMUBATCH_PASSWORD_FILE`` names a file with one a line;
    ``EMUBATCH_PASSWORD_KEYRING`` names a service of the system's keyring that holds such lines.
    """
    found = [os.environ.get(PASSWORD, "")]
    file = os.environ.get(PASSWORD_FILE)
    if file:
        try:
            found += Path(file).read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise Unreadable("F123", found=PASSWORD_FILE) from error
    service = os.environ.get(KEYRING)
    if service:
        found += _keyring(service).splitlines()
    return tuple(dict.fromkeys(text for text in found if text))


def _keyring(service: str) -> str:
    try:
        import keyring

        return str(keyring.get_password(service, "emubatch") or "")
    except Exception as error:  # no keyring at all, or one that is locked
        raise Unreadable("F123", found=KEYRING) from error


def decrypted(data: bytes) -> bytes:
    """The bytes of the workbook inside.

    Raises:
        Unreadable: F104 when no password is stated, F122 when none opens it, F123 when the
            passwords cannot be had or the library for them is not installed, F108 when the file
            is damaged.
    """
    stated = passwords()
    try:
        import msoffcrypto
        from msoffcrypto.exceptions import DecryptionError, InvalidKeyError
    except ImportError as error:
        if not stated:
            raise Unreadable("F104") from error
        raise Unreadable("F123", found='pip install "emubatch[crypt]"') from error
    for password in (_EVERYBODY, *stated):
        plain = io.BytesIO()
        try:
            file = msoffcrypto.OfficeFile(io.BytesIO(data))
            file.load_key(password=password)
            file.decrypt(plain)
        except (InvalidKeyError, DecryptionError):
            continue
        except Exception as error:  # whatever a damaged file does to the library
            if not stated:
                raise Unreadable("F104") from error
            raise Unreadable("F108", found=type(error).__name__) from error
        if plain.getvalue()[:2] in (b"PK", b"\xd0\xcf"):  # a wrong key gives noise
            return plain.getvalue()
    raise Unreadable("F122" if stated else "F104")
