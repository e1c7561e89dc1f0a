"""Forms typed in fonts of TCVN3 or VNI: each cell converted and listed, doubts asked about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from emubatch import legacy
from emubatch.checks import check
from emubatch.intake import inbox_file, read
from emubatch.legacy import TCVN3, VNI
from emubatch.messages import render
from emubatch.model import Finding, Submission
from emubatch.programme.tables import Programme

HEADER = ["Họ và tên", "Năm sinh", "Chức vụ", "Cấp vị trí", "Đối tượng", "Hình thức đề nghị"]
PEOPLE = [
    ["Nguyễn Văn Ân", 1980, "Chuyên viên", "Cán bộ công chức viên chức", "Công chức", "GK_GDS"],
    ["Trần Thị Mận", 1985, "Kế toán", "Cán bộ công chức viên chức", "Công chức", "GK_GDS"],
    ["Lê Anh Dũng", 1990, "Văn thư", "Cán bộ công chức viên chức", "Công chức", "GK_GDS"],
]
Write = Callable[..., Path]


def old(value: Any, encoding: str) -> Any:
    return legacy.encode(value, encoding) if isinstance(value, str) else value


def write(path: Path, encoding: str, font: str = "", unicode_header: bool = False) -> Path:
    """A sheet of people, all of it in an encoding."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Ca_nhan")
        style = book.add_format({"font_name": font}) if font else None
        for row, cells in enumerate([HEADER, *PEOPLE]):
            for column, value in enumerate(cells):
                plain = row == 0 and unicode_header
                shown = value if plain else old(value, encoding)
                sheet.write(row, column, shown, None if plain else style)
    return path


def submission(path: Path, programme: Programme) -> Submission:
    return read(inbox_file(path, path.name), programme)


def of_code(found: Submission, code: str) -> list[Finding]:
    return [one for one in found.findings if one.code == code]


@pytest.mark.parametrize(
    ("encoding", "font"), [(TCVN3, ""), (TCVN3, ".VnTime"), (VNI, ""), (VNI, "VNI-Times")]
)
def test_a_whole_sheet(tmp_path: Path, models: Programme, encoding: str, font: str) -> None:
    found = submission(write(tmp_path / "a.xlsx", encoding, font), models)
    table = found.tables["Ca_nhan"]
    assert table.columns["ho_ten"] == [person[0] for person in PEOPLE]
    assert table.columns["chuc_vu"] == ["Chuyên viên", "Kế toán", "Văn thư"]
    notes = {one.cell: one for one in of_code(found, "N206")}
    before = legacy.encode("Trần Thị Mận", encoding)
    assert notes["A3"].value == before
    assert dict(notes["A3"].params)["after"] == "Trần Thị Mận"
    assert encoding in render(notes["A3"], "vi")
    assert len(of_code(found, "N310")) == 1  # the header
    assert of_code(found, "E220") == []
    checked = check(found, models)
    assert [one for one in checked.findings if one.code in ("E209", "E217")] == []


def test_data_in_an_old_encoding_under_a_unicode_header(tmp_path: Path, models: Programme) -> None:
    """«Lª Anh Dòng» is Unicode by itself in its last word; its column says otherwise."""
    found = submission(write(tmp_path / "a.xlsx", TCVN3, unicode_header=True), models)
    assert found.tables["Ca_nhan"].columns["ho_ten"] == [person[0] for person in PEOPLE]
    assert of_code(found, "N310") == []


def test_what_reads_either_way_in_a_mixed_sheet_is_asked(tmp_path: Path, models: Programme) -> None:
    path = tmp_path / "a.xlsx"
    rows = [
        HEADER,
        [old("Nguyễn Văn Ân", TCVN3), 1980, old("Kế toán", TCVN3)],
        ["Anh Dòng", 1985, "Kế toán"],
        ["Lê Thị Mận", 1985, "Văn thư"],
    ]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Ca_nhan")
        for row, cells in enumerate(rows):
            sheet.write_row(row, 0, cells)
    found = submission(path, models)
    assert found.tables["Ca_nhan"].columns["ho_ten"][1] == "Anh Dòng"
    (asked,) = of_code(found, "E220")
    assert (asked.cell, asked.field, dict(asked.params)["after"]) == ("A3", "ho_ten", "Anh Dũng")


DETAILS = ["Loại đối tượng", "Tên", "Danh hiệu / Hình thức", "Năm thành tích"]
TITLES = [
    ["Cá nhân", "Nguyễn Văn Ân", "Lao động tiên tiến", 2018],
    ["Cá nhân", "Trần Thị Mận", "Lao động tiên tiến", 2018],
]


