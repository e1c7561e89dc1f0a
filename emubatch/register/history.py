"""Awards of the register by year, form and kind of holder: the years beside each other."""

from __future__ import annotations

from collections import Counter

from emubatch.register.store import Register

_QUERY = (
    "SELECT years, substr(date, 1, 4), code, kind, count(*) FROM awards"
    " WHERE date = '' OR date <= ? GROUP BY 1, 2, 3, 4"
)


def awards_by_year(register: Register, as_of: str) -> list[tuple[str, str, str, int]]:
    """Year, code, kind (TT, CN) and number of awards, in that order; known on a day.

    The year is that of the achievement; where none or several are stated, that of the decision;
    empty where neither is known. Awards are counted, not people.

    Args:
        register: an open register.
        as_of: ISO; awards decided later, or for later years, are left out.
    """
    found: Counter[tuple[str, str, str]] = Counter()
    for years, decided, code, kind, count in register.connection.execute(_QUERY, (as_of,)):
        year = years if len(years) == 4 else decided
        if year <= as_of[:4]:
            found[year, code, kind] += count
    return [(*key, count) for key, count in sorted(found.items())]
