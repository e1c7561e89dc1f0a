"""The worked cases come out as written, cover every criterion, and a wrong case is named."""

from __future__ import annotations

import csv
from collections import defaultdict
from typing import Any

import pytest

from emubatch.cases import run_cases
from emubatch.programme.load import builtin_ids, load, locate
from emubatch.programme.problems import Problem, describe
from emubatch.programme.worked import Case, read_cases

Bench = Any  # the Workbench of conftest.py
REFERENCES = [*builtin_ids(), str(locate(builtin_ids()[0]).parent / "_starter")]


def cases_of(reference: str) -> list[Case]:
    problems: list[Problem] = []
    found = read_cases(locate(reference), load(reference), problems)
    assert problems == []
    return found


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda path: path.rsplit("/", 1)[-1])
def test_every_case_comes_out_as_written(reference: str) -> None:
    outcome = run_cases(reference)
    assert [describe(problem, "en") for problem in outcome.problems] == []
    assert outcome.passed == len(cases_of(reference)) > 0


def expectations(reference: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for case in cases_of(reference):
        for expected in case.expected:
            found[expected.criterion].add(expected.expect)
    return found


def test_every_criterion_has_a_pass_a_fail_and_a_review() -> None:
    found = expectations("bacgiang-models-2020")
    leaves = [row.id for row in load("bacgiang-models-2020").criteria if not row.inner]
    assert {leaf: {"pass", "fail", "review"} - found[leaf] for leaf in leaves} == {
        leaf: set() for leaf in leaves
    }


def test_every_reading_changes_a_result() -> None:
    """Each setting has a case that differs from the case it is like in nothing but the setting."""
    programme = load("bacgiang-models-2020")
    changed = {key for case in cases_of("bacgiang-models-2020") for key in case.settings}
    # Quotas are not verdicts: their settings are tested with the outcome.
    assert set(programme.setting) - changed == {"ranking", "group_map"}


def test_without_its_setting_a_case_comes_out_differently(models: Bench) -> None:
    """The cases of the readings fail when their ``set:`` lines are taken away."""
    path = models.folder / "cases" / "zz-cach-hieu.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    for row in rows:
        row[2] = "" if row[2].startswith("set: ") else row[2]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(row for row in rows if any(row))
    named = [row[0] for row in rows if " = " in row[0]]
    wrong = {problem.value for problem in run_cases(str(models.folder)).problems}
    assert set(named) - wrong == set()


@pytest.mark.parametrize("code", ["review", "error"])
def test_every_level_of_the_scorecard_has_a_case(code: str) -> None:
    programme = load("bacgiang-scorecard-2017")
    found = expectations("bacgiang-scorecard-2017")
    leaves = [row.code for row in programme.scorecard if row.kind == "leaf"]
    if code == "error":
        assert "error" in found["TOTAL"]
        return
    for leaf in leaves:
        assert "review" in found[leaf], leaf
        scores = [text for text in found[leaf] if text not in ("review", "error")]
        points = {f"{option.points:g}" for option in programme.options_of[leaf]}
        assert len(scores) >= len(points), leaf


def test_every_reading_of_the_scorecard_changes_a_result() -> None:
    programme = load("bacgiang-scorecard-2017")
    changed = {key for case in cases_of("bacgiang-scorecard-2017") for key in case.settings}
    # The raw total stands beside the points and changes none of them.
    assert set(programme.setting) - changed == {"show_raw_total"}


def broken(bench: Bench, *rows: str) -> list[tuple[int, str, str, str]]:
    """Problems of a file of cases with these rows, as line, column, code, value."""
    for path in (bench.folder / "cases").glob("*.csv"):
        path.unlink()
    path = bench.folder / "cases" / "x.csv"
    path.write_text("case,like,change,criterion,expect,why\n" + "\n".join(rows), encoding="utf-8")
    outcome = run_cases(str(bench.folder))
    assert {problem.table for problem in outcome.problems} <= {"cases/x.csv"}
    return [(p.line, p.column, p.code, p.value) for p in outcome.problems]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("a,b,,S0,đạt,", (2, "like", "case_unknown_like", "b")),
        (",,,S0,đạt,", (2, "case", "blank_cell", "")),
        ("a,,,S00,đạt,", (2, "criterion", "unknown_parent", "S00")),
        ("a,,,S0,,", (2, "expect", "blank_cell", "")),
        ("a,,Donvi: nhom=DN,,,", (2, "change", "unknown_sheet", "Donvi")),
        ("a,,Don_vi: nhon=DN,,,", (2, "change", "unknown_field", "nhon")),
        ("a,,Don_vi nhom=DN,,,", (2, "change", "case_bad_change", "Don_vi nhom=DN")),
        ("a,,Don_vi: nhom,,,", (2, "change", "case_bad_change", "Don_vi: nhom")),
        ("a,,- Don_vi: nhom=DN,,,", (2, "change", "case_bad_change", "- Don_vi: nhom=DN")),
        ("a,,set: same_yeer=true,,,", (2, "change", "unknown_setting", "same_yeer")),
        ("a,,set: same_year=maybe,,,", (2, "expect", "case_expect", "a")),
        ("a,,Don_vi: nhom=DN,S0,đạt,", (2, "expect", "case_expect", "a")),
    ],
)
def test_a_wrong_case_is_named(models: Bench, row: str, problem: tuple[int, str, str, str]) -> None:
    assert broken(models, row) == [problem]


