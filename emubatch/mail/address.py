"""Addresses of mail servers as they are typed, and the password that belongs to them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from emubatch.mail.errors import MailError

PASSWORD = "EMUBATCH_MAIL_PASSWORD"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_PORTS = {"imaps": 993, "imap": 143, "smtps": 465, "smtp": 587}


@dataclass(frozen=True, slots=True)
class Server:
    """``imaps://user@host:port/folder``.

    ``tls`` is ``always`` (imaps, smtps), ``start`` (turned on before anything is said), or ``none``
    for a server on this machine.
    """

    scheme: str
    host: str
    port: int
    user: str = ""
    folder: str = ""

    @property
    def tls(self) -> str:
        """How the session is kept secret."""
        if self.scheme.endswith("s"):
            return "always"
        return "none" if self.host in _LOOPBACK else "start"

    @property
    def name(self) -> str:
        """The server without the user, to be shown."""
        return f"{self.scheme}://{self.host}:{self.port}"


def is_server(text: str, *schemes: str) -> bool:
    """Whether a text is an address of a server, not a path."""
    return text.partition("://")[0].lower() in (schemes or tuple(_PORTS))


def server_of(text: str, *schemes: str) -> Server:
    """The server in an address such as ``imaps://user@host/INBOX``.

    Raises:
        MailError: ``url``, or ``password_in_url``: command lines and settings are read by others.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise MailError("url", schemes=", ".join(schemes)) from None
    scheme = parts.scheme.lower()
    if scheme not in schemes or not parts.hostname:
        raise MailError("url", schemes=", ".join(schemes))
    if parts.password is not None:
        raise MailError("password_in_url", variable=PASSWORD)
    user = unquote(parts.username or "")
    return Server(
        scheme, parts.hostname, port or _PORTS[scheme], user, unquote(parts.path.strip("/"))
    )


def password_of(server: Server) -> str:
    """The password: of the environment, else of this computer's keyring.

    Raises:
        MailError: ``no_password``.
    """
    stated = os.environ.get(PASSWORD)
    if stated:
        return stated
    try:
        import keyring

        found = keyring.get_password("emubatch", f"{server.user}@{server.host}")
    except Exception:  # a keyring that is not there fails in its own way on each system
        found = None
    if not found:
        raise MailError("no_password", server=server.name, variable=PASSWORD)
    return str(found)
