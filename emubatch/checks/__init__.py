"""Checks of what was read: one submission -> typed tables and all its findings."""

from __future__ import annotations

from emubatch.checks.form import FormChecker
from emubatch.model import CheckedForm, Submission
from emubatch.programme.tables import Programme

__all__ = ["check"]

_checkers: dict[int, FormChecker] = {}


def check(submission: Submission, programme: Programme) -> CheckedForm:
    """Types every cell of a submission and finds everything that is wrong with it in one pass.

    The checker of a programme is kept: parsed values are remembered from form to form.
    """
    checker = _checkers.get(id(programme))
    if checker is None or checker.programme is not programme:
        _checkers.clear()
        checker = _checkers[id(programme)] = FormChecker(programme)
    return checker.check(submission)
