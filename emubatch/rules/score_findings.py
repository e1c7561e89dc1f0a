"""What a unit entered on its scorecard and what follows from its levels: where they disagree.

One message per cause: a row that cannot be scored is not compared, and a unit's own total is
compared only where its bonus and penalty agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from emubatch.messages import finding
from emubatch.model import Finding
from emubatch.programme.tables import ScoreOption
from emubatch.rules import points as p
from emubatch.rules.arrays import Bools, Floats
from emubatch.rules.entries import Entries
from emubatch.rules.numbers import number_words, short_number

_EPSILON = 1e-9


def leaf_findings(
    entries: Entries,
    at: int,
    options: Sequence[ScoreOption],
    scored: p.Scored,
    reading: p.Reading,
) -> list[Finding]:
    """Findings about one leaf, of all units."""
    found = [*_notes(entries, at, options, scored, reading)]
    done = scored.outcome == p.SCORED
    agreed = done.copy()
    for role, computed in (("bonus", scored.bonus), ("penalty", scored.penalty)):
        differs = _differs(entries.numbers(at, role), computed) & done
        if role == "penalty":
            differs &= ~_entered(options, scored)
        found += _mismatches(entries, at, role, computed, differs)
        agreed &= ~differs
    differs = _differs(entries.numbers(at, "own_total"), scored.total) & agreed
    return found + list(_mismatches(entries, at, "own_total", scored.total, differs))


def _differs(entered: Floats, computed: Floats) -> Bools:
    return np.asarray(~np.isnan(entered) & (np.abs(entered - computed) > _EPSILON))


def _entered(options: Sequence[ScoreOption], scored: p.Scored) -> Bools:
    """Units whose penalty is an input of this level, not a figure to compare."""
    table = np.array([*(option.penalty_entered for option in options), False])
    return np.asarray(table[scored.level])


def _mismatches(
    entries: Entries, at: int, role: str, computed: Floats, where: Bools
) -> Iterator[Finding]:
    values = entries.numbers(at, role)
    for unit in np.flatnonzero(where).tolist():
        yield _finding(
            entries,
            at,
            unit,
            role,
            "W611",
            value=number_words(values[unit], "vi"),
            entered=number_words(values[unit], "vi"),
            entered_en=number_words(values[unit], "en"),
            header=entries.header(role),
            header_en=entries.header(role, "en"),
            computed=number_words(computed[unit], "vi"),
            computed_en=number_words(computed[unit], "en"),
        )


def _notes(
    entries: Entries,
    at: int,
    options: Sequence[ScoreOption],
    scored: p.Scored,
    reading: p.Reading,
) -> Iterator[Finding]:
    """Findings about the notes of the rows.

    Which levels are chosen, and counts above their total, are checked file by file.
    """
    facts = entries.numbers(at, "fact")
    codes = {p.DISAGREE: "W612", p.OUTSIDE: "W613"}
    for bit, code in codes.items():
        for unit in np.flatnonzero(scored.notes & bit).tolist():
            derived = int(scored.derived[unit])
            level = options[derived] if derived >= 0 else None
            yield _finding(
                entries,
                at,
                unit,
                "fact",
                code,
                value=short_number(facts[unit]),
                derived=level.label_vi if level else "",
                derived_en=(level.label_en or level.label_vi) if level else "",
            )
    missing = {p.NO_COUNT: ("W615", "fact"), p.NO_EXCEED: ("W616", "exceed")}
    missing[p.NO_PENALTY] = ("W617", "penalty")
    missing[p.OVER_BASE] = ("W619", "penalty")
    if reading.bonus_with_penalty == "warn":
        missing[p.BONUS_AND_PENALTY] = ("W618", "option")
    for bit, (code, role) in missing.items():
        for unit in np.flatnonzero(scored.notes & bit).tolist():
            yield _finding(entries, at, unit, role, code)


def _finding(
    entries: Entries, at: int, unit: int, role: str, message: str, **words: str
) -> Finding:
    """A finding at the cell of a column of this leaf's row."""
    row = int(entries.row[unit, at])
    leaf = entries.leaves[at]
    address = str(entries.view.refs(entries.key(role), np.array([row]))[0])
    file, sheet, cell = address.rsplit("!", 2)
    named = leaf.fact_vi or leaf.label_vi
    return finding(
        message,
        unit=entries.month.units.frame["unit"].iloc[entries.units[unit]],
        file=file,
        sheet=sheet,
        cell=cell,
        field=entries.key(role),
        code=leaf.code,
        what=named,
        what_en=leaf.fact_en or leaf.label_en or named,
        **words,
    )
