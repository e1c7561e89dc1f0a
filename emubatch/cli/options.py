"""Options that several commands share, and help texts in two languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from typing import Any, TypeVar

import click

from emubatch.messages import word
from emubatch.model import Lang
from emubatch.xl.limits import NAMES, LimitError, Limits, limits_of, of_environment

LANGS = ("vi", "en")
_BETWEEN = "\x1f"
_META = "emubatch.lang"

_F = TypeVar("_F", bound=Callable[..., Any])


def both(vi: str, en: str) -> str:
    """A help text in both languages; ``pick`` chooses when it is shown."""
    return f"{vi}{_BETWEEN}{en}"


def pick(text: str, lang: str) -> str:
    """The part of a text made by ``both`` that is in this language; other texts as they are."""
    vi, between, en = text.partition(_BETWEEN)
    return en if between and lang == "en" else vi


def language(ctx: click.Context | None = None) -> str:
    """The language chosen on the command line so far, ``vi`` when none was."""
    ctx = ctx or click.get_current_context(silent=True)
    chosen = ctx.meta.get(_META) if ctx else None
    return chosen if chosen in LANGS else "vi"


class Command(click.Command):
    """A command whose help may be written with ``both``."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Help in the language of the command line."""
        lang = language(ctx)
        shown = copy(self)
        shown.help = pick(self.help or "", lang)
        shown.params = [_in_language(param, lang) for param in self.params]
        super(Command, shown).format_help(ctx, formatter)


def _in_language(param: click.Parameter, lang: str) -> click.Parameter:
    shown = copy(param)
    if isinstance(shown, click.Option) and shown.help:
        shown.help = pick(shown.help, lang)
    return shown


def _keep_language(ctx: click.Context, param: click.Parameter, value: str | None) -> str:
    """Note the language as soon as it is read, so that ``--help`` after it obeys."""
    if value is None:
        return language(ctx)
    ctx.meta[_META] = value
    return value


lang_option = click.option(
    "--lang",
    type=click.Choice(LANGS),
    is_eager=True,
    callback=_keep_language,
    help="vi | en",
)

json_option = click.option(
    "--json", "as_json", is_flag=True, help=both("In kết quả dạng JSON", "Print the result as JSON")
)


plan_option = click.option(
    "--programme",
    default="",
    metavar="ID|DIR|XLSX",
    help=both(
        "Kế hoạch đã dùng, nếu là thư mục hoặc tệp .xlsx (mặc định: của thư mục làm việc)",
        "The plan that was run, where it is a folder or a workbook (default: the workspace's)",
    ),
)


def decision_options(function: _F) -> _F:
    """``--decision-number`` and ``--decision-date``, as typed."""
    for option, metavar, vi, en in (
        ("--decision-date", "DATE", "Ngày quyết định", "Date of the decision"),
        ("--decision-number", "TEXT", "Số quyết định khen thưởng", "Number of the decision"),
    ):
        function = click.option(option, default="", metavar=metavar, help=both(vi, en))(function)
    return function


def settings_option(function: _F) -> _F:
    """``--set KEY=VALUE``, repeatable, as a sorted tuple of pairs; the last of a key wins."""
    return click.option(
        "--set",
        "settings",
        metavar="KEY=VALUE",
        multiple=True,
        callback=_pairs,
        help=both(
            "Đổi một thiết lập của chương trình (ghi vào kết quả)",
            "Override a setting of the programme (shown in the results)",
        ),
    )(function)


def limits_option(function: _F) -> _F:
    """``--limit KEY=VALUE``, repeatable, as a sorted tuple of pairs; the last of a key wins."""
    return click.option(
        "--limit",
        "limits",
        metavar="KEY=VALUE",
        multiple=True,
        callback=_pairs,
        help=both(
            "Đổi một giới hạn khi đọc tệp, ví dụ file_mb=50 (ghi vào kết quả)",
            "Change a limit of reading, for example file_mb=50 (shown in the results)",
        ),
    )(function)


def limits_stated(*stated: Iterable[tuple[str, str]]) -> Limits:
    """Limits as set in the workspace's file, then the environment, then the command line.

    Raises:
        UsageError: when one of them is unknown or no whole number above 0.
    """
    *before, last = stated
    try:
        return limits_of(*before, of_environment(), last)
    except LimitError as error:
        reason = "run_limit_unknown" if error.unknown else "run_limit_value"
        words = {"key": error.key, "value": error.value, "known": ", ".join(NAMES)}
        lang: Lang = "en" if language() == "en" else "vi"
        raise click.UsageError(word(reason, lang).format(**words)) from error


def _pairs(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    found = {}
    for text in values:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise click.BadParameter(f"{text!r}: KEY=VALUE", ctx, param)
        found[key.strip()] = value.strip()
    return tuple(sorted(found.items()))
