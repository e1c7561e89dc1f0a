"""Spellings that name a place: ``UBND tỉnh {province}``.

What is "the province" differs by plan, and the chairman of another province is another issuer. So
the shared lists leave the name open; ``[facts]`` in the header of each programme states it, several
names apart by ``|``. Without it the name of the issuer tells: «Sở Công Thương tỉnh Hà Tĩnh».
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from emubatch.vietnamese import nfc

_OPEN = re.compile(r"\{(\w+)\}")
_PROVINCE = re.compile(r"\btỉnh\s+(.+)$", re.IGNORECASE)


def places(facts: Mapping[str, str], document: Mapping[str, str]) -> dict[str, str]:
    """The facts, with the province that the issuer of the document names where they have none."""
    named = _PROVINCE.search(nfc(document.get("issuer", "")).strip())
    found = {"province": named[1]} if named else {}
    return {**found, **{key: value for key, value in facts.items() if value}}


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
