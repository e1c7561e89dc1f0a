"""Awards registered and achieved: forms in, table, sheet and summary out."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from emubatch.month import run_month
from emubatch.programme.load import load
from emubatch.request import MonthRequest
from emubatch.xl.form import write_form

PROGRAMME = "bacgiang-scorecard-2017"
ROWS = (
    ("BK_TINH", "TT", 5, 6), ("BK_TINH", "CN", 10, 11), ("GK_GDS", "TT", None, 24),
    ("GK_GDS", "CN", None, 70), ("BK_TTG", "CN", 0, 1),
)  # fmt: skip


def _form(path: Path, unit: str, rows: tuple[tuple[Any, ...], ...]) -> None:
    keys = ("ma_kt", "loai", "dang_ky", "dat_duoc")
    awards = [{k: v for k, v in zip(keys, row, strict=True) if v is not None} for row in rows]
    values = {"Don_vi": [{"ma_dv": unit, "ten_dv": f"Sở {unit}"}], "Khen_thuong": awards}
    write_form(path, load(PROGRAMME), values=values)


def _run(base: Path) -> Path:
    out = base / "out"
    run_month(MonthRequest(programme=PROGRAMME, inbox=base / "inbox", out=out, jobs=0),
              lambda stage, done, total: None)  # fmt: skip
    return out


def _awards(out: Path) -> dict[tuple[str, str, str], tuple[str, str, str]]:
    with (out / "data" / "awards.csv").open(encoding="utf-8-sig", newline="") as stream:
        return {
            (row["unit"], row["award"], row["kind"]): (
                row["registered"], row["achieved"], row["ratio_pct"],
            )
            for row in csv.DictReader(stream)
        }  # fmt: skip


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    _form(tmp_path / "inbox" / "a.xlsx", "A", ROWS)
    return tmp_path


def test_the_report_of_2017(inbox: Path) -> None:
    found = _awards(_run(inbox))
    assert found == {
        ("A", "BK_TINH", "TT"): ("5", "6", "120"),
        ("A", "BK_TINH", "CN"): ("10", "11", "110"),
        ("A", "GK_GDS", "TT"): ("", "24", ""),
        ("A", "GK_GDS", "CN"): ("", "70", ""),
        ("A", "BK_TTG", "CN"): ("0", "1", ""),
        ("A", "", "TT"): ("5", "30", ""),
        ("A", "", "CN"): ("10", "82", ""),
    }


def test_sums_of_several_units(inbox: Path) -> None:
    _form(inbox / "inbox" / "b.xlsx", "B", (("BK_TINH", "TT", 3, 2), ("BK_TINH", "CN", None, 4)))
    found = _awards(_run(inbox))
    assert found["", "BK_TINH", "TT"] == ("8", "8", "100")
    assert found["", "BK_TINH", "CN"] == ("10", "15", "")
    assert found["", "", "CN"] == ("10", "86", "")


def test_an_unknown_award_stays_in_the_table(inbox: Path) -> None:
    _form(inbox / "inbox" / "b.xlsx", "B", (("Huy hiệu lạ", "TT", 1, 1),))
    assert _awards(_run(inbox))["B", "?", "TT"] == ("1", "1", "100")


def test_sheet_and_summary_show_a_dash_without_registration(inbox: Path) -> None:
    out = _run(inbox)
    sheet = openpyxl.load_workbook(out / "ket-qua.xlsx")["Khen thưởng"]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] == "Sở A"]
    shown = {(row[1], row[2]): row[3:7] for row in rows}
    assert shown["Bằng khen của Chủ tịch UBND tỉnh", "Tập thể"] == (
        5, 6, "120%", "a.xlsx › Khen_thuong: D4",
    )  # fmt: skip
    assert shown["Giấy khen của Giám đốc Sở", "Cá nhân"][:3] == (None, 70, "—")
    text = (out / "bao-cao.html").read_text(encoding="utf-8")
    assert "Khen thưởng: đăng ký và đạt được" in text
    assert "120%" in text
