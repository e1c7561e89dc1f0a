"""Reads a programme from its tables: a folder of ``programme.toml`` and UTF-8 CSV files.

``load`` returns a programme that has passed the lint, or raises ``ProgrammeError`` with every
problem found: table, line, column, what is wrong, the nearest right name.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from emubatch.programme import tables as t
from emubatch.programme.conditions import (
    NotationError,
    parse_conditions,
    parse_measured,
    parse_options,
    split_list,
)
from emubatch.programme.operators import SWITCHES, TESTS
from emubatch.programme.problems import Problem, ProgrammeError, nearest

SHARED = "_shared"
_REFERENCE = re.compile(r"\$(\w+)")


@dataclass(frozen=True, slots=True)
class Source:
    """The raw tables of a programme: header facts and rows of text, each with its line."""

    name: str
    facts: Mapping[str, Any]
    rows: Mapping[str, list[dict[str, str]]]
    sha256: str


def builtin_root() -> Path:
    """Folder of the programmes that come with the package."""
    return Path(str(files("emubatch") / "programmes"))


def builtin_ids() -> tuple[str, ...]:
    """Ids of the programmes that come with the package, sorted."""
    return tuple(
        sorted(p.parent.name for p in builtin_root().glob("*/programme.toml") if p.parent.is_dir())
    )


def locate(reference: str) -> Path:
    """The folder of a programme given by id or by path.

    Raises:
        ProgrammeError: naming the nearest id when there is no such programme.
    """
    if reference in builtin_ids():
        return builtin_root() / reference
    path = Path(reference)
    if path.is_dir() and (path / "programme.toml").is_file():
        return path
    raise ProgrammeError(
        [Problem("programme", 0, "id", "unknown_programme", reference, nearest(reference, builtin_ids()))]
    )


@lru_cache(maxsize=8)
def load(reference: str, overrides: tuple[tuple[str, str], ...] = ()) -> t.Programme:
    """The programme with this id or at this path, linted; ``overrides`` replace settings.

    Raises:
        ProgrammeError: with all problems of the tables.
    """
    from emubatch.programme.lint import lint

    source = read_folder(locate(reference))
    programme, problems = build(source, dict(overrides))
    problems = problems or [p for p in lint(programme) if p.severity == "error"]
    if problems:
        raise ProgrammeError(problems)
    return programme


def read_folder(folder: Path) -> Source:
    """Raw tables of a programme folder, the shared lists included.

    Raises:
        ProgrammeError: when the header file is not TOML or a table is not UTF-8 CSV.
    """
    digest = hashlib.sha256()
    header = (folder / "programme.toml").read_bytes()
    digest.update(header)
    try:
        facts = tomllib.loads(header.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProgrammeError(
            [Problem("programme.toml", 0, "", "not_toml", str(error), ())]
        ) from error
    rows: dict[str, list[dict[str, str]]] = {}
    shared = builtin_root() / SHARED
    for path in [*sorted(shared.glob("*.csv")), *sorted(folder.glob("*.csv"))]:
        content = path.read_bytes()
        digest.update(path.name.encode() + content)
        rows.setdefault(path.stem, []).extend(_read_csv(path, content))
    return Source(str(folder), facts, rows, digest.hexdigest())


def _read_csv(path: Path, content: bytes) -> list[dict[str, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProgrammeError([Problem(path.name, 0, "", "not_utf8", str(error), ())]) from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    found = []
    for row in reader:
        if None in row or None in row.values():
            raise ProgrammeError(
                [Problem(path.name, reader.line_num, "", "ragged_row", "", ())]
            )
        cleaned = {key.strip(): (value or "").strip() for key, value in row.items()}
        if any(cleaned.values()):
            found.append({**cleaned, "_line": str(reader.line_num), "_table": path.name})
    return found


def build(source: Source, overrides: Mapping[str, str]) -> tuple[t.Programme, list[Problem]]:
    """The programme of raw tables, and what could not be understood while building it."""
    builder = _Builder(source, overrides)
    return builder.programme(), builder.problems


class _Builder:
    """Turns rows of text into rows of values, collecting every problem."""

    def __init__(self, source: Source, overrides: Mapping[str, str]) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.settings = self._settings(overrides)
        self.values = {row.key: row.value for row in self.settings}
        self.used: set[str] = set()

    def programme(self) -> t.Programme:
        facts = self.source.facts
        title = facts.get("title", {})
        period = facts.get("period", {})
        return t.Programme(
            id=str(facts.get("id", "")),
            version=str(facts.get("version", "")),
            title_vi=title.get("vi", ""),
            title_en=title.get("en", title.get("vi", "")),
            document={key: str(value) for key, value in facts.get("document", {}).items()},
            period_from=str(period.get("from", "")),
            period_to=str(period.get("to", "")),
            period_label=str(period.get("label", "")),
            as_of=str(facts.get("as_of", "")),
            mode=str(facts.get("mode", "tong_ket")),
            source=self.source.name,
            sha256=self._digest(),
            accepted_versions=tuple(str(v) for v in facts.get("accepted_versions", ())),
            sheets=tuple(self._rows("sheets", t.Sheet)),
            fields=tuple(self._rows("fields", t.Field)),
            choices=self._choices(),
            criteria=tuple(self._criteria()),
            quotas=tuple(self._rows("quotas", t.Quota)),
            scorecard=tuple(self._rows("scorecard", t.ScoreRow)),
            options=tuple(self._rows("options", t.ScoreOption)),
            indicators=tuple(self._rows("indicators", t.Indicator)),
            deadlines=tuple(self._rows("deadlines", t.Deadline)),
            dossier=tuple(self._rows("dossier", t.DossierPart)),
            settings=self.settings,
            facts={key: str(value) for key, value in facts.get("facts", {}).items()},
            used_settings=frozenset(self.used),
        )

    def _digest(self) -> str:
        changed = "".join(f"{row.key}={row.value}\n" for row in self.settings)
        return hashlib.sha256((self.source.sha256 + changed).encode()).hexdigest()

    def _settings(self, overrides: Mapping[str, str]) -> tuple[t.Setting, ...]:
        self.values: dict[str, str] = {}
        rows = list(self._rows("settings", t.Setting))
        known = {row.key for row in rows}
        for key in overrides:
            if key not in known:
                self.problems.append(
                    Problem("settings.csv", 0, "key", "unknown_setting", key, nearest(key, known))
                )
        return tuple(
            row
            if row.key not in overrides
            else t.Setting(**{**_as_dict(row), "value": overrides[row.key]})
            for row in rows
        )

    def _choices(self) -> tuple[t.Choice, ...]:
        """Shared lists, with any list that the programme states itself taking its place."""
        rows = list(self._rows("choices", t.Choice))
        raw = self.source.rows.get("choices", [])
        own = {
            row.list
            for row, text in zip(rows, raw, strict=True)
            if text["_table"] == "choices.csv"
        }
        shared = list(self._rows("lists", t.Choice))
        return tuple([row for row in shared if row.list not in own] + rows)

    def _criteria(self) -> Iterator[t.Criterion]:
        for row in self.source.rows.get("criteria", []):
            written = self._cell(row, "options", parse_options, {})
            row = {**row, "options": "", "threshold": self._threshold(row)}
            yield self._row(row, t.Criterion, {"options": self._switches(row, written)})

    def _threshold(self, row: dict[str, str]) -> str:
        """The limit of a criterion; ``@ID`` stands for the date of that deadline."""
        text = row.get("threshold", "")
        if not text.startswith("@"):
            return text
        dates = {d.get("id", ""): d.get("date", "") for d in self.source.rows.get("deadlines", [])}
        if text[1:] not in dates:
            self._problem(row, "threshold", "unknown_deadline", text[1:], tuple(dates))
        return dates.get(text[1:], "")

    def _switches(self, row: dict[str, str], written: dict[str, str]) -> dict[str, str]:
        test = TESTS.get(row.get("test", ""))
        if test is None:
            return {}
        for key in written:
            if key not in test.switches:
                self._problem(row, "options", "unknown_switch", key, test.switches)
        found = {}
        for key in test.switches:
            text = written.get(key, self.values.get(key, SWITCHES[key].default))
            found[key] = dict(SWITCHES[key].aliases).get(text, text)
            if key not in written and key in self.values:
                self.used.add(key)
        return found

    def _rows(self, table: str, kind: type[Any]) -> Iterator[Any]:
        for row in self.source.rows.get(table, []):
            yield self._row(row, kind, {})

    def _row(self, row: dict[str, str], kind: type[Any], given: dict[str, Any]) -> Any:
        row = self._columns_checked(row, kind)
        values = {"line": int(row["_line"]), **given}
        for spec in fields(kind):
            if spec.name not in values:
                convert, blank = _CONVERT[spec.name, kind] if (spec.name, kind) in _CONVERT else _BY_TYPE[str(spec.type)]
                values[spec.name] = self._cell(row, spec.name, convert, blank)
        return kind(**values)

    def _columns_checked(self, row: dict[str, str], kind: type[Any]) -> dict[str, str]:
        """The row with window columns joined; unknown columns are problems, once a table."""
        known = {spec.name for spec in fields(kind)} | {"from", "to"}
        for column in row:
            if column not in known and not column.startswith("_"):
                self._problem(row, column, "unknown_column", column, known, once=True)
        if kind is t.Criterion:
            row = {**row, "window": f"{row.get('from', '')}|{row.get('to', '')}"}
        return row

    def _cell(
        self, row: dict[str, str], column: str, convert: Callable[[str], Any], blank: Any
    ) -> Any:
        text = self._substituted(row, column)
        if not text:
            return blank
        try:
            return convert(text)
        except (NotationError, ValueError) as error:
            self._problem(row, column, "bad_cell", f"{text} ({error})", ())
            return blank

    def _substituted(self, row: dict[str, str], column: str) -> str:
        """Cell text with ``$setting`` replaced by the setting's value."""

        def value(match: re.Match[str]) -> str:
            key = match.group(1)
            self.used.add(key)
            if key not in self.values:
                self._problem(row, column, "unknown_setting", key, tuple(self.values))
            return self.values.get(key, "")

        return _REFERENCE.sub(value, row.get(column, ""))

    def _problem(
        self,
        row: dict[str, str],
        column: str,
        code: str,
        value: str,
        known: Any,
        once: bool = False,
    ) -> None:
        found = Problem(
            row["_table"], 0 if once else int(row["_line"]), column, code, value, nearest(value, known)
        )
        if found not in self.problems:
            self.problems.append(found)


