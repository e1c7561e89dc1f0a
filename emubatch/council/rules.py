"""The majority that a decision needs: which share of which votes, and how many must vote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

_SHARE = re.compile(r"(>=|>|≥)?\s*(?:(\d+)\s*/\s*(\d+)|(\d+(?:[.,]\d+)?)\s*%)$")
BASES = ("votes", "members")


class RuleError(ValueError):
    """A setting of the majority that cannot be used; the text is what was typed."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of the votes: at least so much, or more than that."""

    part: Fraction
    more: bool

    def met(self, count: int, of: int) -> bool:
        """Whether so many votes of so many are enough."""
        needed = self.part * of
        return of > 0 and (count > needed if self.more else count >= needed)

    def __str__(self) -> str:
        part = self.part
        text = (
            f"{part}"
            if (part * 100).denominator != 1 or part.denominator <= 3
            else (f"{part * 100}%")
        )
        return f"{'>' if self.more else '≥'} {text}"


HALF = Share(Fraction(1, 2), more=True)


@dataclass(frozen=True, slots=True)
class Majority:
    """What a decision needs.

    ``share`` of the votes that count on a nominee, or with ``base`` ``members`` of all members who
    may vote on it. ``forms`` asks for another share where one of these awards is granted. With
    fewer than ``quorum`` votes on a nominee nothing is decided on it.
    """

    share: Share = HALF
    forms: Mapping[str, Share] = field(default_factory=dict)
    quorum: int = 0
    base: str = "votes"


def share_of(text: str) -> Share:
    """«>1/2», «2/3», «>=80%»; without a sign the share itself is enough.

    Raises:
        RuleError: for anything else, or a share that is not above 0 and at most 1.
    """
    match = _SHARE.match(text.strip())
    if match is None or (match[3] and not int(match[3])):
        raise RuleError(text)
    part = (
        Fraction(int(match[2]), int(match[3]))
        if match[2]
        else Fraction(match[4].replace(",", ".")) / 100
    )
    if not 0 < part <= 1 or (part == 1 and match[1] == ">"):
        raise RuleError(text)
    return Share(part, match[1] == ">")


def majority_of(shares: tuple[str, ...], quorum: int = 0, base: str = "votes") -> Majority:
    """The majority from texts «SHARE» and «FORM=SHARE»; the last one of a kind counts.

    Raises:
        RuleError: see ``share_of``.
    """
    share, forms = HALF, {}
    for text in shares:
        form, equals, rest = text.partition("=")
        code = form.strip()
        if equals and code and code[-1] not in "<>" and not code.startswith((">", "≥")):
            forms[code] = share_of(rest)
        else:
            share = share_of(text)
    return Majority(share, dict(sorted(forms.items())), quorum, base)
