"""Checks of a programme's tables before any file is read."""

from __future__ import annotations

from emubatch.programme.problems import Problem
from emubatch.programme.tables import Programme


def lint(programme: Programme) -> list[Problem]:
    """Everything wrong with a programme, in table order."""
    return []
