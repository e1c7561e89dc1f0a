"""One raw cell -> a value or what is wrong with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emubatch.checks.columns import ColumnReader
from emubatch.checks.parsers import Oddity, parser_of, show
from emubatch.model import BadCell
from emubatch.programme.load import load
from emubatch.programme.roles import FIELD_TYPES
from emubatch.programme.tables import Field

PROGRAMME = load("bacgiang-models-2020")
FIELD = next(f for f in PROGRAMME.fields if f.key == "ho_ten")


def field(kind: str, **limits: str) -> Field:
    stated = {"minimum": "", "maximum": "", "list": "", **limits}
    return replace(FIELD, type=kind, **stated)  # type: ignore[arg-type]


def parsed(kind: str, raw: Any, **limits: str) -> tuple[Any, str]:
    value, odd = parser_of(field(kind, **limits), PROGRAMME)(raw)
    return value, odd.code if odd else ""


@pytest.mark.parametrize("kind", FIELD_TYPES)
@pytest.mark.parametrize("raw", [None, "", "  ", "-", "–", "\u00a0", "…"])
def test_blanks_are_blank_for_every_type(kind: str, raw: Any) -> None:
    assert parsed(kind, raw) == (None, "")


@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_cells_without_a_usable_value(kind: str) -> None:
    assert parsed(kind, BadCell("E212", "#N/A")) == (None, "E212")
    assert parsed(kind, BadCell("E213", "")) == (None, "E213")
    assert parsed(kind, BadCell("E215", "")) == (None, "E215")


CASES: list[tuple[str, Any, Any, str]] = [
    ("text", "Nguyễn Văn An", "Nguyễn Văn An", ""),
    ("text", " Nguyễn  Văn An ", "Nguyễn Văn An", "N201"),
    ("text", "dòng một\ndòng hai", "dòng một dòng hai", ""),
    ("text", "NguyÔn V¨n", "NguyÔn V¨n", "E217"),
    ("text", 12.0, "12", "N203"),
    ("code", 123.0, "123", "N203"),
    ("code", "0123", "0123", ""),
    ("code", 1234567890123456.0, None, "E216"),
    ("code", dt.date(2020, 3, 12), "12/03/2020", "N202"),
    ("int", 5.0, 5, ""),
    ("int", "5", 5, ""),
    ("int", "05", 5, "N202"),
    ("int", "5 tập thể", 5, "N202"),
    ("int", "22 190", 22190, "N202"),
    ("int", 5.5, None, "E202"),
    ("int", "năm", None, "E202"),
    ("int", dt.date(2020, 1, 1), None, "E202"),
    ("int", float("nan"), None, "E202"),
    ("number", 114375.0, 114375.0, ""),
    ("number", "114.375", 114375.0, "N202"),
    ("number", "8,86", 8.86, ""),
    ("number", "1.234,56", 1234.56, "N202"),
    ("number", "trên 35", None, "E203"),
    ("number", float("inf"), None, "E203"),
    ("percent", "32,82%", 32.82, ""),
    ("percent", 32.82, 32.82, ""),
    ("percent", 0.15, 0.15, "N204"),
    ("percent", "0,15", 0.15, "N204"),
    ("percent", "0,15%", 0.15, ""),
    ("percent", "−1,28", -1.28, "N202"),
    ("year", 2018.0, "2018", ""),
    ("year", "2018 ", "2018", ""),
    ("year", "năm 2018", "2018", "N202"),
    ("year", dt.date(1905, 7, 10), "2018", "N202"),
    ("year", "2015-2019", None, "E207"),
    ("year", dt.date(2019, 2, 12), None, "E207"),
    ("year", "18", None, "E207"),
    ("years", "2015-2019", "2015-2019", ""),
    ("years", "2015 – 2019", "2015-2019", "N202"),
    ("years", 1905.0, None, "E214"),
    ("date", dt.date(2014, 12, 5), "2014-12-05", ""),
    ("date", dt.datetime(2014, 12, 5, 8, 30), "2014-12-05", ""),
    ("date", "05/12/2014", "2014-12-05", ""),
    ("date", "12/2014", "2014-12", ""),
    ("date", "Tháng 7/2020", "2020-07", "N202"),
    ("date", "12-2014", "2014-12", "N202"),
    ("date", 2014.0, "2014", ""),
    ("date", 41978.0, "2014-12-05", "N202"),
    ("date", 7.0, None, "E204"),
    ("date", "31/02/2015", None, "E205"),
    ("date", dt.date(1900, 2, 28), None, "E205"),
    ("date", "31/12/85", None, "E206"),
    ("date", "hôm qua", None, "E204"),
    ("date", dt.timedelta(hours=3), None, "E204"),
    ("birth", 1984.0, "1984", ""),
    ("birth", "05/12/1984", "1984-12-05", ""),
    ("yesno", "x", "CO", ""),
    ("yesno", "Không", "KHONG", ""),
    ("yesno", 1.0, "CO", ""),
    ("yesno", "TRUE", "CO", ""),
    ("yesno", "có lẽ", None, "E208"),
    ("text", "Nguy\ufffdn V\ufffdn An", "Nguy\ufffdn V\ufffdn An", "E221"),
    ("yesno", "ü", "CO", "N202"),  # a tick in Wingdings
    ("yesno", "Ü", None, "E208"),
]


@pytest.mark.parametrize(("kind", "raw", "value", "code"), CASES)
def test_cells(kind: str, raw: Any, value: Any, code: str) -> None:
    assert parsed(kind, raw) == (value, code)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("CSTDCS", "CSTDCS"),
        ("Chiến sỹ thi đua cơ sở", "CSTDCS"),
        ("CSTĐ cơ sở", "CSTDCS"),
        ("cstdcs ", "CSTDCS"),
        ("CSTDCS – Chiến sĩ thi đua cơ sở", "CSTDCS"),
        ("BK UBND tỉnh", "BK_TINH"),
        ("Bằng khen của Chủ tịch UBND tỉnh", "BK_TINH"),
        ("không", "KHONG"),
    ],
)
def test_choices_by_code_label_and_spelling(raw: str, code: str) -> None:
    assert parsed("list", raw, list="ma_kt") == (code, "")


def test_an_unknown_choice_never_maps_but_names_the_nearest() -> None:
    value, odd = parser_of(field("list", list="ma_kt"), PROGRAMME)("Chiến sĩ thi đua cơ xở")
    assert value is None
    assert odd is not None
    assert odd.code == "E209"
    assert odd.words["nearest"].startswith(" (gần nhất: «Chiến sĩ thi đua cơ sở»")
    assert odd.words["nearest"].count("«") == 3


@pytest.mark.parametrize(
    ("kind", "raw", "low", "high", "code"),
    [
        ("int", -1.0, "0", "100", "E210"),
        ("int", 101.0, "0", "100", "E211"),
        ("number", "0,5", "0", "1", ""),
        ("year", 1989.0, "1990", "2020", "E214"),
        ("years", "2015-2021", "1990", "2020", "E214"),
        ("date", "12/2019", "1990-01-01", "2019-12-30", ""),
        ("date", "31/12/2019", "1990-01-01", "2019-12-30", "E219"),
        ("date", "01/01/1980", "1990-01-01", "", "E218"),
    ],
)
def test_limits(kind: str, raw: Any, low: str, high: str, code: str) -> None:
    value, found = parsed(kind, raw, minimum=low, maximum=high)
    assert found == code
    assert (value is None) == bool(code)


def test_a_column_parses_each_raw_value_once_and_tells_its_cells() -> None:
    seen: list[Any] = []

    def parse(raw: Any) -> tuple[Any, Oddity | None]:
        seen.append(raw)
        return raw, Oddity("E203", str(raw)) if raw == "x" else None

    reader = ColumnReader(parse)
    raw = ["a", "x", "a", "x", 1.0]
    assert reader.read(raw) == raw
    assert seen == ["a", "x", 1.0]
    assert [(index, odd.code) for index, odd in reader.oddities(raw)] == [(1, "E203"), (3, "E203")]
    assert list(reader.oddities(["a"])) == []


def test_values_are_shown_as_people_type_them() -> None:
    assert show(15.0) == "15"
    assert show(0.15) == "0,15"
    assert show("2014-12-05") == "05/12/2014"
    assert show("2014-12") == "12/2014"
    assert show(dt.date(2014, 12, 5)) == "05/12/2014"


raws = st.one_of(
    st.none(),
    st.floats(),
    st.text(max_size=20),
    st.dates(),
    st.datetimes(),
    st.timedeltas(),
    st.times(),
    st.just(BadCell("E212", "#N/A")),
)


@given(st.sampled_from(FIELD_TYPES), raws)
def test_every_cell_is_a_value_a_blank_or_an_error(kind: str, raw: Any) -> None:
    value, odd = parser_of(field(kind, list="ma_kt" if kind == "list" else ""), PROGRAMME)(raw)
    if value is None and odd is None:
        assert raw is None or isinstance(raw, str)
    if odd is not None and odd.code.startswith("N"):
        assert value is not None
    if odd is not None and odd.code.startswith("E") and odd.code != "E217":
        assert value is None
