"""``reply``: what each unit is told, the same bytes each time, each letter sent at most once."""

from __future__ import annotations

import email
import email.policy
import io
import json
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from emubatch.mail.book import open_book
from emubatch.mail.drafts import Draft, draft_bytes, recipients_of
from emubatch.mailing.answers import RECEIPT, Answer
from emubatch.mailing.wording import Office, as_html, as_text, blocks
from emubatch.xl.todo_read import TodoLine, read_todo

RUN = "2020-07"


@pytest.fixture(scope="session")
def _month(tmp_path_factory: pytest.TempPathFactory, new_office: Any, post: Any) -> Any:
    office = new_office(tmp_path_factory.mktemp("tháng") / "phòng")
    form = office.form("DN1", "Nguyễn Văn Na", "=cmd|' /C calc'!A1", spoilt=True)
    office.post("1.eml", post.simple(form, References="<0@dn1.example>"))
    broken = post.simple(b"PK\x03\x04 broken", From="man@dn2.example", Message_ID="<2@dn2.example>")
    office.post("2.eml", broken)
    office.collect()
    (office.folder / "inbox" / "vp.xlsx").write_bytes(office.form("VP"))
    found = office.do("run", office.folder, "--jobs", "0")
    assert found.exit_code == 0, found.output
    return office


@pytest.fixture
def month(_month: Any, tmp_path: Path) -> Any:
    """DN1 sent a form with errors by mail, VP one by hand, DN2 something unreadable, DN3 none."""
    folder = tmp_path / "phòng"
    shutil.copytree(_month.folder, folder)
    return replace(_month, folder=folder)


def _reply(office: Any, *args: str, code: int = 0) -> Any:
    found = office.do("reply", RUN, "--workspace", office.folder, *args)
    assert found.exit_code == code, found.output
    return found


def _folder(office: Any) -> Path:
    path: Path = office.folder / "results" / RUN / "thu"
    return path


def _letter(office: Any, unit: str) -> EmailMessage:
    data = (_folder(office) / f"{unit}.eml").read_bytes()
    found = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _attached(letter: EmailMessage) -> tuple[str, bytes]:
    (part,) = letter.iter_attachments()
    return str(part.get_filename()), part.get_content()


def test_each_unit_is_told_what_concerns_it(month: Any) -> None:
    found = json.loads(_reply(month, "--json").stdout)
    kinds = {row["unit"]: row["kind"] for row in found["drafts"]}
    assert kinds["DN1"] == "mend"
    assert (kinds["DN2"], kinds["DN3"]) == ("unreadable", "reminder")
    assert "W911" in [row["code"] for row in found["alarms"] if row["unit"] == "DN3"]
    run_manifest = json.loads((_folder(month) / "manifest.json").read_text("utf-8"))
    assert run_manifest["run"]["manifest_sha256"] == found["run"]
    assert sorted(row["path"] for row in run_manifest["outputs"]) == sorted(
        ["danh-sach.xlsx", *(row["file"] for row in found["drafts"])]
    )


def test_a_draft_opens_for_sending_and_answers_the_letter(month: Any) -> None:
    _reply(month)
    letter = _letter(month, "DN1")
    assert letter["X-Unsent"] == "1"
    assert letter["To"] == "oi@dn1.example"
    assert letter["In-Reply-To"] == "<1@dn1.example>"
    assert letter["References"] == "<0@dn1.example> <1@dn1.example>"
    assert letter["Auto-Submitted"] == "auto-replied"
    assert letter["Date"] is None and letter["From"] is None
    assert not letter.defects
    reminder = _letter(month, "DN3")
    assert (reminder["Auto-Submitted"], reminder["To"]) == ("auto-generated", None)
    assert reminder["Message-ID"] != letter["Message-ID"]


