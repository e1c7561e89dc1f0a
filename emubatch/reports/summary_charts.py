"""Bar charts as values that the template draws: where each bar stands and what is written on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emubatch.messages import shortened

if TYPE_CHECKING:
    from emubatch.reports.view import Mark, View

WIDTH = 720
_LABELS = 250
_BARS = 420
_ROW = 26
_BAR = 18
_LABEL_LENGTH = 38
_ENDS = 40  # room for the figure at an end of a bar that grows to the left
_RANGE = 80  # room for a range of shares behind its bar
_LEAST_FOR_TEXT = 34  # a narrower part of a bar cannot hold its words


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: where it stands, its colour role, the words on it."""

    x: float
    width: float
    role: str
    text: str
    described: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart; ``end`` is where its figure stands, ``tick`` a level to compare with."""

    y: int
    label: str
    parts: list[Part]
    end: float
    total: str
    tick: Tick | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across a bar, such as the level that is asked for."""

    x: float
    described: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its words for those who cannot see it."""

    id: str
    title: str
    described: str
    bars: list[Bar]
    height: int
    width: int = WIDTH
    zero_x: float = _LABELS
    label_x: int = _LABELS - 8
    bar_height: int = _BAR


def bars(
    chart_id: str,
    title: str,
    described: str,
    rows: Sequence[tuple[str, Sequence[tuple[Mark, float]]]],
    view: View,
) -> Chart | None:
    """A chart of stacked bars; None when there is nothing to draw.

    ``rows`` holds a label and its parts, each a mark and a number; zeros are left out.
    """
    most = max((sum(number for _, number in parts) for _, parts in rows), default=0)
    if most <= 0:
        return None
    drawn = [_bar(at, label, parts, _BARS / most, view) for at, (label, parts) in enumerate(rows)]
    return Chart(chart_id, title, described, drawn, len(rows) * _ROW + 8)


def _bar(at: int, label: str, parts: Sequence[tuple[Mark, float]], scale: float, view: View) -> Bar:
    x, found = float(_LABELS), []
    for mark, number in parts:
        if number:
            width = round(number * scale, 2)
            words = view.number(number)
            text = f"{mark.sign} {words}" if width >= _LEAST_FOR_TEXT else ""
            found.append(Part(round(x, 2), width, mark.role, text, f"{mark.text}: {words}"))
            x += width
    # One part says the sum itself, where its words fit.
    alone = len(found) == 1 and found[0].text
    total = "" if alone else view.number(sum(number for _, number in parts))
    return Bar(at * _ROW + 4, shortened(label, _LABEL_LENGTH), found, round(x + 6, 2), total)


def growth(
    chart_id: str, title: str, described: str, rows: Sequence[tuple[str, Mark, float]], view: View
) -> Chart | None:
    """Bars to the right for more, to the left for less; None when there is nothing to draw."""
    most = max((abs(number) for _, _, number in rows), default=0.0)
    if most <= 0:
        return None
    least = min(0.0, *(number for _, _, number in rows))
    span = max(0.0, *(number for _, _, number in rows)) - least
    left = _ENDS if least < 0 else 0
    scale = (_BARS - left) / span
    zero = round(_LABELS + left - least * scale, 2)
    drawn = []
    for at, (label, mark, number) in enumerate(rows):
        width = round(abs(number) * scale, 2)
        x = zero if number >= 0 else round(zero - width, 2)
        words = ("+" if number > 0 else "") + view.number(number)
        part = Part(x, width, mark.role, "", f"{label}: {words}")
        end = round(x + width + 6, 2) if number >= 0 else round(zero + 6, 2)
        drawn.append(Bar(at * _ROW + 4, shortened(label, _LABEL_LENGTH), [part], end, words))
    return Chart(chart_id, title, described, drawn, len(rows) * _ROW + 8, zero_x=zero)


def shares(
    chart_id: str,
    title: str,
    described: str,
    rows: Sequence[tuple[str, Mark, float, float, float | None]],
    view: View,
) -> Chart | None:
    """Shares of 100: what is sure, what is possible beyond it, and a line at what is asked for.

    ``rows`` holds label, mark, the least and the most that the share can be, and the level.
    """
    if not rows:
        return None
    scale, possible = (_BARS - _RANGE) / 100, view.mark("pending")
    drawn = []
    for at, (label, mark, least, most, level) in enumerate(rows):
        low, high = min(least, 100.0), min(most, 100.0)
        parts = [
            Part(x, round(width * scale, 2), role.role, "", f"{label}: {view.number(said)}%")
            for x, width, role, said in (
                (float(_LABELS), low, mark, least),
                (round(_LABELS + low * scale, 2), high - low, possible, most),
            )
            if width
        ]
        ends = dict.fromkeys(view.number(end) for end in (least, most))
        tick = None
        if level is not None:
            asked = f"{view.word('report_col_required')}: {view.number(level)}%"
            tick = Tick(round(_LABELS + level * scale, 2), asked)
        furthest = max(high, level or 0.0)
        drawn.append(
            Bar(at * _ROW + 4, shortened(label, _LABEL_LENGTH), parts,
                round(_LABELS + furthest * scale + 6, 2), f"{mark.sign} {'–'.join(ends)}%", tick)
        )  # fmt: skip
    return Chart(chart_id, title, described, drawn, len(rows) * _ROW + 8)