def test_a_case_named_twice(models: Bench) -> None:
    rows = ["a,,Don_vi: nhom=DN,,,", "a,,Don_vi: nhom=DN,,,"]
    assert broken(models, *rows) == [(3, "case", "duplicate", "a")]


def test_a_wrong_expectation_says_what_came_out(models: Bench) -> None:
    path = models.folder / "cases" / "tap-the.csv"
    text = path.read_text(encoding="utf-8").replace(",S0.TT.1,đạt,", ",S0.TT.1,không đạt,", 1)
    path.write_text(text, encoding="utf-8")
    outcome = run_cases(str(models.folder))
    (problem,) = outcome.problems
    assert (problem.table, problem.value) == ("cases/tap-the.csv", "Phòng thuộc Sở, đủ chuẩn")
    assert "S0.TT.1: pass" in problem.detail
    assert problem.detail.endswith("≠ fail")
    assert outcome.passed == len(cases_of("bacgiang-models-2020")) - 1


def test_changes_build_on_each_other(models: Bench) -> None:
    """``like`` takes over rows, not expectations; years multiply rows; names are filled in."""
    for path in (models.folder / "cases").glob("*.csv"):
        path.unlink()
    (models.folder / "cases" / "x.csv").write_text(
        "case,like,change,criterion,expect,why\n"
        "một,,+ Ca_nhan: ho_ten=An,S0,cần xem xét,\n"
        ",,+ Xep_loai: nam=2015..2017; muc=tốt {nam}-{nam+1},,,\n"
        "hai,một,- Xep_loai: nam=2016,,,\n"
        ",,Xep_loai[nam=2017]: muc=A,,,\n"
        ",,Ca_nhan: chuc_vu=x,,,\n",
        encoding="utf-8",
    )
    problems: list[Problem] = []
    one, two = read_cases(models.folder, models.programme(), problems)
    assert problems == []
    who = {"loai": "CN", "ten": "An"}
    assert one.rows["Xep_loai"] == [
        {**who, "nam": "2015", "muc": "tốt 2015-2016"},
        {**who, "nam": "2016", "muc": "tốt 2016-2017"},
        {**who, "nam": "2017", "muc": "tốt 2017-2018"},
    ]
    assert [row["muc"] for row in two.rows["Xep_loai"]] == ["tốt 2015-2016", "A"]
    assert two.rows["Ca_nhan"] == [{"ho_ten": "An", "chuc_vu": "x"}]
    assert one.rows["Ca_nhan"] == [{"ho_ten": "An"}]
    assert [e.expect for e in one.expected] == ["review"]
    assert two.expected == []
