"""``he-so-thuong.xlsx``: written, filled in by the office, read back, used by the next run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from emubatch.cli import main
from emubatch.money import rates_of, shared_rates
from emubatch.money.book import read_rate_book, write_rate_book
from emubatch.month import run_month
from emubatch.programme.load import load
from emubatch.programme.problems import ProgrammeError, describe
from emubatch.request import MonthRequest

SAMPLES = Path(__file__).parents[2] / "samples"
PROGRAMME = "hatinh-models-2025"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    write_rate_book(tmp_path / "he-so-thuong.xlsx")
    return tmp_path / "he-so-thuong.xlsx"


def fill(path: Path, sheet: str, key: tuple[str, ...], column: str, value: Any) -> str:
    """Types a value into the row whose first cells are ``key``; returns the address."""
    workbook = openpyxl.load_workbook(path)
    found = workbook[sheet]
    at = {cell.value: cell.column for cell in found[3]}
    for row in found.iter_rows(min_row=5):
        texts = tuple(str(cell.value or "")[:10] for cell in row[: len(key)])
        start = row[at["valid_from"] - 1].value
        if (*texts, str(start or "")[:10])[: len(key)] == key or texts == key:
            row[at[column] - 1].value = value
            workbook.save(path)
            return str(row[at[column] - 1].coordinate)
    raise AssertionError(key)


def test_the_blank_book_says_what_the_shared_tables_say(book: Path) -> None:
    rates = read_rate_book(book)
    assert rates is not None
    assert {(r.award, r.kind, r.coefficient, r.valid_from) for r in rates.rewards} == {
        (r.award, r.kind, r.coefficient, r.valid_from) for r in shared_rates().rewards
    }
    assert [row.amount for row in rates.salaries] == [row.amount for row in shared_rates().salaries]
    assert read_rate_book(None) is None


def test_cells_to_fill_in_stand_out(book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    assert workbook.sheetnames[:2] == ["Hệ số tiền thưởng", "Lương cơ sở"]
    for name in workbook.sheetnames[:2]:
        rules = [r for group in workbook[name].conditional_formatting for r in group.rules]
        assert any('""' in rule.formula[0] for rule in rules)


def test_a_blank_of_the_office_hides_no_shared_figure(book: Path) -> None:
    fill(book, "Hệ số tiền thưởng", ("LDTT",), "coefficient", None)
    office = read_rate_book(book)
    merged = rates_of(load(PROGRAMME), office)
    assert merged.reward("LDTT", "individual", "2020-01-01").coefficient is not None  # type: ignore[union-attr]


def test_what_the_office_fills_in_is_used(book: Path, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    sheet = workbook["Hệ số tiền thưởng"]
    at = {cell.value: cell.column - 1 for cell in sheet[3]}
    rows = [
        row
        for row in sheet.iter_rows(min_row=5)
        if (row[at["award"]].value, row[at["kind"]].value) == ("BK_TINH", "collective")
    ]
    rows[-1][at["coefficient"]].value = "3,0"
    rows[-1][at["basis"]].value = "Nghị định của Chính phủ"
    workbook.save(book)
    base = SAMPLES / PROGRAMME
    run_month(
        MonthRequest(PROGRAMME, base / "inbox", tmp_path / "out", base / "roster.xlsx", jobs=0,
                     rewards=book),
        lambda stage, done, total: None,
    )  # fmt: skip
    text = (tmp_path / "out" / "data" / "money.csv").read_text(encoding="utf-8-sig")
    assert "3,Nghị định của Chính phủ,2340000" in text and "7020000,paid" in text
    assert "W651" not in (tmp_path / "out" / "data" / "findings.csv").read_text(encoding="utf-8")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["rewards"]["file"] == "he-so-thuong.xlsx"
    assert len(manifest["rewards"]["sha256"]) == 64


def test_a_bad_cell_of_the_office_is_named(book: Path) -> None:
    cell = fill(book, "Hệ số tiền thưởng", ("LDTT",), "coefficient", "ba phần mười")
    with pytest.raises(ProgrammeError) as caught:
        read_rate_book(book)
    (problem,) = caught.value.problems
    assert describe(problem).startswith(f"Hệ số tiền thưởng!{cell} coefficient: ")


def test_a_workspace_has_the_book_and_uses_it(tmp_path: Path) -> None:
    found = CliRunner().invoke(main, ["init", str(tmp_path / "ws"), "--programme", PROGRAMME])
    assert found.exit_code == 0, found.output
    assert (tmp_path / "ws" / "he-so-thuong.xlsx").is_file()
    config = (tmp_path / "ws" / "emubatch.toml").read_text(encoding="utf-8")
    assert 'rewards = "he-so-thuong.xlsx"' in config
    shutil.copy(SAMPLES / PROGRAMME / "roster.xlsx", tmp_path / "ws" / "roster.xlsx")
    done = CliRunner().invoke(main, ["run", str(tmp_path / "ws"), "--jobs", "0"])
    assert done.exit_code == 0, done.output
    (manifest,) = (tmp_path / "ws" / "results").glob("*/manifest.json")
    assert json.loads(manifest.read_text(encoding="utf-8"))["rewards"]["size"] > 0
