"""Mutants of forms: containers, XML, cell values and text damaged by a seed, never by chance."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable

Chance = random.Random

HOSTILE = (
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    '=HYPERLINK("http://example.invalid","x")',
    "<script>alert(1)</script>",
    "</td></tr></table>&lt;b&gt;",
    "../../etc/passwd",
    "C:\\Windows\\x",
    "_x0000__x001F_",
    "\u202eNguyễn\u200b Văn\ufeff",
    "NguyÔn V¨n An",
    "Nguye\u0302\u0303n",
    "{{ 7*7 }} {% raw %} %s %(x)s {0} {found}",
    "\u0300" * 300,
    "x" * 33_000,
    "nan",
    "None",
    "1e999",
    "31/02/2020",
    "2020",
    "-1",
    "99999999999999999999",
    "",
)
VALUES = ("NaN", "inf", "1e999", "-1", "2958466", "0.1", "1", "", "9" * 400, "abc", "1,5", "  ")
TYPES = ("s", "e", "b", "d", "str", "inlineStr", "n", "zzz", "")
PLACES = ("XFD1048576", "A0", "ZZZZ1", "A1", "B4", "", "1", "a1", "A99999999", "C7")
ATTRIBUTES = ("", "-1", "0", "4294967296", "1", "visible", "&#x41;", "x" * 5000, "true", "../../x")

_CELL = re.compile(rb"<c [^>]*?(?:/>|>.*?</c>)", re.DOTALL)
_TEXT = re.compile(rb"<t[^>]*>([^<]*)</t>")
_TAG = re.compile(rb"<[^<>]+>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')


def mutant(data: bytes, kind: str, seed: int) -> bytes:
    """A form of this kind (``xlsx``, ``ods``, ``xls``, ``csv``, ``html``, ``xml``) damaged."""
    chance = random.Random(f"{kind}/{seed}")
    if kind in ("xlsx", "ods"):
        return _package(data, chance)
    if kind == "xls":
        return _binary(data, chance)
    return _plain(data, chance)


# --- packages ------------------------------------------------------------------------------------


def _package(data: bytes, chance: Chance) -> bytes:
    if chance.random() < 0.1:
        return _binary(data, chance)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    if chance.random() < 0.2:
        _members(members, chance)
    else:
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            _parts(members, chance)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    packed = stream.getvalue()
    return _directory(packed, chance) if chance.random() < 0.05 else packed


def _members(members: list[tuple[str, bytes]], chance: Chance) -> None:
    """Members dropped, doubled, renamed, swapped, or put where they do not belong."""
    at, other = chance.randrange(len(members)), chance.randrange(len(members))
    name, content = members[at]
    kind = chance.randrange(6)
    if kind == 0:
        del members[at]
    elif kind == 1:
        members.append((name.upper(), content))
    elif kind == 2:
        members[at] = (chance.choice(("../" + name, "/" + name, name + "\\x", name[:-1])), content)
    elif kind == 3:
        members[at], members[other] = (name, members[other][1]), (members[other][0], content)
    elif kind == 4:
        members.append((f"xl/extra{at}.xml", bytes(chance.choice((0, 10, 3_000_000)))))
    else:
        members[at] = (name, b"")


def _parts(members: list[tuple[str, bytes]], chance: Chance) -> None:
    """One XML part damaged; sheets and strings more often than the rest."""
    likely = [i for i, (name, _) in enumerate(members) if "sheet" in name or "content" in name]
    likely += [i for i, (name, _) in enumerate(members) if "sharedStrings" in name] * 2
    every = [i for i, (name, _) in enumerate(members) if name.endswith((".xml", ".rels"))]
    at = chance.choice(likely if likely and chance.random() < 0.75 else every or [0])
    name, part = members[at]
    damage = chance.choice((_cell, _cell, _cell, _string, _string, _tag, _attribute, _bytes, _head))
    members[at] = (name, damage(part, chance))


def _cell(part: bytes, chance: Chance) -> bytes:
    found = list(_CELL.finditer(part))
    if not found:
        return _tag(part, chance)
    match = chance.choice(found)
    cell = match[0]
    kind = chance.randrange(7)
    if kind == 0:
        new = re.sub(rb"<v>[^<]*</v>", b"<v>%s</v>" % chance.choice(VALUES).encode(), cell)
    elif kind == 1:
        new = re.sub(rb' t="[^"]*"', b"", cell)
        new = new.replace(b"<c ", b'<c t="%s" ' % chance.choice(TYPES).encode(), 1)
    elif kind == 2:
        new = re.sub(rb' r="[^"]*"', b' r="%s"' % chance.choice(PLACES).encode(), cell)
    elif kind == 3:
        new = cell + cell
    elif kind == 4:
        new = re.sub(rb"<v>", b"<f>1+1</f><v>", cell)
    elif kind == 5:
        new = re.sub(rb"<v>[^<]*</v>", b"<f>A1</f>", cell)
    else:
        text = _escaped(chance.choice(HOSTILE))
        place = re.search(rb'r="[^"]*"', cell)
        where = place[0] if place else b""
        new = b'<c %s t="inlineStr"><is><t>%s</t></is></c>' % (where, text)
    return part[: match.start()] + new + part[match.end() :]


def _string(part: bytes, chance: Chance) -> bytes:
    found = list(_TEXT.finditer(part)) or list(re.finditer(rb"<text:p>([^<]*)</text:p>", part))
    if not found:
        return _tag(part, chance)
    match = chance.choice(found)
    new = _escaped(chance.choice(HOSTILE))
    return part[: match.start(1)] + new + part[match.end(1) :]


def _escaped(text: str) -> bytes:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()


def _tag(part: bytes, chance: Chance) -> bytes:
    found = list(_TAG.finditer(part))
    if not found:
        return _bytes(part, chance)
    a, b = chance.choice(found), chance.choice(found)
    kind = chance.randrange(4)
    if kind == 0:
        return part[: a.start()] + part[a.end() :]
    if kind == 1:
        return part[: a.start()] + a[0] * chance.choice((2, 3, 200)) + part[a.end() :]
    if kind == 2:
        return part[: a.start()] + b[0] + part[a.end() :]
    return part[: min(a.start(), b.start())] + part[max(a.end(), b.end()) :]


def _attribute(part: bytes, chance: Chance) -> bytes:
    found = list(_ATTRIBUTE.finditer(part))
    if not found:
        return _bytes(part, chance)
    match = chance.choice(found)
    new = chance.choice(ATTRIBUTES).encode()
    return part[: match.start(2)] + new + part[match.end(2) :]


def _head(part: bytes, chance: Chance) -> bytes:
    """Declarations, other encodings, depth."""
    kind = chance.randrange(5)
    body = part.split(b"?>", 1)[-1]
    if kind == 0:
        return b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>' + body
    if kind == 1:
        return b'<?xml version="1.0" encoding="UTF-16"?>' + body
    if kind == 2:
        return part.decode("utf-8", "replace").encode("utf-16")
    if kind == 3:
        return b"<a>" * 20_000 + body
    return b"\xef\xbb\xbf" + part + b"\x00\x0b"


def _directory(packed: bytes, chance: Chance) -> bytes:
    """One number of a directory entry changed: sizes, method, flags, offset."""
    entries = [match.start() for match in re.finditer(b"PK\x01\x02", packed)]
    at = chance.choice(entries) + chance.choice((8, 10, 16, 20, 24, 28, 42))
    number = struct.pack("<I", chance.choice((0, 1, 8, 99, 0xFFFF, 0xFFFFFFFF)))
    return packed[:at] + number[:2] + packed[at + 2 :]


# --- bytes and text ------------------------------------------------------------------------------


def _bytes(part: bytes, chance: Chance) -> bytes:
    changed = bytearray(part or b"x")
    at, other = chance.randrange(len(changed)), chance.randrange(len(changed))
    kind = chance.randrange(3)
    if kind == 0:
        changed[at] = chance.randrange(256)
    elif kind == 1:
        del changed[at : at + chance.randrange(1, 40)]
    else:
        changed[at:at] = changed[other : other + chance.randrange(1, 200)]
    return bytes(changed)


def _binary(data: bytes, chance: Chance) -> bytes:
    """Cuts, flips and blocks moved, as bad disks and half downloads leave them."""
    if chance.random() < 0.15:
        return data[: chance.randrange(len(data))]
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8))):
        at = chance.randrange(len(changed))
        if chance.random() < 0.7:
            changed[at] ^= 1 << chance.randrange(8)
        else:
            other = chance.randrange(len(changed))
            block = changed[other : other + 512]
            changed[at : at + len(block)] = block
    return bytes(changed)


def _plain(data: bytes, chance: Chance) -> bytes:
    if chance.random() < 0.3:
        return _binary(data, chance)
    text = data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8-sig")
    damage: Callable[[str, Chance], str] = chance.choice((_line, _sign, _value, _value, _mark))
    text = damage(text, chance)
    codecs = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1258", "latin-1")
    return text.encode(chance.choice(codecs), "replace")


def _line(text: str, chance: Chance) -> str:
    lines = text.splitlines()
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    kind = chance.randrange(3)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(at, lines[other])
    else:
        lines[at], lines[other] = lines[other], lines[at]
    return "\n".join(lines)


def _sign(text: str, chance: Chance) -> str:
    at = chance.randrange(len(text))
    sign = chance.choice('";\t,|\n\r\0<>&\x0b\ufeff')
    return text[:at] + sign * chance.choice((1, 1, 2, 500)) + text[at + chance.randrange(2) :]


def _value(text: str, chance: Chance) -> str:
    at = chance.randrange(len(text))
    end = at
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[:at] + chance.choice(HOSTILE) + text[end:]


def _mark(text: str, chance: Chance) -> str:
    """Tags of HTML and XML, or delimiters, dropped."""
    marks = [match.span() for match in re.finditer(r"<[^<>]*>|;", text)] or [(0, 1)]
    first, end = chance.choice(marks)
    return text[:first] + text[end:]
