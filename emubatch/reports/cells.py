"""Values of the frames as texts: outcomes as words, numbers without needless decimals."""

from __future__ import annotations

from typing import Any

import pandas as pd

from emubatch.model import OUTCOMES


def outcome_codes(values: pd.Series[Any]) -> list[str]:
    """Outcome words (``pass``…) of a column that holds words or the ints of ``model.OUTCOMES``."""
    if pd.api.types.is_integer_dtype(values.dtype):
        return [OUTCOMES[value] for value in values.tolist()]
    return [value if isinstance(value, str) else "" for value in values.tolist()]


def number_text(value: Any) -> str:
    """A number without a needless ``.0``; empty for a missing one."""
    if value is None or pd.isna(value):
        return ""
    number = float(value)  # also of a numpy number, which shows its type
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
