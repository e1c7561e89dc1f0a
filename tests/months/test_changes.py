"""``diff``, the sheet "Thay đổi", and which earlier run a run is compared with."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emubatch.changes import PREVIOUS, Run, compare
from emubatch.programme.load import load
from emubatch.xl.form_waivers import write_waivers
from emubatch.xl.read import read_workbook

CONGRESS = "bacgiang-congress-2020"
Tree = Callable[[Path], dict[str, bytes]]


def _diff(office: Any, before: Path, after: Path) -> list[dict[str, Any]]:
    found = office.do("diff", before, after, "--json")
    assert found.exit_code == 0, found.stderr
    rows: list[dict[str, Any]] = json.loads(found.stdout)["changes"]
    return rows


def _brief(rows: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    keys = ("kind", "unit", "before", "after")
    return [tuple(row.get(key, "") for key in keys) for row in rows]


def _sheet(path: Path, name: str = "Thay đổi") -> list[list[Any]] | None:
    book = read_workbook(path / "ket-qua.xlsx")
    found = [sheet for sheet in book.sheets if sheet.name == name]
    return book.grid(found[0]).rows if found else None


def _kept(office: Any, name: str) -> Path:
    """A copy of the run of the month, as it is now."""
    copy = office.folder / name
    shutil.copytree(office.out(), copy)
    return copy


@pytest.fixture
def first(office: Any) -> Any:
    """VP with an official of whom nothing is known, DN1 with nobody, DN2 silent; run once."""
    office.send("VP", office.person("Lê Thị Mận"))
    office.send("DN1")
    office.run()
    return office


# --- what is different ---------------------------------------------------------------------------


def test_new_replaced_withdrawn_missing_and_unreadable(first: Any) -> None:
    old = _kept(first, "cũ")
    first.send(
        "VP", first.person("Lê Thị Mận"), awards=(first.award("Lê Thị Mận"),), received="11/07/2020"
    )
    (first.folder / "inbox" / "DN1.xlsx").unlink()
    (first.folder / "inbox" / "hỏng.xlsx").write_bytes(b"x")
    first.run()
    rows = _diff(first, old, first.out())
    assert _brief(rows) == [
        ("replaced", "VP", "accepted", "accepted"),
        ("withdrawn", "DN1", "accepted", "missing"),
        ("missing", "DN2", "missing", "missing"),
        ("unreadable", "", "", "rejected"),
        ("verdict", "VP", "review", "pass"),
    ]
    verdict = rows[-1]
    assert (verdict["nominee"], verdict["causes"]) == ("VP/CN/CB01", ["data"])
    assert all(part[1] != part[2] for part in verdict["parts"])
    back = _diff(first, first.out(), old)
    assert ("new", "DN1", "missing", "accepted") in _brief(back)


def test_nominees_that_come_and_go(first: Any) -> None:
    old = _kept(first, "cũ")
    first.send("VP", first.person("Trần Văn Bưởi", 1990, "CB02"), received="12/07/2020")
    first.run()
    rows = [r for r in _diff(first, old, first.out()) if r["kind"].startswith("nominee")]
    assert [(r["kind"], r["nominee"], r["causes"]) for r in rows] == [
        ("nominee_new", "VP/CN/CB02", ["data"]),
        ("nominee_gone", "VP/CN/CB01", ["data"]),
    ]


def test_the_rule_is_blamed_when_only_a_setting_differs(office: Any) -> None:
    office.send(
        "VP",
        office.person("Lê Thị Mận"),
        awards=(office.award("Lê Thị Mận"),),
        received="18/07/2020",
    )
    office.run()
    old = _kept(office, "cũ")
    office.run("--set", "deadline_same_day=late")
    rows = _diff(office, old, office.out())
    assert [
        (r["kind"], r["before"], r["after"], r["causes"]) for r in rows if r.get("nominee")
    ] == [("verdict", "review", "fail", ["rule"])]


def test_the_roster_and_the_date_are_told_apart_from_the_form(first: Any) -> None:
    old = _kept(first, "cũ")
    roster = first.folder / "roster.csv"
    roster.write_text(roster.read_text("utf-8").replace("Sở,,,", "Sở,,,", 1) + "\n", "utf-8")
    first.run("--as-of", "2020-07-29")
    old_run, new_run = Run.of(old), Run.of(first.out())
    found = compare(old_run, new_run)
    assert [row.kind for row in found.rows] == ["missing"]
    assert (found.period, found.as_of) == ("2020-07", "2020-07-30")


def test_another_unit_is_behind_it_when_nothing_of_its_own_changed() -> None:
    from emubatch.changes import _Causes

    run = Run(Path(), {"tool": {"version": "1"}})
    assert _Causes(run, run).of("VP") == ("others",)
    newer = Run(Path(), {"tool": {"version": "2"}, "register": {"sha256": "x"}})
    assert _Causes(run, newer).of("VP") == ("register", "tool")


def test_a_waiver_is_blamed_only_where_it_decides(first: Any) -> None:
    old = _kept(first, "cũ")
    first.send("DN1", first.person("Vũ Văn Na", 1988, "CN01"))
    row = {"kind": "miễn", "nominee": "Lê Thị Mận", "criterion": "S0.CN.a.1"}
    path = first.folder / "ngoai-le.xlsx"
    write_waivers(path, load("bacgiang-models-2020"), [{**row, "reason": "x", "signer": "y"}])
    first.run()
    rows = _diff(first, old, first.out())
    found = {row["kind"]: row["causes"] for row in rows if row.get("nominee")}
    assert found == {"nominee_new": ["data"], "verdict": ["waiver"]}


def test_a_place_in_a_quota_depends_on_the_forms_of_others_too() -> None:
    from emubatch.changes import _Causes

    old, new = Run(Path(), {}), Run(Path(), {})
    old.__dict__["files"] = {"A": {"sha256": "1"}, "B": {"sha256": "1"}}
    new.__dict__["files"] = {"A": {"sha256": "1"}, "B": {"sha256": "2"}}
    causes = _Causes(old, new)
    assert causes.of_proposal("A") == ("others",)
    assert causes.of_proposal("B") == ("data",)


def _tables(folder: Path, **tables: str) -> Run:
    (folder / "data").mkdir(parents=True)
    for name, text in tables.items():
        (folder / "data" / f"{name}.csv").write_text(text, encoding="utf-8-sig")
    return Run(folder, {})


def test_figures_that_changed(tmp_path: Path) -> None:
    old = _tables(
        tmp_path / "a",
        scores="unit,criterion,total,outcome\nA,I,5,scored\nA,TOTAL,900,scored\n",
        indicators="unit,indicator,value,outcome\nA,x,7,pass\nB,x,7,pass\n",
        targets="target,unit,value,outcome\nT1,,80,pass\n",
        delegates="unit,tier,delegates,outcome\nA,HUYEN,150,pass\n",
    )
    new = _tables(
        tmp_path / "b",
        scores="unit,criterion,total,outcome\nA,I,6,scored\nA,TOTAL,901,scored\n",
        indicators="unit,indicator,value,outcome\nA,x,7,pass\nB,x,7,fail\n",
        targets="target,unit,value,outcome\nT1,,79,pass\n",
        delegates="unit,tier,delegates,outcome\nA,HUYEN,150,pass\n",
    )
    found = [(r.kind, r.unit, r.item, r.before, r.after) for r in compare(old, new).rows]
    assert found == [
        ("score", "A", "TOTAL", "900 scored", "901 scored"),
        ("indicator", "B", "x", "7 pass", "7 fail"),
        ("target", "", "T1", "80 pass", "79 pass"),
    ]


def test_diff_in_words(first: Any) -> None:
    old = _kept(first, "cũ")
    first.send("VP", first.person("Lê Thị Mận"), awards=(first.award("Lê Thị Mận"),))
    first.run()
    lines = first.do("diff", old, first.out()).stdout.splitlines()
    assert "Vẫn chưa nộp (1):" in lines
    at = lines.index("Đổi kết luận (1):")
    assert "CẦN XEM XÉT → ĐẠT" in lines[at + 1]
    assert "do biểu mẫu của đơn vị" in lines[at + 1]
    english = first.do("diff", old, first.out(), "--lang", "en").stdout
    assert "Verdict changed (1):" in english
    assert "because of the unit's form" in english


def test_diff_of_what_is_no_run(first: Any, tmp_path: Path) -> None:
    found = first.do("diff", first.out(), tmp_path)
    assert found.exit_code == 4
    assert str(tmp_path) in found.stderr


def test_months_of_the_workspace_go_by_their_name(
    first: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first.run("--period", "2020-08")
    monkeypatch.chdir(first.folder)
    found = first.do("diff", "2020-07", "2020-08", "--json")
    assert json.loads(found.stdout)["after"]["as_of"] == "2020-08-31"


# --- which earlier run ---------------------------------------------------------------------------


def test_a_first_run_has_no_earlier_one(first: Any) -> None:
    assert _sheet(first.out()) is None
    assert "previous" not in first.manifest()
    assert not (first.out() / PREVIOUS).exists()


def test_running_again_shows_what_changed_since(first: Any, tree: Tree) -> None:
    before = first.manifest()
    first.send("VP", first.person("Lê Thị Mận"), awards=(first.award("Lê Thị Mận"),))
    first.run()
    rows = _sheet(first.out())
    assert rows is not None
    shown = [[cell for cell in row if cell] for row in rows]
    verdict = next(row for row in shown if row and "Đổi kết luận" in str(row[0]))
    assert verdict[2] == "Lê Thị Mận"
    assert [text.split()[0] for text in verdict[4:6]] == ["?", "✓"]
    assert verdict[6] == "biểu mẫu của đơn vị"
    assert first.manifest()["previous"]["as_of"] == before["as_of"]
    assert "So với lần chạy trước" in (first.out() / "bao-cao.html").read_text("utf-8")
    same = tree(first.out())
    first.run()
    assert tree(first.out()) == same, "nothing new: still compared with the same earlier run"


def test_a_new_month_is_compared_with_the_one_before(first: Any) -> None:
    first.do("close", "2020-07", first.folder)
    first.run("--period", "2020-08")
    assert first.manifest("2020-08")["previous"]["period"] == "2020-07"
    assert not (first.out("2020-08") / PREVIOUS).exists()
    assert _sheet(first.out("2020-08")) is not None


def test_previous_may_be_named_outside_of_a_workspace(first: Any, tmp_path: Path) -> None:
    stated = ("--programme", "bacgiang-models-2020", "--inbox", first.folder / "inbox")
    out = tmp_path / "o"
    found = first.do("run", *stated, "--out", out, "--jobs", "0", "--previous", first.out())
    assert found.exit_code == 0
    assert _sheet(out) is not None
    found = first.do("run", *stated, "--out", tmp_path / "p", "--previous", tmp_path)
    assert found.exit_code == 4
    assert not (tmp_path / "p").exists()


# --- conferences ---------------------------------------------------------------------------------


@pytest.fixture
def conferences(office: Any, tmp_path: Path) -> Any:
    """Two units of the sample month register their conferences in a workspace."""
    found = type(office)(tmp_path / "hoi-nghi")
    assert found.do("init", found.folder, "--programme", CONGRESS).exit_code == 0
    sample = Path(__file__).parents[2] / "samples" / CONGRESS
    for name in ("roster.xlsx", "inbox/Viet Yen.xlsx", "inbox/So Mau Mot.xlsx"):
        (found.folder / name).write_bytes((sample / name).read_bytes())
    found.run()
    found.period = next((found.folder / "results").iterdir()).name
    return found


def test_a_conference_that_changed_names_the_rules_that_did(conferences: Any) -> None:
    period = conferences.period
    assert not (conferences.out(period) / "data" / "changes.csv").exists()
    row = {"kind": "sửa", "unit": "SO-01", "sheet": "Hoi_nghi", "field": "Số đại biểu"}
    why = {"value": "301", "reason": "Sở báo lại", "signer": "Chánh Văn phòng"}
    write_waivers(conferences.folder / "ngoai-le.xlsx", load(CONGRESS), [{**row, **why}])
    conferences.run()
    (changed,) = [r for r in conferences.rows("changes", period) if r["unit"] == "SO-01"]
    assert (changed["kind"], changed["item"]) == ("delegate", "TREN_CO_SO")
    assert changed["before"] == "DAI_BIEU 300 210 90 pass"
    assert changed["after"].startswith("DAI_BIEU 301 210 90 ")
    assert changed["causes"] == "waiver"
    assert "TRAN: pass (300) -> fail (301)" in changed["parts"]
    book = read_workbook(conferences.out(period) / "ket-qua.xlsx")
    (sheet,) = [one for one in book.sheets if one.name == "Thay đổi"]
    shown = [[str(cell) for cell in row] for row in book.grid(sheet).rows]
    forms = [c.label_vi for rows in load(CONGRESS).lists.values() for c in rows]
    (line,) = [row for row in shown if any("/ 300 / 210 / 90 ✓ ĐẠT" in cell for cell in row)]
    assert any(cell.split(" / ")[0] in forms for cell in line)
    assert any("TRAN Số đại biểu tối đa: ✓ ĐẠT (300) → ✗ KHÔNG ĐẠT (301)" in cell for cell in line)
    before = (conferences.out(period) / "data" / "changes.csv").read_bytes()
    conferences.run()
    assert (conferences.out(period) / "data" / "changes.csv").read_bytes() == before


def test_a_rule_that_changed_without_the_figures_has_a_row(conferences: Any) -> None:
    period = conferences.period
    row = {"kind": "sửa", "unit": "SO-01", "sheet": "Hoi_nghi", "field": "Tên hội nghị"}
    why = {"value": "Đại hội Thi đua yêu nước", "reason": "x", "signer": "y"}
    write_waivers(conferences.folder / "ngoai-le.xlsx", load(CONGRESS), [{**row, **why}])
    conferences.run()
    found = [r for r in conferences.rows("changes", period) if r["unit"] == "SO-01"]
    assert [r["kind"] for r in found] == ["delegate"]
    assert "TEN" in found[0]["parts"]
