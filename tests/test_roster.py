"""The roster is trusted whole or not at all."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from emubatch.messages import render
from emubatch.programme.load import build, locate, read_folder
from emubatch.programme.tables import Programme
from emubatch.roster import RosterError, read_roster

HEADER = "Mã đơn vị,Tên đơn vị,Nhóm"


@pytest.fixture(scope="module")
def programme() -> Programme:
    found, _ = build(read_folder(locate("bacgiang-models-2020")), {})
    return found


def _csv(tmp_path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "danh-sach.csv"
    path.write_text("\n".join(lines) + "\n", encoding=encoding, errors="replace")
    return path


def _xlsx(tmp_path: Path, *rows: list[Any], title: str = "Đơn vị") -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    path = tmp_path / "danh-sach.xlsx"
    book.save(path)
    return path


def _problems(path: Path, programme: Programme) -> list[tuple[str, str, str]]:
    with pytest.raises(RosterError) as caught:
        read_roster(path, programme)
    assert {found.file for found in caught.value.findings} == {path.name}
    return [(found.code, found.cell, found.value) for found in caught.value.findings]


def test_reads_a_csv_by_its_headers(tmp_path: Path, programme: Programme) -> None:
    path = _csv(
        tmp_path,
        "Danh sách đơn vị,,,,,,,,",
        "Nhóm,tên Đơn Vị,STT,MÃ ĐƠN VỊ,Ngày nhận,Thư điện tử,Hiệu lực đến,Đơn vị kế thừa,Số NLĐ",
        "Cơ quan Sở,Văn phòng Sở,1,VP,15/07/2020,vp@so.example,,,5",
        ",,,,,,,,",
        "doanh nghiệp,Công ty Ổi,2,007,,,30/6/2020,VP,",
    )
    roster = read_roster(path, programme)
    first, second = roster.units
    assert (first.code, first.name, first.group, first.received, first.email, first.row) == (
        "VP",
        "Văn phòng Sở",
        "CO_QUAN_SO",
        "2020-07-15",
        "vp@so.example",
        3,
    )
    assert first.extra == {"STT": "1", "Số NLĐ": "5"}
    assert (second.code, second.group, second.valid_to, second.successor, second.row) == (
        "007",
        "DOANH_NGHIEP",
        "2020-06-30",
        "VP",
        5,
    )
    assert (roster.file, roster.size) == ("danh-sach.csv", path.stat().st_size)


def test_reads_semicolons_and_a_byte_order_mark(tmp_path: Path, programme: Programme) -> None:
    path = _csv(tmp_path, HEADER.replace(",", ";"), "A;Phòng A, B;CO_QUAN_SO", encoding="utf-8-sig")
    assert read_roster(path, programme).units[0].name == "Phòng A, B"


def test_reads_a_workbook_with_typed_cells(tmp_path: Path, programme: Programme) -> None:
    path = _xlsx(
        tmp_path,
        ["SỞ CÔNG THƯƠNG"],
        [],
        ["Mã đơn vị", "Tên đơn vị", "Nhóm", "Ngày nhận"],
        [12, "Phòng Mười Hai", "CO_QUAN_SO", dt.datetime(2020, 7, 15)],
        ["B", "Phòng B", "-", None],
    )
    units = read_roster(path, programme).units
    assert [(u.code, u.group, u.received, u.row) for u in units] == [
        ("12", "CO_QUAN_SO", "2020-07-15", 4),
        ("B", "", "", 5),
    ]


def test_every_problem_is_said_in_one_pass(tmp_path: Path, programme: Programme) -> None:
    path = _csv(
        tmp_path,
        HEADER + ",Ngày nhận,Đơn vị kế thừa",
        "VP,Văn phòng,Cơ quan Sôi,15/07/2020,",
        "QL,Quản lý,,30/2/2020,VPP",
        "vp,Văn phòng 2,,,",
        ",Không mã,,,",
    )
    assert _problems(path, programme) == [
        ("E704", "C2", "Cơ quan Sôi"),
        ("E706", "D3", "30/2/2020"),
        ("E703", "A4", "vp"),
        ("E705", "A5", ""),
        ("E707", "E3", "VPP"),
    ]


def test_nearest_right_names_are_offered(tmp_path: Path, programme: Programme) -> None:
    path = _csv(tmp_path, HEADER + ",Đơn vị kế thừa", "VP,Văn phòng,Cơ quan Sôi,", "QL,Q,,VPP")
    with pytest.raises(RosterError) as caught:
        read_roster(path, programme)
    near = [dict(found.params)["nearest"] for found in caught.value.findings]
    assert near[0].startswith(" (Cơ quan Sở")
    assert near[1] == " (VP?)"


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ((HEADER,), ("E708", "", "")),
        (("",), ("E702", "", "")),
        (("Mã,Tên", "A,B"), ("E702", "", "")),
        (("Mã đơn vị,Họ tên", "A,B"), ("E702", "", "")),
        ((HEADER, 'A,"B'), ("E701", "", "")),
    ],
)
def test_a_table_that_is_no_roster(
    tmp_path: Path, programme: Programme, lines: tuple[str, ...], problem: tuple[str, str, str]
) -> None:
    assert _problems(_csv(tmp_path, *lines), programme) == [problem]


def test_a_missing_column_names_the_nearest_header(tmp_path: Path, programme: Programme) -> None:
    with pytest.raises(RosterError) as caught:
        read_roster(_xlsx(tmp_path, ["Mã đơn vị", "Tên đơn"], ["A", "B"]), programme)
    found = caught.value.findings[0]
    assert dict(found.params) == {"header": "Tên đơn vị", "nearest": "; Tên đơn?"}
    assert found.sheet == "Đơn vị"


def test_files_that_cannot_be_read(tmp_path: Path, programme: Programme) -> None:
    broken = tmp_path / "x.xlsx"
    broken.write_bytes(b"PK\x03\x04 cut")
    assert _problems(broken, programme)[0][0] == "F103"
    assert _problems(tmp_path / "none.xlsx", programme)[0][0] == "E709"
    assert _problems(tmp_path / "none.csv", programme)[0][0] == "E709"
    quoted = _csv(tmp_path, HEADER, 'A,"Phòng')
    assert _problems(quoted, programme)[0][0] == "E701"
    nothing_known = _csv(tmp_path, "Код;Имя", "A;Бюро", encoding="cp1251")
    assert _problems(nothing_known, programme)[0][0] == "F124"


def test_an_error_cell_is_no_blank(tmp_path: Path, programme: Programme) -> None:
    path = _xlsx(tmp_path, ["Mã đơn vị", "Tên đơn vị"], ["A", "=1/0"])
    assert _problems(path, programme)[0][:2] == ("E213", "B2")


def test_a_programme_without_groups_takes_any(tmp_path: Path, programme: Programme) -> None:
    bare = replace(programme, choices=())
    assert read_roster(_csv(tmp_path, HEADER, "A,B,Gì đó"), bare).units[0].group == "Gì đó"


def test_the_unicode_text_of_excel_is_read(tmp_path: Path, programme: Programme) -> None:
    path = _csv(tmp_path, HEADER.replace(",", "\t"), "VP\tVăn phòng\tCơ quan Sở", encoding="utf-16")
    assert [unit.name for unit in read_roster(path, programme).units] == ["Văn phòng"]


def test_a_roster_that_is_not_there_is_named(tmp_path: Path, programme: Programme) -> None:
    for path in (tmp_path, tmp_path / "danh sách.xlsx"):
        with pytest.raises(RosterError) as caught:
            read_roster(path, programme)
        (found,) = caught.value.findings
        assert found.code == "E709"
        assert str(path) in render(found, "vi")


@pytest.mark.parametrize("encoding", ["TCVN3", "VNI"])
def test_a_csv_of_an_old_font(tmp_path: Path, programme: Programme, encoding: str) -> None:
    from emubatch import legacy

    rows = [
        "Mã đơn vị;Tên đơn vị;Nhóm",
        "VP;Văn phòng Sở;Cơ quan Sở",
        "TC;Phòng Kế hoạch – Tài chính;Cơ quan Sở",
    ]
    path = tmp_path / "danh-sach.csv"
    path.write_bytes(legacy.encode("\n".join(rows), encoding).encode("cp1252"))
    units = read_roster(path, programme).units
    assert [unit.name for unit in units] == ["Văn phòng Sở", "Phòng Kế hoạch – Tài chính"]
