"""Spellings that name a place: ``UBND tỉnh {province}``.

What is "the province" differs by plan, and the chairman of another province is another issuer. So
the shared lists leave the name open; ``[facts]`` in the header of each programme states it, several
names apart by ``|``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

_OPEN = re.compile(r"\{(\w+)\}")


def filled(spellings: Iterable[str], facts: Mapping[str, str]) -> tuple[str, ...]:
    """Spellings with facts of the plan in place of ``{name}``; left out where it states none."""
    return tuple(dict.fromkeys(text for one in spellings for text in _filled(one, facts)))


def _filled(spelling: str, facts: Mapping[str, str]) -> Iterator[str]:
    found = _OPEN.search(spelling)
    if found is None:
        yield spelling
        return
    for value in filter(None, map(str.strip, facts.get(found[1], "").split("|"))):
        yield from _filled(spelling.replace(found[0], value), facts)
