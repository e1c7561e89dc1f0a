"""The samples' months as published: links lead somewhere, formulas agree, the page is two pages."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from emubatch.month import run_month
from emubatch.request import MonthRequest

SAMPLES = Path(__file__).parents[2] / "samples"
PROGRAMMES = ("bacgiang-models-2020", "bacgiang-scorecard-2017")


@pytest.fixture(scope="session")
def months(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Programme -> its published run folder."""
    folder = tmp_path_factory.mktemp("months")
    for name in PROGRAMMES:
        sample = SAMPLES / name
        request = MonthRequest(
            programme=name,
            inbox=sample / "inbox",
            out=folder / name,
            roster=sample / "roster.xlsx",
            jobs=0,
        )
        run_month(request, lambda stage, done, total: None)
    return {name: folder / name for name in PROGRAMMES}


@pytest.mark.parametrize("name", PROGRAMMES)
def test_links_lead_to_returned_forms(months: dict[str, Path], name: str) -> None:
    with zipfile.ZipFile(months[name] / "ket-qua.xlsx") as book:
        relations = [book.read(n).decode() for n in book.namelist() if n.endswith(".rels")]
    targets = set(re.findall(r'Target="([^"]+)" TargetMode="External"', "".join(relations)))
    written = {f"tra-lai/{path.name}" for path in (months[name] / "tra-lai").iterdir()}
    assert targets == written and written


@pytest.mark.parametrize("name", PROGRAMMES)
def test_every_nominee_stands_on_one_sheet(months: dict[str, Path], name: str) -> None:
    book = CalamineWorkbook.from_path(months[name] / "ket-qua.xlsx")
    lists = [
        s
        for s in ("Đề nghị khen", "Cần xem xét", "Chưa đủ điều kiện", "Tiến độ")
        if s in book.sheet_names
    ]
    shown = 0
    for sheet in lists:
        rows = book.get_sheet_by_name(sheet).to_python()
        shown += len(rows) - 1 - next(at for at, row in enumerate(rows) if row[0] == "Kết luận")
    nominees = months[name] / "data" / "nominees.csv"
    expected = len(nominees.read_text("utf-8-sig").splitlines()) - 1 if nominees.exists() else 0
    assert shown == expected


def test_live_scorecards_agree_with_the_rules(
    tmp_path: Path, months: dict[str, Path], libreoffice_recalculating: Callable[..., Path]
) -> None:
    path = months["bacgiang-scorecard-2017"] / "ket-qua.xlsx"
    again = libreoffice_recalculating(path, "xlsx", tmp_path / "out")
    books = [CalamineWorkbook.from_path(p) for p in (path, again)]
    for sheet in ("Bảng điểm", "Tổng quan"):
        ours, theirs = (book.get_sheet_by_name(sheet).to_python() for book in books)
        width = min(len(ours[0]), len(theirs[0]))
        assert [row[:width] for row in theirs[: len(ours)]] == [row[:width] for row in ours]


@pytest.mark.parametrize("name", PROGRAMMES)
def test_summary_prints_on_few_pages(
    tmp_path: Path, months: dict[str, Path], name: str, chromium: Path
) -> None:
    printed = tmp_path / "bao-cao.pdf"
    subprocess.run(
        [
            *(str(chromium), "--headless", "--no-sandbox", "--disable-gpu"),
            *("--no-pdf-header-footer", f"--user-data-dir={tmp_path / 'profile'}"),
            *(f"--print-to-pdf={printed}", (months[name] / "bao-cao.html").as_uri()),
        ],
        capture_output=True,
        timeout=120,
        check=True,
    )
    # The leader's part comes first, on two (``test_summary_browser``); tables follow.
    assert printed.read_bytes().count(b"/Type /Page\n") <= 4
