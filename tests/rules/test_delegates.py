"""Conferences: split of delegates for every number, form of meeting on both counts, blank cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emubatch.merge import merge
from emubatch.model import CheckedForm, RuleResult, Table
from emubatch.programme.load import load
from emubatch.programme.tables import DelegateCheck
from emubatch.rules import apply_rules
from emubatch.rules.delegates import split_is_met

PROGRAMME = "bacgiang-congress-2020"
AGENDA = ("khai_mac", "bao_cao", "tham_luan", "giao_luu", "trao_thuong", "chon_db", "be_mac")
PLAIN: dict[str, Any] = {
    "cap": "CO_SO",
    "theo_khoi": "KHONG",
    "ten_hn": "TUYEN_DUONG",
    "hinh_thuc": "TOAN_THE",
    "so_db": 50,
    "dien_hinh": 20,
    "khach_moi": 30,
    "ngay": "2020-03-20",
    "thoi_luong": "NUA_NGAY",
    **{f"ct_{name}": "CO" for name in AGENDA},
}


def table(sheet: str, rows: Sequence[dict[str, Any]]) -> Table:
    fields = load(PROGRAMME).fields_of[sheet]
    letters = {spec.key: chr(ord("A") + at) for at, spec in enumerate(fields)}
    columns = {spec.key: [row.get(spec.key) for row in rows] for spec in fields}
    return Table(sheet, sheet, letters, list(range(4, len(rows) + 4)), columns)


def judge(
    staff: tuple[int | None, int | None] = (45, 5), kind: str = "XA_PHUONG", **cells: Any
) -> tuple[RuleResult, dict[str, str]]:
    """One registration judged: the result, and what each rule says."""
    programme = load(PROGRAMME)
    unit = {"ma_dv": "X", "ten_dv": "X", "nhom": kind}
    unit |= {"so_cbccvc": staff[0], "so_nld": staff[1]}  # type: ignore[dict-item]
    tables = {"Don_vi": table("Don_vi", [unit]), "Hoi_nghi": table("Hoi_nghi", [PLAIN | cells])}
    form = CheckedForm("x.xlsx", "x", 1, unit="X", tables=tables)
    data = merge([form], None, programme, programme.as_of)
    result = apply_rules(data, programme, programme.as_of)
    assert result.delegate_checks is not None
    rows = zip(result.delegate_checks["check"], result.delegate_checks["outcome"], strict=True)
    return result, dict(rows)


def outcome(result: RuleResult) -> tuple[str, str]:
    assert result.delegates is not None
    row = result.delegates.iloc[0]
    return str(row["outcome"]), str(row["decisive"])


@pytest.fixture(scope="module")
def split() -> DelegateCheck:
    return next(row for row in load(PROGRAMME).delegates if row.kind == "split")


# --- split -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "exemplars"), [(100, 70), (150, 105), (300, 210)])
def test_examples_of_the_plan(split: DelegateCheck, n: int, exemplars: int) -> None:
    strict = replace(split, tolerance=0)
    assert split_is_met(n, exemplars, strict, exact=False)
    assert split_is_met(n, exemplars, strict, exact=True)
    assert not split_is_met(n, exemplars - 1, strict, exact=False)
    assert split_is_met(n, exemplars - 1, split, exact=False)
    assert not split_is_met(n, exemplars - 2, split, exact=False)


@given(st.integers(0, 1000), st.data())
def test_floor_and_ceiling_with_one_delegate(n: int, data: st.DataObject) -> None:
    """In whole numbers, not in floats: 10 e >= 7 n - (rest below one) - 10."""
    rule = next(row for row in load(PROGRAMME).delegates if row.kind == "split")
    exemplars = data.draw(st.integers(0, n))
    floor = 7 * n // 10
    met = exemplars >= floor - 1 and n - exemplars <= n - floor + 1
    assert split_is_met(n, exemplars, rule, exact=False) == met


@given(st.integers(0, 1000), st.data())
def test_more_exemplars_never_break_the_floor(n: int, data: st.DataObject) -> None:
    rule = next(row for row in load(PROGRAMME).delegates if row.kind == "split")
    fewer, more = sorted((data.draw(st.integers(0, n)), data.draw(st.integers(0, n))))
    if split_is_met(n, fewer, rule, exact=False):
        assert split_is_met(n, more, rule, exact=False)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((100, 70, 30, None), "pass"),
        ((100, 72, 35, 7), "pass"),
        ((100, 60, 45, 5), "fail"),
        ((100, 70, 29, None), "review"),
        ((100, 70, 30, 5), "review"),
        ((None, 70, 30, None), "review"),
        ((100, None, 30, None), "review"),
        ((100, 70, None, None), "review"),
    ],
)
def test_split_of_delegate_conferences(parts: tuple[int | None, ...], expected: str) -> None:
    cells = dict(zip(("so_db", "dien_hinh", "khach_moi", "hai_dien"), parts, strict=True))
    _, found = judge((230, 20), hinh_thuc="DAI_BIEU", **cells)
    assert found["CO_CAU"] == expected


def test_a_plenary_has_no_split() -> None:
    result, found = judge()
    assert "CO_CAU" not in found
    assert outcome(result) == ("pass", "")


# --- form of meeting -------------------------------------------------------------------------


@given(
    st.one_of(st.none(), st.integers(190, 210)),
    st.one_of(st.none(), st.integers(0, 20)),
    st.sampled_from(["TOAN_THE", "DAI_BIEU", None]),
)
def test_form_needs_both_counts_to_agree(
    officials: int | None, workers: int | None, form: str | None
) -> None:
    _, found = judge((officials, workers), hinh_thuc=form, so_db=100, dien_hinh=70)
    if officials is None or workers is None or form is None:
        expected = "review"
    else:
        counts = (officials + workers, officials)
        asked = {"" if n == 200 else "TOAN_THE" if n < 200 else "DAI_BIEU" for n in counts}
        settled = len(asked) == 1 and "" not in asked
        expected = ("pass" if form in asked else "fail") if settled else "review"
    assert found["HINH_THUC"] == expected


def test_form_is_judged_for_grassroots_only() -> None:
    _, found = judge((900, 50), "CO_QUAN_TINH", cap="TREN_CO_SO", ngay="2020-06-01")
    assert "HINH_THUC" not in found
    assert found["TRAN"] == "pass"


# --- blocs, blanks ---------------------------------------------------------------------------


def test_a_conference_of_the_bloc_is_not_judged() -> None:
    nothing = dict.fromkeys(PLAIN)
    result, _ = judge(kind="THANH_VIEN_KHOI", **{**nothing, "cap": "CO_SO", "theo_khoi": "CO"})
    assert outcome(result)[0] == "na"


def test_a_day_of_its_own_under_a_bloc_fails() -> None:
    result, _ = judge(theo_khoi="CO")
    assert outcome(result) == ("fail", "KHOI")


@pytest.mark.parametrize("key", [key for key in PLAIN if key not in ("theo_khoi", "so_db")])
def test_a_blank_cell_never_fails(key: str) -> None:
    _, found = judge(**{key: None})
    assert "fail" not in found.values()


# --- where a figure stands -------------------------------------------------------------------


def test_each_count_of_the_staff_is_named_and_has_its_cells() -> None:
    result, _ = judge((190, 20))
    assert result.delegate_checks is not None
    row = result.delegate_checks.set_index("check").loc["HINH_THUC"]
    assert row["measured"].startswith("210 (Số CBCCVC + Số NLĐ) / 190 (Số CBCCVC): ")
    assert row["evidence"].split("; ") == [
        "x.xlsx!Hoi_nghi!E4",
        "x.xlsx!Don_vi!D4",
        "x.xlsx!Don_vi!E4",
    ]


def test_a_split_names_the_cells_of_all_its_parts() -> None:
    parts = {"hinh_thuc": "DAI_BIEU", "so_db": 100, "dien_hinh": 70, "khach_moi": 40}
    for twice, letters in ((10, "FGHI"), (None, "FGH")):
        result, _ = judge((250, 10), hai_dien=twice, **parts)
        assert result.delegate_checks is not None
        row = result.delegate_checks.set_index("check").loc["CO_CAU"]
        assert row["evidence"] == "; ".join(f"x.xlsx!Hoi_nghi!{letter}4" for letter in letters)


@pytest.mark.parametrize(
    ("kind", "tier", "check", "expected"),
    [
        ("XA_PHUONG", "CO_SO", "CAP.XA", "pass"),
        ("XA_PHUONG", "TREN_CO_SO", "CAP.XA", "fail"),
        ("XA_PHUONG", None, "CAP.XA", "review"),
        ("HUYEN", "TREN_CO_SO", "CAP.TCS", "pass"),
        ("CO_QUAN_TINH", "CO_SO", "CAP.TCS", "fail"),
        ("TINH", "TREN_CO_SO", "CAP.TINH", "fail"),
    ],
)
def test_the_tier_is_that_of_the_kind_of_unit(
    kind: str, tier: str | None, check: str, expected: str
) -> None:
    _, found = judge(kind=kind, cap=tier)
    assert found[check] == expected
