"""``data/*.csv``: columns, order, codes, and cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from emubatch.model import (
    FINDING_COLUMNS,
    INDICATOR_COLUMNS,
    NOMINEE_COLUMNS,
    SCORE_COLUMNS,
    SUBMISSION_COLUMNS,
    VERDICT_COLUMNS,
    MonthResult,
)
from emubatch.reports.tables import number_text, write_tables

# Post and award asked for are columns where the form asks for them.
_EXTRA = ("reason", "file", "sheet", "row", "person_code", "birth_year", "reserve")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture()
def folder(tmp_path: Path, result: MonthResult) -> Path:
    write_tables(tmp_path / "data", result, "vi")
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("submissions", SUBMISSION_COLUMNS),
        ("findings", FINDING_COLUMNS),
        ("nominees", (*NOMINEE_COLUMNS, *_EXTRA)),
        ("units", ("unit", "name", "group")),
        ("verdicts", VERDICT_COLUMNS),
        ("scores", SCORE_COLUMNS),
        ("indicators", INDICATOR_COLUMNS),
    ],
)
def test_columns_are_the_contract(folder: Path, name: str, columns: tuple[str, ...]) -> None:
    content = (folder / f"{name}.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.splitlines()[0][3:].decode() == ",".join(columns)
    assert b"\r" not in content


def test_only_what_the_programme_has(
    tmp_path: Path, make_result: Callable[..., MonthResult]
) -> None:
    write_tables(tmp_path, make_result(verdicts=None, indicators=None, quotas=None), "vi")
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "findings.csv",
        "scores.csv",
        "submissions.csv",
        "units.csv",
    ]


def test_submissions_by_unit_and_file(folder: Path) -> None:
    assert [(r["unit"], r["file"], r["status"]) for r in rows(folder / "submissions.csv")] == [
        ("", "'=hong.xlsx", "rejected"),
        ("DN01", "cu/dn01.xlsx", "superseded"),
        ("DN01", "dn01.xlsx", "partial"),
        ("QLCN", "", "missing"),
        ("VP", "vp (1).xlsx", "duplicate"),
        ("VP", "vp.xlsx", "accepted"),
    ]


def test_findings_down_the_sheet_and_safe(folder: Path) -> None:
    found = [(r["unit"], r["sheet"], r["cell"], r["value"]) for r in rows(folder / "findings.csv")]
    assert found == [
        ("", "", "", ""),
        ("DN01", "Ca_nhan", "B6", "1984"),
        ("DN01", "Ca_nhan", "AB7", "'-5"),
        ("DN01", "Thanh_tich", "D9", "'=1+1"),
        ("DN01", "Thanh_tich", "D10", "Bằng khen xã"),
        ("VP", "Ca_nhan", "B6", " Nguyễn Văn  Thử "),
    ]


def test_messages_follow_the_language(tmp_path: Path, result: MonthResult) -> None:
    for lang in ("vi", "en"):
        write_tables(tmp_path / lang, result, lang)
    vietnamese, english = (rows(tmp_path / lang / "findings.csv")[3] for lang in ("vi", "en"))
    assert "không nhận ra" in vietnamese["message"]
    assert "not recognised" in english["message"]
    assert {**vietnamese, "message": ""} == {**english, "message": ""}


def test_nominees_are_codes_in_order(folder: Path) -> None:
    found = rows(folder / "nominees.csv")
    assert [r["nominee"] for r in found] == [
        "DN01/CN/=du-1990",
        "DN01/CN/le-van-vi-1984",
        "VP/TT/phong-qlcn",
        "VP/TT/van-phong",
        "VP/CN/CB01",
        "VP/CN/CB02",
    ]
    assert [r["eligibility"] for r in found] == ["na", "fail", "pass", "pass", "review", "pass"]
    assert found[0]["name"] == '\'=HYPERLINK("x")'
    assert [r["rank"] for r in found] == ["", "", "2", "1", "", ""]
    assert (found[4]["file"], found[4]["sheet"], found[4]["row"]) == ("vp.xlsx", "Ca_nhan", "6")


def test_verdicts_follow_the_outline(folder: Path) -> None:
    found = rows(folder / "verdicts.csv")
    assert [(r["nominee"], r["criterion"], r["outcome"]) for r in found[:6]] == [
        ("DN01/CN/le-van-vi-1984", "CN", "fail"),
        ("DN01/CN/le-van-vi-1984", "CN.1", "fail"),
        ("DN01/CN/le-van-vi-1984", "CN.2", "pass"),
        ("VP/TT/phong-qlcn", "TT", "pass"),
        ("VP/TT/phong-qlcn", "TT.1", "pass"),
        ("VP/TT/phong-qlcn", "TT.2", "pass"),
    ]
    assert (found[1]["parent"], found[1]["required"], found[1]["evidence"], found[1]["clause"]) == (
        "CN",
        "từ 3 năm",
        "vp.xlsx!Thanh_tich!D11",
        "HD.2.2a*",
    )


def test_scores_follow_the_scorecard(folder: Path) -> None:
    found = rows(folder / "scores.csv")
    assert [r["criterion"] for r in found] == [
        *("I", "I.1", "I.3", "I.3b", "I.5", "II", "II.1", "TOTAL")
    ] * 2
    total = found[-1]
    assert [total[key] for key in SCORE_COLUMNS] == [
        *("VP", "TOTAL", "190", "", "", "10", "22", "178", "scored")
    ]
    assert [found[7][key] for key in ("unit", "total", "outcome")] == ["DN01", "", "review"]


def test_indicators_keep_their_digits(folder: Path) -> None:
    assert [list(r.values()) for r in rows(folder / "indicators.csv")] == [
        ["DN01", "GTSXCN", "22700", "22190", "", "2.3", "", "review"],
        ["VP", "GTSXCN", "114375", "86113", "92988", "32.82", "123", "pass"],
    ]


def test_order_of_the_frames_does_not_matter(
    tmp_path: Path, result: MonthResult, make_result: Callable[..., MonthResult]
) -> None:
    def shuffled(frame: pd.DataFrame | None) -> pd.DataFrame:
        assert frame is not None
        return frame.sample(frac=1, random_state=7).reset_index(drop=True)

    other = make_result(
        nominees=shuffled(result.nominees),
        verdicts=shuffled(result.verdicts),
        scores=shuffled(result.scores),
        indicators=shuffled(result.indicators),
        findings=result.findings[::-1],
    )
    other.data.submissions = shuffled(other.data.submissions)
    write_tables(tmp_path / "a", result, "vi")
    write_tables(tmp_path / "b", other, "vi")
    for path in sorted((tmp_path / "a").iterdir()):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_words_of_outcome_may_come_as_text(
    tmp_path: Path, make_result: Callable[..., MonthResult], result: MonthResult
) -> None:
    verdicts = result.verdicts
    assert verdicts is not None
    verdicts["outcome"] = verdicts["outcome"].map({0: "fail", 1: "review", 2: "pass"})
    write_tables(tmp_path / "a", make_result(verdicts=verdicts), "vi")
    write_tables(tmp_path / "b", make_result(), "vi")
    assert (tmp_path / "a/verdicts.csv").read_bytes() == (tmp_path / "b/verdicts.csv").read_bytes()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (983.0, "983"),
        (0.1, "0.1"),
        (-1.28, "-1.28"),
        (7, "7"),
        (float("nan"), ""),
        (None, ""),
        (np.float64(577.5), "577.5"),
    ],
)
def test_numbers_as_text(value: float | None, text: str) -> None:
    assert number_text(value) == text
