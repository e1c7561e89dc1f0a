"""``hoi-dong/data/*.csv``: decisions, votes and findings for machines, codes and not labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from emubatch.council.count import Decision
from emubatch.council.members import Member
from emubatch.messages import render
from emubatch.model import FINDING_COLUMNS, Finding, Lang
from emubatch.runfolder import write_table
from emubatch.vietnamese import natural_key

DECISION_COLUMNS = (
    *("nominee", "kind", "name", "unit", "requested", "eligibility", "proposed"),
    *("decision", "award", "agree", "against", "lower", "later", "blank", "excluded", "reason"),
)
VOTE_COLUMNS = (
    *("member", "member_unit", "nominee", "vote", "award", "reason", "conflict", "counted"),
    *("file", "sheet", "cell"),
)
_SEVERITIES = ("error", "warning", "note")


def write_tables(
    folder: Path,
    decisions: Sequence[Decision],
    members: Sequence[Member],
    findings: Sequence[Finding],
    lang: Lang,
) -> None:
    """Writes the three tables; ``lang`` is the language of the messages."""
    write_table(folder, "decisions", DECISION_COLUMNS, map(_decision, decisions))
    write_table(folder, "votes", VOTE_COLUMNS, _votes(decisions, members))
    write_table(folder, "findings", FINDING_COLUMNS, (_finding(one, lang) for one in findings))


def _decision(decision: Decision) -> dict[str, str]:
    row, counts = decision.row, decision.counts
    names = ("nominee", "kind", "name", "unit", "requested", "eligibility", "proposed")
    return {
        **{name: getattr(row, name) for name in names},
        "decision": decision.decision,
        "award": decision.award,
        "agree": str(counts["agree"]),
        "against": str(counts["reject"]),
        "lower": str(counts["lower"]),
        "later": str(counts["later"]),
        "blank": str(decision.blank),
        "excluded": str(decision.excluded),
        "reason": decision.reason,
    }


def _votes(decisions: Sequence[Decision], members: Sequence[Member]) -> Iterator[dict[str, str]]:
    """Every vote given, member by member, each in the order of the ballot."""
    for at, member in enumerate(members):
        for decision in decisions:
            vote = decision.votes[at]
            if vote is not None:
                yield {
                    "member": member.name,
                    "member_unit": member.unit,
                    "nominee": vote.nominee,
                    "vote": vote.vote,
                    "award": vote.award,
                    "reason": vote.reason,
                    "conflict": "yes" if vote.conflict else "no",
                    "counted": "yes" if vote.counted else "no",
                    **{"file": vote.file, "sheet": vote.sheet, "cell": vote.cell},
                }


def sorted_findings(findings: Sequence[Finding]) -> list[Finding]:
    """Errors first; then by file and down its sheets."""

    def key(one: Finding) -> tuple[object, ...]:
        place = _SEVERITIES.index(one.severity)
        return (
            place,
            natural_key(one.file),
            one.sheet,
            natural_key(_row(one.cell)),
            one.cell,
            one.code,
        )

    return sorted(findings, key=key)


def _row(cell: str) -> str:
    return "".join(filter(str.isdigit, cell)) or "0"


def _finding(one: Finding, lang: Lang) -> dict[str, str]:
    names = ("code", "severity", "unit", "file", "sheet", "cell", "field", "value")
    return {**{name: getattr(one, name) for name in names}, "message": render(one, lang)}
