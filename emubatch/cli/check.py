"""``emubatch check``: a linter for forms. One line a finding, with the address of its cell."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from emubatch.cli import ExitCode
from emubatch.cli.options import (
    Command,
    both,
    json_option,
    lang_option,
    limits_option,
    limits_stated,
    settings_option,
)
from emubatch.messages import finding, line, render, word
from emubatch.messages.alike import and_alike, gathered
from emubatch.model import FINDING_COLUMNS, CheckedForm, Finding, Lang

if TYPE_CHECKING:
    from emubatch.intake import InboxFile
    from emubatch.per_file import ReadTask
    from emubatch.xl.limits import Limits

_SEVERITIES = ("error", "warning", "note")


@click.command(
    cls=Command,
    help=both(
        "Kiểm tra biểu mẫu: mỗi lỗi một dòng, có trang và ô. Chương trình lấy từ trang ẩn của biểu"
        " mẫu, trừ khi nêu --programme.",
        "Check forms: one line a finding, with sheet and cell. The programme is the one stated in"
        " the form unless --programme names it.",
    ),
)
@click.argument(
    "paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--programme",
    metavar="ID|DIR|XLSX",
    help=both(
        "Chương trình: mã, thư mục, hoặc tệp kế hoạch .xlsx",
        "The programme: its id, its folder, or a plan workbook",
    ),
)
@settings_option
@limits_option
@json_option
@lang_option
def command(
    paths: tuple[Path, ...],
    programme: str | None,
    settings: tuple[tuple[str, str], ...],
    limits: tuple[tuple[str, str], ...],
    as_json: bool,
    lang: Lang,
) -> int:
    """Read and check each file; print what was found."""
    bounds = limits_stated(limits)
    forms = [_checked(file, programme, settings, bounds) for file in _files(paths, bounds)]
    found = [one for form in forms for one in form.findings]
    if as_json:
        rows = [_row(one, lang) for one in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for one, alike in gathered(found):
            click.echo(line(one, lang) + and_alike(alike, lang))
    click.echo(_summary(forms, found, lang), err=True)
    if not any(form.readable for form in forms):
        return ExitCode.INPUT
    if any(one.severity == "error" for one in found):
        return ExitCode.FINDINGS
    return ExitCode.DONE


def _files(paths: Sequence[Path], limits: Limits) -> Iterator[InboxFile]:
    """Files as named; of a folder or archive, all in it; of a pattern, what the shell left us."""
    from emubatch.intake import expanded, inbox_file, scan

    for path in paths:
        if path.is_dir():
            for file in scan(path, limits):
                yield replace(file, name=(path / file.name).as_posix())
        elif not path.exists() and any(sign in path.name for sign in "*?"):
            for match in sorted(path.parent.glob(path.name)):
                yield from expanded(inbox_file(match, match.as_posix()), limits, [])
        else:
            yield from expanded(inbox_file(path, path.as_posix()), limits, [])


def _checked(
    file: InboxFile,
    programme: str | None,
    settings: tuple[tuple[str, str], ...],
    limits: Limits,
) -> CheckedForm:
    from emubatch.intake import Unreadable, identify, refusal
    from emubatch.per_file import ReadTask
    from emubatch.programme.load import builtin_ids

    if programme is None:
        try:
            stated = identify(file, limits).programme
        except Unreadable as error:
            return _rejected(file, refusal(file, error))
        if stated not in builtin_ids():
            return _rejected(file, finding("F117", file=file.name, value=stated))
        programme = stated
    return _run(ReadTask(file, programme, settings, limits))


def _run(task: ReadTask) -> CheckedForm:
    """Only .xlsx is read in this process: the readers of old formats can take it down."""
    from emubatch.engine import TaskFailure, open_engine
    from emubatch.per_file import read_and_check

    if task.file.name.lower().endswith((".xlsx", ".xlsm")):
        return read_and_check(task)
    bounds = task.limits
    with open_engine(1, None, bounds.seconds, bounds.memory_mb) as engine:
        ((_, result),) = engine.map(read_and_check, [task])
    if not isinstance(result, TaskFailure):
        return result
    code = {"died": "F111", "timeout": "F112", "error": "F116"}[result.kind]
    words = {"found": result.detail, "seconds": result.seconds}
    return _rejected(task.file, finding(code, file=task.file.name, **words))


def _rejected(file: InboxFile, found: Finding) -> CheckedForm:
    return CheckedForm(file.name, file.sha256, file.size, findings=[found])


def _row(one: Finding, lang: Lang) -> dict[str, str]:
    values = {name: getattr(one, name) for name in FINDING_COLUMNS if name != "message"}
    return {**values, "message": render(one, lang)}


def _summary(forms: Sequence[CheckedForm], found: Sequence[Finding], lang: Lang) -> str:
    counts: Counter[str] = Counter(one.severity for one in found)
    parts = [
        f"{counts[severity]} {word(f'severity_{severity}', lang).lower()}"
        for severity in _SEVERITIES
    ]
    unread = sum(not form.readable for form in forms)
    words = word("check_summary", lang).format(files=len(forms), unread=unread)
    return f"{words}: {', '.join(parts)}"
