"""Counts of people in documents follow the readings of the plan."""

from __future__ import annotations

import pytest

from emubatch.letters.facts import Facts
from emubatch.letters.material import Material
from emubatch.letters.people import People
from emubatch.plans import load

ROWS = [
    {"kind": "individual", "proposed": "yes", "tier": tier}
    for tier in ("LANH_DAO_SO", "LANH_DAO_PHONG", "CBCCVC", "")
]


@pytest.mark.parametrize(
    ("settings", "leaders"), [((), "2"), ((("leader_tiers", "LANH_DAO_SO"),), "1")]
)
def test_leaders_are_those_of_the_plan(settings: tuple[tuple[str, str], ...], leaders: str) -> None:
    material = Material(
        load("bacgiang-models-2020", settings),
        Facts({}, {}),
        {"nominees": ROWS},
        None,
        (),
        None,
        "",
    )
    found = People(material).shares(proposed=True)
    assert (found["ca_nhan"], found["lanh_dao"], found["chua_ro"]) == ("4", leaders, "1")
