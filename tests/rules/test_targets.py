"""Targets: who counts, intervals against every completion, floors beside caps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emubatch.merge import merge
from emubatch.model import CheckedForm, MonthData, RosterUnit, RuleResult, Table
from emubatch.programme.load import load
from emubatch.rules import apply_rules

PROGRAMME = "hatinh-movement-2024"
PERSON = ("ho_ten", "nam_sinh", "doi_tuong", "danh_hieu", "xep_loai", "khen_1", "khen_2")
Row = dict[str, Any]
Judge = Callable[..., "Judged"]


class Judged:
    """The frame of targets, asked by target and unit."""

    def __init__(self, result: RuleResult) -> None:
        assert result.targets is not None
        self.codes = sorted(found.code for found in result.findings)
        self.rows = {(row["target"], row["unit"]): row for row in result.targets.to_dict("records")}

    def row(self, target: str, unit: str = "") -> Row:
        return self.rows[target, unit]

    def outcome(self, target: str, unit: str = "") -> str:
        return str(self.row(target, unit)["outcome"])

    def share(self, target: str, unit: str = "") -> tuple[int, int]:
        row = self.row(target, unit)
        return int(row["numerator"]), int(row["denominator"])


def table(sheet: str, rows: Sequence[Row]) -> Table:
    fields = load(PROGRAMME).fields_of[sheet]
    letters = {spec.key: chr(ord("A") + at) for at, spec in enumerate(fields)}
    columns = {spec.key: [row.get(spec.key) for row in rows] for spec in fields}
    return Table(sheet, sheet, letters, list(range(4, len(rows) + 4)), columns)


def report(
    people: Sequence[Row] = (),
    unit: str = "P1",
    wave: str = "DOT_2",
    *,
    estimate: str = "KHONG",
    group: str = "CO_QUAN_SO",
    received: str = "2024-12-01",
    collectives: Sequence[Row] = (),
    answers: Sequence[Row] = (),
) -> CheckedForm:
    """One checked report of a unit."""
    own = {"ma_dv": unit, "ten_dv": unit, "nhom": group, "dot": wave, "la_uoc": estimate}
    file = f"{unit}-{wave}-{estimate}-{received}.xlsx"
    tables = {
        "Don_vi": table("Don_vi", [{**own, "ngay_nop": received}]),
        "Ca_nhan": table("Ca_nhan", people),
        "Tap_the": table("Tap_the", collectives),
        "Muc_tieu": table("Muc_tieu", answers),
    }
    return CheckedForm(file, file, 1, unit=unit, received=received, tables=tables)


def month(forms: Iterable[CheckedForm], roster: Sequence[RosterUnit] | None = None) -> MonthData:
    return merge(list(forms), roster, load(PROGRAMME), "2024-12-31")


def judge(
    *forms: CheckedForm, roster: Sequence[RosterUnit] | None = None, **changed: str
) -> Judged:
    programme = load(PROGRAMME, tuple(sorted(changed.items())))
    data = merge(list(forms), roster, programme, "2024-12-31")
    return Judged(apply_rules(data, programme, "2024-12-31"))


def people(count: int, **cells: Any) -> list[Row]:
    plain = {"doi_tuong": "CONG_CHUC", "danh_hieu": "LDTT", "xep_loai": "HTT"}
    first = {"ho_ten": "", "nam_sinh": "1980"}
    return [{**first, **plain, "ho_ten": f"Người {n}", **cells} for n in range(count)]


# --- intervals against every completion ------------------------------------------------------

TITLES, RATINGS = ("KHONG", "LDTT", "CSTDCS"), ("HT", "HTT", "HTXS")
CLASSES = ("CONG_CHUC", "NLD_CO_QUAN")
LIMITS = {
    "T1": lambda n, d: n == d,
    "T3": lambda n, d: 100 * n >= 15 * d,
    "T4": lambda n, d: n == d,
    "T5": lambda n, d: 100 * n >= 15 * d,
    "T6": lambda n, d: 100 * n >= 15 * d,
    "T7": lambda n, d: 2 * n > d,
}
FULL = tuple(product(CLASSES, TITLES, RATINGS))
Person = tuple[str | None, str | None, str | None, str | None]


def counts(target: str, who: str, title: str, rating: str, award: str | None) -> tuple[int, int]:
    """(numerator, denominator) of one completed person, from the plan and not from the tool."""
    if target == "T1":
        inside = who == "CONG_CHUC"
        return int(inside and title != "KHONG"), int(inside)
    met = {
        "T3": title == "CSTDCS",
        "T4": rating != "HT",
        "T5": rating == "HTXS" and award is not None,
        "T6": award == "BK_TINH",
        "T7": award == "GK_GDS",
    }
    return int(met[target]), 1


def expected(target: str, persons: Sequence[Person]) -> str:
    """pass or fail when every completion agrees; completions without anybody say nothing."""
    options = []
    for who, title, rating, award in persons:
        chosen = [
            one
            for one in FULL
            if who in (None, one[0]) and title in (None, one[1]) and rating in (None, one[2])
        ]
        options.append({counts(target, *one, award) for one in chosen})
    said = set()
    for completion in product(*options):
        met, base = (sum(part) for part in zip(*completion, strict=True))
        if base:
            said.add("pass" if LIMITS[target](met, base) else "fail")
    return "review" if len(said) == 2 else said.pop() if said else "na"


_PERSON = st.tuples(
    st.sampled_from([*CLASSES, None]),
    st.sampled_from([*TITLES, None]),
    st.sampled_from([*RATINGS, None]),
    st.sampled_from(["BK_TINH", "GK_GDS", None]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_PERSON, min_size=1, max_size=8))
def test_outcome_is_that_of_all_completions(persons: list[Person]) -> None:
    rows = [
        dict(zip(PERSON, (f"Người {n}", "1980", *cells), strict=False))
        for n, cells in enumerate(persons)
    ]
    found = judge(report(rows))
    for target in LIMITS:
        assert found.outcome(target, "P1") == expected(target, persons), target


@settings(max_examples=30, deadline=None)
@given(st.lists(_PERSON, min_size=2, max_size=8), st.integers(1, 7))
def test_whole_is_the_sum_of_units(persons: list[Person], cut: int) -> None:
    rows = [
        dict(zip(PERSON, (f"Người {n}", "1980", *cells), strict=False))
        for n, cells in enumerate(persons)
    ]
    parted = judge(report(rows[:cut], "P1"), report(rows[cut:], "P2"))
    together = judge(report(rows, "P1"))
    for target in LIMITS:
        names = ("numerator", "denominator", "possible", "floor", "value", "value_to")
        one, two = parted.row(target), together.row(target)
        assert [str(one[name]) for name in names] == [str(two[name]) for name in names]


# --- who counts ------------------------------------------------------------------------------


def test_one_person_in_two_rows_counts_once() -> None:
    found = judge(report([*people(3), people(3)[0]]))
    assert found.share("T4", "P1") == (3, 3)
    assert "W631" in found.codes


def test_namesakes_without_year_of_birth_are_open() -> None:
    rows = people(2, ho_ten="Trần An", nam_sinh=None)
    rows[1]["danh_hieu"] = "KHONG"
    found = judge(report(rows))
    assert found.share("T1", "P1") == (1, 1)
    assert found.outcome("T1", "P1") == "review"
    assert "W632" in found.codes


def test_namesakes_of_other_years_are_two() -> None:
    rows = [{**people(1)[0], "nam_sinh": year} for year in ("1980", "1990")]
    assert judge(report(rows)).share("T4", "P1") == (2, 2)


def test_not_yet_rated_is_left_out_and_listed() -> None:
    rows = [*people(2), {**people(3)[2], "xep_loai": "CHUA", "danh_hieu": "KHONG"}]
    found = judge(report(rows))
    assert found.share("T1", "P1") == (2, 2)
    assert found.row("T1", "P1")["excluded"] == 1
    assert found.codes.count("N631") == 1


def test_whoever_is_not_in_the_newest_report_does_not_count() -> None:
    first = report(people(3, khen_1="GK_GDS"), wave="DOT_1", received="2024-06-01")
    second = report(people(2))
    assert judge(first, second).share("T7", "P1") == (2, 2)


def test_titles_come_from_the_newest_report_only() -> None:
    first = report(people(2, danh_hieu="CSTDCS"), wave="DOT_1", received="2024-06-01")
    assert judge(first, report(people(2))).share("T3", "P1") == (0, 2)


def test_a_unit_without_a_report_of_the_wave_leaves_the_whole_open() -> None:
    roster = [RosterUnit("P1", "P1", "CO_QUAN_SO"), RosterUnit("P2", "P2", "CO_QUAN_SO")]
    found = judge(report(people(4, khen_1="GK_GDS")), roster=roster)
    assert (found.outcome("T7", "P1"), found.outcome("T7")) == ("pass", "review")


def test_a_missing_unit_out_of_scope_changes_nothing() -> None:
    roster = [RosterUnit("P1", "P1", "CO_QUAN_SO"), RosterUnit("TT", "TT", "TRUNG_TAM")]
    found = judge(report(people(4, khen_1="GK_GDS")), roster=roster)
    assert found.outcome("T7") == "pass"


# --- floors, caps, estimates, answers --------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "floor", "cap", "band"),
    [(20, 3, 3, "equal"), (21, 4, 3, "above"), (40, 6, 6, "equal"), (6, 1, 0, "above")],
)
def test_floor_and_cap_of_emulation_fighters(size: int, floor: int, cap: int, band: str) -> None:
    row = judge(report(people(size))).row("T3", "P1")
    assert (row["floor"], row["cap"], row["band"]) == (floor, cap, band)


def test_feasible_band_of_excellent_ratings() -> None:
    """Nobody below good: at most a sixth, which is 20 % of the other five sixths."""
    row = judge(report(people(66))).row("T5", "P1")
    assert (row["floor"], row["cap"], row["band"]) == (10, 11, "band")


def test_final_replaces_the_whole_estimate_and_the_change_is_shown() -> None:
    estimate = report(people(4, khen_1="GK_GDS"), estimate="CO", received="2024-12-05")
    final = report(people(3), received="2024-12-20")
    found = judge(estimate, final)
    assert found.share("T7", "P1") == (0, 3)
    row = found.row("T7", "P1")
    assert (row["before_numerator"], row["before_denominator"]) == (4, 4)
    assert "4/4" in row["note"]
    assert "0/3" in row["note"]


def test_the_office_answers() -> None:
    yes = {"ma_mt": "T8", "ket_qua": "CO"}
    no = {"ma_mt": "T8", "ket_qua": "KHONG"}
    assert judge(report(people(1), "VP", answers=[yes])).outcome("T8") == "pass"
    assert judge(report(people(1), "VP", answers=[no])).outcome("T8") == "fail"
    assert judge(report(people(1), "VP")).outcome("T8") == "review"
    both = judge(report(people(1), "VP", answers=[yes, no]))
    assert (both.outcome("T8"), "W633" in both.codes) == ("review", True)
    other = judge(report(people(1), "P1", answers=[yes]))
    assert (other.outcome("T8"), "W634" in other.codes) == ("review", True)


def test_first_wave_has_progress_and_no_verdict() -> None:
    found = judge(report(people(2), wave="DOT_1", received="2024-06-01"), wave="DOT_1")
    assert found.outcome("T4", "P1") == "progress"
    assert found.share("T4", "P1") == (2, 2)


# --- what a council member asks about a figure -----------------------------------------------


def test_the_population_of_a_denominator_and_of_a_cap_is_stated() -> None:
    judged = judge(report(people(4)))
    assert judged.row("T1")["population"] == (
        "Cá nhân; Nhóm: Cơ quan Sở; Đối tượng: Cán bộ, Công chức;"
        " không tính Xếp loại: Chưa xếp loại"
    )
    assert judged.row("T3")["population"].endswith(
        "trần 15% tính trên số Lao động tiên tiến trở lên"
    )
    assert judged.row("T3", "P1")["population"] == judged.row("T3")["population"]


def test_what_counts_is_shown_by_its_cells() -> None:
    judged = judge(report([*people(2, khen_2="GK_GDS"), *people(1)], collectives=[
        {"ten_tt": "P1", "khen_2": "BK_TINH"}
    ]))  # fmt: skip
    file = "P1-DOT_2-KHONG-2024-12-01.xlsx"
    assert judged.outcome("T7") == "pass"
    assert judged.row("T7")["evidence"] == f"{file}!Ca_nhan!A4; {file}!Ca_nhan!A5"
    assert judged.row("T2")["evidence"] == f"{file}!Tap_the!A4"


def test_the_years_view_tells_what_each_earlier_wave_had() -> None:
    first = [*people(3, khen_1="GK_GDS", danh_hieu=None), *people(5, danh_hieu=None)[3:]]
    last = [*people(2), *people(6, khen_1="GK_GDS")[2:]]
    judged = judge(
        report(first, wave="DOT_1", received="2024-06-01"), report(last), report(people(2), "P2")
    )
    assert judged.share("T7") == (6, 8)
    assert judged.row("T7")["waves"] == "Đợt 1: 3/5"
    assert judged.row("T7", "P1")["waves"] == "Đợt 1: 3/5"
    assert judged.row("T7", "P2")["waves"] == ""
    assert judged.row("T1")["waves"] == "Đợt 1: 0–5/5"  # no title is known in June


def test_more_than_the_cap_allows_is_said() -> None:
    judged = judge(report([*people(3, danh_hieu="CSTDCS"), *people(20)[3:]]))
    row = judged.row("T3")
    assert (row["outcome"], row["cap"]) == ("pass", 3)
    assert "vượt trần" not in row["note"]
    over = judge(report([*people(4, danh_hieu="CSTDCS"), *people(20)[4:]])).row("T3")
    assert "đang có 4, vượt trần" in over["note"]
    assert "vượt trần" in judge(report(people(3, xep_loai="HTXS"))).row("T5.HTXS")["note"]


def test_a_unit_that_leaves_the_sheet_of_collectives_blank_is_open() -> None:
    given = {"ten_tt": "P", "danh_hieu": "TTLDXS", "khen_1": None}
    judged = judge(report(people(1), collectives=[given]), report(people(1), "P2"))
    row = judged.row("T2")
    assert (row["outcome"], row["numerator"], row["possible"]) == ("review", 1, 1)
    assert "1 đơn vị để trống cả trang" in row["note"]
    out = report(people(1), "P2", group="TRUNG_TAM")
    assert judge(report(people(1), collectives=[given]), out).outcome("T2") == "fail"


@pytest.mark.parametrize(
    ("title", "outcome"), [("TTLDXS", "pass"), ("TTLDXS_BO", "review"), ("TTLDTT", "fail")]
)
def test_the_title_of_a_collective_is_that_of_the_province(title: str, outcome: str) -> None:
    rows = [{"ten_tt": "P", "danh_hieu": title}, {"ten_tt": "Q", "danh_hieu": "TTLDXS"}]
    assert judge(report(people(1), collectives=rows)).outcome("T2") == outcome


# --- people who move between offices -----------------------------------------------------------


def mover(code: str | None, **cells: Any) -> Row:
    return {**people(1)[0], "ho_ten": "Người đi", "ma_cb": code, **cells}


@pytest.mark.parametrize(("code", "met"), [("CB7", 1), (None, 0)])
def test_a_commendation_follows_a_person_to_another_office(code: str | None, met: int) -> None:
    first = report([mover(code, khen_1="GK_GDS")], wave="DOT_1", received="2024-06-01")
    judged = judge(first, report(people(3)), report([mover(code)], "P2"))
    assert judged.share("T7") == (met, 4)
    assert judged.share("T7", "P2") == (met, 1)


def test_a_person_in_the_reports_of_two_offices_counts_once() -> None:
    judged = judge(report([mover("CB7")]), report([mover("cb7"), *people(1)], "P2"))
    assert judged.share("T4") == (2, 2)
    assert "W631" in judged.codes
    apart = judge(report([mover("CB7")]), report([mover("CB8")], "P2"))
    assert apart.share("T4") == (2, 2)
    assert "W631" not in apart.codes