def test_the_receipt_says_what_was_read_and_what_to_mend(month: Any) -> None:
    _reply(month)
    letter = _letter(month, "DN1")
    text = _text(letter)
    assert "Hạn nộp: trước ngày 18/07/2020." in text
    assert "Biểu mẫu.xlsx · 10/07/2020" in text  # as the sender called it
    assert "(Ca_nhan) · 2" in text and "Nguyễn Văn Na" in text
    name, data = _attached(letter)
    assert name == "DN1.xlsx"
    returned = (month.folder / "results" / RUN / "tra-lai" / "DN1.xlsx").read_bytes()
    assert data == returned
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Việc cần sửa"]
    wanted = [
        (row[2].value, row[3].value)
        for row in sheet.iter_rows(min_row=6)
        if row[1].value and row[1].value[0] in "✗?"
    ]
    assert wanted
    for title, cell in wanted:  # the addresses are those of the form that goes along
        assert " · ".join(filter(None, (title, cell))) in text


def test_errors_come_before_warnings(month: Any) -> None:
    _reply(month)
    levels = [
        line.split(". ")[1][0]
        for line in _text(_letter(month, "DN1")).splitlines()
        if line.strip()[:1].isdigit() and line.split(". ")[1][0] in "✗?"
    ]
    assert levels == sorted(levels, key="✗?".index)


def test_a_reminder_carries_the_form_of_the_unit(month: Any) -> None:
    _reply(month)
    name, data = _attached(_letter(month, "DN3"))
    assert name == "DN3.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert "DN3" in [cell.value for row in book["Don_vi"] for cell in row]


def test_an_unreadable_file_is_answered_by_who_sent_it(month: Any) -> None:
    _reply(month)
    letter = _letter(month, "DN2")
    assert (letter["To"], letter["In-Reply-To"]) == ("man@dn2.example", "<2@dn2.example>")
    assert "Biểu mẫu.xlsx" in _text(letter)


def test_letters_are_in_the_language_of_the_run_unless_another_is_stated(month: Any) -> None:
    _reply(month)
    assert "Kính gửi" in _text(_letter(month, "DN3"))
    _reply(month, "--lang", "en")
    assert "has not received a form" in _text(_letter(month, "DN3"))


def test_the_same_run_gives_the_same_bytes(month: Any, tree: Any) -> None:
    _reply(month)
    before = tree(_folder(month))
    _reply(month)
    assert tree(_folder(month)) == before


def test_a_draft_that_was_edited_is_not_replaced_unasked(month: Any) -> None:
    _reply(month)
    path = _folder(month) / "DN1.eml"
    path.write_bytes(path.read_bytes() + b"\r\n")
    assert "--replace" in _reply(month, code=6).stderr
    _reply(month, "--replace")
    _reply(month)


def test_the_lists_open_cleanly(month: Any, ooxml_validator: Any) -> None:
    _reply(month)
    assert ooxml_validator(_folder(month) / "danh-sach.xlsx") == []
    assert ooxml_validator(month.folder / "thu-den.xlsx") == []


def test_a_dry_run_writes_nothing(month: Any, tree: Any) -> None:
    before = tree(month.folder / "results")
    assert "DN3" in _reply(month, "--dry-run").stdout
    assert tree(month.folder / "results") == before


def test_files_of_nobody_and_units_of_nowhere(month: Any) -> None:
    (month.folder / "inbox" / "la.xlsx").write_bytes(b"PK\x03\x04 la")
    (month.folder / "inbox" / "xa.xlsx").write_bytes(month.form("DN9", "Na"))
    roster = month.folder / "roster.csv"
    text = roster.read_text(encoding="utf-8")
    roster.write_text(text.replace("man@dn2.example", "hỏi anh Ba"), encoding="utf-8")
    assert month.do("run", month.folder, "--jobs", "0").exit_code == 0
    returned = month.folder / "results" / RUN / "tra-lai" / "DN1.xlsx"
    returned.unlink()
    codes = [row["code"] for row in json.loads(_reply(month, "--json").stdout)["alarms"]]
    assert {"W912", "W913", "W914", "W916"} <= set(codes)
    assert list(_letter(month, "DN1").iter_attachments()) == []


