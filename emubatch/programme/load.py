"""Builds a programme from its raw tables.

``load`` returns a programme that has passed the lint, or raises ``ProgrammeError`` with every
problem found: table, line, column, what is wrong, the nearest right name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any

from emubatch.programme import tables as t
from emubatch.programme.conditions import (
    NotationError,
    parse_conditions,
    parse_measured,
    parse_options,
    plain_operator,
    split_list,
)
from emubatch.programme.moment import reference_day
from emubatch.programme.money import BaseSalary, Reward, coefficient, whole
from emubatch.programme.operators import FOR_ANY, SWITCHES, TESTS
from emubatch.programme.problems import Problem, ProgrammeError, nearest
from emubatch.programme.quota_rows import Quota, Ranking
from emubatch.programme.roles import MODE, MODES
from emubatch.programme.source import (
    HEADER,
    LINE,
    SHARED,
    TABLE,
    Source,
    builtin_ids,
    builtin_root,
    locate,
    read_folder,
)
from emubatch.programme.spellings import filled, places

__all__ = [
    "SHARED",
    "Source",
    "build",
    "builtin_ids",
    "builtin_root",
    "lint_source",
    "load",
    "locate",
    "read_folder",
]

_REFERENCE = re.compile(r"\$(\w+)")

# Table -> the values of its rows, and the columns that it cannot do without.
TABLES: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "sheets": (t.Sheet, ("key", "role", "title_vi")),
    "fields": (t.Field, ("sheet", "key", "header_vi", "type", "required")),
    "choices": (t.Choice, ("list", "code", "label_vi")),
    "lists": (t.Choice, ("list", "code", "label_vi")),
    "criteria": (t.Criterion, ("id", "parent", "test", "label_vi", "clause")),
    "quotas": (Quota, ("kind", "group", "limit")),
    "ranking": (Ranking, ("key", "order")),
    "scorecard": (t.ScoreRow, ("code", "parent", "kind", "label_vi", "base")),
    "options": (t.ScoreOption, ("criterion", "option", "label_vi", "points")),
    "indicators": (t.Indicator, ("code", "label_vi", "unit")),
    "targets": (t.Target, ("id", "kind", "label_vi", "sheet", "clause")),
    "delegates": (t.DelegateCheck, ("id", "kind", "label_vi", "sheet", "clause")),
    "deadlines": (t.Deadline, ("id", "date")),
    "dossier": (t.DossierPart, ("code", "scope", "label_vi")),
    "settings": (t.Setting, ("key", "value", "allowed", "reading", "meaning_vi")),
    "figures": (t.Figure, ("id", "kind", "label_vi", "clause")),
    "rewards": (Reward, ("award", "kind", "coefficient", "valid_from", "basis")),
    "base_salary": (BaseSalary, ("valid_from", "amount", "basis")),
}
_REQUIRED = ("sheets", "fields")
_BLANK_ALLOWED = ("parent", "group", "limit", "value", "allowed", "to", "coefficient", "amount")
_FACTS = (
    "id",
    "version",
    "accepted_versions",
    "as_of",
    "mode",
    "title",
    "document",
    "period",
    "facts",
)
# Files of worked examples, which ``cases`` reads.
_OTHER_TABLES = ("cases",)


@lru_cache(maxsize=8)
def load(reference: str, overrides: tuple[tuple[str, str], ...] = ()) -> t.Programme:
    """The programme with this id or at this path, linted; ``overrides`` replace settings.

    Raises:
        ProgrammeError: with all problems of the tables.
    """
    return sound(read_folder(locate(reference)), overrides)


def sound(source: Source, overrides: tuple[tuple[str, str], ...]) -> t.Programme:
    """The programme of raw tables.

    Raises:
        ProgrammeError: with all that is wrong with them.
    """
    programme, problems = lint_source(source, dict(overrides))
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise ProgrammeError(errors)
    return programme


def lint_source(
    source: Source, overrides: Mapping[str, str]
) -> tuple[t.Programme, tuple[Problem, ...]]:
    """The programme of raw tables with all its problems, warnings too.

    What the lint says of a row that could not be read as it stands is left out: it follows from
    the first problem. So do warnings beside errors.
    """
    from emubatch.programme.lint import lint

    programme, problems = build(source, overrides)
    rows = {(problem.table, problem.line) for problem in problems}
    tables = {problem.table for problem in problems if not problem.line}
    follow = [
        problem
        for problem in lint(programme)
        if problem.table not in tables and (problem.table, problem.line) not in rows
    ]
    found = (*problems, *follow)
    errors = tuple(problem for problem in found if problem.severity == "error")
    return programme, tuple(map(source.addressed, errors or found))


def build(source: Source, overrides: Mapping[str, str]) -> tuple[t.Programme, list[Problem]]:
    """The programme of raw tables, and what could not be understood while building it."""
    builder = _Builder(source, overrides)
    programme = builder.programme()
    return replace(programme, as_of=reference_day(programme)), builder.problems


class _Builder:
    """Turns rows of text into rows of values, collecting every problem."""

    def __init__(self, source: Source, overrides: Mapping[str, str]) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.used: set[str] = set()
        self.values: dict[str, str] = {}
        self._check_tables()
        self.settings = self._settings(overrides)
        self.values = {row.key: row.value for row in self.settings}
        self.mode = self._mode()

    def programme(self) -> t.Programme:
        facts = self.source.facts
        title = _part(facts, "title")
        period = _part(facts, "period")
        return t.Programme(
            id=str(facts.get("id", "")),
            version=str(facts.get("version", "")),
            title_vi=title.get("vi", ""),
            title_en=title.get("en", title.get("vi", "")),
            document=_part(facts, "document"),
            period_from=period.get("from", ""),
            period_to=period.get("to", ""),
            period_label=period.get("label", ""),
            as_of=str(facts.get("as_of", "")),
            mode=self.mode,
            source=self.source.name,
            sha256=self._digest(),
            accepted_versions=tuple(str(v) for v in facts.get("accepted_versions", ())),
            sheets=tuple(self._rows("sheets")),
            fields=tuple(self._rows("fields")),
            choices=self._choices(),
            criteria=tuple(self._criteria()),
            quotas=tuple(self._quotas()),
            ranking=tuple(self._rows("ranking")),
            scorecard=tuple(self._rows("scorecard")),
            options=tuple(self._rows("options")),
            indicators=tuple(self._rows("indicators")),
            targets=tuple(self._rows("targets")),
            delegates=tuple(self._checks()),
            deadlines=tuple(self._rows("deadlines")),
            dossier=tuple(self._rows("dossier")),
            settings=self.settings,
            facts=_part(facts, "facts"),
            used_settings=frozenset(self.used),
            figures=tuple(self._rows("figures")),
            rewards=tuple(self._rows("rewards")),
            base_salary=tuple(self._rows("base_salary")),
        )

    def _digest(self) -> str:
        changed = "".join(f"{row.key}={row.value}\n" for row in self.settings)
        return hashlib.sha256((self.source.sha256 + changed).encode()).hexdigest()

    def _check_tables(self) -> None:
        """The files are tables of a programme, each with the columns that it needs."""
        for name in self.source.facts:
            if name not in _FACTS:
                self._note(HEADER, 0, name, "unknown_column", name, _FACTS)
        for name in _REQUIRED:
            if not self.source.rows.get(name):
                self._note(f"{name}.csv", 0, "", "missing_table")
        for file, columns in self.source.columns.items():
            stem = file.removesuffix(".csv")
            if stem in TABLES:
                self._check_columns(file, columns, *TABLES[stem])
            elif stem not in _OTHER_TABLES:
                self._note(file, 0, "", "unknown_table", stem, TABLES)

    def _check_columns(
        self, file: str, columns: Iterable[str], kind: type[Any], needed: Iterable[str]
    ) -> None:
        known = column_names(kind)
        for column in columns:
            if column not in known:
                self._note(file, 0, column, "unknown_column", column, known)
        for column in needed:
            if column not in columns:
                self._note(file, 0, column, "missing_column")

    def _settings(self, overrides: Mapping[str, str]) -> tuple[t.Setting, ...]:
        rows = list(self._rows("settings"))
        known = {row.key for row in rows}
        for key in overrides:
            if key in FOR_ANY and key not in known:
                rows.append(_unstated(key))
            elif key not in known:
                self._note("settings.csv", 0, "key", "unknown_setting", key, known)
        return tuple(replace(row, value=overrides.get(row.key, row.value)) for row in rows)

    def _mode(self) -> str:
        """The mode: a setting in programmes that have several, else a fact of the header."""
        if MODE in self.values:
            self.used.add(MODE)
        return self.values.get(MODE) or str(self.source.facts.get("mode") or MODES[0])

    def _quotas(self) -> Iterator[Quota]:
        """The limits; kinds that do not share one have a row each."""
        for row in self._rows("quotas"):
            kinds = (row.kind,) if row.combined else row.kinds
            yield from (replace(row, kind=kind) for kind in kinds)

    def _choices(self) -> tuple[t.Choice, ...]:
        """Shared lists, with any list that the programme states itself taking its place."""
        own = list(self._rows("choices"))
        replaced = {row.list for row in own}
        rows = [row for row in self._rows("lists") if row.list not in replaced] + own
        facts = places(_part(self.source.facts, "facts"), _part(self.source.facts, "document"))
        return tuple(replace(row, spellings=filled(row.spellings, facts)) for row in rows)

    def _criteria(self) -> Iterator[t.Criterion]:
        for row in self.source.rows.get("criteria", []):
            written = self._cell(row, "options", parse_options, {})
            resolved = {**row, "threshold": self._threshold(row)}
            resolved["window"] = f"{row.get('from', '')}|{row.get('to', '')}"
            yield self._row("criteria", resolved, {"options": self._switches(row, written)})

    def _checks(self) -> Iterator[t.DelegateCheck]:
        for row in self.source.rows.get("delegates", []):
            text = self._substituted(row, "threshold")
            resolved = {**row, "threshold": self._threshold({**row, "threshold": text})}
            yield self._row("delegates", resolved, {})

    def _threshold(self, row: dict[str, str]) -> str:
        """The limit of a criterion; ``@ID`` stands for the date of that deadline."""
        text = row.get("threshold", "")
        if not text.startswith("@"):
            return text
        dates = {d.get("id", ""): d.get("date", "") for d in self.source.rows.get("deadlines", [])}
        if text[1:] not in dates:
            self._problem(row, "threshold", "unknown_deadline", text[1:], dates)
        return dates.get(text[1:], "")

    def _switches(self, row: dict[str, str], written: dict[str, str]) -> dict[str, str]:
        """Every switch of the test with its value: of the row, of the settings, the default."""
        name = row.get("test", "")
        test = TESTS.get(name)
        if test is None:
            return {}
        for key in written:
            if key not in test.switches:
                self._problem(row, "options", "unknown_switch", key, test.switches, detail=name)
        found = {}
        for key in test.switches:
            text = written.get(key, self.values.get(key, SWITCHES[key].default))
            found[key] = dict(SWITCHES[key].aliases).get(text, text)
            if key not in written and key in self.values:
                self.used.add(key)
        return found

    def _rows(self, table: str) -> Iterator[Any]:
        for row in self.source.rows.get(table, []):
            yield self._row(table, row, {})

    def _row(self, table: str, row: dict[str, str], given: dict[str, Any]) -> Any:
        kind, needed = TABLES[table]
        values: dict[str, Any] = {"line": int(row[LINE]), **given}
        if kind is t.Choice:
            values["table"] = row[TABLE]
        for column in needed:
            if column in row and not row[column] and column not in _BLANK_ALLOWED:
                self._problem(row, column, "blank_cell", "")
        for spec in fields(kind):
            if spec.name not in values:
                convert, blank = _BY_TYPE[str(spec.type)]
                convert = plain_operator if spec.name == "operator" else convert
                values[spec.name] = self._cell(row, spec.name, convert, blank)
        return kind(**values)

    def _cell(
        self, row: dict[str, str], column: str, convert: Callable[[str], Any], blank: Any
    ) -> Any:
        text = self._substituted(row, column)
        if not text:
            return blank
        try:
            return convert(text)
        except (NotationError, ValueError) as error:
            if column == "window":
                column, text = _bad_end(text)
            detail = _WANTED.get(convert, str(error))
            self._problem(row, column, "bad_cell", text, detail=detail)
            return blank

    def _substituted(self, row: dict[str, str], column: str) -> str:
        """Cell text with ``$setting`` replaced by the setting's value."""

        def value(match: re.Match[str]) -> str:
            key = match.group(1)
            self.used.add(key)
            if key not in self.values:
                self._problem(row, column, "unknown_setting", key, self.values)
            return self.values.get(key, "")

        text = row.get(column, "")
        return _REFERENCE.sub(value, text) if "$" in text else text

    def _problem(
        self,
        row: dict[str, str],
        column: str,
        code: str,
        value: str,
        known: Iterable[str] = (),
        *,
        detail: str = "",
    ) -> None:
        self._note(row[TABLE], int(row[LINE]), column, code, value, known, detail=detail)

    def _note(
        self,
        table: str,
        line: int,
        column: str,
        code: str,
        value: str = "",
        known: Iterable[str] = (),
        *,
        detail: str = "",
    ) -> None:
        near = nearest(value, known)
        found = Problem(table, line, column, code, value, near, detail=detail)
        if found not in self.problems:
            self.problems.append(found)


