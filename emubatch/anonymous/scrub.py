"""Which words may stand in what is sent outside, and how the others are taken out of a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from emubatch.model import MonthData, MonthResult
from emubatch.programme.tables import Programme
from emubatch.vietnamese import day_first

HIDDEN = "***"
OPEN_TYPES = ("list", "yesno", "int", "number", "percent", "year", "years")
_PRIVATE_ROLES = ("birth", "birth_year", "person_code", "name", "nominee", "unit_code", "unit_name")
_NUMBER = re.compile(r"[-+]?\d{1,3}([.,]\d+)*%?")


def is_open(spec: Any) -> bool:
    """Whether the values of a field may be shown: codes of lists and figures, no text, no birth."""
    return spec.type in OPEN_TYPES and spec.role not in _PRIVATE_ROLES


def _is_other_day(spec: Any) -> bool:
    """Whether a field holds days that are nobody's birth: of decisions, of receipt."""
    return spec.type == "date" and spec.role not in _PRIVATE_ROLES


def public_words(programme: Programme) -> frozenset[str]:
    """The words of the plan itself: headings, titles, labels, codes."""
    rows: list[Any] = [
        *programme.choices, *programme.criteria, *programme.scorecard, *programme.options,
        *programme.indicators, *programme.targets, *programme.delegates, *programme.dossier,
    ]  # fmt: skip
    words = {programme.id, programme.title_vi, programme.title_en}
    words |= {getattr(row, name, "") for row in rows for name in ("id", "code", "option", "clause")}
    words |= {getattr(row, f"label_{lang}", "") for row in rows for lang in ("vi", "en")}
    for spec in programme.fields:
        words |= {spec.key, spec.header_vi, spec.header_en}
    for sheet in programme.sheets:
        words |= {sheet.key, sheet.title_vi, sheet.title_en}
    return frozenset(words - {""})


def private_words(result: MonthResult) -> dict[str, str]:
    """Everything that the forms and the roster say and that is not of the plan -> what replaces it.

    Whatever has a code of its own is given by ``Cover``; the rest is only hidden.
    """
    found: set[str] = set()
    for frame, specs in _frames(result.data, result.programme):
        for spec in specs:
            if spec.key in frame and not is_open(spec) and not _is_other_day(spec):
                found.update(str(value) for value in frame[spec.key].dropna().unique())
    found.update(waiver.text for waiver in result.data.waivers)
    for ruling in result.rulings:
        found.update((ruling.nominee, ruling.change, ruling.reason, ruling.signer))
    spelled = {day for text in found for day in _spelled(text)}
    return {text: HIDDEN for text in (found | spelled) if len(text) > 1}


def _frames(data: MonthData, programme: Programme) -> Iterable[tuple[Any, Any]]:
    for sheet in programme.sheets:
        fields = programme.fields_of[sheet.key]
        frame = {"unit": data.units, "nominee": data.nominees}.get(sheet.role)
        frame = data.details.get(sheet.key) if frame is None else frame
        if frame is not None:
            yield frame, fields


def _spelled(text: str) -> Iterable[str]:
    """A day as offices write it."""
    if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", text):
        yield day_first(text)


class Scrubber:
    """Takes private words out of texts that the program made."""

    def __init__(self, public: frozenset[str], private: Mapping[str, str], seen: str) -> None:
        self.public = public
        # A word of the plan is hidden nowhere, even where a unit typed it as free text.
        self.private = {word: code for word, code in private.items() if word not in public}
        here = sorted((w for w in self.private if w in seen), key=lambda w: (-len(w), w))
        parts = "|".join(map(re.escape, here))
        self.pattern = re.compile(rf"(?<!\w)(?:{parts})(?!\w)") if here else None

    def text(self, value: Any) -> Any:
        """A text made by the program, without what the forms say."""
        if not isinstance(value, str) or not value or value in self.public:
            return value
        if value in self.private:
            return self.private[value]
        if self.pattern is None:
            return value
        return self.pattern.sub(lambda found: self.private[found.group(0)], value)

    def word(self, value: str) -> str:
        """A word that may come from a form: shown only where it is the plan's, or a number."""
        parts = [part.strip() for part in value.split(", ")]
        if all(part in self.public or _NUMBER.fullmatch(part) for part in parts if part):
            return value
        return self.private.get(value, HIDDEN)
