"""Nothing of a kind in a period: ``none``.

Absence is stated, not guessed: without a statement and without rows the matter is open. A
statement of absence beside a row contradicts it, and a person must look. The switches
``when_found`` and ``when_silent`` soften both ends for plans that do not name the matter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from emubatch.model import FAIL, NA, PASS, REVIEW
from emubatch.programme.tables import Criterion
from emubatch.rules import doubts, wording
from emubatch.rules.arrays import (
    MAYBE,
    NO,
    SURE,
    Bools,
    Ints,
    Words,
    any_by,
    bits_by,
    by_pattern,
    count_by,
)
from emubatch.rules.evidence import cells
from emubatch.rules.frames import Month, View
from emubatch.rules.matching import Match
from emubatch.rules.partial import EARLIEST, LATEST, date_span
from emubatch.rules.sources import Leaf, Source, date_key, left_out, sources, year_key


@dataclass(slots=True)
class _Found:
    """What the rows of all sources say about each nominee."""

    sure: Ints
    unclear: Ints
    later: Ints
    stated: Bools
    answered: Bools  # by a row of another period, which the clerk listed in place of a statement
    denied: Bools
    any: Bools
    why: Ints
    used: list[tuple[View, str, Bools]]


def none(month: Month, leaf: Criterion, wanted: Bools) -> Leaf:
    """Pass when absence is stated and no row speaks against it; fail when a row surely does.

    ``when_found = review`` leaves such a row to a person; ``when_silent = pass`` takes silence for
    absence.
    """
    found = _gather(month, leaf)
    limit = int(float(leaf.threshold or 0))
    open_ = found.unclear + found.later
    contradicted = found.stated & (found.sure + open_ > limit)
    sure_fail = (found.sure > limit) & ~found.stated
    answered = found.stated | found.answered
    if leaf.options.get("when_silent", "review") == "pass":
        answered = np.ones_like(answered)
    worst = REVIEW if leaf.options.get("when_found", "fail") == "review" else FAIL
    clean = answered & ~found.denied & ~contradicted & (found.sure + open_ <= limit)
    outcome = np.where(sure_fail, worst, np.where(clean, PASS, REVIEW)).astype(np.int8)
    outcome = left_out(outcome, found.any, leaf)
    words = wording.of(month.lang)
    required = words.say("need_none", what=words.what(month, leaf.of[:1]))
    window = words.window(leaf)
    return Leaf(
        outcome,
        np.where(outcome == NA, words.words["no_data"], _measured(month, found, contradicted)),
        f"{required}; {window}" if window else required,
        cells(month, found.used, wanted),
        found.sure.astype(np.float64),
    )


def _gather(month: Month, leaf: Criterion) -> _Found:
    size = month.size
    zero = np.zeros(size, dtype=np.int64)
    off = zero.astype(bool)
    found = _Found(
        zero, zero.copy(), zero.copy(), off, off.copy(), off.copy(), off.copy(), zero.copy(), []
    )
    statements: set[str] = set()
    for source in sources(month, leaf):
        view = source.view
        rows = _rows(month, leaf, source)
        found.sure = found.sure + count_by(view.owner, size, rows.inside)
        found.unclear = found.unclear + count_by(view.owner, size, rows.unclear)
        found.later = found.later + count_by(view.owner, size, rows.later)
        found.answered = found.answered | any_by(view.owner, size, rows.outside & view.sure)
        found.why = found.why | bits_by(view.owner, size, rows.why, rows.unclear)
        found.any = found.any | any_by(view.owner, size, np.ones(len(view), dtype=bool))
        found.used.append((view, source.measured.field, rows.inside | rows.unclear | rows.later))
        if leaf.options.get("members_found", "ignore") == "review":
            _add_members(month, source, rows.inside | rows.unclear, found)
        if view.key not in statements:
            statements.add(view.key)
            _statements(month, view, found)
    return found


def _add_members(month: Month, source: Source, rows: Bools, found: _Found) -> None:
    """Rows about the people of a unit are open for its collectives, which may not state them."""
    view = source.view
    kinds = month.nominees.coded("kind")
    collective = kinds.take(np.array([*(kind == "collective" for kind in kinds.values), False]))
    owned = rows & (view.owner >= 0)
    owned[owned] = ~collective[view.owner[owned]]
    by_unit = count_by(view.unit_pos, len(month.units), owned)
    more = by_unit[month.nominees.unit_pos] * collective
    found.unclear = found.unclear + more
    found.why = found.why | np.where(more > 0, doubts.MEMBER, 0)
    first = np.full(len(month.units), -1, dtype=np.int64)
    at = np.flatnonzero(collective)[::-1]
    first[month.nominees.unit_pos[at]] = at
    of_unit = replace(view, owner=np.where(owned, first[view.unit_pos], -1))
    found.used.append((of_unit, source.measured.field, owned & (of_unit.owner >= 0)))


def _statements(month: Month, view: View, found: _Found) -> None:
    """Rows that say outright that there is nothing, or that there is something."""
    spec = month.programme.field_with_role(view.key, "states_none")
    if spec is None:
        return
    said = view.coded(spec.key)
    yes = said.take(np.array([*(value == "CO" for value in said.values), False]))
    no = said.take(np.array([*(value == "KHONG" for value in said.values), False]))
    found.stated = found.stated | any_by(view.owner, month.size, yes & view.sure)
    found.denied = found.denied | any_by(view.owner, month.size, no)
    found.used.append((view, spec.key, yes | no))


@dataclass(slots=True)
class _Rows:
    inside: Bools
    unclear: Bools
    later: Bools
    outside: Bools
    why: Ints


def _rows(month: Month, leaf: Criterion, source: Source) -> _Rows:
    """Rows surely in the window, rows that may be, rows after it and before the reference day."""
    view = source.view
    match = _by_system(month, leaf, source)
    low, high, known = _span(month, view)
    first, last = leaf.window
    start = date_span(first)[0] if first else EARLIEST
    end = date_span(last)[1] if last else LATEST
    until = max(end, date_span(month.as_of)[1]) if month.as_of else end
    if leaf.options.get("check_until_decision", "warn") == "ignore":
        until = end
    concerns = match.level > NO
    inside = concerns & known & (low >= start) & (high <= end)
    outside = known & ((high < start) | (low > until))
    later = concerns & known & (low > end) & (low <= until)
    sure = inside & (match.level == SURE)
    unclear = concerns & ~sure & ~outside & ~later
    why = match.why | np.where(unclear & ~known, doubts.BLANK_DATE, 0)
    why |= np.where(unclear & known & ~inside, doubts.STRADDLES, 0)
    return _Rows(sure, unclear, later, concerns & outside, why)


def _by_system(month: Month, leaf: Criterion, source: Source) -> Match:
    """Level of each row being of the asked form, in a system that counts.

    A row that only states absence has neither form nor date and is no case.
    """
    view, match = source.view, source.match
    spec = month.programme.field_with_role(view.key, "system")
    wanted = [code for code in leaf.options.get("discipline_systems", "").split("|") if code]
    if spec is not None and wanted:
        system = view.coded(spec.key)
        level = [SURE if value in wanted else NO for value in system.values]
        table = np.array([*level, MAYBE], dtype=np.int8)
        why = np.zeros(len(table), dtype=np.int64)
        why[-1] = doubts.BLANK_WHERE
        match = match.both(Match(table, why).take(system))
    empty = _states_only(month, source)
    return Match(np.where(empty, NO, match.level).astype(np.int8), np.where(empty, 0, match.why))


def _states_only(month: Month, source: Source) -> Bools:
    """Rows whose statement column is filled and whose form, system and date are all blank."""
    view = source.view
    spec = month.programme.field_with_role(view.key, "states_none")
    if spec is None:
        return np.zeros(len(view), dtype=bool)
    empty = ~view.coded(spec.key).blank & source.coded.blank
    for role in ("system", "date"):
        other = month.programme.field_with_role(view.key, role)
        if other is not None:
            empty &= view.coded(other.key).blank
    return np.asarray(empty)


def _span(month: Month, view: View) -> tuple[Ints, Ints, Bools]:
    """Days that each row's date can mean; a sheet without dates goes by years."""
    key = date_key(month, view.key)
    if key or not year_key(month, view.key):
        low, high = view.days(key)
        return low, high, np.asarray(high >= low)
    coded = view.coded(year_key(month, view.key))
    spans = [_year_days(str(value)) for value in coded.values] + [(0, -1)]
    table = np.array(spans, dtype=np.int64)[coded.codes]
    return table[:, 0], table[:, 1], np.asarray(table[:, 1] >= table[:, 0])


def _year_days(text: str) -> tuple[int, int]:
    first, last = date_span(text[:4]), date_span(text[-4:])
    return first[0], last[1]


def _measured(month: Month, found: _Found, contradicted: Bools) -> Words:
    words = wording.of(month.lang)

    def text(
        sure: int, unclear: int, later: int, stated: int, denied: int, both: int, why: int
    ) -> str:
        parts = []
        if both:
            parts.append(words.say("none_both"))
        elif stated:
            parts.append(words.say("none_stated"))
        counts = (("none_sure", sure), ("none_open", unclear), ("none_later", later))
        parts += [words.say(key, count=count) for key, count in counts if count]
        if not parts:
            parts.append(words.say("none_denied" if denied else "none_unstated"))
        if why:
            parts.append(words.doubts(why))
        return "; ".join(parts)

    said = [found.stated, found.denied, contradicted]
    return by_pattern([found.sure, found.unclear, found.later, *said, found.why], text)
