"""Copies of the ballot as values: their cells, their rows, their votes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emubatch.messages import finding
from emubatch.model import Finding
from emubatch.xl.address import cell_name


@dataclass(frozen=True, slots=True)
class Stated:
    """The text of a cell and where it stands."""

    text: str
    sheet: str
    cell: str


@dataclass(slots=True)
class Vote:
    """What one copy says of one nominee; ``vote`` is an opinion, or empty when not understood.

    ``counted`` is no when a finding speaks against it or the nominee is of the member's own unit.
    """

    nominee: str
    vote: str
    award: str
    reason: str
    conflict: bool
    counted: bool
    file: str
    sheet: str
    cell: str

    @property
    def said(self) -> tuple[str, str]:
        """What makes two votes the same."""
        return self.vote, self.award


@dataclass(slots=True)
class Line:
    """One row of the sheet with an id: its texts by key of ``COLUMNS``, and what stands there."""

    sheet: str
    row: int
    texts: dict[str, str]
    raw: dict[str, Any]
    letters: Mapping[str, int]

    def cell(self, key: str) -> str:
        """Address of a column in this row."""
        return cell_name(self.row, self.letters[key] + 1) if key in self.letters else ""

    def at(self, key: str) -> dict[str, str]:
        """The address as words of a finding."""
        return {"sheet": self.sheet, "cell": self.cell(key)}


@dataclass(slots=True)
class Copy:
    """One copy as it was read. ``usable`` says whether it is a ballot of this run.

    ``unnamed`` says that the cell of its member cannot be read. ``unit`` is the code of the
    member's unit, empty when it is none of the ballot's.
    """

    file: str
    sha256: str
    size: int
    usable: bool = False
    unnamed: bool = False
    stated: dict[str, Stated] = field(default_factory=dict)
    unit: str = ""
    lines: list[Line] = field(default_factory=list)
    votes: dict[str, Vote] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def text(self, key: str) -> str:
        """What stands in a cell above the table."""
        return self.stated[key].text if key in self.stated else ""

    def note(self, code: str, **words: Any) -> None:
        """Adds a finding about this file."""
        self.findings.append(finding(code, file=self.file, **words))
