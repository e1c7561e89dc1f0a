"""What the five documents contradict themselves in is found, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from emubatch.programme.lint_figures import FIGURE_KINDS, lint_figure_rows, lint_figures
from emubatch.programme.load import build, builtin_root, column_names
from emubatch.programme.problems import Problem, describe
from emubatch.programme.source import LINE, TABLE, Source, read_table
from emubatch.programme.tables import Figure, Programme

Bench = Any  # the Workbench of conftest.py
COLUMNS = column_names(Figure)


def with_figures(rows: list[dict[str, str]]) -> Programme:
    """A programme that has nothing but figures."""
    return build(Source("", {}, {"figures": rows}, {}, ""), {})[0]


def of_document(programme: str) -> tuple[list[dict[str, str]], Programme]:
    content = (builtin_root() / programme / "figures.csv").read_bytes()
    rows = read_table("figures.csv", content)[1]
    return rows, with_figures(rows)


def one(kind: str, **cells: str) -> list[Problem]:
    """What is found in a single figure, which is well formed."""
    return several([{"id": "X", "kind": kind, **cells}])


def several(rows: list[dict[str, str]]) -> list[Problem]:
    full = [
        {**dict.fromkeys(COLUMNS, ""), "label_vi": "x", "clause": "1", LINE: str(line),
         TABLE: "figures.csv", **row}
        for line, row in enumerate(rows, 2)
    ]  # fmt: skip
    programme = with_figures(full)
    wrong: list[Problem] = []
    lint_figure_rows(programme, wrong)
    assert wrong == []
    return lint_figures(programme)


# Per document: id of the figure -> code, what is stated, what it should be.
DEFECTS = {
    "bacgiang-models-2020": {
        "MOC.TREN": ("figure_chain", "31/07/2020", "30/06/2020"),
        "DAI_BIEU": ("figure_short", ">= 70%", "26,7%–40% (40 / 100-150)"),
    },
    "bacgiang-congress-2020": {
        "QUY_MO": ("figure_gap", "200", "<200 | >200"),
        "QUY_MO.AI": ("figure_repeat", "CBCCVC và NLĐ", "CBCCVC"),
        "TEN": ("figure_repeat", "tỉnh", "toàn tỉnh"),
    },
    "hatinh-movement-2024": {
        "T3": ("figure_floor_is_cap", "15%", "20, 40, 60"),
        "T5": ("figure_band", "15%", "15% – 16,7%"),
        "KN.1968b": ("figure_years", "55", "56 (24/7/1968–24/7/2024)"),
    },
    "hatinh-models-2025": {},
    "bacgiang-scorecard-2017": {
        "BAN_LE_2018": ("figure_growth", "15,7%", "2,3% (22.700 / 22.190)"),
        "TON_THAT": ("figure_points", "-1,28%", "-1,28"),
        "CCN_NUOC_THAI": ("figure_short", ">= 30%", "24,2%–27,6% (8 / 29-33)"),
        "PL.TONG": ("figure_leaves", "983", "981"),
        "PL.I.5": ("figure_sum", "20", "18"),
        "MUC.I.1": ("figure_same", "100", "3"),
        "MUC.I.3b": ("figure_same", "50", "2"),
        "MUC.I.4": ("figure_same", "50", "3"),
        "MUC.III.3c": ("figure_same", "hội nghị biểu dương", "2"),
        "SO.LON": ("figure_numeral_twice", "II", "III"),
        "SO.PL.II": ("figure_numeral", "I", "1"),
        "SO.PL.III.2": ("figure_numeral_twice", "d", "đ"),
        "SO_BC": ("figure_repeat", "252/BC-SCT", "2/BCT"),
        "NHIEM_VU": ("figure_repeat", "05", "03"),
        "GD.NONG_SAN": ("figure_period", "2017–202", ""),
        "VB.9": ("figure_decision", "730/QĐ-UBND (27/10/2017)", "1517/QĐ-UBND (31/08/2017)"),
    },
}


@pytest.mark.parametrize("name", DEFECTS)
def test_the_defects_of_a_document_and_nothing_else(name: str) -> None:
    _, programme = of_document(name)
    ids = {row.line: row.id for row in programme.figures}
    found = {ids[p.line]: (p.code, p.value, p.detail) for p in lint_figures(programme)}
    assert found == DEFECTS[name]


@pytest.mark.parametrize("name", DEFECTS)
def test_the_rows_of_a_document_are_well_formed(name: str) -> None:
    rows, programme = of_document(name)
    wrong: list[Problem] = []
    lint_figure_rows(programme, wrong)
    assert [describe(p, "en") for p in wrong] == []
    assert len(rows) == len(programme.figures) > 5
    assert all(row.label_en and row.clause for row in programme.figures)


def test_what_a_document_says_never_stops_it() -> None:
    severities = {p.severity for name in DEFECTS for p in lint_figures(of_document(name)[1])}
    assert severities == {"warning", "note"}


def test_every_kind_is_used_by_a_document() -> None:
    used = {row.kind for name in DEFECTS for row in of_document(name)[1].figures}
    assert used == set(FIGURE_KINDS)


def test_a_problem_names_the_figure_and_its_clause() -> None:
    found = one(
        "growth", label_vi="Bán lẻ", label_en="Retail", clause="III.1",
        value="22.700", base="22.190", stated="15,7%",
    )  # fmt: skip
    assert describe(found[0], "en") == (
        "figures.csv:2 stated: Retail [III.1]: the document says 15,7%,"
        " the two values give 2,3% (22.700 / 22.190)"
    )
    assert "Bán lẻ [III.1]" in describe(found[0], "vi")


@pytest.mark.parametrize("stated", ["26,8%", "26,7%", "27%", "26%"])
def test_growth_rounded_or_cut_off_is_right(stated: str) -> None:
    assert one("growth", value="145.000", base="114.375", stated=stated) == []


@pytest.mark.parametrize("stated", ["26,9%", "28%", "-26,8%"])
def test_growth_that_neither_rounds_nor_cuts_off_to_it(stated: str) -> None:
    (found,) = one("growth", value="145.000", base="114.375", stated=stated)
    assert (found.code, found.column, found.severity) == ("figure_growth", "stated", "warning")


def test_growth_leaves_room_for_values_that_are_rounded_themselves() -> None:
    """2 after 1 may be 1,6 after 1,4 as well as 2,4 after 0,6."""
    assert one("growth", value="2", base="1", stated="15%") == []
    assert one("growth", value="2,0", base="1,0", stated="15%") != []


def test_share_of_counts_is_exact() -> None:
    assert one("share", value="59", base="133", stated="44,36%") == []
    (found,) = one("share", value="59", base="133", stated="44,38%")
    assert (found.code, found.detail) == ("figure_share", "44,4% (59 / 133)")
    assert one("share", value="9", base="30", stated="30%", operator=">=") == []
    assert one("share", value="9", base="30", stated="30%", operator=">")[0].code == "figure_short"
    assert one("share", value="8", base="20-33", stated="30%", operator=">=") == []


def test_sums_name_the_root_cause_once() -> None:
    rows = [
        {"id": "T", "kind": "sum", "value": "30", "parts": "@A|10"},
        {"id": "A", "kind": "sum", "value": "20", "parts": "@B|10"},
        {"id": "B", "kind": "sum", "value": "10", "parts": "4|4"},
    ]
    assert [(p.line, p.code, p.value, p.detail) for p in several(rows)] == [
        (2, "figure_leaves", "30", "28"),
        (4, "figure_sum", "10", "8"),
    ]
    rows[2]["parts"] = "6|4"
    assert several(rows) == []


def test_sums_in_a_circle_end() -> None:
    rows = [
        {"id": "A", "kind": "sum", "value": "10", "parts": "@B"},
        {"id": "B", "kind": "sum", "value": "10", "parts": "@A"},
    ]
    assert several(rows) == []


def decisions(*rows: tuple[str, str, str]) -> list[tuple[int, str]]:
    found = several(
        [
            {"id": str(n), "kind": "decision", "value": number, "issuer": issuer, "date": day}
            for n, (number, issuer, day) in enumerate(rows)
        ]
    )
    return [(p.line, p.code) for p in found]


def test_decisions_rise_within_one_issuer_series_and_year() -> None:
    late = ("730/QĐ-UBND", "UBND tỉnh", "2017-10-27")
    assert decisions(late, ("1517/QĐ-UBND", "UBND tỉnh", "2017-08-31")) == [(2, "figure_decision")]
    assert decisions(late, ("1517/QĐ-UBND", "UBND huyện", "2017-08-31")) == []
    assert decisions(late, ("1517/KH-UBND", "UBND tỉnh", "2017-08-31")) == []
    assert decisions(late, ("1517/QĐ-UBND", "UBND tỉnh", "2016-08-31")) == []
    assert decisions(late, ("1517/QĐ-UBND", "UBND tỉnh", "2017-10-27")) == []
    assert decisions(late, late) == []
    twice = ("730/QĐ-UBND", "UBND tỉnh", "2017-10-26")
    assert decisions(twice, late) == [(3, "figure_decision_twice")]


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ("1|2|3", []),
        ("2.1|2.2|2.3", []),
        ("II|III", []),
        ("a|b|c|d|đ|e|g", []),
        ("1|2|4", [("figure_numeral_gap", "4", "3")]),
        ("1|2|2|3", [("figure_numeral_twice", "2", "3")]),
        ("1|II|3", [("figure_numeral", "II", "2")]),
        ("a|b|c|d|e", [("figure_numeral_gap", "e", "đ")]),
    ],
)
def test_numbering(parts: str, found: list[tuple[str, str, str]]) -> None:
    assert [(p.code, p.value, p.detail) for p in one("numbering", parts=parts)] == found


def test_deadlines_stand_one_before_the_other() -> None:
    assert one("deadline_chain", parts="25/3/2021|2021-03-30") == []
    assert one("deadline_chain", parts="2021-03-30|2021-03-30", operator="<=") == []
    (found,) = one("deadline_chain", parts="2021-03-30|2021-03-30")
    assert (found.code, found.value, found.detail) == ("figure_chain", "30/03/2021", "30/03/2021")


def test_floor_and_cap() -> None:
    (above,) = one("floor_cap", value="20%", stated="20%", base="REST")
    assert (above.code, above.severity) == ("figure_floor_above", "warning")
    assert above.detail == "20% – 16,7%"
    (band,) = one("floor_cap", value="10%", stated="15%", base="90%")
    assert (band.code, band.severity, band.detail) == ("figure_band", "note", "10% – 13,5%")


def test_levels_meet() -> None:
    assert one("cover", parts="<200|>=200") == []
    assert one("cover", parts=">200|<=200") == []
    assert one("cover", parts="<=200|>=200")[0].code == "figure_overlap"
    assert one("cover", parts="<200|>210")[0].code == "figure_gap"


# --- rows that are not well formed -------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "cells", "column", "code", "value"),
    [
        ("VB.1", {"kind": "decison"}, "kind", "unknown_choice", "decison"),
        ("VB.1", {"issuer": ""}, "issuer", "missing_for_test", ""),
        ("VB.1", {"date": "7/8/2019"}, "date", "bad_date", "7/8/2019"),
        ("VB.1", {"value": "KH-BCT"}, "value", "bad_cell", "KH-BCT"),
        ("VB.1", {"parts": "1|2"}, "parts", "column_not_used", ""),
        ("SL.TT", {"parts": "5|3.5|7"}, "parts", "bad_cell", "3.5"),
        ("SL.TT", {"parts": "5|@SL.TTT"}, "parts", "unknown_parent", "SL.TTT"),
        ("DAI_BIEU", {"operator": "=>"}, "operator", "unknown_choice", "=>"),
        ("MOC", {"operator": ">="}, "operator", "unknown_choice", ">="),
        ("MOC", {"parts": "7/2020|31/7/2020"}, "parts", "bad_cell", "7/2020"),
        ("KN.1930", {"base": "30"}, "base", "bad_cell", "30"),
        ("SL.CN", {"id": "SL.TT"}, "id", "duplicate", "SL.TT"),
    ],
)
def test_a_broken_figure_is_an_error_of_the_programme(
    models: Bench, key: str, cells: dict[str, str], column: str, code: str, value: str
) -> None:
    line = models.change("figures", key, **cells)
    assert ("figures.csv", line, column, code, value) in models.codes()
    assert {p.severity for p in models.lint()} == {"error"}


def test_figures_of_a_sound_programme_do_not_stop_it(models: Bench) -> None:
    assert models.lint() == []
