"""``emubatch demo``: the samples, copied to a folder of your own and run."""

from __future__ import annotations

import shutil
from itertools import chain
from pathlib import Path

import click

import emubatch
from emubatch.cli.options import Command, both, lang_option
from emubatch.cli.published import Published
from emubatch.cli.run import ProgressLine, summary
from emubatch.messages import word
from emubatch.model import Lang
from emubatch.month import InputError, run_month
from emubatch.request import MonthRequest

RESULT = "ket-qua-thang"
_ROSTERS = ("roster.xlsx", "roster.csv")


@click.command(
    cls=Command,
    help=both(
        "Chép bộ mẫu vào DIR, chạy thử từng tháng và cho biết nên mở tệp nào.",
        "Copy the samples to DIR, run each month, say which files to open.",
    ),
)
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default="emubatch-demo")
@click.option(
    "--jobs", type=click.IntRange(min=0), metavar="N", help=both("Như của run", "As for run")
)
@lang_option
def command(folder: Path, jobs: int | None, lang: Lang) -> None:
    """Copy, run, and say what to look at."""
    results: list[Path] = []
    for sample in samples():
        place = folder / sample.name
        roster = _copy(sample, place)
        click.echo(word("demo_copied", lang).format(name=sample.name, path=place))
        request = MonthRequest(
            programme=sample.name,
            inbox=place / "inbox",
            out=place / RESULT,
            roster=roster,
            jobs=jobs,
            replace=True,
            lang=lang,
        )
        with ProgressLine(lang) as progress:
            outcome = run_month(request, progress)
        click.echo("\n".join([*summary(outcome, lang), ""]))
        results.append(place / RESULT)
    click.echo(word("demo_open", lang))
    for path in results:
        click.echo(f"  {path / 'ket-qua.xlsx'}\n  {path / 'bao-cao.html'}")
    cases = [f"  emubatch explain {path} {case}" for path in results if (case := _case(path))]
    if cases:
        click.echo("\n".join(["", word("demo_explain", lang), *cases]))


def _case(run: Path) -> str:
    """A nominee to be reviewed, else a unit or a target: something worth explaining."""
    published = Published(run)
    nominees = (row["nominee"] for row in published.rows("nominees"))
    doubtful = (
        row["nominee"] for row in published.rows("nominees") if row["eligibility"] == "review"
    )
    units = (row["unit"] for row in published.rows("scores") if row["criterion"] == "TOTAL")
    targets = (row["target"] for row in published.rows("targets"))
    hosts = (row["unit"] for row in published.rows("delegates"))
    return next(chain(doubtful, nominees, units, targets, hosts), "")


def samples() -> list[Path]:
    """Folders of the samples, one a programme: beside the package in a checkout, inside it when
    installed.

    Raises:
        InputError: ``no_samples`` when neither is there.
    """
    package = Path(emubatch.__file__).parent
    for root in (package / "samples", package.parent / "samples"):
        found = sorted(path.parent for path in root.glob("*/inbox") if path.is_dir())
        if found:
            return found
    raise InputError("no_samples")


def _copy(sample: Path, place: Path) -> Path | None:
    """Copy inbox and roster; returns the roster's new place, if the sample has one."""
    if (place / "inbox").is_dir():
        shutil.rmtree(place / "inbox")  # our own copy of an earlier demo: forms must not add up
    shutil.copytree(sample / "inbox", place / "inbox")
    for name in _ROSTERS:
        if (sample / name).is_file():
            shutil.copyfile(sample / name, place / name)
            return place / name
    return None
