"""The scorecard against the department's own card of 2017 and the rulings on it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from emubatch.messages import render
from emubatch.model import SCORE_COLUMNS

EXCEEDED = {"I.1": 16.0, "I.2": 10.0, "I.3a": 5.0, "I.4": 16.0, "I.7": 5.0}


def fill(month: Any, unit: int = 0, **changed: dict[str, Any] | None) -> Any:
    """Every leaf at its first level, as the card of 2017 has it; ``None`` leaves a leaf out."""
    for row in month.programme.scorecard:
        if row.kind != "leaf":
            continue
        levels = month.programme.options_of[row.code]
        entry: dict[str, Any] = {"muc": levels[0].option, "pct": 0.0 if row.bonus else None}
        own = changed.get(row.code.replace(".", "_"), {})
        if own is not None:
            month.add("Cham_diem", -1, unit_pos=unit, ma_tc=row.code, **{**entry, **own})
    return month


def card_of_2017(month: Any) -> Any:
    over = {code.replace(".", "_"): {"pct": value} for code, value in EXCEEDED.items()}
    return fill(month, I_5={"muc": "b", "tru": 2.0, "tu_cham": 18.0}, **over)


def row(month: Any, code: str, unit: str = "SCT") -> dict[str, Any]:
    frame = month.run().scores
    found = frame[(frame["criterion"] == code) & (frame["unit"] == unit)]
    return dict(found.iloc[0])


def total(month: Any, code: str) -> tuple[Any, str]:
    found = row(month, code)
    return (None if pd.isna(found["total"]) else found["total"]), found["outcome"]


def codes(month: Any) -> list[tuple[str, str]]:
    return [(found.code, found.cell) for found in month.run().findings]


# --- the department's own card ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "base", "bonus", "penalty", "points"),
    [
        ("I", 550, 35, 2, 583), ("I.1", 100, 10, 0, 110), ("I.2", 100, 10, 0, 110),
        ("I.3", 100, 5, 0, 105), ("I.3a", 50, 5, 0, 55), ("I.4", 50, 5, 0, 55),
        ("I.5", 20, 0, 2, 18), ("I.7", 50, 5, 0, 55), ("I.9", 50, 0, 0, 50),
        ("II", 200, 0, 0, 200), ("III", 200, 0, 0, 200), ("III.7", 15, 0, 0, 15),
        ("TOTAL", 950, 35, 2, 983),
    ],
)  # fmt: skip
def test_the_card_of_2017(
    card: Any, code: str, base: float, bonus: float, penalty: float, points: float
) -> None:
    found = row(card_of_2017(card()), code)
    assert [found[name] for name in ("base", "bonus", "penalty", "total", "outcome")] == [
        base, bonus, penalty, points, "scored",
    ]  # fmt: skip


def test_the_card_of_2017_has_no_findings(card: Any) -> None:
    assert codes(card_of_2017(card())) == []


def test_the_frame(card: Any) -> None:
    month = card_of_2017(card())
    frame = month.run().scores
    extra = ["label", "clause", "kind", "parent", "cell", "raw_bonus", "raw_total", "note"]
    assert list(frame.columns) == [*SCORE_COLUMNS, *extra]
    order = [*(row.code for row in month.programme.scorecard), "TOTAL"]
    assert frame["criterion"].tolist() == order
    total_row = frame.iloc[-1]
    assert (total_row["raw_bonus"], total_row["raw_total"]) == (52, 1000)
    assert total_row["kind"] == "total"
    assert row(month, "I.5")["cell"] == "dv.xlsx!Chấm điểm!C7"
    assert card_of_2017(card(show_raw_total="false")).run().scores["raw_bonus"].isna().all()


# --- levels ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "entry", "points", "outcome"),
    [
        ("I.6", {"muc": None}, None, "review"),
        ("I.6", {"muc": "zz"}, None, "review"),
        ("I.6", {"muc": "B"}, 28, "scored"),
        ("I.6", {"muc": "một mặt chưa tốt"}, 28, "scored"),
        ("I.6", {"muc": "e"}, 0, "scored"),
        ("I.9a", {"muc": "KHONG_DAT"}, 0, "scored"),
        ("I.9a", {"muc": None}, None, "review"),
        # Reprimands: ten points each, never below 0.
        ("I.3b", {"muc": None, "so_luong": 0.0}, 50, "scored"),
        ("I.3b", {"muc": None, "so_luong": 2.0}, 30, "scored"),
        ("I.3b", {"muc": "b", "so_luong": 6.0}, 0, "scored"),
        ("I.3b", {"muc": "b"}, None, "review"),
        ("I.3b", {"muc": "a", "so_luong": 1.0}, None, "review"),
        # Initiatives.
        ("I.5", {"muc": None, "so_luong": 5.0}, 18, "scored"),
        ("I.5", {"muc": None, "so_luong": 4.0}, 16, "scored"),
        ("I.5", {"muc": "a", "so_luong": 3.0}, 20, "scored"),
        ("I.5", {"muc": None, "so_luong": 0.0}, None, "review"),
        # Good tasks.
        ("I.7", {"muc": None, "so_luong": 3.0}, 40, "scored"),
        ("I.7", {"muc": None, "so_luong": 2.0}, None, "review"),
        ("I.7", {"muc": "b", "so_luong": 6.0}, None, "review"),
        # Dossiers returned of those submitted, as whole numbers.
        ("III.4a", {"muc": None, "so_luong": 0.0, "tong": 7.0}, 20, "scored"),
        ("III.4a", {"muc": None, "so_luong": 10.0, "tong": 101.0}, 15, "scored"),
        ("III.4a", {"muc": None, "so_luong": 10.0, "tong": 100.0}, 10, "scored"),
        ("III.4a", {"muc": None, "so_luong": 20.0, "tong": 100.0}, 10, "scored"),
        ("III.4a", {"muc": None, "so_luong": 21.0, "tong": 100.0}, 5, "scored"),
        ("III.4a", {"muc": None, "so_luong": 0.0, "tong": 0.0}, None, "review"),
        ("III.4a", {"muc": None, "so_luong": 3.0}, None, "review"),
        ("III.4a", {"muc": None, "so_luong": 9.0, "tong": 8.0}, None, "review"),
        # Direct workers: strictly more than 70 per cent.
        ("III.4b", {"muc": None, "so_luong": 70.0, "tong": 100.0}, 0, "scored"),
        ("III.4b", {"muc": None, "so_luong": 71.0, "tong": 100.0}, 10, "scored"),
        ("III.4b", {"muc": None, "so_luong": 7.0, "tong": 10.0}, 0, "scored"),
    ],
)  # fmt: skip
def test_points_of_a_leaf(
    card: Any, code: str, entry: dict[str, Any], points: float | None, outcome: str
) -> None:
    month = fill(card(), **{code.replace(".", "_"): entry})
    assert total(month, code) == (points, outcome)
    found = row(month, code)
    if points is not None:
        assert found["base"] + found["bonus"] - found["penalty"] == found["total"]


def test_a_row_without_a_total_empties_those_above(card: Any) -> None:
    month = fill(card(), I_9a={"muc": None})
    assert [total(month, code) for code in ("I.9a", "I.9", "I", "TOTAL")] == [(None, "review")] * 4
    assert total(month, "II") == (200, "scored")


def test_two_levels_are_an_error(card: Any) -> None:
    month = fill(card())
    month.add("Cham_diem", -1, ma_tc="I.6", muc="b")
    assert total(month, "I.6") == (None, "error")
    assert total(month, "TOTAL") == (None, "error")


def test_a_missing_row_is_a_review(card: Any) -> None:
    assert total(fill(card(), II_1=None), "II.1") == (None, "review")


def test_a_form_without_scorecard_is_all_review(card: Any) -> None:
    month = card()
    assert set(month.run().scores["outcome"]) == {"review"}


def test_units_that_sent_nothing_have_no_rows(card: Any) -> None:
    month = card_of_2017(card())
    month.unit(unit="K01", file="")
    assert set(month.run().scores["unit"]) == {"SCT"}


def test_units_do_not_mix(card: Any) -> None:
    month = card_of_2017(card())
    fill(month, month.unit(unit="K01"), II_1={"muc": "c"})
    frame = month.run().scores
    totals = frame[frame["criterion"] == "TOTAL"].set_index("unit")["total"]
    assert totals.to_dict() == {"SCT": 983, "K01": 940}


# --- bonus and penalty -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "settings", "bonus", "raw", "outcome"),
    [
        ({"pct": 0.0}, {}, 0, 0, "scored"),
        ({"pct": 3.5}, {}, 3.5, 3.5, "scored"),
        ({"pct": 10.0}, {}, 10, 10, "scored"),
        ({"pct": 16.0}, {}, 10, 16, "scored"),
        ({"pct": None}, {}, None, None, "review"),
        ({"pct": 3.0}, {"bonus_rule": "flat"}, 10, 10, "scored"),
        ({"pct": 0.0}, {"bonus_rule": "flat"}, 0, 0, "scored"),
        ({"pct": 3.0}, {"points_per_pct": "2"}, 6, 6, "scored"),
        ({"pct": 16.0}, {"cap_pct_of_base": "20"}, 16, 16, "scored"),
        ({"muc": "c", "pct": 5.0, "tru": 20.0}, {}, 0, 0, "scored"),
    ],
)
def test_bonus(
    card: Any,
    entry: dict[str, Any],
    settings: dict[str, str],
    bonus: float | None,
    raw: float | None,
    outcome: str,
) -> None:
    found = row(fill(card(**settings), I_1=entry), "I.1")
    shown = [None if pd.isna(found[name]) else found[name] for name in ("bonus", "raw_bonus")]
    assert (*shown, found["outcome"]) == (bonus, raw, outcome)


def test_exceeding_counts_only_where_it_is_possible(card: Any) -> None:
    assert row(fill(card(), II_1={"pct": 20.0}), "II.1")["bonus"] == 0


@pytest.mark.parametrize(
    ("entered", "settings", "points", "outcome"),
    [(20.0, {}, 80, "scored"), (None, {}, None, "review"), (0.0, {}, 100, "scored"),
     (None, {"shortfall_penalty": "none"}, 100, "scored"), (100.0, {}, 0, "scored"),
     (100.5, {}, None, "review")],
)  # fmt: skip
def test_penalty_of_a_level_that_was_not_reached(
    card: Any, entered: float | None, settings: dict[str, str], points: float | None, outcome: str
) -> None:
    month = fill(card(**settings), I_1={"muc": "c", "tru": entered, "pct": None})
    assert total(month, "I.1") == (points, outcome)


@pytest.mark.parametrize(
    ("value", "outcome", "found"),
    [("warn", "scored", ["W618"]), ("allow", "scored", []), ("review", "review", [])],
)
def test_bonus_and_penalty_together(card: Any, value: str, outcome: str, found: list[str]) -> None:
    month = fill(card(bonus_with_penalty=value), I_2={"muc": "b", "pct": 4.0})
    assert total(month, "I.2") == ((94 if outcome == "scored" else None), outcome)
    assert [code for code, _ in codes(month)] == found


@pytest.mark.parametrize(
    ("settings", "code", "entry", "points", "outcome"),
    [
        ({"no_option": "zero"}, "I.6", {"muc": None}, 0, "scored"),
        ({"zero_level": "16"}, "I.5", {"muc": None, "so_luong": 0.0}, 16, "scored"),
        ({"zero_level": "0"}, "I.5", {"muc": "c", "so_luong": 0.0}, 0, "scored"),
        ({"undefined_level": "0"}, "I.7", {"muc": None, "so_luong": 1.0}, 0, "scored"),
        ({"undefined_level": "0"}, "III.4a", {"muc": None, "so_luong": 0.0, "tong": 0.0}, 0,
         "scored"),
        ({"at_boundary": "review"}, "III.4b", {"muc": None, "so_luong": 7.0, "tong": 10.0}, None,
         "review"),
        ({"at_boundary": "review"}, "III.4b", {"muc": None, "so_luong": 8.0, "tong": 10.0}, 10,
         "scored"),
        ({"direct_share_limit": "60"}, "III.4b", {"muc": None, "so_luong": 7.0, "tong": 10.0}, 10,
         "scored"),
        ({"reprimand_points": "-20"}, "I.3b", {"muc": None, "so_luong": 1.0}, 30, "scored"),
        ({"reprimand_floor": "25"}, "I.3b", {"muc": None, "so_luong": 9.0}, 25, "scored"),
    ],
)  # fmt: skip
def test_settings_change_the_points(
    card: Any,
    settings: dict[str, str],
    code: str,
    entry: dict[str, Any],
    points: float | None,
    outcome: str,
) -> None:
    month = fill(card(**settings), **{code.replace(".", "_"): entry})
    assert total(month, code) == (points, outcome)


# --- what was entered against what follows ---------------------------------------------------


@pytest.mark.parametrize(
    ("code", "entry", "found"),
    [
        ("I.1", {"pct": 16.0, "cong": 16.0, "tu_cham": 116.0}, [("W611", "G2")]),
        ("I.1", {"pct": 16.0, "cong": 10.0, "tu_cham": 111.0}, [("W611", "I2")]),
        ("I.5", {"muc": "b", "tru": 4.0}, [("W611", "H7")]),
        ("I.1", {"muc": "c", "tru": 20.0, "tu_cham": 80.0}, []),
        ("I.7", {"muc": "b", "so_luong": 6.0}, [("W612", "D9")]),
        ("I.7", {"muc": None, "so_luong": 1.0}, [("W613", "D9")]),
        ("III.4a", {"muc": None, "so_luong": 9.0, "tong": 8.0}, []),
        ("I.3b", {"muc": "b"}, [("W615", "D5")]),
        ("I.1", {"pct": None}, [("W616", "F2")]),
        ("I.1", {"muc": "c", "pct": None}, [("W617", "H2")]),
        ("I.4", {"muc": "c", "tru": 51.0, "tu_cham": 0.0}, [("W619", "H6")]),
    ],
)
def test_findings(
    card: Any, code: str, entry: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    month = fill(card(), **{code.replace(".", "_"): entry})
    assert codes(month) == found


def test_words_of_a_finding(card: Any) -> None:
    month = fill(card(), I_1={"pct": 16.0, "cong": 16.0})
    finding = month.run().findings[0]
    assert (finding.unit, finding.sheet, finding.field) == ("SCT", "Chấm điểm", "cong")
    assert "«Điểm cộng» ghi 16, theo bảng điểm là 10" in render(finding, "vi")
    assert "«Bonus» says 16, by the scorecard it is 10" in render(finding, "en")


def test_a_level_is_named_as_the_form_names_it(card: Any) -> None:
    month = fill(card(), I_7={"muc": "b", "so_luong": 6.0})
    (finding,) = month.run().findings
    assert "ứng với mức «6 nhiệm vụ tốt»" in render(finding, "vi")
    assert "level «6 tasks good»" in render(finding, "en")


def test_notes_say_why(card: Any) -> None:
    assert row(fill(card(), I_6={"muc": None}), "I.6")["note"] == "chưa chọn mức"
    month = fill(card(), I_7={"muc": "b", "so_luong": 6.0})
    assert row(month, "I.7")["note"] == "mức và số liệu không khớp"
