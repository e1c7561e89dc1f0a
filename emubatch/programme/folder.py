"""Writes the raw tables of a programme as a folder of TOML and CSV files."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from emubatch.programme.load import TABLES, column_names
from emubatch.programme.source import (
    HEADER,
    CaseTable,
    Row,
    Source,
    flat_facts,
    lists_in_use,
    own_cells,
    shared_lists,
)

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LISTS = ("accepted_versions",)  # entries of the header that are lists


def write_folder(source: Source, cases: Iterable[CaseTable], folder: Path) -> list[Path]:
    """Write a programme into a folder; returns the files written.

    Lists that are the shared ones, word for word, are not repeated.

    Raises:
        FileExistsError: when the folder holds something already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(str(folder))
    written = [_write(folder / HEADER, header_text(flat_facts(source.facts)))]
    for name, (kind, _) in TABLES.items():
        rows = _own_lists(source) if name == "choices" else source.rows.get(name, [])
        if rows and name != "lists":
            written.append(_write(folder / f"{name}.csv", table_text(column_names(kind), rows)))
    for name, columns, rows in cases:
        written.append(_write(folder / name, table_text(columns, rows)))
    return written


def _own_lists(source: Source) -> list[Row]:
    shared = lists_in_use({"choices": shared_lists()[1]})
    found: list[Row] = []
    for name, rows in lists_in_use(source.rows).items():
        if [own_cells(row) for row in rows] != [own_cells(row) for row in shared.get(name, ())]:
            found += [row for row in rows if row in source.rows.get("choices", ())]
    return found


def table_text(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """A table as CSV."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return stream.getvalue()


def header_text(facts: dict[str, str]) -> str:
    """The header as TOML: entries without a section, then ``[title]``, ``[document]`` …"""
    sections: dict[str, list[str]] = {"": []}
    for key, text in facts.items():
        section, _, name = key.rpartition(".")
        sections.setdefault(section, []).append(f"{_key(name)} = {_value(key, text)}")
    return "\n".join(_sections(sections))


def _sections(sections: dict[str, list[str]]) -> Iterator[str]:
    for name, lines in sections.items():
        if name:
            yield f"[{_key(name)}]"
        yield from (*lines, "")


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)


def _value(key: str, text: str) -> str:
    if key in _LISTS:
        return f"[{', '.join(map(_quoted, text.split('|')))}]" if text else "[]"
    return _quoted(text)


def _quoted(text: str) -> str:
    """A TOML string: JSON's escapes are a part of TOML's."""
    return json.dumps(text, ensure_ascii=False)


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path
