"""Writes the ballot once more for a pen: few columns, high rows, boxes to tick, a signature.

Nothing is read from this sheet: it has no column of opinions that a copy is known by. Whoever
collects the papers enters them on the ballot itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

from emubatch.messages import word
from emubatch.model import Lang
from emubatch.xl import live
from emubatch.xl.ballot import LOWER, MARKS, OPINIONS, BallotRow, shown
from emubatch.xl.layout import Column, lines
from emubatch.xl.write import SheetWriter, done

# Wide enough to write in, narrow enough for nine points on A4 turned.
_WIDTHS = (5.0, 27.0, 17.0, 14.0, 34.0, *([7.5] * len(OPINIONS)), 28.0)
_LOWER_WIDTH = 15.0  # its award is written into the box
_ROOM = 3  # lines of a row at least: a hand needs more than a machine
_WHO_ROW, _HEADER_ROW = 3, 5


def write_paper(
    sheet: SheetWriter, rows: Sequence[BallotRow], labels: Mapping[str, str], lang: Lang
) -> None:
    """One row a nominee, in the order of the ballot; ``labels`` are those of awards."""
    sheet.put(_WHO_ROW, 0, word("council_paper_who", lang), "plain")
    sheet.row = _HEADER_ROW
    heads = [word(f"council_paper_{key}", lang) for key in ("number", "nominee")]
    heads += [word(f"council_paper_{key}", lang) for key in ("requested", "computed", "basis")]
    heads += [word(f"council_paper_{code}", lang) for code in OPINIONS]
    heads.append(word("council_col_reason", lang))
    widths = list(_WIDTHS)
    widths[5 + OPINIONS.index(LOWER)] = _LOWER_WIDTH
    columns = [Column(head, (), "wrap", width) for head, width in zip(heads, widths, strict=True)]
    first = live.write_head(sheet, columns)
    for number, row in enumerate(rows, 1):
        _row(sheet, first + number - 1, number, row, shown(row, labels, lang))
    last = first + len(rows)
    sheet.put(last + 1, 0, word("council_paper_day", lang), "plain")
    sheet.put(last + 2, 0, word("council_signature", lang), "plain")
    sheet.height(last + 2, 3)
    done(sheet.worksheet.print_area(0, 0, last + 2, len(columns) - 1), "print area")


def _row(
    sheet: SheetWriter, at: int, number: int, row: BallotRow, texts: Mapping[str, str]
) -> None:
    who = f"{row.name}\n{row.unit_name}" if row.unit_name != row.name else row.name
    computed = f"{texts['eligibility']}\n{texts['proposed']}"
    role = MARKS[row.eligibility][0] if row.eligibility in MARKS else ""
    cells = (
        (str(number), "wrap+middle"),
        (who, "wrap"),
        (texts["requested"], "wrap"),
        (computed, "wrap+middle"),
        (row.basis, "wrap+small"),
    )
    high = _ROOM
    for col, (text, look) in enumerate(cells):
        sheet.put(at, col, text, look, role if col == 3 else "")
        size = 0.82 if "small" in look else 1.0
        high = max(high, ceil(lines(text, _WIDTHS[col] / size - 1) * size))
    for col in range(len(cells), len(_WIDTHS)):
        sheet.put(at, col, None, "wrap")
    sheet.height(at, high)
