"""Letters made by hand, Outlook's containers, and real servers for them on loopback.

The servers are started by the tests, without root's rights where there are none, and stopped by the
end of the session. Waiting is polling of sockets; nothing sleeps.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from emubatch import cli
from emubatch.programme.load import load
from emubatch.xl.form import write_form

PROGRAMME = "bacgiang-models-2020"
PASSWORD = "mật-khẩu-thử"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOUNDARY = "ranh-gioi"

# --- letters ------------------------------------------------------------------------------------


class Post:
    """Builds letters, well-formed or not."""

    @staticmethod
    def headers(**more: str) -> str:
        """Headers of a letter of the unit DN1; ``_`` in a name stands for a hyphen."""
        found = {
            "From": "Công ty Ổi <oi@dn1.example>",
            "To": "so@so.example",
            "Subject": "=?utf-8?b?" + base64.b64encode("Nộp biểu mẫu".encode()).decode() + "?=",
            "Date": "Fri, 10 Jul 2020 09:12:00 +0700",
            "Message-ID": "<1@dn1.example>",
            "MIME-Version": "1.0",
        }
        found |= {name.replace("_", "-"): value for name, value in more.items()}
        return "".join(f"{name}: {value}\n" for name, value in found.items() if value)

    @staticmethod
    def part(data: bytes, *lines: str, encoding: str = "base64") -> str:
        """One part of a multipart letter; ``lines`` are its other headers."""
        body = base64.encodebytes(data).decode() if encoding == "base64" else data.decode("latin-1")
        head = "\n".join((*lines, f"Content-Transfer-Encoding: {encoding}"))
        return f"--{BOUNDARY}\n{head}\n\n{body}\n"

    @classmethod
    def mixed(cls, *parts: str | bytes, kind: str = "mixed", end: str = "", **more: str) -> bytes:
        """A multipart letter of these parts, with a sentence in front."""
        text = cls.part("Kính gửi Sở".encode(), "Content-Type: text/plain; charset=utf-8")
        head = cls.headers(Content_Type=f'multipart/{kind}; boundary="{BOUNDARY}"', **more)
        pieces = [head, "\n", text, *parts, end or f"--{BOUNDARY}--\n"]
        return b"".join(p if isinstance(p, bytes) else p.encode("utf-8") for p in pieces)

    @classmethod
    def attached(cls, data: bytes, disposition: str = "", kind: str = XLSX, **more: str) -> bytes:
        """A letter with one file; ``disposition`` is what follows ``attachment``."""
        lines = (f"Content-Type: {kind}", f"Content-Disposition: attachment{disposition}")
        return cls.mixed(cls.part(data, *lines), **more)

    @staticmethod
    def simple(data: bytes, name: str = "Biểu mẫu.xlsx", **more: str) -> bytes:
        """A letter as ordinary programs write it."""
        letter = EmailMessage()
        letter["From"] = "oi@dn1.example"
        letter["To"] = "so@so.example"
        letter["Subject"] = "Nộp biểu mẫu"
        letter["Date"] = "Fri, 10 Jul 2020 09:12:00 +0700"
        letter["Message-ID"] = "<1@dn1.example>"
        for header, value in more.items():
            del letter[header.replace("_", "-")]
            letter[header.replace("_", "-")] = value
        letter.set_content("Kính gửi Sở")
        letter.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
        return letter.as_bytes()

    @staticmethod
    def tnef(*files: tuple[str, bytes]) -> bytes:
        """A winmail.dat with these files, long names as Unicode properties."""

        def attribute(level: int, name: int, kind: int, data: bytes) -> bytes:
            head = struct.pack("<BHHI", level, name, kind, len(data))
            return head + data + struct.pack("<H", sum(data) & 0xFFFF)

        found = b"\x78\x9f\x3e\x22\x01\x00"
        found += attribute(1, 0x9006, 0x0008, struct.pack("<I", 0x00010000))
        found += attribute(1, 0x9007, 0x0006, struct.pack("<II", 1258, 0))
        for name, data in files:
            long = (name + "\0").encode("utf-16-le")
            padded = long + b"\0" * (-len(long) % 4)
            prop = struct.pack("<IHHII", 1, 0x001F, 0x3707, 1, len(long)) + padded
            found += attribute(2, 0x9002, 0x0006, b"\x01\x00" + b"\xff" * 4 + b"\0" * 8)
            found += attribute(2, 0x8010, 0x0001, b"BIEUMA~1.XLS\0")
            found += attribute(2, 0x800F, 0x0006, data)
            found += attribute(2, 0x9005, 0x0006, prop)
        return found

    @staticmethod
    def msg(
        sender: str, subject: str, files: Sequence[tuple[str, bytes]], headers: str = ""
    ) -> bytes:
        """An Outlook letter with these files."""
        texts = {0x001A: "IPM.Note", 0x0037: subject, 0x0C1F: sender, 0x007D: headers}
        root = _properties({key: value for key, value in texts.items() if value}, len(files))
        for number, (name, data) in enumerate(files):
            props = {0x3707: name, 0x3701: data, 0x3705: 1}
            root[f"__attach_version1.0_#{number:08X}"] = _properties(props, None)
        return compound_file(root)


def _properties(values: dict[int, Any], attachments: int | None) -> dict[str, Any]:
    """Streams of one object of an Outlook letter."""
    found: dict[str, Any] = {}
    rows = b""
    for key, value in values.items():
        if isinstance(value, int):
            rows += struct.pack("<HHIiI", 0x0003, key, 6, value, 0)
            continue
        kind = 0x0102 if isinstance(value, bytes) else 0x001F
        data = value if isinstance(value, bytes) else value.encode("utf-16-le")
        rows += struct.pack("<HHIII", kind, key, 6, len(data) + (2 if kind == 0x1F else 0), 0)
        found[f"__substg1.0_{key:04X}{kind:04X}"] = data
    head = (
        b"\0" * 8 if attachments is None else struct.pack("<8x4I8x", 0, attachments, 0, attachments)
    )
    found["__properties_version1.0"] = head + rows
    return found


# --- the compound file that Outlook writes ------------------------------------------------------

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound_file(tree: dict[str, Any]) -> bytes:
    """An OLE2 file: names -> bytes or further trees; every stream in sectors of its own."""
    entries: list[dict[str, Any]] = [{"name": "Root Entry", "kind": 5, "data": b""}]
    _enter(entries, 0, tree)
    mini = bytearray()
    mini_fat: list[int] = []
    for entry in entries:
        data = entry["data"]
        if entry["kind"] == 2 and len(data) < 4096:
            entry["start"] = len(mini_fat) if data else _END
            count = -(-len(data) // 64)
            mini_fat += [len(mini_fat) + i + 1 for i in range(count - 1)] + [_END] * bool(count)
            mini += data + b"\0" * (-len(data) % 64)
    entries[0]["data"] = bytes(mini)
    sectors: list[bytes] = []
    fat: list[int] = []

    def put(data: bytes) -> int:
        if not data:
            return _END
        start, count = len(sectors), -(-len(data) // 512)
        sectors.extend(data[i * 512 : i * 512 + 512].ljust(512, b"\0") for i in range(count))
        fat.extend([start + i + 1 for i in range(count - 1)] + [_END])
        return start

    for entry in entries:
        if entry["kind"] == 5 or (entry["kind"] == 2 and len(entry["data"]) >= 4096):
            entry["start"] = put(entry["data"])
    mini_start = put(struct.pack(f"<{len(mini_fat)}I", *mini_fat).ljust(512, b"\xff"))
    directory = b"".join(map(_entry, entries))
    directory_start = put(directory + b"\0" * (-len(directory) % 512))
    fat_sectors = 1
    while (len(fat) + fat_sectors) > fat_sectors * 128:
        fat_sectors += 1
    fat_start = len(sectors)
    fat += [_FAT] * fat_sectors
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(fat_sectors * 512, b"\xff")
    difat = [fat_start + i for i in range(fat_sectors)] + [_FREE] * (109 - fat_sectors)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIIII", 0, fat_sectors, directory_start, 0, 4096, mini_start,
                          -(-len(mini_fat) // 128), _END, 0, difat[0])  # fmt: skip
    header += struct.pack("<108I", *difat[1:])
    return header + b"".join(sectors) + table


def _enter(entries: list[dict[str, Any]], parent: int, tree: dict[str, Any]) -> None:
    """Add the children of a storage, as a list that leans to the right."""
    before = None
    for name in sorted(tree, key=lambda text: (len(text), text.upper())):
        value = tree[name]
        number = len(entries)
        storage = isinstance(value, dict)
        entries.append(
            {"name": name, "kind": 1 if storage else 2, "data": b"" if storage else value}
        )
        if before is None:
            entries[parent]["child"] = number
        else:
            entries[before]["right"] = number
        before = number
        if storage:
            _enter(entries, number, value)


def _entry(entry: dict[str, Any]) -> bytes:
    name = (entry["name"] + "\0").encode("utf-16-le")
    links = (entry.get(key, _FREE) for key in ("left", "right", "child"))
    head = name.ljust(64, b"\0") + struct.pack("<HBB", len(name), entry["kind"], 1)
    head += struct.pack("<III", *links) + b"\0" * 36
    return head + struct.pack("<IQ", entry.get("start", 0), len(entry["data"]))


# --- a small office -----------------------------------------------------------------------------

ROSTER = """Mã đơn vị,Tên đơn vị,Nhóm,Thư điện tử
VP,Văn phòng Sở,Cơ quan Sở,vp@so.example
DN1,Công ty Ổi,Doanh nghiệp,oi@dn1.example
DN2,Công ty Mận,Doanh nghiệp,man@dn2.example
DN3,Công ty Đào,Doanh nghiệp,
"""


def form_values(
    unit: str, *people: str, received: str = "10/07/2020", spoilt: bool = False
) -> dict[str, Any]:
    """What a unit states in its form; with ``spoilt`` the first person has a year that is none."""
    about = {
        **{"ma_dv": unit, "ten_dv": unit, "nhom": "DOANH_NGHIEP", "so_cbccvc": 12, "so_nld": 3},
        **{"thuoc_nganh": "có", "thuoc_cdn": "có", "ngay_nop": received},
    }
    persons = [
        {
            **{"ho_ten": name, "nam_sinh": 1984, "ma_cb": f"CB{at}", "chuc_vu": "Chuyên viên"},
            **{"cap_vi_tri": "CBCCVC", "doi_tuong": "CONG_CHUC", "de_nghi": "GK_GDS"},
            "tom_tat": "x",
        }
        for at, name in enumerate(people, 1)
    ]
    if spoilt:
        persons[0] |= {"nam_sinh": "mười", "doi_tuong": ""}
    clean = [{"loai": "CN", "ten": name, "khong_co": "có"} for name in people]
    return {"Don_vi": [about], "Ca_nhan": persons, "Ky_luat": clean}


@dataclass
class MailOffice:
    """A workspace with a roster that has addresses, a folder of letters, and the commands."""

    folder: Path
    runner: CliRunner = field(default_factory=CliRunner)

    def do(self, *args: str | Path, **extra: Any) -> Result:
        """A command as it is typed."""
        return self.runner.invoke(cli.main, [str(arg) for arg in args], **extra)

    def form(self, unit: str, *people: str, **more: Any) -> bytes:
        """Bytes of a filled form."""
        path = self.folder / "form.xlsx"
        write_form(path, load(PROGRAMME), values=form_values(unit, *people, **more))
        data = path.read_bytes()
        path.unlink()
        return data

    def post(self, name: str, letter: bytes) -> Path:
        """A letter in the folder of letters."""
        path = self.folder / "thu" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(letter)
        return path

    def collect(self, *args: str | Path, source: str | Path = "", code: int = 0) -> Result:
        """``collect``, which must end with this code."""
        stated = source or self.folder / "thu"
        found = self.do("collect", self.folder, "--from", stated, *args)
        assert found.exit_code == code, found.output
        return found

    def inbox(self) -> dict[str, bytes]:
        """The forms in the inbox."""
        paths = sorted((self.folder / "inbox").glob("[!.]*"))
        return {path.name: path.read_bytes() for path in paths}

    def configure(self, *lines: str) -> None:
        """Write a table [mail] at the end of the settings."""
        path = self.folder / "emubatch.toml"
        text = path.read_text(encoding="utf-8").partition("\n[mail]")[0]
        path.write_text(text + "\n[mail]\n" + "\n".join(lines) + "\n", encoding="utf-8")


def new_office(folder: Path) -> MailOffice:
    """A workspace with four units, one of them without an address."""
    found = MailOffice(folder)
    done = found.do("init", folder, "--programme", PROGRAMME)
    assert done.exit_code == 0, done.output
    (folder / "roster.xlsx").unlink()
    (folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
    text = (folder / "emubatch.toml").read_text(encoding="utf-8")
    (folder / "emubatch.toml").write_text(
        text.replace('"roster.xlsx"', '"roster.csv"'), encoding="utf-8"
    )
    return found


@pytest.fixture(scope="session", name="new_office")
def _new_office() -> Callable[[Path], MailOffice]:
    """Call ``new_office(folder)`` for a workspace."""
    return new_office


@pytest.fixture
def office(tmp_path: Path) -> MailOffice:
    """A new workspace, see ``new_office``."""
    return new_office(tmp_path / "phòng")


@pytest.fixture(scope="session")
def post() -> type[Post]:
    """The builder of letters."""
    return Post


@pytest.fixture(scope="session")
def book_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A real form."""
    path = tmp_path_factory.mktemp("form") / "form.xlsx"
    write_form(path, load(PROGRAMME), values=form_values("DN1", "Nguyễn Văn Na"))
    return path.read_bytes()


