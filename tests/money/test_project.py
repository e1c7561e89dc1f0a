"""Money of a month as projected: who is in it, what is missing, the table and the sheet."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from emubatch.messages import render
from emubatch.month import run_month
from emubatch.request import MonthRequest

SAMPLES = Path(__file__).parents[2] / "samples"


def month(programme: str, out: Path, *settings: tuple[str, str], **more: Any) -> Path:
    base = SAMPLES / programme
    run_month(
        MonthRequest(
            programme=programme, inbox=base / "inbox", roster=base / "roster.xlsx", out=out,
            jobs=0, settings=settings, **more,
        ),
        lambda stage, done, total: None,
    )  # fmt: skip
    return out


def table(run: Path, name: str) -> list[dict[str, str]]:
    with (run / "data" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return month("bacgiang-models-2020", tmp_path_factory.mktemp("a") / "out")


@pytest.fixture(scope="module")
def incomplete(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return month("hatinh-models-2025", tmp_path_factory.mktemp("b") / "out")


def test_those_proposed_and_nobody_else(models: Path) -> None:
    proposed = [row for row in table(models, "nominees") if row["proposed"] == "yes"]
    rows = table(models, "money")
    assert sorted(row["nominee"] for row in rows) == sorted(row["nominee"] for row in proposed)
    assert {(row["kind"], row["coefficient"], row["amount"]) for row in rows} == {
        ("collective", "0.6", "900000"),
        ("individual", "0.3", "450000"),
    }
    assert {(row["decided"], row["base_salary"]) for row in rows} == {("2020-07-30", "1490000")}
    assert [row for row in table(models, "findings") if row["code"].startswith("W65")] == []


def test_the_settings_of_the_plan_count(tmp_path: Path) -> None:
    run = month("bacgiang-models-2020", tmp_path / "out", ("money_rounding", "none"))
    assert {row["amount"] for row in table(run, "money")} == {"894000", "447000"}


def test_a_month_that_lacks_a_coefficient_says_so_and_has_no_total(incomplete: Path) -> None:
    states = {(row["kind"], row["state"], row["amount"]) for row in table(incomplete, "money")}
    assert states == {("collective", "unknown", ""), ("individual", "paid", "3510000")}
    (found,) = [row for row in table(incomplete, "findings") if row["code"] == "W651"]
    assert "«Bằng khen của Chủ tịch UBND tỉnh» (Tập thể)" in found["message"]
    assert "31/12/2025" in found["message"]
    sheet = openpyxl.load_workbook(incomplete / "ket-qua.xlsx", data_only=True)["Tiền thưởng"]
    cells = [cell.value for row in sheet.iter_rows() for cell in row]
    assert "chưa đủ" in cells and "? Chưa đủ" in cells
    assert 24_570_000 in cells  # the sum of one kind, whose rows are all known
    assert not any(isinstance(value, str) and value.startswith("#") for value in cells)


def test_a_day_without_base_salary_says_so(tmp_path: Path) -> None:
    run = month("hatinh-models-2025", tmp_path / "out", as_of="2026-08-01")
    codes = [row["code"] for row in table(run, "findings") if row["code"].startswith("W65")]
    assert codes == ["W651", "W652"]
    assert {row["state"] for row in table(run, "money")} == {"unknown"}


@pytest.mark.parametrize(
    "name", ["bacgiang-congress-2020", "bacgiang-scorecard-2017", "hatinh-movement-2024"]
)
def test_plans_that_ask_for_no_award_have_no_money(name: str, tmp_path: Path) -> None:
    run = month(name, tmp_path / "out")
    assert not (run / "data" / "money.csv").exists()
    assert "Tiền thưởng" not in openpyxl.load_workbook(run / "ket-qua.xlsx").sheetnames


def test_a_registration_proposes_nobody(tmp_path: Path) -> None:
    run = month("hatinh-models-2025", tmp_path / "out", ("mode", "dang_ky"), as_of="2021-03-25")
    assert not (run / "data" / "money.csv").exists()


def test_messages_speak_both_languages() -> None:
    from emubatch.messages import finding

    words = {"award": "Bằng khen", "award_en": "Commendation", "kind": "Cá nhân"}
    shown = {"kind_en": "Individual", "day": "01/08/2026", "day_en": "2026-08-01"}
    found = finding("W651", value="BK_TINH", **words, **shown)
    assert "«Commendation» (Individual) decided on 2026-08-01" in render(found, "en")
    assert "2026-08-01" in render(finding("W652", **shown), "en")
