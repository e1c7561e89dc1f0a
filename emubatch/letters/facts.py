"""What an office states about itself: table ``[letters]`` of ``emubatch.toml``, or a file.

``facts.csv`` lists the keys, who needs them, and what they are when they are not stated. Keys of a
table within the table are joined by a dot (``ky_hieu.to_trinh``); ``them`` holds whatever an office
wants to show in templates of its own.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from emubatch.letters.errors import LettersError, Trouble, trouble
from emubatch.messages import word
from emubatch.model import Lang
from emubatch.programme.problems import nearest
from emubatch.vietnamese import parse_day

OWN = "them"  # the office's own facts, any key
_HERE = Path(__file__).parent
_GROUPS = ("ky_hieu", "so", "ngay", "noi_nhan")


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One key: ``kind`` ``text``, ``list`` or ``date``; documents that cannot do without it."""

    key: str
    kind: str
    needed_by: tuple[str, ...]
    default: str
    example: str
    vi: str
    en: str


@lru_cache(maxsize=1)
def specs() -> tuple[FactSpec, ...]:
    """The keys in the order in which they are shown."""
    with (_HERE / "facts.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return tuple(
        FactSpec(
            needed_by=tuple(filter(None, row.pop("needed_by").split("|"))),
            **row,
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts as stated, checked: texts, lists of texts and ISO dates by key."""

    stated: Mapping[str, Any]
    own: Mapping[str, Any]

    def text(self, key: str, **words: str) -> str:
        """A fact, or what it is without being stated (``{words}`` filled in); empty if nothing."""
        if key in self.stated:
            return str(self.stated[key])
        return _by_key()[key].default.format(**words)

    def texts(self, key: str) -> list[str]:
        """A fact that is a list, or the usual one."""
        if key in self.stated:
            return list(self.stated[key])
        return list(filter(None, _by_key()[key].default.split("|")))

    def missing(self, documents: Iterable[str]) -> list[Trouble]:
        """Needed facts that are not stated, each once with the documents that need it."""
        wanted = set(documents)
        found = []
        for spec in specs():
            needs = sorted(wanted if spec.needed_by == ("*",) else wanted & set(spec.needed_by))
            if needs and not self.stated.get(spec.key):
                found.append(missing_fact(spec.key, ", ".join(needs)))
        return found


def missing_fact(key: str, documents: str) -> Trouble:
    """A needed fact is not stated; names key, meaning and an example."""
    spec = _by_key()[key]
    return trouble("no_fact", key=key, what=spec.vi, what_en=spec.en, documents=documents,
                   example=_toml_line(spec))  # fmt: skip


@lru_cache(maxsize=1)
def _by_key() -> Mapping[str, FactSpec]:
    return {spec.key: spec for spec in specs()}


def read_facts(table: Mapping[str, Any], file: str) -> Facts:
    """The facts of a TOML table.

    Raises:
        LettersError: unknown keys with the nearest right ones, values of a wrong kind; all at once.
    """
    own = table.get(OWN, {})
    troubles: list[Trouble] = []
    if not isinstance(own, Mapping):
        troubles.append(trouble("bad_fact", key=OWN, file=file, what="bảng", what_en="a table"))
        own = {}
    stated: dict[str, Any] = {}
    for key, value in _flat(table):
        spec = _by_key().get(key)
        if spec is None:
            likely = " / ".join(nearest(key, _by_key()))
            troubles.append(trouble("unknown_fact", key=key, file=file, nearest=likely or "–"))
            continue
        found = _typed(value, spec.kind)
        if found is None:
            what, what_en = _KINDS[spec.kind]
            words = {"key": key, "file": file, "what": what, "what_en": what_en}
            troubles.append(trouble("bad_fact", **words))
        else:
            stated[key] = found
    if troubles:
        raise LettersError("configuration", troubles)
    return Facts(stated, own)


_KINDS = {
    "text": ("chữ trong ngoặc kép", "text in quotes"),
    "list": ('danh sách như ["…", "…"]', 'a list such as ["…", "…"]'),
    "date": ("ngày như 2020-07-22", "a day such as 2020-07-22"),
}


def _flat(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if key == OWN:
            continue
        if isinstance(value, Mapping):
            yield from ((f"{key}.{inner}", found) for inner, found in value.items())
        else:
            yield key, value


def _typed(value: Any, kind: str) -> Any:
    """The value as it is used; None when it is of another kind."""
    if kind == "list":
        right = isinstance(value, list) and all(isinstance(one, str) for one in value)
        return [one.strip() for one in value if one.strip()] if right else None
    if kind == "date":
        return iso_day(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).strip()


def iso_day(value: Any) -> str | None:
    """A day of TOML, or one as it is typed, as ISO; None for anything else."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return parse_day(value) if isinstance(value, str) else None


def example_text(lang: Lang) -> str:
    """The table ``[letters]`` with every key explained and commented out, for a new workspace."""
    lines = [f"# {word('letters_facts', lang)}"]
    for group in ("", *_GROUPS):
        lines += ["# [letters]" if not group else f"# [letters.{group}]"]
        for spec in specs():
            section, _, name = spec.key.rpartition(".")
            if section == group:
                lines.append(
                    f"# {_toml_line(spec, name):<60} # {spec.en if lang == 'en' else spec.vi}"
                )
    return "\n".join(lines) + "\n"


def _toml_line(spec: FactSpec, name: str = "") -> str:
    """``key = value`` with the example of a fact, as it is typed in TOML."""
    value: Any = spec.example
    if spec.kind == "list":
        value = spec.example.split("|")
    shown = value if spec.kind == "date" else json.dumps(value, ensure_ascii=False)
    return f"{name or spec.key} = {shown}"
