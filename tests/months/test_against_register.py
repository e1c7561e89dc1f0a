"""A month whose claims are compared with the register: what it says, and what that changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from emubatch.register import open_register
from emubatch.register.schema import VERSION
from emubatch.xl.read import read_workbook
from emubatch.xl.write import Book, Column

Tree = Callable[[Path], dict[str, bytes]]
Rows = list[dict[str, Any]]

# What the register has; the forms claim 12/QĐ-BCT of 05/02/2019 for 2018.
KNOWN = {"Họ và tên": "Lê Thị Mận", "Năm sinh": "1984", "Mã CB": "CB01", "Mã đơn vị": "VP"}
AWARD = {
    "Hình thức": "BK_BO",
    "Năm": "2018",
    "Cấp ký": "BT_BCT",
    "Số QĐ": "Số 012/QĐ-BCT",
    "Ngày QĐ": "05/02/2019",
}


def book(path: Path, *rows: Mapping[str, str]) -> Path:
    with Book(path, title="Sổ") as made:
        heads = list(dict.fromkeys(key for row in rows for key in row))
        columns = [Column(head, [row.get(head, "") for row in rows]) for head in heads]
        made.sheet("Khen", "Sổ").write_table("t", columns)
    return path


def remember(office: Any, *rows: Mapping[str, str], name: str = "so.xlsx") -> None:
    """Import a book into the register of the workspace."""
    path = book(office.folder / name, *rows)
    register = office.folder / "register.sqlite"
    found = office.do("register", "import", path, "--register", register)
    assert found.exit_code == 0, found.output


@pytest.fixture
def claiming(office: Any) -> Any:
    """A unit with one official who passes by one commendation."""
    office.send("VP", office.person("Lê Thị Mận"), awards=(office.award("Lê Thị Mận"),))
    return office


def claim(office: Any) -> dict[str, str]:
    (found,) = office.rows("claims")
    return dict(found)


def eligibility(office: Any) -> str:
    (found,) = office.rows("nominees")
    return str(found["eligibility"])


def codes(office: Any) -> set[str]:
    return {row["code"] for row in office.rows("findings") if row["code"][1] == "7"}


def test_without_a_register_nothing_is_said(claiming: Any) -> None:
    claiming.run()
    assert not (claiming.out() / "data" / "claims.csv").exists()
    assert "register" not in claiming.manifest()
    assert eligibility(claiming) == "pass"


def test_a_confirmed_claim(claiming: Any) -> None:
    remember(claiming, KNOWN | AWARD)
    found = claiming.run()
    assert "Đối chiếu sổ     1 Khớp sổ" in found.stdout
    row = claim(claiming)
    assert (row["status"], row["reason"], row["entry_name"]) == ("confirmed", "", "Lê Thị Mận")
    assert (row["entry_number"], row["entry_file"], row["entry_row"]) == (
        "Số 012/QĐ-BCT",
        "so.xlsx",
        "4",
    )
    assert (row["file"], row["sheet"], row["cell"]) == ("VP.xlsx", "Thanh_tich", "G4")
    assert (eligibility(claiming), codes(claiming)) == ("pass", set())
    with open_register(claiming.folder / "register.sqlite") as register:
        assert claiming.manifest()["register"] == {"digest": register.digest()}


OTHER = {**KNOWN, "Họ và tên": "Vũ Văn Na", "Mã CB": "CB02"}


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([OTHER | AWARD], "person"),
        ([KNOWN | AWARD | {"Ngày QĐ": "06/02/2019"}], "date"),
        ([KNOWN | AWARD | {"Năm": "2016"}], "year"),
        ([KNOWN | AWARD | {"Hình thức": "CSTD_BO"}], "form"),
        ([KNOWN | AWARD | {"Cấp ký": "BO_KHAC"}], "issuer"),
        ([KNOWN | AWARD | {"Năm": "2016", "Ngày QĐ": "06/02/2019"}], "date|year"),
    ],
)
def test_a_contradicted_claim_makes_a_review(
    claiming: Any, rows: list[Mapping[str, str]], reason: str
) -> None:
    remember(claiming, *rows)
    claiming.run()
    row = claim(claiming)
    assert (row["status"], row["reason"]) == ("contradicted", reason)
    assert codes(claiming) >= {"W711"}
    assert eligibility(claiming) == "review"
    (found,) = [r for r in claiming.rows("findings") if r["code"] == "W711"]
    assert (found["sheet"], found["cell"], found["value"]) == ("Thanh_tich", "G4", "12/QĐ-BCT")
    assert any("sổ khen thưởng không khớp" in r["measured"] for r in claiming.rows("verdicts"))
    assert (claiming.out() / "tra-lai" / "VP.xlsx").is_file()


@pytest.mark.parametrize(
    "rows",
    [
        [KNOWN | AWARD | {"Số QĐ": "99/QĐ-BCT"}],  # another number
        [KNOWN | AWARD | {"Năm": "2016", "Ngày QĐ": "05/02/2017"}],  # another year's number 12
        [OTHER | AWARD | {"Ngày QĐ": "05/02/2017", "Năm": "2016"}],
        [OTHER | AWARD | {"Hình thức": "BK_TINH", "Cấp ký": "CT_UBND_TINH"}],
        [{"Tên tập thể": "Phòng A", "Loại": "TT", "Mã đơn vị": "VP"} | AWARD],
    ],
)
def test_what_the_register_does_not_know_is_a_note(
    claiming: Any, rows: list[Mapping[str, str]]
) -> None:
    remember(claiming, *rows)
    claiming.run()
    assert claim(claiming)["status"] == "unknown"
    assert codes(claiming) == {"N711"}
    assert eligibility(claiming) == "pass"
    assert not (claiming.out() / "tra-lai").exists()


@pytest.mark.parametrize(
    ("setting", "contradicted", "unknown"),
    [("none", "pass", "pass"), ("contradicted", "review", "pass"), ("unknown", "review", "review")],
)
def test_the_programme_decides_what_makes_a_review(
    claiming: Any, setting: str, contradicted: str, unknown: str
) -> None:
    remember(claiming, KNOWN | AWARD | {"Số QĐ": "99/QĐ-BCT"})
    claiming.run("--set", f"register_review={setting}")
    assert eligibility(claiming) == unknown
    remember(claiming, KNOWN | AWARD | {"Ngày QĐ": "06/02/2019"}, name="so-2.xlsx")
    claiming.run("--set", f"register_review={setting}")
    assert (claim(claiming)["reason"], eligibility(claiming)) == ("date", contradicted)


def test_a_near_person_is_asked_about_once(claiming: Any) -> None:
    near = {"Họ và tên": "Lê Thị Mận", "Năm sinh": "1984", "Mã đơn vị": "DN1"}
    remember(claiming, near | AWARD)
    claiming.run()
    assert (claim(claiming)["status"], claim(claiming)["reason"]) == ("unknown", "near_person")
    (found,) = [row for row in claiming.rows("findings") if row["code"] == "N712"]
    assert (found["sheet"], found["value"]) == ("Ca_nhan", "Lê Thị Mận")
    words = found["message"].split("register same ")[1].split()
    register = claiming.folder / "register.sqlite"
    answer = claiming.do("register", "same", words[0], words[1], "--register", register)
    assert answer.exit_code == 0, answer.output
    claiming.run()
    assert (claim(claiming)["status"], codes(claiming)) == ("confirmed", set())
    claiming.do("register", "not-same", words[0], words[1], "--register", register)
    claiming.run()
    assert (claim(claiming)["status"], claim(claiming)["reason"]) == ("contradicted", "person")
    assert "N712" not in codes(claiming)


def test_questions_are_answered_in_a_workbook(claiming: Any) -> None:
    remember(claiming, KNOWN | AWARD | {"Mã CB": "", "Mã đơn vị": "DN1"})
    assert "1 cặp có thể là một người" in claiming.run().stdout
    asked = read_workbook(claiming.out() / "ai-la-ai.xlsx")
    (sheet,) = [one for one in asked.sheets if one.name == "Cung_nguoi"]
    pair = next(row for row in asked.grid(sheet).rows if str(row[0]).startswith("P"))
    assert pair[1:4:2] == ["Lê Thị Mận, 1984, CB01, VP", "Lê Thị Mận, 1984, DN1"]
    heads = ("Mã thứ nhất", "Mã thứ hai", "Cùng một người")
    answers = [dict(zip(heads, (pair[0], pair[2], "có"), strict=True))]
    remember(claiming, *answers, name="tra-loi.xlsx")
    claiming.run()
    assert claim(claiming)["status"] == "confirmed"
    assert not (claiming.out() / "ai-la-ai.xlsx").exists()


def test_a_homonym_is_another_person(claiming: Any) -> None:
    remember(claiming, KNOWN | AWARD | {"Mã CB": "CB09", "Số QĐ": "7/QĐ-BCT"})
    claiming.run()
    assert (claim(claiming)["status"], codes(claiming)) == ("unknown", {"N711", "N713"})


def test_units_are_known_by_their_names_too(claiming: Any) -> None:
    person = {"Họ và tên": "LÊ THỊ MẬN", "Năm sinh": "1984", "Đơn vị": "Văn phòng Sở"}
    remember(claiming, person | AWARD)
    claiming.run()
    assert claim(claiming)["status"] == "confirmed"


def test_the_result_shows_claims_beside_the_register(claiming: Any) -> None:
    remember(claiming, KNOWN | AWARD | {"Ngày QĐ": "06/02/2019"})
    claiming.run()
    workbook = read_workbook(claiming.out() / "ket-qua.xlsx")
    (sheet,) = [one for one in workbook.sheets if one.name == "Đối chiếu"]
    text = [str(cell) for row in workbook.grid(sheet).rows for cell in row]
    assert "✗ Trái với sổ" in text
    assert "ngày khác" in text
    assert any("06/02/2019" in cell and "Lê Thị Mận" in cell for cell in text)


def test_the_same_register_gives_the_same_bytes(claiming: Any, tree: Tree) -> None:
    remember(claiming, KNOWN | AWARD, OTHER | AWARD | {"Số QĐ": "9/QĐ-BCT"})
    once = claiming.do("run", claiming.folder, "--out", claiming.folder / "a", "--jobs", "0")
    again = claiming.do("run", claiming.folder, "--out", claiming.folder / "b", "--jobs", "2")
    assert (once.exit_code, again.exit_code) == (0, 0)
    assert tree(claiming.folder / "a") == tree(claiming.folder / "b")


def test_a_register_that_cannot_be_used_stops_the_run(claiming: Any) -> None:
    register = claiming.folder / "register.sqlite"
    remember(claiming, KNOWN | AWARD)
    connection = sqlite3.connect(register)
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.commit()
    connection.close()
    found = claiming.do("run", claiming.folder)
    assert (found.exit_code, "mới hơn" in found.stderr) == (4, True)
    missing = claiming.do("run", claiming.folder, "--register", claiming.folder / "no.sqlite")
    assert (missing.exit_code, "Chưa có sổ" in missing.stderr) == (4, True)
    assert not claiming.out().exists()
