"""From a command line to a request: flags, then the environment, then the workspace's file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from emubatch.anonymous.codes import KEY_FILE
from emubatch.cli.options import limits_stated
from emubatch.messages import word
from emubatch.month import InputError
from emubatch.plans import load
from emubatch.programme.problems import ProgrammeError
from emubatch.request import MonthRequest
from emubatch.runfolder import read_manifest
from emubatch.workspace import REGISTER, Workspace, choose_period, find_workspace, read_workspace

_NEEDED = ("programme", "inbox", "out")
_ANONYMOUS = "-an-danh"  # beside the results of a period, which stay as they are


def open_workspace(stated: Path | None) -> Workspace:
    """The workspace that was named, else the one that the current folder lies in.

    Raises:
        InputError: ``no_workspace``.
        WorkspaceError: when its file cannot be used.
    """
    found = find_workspace(stated or Path())
    if found is None or (stated is not None and found != stated.resolve()):
        raise InputError("no_workspace", path=str(stated or Path().resolve()))
    return read_workspace(stated or _near(found))


def _near(folder: Path) -> Path:
    """The current folder as ``.``, so that what is printed stays short."""
    here = Path().resolve()
    return Path(*[".."] * (len(here.parts) - len(folder.parts)))


def find_run(text: str, stated: Path | None = None) -> tuple[Workspace | None, Path]:
    """The workspace, if any, and the run folder that ``text`` names: its path, or a month.

    The workspace is the one ``stated``, else the one around the run, else that of this folder.

    Raises:
        InputError: ``no_workspace``, when the one stated is none.
        WorkspaceError: when its file cannot be used.
    """
    folder = Path(text)
    if stated is not None:
        place: Workspace | None = open_workspace(stated)
    else:
        home = find_workspace(folder if folder.exists() else Path())
        place = read_workspace(home) if home else None
    return place, folder if folder.exists() or not place else place.run(text)


def plan_of_run(place: Workspace | None, run: Path) -> str:
    """The plan of the workspace where the run was made by it; empty for the one the run names.

    A file or folder that is no sound plan is returned as well: whoever loads it says what is wrong.
    """
    if place is None:
        return ""
    try:
        stated = read_manifest(run).get("programme", {}).get("id")
        return place.plan() if load(place.plan()).id == stated else ""
    except (OSError, ValueError):
        return ""
    except ProgrammeError:
        return place.plan() if Path(place.plan()).exists() else ""


def request_of(ctx: click.Context, stated: Path | None, options: dict[str, Any]) -> MonthRequest:
    """What to run.

    A workspace counts when it is named, or when programme, inbox or output are not all stated.
    Within it a run replaces the open run of its period and is compared with it.

    Raises:
        UsageError: neither a workspace nor all of programme, inbox and output.
    """
    if stated is None and all(options[name] for name in _NEEDED):
        stated_limits = limits_stated(options["limits"])
        options.update(_anonymous(options, options["out"].parent))
        supersede = options["supersede"] or "newest"
        return MonthRequest(**{**options, "supersede": supersede, "limits": stated_limits})
    if stated is None and find_workspace(Path()) is None:
        missing = ", ".join(f"--{name}" for name in _NEEDED if not options[name])
        raise click.UsageError(word("run_needs", options["lang"]).format(missing=missing), ctx)
    return _in_workspace(ctx, open_workspace(stated), options)


def _in_workspace(ctx: click.Context, place: Workspace, options: dict[str, Any]) -> MonthRequest:
    own = dict(options)
    own["programme"] = own["programme"] or place.plan()
    own["roster"] = own["roster"] or place.existing(place.roster)
    own["waivers"] = own["waivers"] or place.existing(place.waivers)
    own["rewards"] = own["rewards"] or place.existing(place.rewards)
    own["register"] = own["register"] or place.existing(place.register or REGISTER)
    own["settings"] = tuple(sorted({**dict(place.settings), **dict(own["settings"])}.items()))
    own["limits"] = limits_stated(place.limits, own["limits"])
    own["supersede"] = own["supersede"] or place.supersede or "newest"
    own["jobs"] = place.jobs if own["jobs"] is None else own["jobs"]
    if place.lang and not lang_stated(ctx):
        own["lang"] = place.lang
    period, as_of = choose_period(
        place,
        own["period"] or ("" if own["as_of"] else place.period),
        own["as_of"] or ("" if own["period"] else place.as_of),
        load(own["programme"], own["settings"]).as_of,
    )
    own["period"], own["as_of"] = period, as_of
    if not own["inbox"]:
        own["inbox"] = place.inbox_of(period)
    if not own["out"]:
        if not period:
            raise InputError("no_date")
        own["out"], own["replace"] = place.run(period), True
        if own.get("anonymous"):
            own["out"] = own["out"].with_name(f"{period}{_ANONYMOUS}")
        elif not own["previous"]:
            own["previous"], own["follows"] = place.before(period), True
    own.update(_anonymous(own, place.folder))
    return MonthRequest(**own)


def _anonymous(options: dict[str, Any], folder: Path) -> dict[str, Path | None]:
    """The file of codes of an anonymous run, in the folder that the office keeps."""
    codes = options.pop("codes", None) or folder / KEY_FILE
    return {"anonymous": codes if options.get("anonymous") else None}


def lang_stated(ctx: click.Context) -> bool:
    """Whether a language came from the command line or the environment."""
    silent = (None, ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP)
    levels = [ctx, *([ctx.parent] if ctx.parent else [])]
    return any(level.get_parameter_source("lang") not in silent for level in levels)