def test_without_the_plan_reminders_carry_no_form(
    month: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from emubatch.cli import place, published
    from emubatch.programme.problems import ProgrammeError

    def gone(*_: Any) -> Any:
        raise ProgrammeError([])

    monkeypatch.setattr(published, "load_for_run", gone)
    monkeypatch.setattr(place, "load", gone)
    found = json.loads(_reply(month, "--json").stdout)
    assert "W915" in [row["code"] for row in found["alarms"]]


def test_names_and_addresses_are_not_printed(month: Any) -> None:
    for found in (_reply(month), _reply(month, "--json")):
        assert "@" not in found.output and "Nguyễn Văn Na" not in found.output


def test_a_run_made_anew_meanwhile_is_noticed(month: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from emubatch.mailing import reply

    write = reply._write_list

    def anew(path: Path, *rest: Any) -> None:
        write(path, *rest)
        manifest = month.folder / "results" / RUN / "manifest.json"
        manifest.write_text(manifest.read_text("utf-8") + " ", encoding="utf-8")

    monkeypatch.setattr(reply, "_write_list", anew)
    assert RUN in _reply(month, code=6).stderr
    assert not _folder(month).exists()


def test_a_run_that_is_not_there(office: Any) -> None:
    assert _reply(office, code=4).stderr


# --- text of others in a letter -----------------------------------------------------------------


def test_text_of_a_form_stays_text() -> None:
    hostile = '<script>alert("1")</script>\r\nBcc: all@x.example'
    answer = Answer("DN1", hostile, RECEIPT, ("oi@dn1.example",))
    answer.nominees = [hostile]
    answer.todo = [TodoLine("error", hostile, "C5", hostile)]
    said = blocks(answer, Office(None, "x", "2020-07-30", "", "vi"))
    page = as_html(said)
    assert "<script" not in page and "&lt;script&gt;" in page
    draft = Draft("DN1", RECEIPT, ("oi@dn1.example",), hostile, as_text(said), page, "<a@b>")
    letter = email.message_from_bytes(
        draft_bytes(draft, "So <so@so.example>", ""), policy=email.policy.default
    )
    assert letter["Bcc"] is None
    assert letter["Subject"].endswith("Bcc: all@x.example")


@pytest.mark.parametrize("length", range(8, 160, 7))
def test_no_space_of_a_subject_is_lost(length: int) -> None:
    subject = ("Điển hình tiên tiến ngành Công Thương – đã nhận, có việc cần sửa; " * 3)[
        :length
    ].strip()
    sender = f"{subject[:50].strip()} <so@so.example>"
    draft = Draft("DN1", RECEIPT, ("a@b.example", "c@d.example"), subject, "x", "x", "<a@b>")
    data = draft_bytes(draft, sender, "")
    found = email.message_from_bytes(data, policy=email.policy.default)
    plain = email.message_from_bytes(data)  # the newer parser has doubts about words in pieces
    texts = [str(make_header(decode_header(plain[name]))) for name in ("Subject", "From")]
    assert texts == [subject, sender]
    assert [one.addr_spec for one in found["To"].addresses] == ["a@b.example", "c@d.example"]
    assert max(map(len, data.partition(b"\r\n\r\n")[0].split(b"\r\n"))) <= 100
    assert not found.defects


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("oi@dn1.example", ("oi@dn1.example",)),
        ("Ổi <oi@dn1.example>; man@dn2.example", ("oi@dn1.example", "man@dn2.example")),
        ("oi@dn1.example\r\nBcc: x@y.example", ("oi@dn1.example", "x@y.example")),
        ("hỏi anh Ba", ()),
        ("ổi@dn1.example", ()),
        ("a..b@dn1.example, .@x.example", ()),
    ],
)
def test_addresses_in_a_cell(cell: str, found: tuple[str, ...]) -> None:
    assert recipients_of(cell) == found


