"""Looks over a workbook that we wrote for faults that make Excel offer a repair.

The Open XML SDK does not find these: overlapping merges, formulas that cannot be read, text and
lists that are too long, rows out of order, a cell given twice, a string that is not there, a number
that is none, a bad defined name. Links inside the workbook must lead somewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from zipfile import ZipFile

TEXT_LIMIT = 32_767
LIST_LIMIT = 255
FORMULA_LIMIT = 8_192
NAME_LIMIT = 255
PROMPT_LIMITS = {"promptTitle": 32, "errorTitle": 32, "prompt": 255, "error": 255}
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

_ROW = re.compile(r'<row\b[^>]*?\br="(\d+)"[^>]*?(?:/>|>(.*?)</row>)', re.DOTALL)
_CELL = re.compile(r"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_VALUE = re.compile(r"<v>(.*?)</v>", re.DOTALL)
_FORMULA = re.compile(r"<(f|formula|formula1|formula2)\b[^>]*>(.*?)</\1>", re.DOTALL)
_ITEM = re.compile(r"<si>(.*?)</si>", re.DOTALL)
_TEXT = re.compile(r"<t\b[^>]*>(.*?)</t>", re.DOTALL)
_MERGE = re.compile(r'<mergeCell ref="([^"]+)"')
_LINK = re.compile(r'<hyperlink\b[^>]*?\blocation="([^"]*)"')
_VALIDATION = re.compile(r"<dataValidation\b([^>]*)(?:/>|>(.*?)</dataValidation>)", re.DOTALL)
_NAME = re.compile(r"<definedName\b([^>]*)>(.*?)</definedName>", re.DOTALL)
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})$")
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
_GOOD_NAME = re.compile(r"(_xlnm\.)?[^\W\d][\w.]*$")
_LIKE_A_CELL = re.compile(r"([A-Za-z]{1,3}[0-9]+|[rR][0-9]*([cC][0-9]*)?|[cC][0-9]*)$")


def lint_workbook(path: Path) -> list[str]:
    """Faults found in a workbook, each with its part and place; empty when there is none."""
    with ZipFile(path) as package:
        parts = {
            name: package.read(name).decode("utf-8")
            for name in package.namelist()
            if name.startswith("xl/") and name.endswith(".xml")
        }
    strings = _ITEM.findall(parts.get("xl/sharedStrings.xml", ""))
    sheets = {
        unescape(name)
        for name in re.findall(r'<sheet\b[^>]*?\bname="([^"]+)"', parts["xl/workbook.xml"])
    }
    faults = [*_strings(strings), *_names(parts["xl/workbook.xml"])]
    for name, xml in sorted(parts.items()):
        if name.startswith("xl/worksheets/"):
            where = name.removeprefix("xl/worksheets/")
            faults += [f"{where} {fault}" for fault in _sheet(xml, len(strings), sheets)]
    return faults


def _strings(items: list[str]) -> Iterator[str]:
    for index, item in enumerate(items):
        if _units("".join(_TEXT.findall(item))) > TEXT_LIMIT:
            yield f"sharedStrings.xml item {index}: text over {TEXT_LIMIT} characters"


def _units(text: str) -> int:
    """Length as Excel counts it."""
    return len(unescape(text).encode("utf-16-le")) // 2 if len(text) > TEXT_LIMIT // 2 else 0


def _names(workbook: str) -> Iterator[str]:
    seen = set()
    for attributes, target in _NAME.findall(workbook):
        given = dict(_ATTRIBUTE.findall(attributes))
        name = unescape(given.get("name", ""))
        key = (name.casefold(), given.get("localSheetId"))
        if not _GOOD_NAME.match(name) or _LIKE_A_CELL.match(name) or len(name) > NAME_LIMIT:
            yield f"workbook.xml: «{name}» cannot be a defined name"
        if key in seen:
            yield f"workbook.xml: the name «{name}» is given twice"
        seen.add(key)
        if "#REF!" in target or (fault := _formula(unescape(target))):
            yield f"workbook.xml: the name «{name}» leads nowhere: {fault or target}"


def _sheet(xml: str, strings: int, sheets: set[str]) -> Iterator[str]:
    yield from _cells(xml, strings)
    yield from _merges(xml)
    for tag, text in _FORMULA.findall(xml):
        fault = _formula(unescape(text))
        if fault:
            yield f"<{tag}> {text[:60]}: {fault}"
    for attributes, inside in _VALIDATION.findall(xml):
        yield from _validation(dict(_ATTRIBUTE.findall(attributes)), inside or "")
    for location in _LINK.findall(xml):
        sheet = unescape(location).rpartition("!")[0].strip("'").replace("''", "'")
        if sheet and sheet not in sheets:
            yield f"link to «{sheet}», which is no sheet"


def _cells(xml: str, strings: int) -> Iterator[str]:
    last_row = 0
    for row_text, inside in _ROW.findall(xml):
        row, last_column = int(row_text), 0
        if row <= last_row or row > LAST_ROW:
            yield f"row {row} stands after row {last_row}"
        last_row = row
        for attributes, content in _CELL.findall(inside):
            given = dict(_ATTRIBUTE.findall(attributes))
            address = given.get("r", "")
            match = _ADDRESS.match(address)
            column = _column(match.group(1)) if match else 0
            if not match or int(match.group(2)) != row or not 0 < column <= LAST_COLUMN:
                yield f"{address} is no cell of row {row}"
            elif column <= last_column:
                yield f"{address} is given twice or out of order"
            last_column = max(last_column, column)
            fault = _value(given.get("t", "n"), content, strings)
            if fault:
                yield f"{address} {fault}"


def _value(kind: str, content: str, strings: int) -> str:
    found = _VALUE.search(content)
    if kind == "inlineStr":
        return "text too long" if _units("".join(_TEXT.findall(content))) > TEXT_LIMIT else ""
    if found is None or kind in ("str", "e", "d"):
        return ""
    value = found.group(1)
    if kind == "s":
        return "" if value.isdigit() and int(value) < strings else f"string {value} is not there"
    if kind == "b":
        return "" if value in ("0", "1") else f"{value} is neither true nor false"
    # A formula may stand without its result.
    return "" if _NUMBER.match(value) or not value else f"{value} is no number"


def _merges(xml: str) -> Iterator[str]:
    taken: dict[tuple[int, int], str] = {}
    for area in _MERGE.findall(xml):
        for cell in _area(area):
            if cell in taken:
                yield f"merged {area} overlaps {taken[cell]}"
                break
            taken[cell] = area


def _area(area: str) -> Iterator[tuple[int, int]]:
    first, _, last = area.partition(":")
    one, two = _ADDRESS.match(first), _ADDRESS.match(last or first)
    if one and two:
        for row in range(int(one.group(2)), int(two.group(2)) + 1):
            for column in range(_column(one.group(1)), _column(two.group(1)) + 1):
                yield row, column


def _validation(given: dict[str, str], inside: str) -> Iterator[str]:
    place = given.get("sqref", "")
    for key, limit in PROMPT_LIMITS.items():
        if len(unescape(given.get(key, ""))) > limit:
            yield f"validation {place}: {key} over {limit} characters"
    for _, text in _FORMULA.findall(inside):
        source = unescape(text)
        if source.startswith('"') and len(source) - 2 > LIST_LIMIT:
            yield f"validation {place}: list over {LIST_LIMIT} characters"


def _formula(text: str) -> str:
    """What is wrong with a formula; empty when nothing is."""
    if not text.strip():
        return "empty formula"
    if len(text) > FORMULA_LIMIT:
        return f"formula over {FORMULA_LIMIT} characters"
    if text.startswith("="):
        return "formula with a leading ="
    bare = re.sub(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'", "0", text)
    if '"' in bare or "'" in bare:
        return "quotation mark not closed"
    depth = 0
    for letter in bare:
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            return "bracket closed before it was opened"
    if depth:
        return "bracket not closed"
    if re.search(r"[-+*/^&=<>,(]\s*$|[+*/^&=<>(]\s*[*/^&,)]", bare.replace("()", "")):
        return "operator without an operand"
    return ""


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
