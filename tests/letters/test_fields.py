"""What the documentation says that templates may show is what they can show."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from emubatch.issuing import LettersRequest, _manifest, _material
from emubatch.letters.contexts import Contexts
from emubatch.letters.documents import BY_ID, DOCUMENTS
from emubatch.letters.facts import read_facts
from emubatch.letters.fields import EVERY, field_rows, paths_of
from emubatch.letters.material import Material, day_text, long_day, number, signed
from emubatch.runfolder import read_table

SAMPLES_OF = {  # tables that no nominees bring: a row each
    "awards": [{"award": "BK_TINH", "kind": "TT", "unit": "VP", "registered": "5",
                "achieved": "6", "ratio_pct": "120"}],
    "targets": [{"target": "T1", "unit": unit, "numerator": "1", "denominator": "2",
                 "value": "50", "required": ">=15%", "outcome": "pass", "note": "",
                 "clause": "II"} for unit in ("", "VP")],
    "indicators": [{"unit": "VP", "indicator": "X", "value": "1", "last_year": "2", "plan": "",
                    "growth_pct": "-50", "plan_pct": "", "outcome": "pass"}],
    "scores": [{"unit": "VP", "criterion": "TOTAL", "base": "1", "bonus": "", "penalty": "",
                "total": "1", "outcome": "scored"}],
    "delegates": [{"unit": "VP", "tier": "CO_SO", "form": "", "staff": "3", "delegates": "3",
                   "exemplars": "2", "guests": "1", "outcome": "fail", "note": ""}],
    "delegate_checks": [{"unit": "VP", "check": "X", "outcome": "fail", "measured": "1",
                         "required": "2", "clause": "II"}],
}  # fmt: skip


@pytest.fixture
def material(run: Any) -> Material:
    run.decide()
    run.facts["noi_nhan"] = {"thong_bao": ["Như trên;"]}
    run.facts["kinh_gui_bao_cao"] = ["Hội đồng tỉnh"]
    run.facts["them"] = {"x": "y"}
    request = LettersRequest(run.folder, run.facts, "office.toml")
    found = _material(request, _manifest(run.folder), read_facts(run.facts, "office.toml"))
    found.tables.update(SAMPLES_OF)  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("document", [one.id for one in DOCUMENTS])
def test_each_field_is_documented_and_each_documented_field_is_there(
    material: Material, document: str
) -> None:
    contexts = Contexts(material)
    found = contexts.of(document) if document != "thong-bao" else contexts.notice("VP")
    stated = {
        row.path for row in field_rows() if EVERY in row.documents or document in row.documents
    }
    given = {"them.*" if path.startswith("them.") else path for path in paths_of(found)}
    given |= {path for path in stated if path.endswith("[]") and path in given}
    assert given == stated


def test_fields_speak_of_documents_that_exist() -> None:
    for row in field_rows():
        assert set(row.documents) <= {*BY_ID, EVERY}, row.path
        assert row.vi, row.path
        assert row.en, row.path


def test_every_nominee_of_a_unit_is_in_its_notice(material: Material, run: Any) -> None:
    contexts = Contexts(material)
    notices = [contexts.notice(unit) for unit in material.units]
    told = [person["ten"] for notice in notices for person in notice["nguoi"]]
    assert sorted(told) == sorted(row["name"] for row in read_table(run.folder, "nominees"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("114375", "114.375"),
        ("32.82", "32,82"),
        ("-0.5", "-0,5"),
        ("1234.5", "1.234,5"),
        ("13057574000", "13.057.574.000"),
        ("", ""),
        ("chưa rõ", "chưa rõ"),
    ],
)
def test_numbers_as_an_office_writes_them(text: str, shown: str) -> None:
    assert number(text) == shown


def test_days_and_numbers_of_documents() -> None:
    assert long_day("2020-07-05") == "ngày 05 tháng 7 năm 2020"
    assert long_day("2020-02-15") == "ngày 15 tháng 02 năm 2020"
    assert long_day("") == "ngày …… tháng …… năm ……"
    assert (day_text("2020-07-05"), day_text("2020-07"), day_text("x")) == (
        "5/7/2020",
        "7/2020",
        "x",
    )
    assert signed("7", "QĐ-SCT") == "7/QĐ-SCT"
    assert signed("7/QĐ-X", "QĐ-SCT") == "7/QĐ-X"
    assert signed("", "QĐ-SCT") == "……/QĐ-SCT"


def test_the_documentation_is_in_step() -> None:
    docs = Path(__file__).parents[2] / "docs"
    spec = importlib.util.spec_from_file_location("letters_tables", docs / "letters_tables.py")
    assert spec is not None
    assert spec.loader is not None
    tables = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tables)
    text = (docs / "letters.md").read_text(encoding="utf-8")
    assert tables.with_tables(text) == text, "run: python docs/letters_tables.py"
