"""What is different between two runs, and what is behind it: from ``data/*.csv`` and manifests.

A verdict changes because the form of its unit did, or the programme and its settings, the
register, a waiver, the roster, the reference date or the tool. Where more than one of them differs,
all that remain possible are named; where none does, the forms of other units are behind it (the
same person twice, a place in a ranking).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from emubatch.model import USED_STATUSES, Change, Changes
from emubatch.runfolder import MANIFEST, manifest_hash, read_manifest, read_table

PREVIOUS = ".previous"  # within a run folder: the run that it was compared with
_COMPARED = (
    *("submissions", "findings", "nominees", "verdicts"),
    *("scores", "indicators", "targets", "delegates", "delegate_checks"),
)
COLUMNS = ("kind", "unit", "nominee", "name", "item", "before", "after", "causes", "parts")
_CORRECTED = "N812"  # the note at a cell that the office corrected
_RESULTS = ("outputs", "conservation", "previous")  # of a manifest; everything else goes in
_FIGURES = (
    ("score", "scores", "criterion", ("total", "outcome")),
    ("indicator", "indicators", "indicator", ("value", "outcome")),
    ("target", "targets", "target", ("value", "outcome")),
    ("delegate", "delegates", "tier", ("form", "delegates", "exemplars", "guests", "outcome")),
)

Row = Mapping[str, str]
Key = tuple[str, str]


@dataclass(frozen=True)
class Run:
    """One run: its manifest, and the folder that holds its ``data/``."""

    folder: Path
    manifest: Mapping[str, Any]

    @classmethod
    def of(cls, folder: Path) -> Run:
        """A published run.

        Raises:
            FileNotFoundError, ValueError: when the folder is none.
        """
        return cls(folder, read_manifest(folder))

    @cached_property
    def files(self) -> dict[str, Row]:
        """Unit -> the row of the form that counts, or of the roll-call when there is none."""
        found: dict[str, Row] = {}
        for row in read_table(self.folder, "submissions"):
            if row["status"] in (*USED_STATUSES, "missing") and row["unit"]:
                best = found.get(row["unit"])
                if best is None or _rank(row) < _rank(best):
                    found[row["unit"]] = row
        return found

    @cached_property
    def rejected(self) -> dict[str, Row]:
        """Hash -> row of the files that could not be read."""
        rows = read_table(self.folder, "submissions")
        return {row["sha256"]: row for row in rows if row["status"] == "rejected"}

    @cached_property
    def nominees(self) -> dict[str, Row]:
        """Nominee -> its row."""
        return {row["nominee"]: row for row in read_table(self.folder, "nominees")}

    @cached_property
    def corrected(self) -> set[str]:
        """Units with a field that the office corrected."""
        rows = read_table(self.folder, "findings")
        return {row["unit"] for row in rows if row["code"] == _CORRECTED}

    @property
    def waivers(self) -> str:
        """Name of the office's workbook; empty without one."""
        return str((self.manifest.get("waivers") or {}).get("file", ""))

    def waived(self, rows: Iterable[Row]) -> bool:
        """Whether a waiver is among the evidence of these verdicts."""
        mark = f"{self.waivers}!"
        return bool(self.waivers) and any(mark in row["evidence"] for row in rows)

    def hash_of(self, unit: str) -> str:
        """Hash of the form that counts for a unit; empty without one."""
        row = self.files.get(unit)
        return row["sha256"] if row else ""

    def verdicts(self, nominees: Iterable[str]) -> dict[str, dict[str, Row]]:
        """Nominee -> criterion -> verdict row, for these nominees."""
        wanted = set(nominees)
        found: dict[str, dict[str, Row]] = {}
        for row in read_table(self.folder, "verdicts") if wanted else ():
            if row["nominee"] in wanted:
                found.setdefault(row["nominee"], {})[row["criterion"]] = row
        return found


def _leaves(rows: Mapping[str, Row]) -> dict[str, Row]:
    """The verdicts without parts."""
    parents = {row["parent"] for row in rows.values()}
    return {key: row for key, row in rows.items() if key not in parents}


