"""Writes the parts of the documentation that follow from the program itself.

``python docs/generate.py`` rewrites ``docs/reference.md`` and the blocks of real output in
``README.md`` and ``README.vi.md``; with ``--check`` it writes nothing and ends with 1 when one of
them is out of step. A block of output looks like this, the command included::

    <!-- output: emubatch programme list -->
    ```text
    ...
    ```
"""

from __future__ import annotations

import csv
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import click
from click.testing import CliRunner

from emubatch.cli import COMMANDS, main
from emubatch.programme import load
from emubatch.programme.operators import SWITCHES, TESTS

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 100
READMES = ("README.md", "README.vi.md")
_BLOCK = re.compile(r"<!-- output: (?P<command>.+?) -->\n```text\n(?P<text>.*?)```\n", re.DOTALL)


def generated() -> dict[Path, str]:
    """Path -> text that it should hold."""
    wanted = {ROOT / "docs" / "reference.md": reference()}
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "samples", Path(folder) / "samples")
        with chdir(folder):
            for name in READMES:
                path = ROOT / name
                wanted[path] = with_outputs(path.read_text(encoding="utf-8"))
    return wanted


def with_outputs(text: str) -> str:
    """A page whose blocks hold what their commands print now, run one after the other."""

    def block(match: re.Match[str]) -> str:
        command = match["command"]
        shown = f"$ {_folded(command)}\n{output(command)}"
        return f"<!-- output: {command} -->\n```text\n{shown}```\n"

    return _BLOCK.sub(block, text)


def _folded(command: str) -> str:
    """A long command on several lines, as a shell takes it."""
    return command if len(command) <= WIDTH else command.replace(" --", " \\\n    --")


def output(command: str) -> str:
    """What a command prints, as a terminal of 100 columns would show it."""
    command, _, first = command.partition(" | head -")
    program, *arguments = shlex.split(command)
    if program != "emubatch":
        raise ValueError(f"only emubatch can be shown: {command}")
    os.environ["COLUMNS"] = str(WIDTH)
    result = CliRunner().invoke(main, arguments, prog_name="emubatch")
    if result.exit_code not in (0, 1):
        raise RuntimeError(f"{command} ended with {result.exit_code}:\n{result.output}")
    lines = result.stdout.rstrip("\n").split("\n")
    shown = lines[: int(first)] if first else lines
    return "\n".join([*shown, *(["…"] if len(shown) < len(lines) else [])]) + "\n"


def reference() -> str:
    """The reference: commands, tests of criteria, readings, messages."""
    parts = [
        "# Reference",
        "Written by `python docs/generate.py` from the program itself; do not edit.",
        "## Commands",
        *(_help(path) for path in command_paths()),
        "## Tests of criteria",
        "A leaf of `criteria.csv` names one of these; see `conditions.py` for the notation.",
        table(
            ("test", "columns it needs", "columns it may have", "switches it reads"),
            ((name, *map(_codes, (t.needs, t.allows, t.switches))) for name, t in TESTS.items()),
        ),
        "## Switches",
        "Looked up in `options` of a criterion, then among the settings, then here.",
        table(
            ("switch", "default", "allowed"),
            ((name, _code(s.default), _codes(s.allowed) or s.kind) for name, s in SWITCHES.items()),
        ),
        "## Readings of the programmes",
        "Each answers an unclear point of the document; `--set KEY=VALUE` changes it for one run.",
        *(part for name in load.builtin_ids() for part in _settings(name)),
        "## Messages",
        "E error, W warning, N note; F stands for the file as a whole.",
        table(("code", "severity", "tiếng Việt", "English"), messages()),
    ]
    return "\n\n".join(parts) + "\n"


def command_paths() -> Iterator[tuple[str, ...]]:
    """Every command as the words that follow ``emubatch``."""
    yield ()
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name) if isinstance(main, click.Group) else None
        yield (name,)
        if isinstance(command, click.Group):
            yield from ((name, below) for below in command.list_commands(context))


def _help(path: tuple[str, ...]) -> str:
    words = " ".join(path)
    shown = output(f"emubatch --lang en {words} --help")
    return f"### emubatch {words}".rstrip() + f"\n\n```text\n{shown}```"


def _settings(name: str) -> Iterator[str]:
    yield f"### {name}"
    yield table(
        ("setting", "value", "allowed", "reading", "meaning", "clause"),
        (
            (s.key, _code(s.value), _codes(s.allowed), s.reading, s.meaning_en, s.clause)
            for s in load.load(name).settings
        ),
    )


def messages() -> Iterator[tuple[str, ...]]:
    """Rows of the message catalogue."""
    path = ROOT / "emubatch" / "messages" / "catalogue.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield row["code"], row["severity"], row["vi"], row["en"]


def table(header: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _codes(texts: tuple[str, ...]) -> str:
    return ", ".join(map(_code, texts))


def stale() -> list[Path]:
    """Files that are not what they should be."""
    return [
        path
        for path, text in generated().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        behind = stale()
        for behind_path in behind:
            print(f"out of step: {behind_path.relative_to(ROOT)} (run: python docs/generate.py)")
        sys.exit(1 if behind else 0)
    for target, content in generated().items():
        target.write_text(content, encoding="utf-8", newline="\n")
