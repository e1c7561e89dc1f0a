"""Forms out of a mailbox into the inbox: every letter ends as taken, seen, ignored or refused.

Forms are on the disk before the register of letters says so, and the server is told last. A
collection that is killed at any point is completed by the next one, with the same files.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from emubatch.mail.book import Book, FileRow, LetterRow, open_book
from emubatch.mail.forms import digest, form_suffix, stored_name
from emubatch.mail.headers import addresses_of
from emubatch.mail.letter import Attachment, Damaged, Letter
from emubatch.mail.parse import headline, parse
from emubatch.mail.receipts import write_receipts, write_safely
from emubatch.mail.sources import SIZE_LIMIT, Arrival, Source
from emubatch.messages import finding
from emubatch.model import Finding, RosterUnit
from emubatch.runfolder import flush

TAKEN, SEEN, IGNORED, REFUSED = "taken", "seen", "ignored", "refused"
STATUSES = (TAKEN, SEEN, IGNORED, REFUSED)
_BATCH = 100
_BYTES = "sha256"  # a place that every letter has: its own bytes


class ConservationError(RuntimeError):
    """Letters were lost or doubled: the program is broken."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one letter: its status, and how many forms it brought."""

    place: str
    day: str
    unit: str
    status: str
    reason: str = ""
    forms: int = 0
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class Collected:
    """All letters of a source; ``new`` counts the forms stored now, ``others`` what is no letter.

    ``letters`` is everything that the register of letters knows.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    new: int = 0
    others: int = 0
    letters: list[LetterRow] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many letters ended in each status."""
        found = Counter(one.status for one in self.outcomes)
        return {status: found[status] for status in STATUSES}


@dataclass(frozen=True, slots=True)
class Place:
    """Where forms go, and who sends them.

    Attributes:
        folder: of the workspace; the register of letters lies in it.
        inbox: where forms are stored.
        units: address -> codes of the units that write from it.
        known_only: leave letters alone whose sender is no unit's.
        own: address of the office; what it sent itself comes from no unit.
    """

    folder: Path
    inbox: Path
    units: Mapping[str, Sequence[str]]
    known_only: bool = False
    own: str = ""

    @property
    def inbox_name(self) -> str:
        """The inbox in the register: the workspace may be moved as a whole."""
        inbox, folder = self.inbox.resolve(), self.folder.resolve()
        inside = inbox.is_relative_to(folder)
        return (inbox.relative_to(folder) if inside else inbox).as_posix()


def addresses(units: Sequence[RosterUnit]) -> dict[str, list[str]]:
    """Address -> codes of the units that the roster gives it to."""
    found: dict[str, list[str]] = {}
    for unit in units:
        for address in addresses_of(unit.email):
            found.setdefault(address, []).append(unit.code)
    return found


def collect(place: Place, source: Source, source_name: str = "") -> Collected:
    """Store the forms of every letter of a source; see ``Outcome``.

    Raises:
        MailError: when the register of letters or the server cannot be used.
        OSError: when the inbox cannot be written to; what was done so far stays done.
    """
    place.inbox.mkdir(parents=True, exist_ok=True)
    with open_book(place.folder) as book:
        for left in place.inbox.glob(".*.part-*"):
            left.unlink()
        work = _Collection(place, book, source_name)
        arrivals = source.arrivals(lambda uid: bool(book.at(source_name, uid)))
        while work.batch(arrivals):
            source.done(work.finished)
            work.finished = []
        found = work.found
        found.others = source.others
        found.letters = book.letters()
    if sum(found.counts.values()) != work.count:
        raise ConservationError(f"letters: {work.count} in, {found.counts} out")
    return found


