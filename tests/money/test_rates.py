"""The tables of money: what comes along is sourced, and what is wrong in them is named."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from emubatch.money import shared_rates
from emubatch.money.rates import rates_from
from emubatch.programme.load import builtin_root, load
from emubatch.programme.problems import ProgrammeError, describe

REWARDS = "award,kind,coefficient,valid_from,valid_to,basis,note\n"
SALARY = "valid_from,amount,basis,note\n"


def plan(folder: Path, rewards: str = "", salary: str = "") -> str:
    """A plan with tables of money of its own."""
    copytree(builtin_root() / "bacgiang-models-2020", folder / "plan")
    if rewards:
        (folder / "plan" / "rewards.csv").write_text(REWARDS + rewards, encoding="utf-8")
    if salary:
        (folder / "plan" / "base_salary.csv").write_text(SALARY + salary, encoding="utf-8")
    return str(folder / "plan")


def test_every_shared_figure_names_its_source_and_every_gap_says_who_fills_it() -> None:
    rates = shared_rates()
    for row in rates.rewards:
        assert row.basis
        assert (row.coefficient is None) == (row.note == "Văn phòng điền theo văn bản")
    blank = {(row.award, row.kind) for row in rates.rewards if row.coefficient is None}
    assert ("GK_GDS", "individual") in blank  # under the decrees since 2024
    assert [row.amount for row in rates.salaries] == [1_490_000, 1_800_000, 2_340_000, None]


def test_periods_of_one_award_follow_each_other_without_gap_or_overlap() -> None:
    ends: dict[tuple[str, str], str] = {}
    for row in shared_rates().rewards:
        before = ends.get((row.award, row.kind))
        assert before in (
            None,
            {"2024-01-01": "2023-12-31", "2025-07-01": "2025-06-30"}.get(row.valid_from),
        )
        ends[row.award, row.kind] = row.valid_to
    assert set(ends.values()) == {""}


def test_a_plan_states_rates_of_its_own(tmp_path: Path) -> None:
    path = plan(
        tmp_path,
        'GK_GDS,individual,"0,4",2020-01-01,,QĐ 5,\nGK_DN,individual,,2020-01-01,,QĐ 5,\n',
        "2019-07-01,1.500.000,NĐ 2,\n",
    )
    found = load(path)
    assert [str(row.coefficient) for row in found.rewards] == ["0.4", "None"]
    assert found.base_salary[0].amount == 1_500_000
    assert found.sha256 != load("bacgiang-models-2020").sha256


@pytest.mark.parametrize(
    ("rewards", "salary", "column", "code"),
    [
        ("GK_GDSS,individual,1,2020-01-01,,b,\n", "", "award", "bad_code"),
        ("GK_GDS,person,1,2020-01-01,,b,\n", "", "kind", "unknown_choice"),
        ("GK_GDS,individual,một,2020-01-01,,b,\n", "", "coefficient", "bad_cell"),
        ("GK_GDS,individual,NaN,2020-01-01,,b,\n", "", "coefficient", "bad_cell"),
        ("GK_GDS,individual,-1,2020-01-01,,b,\n", "", "coefficient", "bad_threshold"),
        ("GK_GDS,individual,0.12345,2020-01-01,,b,\n", "", "coefficient", "bad_threshold"),
        ("GK_GDS,individual,1,2020-02-30,,b,\n", "", "valid_from", "bad_date"),
        ("GK_GDS,individual,1,2020-01-01,2019-01-01,b,\n", "", "valid_to", "window_inverted"),
        ("GK_GDS,individual,1,2020-01-01,,,\n", "", "basis", "blank_cell"),
        ("GK_GDS,individual,1,2020-01-01,,b,\n" * 2, "", "award", "duplicate"),
        ("", "2020-01-01,1490000.5,b,\n", "amount", "bad_cell"),
        ("", "2020-01-01,0,b,\n", "amount", "bad_threshold"),
        ("", "2020-1-1,1490000,b,\n", "valid_from", "bad_date"),
        ("", "2020-01-01,1490000,b,\n" * 2, "valid_from", "duplicate"),
    ],
)
def test_broken_rows_are_named(
    tmp_path: Path, rewards: str, salary: str, column: str, code: str
) -> None:
    with pytest.raises(ProgrammeError) as caught:
        load(plan(tmp_path, rewards, salary))
    found = [(one.column, one.code) for one in caught.value.problems]
    assert found == [(column, code)], [describe(one) for one in caught.value.problems]


def test_broken_rows_of_the_office_are_named() -> None:
    cells = ["LDTT", "individual", "x", "2020-01-01", "", "b", "", "7", "rewards.csv"]
    row = dict(zip([*REWARDS.strip().split(","), "_line", "_table"], cells, strict=True))
    with pytest.raises(ProgrammeError) as caught:
        rates_from({"rewards": [row]}, {})
    assert [(one.line, one.column) for one in caught.value.problems] == [(7, "coefficient")]


def test_the_tables_are_sheets_of_a_plan_workbook(tmp_path: Path) -> None:
    """Export, read: the same rates, the same checksum."""
    from click.testing import CliRunner

    from emubatch import plans
    from emubatch.cli import main

    folder = plan(
        tmp_path, "GK_GDS,individual,0.4,2020-01-01,,QĐ 5,\n", "2019-07-01,1500000,NĐ 2,\n"
    )
    book = tmp_path / "plan.xlsx"
    done = CliRunner().invoke(main, ["programme", "export", folder, str(book)])
    assert done.exit_code == 0, done.output
    one, two = load(folder), plans.load(str(book))
    assert two.rewards[0].coefficient == one.rewards[0].coefficient
    assert (two.base_salary[0].amount, two.base_salary[0].valid_from) == (1_500_000, "2019-07-01")
    assert one.sha256 == two.sha256
    back = CliRunner().invoke(main, ["programme", "import", str(book), str(tmp_path / "back")])
    assert back.exit_code == 0, back.output
    assert load(str(tmp_path / "back")).sha256 == one.sha256
