"""What a month is asked for, and whom it tells how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from emubatch.model import Lang
from emubatch.xl.limits import DEFAULT, Limits


class Progress(Protocol):
    """Told how far the month is; ``stage`` is the tail of an interface word ``stage_…``."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """``total`` is 0 for a stage without parts."""


@dataclass(frozen=True, slots=True)
class MonthRequest:
    """What to run: see the options of ``emubatch run``.

    ``period`` is ``YYYY-MM`` or empty; ``as_of`` an ISO date or empty; ``jobs`` the number of
    worker processes, 0 for none, None for as many as are worth while. The run is compared with
    ``previous`` where that is stated; with ``follows`` the run that it replaces comes first.
    ``anonymous`` is the file of codes, where the results are for sending outside.
    """

    programme: str
    inbox: Path
    out: Path
    roster: Path | None = None
    period: str = ""
    as_of: str = ""
    jobs: int | None = None
    cluster: str | None = None
    settings: tuple[tuple[str, str], ...] = ()
    replace: bool = False
    lang: Lang = "vi"
    waivers: Path | None = None
    rewards: Path | None = None
    previous: Path | None = None
    follows: bool = False
    supersede: str = "newest"
    register: Path | None = None
    limits: Limits = DEFAULT
    anonymous: Path | None = None
