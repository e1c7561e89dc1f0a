"""The sheet of reward money: values stored, formulas that agree with them, rules to choose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from emubatch.money import Money, MoneySettings, award_money, rates_of
from emubatch.programme.load import load
from emubatch.reports.workbook_money import SHEET, write_reward_money
from emubatch.xl.lint import lint_workbook

PROGRAMME = load("bacgiang-models-2020")
UNITS = {"VP": "Văn phòng Sở", "KT1": "Phòng Kinh tế", "KT2": "Phòng Kinh tế"}
AWARDS = [
    ("VP/CN/1", "individual", "Nguyễn Văn Thử", "VP", "GK_XA", 2019, ""),
    ("VP/CN/2", "individual", "=HYPERLINK(\"x\")", "VP", "GK_GDS", 2019, "45/QĐ-SCT"),
    ("VP/CN/2", "individual", "=HYPERLINK(\"x\")", "VP", "GK_XA", 2019, "45/QĐ-SCT"),
    ("KT1/TT/a", "collective", "Tổ một <A & B>", "KT1", "GK_GDS", 2019, "45/QĐ-SCT"),
    ("KT2/TT/b", "collective", "Tổ hai", "KT2", "GK_XA", 2019, "45/QĐ-SCT"),
]  # fmt: skip
MISSING = ("KT2/TT/c", "collective", "Tổ ba", "KT2", "BK_TINH", 2019, "12/QĐ-UBND")
KEYS = ("nominee", "kind", "name", "unit", "award", "year", "decision")


def reckoned(*more: tuple[Any, ...], **settings: str) -> Money:
    rows = [dict(zip(KEYS, row, strict=True)) for row in [*AWARDS, *more]]
    return award_money(rows, rates_of(PROGRAMME), "2020-07-30", MoneySettings(**settings))


def written(path: Path, money: Money, lang: Any = "vi") -> Path:
    write_reward_money(path, money, PROGRAMME, UNITS, lang, about="QĐ 45/QĐ-SCT")
    return path


def cells(path: Path) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(path, data_only=True)[SHEET]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def line(rows: list[list[Any]], name: str, award: str) -> dict[str, Any]:
    at = next(i for i, row in enumerate(rows) if "Số tiền chi" in row)
    (row,) = [r for r in rows[at:] if r[2] == name and r[4] == award]
    return dict(zip(rows[at], row, strict=True))


def amounts(rows: list[list[Any]], heading: str) -> dict[tuple[Any, ...], Any]:
    """Words -> sum of the block under a heading."""
    at = next(i for i, row in enumerate(rows) if heading in row)
    found = {}
    for row in rows[at + 1 :]:
        if row[13] is None or row[1] == "Tổng cộng":
            break
        found[tuple(text for text in (row[1], row[3], row[4], row[6]) if text)] = row[13]
    return found


def total(rows: list[list[Any]]) -> Any:
    (row,) = [row for row in rows if row[1] == "Tổng cộng"]
    return row[13]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return written(tmp_path / "tien-thuong.xlsx", reckoned())


def test_a_row_says_what_is_paid_and_on_what_basis(path: Path) -> None:
    row = line(cells(path), "Nguyễn Văn Thử", "Giấy khen của Chủ tịch UBND xã")
    assert row["Chi"] == "✓ Chi"
    assert row["Hệ số"] == 0.15 and row["Lương cơ sở"] == 1_490_000
    assert row["Căn cứ"] == "NĐ 91/2017/NĐ-CP; Mức lương cơ sở từ 01/7/2019"
    assert (row["Hệ số × lương"], row["Sau làm tròn"], row["Phần làm tròn"]) == (
        223_500, 230_000, 6_500,
    )  # fmt: skip
    assert row["Số tiền chi"] == 230_000
    assert row["Quyết định"] == "30/07/2020"


def test_the_lower_award_of_one_achievement_is_shown_and_not_paid(path: Path) -> None:
    row = line(cells(path), '=HYPERLINK("x")', "Giấy khen của Chủ tịch UBND xã")
    assert (row["Chi"], row["Sau làm tròn"], row["Số tiền chi"]) == ("– Không chi", 230_000, 0)
    assert row["Ghi chú"] == "cùng thành tích, đã chi mức cao hơn"


def test_sums_by_decision_unit_award_and_kind(path: Path) -> None:
    rows = cells(path)
    assert amounts(rows, "Cộng theo đơn vị") == {
        ("Văn phòng Sở",): 680_000,
        ("Phòng Kinh tế (KT1)",): 900_000,
        ("Phòng Kinh tế (KT2)",): 450_000,
    }
    assert amounts(rows, "Cộng theo đối tượng") == {("Cá nhân",): 680_000, ("Tập thể",): 1_350_000}
    assert amounts(rows, "Cộng theo quyết định") == {
        ("30/07/2020",): 230_000,
        ("45/QĐ-SCT, 30/07/2020",): 1_800_000,
    }
    assert sum(amounts(rows, "Cộng theo hình thức").values()) == total(rows) == 2_030_000


def test_a_gap_leaves_the_sums_above_it_open(tmp_path: Path) -> None:
    rows = cells(written(tmp_path / "a.xlsx", reckoned(MISSING)))
    assert total(rows) == "chưa đủ"
    assert amounts(rows, "Cộng theo đơn vị")["Phòng Kinh tế (KT2)",] == "chưa đủ"
    assert amounts(rows, "Cộng theo đơn vị")["Văn phòng Sở",] == 680_000
    texts = [cell for row in rows for cell in row if isinstance(cell, str)]
    assert any("Bằng khen của Chủ tịch UBND tỉnh» (Tập thể)" in text for text in texts)
    assert line(rows, "Tổ ba", "Bằng khen của Chủ tịch UBND tỉnh")["Số tiền chi"] in (None, "")


def test_no_award_no_money(tmp_path: Path) -> None:
    write_reward_money(
        tmp_path / "a.xlsx", award_money([], rates_of(PROGRAMME), "2020-07-30", MoneySettings()),
        PROGRAMME, UNITS, "en",
    )  # fmt: skip
    rows = cells(tmp_path / "a.xlsx")
    assert [row[13] for row in rows if row[1] == "Total"] == [0]
    assert lint_workbook(tmp_path / "a.xlsx") == []


def test_the_accountant_has_places_to_tick_and_sign(path: Path) -> None:
    sheet = openpyxl.load_workbook(path)[SHEET]
    lists = {rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert lists == {"tien_lam_tron", "tien_chi", "tien_da"}
    texts = [cell.value for row in sheet.iter_rows() for cell in row]
    assert {"Kế toán kiểm", "Ký nhận", "Người lập", "Kế toán", "Thủ trưởng đơn vị"} <= set(texts)
    assert (int(sheet.page_setup.paperSize), sheet.page_setup.orientation) == (9, "landscape")
    assert lint_workbook(path) == []


def test_the_same_money_gives_the_same_bytes(tmp_path: Path, path: Path) -> None:
    assert written(tmp_path / "b.xlsx", reckoned()).read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("up_10000", "Lên đủ 10.000 đồng"),
        ("nearest_10000", "Đến 10.000 đồng gần nhất"),
        ("none", "Không làm tròn"),
    ],
)
def test_formulas_come_to_what_was_reckoned(
    rule: str, words: str, path: Path, tmp_path: Path, libreoffice: Any
) -> None:
    """The rule is chosen in the sheet; openpyxl drops the stored values, LibreOffice reckons."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook[SHEET]
    (cell,) = [c for row in sheet.iter_rows() for c in row if c.value == "Lên đủ 10.000 đồng"]
    cell.value = words
    (tmp_path / "in").mkdir()
    workbook.save(tmp_path / "in" / "a.xlsx")
    found = cells(libreoffice(tmp_path / "in" / "a.xlsx", "xlsx", tmp_path / "out"))
    wanted = cells(written(tmp_path / "b.xlsx", reckoned(rounding=rule)))
    assert [[c for c in row if c not in ("", None)] for row in found] == [
        [c for c in row if c not in ("", None)] for row in wanted
    ]
    assert total(found) == reckoned(rounding=rule).total.amount


def test_a_figure_typed_in_completes_the_sheet(tmp_path: Path, libreoffice: Any) -> None:
    source = written(tmp_path / "a.xlsx", reckoned(MISSING))
    workbook = openpyxl.load_workbook(source)
    sheet = workbook[SHEET]
    (at,) = [c.row for row in sheet.iter_rows() for c in row if c.value == "Tổ ba"]
    sheet.cell(at, 1).value = "✓ Chi"
    sheet.cell(at, 8).value = 2
    (tmp_path / "in").mkdir()
    workbook.save(tmp_path / "in" / "a.xlsx")
    found = cells(libreoffice(tmp_path / "in" / "a.xlsx", "xlsx", tmp_path / "out"))
    assert total(found) == 2_030_000 + 2_980_000
    assert amounts(found, "Cộng theo đơn vị")["Phòng Kinh tế (KT2)",] == 450_000 + 2_980_000
