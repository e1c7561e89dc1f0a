"""Numbers as words of a message, and the digits with which a number was stated."""

from __future__ import annotations

import math

from emubatch.model import Lang

_SWAP = str.maketrans({",": ".", ".": ","})


def short_number(value: float) -> str:
    """A number without a needless ``.0``; empty for NaN."""
    if math.isnan(value):
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def number_words(value: float, lang: Lang, decimals: int = 4) -> str:
    """``114.375,5`` in Vietnamese, ``114,375.5`` in English; rounded to some decimals."""
    if math.isnan(value):
        return ""
    text = f"{round(value, decimals):,.{decimals}f}".rstrip("0").rstrip(".")
    text = "0" if text in ("-0", "") else text
    return text if lang == "en" else text.translate(_SWAP)


def decimals_of(value: float) -> int:
    """Decimals with which a number was typed: 32.82 has two, 23.0 and NaN none."""
    if math.isnan(value):
        return 0
    text = f"{round(value, 6):.6f}".rstrip("0")
    return len(text) - text.index(".") - 1
