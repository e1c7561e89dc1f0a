"""Puts the figures of a proof into ``docs/reliability.md``, between two marks."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"


def write(mark: str, text: str, page: Path = PAGE) -> None:
    """Replaces the block ``<!-- mark -->`` … ``<!-- end of mark -->``.

    Raises:
        ValueError: when the page has no such block.
    """
    old = page.read_text(encoding="utf-8")
    block = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- end of {mark} -->)", re.DOTALL)
    if not block.search(old):
        raise ValueError(mark)
    new = block.sub(lambda found: f"{found[1]}{text}\n{found[2]}", old)
    page.write_text(new, encoding="utf-8", newline="\n")
