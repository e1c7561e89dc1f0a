"""Sending: one session with a mail server, each letter with an answer of its own."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from emubatch.mail.address import Server, password_of
from emubatch.mail.book import LATER, REFUSED, SENT, UNSURE
from emubatch.mail.errors import MailError

TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a letter fared: a state of the register of letters, and the server's last code.

    ``code`` of a letter that was sent is that of an address which the server did not take, if any.
    """

    state: str
    code: int = 0


class Outbox:
    """A session that is opened by the first letter, and again after the server has cut it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.client: smtplib.SMTP | None = None

    def __enter__(self) -> Outbox:
        return self

    def __exit__(self, *_: object) -> None:
        if self.client is not None:
            with suppress(smtplib.SMTPException, OSError):
                self.client.quit()

    def connect(self) -> smtplib.SMTP:
        """The session, opened when it is not.

        Raises:
            MailError: ``server``, ``no_login``, ``no_password``.
        """
        if self.client is not None:
            return self.client
        server = self.server
        try:
            self.client = self._connected()
            if server.user:
                self.client.login(server.user, password_of(server))
        except smtplib.SMTPAuthenticationError as error:
            self._forget()
            raise MailError("no_login", server=server.name) from error
        except (smtplib.SMTPException, OSError) as error:
            self._forget()
            detail = getattr(error, "strerror", None) or type(error).__name__
            raise MailError("server", server=server.name, detail=detail) from error
        except MailError:
            self._forget()
            raise
        return self.client

    def _connected(self) -> smtplib.SMTP:
        host, port = self.server.host, self.server.port
        if self.server.tls == "always":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
        client = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        if self.server.tls == "start":
            try:
                client.starttls(context=ssl.create_default_context())
            except BaseException:
                client.close()
                raise
        return client

    def _forget(self) -> None:
        if self.client is not None:
            self.client.close()
        self.client = None

    def deliver(self, sender: str, recipients: Sequence[str], data: bytes) -> Delivery:
        """Send one letter; what is not known for certain is ``unsure``.

        Raises:
            MailError: as ``connect``; the letter was not sent.
        """
        client = self.connect()
        try:
            code = self._envelope(client, sender, recipients)
        except (smtplib.SMTPException, OSError):
            self._forget()
            return Delivery(LATER)
        if code >= 400:
            return Delivery(_state(code), code)
        try:
            answer, _ = client.data(data)
        except smtplib.SMTPDataError as error:
            self._calm(client, error.smtp_code)
            return Delivery(_state(error.smtp_code), error.smtp_code)
        except (smtplib.SMTPException, OSError):
            self._forget()
            return Delivery(UNSURE)
        if answer != 250:
            self._calm(client, answer)
            return Delivery(_state(answer), answer)
        return Delivery(SENT, -code if code < 0 else 0)

    def _envelope(self, client: smtplib.SMTP, sender: str, recipients: Sequence[str]) -> int:
        """0 when all addresses are taken, minus the code of one that is not, or a refusal's."""
        client.ehlo_or_helo_if_needed()
        code, _ = client.mail(sender)
        if code != 250:
            self._calm(client, code)
            return code
        answers = [client.rcpt(one)[0] for one in recipients]
        refused = [code for code in answers if code not in (250, 251)]
        if len(refused) == len(answers):
            self._calm(client, refused[0])
            return min(refused)  # one that may be taken later decides
        return -refused[0] if refused else 0

    def _calm(self, client: smtplib.SMTP, code: int) -> None:
        """After a refusal: ready for the next letter; 421 says that the server hangs up."""
        if code == 421:
            self._forget()
            return
        try:
            client.rset()
        except (smtplib.SMTPException, OSError):
            self._forget()


def _state(code: int) -> str:
    return LATER if code < 500 else REFUSED
