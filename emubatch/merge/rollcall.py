"""Roll-call: which file is whose, which one counts, which expected unit sent nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from emubatch.merge.lateness import lateness
from emubatch.merge.received import Received, UnitEntry, bytes_key, sentence
from emubatch.merge.rivals import ANSWERS, hold, left_out, names_of
from emubatch.merge.waves import first_lateness, set_later_wave_aside
from emubatch.messages import finding
from emubatch.model import CheckedForm, Finding, RosterUnit
from emubatch.programme.problems import nearest, or_one_of
from emubatch.programme.tables import Programme, Sheet, in_lang
from emubatch.vietnamese import clean, fold_key, natural_key, slug

NO_CODE = "KHONG-RO"  # units whose form states no code get one that says so


@dataclass(slots=True)
class RollCall:
    """Units in order (the roster's, then the others), files in order of their names."""

    units: list[UnitEntry]
    files: list[Received]
    findings: list[Finding]
    replaced: list[dict[str, str]]

    def used_forms(self) -> Iterable[CheckedForm]:
        """The forms that count, in order of the units."""
        return (file.form for entry in self.units for file in entry.counted)

    def all_findings(self) -> list[Finding]:
        """Findings of the month so far; those of replaced files are replaced by one note."""
        return [*self.findings, *(found for file in self.files for found in file.findings)]


def call_roll(
    forms: Sequence[CheckedForm],
    roster: Sequence[RosterUnit] | None,
    programme: Programme,
    as_of: str,
    supersede: str = "newest",
) -> RollCall:
    """Assign every file to its unit, choose the file that counts, list who is missing.

    With ``supersede`` "ask", forms of one unit of which the newest lacks what another has are all
    held back.
    """
    ordered = sorted(forms, key=lambda form: (natural_key(form.file), form.file))
    files = [Received(form, findings=list(form.findings)) for form in ordered]
    book = _Book(roster, programme, as_of)
    replaced = _set_duplicates_aside(files)
    for file in files:
        if file.status == "duplicate":
            continue
        if not file.form.readable:
            file.status = "rejected"
            file.unit = book.listed_code(file.form.unit)
            book.reject(file.unit)
            continue
        file.unit = book.unit_of(file)
    for file in files:
        _date(file, book)
        replaced += set_later_wave_aside(file, programme)
    replaced += _settle_claims(files, book, supersede)
    unit_of_bytes = {bytes_key(file): file.unit for file in files if file.status != "duplicate"}
    for file in files:
        file.unit = unit_of_bytes[bytes_key(file)]
        file.findings = [f if f.unit else replace(f, unit=file.unit) for f in file.findings]
    for row in replaced:
        row["unit"] = row["unit"] or next(f.unit for f in files if f.form.file == row["file"])
    return RollCall(book.entries(), files, book.findings, replaced)


def _settle_claims(files: Sequence[Received], book: _Book, supersede: str) -> list[dict[str, str]]:
    """Choose among the forms of each unit and wave; returns what replaced what."""
    programme = book.programme
    replaced: list[dict[str, str]] = []
    claims: dict[tuple[str, str], list[Received]] = {}
    for file in files:
        if not file.status:
            claims.setdefault((file.unit, file.wave), []).append(file)
    for (code, _), claimants in claims.items():
        held = hold(claimants, _newest(claimants, book), programme) if supersede == "ask" else []
        if held:
            replaced += held
            book.hold(code)
            continue
        replaced += _choose(claimants, book)
        used = next(file for file in claimants if not file.status)
        if programme.wave_field:
            used.late = first_lateness(claimants)
        book.receive(code, used)
        book.note_estimate(used, claimants)
    return replaced


# --- identical files -----------------------------------------------------------------------------


def _set_duplicates_aside(files: Sequence[Received]) -> list[dict[str, str]]:
    """Files with the bytes of an earlier one (by name) are listed and not used."""
    first: dict[str, Received] = {}
    replaced = []
    for file in files:
        original = first.setdefault(bytes_key(file), file)
        if original is file:
            continue
        file.status = "duplicate"
        file.unit = file.form.unit
        file.findings = [finding("N511", file=file.form.file, other=original.form.file)]
        replaced.append(sentence("N511", file, original))
    return replaced


# --- several forms of one unit -------------------------------------------------------------------


def _choose(claimants: list[Received], book: _Book) -> list[dict[str, str]]:
    """Keep the newest usable form of a unit; the others are listed with the rule.

    Newest: by date of receipt, then by the time of saving stated inside the file, then by file
    name with numbers by value, then by content; a final report is newer than any estimate of its
    wave. A form with nothing usable never replaces one that has something.
    """
    if len(claimants) == 1:
        return []
    newest = sorted(claimants, key=_age)
    winner = _newest(claimants, book)
    names = {fold_key(book.stated_name(file.form)) for file in claimants}
    replaced = []
    for file in claimants:
        if len(names - {""}) > 1:
            file.findings.append(_other_name(file, claimants, book))
        if file is winner:
            continue
        if newest.index(file) > newest.index(winner):
            file.status = "returned"
            file.findings.append(
                finding("W513", file=file.form.file, unit=file.unit, other=winner.form.file)
            )
            replaced.append(sentence("W513", file, winner))
            continue
        file.status = "superseded"
        note = finding(
            "N517" if file.estimate and not winner.estimate else "N512",
            file=file.form.file,
            unit=file.unit,
            other=winner.form.file,
            count=sum(found.severity != "note" for found in file.form.findings),
        )
        # What was wrong with a replaced form need not be mended any more.
        file.findings = [note, *(found for found in file.findings if found.code == "W512")]
        file.findings += _without(file, winner, book.programme)
        replaced.append(sentence(note.code, file, winner))
    return replaced


def _newest(claimants: Sequence[Received], book: _Book) -> Received:
    """The newest form that has something to use, else the newest."""
    newest = sorted(claimants, key=_age)
    return max(newest, key=lambda file: (is_usable(file.form, book.programme), newest.index(file)))


def _without(file: Received, winner: Received, programme: Programme) -> list[Finding]:
    """A warning that a replaced form has what the form that is used does not have."""
    lost = left_out(file, winner, programme)
    if not lost:
        return []
    words = {"unit": file.unit, "other": winner.form.file, "names": names_of(lost)}
    return [finding("W515", file=file.form.file, count=len(lost), **words)]


def _age(file: Received) -> tuple[Any, ...]:
    form = file.form
    newest = (file.received, form.modified, natural_key(form.file), form.file, form.sha256)
    return (not file.estimate, *newest)


def _other_name(file: Received, claimants: Sequence[Received], book: _Book) -> Finding:
    others = [
        f"{other.form.file} («{book.stated_name(other.form)}»)"
        for other in claimants
        if other is not file
    ]
    return finding(
        "W512",
        file=file.form.file,
        unit=file.unit,
        value=file.unit,
        name=book.stated_name(file.form),
        other=", ".join(others),
        **book.address(file.form, "unit_code"),
    )


def is_usable(form: CheckedForm, programme: Programme) -> bool:
    """Whether a form says anything beside what stands in a blank one: nominees, or answers."""
    if programme.sheets_with_role("nominee"):
        return any(form.tables[s.key].rows for s in _sheets(form, programme, "nominee"))
    if any(form.tables[s.key].rows for s in _sheets(form, programme, "unit_detail")):
        return True
    return any(
        value is not None
        for role in ("scorecard", "indicators", "targets")
        for sheet in _sheets(form, programme, role)
        for spec in programme.fields_of[sheet.key]
        if spec.role in ANSWERS
        for value in form.tables[sheet.key].columns.get(spec.key, ())
    )


def _sheets(form: CheckedForm, programme: Programme, role: str) -> list[Sheet]:
    return [sheet for sheet in programme.sheets_with_role(role) if sheet.key in form.tables]


def _date(file: Received, book: _Book) -> None:
    """Date of receipt: the office's own note in the roster, else the letter's, else the form's."""
    expected = book.roster_unit(file.unit)
    programme = book.programme
    if programme.wave_field:
        file.wave = str(book.stated(file.form, "wave") or programme.waves[-1])
        file.estimate = book.stated(file.form, "estimate") == "CO"
    noted = expected.received if expected and file.wave in programme.waves[-1:] else ""
    if not programme.wave_field:
        noted = expected.received if expected else ""
    arrived, stated = file.form.arrived, file.form.received
    file.received = noted or arrived or stated
    if file.received == arrived and stated and stated != arrived:
        words = {"unit": file.unit, "value": stated, "arrived": arrived}
        file.findings.append(finding("N518", file=file.form.file, **words))
    file.late = lateness(file.received, programme, book.first_row(file.form))


# --- the units -----------------------------------------------------------------------------------


def code_key(code: str) -> str:
    """Unit codes are the same when they differ in case and spaces only."""
    return clean(code).casefold()


class _Book:
    """The units of the month: those of the roster, and those that turn up."""

    def __init__(
        self, roster: Sequence[RosterUnit] | None, programme: Programme, as_of: str
    ) -> None:
        self.programme = programme
        self.as_of = as_of
        self.given = roster is not None
        self.findings: list[Finding] = []
        self._roster = {code_key(unit.code): unit for unit in roster or ()}
        self._by_name: dict[str, list[RosterUnit]] = {}
        for unit in roster or ():
            self._by_name.setdefault(fold_key(unit.name), []).append(unit)
        self._received: dict[str, Received] = {}
        self._earlier: dict[str, list[Received]] = {}
        self._estimates: dict[str, Received] = {}
        self._rejected: set[str] = set()
        self._held: set[str] = set()
        self._nameless: set[str] = set()

    def roster_unit(self, code: str) -> RosterUnit | None:
        """The unit of the roster with this code."""
        return self._roster.get(code_key(code)) if code else None

    def listed_code(self, code: str) -> str:
        """The code as the roster writes it, else as it stands."""
        found = self.roster_unit(code)
        return found.code if found else clean(code)

    def first_row(self, form: CheckedForm) -> dict[str, Any]:
        """The first row of the unit sheet; a report without a wave counts for the one judged."""
        found: dict[str, Any] = {}
        for sheet in self.programme.sheets_with_role("unit"):
            table = form.tables.get(sheet.key)
            if table and table.rows:
                found |= {key: values[0] for key, values in table.columns.items() if values}
        wave = self.programme.wave_field
        if wave is not None and not found.get(wave.key):
            found[wave.key] = self.programme.waves[-1]
        return found

    def stated_name(self, form: CheckedForm) -> str:
        """Name of the unit as its form states it."""
        return str(self.stated(form, "unit_name") or "")

    def stated(self, form: CheckedForm, role: str) -> Any:
        """What the first row of the unit sheet says in the column with this role."""
        for sheet in self.programme.sheets_with_role("unit"):
            spec = self.programme.field_with_role(sheet.key, role)
            table = form.tables.get(sheet.key)
            if spec and table and table.rows:
                return table.columns.get(spec.key, [None])[0]
        return None

    def address(self, form: CheckedForm, role: str) -> dict[str, str]:
        """Sheet, cell and field of a column of the unit sheet, as far as the form has them."""
        for sheet in self.programme.sheets_with_role("unit"):
            spec = self.programme.field_with_role(sheet.key, role)
            table = form.tables.get(sheet.key)
            if spec and table:
                letter = table.letters.get(spec.key)
                row = table.rows[0] if table.rows else 0
                cell = f"{letter}{row}" if letter and row else ""
                return {"sheet": table.title, "cell": cell, "field": spec.key}
        return {}

    def unit_of(self, file: Received) -> str:
        """Code of the unit that sent this form; what is unusual about it becomes a finding."""
        code = self.listed_code(file.form.unit)
        if code:
            self._note_standing(file, code)
            return code
        name = self.stated_name(file.form)
        listed = self._by_name.get(fold_key(name), []) if name else []
        where = self.address(file.form, "unit_code")
        if len(listed) == 1:
            code = listed[0].code
            words = {"unit": code, "name": name, "file": file.form.file, **where}
            file.findings.append(finding("N513", **words))
            self._note_standing(file, code)
            return code
        code = self._made_up(file.form.file)
        names = {unit.name: unit.code for unit in self._roster.values()}
        likely = [f"{names[n]} ({n})" for n in nearest(name, names)] if name else []
        words = {"unit": code, "value": name, "nearest": or_one_of(likely), "file": file.form.file}
        found = finding("E511" if name else "E512", **words, **where)
        file.findings = [f for f in file.findings if not _says_blank(f, found)] + [found]
        return code

    def _made_up(self, path: str) -> str:
        """A code for a unit that states none, taken from its file name."""
        stem = slug(path.rpartition(".")[0] or path).upper()
        base = code = f"{NO_CODE}-{stem}" if stem else NO_CODE
        count = 1
        while code_key(code) in self._nameless or code_key(code) in self._roster:
            count += 1
            code = f"{base}-{count}"
        self._nameless.add(code_key(code))
        return code

    def _note_standing(self, file: Received, code: str) -> None:
        """Note a unit that is not on the roster, or is no longer valid."""
        words = {"unit": code, "file": file.form.file, **self.address(file.form, "unit_code")}
        expected = self.roster_unit(code)
        if expected is None:
            if self.given:
                likely = nearest(code, [unit.code for unit in self._roster.values()])
                file.findings.append(
                    finding("W511", value=code, nearest=or_one_of(likely), **words)
                )
            return
        if not self.expects(expected):
            file.findings.append(
                finding("W514", value=code, successor=expected.successor or "–", **words)
            )
        stated = self.stated(file.form, "group")
        if stated and expected.group and stated != expected.group:
            where = self.address(file.form, "group")
            file.findings.append(
                finding(
                    "N514",
                    **{**words, **where},
                    value=self.group_label(stated, "vi"),
                    value_en=self.group_label(stated, "en"),
                    listed=self.group_label(expected.group, "vi"),
                    listed_en=self.group_label(expected.group, "en"),
                )
            )

    def group_label(self, code: str, lang: str) -> str:
        """Label of a group code."""
        for sheet in self.programme.sheets_with_role("unit"):
            spec = self.programme.field_with_role(sheet.key, "group")
            for row in self.programme.lists.get(spec.list, ()) if spec else ():
                if row.code == code:
                    return in_lang(row, "label", lang)
        return code

    def expects(self, unit: RosterUnit) -> bool:
        """Whether a unit of the roster is valid on the reference date."""
        after = not unit.valid_from or not self.as_of or unit.valid_from <= self.as_of
        return after and (not unit.valid_to or not self.as_of or self.as_of <= unit.valid_to)

    def reject(self, code: str) -> None:
        """Note that a unit sent a file that cannot be read."""
        self._rejected.add(code_key(code))

    def hold(self, code: str) -> None:
        """Note that the forms of a unit disagree and none of them counts."""
        self._held.add(code)

    def receive(self, code: str, file: Received) -> None:
        """Note the form that counts for a unit, in its wave."""
        if file.wave == (self.programme.waves or ("",))[-1]:
            self._received[code] = file
        else:
            self._earlier.setdefault(code, []).append(file)

    def note_estimate(self, used: Received, claimants: Sequence[Received]) -> None:
        """Note the newest estimate that a final report of the wave judged replaced."""
        if used.estimate or self._received.get(used.unit) is not used:
            return
        replaced = [file for file in claimants if file.estimate and file.status == "superseded"]
        if replaced:
            self._estimates[used.unit] = max(replaced, key=_age)

    def entries(self) -> list[UnitEntry]:
        """Units of the roster in its order, then the others by code."""
        found = []
        for unit in self._roster.values():
            used = self._received.get(unit.code)
            sent = used or unit.code in self._earlier or unit.code in self._held
            if sent or self.expects(unit):
                found.append(self._entry(unit.code, unit, used))
            else:
                self.findings.append(
                    finding("N515", unit=unit.code, name=unit.name, successor=unit.successor or "–")
                )
        every = dict.fromkeys([*self._received, *self._earlier, *sorted(self._held)])
        others = [code for code in every if not self.roster_unit(code)]
        found += [
            self._entry(code, None, self._received.get(code))
            for code in sorted(others, key=lambda code: (natural_key(code), code))
        ]
        return found

    def _entry(self, code: str, unit: RosterUnit | None, used: Received | None) -> UnitEntry:
        waves = self.programme.waves
        earlier = sorted(self._earlier.get(code, ()), key=lambda file: waves.index(file.wave))
        stating = used or (earlier[-1] if earlier else None)
        name = (unit.name if unit else "") or (self.stated_name(stating.form) if stating else "")
        group = unit.group if unit else ""
        if not group and stating:
            group = str(self.stated(stating.form, "group") or "")
        return UnitEntry(
            code=code,
            name=name or code,
            group=group,
            expected=unit,
            used=used,
            received=used.received if used else (unit.received if unit else ""),
            late=used.late if used else "",
            status=self._standing(code),
            usable=used is not None and is_usable(used.form, self.programme),
            aliases=(name, code, *(self._own_names(used.form) if used else ())),
            earlier=tuple(earlier),
            estimate=self._estimates.get(code),
        )

    def _standing(self, code: str) -> str:
        """What a unit without a form that counts sent."""
        if code in self._held:
            return "returned"
        return "rejected" if code_key(code) in self._rejected else "missing"

    def _own_names(self, form: CheckedForm) -> Iterable[str]:
        return (str(self.stated(form, role) or "") for role in ("unit_name", "unit_code"))


def _says_blank(found: Finding, cause: Finding) -> bool:
    """Whether a finding only says that the cell of its cause is blank: one message is enough."""
    return found.code == "E201" and (found.sheet, found.cell) == (cause.sheet, cause.cell)
