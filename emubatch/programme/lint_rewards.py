"""Lint of a programme's reward money (tiền thưởng)."""

from __future__ import annotations

from emubatch.programme.money import lint_money
from emubatch.programme.problems import Problem, Table
from emubatch.programme.tables import Programme


def lint_rewards(programme: Programme, problems: list[Problem]) -> None:
    """The tables of money of a programme; its awards are codes of its lists."""
    lint_money(programme.rewards, programme.base_salary, problems)
    table = Table("rewards.csv", problems)
    codes = [choice.code for choice in programme.choices if choice.axis]
    for row in programme.rewards:
        if row.award not in codes:
            table.add(row.line, "award", "bad_code", row.award, codes, detail="ma_kt")
