from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path

import pytest

from emubatch.intake import inbox_file, scan


def test_files_come_in_natural_order_with_hash_and_nfc_name(tmp_path: Path) -> None:
    for name in ("bản 10.xlsx", "bản 2.xlsx", "Khối A/b.xlsx"):
        path = tmp_path / unicodedata.normalize("NFD", name)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(name.encode())
    found = scan(tmp_path)
    assert [file.name for file in found] == ["bản 2.xlsx", "bản 10.xlsx", "Khối A/b.xlsx"]
    assert found[0].sha256 == hashlib.sha256("bản 2.xlsx".encode()).hexdigest()
    assert found[0].size == len("bản 2.xlsx".encode())
    assert found.ignored == []


def test_lock_files_and_hidden_files_are_counted_but_not_read(tmp_path: Path) -> None:
    for name in ("a.xlsx", "~$a.xlsx", ".~lock.a.xlsx#", ".DS_Store", "Thumbs.db"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_bytes(b"x")
    found = scan(tmp_path)
    assert [file.name for file in found] == ["a.xlsx"]
    assert len(found.ignored) == 5


def test_other_files_are_listed_too(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF")
    assert [file.name for file in scan(tmp_path)] == ["scan.pdf"]


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError):
        scan(tmp_path / "none")


def test_a_file_that_cannot_be_read_is_still_a_file(tmp_path: Path) -> None:
    file = inbox_file(tmp_path / "gone.xlsx")
    assert (file.name, file.sha256, file.size) == ("gone.xlsx", "", 0)
