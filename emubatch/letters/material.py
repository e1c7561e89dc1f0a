"""What documents are made of: the tables of a run, the council's result, the plan, the office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from emubatch.letters.facts import Facts
from emubatch.programme.tables import Programme
from emubatch.vietnamese import natural_key

Row = Mapping[str, str]
Values = dict[str, Any]
DOTS = "……"
AWARD_LIST = "ma_kt"


@dataclass(frozen=True)
class Material:
    """One run and all that its documents show; nothing here is computed anew.

    Attributes:
        tables: name -> rows of ``data/*.csv``.
        decisions: rows of the council's ``decisions.csv``; None before the council.
        votes: rows of ``votes.csv``.
        limits: rows of ``limits.csv``: the limits of the plan beside what the council agrees on.
        money: rows of ``money.csv``: ``nominee`` and ``amount``; None without.
        as_of: reference date of the run, ISO.
        decision_number: as typed; empty leaves a place to write it.
        decision_date: ISO or empty.
        meeting_date: day of the council's meeting, ISO.
    """

    programme: Programme
    facts: Facts
    tables: Mapping[str, Sequence[Row]]
    decisions: Sequence[Row] | None
    votes: Sequence[Row]
    money: Sequence[Row] | None
    as_of: str
    decision_number: str = ""
    decision_date: str = ""
    meeting_date: str = ""
    limits: Sequence[Row] = ()

    def rows(self, table: str) -> Sequence[Row]:
        """The rows of a table; none when the plan has no such table."""
        return self.tables.get(table, ())

    @property
    def has_nominees(self) -> bool:
        """Whether the plan judges nominees."""
        return "nominees" in self.tables

    @property
    def registers(self) -> bool:
        """Whether it is only chosen who is registered: nobody is commended then."""
        return self.programme.mode == "dang_ky"

    @cached_property
    def units(self) -> dict[str, str]:
        """Unit code -> name, in the order of the codes."""
        rows = sorted(self.rows("units"), key=lambda row: natural_key(row["unit"]))
        return {row["unit"]: row["name"] or row["unit"] for row in rows}

    def unit(self, code: str) -> str:
        """Name of a unit; its code when the run does not say."""
        return self.units.get(code, code)

    @cached_property
    def labels(self) -> dict[tuple[str, str], str]:
        """(list, code) -> label."""
        return {(row.list, row.code): row.label_vi for row in self.programme.choices}

    def label(self, name: str, code: str) -> str:
        """Label of a code of a list; the code itself when the list has none."""
        return self.labels.get((name, code), code)

    def award(self, code: str) -> str:
        """Label of a title or form of commendation."""
        return self.label(AWARD_LIST, code)

    @cached_property
    def award_order(self) -> dict[str, int]:
        """Award code -> its place in the list."""
        return {row.code: at for at, row in enumerate(self.programme.lists.get(AWARD_LIST, ()))}

    @cached_property
    def own_awards(self) -> set[str]:
        """Awards that this office itself gives; also those that say nothing of a form."""
        level = self.facts.text("cap_ky")
        choices = self.programme.lists.get(AWARD_LIST, ())
        return {"", *(row.code for row in choices if level in row.issuers)}


# --- numbers and dates as a Vietnamese office writes them ----------------------------------------


def number(text: str) -> str:
    """A number of a table with dots for thousands and a comma: ``114.375``, ``32,82``."""
    try:
        shown = f"{Decimal(text):,f}"
    except InvalidOperation:
        return text
    return shown.removesuffix(".0").translate(_MARKS)


_MARKS = str.maketrans(",.", ".,")


def day_text(iso: str) -> str:
    """A day as ``20/7/2020``, a month as ``7/2020``, anything else as it is."""
    parts = iso.split("-")
    if not all(part.isdigit() for part in parts):
        return iso
    return "/".join(str(int(part)) for part in reversed(parts))


def long_day(iso: str) -> str:
    """``ngày 20 tháng 7 năm 2020``; places to write where the day is not known.

    A day below ten, and January and February, get a leading zero, as the rules for documents ask.
    """
    if not iso:
        return f"ngày {DOTS} tháng {DOTS} năm {DOTS}"
    year, month, day = iso.split("-")
    return f"ngày {day} tháng {month if int(month) < 3 else int(month)} năm {year}"


def signed(own: str, symbol: str) -> str:
    """Number and symbol of a document: ``45/QĐ-SCT``; a place to write without a number."""
    if "/" in own:
        return own
    return f"{own or DOTS}/{symbol}"
