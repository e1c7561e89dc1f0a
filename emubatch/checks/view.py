"""A typed table together with what a check needs to speak about its cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from emubatch.checks.columns import headers
from emubatch.checks.parsers import show
from emubatch.messages import finding, shortened
from emubatch.model import Finding, RawTable, Table
from emubatch.programme.tables import Field, Programme, Sheet


@dataclass(slots=True)
class View:
    """One sheet of one form.

    Attributes:
        sheet: the sheet of the programme.
        raw: what stands in the file.
        table: what was understood.
        fields: field key -> field.
        roles: role -> field, the first of a role.
        findings: filled by the checks.
    """

    programme: Programme
    sheet: Sheet
    raw: RawTable
    table: Table
    fields: dict[str, Field]
    roles: dict[str, Field]
    findings: list[Finding] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Number of records."""
        return len(self.table.rows)

    def field(self, name: str) -> Field | None:
        """The column of a role, else of a key, if the programme has one."""
        return self.roles.get(name) or self.fields.get(name)

    def has(self, name: str) -> bool:
        """Whether the file has the column of a role or key."""
        found = self.field(name)
        return found is not None and found.key in self.table.letters

    def values(self, name: str) -> Sequence[Any]:
        """The typed values of a role or key; blanks where there is no such column."""
        found = self.field(name)
        return self.table.columns[found.key] if found else [None] * self.size

    def is_blank(self, index: int, key: str) -> bool:
        """Whether a cell was left blank, as opposed to not understood."""
        values = self.raw.columns.get(key)
        if values is None:
            return True
        raw = values[index]
        return raw is None or (isinstance(raw, str) and not raw.strip(" \u00a0\t-–"))

    def shown(self, index: int, key: str) -> str:
        """What a cell of the file shows."""
        values = self.raw.columns.get(key)
        raw = values[index] if values is not None else None
        return "" if raw is None else show(raw)

    def cell(self, index: int, name: str) -> str:
        """A1 address of the cell of a role or key; of column A where the file lacks the column."""
        found = self.field(name)
        letter = self.table.letters.get(found.key, "A") if found else "A"
        return f"{letter}{self.table.rows[index]}"

    def place(self, index: int, name: str) -> str:
        """Address with the sheet, for messages that name a cell of another sheet."""
        return f"{self.table.title}!{self.cell(index, name)}"

    def add(self, code: str, index: int, name: str, /, **words: Any) -> None:
        """A finding at the cell of a role or key."""
        found = self.field(name)
        key = found.key if found else name
        words.setdefault("value", self.shown(index, key))
        words["value"] = shortened(str(words["value"]), 200)
        place = {"sheet": self.table.title, "cell": self.cell(index, name), "field": key}
        self.findings.append(finding(code, **place, **(headers(found) if found else {}), **words))

    def add_sheet(self, code: str, /, **words: Any) -> None:
        """A finding about the sheet."""
        self.findings.append(finding(code, sheet=self.table.title, **words))


def view_of(programme: Programme, raw: RawTable, table: Table) -> View:
    """The view of one sheet."""
    fields = programme.fields_of[raw.sheet]
    roles: dict[str, Field] = {}
    for one in fields:
        if one.role:
            roles.setdefault(one.role, one)
    sheet = programme.sheet_by_key[raw.sheet]
    return View(programme, sheet, raw, table, {one.key: one for one in fields}, roles)
