"""Everything that an author can write is explained, and the author's guide shows it."""

from __future__ import annotations

from emubatch.programme.guide import column_guide, guide
from emubatch.programme.load import TABLES
from emubatch.programme.operators import SWITCHES, TESTS


def test_every_table_column_test_and_switch_is_explained() -> None:
    tables = [name for name in TABLES if name != "lists"]
    wanted = {
        *(("table", name) for name in tables),
        *(("column", f"{name}.{column}") for name in tables for column, _ in column_guide(name)),
        *(("test", name) for name in TESTS),
        *(("switch", name) for name in SWITCHES),
    }
    assert set(guide()) == wanted


def test_explanations_are_in_both_languages() -> None:
    assert [key for key, words in guide().items() if not words.vi or not words.en] == []
