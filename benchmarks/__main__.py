"""One command that measures everything in one run and prints it beside its goal.

``python -m benchmarks`` generates the forms, runs each program as a whole process, the two sides in
turn, and prints medians of ratios. ``--write`` puts the figures into ``docs/performance.md``.
``--forms 6 --rounds 1 --quick`` is a short trial whose figures mean nothing.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.measure import Usage, exponent, measure, middle

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
PROGRAMME = "bacgiang-models-2020"
SMALL = 6
_FIGURES = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- end of figures -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured: ``value`` may be at most ``goal``; without a goal it is information."""

    what: str
    value: float
    goal: float | None = None
    unit: str = ""

    def row(self) -> str:
        goal = "" if self.goal is None else f"≤ {self.goal:g}{self.unit}"
        met = "" if self.goal is None else ("yes" if self.value <= self.goal else "**no**")
        return f"| {self.what} | {self.value:.3g}{self.unit} | {goal} | {met} |"


class Bench:
    """The programs under measurement and the folders they work in."""

    def __init__(self, folder: Path, rounds: int) -> None:
        self.folder = folder
        self.rounds = rounds

    def corpus(self, forms: int) -> Path:
        """Folder with this many forms, generated once."""
        target = self.folder / f"forms-{forms}"
        if not (target / "done").exists():
            say(f"generating {forms} forms")
            shutil.rmtree(target, ignore_errors=True)
            self.python("-m", "benchmarks.corpus", str(target), str(forms))
            (target / "done").touch()
        return target

    def python(self, *arguments: str) -> Usage:
        say(" ".join(Path(a).name or a for a in arguments))
        usage = measure([sys.executable, *arguments], self.folder / "log.txt")
        say(f"    CPU {usage.cpu:.2f} s, wall {usage.wall:.2f} s, peak {usage.peak:.0f} MB")
        return usage

    def run(self, forms: int) -> Usage:
        """A whole month."""
        corpus, out = self.corpus(forms), self.folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        options = ["--inbox", corpus / "inbox", "--roster", corpus / "roster.csv", "--out", out]
        return self.python("-m", "emubatch", "run", "--programme", PROGRAMME, *map(str, options))

    def plain(self, forms: int, *options: str) -> Usage:
        """The plain script on the same forms."""
        out = self.folder / "plain"
        shutil.rmtree(out, ignore_errors=True)
        inbox = str(self.corpus(forms) / "inbox")
        return self.python("-m", "benchmarks.plain_script", inbox, str(out), *options)

    def stages(self, forms: int) -> Usage:
        """Reading, checking, merging and rules, without writing workbooks."""
        return self.python("-m", "benchmarks.stages", str(self.corpus(forms)))

    def rules(self, nominees: int) -> float:
        """CPU seconds inside the rules, ten awards a nominee."""
        self.python("-m", "benchmarks.rules_scale", str(nominees))
        return float((self.folder / "log.txt").read_text(encoding="utf-8").split()[-1])

    def in_turn(self, *sides: Callable[[], Usage]) -> list[list[Usage]]:
        """Each side once a round, so that a busy neighbour hits all of them."""
        rounds = [[side() for side in sides] for _ in range(self.rounds)]
        return [list(column) for column in zip(*rounds, strict=True)]


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def ratio(ours: list[Usage], theirs: list[Usage], field: str) -> float:
    """Median of the ratios pair by pair."""
    return median(getattr(a, field) / getattr(b, field) for a, b in zip(ours, theirs, strict=True))


def compared(bench: Bench, forms: int) -> Iterator[Figure]:
    bench.run(SMALL)  # writes the bytecode that an installed copy has
    run, stages, plain = bench.in_turn(
        lambda: bench.run(forms), lambda: bench.stages(forms), lambda: bench.plain(forms)
    )
    yield Figure("whole run, CPU / plain script", ratio(run, plain, "cpu"), 0.20)
    yield Figure("whole run, peak memory / plain script", ratio(run, plain, "peak"), 0.25)
    yield Figure("read, check, merge, rules, CPU / plain script", ratio(stages, plain, "cpu"), 0.03)
    for what, option in (("in one pass", "--one-pass"), ("that returns forms too", "--returns")):
        other = [bench.plain(forms, option)]
        yield Figure(f"whole run, CPU / plain script {what}", ratio(run[-1:], other, "cpu"))
        yield Figure(
            f"whole run, peak memory / plain script {what}", ratio(run[-1:], other, "peak")
        )
    for name, usages in (("run", run), ("read to rules", stages), ("plain script", plain)):
        usage = middle(usages)
        yield Figure(f"{name}, {forms} forms: CPU", usage.cpu, unit=" s")
        yield Figure(f"{name}, {forms} forms: wall", usage.wall, unit=" s")
        yield Figure(f"{name}, {forms} forms: largest process", usage.peak, unit=" MB")


def grown(bench: Bench, small: int, large: int) -> Iterator[Figure]:
    few, many = (bench.run(forms) for forms in (small, large))
    growth = exponent((small, large), (few.cpu, many.cpu))
    yield Figure(f"growth exponent of CPU, {small} to {large} forms", growth, 1.05)
    yield Figure(f"whole run, {large} forms: CPU", many.cpu, unit=" s")
    yield Figure(f"whole run, {large} forms: largest process", many.peak, unit=" MB")


def started(bench: Bench, times: int) -> Iterator[Figure]:
    pairs = [
        (measure([sys.executable, "-m", "emubatch", "--help"]), measure([sys.executable, "-c", ""]))
        for _ in range(times)
    ]
    ours, bare = ([pair[side] for pair in pairs] for side in (0, 1))
    yield Figure("emubatch --help, wall / bare python", ratio(ours, bare, "wall"), 6)
    yield Figure("emubatch --help, CPU / bare python", ratio(ours, bare, "cpu"))


def ruled(bench: Bench, small: int, large: int) -> Iterator[Figure]:
    few, many = (
        median(bench.rules(nominees) for _ in range(bench.rounds)) for nominees in (small, large)
    )
    growth = exponent((small, large), (few, many))
    # A little above 1 even where every step is linear: the larger arrays leave the caches.
    yield Figure(f"growth exponent of the rules, {small} to {large} nominees", growth, 1.1)
    yield Figure(f"rules, {large} nominees with {large * 10} awards: CPU", many, unit=" s")


def figures(bench: Bench, forms: int, quick: bool) -> Iterator[Figure]:
    yield from compared(bench, forms)
    yield from grown(bench, *((SMALL, 12) if quick else (100, 2000)))
    yield from started(bench, 3 if quick else 15)
    yield from ruled(bench, *((100, 1000) if quick else (10_000, 100_000)))


def table(found: list[Figure]) -> str:
    head = "| measured | value | goal | met |\n|---|---|---|---|\n"
    return head + "".join(f"{figure.row()}\n" for figure in found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="keep the generated forms here")
    parser.add_argument("--forms", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="tiny growth and rules")
    parser.add_argument("--write", action="store_true", help="put the figures into the docs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        found = list(figures(Bench(folder, options.rounds), options.forms, options.quick))
    print(table(found))
    if options.write:
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(_FIGURES.sub(lambda _: table(found), text), encoding="utf-8", newline="\n")
    missed = [f for f in found if f.goal is not None and f.value > f.goal]
    sys.exit(1 if missed and not options.quick else 0)


if __name__ == "__main__":
    main()