def _rank(row: Row) -> int:
    return (*USED_STATUSES, "missing").index(row["status"])


def compare(before: Run, after: Run) -> Changes:
    """The differences, in order of kind, then of units and nominees in their tables."""
    causes = _Causes(before, after)
    rows = [
        *_forms(before, after),
        *_nominees(before, after, causes),
        *(row for spec in _FIGURES for row in _figures(before, after, causes, *spec)),
    ]
    rows = _with_checks(rows, before, after)
    facts = before.manifest
    return Changes(str(facts.get("period", "")), str(facts.get("as_of", "")), tuple(rows))


# --- forms ---------------------------------------------------------------------------------------


def _forms(before: Run, after: Run) -> Iterator[Change]:
    order = {kind: at for at, kind in enumerate(("new", "replaced", "withdrawn", "missing"))}
    units = dict.fromkeys([*after.files, *before.files])
    found = [_form(unit, before.files.get(unit), after.files.get(unit)) for unit in units]
    changed = [row for row in found if row is not None]
    changed.sort(key=lambda row: order.get(row.kind, len(order)))
    yield from changed
    for sha256, row in after.rejected.items():
        if sha256 not in before.rejected:
            yield Change("unreadable", row["unit"], item=row["file"], after="rejected")


def _form(unit: str, old: Row | None, new: Row | None) -> Change | None:
    """What became of the form of a unit; None when nothing did."""
    had, has = bool(old and old["sha256"]), bool(new and new["sha256"])
    was, now = (old["status"] if old else ""), (new["status"] if new else "")
    file = (new["file"] if new and has else "") or (old["file"] if old else "")
    kind = ""
    if has:
        kind = "status" if had and was != now else ""
        if old is None or not had:
            kind = "new"
        elif new is not None and old["sha256"] != new["sha256"]:
            kind = "replaced"
    elif had:
        kind = "withdrawn"
    elif new:
        kind = "missing"
    return Change(kind, unit, item=file, before=was, after=now) if kind else None


# --- what is behind it ---------------------------------------------------------------------------


class _Causes:
    """What differs between two runs as a whole, and for each unit."""

    def __init__(self, before: Run, after: Run) -> None:
        self.before = before
        self.after = after
        self.whole = [name for name, differs in self._whole() if differs]

    def _whole(self) -> Iterator[tuple[str, bool]]:
        old, new = self.before.manifest, self.after.manifest
        keys = {
            "rule": ("programme", "settings", "supersede"),
            "register": ("register",),
            "waiver": ("waivers",),
            "roster": ("roster",),
            "date": ("as_of",),
            "tool": ("tool",),
        }
        for cause, names in keys.items():
            yield cause, any(_facts(old, name) != _facts(new, name) for name in names)

    def _form(self, unit: str) -> bool:
        return self.before.hash_of(unit) != self.after.hash_of(unit)

    @cached_property
    def _forms(self) -> set[str]:
        """Units with another form."""
        return {unit for unit in {*self.before.files, *self.after.files} if self._form(unit)}

    def of(self, unit: str, *, alike: bool = False, waived: bool = False) -> tuple[str, ...]:
        """Possible causes for a unit.

        Args:
            alike: the same was found in the form both times.
            waived: a waiver stands in the evidence; a correction is looked for here.
        """
        own = waived or unit in self.before.corrected | self.after.corrected
        found = [cause for cause in self.whole if cause != "waiver" or own]
        if self._form(unit) and not (alike and found):
            found.insert(0, "data")
        return tuple(found) or ("others",)

    def of_presence(self, unit: str) -> tuple[str, ...]:
        """Why somebody is, or is not, among the nominees: rules have no part in that."""
        return ("data",) if self._form(unit) else self.of(unit)

    def of_proposal(self, unit: str) -> tuple[str, ...]:
        """Why somebody is proposed or not: a quota is shared with the forms of other units."""
        own = ["data"] if self._form(unit) else []
        others = ["others"] if self._forms - {unit} else []
        return tuple([*own, *self.whole, *others]) or ("others",)


