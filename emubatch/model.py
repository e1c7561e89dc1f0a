"""The values that pass between rooms, and the column contracts.

Nothing here imports pandas: the per-file workers use these values too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

Severity = Literal["error", "warning", "note"]
Lang = Literal["vi", "en"]

# Outcomes of a three-valued rule tree, ordered so that ``min`` is "all of" and ``max`` is "any of"
# among the applicable children; NA rows are masked out first.
FAIL, REVIEW, PASS, NA = 0, 1, 2, 3
OUTCOMES: tuple[str, ...] = ("fail", "review", "pass", "na")
PROGRESS = "progress"  # in registration mode: on its way, neither pass nor fail

SUBMISSION_STATUSES = (
    "accepted",  # read, nothing to mend
    "partial",  # read, used, but with errors to mend in some rows
    "returned",  # read, nothing usable until mended
    "superseded",  # a newer form of the same unit replaced it
    "duplicate",  # the same bytes as another file
    "rejected",  # could not be read as a form of this programme
    "missing",  # an expected unit that sent nothing
)

SUBMISSION_COLUMNS = ("unit", "file", "sha256", "status", "received", "late", "findings")
USED_STATUSES = SUBMISSION_STATUSES[:3]  # of a form that counts, the best first
FINDING_COLUMNS = (
    "code",
    "severity",
    "unit",
    "file",
    "sheet",
    "cell",
    "field",
    "value",
    "message",
)
NOMINEE_COLUMNS = (
    "nominee",
    "kind",
    "name",
    "unit",
    "group",
    "tier",
    "eligibility",
    "decisive",
    "rank",
    "proposed",
)
VERDICT_COLUMNS = (
    "nominee",
    "criterion",
    "parent",
    "outcome",
    "measured",
    "required",
    "evidence",
    "clause",
)
SCORE_COLUMNS = (
    "unit",
    "criterion",
    "base",
    "option",
    "exceed_pct",
    "bonus",
    "penalty",
    "total",
    "outcome",
)
INDICATOR_COLUMNS = (
    "unit",
    "indicator",
    "value",
    "last_year",
    "plan",
    "growth_pct",
    "plan_pct",
    "outcome",
)

TARGET_COLUMNS = ("target", "unit", "numerator", "denominator", "value", "required", "outcome")
# Of claims of awards compared with the register; ``entry_…`` is what the register has.
CLAIM_COLUMNS = (
    *("nominee", "name", "unit", "file", "sheet", "cell", "code", "year", "number", "date"),
    "status",  # confirmed, unknown, contradicted
    # person, form, date, year, issuer, number, near_person; of initiatives also level, title;
    # of discipline denied, unstated (the form says none, or nothing); joined by |
    "reason",
    *("entry_key", "entry_holder", "entry_name", "entry_code", "entry_year", "entry_number"),
    *("entry_date", "entry_file", "entry_sheet", "entry_row"),
    "matter",  # award, initiative, discipline; ``code`` is the form, the level, the form
    *("title", "entry_title"),  # of an initiative
)

DELEGATE_COLUMNS = (
    "unit",
    "tier",
    "staff",
    "form",
    "delegates",
    "exemplars",
    "guests",
    "outcome",
)
CHECK_COLUMNS = ("unit", "check", "outcome", "measured", "required", "evidence", "clause")


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem in the data, with its address.

    Attributes:
        code: key of the message catalogue, for example ``E203``.
        severity: ``error``, ``warning`` or ``note``.
        unit: unit code, empty when not known.
        file: path of the form relative to the inbox, with ``/``.
        sheet: sheet name as it stands in the file, empty for a finding about the file.
        cell: A1 address, empty for a finding about the sheet or file.
        field: field key of the programme, for example ``ngay_vao``.
        value: the text found in the cell, as typed.
        params: further words for the message, as ``(name, text)`` pairs.
    """

    code: str
    severity: Severity
    unit: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""
    field: str = ""
    value: str = ""
    params: tuple[tuple[str, str], ...] = ()


class BadCell(NamedTuple):
    """A cell without a usable value: an error, an uncalculated formula, a cell stored twice.

    ``code`` is that of its finding, ``text`` what the cell shows.
    """

    code: str
    text: str


@dataclass(slots=True)
class RawTable:
    """One table as it stands in a file: raw cell values with addresses, nothing interpreted.

    Attributes:
        sheet: sheet key of the programme (``Ca_nhan``).
        title: sheet name in the file.
        header_row: 1-based row of the header.
        letters: field key -> column letter in this file, found columns only.
        rows: 1-based sheet row of each record.
        columns: field key -> raw value of each record: ``None`` for an empty cell, a ``BadCell``
            for one without a usable value. A sender's own column stands under its header text; it
            has no letter, and a returned form keeps it at the right side.
    """

    sheet: str
    title: str
    header_row: int
    letters: dict[str, str]
    rows: list[int]
    columns: dict[str, list[Any]]


