"""Small numpy vocabulary of the rules: levels of certainty, grouping, words by pattern.

A level says how surely a row or a nominee satisfies something: ``NO``, ``MAYBE`` or ``SURE``, with
the same numbers as the outcomes fail, review and pass, so that ``minimum`` is "and" and
``maximum`` is "or".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from emubatch.model import FAIL, PASS, REVIEW

Levels = npt.NDArray[np.int8]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.object_]

NO, MAYBE, SURE = FAIL, REVIEW, PASS


def levels(sure: Bools, possible: Bools) -> Levels:
    """Level of each element from what is sure and what is at least possible."""
    return (possible.astype(np.int8) * MAYBE + (sure & possible)).astype(np.int8)


def count_by(owner: Ints, size: int, mask: Bools) -> Ints:
    """How many rows of the mask each owner has; rows without an owner (-1) count nowhere."""
    found = owner[mask & (owner >= 0)]
    return np.bincount(found, minlength=size).astype(np.int64)


def any_by(owner: Ints, size: int, mask: Bools) -> Bools:
    """Whether each owner has a row of the mask."""
    return np.asarray(count_by(owner, size, mask) > 0)


def bits_by(owner: Ints, size: int, bits: Ints, mask: Bools) -> Ints:
    """The bits of an owner's rows of the mask, or-ed together."""
    found = np.zeros(size, dtype=np.int64)
    rows = mask & (owner >= 0) & (bits != 0)
    np.bitwise_or.at(found, owner[rows], bits[rows])
    return found


def grouped(*keys: npt.NDArray[Any]) -> Ints:
    """One number per distinct combination of keys, in order of first appearance."""
    code = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        part = pd.factorize(key)[0].astype(np.int64) + 1
        width = int(part.max(initial=0)) + 1
        code = pd.factorize(code * width + part)[0].astype(np.int64)
    return code


def representatives(code: Ints) -> Ints:
    """For each group number the first position that holds it."""
    found = np.zeros(int(code.max(initial=-1)) + 1, dtype=np.int64)
    found[code[::-1]] = np.arange(len(code) - 1, -1, -1)
    return found


def by_pattern(columns: Sequence[npt.NDArray[Any]], text: Callable[..., str]) -> Words:
    """The text of each row of integers, made once per distinct row."""
    if not len(columns[0]):
        return np.empty(0, dtype=object)
    code = grouped(*columns)
    first = representatives(code)
    rows = zip(*(column[first].tolist() for column in columns), strict=True)
    return as_words([text(*row) for row in rows])[code]


def as_words(texts: Sequence[str]) -> Words:
    """A list of texts as an object array of one dimension."""
    found = np.empty(len(texts), dtype=object)
    found[:] = texts
    return found


def filled(size: int, text: str) -> Words:
    """The same text for everyone."""
    found = np.empty(size, dtype=object)
    found[:] = text
    return found


def is_empty(words: Words) -> Bools:
    """Which texts are empty."""
    return np.asarray(words == "", dtype=bool)
