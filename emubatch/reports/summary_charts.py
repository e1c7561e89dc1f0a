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
    """One row of a chart."""

    y: int
    label: str
    parts: list[Part]
    end: float
    total: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its words for those who cannot see it."""

    id: str
    title: str
    described: str
    bars: list[Bar]
    height: int
    width: int = WIDTH
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
