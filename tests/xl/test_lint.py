"""The check of what we write finds the faults that the Open XML SDK passes over."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from emubatch.xl.lint import lint_workbook
from emubatch.xl.write import Book, Column, jump

SHEET, STRINGS, BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.xlsx"
    with Book(path, title="Thử") as book:
        sheet = book.sheet("A", "Tiêu đề")
        sheet.merge(1, 0, 2, "gộp", "text")
        sheet.write_table("t", [Column("a", ["x", "y"]), Column("b", [1, True])])
        sheet.formula(6, 0, '=IF(A1="(",SUM(B1:B2),-1)', 0)
        sheet.link(7, 0, jump("A", "A1"), "tới")
        source = {"validate": "list", "source": ["có", "không"], "input_title": "t"}
        sheet.worksheet.data_validation(8, 0, 8, 0, source)
        book.define("ten_1", "='A'!$A$1")
    return path


def test_a_good_workbook_has_no_fault(good: Path) -> None:
    assert lint_workbook(good) == []


def put(part: str, old: str, new: str) -> Callable[[dict[str, str]], None]:
    def change(parts: dict[str, str]) -> None:
        assert re.search(old, parts[part]), old
        parts[part] = re.sub(old, lambda _: new, parts[part], count=1)

    return change


CASES = {
    "merges overlap": (
        put(SHEET, r'<mergeCell ref="A2:C2"/>', '<mergeCell ref="A2:C2"/><mergeCell ref="C1:C3"/>'),
        "merged C1:C3 overlaps A2:C2",
    ),
    "formula not closed": (
        put(SHEET, r"<f>IF\(.*?</f>", "<f>SUM(A1:A2</f>"),
        "bracket not closed",
    ),
    "formula with a bracket too many": (
        put(SHEET, r"<f>IF\(.*?</f>", "<f>A1)+(1</f>"),
        "bracket closed before",
    ),
    "formula with an open quotation": (
        put(SHEET, r"<f>IF\(.*?</f>", '<f>IF(A1="x,1,2)</f>'),
        "quotation mark not closed",
    ),
    "formula without operand": (put(SHEET, r"<f>IF\(.*?</f>", "<f>1+</f>"), "operator without"),
    "formula with =": (put(SHEET, r"<f>IF\(.*?</f>", "<f>=1</f>"), "leading ="),
    "text too long": (put(STRINGS, "Tiêu đề", "x" * 32_768), "text over 32767"),
    "list too long": (put(SHEET, "có,không", "x" * 256), "list over 255"),
    "message title too long": (
        put(SHEET, 'promptTitle="t"', f'promptTitle="{"x" * 33}"'),
        "promptTitle over 32",
    ),
    "rows out of order": (put(SHEET, r'<row r="5"', '<row r="2"'), "row 2 stands after row 4"),
    "cell given twice": (put(SHEET, r'r="B5"', 'r="A5"'), "A5 is given twice"),
    "cell in the wrong row": (put(SHEET, r'r="B5"', 'r="B6"'), "B6 is no cell of row 5"),
    "string that is not there": (
        put(SHEET, r't="s"><v>0</v>', 't="s"><v>99</v>'),
        "string 99 is not there",
    ),
    "negative string": (put(SHEET, r't="s"><v>0</v>', 't="s"><v>-1</v>'), "string -1"),
    "not a number": (put(SHEET, r'(?<=\d")><v>1</v>', "><v>NaN</v>"), "NaN is no number"),
    "text in a number": (put(SHEET, r'(?<=\d")><v>1</v>', "><v>abc</v>"), "abc is no number"),
    "bad truth": (put(SHEET, r't="b"><v>1</v>', 't="b"><v>2</v>'), "neither true nor false"),
    "name like a cell": (put(BOOK, 'name="ten_1"', 'name="T1"'), "«T1» cannot be"),
    "name with a space": (put(BOOK, 'name="ten_1"', 'name="t 1"'), "«t 1» cannot be"),
    "name that leads nowhere": (
        put(BOOK, r"'A'!\$A\$1</definedName>", "#REF!</definedName>"),
        "nowhere",
    ),
    "link to no sheet": (
        put(SHEET, "location=\"'?A'?!A1\"", 'location="B!A1"'),
        "«B», which is no",
    ),
}


@pytest.mark.parametrize(("change", "message"), CASES.values(), ids=CASES)
def test_each_fault_is_found(
    good: Path, tmp_path: Path, change: Callable[[dict[str, str]], None], message: str
) -> None:
    with ZipFile(good) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    change(parts)
    bad = tmp_path / "bad.xlsx"
    with ZipFile(bad, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    faults = lint_workbook(bad)
    assert any(message in fault for fault in faults), faults
