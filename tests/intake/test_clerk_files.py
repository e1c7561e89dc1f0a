"""What lies in an inbox beside forms: scans, links, pipes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from emubatch.intake import inbox_file, read, scan
from emubatch.messages import render
from emubatch.programme.tables import Programme


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("tờ trình.PDF", b"%PDF-1.7 ..."),
        ("anh.jpg", b"\xff\xd8\xff\xe0.."),
        ("anh.tif", b"II*\x00" + bytes(range(256))),
        ("bao-cao.rtf", b"{\\rtf1}"),
    ],
)
def test_a_scan_is_listed_and_nothing_is_asked(
    tmp_path: Path, models: Programme, name: str, data: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    submission = read(inbox_file(path), models)
    (only,) = submission.findings
    assert (only.code, only.severity, submission.readable) == ("N104", "note", False)
    assert path.suffix.lower() in render(only, "vi")


def test_a_pdf_that_calls_itself_a_form_is_an_error(tmp_path: Path, models: Programme) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(b"%PDF-1.7 ...")
    assert [one.code for one in read(inbox_file(path), models).findings] == ["F102"]


def test_an_empty_scan_is_an_empty_file(tmp_path: Path, models: Programme) -> None:
    path = tmp_path / "scan.pdf"
    path.touch()
    assert [one.code for one in read(inbox_file(path), models).findings] == ["F101"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have no names here")
def test_what_is_no_file_is_listed_and_never_opened(tmp_path: Path, models: Programme) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    os.mkfifo(tmp_path / "pipe.xlsx")
    (tmp_path / "lost.xlsx").symlink_to(tmp_path / "nowhere.xlsx")
    files = scan(tmp_path)
    assert [(file.name, file.size) for file in files] == [("lost.xlsx", 0), ("pipe.xlsx", 0)]
    assert [read(file, models).findings[0].code for file in files] == ["F110", "F110"]