def _as_dict(row: Any) -> dict[str, Any]:
    return {spec.name: getattr(row, spec.name) for spec in fields(row)}


def _truth(text: str) -> bool:
    if text.lower() in ("yes", "true", "x", "1"):
        return True
    if text.lower() in ("no", "false", "0"):
        return False
    raise ValueError("expected yes or no")


def _window(text: str) -> tuple[str, str]:
    first, _, last = text.partition("|")
    return _date(first, "-01-01"), _date(last, "-12-31")


def _date(text: str, rest_of_year: str) -> str:
    text = text.strip()
    if re.fullmatch(r"\d{4}", text):
        return text + rest_of_year
    if text and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError("expected YYYY or YYYY-MM-DD")
    return text


_BY_TYPE: dict[str, tuple[Callable[[str], Any], Any]] = {
    "str": (str, ""),
    "int": (int, 0),
    "float": (float, 0.0),
    "float | None": (float, None),
    "bool": (_truth, False),
    "tuple[str, ...]": (split_list, ()),
    "tuple[Condition, ...]": (parse_conditions, ()),
    "tuple[Measured, ...]": (parse_measured, ()),
    "tuple[str, str]": (_window, ("", "")),
}
_CONVERT: dict[tuple[str, type[Any]], tuple[Callable[[str], Any], Any]] = {}
