"""Starts a new programme: a copy of another or a small one, every column explained."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

from emubatch.model import Lang
from emubatch.programme.guide import column_guide, guide
from emubatch.programme.load import TABLES
from emubatch.programme.source import (
    HEADER,
    Source,
    builtin_root,
    locate,
    meaning,
    read_folder,
)
from emubatch.vietnamese import slug

STARTER = "_starter"
_ID = re.compile(r'^id = ".*?"', re.MULTILINE)


def start(folder: Path, origin: str = "", lang: Lang = "vi") -> list[Path]:
    """Write the tables of a new programme into a folder; returns the files written.

    Args:
        folder: made if needed; its name becomes the id of the programme.
        origin: id or path of the programme to start from; empty for the small one.
        lang: language of the explanations, which are lines that begin with ``#``.

    Raises:
        FileExistsError: when the folder holds something already.
        ProgrammeError: when there is no such programme.
    """
    source = locate(origin) if origin else builtin_root() / STARTER
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(str(folder))
    written = [_header(source, folder)]
    for table in TABLES:
        if table != "lists":
            written.append(_table(source / f"{table}.csv", folder / f"{table}.csv", table, lang))
    for path in sorted((source / "cases").glob("*.csv")):
        target = folder / "cases" / path.name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
        written.append(target)
    return written


def starter() -> Source:
    """Raw tables of the small programme that a new one starts from."""
    return read_folder(builtin_root() / STARTER)


def renamed(source: Source, name: str) -> Source:
    """The same programme with an id made from this name."""
    facts = {**source.facts, "id": _id(name)}
    return replace(source, facts=facts, sha256=meaning(facts, source.rows))


def _id(name: str) -> str:
    return slug(name) or "chuong-trinh"


def _header(source: Path, folder: Path) -> Path:
    text = (source / HEADER).read_text(encoding="utf-8")
    name = _id(folder.resolve().name)
    target = folder / HEADER
    target.write_text(_ID.sub(f'id = "{name}"', text, count=1), encoding="utf-8", newline="\n")
    return target


def _table(source: Path, target: Path, table: str, lang: Lang) -> Path:
    """The table with its explanations above; only the header when the origin has none."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([f"# {table}.csv: {guide()['table', table].say(lang)}"])
    columns = list(column_guide(table))
    writer.writerows([f"# {name}: {words.say(lang)}"] for name, words in columns)
    if source.is_file():
        stream.write(_without_comments(source.read_text(encoding="utf-8-sig")))
    else:
        writer.writerow([name for name, _ in columns])
    target.write_text(stream.getvalue(), encoding="utf-8-sig", newline="")
    return target


def _without_comments(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not line.lstrip('"').startswith("#"))