# --- servers ------------------------------------------------------------------------------------


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def make_certificate(key: Path, certificate: Path) -> bool:
    """A certificate of this machine that nobody vouches for; False without openssl."""
    openssl = shutil.which("openssl")
    if not openssl:
        return False
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:127.0.0.2"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650"),
            *("-subj", "/CN=localhost", "-addext", names),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return True


def wait_for(port: int, process: subprocess.Popen[Any], seconds: float = 20) -> None:
    """Until something listens on the port; fails when the process ends before."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, "the server ended at once"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5):
            return
    pytest.fail(f"nothing listens on port {port}", pytrace=False)


_DOVECOT = """
protocols = imap
listen = 127.0.0.1
base_dir = {base}/run
state_dir = {base}/run
log_path = {base}/dovecot.log
ssl = {ssl}
{certificate}
disable_plaintext_auth = no
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = 1
mail_location = maildir:{base}/Maildir
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={base}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass
class ImapServer:
    """A running Dovecot with one mailbox."""

    base: Path
    port: int
    tls_port: int
    certificate: Path
    uid: int
    gid: int
    delivered: int = 0

    @property
    def url(self) -> str:
        """Its address without TLS, which is taken on this machine only."""
        return f"imap://so@127.0.0.1:{self.port}/INBOX"

    def deliver(self, letter: bytes) -> None:
        """A letter, as a mail server delivers it: written aside, then moved in."""
        self.delivered += 1
        name = f"{self.delivered:06}.thu"
        part = self.base / "Maildir" / "tmp" / name
        part.write_bytes(letter)
        if os.getuid() == 0:
            os.chown(part, self.uid, self.gid)
        part.rename(self.base / "Maildir" / "new" / name)

    def files(self, folder: str = "") -> list[str]:
        """Names of the letters in a folder, flags included."""
        box = self.base / "Maildir" / folder
        found = [path.name for kind in ("cur", "new") for path in (box / kind).glob("*")]
        return sorted(found)

    def empty(self) -> None:
        """Remove every letter and folder."""
        for path in (self.base / "Maildir").iterdir():
            if path.is_dir() and path.name.startswith("."):
                shutil.rmtree(path)
            elif path.is_file():
                path.unlink()
        for kind in ("cur", "new", "tmp"):
            for path in (self.base / "Maildir" / kind).iterdir():
                path.unlink()


