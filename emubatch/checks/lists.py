"""Reads the value of a drop-down: its code, its label in either language, or a known spelling."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

from emubatch.programme.tables import Choice
from emubatch.vietnamese import clean, fold_key


def _key(text: str) -> str:
    """Folded text; a sign such as «%», of which folding leaves nothing, as it is."""
    return fold_key(text) or clean(text)


class ListReader:
    """One list of choices, ready to recognise cells. Text that it does not know never maps."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        self.labels = {choice.code: choice.label_vi for choice in choices}
        self.labels_en = {c.code: c.label_en or c.label_vi for c in choices}
        self.codes: dict[str, str] = {}
        for texts in (
            [(c.code, c.code) for c in choices],
            [(c.code, text) for c in choices for text in (c.label_vi, c.label_en)],
            [(c.code, text) for c in choices for text in c.spellings],
        ):
            for code, text in texts:
                self.codes.setdefault(_key(text), code)
        self.codes.pop("", None)

    def code_of(self, text: str) -> str | None:
        """The code, or ``None`` when the text is not in the list."""
        found = self.codes.get(_key(text))
        if found is None and " – " in text:
            # «CODE – label», as lists of other programs show it.
            found = self.codes.get(fold_key(text.split(" – ", 1)[0]))
        return found

    def nearest(self, text: str) -> Mapping[str, str]:
        """Words of a message: the three choices most like the text, however unlike."""
        codes = [self.codes[key] for key in like(fold_key(text), self.codes, 24, 0.0)]
        few = list(dict.fromkeys(codes))[:3]
        return {
            "nearest": suggestion([self.labels[code] for code in few]),
            "nearest_en": suggestion([self.labels_en[code] for code in few], "en"),
        }


def like(folded: str, known: Iterable[str], count: int = 3, at_least: float = 0.5) -> list[str]:
    """The known folded texts most like this one, best first."""
    return difflib.get_close_matches(folded, list(known), n=count, cutoff=at_least)


def suggestion(texts: Sequence[str], lang: str = "vi") -> str:
    """Part of a sentence that offers the texts; empty without any."""
    if not texts:
        return ""
    shown = ", ".join(f"«{text}»" for text in texts)
    return f" (nearest: {shown})" if lang == "en" else f" (gần nhất: {shown})"
