"""What a unit is told after a run: what was read of its form, what to mend, or that none came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emubatch.mail.book import Book, LetterRow
from emubatch.mail.drafts import recipients_of
from emubatch.messages import finding
from emubatch.model import USED_STATUSES, Finding, RosterUnit
from emubatch.programme.tables import Deadline, Programme
from emubatch.runfolder import read_table
from emubatch.xl.unreadable import Unreadable

if TYPE_CHECKING:
    from emubatch.xl.todo_read import TodoLine

RECEIPT, MEND, UNREADABLE, REMINDER = "receipt", "mend", "unreadable", "reminder"
KINDS = (RECEIPT, MEND, UNREADABLE, REMINDER)
_ADDRESSED = ("error", "warning")


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file of the unit and what became of it."""

    file: str
    status: str
    received: str
    late: str


@dataclass(slots=True)
class Answer:
    """Everything that the letter to one unit says; ``returned`` is the form that goes along."""

    unit: str
    name: str
    kind: str
    recipients: tuple[str, ...] = ()
    files: list[FileLine] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    nominees: list[str] = field(default_factory=list)
    todo: list[TodoLine] = field(default_factory=list)
    returned: Path | None = None
    deadline: Deadline | None = None
    late: str = ""
    letter: LetterRow | None = None
    alarms: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Material:
    """A published run and what is needed beside it; ``programme`` is None without the plan."""

    run: Path
    manifest: Mapping[str, Any]
    units: Sequence[RosterUnit]
    programme: Programme | None
    book: Book | None

    def table(self, name: str) -> Iterator[dict[str, str]]:
        """Rows of a table of the run."""
        return read_table(self.run, name)


def answers(material: Material) -> tuple[list[Answer], list[Finding]]:
    """The answer to each unit, in order of the roster, then of the tables.

    The findings are about files that nobody can be answered for.
    """
    listed = {unit.code: unit for unit in material.units}
    names = {row["unit"]: row.get("name", "") for row in material.table("units")}
    by_unit: dict[str, list[dict[str, str]]] = {code: [] for code in listed}
    lost: list[Finding] = []
    for row in material.table("submissions"):
        unit = row["unit"]
        letter = _letter(material, row)
        if row["status"] == "rejected" and unit not in listed:
            unit = letter.unit if letter and letter.unit else ""
            if not unit:
                lost.append(finding("W914", file=row["file"]))
                continue
        by_unit.setdefault(unit, []).append(row)
    facts = _Facts(material)
    found = []
    for code, rows in by_unit.items():
        if rows:
            whose = listed.get(code) or RosterUnit(code, names.get(code, code))
            found.append(_answer(whose, rows, code in listed, facts))
    return found, lost


class _Facts:
    """The tables of a run by unit and by file."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.rows = {
            str(one["file"]): dict(one.get("rows", {})) for one in material.manifest["inputs"]
        }
        self.returns: dict[str, str] = material.manifest.get("returns", {})
        self.nominees: dict[str, list[str]] = {}
        for row in material.table("nominees"):
            self.nominees.setdefault(row["unit"], []).append(row["name"])
        self.findings: dict[str, list[dict[str, str]]] = {}
        for row in material.table("findings"):
            if row["severity"] in _ADDRESSED and row["file"]:
                self.findings.setdefault(row["file"], []).append(row)


def _answer(
    unit: RosterUnit, rows: Sequence[dict[str, str]], listed: bool, facts: _Facts
) -> Answer:
    used = [row for row in rows if row["status"] in USED_STATUSES]
    rejected = [row for row in rows if row["status"] == "rejected"]
    kind = RECEIPT if used else UNREADABLE if rejected else REMINDER
    answer = Answer(unit.code, unit.name, kind, recipients_of(unit.email))
    answer.files = [
        FileLine(_called(facts.material, row["file"]), row["status"], row["received"], row["late"])
        for row in rows
        if row["file"]
    ]
    answer.deadline = _deadline(facts.material.programme, unit)
    letters = [_letter(facts.material, row) for row in (*used, *rejected, *rows)]
    answer.letter = next((one for one in letters if one), None)
    for row in used:
        answer.late = answer.late or row["late"]
        for sheet, count in facts.rows.get(row["file"], {}).items():
            answer.rows[sheet] = answer.rows.get(sheet, 0) + count
        _add_todo(answer, row["file"], facts)
    if used:
        answer.nominees = facts.nominees.get(unit.code, [])
        answer.kind = MEND if answer.todo else RECEIPT
    else:
        for row in rejected:
            answer.todo += _of_table(facts, row["file"])
    _alarm(answer, unit, listed)
    return answer


def _add_todo(answer: Answer, file: str, facts: _Facts) -> None:
    """What to mend in a form: at the addresses of the form that goes back, where one does."""
    from emubatch.xl.todo_read import read_todo

    name = facts.returns.get(file, "")
    path = facts.material.run / name
    if name:
        try:
            lines = read_todo(path)
            answer.todo += [line for line in lines if line.severity in _ADDRESSED]
            answer.returned = path
            return
        except (OSError, Unreadable):
            answer.alarms.append(finding("W913", unit=answer.unit, value=name))
    answer.todo += _of_table(facts, file)


def _of_table(facts: _Facts, file: str) -> list[TodoLine]:
    """What to mend as the tables of the run say it, at the addresses of the sender's own file."""
    from emubatch.xl.todo_read import TodoLine

    return [
        TodoLine(
            "error" if row["severity"] == "error" else "warning",
            row["sheet"],
            row["cell"],
            row["message"],
        )
        for row in facts.findings.get(file, ())
    ]


def _alarm(answer: Answer, unit: RosterUnit, listed: bool) -> None:
    if not listed:
        answer.alarms.append(finding("W916", unit=unit.code))
    elif unit.email and not answer.recipients:
        answer.alarms.append(finding("W912", unit=unit.code))
    elif not answer.recipients:
        answer.alarms.append(finding("W911", unit=unit.code))


def _letter(material: Material, row: Mapping[str, str]) -> LetterRow | None:
    """The newest letter that brought a file; one out of an archive came with the archive."""
    if material.book is None or not row["file"]:
        return None
    archive = row["file"].partition("/")[0]
    found = material.book.came_with(row["sha256"], archive)
    return found[0] if found else None


def _called(material: Material, file: str) -> str:
    """A file by the name that its sender knows."""
    return (material.book.sent_name(file) if material.book else "") or file


def _deadline(programme: Programme | None, unit: RosterUnit) -> Deadline | None:
    """The date by which this unit sends its form, as far as the roster tells."""
    if programme is None:
        return None
    stated: dict[str, object] = {}
    for sheet in programme.sheets_with_role("unit"):
        group = programme.field_with_role(sheet.key, "group")
        if group:
            stated[group.key] = unit.group
    if programme.wave_field and programme.waves:
        stated[programme.wave_field.key] = programme.waves[-1]
    return programme.deadline_of(stated)
