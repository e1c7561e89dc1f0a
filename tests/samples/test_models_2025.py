"""The sample of ``hatinh-models-2025`` in both modes, compared with what a person expects."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from emubatch.month import run_month
from emubatch.request import MonthRequest

FOLDER = Path(__file__).parents[2] / "samples" / "hatinh-models-2025"
REGISTRATION = (("mode", "dang_ky"),)
Rows = list[dict[str, str]]


def _rows(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _run(
    out: Path, settings: tuple[tuple[str, str], ...] = (), period: str = ""
) -> dict[str, Rows]:
    request = MonthRequest(
        programme="hatinh-models-2025",
        inbox=FOLDER / "inbox",
        out=out,
        roster=FOLDER / "roster.xlsx",
        jobs=0,
        settings=settings,
        period=period,
    )
    run_month(request, lambda stage, done, total: None)
    return {path.stem: _rows(path) for path in (out / "data").glob("*.csv")}


@pytest.fixture(scope="module")
def final(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rows]:
    return _run(tmp_path_factory.mktemp("final") / "run")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("registration") / "run"


@pytest.fixture(scope="module")
def registration(folder: Path) -> dict[str, Rows]:
    return _run(folder, REGISTRATION)


def _by_name(rows: Rows) -> dict[tuple[str, str], dict[str, str]]:
    return {(row["unit"], row["name"]): row for row in rows}


BY_HAND = _rows(FOLDER / "expected" / "by-hand.csv")


@pytest.mark.parametrize("row", BY_HAND, ids=lambda row: f"{row['unit']}-{row['name']}")
def test_final_review_is_as_by_hand(final: dict[str, Rows], row: dict[str, str]) -> None:
    found = _by_name(final["nominees"])[row["unit"], row["name"]]
    assert found["kind"] == row["kind"]
    judged = (found["eligibility"], found["proposed"])
    assert judged == (row["eligibility"], row["proposed"]), row["why"]
    if row["eligibility"] != "pass":
        clauses = {(v["nominee"], v["criterion"]): v["clause"] for v in final["verdicts"]}
        assert clauses[found["nominee"], found["decisive"]].startswith(row["clause"]), row["why"]


def test_every_nominee_is_judged_by_hand(final: dict[str, Rows]) -> None:
    judged = Counter((row["unit"], row["kind"], row["name"]) for row in final["nominees"])
    assert judged == Counter((row["unit"], row["kind"], row["name"]) for row in BY_HAND)
    assert len(BY_HAND) >= 20


def test_ratings_stand_beside_what_a_collective_says_of_itself(final: dict[str, Rows]) -> None:
    """ "Always excellent" is attested; the ratings are shown and decide nothing (3.2)."""
    who = "SCT-QLNL/TT/phong-quan-ly-nang-luong"
    row = next(v for v in final["verdicts"] if (v["nominee"], v["criterion"]) == (who, "S3.TT.2"))
    assert row["outcome"] == "pass"
    assert row["measured"] == (
        "có; đối chiếu Xếp loại: Hoàn thành tốt nhiệm vụ 2021, 2022, 2024, 2025;"
        " Hoàn thành nhiệm vụ 2023"
    )


def test_final_review_has_no_limits(final: dict[str, Rows]) -> None:
    """One or two per unit and four or five for the province bind at the registration (3.9)."""
    assert "quotas" not in final
    assert {row["late"] for row in final["submissions"] if row["status"] != "missing"} == {"no"}


# --- registration ------------------------------------------------------------------------------


def test_registration_shows_how_far_everybody_is(registration: dict[str, Rows]) -> None:
    expected = _rows(FOLDER / "expected-dang-ky" / "by-hand.csv")
    nominees = _by_name(registration["nominees"])
    assert len(nominees) == len(expected)
    for row in expected:
        found = nominees[row["unit"], row["name"]]
        assert (found["eligibility"], found["proposed"]) == ("progress", row["proposed"]), row
        assert found["reason"].startswith(f"Đã đạt {row['met']} tiêu chuẩn."), row


def test_those_registered_stand_on_a_sheet_of_their_own(
    registration: dict[str, Rows], folder: Path
) -> None:
    book = CalamineWorkbook.from_path(folder / "ket-qua.xlsx")
    assert not {"Đề nghị khen", "Cần xem xét", "Chưa đủ điều kiện"} & set(book.sheet_names)
    rows = book.get_sheet_by_name("Tiến độ").to_python()
    header = next(at for at, row in enumerate(rows) if row[0] == "Kết luận")
    place = {str(name): at for at, name in enumerate(rows[header])}
    name, met = place["Tập thể, cá nhân"], place["Đã đạt"]
    shown = {str(row[name]): row[met] for row in rows[header + 1 :]}
    assert len(shown) == len(registration["nominees"]) == 23
    expected = {row["name"]: f"{row['met']}/{row['asked']}" for row in registration["nominees"]}
    assert shown == expected
    assert shown["Võ Minh Hiếu"] == "5/5"


def test_the_registration_has_its_own_day(registration: dict[str, Rows], folder: Path) -> None:
    assert json.loads((folder / "manifest.json").read_text("utf-8"))["as_of"] == "2021-03-29"


def test_registration_never_fails(registration: dict[str, Rows]) -> None:
    outcomes = Counter(row["outcome"] for row in registration["verdicts"])
    assert set(outcomes) == {"pass", "progress", "review", "na"}
    roots = [row["outcome"] for row in registration["verdicts"] if not row["parent"]]
    assert set(roots) == {"progress"}


def test_units_are_held_to_one_or_two(registration: dict[str, Rows]) -> None:
    expected = _rows(FOLDER / "expected-dang-ky" / "by-hand-units.csv")
    late = {row["unit"]: row["late"] for row in registration["submissions"]}
    found = {row["unit"]: row for row in registration["quotas"]}
    assert list(found) == [row["unit"] for row in expected]
    for row in expected:
        limit = found[row["unit"]]
        assert (limit["passed"], limit["state"]) == (row["registered"], row["state"]), row["why"]
        assert late.get(row["unit"], "") == row["late"], row["why"]


def test_looking_back_counts_the_years_before(tmp_path: Path) -> None:
    """With the window 2016–2020 the Bằng khen of 2020 counts and those of the period do not."""
    back = (("window_from", "2016"), ("window_to", "2020"), *REGISTRATION)
    found = _run(tmp_path / "run", back, "2021-03")
    who = "SCT-KTAT/TT/phong-ky-thuat-an-toan"
    row = next(v for v in found["verdicts"] if (v["nominee"], v["criterion"]) == (who, "S3.TT.3"))
    assert (row["outcome"], row["measured"]) == ("progress", "1/2")
    assert "2016–2020" in row["required"]
