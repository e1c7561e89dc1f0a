"""``collect`` from a real server: read-only unless told otherwise, marked only when all is safe."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import Any

import pytest

from emubatch.mail.address import password_of, server_of
from emubatch.mail.errors import MailError
from emubatch.mail.imap import open_imap


def _counts(result: Any) -> tuple[int, ...]:
    counts = json.loads(result.stdout)["counts"]
    return tuple(counts[name] for name in ("taken", "seen", "ignored", "refused"))


def _deliver(office: Any, post: Any, imap: Any) -> None:
    imap.deliver(post.simple(office.form("DN1", "Na")))
    imap.deliver(post.simple(office.form("DN2", "Na"), Message_ID="<2@x>", From="man@dn2.example"))
    imap.deliver(post.simple(b"%PDF", "scan.pdf", Message_ID="<3@x>"))
    imap.deliver(post.attached(office.form("DN1", "Mơ"), Message_ID="<4@x>")[:-2000])


def test_a_mailbox_is_read_and_nothing_in_it_changes(office: Any, post: Any, imap: Any) -> None:
    _deliver(office, post, imap)
    before = imap.files()
    assert _counts(office.collect("--json", source=imap.url)) == (2, 0, 1, 1)
    assert [name.partition("_")[2][:3] for name in sorted(office.inbox())] == ["0912_DN"[:3]] * 2
    assert imap.files() == before  # not even seen
    assert _counts(office.collect("--json", source=imap.url)) == (0, 3, 0, 1)
    assert imap.files() == before


def test_what_is_known_is_not_fetched_again(
    office: Any, post: Any, imap: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    imap.deliver(post.simple(office.form("DN1", "Na")))
    office.collect(source=imap.url)
    with open_imap(server_of(imap.url, "imap")) as source:
        (arrival,) = source.arrivals(lambda uid: True)
    assert (arrival.known, arrival.data) == (True, None)


def test_done_letters_are_marked_when_asked(office: Any, post: Any, imap: Any) -> None:
    _deliver(office, post, imap)
    office.collect("--mark", source=imap.url)
    with open_imap(server_of(imap.url, "imap")) as source:
        marked = source.box.client.uid("SEARCH", None, "KEYWORD $emubatch")[1][0].split()
        every = source.box.client.uid("SEARCH", None, "ALL")[1][0].split()
    assert (len(marked), len(every)) == (2, 4)  # what was ignored or refused stays as it was


def test_done_letters_are_moved_when_asked_and_others_kept(
    office: Any, post: Any, imap: Any
) -> None:
    _deliver(office, post, imap)
    with open_imap(server_of(imap.url, "imap"), mark=True) as source:
        uid = source.box.client.uid("SEARCH", None, "ALL")[1][0].split()[2].decode()
        source.box.client.uid("STORE", uid, "+FLAGS", r"(\Deleted)")
    office.collect("--move", "Đã lấy", source=imap.url)
    with open_imap(server_of(imap.url, "imap")) as source:
        left = source.box.client.uid("SEARCH", None, "ALL")[1][0].split()
        source.box.folder.set("Đã lấy", readonly=True)
        moved = source.box.client.uid("SEARCH", None, "ALL")[1][0].split()
    assert (len(left), len(moved)) == (2, 2)  # a letter that somebody flagged is not expunged
    assert uid in [one.decode() for one in left]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_killed_between_storing_and_marking(office: Any, post: Any, imap: Any) -> None:
    imap.deliver(post.simple(office.form("DN1", "Na")))
    script = (
        "import os, signal, sys\n"
        "from emubatch.mail import imap\n"
        "from emubatch.cli import main\n"
        "imap.ImapSource.done = lambda *a: os.kill(os.getpid(), signal.SIGKILL)\n"
        "main(['collect', sys.argv[1], '--from', sys.argv[2], '--mark'])\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(office.folder), imap.url], check=False)
    assert done.returncode == -signal.SIGKILL
    stored = office.inbox()
    assert len(stored) == 1
    assert _counts(office.collect("--mark", "--json", source=imap.url)) == (0, 1, 0, 0)
    assert office.inbox() == stored
    with open_imap(server_of(imap.url, "imap")) as source:
        assert source.box.client.uid("SEARCH", None, "KEYWORD $emubatch")[1][0].split()


def test_tls_is_checked(office: Any, post: Any, imap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    if not imap.certificate.exists():
        pytest.skip("openssl is not installed")
    imap.deliver(post.simple(office.form("DN1", "Na")))
    url = f"imaps://so@localhost:{imap.tls_port}/INBOX"
    refused = office.collect(source=url, code=4)  # nobody vouches for this certificate
    assert "certificate" in refused.stderr
    monkeypatch.setenv("SSL_CERT_FILE", str(imap.certificate))
    assert _counts(office.collect("--json", source=url)) == (1, 0, 0, 0)


def test_only_letters_since_a_day(office: Any, post: Any, imap: Any) -> None:
    imap.deliver(post.simple(office.form("DN1", "Na")))
    far = office.collect("--json", "--since", "01/01/2100", source=imap.url)
    assert _counts(far) == (0, 0, 0, 0)
    assert _counts(office.collect("--json", "--since", "01/01/2001", source=imap.url)) == (
        1,
        0,
        0,
        0,
    )
    assert office.collect("--since", "hôm qua", source=imap.url, code=2)


def test_a_wrong_password_or_server_is_said_plainly(
    office: Any, imap: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMUBATCH_MAIL_PASSWORD", "sai")
    found = office.collect(source=imap.url, code=4)
    assert "tên hoặc mật khẩu" in found.stderr and "sai" not in found.stderr
    found = office.collect(source="imap://so@127.0.0.1:1/INBOX", code=4)
    assert "127.0.0.1:1" in found.stderr
    monkeypatch.delenv("EMUBATCH_MAIL_PASSWORD")
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "EMUBATCH_MAIL_PASSWORD" in office.collect(source=imap.url, code=4).stderr
    found = office.collect(source=f"imap://so@127.0.0.1:{imap.port}/Khong-co", code=4)


def test_addresses_of_servers() -> None:
    found = server_of("imaps://phong%40so.example@mx.example/Thi%20đua", "imaps", "imap")
    assert (found.user, found.host, found.port) == ("phong@so.example", "mx.example", 993)
    assert (found.folder, found.tls) == ("Thi đua", "always")
    assert server_of("imap://so@mx.example", "imap").tls == "start"
    assert server_of("smtp://so@127.0.0.1:2525", "smtp").tls == "none"
    for text, reason in (
        ("imaps://a:b@c/", "password_in_url"),
        ("ftp://x", "url"),
        ("imaps:", "url"),
    ):
        with pytest.raises(MailError) as caught:
            server_of(text, "imaps")
        assert caught.value.reason == reason


def test_the_keyring_is_asked_when_the_environment_is_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Ring:
        @staticmethod
        def get_password(service: str, user: str) -> str:
            return f"{service} {user}"

    monkeypatch.delenv("EMUBATCH_MAIL_PASSWORD", raising=False)
    monkeypatch.setitem(sys.modules, "keyring", Ring)
    assert password_of(server_of("imaps://so@mx.example", "imaps")) == "emubatch so@mx.example"


def test_a_workspace_states_its_mailbox(office: Any, post: Any, imap: Any) -> None:
    imap.deliver(post.simple(office.form("DN1", "Na")))
    office.configure(f'source = "{imap.url}"')
    found = office.do("collect", office.folder, "--json")
    assert _counts(found) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("line", "code"), [('password = "x"', "E801"), ("smtp = 25", "E803"), ('sourc = "x"', "E801")]
)
def test_what_does_not_belong_into_the_table(office: Any, line: str, code: str) -> None:
    office.configure(line)
    found = office.do("collect", office.folder)
    assert (found.exit_code, code in found.stderr) == (5, True)
    assert "emubatch.toml" in found.stderr


def test_a_new_workspace_shows_the_table(office: Any) -> None:
    text = (office.folder / "emubatch.toml").read_text(encoding="utf-8")
    assert "# [mail]\n# source = " in text and "EMUBATCH_MAIL_PASSWORD" in text
