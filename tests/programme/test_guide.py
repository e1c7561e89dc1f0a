"""Everything that an author can write is explained, and the author's guide shows it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from emubatch.programme.conditions import parse_conditions, parse_measured
from emubatch.programme.guide import column_guide, guide
from emubatch.programme.lint_figures import FIGURE_KINDS
from emubatch.programme.load import TABLES
from emubatch.programme.operators import SWITCHES, TESTS
from emubatch.vietnamese import fold_key


def test_every_table_column_test_and_switch_is_explained() -> None:
    tables = [name for name in TABLES if name != "lists"]
    wanted = {
        *(("table", name) for name in tables),
        *(("column", f"{name}.{column}") for name in tables for column, _ in column_guide(name)),
        *(("test", name) for name in TESTS),
        *(("switch", name) for name in SWITCHES),
        *(("figure", name) for name in FIGURE_KINDS),
    }
    # The header and the worked cases are tables only in a plan workbook.
    of_workbook = {
        key
        for key in guide()
        if key[0] == "fact" or key[1].partition(".")[0] in ("header", "cases")
    }
    assert set(guide()) - of_workbook == wanted


def test_short_names_of_tables_and_columns_are_headings() -> None:
    """A heading leads to one column only, and fits on the tab of a sheet."""
    named = {key: words for key, words in guide().items() if key[0] in ("table", "column")}
    assert [key for key, words in named.items() if not (words.short_vi and words.short_en)] == []
    owner: dict[tuple[str, str], str] = {}
    for (kind, name), words in named.items():
        table = name.partition(".")[0] if kind == "column" else ""
        for text in {fold_key(words.short_vi), fold_key(words.short_en)}:
            assert owner.setdefault((table, text), name) == name
    assert all(len(words.short_vi) <= 31 for (kind, _), words in named.items() if kind == "table")


def test_explanations_are_in_both_languages() -> None:
    assert [key for key, words in guide().items() if not words.vi or not words.en] == []


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    path = Path(__file__).parents[2] / "docs" / "programme_tables.py"
    spec = importlib.util.spec_from_file_location("programme_tables", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_authors_guide_is_in_step(tables: ModuleType) -> None:
    text = tables.PAGE.read_text(encoding="utf-8")
    assert tables.with_tables(text) == text, "run: python docs/programme_tables.py"
    assert text.count("<!-- tables: ") == 5


def test_stale_table_is_noticed(tables: ModuleType) -> None:
    page = "<!-- tables: roles -->\n`name`.\n<!-- end -->\n"
    assert tables.with_tables(page) != page
    assert "`unit_code`" in tables.with_tables(page)


def test_examples_of_the_guide_are_real(tables: ModuleType) -> None:
    """Notation shown in the page parses."""
    text = tables.PAGE.read_text(encoding="utf-8").replace("\\|", "|")
    assert parse_conditions("doi_tuong = CAN_BO|CONG_CHUC ; Don_vi.thuoc_cdn = CO")
    assert "doi_tuong = CAN_BO|CONG_CHUC ; Don_vi.thuoc_cdn = CO" in text
    for measured in ("Thanh_tich.ma_kt : LDTT", "Thanh_tich.ma_kt : TTLDTT+", "A.x : X / B.y : CO"):
        assert f"`{measured}`" in text
        assert parse_measured(measured)
