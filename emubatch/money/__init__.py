"""Money that goes with awards (tiền thưởng): a pure reckoning in whole đồng, no binary fractions.

``award_money`` takes awards, the rates and the day of the decision; it hands back one row an award,
the sums, and what the office still has to fill in. It reads no file and asks no clock.
"""

from __future__ import annotations

from emubatch.money.rates import Rates, rates_of, shared_rates
from emubatch.money.reckon import (
    MONEY_COLUMNS,
    Line,
    Money,
    MoneySettings,
    Sum,
    award_money,
    settings_of,
)

__all__ = [
    "MONEY_COLUMNS",
    "Line",
    "Money",
    "MoneySettings",
    "Rates",
    "Sum",
    "award_money",
    "rates_of",
    "settings_of",
    "shared_rates",
]
