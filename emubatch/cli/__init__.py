"""The commands: parse, call, print, exit code. Nothing else.

Each command lives in a module of its own, named after it, that exposes ``command``; it is imported
only when it is used, so that ``emubatch --help`` costs next to nothing.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from enum import IntEnum
from importlib import import_module
from typing import Any

import click

from emubatch import __version__
from emubatch.cli.options import both, lang_option, language, pick


class ExitCode(IntEnum):
    """Exit codes of every command."""

    DONE = 0  # nothing to mend; ``run`` also when it published, whatever it found
    FINDINGS = 1  # ``check`` and ``decide``
    USAGE = 2
    UNEXPECTED = 3  # a log was written
    INPUT = 4  # input missing or unreadable as a whole, or the output cannot be written
    PROGRAMME = 5  # programme or configuration invalid
    LOCKED = 6  # workspace in use, or the month is published already
    INTERRUPTED = 130


MEANING: dict[int, str] = {
    ExitCode.DONE: both("xong", "done"),
    ExitCode.FINDINGS: both(
        "xong, có lỗi cần sửa (lệnh check, decide)", "done, findings exist (check, decide)"
    ),
    ExitCode.USAGE: both("gõ sai lệnh", "wrong usage"),
    ExitCode.UNEXPECTED: both(
        "lỗi không lường trước, đã ghi nhật ký", "unexpected failure, a log was written"
    ),
    ExitCode.INPUT: both(
        "thiếu hoặc không đọc được đầu vào, không ghi được kết quả",
        "input missing or unreadable as a whole, output not writable",
    ),
    ExitCode.PROGRAMME: both(
        "chương trình hoặc thiết lập sai", "programme or configuration invalid"
    ),
    ExitCode.LOCKED: both(
        "đang có lần chạy khác, đã có kết quả, hoặc tháng đã đóng",
        "in use by another run, published already, or closed",
    ),
    ExitCode.INTERRUPTED: both("bị ngắt", "interrupted"),
}

# Command -> one line about it. Kept here so that the help of the group imports no command.
COMMANDS: dict[str, str] = {
    "init": both(
        "Tạo thư mục làm việc: danh sách đơn vị, hộp nhận, kết quả theo tháng",
        "Make a workspace: roster, inbox, results by month",
    ),
    "run": both(
        "Chạy cả tháng: đọc biểu mẫu, kiểm tra, xét, xuất kết quả",
        "Run the month: read the forms, check, apply the rules, publish",
    ),
    "close": both(
        "Đóng một tháng: kết quả không bị thay nữa",
        "Close a month: its results are not replaced any more",
    ),
    "explain": both(
        "Giải trình một người hoặc tập thể: điều khoản, yêu cầu, thực tế, ô",
        "Explain one nominee: clause, required, found, cell, outcome",
    ),
    "diff": both(
        "So hai lần chạy: mới, thay, bớt, còn thiếu, kết luận nào đổi và do đâu",
        "Compare two runs: new, replaced, gone, missing, verdicts that changed and why",
    ),
    "decide": both(
        "Gộp ý kiến của Hội đồng thành một kết quả, biên bản; ghi vào sổ",
        "Merge the council's opinions into one result with minutes; into the register",
    ),
    "collect": both(
        "Lấy biểu mẫu từ hộp thư vào hộp nhận",
        "Take forms out of a mailbox into the inbox",
    ),
    "letters": both(
        "Lập văn bản Word: tờ trình, biên bản, quyết định, thông báo, giấy khen",
        "Make the Word documents: submission, minutes, decision, notices, certificates",
    ),
    "reply": both(
        "Soạn thư trả lời từng đơn vị; gửi đi khi được yêu cầu",
        "Write the answer to each unit; send it when told to",
    ),
    "template": both(
        "Tạo biểu mẫu trống, hoặc mỗi đơn vị một biểu mẫu",
        "Write the blank form, or one pre-filled form per unit",
    ),
    "check": both(
        "Kiểm tra biểu mẫu trước khi gửi",
        "Check forms before they are sent",
    ),
    "register": both(
        "Sổ theo dõi khen thưởng: nhập, xuất, xem, tìm",
        "The register of awards: import, export, show, find",
    ),
    "programme": both(
        "Các chương trình: liệt kê, xem, kiểm tra, tạo mới",
        "The programmes: list, show, check, new",
    ),
    "demo": both(
        "Chép bộ mẫu ra một thư mục và chạy thử",
        "Copy the samples to a folder and run them",
    ),
}
_SUBCOMMANDS = (
    *("list", "show", "check", "new", "export", "import"),
    *("find", "same", "not-same"),
)


class LazyGroup(click.Group):
    """A group that imports a command when it is used, and maps every failure to an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands, in the order of a month's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = import_module(f"emubatch.cli.{cmd_name}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table above."""
        lang = language(ctx)
        with formatter.section("Lệnh" if lang == "vi" else "Commands"):
            formatter.write_dl([(name, pick(text, lang)) for name, text in COMMANDS.items()])

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the program is, in the language asked for."""
        formatter.write_paragraph()
        formatter.write_text(pick(self.help or "", language(ctx)))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The exit codes."""
        lang = language(ctx)
        with formatter.section("Mã thoát" if lang == "vi" else "Exit codes"):
            formatter.write_dl([(str(code), pick(text, lang)) for code, text in MEANING.items()])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command line and exit with one of ``ExitCode``."""
        name = prog_name or "emubatch"
        if not standalone_mode:
            return super().main(args, name, complete_var, standalone_mode=False, **extra)
        _write_utf8()
        # No command multiplies matrices: threads for that would only cost time when pandas starts.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        hook, sys.unraisablehook = sys.unraisablehook, _not_about_files
        with suppress(ValueError):  # only the main thread may say so
            signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            result = super().main(args, name, complete_var, standalone_mode=False, **extra)
        except BaseException as error:
            from emubatch.cli.failures import report

            sys.exit(report(error, sys.argv[1:] if args is None else args))
        finally:
            sys.unraisablehook = hook
        sys.exit(result if isinstance(result, int) else ExitCode.DONE)


def _write_utf8() -> None:
    """Vietnamese must survive a pipe on Windows; a terminal there takes UTF-8 already."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and stream.encoding.lower().replace("-", "") != "utf8":
            stream.reconfigure(encoding="utf-8", errors="replace")


def _not_about_files(found: sys.UnraisableHookArgs) -> None:
    """Let a half-written file that cannot be closed go in silence: its failure is reported once."""
    if not isinstance(found.exc_value, OSError):
        sys.__unraisablehook__(found)


@click.command(
    cls=LazyGroup,
    help=both(
        "emubatch: xử lý hàng loạt biểu mẫu thi đua, khen thưởng.",
        "emubatch: batch processing of emulation and commendation forms.",
    ),
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": "EMUBATCH",
        "max_content_width": 100,
    },
)
@click.version_option(__version__, prog_name="emubatch", message="%(prog)s %(version)s")
@lang_option
@click.pass_context
def main(ctx: click.Context, lang: str) -> None:
    """Keep the language for the command, which may still state its own."""
    leaf = {"lang": lang}
    ctx.default_map = {name: dict(leaf) for name in COMMANDS}
    for group in ("programme", "register"):
        ctx.default_map[group] = {**leaf, **dict.fromkeys(_SUBCOMMANDS, leaf)}
