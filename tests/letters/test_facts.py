"""What an office states about itself."""

from __future__ import annotations

import datetime as dt
import tomllib

import pytest

from emubatch.letters.documents import DOCUMENTS
from emubatch.letters.errors import LettersError
from emubatch.letters.facts import example_text, iso_day, read_facts, specs
from emubatch.letters.say import said


def _troubles(table: dict[str, object]) -> list[tuple[str, dict[str, str]]]:
    with pytest.raises(LettersError) as found:
        read_facts(table, "office.toml")
    assert found.value.kind == "configuration"
    return [(one.key, dict(one.words)) for one in found.value.troubles]


def test_an_unknown_key_names_the_nearest() -> None:
    ((key, words),) = _troubles({"co_qan": "Sở"})
    assert (key, words["key"]) == ("unknown_fact", "co_qan")
    assert words["nearest"].split(" / ")[0] == "co_quan"


def test_all_wrong_values_are_told_at_once() -> None:
    found = _troubles({"co_quan": ["Sở"], "can_cu": "một", "hop_ngay": "mai", "them": "x"})
    assert {(key, words["key"]) for key, words in found} == {
        ("bad_fact", "co_quan"),
        ("bad_fact", "can_cu"),
        ("bad_fact", "hop_ngay"),
        ("bad_fact", "them"),
    }


def test_a_missing_fact_names_the_documents_that_need_it_and_an_example() -> None:
    facts = read_facts({"co_quan": "Sở", "dia_danh": "X"}, "office.toml")
    found = {dict(one.words)["key"]: one for one in facts.missing(["to-trinh", "bao-cao"])}
    assert set(found) == {
        *("nguoi_ky_chuc_vu", "nguoi_ky_ten", "trinh_chuc_vu", "trinh_ten"),
        *("ky_hieu.to_trinh", "ky_hieu.bao_cao"),
    }
    shown = said(found["ky_hieu.to_trinh"], "vi")
    assert 'ky_hieu.to_trinh = "TTr-VP"' in shown
    assert "to-trinh" in shown
    assert "Symbol of the submission" in said(found["ky_hieu.to_trinh"], "en")


def test_an_empty_text_is_missing() -> None:
    facts = read_facts({"co_quan": " ", "dia_danh": "X"}, "office.toml")
    found = [dict(one.words)["key"] for one in facts.missing(["danh-sach-cap-tren"])]
    assert found == ["co_quan", "nguoi_ky_chuc_vu", "nguoi_ky_ten"]


def test_what_is_not_stated_has_its_usual_value() -> None:
    facts = read_facts({"noi_nhan": {"bao_cao": ["Như trên;", " "]}}, "office.toml")
    assert facts.text("hoi_dong", co_quan="Sở X") == "Hội đồng Thi đua – Khen thưởng Sở X"
    assert facts.texts("noi_nhan.to_trinh") == ["Như trên;", "Lưu: VT."]
    assert facts.texts("noi_nhan.bao_cao") == ["Như trên;"]


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        (dt.date(2020, 7, 3), "2020-07-03"),
        ("3/7/2020", "2020-07-03"),
        ("2020-07-03", "2020-07-03"),
        ("31/2/2020", None),
        ("7/2020", None),
        (2020, None),
    ],
)
def test_days_are_read_day_first(value: object, iso: str | None) -> None:
    assert iso_day(value) == iso


def test_the_example_of_a_new_workspace_is_read_when_uncommented() -> None:
    lines = example_text("vi").splitlines()[1:]
    table = tomllib.loads("\n".join(line.removeprefix("# ") for line in lines))["letters"]
    facts = read_facts(table, "emubatch.toml")
    assert facts.missing(one.id for one in DOCUMENTS) == []
    assert set(facts.stated) == {spec.key for spec in specs()}


def test_facts_speak_only_of_documents_that_exist() -> None:
    known = {one.id for one in DOCUMENTS} | {"*"}
    assert {name for spec in specs() for name in spec.needed_by} <= known
