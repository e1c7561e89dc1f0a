"""A month with a register shows its awards year beside year."""

from __future__ import annotations

from typing import Any

from emubatch.xl.write import Book, Column


def test_the_summary_and_the_table_show_the_years(office: Any) -> None:
    people = [("Lê Thị Mận", "2017"), ("Lê Thị Mận", "2018"), ("Trần Văn Ổi", "2018")]
    with Book(office.folder / "so.xlsx", title="Sổ") as made:
        columns = {
            "Họ và tên": [name for name, _ in people],
            "Năm sinh": ["1984"] * 3,
            "Hình thức": ["BK_BO"] * 3,
            "Năm": [year for _, year in people],
            "Số QĐ": ["1/QĐ", "2/QĐ", "3/QĐ"],
            "Ngày QĐ": [f"05/02/{int(year) + 1}" for _, year in people],
        }
        table = [Column(head, values) for head, values in columns.items()]
        made.sheet("Khen", "Sổ").write_table("t", table)
    register = office.folder / "register.sqlite"
    done = office.do("register", "import", office.folder / "so.xlsx", "--register", register)
    assert done.exit_code == 0, done.output
    office.send("VP", office.person("Lê Thị Mận"), awards=(office.award("Lê Thị Mận"),))
    office.run()
    assert [tuple(row.values()) for row in office.rows("history")] == [
        ("2017", "BK_BO", "CN", "1"),
        ("2018", "BK_BO", "CN", "2"),
    ]
    (page,) = office.folder.glob("results/*/bao-cao.html")
    text = page.read_text(encoding="utf-8")
    assert "Khen thưởng qua các năm" in text and 'aria-labelledby="years-t years-d"' in text


def test_without_a_register_there_are_no_years(office: Any) -> None:
    office.send("VP", office.person("Lê Thị Mận"), awards=(office.award("Lê Thị Mận"),))
    office.run()
    (page,) = office.folder.glob("results/*/bao-cao.html")
    assert "Khen thưởng qua các năm" not in page.read_text(encoding="utf-8")
    assert not list(office.folder.glob("results/*/data/history.csv"))
