"""The keys by which nominees are ranked, and the order that they give. Only what a plan configures.

A nominee whose key is missing has no rank; the places that it might take stay open.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from emubatch.programme.tables import Field, Programme

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def ranking_keys(
    nominees: pd.DataFrame, verdicts: pd.DataFrame | None, programme: Programme, kind: str
) -> list[Floats]:
    """One column a key that nominees of this kind have, in order; smaller is better."""
    found = []
    for name, descending in _stated(programme, kind):
        column = _column(nominees, verdicts, programme, kind, name)
        if column is not None:
            found.append(-column if descending else column)
    return found


def _stated(programme: Programme, kind: str) -> list[tuple[str, bool]]:
    """Keys of the table ``ranking``, else of the setting, where ``-`` puts the higher first."""
    if programme.ranking:
        rows = (row for row in programme.ranking if not row.kind or row.kind in kind.split("|"))
        return [(row.key, row.order == "desc") for row in rows]
    text = programme.reading("ranking")
    parts = filter(None, (part.strip() for part in re.split(r"[|;,]", text)))
    return [(part.removeprefix("-").strip(), part.startswith("-")) for part in parts]


def _column(
    nominees: pd.DataFrame,
    verdicts: pd.DataFrame | None,
    programme: Programme,
    kind: str,
    name: str,
) -> Floats | None:
    kinds = kind.split("|")
    sheets = [s.key for s in programme.sheets_with_role("nominee") if s.kind in kinds]
    spec = next((f for f in programme.fields if f.key == name and f.sheet in sheets), None)
    if spec is not None and name in nominees:
        return _as_numbers(nominees[name], spec, programme)
    if verdicts is not None and name in programme.criterion_by_id:
        rows = verdicts[verdicts["criterion"] == name]
        found = np.full(len(nominees), np.nan)
        found[rows["nominee_pos"].to_numpy(np.int64)] = rows["amount"].to_numpy(np.float64)
        return found
    return None


def _as_numbers(values: pd.Series[str], spec: Field, programme: Programme) -> Floats:
    """Numbers as they are, codes by their place on the scale, texts (ISO dates) by their order."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values.to_numpy(np.float64, na_value=np.nan)
    if spec.list:
        ranks = {row.code: row.rank for row in programme.lists.get(spec.list, ())}
        found = [ranks.get(value) for value in values.tolist()]
        return np.array([np.nan if rank is None else rank for rank in found], dtype=np.float64)
    return np.asarray(values.rank(method="dense"), dtype=np.float64)


def places(keys: list[Floats]) -> tuple[Ints, Ints, int]:
    """How many stand above each one, how many share its place, and how many have no place (-1)."""
    table = np.column_stack(keys)
    known = ~np.isnan(table).any(axis=1)
    above = np.full(len(table), -1, dtype=np.int64)
    equal = np.zeros(len(table), dtype=np.int64)
    _, group, counts = np.unique(table[known], axis=0, return_inverse=True, return_counts=True)
    before = np.cumsum(counts) - counts
    above[known], equal[known] = before[group.ravel()], counts[group.ravel()]
    return above, equal, int((~known).sum())
