"""Results for sending outside: codes in place of names, units and files, and no free text.

A person, collective, unit or file has one code wherever it stands. Figures, verdicts, codes of
lists and the words of the plan stay. What is not known to be safe is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from emubatch.anonymous.codes import Codes
from emubatch.anonymous.scrub import (
    HIDDEN,
    Scrubber,
    is_open,
    private_words,
    public_words,
)
from emubatch.model import Finding, MonthData, MonthResult, Ruling
from emubatch.vietnamese import name_key

_UNIT, _FILE, _PERSON, _COLLECTIVE = "DV", "TEP", "CN", "TT"
_KEPT_CLAIMS = ("code", "year", "status", "reason", "cell", "matter")
_FACTS = ("as_of", "period", "version", "overrides")


def covered(
    result: MonthResult, manifest: Mapping[str, Any], keys: Path
) -> tuple[MonthResult, dict[str, Any]]:
    """The month and its manifest under codes; the file of codes is written.

    Args:
        result: the month; not changed.
        manifest: what the run says of itself.
        keys: the file of codes, outside of what is sent; made where there is none.

    Raises:
        KeyFileError: when the file is no file of codes.
    """
    codes = Codes.open(keys)
    cover = _Cover(result, codes)
    found = cover.result(), cover.manifest(manifest)
    codes.save()
    return found


class _Cover:
    """One month with its codes."""

    def __init__(self, result: MonthResult, codes: Codes) -> None:
        self.source = result
        self.codes = codes
        self.programme = result.programme
        self.public = public_words(result.programme)
        self.units = self._unit_codes()
        self.people, self.nominees = self._nominee_codes()
        self.titles = {(file, title): key for (file, key), title in result.data.titles.items()}
        self.files = {name: self.file(name) for name in self._file_names()}
        self.scrub = Scrubber(self.public, self._private(), self._seen())

    # --- who and what ----------------------------------------------------------------------------

    def _unit_codes(self) -> dict[str, str]:
        units = self.source.data.units
        pairs = zip(units["unit"].tolist(), units["name"].tolist(), strict=True)
        return {unit: self.codes.code(_UNIT, unit, f"{unit} {name or ''}".strip(), unit)
                for unit, name in pairs}  # fmt: skip

    def unit(self, code: Any) -> Any:
        """Code of a unit; a unit that the month does not list has one as well."""
        if not isinstance(code, str) or not code:
            return code
        return self.units.get(code) or self.codes.code(_UNIT, code, code, code)

    def _nominee_codes(self) -> tuple[dict[str, str], dict[str, str]]:
        """Nominee -> code of the person or collective; nominee -> its id under codes."""
        people: dict[str, str] = {}
        ids: dict[str, str] = {}
        taken: set[str] = set()
        frame = self.source.nominees
        columns = [frame[name].tolist() for name in ("nominee", "kind", "name", "unit")]
        rows = zip(*columns, self._identities(), strict=True)
        for nominee, kind, name, unit, identity in rows:
            short = _COLLECTIVE if kind == "collective" else _PERSON
            code = self.codes.code(short, identity, f"{name} ({nominee})", unit)
            people[nominee] = code
            found, number = f"{self.unit(unit)}/{short}/{code}", 1
            while found in taken:
                number += 1
                found = f"{self.unit(unit)}/{short}/{code}-{number}"
            taken.add(found)
            ids[nominee] = found
        return people, ids

    def _identities(self) -> list[str]:
        """What tells people apart in the whole month: staff code, else name with year of birth."""
        frame = self.source.nominees
        names = [name_key(str(name)) for name in frame["name"].tolist()]
        staff, born = self._stated("person_code"), self._stated("birth_year", "birth")
        found = []
        for at, nominee in enumerate(frame["nominee"].tolist()):
            if frame["kind"].iloc[at] == "collective" or not (staff[at] or born[at]):
                found.append(nominee)
            else:
                found.append(staff[at] or f"{names[at]} {born[at][:4]}")
        return found

    def _stated(self, *roles: str) -> list[str]:
        """What a person's form says under the first of these roles that is filled."""
        frame = self.source.nominees
        found = [""] * len(frame)
        for role in roles:
            keys = {f.key for f in self.programme.fields if f.role == role and f.key in frame}
            for key in sorted(keys):
                values = frame[key].tolist()
                found = [
                    one or (value if isinstance(value, str) else "")
                    for one, value in zip(found, values, strict=True)
                ]
        return found

    def file(self, name: Any) -> Any:
        """Code of a file."""
        return self.codes.code(_FILE, name, name) if isinstance(name, str) and name else name

    def _file_names(self) -> list[str]:
        data = self.source.data
        frames = (data.units, data.submissions, data.nominees, *data.details.values())
        names = {name for frame in frames if "file" in frame for name in frame["file"].tolist()}
        names |= {found.file for found in self.source.findings}
        return sorted(name for name in names if isinstance(name, str) and name)

    def _private(self) -> dict[str, str]:
        """Every private word with what stands in its place."""
        found = private_words(self.source)
        found |= dict(self.files) | {Path(n).stem: code for n, code in self.files.items()}
        units = self.source.data.units
        for unit, name in zip(units["unit"].tolist(), units["name"].tolist(), strict=True):
            found |= {text: self.unit(unit) for text in (name, unit) if isinstance(text, str)}
        frame = self.source.nominees
        for nominee, name in zip(frame["nominee"].tolist(), frame["name"].tolist(), strict=True):
            found |= {nominee: self.nominees[nominee], name: self.people[nominee]}
        return {word: code for word, code in found.items() if word}

    def _seen(self) -> str:
        """All texts that the program made, to look for private words in."""
        source = self.source
        frames = (source.verdicts, source.nominees[["reason"]], source.needs, source.scores,
                  source.indicators, source.targets, source.delegates,
                  source.delegate_checks)  # fmt: skip
        texts = {
            text
            for frame in frames
            if frame is not None
            for column in _texts(frame)
            for text in frame[column].unique().tolist()
            if isinstance(text, str)
        }
        texts |= {text for row in source.data.replaced for text in row.values()}
        return "\n".join(sorted(texts))

    # --- frames ----------------------------------------------------------------------------------

    def frame(self, frame: pd.DataFrame | None) -> pd.DataFrame | None:
        """A table that the program made, under codes."""
        if frame is None:
            return None
        found = frame.copy()
        for name in _texts(frame):
            values = frame[name].tolist()
            if name == "sheet":
                files = frame["file"].tolist() if "file" in frame else [""] * len(frame)
                new = [self.sheet(f, v) for f, v in zip(files, values, strict=True)]
            elif name == "name":
                new = self._names(frame)
            else:
                change = self._by_column(str(name))
                known = {v: change(v) for v in dict.fromkeys(values)}
                new = [known[v] for v in values]
            found[name] = _objects(new)
        return found

    def _by_column(self, name: str) -> Any:
        return {
            "unit": self.unit,
            "nominee": lambda value: self.nominees.get(value, HIDDEN) if value else value,
            "border": self._border,
            "file": self.file,
            "evidence": self.evidence,
            "sha256": lambda value: "",
        }.get(name, self.scrub.text)

    def _border(self, value: str) -> str:
        return "; ".join(self.nominees.get(one, HIDDEN) for one in value.split("; ") if one)

    def _names(self, frame: pd.DataFrame) -> list[str]:
        if "nominee" in frame:
            return [self.people.get(one, HIDDEN) for one in frame["nominee"].tolist()]
        return [self.unit(unit) for unit in frame["unit"].tolist()] if "unit" in frame else (
            [HIDDEN] * len(frame)
        )  # fmt: skip

    def sheet(self, file: Any, title: Any) -> Any:
        """Name of a sheet as the plan has it; a sender's own name for it is not shown."""
        if not isinstance(title, str) or not title or title in self.public:
            return title
        return self.titles.get((file, title), HIDDEN)

    def evidence(self, value: Any) -> Any:
        """Addresses with files under codes."""
        if not isinstance(value, str) or not value:
            return value
        return "; ".join(map(self._address, value.split("; ")))

    def _address(self, text: str) -> str:
        parts = text.strip().rsplit("!", 2)
        if len(parts) < 3:
            return HIDDEN
        file, title, cell = parts
        return f"{self.file(file)}!{self.sheet(file, title)}!{cell}"

    def form_frame(self, frame: pd.DataFrame, sheets: list[str]) -> pd.DataFrame:
        """Rows of forms: figures and codes of lists stay, all that was typed as text goes."""
        specs = [f for f in self.programme.fields if f.sheet in sheets]
        closed = [f.key for f in specs if f.key in frame and not is_open(f)]
        bare = frame.drop(columns=closed)
        found = self.frame(bare)
        assert found is not None
        for name in closed:
            found[name] = _objects([None] * len(frame))
        return found[list(frame.columns)]

    def units_in_order(self) -> list[str]:
        """Codes of the units as the month has them."""
        return [self.unit(unit) for unit in self.source.data.units["unit"].tolist()]

    # --- the whole -------------------------------------------------------------------------------

    def result(self) -> MonthResult:
        """The month under codes; what is compared, asked or corrected is left out."""
        source = self.source
        kinds = self.programme.sheets_with_role("nominee")
        nominees = self.form_frame(source.nominees, [s.key for s in kinds])
        money = source.money
        if money is not None:
            lines = [
                replace(
                    line, nominee=self.nominees.get(line.nominee, HIDDEN),
                    name=self.people.get(line.nominee, HIDDEN), unit=self.unit(line.unit),
                )
                for line in money.lines
            ]  # fmt: skip
            money = replace(money, lines=tuple(lines))
        facts = {k: v for k, v in source.facts.items() if k in _FACTS or v.isdigit()}
        findings = [self.finding(found) for found in source.findings]
        tables = {
            name: self.frame(getattr(source, name))
            for name in ("verdicts", "scores", "indicators", "quotas", "targets", "delegates",
                         "delegate_checks", "needs")
        }  # fmt: skip
        return replace(
            source,
            data=self._data(findings),
            nominees=nominees,
            findings=findings,
            facts={**facts, "anonymous": "yes"},
            changes=None,
            rulings=tuple(map(self._ruling, source.rulings)),
            money=money,
            **tables,
        )

    def _data(self, findings: list[Finding]) -> MonthData:
        data = self.source.data
        units = [s.key for s in self.programme.sheets_with_role("unit")]
        people = [s.key for s in self.programme.sheets_with_role("nominee")]
        submissions = self.frame(data.submissions)
        assert submissions is not None
        # In the order of their codes: the order of a roster would tell who is who.
        order = np.argsort(np.array(self.units_in_order(), dtype=np.str_), kind="stable")
        places = np.append(np.argsort(order), [-2, -1])  # for -2 and -1: about nobody

        def placed(frame: pd.DataFrame) -> pd.DataFrame:
            return frame.assign(unit_pos=places[frame["unit_pos"].to_numpy(np.int64)])

        return replace(
            data,
            units=self.form_frame(data.units, units).iloc[order].reset_index(drop=True),
            nominees=placed(self.form_frame(data.nominees, people)),
            details={
                key: placed(self.form_frame(frame, [key])) for key, frame in data.details.items()
            },
            submissions=submissions,
            findings=findings,
            letters={(self.file(f), key): found for (f, key), found in data.letters.items()},
            titles={
                (self.file(f), key): self.sheet(f, title) for (f, key), title in data.titles.items()
            },
            replaced=[self._sentence(row) for row in data.replaced],
            claims=self._claims(data.claims),
            register="",
            register_rows={},
            questions=[],
            waivers=[],
            reports=self.frame(data.reports),
            estimates={},
        )

    def _claims(self, frame: pd.DataFrame | None) -> pd.DataFrame | None:
        found = self.frame(frame)
        if found is None:
            return None
        open_ = (*_KEPT_CLAIMS, "nominee", "name", "unit", "file", "sheet")
        for name in (str(name) for name in found if name not in open_):
            found[name] = _objects([""] * len(found))
        return found

    def _sentence(self, row: Mapping[str, str]) -> dict[str, str]:
        change = {"unit": self.unit, "file": self.file}
        return {key: change.get(key, self.scrub.text)(text) for key, text in row.items()}

    def _ruling(self, row: Ruling) -> Ruling:
        return replace(
            row, unit=self.unit(row.unit), nominee=self.scrub.text(row.nominee),
            what=self.scrub.text(row.what), change=HIDDEN, reason=HIDDEN, signer=HIDDEN,
        )  # fmt: skip

    def finding(self, found: Finding) -> Finding:
        """A finding with the plan's own words only."""
        return replace(
            found,
            unit=self.unit(found.unit),
            file=self.file(found.file),
            sheet=self.sheet(found.file, found.sheet),
            field=found.field if found.field in self.public else "",
            value=self.scrub.word(found.value) if found.value else "",
            params=tuple((key, self.scrub.word(text)) for key, text in found.params),
        )

    def manifest(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """What the run says of itself, without files and what would tell of their contents."""
        kept = ("tool", "programme", "settings", "limits", "period", "as_of", "lang")
        found = {key: manifest[key] for key in kept if key in manifest}
        counts = manifest.get("conservation", {})
        found["conservation"] = {k: v for k, v in counts.items() if k != "rows"}
        inputs = [self.file(row["file"]) for row in manifest.get("inputs", [])]
        return {**found, "inputs": [{"file": file} for file in sorted(inputs)], "anonymous": True}


def _texts(frame: pd.DataFrame) -> list[str]:
    """Columns that hold no numbers."""
    numeric = pd.api.types.is_numeric_dtype
    return [str(name) for name in frame if not numeric(frame[name].dtype)]


def _objects(values: list[Any]) -> Any:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found