def test_the_list_of_what_to_mend_is_read_back(month: Any) -> None:
    lines = read_todo(month.folder / "results" / RUN / "tra-lai" / "DN1.xlsx")
    assert {line.severity for line in lines} <= {"error", "warning", "note"}
    assert all(line.message for line in lines)


# --- sending ------------------------------------------------------------------------------------


def _server(month: Any, smtp: Any, *more: str) -> None:
    month.configure(
        f'smtp = "smtp://127.0.0.1:{smtp.port}"', 'sender = "Văn phòng <so@so.example>"', *more
    )


def _states(found: Any) -> dict[str, str]:
    return {row["unit"]: row["state"] for row in json.loads(found.stdout)["sent"]}


def test_nothing_is_sent_unless_it_is_typed(month: Any, smtp: Any) -> None:
    _server(month, smtp)
    _reply(month)
    _reply(month, "--send", "--dry-run")
    assert smtp.letters == []
    month.configure()
    assert "smtp" in _reply(month, "--send", code=2).stderr


def test_each_letter_is_sent_once(month: Any, smtp: Any) -> None:
    _server(month, smtp, 'reply_to = "hop-thu@so.example"')
    found = _states(_reply(month, "--send", "--json"))
    assert found == {"VP": "sent", "DN1": "sent", "DN2": "sent", "DN3": "no_address"}
    assert sorted(to for to, _ in smtp.letters) == [
        ["man@dn2.example"],
        ["oi@dn1.example"],
        ["vp@so.example"],
    ]
    letter = email.message_from_bytes(
        next(data for to, data in smtp.letters if to == ["oi@dn1.example"]),
        policy=email.policy.default,
    )
    assert letter["X-Unsent"] is None and letter["Date"] is not None
    assert letter["Message-ID"] == _letter(month, "DN1")["Message-ID"]
    assert letter["Reply-To"] == "hop-thu@so.example"
    assert letter["From"].addresses[0].display_name == "Văn phòng"
    again = _states(_reply(month, "--send", "--json"))
    assert again == {"VP": "already", "DN1": "already", "DN2": "already", "DN3": "no_address"}
    assert len(smtp.letters) == 3


def test_only_one_unit(month: Any, smtp: Any) -> None:
    _server(month, smtp)
    assert _states(_reply(month, "--send", "--only", "dn1", "--json")) == {"DN1": "sent"}
    assert "DN77" in _reply(month, "--send", "--only", "DN77", code=2).stderr


def test_refusals_have_a_state_each(month: Any, smtp: Any) -> None:
    _server(month, smtp)
    smtp.answers = {"oi@dn1.example": "550 no such user", "man@dn2.example": "451 try later"}
    smtp.at_data = {"vp@so.example": "452 disk full"}
    found = _reply(month, "--send", "--json", code=4)
    assert _states(found) == {"VP": "later", "DN1": "refused", "DN2": "later", "DN3": "no_address"}
    assert [row["code"] for row in json.loads(found.stdout)["sent"]] == [452, 550, 451, 0]
    smtp.answers, smtp.at_data = {}, {}
    found = _states(_reply(month, "--send", "--json", code=4))
    assert found == {"VP": "sent", "DN1": "refused", "DN2": "sent", "DN3": "no_address"}
    roster = month.folder / "roster.csv"
    text = roster.read_text(encoding="utf-8")
    roster.write_text(text.replace("oi@dn1.example", "oi.moi@dn1.example"), encoding="utf-8")
    assert _states(_reply(month, "--send", "--json"))["DN1"] == "sent"  # the address was mended
    assert smtp.letters[-1][0] == ["oi.moi@dn1.example"]


def test_a_letter_refused_after_it_was_sent(month: Any, smtp: Any) -> None:
    _server(month, smtp)
    smtp.at_data = {"oi@dn1.example": "554 spam"}
    found = _states(_reply(month, "--send", "--only", "DN1", "--json", code=4))
    assert found == {"DN1": "refused"}
    found = _states(_reply(month, "--send", "--only", "DN1", "--json", code=4))
    assert found == {"DN1": "refused"}
    smtp.at_data = {}
    assert _states(_reply(month, "--send", "--resend", "DN1", "--json")) == {"DN1": "sent"}