@dataclass(slots=True)
class Table:
    """Typed records of one sheet of one file, column by column.

    ``columns`` holds ``None`` where a cell is blank or could not be understood; the latter has a
    finding. Types: text and codes ``str``; integers ``int``; numbers ``float``; percentages
    ``float`` in per cent (32.82 for "32,82%"); years ``str`` "2018" or a range "2015-2019"; dates
    ``str`` "2014-12-05", or "2014-12" where only the month is known, or "2014"; yes/no ``str``
    "CO" or "KHONG".
    """

    sheet: str
    title: str
    letters: dict[str, str]
    rows: list[int]
    columns: dict[str, list[Any]]


@dataclass(slots=True)
class Conservation:
    """Counts that must balance: ``cells_found = cells_read + cells_reported``."""

    cells_found: int = 0
    cells_read: int = 0
    cells_reported: int = 0


@dataclass(slots=True)
class Submission:
    """One file read: raw tables, or a file-level finding.

    Attributes:
        file: path relative to the inbox, NFC, with ``/``.
        sha256: of the bytes.
        size: bytes.
        programme: programme id stated inside the form, empty if none.
        version: programme version stated inside the form.
        stated_unit: unit code stated on the hidden sheet of a pre-filled form.
        modified: last-saved time stated inside the file (ISO), empty if none.
        tables: sheet key -> raw table.
        findings: what the reader noticed.
        counts: conservation of cells.
    """

    file: str
    sha256: str
    size: int
    programme: str = ""
    version: str = ""
    stated_unit: str = ""
    modified: str = ""
    tables: dict[str, RawTable] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    counts: Conservation = field(default_factory=Conservation)

    @property
    def readable(self) -> bool:
        """Whether any table could be read."""
        return bool(self.tables)


@dataclass(slots=True)
class CheckedForm:
    """What a worker hands back for one file: typed tables and findings, no raw cells.

    ``unit`` is the unit code of the form (sheet Don_vi, else the hidden sheet), empty if unknown.
    ``received`` is the date of receipt stated in the form (ISO), ``arrived`` that of the letter
    which brought it; empty if unknown.
    """

    file: str
    sha256: str
    size: int
    unit: str = ""
    received: str = ""
    arrived: str = ""
    modified: str = ""
    tables: dict[str, Table] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    counts: Conservation = field(default_factory=Conservation)

    @property
    def readable(self) -> bool:
        """Whether any table could be read."""
        return bool(self.tables)


@dataclass(frozen=True, slots=True)
class RosterUnit:
    """One expected unit (đơn vị) of the roster, with the row it stands in."""

    code: str
    name: str
    group: str = ""
    received: str = ""
    email: str = ""
    valid_from: str = ""
    valid_to: str = ""
    successor: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    row: int = 0


@dataclass(frozen=True, slots=True)
class Waiver:
    """A criterion that one nominee is let off; ``text`` says why and who signed.

    ``evidence`` is the cell of the office's workbook, ``ngoai-le.xlsx!Ngoai_le!D5``.
    """

    nominee_pos: int
    criterion: str
    text: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """One row of the office's waivers and corrections, and what became of it; for the journal.

    ``kind``: ``waiver`` or ``correction``. ``status``: ``applied``, ``expired``, ``idle`` (decides
    nothing now) or ``error`` (not understood). ``what`` names the criterion or the cell, ``change``
    what was there before and is used now.
    """

    row: int
    kind: str
    status: str
    unit: str
    nominee: str
    what: str
    change: str
    reason: str
    signer: str
    until: str


@dataclass(slots=True)
class MonthData:
    """One set of frames for the month; every row carries its origin.

    Attributes:
        units: one row per unit, expected or received; index = unit position. Columns ``unit``,
            ``name``, ``group``, ``file``, ``row`` (0 without a form), ``received``, ``late``,
            ``usable`` (the form says something), ``status`` and every field of the programme's
            unit sheet under its key. ``group`` and the field of receipt hold the office's own note
            where the roster has one.
        nominees: one row per nominee, index 0..n-1. Columns ``nominee`` (stable id), ``kind``,
            ``name``, ``unit``, ``unit_pos``, ``group``, ``tier``, ``file``, ``sheet`` (title),
            ``row`` and every field of the nominee sheets under its key.
        details: sheet key -> frame of the detail rows. Columns ``nominee_pos`` (int, -1 when the
            row is about the unit, -2 when it names nobody who is listed), ``sure`` (bool, False
            when the row may belong to another nominee of the same name), ``unit_pos``, ``file``,
            ``sheet``, ``row`` and the fields.
        submissions: columns ``SUBMISSION_COLUMNS``.
        findings: all findings of the month.
        letters: (file, sheet key) -> field key -> column letter.
        titles: (file, sheet key) -> sheet name in the file.
        replaced: sentences on which file replaced which, for the journal.
        claims: awards, initiatives and discipline as claimed and as the register has them,
            ``CLAIM_COLUMNS``; None without a register, whose state ``register`` names.
        register_rows: sheet key -> rows that no form has but the register, as ``details``: what
            speaks against a nominee and makes a review at most.
        questions: nominees who may be somebody of the register, as rows of its book.
        waivers: what nominees are let off.
        reports: where reports come in waves, one row for each that counts and for each estimate
            that was replaced in the wave judged: ``unit``, ``unit_pos``, ``wave``, ``file``,
            ``estimate`` (bool), ``state`` (``used``, ``earlier``, ``replaced``), ``received``,
            ``late``. ``details`` hold the rows of the first two, in order of the waves.
        estimates: sheet key -> rows of the replaced estimates, as ``details``.
        history: year, code, kind (TT, CN) and number of awards of the register; None without one.
    """

    units: pd.DataFrame
    nominees: pd.DataFrame
    details: dict[str, pd.DataFrame]
    submissions: pd.DataFrame
    findings: list[Finding]
    letters: dict[tuple[str, str], dict[str, str]]
    titles: dict[tuple[str, str], str]
    replaced: list[dict[str, str]]
    claims: pd.DataFrame | None = None
    register: str = ""
    register_rows: dict[str, pd.DataFrame] = field(default_factory=dict)
    questions: list[dict[str, str]] = field(default_factory=list)
    waivers: list[Waiver] = field(default_factory=list)
    reports: pd.DataFrame | None = None
    estimates: dict[str, pd.DataFrame] = field(default_factory=dict)
    history: list[tuple[str, str, str, int]] | None = None


