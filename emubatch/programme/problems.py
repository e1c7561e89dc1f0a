"""What can be wrong with a programme: values with an address, and the exception that carries them.

``problems.csv`` holds the words of each code in Vietnamese and English; ``{value}`` is the text
found, ``{detail}`` further words.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from emubatch.model import Lang

_WORDS = Path(__file__).with_name("problems.csv")


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of a programme table.

    ``line`` is the line of the CSV file or the row of the sheet, 0 when it is about the table.
    ``cell`` is where that is in a workbook, ``Tiêu chuẩn!F14``; ``label_vi`` and ``label_en`` say
    what the row is about where its key would tell nobody.
    """

    table: str
    line: int
    column: str
    code: str
    value: str
    nearest: tuple[str, ...] = ()
    severity: str = "error"
    detail: str = ""
    cell: str = ""
    label_vi: str = ""
    label_en: str = ""


class ProgrammeError(Exception):
    """The programme cannot be used; ``problems`` says everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(describe(problem, "en") for problem in problems))


class Words(NamedTuple):
    """The words of one code of problem."""

    vi: str
    en: str


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Words]:
    """Code of problem -> its words."""
    with _WORDS.open(encoding="utf-8", newline="") as file:
        return {row["code"]: Words(row["vi"], row["en"]) for row in csv.DictReader(file)}


def describe(problem: Problem, lang: Lang = "vi") -> str:
    """One line for people: ``criteria.csv:12 of: what is wrong; nearest right names``.

    Of a workbook, ``Tiêu chuẩn!F14 of: …``.
    """
    words = catalogue()[problem.code]
    detail = problem.detail if lang == "en" else _in_vietnamese(problem.detail)
    text = (words.en if lang == "en" else words.vi).format(value=problem.value, detail=detail)
    label = problem.label_en if lang == "en" else problem.label_vi
    text = f"{label}: {text}" if label else text
    place = problem.cell or problem.table + (f":{problem.line}" if problem.line else "")
    where = " ".join(filter(None, (place, problem.column)))
    if not problem.nearest:
        return f"{where}: {text}"
    near = "nearest" if lang == "en" else "gần nhất"
    return f"{where}: {text}; {near}: {', '.join(problem.nearest)}"


# What a cell must be, as the checks say it -> in Vietnamese; the others are the same in both.
_DETAILS = {
    "a number": "số",
    "a whole number": "số nguyên",
    "yes / no": "yes hoặc no",
    "YYYY / YYYY-MM-DD": "NĂM hoặc NĂM-THÁNG-NGÀY",
}


def _in_vietnamese(detail: str) -> str:
    detail = detail.replace(": expected field = VALUE|VALUE", ": cần viết cột = MÃ|MÃ")
    detail = detail.replace(": expected Sheet.field : CODE|CODE+", ": cần viết Trang.cột : MÃ|MÃ+")
    detail = detail.replace(": expected key = value", ": cần viết khóa = giá trị")
    return _DETAILS.get(detail, detail)


class Labelled(dict[str, str]):
    """Codes with their labels: people write either."""


def nearest(text: str, known: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """The known names most like this text, best first; of ``Labelled`` also by their labels."""
    by_fold: dict[str, str] = {}
    for name in known:
        by_fold.setdefault(name.casefold(), name)
    if isinstance(known, Labelled):
        for name, label in known.items():
            by_fold.setdefault(str(label).casefold(), name)
    found = difflib.get_close_matches(text.casefold(), by_fold, n=count, cutoff=0.5)
    return tuple(dict.fromkeys(by_fold[name] for name in found))


def or_one_of(names: Sequence[str]) -> str:
    """« (A, B?)» for the end of a sentence, or nothing."""
    return f" ({', '.join(names)}?)" if names else ""


@dataclass(frozen=True, slots=True)
class Table:
    """Collects the problems of one table: ``table.add(row.line, "of", "unknown_field", "x")``."""

    name: str
    problems: list[Problem]

    def add(
        self,
        line: int,
        column: str,
        code: str,
        value: str = "",
        known: Iterable[str] = (),
        *,
        detail: str = "",
        severity: str = "error",
    ) -> None:
        """Note a problem; ``known`` are the right names, of which the nearest are shown."""
        near = nearest(value, known)
        found = Problem(self.name, line, column, code, value, near, severity, detail)
        if found not in self.problems:
            self.problems.append(found)

    def twice(self, rows: Iterable[tuple[int, str]], column: str) -> None:
        """A problem for every key that stands in an earlier line already."""
        seen: dict[str, int] = {}
        for line, key in rows:
            if key in seen:
                self.add(line, column, "duplicate", key, detail=str(seen[key]))
            seen.setdefault(key, line)

    def one_of(self, line: int, column: str, value: str, allowed: Sequence[str]) -> bool:
        """Whether a value is among the words allowed; a problem when it is not."""
        if value in allowed:
            return True
        shown = ", ".join(word for word in allowed if word)
        self.add(line, column, "unknown_choice", value, allowed, detail=shown)
        return False
