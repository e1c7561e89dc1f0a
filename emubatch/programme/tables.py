"""A programme (chương trình) as frozen values: one dataclass a table, one instance a row.

A programme is data: the clauses of a plan, its form, its lists and its quotas. Every row remembers
the line of the table it came from, so that a message can name it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from emubatch.programme.conditions import Condition, Measured
from emubatch.programme.money import BaseSalary, Reward
from emubatch.programme.operators import SWITCHES
from emubatch.programme.quota_rows import Quota, Ranking
from emubatch.programme.roles import TESTS_INNER


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of the intake form. ``kind`` (collective, individual) for nominee sheets."""

    key: str
    role: str
    kind: str
    title_vi: str
    title_en: str
    required: bool
    rows: int
    synonyms: tuple[str, ...]
    help_vi: str
    help_en: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the intake form.

    ``required`` is ``yes``, ``no`` or ``if`` (then ``required_if`` says when; there a blank cell
    differs from every code). ``role`` tells the rooms what the column is for: ``FIELD_ROLES``.
    """

    sheet: str
    key: str
    role: str
    header_vi: str
    header_en: str
    type: str
    required: str
    required_if: tuple[Condition, ...]
    list: str
    minimum: str
    maximum: str
    synonyms: tuple[str, ...]
    help_vi: str
    help_en: str
    example: str
    width: float
    line: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One code of a list, its place on a scale, and the spellings accepted for it.

    ``axis``: ``title`` (a year's titles are stated year by year), ``form`` (forms of commendation
    are a closed list), ``rating`` or empty. ``scale`` and ``rank`` order codes of one scale;
    ``implies`` lists codes that this one surely satisfies, ``may_imply`` those it may. ``issuers``
    are the issuers who can sign this form; empty means any. ``states_none`` marks the code that
    says "nothing this year"; ``unknown`` the code that says "not yet known" (CHUA).
    """

    list: str
    code: str
    label_vi: str
    label_en: str
    axis: str
    scale: str
    rank: float | None
    implies: tuple[str, ...]
    may_imply: tuple[str, ...]
    issuers: tuple[str, ...]
    states_none: bool
    unknown: bool
    spellings: tuple[str, ...]
    valid_from: str
    valid_to: str
    line: int = 0
    table: str = "choices.csv"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One row of the outline of criteria (tiêu chuẩn). Leaves measure, inner rows combine.

    ``window`` is a pair of ISO dates, either may be empty. ``threshold`` is text as written;
    ``operator`` compares the measure with it. ``options`` are the reading switches of the test,
    already resolved from the programme's settings.
    """

    id: str
    parent: str
    applies: tuple[Condition, ...]
    test: str
    of: tuple[Measured, ...]
    where: tuple[Condition, ...]
    may_of: tuple[Measured, ...]
    may_where: tuple[Condition, ...]
    window: tuple[str, str]
    operator: str
    threshold: str
    options: Mapping[str, str]
    label_vi: str
    label_en: str
    clause: str
    line: int = 0

    @property
    def inner(self) -> bool:
        """Whether the row combines the rows below it."""
        return self.test in TESTS_INNER


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One row of the scorecard tree (bảng chấm điểm).

    ``kind``: ``section``, ``parent`` or ``leaf``. ``bonus_cap_pct`` is empty where exceeding is
    not possible. ``fact`` says what is entered besides the option: empty, ``count`` or ``share``.
    """

    code: str
    parent: str
    kind: str
    label_vi: str
    label_en: str
    base: float
    bonus: bool
    fact: str
    fact_vi: str
    fact_en: str
    clause: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class ScoreOption:
    """One level of a scorecard leaf.

    Chosen directly, or derived from the entered fact when it lies in ``fact_from``..``fact_to``
    (``from_open``/``to_open`` exclude the bound; shares in per cent). ``per_unit`` points are added
    for each unit of the fact, never below ``floor``. ``short`` marks "không đạt" levels: no bonus,
    and with ``penalty = entered`` the penalty comes from the form.
    """

    criterion: str
    option: str
    label_vi: str
    label_en: str
    points: float
    fact_from: float | None
    fact_to: float | None
    from_open: bool
    to_open: bool
    per_unit: float
    floor: float
    short: bool
    penalty_entered: bool
    clause: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Indicator:
    """One economic indicator (chỉ tiêu). ``base`` names the indicator that it grows from."""

    code: str
    label_vi: str
    label_en: str
    unit: str
    direction: str  # up, down or empty
    points: bool  # growth is stated in percentage points, not per cent
    base: str
    clause: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Target:
    """One target (mục tiêu) of the department: a share of rows, a count of rows, or an answer.

    A share counts the rows of ``sheet`` that meet ``of`` (any alternative) and ``where`` (all
    conditions) among the rows that meet ``scope``; a row that surely meets ``exclude`` counts
    nowhere and is listed. ``threshold`` is in per cent for a share; without one the figure is only
    shown. ``cap`` (per cent of the rows that meet ``cap_of``; of the others among them with
    ``cap_rest``) is a limit from elsewhere that is printed beside the target. ``level``
    ``department``: units have no outcome of their own.
    """

    id: str
    kind: str
    label_vi: str
    label_en: str
    level: str
    sheet: str
    scope: tuple[Condition, ...]
    exclude: tuple[Condition, ...]
    of: tuple[Measured, ...]
    where: tuple[Condition, ...]
    operator: str
    threshold: float | None
    cap: float | None
    cap_of: tuple[Measured, ...]
    cap_rest: bool
    clause: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class DelegateCheck:
    """One rule for the conferences that units register (đăng ký hội nghị).

    ``kind``: ``compare`` a column of ``sheet`` with ``threshold`` (a number, a day, ``@ID`` of a
    deadline, or codes); ``attest`` a yes; ``absent`` the column stays blank; ``form`` asks for the
    form of meeting ``below`` or ``above`` a number of staff, counted on every one of ``bases``
    (columns joined by ``+``, alternatives by ``/``) of ``base_sheet``; ``split`` asks for
    ``threshold`` per cent of exemplars among the delegates, give or take ``tolerance`` people.
    """

    id: str
    kind: str
    label_vi: str
    label_en: str
    sheet: str
    applies: tuple[Condition, ...]
    column: str
    operator: str
    threshold: str
    tolerance: float
    base_sheet: str
    bases: str
    below: str
    above: str
    clause: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date by which something is due; the day itself is too late unless ``inclusive``.

    ``role``: ``submission`` for the date by which units send their form, ``reference`` for the
    day on which a mode or wave is judged, ``event`` or empty for the others. At most one
    ``submission`` is for everybody; others say in ``applies`` which forms they are for, by columns
    of the unit sheet (a wave, a tier).
    """

    id: str
    role: str
    what_vi: str
    what_en: str
    date: str
    inclusive: bool
    clause: str
    mode: str = ""  # the mode in which it binds, empty = always
    applies: tuple[Condition, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class DossierPart:
    """One paper of the dossier (hồ sơ). ``scope``: ``unit`` or ``nominee``."""

    code: str
    scope: str
    label_vi: str
    label_en: str
    clause: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Setting:
    """One reading switch: its value, the values allowed, and the ambiguity it answers."""

    key: str
    value: str
    allowed: tuple[str, ...]
    reading: str
    meaning_vi: str
    meaning_en: str
    clause: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """A fact that the document states about itself, to be checked against its other facts.

    ``kind`` says how (``FIGURE_KINDS`` of ``lint_figures``); numbers stand as they are printed,
    ``114.375`` or ``32,82%``, because the last printed digit decides how exact a check can be.
    ``parts`` are numbers, dates, numerals or ids of other rows (``@ID``), joined by ``|``.
    """

    id: str
    kind: str
    label_vi: str
    label_en: str
    value: str
    base: str
    stated: str
    operator: str
    parts: tuple[str, ...]
    issuer: str
    date: str
    clause: str
    line: int = 0


@dataclass(frozen=True)
class Programme:
    """A whole programme, loaded and linted."""

    id: str
    version: str
    title_vi: str
    title_en: str
    document: Mapping[str, str]
    period_from: str
    period_to: str
    period_label: str
    as_of: str
    mode: str
    source: str
    sha256: str
    sheets: tuple[Sheet, ...]
    fields: tuple[Field, ...]
    choices: tuple[Choice, ...]
    criteria: tuple[Criterion, ...]
    quotas: tuple[Quota, ...]
    scorecard: tuple[ScoreRow, ...]
    options: tuple[ScoreOption, ...]
    indicators: tuple[Indicator, ...]
    deadlines: tuple[Deadline, ...]
    dossier: tuple[DossierPart, ...]
    settings: tuple[Setting, ...]
    accepted_versions: tuple[str, ...] = field(default=())
    facts: Mapping[str, str] = field(default_factory=dict)
    used_settings: frozenset[str] = frozenset()
    figures: tuple[Figure, ...] = ()
    targets: tuple[Target, ...] = ()
    delegates: tuple[DelegateCheck, ...] = ()
    rewards: tuple[Reward, ...] = ()
    base_salary: tuple[BaseSalary, ...] = ()
    ranking: tuple[Ranking, ...] = ()

    @cached_property
    def sheet_by_key(self) -> dict[str, Sheet]:
        """Sheet key -> sheet, in the order of the form."""
        return {sheet.key: sheet for sheet in self.sheets}

    @cached_property
    def fields_of(self) -> dict[str, tuple[Field, ...]]:
        """Sheet key -> its fields in form order."""
        return {
            sheet.key: tuple(f for f in self.fields if f.sheet == sheet.key)
            for sheet in self.sheets
        }

    @cached_property
    def lists(self) -> dict[str, tuple[Choice, ...]]:
        """List name -> its choices in table order."""
        found: dict[str, list[Choice]] = {}
        for choice in self.choices:
            found.setdefault(choice.list, []).append(choice)
        return {name: tuple(rows) for name, rows in found.items()}

    @cached_property
    def setting(self) -> dict[str, str]:
        """Setting key -> value."""
        return {row.key: row.value for row in self.settings}

    def reading(self, key: str) -> str:
        """A reading switch: the programme's setting, or what every programme starts with."""
        return self.setting.get(key, SWITCHES[key].default)

    @cached_property
    def criterion_by_id(self) -> dict[str, Criterion]:
        """Criterion id -> row, in the order of the outline."""
        return {row.id: row for row in self.criteria}

    @cached_property
    def options_of(self) -> dict[str, tuple[ScoreOption, ...]]:
        """Scorecard leaf -> its options in table order."""
        found: dict[str, list[ScoreOption]] = {}
        for row in self.options:
            found.setdefault(row.criterion, []).append(row)
        return {code: tuple(rows) for code, rows in found.items()}

    def field_with_role(self, sheet: str, role: str) -> Field | None:
        """The column of a sheet that plays a role, if the programme has one."""
        return next((f for f in self.fields_of.get(sheet, ()) if f.role == role), None)

    @property
    def submission_deadline(self) -> Deadline | None:
        """The date by which units send their form, if the plan states one."""
        return next(iter(self._submissions), None)

    @cached_property
    def _submissions(self) -> tuple[Deadline, ...]:
        """The dates by which units send their form in this mode."""
        due = (row for row in self.deadlines if row.role == "submission")
        return tuple(row for row in due if row.mode in ("", self.mode))

    @cached_property
    def limits(self) -> tuple[Quota, ...]:
        """The quotas that bind in this mode."""
        return tuple(row for row in self.quotas if row.mode in ("", self.mode))

    def deadline_of(self, stated: Mapping[str, object]) -> Deadline | None:
        """The date by which this form is due; ``stated`` is the first row of its unit sheet."""
        return next((row for row in self._submissions if all_hold(row.applies, stated)), None)

    @cached_property
    def wave_field(self) -> Field | None:
        """The column of the unit sheet that says to which wave (đợt) a report belongs."""
        units = self.sheets_with_role("unit")
        return self.field_with_role(units[0].key, "wave") if units else None

    @cached_property
    def waves(self) -> tuple[str, ...]:
        """Codes of the waves up to the one that is judged, which is the last of them.

        The setting ``wave`` says which one that is; without it the last of the list.
        """
        spec = self.wave_field
        codes = [row.code for row in self.lists.get(spec.list, ())] if spec else []
        judged = self.setting.get("wave", "")
        return tuple(codes[: codes.index(judged) + 1] if judged in codes else codes)

    @cached_property
    def last_wave(self) -> bool:
        """Whether the wave that is judged is the last: only then has the year an outcome."""
        spec = self.wave_field
        return spec is None or len(self.waves) == len(self.lists.get(spec.list, ()))

    def sheets_with_role(self, role: str) -> tuple[Sheet, ...]:
        """The sheets of one role, in the order of the form."""
        return tuple(sheet for sheet in self.sheets if sheet.role == role)


def in_lang(row: Any, name: str, lang: str) -> str:
    """``label_vi`` or ``label_en`` of a row; Vietnamese where there is no English."""
    english: str = getattr(row, f"{name}_en") if lang == "en" else ""
    vietnamese: str = getattr(row, f"{name}_vi")
    return english or vietnamese


def all_hold(conditions: tuple[Condition, ...], stated: Mapping[str, object]) -> bool:
    """Whether a form surely meets conditions on its unit sheet."""
    for condition in conditions:
        value = stated.get(condition.field.rpartition(".")[2])
        if value is None or (str(value) in condition.values) != (condition.operator == "="):
            return False
    return True
