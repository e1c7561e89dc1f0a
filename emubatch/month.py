"""One month from files to a published folder; the only file that knows the order of the rooms.

The result depends on the programme, the files, the roster and the reference date, and on nothing
else: not on the number of workers, the clock, or the order of a directory.
"""

from __future__ import annotations

import os
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emubatch.mail.receipts import RECEIPTS
from emubatch.messages import finding
from emubatch.model import CheckedForm, Finding, Lang, RosterUnit
from emubatch.money.book import facts_of_book, read_rate_book
from emubatch.plans import assert_unchanged, load
from emubatch.programme.moment import judged_at
from emubatch.programme.tables import Programme
from emubatch.record import counted, date_by_mail, facts_of, manifest_of, targets_of
from emubatch.request import MonthRequest, Progress
from emubatch.runfolder import RETURNS, file_stems, is_no_space, open_run_folder, write_table
from emubatch.vietnamese import parse_day

if TYPE_CHECKING:
    from emubatch.engine import Engine, TaskFailure
    from emubatch.intake import InboxFile
    from emubatch.model import MonthResult
    from emubatch.per_file import ReturnTask
    from emubatch.register import Register
    from emubatch.roster import Roster
    from emubatch.waiver_book import Waivers

FILES_PER_WORKER = 12  # below this a further worker costs more to start than it saves


class InputError(Exception):
    """An input is missing as a whole, or the request contradicts itself.

    ``reason`` is the tail of an interface word ``input_…``; ``words`` fill it.
    """

    def __init__(self, reason: str, **words: str) -> None:
        self.reason = reason
        self.words = words
        super().__init__(reason, words)


class ConservationError(RuntimeError):
    """Cells read and reported do not add up to the cells found: the program is broken."""


@dataclass(slots=True)
class MonthOutcome:
    """What a run came to, in counts; everything else is in the published folder ``out``.

    ``eligibility`` and ``proposed`` count nominees by code, ``scores`` units by outcome of their
    total, ``targets`` those of the whole department, ``conferences`` what units registered; a
    programme without any of these leaves them empty. ``claims`` counts
    claims of awards by what the register says of them, ``questions`` the pairs to tell apart.
    ``beside`` is the folder that was asked for, where its older results are held open by another
    program and ``out`` lies beside it. ``codes`` is the file of codes of an anonymous run.
    """

    out: Path
    programme: Programme
    as_of: str
    statuses: dict[str, int]
    severities: dict[str, int]
    eligibility: dict[str, int] = field(default_factory=dict)
    proposed: dict[str, int] = field(default_factory=dict)
    scores: dict[str, int] = field(default_factory=dict)
    targets: dict[str, int] = field(default_factory=dict)
    conferences: dict[str, int] = field(default_factory=dict)
    missing: tuple[tuple[str, str], ...] = ()
    returned: int = 0
    beside: Path | None = None
    claims: dict[str, int] = field(default_factory=dict)
    questions: int = 0
    codes: Path | None = None


