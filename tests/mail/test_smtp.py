"""Sessions with a mail server: nothing is said in the clear, no password goes to a stranger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emubatch.mail.address import server_of
from emubatch.mail.errors import MailError
from emubatch.mail.smtp import Delivery, Outbox

LETTER = b"Subject: x\r\n\r\nx\r\n"


class Door:
    """Lets one password in, and notes every one that was tried."""

    def __init__(self) -> None:
        self.tried: list[bytes] = []

    def __call__(self, server: Any, session: Any, envelope: Any, kind: str, data: Any) -> Any:
        from aiosmtpd.smtp import AuthResult

        self.tried.append(data.password)
        return AuthResult(success=data.password == b"secret", handled=False)


def _deliver(url: str) -> Delivery:
    with Outbox(server_of(url, "smtps", "smtp")) as outbox:
        return outbox.deliver("so@so.example", ["oi@dn1.example"], LETTER)


def test_tls_from_the_start_with_a_login(
    serve: Any, tls: tuple[Any, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, certificate = tls
    door = Door()
    with serve(ssl_context=context, authenticator=door, auth_require_tls=False) as sink:
        url = f"smtps://so@127.0.0.1:{sink.port}"
        monkeypatch.setenv("EMUBATCH_MAIL_PASSWORD", "secret")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert _deliver(url) == Delivery("sent")
        monkeypatch.setenv("EMUBATCH_MAIL_PASSWORD", "wrong")
        with pytest.raises(MailError) as caught:
            _deliver(url)
        assert caught.value.reason == "no_login"
    assert (len(sink.letters), b"secret" in door.tried) == (1, True)


def test_tls_is_turned_on_before_the_password(
    serve: Any, tls: tuple[Any, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, certificate = tls
    monkeypatch.setenv("EMUBATCH_MAIL_PASSWORD", "secret")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    options = {"authenticator": Door(), "auth_required": True}
    with serve(host="127.0.0.2", tls_context=context, require_starttls=True, **options) as sink:
        assert _deliver(f"smtp://so@127.0.0.2:{sink.port}") == Delivery("sent")
    assert len(sink.letters) == 1


def test_a_server_without_tls_gets_neither_password_nor_letter(
    serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMUBATCH_MAIL_PASSWORD", "secret")
    door = Door()
    with serve(host="127.0.0.2", authenticator=door, auth_require_tls=False) as sink:
        with pytest.raises(MailError) as caught:
            _deliver(f"smtp://so@127.0.0.2:{sink.port}")
        assert caught.value.reason == "server"
    assert (sink.letters, door.tried) == ([], [])


def test_a_certificate_that_nobody_vouches_for_is_refused(
    serve: Any, tls: tuple[Any, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMUBATCH_MAIL_PASSWORD", "secret")
    with serve(ssl_context=tls[0]) as sink, pytest.raises(MailError) as caught:
        _deliver(f"smtps://so@127.0.0.1:{sink.port}")
    assert caught.value.reason == "server"
    assert sink.letters == []


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("550 no such user", Delivery("refused", 550)),
        ("451 later", Delivery("later", 451)),
        ("452 full", Delivery("later", 452)),
        ("421 closing", Delivery("later", 421)),
    ],
)
def test_the_session_goes_on_after_a_refusal(answer: str, found: Delivery, smtp: Any) -> None:
    smtp.answers = {"oi@dn1.example": answer}
    with Outbox(server_of(f"smtp://127.0.0.1:{smtp.port}", "smtp")) as outbox:
        assert outbox.deliver("so@so.example", ["oi@dn1.example"], LETTER) == found
        assert outbox.deliver("so@so.example", ["man@dn2.example"], LETTER) == Delivery("sent")
    assert [to for to, _ in smtp.letters] == [["man@dn2.example"]]
