"""From copies to members: whose copies these are, and what two copies of one member come to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from emubatch.council.agenda import Agenda
from emubatch.council.copies import Copy, Vote
from emubatch.messages import finding, word
from emubatch.model import Finding, Lang
from emubatch.vietnamese import name_key, natural_key

MemberKey = tuple[str, str]
_JOINT: tuple[tuple[str, Lang], ...] = (("name", "vi"), ("name_en", "en"))


@dataclass(slots=True)
class Member:
    """One voice in the council, of one copy or of several that agree.

    ``name`` is empty for the joint copy that the whole council filled in together.
    """

    name: str
    unit: str
    unit_name: str
    role: str
    files: list[str] = field(default_factory=list)
    votes: dict[str, Vote] = field(default_factory=dict)

    @property
    def key(self) -> MemberKey:
        """What makes two copies those of one member."""
        return name_key(self.name), self.unit


def gather(copies: Iterable[Copy], agenda: Agenda) -> tuple[list[Member], list[Finding]]:
    """The members in a stated order, and what is wrong between copies.

    Args:
        copies: in any order; those that are no ballot of this run are passed over.
        agenda: what is voted on.
    """
    ordered = sorted(
        (copy for copy in copies if copy.usable),
        key=lambda copy: (natural_key(copy.file), copy.sha256),
    )
    findings: list[Finding] = []
    if any(copy.text("member") for copy in ordered):
        findings += [finding("E872", file=c.file) for c in ordered if not c.text("member")]
        ordered = [copy for copy in ordered if copy.text("member")]
    groups: dict[MemberKey, list[Copy]] = {}
    for copy in ordered:
        groups.setdefault((name_key(copy.text("member")), copy.unit), []).append(copy)
    members = []
    for key in sorted(groups):
        first = groups[key][0]
        name = {row.unit: row.unit_name for row in agenda.rows.values()}.get(first.unit, "")
        unit_name = name or first.text("unit")
        member = Member(first.text("member"), first.unit, unit_name, first.text("role"))
        findings += _merged(member, groups[key], agenda)
        members.append(member)
    return members, findings


def _merged(member: Member, copies: Sequence[Copy], agenda: Agenda) -> list[Finding]:
    """Lays the copies of one member over each other; what contradicts does not count."""
    first = copies[0]
    member.files = [copy.file for copy in copies]
    member.votes = dict(first.votes)
    findings = []
    for copy in copies[1:]:
        words = {"file": copy.file, "other": first.file, **_named(member)}
        if _said(copy) == _said(first):
            findings.append(finding("N851", **words))
            continue
        findings.append(finding("W856", **words))
        for nominee in agenda.rows:
            mine, more = member.votes.get(nominee), copy.votes.get(nominee)
            if more is None:
                continue
            if mine is not None and mine.said != more.said and mine.counted and more.counted:
                mine.counted = False
                about = {"name": agenda.rows[nominee].name, "cells": f"{mine.file}!{mine.cell}"}
                at = {"file": more.file, "sheet": more.sheet, "cell": more.cell}
                findings.append(finding("E871", **at, **about))
            elif mine is None or (more.counted and not mine.counted and mine.said == more.said):
                member.votes[nominee] = more
    return findings


def _named(member: Member) -> dict[str, str]:
    """The member as words of a finding; the joint copy has no name."""
    joint = {key: word("council_joint", lang) for key, lang in _JOINT}
    return {"name": member.name} if member.name else joint


def _said(copy: Copy) -> dict[str, tuple[str, str, str, bool]]:
    return {
        nominee: (*vote.said, vote.reason, vote.counted) for nominee, vote in copy.votes.items()
    }
