"""``emubatch template``: the blank form of a programme, or one form per unit of a roster."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from emubatch.cli import ExitCode
from emubatch.cli.options import Command, both, lang_option, settings_option
from emubatch.messages import line, word

if TYPE_CHECKING:
    from emubatch.model import Lang, RosterUnit
    from emubatch.programme.tables import Programme


@click.command(
    cls=Command,
    help=both(
        "Tạo biểu mẫu trống của chương trình, hoặc mỗi đơn vị trong danh sách một biểu mẫu.",
        "Write the blank form of a programme, or one pre-filled form per unit of a roster.",
    ),
)
@click.argument("programme")
@click.option(
    "--roster",
    type=click.Path(path_type=Path),
    help=both(
        "Danh sách đơn vị (.xlsx, .csv): mỗi đơn vị một biểu mẫu",
        "Roster of units (.xlsx, .csv): one form per unit",
    ),
)
@click.option(
    "--blank-roster",
    is_flag=True,
    help=both("Tạo danh sách đơn vị để trống", "Write a blank roster instead"),
)
@click.option(
    "--carry",
    multiple=True,
    metavar="FILE",
    type=click.Path(exists=True, path_type=Path),
    help=both(
        "Chuyển biểu mẫu cũ (bản trước, năm trước) sang biểu mẫu mới: nêu những gì đã chuyển và"
        " những gì không chuyển được",
        "Carry an older form (of an earlier version or year) over to the new one: says what moved"
        " and what could not",
    ),
)
@click.option(
    "-o",
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    show_default=True,
    help=both("Thư mục ghi ra", "Folder to write to"),
)
@click.option(
    "--replace",
    is_flag=True,
    help=both("Ghi đè tệp đã có", "Overwrite files that exist"),
)
@settings_option
@lang_option
def command(
    programme: str,
    roster: Path | None,
    blank_roster: bool,
    carry: tuple[Path, ...],
    out: Path,
    replace: bool,
    settings: tuple[tuple[str, str], ...],
    lang: Lang,
) -> None:
    """Write forms and say which."""
    from emubatch.plans import load

    loaded = load(programme, settings)
    if (roster is not None) + blank_roster + bool(carry) > 1:
        raise click.UsageError("--roster | --blank-roster | --carry")
    if carry:
        _carry(programme, settings, carry, out, replace, lang)
        return
    units = _units(loaded, roster) if roster is not None else ()
    writers = [_roster(loaded, lang)] if blank_roster else _forms(loaded, units, lang)
    written = _write(out, writers, replace, lang)
    for path in written:
        click.echo(path)
    click.echo(word("template_written", lang).format(count=len(written)), err=True)


class _Exists(click.ClickException):
    """A file of that name is there already; nothing was written."""

    exit_code = ExitCode.LOCKED


class _NotWritable(click.ClickException):
    """The folder cannot be written to; nothing was."""

    exit_code = ExitCode.INPUT


def _units(programme: Programme, path: Path) -> tuple[RosterUnit, ...]:
    from emubatch.roster import read_roster

    return read_roster(path, programme).units


def _roster(programme: Programme, lang: Lang) -> tuple[str, Callable[[Path], None]]:
    from emubatch.xl.form_roster import write_roster

    return f"{programme.id}-danh-sach.xlsx", partial(write_roster, programme=programme, lang=lang)


def _carry(
    programme: str,
    settings: tuple[tuple[str, str], ...],
    files: Sequence[Path],
    out: Path,
    replace: bool,
    lang: Lang,
) -> None:
    """Write one new form for each older one, and print what moved and what did not."""
    from emubatch.intake import inbox_file
    from emubatch.per_file import ReturnTask, carry_over
    from emubatch.runfolder import file_stems

    stems = file_stems([path.stem for path in files])
    with tempfile.TemporaryDirectory(prefix="emubatch-") as folder:
        writers: list[tuple[str, Callable[[Path], None]]] = []
        for path, stem in zip(files, stems, strict=True):
            place = Path(folder) / f"{stem}.xlsx"
            task = ReturnTask(inbox_file(path), programme, settings, place, (), lang=lang)
            form = carry_over(task)
            for found in form.findings:
                click.echo(line(found, lang))
            if form.readable:
                writers.append((place.name, partial(_copy, place)))
        written = _write(out, writers, replace, lang)
    for path in written:
        click.echo(path)
    click.echo(word("template_written", lang).format(count=len(written)), err=True)
    if len(written) < len(files):
        raise SystemExit(ExitCode.INPUT)


def _copy(source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes())


def _forms(
    programme: Programme, units: Sequence[RosterUnit], lang: Lang
) -> list[tuple[str, Callable[[Path], None]]]:
    from emubatch.runfolder import file_stems
    from emubatch.xl.form import write_form

    form = partial(write_form, programme=programme, lang=lang)
    if not units:
        return [(f"{programme.id}.xlsx", form)]
    stems = file_stems([unit.code for unit in units])
    return [
        (f"{stem}.xlsx", partial(form, unit=unit)) for unit, stem in zip(units, stems, strict=True)
    ]


def _write(
    out: Path,
    writers: Sequence[tuple[str, Callable[[Path], None]]],
    replace: bool,
    lang: Lang,
) -> list[Path]:
    """Write every file beside its place first, so that a form someone filled in is not lost."""
    there = [name for name, _ in writers if (out / name).exists()]
    if there and not replace:
        message = word("template_exists", lang).format(path=out / there[0], count=len(there))
        raise _Exists(message)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".emubatch-", dir=out) as folder:
            for name, write in writers:
                write(Path(folder) / name)
            for name, _ in writers:
                (Path(folder) / name).replace(out / name)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = word("template_not_written", lang).format(path=out, reason=reason)
        raise _NotWritable(message) from error
    return [out / name for name, _ in writers]
