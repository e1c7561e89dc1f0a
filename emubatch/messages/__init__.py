"""The catalogue of messages: code -> severity and words, in Vietnamese and English.

``catalogue.csv`` holds the messages of findings, ``words.csv`` the words of the interface. Tests
compare codes, so that wording may improve freely.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, cast

from emubatch.model import Finding, Lang, Severity

_FOLDER = Path(__file__).parent
_ADDRESS = frozenset(("unit", "file", "sheet", "cell", "field", "value"))


class Message(NamedTuple):
    """One row of the catalogue; ``{name}`` in the words is filled from the finding."""

    severity: Severity
    vi: str
    en: str


class _Filled(dict[str, str]):
    """Words for the placeholders; one that the finding does not carry shows as a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Message]:
    """Code -> message."""
    return {
        row["code"]: Message(cast(Severity, row["severity"]), row["vi"], row["en"])
        for row in _rows("catalogue.csv")
    }


@lru_cache(maxsize=1)
def _words() -> Mapping[str, dict[str, str]]:
    return {row["key"]: row for row in _rows("words.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def severity(code: str) -> Severity:
    """Severity of a code.

    Raises:
        KeyError: when the catalogue has no such code (a fault of the program).
    """
    return catalogue()[code].severity


def finding(code: str, /, **words: Any) -> Finding:
    """A finding of this code: address fields by their name, everything else is a param.

    A param ``header`` may have a twin ``header_en``, used when the message is shown in English.

    Raises:
        KeyError: when the catalogue has no such code (a fault of the program).
    """
    address = {name: _visible(str(words.pop(name))) for name in _ADDRESS & words.keys()}
    params = tuple((name, _visible(str(value))) for name, value in words.items())
    return Finding(code=code, severity=severity(code), params=params, **address)


# Control characters steer terminals, marks of direction turn lines round: both are shown instead.
_SIGNS = {
    **{code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"},
    **dict.fromkeys((*range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD),
}


def _visible(text: str) -> str:
    return text if text.isprintable() else text.translate(_SIGNS)


def render(found: Finding, lang: Lang = "vi") -> str:
    """The message of a finding: what is wrong and how to mend it; the address is not repeated."""
    words = _Filled(
        unit=found.unit,
        file=found.file,
        sheet=found.sheet,
        cell=found.cell,
        field=found.field,
        value=shortened(found.value),
    )
    words.update(found.params)
    if lang == "en":
        english = ((name, text) for name, text in found.params if name.endswith("_en") and text)
        words.update({name[:-3]: text for name, text in english})
    message = catalogue()[found.code]
    return (message.en if lang == "en" else message.vi).format_map(words)


def line(found: Finding, lang: Lang = "vi") -> str:
    """A finding on one line with its address: ``file:Sheet!C14 E201 message``."""
    place = "!".join(filter(None, (found.sheet, found.cell)))
    where = ":".join(filter(None, (found.file, place)))
    return " ".join(filter(None, (where, found.code, render(found, lang))))


def shortened(text: str, length: int = 80) -> str:
    """The text on one line, cut to a length that fits a message."""
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1] + "…"


def word(key: str, lang: Lang = "vi") -> str:
    """An interface word.

    Raises:
        KeyError: when ``words.csv`` has no such key (a fault of the program).
    """
    return _words()[key][lang]
