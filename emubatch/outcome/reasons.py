"""One sentence per nominee: what decides, what is required, what was found."""

from __future__ import annotations

import math

import pandas as pd

from emubatch.messages import word
from emubatch.model import PROGRESS, Lang
from emubatch.outcome.quotas import (
    NO_LEVEL,
    NO_LIMIT,
    OPEN_LIMIT,
    OVER_QUOTA,
    OVER_UNIT,
    TIE,
    TO_CHOOSE,
    UNRANKED,
    YES,
    Selection,
)
from emubatch.programme.tables import Programme, in_lang

_ABOUT_QUOTA = {
    OVER_QUOTA: "reason_over_quota",
    TIE: "reason_tie",
    UNRANKED: "reason_unranked",
    NO_LIMIT: "reason_no_limit",
    OVER_UNIT: "reason_over_unit",
    TO_CHOOSE: "reason_to_choose",
    OPEN_LIMIT: "reason_open_limit",
    NO_LEVEL: "reason_no_level",
}


def reasons(
    nominees: pd.DataFrame,
    verdicts: pd.DataFrame,
    selection: Selection,
    programme: Programme,
    lang: Lang,
) -> list[str]:
    """The reason of each nominee, in the order of ``nominees``."""
    writer = _Writer(programme, lang)
    found = _decisive_rows(nominees, verdicts)
    columns = (found[name].tolist() for name in ("decisive", "required", "measured"))
    rows = zip(nominees["eligibility"].tolist(), *columns, strict=True)
    texts = [writer.verdict(*row) for row in rows]
    quota = zip(
        selection.proposed.tolist(),
        selection.rank.tolist(),
        selection.passed.tolist(),
        selection.least.tolist(),
        selection.limit.tolist(),
        selection.reserve.tolist(),
        strict=True,
    )
    notes = [writer.quota(*row) for row in quota]
    return [f"{text}. {note}" if note else text for text, note in zip(texts, notes, strict=True)]


def with_progress(
    found: list[str], nominees: pd.DataFrame, eligibility: pd.DataFrame | None, lang: Lang
) -> list[str]:
    """The reasons, in registration mode after how many standards are met so far."""
    if eligibility is None or "met" not in eligibility:
        return found
    phrase = word("reason_so_far", lang)
    counts = zip(eligibility["met"].tolist(), eligibility["asked"].tolist(), strict=True)
    rows = zip(found, nominees["eligibility"].tolist(), counts, strict=True)
    return [
        f"{phrase.format(met=met, asked=asked)}. {text}" if outcome == PROGRESS else text
        for text, outcome, (met, asked) in rows
    ]


def _decisive_rows(nominees: pd.DataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    """For each nominee the verdict row of its decisive criterion; blanks where there is none."""
    places = pd.DataFrame({"nominee_pos": range(len(nominees)), "decisive": nominees["decisive"]})
    joined = places.merge(
        verdicts[["nominee_pos", "criterion", "required", "measured"]],
        how="left",
        left_on=["nominee_pos", "decisive"],
        right_on=["nominee_pos", "criterion"],
        validate="one_to_one",
    )
    return joined.fillna({"required": "", "measured": ""})


class _Writer:
    """Sentences in one language, each pattern filled once."""

    def __init__(self, programme: Programme, lang: Lang) -> None:
        self.lang = lang
        self.rows = programme.criterion_by_id
        self.known: dict[tuple[str, ...], str] = {}
        self.phrases: dict[str, str] = {}

    def _phrase(self, key: str) -> str:
        if key not in self.phrases:
            self.phrases[key] = word(key, self.lang)
        return self.phrases[key]

    def verdict(self, eligibility: str, decisive: str, required: str, measured: str) -> str:
        """What decides, with its clause."""
        key = (eligibility, decisive, required, measured)
        if key not in self.known:
            self.known[key] = self._verdict(*key)
        return self.known[key]

    def _verdict(self, eligibility: str, decisive: str, required: str, measured: str) -> str:
        row = self.rows.get(decisive)
        if row is None:
            return self._phrase("reason_na")
        label = in_lang(row, "label", self.lang)
        named = f"{label} ({row.clause})" if row.clause else label
        return self._phrase(f"reason_{eligibility}").format(
            label=named, required=required, measured=measured
        )

    def quota(
        self, proposed: int, rank: float, passed: int, least: int, limit: int, reserve: int
    ) -> str:
        """What the quota says, where it says anything."""
        if proposed == YES or proposed not in _ABOUT_QUOTA:
            return ""
        text = self._phrase(_ABOUT_QUOTA[proposed])
        text = text.format(passed=passed, least=least, limit=limit)
        if math.isnan(rank):
            return text
        text = f"{text}; {self._phrase('reason_rank').format(rank=int(rank))}"
        if not reserve:
            return text
        return f"{text}; {self._phrase('reason_reserve').format(place=reserve)}"
