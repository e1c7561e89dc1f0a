# ruff: noqa: E501 (rows of data read best whole)
"""A small month made by hand: four units, six nominees, a scorecard, every kind of outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from emubatch.model import (
    INDICATOR_COLUMNS,
    NOMINEE_COLUMNS,
    SCORE_COLUMNS,
    SUBMISSION_COLUMNS,
    VERDICT_COLUMNS,
    Finding,
    MonthData,
    MonthResult,
)
from emubatch.outcome.quotas import QUOTA_COLUMNS
from emubatch.programme import tables as t
from emubatch.programme.quota_rows import Quota

NAN = float("nan")


def _field(sheet: str, key: str, header: str, kind: str = "text", **more: Any) -> t.Field:
    values: dict[str, Any] = {
        "role": "", "header_en": f"{header} (en)", "required": "no", "required_if": (), "list": "",
        "minimum": "", "maximum": "", "synonyms": (), "help_vi": "", "help_en": "", "example": "",
        "width": 16.0, **more,
    }  # fmt: skip
    return t.Field(sheet=sheet, key=key, header_vi=header, type=kind, **values)


def _sheet(key: str, role: str, title: str, kind: str = "") -> t.Sheet:
    return t.Sheet(key, role, kind, title, f"{title} (en)", True, 20, (), "", "")


def _choice(name: str, code: str, label: str) -> t.Choice:
    return t.Choice(name, code, label, f"{label} (en)", "", "", None, (), (), (), False, False, (),
                    "", "")  # fmt: skip


def _criterion(cid: str, parent: str, test: str, label: str, clause: str) -> t.Criterion:
    return t.Criterion(cid, parent, (), test, (), (), (), (), ("", ""), "", "", {}, label,
                       f"{label} (en)", clause)  # fmt: skip


CRITERIA = (
    _criterion("TT", "", "all_of", "Tập thể điển hình", "HD.2.1"),
    _criterion("TT.1", "TT", "every_year", "TTLĐTT mỗi năm", "HD.2.1"),
    _criterion("TT.2", "TT", "count", "Bằng khen UBND tỉnh", "HD.2.1"),
    _criterion("CN", "", "all_of", "Cá nhân điển hình", "HD.2.2"),
    _criterion("CN.1", "CN", "none", "Không bị kỷ luật", "HD.2.2a*"),
    _criterion("CN.2", "CN", "count_years", "CSTĐ cơ sở từ 3 năm", "HD.2.2a"),
)

SCORECARD = (
    t.ScoreRow("I", "", "section", "Kinh tế - xã hội", "Economy", 170, False, "", "", "", "Phụ lục I"),
    t.ScoreRow("I.1", "I", "leaf", "Nhiệm vụ trọng tâm", "Main tasks", 100, True, "", "", "", "I.1"),
    t.ScoreRow("I.3", "I", "parent", "Chính sách ngành", "Policies", 50, False, "", "", "", "I.3"),
    t.ScoreRow("I.3b", "I.3", "leaf", "Không bị phê bình", "No reprimand", 50, False, "count",
               "Số văn bản phê bình", "Reprimands", "I.3b"),
    t.ScoreRow("I.5", "I", "leaf", "Đề tài, sáng kiến", "Initiatives", 20, False, "", "", "", "I.5"),
    t.ScoreRow("II", "", "section", "Hệ thống chính trị", "Politics", 20, False, "", "", "", "Phụ lục II"),
    t.ScoreRow("II.1", "II", "leaf", "Tỷ lệ khen trực tiếp", "Direct share", 20, False, "share",
               "Tỷ lệ %", "Share %", "II.1"),
)  # fmt: skip


def _option(criterion: str, code: str, label: str, points: float, **more: Any) -> t.ScoreOption:
    values: dict[str, Any] = {
        "fact_from": None, "fact_to": None, "from_open": False, "to_open": False, "per_unit": 0.0,
        "floor": 0.0, "short": False, "penalty_entered": False, "clause": criterion, **more,
    }  # fmt: skip
    return t.ScoreOption(criterion, code, label, f"{label} (en)", points, **values)


OPTIONS = (
    _option("I.1", "vuot", "Vượt", 100),
    _option("I.1", "dat", "Đạt", 100),
    _option("I.1", "khong_dat", "Không đạt", 100, short=True, penalty_entered=True),
    _option("I.3b", "khong", "Không bị phê bình", 50, fact_from=0, fact_to=0),
    _option("I.3b", "co", "Bị phê bình", 50, fact_from=1, per_unit=-10.0, short=True),
    _option("I.5", "a", "Cấp tỉnh, bộ", 20),
    _option("I.5", "b", "Từ 5 cấp cơ sở", 18),
    _option("I.5", "c", "Đến 4 cấp cơ sở", 16, short=True),
    _option("II.1", "tren", "Trên 70%", 20, fact_from=70, from_open=True),
    _option("II.1", "khong", "Đến 70%", 0, fact_to=70, short=True),
)


def _setting(key: str, value: str, meaning: str, clause: str) -> t.Setting:
    return t.Setting(key, value, (), "4.1", meaning, f"{meaning} (en)", clause)


@pytest.fixture(scope="session")
def programme() -> t.Programme:
    return t.Programme(
        id="thu-nghiem", version="1", title_vi="Hội nghị điển hình tiên tiến", title_en="Models",
        document={"number": "/KH-SCT", "date": "7/2020"},
        period_from="2015-01-01", period_to="2019-12-31", period_label="2015–2019",
        as_of="2020-07-18", mode="tong_ket", source="", sha256="ab" * 32,
        sheets=(_sheet("Don_vi", "unit", "Đơn vị"), _sheet("Tap_the", "nominee", "Tập thể", "collective"),
                _sheet("Ca_nhan", "nominee", "Cá nhân", "individual"),
                _sheet("Thanh_tich", "detail", "Thành tích"),
                _sheet("Cham_diem", "scorecard", "Chấm điểm")),
        fields=(
            _field("Don_vi", "ma_dv", "Mã đơn vị", "code", role="unit_code"),
            _field("Don_vi", "nhom", "Nhóm", "list", role="group", list="nhom"),
            _field("Tap_the", "ten_tt", "Tên tập thể", role="name"),
            _field("Ca_nhan", "ho_ten", "Họ và tên", role="name"),
            _field("Thanh_tich", "ten", "Tên", role="nominee"),
            _field("Thanh_tich", "ma_kt", "Danh hiệu / Hình thức", "list", list="hinh_thuc"),
            _field("Thanh_tich", "nam", "Năm thành tích", "years"),
            _field("Thanh_tich", "ngay_qd", "Ngày quyết định", "date"),
            _field("Thanh_tich", "ty_le", "Tỷ lệ", "percent"),
            _field("Cham_diem", "ma_tc", "Mã tiêu chí", "code", role="criterion"),
            _field("Cham_diem", "muc", "Mức chọn", "code", role="option"),
            _field("Cham_diem", "so_luong", "Số lượng", "int", role="fact"),
            _field("Cham_diem", "tong", "Trên tổng số", "int", role="fact_total"),
            _field("Cham_diem", "pct", "% vượt/thiếu", "percent", role="exceed"),
            _field("Cham_diem", "tru", "Điểm trừ", "number", role="penalty"),
        ),
        choices=(_choice("nhom", "CO_QUAN_SO", "Cơ quan Sở"),
                 _choice("nhom", "DOANH_NGHIEP", "Doanh nghiệp"),
                 _choice("hinh_thuc", "BK_TINH", "Bằng khen của UBND tỉnh")),
        criteria=CRITERIA,
        quotas=(Quota("collective", "CO_QUAN_SO", 1, "HD.3"),),
        scorecard=SCORECARD, options=OPTIONS,
        indicators=(t.Indicator("GTSXCN", "Giá trị SXCN", "Output", "tỷ đ", "up", False, "", "2.2.1"),),
        deadlines=(), dossier=(),
        settings=(_setting("bonus_rule", "per_percent", "Cách tính điểm cộng", "4.1"),
                  _setting("points_per_pct", "1", "Điểm cộng mỗi 1% vượt", "4.1"),
                  _setting("cap_pct_of_base", "10", "Trần điểm cộng (% điểm chuẩn)", "4.1")),
    )  # fmt: skip


UNITS = pd.DataFrame(
    [
        ("VP", "Văn phòng Sở", "CO_QUAN_SO", "vp.xlsx", "2020-07-15", "no", "accepted"),
        ("QLCN", "Phòng Quản lý công nghiệp", "CO_QUAN_SO", "", "", "", "missing"),
        ("DN01", "Công ty CP <Một> & Hai", "DOANH_NGHIEP", "dn01.xlsx", "2020-07-18", "review", "partial"),
    ],
    columns=["unit", "name", "group", "file", "received", "late", "status"],
)  # fmt: skip

SUBMISSIONS = pd.DataFrame(
    [
        ("VP", "vp.xlsx", "11" * 32, "accepted", "2020-07-15", "no", 1),
        ("VP", "vp (1).xlsx", "11" * 32, "duplicate", "2020-07-15", "no", 0),
        ("DN01", "dn01.xlsx", "22" * 32, "partial", "2020-07-18", "review", 3),
        ("DN01", "cu/dn01.xlsx", "33" * 32, "superseded", "2020-07-10", "no", 0),
        ("", "=hong.xlsx", "44" * 32, "rejected", "", "", 1),
        ("QLCN", "", "", "missing", "", "", 0),
    ],
    columns=list(SUBMISSION_COLUMNS),
)

NOMINEES = pd.DataFrame(
    [
        ("VP/TT/van-phong", "collective", "Văn phòng Sở", "VP", "CO_QUAN_SO", "", "pass", "TT", 1.0, "over_quota"),
        ("VP/TT/phong-qlcn", "collective", "Phòng QLCN", "VP", "CO_QUAN_SO", "", "pass", "TT", 2.0, "over_quota"),
        ("VP/CN/CB01", "individual", "Nguyễn Văn Thử", "VP", "CO_QUAN_SO", "CBCCVC", "review", "CN.2", NAN, "pending"),
        ("VP/CN/CB02", "individual", "Trần Thị Mẫu", "VP", "CO_QUAN_SO", "CBCCVC", "pass", "CN", NAN, "yes"),
        ("DN01/CN/le-van-vi-1984", "individual", "Lê Văn Ví", "DN01", "DOANH_NGHIEP", "CONG_NHAN", "fail", "CN.1", NAN, "no"),
        ("DN01/CN/=du-1990", "individual", "=HYPERLINK(\"x\")", "DN01", "DOANH_NGHIEP", "CONG_NHAN", "na", "", NAN, "no"),
    ],
    columns=list(NOMINEE_COLUMNS),
)  # fmt: skip
NOMINEES["reason"] = [
    "Đủ tiêu chuẩn; 2 đạt / chỉ tiêu 1", "Đủ tiêu chuẩn; 2 đạt / chỉ tiêu 1",
    "Đã chắc 2/3, còn 1 năm chưa rõ", "Đủ tiêu chuẩn", "Bị khiển trách năm 2018", "Không có tiêu chuẩn riêng",
]  # fmt: skip
NOMINEES["reserve"] = 0
NOMINEES["ho_ten"] = NOMINEES["name"].where(NOMINEES["kind"] == "individual")
NOMINEES["ten_tt"] = NOMINEES["name"].where(NOMINEES["kind"] == "collective")
NOMINEES["file"] = ["vp.xlsx"] * 4 + ["dn01.xlsx"] * 2
NOMINEES["sheet"] = ["Tap_the"] * 2 + ["Ca_nhan"] * 4
NOMINEES["row"] = [6, 7, 6, 7, 6, 7]


def _verdicts() -> pd.DataFrame:
    trees = {
        "VP/TT/van-phong": (3, 3, 3), "VP/TT/phong-qlcn": (2, 2, 2), "VP/CN/CB01": (1, 2, 1),
        "VP/CN/CB02": (2, 2, 2), "DN01/CN/le-van-vi-1984": (0, 0, 2),
    }  # fmt: skip
    trees["VP/TT/van-phong"] = (2, 2, 2)
    rows = []
    for at, nominee in enumerate(NOMINEES["nominee"]):
        kind = "TT" if "/TT/" in nominee else "CN"
        tree = [c for c in CRITERIA if c.id.startswith(kind)]
        for criterion, outcome in zip(tree, trees.get(nominee, ()), strict=False):
            place = [c.id for c in CRITERIA].index(criterion.id)
            found = "" if criterion.inner else "2/3 năm chắc chắn"
            asked = "" if criterion.inner else "từ 3 năm"
            cell = "" if criterion.inner else f"vp.xlsx!Thanh_tich!D{place + 7}"
            rows.append((nominee, criterion.id, criterion.parent, outcome, found, asked, cell,
                         criterion.clause, at, place))  # fmt: skip
    columns = [*VERDICT_COLUMNS, "nominee_pos", "criterion_pos"]
    return pd.DataFrame(rows, columns=columns).sample(frac=1, random_state=3).reset_index(drop=True)


SCORES = pd.DataFrame(
    [
        ("VP", "I.1", 100.0, "vuot", 16.0, 10.0, 0.0, 110.0, "scored"),
        ("VP", "I.3b", 50.0, "co", NAN, 0.0, 20.0, 30.0, "scored"),
        ("VP", "I.5", 20.0, "b", NAN, 0.0, 2.0, 18.0, "scored"),
        ("VP", "I.3", 50.0, "", NAN, 0.0, 20.0, 30.0, "scored"),
        ("VP", "I", 170.0, "", NAN, 10.0, 22.0, 158.0, "scored"),
        ("VP", "II.1", 20.0, "tren", NAN, 0.0, 0.0, 20.0, "scored"),
        ("VP", "II", 20.0, "", NAN, 0.0, 0.0, 20.0, "scored"),
        ("VP", "TOTAL", 190.0, "", NAN, 10.0, 22.0, 178.0, "scored"),
        ("DN01", "TOTAL", 190.0, "", NAN, NAN, NAN, NAN, "review"),
        ("DN01", "I", 170.0, "", NAN, NAN, NAN, NAN, "review"),
        ("DN01", "I.1", 100.0, "khong_dat", NAN, 0.0, 7.0, 93.0, "scored"),
        ("DN01", "I.3", 50.0, "", NAN, 0.0, 0.0, 50.0, "scored"),
        ("DN01", "I.3b", 50.0, "khong", NAN, 0.0, 0.0, 50.0, "scored"),
        ("DN01", "I.5", 20.0, "", NAN, NAN, NAN, NAN, "review"),
        ("DN01", "II", 20.0, "", NAN, 0.0, 20.0, 0.0, "scored"),
        ("DN01", "II.1", 20.0, "khong", NAN, 0.0, 20.0, 0.0, "scored"),
    ],
    columns=list(SCORE_COLUMNS),
)

SCORES["cell"] = ""
SCORES.loc[[0, 1, 2, 5], "cell"] = [f"vp.xlsx!Cham_diem!C{row}" for row in (6, 7, 8, 9)]
SCORES["note"] = [
    "chưa chọn mức" if outcome == "review" and code == "I.5" else ""
    for outcome, code in zip(SCORES["outcome"], SCORES["criterion"], strict=True)
]

INDICATORS = pd.DataFrame(
    [
        ("VP", "GTSXCN", 114375.0, 86113.0, 92988.0, 32.82, 123.0, "pass"),
        ("DN01", "GTSXCN", 22700.0, 22190.0, NAN, 2.3, NAN, "review"),
    ],
    columns=list(INDICATOR_COLUMNS),
)

_HEADER = (("header", "Danh hiệu / Hình thức"), ("nearest", ""))
FINDINGS = [
    Finding("N202", "note", "VP", "vp.xlsx", "Ca_nhan", "B6", "ho_ten", " Nguyễn Văn  Thử "),
    Finding("E209", "error", "DN01", "dn01.xlsx", "Thanh_tich", "D10", "ma_kt", "Bằng khen xã", _HEADER),
    Finding("E209", "error", "DN01", "dn01.xlsx", "Thanh_tich", "D9", "ma_kt", "=1+1", _HEADER),
    Finding("W405", "warning", "DN01", "dn01.xlsx", "Ca_nhan", "AB7", "nam_sinh", "-5",
            (("name", "Lê Văn Ví"),)),
    Finding("W502", "warning", "DN01", "dn01.xlsx", "Ca_nhan", "B6", "ho_ten", "1984",
            (("name", "Lê Văn Ví"), ("other_unit", "VP"), ("other", "vp.xlsx!Ca_nhan!B7"))),
    Finding("F103", "error", "", "=hong.xlsx", params=(("found", "zip"),)),
]  # fmt: skip

THANH_TICH = pd.DataFrame(
    {
        "nominee_pos": [0, 2], "sure": [True, False], "unit_pos": [0, 0], "file": ["vp.xlsx"] * 2,
        "sheet": ["Thanh_tich"] * 2, "row": [7, 8], "ten": ["Văn phòng Sở", "Nguyễn Văn Thử"],
        "ma_kt": ["BK_TINH", None], "nam": ["2018", "2015-2019"], "ngay_qd": ["2019-02-12", "2019-02"],
        "ty_le": [32.82, NAN],
    }
)  # fmt: skip
CHAM_DIEM = pd.DataFrame(
    {
        "nominee_pos": [-1] * 8, "sure": [True] * 8, "unit_pos": [0] * 4 + [2] * 4,
        "file": ["vp.xlsx"] * 4 + ["dn01.xlsx"] * 4, "sheet": ["Cham_diem"] * 8,
        "row": [6, 7, 8, 9] * 2,
        "ma_tc": ["I.1", "I.3b", "I.5", "II.1"] * 2,
        "muc": ["vuot", None, "b", None, "khong_dat", None, None, None],
        "so_luong": [NAN, 2.0, NAN, 71.0, NAN, 0.0, NAN, 70.0],
        "tong": [NAN, NAN, NAN, 100.0, NAN, NAN, NAN, 100.0],
        "pct": [16.0, NAN, NAN, NAN, NAN, NAN, NAN, NAN],
        "tru": [NAN, NAN, NAN, NAN, 7.0, NAN, NAN, NAN],
    }
)  # fmt: skip


def month_data() -> MonthData:
    return MonthData(
        units=UNITS.copy(),
        nominees=NOMINEES.copy(),
        details={"Thanh_tich": THANH_TICH.copy(), "Cham_diem": CHAM_DIEM.copy()},
        submissions=SUBMISSIONS.copy(),
        findings=list(FINDINGS),
        letters={("vp.xlsx", "Cham_diem"): {"ma_tc": "A", "muc": "C"}},
        titles={},
        replaced=[
            {
                "unit": "VP",
                "file": "vp (1).xlsx",
                "replaced_by": "vp.xlsx",
                "status": "duplicate",
                "vi": "Tệp này giống hệt tệp vp.xlsx.",
                "en": "The same as vp.xlsx.",
            },
            {
                "unit": "DN01",
                "file": "cu/dn01.xlsx",
                "replaced_by": "dn01.xlsx",
                "status": "superseded",
                "vi": "Đã có bản mới hơn: dn01.xlsx.",
                "en": "Newer: dn01.xlsx.",
            },
        ],
    )


@pytest.fixture()
def result(programme: t.Programme, make_result: Callable[..., MonthResult]) -> MonthResult:
    return make_result()


@pytest.fixture()
def make_result(programme: t.Programme) -> Callable[..., MonthResult]:
    """The month by hand; keyword arguments replace its parts."""

    def make(**parts: Any) -> MonthResult:
        values: dict[str, Any] = {
            "programme": programme,
            "data": month_data(),
            "nominees": NOMINEES.copy(),
            "verdicts": _verdicts(),
            "scores": SCORES.copy(),
            "indicators": INDICATORS.copy(),
            "quotas": pd.DataFrame(
                [
                    (
                        "collective",
                        "CO_QUAN_SO",
                        1,
                        2,
                        0,
                        0,
                        "HD.3",
                        "",
                        0,
                        "over_quota",
                        "",
                        "",
                        "",
                        "",
                        "",
                        0,
                        0,
                        "",
                    )
                ],
                columns=list(QUOTA_COLUMNS),
            ),
            "findings": list(FINDINGS),
            "facts": {
                "as_of": "2020-07-18",
                "period": "2020-07",
                "version": "0.0",
                "overrides": "points_per_pct=1",
            },
            **parts,
        }
        return MonthResult(**values)

    return make
