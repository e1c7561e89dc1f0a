"""``emubatch programme``: list, show, check, start, export and import programmes."""

from __future__ import annotations

import json
from collections import Counter
from copy import copy
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from emubatch.cli import ExitCode
from emubatch.cli.options import Command, both, json_option, lang_option, language, pick
from emubatch.cli.options import settings_option as set_option
from emubatch.messages import word
from emubatch.model import Lang
from emubatch.programme.problems import Problem, ProgrammeError, describe

if TYPE_CHECKING:
    from emubatch.programme.source import Source

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
        "Các chương trình: mỗi kế hoạch là một thư mục bảng CSV, hoặc một tệp .xlsx.",
        "The programmes: each plan is a folder of CSV tables, or one workbook.",
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
    from emubatch.programme.tables import in_lang

    rows = [
        {"id": p.id, "version": p.version, "title": in_lang(p, "title", lang), "kinds": kinds(p)}
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
@click.argument("programme", metavar="ID|DIR|XLSX")
@set_option
@json_option
@lang_option
def show(programme: str, settings: Settings, as_json: bool, lang: Lang) -> None:
    """The whole programme as text or JSON."""
    from emubatch.plans import load
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
@click.argument("programme", metavar="ID|DIR|XLSX")
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
        if any(problem.code == "case_expect" for problem in problems):
            click.echo(word("programme_cases_changed", lang))
    wrong = any(problem.severity == "error" for problem in problems)
    return ExitCode.PROGRAMME if wrong else ExitCode.DONE


def _problems(programme: str, settings: Settings, cases: bool) -> tuple[tuple[Problem, ...], int]:
    """Problems in order, and the number of worked cases that came out as written.

    What the document contradicts itself in stands between those of the tables and of the cases.
    """
    from emubatch.plans import read
    from emubatch.programme.lint_figures import lint_figures
    from emubatch.programme.load import lint_source

    try:
        source = read(programme)
        found, problems = lint_source(source, dict(settings))
    except ProgrammeError as error:
        return error.problems, 0
    if any(problem.severity == "error" for problem in problems):
        return problems, 0
    problems = (*problems, *map(source.addressed, lint_figures(found)))
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
        "Tạo một chương trình mới, mỗi cột có giải thích: thư mục DIR, hoặc tệp .xlsx",
        "Start a new programme, every column explained: a folder DIR, or a workbook",
    )
)
@click.argument("place", metavar="DIR|XLSX", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "origin",
    metavar="ID|DIR|XLSX",
    default="",
    help=both("Chép từ chương trình này", "Copy this programme"),
)
@lang_option
def new(place: Path, origin: str, lang: Lang) -> None:
    """Write the tables of a new programme."""
    from emubatch.plans import is_workbook, read
    from emubatch.programme.folder import write_folder
    from emubatch.programme.starter import renamed, start, starter

    try:
        if is_workbook(str(place)):
            source = read(origin) if origin else starter()
            written = [_export(place, renamed(source, place.stem), not origin, lang)]
        elif is_workbook(origin):
            source = read(origin)
            written = write_folder(renamed(source, place.resolve().name), source.cases, place)
        else:
            written = start(place, origin, lang)
    except FileExistsError as error:
        raise _taken(error, "DIR|XLSX", lang) from error
    for path in written:
        click.echo(path.relative_to(place.parent).as_posix())


def _taken(error: FileExistsError, hint: str, lang: Lang) -> click.BadParameter:
    words = word("programme_taken", lang).format(path=error)
    return click.BadParameter(words, param_hint=hint)


def _export(
    path: Path, source: Source, every_table: bool, lang: Lang, replace: bool = False
) -> Path:
    """Write a plan workbook, beside its place first, so that no file is half written or lost.

    Raises:
        FileExistsError: when there is a file and it is not to be replaced.
    """
    from emubatch.plans import cases_of
    from emubatch.xl.plan_write import write_plan

    if path.exists() and not replace:
        raise FileExistsError(str(path))
    beside = path.with_name(f".{path.stem}.tmp{path.suffix}")
    try:
        write_plan(beside, source, cases_of(source, []), lang=lang, every_table=every_table)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path


@command.command(
    help=both(
        "Ghi một chương trình thành một tệp .xlsx để văn phòng xem và sửa",
        "Write a programme as one workbook that the office can read and edit",
    )
)
@click.argument("programme", metavar="ID|DIR|XLSX")
@click.argument("target", metavar="XLSX", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--all",
    "every_table",
    is_flag=True,
    help=both("Kèm cả những bảng chưa dùng", "Also the tables that are not used yet"),
)
@click.option(
    "--replace", is_flag=True, help=both("Ghi đè tệp đã có", "Overwrite a file that exists")
)
@lang_option
def export(programme: str, target: Path, every_table: bool, replace: bool, lang: Lang) -> None:
    """Write the plan workbook of a programme that is sound."""
    from emubatch.plans import load, read

    load(programme)
    if target.suffix.lower() != ".xlsx":
        raise click.BadParameter(f"{target.name}: .xlsx", param_hint="XLSX")
    try:
        click.echo(_export(target, read(programme), every_table, lang, replace))
    except FileExistsError as error:
        message = word("template_exists", lang).format(path=target, count=1)
        raise _Exists(message) from error


class _Exists(click.ClickException):
    """There is a file of that name already; nothing was written."""

    exit_code = ExitCode.LOCKED


@command.command(
    "import",
    help=both(
        "Chép một tệp kế hoạch .xlsx thành thư mục bảng CSV (mặc định: thư mục tên là mã)",
        "Write a plan workbook as a folder of CSV tables (by default named after its id)",
    ),
)
@click.argument("plan", metavar="XLSX")
@click.argument(
    "folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False)
)
@lang_option
def import_(plan: str, folder: Path | None, lang: Lang) -> None:
    """Write the folder of a plan that is sound."""
    from emubatch.plans import load, read
    from emubatch.programme.folder import write_folder

    programme, source = load(plan), read(plan)
    place = folder or Path(programme.id)
    try:
        written = write_folder(source, source.cases, place)
    except FileExistsError as error:
        raise _taken(error, "DIR", lang) from error
    for path in written:
        click.echo(path.as_posix())
