"""``emubatch programme``: list, show, check and start programmes."""

from __future__ import annotations

import json
from collections import Counter
from copy import copy
from dataclasses import asdict
from pathlib import Path

import click

from emubatch.cli import ExitCode
from emubatch.cli.options import Command, both, json_option, lang_option, language, pick
from emubatch.cli.options import settings_option as set_option
from emubatch.messages import word
from emubatch.model import Lang
from emubatch.programme.problems import Problem, ProgrammeError, describe

Settings = tuple[tuple[str, str], ...]


class Group(click.Group):
    """A group of commands whose help is written in both languages."""

    command_class = Command

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Help in the language of the command line."""
        lang = language(ctx)
        shown = copy(self)
        shown.help = pick(self.help or "", lang)
        shown.commands = {name: _short(found, lang) for name, found in self.commands.items()}
        super(Group, shown).format_help(ctx, formatter)


def _short(command: click.Command, lang: str) -> click.Command:
    shown = copy(command)
    shown.help = pick(command.help or "", lang)
    return shown


@click.group(
    cls=Group,
    help=both(
        "Các chương trình: mỗi kế hoạch là một thư mục bảng CSV.",
        "The programmes: each plan is a folder of CSV tables.",
    ),
)
@lang_option
def command(lang: Lang) -> None:
    """Only the language is kept here; the work is below."""


@command.command(
    "list", help=both("Liệt kê các chương trình có sẵn", "List the programmes that come along")
)
@json_option
@lang_option
def list_(as_json: bool, lang: Lang) -> None:
    """Id, title and kinds of every programme."""
    from emubatch.programme.load import builtin_ids, load
    from emubatch.programme.show import kinds, says
    from emubatch.programme.show import pick as label

    rows = [
        {"id": p.id, "version": p.version, "title": label(p, "title", lang), "kinds": kinds(p)}
        for p in map(load, builtin_ids())
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    width = max(len(str(row["id"])) for row in rows)
    for row in rows:
        does = ", ".join(says(kind, lang) for kind in row["kinds"])
        click.echo(f"{row['id']:<{width}}  {row['title']} ({does})")


@command.command(
    help=both(
        "Xem một chương trình: biểu mẫu, tiêu chuẩn, chỉ tiêu, cách hiểu, kèm điều khoản",
        "Show a programme: form, criteria, limits and readings with their clauses",
    )
)
@click.argument("programme", metavar="ID|PATH")
@set_option
@json_option
@lang_option
def show(programme: str, settings: Settings, as_json: bool, lang: Lang) -> None:
    """The whole programme as text or JSON."""
    from emubatch.programme.load import load
    from emubatch.programme.show import page

    found = load(programme, settings)
    if as_json:
        facts = asdict(found) | {"used_settings": sorted(found.used_settings)}
        facts.pop("source")
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(page(found, lang)))


@command.command(
    help=both(
        "Kiểm tra các bảng của chương trình và chạy các ca mẫu; mã thoát 5 nếu sai",
        "Check the tables of a programme and run its worked cases; exit code 5 when wrong",
    )
)
@click.argument("programme", metavar="ID|PATH")
@click.option(
    "--cases/--no-cases",
    default=True,
    help=both("Có chạy các ca mẫu hay không", "Whether to run the worked cases"),
)
@set_option
@json_option
@lang_option
def check(programme: str, cases: bool, settings: Settings, as_json: bool, lang: Lang) -> int:
    """Problems of the tables, then of the worked cases."""
    problems, passed = _problems(programme, settings, cases)
    if as_json:
        rows = [asdict(p) | {"message": describe(p, lang)} for p in problems]
        click.echo(json.dumps({"cases": passed, "problems": rows}, ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            click.echo(describe(problem, lang) + _mark(problem, lang))
        click.echo(_summary(problems, passed, lang))
    wrong = any(problem.severity == "error" for problem in problems)
    return ExitCode.PROGRAMME if wrong else ExitCode.DONE


def _problems(programme: str, settings: Settings, cases: bool) -> tuple[tuple[Problem, ...], int]:
    """Problems in order, and the number of worked cases that came out as written.

    What the document contradicts itself in stands between those of the tables and of the cases.
    """
    from emubatch.programme.lint_figures import lint_figures
    from emubatch.programme.load import lint_source, locate, read_folder

    try:
        found, problems = lint_source(read_folder(locate(programme)), dict(settings))
    except ProgrammeError as error:
        return error.problems, 0
    if any(problem.severity == "error" for problem in problems):
        return problems, 0
    problems = (*problems, *lint_figures(found))
    if not cases:
        return problems, 0
    from emubatch.cases import run_cases

    outcome = run_cases(programme, settings)
    return (*problems, *outcome.problems), outcome.passed


def _mark(problem: Problem, lang: Lang) -> str:
    """`` (cảnh báo)`` after what does not stop a programme."""
    if problem.severity == "error":
        return ""
    return f" ({word(f'severity_{problem.severity}', lang).lower()})"


def _summary(problems: tuple[Problem, ...], passed: int, lang: Lang) -> str:
    counts = Counter(problem.severity for problem in problems)
    return word("programme_summary", lang).format(
        errors=counts["error"], warnings=counts["warning"], notes=counts["note"], passed=passed
    )


@command.command(
    help=both(
        "Tạo thư mục cho một chương trình mới, mỗi cột có giải thích",
        "Start the folder of a new programme, every column explained",
    )
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--from",
    "origin",
    metavar="ID|PATH",
    default="",
    help=both("Chép từ chương trình này", "Copy this programme"),
)
@lang_option
def new(folder: Path, origin: str, lang: Lang) -> None:
    """Write the tables of a new programme."""
    from emubatch.programme.starter import start

    try:
        written = start(folder, origin, lang)
    except FileExistsError as error:
        words = ("Thư mục đã có tệp", "The folder holds files already")
        raise click.BadParameter(f"{words[lang == 'en']}: {error}", param_hint="DIR") from error
    for path in written:
        click.echo(path.relative_to(folder.parent).as_posix())
