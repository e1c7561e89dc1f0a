"""Writes the tables of ``docs/letters.md`` from the program itself.

``python docs/letters_tables.py`` rewrites every block that begins with ``<!-- tables: NAME -->``; a
test fails when the page is out of step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from emubatch.letters.documents import DOCUMENTS
from emubatch.letters.facts import specs
from emubatch.letters.fields import EVERY, field_rows

PAGE = Path(__file__).with_name("letters.md")
_BLOCK = re.compile(r"(<!-- tables: (?P<name>\w+) -->\n).*?(<!-- end -->\n)", re.DOTALL)


def documents() -> str:
    """Every document, its template and when it can be made."""
    rows = [
        (
            f"`{one.id}`",
            one.title,
            "after the council" if one.council else "at any time",
            "plans with nominees" if one.nominees else "every plan",
        )
        for one in DOCUMENTS
    ]
    return _table(("document", "title", "when", "for"), rows)


def facts() -> str:
    """Every key of ``[letters]``."""
    rows = [
        (
            f"`{spec.key}`",
            spec.kind,
            "every document" if spec.needed_by == (EVERY,) else ", ".join(spec.needed_by),
            spec.default.replace("|", " "),
            spec.en,
            spec.vi,
        )
        for spec in specs()
    ]
    return _table(("key", "kind", "needed by", "without it", "what it is", "tiếng Việt"), rows)


def fields() -> str:
    """Every field, by document."""
    parts = []
    for document in (EVERY, *(one.id for one in DOCUMENTS)):
        rows = [
            (f"`{row.path}`", row.vi, row.en) for row in field_rows() if document in row.documents
        ]
        title = "Every document" if document == EVERY else f"`{document}`"
        parts += [f"### {title}", _table(("field", "tiếng Việt", "what it is"), rows)]
    return "\n\n".join(parts)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(text.replace("|", "\\|") for text in row) + " |" for row in rows]
    return "\n".join(lines)


_MAKERS: dict[str, Callable[[], str]] = {"documents": documents, "facts": facts, "fields": fields}


def with_tables(text: str) -> str:
    """A page whose blocks say what the program says now."""
    return _BLOCK.sub(
        lambda match: f"{match[1]}\n{_MAKERS[match['name']]()}\n\n{match[3]}",
        text,
    )


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text("utf-8")), encoding="utf-8", newline="\n")
