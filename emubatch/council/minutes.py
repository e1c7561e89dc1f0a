"""``bien-ban.xlsx``: what the council agreed on, how its votes fell, and what needs a talk.

Cells of copies stand on "Lỗi" only, so that the other sheets are the same however a member sorted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emubatch import __version__
from emubatch.council.agenda import Agenda
from emubatch.council.copies import Vote
from emubatch.council.count import SPLIT, Decision
from emubatch.council.limits import Held
from emubatch.council.meeting import Meeting
from emubatch.council.members import Member
from emubatch.council.rules import Majority
from emubatch.messages import render, word
from emubatch.model import Finding, Lang
from emubatch.programme.tables import in_lang
from emubatch.xl.ballot import MARKS, OPINIONS, award_labels, free_opinions, marked
from emubatch.xl.style import SEVERITY_ROLES
from emubatch.xl.write import Book, Column, SheetWriter

RESULT, VOTES, DIFFERENCES, FINDINGS = "Kết quả", "Ý kiến", "Bất đồng", "Lỗi"
LIMITS = "Chỉ tiêu"
_MARK_WIDTH = 18.0


@dataclass(frozen=True, slots=True)
class Minutes:
    """Everything that the minutes show; ``issuer`` is a label, or empty."""

    agenda: Agenda
    members: Sequence[Member]
    decisions: Sequence[Decision]
    findings: Sequence[Finding]
    meeting: Meeting
    issuer: str
    majority: Majority
    limits: Sequence[Held] = ()


def write_minutes(path: Path, minutes: Minutes, lang: Lang) -> dict[str, int]:
    """Writes the workbook; returns nominee -> its row on "Kết quả"."""
    programme = minutes.agenda.programme
    title = in_lang(programme, "title", lang)
    with Book(
        path,
        title=f"{word('council_minutes', lang)} – {title}",
        subject=programme.id,
        keywords=minutes.agenda.period or _day(minutes.agenda.as_of, lang),
        comments=f"emubatch {__version__} · {programme.id} {programme.version}",
        page=word("report_page", lang),
        in_memory=True,
    ) as book:
        pages = _Pages(book, minutes, lang, title)
        rows = pages.result()
        pages.votes()
        pages.differences()
        if minutes.limits:
            pages.limits()
        pages.problems()
    return rows


def _day(iso: str, lang: Lang) -> str:
    return iso if lang == "en" else "/".join(reversed(iso.split("-")))


class _Pages:
    """The sheets while they are written."""

    def __init__(self, book: Book, minutes: Minutes, lang: Lang, title: str) -> None:
        self.book = book
        self.minutes = minutes
        self.lang: Lang = lang
        self.title = title
        self.labels = award_labels(minutes.agenda.programme, lang)

    def word(self, key: str) -> str:
        return word(f"council_{key}", self.lang)

    def open(self, name: str, stem: str) -> SheetWriter:
        return self.book.sheet(
            name, self.word(f"{stem}_title"), subtitle=self.word(f"{stem}_about")
        )

    def column(
        self, key: str, values: Sequence[object], role: str = "wrap", width: float | None = None
    ) -> Column:
        return Column(self.word(f"col_{key}"), values, role, width)

    def marks(self, key: str, codes: Sequence[str]) -> Column:
        return Column(
            self.word(f"col_{key}"),
            [marked(code, self.lang) for code in codes],
            "wrap+middle",
            _MARK_WIDTH,
            [MARKS[code][0] if code in MARKS else None for code in codes],
        )

    def award(self, code: str) -> str:
        return self.labels.get(code, code)

    # --- Kết quả ---------------------------------------------------------------------------------

    def result(self) -> dict[str, int]:
        """The agreed result under the facts of the meeting."""
        sheet = self.open(RESULT, "result")
        for key, text in self._facts():
            sheet.put(sheet.row, 0, self.word(f"fact_{key}"), "plain", "bold")
            sheet.put(sheet.row - 1, 1, text, "plain")
        sheet.row += 1
        decisions = self.minutes.decisions
        counts = [
            self.column(code, [d.counts[code] for d in decisions], "integer+middle", 8.5)
            for code in OPINIONS
        ]
        span = sheet.write_table(
            "ket_qua",
            [
                *self._who(decisions),
                self.marks("verdict", [d.row.eligibility for d in decisions]),
                self.marks("decision", [d.decision for d in decisions]),
                self.column("award", [self.award(d.award) for d in decisions], width=20),
                *counts,
                self.column("blank", [d.blank for d in decisions], "integer+middle", 8.5),
                self.column("excluded", [d.excluded for d in decisions], "integer+middle", 8.5),
                self.column("reason", [d.reason for d in decisions], "wrap+small", 36),
            ],
            freeze_cols=1,
        )
        sheet.put(span.last_row + 2, 0, self.word("sign_secretary"), "plain", "bold")
        sheet.put(span.last_row + 2, 5, self.word("sign_chair"), "plain", "bold")
        first = span.first_row + 1
        return {d.row.nominee: first + at for at, d in enumerate(decisions)}

    def _facts(self) -> Iterator[tuple[str, str]]:
        minutes, meeting = self.minutes, self.minutes.meeting
        agenda = minutes.agenda
        yield "programme", self.title
        yield (
            "run",
            " · ".join(filter(None, (agenda.period, _day(agenda.as_of, self.lang), agenda.ballot))),
        )
        yield "meeting", _day(meeting.meeting, self.lang) or "…"
        yield "members", "; ".join(map(self._member, minutes.members)) or "–"
        yield "number", meeting.number or self.word("not_stated")
        yield "date", _day(meeting.date, self.lang) or self.word("not_stated")
        yield "issuer", minutes.issuer or self.word("not_stated")
        yield "majority", self._majority()
        found = [d.decision for d in minutes.decisions]
        parts = [
            f"{marked(code, self.lang)}: {found.count(code)}"
            for code in (*OPINIONS, SPLIT, "")
            if code in found
        ]
        yield "counts", " · ".join(parts)
        if minutes.limits:
            over = [self._over(held) for held in minutes.limits if held.over]
            yield "limits", "; ".join(over) or self.word("limits_within")

    def _over(self, held: Held) -> str:
        words = {"count": held.agreed, "limit": held.row["limit"], "over": held.over}
        return self.word("limit_over").format(label=held.label, **words)

    def _majority(self) -> str:
        majority = self.minutes.majority
        parts = [f"{majority.share} {self.word(f'of_{majority.base}')}"]
        parts += [f"{self.award(code)} {share}" for code, share in majority.forms.items()]
        if majority.quorum:
            parts.append(self.word("at_least").format(count=majority.quorum))
        return "; ".join(parts)

    def _member(self, member: Member) -> str:
        name = member.name or self.word("joint")
        about = ", ".join(filter(None, (member.role, member.unit_name)))
        return f"{name} ({about})" if about else name

    def _who(self, decisions: Sequence[Decision]) -> list[Column]:
        rows = [decision.row for decision in decisions]
        return [
            self.column("name", [row.name for row in rows], "wrap+bold", 24),
            self.column("kind", [word(f"kind_{row.kind}", self.lang) for row in rows], width=10),
            self.column("unit", [row.unit_name for row in rows], width=22),
            self.column("requested", [self.award(row.requested) for row in rows], width=20),
        ]

    # --- Ý kiến ----------------------------------------------------------------------------------

    def votes(self) -> None:
        """Who said what: a row a nominee, a column a member."""
        sheet, decisions = self.open(VOTES, "votes"), self.minutes.decisions
        columns = self._who(decisions)[:3]
        for at, header in enumerate(self._headers()):
            given = [decision.votes[at] for decision in decisions]
            roles = [self._role(vote) for vote in given]
            texts = [self._vote(vote) for vote in given]
            columns.append(Column(header, texts, "wrap+middle", 17, roles))
        columns.append(self.marks("decision", [d.decision for d in decisions]))
        sheet.write_table("y_kien", columns, freeze_cols=1)

    def _headers(self) -> Iterator[str]:
        """One heading a member, made different where names are the same."""
        taken: set[str] = {self.word(f"col_{k}").casefold() for k in ("name", "kind", "unit")}
        taken.add(self.word("col_decision").casefold())
        for member in self.minutes.members:
            base = member.name or self.word("joint")
            text, number = base, 2
            if text.casefold() in taken and member.unit_name:
                text = f"{base} ({member.unit_name})"
            while text.casefold() in taken:
                text, number = f"{base} ({number})", number + 1
            taken.add(text.casefold())
            yield text

    def _vote(self, vote: Vote | None) -> str:
        if vote is None:
            return ""
        text = marked(vote.vote, self.lang) if vote.vote else self.word("not_understood")
        text += f": {self.award(vote.award)}" if vote.award else ""
        if vote.conflict:
            return f"{text}\n({self.word('own_unit')})"
        return text if vote.counted else f"{text}\n({self.word('state_conflict')})"

    def _role(self, vote: Vote | None) -> str | None:
        if vote is None:
            return None
        return MARKS[vote.vote][0] if vote.counted else "na"

    # --- Bất đồng --------------------------------------------------------------------------------

    def differences(self) -> None:
        """Where the council and the computed verdict, or its members, do not agree."""
        sheet = self.open(DIFFERENCES, "differences")
        rows = [(kind, d) for d in self.minutes.decisions for kind in self._kinds(d)]
        rows.sort(key=lambda pair: ("split", "differs", "divided").index(pair[0]))
        found = [decision for _, decision in rows]
        sheet.write_table(
            "bat_dong",
            [
                self.column(
                    "difference", [self.word(f"diff_{kind}") for kind, _ in rows], width=24
                ),
                *self._who(found)[:3],
                self.marks("verdict", [d.row.eligibility for d in found]),
                self.marks("proposal", [d.row.proposed for d in found]),
                self.column("expected", [self._expected(d) for d in found], width=18),
                self.marks("decision", [d.decision for d in found]),
                self.column("who", [self._said(d) for d in found], width=44),
                self.column("reason", [d.reason for d in found], "wrap+small", 34),
            ],
            freeze_cols=2,
            empty=self.word("no_differences"),
        )

    def _kinds(self, decision: Decision) -> list[str]:
        if decision.decision == SPLIT:
            return [SPLIT]
        return [kind for kind in ("differs", "divided") if getattr(decision, kind)]

    def _expected(self, decision: Decision) -> str:
        return "; ".join(self.word(code) for code in free_opinions(decision.row))

    def _said(self, decision: Decision) -> str:
        """Opinion by opinion, who gave it."""
        said: dict[str, list[str]] = {}
        for member, vote in zip(self.minutes.members, decision.votes, strict=True):
            if vote is not None and vote.counted:
                text = self.word(vote.vote)
                text += f" ({self.award(vote.award)})" if vote.award else ""
                said.setdefault(text, []).append(member.name or self.word("joint"))
        return "\n".join(f"{text}: {', '.join(names)}" for text, names in sorted(said.items()))

    # --- Chỉ tiêu --------------------------------------------------------------------------------

    def limits(self) -> None:
        """How many the council agreed to beside every limit of the plan."""
        sheet, held = self.open(LIMITS, "limits"), self.minutes.limits
        numbers = [(int(one.row["limit"]), one.agreed, one.over) for one in held]
        limit, agreed, over = (list(column) for column in zip(*numbers, strict=True))
        sheet.write_table(
            "chi_tieu",
            [
                self.column("limit_for", [one.label for one in held], "wrap+bold", 46),
                self.column("limit", limit, "integer+middle", 12),
                self.column("agreed", agreed, "integer+middle", 16),
                Column(
                    self.word("col_over"),
                    over,
                    "integer+middle",
                    12,
                    ["query" if number else None for number in over],
                ),
                self.column("clause", [one.row["clause"] for one in held], width=14),
            ],
        )

    # --- Lỗi -------------------------------------------------------------------------------------

    def problems(self) -> None:
        """What was wrong with the copies, with file, sheet and cell."""
        sheet, found = self.open(FINDINGS, "findings"), self.minutes.findings
        words: Mapping[str, str] = {
            one.severity: word(f"severity_{one.severity}", self.lang) for one in found
        }
        sheet.write_table(
            "loi",
            [
                Column(
                    self.word("col_severity"),
                    [words[one.severity] for one in found],
                    "wrap+middle",
                    12,
                    [SEVERITY_ROLES[one.severity] for one in found],
                ),
                self.column("file", [one.file for one in found], width=26),
                self.column("sheet", [one.sheet for one in found], width=14),
                self.column("cell", [one.cell for one in found], "cell", 8),
                self.column("value", [one.value for one in found], width=26),
                self.column("message", [render(one, self.lang) for one in found], width=80),
                self.column("code", [one.code for one in found], "cell", 8),
            ],
            empty=self.word("no_findings"),
        )
