"""The proofs in small, the same every time; ``docs/reliability.md`` has the long runs."""

from __future__ import annotations

import sys

import pytest

from tests.proof import fuzz, kill
from tests.proof.forms import FORMS
from tests.proof.mutate import mutant


@pytest.mark.parametrize("plan", FORMS)
def test_mutants_of_every_plan_come_to_a_status(plan: str) -> None:
    result = fuzz.run(40, first=7_000_000, plans=[plan], with_libreoffice=False)
    assert result.wrong == []
    assert sum(result.statuses.values()) == result.mutants == 40
    assert {kind for kind, _ in result.statuses} == {"xlsx", "csv", "html", "xml"}


def test_a_mutant_depends_on_its_number_alone() -> None:
    data = b"a;b\n1;2\n" * 9
    assert mutant(data, "csv", 3) == mutant(data, "csv", 3)
    assert len({mutant(data, "csv", seed) for seed in range(40)}) > 20


@pytest.mark.skipif(sys.platform == "win32", reason="kills by POSIX signals")
def test_a_killed_month_is_old_or_new_and_runs_again_to_the_same_bytes() -> None:
    result = kill.run(2, seed=5)
    assert result.wrong == []
    assert result.trials == 2
