"""``collect`` from files: what is stored, what is listed, and that nothing is lost or doubled."""

from __future__ import annotations

import csv
import io
import json
import mailbox
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from emubatch.mail import sources
from emubatch.mail.book import Book, open_book
from emubatch.mail.errors import MailError
from emubatch.mail.receipts import read_receipts


def _counts(result: Any) -> tuple[int, ...]:
    counts = json.loads(result.stdout)["counts"]
    return tuple(counts[name] for name in ("taken", "seen", "ignored", "refused"))


def _codes(result: Any) -> list[str]:
    return [code for letter in json.loads(result.stdout)["letters"] for code in letter["findings"]]


def test_a_form_is_stored_under_our_own_name(office: Any, post: Any) -> None:
    form = office.form("DN1", "Nguyễn Văn Na")
    office.post("1.eml", post.simple(form))
    office.collect()
    ((name, data),) = office.inbox().items()
    assert data == form
    assert name.startswith("2020-07-10_0912_DN1_01_") and name.endswith("_bieu-mau.xlsx")


def test_the_same_letter_again_changes_nothing(office: Any, post: Any, tree: Any) -> None:
    office.post("1.eml", post.simple(office.form("DN1", "Na")))
    assert _counts(office.collect("--json")) == (1, 0, 0, 0)
    before = tree(office.folder / "inbox")
    office.post("again.eml", (office.folder / "thu" / "1.eml").read_bytes())
    assert _counts(office.collect("--json")) == (0, 2, 0, 0)
    assert tree(office.folder / "inbox") == before


def test_one_form_in_two_letters_is_stored_once_and_both_are_listed(office: Any, post: Any) -> None:
    form = office.form("DN1", "Na")
    office.post("2.eml", post.simple(form, Date="Tue, 14 Jul 2020 10:00:00 +0700"))
    office.post("3.eml", post.simple(form, Message_ID="<2@dn1.example>"))
    found = office.collect("--json")
    assert _counts(found) == (2, 0, 0, 0)
    assert "N904" in _codes(found)
    assert len(office.inbox()) == 1
    receipts = read_receipts(office.folder / "inbox")
    assert receipts is not None
    assert list(receipts.by_file.values()) == ["2020-07-10"]  # the day of the first letter
    sheet = openpyxl.load_workbook(office.folder / "thu-den.xlsx").active
    texts = [cell.value for row in sheet for cell in row if cell.value]
    assert texts.count(next(iter(office.inbox()))) == 2


def test_one_message_id_on_two_letters_loses_neither(office: Any, post: Any) -> None:
    office.post("1.eml", post.simple(office.form("DN1", "Na")))
    office.post("2.eml", post.simple(office.form("DN1", "Na", "Mơ")))
    assert _counts(office.collect("--json")) == (2, 0, 0, 0)
    assert len(office.inbox()) == 2


def test_every_letter_is_accounted_for(office: Any, post: Any) -> None:
    form = office.form("DN1", "Na")
    office.post("a.eml", post.simple(form))
    office.post("b.eml", post.attached(form)[:-2500])
    office.post("c.eml", post.simple(form, Auto_Submitted="auto-replied", Message_ID="<c@x>"))
    office.post("d.eml", post.simple(b"%PDF-1.4", "scan.pdf", Message_ID="<d@x>"))
    office.post("e.eml", post.simple(form, List_Id="<ds.example>", Message_ID="<e@x>"))
    office.post("f.eml", post.mixed(Auto_Submitted="auto-replied", Message_ID="<f@x>"))
    office.post("g.eml", post.mixed(List_Id="<ds.example>", Message_ID="<g@x>"))
    office.post("h.eml", b"no letter at all")
    office.post("k.eml", post.mixed(*[post.part(b"", "Content-Type: a/b")] * 300))
    office.post("danh-sach.docx", b"x")
    found = office.collect("--json")
    assert _counts(found) == (1, 0, 5, 3)
    assert json.loads(found.stdout)["others"] == 1
    codes = _codes(found)
    for code in ("E901", "E903", "E904", "W904", "N901", "N902", "N903"):
        assert code in codes
    again = office.collect("--json")
    assert _counts(again) == (0, 6, 0, 3)  # a letter that was refused is never forgotten


def test_a_letter_over_the_limit_is_refused(
    office: Any, post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "SIZE_LIMIT", 2000)
    office.post("1.eml", post.simple(office.form("DN1", "Na")))
    found = office.collect("--json")
    assert _counts(found) == (0, 0, 0, 1)
    assert _codes(found) == ["E902"]


