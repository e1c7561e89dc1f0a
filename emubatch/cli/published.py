"""Reads a published run folder back: the manifest and the tables of ``data/``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from emubatch.month import InputError
from emubatch.plans import load_for_run
from emubatch.programme.problems import ProgrammeError
from emubatch.programme.tables import Programme
from emubatch.runfolder import has_table, read_manifest, read_table

Row = dict[str, str]


class Published:
    """One run folder; ``reference`` names its plan where that is a folder or a workbook.

    Raises:
        InputError: ``not_run`` when the folder is none.
    """

    def __init__(self, folder: Path, reference: str = "") -> None:
        self.folder = folder
        self.reference = reference
        try:
            self.manifest = read_manifest(folder)
        except (OSError, ValueError) as error:
            raise InputError("not_run", path=str(folder)) from error

    def rows(self, table: str) -> Iterator[Row]:
        """Rows of ``data/<table>.csv`` as they were before a spreadsheet's safety quote."""
        return read_table(self.folder, table)

    def has(self, table: str) -> bool:
        """Whether the run has this table."""
        return has_table(self.folder, table)

    @cached_property
    def programme(self) -> Programme | None:
        """The programme of the run, for its labels; None when this machine does not have it.

        Raises:
            ProgrammeError: when the plan that was named cannot be used.
        """
        try:
            return load_for_run(self.manifest, self.reference)
        except ProgrammeError:
            if self.reference:
                raise
            return None

    @property
    def is_current(self) -> bool:
        """Whether the programme of this machine is the very one of the run."""
        found = self.programme
        facts: dict[str, Any] = self.manifest.get("programme", {})
        return found is not None and found.sha256 == facts.get("sha256")
