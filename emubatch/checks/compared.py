"""What comes of holding the claims of a month against the register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from emubatch.register.identity import Candidate, Statement


@dataclass(slots=True)
class Compared:
    """What came of it.

    Attributes:
        claims: one row a claim, ``CLAIM_COLUMNS`` of the model and ``at`` (-1 for none),
            ``sheet_key``, ``owner``, ``award`` (place in ``awards``, -1 for none), ``field`` of
            the cell.
        awards: the awards looked up, under ``AWARD`` with ``holder_name``; ``matters`` adds
            initiatives with their ``title`` and cases of discipline.
        near: for nominees, statements of the register that may be about them.
        asked: who each nominee says to be.
        holders: key -> row of the register under ``HOLDER``.
        known: places of the nominees whom the register surely knows.
        person: key of each statement -> key of its person.
        digest: names the state of the register.
    """

    claims: pd.DataFrame
    awards: pd.DataFrame
    near: list[Candidate]
    asked: list[Statement]
    holders: dict[str, tuple[Any, ...]]
    known: frozenset[int]
    person: dict[str, str]
    digest: str