def test_a_header_that_could_be_old_text_stays_when_its_row_is_unicode(
    tmp_path: Path, models: Programme
) -> None:
    """«Tên» is «Tờn» in TCVN3: the names pasted below it must not make it so."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Thanh_tich")
        sheet.write_row(0, 0, DETAILS)
        for row, cells in enumerate(TITLES, 1):
            sheet.write_row(row, 0, [old(value, TCVN3) for value in cells])
    found = submission(path, models)
    assert found.tables["Thanh_tich"].columns["ten"] == ["Nguyễn Văn Ân", "Trần Thị Mận"]
    assert {one.code for one in found.findings} & {"E220", "E302", "N310", "W301"} == set()


def test_where_fonts_tell_a_cell_in_another_font_is_unicode(
    tmp_path: Path, models: Programme
) -> None:
    """«Lái xe» beside names in .VnTime: nobody is asked whether it is «Lỏi xe»."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Ca_nhan")
        style = book.add_format({"font_name": ".VnTime"})
        sheet.write_row(0, 0, HEADER)
        for row, (name, *others) in enumerate(PEOPLE, 1):
            sheet.write(row, 0, old(name, TCVN3), style)
            sheet.write_row(row, 1, others)
            sheet.write(row, 2, "Lái xe")
    found = submission(path, models)
    table = found.tables["Ca_nhan"]
    assert table.columns["ho_ten"] == [person[0] for person in PEOPLE]
    assert table.columns["chuc_vu"] == ["Lái xe"] * 3
    assert of_code(found, "E220") == []


def test_a_column_of_unicode_stays_beside_old_names(tmp_path: Path, models: Programme) -> None:
    """«Lái xe» below «Chuyên viên» is no «Lỏi xe», though its row has no other Unicode."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Ca_nhan")
        sheet.write_row(0, 0, HEADER[:3])
        for row, post in enumerate(("Chuyên viên", "Lái xe", "Kế toán")):
            sheet.write_row(row + 1, 0, [old(PEOPLE[row][0], TCVN3), 1980, post])
    found = submission(path, models)
    columns = found.tables["Ca_nhan"].columns
    assert columns["ho_ten"] == [person[0] for person in PEOPLE]
    assert columns["chuc_vu"] == ["Chuyên viên", "Lái xe", "Kế toán"]
    assert of_code(found, "E220") == []


def test_a_header_below_old_text_is_a_header(tmp_path: Path, models: Programme) -> None:
    """Tables under one another in a text file: the names of the first stand above «Tên»."""
    path = tmp_path / "a.csv"
    people = [[old(person[0], TCVN3), *person[1:]] for person in PEOPLE]
    below = [[old(row[1], TCVN3), *row[2:]] for row in TITLES]
    rows = [HEADER, *people, [], ["Tên", "Danh hiệu / Hình thức", "Năm thành tích"], *below]
    path.write_text("\n".join(";".join(map(str, row)) for row in rows), encoding="utf-8")
    found = submission(path, models)
    assert found.tables["Ca_nhan"].columns["ho_ten"] == [person[0] for person in PEOPLE]
    assert found.tables["Thanh_tich"].columns["ten"] == ["Nguyễn Văn Ân", "Trần Thị Mận"]


def test_an_answer_of_a_list_is_not_read_another_way(tmp_path: Path, models: Programme) -> None:
    """Names pasted without their font beside drop-downs: «Cá nhân» is no «Cỏ nhõn»."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Ky_luat")
        sheet.write_row(0, 0, ["Loại đối tượng", "Tên", "Không có kỷ luật"])
        for row, name in enumerate(("Hà Kim Nhung", "Trần Thị Mận", "Lê Anh Dũng"), 1):
            sheet.write_row(row, 0, ["Cá nhân", old(name, TCVN3), "có"])
    found = submission(path, models)
    columns = found.tables["Ky_luat"].columns
    assert columns["ten"] == ["Hà Kim Nhung", "Trần Thị Mận", "Lê Anh Dũng"]
    assert columns["loai"] == ["Cá nhân"] * 3
    assert columns["khong_co"] == ["có"] * 3
    assert [one.cell for one in of_code(found, "N206")] == ["B2", "B3", "B4"]
    assert of_code(found, "E220") == []


def test_letters_written_as_numbers_of_xml(tmp_path: Path, models: Programme) -> None:
    """Some programs write «&#212;» for «Ô»; openpyxl is one."""
    import openpyxl

    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Ca_nhan"
    for row in [HEADER, *([old(value, TCVN3) for value in person] for person in PEOPLE)]:
        sheet.append(row)
    book.save(path)
    found = submission(path, models)
    assert found.tables["Ca_nhan"].columns["ho_ten"] == [person[0] for person in PEOPLE]


