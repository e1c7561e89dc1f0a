"""``ket-qua.xlsx``: the contract of its sheets, what stands beside a verdict, and that it opens."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from emubatch.model import MonthResult
from emubatch.reports.workbook import write_result
from emubatch.reports.workbook_pages import Evidence

RETURNS = {"dn01.xlsx": "tra-lai/DN01.xlsx"}


@pytest.fixture()
def path(tmp_path: Path, result: MonthResult) -> Path:
    write_result(tmp_path / "ket-qua.xlsx", result, "vi", returns=RETURNS)
    return tmp_path / "ket-qua.xlsx"


def cells(path: Path, sheet: str) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()


def table(path: Path, sheet: str, first: str) -> list[dict[str, Any]]:
    """Records under the row whose first cell is ``first``, up to a blank row."""
    rows = cells(path, sheet)
    top = next(at for at, row in enumerate(rows) if row[0] == first)
    body = rows[top + 1 :]
    end = next((at for at, row in enumerate(body) if not any(c != "" for c in row)), len(body))
    return [dict(zip(rows[top], row, strict=True)) for row in body[:end]]


def parts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def part_of(path: Path, sheet: str) -> str:
    """Name of the part that holds a sheet."""
    return f"sheet{CalamineWorkbook.from_path(path).sheet_names.index(sheet) + 1}.xml"


def test_sheets_are_the_contract(path: Path) -> None:
    assert CalamineWorkbook.from_path(path).sheet_names == [
        *("Tổng quan", "Đề nghị khen", "Cần xem xét", "Chưa đủ điều kiện", "Hội đồng"),
        *("Phiếu in", "Tiêu chí"),
        *("Giải trình", "Bảng điểm", "Chỉ tiêu", "Lỗi biểu mẫu", "Chưa nộp", "Trùng lặp"),
        *("Nhật ký", "_hoi_dong", "_ds_hoi_dong", "_muc"),
    ]


def test_only_the_sheets_that_the_programme_needs(
    tmp_path: Path, make_result: Callable[..., MonthResult]
) -> None:
    parts_of_models = make_result(scores=None, indicators=None)
    write_result(tmp_path / "a.xlsx", parts_of_models, "vi")
    names = CalamineWorkbook.from_path(tmp_path / "a.xlsx").sheet_names
    assert "Bảng điểm" not in names and "Chỉ tiêu" not in names and "_muc" not in names
    write_result(tmp_path / "b.xlsx", make_result(verdicts=None, quotas=None), "vi")
    names = CalamineWorkbook.from_path(tmp_path / "b.xlsx").sheet_names
    assert names[:2] == ["Tổng quan", "Bảng điểm"] and "Giải trình" not in names


def test_every_nominee_stands_on_one_sheet(path: Path) -> None:
    found = {
        sheet: [
            (row["Kết luận"], row["Tập thể, cá nhân"]) for row in table(path, sheet, "Kết luận")
        ]
        for sheet in ("Đề nghị khen", "Cần xem xét", "Chưa đủ điều kiện")
    }
    assert found == {
        "Đề nghị khen": [
            ("✓ ĐẠT", "Văn phòng Sở"),
            ("✓ ĐẠT", "Phòng QLCN"),
            ("✓ ĐẠT", "Trần Thị Mẫu"),
        ],
        "Cần xem xét": [
            ("? CẦN XEM XÉT", "Nguyễn Văn Thử"),
            ("– KHÔNG ÁP DỤNG", '=HYPERLINK("x")'),
        ],
        "Chưa đủ điều kiện": [("✗ KHÔNG ĐẠT", "Lê Văn Ví")],
    }


def test_the_reason_stands_beside_the_verdict(path: Path) -> None:
    (row,) = table(path, "Chưa đủ điều kiện", "Kết luận")
    assert row == {
        "Kết luận": "✗ KHÔNG ĐẠT",
        "Tập thể, cá nhân": "Lê Văn Ví",
        "Đối tượng": "Cá nhân\nCONG_NHAN",
        "Đơn vị": "Công ty CP <Một> & Hai",
        "Nhóm": "Doanh nghiệp",
        "Lý do": "Không bị kỷ luật",
        "Điều khoản": "HD.2.2a*",
        "Yêu cầu": "từ 3 năm",
        "Thực tế": "2/3 năm chắc chắn",
        "Ô nguồn": "vp.xlsx › Thanh_tich: D11",
        "Chi tiết": "xem",
    }


def test_a_verdict_that_combines_others_shows_their_cells(path: Path) -> None:
    rows = {row["Tập thể, cá nhân"]: row for row in table(path, "Đề nghị khen", "Kết luận")}
    assert rows["Phòng QLCN"]["Ô nguồn"] == "vp.xlsx › Thanh_tich: D8, D9"
    assert rows["Trần Thị Mẫu"]["Ô nguồn"] == "vp.xlsx › Thanh_tich: D11, D12"


@pytest.mark.parametrize(
    ("evidence", "shown"),
    [
        ("", ""),
        ("a.xlsx!Thanh_tich!D4", "a.xlsx › Thanh_tich: D4"),
        (
            "a.xlsx!T!D4; a.xlsx!T!D5; a.xlsx!T!D6; a.xlsx!T!D8; a.xlsx!X!E1; a.xlsx!T!D4",
            "a.xlsx › T: D4:D6, D8\na.xlsx › X: E1",
        ),
        ("a.xlsx!T!D9; a.xlsx!T!D10", "a.xlsx › T: D9, D10"),
        ("la! ten.xlsx!T!AA9", "la! ten.xlsx › T: AA9"),
    ],
)
def test_cells_are_drawn_together(evidence: str, shown: str) -> None:
    assert Evidence()[evidence] == shown


def test_a_quota_is_shown_and_drops_nobody(path: Path) -> None:
    shown = [row["Đề nghị"] for row in table(path, "Đề nghị khen", "Kết luận")]
    assert shown == ["? VƯỢT CHỈ TIÊU", "? VƯỢT CHỈ TIÊU", "✓ ĐỀ NGHỊ"]
    rows = cells(path, "Tổng quan")
    quota = next(row for row in rows if row[-1] == "? VƯỢT CHỈ TIÊU")
    assert quota == ["Tập thể", "Cơ quan Sở", 1.0, 2.0, 0.0, 0.0, "HD.3", "? VƯỢT CHỈ TIÊU"]


def test_the_reserve_list_and_what_a_share_is_taken_of(
    tmp_path: Path, make_result: Callable[..., MonthResult]
) -> None:
    result = make_result()
    assert result.quotas is not None
    result.nominees["proposed"] = ["tie", "over_quota", "pending", "yes", "no", "no"]
    result.nominees["reserve"] = [0, 1, 0, 0, 0, 0]
    first = result.nominees["nominee"].iloc[0]
    columns = ["applies", "share", "base", "base_value", "rounding", "tied", "reserve", "border"]
    result.quotas[columns] = [["nhom = CO_QUAN_SO", "15", "passed", "7+", "ceil", 1, 1, first]]
    write_result(tmp_path / "a.xlsx", result, "vi")
    assert "Dự bị" in CalamineWorkbook.from_path(tmp_path / "a.xlsx").sheet_names
    rows = table(tmp_path / "a.xlsx", "Dự bị", "Thứ hạng")
    heads = ("Thứ hạng", "Dự bị thứ", "Đề nghị", "Tập thể, cá nhân")
    shown = [tuple(row[head] for head in heads) for row in rows]
    assert shown == [
        (1.0, "", "? BẰNG NHAU Ở RANH GIỚI", "Văn phòng Sở"),
        (2.0, 1.0, "? VƯỢT CHỈ TIÊU", "Phòng QLCN"),
    ]
    quota = next(row for row in cells(tmp_path / "a.xlsx", "Tổng quan") if row[-2] == "HD.3")
    assert quota[1].split("\n") == [
        "Cơ quan Sở",
        "Nhóm: Cơ quan Sở",
        "15% của số đạt tiêu chuẩn (7+), làm tròn lên",
        "Ngang nhau ở ranh giới: Văn phòng Sở",
    ]


def test_details_jump_to_the_first_line_of_the_nominee(path: Path) -> None:
    rows = cells(path, "Giải trình")
    line = next(at for at, row in enumerate(rows, 1) if row[1] == "Lê Văn Ví")
    sheet = parts(path)["xl/worksheets/sheet4.xml"]  # Chưa đủ điều kiện
    assert f"location=\"'Giải trình'!A{line}\"" in sheet


def test_matrix_has_a_sign_for_every_verdict(path: Path) -> None:
    rows = table(path, "Tiêu chí", "Kết luận")
    names = [row["Tập thể, cá nhân"] for row in rows]
    by_name = dict(zip(names, rows, strict=True))
    headers = list(rows[0])[3:]
    assert headers[0] == "TT  Tập thể điển hình" and len(headers) == 6
    assert list(by_name["Lê Văn Ví"].values())[3:] == ["", "", "", "✗", "✗", "✓"]
    assert list(by_name["Nguyễn Văn Thử"].values())[3:] == ["", "", "", "?", "✓", "?"]
    assert list(by_name['=HYPERLINK("x")'].values())[3:] == [""] * 6


def test_explanations_follow_the_outline(path: Path) -> None:
    rows = table(path, "Giải trình", "Kết luận")
    assert len(rows) == 15
    assert list(rows[7].values()) == [
        "✓ ĐẠT",
        "Nguyễn Văn Thử",
        "Văn phòng Sở",
        "CN.1",
        "  Không bị kỷ luật",
        "HD.2.2a*",
        "từ 3 năm",
        "2/3 năm chắc chắn",
        "vp.xlsx › Thanh_tich: D11",
    ]


def test_errors_come_first_and_link_to_the_returned_form(path: Path) -> None:
    rows = table(path, "Lỗi biểu mẫu", "Mức độ")
    assert [(row["Mức độ"], row["Ô"], row["Biểu mẫu trả lại"]) for row in rows] == [
        ("✗ Lỗi", "", ""),
        ("✗ Lỗi", "D9", "DN01.xlsx"),
        ("✗ Lỗi", "D10", "DN01.xlsx"),
        ("? Cảnh báo", "B6", "DN01.xlsx"),
        ("? Cảnh báo", "AB7", "DN01.xlsx"),
        ("i Ghi chú", "B6", ""),
    ]
    links = parts(path)[f"xl/worksheets/_rels/{part_of(path, 'Lỗi biểu mẫu')}.rels"]
    assert links.count('Target="tra-lai/DN01.xlsx" TargetMode="External"') == 4


def test_text_of_forms_is_no_formula_and_no_link(path: Path) -> None:
    sheets = {n: t for n, t in parts(path).items() if n.startswith("xl/worksheets/")}
    formulas = "".join(sheets.values()).count("<f>")
    live = ("Bảng điểm", "Tổng quan", "Hội đồng")
    own = [sheets[f"xl/worksheets/{part_of(path, name)}"] for name in live]
    assert formulas == sum(text.count("<f>") for text in own)
    assert all("HYPERLINK" not in text for text in sheets.values())
    assert all("hong.xlsx" not in text for n, text in sheets.items() if n.endswith(".rels"))


def test_missing_units_and_nameless_files(path: Path) -> None:
    rows = table(path, "Chưa nộp", "Tình trạng")
    assert [(r["Tình trạng"], r["Mã đơn vị"], r["Đơn vị"], r["Tệp"]) for r in rows] == [
        ("✗ Chưa nộp", "QLCN", "Phòng Quản lý công nghiệp", ""),
        ("✗ Không đọc được", "", "", "=hong.xlsx"),
    ]


def test_duplicates_of_files_and_of_people(path: Path) -> None:
    rows = table(path, "Trùng lặp", "Tình trạng")
    assert [(r["Tình trạng"], r["Tệp"]) for r in rows] == [
        ("– Trùng tệp", "vp (1).xlsx"),
        ("– Đã có bản mới hơn", "cu/dn01.xlsx"),
        ("? Cảnh báo", "dn01.xlsx"),
    ]
    assert rows[1]["Sai gì, sửa thế nào"] == "Đã có bản mới hơn: dn01.xlsx."


def test_indicators_with_their_notes(path: Path) -> None:
    rows = table(path, "Chỉ tiêu", "Kết luận")
    assert [
        (r["Kết luận"], r["Thực hiện"], r["Tăng (%, điểm %)"], r["So kế hoạch (%)"]) for r in rows
    ] == [
        ("? CẦN XEM XÉT", 22700.0, 2.3, ""),
        ("✓ ĐẠT", 114375.0, 32.82, 123.0),
    ]


def test_journal_names_files_and_changed_settings(path: Path) -> None:
    files = table(path, "Nhật ký", "Tình trạng")
    assert files[-1]["Mã băm SHA-256"] == "11" * 32 and files[-1]["Tệp"] == "vp.xlsx"
    settings = {row["Thiết lập"]: row["Đã đổi"] for row in table(path, "Nhật ký", "Thiết lập")}
    assert settings["points_per_pct"] == "≠ ĐÃ ĐỔI" and settings["bonus_rule"] == ""


def test_overview_says_what_when_and_how_many(path: Path) -> None:
    rows = cells(path, "Tổng quan")
    facts = {row[0]: row[1] for row in rows if row[0]}
    assert facts["Thời điểm xét"] == "18/07/2020"
    assert facts["Đơn vị"] == "2 trên 3 đơn vị đã nộp"
    assert facts["Thiết lập đã đổi"] == "points_per_pct = 1"
    total = next(row for row in rows if row[0] == "Cộng")
    assert total[2:7] == [3.0, 1.0, 1.0, 1.0, 6.0]
    assert facts["? CẦN XEM XÉT"].startswith("Chưa kết luận được")


def test_charts_are_fed_from_cells(path: Path) -> None:
    charts = {n: t for n, t in parts(path).items() if n.startswith("xl/charts/chart")}
    assert len(charts) == 2
    assert all("'Tổng quan'!$" in text for text in charts.values())
    rows = cells(path, "Tổng quan")
    collective = next(at for at, row in enumerate(rows, 1) if row[0] == "Tập thể")
    assert f"'Tổng quan'!$B${collective}:$B${collective}" in charts["xl/charts/chart1.xml"]
    assert f"'Tổng quan'!$C${collective + 1}:$C${collective + 2}" in charts["xl/charts/chart2.xml"]


def test_print_setup_on_every_sheet(path: Path) -> None:
    sheets = [t for n, t in sorted(parts(path).items()) if n.startswith("xl/worksheets/sheet")]
    shown = [t for t in sheets if "fitToHeight" in t or " scale=" in t]
    assert len(shown) == len(sheets)
    # Excel passes over page breaks where the page is told to fit.
    assert all(("rowBreaks" in t) <= (" scale=" in t) for t in shown)
    assert all('paperSize="9"' in t and 'orientation="landscape"' in t for t in shown)
    assert all("Trang &amp;P/&amp;N" in t for t in shown)
    assert all("sheetProtection" not in t for t in shown)


def test_english_words_but_the_same_sheet_names(tmp_path: Path, result: MonthResult) -> None:
    write_result(tmp_path / "en.xlsx", result, "en")
    rows = table(tmp_path / "en.xlsx", "Chưa đủ điều kiện", "Verdict")
    assert (rows[0]["Verdict"], rows[0]["Group"]) == ("✗ NOT MET", "Doanh nghiệp (en)")


def test_an_empty_month_still_makes_a_workbook(
    tmp_path: Path,
    make_result: Callable[..., MonthResult],
    result: MonthResult,
    ooxml_validator: Callable[[Path], list[str]],
) -> None:
    assert result.verdicts is not None and result.scores is not None
    assert result.indicators is not None and result.quotas is not None
    empty = make_result(
        nominees=result.nominees[:0],
        verdicts=result.verdicts[:0],
        scores=result.scores[:0],
        indicators=result.indicators[:0],
        quotas=result.quotas[:0],
        findings=[],
    )
    empty.data.submissions = empty.data.submissions[:0]
    empty.data.units = empty.data.units[:0]
    empty.data.replaced, empty.data.details = [], {}
    write_result(tmp_path / "rong.xlsx", empty, "vi")
    assert ooxml_validator(tmp_path / "rong.xlsx") == []
    assert cells(tmp_path / "rong.xlsx", "Đề nghị khen")[-1][0] == "(không có dòng nào)"


def test_opens_cleanly_and_is_the_same_twice(
    tmp_path: Path, path: Path, result: MonthResult, ooxml_validator: Callable[[Path], list[str]]
) -> None:
    assert ooxml_validator(path) == []
    write_result(tmp_path / "b.xlsx", result, "vi", returns=RETURNS)
    assert path.read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_explanations_go_on_to_a_further_sheet(
    tmp_path: Path, result: MonthResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emubatch.reports.workbook_nominees._ROWS_ON_EXPLANATIONS", 9)
    write_result(tmp_path / "a.xlsx", result, "vi")
    first = table(tmp_path / "a.xlsx", "Giải trình", "Kết luận")
    second = table(tmp_path / "a.xlsx", "Giải trình (2)", "Kết luận")
    assert (len(first), len(second)) == (9, 6)
    assert "phần 2/2" in cells(tmp_path / "a.xlsx", "Giải trình (2)")[0][0]
    failed = parts(tmp_path / "a.xlsx")["xl/worksheets/sheet4.xml"]
    assert "location=\"'Giải trình (2)'!A8\"" in failed


def test_order_of_the_frames_does_not_matter(
    tmp_path: Path, path: Path, result: MonthResult, make_result: Callable[..., MonthResult]
) -> None:
    assert result.verdicts is not None and result.scores is not None
    other = make_result(
        nominees=result.nominees[::-1].reset_index(drop=True),
        verdicts=result.verdicts[::-1].reset_index(drop=True),
        scores=result.scores[::-1].reset_index(drop=True),
        findings=result.findings[::-1],
    )
    write_result(tmp_path / "b.xlsx", other, "vi", returns=RETURNS)
    assert path.read_bytes() == (tmp_path / "b.xlsx").read_bytes()
