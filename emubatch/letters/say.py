"""Words for what is wrong with documents."""

from __future__ import annotations

from emubatch.letters.errors import Trouble
from emubatch.messages import word
from emubatch.model import Lang


def said(found: Trouble, lang: Lang) -> str:
    """The message of a trouble; a word ``x_en`` stands for ``x`` in English."""
    words = dict(found.words)
    if lang == "en":
        words.update({key[:-3]: text for key, text in found.words if key.endswith("_en")})
    return word(f"letters_{found.key}", lang).format_map(words)