@pytest.mark.parametrize(("encoding", "font"), [(TCVN3, ".VnTime"), (VNI, "VNI-Times"), (VNI, "")])
def test_the_fifth_letter_of_a_list(
    tmp_path: Path, models: Programme, encoding: str, font: str
) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Ca_nhan")
        style = book.add_format({"font_name": font}) if font else None
        sheet.write_row(0, 0, HEADER)
        sheet.write(1, 0, old("Nguyễn Văn Ân", encoding), style)
        sheet.write(1, 2, old("đ) Tổ trưởng tổ điện", encoding), style)
    found = submission(path, models)
    assert found.tables["Ca_nhan"].columns["chuc_vu"] == ["đ) Tổ trưởng tổ điện"]


def test_dashes_and_quotes_in_a_csv_of_an_old_encoding(tmp_path: Path, models: Programme) -> None:
    path = tmp_path / "Ca_nhan.csv"
    rows = [HEADER, *PEOPLE, ["Vũ Thị Ổn", 1990, "Phòng Kế hoạch – Tài chính", *PEOPLE[0][3:]]]
    text = "\r\n".join(";".join(map(str, row)) for row in rows)
    path.write_bytes(legacy.encode(text, TCVN3).encode("cp1252"))
    found = submission(path, models)
    assert found.tables["Ca_nhan"].columns["chuc_vu"][3] == "Phòng Kế hoạch – Tài chính"


def test_utf_8_that_was_opened_as_windows_text(tmp_path: Path, models: Programme) -> None:
    """«Nguyá»…n»: what Excel makes of a CSV from a telephone; Unicode beside it stays."""

    def wrong(text: str) -> str:
        codes = text.encode()
        return "".join(bytes((c,)).decode("cp1252", "ignore") or chr(c) for c in codes)

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Ca_nhan")
        sheet.write_row(0, 0, HEADER)
        for row, (name, *others) in enumerate(PEOPLE, 1):
            sheet.write_row(row, 0, [wrong(name), *others])
            sheet.write(row, 2, "Lái xe")
    found = submission(path, models)
    columns = found.tables["Ca_nhan"].columns
    assert columns["ho_ten"] == [person[0] for person in PEOPLE]
    assert columns["chuc_vu"] == ["Lái xe"] * 3
    assert [one.cell for one in of_code(found, "N206")] == ["A2", "A3", "A4"]
    assert of_code(found, "E220") == []


def test_one_word_of_a_rich_text(tmp_path: Path, models: Programme) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Ca_nhan")
        sheet.write_row(0, 0, HEADER)
        font = book.add_format({"font_name": ".VnArialH"})
        plain = book.add_format({"font_name": "Arial"})
        sheet.write_rich_string(1, 0, font, "trÇn thÞ", plain, " Mận")
        sheet.write_row(1, 1, [1985, "Văn thư"])
    found = submission(path, models)
    assert found.tables["Ca_nhan"].columns["ho_ten"] == ["TRẦN THỊ Mận"]
    assert of_code(found, "N206")[0].value == "trÇn thÞ Mận"


def test_an_old_binary_workbook(tmp_path: Path, models: Programme, libreoffice: Any) -> None:
    source = write(tmp_path / "a.xlsx", TCVN3, ".VnTime")
    found = submission(libreoffice(source, "xls", tmp_path / "xls"), models)
    assert found.tables["Ca_nhan"].columns["ho_ten"] == [person[0] for person in PEOPLE]
    assert of_code(found, "N102")


@pytest.mark.parametrize("encoding", [TCVN3, VNI, "cp1258", "utf-8", "utf-16"])
def test_csv(tmp_path: Path, models: Programme, encoding: str) -> None:
    path = tmp_path / "Ca_nhan.csv"
    text = "\r\n".join(";".join(map(str, row)) for row in [HEADER, *PEOPLE])
    if encoding in legacy.ENCODINGS:
        data = legacy.encode(text, encoding).encode("latin-1")
    elif encoding == "cp1258":
        data = _cp1258(text)
    else:
        data = text.encode(encoding)
    path.write_bytes(data)
    found = submission(path, models)
    assert found.tables["Ca_nhan"].columns["ho_ten"] == [person[0] for person in PEOPLE]
    assert bool(of_code(found, "N206")) == (encoding in legacy.ENCODINGS)


def _cp1258(text: str) -> bytes:
    """Its tones are letters of their own."""
    import unicodedata

    out = b""
    for char in text:
        try:
            out += char.encode("cp1258")
        except UnicodeEncodeError:
            base, tone = _without_tone(unicodedata.normalize("NFD", char))
            out += base.encode("cp1258") + tone.encode("cp1258")
    return out


def _without_tone(parts: str) -> tuple[str, str]:
    import unicodedata

    tone = next(part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", parts.replace(tone, "")), tone


def test_a_unicode_form_with_foreign_letters_stays(tmp_path: Path, models: Programme) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Ca_nhan")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["Müller Søren", 1985, "Công ty Zürich «Café» 1½ §"])
    found = submission(path, models)
    assert found.tables["Ca_nhan"].columns["ho_ten"] == ["Müller Søren"]
    assert {one.code for one in found.findings} & {"N206", "N310", "E220"} == set()
