"""The cells behind a verdict: ``file!Sheet!D14; file!Sheet!D15``."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from emubatch.rules.arrays import Bools, Ints, Words, as_words, filled, is_empty
from emubatch.rules.frames import Month, View


def cells(month: Month, used: Iterable[tuple[View, str, Bools]], wanted: Bools) -> Words:
    """Addresses of the used rows of each nominee, in the order of the form.

    Args:
        used: frames with the column to point at and the rows that were used.
        wanted: nominees whose evidence is asked for; the others get an empty text.

    A nominee without a used row gets the cell of its own name: that is where to look.
    """
    found = filled(month.size, "")
    for view, key, mask in used:
        _add(found, view, key, _rows_of(view, mask, wanted))
    missing = wanted & is_empty(found)
    return np.where(missing, month.home_refs(missing), found) if missing.any() else found


def _rows_of(view: View, mask: Bools, wanted: Bools) -> Ints:
    """The used rows of the wanted nominees, by nominee and then down the sheet."""
    known = np.append(wanted, False)
    rows = np.flatnonzero(mask & known[view.owner])
    return rows[np.lexsort((view.place[rows], view.owner[rows]))]


def _add(found: Words, view: View, key: str, rows: Ints) -> None:
    if not len(rows):
        return
    owner = view.owner[rows]
    starts = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
    refs = view.refs(key, rows).tolist()
    ends = np.append(starts[1:], len(rows)).tolist()
    joined = as_words(["; ".join(refs[a:b]) for a, b in zip(starts.tolist(), ends, strict=True)])
    who = owner[starts]
    before = found[who]
    found[who] = np.where(is_empty(before), joined, before + "; " + joined)
