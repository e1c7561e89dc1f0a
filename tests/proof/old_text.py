"""Measures how text of old fonts is told from Unicode and read.

    python -m tests.proof.old_text WORDS.txt …

Every line of the files is a word, phrase or name in Unicode; what follows a slash (as in the
dictionaries of hunspell) is left out. Lines are taken as they are (false positives), then in TCVN3
and VNI: alone, in a cell of such a font, and among other text of the encoding.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from emubatch import legacy


@dataclass
class Counts:
    """Figures of one encoding; texts that hold no letter beyond ASCII are left out.

    Attributes:
        texts: how many were tried.
        sure: read by themselves, and rightly.
        open: not read for sure: left, or asked about, alone.
        wrong: read for sure, and wrongly, but for capitals that the encoding cannot hold.
        in_font: wrong or left in a cell of such a font.
        beside: wrong or left where other text of the encoding stands beside it.
    """

    texts: int = 0
    sure: int = 0
    open: int = 0
    wrong: int = 0
    in_font: int = 0
    beside: int = 0


def read_words(paths: Iterable[Path]) -> list[str]:
    """The distinct lines of the files, Icelandic eth made đ."""
    found = set()
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            text = unicodedata.normalize("NFC", line.partition("/")[0].strip())
            found.add(text.replace("ð", "đ").replace("Ð", "Đ"))
    return sorted(found - {""})


def taken_for_old(words: Iterable[str]) -> list[str]:
    """Unicode texts that would be converted."""
    return [word for word in words if (found := legacy.read(word)) and found.sure]


def measure(words: Iterable[str], encoding: str) -> Counts:
    """The figures of one encoding."""
    counts = Counts()
    for word in words:
        old = legacy.encode(word, encoding)
        if old.isascii():
            continue
        counts.texts += 1
        alone = legacy.read(old)
        if alone is None or not alone.sure:
            counts.open += 1
        elif alone.text.casefold() == word.casefold():
            counts.sure += 1
        else:
            counts.wrong += 1
        in_font = legacy.read_in_font(old, encoding)
        counts.in_font += in_font is None or in_font.text.casefold() != word.casefold()
        beside = legacy.read_beside(old, encoding)
        text = beside.text if beside else legacy.ambiguous(old, encoding) or old
        counts.beside += text.casefold() != word.casefold()
    return counts


def main(arguments: list[str]) -> None:
    """Prints a table of the figures."""
    words = read_words(map(Path, arguments))
    print(f"| texts in Unicode | {len(words)} |\n|---|---|")
    print(f"| of them converted | {len(taken_for_old(words))} |\n")
    names = [one.name for one in fields(Counts)]
    print(f"| encoding | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for encoding in legacy.ENCODINGS:
        counts = measure(words, encoding)
        print(f"| {encoding} | {' | '.join(str(getattr(counts, name)) for name in names)} |")


if __name__ == "__main__":
    main(sys.argv[1:])
