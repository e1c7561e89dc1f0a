"""Notes that are alike take one line where people read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from emubatch.messages import word
from emubatch.model import Finding, Lang

_NAMED = 8  # cells that are named of notes alike


def gathered(findings: Iterable[Finding]) -> list[tuple[Finding, list[str]]]:
    """Each finding with the cells of others like it: of notes on one column the first stands.

    A form of an old font has a note for every cell; they must not hide what is to be mended.
    """
    shown: list[tuple[Finding, list[str]]] = []
    first: dict[tuple[str, str, str, str], list[str]] = {}
    for finding in findings:
        alike: list[str] = []
        if finding.severity == "note" and finding.cell and finding.field:
            key = finding.file, finding.code, finding.sheet, finding.field
            if key in first:
                first[key].append(finding.cell)
                continue
            first[key] = alike
        shown.append((finding, alike))
    return shown


def and_alike(cells: Sequence[str], lang: Lang) -> str:
    """What to put behind the message of the first of them; empty when it is the only one."""
    if not cells:
        return ""
    named = ", ".join(cells[:_NAMED]) + (", …" if len(cells) > _NAMED else ".")
    return " " + word("todo_alike", lang).format(count=len(cells), cells=named)
