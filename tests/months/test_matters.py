"""Initiatives and discipline of a month beside the register."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emubatch.xl.read import read_workbook
from emubatch.xl.write import Book, Column

MAN = "Lê Thị Mận"
KNOWN = {"Họ và tên": MAN, "Năm sinh": "1984", "Mã CB": "CB01", "Mã đơn vị": "VP"}
OTHER = {"Họ và tên": "Vũ Văn Na", "Năm sinh": "1980", "Mã CB": "CB02", "Mã đơn vị": "VP"}
IDEA = {"Sáng kiến": "Số hóa hồ sơ", "Cấp": "Cấp tỉnh", "Năm": "2018", "Số QĐ": "7/QĐ-UBND"}
CASE = {"Hệ": "Chính quyền", "Hình thức": "Khiển trách", "Ngày QĐ": "05/03/2017"}
CLAIM = {
    "loai": "CN", "ten": MAN, "ten_sk": "số hoá hồ sơ", "cap": "TINH", "nam": 2018,
    "so_qd": "07/QĐ-UBND ngày 12/3/2018", "ap_dung": "CO",
}  # fmt: skip


def remember(office: Any, *rows: dict[str, str], sheet: str = "Sáng kiến") -> None:
    """Import a book of one sheet into the register of the workspace."""
    path: Path = office.folder / "so.xlsx"
    with Book(path, title="Sổ") as made:
        heads = list(dict.fromkeys(key for row in rows for key in row))
        columns = [Column(head, [row.get(head, "") for row in rows]) for head in heads]
        made.sheet(sheet, "Sổ").write_table("t", columns)
    register = office.folder / "register.sqlite"
    found = office.do("register", "import", path, "--register", register)
    assert found.exit_code == 0, found.output


def claims(office: Any, matter: str) -> list[tuple[str, str]]:
    """Status and reason of each claim of a matter."""
    rows = [row for row in office.rows("claims") if row["matter"] == matter]
    return [(row["status"], row["reason"]) for row in rows]


def found(office: Any, *codes: str) -> list[tuple[str, str, str]]:
    rows = [row for row in office.rows("findings") if row["code"] in codes]
    return [(row["code"], row["sheet"], row["cell"]) for row in rows]


# --- initiatives ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "status", "reason"),
    [
        ([KNOWN | IDEA], "confirmed", ""),
        ([KNOWN | IDEA | {"Số QĐ": "9/QĐ-UBND"}], "contradicted", "number"),
        ([KNOWN | IDEA | {"Năm": "2016"}], "contradicted", "year"),
        ([KNOWN | IDEA | {"Cấp": "Cấp cơ sở"}], "contradicted", "level"),
        ([KNOWN | IDEA | {"Cấp": "Cấp cơ sở", "Số QĐ": "1/QĐ-SCT"}], "unknown", ""),
        ([KNOWN | IDEA | {"Cấp": "Cấp cơ sở", "Số QĐ": "1/QĐ-SCT"}, KNOWN | IDEA], "confirmed", ""),
        ([KNOWN | IDEA | {"Sáng kiến": "Việc khác"}], "unknown", "title"),
        ([OTHER | IDEA], "contradicted", "person"),
        ([OTHER | IDEA | {"Mã đơn vị": "DN1"}], "unknown", ""),
        ([OTHER | IDEA | {"Năm": "2015"}], "unknown", ""),
        ([KNOWN | IDEA | {"Mã CB": "", "Mã đơn vị": "DN1"}], "unknown", ""),
        ([KNOWN | IDEA | {"Mã CB": "", "Năm sinh": ""}], "unknown", "near_person"),
    ],
)
def test_an_initiative_is_held_against_the_register(
    office: Any, rows: list[dict[str, str]], status: str, reason: str
) -> None:
    office.send("VP", office.person(MAN), Sang_kien=[CLAIM])
    remember(office, *rows)
    office.run()
    assert claims(office, "initiative") == [(status, reason)]
    expected = {"contradicted": "W711", "unknown": "N711", "confirmed": ""}[status]
    expected = "" if reason == "near_person" else expected
    told = found(office, "W711", "N711")
    assert [code for code, *_ in told] == ([expected] if expected else [])
    assert all(sheet == "Sang_kien" for _, sheet, _ in told)


@pytest.mark.parametrize(
    ("review", "outcome"), [("none", "pass"), ("contradicted", "review"), ("unknown", "review")]
)
def test_a_contradicted_initiative_is_possible_only(office: Any, review: str, outcome: str) -> None:
    worker = {"doi_tuong": "CONG_NHAN", "la_dvcd": "CO", "ngay_vao": "01/2010"}
    other = CLAIM | {"ten_sk": "Việc khác", "so_qd": "8/QĐ-UBND"}
    office.send("VP", office.person(MAN) | worker, Sang_kien=[CLAIM, other])
    remember(office, KNOWN | IDEA | {"Số QĐ": "9/QĐ-UBND"})
    office.run("--set", f"register_review={review}")
    row = next(row for row in office.rows("verdicts") if row["criterion"] == "S0.CN.b.1.3a")
    assert row["outcome"] == outcome
    assert ("sổ khen thưởng không khớp" in row["measured"]) == (outcome == "review")


# --- discipline ----------------------------------------------------------------------------------


def official(office: Any, **more: Any) -> Any:
    """A unit with one official who passes by one commendation."""
    office.send("VP", office.person(MAN), awards=(office.award(MAN),), **more)
    return office


def eligibility(office: Any) -> str:
    (row,) = office.rows("nominees")
    return str(row["eligibility"])


def verdict(office: Any) -> dict[str, str]:
    return next(row for row in office.rows("verdicts") if row["criterion"] == "S0.KL")


def test_discipline_that_a_form_denies_makes_a_review(office: Any) -> None:
    official(office).run()
    assert eligibility(office) == "pass"
    remember(office, KNOWN | CASE, sheet="Kỷ luật")
    office.run()
    assert claims(office, "discipline") == [("contradicted", "denied")]
    assert eligibility(office) == "review"
    row = verdict(office)
    assert row["outcome"] == "review"
    assert "so.xlsx!Kỷ luật!A4" in row["evidence"], "the office's own book is the evidence"
    assert "VP.xlsx!Ky_luat!" in row["evidence"], "and the cell that says otherwise"
    assert "sổ khen thưởng không khớp" in row["measured"]
    ((code, sheet, cell),) = found(office, "W712")
    assert (code, sheet, cell[1:]) == ("W712", "Ky_luat", "4")
    (told,) = [r for r in office.rows("findings") if r["code"] == "W712"]
    assert "biểu mẫu ghi không có kỷ luật" in told["message"]
    assert "Lê Thị Mận, Khiển trách, 05/03/2017 [so.xlsx › Kỷ luật › 4]" in told["message"]
    merged = read_workbook(office.out() / "tong-hop.xlsx")
    (ky_luat,) = [s for s in merged.sheets if s.name == "Ky_luat"]
    rows = [row for row in merged.grid(ky_luat).rows if "VP" in row]
    assert len(rows) == 1, "the merged data are those of the forms"


def test_discipline_that_a_form_leaves_out_makes_a_review(office: Any) -> None:
    official(office, Ky_luat=[])
    remember(office, KNOWN | CASE, sheet="Kỷ luật")
    office.run()
    assert claims(office, "discipline") == [("contradicted", "unstated")]
    assert found(office, "W712")[0][1:] == ("Ca_nhan", "A4")
    assert verdict(office)["outcome"] == "review"


@pytest.mark.parametrize(
    ("row", "status", "reason"),
    [
        ({}, "confirmed", ""),
        ({"Ngày QĐ": "03/2017"}, "confirmed", ""),
        ({"Hình thức": "Cảnh cáo"}, "contradicted", "form"),
        ({"Ngày QĐ": "06/04/2017"}, "contradicted", "date"),
    ],
)
def test_discipline_that_a_form_tells_still_fails(
    office: Any, row: dict[str, str], status: str, reason: str
) -> None:
    case = {"loai": "CN", "ten": MAN, "he": "CHINH_QUYEN", "hinh_thuc": "KHIEN_TRACH"}
    official(office, Ky_luat=[case | {"ngay_qd": "05/03/2017"}])
    remember(office, KNOWN | CASE | row, sheet="Kỷ luật")
    office.run("--set", "register_review=unknown")
    assert claims(office, "discipline") == [(status, reason)]
    assert verdict(office)["outcome"] == "fail"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (KNOWN | CASE | {"Ngày QĐ": "05/03/2011"}, []),
        (OTHER | CASE, []),
        (KNOWN | CASE | {"Mã CB": "", "Năm sinh": ""}, [("unknown", "near_person")]),
    ],
)
def test_discipline_of_another_time_or_person_changes_nothing(
    office: Any, row: dict[str, str], told: list[tuple[str, str]]
) -> None:
    official(office)
    remember(office, row, sheet="Kỷ luật")
    office.run()
    assert claims(office, "discipline") == told
    assert verdict(office)["outcome"] == "pass"


def test_what_the_register_does_not_have_stays_a_fail(office: Any) -> None:
    case = {"loai": "CN", "ten": MAN, "he": "CHINH_QUYEN", "hinh_thuc": "KHIEN_TRACH"}
    official(office, Ky_luat=[case | {"ngay_qd": "05/03/2017"}])
    remember(office, OTHER | CASE, sheet="Kỷ luật")
    office.run("--set", "register_review=unknown")
    assert claims(office, "discipline") == [("unknown", "")]
    assert verdict(office)["outcome"] == "fail"


def test_the_plan_decides_whether_denied_discipline_makes_a_review(office: Any) -> None:
    official(office)
    remember(office, KNOWN | CASE, sheet="Kỷ luật")
    office.run("--set", "register_review=none")
    assert eligibility(office) == "pass"
    assert claims(office, "discipline") == [("contradicted", "denied")]
    book = read_workbook(office.out() / "ket-qua.xlsx")
    (sheet,) = [one for one in book.sheets if one.name == "Đối chiếu"]
    texts = ["; ".join(map(str, row)) for row in book.grid(sheet).rows]
    assert any("Kỷ luật; Lê Thị" not in text and "; Kỷ luật; " in text for text in texts)
    assert any("biểu mẫu ghi không có kỷ luật" in text for text in texts)


def test_what_is_still_needed_minds_what_the_register_has(office: Any) -> None:
    """Trials are made of the nominees who fall short, and these are not all of the month."""
    people = [office.person(MAN), office.person("Trần Văn Bưởi", 1990, "CB03")]
    passing = [office.award("Trần Văn Bưởi")]
    office.send("VP", *people, awards=tuple(passing))
    remember(office, KNOWN | CASE, sheet="Kỷ luật")
    office.run()
    found = {row["name"]: row["eligibility"] for row in office.rows("nominees")}
    assert found == {MAN: "review", "Trần Văn Bưởi": "pass"}
    assert claims(office, "discipline") == [("contradicted", "denied")]
