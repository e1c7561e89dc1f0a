"""Limits on proposals (chỉ tiêu) and ranking keys as frozen values: one instance a row."""

from __future__ import annotations

from dataclasses import dataclass

from emubatch.programme.conditions import Condition


@dataclass(frozen=True, slots=True)
class Quota:
    """A limit on proposals of a kind in a group (chỉ tiêu); ``group`` empty = the stated total.

    ``kind`` may join kinds by ``|``: with ``combined`` they share the limit, without it each has
    it for itself (two rows after loading). ``scope`` ``unit`` limits each unit by itself, else the
    whole month; ``minimum`` is what is expected at least. ``mode`` names the mode in which the
    limit binds, empty = always.

    ``applies`` narrows it to a level: the form of award asked for, or the tier. The limit is a
    number, or (``limit`` None) ``share`` per cent of ``base``: ``nominated``, ``passed``, or
    numbers of the unit sheet joined by ``+``; ``rounding`` says how a fraction is settled.
    """

    kind: str
    group: str
    limit: int | None
    clause: str
    scope: str = ""
    minimum: int = 0
    combined: bool = False
    mode: str = ""
    applies: tuple[Condition, ...] = ()
    share: float | None = None
    base: str = ""
    rounding: str = ""
    line: int = 0

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of nominee that are counted."""
        return tuple(self.kind.split("|"))


@dataclass(frozen=True, slots=True)
class Ranking:
    """One key by which nominees are ranked where a limit is exceeded; the first decides first.

    ``key`` names a column of the nominee sheets or a criterion that counts; ``order`` ``desc``
    puts the higher first, ``asc`` the lower; ``kind`` empty = every kind.
    """

    key: str
    order: str
    kind: str
    label_vi: str
    label_en: str
    clause: str
    line: int = 0
