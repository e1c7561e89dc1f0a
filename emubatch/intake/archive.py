"""Archives of forms: looked into, never unpacked. The names in them are text and never a path."""

from __future__ import annotations

import hashlib
import io
import mmap
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from emubatch.vietnamese import clean
from emubatch.xl.limits import MIB, Limits
from emubatch.xl.package import TAIL, Bytes, directory_size, inflated, judged, too_large
from emubatch.xl.unreadable import Unreadable

DEPTH = 2
_ZIP = b"PK\x03\x04"
_FIRST = (b"[Content_Types].xml", b"mimetype")  # of most packages; saves a look at the directory
_INSIDE = ("[Content_Types].xml", "mimetype", "xl/workbook.xml", "Index/Document.iwa")
_NAME = 120
_LARGEST_DIRECTORY = 64 * MIB  # what lies beyond is refused by whoever reads the file


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive: its name for people, and its position in each archive around it."""

    name: str
    sha256: str
    size: int
    at: tuple[int, ...]


def is_archive(path: Path) -> bool:
    """Whether a file is a zip of files, and not a workbook or document, which are zips too."""
    with path.open("rb") as stream:
        return _is_archive(stream.read(64), stream)


def _is_archive(head: bytes, whole: IO[bytes]) -> bool:
    if not head.startswith(_ZIP) or head[30:].startswith(_FIRST):
        return False
    whole.seek(max(0, whole.seek(0, io.SEEK_END) - TAIL))
    if directory_size(whole.read()) > _LARGEST_DIRECTORY:
        return False
    try:
        with zipfile.ZipFile(whole) as archive:
            return not any(name in archive.NameToInfo for name in _INSIDE)
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, OSError):
        return False


def entries(path: Path, limits: Limits) -> list[Entry]:
    """The files of an archive and of archives inside it; one nested deeper stands for itself.

    Raises:
        Unreadable: F103 damaged, F104 with a password, F105 unsafe, F106 too large.
    """
    with _mapped(path, limits) as data:
        return list(_Walk(limits).entries(data, (), ""))


def member(path: Path, at: Sequence[int], limits: Limits) -> bytes:
    """The bytes of one file of an archive, by its position in each archive around it.

    Raises:
        Unreadable: as ``entries``, when the archive is not any more what it was.
    """
    with _mapped(path, limits) as whole:
        data: Bytes = whole
        for position in at:
            members = judged(data, limits, limits.archive_mb)
            if position >= len(members):
                raise Unreadable("F103", found="zip")
            data = inflated(data, members[position])
        return bytes(data)


@contextmanager
def _mapped(path: Path, limits: Limits) -> Iterator[mmap.mmap]:
    """The bytes of a file without reading all of them: each form in it is read by itself."""
    with path.open("rb") as stream:
        size = stream.seek(0, io.SEEK_END)
        if size > limits.archive_mb * MIB:
            raise too_large(size)
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data


class _Walk:
    """Counts what all archives inside one file come to."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.files = self.bytes = 0

    def entries(self, data: Bytes, at: tuple[int, ...], above: str) -> Iterator[Entry]:
        for position, info in enumerate(judged(data, self.limits, self.limits.archive_mb)):
            if info.is_dir():
                continue
            self._count(info)
            content = inflated(data, info)
            name, place = above + _shown(info), (*at, position)
            if len(place) < DEPTH and _is_archive(content[:64], io.BytesIO(content)):
                yield from self._inner(content, place, name)
            else:
                yield _entry(name, content, place)

    def _inner(self, content: bytes, place: tuple[int, ...], name: str) -> Iterator[Entry]:
        """The files of an archive inside; one that is refused stands for itself."""
        try:
            judged(content, self.limits, self.limits.archive_mb)
        except Unreadable:
            yield _entry(name, content, place)
            return
        yield from self.entries(content, place, f"{name}/")

    def _count(self, info: zipfile.ZipInfo) -> None:
        self.files += 1
        self.bytes += info.file_size
        if self.files > self.limits.members:
            raise Unreadable("F106", found=f"{self.files} tệp", found_en=f"{self.files} files")
        if self.bytes > self.limits.archive_mb * MIB:
            raise too_large(self.bytes)


def _entry(name: str, content: bytes, place: tuple[int, ...]) -> Entry:
    return Entry(name, hashlib.sha256(content).hexdigest(), len(content), place)


def _shown(info: zipfile.ZipInfo) -> str:
    """The name of a file for people. Old programs write UTF-8 without saying so."""
    name = info.filename
    if not info.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return "/".join(clean(part)[-_NAME:] or "_" for part in name.split("/"))
