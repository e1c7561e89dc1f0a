"""What templates may show: ``fields.csv`` as a tree, and the check of a template against it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from emubatch.letters.documents import BY_ID

_HERE = Path(__file__).parent
EVERY = "*"
ANYTHING = "any"
LIST = "[]"


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field: ``path`` such as ``phan[].nguoi[].ten``, the documents that have it, its meaning.

    A path that ends in ``[]`` is a list, one that others start with is a group; ``them.*`` has
    whatever the office states.
    """

    documents: tuple[str, ...]
    path: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Node:
    """A field as templates see it: a text, a group of fields, or a list of groups or texts."""

    kind: Literal["text", "group", "list", "any"]
    parts: dict[str, Node] = field(default_factory=dict)


@lru_cache(maxsize=1)
def field_rows() -> tuple[FieldRow, ...]:
    """All fields in the order of the documentation."""
    with (_HERE / "fields.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return tuple(
        FieldRow(tuple(row["documents"].split("|")), row["path"], row["vi"], row["en"])
        for row in rows
    )


@lru_cache(maxsize=len(BY_ID))
def tree_of(document: str) -> Node:
    """The fields of a document."""
    root = Node("group")
    for row in field_rows():
        if EVERY in row.documents or document in row.documents:
            _place(root, row.path.split("."))
    return root


def _place(node: Node, steps: list[str]) -> None:
    step, *rest = steps
    if step == "*":
        node.parts["*"] = Node("any")
        return
    name = step.removesuffix(LIST)
    if name not in node.parts:
        kind: Literal["text", "group", "list"] = "text"
        kind = "list" if step.endswith(LIST) else "group" if rest else kind
        node.parts[name] = Node(kind)
    if rest:
        _place(node.parts[name], rest)


def paths_of(values: Mapping[str, Any], before: str = "") -> Iterator[str]:
    """The paths of all values of a context, as ``fields.csv`` writes them."""
    for name, value in values.items():
        path = f"{before}{name}"
        if isinstance(value, Mapping):
            yield from paths_of(value, f"{path}.")
        elif isinstance(value, list):
            yield f"{path}{LIST}"
            for one in value:
                if isinstance(one, Mapping):
                    yield from paths_of(one, f"{path}{LIST}.")
        else:
            yield path


def known_paths(node: Node, before: str = "") -> Iterable[str]:
    """Names that may be written at this place of a template, groups before their parts."""
    for name, part in node.parts.items():
        yield f"{before}{name}"
        if part.kind == "group":
            yield from known_paths(part, f"{before}{name}.")
