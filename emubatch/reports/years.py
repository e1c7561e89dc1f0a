"""Awards of the register, year beside year, as the summary page and the workbook show them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emubatch.reports.workbook_money import Labels

if TYPE_CHECKING:
    from emubatch.reports.view import View

KINDS = {"TT": "collective", "CN": "individual"}


@dataclass(frozen=True, slots=True)
class Row:
    """One award of one kind of holder: its numbers by year, and the change of the last year."""

    award: str
    kind: str
    numbers: tuple[int, ...]
    change: int | None


@dataclass(frozen=True, slots=True)
class Years:
    """The years shown, a row an award and kind, and the sum of all.

    ``earlier`` counts awards of years before those shown, ``undated`` those without a year;
    ``by_kind`` is the sum of each year by kind of holder (TT, CN).
    """

    shown: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row
    by_kind: dict[tuple[str, str], int]
    earlier: int
    undated: int


def awards_over_years(view: View, most: int | None = None) -> Years | None:
    """The awards of the register in the last years; None without a register, or an empty one."""
    history = view.result.data.history
    if not history:
        return None
    known = sorted({year for year, *_ in history if year})
    shown = tuple(known[-most:] if most else known)
    counts: Counter[tuple[str, str, str]] = Counter()
    by_kind: Counter[tuple[str, str]] = Counter()
    for year, code, kind, count in history:
        counts[code, kind, year] += count
        by_kind[kind, year] += count
    labels = Labels(view.programme, {}, view.lang)
    codes = [choice.code for choice in view.programme.choices if choice.axis]
    place = {code: at for at, code in reversed(list(enumerate(codes)))}
    keys = {(code, kind) for code, kind, year in counts if year in shown}
    rows = tuple(
        _row(shown, labels.award(code), labels.kind(KINDS.get(kind, kind)),
             [counts[code, kind, year] for year in shown])
        for code, kind in sorted(keys, key=lambda key: (place.get(key[0], len(codes)), key))
    )  # fmt: skip
    sums = [sum(row.numbers[at] for row in rows) for at in range(len(shown))]
    return Years(
        shown=shown,
        rows=rows,
        total=_row(shown, view.word("report_total"), "", sums),
        by_kind=dict(by_kind),
        earlier=sum(count for year, _, _, count in history if year and year not in shown),
        undated=sum(count for year, _, _, count in history if not year),
    )


def _row(shown: tuple[str, ...], award: str, kind: str, numbers: list[int]) -> Row:
    """The last year is compared with the one right before it, with no other."""
    follows = len(shown) > 1 and int(shown[-1]) == int(shown[-2]) + 1
    change = numbers[-1] - numbers[-2] if follows else None
    return Row(award, kind, tuple(numbers), change)


def remarks(view: View, found: Years) -> str:
    """What the table leaves out, and up to which day its last year goes."""
    said = []
    as_of = view.result.facts.get("as_of", "")
    if found.shown and found.shown[-1] == as_of[:4]:
        said.append(view.word("summary_years_until").format(year=as_of[:4], day=view.as_of))
    if found.earlier or found.undated:
        words = view.word("summary_years_rest")
        said.append(words.format(earlier=found.earlier, undated=found.undated))
    return ". ".join(said)
