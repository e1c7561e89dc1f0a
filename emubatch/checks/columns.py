"""Raw columns -> typed columns, with one finding a cell that cannot be understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from emubatch.checks.parsers import PER_COLUMN, Oddity, Parser, parser_of
from emubatch.messages import finding, shortened
from emubatch.model import Finding, RawTable, Table
from emubatch.programme.tables import Field, Programme

_MOST_REMEMBERED = 20_000


class ColumnReader(dict[Any, Any]):
    """Raw value -> typed value of one column, parsed once for each distinct raw value.

    ``odd`` holds what there is to say about raw values seen so far. Booleans are spelt out by the
    reader, so that no two raw values of different meaning are equal.
    """

    def __init__(self, parse: Parser) -> None:
        super().__init__()
        self.parse = parse
        self.odd: dict[Any, Oddity] = {}

    def __missing__(self, raw: Any) -> Any:
        value, odd = self.parse(raw)
        if odd is not None:
            self.odd[raw] = odd
        self[raw] = value
        return value

    def read(self, raw: Sequence[Any]) -> list[Any]:
        """The typed values of a column."""
        if len(self) > _MOST_REMEMBERED:
            self.clear()
            self.odd.clear()
        return [self[value] for value in raw]

    def oddities(self, raw: Sequence[Any]) -> Iterator[tuple[int, Oddity]]:
        """Index and oddity of the cells of a column that was read."""
        if self.odd and not self.odd.keys().isdisjoint(raw):
            for index, value in enumerate(raw):
                odd = self.odd.get(value)
                if odd is not None:
                    yield index, odd


class SheetReader:
    """Types the columns of one sheet of the form, file after file."""

    def __init__(self, programme: Programme, sheet: str) -> None:
        self.fields: Mapping[str, Field] = {f.key: f for f in programme.fields_of[sheet]}
        self.readers = {
            key: ColumnReader(parser_of(f, programme)) for key, f in self.fields.items()
        }

    def read(self, raw: RawTable) -> tuple[Table, list[Finding]]:
        """The typed table and the findings of its cells."""
        columns: dict[str, list[Any]] = {}
        found: list[Finding] = []
        for key, field in self.fields.items():
            values = raw.columns.get(key)
            if values is None:
                columns[key] = [None] * len(raw.rows)
                continue
            reader = self.readers[key]
            columns[key] = reader.read(values)
            found += _findings(raw, field, reader.oddities(values))
        return Table(raw.sheet, raw.title, raw.letters, raw.rows, columns), found


def _findings(
    raw: RawTable, field: Field, oddities: Iterator[tuple[int, Oddity]]
) -> Iterator[Finding]:
    gathered: dict[str, list[tuple[int, Oddity]]] = {}
    for index, odd in oddities:
        if odd.code in PER_COLUMN:
            gathered.setdefault(odd.code, []).append((index, odd))
        else:
            yield _finding(raw, field, index, odd)
    for cells in gathered.values():
        index, odd = cells[0]
        yield _finding(raw, field, index, odd, count=str(len(cells)))


def _finding(raw: RawTable, field: Field, index: int, odd: Oddity, **more: str) -> Finding:
    return finding(
        odd.code,
        sheet=raw.title,
        cell=f"{raw.letters[field.key]}{raw.rows[index]}",
        field=field.key,
        value=shortened(odd.value, 200),
        **headers(field),
        example=field.example,
        **odd.words,
        **more,
    )


def headers(field: Field) -> dict[str, str]:
    """Words of a message that name a column in both languages."""
    return {"header": field.header_vi, "header_en": field.header_en or field.header_vi}