def _facts(manifest: Mapping[str, Any], name: str) -> Any:
    """A part of a manifest by content: a file that was only renamed is the same."""
    found = manifest.get(name) or None
    if isinstance(found, dict) and "sha256" in found:
        return found["sha256"]
    return found


# --- verdicts ------------------------------------------------------------------------------------


def _nominees(before: Run, after: Run, causes: _Causes) -> Iterator[Change]:
    old, new = before.nominees, after.nominees
    for kind, here, there in (("nominee_new", new, old), ("nominee_gone", old, new)):
        for name, row in here.items():
            if name not in there:
                yield _only(kind, row, causes.of_presence(row["unit"]))
    both = [name for name in new if name in old]
    judged = [name for name in both if old[name]["eligibility"] != new[name]["eligibility"]]
    verdicts = before.verdicts(judged), after.verdicts(judged)
    for name in judged:
        was, now = (found.get(name, {}) for found in verdicts)
        parts = _parts(_leaves(was), _leaves(now))
        alike = bool(parts) and all(part[3] == part[4] for part in parts)
        waived = before.waived(was.values()) or after.waived(now.values())
        found = causes.of(new[name]["unit"], alike=alike, waived=waived)
        yield _changed("verdict", old[name], new[name], "eligibility", found, parts)
    decided = set(judged)
    for name in both:
        if name not in decided and old[name]["proposed"] != new[name]["proposed"]:
            found = causes.of_proposal(new[name]["unit"])
            yield _changed("proposed", old[name], new[name], "proposed", found)


def _only(kind: str, row: Row, causes: tuple[str, ...]) -> Change:
    """A nominee of one of the runs."""
    outcome = row["eligibility"]
    return Change(
        kind,
        row["unit"],
        row["nominee"],
        row["name"],
        row["decisive"],
        before=outcome if kind == "nominee_gone" else "",
        after=outcome if kind == "nominee_new" else "",
        causes=causes,
    )


def _changed(
    kind: str,
    old: Row,
    new: Row,
    column: str,
    causes: tuple[str, ...],
    parts: tuple[tuple[str, str, str, str, str], ...] = (),
) -> Change:
    return Change(
        kind,
        new["unit"],
        new["nominee"],
        new["name"],
        new["decisive"],
        old[column],
        new[column],
        causes,
        parts,
    )


def _parts(
    old: Mapping[str, Row], new: Mapping[str, Row]
) -> tuple[tuple[str, str, str, str, str], ...]:
    """Criteria that came out otherwise, in the order of the outline."""
    found = []
    for key in dict.fromkeys([*new, *old]):
        was, now = old.get(key, {}), new.get(key, {})
        if was.get("outcome", "") != now.get("outcome", ""):
            texts = [row.get(name, "") for name in ("outcome", "measured") for row in (was, now)]
            found.append((key, texts[0], texts[1], texts[2], texts[3]))
    return tuple(found)


# --- figures -------------------------------------------------------------------------------------


def _figures(
    before: Run, after: Run, causes: _Causes, kind: str, table: str, item: str, names: Sequence[str]
) -> Iterator[Change]:
    """Totals, indicators and targets whose figure or outcome is another one now."""
    old, new = (_by_key(run, table, item) for run in (before, after))
    for key in dict.fromkeys([*new, *old]):
        was, now = (_figure(rows.get(key), names) for rows in (old, new))
        if was != now:
            unit, code = key
            yield Change(kind, unit, item=code, before=was, after=now, causes=causes.of(unit))


def _with_checks(rows: list[Change], before: Run, after: Run) -> list[Change]:
    """The rules for conferences that came out otherwise, at the first conference of the unit.

    A unit whose rules did and whose figures did not has a row of its own.
    """
    old, new = (_checks(run) for run in (before, after))
    parts = {unit: _parts(old.get(unit, {}), new.get(unit, {})) for unit in {**new, **old}}
    found = []
    for row in rows:
        told = parts.pop(row.unit, ()) if row.kind == "delegate" else ()
        found.append(replace(row, parts=told) if told else row)
    causes = _Causes(before, after)
    left = [unit for unit, told in parts.items() if told]
    return [*found, *(Change("delegate", u, causes=causes.of(u), parts=parts[u]) for u in left)]


