"""Limits are one value: set in a file, the environment or on the command line, and obeyed."""

from __future__ import annotations

import io
import json
import pickle
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner

from emubatch.cli import ExitCode
from emubatch.xl.limits import DEFAULT, NAMES, LimitError, Limits, limits_of, of_environment
from emubatch.xl.read import Unreadable, read_bytes, read_workbook


def workbook(rows: int = 5, sheets: int = 1, merges: int = 0) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for number in range(sheets):
            sheet = book.add_worksheet(f"S{number}")
            for row in range(rows):
                sheet.write_row(row, 0, ["Tên", f"dài {row}", row])
            for row in range(merges):
                sheet.merge_range(row, 5, row, 7, "")
    return stream.getvalue()


def test_later_settings_go_first_and_all_else_stays() -> None:
    found = limits_of([("cells", "5"), ("file_mb", "1")], [("cells", "1_000")])
    assert found == Limits(cells=1000, file_mb=1)
    assert pickle.loads(pickle.dumps(found)) == found
    assert set(found.as_dict()) == set(NAMES)


@pytest.mark.parametrize(
    ("key", "value", "unknown"),
    [
        ("size", "5", True),
        ("cells", "0", False),
        ("cells", "-1", False),
        ("cells", "1e3", False),
        ("cells", "٣", False),
        ("cells", "9" * 30, False),
    ],
)
def test_what_is_no_limit_is_refused(key: str, value: str, unknown: bool) -> None:
    with pytest.raises(LimitError) as caught:
        limits_of([(key, value)])
    assert (caught.value.key, caught.value.unknown) == (key, unknown)


def test_the_environment_sets_limits() -> None:
    stated = of_environment({"EMUBATCH_LIMIT_FILE_MB": "7", "EMUBATCH_LANG": "vi"})
    assert limits_of(stated) == Limits(file_mb=7)


@pytest.mark.parametrize(
    ("data", "limits", "code"),
    [
        (workbook(), Limits(members=3), "F106"),
        (workbook(rows=12_000), Limits(member_mb=1), "F106"),
        (workbook(rows=12_000), Limits(total_mb=1), "F106"),
        (workbook(sheets=4), Limits(sheets=3), "F106"),
        (workbook(), Limits(cells=14), "F106"),
        (workbook(rows=20_000), Limits(area=100), "F107"),
        (workbook(), Limits(strings=2), "F106"),
        (workbook(merges=4), Limits(merges=3), "F106"),
        (workbook(merges=4), Limits(merged_cells=11), "F106"),
    ],
)
def test_each_limit_refuses_its_file_and_the_default_does_not(
    data: bytes, limits: Limits, code: str
) -> None:
    def read(bounds: Limits) -> None:
        book = read_bytes(data, limits=bounds)
        for sheet in book.sheets:
            book.grid(sheet)
            book.merged(sheet)

    read(DEFAULT)
    with pytest.raises(Unreadable) as caught:
        read(limits)
    assert caught.value.code == code


def test_a_file_is_judged_by_its_size_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.xlsx"
    with path.open("wb") as stream:
        stream.truncate(1 << 40)
    with pytest.raises(Unreadable) as caught:
        read_workbook(path)
    assert caught.value.code == "F106"


# --- from the command line to the manifest -------------------------------------------------------


def run(*args: str | Path) -> tuple[int, str]:
    from emubatch.cli import main

    result = CliRunner().invoke(main, [str(arg) for arg in args])
    return result.exit_code, result.output


def test_limits_of_a_run_stand_in_its_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a.xlsx").write_bytes(workbook())
    place = tmp_path / "emubatch.toml"
    place.write_text(
        'programme = "bacgiang-models-2020"\n[limits]\nmembers = 3\ncells = 9\nsheets = 9\n'
    )
    monkeypatch.setenv("EMUBATCH_LIMIT_CELLS", "8")
    monkeypatch.setenv("EMUBATCH_LIMIT_SHEETS", "8")
    code, output = run("run", tmp_path, "--jobs", "0", "--limit", "sheets=7")
    assert code == ExitCode.DONE, output
    (manifest,) = tmp_path.glob("results/*/manifest.json")
    facts = json.loads(manifest.read_text(encoding="utf-8"))["limits"]
    assert facts == {**DEFAULT.as_dict(), "members": 3, "cells": 8, "sheets": 7}
    findings = (manifest.parent / "data" / "findings.csv").read_text(encoding="utf-8-sig")
    assert "F106,error,,a.xlsx" in findings


def test_a_wrong_limit_is_usage_and_names_those_there_are(tmp_path: Path) -> None:
    for text, word in (("size=1", "file_mb"), ("cells=x", "«x»")):
        code, output = run("check", tmp_path / "a.xlsx", "--limit", text)
        assert (code, word in output) == (ExitCode.USAGE, True)


def test_a_wrong_limit_in_the_file_names_its_line(tmp_path: Path) -> None:
    from emubatch.workspace import WorkspaceError, read_workspace

    text = 'programme = "x"\n[limits]\nfile_mbs = 3\ncells = "9"\n'
    (tmp_path / "emubatch.toml").write_text(text)
    with pytest.raises(WorkspaceError) as caught:
        read_workspace(tmp_path)
    found = [(one.code, one.cell, one.value) for one in caught.value.findings]
    assert found == [("E801", "3", "limits.file_mbs"), ("E803", "4", "9")]
