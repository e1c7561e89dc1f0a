"""Which file is whose, which one counts, who is missing."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from emubatch.merge import merge
from emubatch.messages import finding
from emubatch.model import CheckedForm, MonthData, RosterUnit, Table
from emubatch.programme.load import load
from emubatch.programme.tables import Programme

MakeForm = Callable[..., CheckedForm]
MakeUnit = Callable[..., RosterUnit]
AS_OF = "2020-07-31"
PERSON = [{"ho_ten": "Lê Thị Mận"}]


def _statuses(data: MonthData) -> dict[str, str]:
    """File (or unit of a missing form) -> status."""
    rows = data.submissions
    return {
        file or unit: status
        for file, unit, status in zip(rows["file"], rows["unit"], rows["status"], strict=True)
    }


def _codes(data: MonthData, file: str) -> list[str]:
    return sorted(found.code for found in data.findings if found.file == file)


def test_expected_units_without_a_form_are_missing(
    programme: Programme, make_form: MakeForm, make_unit: MakeUnit
) -> None:
    roster = [make_unit("B"), make_unit("A", group="CO_QUAN_SO")]
    data = merge([make_form("a.xlsx", "A", Ca_nhan=PERSON)], roster, programme, AS_OF)
    assert _statuses(data) == {"a.xlsx": "accepted", "B": "missing"}
    assert data.units["unit"].tolist() == ["B", "A"]
    assert data.units["status"].tolist() == ["missing", "accepted"]
    assert data.units["file"].tolist() == ["", "a.xlsx"]


def test_an_empty_inbox_is_a_month_of_missing_units(
    programme: Programme, make_unit: MakeUnit
) -> None:
    data = merge([], [make_unit("A")], programme, AS_OF)
    assert _statuses(data) == {"A": "missing"}
    assert len(data.nominees) == 0
    assert set(data.details) == {"Thanh_tich", "Ho_so", "Chi_tieu"}


def test_identical_files_count_once(
    programme: Programme, make_form: MakeForm, make_unit: MakeUnit
) -> None:
    forms = [
        make_form("thư 10/a.xlsx", "A", sha256="x", Ca_nhan=PERSON),
        make_form("thư 9/a.xlsx", "A", sha256="x", Ca_nhan=PERSON),
    ]
    data = merge(forms, [make_unit("A")], programme, AS_OF)
    assert _statuses(data) == {"thư 9/a.xlsx": "accepted", "thư 10/a.xlsx": "duplicate"}
    assert data.nominees["file"].tolist() == ["thư 9/a.xlsx"]
    assert [(row["file"], row["replaced_by"], row["unit"]) for row in data.replaced] == [
        ("thư 10/a.xlsx", "thư 9/a.xlsx", "A")
    ]
    assert _codes(data, "thư 10/a.xlsx") == ["N511"]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ({"received": "2020-07-10"}, {"received": "2020-07-12", "modified": "2019"}),
        ({"received": "", "modified": "2020-07-30"}, {"received": "2020-07-01"}),
        ({"modified": "2020-07-10T08:00:00Z"}, {"modified": "2020-07-10T09:00:00Z"}),
    ],
)
def test_newest_form_counts(
    programme: Programme,
    make_form: MakeForm,
    make_unit: MakeUnit,
    older: dict[str, str],
    newer: dict[str, str],
) -> None:
    # The names alone would decide the other way round.
    forms = [
        make_form("mau 2.xlsx", "A", Ca_nhan=PERSON, **older),
        make_form("mau 1.xlsx", "A", Ca_nhan=PERSON * 2, **newer),
    ]
    for order in (forms, forms[::-1]):
        data = merge(order, [make_unit("A")], programme, AS_OF)
        assert _statuses(data) == {"mau 1.xlsx": "accepted", "mau 2.xlsx": "superseded"}
        assert data.nominees["file"].tolist() == ["mau 1.xlsx"] * 2


def test_file_names_decide_last_with_numbers_by_value(
    programme: Programme, make_form: MakeForm
) -> None:
    forms = [make_form(f"bản {n}.xlsx", "A", Ca_nhan=PERSON) for n in (9, 10, 1)]
    data = merge(forms, None, programme, AS_OF)
    assert data.units["file"].tolist() == ["bản 10.xlsx"]
    assert _codes(data, "bản 9.xlsx") == ["N512"]


def test_replaced_form_leaves_one_note_that_counts_its_findings(
    programme: Programme, make_form: MakeForm
) -> None:
    wrong = [finding("E303", file="a1.xlsx"), finding("N303", file="a1.xlsx")]
    forms = [
        make_form("a1.xlsx", "A", Ca_nhan=PERSON, findings=wrong),
        make_form("a2.xlsx", "A", Ca_nhan=PERSON),
    ]
    data = merge(forms, None, programme, AS_OF)
    assert [dict(f.params)["count"] for f in data.findings if f.code == "N512"] == ["1"]
    assert _codes(data, "a1.xlsx") == ["N512"]
    assert data.replaced[0]["status"] == "superseded"
    assert "a2.xlsx" in data.replaced[0]["vi"]


def test_a_newer_form_without_rows_does_not_replace(
    programme: Programme, make_form: MakeForm
) -> None:
    forms = [
        make_form("a1.xlsx", "A", Ca_nhan=PERSON, received="2020-07-01"),
        make_form("a2.xlsx", "A", received="2020-07-09"),
    ]
    data = merge(forms, None, programme, AS_OF)
    assert _statuses(data) == {"a1.xlsx": "accepted", "a2.xlsx": "returned"}
    assert _codes(data, "a2.xlsx") == ["W513"]


@pytest.mark.parametrize("sheet", ["Thanh_tich", "Ho_so", "Chi_tieu"])
def test_rows_of_a_blank_form_are_no_nominees(
    programme: Programme, make_form: MakeForm, sheet: str
) -> None:
    forms = [
        make_form("a1.xlsx", "A", Ca_nhan=PERSON),
        make_form("a2.xlsx", "A", **{sheet: [{"co": "CO", "ma": "XK"}]}),
    ]
    data = merge(forms, None, programme, AS_OF)
    assert _statuses(data) == {"a1.xlsx": "accepted", "a2.xlsx": "returned"}


def test_a_scorecard_form_is_usable_when_something_is_answered(
    make_programme: Callable[..., Programme], make_form: MakeForm
) -> None:
    whole = make_programme()
    programme = replace(
        whole, sheets=tuple(s for s in whole.sheets if s.role in ("unit", "indicators"))
    )
    forms = [
        make_form("a1.xlsx", "A", Chi_tieu=[{"ma": "XK", "thuc_hien": 0.0}, {"ma": "NK"}]),
        make_form("a2.xlsx", "A", Chi_tieu=[{"ma": "XK"}, {"ma": "NK"}]),
    ]
    data = merge(forms, None, programme, AS_OF)
    assert _statuses(data) == {"a1.xlsx": "accepted", "a2.xlsx": "returned"}


def test_answers_that_a_newer_scorecard_lacks_are_told() -> None:
    programme = load("bacgiang-scorecard-2017")

    def form(name: str, day: str, answers: dict[str, str | None]) -> CheckedForm:
        codes: dict[str, list[Any]] = {"ma_tc": list(answers), "muc": list(answers.values())}
        unit = {"ma_dv": ["A"], "ten_dv": ["A"]}
        tables = {
            "Don_vi": Table("Don_vi", "Don_vi", {"ma_dv": "A"}, [4], unit),
            "Cham_diem": Table("Cham_diem", "Cham_diem", {"ma_tc": "A"}, [4, 5, 6], codes),
        }
        return CheckedForm(name, name, 1, unit="A", received=day, tables=tables)

    first = form("a1.xlsx", "2017-12-01", {"I.5": "a", "I.6": "b", "I.7": None})
    second = form("a2.xlsx", "2017-12-02", {"I.5": "b", "I.6": None, "I.7": "a"})
    data = merge([first, second], None, programme, "2017-12-31")
    (found,) = [one for one in data.findings if one.code == "W515"]
    assert (found.file, dict(found.params)["names"]) == ("a1.xlsx", "I.6")
    held = merge([first, second], None, programme, "2017-12-31", "ask")
    assert _statuses(held) == {"a1.xlsx": "returned", "a2.xlsx": "returned"}
    names = [dict(one.params)["names"] for one in held.findings if one.code == "E515"]
    assert names == ["I.6", "I.7"]
    whole = form("a3.xlsx", "2017-12-03", {"I.5": "b", "I.6": "c", "I.7": "a"})
    assert _statuses(merge([first, second, whole], None, programme, "2017-12-31", "ask")) == {
        "a1.xlsx": "superseded",
        "a2.xlsx": "superseded",
        "a3.xlsx": "accepted",
    }


def test_forms_of_different_names_under_one_code_are_both_named(
    programme: Programme, make_form: MakeForm
) -> None:
    forms = [
        make_form("a.xlsx", "A", name="Phòng Công nghiệp", Ca_nhan=PERSON),
        make_form("b.xlsx", "A", name="Phòng Thương mại", Ca_nhan=PERSON),
    ]
    data = merge(forms, None, programme, AS_OF)
    assert _codes(data, "a.xlsx") == ["N512", "W512"]
    assert _codes(data, "b.xlsx") == ["W512"]
    found = next(f for f in data.findings if f.code == "W512" and f.file == "b.xlsx")
    assert (found.sheet, found.cell, found.field) == ("Don_vi (1)", "A6", "ma_dv")
    assert dict(found.params)["other"] == "a.xlsx («Phòng Công nghiệp»)"


def test_an_unreadable_file_is_rejected_and_replaces_nothing(
    programme: Programme, make_form: MakeForm, make_unit: MakeUnit
) -> None:
    broken = CheckedForm("z.xlsx", "zz", 3, findings=[finding("F103", file="z.xlsx")])
    data = merge(
        [make_form("a.xlsx", "A", Ca_nhan=PERSON), broken], [make_unit("A")], programme, AS_OF
    )
    assert _statuses(data) == {"a.xlsx": "accepted", "z.xlsx": "rejected"}
    assert data.submissions["findings"].tolist() == [0, 1]


def test_a_unit_whose_only_file_cannot_be_read_is_not_missing(
    programme: Programme, make_unit: MakeUnit
) -> None:
    broken = CheckedForm("z.xlsx", "zz", 3, unit="a", findings=[finding("F115", file="z.xlsx")])
    data = merge([broken], [make_unit("A"), make_unit("B")], programme, AS_OF)
    assert _statuses(data) == {"z.xlsx": "rejected", "B": "missing"}
    assert data.submissions["unit"].tolist() == ["A", "B"]
    assert data.units["status"].tolist() == ["rejected", "missing"]


def test_files_without_bytes_are_not_taken_for_one(programme: Programme) -> None:
    forms = [CheckedForm(f"{n}.xlsx", "", 0) for n in (1, 2)]
    data = merge(forms, None, programme, AS_OF)
    assert _statuses(data) == {"1.xlsx": "rejected", "2.xlsx": "rejected"}


def test_a_unit_off_the_roster_is_kept_with_the_nearest_code(
    programme: Programme, make_form: MakeForm, make_unit: MakeUnit
) -> None:
    data = merge(
        [make_form("a.xlsx", "SCT-QLNC", Ca_nhan=PERSON)],
        [make_unit("SCT-QLCN")],
        programme,
        AS_OF,
    )
    assert data.units["unit"].tolist() == ["SCT-QLCN", "SCT-QLNC"]
    found = next(f for f in data.findings if f.code == "W511")
    assert (found.value, found.cell) == ("SCT-QLNC", "A6")
    assert dict(found.params)["nearest"] == " (SCT-QLCN?)"


def test_without_a_roster_nobody_is_off_it(programme: Programme, make_form: MakeForm) -> None:
    data = merge([make_form("a.xlsx", "A", Ca_nhan=PERSON)], None, programme, AS_OF)
    assert data.findings == []


def test_codes_match_the_roster_whatever_their_case(
    programme: Programme, make_form: MakeForm, make_unit: MakeUnit
) -> None:
    data = merge(
        [make_form("a.xlsx", " sct-01 ", Ca_nhan=PERSON)], [make_unit("SCT-01")], programme, AS_OF
    )
    assert _statuses(data) == {"a.xlsx": "accepted"}
    assert data.nominees["nominee"].tolist() == ["SCT-01/CN/le-thi-man"]


def test_a_form_without_code_is_known_by_its_name(
    programme: Programme, make_form: MakeForm, make_unit: MakeUnit
) -> None:
    roster = [make_unit("A", name="Phòng Quản lý công nghiệp"), make_unit("B")]
    form = make_form("x.xlsx", name="phòng quản lí Công nghiệp", Ca_nhan=PERSON)
    data = merge([form], roster, programme, AS_OF)
    assert _statuses(data) == {"x.xlsx": "accepted", "B": "missing"}
    assert [(f.code, f.unit) for f in data.findings] == [("N513", "A")]


def test_forms_of_unknown_units_are_kept_apart(
    programme: Programme, make_form: MakeForm, make_unit: MakeUnit
) -> None:
    forms = [
        make_form("Bản cuối.xlsx", name="Phòng Quản lý công nghệ", Ca_nhan=PERSON),
        make_form("bản-cuối.xlsx", Ca_nhan=PERSON),
    ]
    roster = [make_unit("A", name="Phòng Quản lý công nghiệp")]
    data = merge(forms, roster, programme, AS_OF)
    assert sorted(data.units["unit"]) == ["A", "KHONG-RO-BAN-CUOI", "KHONG-RO-BAN-CUOI-2"]
    assert _statuses(data) == {
        "Bản cuối.xlsx": "partial",
        "bản-cuối.xlsx": "partial",
        "A": "missing",
    }
    found = next(f for f in data.findings if f.file == "Bản cuối.xlsx")
    assert found.code == "E511"
    assert dict(found.params)["nearest"] == " (A (Phòng Quản lý công nghiệp)?)"


def test_a_blank_code_is_told_once(programme: Programme, make_form: MakeForm) -> None:
    blank = [
        finding("E201", file="x.xlsx", sheet="Don_vi (1)", cell="A6", field="ma_dv"),
        finding("E201", file="x.xlsx", sheet="Don_vi (1)", cell="C6", field="nhom"),
    ]
    data = merge([make_form("x.xlsx", findings=blank)], None, programme, AS_OF)
    assert [(f.code, f.cell, f.unit) for f in data.findings] == [
        ("E201", "C6", "KHONG-RO-X"),
        ("E512", "A6", "KHONG-RO-X"),
    ]


def test_the_rosters_group_wins_and_the_difference_is_noted(
    programme: Programme, make_form: MakeForm, make_unit: MakeUnit
) -> None:
    unit = {"ma_dv": "A", "ten_dv": "Đơn vị A", "nhom": "DOANH_NGHIEP"}
    form = make_form("a.xlsx", "A", Don_vi=[unit], Ca_nhan=PERSON)
    data = merge([form], [make_unit("A", group="CO_QUAN_SO")], programme, AS_OF)
    assert data.units["group"].tolist() == ["CO_QUAN_SO"]
    assert data.nominees["group"].tolist() == ["CO_QUAN_SO"]
    found = data.findings[0]
    assert (found.code, found.cell, found.value) == ("N514", "C6", "Doanh nghiệp")


def test_units_not_valid_on_the_day_are_not_expected(
    programme: Programme, make_form: MakeForm, make_unit: MakeUnit
) -> None:
    roster = [
        make_unit("OLD", valid_to="2020-06-30", successor="NEW"),
        make_unit("GONE", valid_to="2020-06-30", successor="NEW"),
        make_unit("NEW", valid_from="2020-07-31"),
        make_unit("LATER", valid_from="2020-08-01"),
    ]
    data = merge([make_form("old.xlsx", "OLD", Ca_nhan=PERSON)], roster, programme, AS_OF)
    assert _statuses(data) == {"old.xlsx": "accepted", "NEW": "missing"}
    assert [(f.code, f.unit, dict(f.params)["successor"]) for f in data.findings] == [
        ("N515", "GONE", "NEW"),
        ("N515", "LATER", "–"),
        ("W514", "OLD", "NEW"),
    ]


def test_status_follows_the_errors(programme: Programme, make_form: MakeForm) -> None:
    def form(name: str, code: str, **given: Any) -> CheckedForm:
        return make_form(
            f"{name}.xlsx", name, findings=[finding(code, file=f"{name}.xlsx")], **given
        )

    forms = [
        form("note", "N303", Ca_nhan=PERSON),
        form("warning", "W302", Ca_nhan=PERSON),
        form("error", "E303", Ca_nhan=PERSON),
        form("empty", "E303"),
    ]
    data = merge(forms, None, programme, AS_OF)
    assert _statuses(data) == {
        "note.xlsx": "accepted",
        "warning.xlsx": "accepted",
        "error.xlsx": "partial",
        "empty.xlsx": "returned",
    }


def test_order_of_the_forms_does_not_matter(
    programme: Programme, make_form: MakeForm, make_unit: MakeUnit
) -> None:
    forms = [
        make_form(f"f{n}.xlsx", "ABC"[n % 3], sha256=f"s{n % 7}", Ca_nhan=PERSON * (n % 3 + 1))
        for n in range(12)
    ]
    roster = [make_unit("C"), make_unit("D")]
    first = merge(forms, roster, programme, AS_OF)
    for seed in range(5):
        random.Random(seed).shuffle(forms)
        again = merge(forms, roster, programme, AS_OF)
        assert again.submissions.equals(first.submissions)
        assert again.nominees.equals(first.nominees)
        assert again.findings == first.findings
        assert again.replaced == first.replaced
