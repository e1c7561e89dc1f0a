"""``emubatch letters``: the official documents of a run, as Word files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from emubatch.cli.options import Command, both, decision_options, lang_option, plan_option
from emubatch.messages import word
from emubatch.model import Lang

if TYPE_CHECKING:
    from emubatch.issuing import LettersOutcome


@click.command(
    cls=Command,
    help=both(
        "Lập văn bản (.docx) của thư mục kết quả RUN vào RUN/van-ban: tờ trình, danh sách, báo cáo,"
        " thông báo; sau khi Hội đồng họp thêm biên bản, quyết định, giấy khen."
        " RUN là thư mục kết quả hoặc tháng (NĂM-THÁNG) của thư mục làm việc."
        " Với --templates: chép mẫu ra để sửa trong Word.",
        "Make the documents (.docx) of the run folder RUN in RUN/van-ban: submission, lists,"
        " report, notices; after the council also minutes, decision and certificates."
        " RUN is a run folder, or a month (YYYY-MM) of the workspace."
        " With --templates: copy the templates, to be edited in Word.",
    ),
)
@click.argument("run", required=False)
@click.option(
    "--only",
    multiple=True,
    metavar="ID",
    help=both(
        "Chỉ lập văn bản này; ghi nhiều lần hoặc cách nhau dấu phẩy",
        "Only this document; repeat it, or separate by commas",
    ),
)
@click.option(
    "--facts",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.toml",
    help=both(
        "Tệp ghi tên cơ quan, người ký…; không có thì lấy bảng [letters] của emubatch.toml",
        "File with agency, signer…; without it table [letters] of emubatch.toml",
    ),
)
@decision_options
@click.option(
    "--draft",
    is_flag=True,
    help=both(
        "Dự thảo: chừa chỗ cho số, ngày quyết định",
        "A draft: leave places for number and date of the decision",
    ),
)
@plan_option
@click.option(
    "--replace",
    is_flag=True,
    help=both(
        "Lập lại cả khi văn bản đã được sửa tay",
        "Make them anew although someone has edited them",
    ),
)
@click.option(
    "--templates",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help=both(
        "Chép mẫu văn bản ra thư mục này (van-ban-mau của thư mục làm việc thì được dùng thay)",
        "Copy the templates to this folder (van-ban-mau of a workspace is used in their place)",
    ),
)
@lang_option
def command(run: str | None, templates: Path | None, lang: Lang, **options: Any) -> None:
    """Make the documents, or copy the templates, and say what was done."""
    if templates is not None:
        _copy(templates, options["programme"], lang)
        return
    if run is None:
        raise click.UsageError(word("letters_needs_run", lang))
    from emubatch.cli.place import find_run, plan_of_run
    from emubatch.issuing import LettersRequest, issue, read_facts_file
    from emubatch.workspace import CONFIG

    place, folder = find_run(run)
    options["programme"] = options["programme"] or plan_of_run(place, folder)
    facts: Mapping[str, Any] = place.letters if place else {}
    source = CONFIG
    if options["facts"]:
        facts, source = read_facts_file(options["facts"]), options["facts"].name
    only = [name.strip() for text in options.pop("only") for name in text.split(",")]
    request = LettersRequest(
        run=folder,
        facts=facts,
        facts_file=source,
        only=tuple(filter(None, only)),
        workspace=place.folder if place else None,
        **{name: value for name, value in options.items() if name != "facts"},
    )
    _say(issue(request), lang)


def _copy(folder: Path, programme: str, lang: Lang) -> None:
    from emubatch.issuing import copy_templates

    written = copy_templates(folder, programme)
    for path in written:
        click.echo(path)
    click.echo(word("letters_copied", lang).format(count=len(written), path=folder))


def _say(outcome: LettersOutcome, lang: Lang) -> None:
    from emubatch.letters.documents import BY_ID
    from emubatch.letters.say import said

    click.echo(word("letters_done", lang).format(path=outcome.folder))
    for document, count in outcome.files.items():
        click.echo(f"  {document:<22} {count:>4}  {BY_ID[document].title}")
    if outcome.waiting:
        click.echo(word("letters_waiting", lang).format(documents=", ".join(outcome.waiting)))
    for note in outcome.notes:
        click.echo(said(note, lang))
