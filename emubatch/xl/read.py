"""Opens a workbook of any accepted kind, behind a gate that keeps the readers honest.

Values come from python-calamine, or from our own small readers for tables saved as text. The
container is unpacked and judged first; what a file is, its first bytes decide.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from emubatch.vietnamese import nfc
from emubatch.xl import ods, scan
from emubatch.xl.decrypt import decrypted
from emubatch.xl.limits import DEFAULT, Limits
from emubatch.xl.oldfonts import fonts_in_xls
from emubatch.xl.package import repack, too_large, unpack
from emubatch.xl.sniff import TEXTS, kind_of
from emubatch.xl.unreadable import Unreadable
from emubatch.xl.workbook import (
    STRINGS,
    WORKBOOK,
    Aside,
    Grid,
    SheetInfo,
    Workbook,
    cells,
    reader_failures,
)

__all__ = ["Grid", "SheetInfo", "Unreadable", "Workbook", "cells", "read_bytes", "read_workbook"]

_RELATIONS = "xl/_rels/workbook.xml.rels"
_CORE = "docProps/core.xml"
_ODS_MIME = b"application/vnd.oasis.opendocument.spreadsheet"
_UNIQUE = re.compile(rb"uniqueCount\s*=\s*[\"'](\d+)")
_MODIFIED = re.compile(rb"<dcterms:modified[^>]*>([0-9T:.Z+-]{10,32})<")
_ODS_MODIFIED = re.compile(rb"<dc:date>([0-9T:.Z+-]{10,32})<")
# Characters that XML does not allow, and that one reader passes on all the same.
_CONTROLS = bytes(set(range(32)) - {9, 10, 13})


def read_workbook(path: Path, limits: Limits = DEFAULT) -> Workbook:
    """Opens a workbook of any accepted format.

    Raises:
        Unreadable: with a file-level code and what was found.
    """
    try:
        if path.exists() and not path.is_file():
            raise Unreadable("F110", found="không phải là tệp", found_en="not a file")
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise too_large(size)
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise Unreadable("F110", found="không có tệp này", found_en="no such file") from error
    except OSError as error:
        raise Unreadable("F110", found=error.strerror or type(error).__name__) from error
    return read_bytes(data, path.name, limits)


def read_bytes(data: bytes, name: str = "", limits: Limits = DEFAULT) -> Workbook:
    """Opens a workbook held in memory; raises as ``read_workbook`` does.

    Args:
        name: file name, by which the single table of a text file is known.
    """
    kind = kind_of(data)
    if len(data) > limits.file_bytes:
        raise too_large(len(data))
    if kind == "encrypted":
        return _unlocked(data, name, limits)
    if kind in TEXTS:
        from emubatch.xl import text

        return text.open_text(data, kind, name, limits)
    if kind == "xls":
        try:
            return _open(data, "xls", {}, limits)
        except Unreadable as error:
            if error.code != "F104":
                raise
        return _unlocked(data, name, limits)
    members = unpack(data, limits)
    if WORKBOOK in members:
        _judge_parts(members, limits)
        return _open(repack(members), "xlsx", members, limits)
    if members.get("mimetype", b"").startswith(_ODS_MIME):
        if b"encryption-data" in members.get("META-INF/manifest.xml", b""):
            raise Unreadable("F104")
        asides = ods.judge(members.get("content.xml", b""), limits)
        return _open(data, "ods", members, limits, asides)
    raise _other_package(members)


def _unlocked(data: bytes, name: str, limits: Limits) -> Workbook:
    """A workbook with a password, opened by one that the office has stated."""
    plain = decrypted(data)
    if kind_of(plain) == "encrypted":
        raise Unreadable("F104")
    if kind_of(plain) == "xls":
        book = _open(plain, "xls", {}, limits)
    else:
        book = read_bytes(plain, name, limits)
    book.notes.insert(0, ("N106", {}))
    return book


def _judge_parts(members: dict[str, bytes], limits: Limits) -> None:
    for name, part in members.items():
        if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in part:
            raise Unreadable("F105", found="khai báo DOCTYPE", found_en="a DOCTYPE")
        # The reader finds nothing in UTF-16 parts, and says nothing of it.
        if name.startswith("xl/") and b"\x00" in part[:64] and name.endswith(".xml"):
            raise Unreadable("F108", found=f"{name}: UTF-16")
        texts = name == STRINGS or name.startswith("xl/worksheets/sheet")
        if texts and len(part.translate(None, _CONTROLS)) < len(part):
            raise Unreadable("F108", found=f"{name}: ký tự điều khiển", found_en=f"{name}: control")
    strings = members.get(STRINGS, b"")
    for count in _UNIQUE.findall(strings[:4096]):
        if int(count) > limits.strings:
            raise Unreadable("F106", found=f"{int(count)} chuỗi", found_en=f"{int(count)} strings")


def _other_package(members: dict[str, bytes]) -> Unreadable:
    names = members.keys()
    for prefix, what in (("word/", "Word"), ("ppt/", "PowerPoint")):
        if any(name.startswith(prefix) for name in names):
            return Unreadable("F102", found=what)
    if "xl/workbook.bin" in names:
        return Unreadable("F109", found=".xlsb")
    if any(name.startswith("xl/") for name in names) or "[Content_Types].xml" in names:
        return Unreadable(
            "F103", found="thiếu phần workbook", found_en="its workbook part is missing"
        )
    return Unreadable("F121", found=".zip")


def _open(
    data: bytes,
    kind: str,
    members: dict[str, bytes],
    limits: Limits,
    asides: list[Aside] | None = None,
) -> Workbook:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    with reader_failures():
        reader = CalamineWorkbook.from_filelike(io.BytesIO(data))
        listed = list(reader.sheets_metadata)
    names = [sheet.name for sheet in listed]
    if len(names) > limits.sheets:
        raise Unreadable("F106", found=f"{len(names)} trang", found_en=f"{len(names)} sheets")
    if len({nfc(name).casefold() for name in names}) < len(names):
        raise Unreadable("F105", found="hai trang cùng tên", found_en="two sheets of one name")
    parts = _sheet_parts(members, names) if kind == "xlsx" else [b""] * len(names)
    sheets = [
        SheetInfo(nfc(sheet.name), index, sheet.visible == SheetVisibleEnum.Visible, parts[index])
        for index, sheet in enumerate(listed)
        if sheet.typ == SheetTypeEnum.WorkSheet
    ]
    if kind == "ods":
        modified = _ODS_MODIFIED.search(members.get("meta.xml", b""))
    else:
        modified = _MODIFIED.search(members.get(_CORE, b""))
    return Workbook(
        kind,
        sheets,
        modified[1].decode() if modified else "",
        limits,
        fonts=fonts_in_xls(data) if kind == "xls" else frozenset(),
        _reader=reader,
        _members=members if kind == "xlsx" else {},
        _aside=dict(enumerate(asides)) if asides is not None else {},
    )


def _sheet_parts(members: dict[str, bytes], names: list[str]) -> list[bytes]:
    """The XML of each sheet in workbook order; every sheet must resolve and none be left out."""
    targets: dict[str, str] = {}
    unlisted: set[str] = set()
    listed: list[tuple[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")
            if attributes.get("Type", "").endswith("/worksheet"):
                unlisted.add(attributes.get("Id", ""))
        elif name == "sheet":
            relation = next((v for k, v in attributes.items() if k.endswith("}id")), "")
            listed.append((attributes.get("name", ""), relation))

    scan.parse(members.get(_RELATIONS, b"<x/>"), start, _nothing)
    workbook = members[WORKBOOK]
    end = workbook.find(b"</sheets>")
    scan.parse(workbook[:end] if end > 0 else workbook, start, _nothing, whole=end < 0)
    unlisted -= {relation for _, relation in listed}
    if unlisted or [name for name, _ in listed] != names:
        raise Unreadable("F105", found="danh sách trang", found_en="the list of sheets")
    parts = []
    for name, relation in listed:
        target = targets.get(relation, "")
        path = target[1:] if target.startswith("/") else f"xl/{target}"
        if path not in members:
            raise Unreadable("F105", found=f"trang «{name}»", found_en=f"sheet «{name}»")
        parts.append(members[path])
    return parts


def _nothing(_: str) -> None:
    """An element end that says nothing."""
