"""Reads, checks, merges and judges a month, and writes no workbook.

``python -m benchmarks.stages FOLDER [JOBS]`` prints the CPU seconds of each stage: of this process,
and of the workers once they have ended.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emubatch import intake
from emubatch.checks.across import across_units
from emubatch.engine import open_engine
from emubatch.model import CheckedForm
from emubatch.per_file import ReadTask, read_and_check
from emubatch.programme.load import load
from emubatch.roster import read_roster

PROGRAMME = "bacgiang-models-2020"


def main() -> None:
    folder = Path(sys.argv[1])
    jobs = int(sys.argv[2]) if len(sys.argv) > 2 else os.cpu_count() or 1
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does
    programme = load(PROGRAMME)
    with stage("roster"):
        roster = read_roster(folder / "roster.csv", programme)
    with stage("read and check"):
        forms = read(folder / "inbox", jobs)
    with stage("import pandas"):
        from emubatch.merge import merge, settle
        from emubatch.outcome import decide
        from emubatch.rules import apply_rules
    with stage("merge"):
        data = merge(forms, roster.units, programme, programme.as_of)
    with stage("across units"):
        data.findings.extend(across_units(data, programme))
    with stage("rules"):
        rules = apply_rules(data, programme, programme.as_of)
        data.findings.extend(rules.findings)
    with stage("outcome"):
        settle(data)
        result = decide(data, rules, programme, {"as_of": programme.as_of})
    counts = result.nominees["eligibility"].value_counts().to_dict()
    print(len(result.nominees), "nominees", counts, len(result.findings), "findings")


def read(inbox: Path, jobs: int, programme: str = PROGRAMME) -> list[CheckedForm]:
    tasks = [ReadTask(file, programme) for file in intake.scan(inbox)]
    forms: dict[int, CheckedForm] = {}
    with open_engine(jobs) as engine:
        for index, form in engine.map(read_and_check, tasks):
            if not isinstance(form, CheckedForm):
                raise RuntimeError(f"{tasks[index].file.name}: {form}")
            forms[index] = form
    return [forms[index] for index in range(len(tasks))]


@contextmanager
def stage(name: str) -> Iterator[None]:
    before = cpu()
    yield
    print(f"{name}: {cpu() - before:.2f} s")


def cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    main()
