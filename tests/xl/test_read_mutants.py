"""Damaged workbooks: refused, or read without losing what a second reader still sees."""

from __future__ import annotations

import io
import random
import zipfile
from functools import cache

import openpyxl
import pytest
import xlsxwriter

from emubatch.xl.read import Unreadable, cells, read_bytes

MUTANTS = 400
PARTS = ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml")


@cache
def original() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Ca_nhan")
        for row in range(12):
            sheet.write_row(row, 0, [f"Nguyễn Văn {row}", row, 2.5, "x"])
        sheet.write_formula(12, 0, "=1+1", value=2)
        sheet.write_boolean(13, 1, True)
        sheet.merge_range("F1:G2", "gộp")
        book.add_worksheet("Khác").write(0, 0, "y")
    return stream.getvalue()


def mutant(seed: int) -> bytes:
    """One part changed by a few bytes; the container itself stays sound."""
    chance = random.Random(seed)
    target = chance.choice(PARTS)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(original())) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            part = bytearray(old.read(name))
            for _ in range(chance.choice((1, 1, 2)) if name == target else 0):
                _damage(part, chance)
            new.writestr(name, bytes(part))
    return stream.getvalue()


def _damage(part: bytearray, chance: random.Random) -> None:
    at, other = chance.randrange(len(part)), chance.randrange(len(part))
    kind = chance.random()
    if kind < 0.4:
        part[at] = chance.randrange(32, 127)
    elif kind < 0.6:
        del part[at : at + chance.randrange(1, 12)]
    else:
        part[at:at] = part[other : other + chance.randrange(1, 40)]


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_no_mutant_loses_a_cell_in_silence() -> None:
    outcomes: dict[str, int] = {}
    for seed in range(MUTANTS):
        data = mutant(seed)
        try:
            book = read_bytes(data)
            found = {(s.name, r, c) for s in book.sheets for r, c, _ in cells(book.grid(s))}
        except Unreadable as error:
            outcomes[error.code] = outcomes.get(error.code, 0) + 1
            continue
        outcomes["read"] = outcomes.get("read", 0) + 1
        assert seen_by_another_reader(data) <= found, f"mutant {seed}"
    assert outcomes["read"] > MUTANTS // 10
    assert set(outcomes) <= {"read", "F105", "F106", "F107", "F108", "F118"}


def seen_by_another_reader(data: bytes) -> set[tuple[str, int, int]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except Exception:
        return set()
    return {
        (sheet.title, cell.row, cell.column)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value not in (None, "")
    }
