"""The zip container of a workbook: its directory judged, its members inflated with care.

Both common readers lose data silently on damaged or hostile containers, so nothing is handed to
them before the whole directory makes sense and every member inflates to what it declares.
"""

from __future__ import annotations

import io
import mmap
import struct
import zipfile
import zlib
from typing import Any

from emubatch.xl.limits import DEFAULT, MIB, RATIO_GRACE_BYTES, Limits
from emubatch.xl.unreadable import Unreadable

Bytes = bytes | mmap.mmap

TAIL = 66_000  # the end record and the longest comment
_LOCAL_HEADER = 30
_LONGEST_ENTRY = 1_024
_FACTS = struct.Struct("<5HLLLHH")
_REST = struct.Struct("<HHHLL")
_END = struct.Struct("<4sHHHHLLH")


def unpack(data: bytes, limits: Limits = DEFAULT) -> dict[str, bytes]:
    """Member name -> its bytes, for every member of a sound container.

    Raises:
        Unreadable: F103 damaged, F105 unsafe, F106 too large.
    """
    if len(data) > limits.file_bytes:
        raise too_large(len(data))
    return {m.filename: inflated(data, m) for m in judged(data, limits) if not m.is_dir()}


def judged(data: Bytes, limits: Limits, total_mb: int = 0) -> list[zipfile.ZipInfo]:
    """The directory of a container, when all of it makes sense.

    Args:
        total_mb: of all parts together, instead of the limit for a workbook.

    Raises:
        Unreadable: F103 damaged, F104 with a password, F105 unsafe, F106 too large.
    """
    if directory_size(data[-TAIL:]) > limits.members * _LONGEST_ENTRY:
        raise Unreadable("F106", found="quá nhiều phần", found_en="too many parts")
    try:
        source: Any = io.BytesIO(data) if isinstance(data, bytes) else data
        with zipfile.ZipFile(source) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, OSError) as error:
        raise Unreadable("F103", found="thiếu phần cuối", found_en="its end is missing") from error
    _judge_sizes(members, limits, (total_mb or limits.total_mb) * MIB)
    _judge_names(members)
    _judge_offsets(members)
    return members


def directory_size(tail: bytes) -> int:
    """How many bytes the directory of a container claims, by its last ``TAIL`` bytes.

    ``zipfile`` reads all of them before anything can be judged.
    """
    end = tail.rfind(b"PK\x05\x06")
    if end < 0:
        return 0
    sizes = [int.from_bytes(tail[end + 12 : end + 16], "little")]
    if end >= 76 and tail[end - 20 : end - 16] == b"PK\x06\x07":  # the record for large archives
        sizes.append(int.from_bytes(tail[end - 36 : end - 28], "little"))
    return max(size for size in sizes if size != 0xFFFFFFFF or len(sizes) == 1)


def too_large(size: int) -> Unreadable:
    """The refusal of a file of this many bytes."""
    return Unreadable("F106", found=f"{size // MIB} MB")


def repack(members: dict[str, bytes]) -> bytes:
    """The XML members as an archive without compression: what was judged is what is read.

    The reader then sees our directory instead of the sender's, and has nothing left to inflate.
    """
    files: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name, content in members.items():
        if not name.endswith((".xml", ".rels")):
            continue
        raw = name.encode()
        facts = _FACTS.pack(
            20, 0x800, 0, 0, 33, zlib.crc32(content), len(content), len(content), len(raw), 0
        )
        files += (b"PK\x03\x04", facts, raw, content)
        directory += (b"PK\x01\x02\x14\x00", facts, _REST.pack(0, 0, 0, 0, offset), raw)
        offset += _LOCAL_HEADER + len(raw) + len(content)
    count, size = len(directory) // 4, sum(map(len, directory))
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, size, offset, 0)
    return b"".join([*files, *directory, end])


def _judge_sizes(members: list[zipfile.ZipInfo], limits: Limits, most: int) -> None:
    if len(members) > limits.members:
        raise Unreadable("F106", found=f"{len(members)} phần", found_en=f"{len(members)} parts")
    total = 0
    for member in members:
        total += member.file_size
        packed_too_well = (
            member.file_size > RATIO_GRACE_BYTES
            and member.file_size > limits.ratio * max(member.compress_size, 1)
        )
        if member.file_size > limits.member_mb * MIB or total > most or packed_too_well:
            size = f"{member.filename}: {member.file_size // MIB} MB"
            raise Unreadable("F106", found=size)


def _judge_names(members: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for member in members:
        # The raw name: zipfile turns backslashes round and cuts at NUL on some systems.
        name = member.orig_filename
        bad = (
            name.startswith("/")
            or "\\" in name
            or ":" in name
            or ".." in name.split("/")
            or not name.isprintable()
        )
        if bad or name.casefold() in seen:
            raise _unsafe("tên phần trong tệp", "the name of a part")
        seen.add(name.casefold())
        if member.flag_bits & 1:
            raise Unreadable("F104")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _unsafe("cách nén", "the compression")


def _judge_offsets(members: list[zipfile.ZipInfo]) -> None:
    end = 0
    for member in sorted(members, key=lambda m: m.header_offset):
        if member.header_offset < end:
            raise _unsafe("các phần chồng lên nhau", "overlapping parts")
        end = member.header_offset + _LOCAL_HEADER + member.compress_size


def inflated(data: Bytes, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a member, which must be exactly as many and as declared.

    Raises:
        Unreadable: F103 when they are not.
    """
    start = member.header_offset
    name, extra = data[start + 26 : start + 28], data[start + 28 : start + 30]
    first = start + _LOCAL_HEADER + int.from_bytes(name, "little") + int.from_bytes(extra, "little")
    packed = data[first : first + member.compress_size]
    if data[start : start + 4] != b"PK\x03\x04" or len(packed) != member.compress_size:
        raise _damaged(member)
    content = packed
    if member.compress_type == zipfile.ZIP_DEFLATED:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = inflater.decompress(packed, member.file_size + 1)
        except zlib.error as error:
            raise _damaged(member) from error
    if len(content) != member.file_size or zlib.crc32(content) != member.CRC:
        raise _damaged(member)
    return content


def _unsafe(vi: str, en: str) -> Unreadable:
    return Unreadable("F105", found=vi, found_en=en)


def _damaged(member: zipfile.ZipInfo) -> Unreadable:
    return Unreadable("F103", found=member.filename)