def run_month(request: MonthRequest, progress: Progress) -> MonthOutcome:
    """Run a month and publish its folder.

    Raises:
        ProgrammeError, RosterError, WaiversError, RegisterError: before any file is read.
        InputError: when the inbox is missing or there is no reference date.
        RunFolderError: when the output cannot be published; nothing half-written remains.
    """
    programme = load(request.programme, request.settings)
    as_of = reference_date(request, programme)
    programme = judged_at(programme, as_of)
    roster = _roster(request, programme)
    waivers = _waivers(request)
    rates = read_rate_book(request.rewards)
    _check_places(request)
    with (
        _register(request) as register,
        open_run_folder(request.out, replace=request.replace) as folder,
    ):
        from emubatch import intake
        from emubatch.engine import open_engine
        from emubatch.judging import judge, note

        files, limits = intake.scan(request.inbox, request.limits), request.limits
        jobs = _jobs(request, len(files))
        with open_engine(jobs, request.cluster, limits.seconds, limits.memory_mb) as engine:
            forms = _read(engine, files, request, progress)
            receipts = date_by_mail(request.inbox, forms)
            ignored = [name for name in files.ignored if name != RECEIPTS]
            facts = facts_of(request, as_of, roster, forms, ignored)
            result = judge(
                request, forms, roster, waivers, rates, programme, register, facts, progress
            )
            send_back = request.anonymous is None
            tasks = []
            if send_back:
                tasks = _returns(request, files, roster, result, folder.staging / RETURNS)
            failed = _write_returns(engine, tasks, progress)
        assert_unchanged(request.programme, request.settings, programme)
        note(result, failed)
        lost = {found.file for found in failed}
        written = {
            task.file.name: f"{RETURNS}/{task.path.name}"
            for task in tasks
            if task.file.name not in lost
        }
        manifest = manifest_of(request, result, roster, forms, receipts, written)
        if waivers is not None:
            manifest["waivers"] = waivers.facts
        if request.rewards is not None:
            manifest["rewards"] = facts_of_book(request.rewards)
        if request.anonymous is not None:
            result, manifest = _covered(result, manifest, request.anonymous)
        tell = partial(_compare, request, folder.staging, result, manifest)
        _write_reports(folder.staging, result, request.lang, written, progress, tell)
        place = folder.publish(manifest, beside=True)
    outcome = _outcome(request, result, as_of, len(tasks) - len(failed))
    outcome.codes = request.anonymous
    if place != folder.out:
        outcome.out, outcome.beside = request.out.with_name(place.name), request.out
    return outcome


def reference_date(request: MonthRequest, programme: Programme) -> str:
    """The date that the month is judged on: stated, or the period's last day, or the programme's.

    Raises:
        InputError: when none is known, or one is no date. The clock is never asked.
    """
    if request.as_of:
        found = parse_day(request.as_of)
        if not found:
            raise InputError("bad_date", value=request.as_of)
        return found
    if request.period:
        return _last_day(request.period)
    if not programme.as_of:
        raise InputError("no_date")
    return programme.as_of


def _last_day(period: str) -> str:
    year, _, month = period.partition("-")
    if not (len(year) == 4 and year.isdigit() and len(month) == 2 and month.isdigit()):
        raise InputError("bad_period", value=period)
    if not 1 <= int(month) <= 12:
        raise InputError("bad_period", value=period)
    return f"{period}-{monthrange(int(year), int(month))[1]:02}"


def _roster(request: MonthRequest, programme: Programme) -> Roster | None:
    if request.roster is None:
        return None
    from emubatch.roster import read_roster

    return read_roster(request.roster, programme)


def _waivers(request: MonthRequest) -> Waivers | None:
    if request.waivers is None:
        return None
    from emubatch.waiver_book import read_waivers

    return read_waivers(request.waivers)


@contextmanager
def _register(request: MonthRequest) -> Iterator[Register | None]:
    """The register as it is now, for the whole run; None without one."""
    if request.register is None:
        yield None
        return
    from emubatch.register import open_register

    with open_register(request.register) as register:
        yield register


def _check_places(request: MonthRequest) -> None:
    inbox, out = request.inbox.resolve(), request.out.resolve()
    if not inbox.is_dir():
        raise InputError("no_inbox", path=str(request.inbox))
    if out == inbox or inbox in out.parents or out in inbox.parents:
        raise InputError("nested", path=str(request.out), inbox=str(request.inbox))
    if request.anonymous is not None and out in request.anonymous.resolve().parents:
        raise InputError("codes_inside", path=str(request.anonymous), out=str(request.out))