def test_one_of_two_addresses_refused(month: Any, smtp: Any) -> None:
    roster = month.folder / "roster.csv"
    text = roster.read_text(encoding="utf-8")
    roster.write_text(
        text.replace("oi@dn1.example", "oi@dn1.example; sai@dn1.example"), encoding="utf-8"
    )
    _server(month, smtp)
    smtp.answers = {"sai@dn1.example": "550 no such user"}
    assert _states(_reply(month, "--send", "--only", "DN1", "--json")) == {"DN1": "partly"}
    assert smtp.letters[0][0] == ["oi@dn1.example"]


def test_a_connection_cut_while_sending_is_unsure(month: Any, smtp: Any) -> None:
    _server(month, smtp)
    smtp.dies = {"oi@dn1.example"}
    found = _states(_reply(month, "--send", "--json", code=4))
    assert (found["DN1"], found["DN2"]) == ("unsure", "sent")  # the others go on
    smtp.dies = set()
    assert _states(_reply(month, "--send", "--json", code=4))["DN1"] == "unsure"
    assert len(smtp.letters) == 3  # not again without being told
    assert _states(_reply(month, "--send", "--resend", "DN1", "--json")) == {"DN1": "sent"}


_SCRIPT = """
import os, signal, sys
from emubatch.cli import main
from emubatch.mail.book import Book
def die(*a): os.kill(os.getpid(), signal.SIGKILL)
Book.{method} = die
main(["reply", "2020-07", "--workspace", sys.argv[1], "--send", "--only", "DN1"])
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
@pytest.mark.parametrize(
    ("method", "state", "letters"), [("sending", "sent", 0), ("ended", "unsure", 1)]
)
def test_killed_while_sending(method: str, state: str, letters: int, month: Any, smtp: Any) -> None:
    _server(month, smtp)
    script = _SCRIPT.format(method=method)
    done = subprocess.run([sys.executable, "-c", script, str(month.folder)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(smtp.letters) == letters
    code = 0 if state == "sent" else 4
    found = _states(_reply(month, "--send", "--only", "DN1", "--json", code=code))
    assert found == {"DN1": state}
    assert len(smtp.letters) == 1  # one letter in the end, whenever it was killed


def test_a_server_that_is_not_there(month: Any, smtp: Any) -> None:
    month.configure('smtp = "smtp://127.0.0.1:1"', 'sender = "so@so.example"')
    assert "127.0.0.1:1" in _reply(month, "--send", code=4).stderr
    with open_book(month.folder) as book:
        assert book.connection.execute("SELECT count(*) FROM replies").fetchone() == (0,)


def test_a_run_with_other_forms_is_another_run(month: Any, smtp: Any) -> None:
    _server(month, smtp)
    _reply(month, "--send", "--only", "DN1")
    (month.folder / "inbox" / "dn3.xlsx").write_bytes(month.form("DN3", "Na"))
    assert month.do("run", month.folder, "--jobs", "0").exit_code == 0
    assert _states(_reply(month, "--send", "--only", "DN1", "--json")) == {"DN1": "sent"}
    assert len(smtp.letters) == 2


def test_a_bounce_finds_the_unit_by_the_letter_it_answers(month: Any, smtp: Any, post: Any) -> None:
    _server(month, smtp)
    _reply(month, "--send", "--only", "DN1")
    sent = email.message_from_bytes(smtp.letters[0][1], policy=email.policy.default)
    bounce = post.mixed(
        From="Mailer-Daemon@so.example", In_Reply_To=str(sent["Message-ID"]), Message_ID="<z@x>"
    )
    month.post("9.eml", bounce)
    assert "đơn vị DN1" in month.collect().stdout


def test_temporary_files_of_drafts_are_gone(month: Any, tmp_path: Path) -> None:
    _reply(month)
    assert list(_folder(month).parent.glob(".*")) == []
