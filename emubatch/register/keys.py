"""Keys made of content: the same fact has the same key on every machine and in every order."""

from __future__ import annotations

import hashlib
import re

from emubatch.vietnamese import clean, fold_key, name_key

COLLECTIVE, INDIVIDUAL = "TT", "CN"
_ZEROS = re.compile(r"\b0+(?=\d)")
_PREFIX = re.compile(r"^(?:qd )?(?:so )+")


def code_key(text: str) -> str:
    """A staff or unit code as it is compared."""
    return clean(text).casefold() if text else ""


def number_key(text: str) -> str:
    """A decision number as it is compared: «Số 045/QĐ-UBND» and «45/QD-UBND» are one."""
    return _ZEROS.sub("", _PREFIX.sub("", fold_key(text))) if text else ""


def unit_key(code: str, name: str) -> str:
    """A unit by its code, else by its folded name; empty when neither is known."""
    if code:
        return f"c:{code_key(code)}"
    return f"n:{fold_key(name)}" if name else ""


def holder_key(kind: str, code: str, name: str, year: str, unit: str) -> str:
    """Key of one statement of who somebody is; different statements may be about one person.

    Args:
        kind: ``CN`` or ``TT``.
        code: staff code, empty for collectives.
        name: as typed.
        year: of birth, empty when not known.
        unit: of ``unit_key``.
    """
    letter = "P" if kind == INDIVIDUAL else "T"
    return letter + fact_key(code_key(code), name_key(name), year, unit, size=6)


def award_key(
    kind: str, holder: str, code: str, issuer: str, number: str, date: str, years: str
) -> str:
    """Key of an award: the same award told twice is one, however its number is spelt."""
    return "A" + fact_key(kind, holder, code, issuer, number_key(number), date, years)


def fact_key(*parts: str, size: int = 8) -> str:
    """A key made of these texts."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=size).hexdigest()
