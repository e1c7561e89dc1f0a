"""What the register already holds of those whom the council commends: one achievement is not
rewarded twice with the same award, and only the register remembers the decision before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emubatch.council.agenda import Agenda
from emubatch.messages import finding
from emubatch.model import Finding
from emubatch.register import Facts
from emubatch.register.schema import COLUMNS
from emubatch.register.store import Register

_AT = {name: at for at, name in enumerate(COLUMNS["awards"])}
_SAME = ("kind", "holder", "code", "years")
Row = tuple[Any, ...]


def awarded_before(
    facts: Facts, names: Mapping[str, str], register: Register, agenda: Agenda
) -> Iterator[Finding]:
    """A warning for each award that its holder already had for the same years.

    Args:
        facts: what this decision would add.
        names: holder -> name.
        register: as it is; this decision itself, and later ones, are passed over.
        agenda: for the labels of awards.
    """
    ours = {_same(row): row for row in facts.awards}
    keys = {row[_AT["key"]] for row in facts.awards}
    found: dict[tuple[str, ...], list[Row]] = {same: [] for same in ours}
    for row in register.rows("awards"):
        mine = ours.get(_same(row))
        if mine and row[_AT["key"]] not in keys and row[_AT["date"]] <= mine[_AT["date"]]:
            found[_same(row)].append(row)
    for row in (row for rows in found.values() for row in rows):
        code = row[_AT["code"]]
        day = "/".join(reversed(row[_AT["date"]].split("-")))
        yield finding(
            "W861",
            value=names.get(row[_AT["holder"]], ""),
            award=agenda.labels.get(code, code),
            years=row[_AT["years"]],
            decision=", ".join(filter(None, (row[_AT["number"]], day))),
        )


def _same(row: Row) -> tuple[str, ...]:
    """What makes an award the one that its holder had before: who, which, for which years."""
    return tuple(str(row[_AT[name]]) for name in _SAME)
