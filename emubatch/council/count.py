"""Counts votes: what a majority agrees on, and how the votes fell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from emubatch.council.agenda import Agenda
from emubatch.council.copies import Vote
from emubatch.council.members import Member
from emubatch.council.rules import Majority, Share
from emubatch.messages import word
from emubatch.model import Lang
from emubatch.xl.ballot import AGREE, LOWER, OPINIONS, BallotRow, free_opinions

SPLIT = "split"
NOBODY = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of one nominee.

    Attributes:
        row: the nominee as the run has it.
        decision: an opinion, ``split`` or empty (nobody voted).
        award: code of what is awarded, empty unless ``agree`` or ``lower``.
        counts: opinion -> votes that count.
        blank: members who said nothing.
        excluded: votes that do not count, of the own unit or for a fault.
        reason: of those who carried it, or why there is no agreed answer.
        votes: member by member, in their order; None for who said nothing.
    """

    row: BallotRow
    decision: str
    award: str
    counts: dict[str, int]
    blank: int
    excluded: int
    reason: str
    votes: tuple[Vote | None, ...]

    @property
    def differs(self) -> bool:
        """Whether the decision goes against what was computed."""
        return self.decision in OPINIONS and self.decision not in free_opinions(self.row)

    @property
    def divided(self) -> bool:
        """Whether members whose votes count did not say the same."""
        return len({vote.said for vote in self.votes if vote and vote.counted}) > 1


def count_votes(
    agenda: Agenda, members: Sequence[Member], majority: Majority, lang: Lang
) -> list[Decision]:
    """The decision on every nominee, in the order of the ballot; ``lang`` is that of reasons."""
    return [_decide(agenda, nominee, members, majority, lang) for nominee in agenda.rows]


def _decide(
    agenda: Agenda, nominee: str, members: Sequence[Member], majority: Majority, lang: Lang
) -> Decision:
    votes = tuple(member.votes.get(nominee) for member in members)
    counted = [vote for vote in votes if vote is not None and vote.counted]
    blank = votes.count(None)
    tally = Counter(vote.vote for vote in counted)
    base = len(counted) + (blank if majority.base == "members" else 0)
    found, award, why = _outcome(agenda, nominee, counted, base, majority, lang)
    return Decision(
        row=agenda.rows[nominee],
        decision=found,
        award="" if agenda.registers(nominee) else award,
        counts={code: tally[code] for code in OPINIONS},
        blank=blank,
        excluded=len(votes) - len(counted) - blank,
        reason="; ".join(filter(None, (why, reasons_of(counted, found)))),
        votes=votes,
    )


def _outcome(
    agenda: Agenda,
    nominee: str,
    counted: Sequence[Vote],
    base: int,
    majority: Majority,
    lang: Lang,
) -> tuple[str, str, str]:
    """The decision, the award, and why there is none."""
    if not counted:
        return NOBODY, "", ""
    if len(counted) < majority.quorum:
        text = word("council_no_quorum", lang).format(count=len(counted), quorum=majority.quorum)
        return SPLIT, "", text
    tally = Counter(vote.vote for vote in counted)
    shares = {code: _share(agenda, nominee, code, majority) for code in OPINIONS}
    carried = [code for code in OPINIONS if shares[code].met(tally[code], base)]
    if len(carried) != 1:
        parts = [f"{word(f'council_{c}', lang)} {tally[c]}/{base}" for c in OPINIONS if tally[c]]
        needed = "; ".join(dict.fromkeys(str(shares[c]) for c in OPINIONS if tally[c]))
        text = word("council_no_majority", lang).format(parts=", ".join(parts), share=needed)
        return SPLIT, "", text
    if carried == [AGREE]:
        return AGREE, agenda.usual_award(nominee), ""
    if carried != [LOWER]:
        return carried[0], "", ""
    (award, most), *_ = sorted(
        Counter(vote.award for vote in counted if vote.vote == LOWER).items(),
        key=lambda item: (-item[1], item[0]),
    )
    if 2 * most > tally[LOWER]:
        return LOWER, award, ""
    return SPLIT, "", word("council_no_award", lang)


def _share(agenda: Agenda, nominee: str, opinion: str, majority: Majority) -> Share:
    """The share that an opinion needs; a stricter one may hold where its award is granted."""
    if opinion == AGREE:
        return majority.forms.get(agenda.usual_award(nominee), majority.share)
    return majority.share


def reasons_of(votes: Iterable[Vote], opinion: str) -> str:
    """The reasons given for an opinion, each once."""
    return "; ".join(dict.fromkeys(v.reason for v in votes if v.vote == opinion and v.reason))
