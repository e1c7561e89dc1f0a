"""Waivers and corrections: what the office decides beside the forms."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from emubatch.messages import render
from emubatch.programme.load import load
from emubatch.waiver_book import Line, WaiversError, read_waivers
from emubatch.waivers.names import Names, Refused
from emubatch.xl.form_waivers import COLUMNS, write_waivers
from emubatch.xl.read import read_workbook

PROGRAMME = "bacgiang-models-2020"
MAN = "Lê Thị Mận"
WHO = {"unit": "VP", "nominee": MAN}
WHY = {"reason": "xác nhận của Bộ", "signer": "Trưởng phòng"}


def _decide(office: Any, *rows: dict[str, str]) -> Path:
    path: Path = office.folder / "ngoai-le.xlsx"
    write_waivers(path, load(PROGRAMME), [{**WHY, **row} for row in rows])
    return path


def _waive(criterion: str, **more: str) -> dict[str, str]:
    return {"kind": "miễn", **WHO, "criterion": criterion, **more}


def _correct(sheet: str, field: str, value: str, **more: str) -> dict[str, str]:
    return {"kind": "sửa", **WHO, "sheet": sheet, "field": field, "value": value, **more}


def _found(office: Any, file: str = "ngoai-le.xlsx") -> list[tuple[str, str]]:
    return [(r["code"], r["cell"]) for r in office.rows("findings") if r["file"] == file]


def _verdicts(office: Any, nominee: str = "VP/CN/CB01") -> dict[str, dict[str, str]]:
    return {r["criterion"]: r for r in office.rows("verdicts") if r["nominee"] == nominee}


def _journal(office: Any) -> list[list[Any]]:
    book = read_workbook(office.out() / "ket-qua.xlsx")
    sheet = next(sheet for sheet in book.sheets if sheet.name == "Nhật ký")
    rows = [[cell for cell in row if cell != ""] for row in book.grid(sheet).rows]
    start = next(i for i, row in enumerate(rows) if row[:1] == ["Miễn, sửa của văn phòng"])
    return [row for row in rows[start + 1 :] if row][1:]


@pytest.fixture
def month(office: Any) -> Any:
    """VP with an official of whom nothing is known: to be reviewed."""
    office.send("VP", office.person(MAN))
    office.run()
    assert [r["eligibility"] for r in office.rows("nominees")] == ["review"]
    return office


@pytest.fixture
def open_leaf(month: Any) -> str:
    """A leaf that the official fails; with it, one of two branches would be met."""
    assert _verdicts(month)["S0.CN.a.1"]["outcome"] == "fail"
    return "S0.CN.a.1"


# --- waivers -------------------------------------------------------------------------------------


def test_a_waiver_passes_the_criterion_and_is_shown_where_it_decides(
    month: Any, open_leaf: str
) -> None:
    before = _verdicts(month)[open_leaf]
    _decide(month, _waive(open_leaf))
    month.run()
    row = _verdicts(month)[open_leaf]
    assert row["outcome"] == "pass"
    assert row["measured"] == f"miễn: xác nhận của Bộ, Trưởng phòng; {before['measured']}"
    assert row["evidence"].startswith("ngoai-le.xlsx!Ngoai_le!D4")
    (nominee,) = month.rows("nominees")
    assert nominee["eligibility"] == "pass"
    assert f"Miễn {open_leaf}: xác nhận của Bộ, Trưởng phòng" in nominee["reason"]
    assert _found(month) == []
    listed = _journal(month)[0]
    assert listed[:3] == ["✓ Đã áp dụng", "VP/CN/CB01", "VP"]
    (ruling,) = month.rows("rulings")
    assert (ruling["row"], ruling["kind"], ruling["status"]) == ("4", "waiver", "applied")
    assert (ruling["what"], ruling["signer"]) == (open_leaf, "Trưởng phòng")
    changes = month.do("diff", month.out() / ".previous", month.out()).stdout
    assert "do miễn, sửa của văn phòng" in changes


def test_a_waiver_for_a_unit_is_one_for_each_of_its_nominees(month: Any, open_leaf: str) -> None:
    month.send("VP", month.person(MAN), month.person("Trần Văn Bưởi", 1990, "CB02"))
    _decide(month, {"kind": "miễn", "unit": "vp", "criterion": open_leaf.lower()})
    month.run()
    found = {r["nominee"]: r["eligibility"] for r in month.rows("nominees")}
    assert found == {"VP/CN/CB01": "pass", "VP/CN/CB02": "pass"}


def test_a_waiver_of_a_whole_branch_lets_its_parts_stand(month: Any) -> None:
    tree = _verdicts(month)
    leaf = month.rows("nominees")[0]["decisive"]
    parent = tree[leaf]["parent"]
    _decide(month, _waive(parent))
    month.run()
    after = _verdicts(month)
    assert after[parent]["outcome"] == "pass"
    assert after[leaf]["outcome"] == "review"
    assert "miễn" not in after[leaf]["measured"]


def test_an_expired_waiver_is_listed_and_not_used(month: Any, open_leaf: str) -> None:
    _decide(month, _waive(open_leaf, until="29/07/2020"))
    month.run()
    assert _found(month) == [("N811", "L4")]
    assert month.rows("nominees")[0]["eligibility"] == "review"
    assert _journal(month)[0][0] == "– Hết hiệu lực"
    _decide(month, _waive(open_leaf, until="30/07/2020"))
    month.run()
    assert month.rows("nominees")[0]["eligibility"] == "pass"


def test_a_waiver_that_is_not_needed_decides_nothing(month: Any) -> None:
    met = next(key for key, row in _verdicts(month).items() if row["outcome"] == "pass")
    before = _verdicts(month)[met]
    _decide(month, _waive(met))
    month.run()
    assert _verdicts(month)[met] == before
    assert _journal(month)[0][0] == "– Không có tác dụng"
    assert "Miễn" not in month.rows("nominees")[0]["reason"]


@pytest.mark.parametrize(
    "words",
    ["{id} {label}", "{id} – {label}", "{clause}", "{label}"],
)
def test_a_criterion_is_named_as_the_results_name_it(
    month: Any, open_leaf: str, words: str
) -> None:
    row = next(row for row in load(PROGRAMME).criteria if row.id == open_leaf)
    same = [r.id for r in load(PROGRAMME).criteria if r.clause == row.clause]
    assert same == [open_leaf], "the clause is of one criterion only"
    _decide(month, _waive(words.format(id=row.id, label=row.label_vi, clause=row.clause)))
    month.run()
    assert _found(month) == []
    assert _verdicts(month)[open_leaf]["outcome"] == "pass"


def test_a_unit_is_named_by_its_code_or_its_name(month: Any, open_leaf: str) -> None:
    _decide(month, _waive(open_leaf, unit="văn phòng Sở"))
    month.run()
    assert _found(month) == []
    assert _verdicts(month)[open_leaf]["outcome"] == "pass"


def test_of_two_waivers_for_one_thing_the_first_decides(month: Any, open_leaf: str) -> None:
    _decide(month, _waive(open_leaf), _waive(open_leaf, nominee=""))
    month.run()
    assert [row[0] for row in _journal(month)[:2]] == ["✓ Đã áp dụng", "– Không có tác dụng"]
    assert _verdicts(month)[open_leaf]["evidence"].startswith("ngoai-le.xlsx!Ngoai_le!D4")


def test_a_waiver_for_a_unit_without_nominees_says_so(month: Any) -> None:
    _decide(month, _waive("S0", unit="DN1", nominee=""))
    month.run()
    assert _found(month) == [("W812", "B4")]
    assert _journal(month)[0][0] == "– Không có tác dụng"


@pytest.mark.parametrize(
    ("programme", "text", "sheet"),
    [
        ("bacgiang-scorecard-2017", "I.5", "Cham_diem"),
        ("bacgiang-scorecard-2017", "GTSXCN", "Chi_tieu"),
        ("hatinh-movement-2024", "T3", "Ca_nhan"),
    ],
)
def test_what_is_computed_from_figures_cannot_be_waived(
    programme: str, text: str, sheet: str
) -> None:
    plan = load(programme)
    known = {row.code for row in plan.scorecard} | {row.code for row in plan.indicators}
    known |= {row.id for row in plan.targets}
    assert text in known
    names = Names(None, plan)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        names.criterion(Line(4, {"criterion": text}))
    assert (refused.value.code, refused.value.words["title"]) == ("E822", sheet)


# --- corrections ---------------------------------------------------------------------------------


def test_a_correction_is_used_by_the_rules_and_shows_both_values(office: Any) -> None:
    office.send("VP", office.person(MAN), awards=(office.award(MAN, "2013"),))
    office.run()
    old = office.rows("nominees")[0]["eligibility"]
    rows = _correct("Thanh_tich", "Năm thành tích", "2018", before="2013")
    day = _correct("Thanh_tich", "ngay_qd", "05/02/2019")
    _decide(office, rows, day)
    office.run()
    assert (old, office.rows("nominees")[0]["eligibility"]) == ("review", "pass")
    found = [r for r in office.rows("findings") if r["code"] == "N812"]
    assert [(r["unit"], r["file"], r["sheet"], r["field"]) for r in found] == [
        ("VP", "VP.xlsx", "Thanh_tich", "nam"),
        ("VP", "VP.xlsx", "Thanh_tich", "ngay_qd"),
    ]
    assert "«2013» thành «2018»" in found[0]["message"]
    assert "ngoai-le.xlsx!Ngoai_le!I4" in found[0]["message"]
    assert "2013 → 2018" in office.rows("nominees")[0]["reason"]
    assert office.manifest()["waivers"]["file"] == "ngoai-le.xlsx"


def test_a_date_of_receipt_that_the_office_corrects(office: Any) -> None:
    office.send("VP", office.person(MAN), awards=(office.award(MAN),), received="20/07/2020")
    row = _correct("Don_vi", "Ngày nộp", "16/07/2020") | {"nominee": ""}
    _decide(office, row)
    office.run()
    (sent,) = [r for r in office.rows("submissions") if r["unit"] == "VP"]
    assert (sent["received"], sent["late"]) == ("2020-07-16", "no")
    assert office.rows("nominees")[0]["eligibility"] == "pass"


def test_a_group_of_the_unit_that_the_office_corrects(month: Any) -> None:
    _decide(month, _correct("Don_vi", "Nhóm", "Doanh nghiệp") | {"nominee": ""})
    month.run()
    assert month.rows("nominees")[0]["group"] == "DOANH_NGHIEP"


def test_a_correction_of_what_is_not_there_any_more_is_left_out(month: Any) -> None:
    _decide(month, _correct("Ca_nhan", "Năm sinh", "1985", before="1990"))
    month.run()
    assert _found(month) == [("W811", "H4")]
    assert "1984" in next(r for r in month.rows("findings") if r["code"] == "W811")["message"]


def test_a_correction_settles_what_was_found_at_its_cell(office: Any) -> None:
    person = office.person(MAN) | {"nam_sinh": "tám tư"}
    office.send("VP", person, awards=(office.award(MAN),))
    office.run()
    assert (office.out() / "tra-lai" / "VP.xlsx").exists()
    before = [(r["code"], r["cell"]) for r in office.rows("findings") if r["severity"] == "error"]
    (code, cell), *others = before
    assert (code, others) == ("E207", [])
    _decide(office, _correct("Ca_nhan", "Năm sinh", "1984", before="tám tư"))
    office.run()
    found = [r for r in office.rows("findings") if r["file"] == "VP.xlsx" and r["cell"] == cell]
    assert [r["code"] for r in found] == ["N812"]
    assert "«tám tư» thành «1984»" in found[0]["message"]
    assert "Không còn tính: E207." in found[0]["message"]
    assert [r["status"] for r in office.rows("submissions") if r["unit"] == "VP"] == ["accepted"]
    assert not (office.out() / "tra-lai").exists()


def test_a_verdict_on_a_corrected_cell_names_the_correction(office: Any) -> None:
    office.send("VP", office.person(MAN), unit_fields={"thuoc_nganh": "không"})
    _decide(office, _correct("Ca_nhan", "Đối tượng", "Công nhân"), {
        **_correct("Don_vi", "Thuộc Công đoàn ngành", "không"), "nominee": ""
    })  # fmt: skip
    office.run()
    row = next(r for r in _verdicts(office).values() if "Don_vi!" in r["evidence"])
    assert row["outcome"] == "fail"
    assert row["evidence"].endswith("; ngoai-le.xlsx!Ngoai_le!I5")


def test_of_two_corrections_of_one_cell_the_first_counts(month: Any) -> None:
    rows = [_correct("Ca_nhan", "Năm sinh", year) for year in ("1985", "1986")]
    _decide(month, *rows)
    month.run()
    assert _found(month) == [("E823", "I5")]
    note = next(r for r in month.rows("findings") if r["code"] == "E823")
    assert "dòng 4" in note["message"]
    assert [row[0] for row in _journal(month)[:2]] == ["✓ Đã áp dụng", "✗ Chưa dùng được"]


def test_a_correction_to_what_stands_there_already_changes_nothing(month: Any) -> None:
    _decide(month, _correct("Ca_nhan", "Năm sinh", "1984"))
    month.run()
    assert _journal(month)[0][0] == "– Không có tác dụng"


@pytest.mark.parametrize("line", ["5", "dòng 5", "E5", "F 5"])
def test_the_row_of_a_form_is_named_as_the_messages_name_it(office: Any, line: str) -> None:
    awards = (office.award(MAN, "2013"), office.award(MAN, "2014") | {"so_qd": "7/QĐ-BCT"})
    office.send("VP", office.person(MAN), awards=awards)
    _decide(office, _correct("Thanh_tich", "Năm thành tích", "2018"))
    office.run()
    (found,) = [r for r in office.rows("findings") if r["code"] == "E821"]
    assert "2 dòng khớp: 4, 5 (" in found["message"]
    _decide(office, _correct("Thanh_tich", "Năm thành tích", "2018", line=line))
    office.run()
    (note,) = [r for r in office.rows("findings") if r["code"] == "N812"]
    assert note["cell"].endswith("5")


# --- rows that cannot be used --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "code", "cell", "words"),
    [
        ({"kind": "bỏ"}, "E811", "A4", "miễn, sửa"),
        (_waive(""), "E812", "D4", "Tiêu chí"),
        (_waive("S0", signer=""), "E812", "K4", "Người ký"),
        (_waive("S0", until="mai"), "E813", "L4", "mai"),
        (_waive("S0", unit="VPP"), "E814", "B4", "VP"),
        (_waive("S0", nominee="Lê Thị Mân"), "E815", "C4", "Lê Thị Mận – VP/CN/CB01"),
        (_waive("S0.CNN"), "E817", "D4", "S0.CN"),
        (_correct("Ca_nhann", "Năm sinh", "1985"), "E818", "E4", "Ca_nhan"),
        (_correct("Ca_nhan", "Năm sin", "1985"), "E818", "F4", "Năm sinh"),
        (_correct("Ca_nhan", "Họ và tên", "Lê Thị Na"), "E819", "F4", "gửi lại"),
        (_correct("Ca_nhan", "Năm sinh", "xưa"), "E820", "I4", "Năm sinh"),
        (_correct("Thanh_tich", "Năm thành tích", "2018"), "E821", "G4", "0 dòng"),
        (_correct("Ca_nhan", "Năm sinh", "1985", line="99"), "E821", "G4", "«99»"),
    ],
)
def test_a_row_that_cannot_be_used_names_its_cell_and_the_month_goes_on(
    month: Any, row: dict[str, str], code: str, cell: str, words: str
) -> None:
    _decide(month, row)
    month.run()
    assert _found(month) == [(code, cell)]
    message = next(r for r in month.rows("findings") if r["code"] == code)["message"]
    assert words in message
    assert month.rows("nominees")[0]["eligibility"] == "review"
    assert _journal(month)[0][0] in ("✗ Chưa dùng được",)


def test_namesakes_are_told_apart_by_their_id(office: Any) -> None:
    office.send("VP", office.person(MAN), office.person(MAN, 1990, "CB02"))
    _decide(office, _waive("S0"), _waive("S0", nominee="vp/cn/cb02"))
    office.run()
    assert _found(office) == [("E816", "C4")]
    found = {r["nominee"]: r["eligibility"] for r in office.rows("nominees")}
    assert found["VP/CN/CB02"] == "pass"
    assert found["VP/CN/CB01"] != "pass"


def test_a_workbook_that_is_none_stops_before_any_form_is_read(office: Any, tmp_path: Path) -> None:
    (office.folder / "ngoai-le.xlsx").write_bytes(b"x")
    found = office.do("run", office.folder)
    assert found.exit_code == 4
    assert "ngoai-le.xlsx" in found.stderr
    assert not office.out().exists()
    with pytest.raises(WaiversError) as error:
        read_waivers(office.send("VP"))
    assert [f.code for f in error.value.findings] == ["E810"]
    assert "Loại" in render(error.value.findings[0])


# --- the blank workbook --------------------------------------------------------------------------


def test_the_blank_workbook_has_every_column_and_says_nothing(office: Any) -> None:
    found = read_waivers(office.folder / "ngoai-le.xlsx")
    assert found.lines == []
    assert list(found.letters) == [key for key, *_ in COLUMNS]


def test_a_blank_workbook_changes_no_result(office: Any, tmp_path: Path) -> None:
    office.send("VP", office.person(MAN))
    office.run()
    with_it = {p.name: p.read_bytes() for p in (office.out() / "data").iterdir()}
    (office.folder / "ngoai-le.xlsx").unlink()
    shutil.rmtree(office.out())
    office.run()
    assert {p.name: p.read_bytes() for p in (office.out() / "data").iterdir()} == with_it
    assert "waivers" not in office.manifest()
