"""``emubatch init``: a workspace for one programme."""

from __future__ import annotations

from pathlib import Path

import click

from emubatch.cli import ExitCode
from emubatch.cli.options import Command, both, lang_option
from emubatch.messages import word
from emubatch.model import Lang


class _Exists(click.ClickException):
    """The folder is a workspace already; nothing was written."""

    exit_code = ExitCode.LOCKED


@click.command(
    cls=Command,
    help=both(
        "Tạo thư mục làm việc DIR cho một chương trình: emubatch.toml, roster.xlsx,"
        " ngoai-le.xlsx, he-so-thuong.xlsx, inbox/, results/. Tệp đã có được giữ nguyên.",
        "Make the workspace DIR for a programme: emubatch.toml, roster.xlsx, ngoai-le.xlsx,"
        " he-so-thuong.xlsx, inbox/, results/."
        " Files that are there already are kept.",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--programme",
    required=True,
    envvar="EMUBATCH_PROGRAMME",
    metavar="ID|FILE",
    help=both("Chương trình: mã, hoặc tệp kế hoạch", "The programme: its id, or a plan"),
)
@lang_option
def command(folder: Path, programme: str, lang: Lang) -> None:
    """Write what is missing, the settings last, and say what comes next."""
    from emubatch.letters.facts import example_text as letters_text
    from emubatch.money.book import write_rate_book
    from emubatch.plans import load
    from emubatch.programme.source import builtin_ids
    from emubatch.workspace import CONFIG, Workspace, config_text
    from emubatch.xl.form_roster import write_roster
    from emubatch.xl.form_waivers import write_waivers

    loaded = load(programme)
    if (folder / CONFIG).exists():
        raise _Exists(word("template_exists", lang).format(path=folder / CONFIG, count=1))
    known = programme in builtin_ids()  # an id means the plan, not results in a folder so named
    own = not known and Path(programme).exists()
    stated = str(Path(programme).resolve()) if own else programme
    new = Workspace(folder, stated)
    for name in (new.inbox, new.results):
        new.path(name).mkdir(parents=True, exist_ok=True)
    for name, write in ((new.roster, write_roster), (new.waivers, write_waivers)):
        if not new.path(name).exists():
            write(new.path(name), loaded, lang=lang)
    if not new.path(new.rewards).exists():
        write_rate_book(new.path(new.rewards), lang)
    text = f"{config_text(stated, lang)}\n{letters_text(lang)}"
    (folder / CONFIG).write_text(text, encoding="utf-8", newline="\n")
    click.echo(word("init_written", lang).format(path=folder))
    for key in ("init_next_roster", "init_next_template", "init_next_run"):
        text = word(key, lang).format(
            programme=programme, path=folder, roster=folder / new.roster, forms=folder / "forms"
        )
        click.echo(f"  – {text}")
