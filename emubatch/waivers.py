"""Waivers (miễn) and corrections (sửa): what the office decides beside the forms.

They are rows of a workbook with a reason and a signer each. A waiver lets nominees off a
criterion; a correction puts another value into a field of a form before anything is judged.
A row that cannot be used is a finding at its cell, and the month goes on without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from emubatch.checks.parsers import parser_of, show
from emubatch.merge.lateness import lateness
from emubatch.messages import finding, word
from emubatch.model import Lang, MonthData, MonthResult, Ruling, Waiver
from emubatch.programme.problems import nearest
from emubatch.programme.tables import Field, Programme, Sheet
from emubatch.vietnamese import fold_key, name_key, parse_date
from emubatch.waiver_book import Line, Waivers
from emubatch.xl.form_waivers import COLUMNS, KIND_LABELS

_KINDS = {fold_key(text): kind for kind, texts in KIND_LABELS.items() for text in texts}
_NEEDED = {
    "waiver": ("criterion", "reason", "signer"),
    "correction": ("sheet", "field", "value", "reason", "signer"),
}
# Columns that say whose a row is: a unit that wants another one sends its form again.
_IDENTITY = ("unit_code", "unit_name", "name", "nominee", "kind", "person_code", "wave")


# --- using the rows ------------------------------------------------------------------------------


def apply_waivers(
    waivers: Waivers, data: MonthData, programme: Programme, as_of: str, lang: Lang
) -> None:
    """Correct the frames of the month, and note who is let off what.

    Rows that are not used become findings of the month; every row becomes a ruling.
    """
    desk = _Desk(waivers, data, programme, as_of, lang)
    for line in waivers.lines:
        desk.use(line)
    data.findings.extend(waivers.findings)


class _Refused(Exception):
    """A row cannot be used: code, column and words of the finding."""

    def __init__(self, code: str, key: str, words: Mapping[str, Any]) -> None:
        super().__init__(code, key)
        self.code = code
        self.key = key
        self.words = words


class _Person(NamedTuple):
    """A nominee as a row of the workbook may name it."""

    nominee: str
    code: str
    name: str
    key: str
    unit: int


class _Desk:
    """Uses one row after the other."""

    def __init__(
        self, waivers: Waivers, data: MonthData, programme: Programme, as_of: str, lang: Lang
    ) -> None:
        self.waivers = waivers
        self.data = data
        self.programme = programme
        self.as_of = as_of
        self.lang = lang

    @cached_property
    def _people(self) -> list[_Person]:
        """Every nominee, in order; nothing that is kept here can be corrected."""
        frame = self.data.nominees
        columns = (frame[name].tolist() for name in ("nominee", "name", "unit_pos"))
        return [
            _Person(nominee, nominee.casefold(), name or "", name_key(name or ""), int(unit))
            for nominee, name, unit in zip(*columns, strict=True)
        ]

    def use(self, line: Line) -> None:
        """Apply one row, or say why not."""
        kind = ""
        try:
            kind = self._kind(line)
            if self._expired(line):
                self._say("N811", line, "until", until=show(line.texts["until"]))
                self._rule(line, kind, "expired")
            elif kind == "waiver":
                self._waive(line)
            else:
                self._correct(line)
        except _Refused as refused:
            self._say(refused.code, line, refused.key, **refused.words)
            self._rule(line, kind, "idle" if refused.code[0] == "W" else "error")

    def _kind(self, line: Line) -> str:
        text = line.texts.get("kind", "")
        kind = _KINDS.get(fold_key(text))
        if kind is None:
            likely = [texts[0] for texts in KIND_LABELS.values()]
            raise _Refused("E811", "kind", {"value": text, "choices": ", ".join(likely)})
        for key in _NEEDED[kind]:
            if not line.texts.get(key):
                raise _Refused("E812", key, {"header": _header(key), "header_en": _header(key, 1)})
        return kind

    def _expired(self, line: Line) -> bool:
        text = line.texts.get("until", "")
        if not text:
            return False
        until = parse_date(text)
        if not until or len(until) != 10:
            raise _Refused("E813", "until", {"value": text})
        return until < self.as_of

    # --- who -------------------------------------------------------------------------------------

    def _unit(self, line: Line) -> int:
        """Position of the unit of a row; -1 when none is stated."""
        text = line.texts.get("unit", "")
        if not text:
            return -1
        codes = self.data.units["unit"].tolist()
        found = [at for at, code in enumerate(codes) if code.casefold() == text.casefold()]
        if not found:
            raise _Refused("E814", "unit", {"value": text, "nearest": _or(nearest(text, codes))})
        return found[0]

    def _nominees(self, line: Line) -> list[int]:
        """Positions of the nominees of a row: the one that is named, else all of the unit.

        An id, or a name within the unit stated (or within all units).
        """
        text, unit = line.texts.get("nominee", ""), self._unit(line)
        rows = self._people
        inside = [at for at, row in enumerate(rows) if unit in (-1, row.unit)]
        if not text:
            if unit < 0:
                raise _Refused("E815", "nominee", {"value": "", "nearest": ""})
            return inside
        code, key = text.casefold(), name_key(text)
        exact = [at for at in inside if rows[at].code == code]
        named = [at for at in inside if rows[at].key == key]
        found = exact or named
        if len(found) > 1:
            ids = ", ".join(rows[at].nominee for at in found)
            raise _Refused("E816", "nominee", {"value": text, "choices": ids})
        if not found:
            names = {rows[at].name: rows[at].nominee for at in inside if rows[at].name}
            likely = [f"{name} – {names[name]}" for name in nearest(text, names)]
            likely = likely or list(nearest(text, [rows[at].nominee for at in inside]))
            raise _Refused("E815", "nominee", {"value": text, "nearest": _or(likely)})
        return found

    # --- waivers ---------------------------------------------------------------------------------

    def _waive(self, line: Line) -> None:
        criterion = self._criterion(line)
        texts = line.texts
        words = word("waiver_text", self.lang).format_map(_Plain(texts))
        evidence = self.waivers.evidence(line, "criterion")
        nominees = self._nominees(line)
        self.data.waivers += [Waiver(at, criterion, words, evidence) for at in nominees]
        for at in nominees:
            self._rule(line, "waiver", "applied", nominee=at, what=criterion)

    def _criterion(self, line: Line) -> str:
        text = line.texts["criterion"]
        known = {row.id: row for row in self.programme.criteria}
        same = [key for key in known if key.casefold() == text.casefold()]
        labelled = [
            key
            for key, row in known.items()
            if fold_key(text) in (fold_key(row.label_vi), fold_key(row.label_en))
        ]
        found = same or labelled
        if len(found) == 1:
            return found[0]
        likely = found or nearest(text, [*known, *(row.label_vi for row in known.values())])
        raise _Refused("E817", "criterion", {"value": text, "nearest": _or(likely[:3])})

    # --- corrections -----------------------------------------------------------------------------

    def _correct(self, line: Line) -> None:
        sheet = self._sheet(line)
        spec = self._field(line, sheet)
        value = self._value(line, spec)
        frame, rows = self._rows(line, sheet)
        before = frame[spec.key].iloc[rows[0]]
        before = None if before is None or pd.isna(before) else before
        self._same(line, spec, before)
        for at in rows:
            frame.loc[frame.index[at], spec.key] = value
        self._settle(frame, rows, spec, value)
        row = frame.iloc[rows[0]]
        place = self._place(row, sheet, spec)
        words = {"before": self._shown(spec, before), "after": self._shown(spec, value)}
        note = {**words, "reason": line.texts["reason"], "signer": line.texts["signer"]}
        headers = {"header": spec.header_vi, "header_en": spec.header_en or spec.header_vi}
        source = self.waivers.evidence(line, "value")
        self.waivers.findings.append(finding("N812", **place, **headers, **note, source=source))
        nominee = self._owner(frame, rows[0])
        what = f"{place['sheet']}!{place['cell']} {spec.header_vi}"
        change = f"{words['before'] or '–'} → {words['after']}"
        self._rule(line, "correction", "applied", nominee=nominee, what=what, change=change)

    def _sheet(self, line: Line) -> Sheet:
        text = line.texts["sheet"]
        sheets = self.programme.sheets
        names = {fold_key(t): s for s in sheets for t in (s.key, s.title_vi, s.title_en) if t}
        found = names.get(fold_key(text))
        if found is None:
            likely = nearest(text, [sheet.key for sheet in sheets])
            raise _Refused("E818", "sheet", {"value": text, "nearest": _or(likely)})
        return found

    def _field(self, line: Line, sheet: Sheet) -> Field:
        text = line.texts["field"]
        fields = self.programme.fields_of[sheet.key]
        keys = {fold_key(t): f for f in fields for t in (f.header_vi, f.header_en, f.key) if t}
        found = keys.get(fold_key(text))
        if found is None:
            likely = nearest(text, [spec.header_vi for spec in fields])
            raise _Refused("E818", "field", {"value": text, "nearest": _or(likely)})
        if found.role in _IDENTITY:
            raise _Refused("E819", "field", {"value": text})
        return found

    def _value(self, line: Line, spec: Field) -> Any:
        parse = parser_of(spec, self.programme)
        found, oddity = parse(line.raw_value)
        if found is None:
            words = {"value": line.texts["value"], "header": spec.header_vi}
            raise _Refused("E820", "value", {**words, "header_en": spec.header_en})
        if oddity is not None and oddity.code[0] == "E":
            raise _Refused("E820", "value", {"value": oddity.value, "header": spec.header_vi})
        return found

    def _same(self, line: Line, spec: Field, before: Any) -> None:
        """The value that the office expects must still stand there, when it says one."""
        text = line.texts.get("before", "")
        if not text:
            return
        expected, _ = parser_of(spec, self.programme)(text)
        if expected != before:
            raise _Refused("W811", "before", {"value": text, "found": self._shown(spec, before)})

    def _rows(self, line: Line, sheet: Sheet) -> tuple[pd.DataFrame, list[int]]:
        """The frame of a sheet and the positions of the row that is meant."""
        number = line.texts.get("line", "")
        if sheet.role == "unit":
            unit = self._unit(line)
            if unit < 0:
                raise _Refused("E814", "unit", {"value": "", "nearest": ""})
            return self.data.units, [unit]
        if sheet.role == "nominee":
            nominees = self._nominees(line)
            frame = self.data.nominees
            kinds = frame["kind"].tolist()
            found = [at for at in nominees if kinds[at] == sheet.kind and _at(frame, at, number)]
        else:
            frame = self.data.details.get(sheet.key, pd.DataFrame({"row": []}))
            found = self._details(line, frame, number)
        if not found or len({(frame["file"].iloc[at], frame["row"].iloc[at]) for at in found}) > 1:
            raise _Refused("E821", "line", {"value": number, "count": len(found)})
        return frame, found

    def _details(self, line: Line, frame: pd.DataFrame, number: str) -> list[int]:
        unit = self._unit(line)
        owners = self._nominees(line) if line.texts.get("nominee") else None
        if unit < 0 and owners is None:
            raise _Refused("E814", "unit", {"value": "", "nearest": ""})
        if not len(frame):
            return []
        wanted = np.ones(len(frame), dtype=bool)
        if unit >= 0:
            wanted &= frame["unit_pos"].to_numpy() == unit
        if owners is not None:
            wanted &= np.isin(frame["nominee_pos"].to_numpy(), owners)
        return [int(at) for at in np.flatnonzero(wanted) if _at(frame, int(at), number)]

    def _settle(self, frame: pd.DataFrame, rows: list[int], spec: Field, value: Any) -> None:
        """Bring in step what the month keeps beside the field itself."""
        data, index = self.data, frame.index[rows]
        if frame is data.units and spec.role == "received":
            late = lateness(value, self.programme)
            frame.loc[index, ["received", "late"]] = [value, late]
            files = frame.loc[index, "file"].tolist()
            own = data.submissions["file"].isin([file for file in files if file])
            data.submissions.loc[own, ["received", "late"]] = [value, late]
        elif spec.role in ("group", "tier"):
            frame.loc[index, spec.role] = value
            if frame is data.units:
                own = data.nominees["unit_pos"].isin(rows)
                data.nominees.loc[own, "group"] = value

    def _place(self, row: pd.Series[Any], sheet: Sheet, spec: Field) -> dict[str, str]:
        """Where the value stands in its form."""
        file = str(row["file"] or "")
        letter = self.data.letters.get((file, sheet.key), {}).get(spec.key, "")
        return {
            "unit": str(self.data.units["unit"].iloc[int(row.get("unit_pos", row.name))]),
            "file": file,
            "sheet": self.data.titles.get((file, sheet.key), sheet.key),
            "cell": f"{letter}{int(row['row'])}" if letter and row["row"] else "",
            "field": spec.key,
        }

    def _owner(self, frame: pd.DataFrame, at: int) -> int:
        if frame is self.data.nominees:
            return at
        return int(frame["nominee_pos"].iloc[at]) if "nominee_pos" in frame else -1

    def _shown(self, spec: Field, value: Any) -> str:
        """A value as people write it: the label of a code, a date day first."""
        if value is None:
            return ""
        if spec.type == "yesno":
            return {"CO": "có", "KHONG": "không"}.get(value, str(value))
        rows = self.programme.lists.get(spec.list, ()) if spec.list else ()
        label = next((row.label_vi for row in rows if row.code == value), "")
        return label or show(value)

    # --- saying ----------------------------------------------------------------------------------

    def _say(self, code: str, line: Line, key: str, **words: Any) -> None:
        cell = self.waivers.cell(line, key)
        place = {"file": self.waivers.file, "sheet": self.waivers.sheet, "cell": cell}
        self.waivers.findings.append(finding(code, **place, **words))

    def _rule(
        self,
        line: Line,
        kind: str,
        status: str,
        *,
        nominee: int = -1,
        what: str = "",
        change: str = "",
    ) -> None:
        texts = line.texts
        frame = self.data.nominees
        self.waivers.rulings.append(
            Ruling(
                line.row,
                kind,
                status,
                frame["unit"].iloc[nominee] if nominee >= 0 else texts.get("unit", ""),
                frame["nominee"].iloc[nominee] if nominee >= 0 else texts.get("nominee", ""),
                what or texts.get("criterion", "") or texts.get("field", ""),
                change,
                texts.get("reason", ""),
                texts.get("signer", ""),
                texts.get("until", ""),
            )
        )


class _Plain(dict[str, str]):
    """Texts of a row for a pattern; a column that the workbook lacks is blank."""

    def __missing__(self, key: str) -> str:
        return ""


def _header(key: str, english: int = 0) -> str:
    return next((vi, en)[english] for own, vi, en, *_ in COLUMNS if own == key)


def _at(frame: pd.DataFrame, at: int, number: str) -> bool:
    return not number or str(frame["row"].iloc[at]) == number


def _or(names: Sequence[str]) -> str:
    return f" ({', '.join(names)}?)" if names else ""


# --- after the judging ---------------------------------------------------------------------------


def show_waivers(waivers: Waivers, result: MonthResult, lang: Lang) -> None:
    """Say beside every nominee what was waived or corrected, and which waiver decided nothing."""
    used = _let_off(result)
    reasons = result.nominees["reason"].tolist()
    places = {name: at for at, name in enumerate(result.nominees["nominee"].tolist())}
    rulings = []
    for ruling in waivers.rulings:
        idle = ruling.kind == "waiver" and ruling.status == "applied"
        if idle and (ruling.nominee, ruling.what) not in used:
            rulings.append(replace(ruling, status="idle"))
            continue
        rulings.append(ruling)
        at = places.get(ruling.nominee)
        if ruling.status == "applied" and at is not None:
            reasons[at] = ". ".join(filter(None, (reasons[at], _reason(ruling, lang))))
    result.nominees["reason"] = pd.Series(reasons, index=result.nominees.index, dtype=object)
    result.rulings = tuple(rulings)


def _let_off(result: MonthResult) -> set[tuple[str, str]]:
    """Nominee and criterion of the verdicts that a waiver decided."""
    if result.verdicts is None or not result.data.waivers:
        return set()
    wanted = {(w.nominee_pos, w.criterion): w.evidence for w in result.data.waivers}
    frame = result.verdicts
    columns = (frame[name].tolist() for name in ("nominee_pos", "criterion", "nominee", "evidence"))
    return {
        (nominee, criterion)
        for at, criterion, nominee, evidence in zip(*columns, strict=True)
        if (at, criterion) in wanted and wanted[at, criterion] in evidence
    }


def _reason(ruling: Ruling, lang: Lang) -> str:
    return word(f"reason_{ruling.kind}", lang).format(
        what=ruling.what, change=ruling.change, reason=ruling.reason, signer=ruling.signer
    )
