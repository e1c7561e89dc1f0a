"""``emubatch reply``: the answer to each unit as a draft; sent only when that is typed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from emubatch.cli import ExitCode
from emubatch.cli.options import Command, both, json_option, lang_option
from emubatch.messages import finding, render, word
from emubatch.model import Lang

if TYPE_CHECKING:
    from emubatch.mail.book import Book
    from emubatch.mailing.reply import Replies, ReplyRequest
    from emubatch.mailing.send import Sent
    from emubatch.workspace import Workspace


@click.command(
    cls=Command,
    help=both(
        "Soạn thư trả lời mỗi đơn vị cho kết quả RUN (thư mục kết quả, hoặc một tháng NĂM-THÁNG của"
        " thư mục làm việc): giấy báo đã nhận kèm việc cần sửa và biểu mẫu trả lại, hoặc thư nhắc"
        " kèm biểu mẫu trống. Thư nháp .eml nằm ở RUN/thu, mở bằng chương trình thư rồi gửi. Chỉ"
        " gửi đi khi ghi --send; mỗi đơn vị một lần cho mỗi kết quả.",
        "Write the answer to each unit for RUN (a run folder, or a month YYYY-MM of the workspace):"
        " a receipt with what to mend and the returned form, or a reminder with a blank one. The"
        " drafts (.eml) lie in RUN/thu and open in a mail program. They are sent only with --send,"
        " to each unit once for each run.",
    ),
)
@click.argument("run")
@click.option(
    "--workspace",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help=both(
        "Thư mục làm việc (mặc định: nơi có RUN)", "The workspace (default: the one around RUN)"
    ),
)
@click.option(
    "--send",
    "sends",
    is_flag=True,
    help=both("Gửi thư qua máy chủ trong bảng [mail]", "Send by the server of the table [mail]"),
)
@click.option(
    "--dry-run",
    is_flag=True,
    help=both("Chỉ nói sẽ làm gì", "Only say what would be done"),
)
@click.option(
    "--only",
    multiple=True,
    metavar="UNIT",
    help=both("Chỉ gửi cho đơn vị này (ghi nhiều lần được)", "Send to this unit only (repeatable)"),
)
@click.option(
    "--resend",
    multiple=True,
    metavar="UNIT",
    help=both(
        "Gửi lại thư chưa rõ đã đi hoặc bị từ chối", "Send a letter again that is unsure or refused"
    ),
)
@click.option(
    "--replace",
    is_flag=True,
    help=both("Soạn lại cả thư nháp đã bị sửa", "Make drafts anew that someone has edited"),
)
@json_option
@lang_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    run: str,
    workspace: Path | None,
    sends: bool,
    dry_run: bool,
    only: tuple[str, ...],
    resend: tuple[str, ...],
    replace: bool,
    as_json: bool,
    lang: Lang,
) -> int:
    """Write the drafts, send them when told to, and say what came of it."""
    from emubatch.cli.place import find_run, lang_stated, open_workspace
    from emubatch.mailing.reply import chosen, publish, write_replies

    place, folder = find_run(run, workspace)
    place = place or open_workspace(None)
    with ExitStack() as stack:
        book = _book(stack, place, sends and not dry_run)
        request = _request(place, folder, book, lang if lang_stated(ctx) else None, replace)
        if sends:
            _need_server(request, place)
        replies = write_replies(request)
        drafts = chosen(replies, (*only, *(one for one in resend if one not in only)))
        if not dry_run:
            publish(replies, request)
        lines = list(_shown(replies, dry_run, lang))
        sent: list[Sent] = []
        if sends:
            if not as_json:
                click.echo("\n".join([*lines, word("reply_sent", lang)]))
                lines = []
            for one in _send(book, replies, drafts, request, place, resend, dry_run):
                sent.append(one)
                if not as_json:
                    click.echo(_state(one, lang))
        if as_json:
            lines = [json.dumps(_plain(replies, sent), ensure_ascii=False, indent=1)]
    if lines:
        click.echo("\n".join(lines))
    return _code(sent)


def _code(sent: Sequence[Sent]) -> int:
    """4 when a letter did not go out that has an address."""
    from emubatch.mailing.send import DONE, NO_ADDRESS, WOULD

    left = [one for one in sent if one.state not in (*DONE, NO_ADDRESS, WOULD)]
    return ExitCode.INPUT if left else ExitCode.DONE


def _book(stack: ExitStack, place: Workspace, write: bool) -> Book | None:
    from emubatch.mail.book import open_book, read_book

    return stack.enter_context(open_book(place.folder) if write else read_book(place.folder))


def _request(
    place: Workspace, folder: Path, book: Book | None, lang: Lang | None, replace: bool
) -> ReplyRequest:
    """What to write; the letters are in the language of the run unless another was stated."""
    from emubatch.cli.place import plan_of_run
    from emubatch.cli.published import Published
    from emubatch.mailing.answers import Material
    from emubatch.mailing.reply import ReplyRequest
    from emubatch.roster import read_roster

    run = Published(folder, plan_of_run(place, folder))
    programme = run.programme
    path = place.existing(place.roster)
    roster = read_roster(path, programme) if path and programme else None
    mail = dict(place.mail)
    return ReplyRequest(
        material=Material(folder, run.manifest, roster.units if roster else (), programme, book),
        roster={"sha256": roster.sha256, "size": roster.size} if roster else None,
        sender=mail.get("sender", ""),
        reply_to=mail.get("reply_to", ""),
        signature=mail.get("signature", ""),
        lang=lang or ("en" if run.manifest.get("lang") == "en" else "vi"),
        replace=replace,
    )


def _need_server(request: ReplyRequest, place: Workspace) -> None:
    from emubatch.mail.drafts import sender_address
    from emubatch.mail.errors import MailError

    if not dict(place.mail).get("smtp") or not sender_address(request.sender):
        raise MailError("no_smtp")


def _send(
    book: Book | None,
    replies: Replies,
    drafts: Sequence[Any],
    request: ReplyRequest,
    place: Workspace,
    resend: Sequence[str],
    dry_run: bool,
) -> Iterator[Sent]:
    from emubatch.mail.address import server_of
    from emubatch.mail.smtp import Outbox
    from emubatch.mailing.send import Sender, send

    sender = Sender(replies.run_id, request.sender, request.reply_to, resend)
    server = server_of(dict(place.mail)["smtp"], "smtps", "smtp")
    if dry_run:
        yield from send(book, None, drafts, sender)
        return
    with Outbox(server) as outbox:
        yield from send(book, outbox, drafts, sender)


def _shown(replies: Replies, dry_run: bool, lang: Lang) -> Iterator[str]:
    from emubatch.runfolder import REPLIES

    key = "reply_would" if dry_run else "reply_made"
    yield word(key, lang).format(count=len(replies.drafts), path=replies.run / REPLIES)
    for kind, count in replies.kinds.items():
        codes = ", ".join(draft.unit for draft in replies.drafts if draft.kind == kind)
        yield f"  {word(f'reply_kind_{kind}', lang)} ({count}): {codes}"
    if replies.findings:
        yield word("reply_alarms", lang)
    alike: dict[tuple[str, str, str], list[str]] = {}
    for found in replies.findings:
        alike.setdefault((found.code, found.file, found.value), []).append(found.unit)
    for (code, file, value), units in alike.items():
        one = finding(code, unit=", ".join(units), value=value)
        yield f"  {file + ': ' if file else ''}{code} {render(one, lang)}"


def _state(one: Sent, lang: Lang) -> str:
    return f"  {one.unit}: {word(f'reply_state_{one.state}', lang).format(code=one.code or '–')}"


def _plain(replies: Replies, sent: Sequence[Sent]) -> dict[str, Any]:
    return {
        "run": replies.run_id,
        "drafts": [
            {
                "unit": draft.unit,
                "kind": draft.kind,
                "file": name,
                "address": bool(draft.recipients),
            }
            for draft, name in zip(replies.drafts, replies.names(), strict=True)
        ],
        "alarms": [{"code": one.code, "unit": one.unit} for one in replies.findings],
        "sent": [{"unit": one.unit, "state": one.state, "code": one.code} for one in sent],
    }
