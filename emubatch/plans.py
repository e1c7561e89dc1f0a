"""A programme by its id, by its folder, or as the plan workbook that an office edits."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from emubatch.programme import load as folders
from emubatch.programme.problems import Problem, ProgrammeError
from emubatch.programme.source import CaseTable, Source, locate, read_folder
from emubatch.programme.tables import Programme
from emubatch.programme.worked import folder_cases

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")
Settings = tuple[tuple[str, str], ...]


def is_workbook(reference: str) -> bool:
    """Whether a reference names a plan workbook, not an id or a folder."""
    return reference.lower().endswith(SUFFIXES) and not Path(reference).is_dir()


def read(reference: str) -> Source:
    """Raw tables of a programme given by id, folder or workbook.

    Raises:
        ProgrammeError: when it is not there or cannot be read; all that is wrong at once.
    """
    if not is_workbook(reference):
        return read_folder(locate(reference))
    return _tables(reference, _stamp(reference))


def cases_of(source: Source, problems: list[Problem]) -> list[CaseTable]:
    """The worked cases of a programme; files that cannot be read are added to ``problems``."""
    return list(source.cases) if source.places else folder_cases(Path(source.name), problems)


def load(reference: str, overrides: Settings = ()) -> Programme:
    """The programme with this id, folder or workbook; ``overrides`` replace settings.

    It is read once; a workbook again when it was saved in the meantime.

    Raises:
        ProgrammeError: with all problems of its tables.
    """
    if not is_workbook(reference):
        return folders.load(reference, overrides)
    return _workbook(reference, _stamp(reference), overrides)


def load_for_run(manifest: Mapping[str, Any], reference: str = "") -> Programme:
    """The plan that a published run was made by, with the settings of that run.

    Args:
        manifest: of the run; it names the plan by its id.
        reference: the plan where it is a folder or a workbook.

    Raises:
        ProgrammeError: when it cannot be loaded here.
    """
    settings = tuple(sorted(manifest.get("settings", {}).items()))
    return load(reference or str(manifest.get("programme", {}).get("id", "")), settings)


@lru_cache(maxsize=2)
def _tables(reference: str, stamp: tuple[int, int]) -> Source:
    from emubatch.xl.plan_read import read_plan

    return read_plan(Path(reference))


@lru_cache(maxsize=8)
def _workbook(reference: str, stamp: tuple[int, int], overrides: Settings) -> Programme:
    return folders.sound(_tables(reference, stamp), overrides)


def _stamp(reference: str) -> tuple[int, int]:
    """Time and size of a workbook: they change when it is saved."""
    try:
        found = Path(reference).stat()
    except FileNotFoundError as error:
        problem = Problem(Path(reference).name, 0, "", "plan_no_file", reference)
        raise ProgrammeError([problem]) from error
    return found.st_mtime_ns, found.st_size


def assert_unchanged(reference: str, overrides: Settings, programme: Programme) -> None:
    """A run reads its plan in several processes: all must have read the same.

    Raises:
        ProgrammeError: when the plan has changed since ``programme`` was loaded.
    """
    if load(reference, overrides).sha256 != programme.sha256:
        raise ProgrammeError([Problem(Path(reference).name, 0, "", "plan_changed", reference)])
