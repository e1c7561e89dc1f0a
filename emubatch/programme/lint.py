"""Checks of a programme's tables before any file is read, each problem with its nearest name.

The plan itself is linted too: quotas against the stated total, dates in order, scorecard sums.
What its document says of itself is looked over apart, in ``lint_figures``.
"""

from __future__ import annotations

import re

from emubatch.programme.conditions import is_date
from emubatch.programme.lint_criteria import lint_criteria
from emubatch.programme.lint_delegates import lint_delegates
from emubatch.programme.lint_figures import lint_figure_rows
from emubatch.programme.lint_form import lint_choices, lint_fields, lint_sheets
from emubatch.programme.lint_limits import lint_deadlines, lint_dossier, lint_settings
from emubatch.programme.lint_quotas import lint_quotas, lint_ranking
from emubatch.programme.lint_rewards import lint_rewards
from emubatch.programme.lint_scorecard import lint_indicators, lint_options, lint_scorecard
from emubatch.programme.lint_targets import lint_targets
from emubatch.programme.problems import Problem, Table
from emubatch.programme.roles import MODES
from emubatch.programme.tables import Programme

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def lint(programme: Programme) -> list[Problem]:
    """Everything wrong with a programme, in the order in which its tables are written."""
    problems: list[Problem] = []
    _lint_header(programme, Table("programme.toml", problems))
    lint_sheets(programme, problems)
    lint_fields(programme, problems)
    lint_choices(programme, problems)
    lint_criteria(programme, problems)
    lint_quotas(programme, problems)
    lint_ranking(programme, problems)
    lint_scorecard(programme, problems)
    lint_options(programme, problems)
    lint_indicators(programme, problems)
    lint_targets(programme, problems)
    lint_delegates(programme, problems)
    lint_deadlines(programme, problems)
    lint_dossier(programme, problems)
    lint_settings(programme, problems)
    lint_figure_rows(programme, problems)
    lint_rewards(programme, problems)
    return problems


def _lint_header(programme: Programme, table: Table) -> None:
    facts = {
        "id": programme.id,
        "version": programme.version,
        "title.vi": programme.title_vi,
        "as_of": programme.as_of,
    }
    for name, text in facts.items():
        if not text:
            table.add(0, name, "missing_fact")
    if programme.id and not _ID.fullmatch(programme.id):
        table.add(0, "id", "bad_cell", programme.id, detail="a-z, 0-9, -")
    table.one_of(0, "mode", programme.mode, MODES)
    dates = {
        "as_of": programme.as_of,
        "period.from": programme.period_from,
        "period.to": programme.period_to,
    }
    for name, text in dates.items():
        if text and not is_date(text):
            table.add(0, name, "bad_date", text)
    if programme.period_from > programme.period_to > "":
        span = f"{programme.period_from} – {programme.period_to}"
        table.add(0, "period", "window_inverted", span)