def _jobs(request: MonthRequest, files: int) -> int:
    """Worker processes: as asked, else no more than there are cores and work for."""
    if request.jobs is not None:
        return request.jobs
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(cores or 1, -(-files // FILES_PER_WORKER))


# --- reading and checking ------------------------------------------------------------------------


def _read(
    engine: Engine, files: Sequence[InboxFile], request: MonthRequest, progress: Progress
) -> list[CheckedForm]:
    """Every file read and checked, in order of the files; a file that stops a worker is rejected.

    Raises:
        ConservationError: when cells were lost between reading and checking.
    """
    from emubatch import per_file

    plan = (request.programme, request.settings, request.limits)
    tasks = [per_file.ReadTask(file, *plan) for file in files]
    forms: list[CheckedForm | None] = [None] * len(files)
    progress("read", 0, len(files))
    for done, (at, result) in enumerate(engine.map(per_file.read_and_check, tasks), 1):
        forms[at] = result if isinstance(result, CheckedForm) else _rejected(files[at], result)
        progress("read", done, len(files))
    read = [form for form in forms if form is not None]
    if len(read) != len(files):
        raise ConservationError(f"forms: {len(files)} in, {len(read)} out")
    for form in read:
        counts = form.counts
        if form.readable and counts.cells_found != counts.cells_read + counts.cells_reported:
            raise ConservationError(f"cells: {counts}")
    return read


_FAILURES = {"died": "F111", "timeout": "F112", "error": "F116"}


def _rejected(file: InboxFile, failure: TaskFailure) -> CheckedForm:
    """The form of a file that stopped its worker: one finding and nothing else."""
    words = {"found": failure.detail, "seconds": failure.seconds}
    found = finding(_FAILURES[failure.kind], file=file.name, **words)
    return CheckedForm(file.name, file.sha256, file.size, findings=[found])


# --- returned forms ------------------------------------------------------------------------------


def _returns(
    request: MonthRequest,
    files: Sequence[InboxFile],
    roster: Roster | None,
    result: MonthResult,
    folder: Path,
) -> list[ReturnTask]:
    """One task for each form that counts and has an error or a warning."""
    from emubatch.merge import NO_CODE, counting_forms
    from emubatch.per_file import ReturnTask

    found: dict[str, list[Finding]] = {}
    for one in result.findings:
        found.setdefault(one.file, []).append(one)
    by_name = {file.name: file for file in files}
    listed = {unit.code: unit for unit in roster.units} if roster else {}
    to_mend = [
        (code, name, file, wave)
        for code, name, file, wave in counting_forms(result.data)
        if any(one.severity != "note" for one in found.get(file, ()) if file)
    ]
    stems = file_stems([f"{code}-{wave}" if wave else code for code, _, _, wave in to_mend])
    return [
        ReturnTask(
            file=by_name[file],
            programme=request.programme,
            settings=request.settings,
            path=folder / f"{stem}.xlsx",
            findings=tuple(found[file]),
            unit=(
                listed.get(code) or (None if code.startswith(NO_CODE) else RosterUnit(code, name))
            ),
            lang=request.lang,
            limits=request.limits,
        )
        for (code, name, file, _), stem in zip(to_mend, stems, strict=True)
    ]


def _write_returns(
    engine: Engine, tasks: Sequence[ReturnTask], progress: Progress
) -> list[Finding]:
    """Write the returned forms; one that cannot be written is a finding about its file."""
    from emubatch.per_file import write_return

    failed = []
    if tasks:
        tasks[0].path.parent.mkdir()
    progress("returns", 0, len(tasks))
    for done, (at, failure) in enumerate(engine.map(write_return, tasks), 1):
        if failure is not None and not _written_here(tasks[at], failure):
            unit = tasks[at].unit
            words = {"file": tasks[at].file.name, "unit": unit.code if unit else ""}
            failed.append((at, finding("F119", found=failure.detail or failure.kind, **words)))
        progress("returns", done, len(tasks))
    return [found for _, found in sorted(failed, key=lambda pair: pair[0])]


def _written_here(task: ReturnTask, failure: TaskFailure) -> bool:
    """Try once more what failed without killing its worker.

    Raises:
        OSError: when the place is full or cannot be written to: nothing is to be published then.
    """
    from emubatch.per_file import write_return

    if failure.kind != "error":
        return False
    try:
        write_return(task)
    except Exception as error:
        if isinstance(error, OSError) or is_no_space(error):
            raise
        return False
    return True


# --- writing -------------------------------------------------------------------------------------


def _write_reports(
    folder: Path,
    result: MonthResult,
    lang: Lang,
    returns: Mapping[str, str],
    progress: Progress,
    compare: Callable[[], None],
) -> None:
    """The reports of the month; ``returns`` names the returned form of each form that has one.

    The tables come first: ``compare`` holds them against those of an earlier run.
    """
    from emubatch.reports.merged import write_merged
    from emubatch.reports.questions import write_questions
    from emubatch.reports.summary import write_summary
    from emubatch.reports.tables import write_tables
    from emubatch.reports.workbook import write_result

    named = "anonymous" not in result.facts  # the merged data set is the forms themselves
    steps: tuple[tuple[str, Callable[[Path, MonthResult, Lang], object]], ...] = (
        ("data", write_tables),
        ("ket-qua.xlsx", partial(write_result, returns=returns)),
        *((("tong-hop.xlsx", write_merged),) if named else ()),
        ("bao-cao.html", write_summary),
        *((("ai-la-ai.xlsx", write_questions),) if result.data.questions else ()),
    )
    for done, (name, write) in enumerate(steps):
        progress("reports", done, len(steps))
        write(folder / name, result, lang)
        if name == "data":
            compare()
    progress("reports", len(steps), len(steps))


def _covered(
    result: MonthResult, manifest: dict[str, Any], keys: Path
) -> tuple[MonthResult, dict[str, Any]]:
    """The month under codes.

    Raises:
        InputError: ``codes_file``, when the file of codes cannot be used.
    """
    from emubatch.anonymous.codes import KeyFileError
    from emubatch.anonymous.cover import covered

    try:
        return covered(result, manifest, keys)
    except KeyFileError as error:
        raise InputError("codes_file", path=str(error.path)) from error


def _compare(
    request: MonthRequest, staging: Path, result: MonthResult, manifest: dict[str, Any]
) -> None:
    """Hold the tables just written against those of an earlier run, where there is one."""
    from emubatch.changes import COLUMNS, compare_new, table_rows

    if request.anonymous is not None:
        return
    try:
        result.changes = compare_new(
            request.out, staging, manifest, request.previous, follows=request.follows
        )
    except (FileNotFoundError, ValueError) as error:
        raise InputError("not_run", path=str(request.previous)) from error
    if result.changes is not None:
        write_table(staging, "changes", COLUMNS, table_rows(result.changes))


def _outcome(request: MonthRequest, result: MonthResult, as_of: str, returned: int) -> MonthOutcome:
    units = result.data.units
    missing = units[units["status"] == "missing"]
    nominees = result.nominees if result.verdicts is not None else None
    scores = result.scores
    return MonthOutcome(
        out=request.out,
        programme=result.programme,
        as_of=as_of,
        statuses=counted(result.data.submissions["status"]),
        severities=counted(found.severity for found in result.findings),
        eligibility=counted(nominees["eligibility"]) if nominees is not None else {},
        proposed=counted(nominees["proposed"]) if nominees is not None else {},
        scores=(
            counted(scores.loc[scores["criterion"] == "TOTAL", "outcome"])
            if scores is not None
            else {}
        ),
        targets=targets_of(result),
        conferences=counted(result.delegates["outcome"]) if result.delegates is not None else {},
        missing=tuple(zip(missing["unit"].tolist(), missing["name"].tolist(), strict=True)),
        returned=returned,
        questions=len(result.data.questions),
        claims=counted(result.data.claims["status"]) if result.data.claims is not None else {},
    )
