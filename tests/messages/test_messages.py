import csv
import re
import string
from pathlib import Path

import pytest

import emubatch.messages
from emubatch.messages import catalogue, finding, line, render, severity, shortened, word

FOLDER = Path(emubatch.messages.__file__).parent


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_codes_are_unique_and_sorted() -> None:
    codes = [row["code"] for row in _rows("catalogue.csv")]
    assert codes == sorted(set(codes))


@pytest.mark.parametrize("row", _rows("catalogue.csv"), ids=lambda row: row["code"])
def test_each_message_is_whole_in_both_languages(row: dict[str, str]) -> None:
    assert (
        row["severity"] == {"F": "error", "E": "error", "W": "warning", "N": "note"}[row["code"][0]]
    )
    assert row["vi"].strip() and row["en"].strip()
    assert _placeholders(row["vi"]) == _placeholders(row["en"])


@pytest.mark.parametrize("row", _rows("catalogue.csv"), ids=lambda row: row["code"])
def test_errors_say_how_to_mend(row: dict[str, str]) -> None:
    if row["severity"] == "error":
        assert row["vi"].count(".") >= 2, "one sentence says what is wrong, one how to mend it"


def test_words_are_unique_and_whole() -> None:
    rows = _rows("words.csv")
    assert len({row["key"] for row in rows}) == len(rows)
    assert all(row["vi"] and row["en"] for row in rows)
    assert word("pass") == "ĐẠT"
    assert word("pass", "en") == "MET"


def test_a_finding_takes_address_and_params() -> None:
    found = finding(
        "E201", file="a.xlsx", sheet="Ca_nhan", cell="C4", header="Họ và tên", header_en="Full name"
    )
    assert found.severity == "error" == severity("E201")
    assert (found.file, found.sheet, found.cell) == ("a.xlsx", "Ca_nhan", "C4")
    assert "«Họ và tên»" in render(found)
    assert "«Full name»" in render(found, "en")


def test_a_finding_on_one_line_leads_with_its_address() -> None:
    found = finding("E201", file="a.xlsx", sheet="Ca_nhan", cell="C4", header="A")
    assert line(found, "en").startswith("a.xlsx:Ca_nhan!C4 E201 «A» is not filled in")
    assert line(finding("E802", file="emubatch.toml", cell="3")).startswith("emubatch.toml:3 E802 ")
    assert line(finding("W915")).startswith("W915 ")


def test_what_has_no_english_is_told_in_vietnamese() -> None:
    assert "«Họ tên»" in render(finding("E201", header="Họ tên", header_en=""), "en")


def test_values_are_shortened_and_never_interpreted() -> None:
    found = finding("E203", value="{file} " + "x" * 200, header="A", example="1")
    assert "{file}" in render(found)
    assert "x" * 200 not in render(found)
    assert shortened("a\n b") == "a b"


def test_an_unknown_code_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        finding("E999")
    assert "E201" in catalogue()


def test_every_code_is_produced_by_a_test() -> None:
    tests = Path(__file__).parents[1]
    texts = "".join(p.read_text("utf-8") for p in tests.rglob("test_*.py") if p != Path(__file__))
    named = set(re.findall(r"\b[FEWN]\d{3}\b", texts))
    assert sorted(set(catalogue()) - named) == []
