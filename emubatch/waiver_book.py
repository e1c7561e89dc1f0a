"""The office's workbook of waivers and corrections, ``ngoai-le.xlsx``, as it stands.

Columns are found by their headers; what the rows mean is ``emubatch.waivers``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emubatch.messages import finding
from emubatch.model import Finding, Ruling
from emubatch.vietnamese import fold_key
from emubatch.xl.address import cell_name, cell_text
from emubatch.xl.form_waivers import COLUMNS
from emubatch.xl.unreadable import Unreadable

HEADER_ROWS = 20
_BY_HEADER = {fold_key(text): key for key, vi, en, *_ in COLUMNS for text in (vi, en, key)}


class WaiversError(Exception):
    """The workbook cannot be read as a whole; ``findings`` say why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(f"{f.file} {f.code}" for f in findings))


@dataclass(slots=True)
class Line:
    """One row of the workbook: texts by key of ``COLUMNS``; ``value`` also as it stands."""

    row: int
    texts: dict[str, str]
    raw_value: Any = None


@dataclass(slots=True)
class Waivers:
    """The workbook as it was read; what follows ``lines`` grows as its rows are used.

    ``corrected``: address of a cell of a form -> address of the new value in this workbook.
    """

    file: str
    sha256: str
    size: int
    sheet: str
    letters: Mapping[str, int]
    lines: list[Line]
    rulings: list[Ruling] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    corrected: dict[str, str] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, Any]:
        """What the manifest says of the workbook."""
        return {"file": self.file, "sha256": self.sha256, "size": self.size}

    def cell(self, line: Line, key: str) -> str:
        """Address of a column in a row."""
        return cell_name(line.row, self.letters.get(key, 0) + 1)

    def evidence(self, line: Line, key: str) -> str:
        """``ngoai-le.xlsx!Ngoai_le!D5``."""
        return self.address(line.row, key)

    def address(self, row: int, key: str) -> str:
        """The same for the number of a row."""
        return f"{self.file}!{self.sheet}!{cell_name(row, self.letters.get(key, 0) + 1)}"


def read_waivers(path: Path) -> Waivers:
    """The rows of the workbook, in order.

    Raises:
        WaiversError: E810 without the columns, else the code of the reader.
    """
    from emubatch.xl.read import read_bytes

    try:
        content = path.read_bytes()
        workbook = read_bytes(content)
        sheets = [(sheet.name, workbook.grid(sheet).rows) for sheet in workbook.sheets]
    except Unreadable as error:
        raise WaiversError([finding(error.code, file=path.name, **error.params)]) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WaiversError([finding("F110", file=path.name, found=reason)]) from error
    for name, rows in sheets:
        for number, row in enumerate(rows[:HEADER_ROWS], 1):
            columns = _columns(row)
            if {"kind", "reason"} <= columns.keys():
                lines = list(_lines(rows, number, columns))
                sha256 = hashlib.sha256(content).hexdigest()
                return Waivers(path.name, sha256, len(content), name, columns, lines)
    raise WaiversError([finding("E810", file=path.name)])


def _columns(row: Sequence[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, value in enumerate(row):
        key = _BY_HEADER.get(fold_key(value)) if isinstance(value, str) else None
        if key and key not in found:
            found[key] = at
    return found


def _lines(
    rows: Sequence[Sequence[Any]], header: int, columns: Mapping[str, int]
) -> Iterator[Line]:
    for number, row in enumerate(rows[header:], header + 1):
        raw = {key: row[at] if at < len(row) else "" for key, at in columns.items()}
        texts = {key: cell_text(value) for key, value in raw.items()}
        if any(texts.values()):
            value = raw.get("value")
            yield Line(number, texts, None if value == "" else value)
