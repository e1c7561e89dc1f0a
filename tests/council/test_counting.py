"""Counting votes, whatever their order: the same votes give the same result."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emubatch.council.agenda import Agenda, Person
from emubatch.council.copies import Copy, Stated, Vote
from emubatch.council.count import Decision, count_votes
from emubatch.council.judge import judge
from emubatch.council.members import gather
from emubatch.council.rules import Majority, RuleError, Share, majority_of, share_of
from emubatch.programme.load import load
from emubatch.xl.ballot import OPINIONS, BallotRow, ballot_id, free_opinions, lower_awards

UNITS = ("VP", "DN1", "DN2")
IDS = tuple(f"{unit}/CN/{at}" for unit in UNITS for at in range(2))


def row(nominee: str, eligibility: str = "pass", proposed: str = "yes") -> BallotRow:
    unit = nominee.partition("/")[0]
    names = (nominee, "individual", f"Người {nominee}", unit, f"Đơn vị {unit}", "BK_TINH")
    return BallotRow(*names, eligibility, proposed, "Đạt")


AGENDA = Agenda(
    ballot="0123456789ABCDEF",
    rows={nominee: row(nominee) for nominee in IDS},
    people={nominee: Person() for nominee in IDS},
    programme=load("bacgiang-models-2020"),
    period="",
    as_of="2020-07-30",
    lang="vi",
)

opinions = st.tuples(
    st.sampled_from(OPINIONS), st.sampled_from(("GK_GDS", "GK_XA")), st.sampled_from(("", "vì"))
)
said = st.lists(st.none() | opinions, min_size=len(IDS), max_size=len(IDS))
councils = st.lists(
    st.tuples(st.sampled_from(("An", "Bình", "Cúc", "Dũng", "")), st.sampled_from(UNITS), said),
    min_size=1,
    max_size=6,
)


def copy(at: int, name: str, unit: str, votes: list[tuple[str, str, str] | None]) -> Copy:
    found = Copy(f"{at}.xlsx", f"{at:064}", 1, usable=True, unit=unit)
    if name:
        found.stated["member"] = Stated(name, "Hội đồng", "C4")
    for nominee, vote in zip(IDS, votes, strict=True):
        if vote is not None:
            opinion, award, reason = vote
            own = bool(name) and nominee.startswith(f"{unit}/")
            award = award if opinion == "lower" else ""
            place = (found.file, "Hội đồng", "K9")
            found.votes[nominee] = Vote(
                *(nominee, opinion, award, reason), conflict=own, counted=not own,
                file=place[0], sheet=place[1], cell=place[2],
            )  # fmt: skip
    return found


def counted(copies: list[Copy], majority: Majority) -> list[Decision]:
    members, _ = gather(copies, AGENDA)
    return count_votes(AGENDA, members, majority, "vi")


@settings(max_examples=150, deadline=None)
@given(councils, st.integers(0, 4), st.sampled_from(("votes", "members")), st.randoms())
def test_the_order_of_copies_and_rows_does_not_matter(
    council: list[tuple[str, str, list[tuple[str, str, str] | None]]],
    quorum: int,
    base: str,
    chance: random.Random,
) -> None:
    majority = Majority(quorum=quorum, base=base)
    first = counted([copy(at, *one) for at, one in enumerate(council)], majority)
    copies = [copy(at, *one) for at, one in enumerate(council)]
    chance.shuffle(copies)
    for one in copies:
        rows = list(one.votes.items())
        chance.shuffle(rows)
        one.votes = dict(rows)
    assert counted(copies, majority) == first
    for decision in first:
        votes = sum(decision.counts.values()) + decision.blank + decision.excluded
        assert votes == len(decision.votes)
        if decision.decision in OPINIONS:
            base_of = sum(decision.counts.values()) + (decision.blank if base == "members" else 0)
            assert 2 * decision.counts[decision.decision] > base_of
            assert sum(decision.counts.values()) >= quorum
        assert bool(decision.award) == (decision.decision in ("agree", "lower"))


@settings(max_examples=80, deadline=None)
@given(councils)
def test_a_vote_on_the_own_unit_never_counts(
    council: list[tuple[str, str, list[tuple[str, str, str] | None]]],
) -> None:
    members, _ = gather([copy(at, *one) for at, one in enumerate(council)], AGENDA)
    for member in members:
        for vote in member.votes.values():
            if member.name and vote.nominee.startswith(f"{member.unit}/"):
                assert vote.conflict and not vote.counted


@pytest.mark.parametrize(
    ("text", "part", "more", "shown"),
    [
        (">1/2", Fraction(1, 2), True, "> 1/2"),
        ("2/3", Fraction(2, 3), False, "≥ 2/3"),
        (">= 80 %", Fraction(4, 5), False, "≥ 80%"),
        ("≥90%", Fraction(9, 10), False, "≥ 90%"),
        (">66,7%", Fraction(667, 1000), True, "> 667/1000"),
        ("100%", Fraction(1), False, "≥ 1"),
    ],
)
def test_shares(text: str, part: Fraction, more: bool, shown: str) -> None:
    assert share_of(text) == Share(part, more) and str(share_of(text)) == shown


@pytest.mark.parametrize("text", ["", "1/2>", "0/3", "3/2", "-5%", "150%", "> 100%", "một nửa"])
def test_what_is_no_share(text: str) -> None:
    with pytest.raises(RuleError):
        share_of(text)


def test_shares_of_single_awards() -> None:
    found = majority_of(("CSTD_TINH=>=80%", "2/3", "CSTDTQ=90%"), 3)
    assert found.share == share_of("2/3") and found.quorum == 3
    assert found.forms == {"CSTDTQ": share_of("90%"), "CSTD_TINH": share_of(">=80%")}
    assert majority_of((">=1/2",)).share == share_of("1/2")
    assert not Majority().share.met(2, 4) and Majority().share.met(3, 5)


@pytest.mark.parametrize(
    ("eligibility", "proposed", "free"),
    [
        ("pass", "yes", "agree"),
        ("fail", "no", "reject"),
        ("na", "no", "reject"),
        ("review", "pending", "later"),
        ("pass", "over_quota", "agree reject later"),
        ("pass", "tie", "agree reject later"),
        ("pass", "pending", "agree reject later"),
        ("progress", "pending", "agree reject later"),
    ],
)
def test_which_opinions_need_no_reason(eligibility: str, proposed: str, free: str) -> None:
    assert " ".join(free_opinions(row("VP/CN/0", eligibility, proposed))) == free


def test_lower_awards_are_those_of_the_same_scale() -> None:
    choices = AGENDA.choices
    assert lower_awards(choices, "BK_TINH") == ("GK_GDS", "GK_DN", "GK_XA")
    assert lower_awards(choices, "GK_GDS") == ("GK_XA",)
    assert lower_awards(choices, "CSTD_TINH") == ("LDTT", "CSTT", "CSTDCS")
    assert lower_awards(choices, "KNC") == () and lower_awards(choices, "") == ()


def test_a_ballot_is_named_by_what_it_says() -> None:
    rows = list(AGENDA.rows.values())
    facts = ("bacgiang-models-2020", "ab", "", "2020-07-30")
    assert ballot_id(facts, rows) == ballot_id(facts, rows[::-1])
    assert ballot_id(facts, rows) != ballot_id(facts, [*rows[:-1], row(IDS[-1], "fail", "no")])
    assert ballot_id(facts, rows) != ballot_id((*facts[:3], "2020-07-31"), rows)


def test_a_registration_awards_nothing() -> None:
    rows = {nominee: row(nominee, "progress", "pending") for nominee in IDS}
    agenda = replace(AGENDA, rows=rows)
    votes = [("agree", "", ""), ("lower", "GK_GDS", "vì"), *[None] * (len(IDS) - 2)]
    members, _ = gather([copy(0, "", "", votes)], agenda)
    found = count_votes(agenda, members, Majority(), "vi")
    assert [(one.decision, one.award) for one in found[:2]] == [("agree", ""), ("lower", "")]


def test_a_name_that_two_units_share_is_no_unit() -> None:
    rows = {key: replace(one, unit_name="Trung tâm") for key, one in AGENDA.rows.items()}
    agenda = replace(AGENDA, rows=rows)
    found = Copy("a.xlsx", "", 1, usable=True)
    found.stated = {
        "member": Stated("An", "Hội đồng", "C4"),
        "unit": Stated("trung tâm", "Hội đồng", "G4"),
    }
    judge(found, agenda)
    (told, *_) = found.findings
    assert (told.code, told.cell, found.unit) == ("W851", "G4", "")
    assert dict(told.params)["nearest"] == " (DN1, DN2, VP?)"
