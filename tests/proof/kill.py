"""Kills a month at random moments: ``python -m tests.proof.kill --trials 200``.

Each trial starts ``emubatch run``, kills it with all its workers after a random time, and looks at
what is there: no month, the old one untouched, or the new one whole. Then the run is started again
and must end with the bytes that an undisturbed run gives, and leave nothing beside them.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.proof.forms import SAMPLES
from tests.proof.report import write

PLAN = "bacgiang-models-2020"
FILES = ("SCT-VP.xlsx", "DN-03.xlsx", "DN-12 (mat khau).xlsx", "TT Tu van CN.xlsx")
Tree = dict[str, str]


@dataclass
class Result:
    """What the trials found; ``wrong`` is what must not be."""

    trials: int = 0
    seconds: float = 0.0
    found: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def command(inbox: Path, out: Path) -> list[str]:
    """A run over a few forms, with one worker process."""
    head = [sys.executable, "-m", "emubatch", "run", "--programme", PLAN, "--jobs", "1"]
    return [*head, "--inbox", str(inbox), "--out", str(out), "--replace"]


def tree(folder: Path) -> Tree:
    """Path -> hash of every file below a folder; empty when there is none."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def run_whole(inbox: Path, out: Path) -> float:
    """A run that nobody disturbs; how long it took."""
    started = time.monotonic()
    subprocess.run(command(inbox, out), check=True, capture_output=True, timeout=600)
    return time.monotonic() - started


def killed(inbox: Path, out: Path, after: float) -> bool:
    """Whether the run was killed before it ended by itself."""
    process = subprocess.Popen(
        command(inbox, out),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


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
        long = max(run_whole(inbox, folder / "new"), run_whole(other, folder / "old"))
        new, old = tree(folder / "new"), tree(folder / "old")
        started = time.monotonic()
        for number in range(trials):
            home = folder / str(number)
            home.mkdir()
            trial(
                inbox,
                folder / "old" if number % 2 else None,
                home,
                chance.random() * long * 1.05,
                old,
                new,
                result,
            )
            shutil.rmtree(home)
        result.seconds = time.monotonic() - started
    return result


def trial(
    inbox: Path, before: Path | None, home: Path, after: float, old: Tree, new: Tree, result: Result
) -> None:
    """One run killed, looked at, and run again."""
    out = home / "out"
    if before:
        shutil.copytree(before, out)
    ended = not killed(inbox, out, after)
    seen = tree(out)
    states = {"new month": new, "old month": old if before else {}}
    state = next((name for name, wanted in states.items() if seen == wanted), "")
    if before and not seen and (aside := list(home.glob(".out.old-*"))):
        state = "old month moved aside" if tree(aside[0]) == old else ""
    state = "no month" if state == "old month" and not before else state
    result.trials += 1
    result.found["ended first" if ended else state or "half a month"] += 1
    if not state or (ended and state != "new month"):
        result.wrong.append(f"killed after {after:.3f} s: {sorted(seen)[:5]}")
    run_whole(inbox, out)
    if tree(out) != new:
        result.wrong.append(f"killed after {after:.3f} s: other bytes when run again")
    beside = sorted(path.name for path in home.iterdir() if path != out)
    if beside:
        result.wrong.append(f"killed after {after:.3f} s: left {beside}")


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