@dataclass(slots=True)
class RuleResult:
    """What the rules found; codes and numbers, no presentation.

    ``verdicts`` has ``VERDICT_COLUMNS`` plus ``nominee_pos`` and ``criterion_pos`` (position in the
    programme's outline); ``scores`` has ``SCORE_COLUMNS``; ``indicators`` has
    ``INDICATOR_COLUMNS``, ``targets`` has ``TARGET_COLUMNS``; ``delegates`` and
    ``delegate_checks`` have ``DELEGATE_COLUMNS`` and ``CHECK_COLUMNS``; each may be None when the
    programme does not ask for it.
    """

    verdicts: pd.DataFrame | None = None
    eligibility: pd.DataFrame | None = None
    scores: pd.DataFrame | None = None
    indicators: pd.DataFrame | None = None
    targets: pd.DataFrame | None = None
    delegates: pd.DataFrame | None = None
    delegate_checks: pd.DataFrame | None = None
    findings: list[Finding] = field(default_factory=list)


CHANGE_KINDS = (
    "new",  # a unit sent its first form
    "replaced",  # another form of the unit is used now
    "withdrawn",  # a unit had a form and has none now
    "unreadable",  # a file that came and cannot be read
    "missing",  # still not sent
    "status",  # the same form, with another status
    "nominee_new",
    "nominee_gone",
    "verdict",
    "proposed",
    "score",
    "indicator",
    "target",
    "delegate",
)
CHANGE_CAUSES = ("data", "rule", "register", "waiver", "roster", "date", "tool", "others")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two runs; codes, no presentation.

    Attributes:
        kind: one of ``CHANGE_KINDS``.
        unit: unit code.
        nominee: id, for differences about a nominee, with ``name``.
        item: file, criterion that decides now, ``TOTAL``, indicator or target.
        before: status, outcome, proposal or figure of the earlier run; empty when there was none.
        after: likewise now.
        causes: what can be behind it, of ``CHANGE_CAUSES``; more than one when that cannot be told.
        parts: criteria that came out otherwise: id, before, after, found before, found now.
    """

    kind: str
    unit: str
    nominee: str = ""
    name: str = ""
    item: str = ""
    before: str = ""
    after: str = ""
    causes: tuple[str, ...] = ()
    parts: tuple[tuple[str, str, str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different from an earlier run, which had this ``period`` and ``as_of``."""

    period: str
    as_of: str
    rows: tuple[Change, ...]


@dataclass(slots=True)
class MonthResult:
    """Everything the reports show; reports compute nothing.

    ``nominees`` has ``NOMINEE_COLUMNS`` first, then ``reason`` (one sentence) and the origin
    columns of ``MonthData.nominees``. ``quotas`` has ``kind``, ``group``, ``limit``, ``passed``,
    ``review``, ``proposed``, ``clause``, ``unit``, ``minimum``, ``state``. ``facts`` are the header
    facts of the run (programme, as-of date, counts); ``changes`` is None where there is no earlier
    run to compare with, ``rulings`` what the office waived and corrected, ``money``
    (``emubatch.money.Money``) what those proposed would be paid, None where no award is,
    ``needs`` (``emubatch.recommend``) what nominees who fall short would still need.
    """

    programme: Any
    data: MonthData
    nominees: pd.DataFrame
    verdicts: pd.DataFrame | None
    scores: pd.DataFrame | None
    indicators: pd.DataFrame | None
    quotas: pd.DataFrame | None
    findings: list[Finding]
    facts: dict[str, str]
    changes: Changes | None = None
    rulings: tuple[Ruling, ...] = ()
    money: Any = None
    needs: pd.DataFrame | None = None
    targets: pd.DataFrame | None = None
    delegates: pd.DataFrame | None = None
    delegate_checks: pd.DataFrame | None = None
