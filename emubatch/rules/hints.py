"""What the form says elsewhere about an attestation, shown beside the answer; it decides nothing.

"Always excellent" is answered yes or no by the unit; the ratings of the same nominee let the
council see whether the answer holds.
"""

from __future__ import annotations

import numpy as np

from emubatch.programme.conditions import Measured
from emubatch.programme.tables import Criterion
from emubatch.rules import wording
from emubatch.rules.arrays import Bools, Words, filled
from emubatch.rules.frames import Month
from emubatch.rules.sources import year_key

_FAR = 9999


def beside(month: Month, leaf: Criterion, measured: Words, wanted: Bools) -> Words:
    """``measured``, followed by what the sources of ``may_of`` state within the window."""
    for source in leaf.may_of:
        hints = _stated(month, leaf, source, wanted)
        told = hints != ""
        if told.any():
            words = wording.of(month.lang)
            title = words.header(month, None, source.sheet)
            texts = [
                words.say("attest_beside", answer=answer, title=title, what=hint)
                for answer, hint in zip(measured[told].tolist(), hints[told].tolist(), strict=True)
            ]
            measured = measured.copy()
            measured[told] = texts
    return measured


def _stated(month: Month, leaf: Criterion, source: Measured, wanted: Bools) -> Words:
    """``Hoàn thành xuất sắc nhiệm vụ 2022, 2024; Hoàn thành tốt nhiệm vụ 2021`` per nominee."""
    view = month.detail(source.sheet)
    coded = view.coded(source.field)
    low, high = view.years(year_key(month, view.key))
    first, last = _years(leaf)
    rows = (view.owner >= 0) & ~coded.blank & (low == high) & (low >= first) & (high <= last)
    found: dict[int, dict[str, set[int]]] = {}
    for row in np.flatnonzero(rows).tolist():
        owner = int(view.owner[row])
        if wanted[owner]:
            code = str(coded.values[coded.codes[row]])
            found.setdefault(owner, {}).setdefault(code, set()).add(int(low[row]))
    choices = month.choices(month.field(source.sheet, source.field))
    order = sorted(choices, key=lambda code: -(choices[code].rank or 0))
    words = wording.of(month.lang)
    texts = filled(month.size, "")
    for owner, stated in found.items():
        known = [code for code in order if code in stated]
        texts[owner] = "; ".join(
            f"{words.label(choices, code)} {', '.join(map(str, sorted(stated[code])))}"
            for code in known
        )
    return texts


def _years(leaf: Criterion) -> tuple[int, int]:
    """First and last year of the window, as wide as can be where it is open."""
    first, last = leaf.window
    return int(first[:4]) if first else 0, int(last[:4]) if last else _FAR