@pytest.fixture(scope="session")
def _dovecot_server(dovecot: Path) -> Iterator[ImapServer]:
    import grp  # neither is there on Windows, nor is Dovecot
    import pwd

    base = Path(tempfile.mkdtemp(prefix="emubatch-dovecot-"))
    root = os.getuid() == 0
    who = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.getuid())
    group = grp.getgrgid(who.pw_gid).gr_name
    key, certificate = base / "key.pem", base / "certificate.pem"
    openssl = make_certificate(key, certificate)
    port, tls_port = free_port(), free_port()
    conf = base / "dovecot.conf"
    text = _DOVECOT.format(
        base=base,
        user=who.pw_name,
        group=group,
        password=PASSWORD,
        port=port,
        tls_port=tls_port if openssl else 0,
        ssl="yes" if openssl else "no",
        certificate=f"ssl_cert = <{certificate}\nssl_key = <{key}" if openssl else "",
    )
    conf.write_text(text, encoding="utf-8")
    for kind in ("new", "cur", "tmp"):
        (base / "Maildir" / kind).mkdir(parents=True)
    extra: dict[str, Any] = {}
    if root:
        for path in (base, *base.rglob("*")):
            os.chown(path, who.pw_uid, who.pw_gid)
        extra = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
    process = subprocess.Popen(
        [str(dovecot), "-F", "-c", str(conf)], start_new_session=True, **extra
    )
    try:
        wait_for(port, process)
        yield ImapServer(base, port, tls_port, certificate, who.pw_uid, who.pw_gid)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
        shutil.rmtree(base, ignore_errors=True)