def test_an_unknown_sender_is_taken_and_told_of(office: Any, post: Any) -> None:
    office.post("1.eml", post.simple(office.form("DN1", "Na"), From="La <nguoi.la@x.example>"))
    found = office.collect("--known-only", "--json")
    assert (_counts(found), office.inbox()) == ((0, 0, 1, 0), {})
    found = office.collect("--json")  # it was left alone, not forgotten
    assert (_counts(found), _codes(found)) == ((1, 0, 0, 0), ["W901"])
    assert "_nguoi-la_" in next(iter(office.inbox()))


def test_names_and_addresses_stay_out_of_what_is_printed(office: Any, post: Any) -> None:
    office.post("1.eml", post.simple(office.form("DN1", "Na"), From="La <nguoi.la@x.example>"))
    for found in (office.collect(), office.collect("--json")):
        assert "nguoi.la" not in found.output and "x.example" not in found.output
        assert "Nộp biểu mẫu" not in found.output


def test_one_address_of_several_units(office: Any, post: Any) -> None:
    roster = office.folder / "roster.csv"
    text = roster.read_text(encoding="utf-8")
    roster.write_text(text.replace("man@dn2.example", "oi@dn1.example"), encoding="utf-8")
    office.post("1.eml", post.simple(office.form("DN1", "Na")))
    found = office.collect("--json")
    assert _codes(found) == ["N906"]
    assert "_oi_01_" in next(iter(office.inbox()))


def test_a_forwarded_letter_belongs_to_who_wrote_it(office: Any, post: Any) -> None:
    inner = post.simple(office.form("DN2", "Na"), From="man@dn2.example")
    part = b"--ranh-gioi\nContent-Type: message/rfc822\n\n" + inner + b"\n"
    office.post("1.eml", post.mixed(part, From="can-bo@nha.example", Message_ID="<vo@x>"))
    found = office.collect("--json")
    assert _codes(found) == []
    assert "_DN2_01_" in next(iter(office.inbox()))


def test_a_bounce_rings_for_its_unit(office: Any, post: Any) -> None:
    status = "Final-Recipient: rfc822; man@dn2.example\nAction: failed\n"
    part = f"--ranh-gioi\nContent-Type: message/delivery-status\n\n{status}\n"
    kind = "report; report-type=delivery-status"
    office.post("1.eml", post.mixed(part, kind=kind, From="Mailer-Daemon@so.example"))
    found = office.collect()
    assert "W903" in found.stdout and "đơn vị DN2" in found.stdout


def test_scans_beside_a_form_are_told_of(office: Any, post: Any) -> None:
    form = post.part(office.form("DN1", "Na"), "Content-Type: application/x; name=a.xlsx")
    scan = post.part(b"%PDF-1.4", "Content-Type: application/pdf; name=a.pdf")
    office.post("1.eml", post.mixed(form, scan))
    assert _codes(office.collect("--json")) == ["N905"]
    assert len(office.inbox()) == 1


def test_the_office_s_own_letters_bring_no_forms(office: Any, post: Any) -> None:
    office.configure('sender = "Văn phòng <so@so.example>"')
    office.post("1.eml", post.simple(office.form("DN1", "Na"), From="So <SO@so.example>"))
    read = post.simple(office.form("DN2", "Na"), Message_ID="<r@x>")
    part = b"--ranh-gioi\nContent-Type: message/rfc822\n\n" + read + b"\n"
    kind = "report; report-type=disposition-notification"
    office.post("2.eml", post.mixed(part, kind=kind))
    found = office.collect("--json")
    assert (_counts(found), _codes(found)) == ((0, 0, 2, 0), ["W905", "W904"])
    assert office.inbox() == {}


# --- sources ------------------------------------------------------------------------------------


