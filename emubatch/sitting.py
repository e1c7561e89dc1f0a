"""A council's sitting from copies to a published result: ``<run>/hoi-dong/`` and the register.

Everything is written beside its place and appears by one rename, inside the transaction that adds
the awards to the register: a command that does not end well leaves both as they were, and one that
is killed between the two is finished by the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from emubatch.council.agenda import Agenda, Person
from emubatch.council.ballots import read_copy
from emubatch.council.copies import Copy
from emubatch.council.count import Decision, count_votes
from emubatch.council.earlier import awarded_before
from emubatch.council.errors import SittingError
from emubatch.council.facts import facts_of
from emubatch.council.limits import LIMIT_COLUMNS, exceeded, hold, limit_rows
from emubatch.council.meeting import (
    Meeting,
    awarded,
    days_out_of_order,
    decided,
    issuer_of,
    issuer_words,
    meeting_of,
)
from emubatch.council.members import Member, gather
from emubatch.council.minutes import Minutes, write_minutes
from emubatch.council.rules import Majority
from emubatch.council.tables import sorted_findings, write_tables
from emubatch.messages import finding, word
from emubatch.model import Finding, Lang
from emubatch.plans import load_for_run
from emubatch.programme.problems import nearest, or_one_of
from emubatch.programme.tables import Programme, in_lang
from emubatch.register import Batch, Facts, open_register
from emubatch.register.facts import DECIDE
from emubatch.runfolder import (
    COUNCIL,
    MANIFEST,
    TOOL,
    lock_run_folder,
    manifest_hash,
    open_run_folder,
    read_manifest,
    read_table,
    write_table,
)
from emubatch.vietnamese import fold_key, nfc, parse_day
from emubatch.xl.ballot import BallotRow

if TYPE_CHECKING:
    from emubatch.money import Money

MINUTES, MONEY = "bien-ban.xlsx", "tien-thuong.xlsx"
Registered = Literal["added", "already", "not_decided", "no_register", "nothing"]


@dataclass(frozen=True, slots=True)
class SittingRequest:
    """What to decide: see the options of ``emubatch decide``.

    ``programme`` names the plan of the run where that is a folder or a workbook. ``meeting`` holds
    what was stated of the keys of ``council.meeting.OPTIONS``.
    """

    run: Path
    files: tuple[Path, ...]
    programme: str = ""
    register: Path | None = None
    rewards: Path | None = None
    majority: Majority = field(default_factory=Majority)
    meeting: Mapping[str, str] = field(default_factory=dict)
    lang: Lang = "vi"


@dataclass(slots=True)
class SittingOutcome:
    """What came of it, in counts; everything else is in the published folder ``out``.

    ``awards`` counts what the decision grants, ``pending`` the awards beside those; ``issuer`` is
    the label of who signs, empty where that is not clear, ``money`` what the awards pay.
    """

    out: Path
    members: list[Member]
    decisions: dict[str, int]
    findings: list[Finding]
    meeting: Meeting
    differing: int
    divided: int
    registered: Registered
    awards: int
    pending: int
    issuer: str = ""
    money: Money | None = None


def hold_sitting(request: SittingRequest) -> SittingOutcome:
    """Reads the copies, counts, publishes, and brings what was decided to the register.

    Raises:
        SittingError, RunFolderError, RegisterError, ProgrammeError: nothing was published then.
    """
    _check_run(request.run)
    with lock_run_folder(request.run):
        agenda = agenda_of(request.run, request.programme)
        stated = _stated(request.meeting, agenda)
        copies = [read_copy(path, name, agenda) for name, path in _named(request.files)]
        copies.sort(key=lambda copy: (copy.file, copy.sha256))
        findings = [one for copy in copies for one in copy.findings]
        usable = [copy for copy in copies if copy.usable]
        if not usable:
            raise SittingError("no_copies", sorted_findings(findings))
        members, between = gather(usable, agenda)
        meeting, about = meeting_of(usable, stated, agenda)
        decisions = count_votes(agenda, members, request.majority, request.lang)
        limits = hold(agenda, decisions, request.lang)
        findings += [*between, *about, *days_out_of_order(meeting)]
        findings += [*_without_award(decisions, agenda), *exceeded(limits)]
        findings += _awarded_before(request, decisions, meeting, agenda)
        minutes = Minutes(
            agenda,
            members,
            decisions,
            sorted_findings(findings),
            meeting,
            _issuer_label(agenda, issuer_of(decisions, meeting, agenda), request.lang),
            request.majority,
            limits,
        )
        return _publish(request, minutes, copies)


def _check_run(run: Path) -> None:
    if not (run / MANIFEST).is_file():
        raise SittingError("not_run", path=str(run))


# --- what is decided on --------------------------------------------------------------------------


def agenda_of(run: Path, programme: str = "") -> Agenda:
    """The ballot of a published run.

    Raises:
        SittingError: ``not_run``, ``no_ballot``.
        ProgrammeError: when the plan of the run cannot be loaded.
    """
    try:
        manifest = read_manifest(run)
    except (OSError, ValueError) as error:
        raise SittingError("not_run", path=str(run)) from error
    if not manifest.get("ballot"):
        raise SittingError("no_ballot", path=str(run))
    plan = load_for_run(manifest, programme)
    nominees = sorted(read_table(run, "nominees"), key=_reading_order(plan))
    units = {row["unit"]: row["name"] or row["unit"] for row in read_table(run, "units")}
    return Agenda(
        ballot=str(manifest["ballot"]),
        rows={row["nominee"]: _ballot_row(row, units) for row in nominees},
        people={row["nominee"]: _person(row) for row in nominees},
        programme=plan,
        period=str(manifest.get("period", "")),
        as_of=str(manifest.get("as_of", "")),
        lang="en" if manifest.get("lang") == "en" else "vi",
        limits=tuple(read_table(run, "quotas")),
    )


def _reading_order(plan: Programme) -> Any:
    """Collectives first, by group, rank and unit, as the ballot has them."""
    name = next((f.list for f in plan.fields if f.role == "group" and f.list), "")
    groups = {choice.code: at for at, choice in enumerate(plan.lists.get(name, ()))}

    def key(row: Mapping[str, str]) -> tuple[Any, ...]:
        rank = float(row["rank"]) if row["rank"] else float("inf")
        group = groups.get(row["group"], len(groups))
        return row["kind"], group, rank, row["unit"], row["nominee"]

    return key


def _ballot_row(row: Mapping[str, str], units: Mapping[str, str]) -> BallotRow:
    return BallotRow(
        nominee=row["nominee"],
        kind=row["kind"],
        name=row["name"],
        unit=row["unit"],
        unit_name=units.get(row["unit"], row["unit"]),
        requested=row.get("requested", ""),
        eligibility=row["eligibility"],
        proposed=row["proposed"],
        basis=row["reason"],
    )


def _person(row: Mapping[str, str]) -> Person:
    from emubatch.merge import NO_CODE

    unit = "" if row["unit"].startswith(NO_CODE) else row["unit"]
    texts = (
        row.get(name, "") for name in ("person_code", "birth_year", "position", "group", "tier")
    )
    return Person(unit, *texts)


def _named(files: Sequence[Path]) -> list[tuple[str, Path]]:
    """Files with the names they are called by; a file given twice counts once."""
    paths = list({path.resolve(): path for path in files}.values())
    names = [nfc(path.name) for path in paths]
    folded = [name.casefold() for name in names]
    return [
        (
            name
            if folded.count(name.casefold()) == 1
            else f"{nfc(path.resolve().parent.name)}/{name}",
            path,
        )
        for name, path in zip(names, paths, strict=True)
    ]


def _stated(meeting: Mapping[str, str], agenda: Agenda) -> dict[str, str]:
    """What the command says of the meeting: dates as ISO, the issuer as its code.

    Raises:
        SittingError: ``bad_date``, ``bad_issuer``.
    """
    found = {key: value for key, value in meeting.items() if value}
    for key in ("meeting", "date"):
        if key in found:
            day = parse_day(found[key])
            if not day:
                raise SittingError("bad_date", value=found[key])
            found[key] = day
    if "issuer" in found:
        known = issuer_words(agenda)
        code = known.get(fold_key(found["issuer"]))
        if code is None:
            near = nearest(found["issuer"], sorted(set(known.values())))
            raise SittingError("bad_issuer", value=found["issuer"], nearest=or_one_of(near))
        found["issuer"] = code
    return found


def _issuer_label(agenda: Agenda, code: str, lang: Lang) -> str:
    for choice in agenda.programme.choices:
        if code and choice.code == code and choice.list in _issuer_lists(agenda):
            return in_lang(choice, "label", lang)
    return ""


def _issuer_lists(agenda: Agenda) -> set[str]:
    return {f.list for f in agenda.programme.fields if f.role == "issuer"}


def _without_award(decisions: Sequence[Decision], agenda: Agenda) -> Iterator[Finding]:
    """Whom the council agrees to commend without anybody having said how."""
    for decision in decisions:
        if (
            decision.decision == "agree"
            and not decision.award
            and not agenda.registers(decision.row.nominee)
        ):
            yield finding("W858", value=decision.row.nominee, name=decision.row.name)


def _awarded_before(
    request: SittingRequest, decisions: Sequence[Decision], meeting: Meeting, agenda: Agenda
) -> list[Finding]:
    """Who has the same award already, by the register as it is before this decision."""
    rows = dict.fromkeys(agenda.rows, 0)
    facts = facts_of(decisions, meeting, agenda, _source(agenda), rows)
    if not facts.awards or request.register is None or not request.register.is_file():
        return []
    names = {row[0]: row[3] for row in facts.people}
    names.update({row[0]: row[1] for row in facts.collectives})
    with open_register(request.register) as register:
        return list(awarded_before(facts, names, register, agenda))


# --- publishing ----------------------------------------------------------------------------------


def _publish(request: SittingRequest, minutes: Minutes, copies: Sequence[Copy]) -> SittingOutcome:
    """Writes the folder, adds the facts to the register, lets the folder appear."""
    out = request.run / COUNCIL
    with open_run_folder(out, replace=True) as folder:
        facts, sha256 = _write(folder.staging, request, minutes)
        money = _write_money(folder.staging, request, minutes)
        batch = Batch(DECIDE, _source(minutes.agenda), sha256)
        complete = minutes.meeting.number and minutes.meeting.date and minutes.issuer
        due = any(decision.award for decision in minutes.decisions)
        registered: Registered = "not_decided" if due and not complete else "nothing"
        if facts.awards:
            registered = "added" if request.register else "no_register"
        key = batch.key(facts) if registered == "added" else ""
        manifest = _manifest(request, minutes, copies, key, len(facts.awards))
        with _register(request, out, key) as register:
            if register is not None and not register.add(batch, facts):
                registered = "already"
            folder.publish(manifest)
    found = [decision.decision for decision in minutes.decisions]
    agreed = sum(bool(decision.award) for decision in minutes.decisions)
    return SittingOutcome(
        out=out,
        members=list(minutes.members),
        decisions={code: found.count(code) for code in dict.fromkeys(sorted(found))},
        findings=list(minutes.findings),
        meeting=minutes.meeting,
        differing=sum(decision.differs for decision in minutes.decisions),
        divided=sum(decision.divided for decision in minutes.decisions),
        registered=registered,
        awards=len(facts.awards),
        pending=agreed - len(facts.awards),
        issuer=minutes.issuer,
        money=money,
    )


def _write(staging: Path, request: SittingRequest, minutes: Minutes) -> tuple[Facts, str]:
    """The files of the folder; returns what goes to the register, and the hash of the decisions."""
    rows = write_minutes(staging / MINUTES, minutes, request.lang)
    write_tables(staging, minutes.decisions, minutes.members, minutes.findings, request.lang)
    if minutes.agenda.limits:
        write_table(staging, "limits", LIMIT_COLUMNS, limit_rows(minutes.limits))
    agenda, meeting = minutes.agenda, minutes.meeting
    facts = facts_of(minutes.decisions, meeting, agenda, _source(agenda), rows)
    content = (staging / "data" / "decisions.csv").read_bytes()
    return facts, hashlib.sha256(agenda.ballot.encode() + content).hexdigest()


def _write_money(staging: Path, request: SittingRequest, minutes: Minutes) -> Money:
    """What this decision pays, on its day; what others sign is counted and not paid here."""
    from emubatch.money import MONEY_COLUMNS, award_money, rates_of, settings_of
    from emubatch.money.book import read_rate_book
    from emubatch.reports.workbook_money import write_reward_money

    agenda, meeting = minutes.agenda, minutes.meeting
    programme = agenda.programme
    every = awarded(minutes.decisions)
    granted = every
    if meeting.number and meeting.date and minutes.issuer:
        granted = decided(minutes.decisions, meeting, agenda)
    left = word("sitting_money_left", request.lang).format(count=len(every) - len(granted))
    rows = [
        {
            **{"nominee": d.row.nominee, "kind": d.row.kind, "name": d.row.name},
            **{"unit": d.row.unit, "award": d.award, "year": "", "decision": meeting.number},
        }
        for d in granted
    ]
    rates = rates_of(programme, read_rate_book(request.rewards))
    money = award_money(rows, rates, meeting.date, settings_of(programme))
    units = {row.unit: row.unit_name for row in agenda.rows.values()}
    about = left if len(granted) < len(every) else ""
    write_reward_money(staging / MONEY, money, programme, units, request.lang, about=about)
    write_table(staging, "money", MONEY_COLUMNS, money.rows())
    return money


def _source(agenda: Agenda) -> str:
    """How the minutes are called in the register, wherever the run folder lies."""
    return "/".join((agenda.programme.id, agenda.period or agenda.as_of, COUNCIL, MINUTES))


def _manifest(
    request: SittingRequest, minutes: Minutes, copies: Sequence[Copy], batch: str, awards: int
) -> dict[str, Any]:
    agenda, meeting, majority = minutes.agenda, minutes.meeting, minutes.majority
    return {
        "tool": TOOL,
        "programme": {"id": agenda.programme.id, "version": agenda.programme.version},
        "run": {"manifest_sha256": manifest_hash(request.run)},
        "ballot": agenda.ballot,
        "lang": request.lang,
        "inputs": [_input(copy) for copy in copies if copy.usable],
        "unused": [_input(copy) for copy in copies if not copy.usable],
        "members": [
            {"name": m.name, "unit": m.unit, "role": m.role, "files": m.files}
            for m in minutes.members
        ],
        "majority": {
            "share": str(majority.share),
            "forms": {code: str(share) for code, share in majority.forms.items()},
            "quorum": majority.quorum,
            "base": majority.base,
        },
        "meeting": {
            "date": meeting.meeting,
            "decision_number": meeting.number,
            "decision_date": meeting.date,
            "issuer": issuer_of(minutes.decisions, meeting, agenda),
        },
        **({"register": {"batch": batch, "awards": awards}} if batch else {}),
    }


def _input(copy: Copy) -> dict[str, Any]:
    return {"file": copy.file, "sha256": copy.sha256, "size": copy.size}


@contextmanager
def _register(request: SittingRequest, out: Path, batch: str) -> Iterator[Any]:
    """The register as one transaction, when something goes there; else nothing.

    Raises:
        SittingError: ``registered``, when another result of this run is in the register.
    """
    earlier = _batch_of(out)
    if not batch:
        if earlier:
            raise SittingError("registered", path=str(request.run))
        yield None
        return
    assert request.register is not None
    with open_register(request.register, write=True) as register:
        if earlier and earlier != batch and _holds(register, earlier):
            raise SittingError("registered", path=str(request.run))
        yield register


def _holds(register: Any, batch: str) -> bool:
    return any(row[-1] == batch for row in register.batches())


def _batch_of(out: Path) -> str:
    """The batch by which an earlier result went to the register, empty when it did not."""
    try:
        return str(read_manifest(out).get("register", {}).get("batch", ""))
    except (OSError, ValueError):
        return ""


# --- taking it back ------------------------------------------------------------------------------


def undo_sitting(run: Path, register: Path | None) -> bool:
    """Removes a council's result and takes it back from the register; True when it was there.

    Raises:
        SittingError: ``not_run``, ``no_result``, ``no_register``.
    """
    out = run / COUNCIL
    _check_run(run)
    with lock_run_folder(run), open_run_folder(out, replace=True) as folder:
        if not (out / MANIFEST).is_file():
            raise SittingError("no_result", path=str(run))
        batch, removed = _batch_of(out), False
        if batch:
            if register is None:
                raise SittingError("no_register", path=str(run))
            with open_register(register, write=True, make=False) as opened:
                removed = opened.remove(batch)
        out.rename(folder.staging / COUNCIL)  # one step; the staging folder goes when it ends
    return removed