def _unstated(key: str) -> t.Setting:
    """The row of a setting that every programme has, also one that does not state it."""
    switch, (vi, en) = SWITCHES[key], FOR_ANY[key]
    return t.Setting(key, switch.default, switch.allowed, "–", vi, en, "")


def column_names(kind: type[Any]) -> tuple[str, ...]:
    """Columns of the table whose rows become these values."""
    names = [spec.name for spec in fields(kind) if spec.name not in ("line", "table")]
    if "window" in names:
        at = names.index("window")
        names[at : at + 1] = ["from", "to"]
    return tuple(names)


def _part(facts: Mapping[str, Any], name: str) -> dict[str, str]:
    found = facts.get(name, {})
    return {key: str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _truth(text: str) -> bool:
    if text.lower() in ("yes", "true", "x", "1"):
        return True
    if text.lower() in ("no", "false", "0"):
        return False
    raise ValueError("yes / no")


def _window(text: str) -> tuple[str, str]:
    first, _, last = text.partition("|")
    return _date(first, "-01-01"), _date(last, "-12-31")


def _bad_end(window: str) -> tuple[str, str]:
    """Column and text of the end of a window that cannot be read."""
    first, _, last = window.partition("|")
    try:
        _date(first, "")
    except ValueError:
        return "from", first
    return "to", last


def _date(text: str, rest_of_year: str) -> str:
    text = text.strip()
    if re.fullmatch(r"\d{4}", text):
        return text + rest_of_year
    if text and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError("YYYY / YYYY-MM-DD")
    return text


_WANTED: dict[Callable[[str], Any], str] = {int: "a whole number", float: "a number"}
_BY_TYPE: dict[str, tuple[Callable[[str], Any], Any]] = {
    "str": (str, ""),
    "int": (int, 0),
    "int | None": (int, None),
    "float": (float, 0.0),
    "float | None": (float, None),
    "Decimal | None": (coefficient, None),
    "Dong | None": (whole, None),
    "bool": (_truth, False),
    "tuple[str, ...]": (split_list, ()),
    "tuple[Condition, ...]": (parse_conditions, ()),
    "tuple[Measured, ...]": (parse_measured, ()),
    "tuple[str, str]": (_window, ("", "")),
}
