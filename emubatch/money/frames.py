"""The lines of a reckoning as a frame, for tables and files."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emubatch.money.reckon import Line, Money

if TYPE_CHECKING:
    import pandas as pd

MONEY_COLUMNS = tuple(spec.name for spec in fields(Line))


def money_frame(money: Money) -> pd.DataFrame:
    """``MONEY_COLUMNS``, one row an award; figures are exact text, blank where unknown.

    ``rounded`` is what the rule makes of ``product``, ``amount`` what is paid of it. None of them
    is ever below 0, so that no spreadsheet takes one for a formula.
    """
    import pandas as pd

    rows = [[plain(getattr(line, name)) for name in MONEY_COLUMNS] for line in money.lines]
    return pd.DataFrame(rows, columns=list(MONEY_COLUMNS), dtype=object)


def plain(value: Any) -> str:
    """A figure as exact text: ``0.3``, ``447000``; empty where there is none."""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return "" if value is None else str(value)
