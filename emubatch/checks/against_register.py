"""Claims of awards compared with the register: one look-up for the whole month.

A claim is ``confirmed`` when the register has this award of this person; ``contradicted`` when it
has the decision otherwise: of other people, or with another form, date or year; else ``unknown``.
A register may be incomplete, so what it does not know is a note and never an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from emubatch.checks.across import MANY_BODIES
from emubatch.checks.claims import (
    CONFIRMED,
    CONTRADICTED,
    UNKNOWN,
    claims_of,
    decisions_of,
    nominee_statements,
    unit_names,
)
from emubatch.checks.compared import Compared
from emubatch.checks.matters import AWARDED, add_matters
from emubatch.model import MonthData
from emubatch.programme.tables import Programme
from emubatch.register import Register, Slice
from emubatch.register.identity import (
    NEAR,
    Statement,
    candidates,
    persons,
    settle_units,
    statements,
)
from emubatch.register.keys import number_key
from emubatch.register.store import AWARD, HOLDER, Row

# Why: bits of ``reason``, in the order in which they are told.
REASONS = ("person", "form", "date", "year", "issuer", "number", "near_person")
_BIT = {name: 1 << at for at, name in enumerate(REASONS)}

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Pairs = tuple[Ints, Ints]  # claims and awards that belong together, place by place


Decisions = Iterable[tuple[str, str]]
LookUp = Callable[[Decisions], tuple[list[Row], list[Row]]]


def compare(data: MonthData, programme: Programme, register: Register) -> Compared:
    """Looks up every claim of the month: its people first, then the decisions still in question."""
    claims = claims_of(data, programme)
    asked = nominee_statements(data, programme)
    found = register.slice(
        {one.fold for one in asked}, {one.code for one in asked}, {one.key for one in asked}
    )
    units = unit_names(data, programme)
    compared = compare_with(claims, asked, units, found, register.decisions)
    add_matters(compared, data, programme, found, register)
    return compared


def compare_with(
    claims: pd.DataFrame,
    asked: list[Statement],
    units: Sequence[tuple[str, str]],
    found: Slice,
    decisions: LookUp,
) -> Compared:
    """The same with what was looked up; ``decisions`` is asked once.

    Args:
        claims: of ``claims_of``.
        asked: who each nominee says to be.
        units: key and folded name of the units of the month.
    """
    settled = settle_units([*found.units, *units])
    asked = [one._replace(unit=settled.get(one.unit, one.unit)) for one in asked]
    known = statements(found.holders, settled)
    person = persons([*asked, *known], found.answers)
    near = candidates(asked, known, person, found.answers)

    codes = _Codes()
    mine = _side(codes, [asked[at] for at in claims["owner"].tolist()], person, claims, "year")
    awards = pd.DataFrame(found.awards, columns=list(AWARD))
    own = _side(codes, _whose(known, awards), person, awards, "years")
    pairs = [(person[c.key], person[c.other]) for c in near if c.level == NEAR]
    verdicts = _Verdicts(mine, _near_codes(codes, pairs))
    verdicts.look(own, _own_number, _own_unnumbered)

    more, holders = decisions(decisions_of(claims[verdicts.open]))
    others = statements(holders, settled)
    person |= {one.key: one.key for one in others if one.key not in person}
    extra = pd.DataFrame(more, columns=list(AWARD))
    verdicts.look(
        _side(codes, _whose(others, extra), person, extra, "years"), _of_others, start=len(awards)
    )
    verdicts.look(own, _own_numbered, _of_the_near)

    by_key = {row[0]: row for row in (*found.holders, *holders)}
    awards = pd.concat([awards, extra], ignore_index=True)
    awards["title"], awards["system"] = "", ""
    awards["holder_name"] = [by_key[key][HOLDER.index("name")] for key in awards["holder"]]
    in_register = {person[one.key] for one in known}
    surely = frozenset(at for at, one in enumerate(asked) if person[one.key] in in_register)
    told = verdicts.told(claims)
    return Compared(told, awards, near, asked, by_key, surely, person, found.digest)


def _whose(known: Sequence[Statement], awards: pd.DataFrame) -> list[Statement]:
    by_key = {one.key: one for one in known}
    return [by_key[key] for key in awards["holder"].tolist()]


def reason_codes(bits: int) -> str:
    """Bits of a reason as codes joined by ``|``."""
    return "|".join(name for name, bit in _BIT.items() if bits & bit)


# --- both sides as numbers -----------------------------------------------------------------------


class _Side(NamedTuple):
    """Claims or awards as columns of numbers; -1 is blank, 0 in dates and years."""

    person: Ints
    kind: Ints
    unit: Ints
    code: Ints
    issuer: Ints
    number: Ints
    dates: Ints  # year, month, day
    first: Ints
    last: Ints
    lettered: Bools  # the number names its issuer, so it is of one series
    local: Bools  # an issuer with many bodies, or none stated: numbers mean nothing elsewhere

    def take(self, rows: Ints) -> _Side:
        return _Side._make(column[rows] for column in self)


def _side(
    codes: _Codes,
    people: Sequence[Statement],
    person: dict[str, str],
    frame: pd.DataFrame,
    years: str,
) -> _Side:
    numbers = [number_key(text) for text in frame["number"].tolist()]
    issuers: list[str] = frame["issuer"].tolist()
    spans = _spans(frame[years].tolist())
    return _Side(
        codes("person", [person[one.key] for one in people]),
        codes("kind", [one.kind for one in people]),
        codes("unit", [one.unit for one in people]),
        codes("code", frame["code"].tolist()),
        codes("issuer", issuers),
        codes("number", numbers),
        _dates(frame["date"].tolist()),
        spans[:, 0],
        spans[:, 1],
        np.array([any(map(str.isalpha, text)) for text in numbers], dtype=bool),
        np.array([not text or text in MANY_BODIES for text in issuers], dtype=bool),
    )


class _Codes:
    """Texts as numbers, the same text the same number on both sides; empty is -1."""

    def __init__(self) -> None:
        self.known: dict[str, dict[str, int]] = {}

    def __call__(self, name: str, texts: Sequence[str]) -> Ints:
        known = self.known.setdefault(name, {"": -1})
        return np.array([known.setdefault(t, len(known)) for t in texts], dtype=np.int64)


def _dates(texts: Sequence[str]) -> Ints:
    """Year, month and day of ISO dates, 0 for what is not known."""
    known: dict[str, tuple[int, int, int]] = {}
    for text in set(texts):
        parts = [int(part) for part in text.split("-")] if text else []
        year, month, day = (*parts, 0, 0, 0)[:3]
        known[text] = (year, month, day)
    return np.array([known[text] for text in texts], dtype=np.int64).reshape(-1, 3)


def _spans(texts: Sequence[str]) -> Ints:
    """First and last year of «2018» or «2015-2019», 0 for blanks."""
    known: dict[str, tuple[int, int]] = {}
    for text in set(texts):
        first, _, last = text.partition("-")
        known[text] = (int(first or 0), int(last or first or 0))
    return np.array([known[text] for text in texts], dtype=np.int64).reshape(-1, 2)


# --- comparing -----------------------------------------------------------------------------------


class _Verdicts:
    """What was found of each claim so far: status (0 confirmed, 1 unknown, 2 contradicted)."""

    def __init__(self, claims: _Side, near: Ints) -> None:
        self.claims = claims
        self.near = near
        size = len(claims.person)
        self.status = np.ones(size, dtype=np.int64)
        self.reason = np.zeros(size, dtype=np.int64)
        self.award = np.full(size, -1, dtype=np.int64)
        self.open = np.ones(size, dtype=bool)

    def look(self, awards: _Side, *ways: _Way, start: int = 0) -> None:
        """Settles the open claims that a way of looking at these awards settles.

        ``start`` is the place of the first of these awards among all.
        """
        for way in ways:
            found = way(self.claims, awards, np.flatnonzero(self.open), self.near)
            picked = found.best()
            at = found.claims[picked]
            self.status[at], self.reason[at] = found.status[picked], found.reason[picked]
            self.award[at] = found.awards[picked] + start
            self.open[at] = False

    def told(self, claims: pd.DataFrame) -> pd.DataFrame:
        """The claims with status, reason and award."""
        return claims.assign(
            matter=AWARDED,
            title="",
            status=np.array((CONFIRMED, UNKNOWN, CONTRADICTED), dtype=object)[self.status],
            reason=[reason_codes(bits) for bits in self.reason.tolist()],
            award=self.award,
        )


class _Found(NamedTuple):
    """Pairs of claims and awards with what each says; the lightest pair of a claim counts."""

    claims: Ints
    awards: Ints
    status: Ints
    reason: Ints
    weight: Ints

    def best(self) -> Ints:
        """Places of the pairs that count; of equals the one with the first award."""
        order = np.lexsort((self.awards, self.weight, self.status, self.claims))
        first = np.ones(len(order), dtype=bool)
        first[1:] = np.diff(self.claims[order]) > 0
        return np.asarray(order[first])


_Way = Callable[[_Side, _Side, Ints, Ints], _Found]


def _own_number(claims: _Side, awards: _Side, rows: Ints, near: Ints) -> _Found:
    """Awards of the same person under the same number."""
    c, a = _joined(claims, awards, rows, ("person", "number"))
    mine, theirs = claims.take(c), awards.take(a)
    form, year = mine.code != theirs.code, ~_overlap(mine, theirs)
    date = ~_same_day(mine, theirs)
    issuer = (mine.issuer != theirs.issuer) & (mine.issuer >= 0) & (theirs.issuer >= 0)
    # A number comes back every year: an award of another year's decision is another matter.
    other = _other_year(mine, theirs) & (form | year)
    reason = form * _BIT["form"] + date * _BIT["date"] + year * _BIT["year"]
    reason = reason + issuer * _BIT["issuer"]
    weight = form.astype(np.int64) + date + year + issuer
    found = _Found(c, a, np.where(reason > 0, 2, 0), reason, weight)
    return _Found._make(column[~other] for column in found)


def _own_unnumbered(claims: _Side, awards: _Side, rows: Ints, near: Ints) -> _Found:
    """The same award of the same person and years where one side gives no number."""
    c, a, numbered, date = _own_award(claims, awards, rows)
    c, a, date = c[~numbered], a[~numbered], date[~numbered]
    return _Found(c, a, date * 2, date * _BIT["date"], date)


def _own_numbered(claims: _Side, awards: _Side, rows: Ints, near: Ints) -> _Found:
    """The same award of the same person and years under another number: not known as such."""
    c, a, numbered, date = _own_award(claims, awards, rows)
    c, a, date = c[numbered], a[numbered], date[numbered]
    return _Found(c, a, np.ones_like(c), np.full_like(c, _BIT["number"]), date)


def _own_award(claims: _Side, awards: _Side, rows: Ints) -> tuple[Ints, Ints, Bools, Ints]:
    """Pairs of one person, form and years; whether both are numbered; 1 where the dates differ."""
    c, a = _joined(claims, awards, rows, ("person", "code"))
    same = (claims.first[c] == awards.first[a]) & (claims.last[c] == awards.last[a])
    same &= claims.first[c] > 0
    c, a = c[same], a[same]
    mine, theirs = claims.take(c), awards.take(a)
    date = (~_same_day(mine, theirs)).astype(np.int64)
    return c, a, (mine.number >= 0) & (theirs.number >= 0), date


def _of_others(claims: _Side, awards: _Side, rows: Ints, near: Ints) -> _Found:
    """Decisions that the register has for other people of the same kind."""
    rows = rows[claims.lettered[rows]]
    c, a = _joined(claims, awards, rows, ("number", "kind"))
    mine, theirs = claims.take(c), awards.take(a)
    local = mine.local | theirs.local
    body = (mine.issuer == theirs.issuer) | (mine.issuer < 0) | (theirs.issuer < 0)
    place = ~local | ((mine.unit == theirs.unit) & (mine.unit >= 0))
    dated = (mine.dates[:, 0] > 0) & (theirs.dates[:, 0] > 0)
    when = np.where(dated, mine.dates[:, 0] == theirs.dates[:, 0], _overlap(mine, theirs))
    meant = body & place & when & (mine.person != theirs.person)
    c, a = c[meant], a[meant]
    is_near = np.isin(claims.person[c] * _WIDTH + awards.person[a], near)
    reason = np.where(is_near, _BIT["near_person"], _BIT["person"])
    form = (mine.code != theirs.code)[meant]  # the same form is the better witness
    return _Found(c, a, np.where(is_near, 1, 2), reason, form.astype(np.int64))


def _of_the_near(claims: _Side, awards: _Side, rows: Ints, near: Ints) -> _Found:
    """The same award and year of somebody who may be this person."""
    left = pd.DataFrame({"person": claims.person[rows], "c": rows, "code": claims.code[rows]})
    middle = pd.DataFrame({"person": near // _WIDTH, "other": near % _WIDTH})
    right = pd.DataFrame(
        {"other": awards.person, "code": awards.code, "a": np.arange(len(awards.person))}
    )
    found = left.merge(middle, on="person").merge(right, on=["other", "code"])
    c, a = found["c"].to_numpy(np.int64), found["a"].to_numpy(np.int64)
    same = _overlap(claims.take(c), awards.take(a)) & (claims.first[c] > 0)
    c, a = c[same], a[same]
    reason = np.full_like(c, _BIT["near_person"])
    return _Found(c, a, np.ones_like(c), reason, np.zeros_like(c))


def _joined(claims: _Side, awards: _Side, rows: Ints, keys: tuple[str, ...]) -> Pairs:
    """Pairs of claims and awards that agree in these columns, blanks never."""
    left = pd.DataFrame({key: getattr(claims, key)[rows] for key in keys}).assign(c=rows)
    right = pd.DataFrame({key: getattr(awards, key) for key in keys})
    right = right.assign(a=np.arange(len(right)))
    for key in keys:
        left, right = left[left[key] >= 0], right[right[key] >= 0]
    found = left.merge(right, on=list(keys))
    return found["c"].to_numpy(np.int64), found["a"].to_numpy(np.int64)


def _same_day(one: _Side, other: _Side) -> Bools:
    """Whether two dates agree as far as both are known."""
    agree = (one.dates == other.dates) | (one.dates == 0) | (other.dates == 0)
    return np.asarray(agree.all(axis=1), dtype=bool)


def _other_year(one: _Side, other: _Side) -> Bools:
    a, b = one.dates[:, 0], other.dates[:, 0]
    return np.asarray((a > 0) & (b > 0) & (a != b))


def _overlap(one: _Side, other: _Side) -> Bools:
    """Whether two years or spans meet; a blank meets everything."""
    meet = (one.first <= other.last) & (other.first <= one.last)
    return np.asarray(meet | (one.first == 0) | (other.first == 0))


# --- people who may be the same ------------------------------------------------------------------

_WIDTH = 1 << 31


def _near_codes(codes: _Codes, pairs: Sequence[tuple[str, str]]) -> Ints:
    """Pairs of persons as numbers: the nominee's times ``_WIDTH`` plus the other's."""
    known = codes.known.get("person", {})
    found = {known[a] * _WIDTH + known[b] for a, b in pairs if a in known and b in known}
    return np.array(sorted(found), dtype=np.int64)
