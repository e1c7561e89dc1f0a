"""A mailbox on a server. It is only read, unless marking or moving was asked for."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from emubatch.mail.address import Server, password_of
from emubatch.mail.errors import MailError, needed
from emubatch.mail.sources import SIZE_LIMIT, Arrival
from emubatch.runfolder import is_no_space

KEYWORD = "$emubatch"
TIMEOUT_SECONDS = 60.0
_AT_ONCE = 100
_BYTES_AT_ONCE = 16 << 20
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")


class ImapSource:
    """Letters of one folder on a server; use ``open_imap``.

    Attributes:
        name: server, user, folder and its UIDVALIDITY: with a uid it names one letter for ever.
    """

    def __init__(self, box: Any, server: Server, mark: bool, move: str, since: str) -> None:
        self.box = box
        self.folder = server.folder or "INBOX"
        self.mark, self.move, self.since = mark, move, since
        self.others = 0
        box.folder.set(self.folder, readonly=not (mark or move))
        found = box.client.untagged_responses.get("UIDVALIDITY", [b""])[-1] or b""
        self.name = f"{server.name}/{server.user}/{self.folder}/{found.decode()}"
        # A server may say more of what it can do once it knows who asks.
        able = str(box.client.capability()[1][-1], "ascii", "replace").upper().split()
        box.client.capabilities = tuple(able)
        if move and "MOVE" not in able:
            # The other way would remove whatever else is flagged as deleted in the folder.
            raise MailError("no_move", server=server.name)

    def arrivals(self, known: Callable[[str], bool]) -> Iterator[Arrival]:
        """Every letter by number; those that are known are named, not read."""
        uids = self._uids()
        fresh = []
        for uid in uids:
            if known(uid):
                yield Arrival(self._place(uid), None, 0, uid, known=True)
            else:
                fresh.append(uid)
        for start in range(0, len(fresh), _AT_ONCE):
            yield from self._read(fresh[start : start + _AT_ONCE])

    def _uids(self) -> list[str]:
        criteria = f"SINCE {_imap_date(self.since)}" if self.since else "ALL"
        answer = self._told("SEARCH", None, criteria)
        return sorted((answer[0] or b"").decode().split(), key=int)

    def _read(self, uids: Sequence[str]) -> Iterator[Arrival]:
        sizes = self._sizes(uids)
        group: list[str] = []
        for uid in uids:
            size = sizes.get(uid, 0)
            if size > SIZE_LIMIT:
                yield Arrival(self._place(uid), None, size, uid)
                continue
            if group and sum(sizes.get(one, 0) for one in group) + size > _BYTES_AT_ONCE:
                yield from self._bodies(group)
                group = []
            group.append(uid)
        if group:
            yield from self._bodies(group)

    def _sizes(self, uids: Sequence[str]) -> dict[str, int]:
        found = {}
        for line in self._told("FETCH", ",".join(uids), "(UID RFC822.SIZE)"):
            text = line if isinstance(line, bytes) else b" ".join(line)
            uid, size = _UID.search(text), _SIZE.search(text)
            if uid and size:
                found[uid[1].decode()] = int(size[1])
        return found

    def _bodies(self, uids: Sequence[str]) -> Iterator[Arrival]:
        answer = self._told("FETCH", ",".join(uids), "(UID BODY.PEEK[])")
        bodies: dict[str, bytes] = {}
        for at, item in enumerate(answer):
            if isinstance(item, tuple):
                after = answer[at + 1] if at + 1 < len(answer) else b""
                tail = after if isinstance(after, bytes) else b""
                found = _UID.search(item[0]) or _UID.search(tail)
                if found:
                    bodies[found[1].decode()] = item[1]
        for uid in uids:  # one that is not there was deleted in the meantime
            if uid in bodies:
                yield Arrival(self._place(uid), bodies[uid], len(bodies[uid]), uid)

    def done(self, uids: Sequence[str]) -> None:
        """Mark or move letters, where that was asked for; never anything else of the folder."""
        for start in range(0, len(uids), _AT_ONCE):
            some = ",".join(uids[start : start + _AT_ONCE])
            if self.mark:
                self._told("STORE", some, "+FLAGS.SILENT", f"({KEYWORD})")
            if self.move:
                if not self.box.folder.exists(self.move):
                    self.box.folder.create(self.move)
                self.box.move(uids[start : start + _AT_ONCE], self.move)

    def _told(self, command: str, *words: str | None) -> list[Any]:
        status, answer = self.box.client.uid(command, *words)
        if status != "OK":
            raise imaplib.IMAP4.error(f"{command}: {status}")
        return list(answer)

    def _place(self, uid: str) -> str:
        return f"{self.folder}#{uid}"


_MONTHS = "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"


def _imap_date(day: str) -> str:
    year, month, number = day.split("-")
    return f"{int(number)}-{_MONTHS[int(month) - 1]}-{year}"


@contextmanager
def open_imap(
    server: Server, *, mark: bool = False, move: str = "", since: str = ""
) -> Iterator[ImapSource]:
    """A session with a folder of a server.

    Args:
        server: address, user and folder (without one: ``INBOX``).
        mark: set the keyword ``$emubatch`` on letters that are done.
        move: folder to move them to, empty for none.
        since: ISO date; older letters are not looked at.

    Raises:
        MailError: ``extra``, ``no_password``, ``no_login``, ``no_move``, ``server``.
    """
    with needed("imap-tools"):
        import imap_tools
    password = password_of(server)
    try:
        with _mailbox(imap_tools, server) as box:
            try:
                plain = f"{server.user}{password}".isascii()
                login = box.login if plain else box.login_utf8
                login(server.user, password, initial_folder=None)
            except (imap_tools.MailboxLoginError, imaplib.IMAP4.error) as error:
                if isinstance(error, imaplib.IMAP4.abort):
                    raise
                raise MailError("no_login", server=server.name) from error
            yield ImapSource(box, server, mark, move, since)
    except (imaplib.IMAP4.error, imap_tools.ImapToolsError, OSError) as error:
        if is_no_space(error) or (isinstance(error, OSError) and error.filename):
            raise  # about a file of ours, not about the server
        raise MailError("server", server=server.name, detail=_detail(error)) from error


@contextmanager
def _mailbox(imap_tools: Any, server: Server) -> Iterator[Any]:
    words: dict[str, Any] = {"host": server.host, "port": server.port, "timeout": TIMEOUT_SECONDS}
    if server.tls == "none":
        box = imap_tools.MailBoxUnencrypted(**words)
    else:
        words["ssl_context"] = ssl.create_default_context()
        start = imap_tools.MailBoxStartTls if server.tls == "start" else imap_tools.MailBox
        box = start(**words)
    try:
        yield box
    finally:
        try:
            box.logout()
        except (imaplib.IMAP4.error, imap_tools.ImapToolsError, OSError):
            box.client.shutdown()  # the session is over in any case


def _detail(error: Exception) -> str:
    """What kind of failure, without what a server may have quoted."""
    text = getattr(error, "strerror", None) or getattr(error, "verify_message", None)
    return str(text or type(error).__name__)