class _Collection:
    """One pass over a source; ``finished`` are the uids that the server may be told of."""

    def __init__(self, place: Place, book: Book, source: str) -> None:
        self.place = place
        self.book = book
        self.source = source
        self.found = Collected()
        self.finished: list[str] = []
        self.count = 0

    def batch(self, arrivals: Iterator[Arrival]) -> bool:
        """Some more letters, safe on the disk when this returns; False when there were none."""
        before, stored = self.count, self.found.new
        finished: list[str] = []
        with self.book.saved():
            for arrival in islice(arrivals, _BATCH):
                self.count += 1
                outcome, done = self._arrived(arrival)
                self.found.outcomes.append(outcome)
                finished += [arrival.uid] if done and arrival.uid else []
            if self.count > before:
                if self.found.new > stored:
                    flush(self.place.inbox)
                self._list()
        self.finished = finished
        return self.count > before

    def _list(self) -> None:
        """The days of receipt, before the register says that the letters are done."""
        rows = self.book.receipts(self.place.inbox_name)
        if rows:
            write_receipts(self.place.inbox, rows)

    def _arrived(self, arrival: Arrival) -> tuple[Outcome, bool]:
        """What becomes of a letter, and whether the server may be told that it is done."""
        if arrival.known:
            row = self.book.letter(self.book.at(self.source, arrival.uid))
            return self._seen(arrival, row) if row else (_outcome(arrival, Letter(), SEEN), False)
        raw = digest(arrival.data) if arrival.data is not None else ""
        same = self.book.letter(self.book.at(_BYTES, raw))
        if same:
            self.book.seen_at(self.source, arrival.uid, same.key)
            return self._seen(arrival, same)
        try:
            if arrival.data is None:
                mb = arrival.size >> 20
                raise Damaged("E902", found=mb, limit=SIZE_LIMIT >> 20)
            letter = parse(arrival.data)
        except Damaged as error:
            return self._refused(arrival, error), False
        key = _key(letter, arrival.data)
        row = self.book.letter(key)
        if row and row.status != REFUSED:
            self.book.seen_at(self.source, arrival.uid, key)
            return self._seen(arrival, row)
        found = self._judged(arrival, letter, key)
        self.book.seen_at(_BYTES, raw, key)  # counts only for a letter that was kept
        return found

    def _seen(self, arrival: Arrival, row: LetterRow) -> tuple[Outcome, bool]:
        outcome = Outcome(arrival.place, row.received[:10], row.unit, SEEN)
        return outcome, row.status == TAKEN

    def _refused(self, arrival: Arrival, error: Damaged) -> Outcome:
        letter = headline(arrival.data or b"")
        mark = arrival.data if arrival.data is not None else arrival.place.encode()
        problem = finding(error.code, file=arrival.place, **error.words)
        row = _row(digest(mark), letter, arrival, self._unit(letter), REFUSED, error.code)
        self.book.keep(row, "", "")
        return replace(_outcome(arrival, letter, REFUSED, row.unit), findings=(problem,))

    def _judged(self, arrival: Arrival, letter: Letter, key: str) -> tuple[Outcome, bool]:
        forms = [(one, form_suffix(one)) for one in letter.attachments]
        count = sum(bool(suffix) for _, suffix in forms)
        units = self._units(letter)
        unit = units[0] if len(units) == 1 else ""
        notes = _notes(arrival.place, letter, count, units)
        reason = letter.nature if letter.nature != "letter" else "" if count else "no_form"
        if not reason and self._is_own(letter):
            reason, notes = "own", [finding("W905", file=arrival.place, count=count)]
        if letter.nature == "bounce":
            notes = [self._bounced(arrival.place, letter)]
        elif not reason and not units and self.place.known_only:
            outcome = _outcome(arrival, letter, IGNORED, "", "unknown")
            return replace(outcome, findings=tuple(notes)), False
        row = _row(key, letter, arrival, unit, IGNORED if reason else TAKEN, reason)
        files = []
        index = 0
        for one, suffix in forms:
            index += bool(suffix)
            stored = ""
            if suffix and not reason:
                stored, again = self._store(letter, unit, index, one, suffix)
                if again:
                    notes.append(finding("N904", file=arrival.place, value=stored))
            inbox = self.place.inbox_name if stored else ""
            files.append(FileRow(digest(one.data), len(one.data), one.name, inbox, stored))
        self.book.keep(replace(row, files=tuple(files)), self.source, arrival.uid)
        outcome = _outcome(arrival, letter, row.status, unit, reason, 0 if reason else count)
        return replace(outcome, findings=tuple(notes)), row.status == TAKEN

    def _store(
        self, letter: Letter, unit: str, index: int, form: Attachment, suffix: str
    ) -> tuple[str, bool]:
        """Name of a form in the inbox, and whether the same bytes came there before."""
        known = self.book.stored_as(digest(form.data), self.place.inbox_name)
        if known and (self.place.inbox / known).is_file():
            return known, True
        name = stored_name(letter, unit, index, form, suffix)
        path = self.place.inbox / name
        if not path.is_file() or digest(path.read_bytes()) != digest(form.data):
            write_safely(path, form.data)
        self.found.new += 1
        return name, False

    def _is_own(self, letter: Letter) -> bool:
        """A reply of the office, by its address or by its id: the form in it is the office's."""
        ids = [letter.message_id] if letter.message_id else []
        return letter.sender == self.place.own != "" or bool(self.book.units_of_replies(ids))

    def _units(self, letter: Letter) -> list[str]:
        """The units of the sender, else of whoever wrote the letters forwarded in it."""
        units = self.place.units
        inner = dict.fromkeys(one.sender for one in letter.attachments if one.sender)
        for address in (letter.sender, *inner):
            if address in units:
                return list(units[address])
        return []

    def _unit(self, letter: Letter) -> str:
        units = self._units(letter)
        return units[0] if len(units) == 1 else ""

    def _bounced(self, place: str, letter: Letter) -> Finding:
        units = [code for one in letter.failed for code in self.place.units.get(one, ())]
        units += self.book.units_of_replies(letter.references)
        shown = ", ".join(dict.fromkeys(units)) or "–"
        return finding("W903", file=place, unit=shown)


def _notes(place: str, letter: Letter, forms: int, units: Sequence[str]) -> list[Finding]:
    """What the office should know of a letter that was read."""
    found = []
    if letter.nature in ("auto", "list"):
        code = "W904" if forms else "N901" if letter.nature == "auto" else "N902"
        return [finding(code, file=place, count=forms)]
    if not forms:
        return [finding("N903", file=place)]
    if not units:
        found.append(finding("W901", file=place))
    if len(units) > 1:
        found.append(finding("N906", file=place, value=", ".join(units)))
    others = len(letter.attachments) - forms
    if others:
        found.append(finding("N905", file=place, count=others))
    return found


def _key(letter: Letter, data: bytes) -> str:
    """What makes a letter the same: its id and what it brought, wherever it lies.

    A program that gives two letters one id does not make the second one disappear.
    """
    own = letter.message_id or digest(data)
    parts = [own, *sorted(digest(one.data) for one in letter.attachments)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _outcome(
    arrival: Arrival,
    letter: Letter,
    status: str,
    unit: str = "",
    reason: str = "",
    forms: int = 0,
) -> Outcome:
    return Outcome(arrival.place, letter.day, unit, status, reason, forms)


def _row(
    key: str, letter: Letter, arrival: Arrival, unit: str, status: str, reason: str
) -> LetterRow:
    return LetterRow(
        key=key,
        message_id=letter.message_id,
        refs=" ".join(letter.references),
        sender=letter.sender,
        subject=letter.subject,
        received=letter.received.isoformat(timespec="minutes") if letter.received else "",
        unit=unit,
        status=status,
        reason=reason,
        place=arrival.place,
    )
