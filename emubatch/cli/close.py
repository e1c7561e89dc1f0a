"""``emubatch close``: a month whose results stay as they are."""

from __future__ import annotations

from pathlib import Path

import click

from emubatch.cli.options import Command, both, lang_option
from emubatch.messages import word
from emubatch.model import Lang


@click.command(
    cls=Command,
    help=both(
        "Đóng tháng PERIOD (NĂM-THÁNG) của thư mục làm việc: không lần chạy nào thay kết quả ấy.",
        "Close the month PERIOD (YYYY-MM) of a workspace: no run replaces its results.",
    ),
)
@click.argument("period")
@click.argument("workspace", required=False, type=click.Path(path_type=Path))
@lang_option
def command(period: str, workspace: Path | None, lang: Lang) -> None:
    """Mark the month as closed."""
    from emubatch.cli.place import open_workspace
    from emubatch.month import InputError
    from emubatch.runfolder import close_run_folder

    place = open_workspace(workspace)
    if period not in place.periods():
        raise InputError("no_period", period=period)
    run = place.run(period)
    key = "close_done" if close_run_folder(run) else "close_already"
    click.echo(word(key, lang).format(path=run))
