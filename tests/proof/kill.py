"""Kills a month at random moments: ``python -m tests.proof.kill --trials 200``.

Each trial starts a run and kills it with its workers after a random time, every third one while it
publishes. It looks at what is there: no month, the old one untouched, or the new one whole. Then
the run is started again and must end with the bytes that an undisturbed run gives, and leave
nothing beside them.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from emubatch.month import run_month
from emubatch.request import MonthRequest
from tests.proof.forms import SAMPLES
from tests.proof.report import write

PLAN = "bacgiang-models-2020"
FILES = ("SCT-VP.xlsx", "DN-03.xlsx", "DN-12 (mat khau).xlsx", "TT Tu van CN.xlsx")
Tree = dict[str, str]
PUBLISHING = 1e6  # a time from here on counts from the moment at which publishing begins
WINDOW = 0.06  # seconds that publishing takes, and a little more


@dataclass
class Result:
    """What the trials found; ``wrong`` is what must not be."""

    trials: int = 0
    seconds: float = 0.0
    found: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def request(inbox: Path, out: Path, jobs: int) -> MonthRequest:
    """A run over a few forms, in this process or with a worker."""
    return MonthRequest(PLAN, inbox, out, jobs=jobs, replace=True)


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


def tree(folder: Path) -> Tree:
    """Path -> hash of every file below a folder; empty when there is none."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def start(inbox: Path, out: Path, jobs: int) -> int:
    """A run in a process of its own; this one has loaded everything, so that no time goes there."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setsid()
        run_month(request(inbox, out, jobs), silent)
        code = 0
    finally:
        os._exit(code)


def run_whole(inbox: Path, out: Path, jobs: int = 0) -> float:
    """A run that nobody disturbs; how long it took."""
    started = time.monotonic()
    _, status = os.waitpid(start(inbox, out, jobs), 0)
    if status:
        raise RuntimeError(f"run ended with {status}")
    return time.monotonic() - started


def killed(inbox: Path, out: Path, jobs: int, after: float) -> bool:
    """Whether the run was killed, with its workers, before it ended by itself."""
    pid = start(inbox, out, jobs)
    until = time.monotonic() + after if after < PUBLISHING else None
    while until is None or time.monotonic() < until:
        if os.waitpid(pid, os.WNOHANG)[0]:
            return False
        if until is None and list(out.parent.glob(f".{out.name}.part-*/manifest.json")):
            until = time.monotonic() + after - PUBLISHING
        time.sleep(0.0005)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def run(trials: int, seed: int) -> Result:
    """The trials, one after another."""
    chance, result = random.Random(seed), Result()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        inbox, other = folder / "inbox", folder / "earlier"
        for path, names in ((inbox, FILES), (other, FILES[:2])):
            path.mkdir()
            for name in names:
                shutil.copy(SAMPLES / PLAN / "inbox" / name, path)
        run_month(request(inbox, folder / "warm", 0), silent)
        run_whole(other, folder / "old")
        long = [run_whole(inbox, folder / "new", jobs) for jobs in (0, 1)]
        new, old = tree(folder / "new"), tree(folder / "old")
        started = time.monotonic()
        for number in range(trials):
            home = folder / str(number)
            home.mkdir()
            jobs, before = number % 2, folder / "old" if number % 4 < 2 else None
            after = chance.random() * long[jobs] * 1.05
            if number % 3 == 0:
                after = PUBLISHING + chance.random() * WINDOW
            trial(Trial(inbox, before, home, jobs, after), old, new, result)
            shutil.rmtree(home)
        result.seconds = time.monotonic() - started
    return result


@dataclass(frozen=True)
class Trial:
    """One run to kill: its forms, the older month if any, where, how and when."""

    inbox: Path
    before: Path | None
    home: Path
    jobs: int
    after: float


def trial(one: Trial, old: Tree, new: Tree, result: Result) -> None:
    """One run killed, looked at, and run again."""
    out, when = one.home / "out", f"killed after {one.after:.3f} s"
    if one.before:
        shutil.copytree(one.before, out)
    ended = not killed(one.inbox, out, one.jobs, one.after)
    seen = tree(out)
    states = {
        "new month": new,
        "old month" if one.before else "no month": old if one.before else {},
    }
    state = next((name for name, wanted in states.items() if seen == wanted), "half a month")
    aside = list(one.home.glob(".out.old-*"))
    if one.before and not seen and aside and tree(aside[0]) == old:
        state = "old month moved aside"
    result.trials += 1
    result.found["ended first" if ended else state] += 1
    if state == "half a month" or (ended and state != "new month"):
        result.wrong.append(f"{when}: {sorted(seen)[:5]}")
    run_whole(one.inbox, out)
    if tree(out) != new:
        result.wrong.append(f"{when}: other bytes when run again")
    beside = sorted(path.name for path in one.home.iterdir() if path != out)
    if beside:
        result.wrong.append(f"{when}: left {beside}")


def report(result: Result) -> str:
    """The figures as lines of Markdown."""
    lines = [f"{result.trials} kills in {result.seconds:.0f} s, {len(result.wrong)} wrong", ""]
    lines += ["| found after the kill | times |", "|---|---|"]
    lines += [f"| {name} | {count} |" for name, count in sorted(result.found.items())]
    return "\n".join([*lines, *result.wrong])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="into docs/reliability.md")
    options = parser.parse_args()
    result = run(options.trials, options.seed)
    print(report(result))
    if options.write:
        write("kills", report(result))
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
