"""Uses the rows of the workbook one after the other, before anything is judged."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from emubatch.checks.parsers import parser_of, show
from emubatch.merge.lateness import lateness
from emubatch.messages import finding, word
from emubatch.model import Finding, Lang, MonthData, Ruling, Waiver
from emubatch.programme.tables import Field, Programme, Sheet
from emubatch.vietnamese import fold_key, parse_day
from emubatch.waiver_book import Line, Waivers
from emubatch.waivers.names import Names, Refused, blank, row_number
from emubatch.xl.form_waivers import KIND_LABELS

_KINDS = {fold_key(text): kind for kind, texts in KIND_LABELS.items() for text in texts}
_NEEDED = {
    "waiver": ("criterion", "reason", "signer"),
    "correction": ("sheet", "field", "value", "reason", "signer"),
}
_MOST_ROWS = 12


def apply_waivers(
    waivers: Waivers, data: MonthData, programme: Programme, as_of: str, lang: Lang
) -> None:
    """Correct the frames of the month, and note who is let off what.

    Rows that are not used become findings of the month; every row becomes a ruling.
    """
    desk = _Desk(waivers, data, programme, as_of, lang)
    for line in waivers.lines:
        desk.use(line)
    data.findings = [one for one in data.findings if id(one) not in desk.mended]
    data.findings.extend(waivers.findings)


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
        self.names = Names(data, programme)
        self.mended: set[int] = set()  # findings (by identity) at cells that were corrected
        self.corrected: dict[tuple[str, str, str], int] = {}  # cell -> row that corrects it

    @cached_property
    def _found_at(self) -> dict[tuple[str, str, str], list[Finding]]:
        """What was found so far at each cell of a form."""
        found: dict[tuple[str, str, str], list[Finding]] = {}
        for one in self.data.findings:
            if one.cell:
                found.setdefault((one.file, one.sheet, one.cell), []).append(one)
        return found

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
        except Refused as refused:
            self._say(refused.code, line, refused.key, **refused.words)
            self._rule(line, kind, "idle" if refused.code[0] == "W" else "error")

    def _kind(self, line: Line) -> str:
        text = line.texts.get("kind", "")
        kind = _KINDS.get(fold_key(text))
        if kind is None:
            likely = [texts[0] for texts in KIND_LABELS.values()]
            raise Refused("E811", "kind", {"value": text, "choices": ", ".join(likely)})
        for key in _NEEDED[kind]:
            if not line.texts.get(key):
                raise blank(key)
        return kind

    def _expired(self, line: Line) -> bool:
        text = line.texts.get("until", "")
        if not text:
            return False
        until = parse_day(text)
        if not until:
            raise Refused("E813", "until", {"value": text})
        return until < self.as_of

    # --- waivers ---------------------------------------------------------------------------------

    def _waive(self, line: Line) -> None:
        criterion = self.names.criterion(line)
        texts = line.texts
        words = word("waiver_text", self.lang).format_map(_Plain(texts))
        evidence = self.waivers.evidence(line, "criterion")
        nominees = self.names.nominees(line)
        if not nominees:
            raise Refused("W812", "unit", {"value": texts["unit"]})
        self.data.waivers += [Waiver(at, criterion, words, evidence) for at in nominees]
        for at in nominees:
            self._rule(line, "waiver", "applied", nominee=at, what=criterion)

    # --- corrections -----------------------------------------------------------------------------

    def _correct(self, line: Line) -> None:
        sheet = self.names.sheet(line)
        spec = self.names.field(line, sheet)
        value = self._value(line, spec)
        frame, rows = self._rows(line, sheet)
        place = self._place(frame.iloc[rows[0]], sheet, spec)
        cell = (place["file"], place["sheet"], place["cell"] or f"{spec.key} {rows[0]}")
        if cell in self.corrected:
            raise Refused("E823", "value", {"where": place["cell"], "other": self.corrected[cell]})
        before = frame[spec.key].iloc[rows[0]]
        before = None if before is None or pd.isna(before) else before
        self._same(line, spec, before)
        self.corrected[cell] = line.row
        found = self._found_at.get(cell, [])
        self.mended |= {id(one) for one in found}
        for at in rows:
            frame.loc[frame.index[at], spec.key] = value
        self._settle(frame, rows, spec, value)
        was = self._shown(spec, before) or next((one.value for one in found if one.value), "")
        change = (was, self._shown(spec, value))
        self._tell(line, spec, place, change, found)
        self._rule(
            line,
            "correction",
            "applied" if found or before != value else "idle",
            nominee=self._owner(frame, rows[0]),
            what=f"{place['sheet']}!{place['cell']} {spec.header_vi}",
            change=f"{was or '–'} → {change[1]}",
        )

    def _tell(
        self,
        line: Line,
        spec: Field,
        place: dict[str, str],
        change: tuple[str, str],
        found: Sequence[Finding],
    ) -> None:
        """The note at the cell; it names what had been found there and is settled now."""
        source = self.waivers.evidence(line, "value")
        codes = ", ".join(sorted({one.code for one in found}))
        note = finding(
            "N812",
            **place,
            header=spec.header_vi,
            header_en=spec.header_en or spec.header_vi,
            before=change[0],
            after=change[1],
            reason=line.texts["reason"],
            signer=line.texts["signer"],
            source=source,
            settled=word("waiver_settled").format(codes=codes) if codes else "",
            settled_en=word("waiver_settled", "en").format(codes=codes) if codes else "",
        )
        self.waivers.findings.append(note)
        if place["cell"]:
            address = f"{place['file']}!{place['sheet']}!{place['cell']}"
            self.waivers.corrected[address] = source

    def _value(self, line: Line, spec: Field) -> Any:
        parse = parser_of(spec, self.programme)
        found, oddity = parse(line.raw_value)
        if found is None:
            words = {"value": line.texts["value"], "header": spec.header_vi}
            raise Refused("E820", "value", {**words, "header_en": spec.header_en})
        if oddity is not None and oddity.code[0] == "E":
            raise Refused("E820", "value", {"value": oddity.value, "header": spec.header_vi})
        return found

    def _same(self, line: Line, spec: Field, before: Any) -> None:
        """The value that the office expects must still stand there, when it says one."""
        text = line.texts.get("before", "")
        if not text:
            return
        expected, _ = parser_of(spec, self.programme)(text)
        if expected != before:
            raise Refused("W811", "before", {"value": text, "found": self._shown(spec, before)})

    def _rows(self, line: Line, sheet: Sheet) -> tuple[pd.DataFrame, list[int]]:
        """The frame of a sheet and the positions of the row that is meant."""
        number = row_number(line)
        if sheet.role == "unit":
            return self.data.units, [self.names.must_have_unit(line)]
        if sheet.role == "nominee":
            nominees = self.names.nominees(line)
            frame = self.data.nominees
            kinds = frame["kind"].tolist()
            found = [at for at in nominees if kinds[at] == sheet.kind and _at(frame, at, number)]
        else:
            frame = self.data.details.get(sheet.key, pd.DataFrame({"row": []}))
            found = self._details(line, frame, number)
        places = {(frame["file"].iloc[at], int(frame["row"].iloc[at])) for at in found}
        if len(places) != 1:
            rows = [str(row) for _, row in sorted(places)]
            shown = ", ".join(rows[:_MOST_ROWS]) + ("…" if len(rows) > _MOST_ROWS else "")
            words = {"value": line.texts.get("line", ""), "count": len(rows)}
            raise Refused("E821", "line", {**words, "rows": f": {shown}" if rows else ""})
        return frame, found

    def _details(self, line: Line, frame: pd.DataFrame, number: str) -> list[int]:
        owners = self.names.nominees(line) if line.texts.get("nominee") else None
        unit = self.names.must_have_unit(line) if owners is None else self.names.unit(line)
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


def _at(frame: pd.DataFrame, at: int, number: str) -> bool:
    """Whether the row of the form is the one that is stated, if one is."""
    return not number or str(frame["row"].iloc[at]) == number
