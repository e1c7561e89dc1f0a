"""The run folder: one lock, one staging folder, one rename.

Everything of a month is written to a hidden folder beside the one that was asked for and appears
by one rename, so a reader sees the old month or the new one and never a mixture. Whatever a killed
run left behind is removed, or put back, by the next one.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import os
import re
import shutil
import socket
import sys
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from emubatch import __version__

MANIFEST = "manifest.json"
TOOL = {"name": "emubatch", "version": __version__}  # as every manifest says it
CLOSED = "DONG.txt"  # marks a month that is closed; nothing replaces it
RETURNS = "tra-lai"  # sub-folder with the forms that go back to the units
REPLIES = "thu"  # sub-folder with a draft of the letter to each
LETTERS = "van-ban"  # sub-folder with documents; ones that someone has edited are not replaced
COUNCIL = "hoi-dong"  # sub-folder with what the council decided; nothing replaces that either
_CHUNK = 1 << 20
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$", re.IGNORECASE)
_NAME_LENGTH = 80
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class RunFolderError(Exception):
    """The run folder cannot be used; nothing was published and nothing half-written remains.

    ``reason``: ``busy`` (``owner``, ``minutes``), ``published``, ``closed``, ``decided`` (holds a
    council's result), ``foreign`` (not empty and not a run folder), ``not_folder``,
    ``not_writable`` (``detail``), ``no_space``. ``words`` fill its message.
    """

    def __init__(self, reason: str, path: Path, **words: str) -> None:
        self.reason = reason
        self.words = {"path": str(path), **words}
        super().__init__(f"{reason}: {path}")


def is_no_space(error: BaseException | None) -> bool:
    """Whether a full disk (or quota, or file size limit) is behind this error."""
    while error is not None:
        inner = error.args[0] if error.args else None
        for one in (error, inner):
            if isinstance(one, OSError) and one.errno in _NO_SPACE:
                return True
        error = error.__cause__ or error.__context__
    return False


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A locked place to publish to; write into ``staging``, then call ``publish``."""

    out: Path
    staging: Path

    def publish(self, facts: Mapping[str, Any], *, beside: bool = False) -> Path:
        """Write the manifest and make the whole folder appear under its name.

        Args:
            beside: where another program holds a file of the older month open, so that it cannot
                be moved away, publish beside it under the next free name.

        Returns:
            where it was published.

        Raises:
            RunFolderError: ``no_space`` or ``not_writable``; an older month is still in place.
        """
        with _writing(self.out):
            write_manifest(self.staging, facts)
            for path in [*sorted(self.staging.rglob("*")), self.staging]:
                flush(path)
            place = _swap(self.staging, self.out, beside)
        with suppress(OSError):  # the month is in place; there is nothing to take back
            flush(self.out.parent)
        return place


@contextmanager
def open_run_folder(out: Path, *, replace: bool = False) -> Iterator[RunFolder]:
    """Lock the place of a run folder and give a staging folder beside it.

    Raises:
        RunFolderError: when another run works there, a month is published already (unless
            ``replace``) or closed, or the place cannot be written to.
    """
    out = out.resolve()
    with _writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
    with _locked(out):
        staging = out.parent / f".{out.name}.part-{os.getpid()}"
        with _writing(out):
            _clear_leftovers(out)
        _check_free(out, replace)
        try:
            with _writing(out):
                staging.mkdir(mode=0o700)
            with _writing(out, inside=staging):
                yield RunFolder(out, staging)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


@contextmanager
def _writing(out: Path, inside: Path | None = None) -> Iterator[None]:
    """Say what is wrong with the place instead of naming a system call.

    With ``inside``, only failures about files of that folder are taken for failures to write.
    """
    try:
        yield
    except Timeout:
        raise
    except Exception as error:
        if is_no_space(error):
            raise RunFolderError("no_space", out) from error
        if isinstance(error, OSError) and (inside is None or _is_about(error, inside)):
            detail = error.strerror or type(error).__name__
            raise RunFolderError("not_writable", out, detail=detail) from error
        raise


def _is_about(error: OSError, folder: Path) -> bool:
    name = error.filename
    return isinstance(name, str | os.PathLike) and Path(name).is_relative_to(folder)


def _check_free(out: Path, replace: bool) -> None:
    if out.exists() and not out.is_dir():
        raise RunFolderError("not_folder", out)
    if out.is_dir() and any(out.iterdir()):
        if not (out / MANIFEST).is_file():
            raise RunFolderError("foreign", out)
        if is_closed(out):
            raise RunFolderError("closed", out)
        if is_decided(out):
            raise RunFolderError("decided", out)
        if not replace:
            raise RunFolderError("published", out)
        edited = changed_files(out / LETTERS)
        if edited:
            raise RunFolderError("edited", out / LETTERS, names=", ".join(edited[:5]))


def _clear_leftovers(out: Path) -> None:
    """Remove what a killed run left; a month that it had moved aside is put back."""
    for old in sorted(out.parent.glob(f".{_literal(out.name)}.old-*")):
        if out.exists():
            shutil.rmtree(old)
        else:
            old.rename(out)
    for part in sorted(out.parent.glob(f".{_literal(out.name)}.part-*")):
        shutil.rmtree(part)


def _literal(name: str) -> str:
    """A name as a glob pattern that matches only itself."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def _swap(staging: Path, out: Path, beside: bool) -> Path:
    """Move the staging folder into place; an older month returns when that fails."""
    aside = out.parent / f".{out.name}.old-{os.getpid()}"
    if out.is_dir() and not any(out.iterdir()):
        out.rmdir()  # Windows does not rename onto an empty folder
    if not out.exists():
        staging.rename(out)
        return out
    try:
        out.rename(aside)
    except PermissionError:
        if not beside:
            raise
        return staging.rename(_free_name(out))
    try:
        staging.rename(out)
    except BaseException:
        aside.rename(out)
        raise
    shutil.rmtree(aside, ignore_errors=True)
    return out


def _free_name(out: Path) -> Path:
    """``out (2)``, or the next one that is not taken."""
    names = (out.with_name(f"{out.name} ({number})") for number in count(2))
    return next(name for name in names if not name.exists())


def flush(path: Path) -> None:
    """Make sure that a file or folder is on the disk before the rename makes it visible."""
    if path.is_dir():
        if sys.platform == "win32":
            return
        handle = os.open(path, os.O_RDONLY)
    else:
        handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- closing a month -----------------------------------------------------------------------------


def is_closed(out: Path) -> bool:
    """Whether a month is closed: no run replaces it."""
    return (out / CLOSED).is_file()


def is_decided(out: Path) -> bool:
    """Whether a month holds a council's result, be it moved aside by a killed command."""
    return (out / COUNCIL).exists() or any(out.glob(f".{COUNCIL}.old-*"))


def close_run_folder(out: Path) -> bool:
    """Close a month; False when it was closed already.

    The mark holds the hash of the manifest, which holds those of every file of the month.

    Raises:
        RunFolderError: ``busy`` or ``not_writable``.
        FileNotFoundError: when there is no published month.
    """
    out = out.resolve()
    if is_closed(out):
        return False
    if not (out / MANIFEST).is_file():
        raise FileNotFoundError(out)
    with _locked(out), _writing(out):
        text = f"{MANIFEST} sha256 {manifest_hash(out)}\n"
        (out / CLOSED).write_text(text, encoding="utf-8", newline="\n")
    return True


# --- lock ----------------------------------------------------------------------------------------


@contextmanager
def lock_run_folder(out: Path) -> Iterator[None]:
    """Holds a published month while something is added to it, so that no run replaces it.

    Raises:
        RunFolderError: ``busy`` or ``not_writable``.
    """
    with _locked(out.resolve()):
        yield


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    lock_path = out.parent / f".{out.name}.lock"
    owner = out.parent / f".{out.name}.lock.json"
    lock = FileLock(lock_path)
    try:
        with _writing(out):
            lock.acquire(timeout=0)
    except Timeout:
        raise RunFolderError("busy", out, **_owner(owner)) from None
    try:
        with _writing(out):
            owner.write_text(_me(), encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            owner.unlink()
        # While it is still held: a waiter on Unix notices that its file is gone and starts anew.
        with suppress(OSError):
            lock_path.unlink()
        lock.release()
        with suppress(OSError):
            if sys.platform == "win32":
                lock_path.unlink()


def _me() -> str:
    facts = {"pid": os.getpid(), "host": socket.gethostname(), "started": int(time.time())}
    return json.dumps(facts, sort_keys=True)


def _owner(path: Path) -> dict[str, str]:
    """Who holds the lock and for how long; dashes when that cannot be read."""
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        minutes = max(0, int(time.time()) - int(facts["started"])) // 60
        return {"owner": f"{facts['pid']}@{facts['host']}", "minutes": str(minutes)}
    except (OSError, ValueError, KeyError, TypeError):
        return {"owner": "–", "minutes": "–"}


# --- manifest ------------------------------------------------------------------------------------


def write_manifest(folder: Path, facts: Mapping[str, Any]) -> None:
    """``manifest.json``: the facts, and size and sha256 of every file of the folder."""
    outputs = [
        {"path": path.relative_to(folder).as_posix(), **file_facts(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / MANIFEST
    ]
    outputs.sort(key=lambda row: str(row["path"]))
    text = json.dumps({**facts, "outputs": outputs}, sort_keys=True, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")


def changed_files(folder: Path) -> list[str]:
    """Files of a published folder that are not what its manifest says, or that it does not name."""
    try:
        known = {row["path"]: row["sha256"] for row in read_manifest(folder).get("outputs", [])}
    except (OSError, ValueError, KeyError):
        return []
    there = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / MANIFEST
    }
    return [name for name, path in there.items() if file_facts(path)["sha256"] != known.get(name)]


def file_facts(path: Path) -> dict[str, Any]:
    """Size and sha256 of a file."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return {"sha256": digest.hexdigest(), "size": size}


def manifest_hash(folder: Path) -> str:
    """The sha256 of a folder's manifest, which holds those of all its other files."""
    return str(file_facts(folder / MANIFEST)["sha256"])


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a published run folder.

    Raises:
        FileNotFoundError: when the folder is not a run folder.
        ValueError: when the manifest is not the JSON that ``write_manifest`` writes.
    """
    found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise ValueError(MANIFEST)
    return found


def has_table(folder: Path, table: str) -> bool:
    """Whether a published folder has ``data/<table>.csv``."""
    return _table(folder, table).is_file()


def _table(folder: Path, table: str) -> Path:
    return folder / "data" / f"{table}.csv"


_FORMULA_STARTS = frozenset("=+-@\t\r\n\0")


def read_table(folder: Path, table: str) -> Iterator[dict[str, str]]:
    """Rows of ``data/<table>.csv`` as they were before a spreadsheet's safety quote, if any."""
    path = _table(folder, table)
    if not path.is_file():
        return
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            yield {key: _unquoted(value or "") for key, value in row.items()}


def write_table(
    folder: Path, table: str, columns: Sequence[str], rows: Iterable[Mapping[str, str]]
) -> None:
    """``data/<table>.csv`` as ``read_table`` reads it, safe to open in a spreadsheet."""
    path = _table(folder, table)
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_quoted(row[name]) for name in columns] for row in rows)


def _quoted(text: str) -> str:
    return f"'{text}" if text[:1] in _FORMULA_STARTS and text else text


def _unquoted(text: str) -> str:
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA_STARTS and text[1:] else text


def file_stems(texts: Sequence[str]) -> list[str]:
    """File names without suffix for these texts (unit codes), safe on Linux and Windows.

    They differ from each other even where letter case does not count; a text is never a path.
    """
    stems: list[str] = []
    taken: set[str] = set()
    for text in texts:
        base = _UNSAFE.sub("_", unicodedata.normalize("NFC", text)).strip(" .")[:_NAME_LENGTH]
        base = base.strip(" .") or "_"
        base = f"_{base}" if _RESERVED.match(base) else base
        stem, number = base, 2
        while stem.casefold() in taken:
            stem, number = f"{base} ({number})", number + 1
        taken.add(stem.casefold())
        stems.append(stem)
    return stems
