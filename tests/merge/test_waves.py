"""Reports in waves: what counts, what waits, what replaces what, and what is late."""

from __future__ import annotations

import pytest

from emubatch.merge import counting_forms, merge
from emubatch.merge.lateness import lateness
from emubatch.model import CheckedForm, MonthData, Table
from emubatch.programme.load import load

PROGRAMME = "hatinh-movement-2024"


def report(wave: str | None, estimate: str, received: str, rows: int = 1) -> CheckedForm:
    unit = {"ma_dv": "P1", "ten_dv": "P1", "nhom": "CO_QUAN_SO", "dot": wave, "la_uoc": estimate}
    unit["ngay_nop"] = received
    file = f"{wave}-{estimate}-{received}.xlsx"
    tables = {
        "Don_vi": Table("Don_vi", "Don_vi", {"ma_dv": "A"}, [4], {k: [v] for k, v in unit.items()}),
        "Ca_nhan": Table(
            "Ca_nhan",
            "Ca_nhan",
            {"ho_ten": "A"},
            list(range(4, 4 + rows)),
            {"ho_ten": [f"Người {n}" for n in range(rows)]},
        ),
    }
    return CheckedForm(file, file, 1, unit="P1", received=received, tables=tables)


def month(*forms: CheckedForm, wave: str = "DOT_2") -> MonthData:
    return merge(list(forms), None, load(PROGRAMME, (("wave", wave),)), "2024-12-31")


def statuses(data: MonthData) -> dict[str, tuple[str, str]]:
    frame = data.submissions
    rows = zip(frame["file"], frame["status"], frame["late"], strict=True)
    return {file: (status, late) for file, status, late in rows}


@pytest.mark.parametrize(
    ("wave", "received", "late"),
    [
        ("DOT_1", "2024-06-14", "no"),
        ("DOT_1", "2024-06-15", "review"),
        ("DOT_1", "2024-06-16", "yes"),
        ("DOT_2", "2024-12-09", "no"),
        ("DOT_2", "2024-12-10", "review"),
        ("DOT_2", "2024-12-11", "yes"),
        ("DOT_2", "2024-12", "review"),
    ],
)
def test_each_wave_has_its_own_deadline(wave: str, received: str, late: str) -> None:
    assert lateness(received, load(PROGRAMME), {"dot": wave}) == late


def test_reports_of_both_waves_count() -> None:
    data = month(report("DOT_1", "KHONG", "2024-06-01", 2), report("DOT_2", "KHONG", "2024-12-01"))
    assert data.reports is not None
    assert data.reports[["wave", "state"]].values.tolist() == [
        ["DOT_1", "earlier"],
        ["DOT_2", "used"],
    ]
    assert len(data.details["Ca_nhan"]) == 3
    assert set(statuses(data).values()) == {("accepted", "no")}


def test_a_later_wave_waits() -> None:
    later = report("DOT_2", "KHONG", "2024-12-01")
    data = month(report("DOT_1", "KHONG", "2024-06-01"), later, wave="DOT_1")
    assert statuses(data)[later.file][0] == "superseded"
    assert [found.code for found in data.findings] == ["N516"]
    assert len(data.details["Ca_nhan"]) == 1


def test_an_estimate_that_comes_after_the_final_replaces_nothing() -> None:
    final = report("DOT_2", "KHONG", "2024-12-01", 2)
    estimate = report("DOT_2", "CO", "2024-12-05", 5)
    data = month(final, estimate)
    assert statuses(data)[final.file][0] == "accepted"
    assert statuses(data)[estimate.file][0] == "superseded"
    assert len(data.details["Ca_nhan"]) == 2
    assert [found.code for found in data.findings] == ["N517"]


def test_lateness_is_that_of_the_first_report() -> None:
    estimate = report("DOT_2", "CO", "2024-12-05")
    final = report("DOT_2", "KHONG", "2024-12-20")
    data = month(estimate, final)
    assert statuses(data)[final.file] == ("accepted", "no")
    assert data.units["late"].tolist() == ["no"]
    assert len(data.estimates["Ca_nhan"]) == 1


def test_a_newer_estimate_replaces_an_older_one() -> None:
    older, newer = report("DOT_2", "CO", "2024-12-02"), report("DOT_2", "CO", "2024-12-05", 3)
    data = month(older, newer)
    assert [found.code for found in data.findings] == ["N512"]
    assert len(data.details["Ca_nhan"]) == 3
    assert not data.estimates


def test_a_report_without_a_wave_counts_for_the_wave_that_is_judged() -> None:
    data = month(report(None, "KHONG", "2024-12-11"))
    assert len(data.details["Ca_nhan"]) == 1
    assert data.units["late"].tolist() == ["yes"]


def test_a_unit_with_a_first_wave_only_is_missing() -> None:
    data = month(report("DOT_1", "KHONG", "2024-06-01"))
    assert data.units["status"].tolist() == ["missing"]
    assert len(data.submissions) == 2


def test_forms_that_count_are_those_of_all_waves() -> None:
    first, last = report("DOT_1", "KHONG", "2024-06-01"), report("DOT_2", "KHONG", "2024-12-01")
    gone = report("DOT_2", "CO", "2024-11-01")
    assert list(counting_forms(month(first, last, gone))) == [
        ("P1", "P1", last.file, ""),
        ("P1", "P1", first.file, "DOT_1"),
    ]


def ask(*forms: CheckedForm, wave: str = "DOT_2") -> MonthData:
    programme = load(PROGRAMME, (("wave", wave),))
    return merge(list(forms), None, programme, "2024-12-31", "ask")


def told(data: MonthData, code: str) -> list[tuple[str, str]]:
    return [(one.file, str(dict(one.params)["names"])) for one in data.findings if one.code == code]


def test_a_final_that_has_fewer_people_than_its_estimate_replaces_it_unasked() -> None:
    estimate = report("DOT_2", "CO", "2024-12-01", 3)
    final = report("DOT_2", "KHONG", "2024-12-05", 1)
    for data in (month(estimate, final), ask(estimate, final)):
        assert told(data, "W515") == told(data, "E515") == []
        found = {file: status for file, (status, _) in statuses(data).items()}
        assert found == {estimate.file: "superseded", final.file: "accepted"}


def test_two_finals_of_a_wave_that_disagree_are_asked_about() -> None:
    first = report("DOT_2", "KHONG", "2024-12-01", 3)
    second = report("DOT_2", "KHONG", "2024-12-05", 1)
    assert told(month(first, second), "W515") == [(first.file, "Người 1, Người 2")]
    data = ask(first, second, report("DOT_1", "KHONG", "2024-06-01", 2))
    assert told(data, "E515") == [(first.file, "Người 1, Người 2"), (second.file, "–")]
    found = {file: status for file, (status, _) in statuses(data).items()}
    assert found[first.file] == found[second.file] == "returned"
    assert found["DOT_1-KHONG-2024-06-01.xlsx"] == "accepted", "the other wave is settled"
    assert data.units["status"].tolist() == ["returned"]


def test_the_waves_of_a_unit_do_not_rival_each_other() -> None:
    data = ask(report("DOT_1", "KHONG", "2024-06-01", 3), report("DOT_2", "KHONG", "2024-12-01"))
    assert told(data, "E515") == []
    assert {status for status, _ in statuses(data).values()} == {"accepted"}
