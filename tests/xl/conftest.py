"""The two programmes that come with the package, loaded once."""

from __future__ import annotations

import pytest

from emubatch.model import RosterUnit
from emubatch.programme.load import load
from emubatch.programme.tables import Programme

MODELS, SCORECARD = "bacgiang-models-2020", "bacgiang-scorecard-2017"


@pytest.fixture(scope="session")
def models() -> Programme:
    return load(MODELS)


@pytest.fixture(scope="session")
def scorecard() -> Programme:
    return load(SCORECARD)


@pytest.fixture(scope="session", params=[MODELS, SCORECARD])
def programme(request: pytest.FixtureRequest) -> Programme:
    return load(request.param)


@pytest.fixture(scope="session")
def unit() -> RosterUnit:
    return RosterUnit("SCT-THU", "Phòng Thử nghiệm", "CO_QUAN_SO")
