"""``tong-hop.xlsx``: the merged data set, a sheet per sheet of the form, every row with its origin.

Numbers are numbers, full dates are dates, what is known only in part stays text. Codes are shown by
their labels; the codes themselves are in ``data/``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from emubatch.programme.tables import in_lang
from emubatch.reports.view import View
from emubatch.xl.write import ROWS_LIMIT, Book, Column, sheet_name

if TYPE_CHECKING:
    from emubatch.model import Lang, MonthResult
    from emubatch.programme.tables import Field, Sheet

# Title, line under it, blank line and header stand above the body.
ROWS_PER_SHEET = ROWS_LIMIT - 4
_NOBODY = -2  # ``nominee_pos`` of a row that names someone who is not listed
ORIGIN = ("unit", "file", "sheet", "row")
_LOOKS = {"int": "integer", "number": "number", "percent": "percent", "date": "date",
          "birth": "date", "code": "code", "text": "wrap"}  # fmt: skip
_TEXT_WIDTH = 40.0


def write_merged(
    path: Path, result: MonthResult, lang: Lang, *, rows_per_sheet: int = ROWS_PER_SHEET
) -> None:
    """Writes the merged data set; what does not fit on one sheet goes on to a further one."""
    view = View(result, lang)
    with Book(path, **view.properties("report_merged")) as book:
        for spec in view.programme.sheets:
            frame = _rows_of(result, spec)
            if frame is not None:
                _write_sheet(book, view, spec, frame, rows_per_sheet)
        if not book.workbook.worksheets():
            book.sheet(view.word("report_merged"), view.title)


def _rows_of(result: MonthResult, spec: Sheet) -> pd.DataFrame | None:
    """The rows of one sheet of the form, with the columns of ``ORIGIN``."""
    data = result.data
    if spec.role == "unit":
        units = data.units[data.units["file"].fillna("").astype(str) != ""]
        return units.assign(sheet=spec.key)
    if spec.role == "nominee":
        return data.nominees[data.nominees["kind"] == spec.kind]
    frame = data.details.get(spec.key)
    if frame is None:
        return None
    if not frame["sure"].all():  # a row that may belong to two of one name stands once
        frame = frame[~frame.duplicated(["file", "sheet", "row"])]
    codes = data.units["unit"].to_numpy()
    return frame.assign(unit=codes[frame["unit_pos"].to_numpy()])


def _write_sheet(book: Book, view: View, spec: Sheet, frame: pd.DataFrame, limit: int) -> None:
    columns = list(_columns(view, spec, frame))
    parts = max(1, -(-len(frame) // limit))
    for part in range(parts):
        name = spec.key if part == 0 else f"{spec.key} ({part + 1})"
        about = view.word("report_merged_rows").format(count=view.number(len(frame)))
        if parts > 1:
            words = view.word("report_part").format(part=part + 1, parts=parts)
            about = f"{about} · {words}"
        title = in_lang(spec, "title", view.lang)
        sheet = book.sheet(sheet_name(name), title or spec.key, subtitle=about)
        rows = slice(part * limit, (part + 1) * limit)
        sheet.write_table(
            f"tong_hop_{spec.key}",
            [Column(c.header, c.values[rows], c.role, c.width) for c in columns],
            empty=view.word("report_no_rows"),
            freeze_cols=len([name for name in ORIGIN if name in frame]),
        )


def _columns(view: View, spec: Sheet, frame: pd.DataFrame) -> Iterator[Column]:
    taken: set[str] = set()
    for name in ORIGIN:
        if name in frame:
            header = view.word(f"report_origin_{name}")
            taken.add(header.casefold())
            yield Column(header, _plain(frame[name]), "integer" if name == "row" else "code")
    doubts = _doubts(view, frame)
    if doubts:
        header = view.word("report_col_whose")
        taken.add(header.casefold())
        yield Column(header, doubts, "cell", 26)
    for field in view.programme.fields_of[spec.key]:
        if field.key in frame:
            header = view.field_header(field)
            header = header if header.casefold() not in taken else f"{header} ({field.key})"
            taken.add(header.casefold())
            yield _column(view, field, header, frame[field.key])


def _doubts(view: View, frame: pd.DataFrame) -> list[str | None]:
    """Rows that count for nobody, or perhaps for somebody else of the name; empty when none."""
    if "nominee_pos" not in frame:
        return []
    nobody = (frame["nominee_pos"] == _NOBODY).tolist()
    doubtful = (~frame["sure"].astype(bool)).tolist()
    if not any(nobody) and not any(doubtful):
        return []
    words = view.word("report_row_nobody"), view.word("report_row_doubtful")
    return [
        words[0] if lost else words[1] if doubt else None
        for lost, doubt in zip(nobody, doubtful, strict=True)
    ]


def _column(view: View, field: Field, header: str, values: pd.Series[Any]) -> Column:
    shown = _shown(view, field)
    found = _plain(values) if shown is None else _mapped(values, shown)
    look = _LOOKS.get(field.type, "cell")
    if look == "wrap" and max((len(v) for v in set(found) if isinstance(v, str)), default=0) < (
        _TEXT_WIDTH
    ):
        look = "cell"  # wrapping is measured row by row: only where it can happen
    return Column(header, found, look, _TEXT_WIDTH if look == "wrap" else None)


def _shown(view: View, field: Field) -> Callable[[Any], Any] | None:
    """How single values of a field are shown; None: as they are."""
    if field.type == "list":
        labels = view.labels(field.list)
        return lambda code: labels.get(code, code)
    if field.type == "yesno":
        words = {"CO": view.word("yes"), "KHONG": view.word("no")}
        return lambda code: words.get(code, code)
    if field.type in ("date", "birth"):
        return lambda text: date_or_text(text, view)
    return None


def date_or_text(value: Any, view: View) -> Any:
    """A full date as a date, a month or a year as an office writes it."""
    if not isinstance(value, str):
        return value
    try:
        return dt.date.fromisoformat(value) if len(value) == 10 else view.day(value)
    except ValueError:
        return value


def _plain(values: pd.Series[Any]) -> list[Any]:
    """Values as Python's own, missing ones None."""
    if values.dtype != object and values.isna().any():
        values = values.astype(object).where(values.notna(), None)
    return [None if value is pd.NA else value for value in values.tolist()]


def _mapped(values: pd.Series[Any], shown: Callable[[Any], Any]) -> Sequence[Any]:
    """Each distinct value converted once."""
    codes, distinct = pd.factorize(values, use_na_sentinel=True)
    # The last place is for missing values, whose code is -1.
    converted = [shown(value) for value in distinct.tolist()] + [None]
    return [converted[code] for code in codes.tolist()]
