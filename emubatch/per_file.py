"""The work on one file, as tasks that worker processes run: read and check it, write its return.

Tasks name the programme; a worker loads it once. What comes back is typed columns and findings,
never a workbook.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from emubatch import checks, intake
from emubatch.model import CheckedForm, Finding, Lang, RosterUnit
from emubatch.plans import load
from emubatch.xl.limits import DEFAULT, Limits

Settings = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ReadTask:
    """One file to read and check under a programme with overridden settings."""

    file: intake.InboxFile
    programme: str
    settings: Settings = ()
    limits: Limits = DEFAULT


@dataclass(frozen=True, slots=True)
class ReturnTask:
    """One form to write back.

    Attributes:
        path: where to write it.
        findings: everything found in the file, across sheets and units included.
        unit: whose form it is, where known.
    """

    file: intake.InboxFile
    programme: str
    settings: Settings
    path: Path
    findings: tuple[Finding, ...]
    unit: RosterUnit | None = None
    lang: Lang = "vi"
    limits: Limits = DEFAULT


def read_and_check(task: ReadTask) -> CheckedForm:
    """Typed tables and findings of one file; a file that cannot be read has one finding.

    Raises:
        ProgrammeError: when the programme is not usable.
    """
    programme = load(task.programme, task.settings)
    return checks.check(intake.read(task.file, programme, task.limits), programme)


def carry_over(task: ReturnTask) -> CheckedForm:
    """Writes what an older form says into the form of this programme; what moved and what did not.

    Raises:
        ProgrammeError: when the programme is not usable.
        OSError: when the form cannot be written.
    """
    from emubatch.reports.returns import write_returned_form

    programme = load(task.programme, task.settings)
    submission = intake.read(task.file, programme, task.limits, carry=True)
    form = checks.check(submission, programme)
    if form.readable:
        write_returned_form(
            task.path, submission, form.findings, programme, task.unit, lang=task.lang
        )
    return form


def write_return(task: ReturnTask) -> None:
    """Writes the returned form of one file, read again for the cells as they were typed.

    Raises:
        ProgrammeError: when the programme is not usable.
        OSError: when the form cannot be written.
    """
    from emubatch.reports.returns import write_returned_form

    programme = load(task.programme, task.settings)
    submission = intake.read(task.file, programme, task.limits)
    write_returned_form(task.path, submission, task.findings, programme, task.unit, lang=task.lang)
