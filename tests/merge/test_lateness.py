"""Before the day is in time, after it is late, everything else is for a person."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from emubatch.merge import merge
from emubatch.merge.lateness import lateness
from emubatch.model import CheckedForm, RosterUnit
from emubatch.programme.tables import Programme

MakeProgramme = Callable[..., Programme]


@pytest.mark.parametrize(
    ("received", "late"),
    [
        ("2020-07-17", "no"),
        ("2020-07-18", "review"),
        ("2020-07-19", "yes"),
        ("", "review"),
        ("2020-06", "no"),
        ("2020-07", "review"),
        ("2020-08", "yes"),
        ("2019", "no"),
        ("2020", "review"),
    ],
)
def test_before_the_day(programme: Programme, received: str, late: str) -> None:
    assert lateness(received, programme) == late


@pytest.mark.parametrize(
    ("settings", "late"),
    [
        ({"inclusive": True}, "no"),
        ({"deadline_inclusive": "true"}, "no"),
        ({"deadline_same_day": "late"}, "yes"),
        ({"deadline_same_day": "in_time"}, "no"),
    ],
)
def test_on_the_day_is_a_setting(
    make_programme: MakeProgramme, settings: dict[str, str], late: str
) -> None:
    assert lateness("2020-07-18", make_programme(**settings)) == late


def test_without_a_deadline_nothing_is_late(make_programme: MakeProgramme) -> None:
    assert lateness("", make_programme(deadline="")) == "no"


def test_the_offices_date_wins_over_the_forms(
    programme: Programme,
    make_form: Callable[..., CheckedForm],
    make_unit: Callable[..., RosterUnit],
) -> None:
    form = make_form("a.xlsx", "A", received="2020-07-15", Ca_nhan=[{"ho_ten": "A B"}])
    data = merge([form], [make_unit("A", received="2020-07-20")], programme, "2020-07-31")
    assert data.units[["received", "ngay_nop", "late"]].values.tolist() == [
        ["2020-07-20", "2020-07-20", "yes"]
    ]
    assert data.submissions["late"].tolist() == ["yes"]
