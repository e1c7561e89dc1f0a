"""Plans that are judged more than once: on which day, and which wave on a day."""

from __future__ import annotations

import pytest

from emubatch.programme.load import load
from emubatch.programme.moment import judged_at

MODELS = "hatinh-models-2025"
MOVEMENT = "hatinh-movement-2024"


@pytest.mark.parametrize(
    ("programme", "settings", "day"),
    [
        (MODELS, (), "2025-12-31"),
        (MODELS, (("mode", "dang_ky"),), "2021-03-29"),
        (MOVEMENT, (), "2024-12-31"),
        (MOVEMENT, (("wave", "DOT_1"),), "2024-06-30"),
        (MOVEMENT, (("wave", "DOT_2"),), "2024-12-31"),
    ],
)
def test_each_mode_and_wave_has_its_own_day(
    programme: str, settings: tuple[tuple[str, str], ...], day: str
) -> None:
    assert load(programme, settings).as_of == day


@pytest.mark.parametrize(
    ("as_of", "judged"),
    [
        ("2024-05-31", ("DOT_1",)),
        ("2024-06-30", ("DOT_1",)),
        ("2024-12-09", ("DOT_1",)),
        ("2024-12-10", ("DOT_1", "DOT_2")),
        ("2024-12-31", ("DOT_1", "DOT_2")),
    ],
)
def test_the_wave_is_the_newest_whose_reports_were_due(as_of: str, judged: tuple[str, ...]) -> None:
    settled = judged_at(load(MOVEMENT), as_of)
    assert settled.waves == judged
    assert settled.setting["wave"] == judged[-1]
    assert settled.last_wave is (judged[-1] == "DOT_2")


def test_a_wave_that_is_stated_stays() -> None:
    programme = load(MOVEMENT, (("wave", "DOT_2"),))
    assert judged_at(programme, "2024-06-30") is programme


def test_a_programme_without_waves_stays() -> None:
    programme = load(MODELS)
    assert judged_at(programme, "2021-03-29") is programme
