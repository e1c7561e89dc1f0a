"""The one place that turns a failure into words on stderr and an exit code."""

from __future__ import annotations

import os
import platform
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from emubatch import __version__
from emubatch.cli import ExitCode
from emubatch.messages import line, word
from emubatch.model import Lang

if TYPE_CHECKING:
    from emubatch.council.errors import SittingError

_PACKAGE = Path(__file__).parents[1]
_TAKEN = ("busy", "published", "foreign", "closed", "decided", "edited")
_LETTERS = {
    "configuration": ExitCode.PROGRAMME,
    "input": ExitCode.INPUT,
    "usage": ExitCode.USAGE,
    "taken": ExitCode.LOCKED,
}
_MISTYPED = ("bad_date", "bad_period")  # options that were typed wrongly


def report(error: BaseException, args: Sequence[str]) -> int:
    """Say on stderr what went wrong; returns the exit code."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        error.show()
        return ExitCode.USAGE if isinstance(error, click.UsageError) else error.exit_code
    lang = _lang(args)
    if _interrupted(error):
        _say(word("cli_interrupted", lang))
        return ExitCode.INTERRUPTED
    known = _known(error, lang)
    if known:
        code, lines = known
        _say(*lines)
        return code
    _say(word("cli_unexpected", lang).format(kind=type(error).__name__, log=write_log(error)))
    return ExitCode.UNEXPECTED


def _lang(args: Sequence[str]) -> Lang:
    """Language of a command line whose context is gone by now; the last one stated wins."""
    stated = [os.environ.get("EMUBATCH_LANG", "")]
    for before, text in zip(["", *args], args, strict=False):
        stated += [text] if before == "--lang" else []
        stated += [text.removeprefix("--lang=")] if text.startswith("--lang=") else []
    return "en" if stated[-1] == "en" else "vi"


def _interrupted(error: BaseException) -> bool:
    return isinstance(error, KeyboardInterrupt | click.Abort | BrokenPipeError)


def _known(error: BaseException, lang: Lang) -> tuple[ExitCode, list[str]] | None:
    """Exit code and lines of a failure that has a name; ``None`` for any other."""
    from emubatch.council.errors import SittingError
    from emubatch.engine import EngineError
    from emubatch.mail.errors import TAKEN, USAGE, MailError
    from emubatch.month import InputError
    from emubatch.programme.problems import ProgrammeError, describe
    from emubatch.register.errors import RegisterError
    from emubatch.roster import RosterError
    from emubatch.runfolder import RunFolderError
    from emubatch.waiver_book import WaiversError
    from emubatch.workspace import WorkspaceError

    if isinstance(error, ProgrammeError):
        lines = [f"  {describe(problem, lang)}" for problem in error.problems]
        return ExitCode.PROGRAMME, [word("cli_programme", lang), *lines]
    if isinstance(error, EngineError):
        return ExitCode.PROGRAMME, [word("cli_engine", lang).format(detail=error)]
    if isinstance(error, RosterError | WaiversError | WorkspaceError):
        kind = type(error).__name__.removesuffix("Error").lower()
        code = ExitCode.PROGRAMME if isinstance(error, WorkspaceError) else ExitCode.INPUT
        lines = [f"  {line(found, lang)}" for found in error.findings]
        return code, [word(f"cli_{kind}", lang), *lines]
    if isinstance(error, InputError):
        code = ExitCode.USAGE if error.reason in _MISTYPED else ExitCode.INPUT
        return code, [word(f"input_{error.reason}", lang).format_map(error.words)]
    if isinstance(error, SittingError):
        return _sitting(error, lang)
    if isinstance(error, RunFolderError):
        code = ExitCode.LOCKED if error.reason in _TAKEN else ExitCode.INPUT
        return code, [word(f"runfolder_{error.reason}", lang).format_map(error.words)]
    if isinstance(error, RegisterError):
        code = ExitCode.LOCKED if error.reason == "busy" else ExitCode.INPUT
        return code, [word(f"register_{error.reason}", lang).format_map(error.words)]
    if isinstance(error, MailError):
        code = ExitCode.USAGE if error.reason in USAGE else ExitCode.INPUT
        code = ExitCode.LOCKED if error.reason in TAKEN else code
        return code, [word(f"mail_{error.reason}", lang).format_map(error.words)]
    return _about_letters(error, lang) or _about_files(error, lang)


def _about_letters(error: BaseException, lang: Lang) -> tuple[ExitCode, list[str]] | None:
    from emubatch.letters.errors import LettersError
    from emubatch.letters.say import said

    if not isinstance(error, LettersError):
        return None
    lines = [f"  {said(found, lang)}" for found in error.troubles]
    return _LETTERS[error.kind], [word("letters_failed", lang), *lines]


def _about_files(error: BaseException, lang: Lang) -> tuple[ExitCode, list[str]] | None:
    from emubatch.runfolder import is_no_space

    if is_no_space(error):
        return ExitCode.INPUT, [word("runfolder_no_space", lang).format(path=_file(error))]
    if isinstance(error, OSError) and error.filename:
        detail = error.strerror or type(error).__name__
        return ExitCode.INPUT, [word("cli_no_file", lang).format(path=_file(error), detail=detail)]
    return None


def _sitting(error: SittingError, lang: Lang) -> tuple[ExitCode, list[str]]:
    from emubatch.council.errors import MISTYPED, TAKEN

    code = ExitCode.USAGE if error.reason in MISTYPED else ExitCode.INPUT
    code = ExitCode.LOCKED if error.reason in TAKEN else code
    lines = [f"  {line(found, lang)}" for found in error.findings]
    return code, [word(f"sitting_{error.reason}", lang).format_map(error.words), *lines]


def _file(error: BaseException) -> str:
    name = getattr(error, "filename", None)
    return os.fsdecode(name) if isinstance(name, str | bytes | os.PathLike) else "–"


def _say(*lines: str) -> None:
    for text in lines:
        click.echo(text, err=True)


def write_log(error: BaseException) -> str:
    """A log of where the program failed, without any value: frames and types, no messages.

    Messages of exceptions often quote the data, so they are left out. Returns the path, or a dash
    when no log can be written.
    """
    lines = [
        f"emubatch {__version__}, Python {platform.python_version()}, {platform.system()}",
        *_frames(error),
    ]
    try:
        handle, path = tempfile.mkstemp(prefix="emubatch-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write("\n".join(lines) + "\n")
    except OSError:
        return "–"
    return path


def _frames(error: BaseException) -> list[str]:
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        lines.append(type(seen).__qualname__)
        for frame in traceback.extract_tb(seen.__traceback__):
            lines.append(f"  {_place(frame.filename)}:{frame.lineno} {frame.name}")
        seen = seen.__cause__ or seen.__context__
    return lines


def _place(filename: str) -> str:
    """A source file without the folders of this machine, which may hold a person's name."""
    path = Path(filename)
    inside = path.is_relative_to(_PACKAGE)
    return path.relative_to(_PACKAGE.parent).as_posix() if inside else path.name
