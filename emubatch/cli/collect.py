"""``emubatch collect``: forms out of a mailbox into the inbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from emubatch.cli.options import Command, both, json_option, lang_option
from emubatch.messages import render, word
from emubatch.model import Lang

if TYPE_CHECKING:
    from emubatch.mail.sources import Source
    from emubatch.mailing.collect import Collected, Outcome, Place
    from emubatch.workspace import Workspace

_SCHEMES = "imaps", "imap"


@click.command(
    cls=Command,
    help=both(
        "Lấy biểu mẫu từ thư vào hộp nhận của thư mục làm việc: từ thư mục tệp .eml, .msg, mbox,"
        " Maildir, hoặc máy chủ IMAP. Máy chủ chỉ được đọc, trừ khi ghi --mark hoặc --move. Mật"
        " khẩu lấy từ biến EMUBATCH_MAIL_PASSWORD hoặc kho khóa của máy. Chạy lại không đổi gì.",
        "Take forms out of letters into the inbox of the workspace: from a folder of .eml and .msg"
        " files, an mbox, a Maildir or an IMAP server. The server is only read, unless --mark or"
        " --move is stated. The password comes from EMUBATCH_MAIL_PASSWORD or the keyring. Running"
        " it again changes nothing.",
    ),
)
@click.argument("workspace", required=False, type=click.Path(path_type=Path))
@click.option(
    "--from",
    "source",
    metavar="PATH|imaps://USER@HOST/FOLDER",
    help=both(
        "Nơi có thư (mặc định: source trong bảng [mail])",
        "Where the letters are (default: source in the table [mail])",
    ),
)
@click.option(
    "--inbox",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help=both("Thư mục lưu biểu mẫu", "Folder to store the forms in"),
)
@click.option(
    "--since",
    default="",
    metavar="DATE",
    help=both("IMAP: chỉ xem thư đến từ ngày này", "IMAP: only letters that came since this day"),
)
@click.option(
    "--mark",
    is_flag=True,
    help=both(
        "IMAP: gắn dấu $emubatch cho thư đã lấy xong", "IMAP: mark letters that are done $emubatch"
    ),
)
@click.option(
    "--move",
    default="",
    metavar="FOLDER",
    help=both(
        "IMAP: chuyển thư đã lấy xong sang thư mục này", "IMAP: move letters that are done there"
    ),
)
@click.option(
    "--known-only",
    is_flag=True,
    help=both(
        "Không lấy biểu mẫu của người gửi không có trong danh sách đơn vị",
        "Leave letters alone whose sender is not on the roster",
    ),
)
@json_option
@lang_option
def command(
    workspace: Path | None,
    source: str | None,
    inbox: Path | None,
    since: str,
    mark: bool,
    move: str,
    known_only: bool,
    as_json: bool,
    lang: Lang,
) -> None:
    """Collect and say what became of every letter."""
    from emubatch.cli.place import open_workspace
    from emubatch.mailing.collect import collect

    found = open_workspace(workspace)
    place = _place(found, inbox, known_only)
    stated = source or dict(found.mail).get("source", "")
    with _source(stated, mark, move, _day(since)) as (letters, name):
        collected = collect(place, letters, name)
    notice = _write_list(found.folder, collected, lang)
    if as_json:
        click.echo(json.dumps(_plain(collected), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join([*_lines(collected, place, lang), notice]))


def _place(workspace: Workspace, inbox: Path | None, known_only: bool) -> Place:
    from emubatch.mail.drafts import sender_address
    from emubatch.mailing.collect import Place, addresses
    from emubatch.plans import load
    from emubatch.roster import read_roster
    from emubatch.workspace import choose_period

    programme = load(workspace.plan(), workspace.settings)
    roster = workspace.existing(workspace.roster)
    units = read_roster(roster, programme).units if roster else ()
    period, _ = choose_period(workspace, workspace.period, workspace.as_of, programme.as_of)
    into = inbox or workspace.inbox_of(period)
    own = sender_address(dict(workspace.mail).get("sender", ""))
    return Place(workspace.folder, into, addresses(units), known_only, own)


def _day(text: str) -> str:
    from emubatch.month import InputError
    from emubatch.vietnamese import parse_day

    found = parse_day(text) if text else ""
    if found is None:
        raise InputError("bad_date", value=text)
    return found


@contextmanager
def _source(stated: str, mark: bool, move: str, since: str) -> Iterator[tuple[Source, str]]:
    """The source that was stated, open, and its name in the register of letters."""
    from emubatch.mail.address import is_server, server_of
    from emubatch.mail.errors import MailError
    from emubatch.mail.sources import LocalSource

    if not stated:
        raise MailError("no_source")
    if is_server(stated, *_SCHEMES) or "://" in stated:
        from emubatch.mail.imap import open_imap

        server = server_of(stated, *_SCHEMES)
        with open_imap(server, mark=mark, move=move, since=since) as found:
            yield found, found.name
        return
    if mark or move or since:
        raise click.UsageError("--mark, --move, --since: imaps://")
    yield LocalSource(Path(stated)), ""


def _write_list(folder: Path, collected: Collected, lang: Lang) -> str:
    """Write the list of all letters; returns the line that says where it is, or why it is not."""
    from emubatch.mail.lists import MAIL_LIST, write_list

    keys = ("received", "unit", "sender", "subject", "status", "why", "forms", "sent_names")
    heads = [word(f"maillist_{key}", lang) for key in (*keys, "place")]
    rows = [
        (
            one.received[:16].replace("T", " "),
            *(one.unit, one.sender, one.subject),
            _status(one.status, len([f for f in one.files if f.stored]), lang),
            _why(one.reason, lang),
            "\n".join(file.stored for file in one.files if file.stored),
            "\n".join(file.name or "–" for file in one.files),
            one.place,
        )
        for one in collected.letters
    ]
    path = folder / MAIL_LIST
    widths = (17.0, 12.0, 28.0, 36.0, 20.0, 24.0, 46.0, 30.0, 24.0)
    try:
        write_list(path, word("maillist_title", lang), heads, rows, widths, lang)
    except OSError as error:
        detail = error.strerror or type(error).__name__
        return word("collect_list_open", lang).format(path=path, detail=detail)
    return word("collect_list", lang).format(path=path)


def _lines(collected: Collected, place: Place, lang: Lang) -> Iterator[str]:
    counts = collected.counts
    yield word("collect_counts", lang).format(total=sum(counts.values()), **counts)
    yield word("collect_forms", lang).format(path=place.inbox, count=collected.new)
    if collected.others:
        yield word("collect_others", lang).format(count=collected.others)
    for one in collected.outcomes:
        if one.status != "seen":
            yield _line(one, lang)
            for found in one.findings:
                yield f"    {found.code} {render(found, lang)}"


def _line(one: Outcome, lang: Lang) -> str:
    what = _status(one.status, one.forms, lang)
    why = _why(one.reason, lang)
    parts = (one.place, one.day, one.unit, f"{what}: {why}" if why else what)
    return "  " + " · ".join(filter(None, parts))


def _status(status: str, forms: int, lang: Lang) -> str:
    return word(f"collect_{status}", lang).format(count=forms)


def _why(reason: str, lang: Lang) -> str:
    return word(f"collect_why_{reason}", lang) if reason and not reason[1:].isdigit() else reason


def _plain(collected: Collected) -> dict[str, Any]:
    letters = []
    for one in collected.outcomes:
        row = {key: value for key, value in asdict(one).items() if key != "findings"}
        letters.append({**row, "findings": [found.code for found in one.findings]})
    return {
        "counts": collected.counts,
        "new": collected.new,
        "others": collected.others,
        "letters": letters,
    }
