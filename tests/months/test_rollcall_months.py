"""Roll-call: who sent nothing, late, the wrong form, or two forms that disagree."""

from __future__ import annotations

from typing import Any

import pytest

from emubatch.model import RosterUnit
from emubatch.programme.load import load
from emubatch.xl.form import write_form
from emubatch.xl.read import read_workbook

MAN, BUOI = "Lê Thị Mận", "Trần Văn Bưởi"


def _table(office: Any, sheet: str = "Chưa nộp") -> list[list[Any]]:
    book = read_workbook(office.out() / "ket-qua.xlsx")
    found = next(one for one in book.sheets if one.name == sheet)
    rows = [[cell for cell in row] for row in book.grid(found).rows]
    return [row for row in rows if any(row)]


def _line(office: Any, unit: str) -> list[Any]:
    return next(row for row in _table(office) if row[1] == unit)


def _status(office: Any) -> dict[str, tuple[str, str]]:
    return {r["file"] or r["unit"]: (r["unit"], r["status"]) for r in office.rows("submissions")}


# --- the wrong form ------------------------------------------------------------------------------


@pytest.mark.parametrize("prefilled", [True, False])
def test_a_form_of_another_programme_is_told_beside_its_unit(office: Any, prefilled: bool) -> None:
    other = load("bacgiang-scorecard-2017")
    unit = RosterUnit("DN1", "Công ty Ổi") if prefilled else None
    values = {"Don_vi": [{"ma_dv": "DN1", "ten_dv": "Công ty Ổi"}]}
    path = office.folder / "inbox" / "nhầm.xlsx"
    write_form(path, other, unit=unit, values=None if prefilled else values)
    office.run()
    assert _status(office)["nhầm.xlsx"] == ("DN1", "rejected")
    row = _line(office, "DN1")
    assert (row[0], row[4]) == ("✗ Không đọc được", "nhầm.xlsx")
    assert "bacgiang-scorecard-2017" in row[5]
    assert _line(office, "DN2")[0] == "✗ Chưa nộp"


# --- late ----------------------------------------------------------------------------------------


def test_late_forms_and_those_of_the_last_day_are_listed(office: Any) -> None:
    office.send("VP", office.person(MAN), received="20/07/2020")
    office.send("DN1", received="18/07/2020")
    office.send("DN2", received="10/07/2020")
    office.run()
    rows = _table(office)
    start = next(i for i, row in enumerate(rows) if "Nộp muộn" in str(row[0]))
    found = [(row[0], row[1], row[5]) for row in rows[start + 2 :]]
    assert found == [("✗ MUỘN", "VP", "20/07/2020"), ("? CẦN XEM XÉT", "DN1", "18/07/2020")]


def test_a_month_without_late_forms_has_no_such_table(office: Any) -> None:
    office.send("VP", office.person(MAN))
    office.run()
    assert not any("Nộp muộn" in str(row[0]) for row in _table(office))


# --- two senders of one unit ---------------------------------------------------------------------


@pytest.fixture
def rivals(office: Any) -> Any:
    """Two people of VP send a form each; they share one nominee."""
    office.send("VP", office.person(MAN), office.person(BUOI, 1990, "CB02"), file="a.xlsx")
    office.send("VP", office.person(MAN), file="b.xlsx", received="12/07/2020")
    return office


def test_the_newest_is_used_and_whom_it_lacks_is_told(rivals: Any) -> None:
    rivals.run()
    assert _status(rivals)["a.xlsx"] == ("VP", "superseded")
    (found,) = [r for r in rivals.rows("findings") if r["code"] == "W515"]
    assert (found["unit"], found["file"]) == ("VP", "a.xlsx")
    assert BUOI in found["message"]
    assert MAN not in found["message"]
    assert [r["name"] for r in rivals.rows("nominees")] == [MAN]
    listed = [row for row in _table(rivals, "Trùng lặp") if "a.xlsx" in row]
    assert any("b.xlsx" in str(cell) for row in listed for cell in row)


def test_ask_uses_neither_until_the_office_has_chosen(rivals: Any) -> None:
    rivals.run("--supersede", "ask")
    status = _status(rivals)
    assert (status["a.xlsx"], status["b.xlsx"]) == (("VP", "returned"), ("VP", "returned"))
    assert rivals.rows("nominees") == []
    found = {r["file"]: r for r in rivals.rows("findings") if r["code"] == "E515"}
    assert sorted(found) == ["a.xlsx", "b.xlsx"]
    assert BUOI in found["a.xlsx"]["message"]
    row = _line(rivals, "VP")
    assert row[0] == "✗ Trả lại"
    assert row[4].split("\n") == ["a.xlsx", "b.xlsx"]
    assert BUOI in row[5]
    assert rivals.manifest()["supersede"] == "ask"
    (rivals.folder / "inbox" / "b.xlsx").unlink()
    rivals.run("--supersede", "ask")
    assert {r["name"] for r in rivals.rows("nominees")} == {MAN, BUOI}


def test_ask_may_stand_in_the_workspace_and_holds_nothing_that_agrees(rivals: Any) -> None:
    text = (rivals.folder / "emubatch.toml").read_text("utf-8")
    text = text.replace('supersede = "newest"', 'supersede = "ask"')
    (rivals.folder / "emubatch.toml").write_text(text, encoding="utf-8")
    people = (rivals.person(MAN), rivals.person(BUOI, 1990, "CB02"))
    rivals.send("VP", *people, file="b.xlsx", received="12/07/2020")
    rivals.run()
    assert _status(rivals)["a.xlsx"] == ("VP", "superseded")
    assert len(rivals.rows("nominees")) == 2


def test_forms_of_a_unit_that_is_not_on_the_roster_are_held_as_well(rivals: Any) -> None:
    roster = rivals.folder / "roster.csv"
    lines = [line for line in roster.read_text("utf-8").splitlines() if not line.startswith("VP")]
    roster.write_text("\n".join(lines), encoding="utf-8")
    rivals.run("--supersede", "ask")
    assert _line(rivals, "VP")[0] == "✗ Trả lại"


# --- units that come and go ----------------------------------------------------------------------


def test_a_unit_that_was_merged_is_not_expected_and_its_successor_is(office: Any) -> None:
    roster = office.folder / "roster.csv"
    text = roster.read_text("utf-8").replace(
        "DN1,Công ty Ổi,Doanh nghiệp,,,", "DN1,Công ty Ổi,Doanh nghiệp,,30/06/2020,DN2"
    )
    roster.write_text(text, encoding="utf-8")
    office.run()
    assert "DN1" not in _status(office)
    (note,) = [r for r in office.rows("findings") if r["code"] == "N515"]
    assert (note["unit"], "DN2" in note["message"]) == ("DN1", True)
    office.send("DN1")
    office.run()
    (warned,) = [r for r in office.rows("findings") if r["code"] == "W514"]
    assert warned["file"] == "DN1.xlsx"
