"""One file received, one unit: what the roll-call fills in."""

from __future__ import annotations

from dataclasses import dataclass, field

from emubatch.messages import render
from emubatch.model import CheckedForm, Finding, RosterUnit


@dataclass(slots=True)
class Received:
    """One file and what became of it; ``status`` is empty while it is the form that counts."""

    form: CheckedForm
    unit: str = ""
    received: str = ""
    late: str = ""
    status: str = ""
    findings: list[Finding] = field(default_factory=list)
    wave: str = ""
    estimate: bool = False


@dataclass(slots=True)
class UnitEntry:
    """One unit, expected or received; ``used`` is the form that counts.

    Without one, ``status`` says whether it sent nothing (``missing``) or only files that cannot be
    read (``rejected``). ``usable`` tells whether the form says anything, ``aliases`` are the texts
    by which its rows may mean the unit. Where reports come in waves, ``used`` is that of the wave
    judged, ``earlier`` are those of the waves before it, ``estimate`` is the estimate that ``used``
    replaced.
    """

    code: str
    name: str
    group: str
    expected: RosterUnit | None = None
    used: Received | None = None
    received: str = ""
    late: str = ""
    status: str = "missing"
    usable: bool = False
    aliases: tuple[str, ...] = ()
    earlier: tuple[Received, ...] = ()
    estimate: Received | None = None

    @property
    def counted(self) -> tuple[Received, ...]:
        """The forms whose rows count, in order of the waves."""
        return (*self.earlier, *([self.used] if self.used else []))


def bytes_key(file: Received) -> str:
    """The hash of a file; a file whose bytes could not be read is like no other."""
    return file.form.sha256 or file.form.file


def sentence(code: str, file: Received, by: Received) -> dict[str, str]:
    """A line of the journal: which form replaced this one, in the words of its finding."""
    note = next(found for found in file.findings if found.code == code)
    return {
        "unit": by.unit or file.unit,
        "file": file.form.file,
        "replaced_by": by.form.file,
        "status": file.status,
        "vi": render(note, "vi"),
        "en": render(note, "en"),
    }
