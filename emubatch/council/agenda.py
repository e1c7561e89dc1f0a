"""What a council decides on: the nominees of one run, as its ballot shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from emubatch.model import PROGRESS, Lang
from emubatch.programme.tables import Choice, Programme
from emubatch.vietnamese import fold_key
from emubatch.xl.ballot import BallotRow, award_choices, award_labels, lower_awards, shown


@dataclass(frozen=True, slots=True)
class Person:
    """What the register and the limits need to know of a nominee, as the form states it.

    ``unit_code`` is empty where the unit's form states none.
    """

    unit_code: str = ""
    code: str = ""
    birth_year: str = ""
    post: str = ""
    group: str = ""
    tier: str = ""


@dataclass(frozen=True)
class Agenda:
    """The ballot of one run.

    Attributes:
        ballot: its id.
        rows: nominee id -> what the run says, in the order of the ballot.
        people: nominee id -> who it is.
        programme: the plan, for labels, scales and issuers.
        period: of the run, ``YYYY-MM`` or empty.
        as_of: reference date of the run.
        lang: language of the ballot.
        limits: rows of the run's ``quotas.csv``.
    """

    ballot: str
    rows: Mapping[str, BallotRow]
    people: Mapping[str, Person]
    programme: Programme
    period: str
    as_of: str
    lang: Lang
    limits: Sequence[Mapping[str, str]] = ()

    @cached_property
    def choices(self) -> dict[str, Choice]:
        """Code -> what can be awarded."""
        return award_choices(self.programme)

    @cached_property
    def labels(self) -> dict[str, str]:
        """Code -> label of what can be awarded, as the ballot shows it."""
        return award_labels(self.programme, self.lang)

    @cached_property
    def texts(self) -> dict[str, dict[str, str]]:
        """Nominee id -> texts of the cells that the run filled in."""
        return {key: shown(row, self.labels, self.lang) for key, row in self.rows.items()}

    @cached_property
    def units(self) -> dict[str, str]:
        """Folded name or code of a unit -> its code; a name that two units share is left out."""
        found: dict[str, str] = {}
        shared: set[str] = set()
        for row in self.rows.values():
            name = fold_key(row.unit_name)
            if found.setdefault(name, row.unit) != row.unit:
                shared.add(name)
        found = {name: unit for name, unit in found.items() if name not in shared}
        found.update({fold_key(row.unit): row.unit for row in self.rows.values()})
        return found

    @cached_property
    def award_words(self) -> dict[str, str]:
        """Folded code, label or spelling of an award -> its code."""
        found: dict[str, str] = {}
        for choice in self.choices.values():
            for text in (choice.code, choice.label_vi, choice.label_en, *choice.spellings):
                found.setdefault(fold_key(text), choice.code)
        return found

    def lower(self, nominee: str) -> tuple[str, ...]:
        """The awards below the one that a nominee is asked for."""
        return lower_awards(self.choices, self.rows[nominee].requested)

    def registers(self, nominee: str) -> bool:
        """Whether it is only chosen who is registered: nothing is awarded then."""
        return self.rows[nominee].eligibility == PROGRESS

    def usual_award(self, nominee: str) -> str:
        """What is awarded when the council agrees: what was asked for, else what the plan gives.

        Empty where that is nothing that can be awarded.
        """
        code = self.rows[nominee].requested or self.programme.facts.get("award", "")
        return code if code in self.choices else ""
