"""Two modes of one plan, and the limits and dates that bind in one of them only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emubatch.programme.load import load
from emubatch.programme.problems import ProgrammeError

PLAN = "hatinh-models-2025"
Bench = Any  # the Workbench of conftest.py


def test_the_mode_is_a_setting() -> None:
    assert load(PLAN).mode == "tong_ket"
    assert load(PLAN, (("mode", "dang_ky"),)).mode == "dang_ky"
    assert load(PLAN).sha256 != load(PLAN, (("mode", "dang_ky"),)).sha256


@pytest.mark.parametrize(
    ("plan", "mode"), [(PLAN, "cuoi_ky"), (PLAN, "tong_ket|dang_ky"), ("bacgiang-models-2020", "x")]
)
def test_a_mode_that_does_not_exist_is_refused(plan: str, mode: str) -> None:
    with pytest.raises(ProgrammeError):
        load(plan, (("mode", mode),))


def test_what_binds_in_registration_only() -> None:
    final, registration = load(PLAN), load(PLAN, (("mode", "dang_ky"),))
    assert (final.limits, final.submission_deadline) == ((), None)
    assert [(q.scope, q.minimum, q.limit, q.kinds) for q in registration.limits] == [
        ("unit", 1, 2, ("collective", "individual")),
        ("", 4, 5, ("collective", "individual")),
    ]
    due = registration.submission_deadline
    assert due is not None
    assert (due.date, due.inclusive) == ("2021-03-25", False)


def test_kinds_that_do_not_share_a_limit_have_one_each() -> None:
    apart = load(PLAN, (("mode", "dang_ky"), ("per_unit_combined", "false"), ("per_unit_max", "1")))
    each = [(q.kind, q.limit) for q in apart.limits if q.scope == "unit"]
    assert each == [("collective", 1), ("individual", 1)]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("scope", "units", "unknown_choice"),
        ("mode", "dang-ky", "unknown_choice"),
        ("kind", "collective|person", "unknown_choice"),
        ("minimum", "3", "bad_range"),
    ],
)
def test_a_limit_that_cannot_be_is_named(
    bench: Callable[[str], Bench], column: str, value: str, code: str
) -> None:
    plan = bench(PLAN)
    line = plan.change("quotas", "collective|individual  unit", **{column: value})
    found = [p for p in plan.lint() if p.table == "quotas.csv"]
    assert [(p.line, p.column, p.code) for p in found] == [(line, column, code)]
