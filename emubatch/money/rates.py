"""Which coefficient and which base salary hold on a day: the shared rows, the plan's, the office's.

A row of a later source takes the place of an earlier one of the same key; among the rows that hold
on a day the newest decides. A row without a figure decides too: then nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from emubatch.programme.load import build
from emubatch.programme.money import BaseSalary, Reward, lint_money
from emubatch.programme.problems import ProgrammeError
from emubatch.programme.source import SHARED, Row, Source, builtin_root, read_table
from emubatch.programme.tables import Programme

TABLES = ("rewards", "base_salary")


@dataclass(frozen=True)
class Rates:
    """Coefficients and base salaries, dated."""

    rewards: tuple[Reward, ...] = ()
    salaries: tuple[BaseSalary, ...] = ()

    def over(self, other: Rates) -> Rates:
        """These rows, and those of another source that they do not replace.

        A row without a figure takes no other's place.
        """
        rewards = {(row.award, row.kind, row.valid_from): row for row in other.rewards}
        for row in self.rewards:
            key = (row.award, row.kind, row.valid_from)
            rewards[key] = row if row.coefficient is not None else rewards.get(key, row)
        salaries = {row.valid_from: row for row in other.salaries}
        for own in self.salaries:
            known = salaries.get(own.valid_from, own)
            salaries[own.valid_from] = own if own.amount is not None else known
        return Rates(tuple(rewards.values()), tuple(salaries.values()))

    @cached_property
    def _by_award(self) -> dict[tuple[str, str], list[Reward]]:
        found: dict[tuple[str, str], list[Reward]] = {}
        for row in self.rewards:
            found.setdefault((row.award, row.kind), []).append(row)
        return found

    def reward(self, award: str, kind: str, day: str) -> Reward | None:
        """The row that holds for an award on the day of its decision."""
        rows = (
            row
            for row in self._by_award.get((award, kind), ())
            if row.valid_from <= day <= (row.valid_to or day)
        )
        return max(rows, key=lambda row: row.valid_from, default=None)

    def salary(self, day: str) -> BaseSalary | None:
        """The base salary of a day."""
        rows = (row for row in self.salaries if row.valid_from <= day)
        return max(rows, key=lambda row: row.valid_from, default=None)


@lru_cache(maxsize=1)
def shared_rates() -> Rates:
    """The rates that come with the package: only figures whose source was read.

    Raises:
        ProgrammeError: when the tables are broken.
    """
    found = shared_tables()
    columns = {f"{name}.csv": header for name, (header, _) in found.items()}
    return rates_from({name: rows for name, (_, rows) in found.items()}, columns)


def shared_tables() -> dict[str, tuple[tuple[str, ...], list[Row]]]:
    """Table -> its header and rows, as they come with the package."""
    paths = {name: builtin_root() / SHARED / f"{name}.csv" for name in TABLES}
    return {name: read_table(path.name, path.read_bytes()) for name, path in paths.items()}


def rates_from(rows: Mapping[str, list[Row]], columns: Mapping[str, tuple[str, ...]]) -> Rates:
    """Rates of raw tables.

    Raises:
        ProgrammeError: with all that is wrong with them.
    """
    programme, problems = build(Source("", {}, rows, columns, ""), {})
    found = [one for one in problems if one.table.removesuffix(".csv") in TABLES]
    found = [one for one in found if one.code != "missing_table"]
    lint_money(programme.rewards, programme.base_salary, found)
    if found:
        raise ProgrammeError(found)
    return Rates(programme.rewards, programme.base_salary)


def rates_of(programme: Programme, office: Rates | None = None) -> Rates:
    """The rates for a plan: the shared rows, over them the plan's own, over them the office's."""
    own = Rates(programme.rewards, programme.base_salary)
    return (office or Rates()).over(own.over(shared_rates()))
