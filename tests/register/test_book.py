"""The office's own books: read whatever they look like, every problem at once; and back again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from emubatch.register import Batch, open_register
from emubatch.register.form import book_form
from emubatch.register.schema import COLUMNS
from emubatch.register_book import Book, read_book
from emubatch.register_export import open_questions, write_book
from emubatch.xl import write
from emubatch.xl.write import Column

Sheets = Mapping[str, Mapping[str, Sequence[object]]]

OFFICE: Sheets = {
    "Năm 2018": {
        "STT": [1, 2, 3],
        "Họ và tên": ["Lê Thị Mận", "Vũ Văn Na", "Lê Thị Mận"],
        "Năm sinh": [1984, 1988, 1984],
        "Đơn vị": ["Văn phòng Sở", "Công ty Ổi", "Văn phòng Sở"],
        "Danh hiệu": ["CSTĐCS", "lao động tiên tiến", "BK Bộ trưởng Bộ Công Thương"],
        "Năm": ["2018", "2018", "2015-2018"],
        "Số QĐ": ["12/QĐ-SCT", "Số 12/QĐ-SCT", "45/QĐ-BCT"],
        "Ngày QĐ": ["05/01/2019", "05/01/2019", "01/2019"],
    },
    "2017": {
        "Tên tập thể": ["Phòng Thử nghiệm"],
        "Hình thức": ["GK Giám đốc Sở"],
        "Năm đạt": ["2017"],
        "Số QĐ": ["7/QĐ-SCT"],
    },
    "Cán bộ": {
        "Họ tên": ["Vũ Văn Na", "Lê Thị Mận"],
        "Ngày sinh": ["02/03/1988", "05/12/1984"],
        "Mã CB": ["CB07", ""],
        "Đơn vị": ["Công ty Ổi", "Văn phòng Sở"],
        "Chức vụ": ["Thợ", "Chuyên viên"],
    },
    "Kỷ luật": {
        "Họ và tên": ["Vũ Văn Na"],
        "Năm sinh": ["1988"],
        "Hình thức": ["Khiển trách"],
        "Ngày QĐ": ["03/04/2016"],
    },
    "Sáng kiến": {
        "Họ và tên": ["Lê Thị Mận"],
        "Năm sinh": ["1984"],
        "Tên sáng kiến": ["Lò sấy"],
        "Cấp": ["cơ sở"],
        "Năm": ["2017"],
    },
    "Ghi chép": {"Gì đó": ["x"], "Khác": ["y"]},
}


def book(path: Path, sheets: Sheets) -> Path:
    with write.Book(path, title="Sổ") as made:
        for name, columns in sheets.items():
            sheet = made.sheet(name, f"DANH SÁCH {name}")
            sheet.write_table("t", [Column(head, values) for head, values in columns.items()])
    return path


def imported(register: Path, *books: Path) -> None:
    with open_register(register, write=True) as opened:
        for path in books:
            read = read_book(path)
            assert not read.errors
            opened.add(Batch("import", read.file, read.sha256), read.facts)


def facts(register: Path) -> dict[str, object]:
    with open_register(register) as opened:
        tables: dict[str, object] = {name: opened.rows(name) for name in COLUMNS}
        return {**tables, "answers": opened.answers()}


def codes(read: Book) -> list[tuple[str, str, str]]:
    return [(one.code, one.sheet, one.cell) for one in read.findings if one.severity != "note"]


def test_the_form_of_a_book_has_no_problem_of_its_own() -> None:
    assert [sheet.key for sheet in book_form().sheets][3:5] == ["Khen_thuong", "Sang_kien"]


def test_sheets_are_known_by_their_headings(tmp_path: Path) -> None:
    read = read_book(book(tmp_path / "so.xlsx", OFFICE))
    assert codes(read) == [("W302", "Ghi chép", "")]
    assert (read.rows, read.skipped) == (8, 0)
    awards = [(row[1], row[3], row[5], row[7], row[8], *row[-2:]) for row in read.facts.awards]
    assert awards == [
        ("CN", "CSTDCS", "12/QĐ-SCT", "2019-01-05", "2018", "Năm 2018", 4),
        ("CN", "LDTT", "Số 12/QĐ-SCT", "2019-01-05", "2018", "Năm 2018", 5),
        ("CN", "BK_BO", "45/QĐ-BCT", "2019-01", "2015-2018", "Năm 2018", 6),
        ("TT", "GK_GDS", "7/QĐ-SCT", "", "2017", "2017", 4),
    ]
    assert [row[3:5] for row in read.facts.discipline] == [("", "KHIEN_TRACH")]
    assert [row[3:6] for row in read.facts.initiatives] == [("Lò sấy", "CO_SO", "2017")]
    people = {row[3]: (row[1], row[6], row[7], row[10]) for row in read.facts.people if row[10]}
    assert people == {
        "Vũ Văn Na": ("CB07", "1988-03-02", "1988", "Thợ"),
        "Lê Thị Mận": ("", "1984-12-05", "1984", "Chuyên viên"),
    }


def test_all_problems_are_found_in_one_pass_and_sound_rows_are_kept(tmp_path: Path) -> None:
    sheets: Sheets = {
        "A": {
            "Tên": ["Lê Thị Mận", "", "Vũ Na", "Bưởi"],
            "Năm sinh": ["1984", "1990", "19x4", ""],
            "Danh hiệu": ["CSTĐX", "LĐTT", "LĐTT", "GK Giám đốc Sở"],
            "Ngày QĐ": ["05/01/2019", "31/02/2019", "05/01/2019", "05/01/2019"],
        },
        "B": {"Họ tên": ["Vũ Na"], "Danh hiệu": ["LĐTT"], "Năm": ["2018"]},
    }
    read = read_book(book(tmp_path / "so.xlsx", sheets))
    assert sorted(codes(read)) == [
        ("E201", "A", "A5"),
        ("E205", "A", "D5"),
        ("E207", "A", "B6"),
        ("E209", "A", "C4"),
        ("E711", "A", "A7"),
    ]
    assert (read.rows, read.skipped, len(read.facts.awards)) == (5, 4, 1)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"text"])
def test_what_is_no_workbook_has_one_finding(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "so.xlsx"
    path.write_bytes(content)
    read = read_book(path)
    assert [one.code[0] for one in read.findings] == ["F"]
    assert (read.rows, read.facts.count, read.errors) == (0, 0, 1)


def test_a_workbook_without_any_known_table(tmp_path: Path) -> None:
    read = read_book(book(tmp_path / "so.xlsx", {"X": {"Gì đó": ["x"], "Khác": ["y"]}}))
    assert [one.code for one in read.findings] == ["F114"]


def test_an_exported_register_reads_back_the_same(tmp_path: Path) -> None:
    first, second = tmp_path / "a.sqlite", tmp_path / "b.sqlite"
    units: Sheets = {
        "Đơn vị": {"Mã đơn vị": ["SCT-VP", "sct-vp"], "Tên đơn vị": ["Văn phòng Sở", "VP Sở"]},
        "Khen": {
            "Họ và tên": ["Lê Thị Mận"],
            "Mã đơn vị": ["SCT-VP"],
            "Danh hiệu": ["LĐTT"],
            "Năm": ["2016"],
        },
    }
    imported(first, book(tmp_path / "so.xlsx", OFFICE), book(tmp_path / "dv.xlsx", units))
    with open_register(first, write=True) as register:
        pairs = [row[0] for row in register.holders()]
        register.answer(pairs[0], pairs[1], same=False)
    with open_register(first) as register:
        counts = write_book(tmp_path / "out.xlsx", register)
    assert counts["Khen_thuong"] == 5
    assert counts["Cung_nguoi"] > 1, "open questions are listed beside the answer"
    imported(second, tmp_path / "out.xlsx")
    assert facts(second) == facts(first)
    with open_register(second) as register:
        write_book(tmp_path / "again.xlsx", register)
    assert (tmp_path / "again.xlsx").read_bytes() == (tmp_path / "out.xlsx").read_bytes()


def test_the_order_of_books_does_not_matter(tmp_path: Path) -> None:
    parts = [book(tmp_path / f"{n}.xlsx", {k: v}) for n, (k, v) in enumerate(OFFICE.items())][:5]
    imported(tmp_path / "a.sqlite", *parts)
    imported(tmp_path / "b.sqlite", *reversed(parts))
    assert facts(tmp_path / "a.sqlite") == facts(tmp_path / "b.sqlite")


def test_answers_typed_into_an_export_are_remembered(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    people: Sheets = {
        "X": {
            "Họ và tên": ["Lê Thị Mận", "Lê Thị Mận", "Lê Thị Mận"],
            "Năm sinh": ["1984", "1984", "1990"],
            "Đơn vị": ["VP", "DN", "DN"],
            "Chức vụ": ["", "", ""],
        }
    }
    imported(path, book(tmp_path / "so.xlsx", people))
    with open_register(path) as register:
        (question,) = open_questions(register)
    answers: Sheets = {
        "Cùng người": {
            "Mã thứ nhất": [question.other],
            "Mã thứ hai": [question.key],
            "Cùng một người": ["có"],
        }
    }
    imported(path, book(tmp_path / "tra-loi.xlsx", answers))
    with open_register(path) as register:
        assert register.answers() == [(question.key, question.other, 1)]


def test_like_above_is_what_stands_above(tmp_path: Path) -> None:
    sheets: Sheets = {
        "2018": {
            "Họ và tên": ["Lê Thị Mận", "Vũ Văn Na", "Trần Văn Bưởi", "Hồ Thị Lê"],
            "Đơn vị": ["Văn phòng Sở", "nt", '"', "–"],
            "Danh hiệu": ["LĐTT", "-nt-", "như trên", "LĐTT"],
            "Số QĐ": ["12/QĐ-SCT", "n.t", "″", "nt"],
            "Ngày QĐ": ["05/01/2019", "NT", "”", "06/01/2019"],
        }
    }
    found = read_book(book(tmp_path / "so.xlsx", sheets))
    assert found.errors == 0
    number, date = COLUMNS["awards"].index("number"), COLUMNS["awards"].index("date")
    assert {row[number] for row in found.facts.awards} == {"12/QĐ-SCT"}
    assert [row[date] for row in found.facts.awards] == ["2019-01-05"] * 3 + ["2019-01-06"]
    units = [row[COLUMNS["people"].index("unit_name")] for row in found.facts.people]
    assert units == ["Văn phòng Sở", "Văn phòng Sở", "Văn phòng Sở", ""], "a dash is a blank"
    notes = {one.field: dict(one.params)["cells"] for one in found.findings if one.code == "N714"}
    assert notes == {
        "ten_dv": "B5, B6",
        "ma_kt": "C5, C6",
        "so_qd": "D5, D6, D7",
        "ngay_qd": "E5, E6",
    }
