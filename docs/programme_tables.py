"""Writes the tables of ``docs/programmes.md`` from the program itself.

``python docs/programme_tables.py`` rewrites every block that begins with ``<!-- tables: NAME -->``;
a test fails when the page is out of step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from emubatch.programme.guide import column_guide, guide
from emubatch.programme.lint_figures import FIGURE_KINDS
from emubatch.programme.load import TABLES
from emubatch.programme.operators import SWITCHES, TESTS
from emubatch.programme.roles import FIELD_ROLES

PAGE = Path(__file__).with_name("programmes.md")
_BLOCK = re.compile(r"(<!-- tables: (?P<name>\w+) -->\n).*?(<!-- end -->\n)", re.DOTALL)


def columns() -> str:
    """Every table with its columns."""
    parts = []
    for table, (_, needed) in TABLES.items():
        if table == "lists":
            continue
        words = guide()["table", table]
        rows = [
            (f"`{name}`{' *' if name in needed else ''}", text.en, text.vi)
            for name, text in column_guide(table)
        ]
        parts += [f"### {table}.csv", f"{words.en} ({words.vi}).", _table(_HEAD, rows)]
    return "\n\n".join(parts)


_HEAD = ("column", "what it is", "tiếng Việt")


def tests() -> str:
    """The closed set of tests."""
    head = ("test", "what it says", "needs", "may have", "tiếng Việt")
    rows = [
        (
            f"`{name}`",
            guide()["test", name].en,
            _codes(test.needs),
            _codes(test.allows),
            guide()["test", name].vi,
        )
        for name, test in TESTS.items()
    ]
    return _table(head, rows)


def switches() -> str:
    """The closed set of reading switches."""
    head = ("switch", "default", "allowed", "what it decides", "tiếng Việt")
    rows = [
        (
            f"`{name}`",
            _codes([switch.default]),
            _codes([*switch.allowed, *(f"{a}={b}" for a, b in switch.aliases)]) or switch.kind,
            guide()["switch", name].en,
            guide()["switch", name].vi,
        )
        for name, switch in SWITCHES.items()
    ]
    return _table(head, rows)


def figures() -> str:
    """The kinds of stated figures."""
    head = ("kind", "what is checked", "needs", "may have", "tiếng Việt")
    rows = [
        (
            f"`{name}`",
            guide()["figure", name].en,
            _codes(kind.needs),
            _codes(kind.allows),
            guide()["figure", name].vi,
        )
        for name, kind in FIGURE_KINDS.items()
    ]
    return _table(head, rows)


def roles() -> str:
    """The roles that a column may play."""
    return _codes(FIELD_ROLES) + "."


_BLOCKS: dict[str, Callable[[], str]] = {
    "columns": columns,
    "tests": tests,
    "switches": switches,
    "figures": figures,
    "roles": roles,
}


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names if name)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in r) + " |" for r in lines
    )


def with_tables(text: str) -> str:
    """The page with every block written anew."""
    return _BLOCK.sub(lambda m: f"{m[1]}{_BLOCKS[m['name']]()}\n{m[3]}", text)


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
