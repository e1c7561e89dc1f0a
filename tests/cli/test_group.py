"""The command line as a whole: help, version, language, exit codes, failures."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from emubatch import __version__, cli
from emubatch.cli import COMMANDS, ExitCode, failures
from emubatch.messages import finding
from emubatch.month import InputError
from emubatch.programme.problems import Problem, ProgrammeError
from emubatch.roster import RosterError
from emubatch.runfolder import RunFolderError


def _run(*args: str) -> Result:
    return CliRunner().invoke(cli.main, args)


def test_help_names_every_command_and_the_exit_codes() -> None:
    found = _run("--help")
    assert found.exit_code == 0
    for name in COMMANDS:
        assert f"\n  {name} " in found.stdout
    for code in ExitCode:
        assert f"\n  {code.value} " in found.stdout


def test_help_loads_nothing_heavy() -> None:
    heavy = "pandas", "numpy", "openpyxl", "xlsxwriter", "importlib.metadata", "emubatch.cli.run"
    script = (
        "import sys; from emubatch.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stderr.strip() == "[]"


def test_version_is_the_package_s() -> None:
    assert _run("--version").stdout == f"emubatch {__version__}\n"


@pytest.mark.parametrize("args", [("--lang", "en", "run", "-h"), ("run", "--lang", "en", "-h")])
def test_language_may_stand_before_or_after_the_command(args: tuple[str, ...]) -> None:
    assert "Run the month" in _run(*args).stdout


def test_vietnamese_is_the_default() -> None:
    assert "Chạy cả tháng" in _run("run", "-h").stdout


def test_language_before_the_command_reaches_it() -> None:
    found = _run("--lang", "en", "explain", "no-such-folder", "A")
    assert "is not a run folder" in found.stderr


@pytest.mark.parametrize(
    "args", [(), ("runn",), ("run",), ("run", "--jobs", "-1"), ("run", "--set", "x")]
)
def test_wrong_command_lines_are_usage(args: tuple[str, ...]) -> None:
    assert _run(*args).exit_code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (InputError("no_inbox", path="thư"), 4, "Không có thư mục thư"),
        (RunFolderError("busy", Path("o"), owner="7@pc", minutes="3"), 6, "7@pc, 3 phút"),
        (RunFolderError("published", Path("o")), 6, "--replace"),
        (RunFolderError("foreign", Path("o")), 6, "không bị thay"),
        (RunFolderError("not_writable", Path("o"), detail="d"), 4, "Không ghi được o (d)"),
        (RunFolderError("no_space", Path("o")), 4, "hết chỗ"),
        (RosterError([finding("E705", file="r.csv", cell="A7")]), 4, "r.csv:A7 E705"),
        (OSError(errno.ENOSPC, "x"), 4, "hết chỗ"),
        (FileNotFoundError(errno.ENOENT, "không có", "tệp.xlsx"), 4, "tệp.xlsx (không có)"),
        (KeyboardInterrupt(), 130, "dừng"),
        (click.Abort(), 130, "dừng"),
        (RuntimeError("Nguyễn Văn Ổi"), 3, "RuntimeError"),
    ],
)
def test_every_failure_has_its_code_and_words(
    error: BaseException, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failures.report(error, []) == code
    assert words in capsys.readouterr().err


def test_a_broken_programme_is_five_with_table_line_and_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    problem = Problem("fields.csv", 7, "list", "unknown_list", "nhon", ("nhom",))
    assert failures.report(ProgrammeError([problem]), []) == ExitCode.PROGRAMME
    err = capsys.readouterr().err
    assert "fields.csv:7 list" in err
    assert "nhom" in err


def test_an_unknown_programme_is_five(tmp_path: Path) -> None:
    found = _run(
        *("run", "--programme", "bacgiang-models-202"),
        *("--inbox", str(tmp_path), "--out", str(tmp_path / "o")),
    )
    assert found.exit_code == ExitCode.PROGRAMME
    assert "bacgiang-models-2020" in found.stderr
    assert found.stdout == ""


def test_the_log_of_a_failure_holds_no_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(failures.tempfile, "tempdir", str(tmp_path))
    secret = "Nguyễn Văn Ổi CB-77-31"
    try:
        try:
            int(secret)
        except ValueError as inner:
            raise KeyError(secret) from inner
    except KeyError as error:
        assert failures.report(error, []) == ExitCode.UNEXPECTED
    (log,) = tmp_path.glob("emubatch-*.log")
    text = log.read_text(encoding="utf-8")
    shown = capsys.readouterr().err
    assert str(log) in shown
    assert "KeyError" in text
    assert "ValueError" in text
    assert f"{Path(__file__).name}:" in text
    for part in (secret, "CB-77-31", str(Path(__file__).parent)):
        assert part not in text
        assert part not in shown
    assert "Traceback" not in shown


def test_english_words_of_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    failures.report(RunFolderError("published", Path("o")), ["run", "--lang", "en"])
    assert "is published already" in capsys.readouterr().err


def test_an_unexpected_failure_inside_a_command_is_three(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("emubatch.cli.explain.Published", broken)
    found = _run("explain", "x", "y")
    assert found.exit_code == ExitCode.UNEXPECTED
    assert "ZeroDivisionError" in found.stderr
