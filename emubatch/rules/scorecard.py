"""The scorecard: points of each leaf, sums of the rows above, and what does not add up.

Each row holds base + bonus − penalty = total. Leaves are never added beside their parents: a
parent is the sum of its children. A row that cannot be scored has no total, nor has any above it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from emubatch.model import SCORE_COLUMNS, Finding
from emubatch.programme.tables import ScoreRow, in_lang
from emubatch.rules.arrays import Floats, Words, as_words, by_pattern, filled
from emubatch.rules.entries import NONE, Entries, read_entries
from emubatch.rules.frames import Month
from emubatch.rules.points import Reading, Scored, note_words, score_leaf
from emubatch.rules.score_findings import leaf_findings

TOTAL = "TOTAL"
_OUTCOMES = as_words(("scored", "review", "error"))
SCORE_EXTRA = ("label", "clause", "kind", "parent", "cell", "raw_bonus", "raw_total", "note")


def score(month: Month) -> tuple[pd.DataFrame, list[Finding]]:
    """Points of every unit that sent a form, and findings about entries that disagree.

    The frame has ``SCORE_COLUMNS``, then ``label``, ``clause``, ``kind`` (``section``, ``parent``,
    ``leaf``, ``total``), ``parent``, ``cell`` (address of the level), ``raw_bonus`` and
    ``raw_total`` (before the cap; empty unless ``show_raw_total``), ``note``. Rows stand by unit
    in the order of the card, ``TOTAL`` last.
    """
    entries = read_entries(month)
    programme = month.programme
    reading = Reading.of(programme)
    found: dict[str, Scored] = {}
    findings: list[Finding] = []
    for at, row in enumerate(entries.leaves):
        options = programme.options_of.get(row.code, ())
        found[row.code] = score_leaf(entries, at, options, reading)
        findings += leaf_findings(entries, at, options, found[row.code], reading)
    children: dict[str, list[ScoreRow]] = {}
    for row in programme.scorecard:
        children.setdefault(row.parent, []).append(row)

    def total(code: str) -> Scored:
        if code not in found:
            parts = [total(child.code) for child in children.get(code, [])]
            found[code] = _sum(parts, len(entries.units))
        return found[code]

    for row in programme.scorecard:
        total(row.code)
    tops = [found[row.code] for row in children.get("", [])]
    found[TOTAL] = _sum(tops, len(entries.units))
    return _frame(month, entries, found, reading), findings


def _sum(parts: Sequence[Scored], size: int) -> Scored:
    """A row above: sums that are empty as soon as one part is."""
    none = np.full(size, NONE, dtype=np.int64)

    def added(name: str) -> Floats:
        columns = [getattr(part, name) for part in parts]
        return np.asarray(np.sum(columns, axis=0)) if columns else np.zeros(size)

    outcomes = [part.outcome for part in parts]
    return Scored(
        outcome=np.max(outcomes, axis=0) if outcomes else np.zeros(size, dtype=np.int64),
        bonus=added("bonus"),
        raw_bonus=added("raw_bonus"),
        penalty=added("penalty"),
        total=added("total"),
        level=none,
        derived=none,
        exceed=np.full(size, np.nan),
        notes=np.zeros(size, dtype=np.int64),
    )


def _frame(
    month: Month, entries: Entries, found: dict[str, Scored], reading: Reading
) -> pd.DataFrame:
    programme = month.programme
    rows = [*programme.scorecard, None]
    places = {row.code: at for at, row in enumerate(entries.leaves)}
    units = month.units.frame["unit"].to_numpy(object)[entries.units]
    parts = [
        _block(month, entries, row, found[row.code if row else TOTAL], places, reading)
        for row in rows
    ]
    size, count = len(units), len(rows)
    order = np.arange(size * count).reshape(count, size).T.ravel()
    columns: dict[str, pd.Series[str] | Floats] = {
        "unit": pd.Series(np.repeat(units, count), dtype=object)
    }
    for name in (*SCORE_COLUMNS[1:], *SCORE_EXTRA):
        joined = np.concatenate([part[name] for part in parts])[order]
        columns[name] = pd.Series(joined, dtype=object) if joined.dtype == object else joined
    return pd.DataFrame(columns)


def _block(
    month: Month,
    entries: Entries,
    row: ScoreRow | None,
    scored: Scored,
    places: dict[str, int],
    reading: Reading,
) -> dict[str, Words | Floats]:
    """The columns of one row of the card for every unit; ``row`` is None for the total."""
    size, lang = len(entries.units), month.lang
    card = month.programme.scorecard
    base = row.base if row else sum(top.base for top in card if not top.parent)
    codes = [
        option.option for option in month.programme.options_of.get(row.code if row else "", ())
    ]
    label = "" if row is None else in_lang(row, "label", lang)
    at = places.get(row.code) if row else None
    unknown = np.full(size, np.nan)
    raw = scored.raw_bonus if reading.show_raw else unknown
    return {
        "criterion": filled(size, row.code if row else TOTAL),
        "base": np.full(size, float(base)),
        "option": as_words([*codes, ""])[scored.level],
        "exceed_pct": scored.exceed,
        "bonus": scored.bonus,
        "penalty": scored.penalty,
        "total": scored.total,
        "outcome": _OUTCOMES[scored.outcome],
        "label": filled(size, label),
        "clause": filled(size, row.clause if row else ""),
        "kind": filled(size, row.kind if row else "total"),
        "parent": filled(size, row.parent if row else ""),
        "cell": filled(size, "") if at is None else entries.cells(at, "option"),
        "raw_bonus": raw,
        "raw_total": scored.total - scored.bonus + raw,
        "note": by_pattern([scored.notes], lambda notes: note_words(notes, lang)),
    }