def test_mbox_maildir_and_outlook(office: Any, post: Any, tmp_path: Path) -> None:
    forms = [office.form("DN1", "Na"), office.form("DN1", "Na", "Mơ"), office.form("DN2", "Lê")]
    box = mailbox.mbox(tmp_path / "thu.mbox")
    box.add(post.simple(forms[0]))
    box.add(post.simple(forms[1], Message_ID="<2@x>"))
    box.close()
    assert _counts(office.collect("--json", source=tmp_path / "thu.mbox")) == (2, 0, 0, 0)
    maildir = mailbox.Maildir(tmp_path / "hop")
    maildir.add(post.simple(forms[0]))
    maildir.add(post.simple(forms[2], Message_ID="<3@x>"))
    (tmp_path / "hop" / "tmp" / "half").write_bytes(b"From: x\n")
    assert _counts(office.collect("--json", source=tmp_path / "hop")) == (1, 1, 0, 0)
    office.post("1.msg", post.msg("Mận <man@dn2.example>", "Nộp", [("a.xlsx", forms[2])]))
    found = office.collect("--json")
    assert (_counts(found), _codes(found)) == ((1, 0, 0, 0), ["N904"])
    assert sorted(office.inbox().values()) == sorted(forms)


def test_a_letter_that_cannot_be_opened_stops_no_other(
    office: Any, post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = office.post("1.eml", b"locked")
    office.post("2.eml", post.simple(office.form("DN1", "Na")))
    read = Path.read_bytes

    def reading(path: Path) -> bytes:
        if path == locked:
            raise PermissionError(13, "locked", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", reading)
    found = office.collect("--json")
    assert (_counts(found), _codes(found)) == ((1, 0, 0, 1), ["E904"])


def test_a_source_that_is_not_there(office: Any) -> None:
    assert "khong-co" in office.collect(source="khong-co", code=2).stderr
    found = office.do("collect", office.folder)
    assert (found.exit_code, "--from" in found.stderr) == (2, True)
    found = office.do("collect", office.folder, "--from", "imaps://so:bi-mat@mx.example/INBOX")
    assert (found.exit_code, "bi-mat" in found.output) == (2, False)
    found = office.do("collect", office.folder, "--from", "pop3://so@mx.example")
    assert found.exit_code == 2


def test_a_missing_library_is_named(
    office: Any, post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tnefparse", None)
    office.post("1.eml", post.attached(post.tnef(("a.xlsx", b"x"))))
    assert 'pip install "emubatch[mail]"' in office.collect(code=2).stderr


# --- the register of letters --------------------------------------------------------------------


def test_the_register_takes_one_command_at_a_time(office: Any, post: Any) -> None:
    office.post("1.eml", post.simple(b"x", "a.xlsx"))
    with open_book(office.folder):
        assert "sổ thư" in office.collect(code=6).stderr
    office.collect()


@pytest.mark.parametrize(
    ("content", "reason"), [(b"x" * 200, "foreign"), (b"SQLite format 3\0" + b"\0" * 84, "damaged")]
)
def test_a_file_that_is_no_register_is_left_alone(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    (tmp_path / "mail.sqlite").write_bytes(content)
    with pytest.raises(MailError) as caught, open_book(tmp_path):
        pass
    assert caught.value.reason == reason
    assert (tmp_path / "mail.sqlite").read_bytes() == content


def test_a_register_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with open_book(tmp_path) as book:
        book.connection.execute("PRAGMA user_version = 99")
    with pytest.raises(MailError) as caught, open_book(tmp_path):
        pass
    assert caught.value.reason == "newer"


def test_the_register_is_for_its_owner_only(office: Any, post: Any) -> None:
    office.post("1.eml", post.simple(b"x", "a.xlsx"))
    office.collect()
    if os.name == "posix":
        assert (office.folder / "mail.sqlite").stat().st_mode & 0o077 == 0


# --- killed -------------------------------------------------------------------------------------

# Where the process kills itself, as a patch of the program: after the forms, before the list of
# days, before the register is saved, and after it.
KILLS = {
    "first form stored": "collect.write_safely = after(collect.write_safely)",
    "forms stored": "collect.flush = before(collect.flush)",
    "list of days written": "collect.write_receipts = after(collect.write_receipts)",
    "register saved": "sources.LocalSource.done = before(sources.LocalSource.done)",
}
_SCRIPT = """
import os, signal, sys
from emubatch.mail import sources
from emubatch.mailing import collect
from emubatch.cli import main
def die(): os.kill(os.getpid(), signal.SIGKILL)
def after(f):
    def g(*a, **k):
        f(*a, **k)
        die()
    return g
def before(f):
    return lambda *a, **k: die()
{patch}
main(["collect", sys.argv[1], "--from", sys.argv[2]])
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
@pytest.mark.parametrize("moment", KILLS)
def test_killed_at_any_point_the_next_one_completes_it(
    moment: str, office: Any, post: Any, tree: Callable[[Path], dict[str, bytes]]
) -> None:
    for number, unit in enumerate(("DN1", "DN2"), 1):
        letter = post.simple(office.form(unit, "Na"), Message_ID=f"<{number}@x>")
        office.post(f"{number}.eml", letter)
    script = _SCRIPT.format(patch=KILLS[moment])
    source = str(office.folder / "thu")
    done = subprocess.run([sys.executable, "-c", script, str(office.folder), source], check=False)
    assert done.returncode == -signal.SIGKILL
    counts = _counts(office.collect("--json"))
    assert counts == ((0, 2, 0, 0) if moment == "register saved" else (2, 0, 0, 0))
    killed = tree(office.folder / "inbox")
    (office.folder / "mail.sqlite").unlink()
    for path in (office.folder / "inbox").iterdir():
        path.unlink()
    office.collect()
    assert tree(office.folder / "inbox") == killed
    assert len(office.inbox()) == 2


def test_nothing_is_marked_when_a_form_cannot_be_stored(
    office: Any, post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from emubatch.mailing import collect

    office.post("1.eml", post.simple(office.form("DN1", "Na")))

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(collect, "write_safely", full)
        office.collect(code=4)
    with open_book(office.folder) as book:
        assert isinstance(book, Book) and book.letters() == []
    assert _counts(office.collect("--json")) == (1, 0, 0, 0)


# --- the month ----------------------------------------------------------------------------------


def _received(office: Any) -> dict[str, tuple[str, str]]:
    path = office.folder / "results" / "2020-07" / "data" / "submissions.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {row["unit"]: (row["received"], row["late"]) for row in rows if row["file"]}


def _run(office: Any) -> None:
    found = office.do("run", office.folder, "--jobs", "0")
    assert found.exit_code == 0, found.output


def test_the_letter_dates_the_form(office: Any, post: Any) -> None:
    late = "Mon, 20 Jul 2020 08:00:00 +0700"
    office.post("1.eml", post.simple(office.form("DN1", "Na", received="10/07/2020"), Date=late))
    office.collect()
    _run(office)
    assert _received(office)["DN1"] == ("2020-07-20", "yes")
    run = office.folder / "results" / "2020-07"
    assert ",N518," not in (run / "data" / "submissions.csv").read_text("utf-8-sig")
    assert "N518" in (run / "data" / "findings.csv").read_text("utf-8-sig")
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    assert len(manifest["receipts"]["sha256"]) == 64
    assert manifest["inputs"][0]["rows"]["Ca_nhan"] == 1
    assert "thu-den" not in (run / "bao-cao.html").read_text("utf-8")


def test_a_letter_dates_the_forms_of_an_archive(office: Any, post: Any) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("đợt 1/DN1.xlsx", office.form("DN1", "Na"))
    late = "Mon, 20 Jul 2020 08:00:00 +0700"
    office.post("1.eml", post.simple(stream.getvalue(), "nop.zip", Date=late))
    office.collect()
    _run(office)
    assert _received(office)["DN1"] == ("2020-07-20", "yes")
    assert office.do("reply", "2020-07", "--workspace", office.folder).exit_code == 0
    draft = (office.folder / "results" / "2020-07" / "thu" / "DN1.eml").read_bytes()
    assert b"In-Reply-To: <1@dn1.example>" in draft


def test_the_office_s_own_date_rules(office: Any, post: Any) -> None:
    roster = office.folder / "roster.csv"
    lines = roster.read_text(encoding="utf-8").splitlines()
    head, *rows = lines
    text = "\n".join([f"{head},Ngày nhận", *(f"{row},11/07/2020" for row in rows)])
    roster.write_text(text + "\n", encoding="utf-8")
    office.post("1.eml", post.simple(office.form("DN1", "Na"), Date="Mon, 20 Jul 2020 08:00:00"))
    office.collect()
    _run(office)
    assert _received(office)["DN1"] == ("2020-07-11", "no")


def test_a_list_of_days_that_was_spoilt_stops_the_run(office: Any, post: Any) -> None:
    office.post("1.eml", post.simple(office.form("DN1", "Na")))
    office.collect()
    path = office.folder / "inbox" / ".thu-den.csv"
    path.write_text("file,sha256,received\na.xlsx,b,hôm qua\n", encoding="utf-8")
    found = office.do("run", office.folder, "--jobs", "0")
    assert (found.exit_code, "dòng 2" in found.stderr) == (4, True)