def _checks(run: Run) -> dict[str, dict[str, Row]]:
    """Unit -> rule for conferences -> row."""
    found: dict[str, dict[str, Row]] = {}
    for row in read_table(run.folder, "delegate_checks"):
        found.setdefault(row["unit"], {})[row["check"]] = row
    return found


def table_rows(found: Changes) -> Iterator[Row]:
    """The differences under ``COLUMNS``: causes joined by a bar, parts one behind the other."""
    for row in found.rows:
        parts = [f"{key}: {was} ({old}) -> {now} ({new})" for key, was, now, old, new in row.parts]
        cells = (row.kind, row.unit, row.nominee, row.name, row.item, row.before, row.after)
        told = (*cells, "|".join(row.causes), "; ".join(parts))
        yield dict(zip(COLUMNS, told, strict=True))


def _by_key(run: Run, table: str, item: str) -> dict[Key, Row]:
    rows = read_table(run.folder, table)
    return {
        (row["unit"], row[item]): row for row in rows if table != "scores" or row[item] == "TOTAL"
    }


def _figure(row: Row | None, names: Sequence[str]) -> str:
    return " ".join(filter(None, (row.get(name, "") for name in names))) if row else ""


# --- which earlier run ---------------------------------------------------------------------------


def compare_new(
    out: Path, staging: Path, facts: dict[str, Any], previous: Path | None, *, follows: bool
) -> Changes | None:
    """Compare a run that is about to be published as ``out`` with an earlier one, if there is one.

    Args:
        staging: holds the new run's ``data/``; what a later run needs is kept there.
        facts: its manifest, which is told what it was compared with.
        previous: the earlier run.
        follows: the run that is replaced comes first; see ``earlier_run``.

    Raises:
        FileNotFoundError, ValueError: when ``previous`` is no run, without ``follows``.
    """
    if follows:
        before = earlier_run(out, facts, previous)
    else:
        before = Run.of(previous) if previous else None
    if before is None:
        return None
    found = compare(before, Run(staging, facts))
    facts["previous"] = about(before)
    if out.resolve() in (before.folder.resolve(), before.folder.resolve().parent):
        keep(before, staging)
    return found


def earlier_run(out: Path, facts: Mapping[str, Any], before: Path | None) -> Run | None:
    """The run to compare a new one with that will replace ``out``.

    The run that is replaced; when that had the very same inputs, the one it was compared with
    itself, so that running again changes nothing; else ``before``, the run of an earlier period.
    A run of another programme is none.
    """
    candidates = [out]
    replaced = _open(out)
    if replaced and _inputs(replaced.manifest) == _inputs(facts):
        candidates = [out / PREVIOUS]
    for folder in (*candidates, *([before] if before else [])):
        run = _open(folder)
        if run and _programme(run.manifest) == _programme(facts):
            return run
    return None


def _open(folder: Path) -> Run | None:
    try:
        return Run.of(folder)
    except (OSError, ValueError):
        return None


def _inputs(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in manifest.items() if key not in _RESULTS}


def _programme(manifest: Mapping[str, Any]) -> Any:
    return (manifest.get("programme") or {}).get("id")


def keep(run: Run, folder: Path) -> None:
    """Keep what a later comparison needs of a run that is about to be replaced."""
    place = folder / PREVIOUS
    (place / "data").mkdir(parents=True)
    shutil.copyfile(run.folder / MANIFEST, place / MANIFEST)
    for table in _COMPARED:
        path = run.folder / "data" / f"{table}.csv"
        if path.is_file():
            _link_or_copy(path, place / "data" / path.name)


def _link_or_copy(path: Path, target: Path) -> None:
    """Another name for the same bytes where the disk allows it: verdicts are large."""
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)


def about(run: Run) -> dict[str, str]:
    """What a manifest says of the run that it was compared with."""
    return {
        "period": str(run.manifest.get("period", "")),
        "as_of": str(run.manifest.get("as_of", "")),
        "sha256": manifest_hash(run.folder),
    }
