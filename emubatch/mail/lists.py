"""Lists of letters for the office, as workbooks: text stays text there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from emubatch.messages import word
from emubatch.model import Lang

MAIL_LIST = "thu-den.xlsx"


def write_list(
    path: Path,
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    lang: Lang,
) -> None:
    """Writes a table of texts; it appears whole, or what was there stays.

    Args:
        path: where to write.
        title: of the sheet and the document.
        heads: one for each column.
        rows: texts, as many in each as there are heads.
        widths: of the columns, in characters.
        lang: of the words for an empty table and the page numbers.
    """
    from emubatch.xl.write import Book, Column, sheet_name

    page = "Page &P/&N" if lang == "en" else "Trang &P/&N"
    part = path.with_name(f".{path.stem}.part-{os.getpid()}.xlsx")
    columns = [
        Column(head, [row[at] for row in rows], "wrap", widths[at]) for at, head in enumerate(heads)
    ]
    try:
        with Book(part, title=title, page=page, in_memory=True) as book:
            sheet = book.sheet(sheet_name(title), title)
            sheet.write_table("danh_sach", columns, empty=word("maillist_none", lang))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