@pytest.fixture
def imap(_dovecot_server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> ImapServer:
    """A mailbox on a real server, empty; the password is in the environment."""
    _dovecot_server.empty()
    monkeypatch.setenv("EMUBATCH_MAIL_PASSWORD", PASSWORD)
    return _dovecot_server


@dataclass
class Sink:
    """A mail server that takes letters, or refuses them as it is told.

    ``answers`` maps an address to what it is answered, ``at_data`` likewise when the letter has
    been sent; ``dies`` are addresses upon whose letter the connection is cut without an answer.
    """

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    at_data: dict[str, str] = field(default_factory=dict)
    dies: set[str] = field(default_factory=set)
    letters: list[tuple[list[str], bytes]] = field(default_factory=list)

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Take an address, or answer as told."""
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take a letter, or answer as told."""
        to = envelope.rcpt_tos[0]
        if to in self.at_data:
            return self.at_data[to]
        self.letters.append((list(envelope.rcpt_tos), envelope.content))
        if to in self.dies:
            server.transport.abort()
            await asyncio.Future()  # no answer ever
        return "250 OK"


@contextlib.contextmanager
def running(sink: Sink, host: str = "127.0.0.1", **options: Any) -> Iterator[Sink]:
    """A real mail server; ``options`` as of aiosmtpd's controller."""
    from aiosmtpd.controller import Controller

    controller = Controller(sink, hostname=host, port=free_port(), **options)
    controller.start()
    sink.port = controller.port
    try:
        yield sink
    finally:
        controller.stop()


@pytest.fixture
def smtp() -> Iterator[Sink]:
    """A real mail server on loopback."""
    with running(Sink()) as sink:
        yield sink


@pytest.fixture
def serve() -> Callable[..., contextlib.AbstractContextManager[Sink]]:
    """Call ``serve(host=…, …)`` for a server with other options."""
    return lambda **options: running(Sink(), **options)


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    """A server's side of TLS, and the certificate to trust."""
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    if not make_certificate(key, certificate):
        pytest.skip("openssl is not installed")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context, certificate


@pytest.fixture
def tree() -> Callable[[Path], dict[str, bytes]]:
    """Call ``tree(folder)`` for the bytes of every file below it."""
    return lambda folder: {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
