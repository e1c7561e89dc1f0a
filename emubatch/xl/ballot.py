"""What a council's ballot sheet says: its columns, its words, and when an opinion needs a reason.

Shared by the writer of the sheet and by the reader of the copies that come back. The rows are found
by ``nominee``, the columns by their headings, so that neither sorting nor inserting loses a vote.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from typing import NamedTuple

from emubatch.messages import word
from emubatch.model import Lang
from emubatch.programme.tables import Choice, Programme, in_lang
from emubatch.xl.marks import JUDGED

SHEET = "Hội đồng"
IDENTITY_SHEET = "_hoi_dong"
IDENTITY_MARK = "emubatch ballot"  # first cell of the hidden sheet, whatever the sheet is called
LISTS_SHEET = "_ds_hoi_dong"


class Part(NamedTuple):
    """A column of the sheet or a cell above it: key and heading in both languages."""

    key: str
    vi: str
    en: str

    def text(self, lang: Lang) -> str:
        """Its heading."""
        return self.en if lang == "en" else self.vi


COLUMNS = (
    Part("nominee", "Mã hồ sơ", "Nominee id"),
    Part("name", "Tập thể, cá nhân", "Nominee"),
    Part("kind", "Loại", "Kind"),
    Part("unit", "Mã đơn vị", "Unit code"),
    Part("unit_name", "Đơn vị", "Unit"),
    Part("requested", "Hình thức đề nghị", "Award asked for"),
    Part("eligibility", "Kết luận tính ra", "Computed verdict"),
    Part("proposed", "Đề xuất tính ra", "Computed proposal"),
    Part("basis", "Căn cứ", "Why"),
    Part("free", "Không cần lý do khi", "No reason needed for"),
    Part("vote", "Ý kiến", "Opinion"),
    Part("award", "Mức khen hạ xuống", "Lower award"),
    Part("reason", "Lý do", "Reason"),
    Part("conflict", "Xung đột lợi ích", "Conflict of interest"),
    Part("state", "Kiểm tra", "Check"),
)
# What the run states of a nominee: a copy that says otherwise was changed, or sorted in part.
STATED = ("name", "kind", "unit", "unit_name", "requested", "eligibility", "proposed", "basis")
FIELDS = (
    Part("member", "Họ tên thành viên", "Member"),
    Part("unit", "Đơn vị của thành viên", "Member's unit"),
    Part("role", "Chức trách trong Hội đồng", "Role in the council"),
    Part("meeting", "Ngày họp", "Date of the meeting"),
    Part("number", "Số quyết định", "Decision number"),
    Part("date", "Ngày quyết định", "Date of the decision"),
    Part("issuer", "Người ký quyết định", "Signed by"),
    Part("ballot", "Mã phiếu", "Ballot id"),
)

AGREE, REJECT, LOWER, LATER = OPINIONS = ("agree", "reject", "lower", "later")
# Opinion -> other words that are understood, beside its label in both languages.
SPELLINGS: Mapping[str, tuple[str, ...]] = {
    AGREE: ("nhất trí", "tán thành", "có", "yes"),
    REJECT: ("không nhất trí", "không tán thành", "không", "no"),
    LOWER: ("hạ mức", "hạ danh hiệu", "hạ"),
    LATER: ("để sau", "hoãn", "chưa xét"),
}

# As ``JUDGED``, with opinions and decisions.
MARKS: Mapping[str, tuple[str, str, str]] = {
    **JUDGED,
    AGREE: ("ok", "sign_pass", "council_agree"),
    REJECT: ("reject", "sign_fail", "council_reject"),
    LOWER: ("query", "council_sign_lower", "council_lower"),
    LATER: ("pending", "report_sign_pending", "council_later"),
    "split": ("query", "sign_review", "council_split"),
    "": ("na", "sign_na", "council_none"),
}


@dataclass(frozen=True, slots=True)
class BallotRow:
    """What the council decides on: one nominee as the run has it, in codes."""

    nominee: str
    kind: str
    name: str
    unit: str
    unit_name: str
    requested: str
    eligibility: str
    proposed: str
    basis: str


def marked(code: str, lang: Lang) -> str:
    """Sign and word of a verdict, proposal, opinion or decision; an unknown code as it stands."""
    if code not in MARKS:
        return code
    _, sign, text = MARKS[code]
    return f"{word(sign, lang)} {word(text, lang)}"


def free_opinions(row: BallotRow) -> tuple[str, ...]:
    """The opinions that go with what was computed, and so need no reason.

    Where the limit of a group is to be shared out, or a unit's registration to be chosen from, the
    plan leaves the choice to the council; a case under review is settled with a reason or left.
    """
    if row.eligibility == "progress" or row.proposed in ("over_quota", "tie"):
        return (AGREE, REJECT, LATER)
    if row.eligibility == "review":
        return (LATER,)
    if row.proposed == "pending":
        return (AGREE, REJECT, LATER)
    return (AGREE,) if row.proposed == "yes" else (REJECT,)


def shown(row: BallotRow, labels: Mapping[str, str], lang: Lang) -> dict[str, str]:
    """The texts of the cells that the run fills in, by key of ``COLUMNS``."""
    free = "; ".join(word(f"council_{code}", lang) for code in free_opinions(row))
    return {
        "nominee": row.nominee,
        "name": row.name,
        "kind": word(f"kind_{row.kind}", lang),
        "unit": row.unit,
        "unit_name": row.unit_name,
        "requested": labels.get(row.requested, row.requested),
        "eligibility": marked(row.eligibility, lang),
        "proposed": marked(row.proposed, lang),
        "basis": row.basis,
        "free": free,
    }


def ballot_id(facts: Iterable[str], rows: Iterable[BallotRow]) -> str:
    """Names what the council votes on; another run gives another id unless nothing changed.

    Args:
        facts: programme, its hash, period and reference date.
        rows: in any order.
    """
    texts = sorted("\x1f".join(astuple(row)) for row in rows)
    digest = hashlib.sha256("\x1e".join(["\x1f".join(facts), *texts]).encode())
    return digest.hexdigest()[:16].upper()


def award_choices(programme: Programme) -> dict[str, Choice]:
    """Code -> title or form of commendation that can be asked for and awarded."""
    return {
        choice.code: choice
        for choice in programme.choices
        if choice.axis in ("title", "form") and not choice.states_none
    }


def award_labels(programme: Programme, lang: Lang) -> dict[str, str]:
    """Code -> label of what can be awarded."""
    return {
        code: in_lang(choice, "label", lang) for code, choice in award_choices(programme).items()
    }


def lower_awards(choices: Mapping[str, Choice], code: str) -> tuple[str, ...]:
    """The awards below one on its own scale, in order of the list; none without a scale."""
    asked = choices.get(code)
    if asked is None or not asked.scale or asked.rank is None:
        return ()
    return tuple(
        choice.code
        for choice in choices.values()
        if choice.scale == asked.scale and choice.rank is not None and choice.rank < asked.rank
    )
