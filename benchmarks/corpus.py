"""Generates a month of invented forms: ``python -m benchmarks.corpus FOLDER FORMS``.

Each form is written by the program's own form writer and holds about 200 rows: collectives and
people, titles and ratings year by year, commendations, initiatives, discipline, dossier. About
three forms in ten have something to mend, as in a real month. The same seed gives the same forms.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from emubatch.model import RosterUnit
from emubatch.programme.load import load
from emubatch.programme.tables import Programme
from emubatch.xl.form import write_form

PROGRAMME = "bacgiang-models-2020"
FAULTY_SHARE = 0.3
YEARS = range(2015, 2020)
GROUPS = ("CO_QUAN_SO", "PHONG_KT_HUYEN", "DOANH_NGHIEP")
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương")
MIDDLE = (
    "Văn",
    "Thị",
    "Hữu",
    "Đức",
    "Minh",
    "Thanh",
    "Quang",
    "Ngọc",
    "Hoài",
    "Thu",
    "Xuân",
    "Gia",
)
GIVEN = ("An", "Bình", "Châu", "Dũng", "Giang", "Hà", "Hiếu", "Hòa", "Lan", "Mai", "Nam", "Sơn")

Row = dict[str, Any]
Sheets = dict[str, list[Row]]


def write_corpus(folder: Path, forms: int, workers: int = 2) -> None:
    """Writes ``folder/inbox`` and ``folder/roster.csv``."""
    (folder / "inbox").mkdir(parents=True)
    with (folder / "roster.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Mã đơn vị", "Tên đơn vị", "Nhóm"])
        writer.writerows([u.code, u.name, u.group] for u in map(unit_of, range(forms)))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for _ in pool.map(_write, [folder] * forms, range(forms), chunksize=10):
            pass


def unit_of(number: int) -> RosterUnit:
    """The unit that sends form ``number``."""
    return RosterUnit(
        code=f"DV{number:05d}",
        name=f"Đơn vị mẫu số {number}",
        group=GROUPS[number % len(GROUPS)],
    )


def _write(folder: Path, number: int) -> None:
    programme = load(PROGRAMME)
    unit = unit_of(number)
    values = Filler(programme, number).sheets(unit)
    write_form(folder / "inbox" / f"{unit.code}.xlsx", programme, unit=unit, values=values)


class Filler:
    """Fills one form as a unit clerk would."""

    def __init__(self, programme: Programme, number: int) -> None:
        self.random = random.Random(number)
        self.programme = programme
        self.number = number

    def sheets(self, unit: RosterUnit) -> Sheets:
        """Rows of every sheet, with the faults of a form that must be mended."""
        people = [self.person(unit, i) for i in range(11)]
        bodies = [self.collective(unit, i) for i in range(3)]
        sheets: Sheets = {
            "Don_vi": [self.unit(unit, len(people))],
            "Tap_the": bodies,
            "Ca_nhan": people,
            "Thanh_tich": [],
            "Xep_loai": [],
            "Sang_kien": [],
            "Ky_luat": [],
            "Qua_trinh": [],
            "Ho_so": [self.paper(None, "TO_TRINH"), self.paper(None, "BIEN_BAN")],
        }
        for body in bodies:
            self.fill_collective(sheets, body["ten_tt"])
        for person in people:
            self.fill_person(sheets, person)
        if self.random.random() < FAULTY_SHARE:
            for fault in self.random.sample(FAULTS, self.random.randint(1, 3)):
                fault(sheets, self.random)
        return sheets

    def label(self, name: str, code: str) -> str:
        """What the drop-down shows for a code."""
        return next(c.label_vi for c in self.programme.lists[name] if c.code == code)

    def code(self, sheet: str, key: str, code: str) -> str:
        """The label of a code in the list of this column."""
        spec = next(f for f in self.programme.fields_of[sheet] if f.key == key)
        return self.label(spec.list, code) if spec.list else code

    def day(self, first: int, last: int) -> str:
        pick = self.random.randint
        return f"{pick(1, 28):02d}/{pick(1, 12):02d}/{pick(first, last)}"

    def unit(self, unit: RosterUnit, people: int) -> Row:
        return {
            "ma_dv": unit.code,
            "ten_dv": unit.name,
            "nhom": self.code("Don_vi", "nhom", unit.group),
            "so_cbccvc": people,
            "so_nld": self.random.randint(0, 40),
            "thuoc_nganh": "Có",
            "thuoc_cdn": "Có",
            "ngay_nop": f"{self.random.randint(1, 17):02d}/07/2020",
            "so_vb": f"{self.number + 1}/TTr",
        }

    def collective(self, unit: RosterUnit, index: int) -> Row:
        return {
            "ten_tt": f"Tổ công tác {index + 1} của {unit.name}",
            "nhom_phan_bo": self.code("Tap_the", "nhom_phan_bo", unit.group),
            "si_so": self.random.randint(5, 40),
            "so_ldtt": 5,
            "so_cstdcs": 1,
            "de_nghi": self.code("Tap_the", "de_nghi", "GK_GDS"),
        }

    def person(self, unit: RosterUnit, index: int) -> Row:
        worker = unit.group == "DOANH_NGHIEP"
        name = [self.random.choice(part) for part in (FAMILY, MIDDLE, MIDDLE, GIVEN)]
        return {
            "ho_ten": " ".join(name),
            "nam_sinh": self.random.randint(1962, 1994),
            "ma_cb": f"{unit.code}-{index:02d}",
            "chuc_vu": "Công nhân" if worker else "Chuyên viên",
            "cap_vi_tri": self.code("Ca_nhan", "cap_vi_tri", "CONG_NHAN" if worker else "CBCCVC"),
            "doi_tuong": self.code("Ca_nhan", "doi_tuong", "CONG_NHAN" if worker else "CONG_CHUC"),
            "la_dvcd": "Có",
            "ngay_vao": self.day(2003, 2014),
            "de_nghi": self.code("Ca_nhan", "de_nghi", "GK_GDS"),
            "tom_tat": "Hoàn thành tốt nhiệm vụ được giao, có sáng kiến được áp dụng tại đơn vị.",
        }

    def fill_collective(self, sheets: Sheets, name: str) -> None:
        for year in YEARS:
            title = self.random.choices(["TTLDTT", "TTLDXS", "KHONG"], [6, 5, 1])[0]
            sheets["Thanh_tich"].append(self.award("TT", name, "", title, year))
        if self.random.random() < 0.7:
            year = self.random.choice(YEARS)
            sheets["Thanh_tich"].append(self.award("TT", name, "", "BK_TINH", year))
        sheets["Ho_so"].append(self.paper(("TT", name, ""), "BAO_CAO_TT"))

    def fill_person(self, sheets: Sheets, person: Row) -> None:
        who = ("CN", person["ho_ten"], person["ma_cb"])
        for year in YEARS:
            title = self.random.choices(["LDTT", "CSTDCS", "KHONG"], [6, 5, 0.4])[0]
            sheets["Thanh_tich"].append(self.award(*who, title, year))
            rating = self.random.choices(["HTT", "HTXS", "HT"], [7, 3, 0.3])[0]
            sheets["Xep_loai"].append(self.rating(who, year, rating))
        if self.random.random() < 0.4:
            year = self.random.choice(YEARS)
            sheets["Thanh_tich"].append(self.award(*who, "BK_TINH", year))
        for _ in range(self.random.randint(0, 2)):
            sheets["Sang_kien"].append(self.initiative(who))
        sheets["Ky_luat"].append({**self.nominee(*who), "khong_co": "Có"})
        if self.random.random() < 0.4:
            sheets["Qua_trinh"].append(
                {**self.nominee(*who), "tu": person["ngay_vao"], "noi": "Đơn vị hiện nay"}
            )
        sheets["Ho_so"].append(self.paper(who, "BAO_CAO_TT"))

    def nominee(self, kind: str, name: str, code: str) -> Row:
        return {"loai": self.label("loai_doi_tuong", kind), "ten": name, "ma_cb": code or None}

    def award(self, kind: str, name: str, code: str, title: str, year: int) -> Row:
        row = {
            **self.nominee(kind, name, code),
            "ma_kt": self.code("Thanh_tich", "ma_kt", title),
            "nam": year,
        }
        if title == "KHONG":
            return row
        # Everything that one office decided for this unit and year stands in one decision.
        provincial = title in ("TTLDXS", "BK_TINH")
        number = self.number * 10 + year - YEARS[0] + (5 if provincial else 0)
        issuer = "CT_UBND_TINH" if provincial else "GD_SO"
        return row | {
            "nguoi_ky": self.code("Thanh_tich", "nguoi_ky", issuer),
            "so_qd": f"{number}/QĐ-{'UBND' if provincial else 'SCT'}",
            "ngay_qd": f"{number % 28 + 1:02d}/{number % 6 + 1:02d}/{year + 1}",
        }

    def rating(self, who: tuple[str, str, str], year: int, rating: str) -> Row:
        return {
            **self.nominee(*who),
            "nam": year,
            "muc": self.code("Xep_loai", "muc", rating),
            "dvcdxs": "Có" if self.random.random() < 0.85 else "Không",
        }

    def initiative(self, who: tuple[str, str, str]) -> Row:
        return {
            **self.nominee(*who),
            "ten_sk": "Cải tiến quy trình tiếp nhận và trả kết quả",
            "cap": self.code("Sang_kien", "cap", "CO_SO"),
            "nam": self.random.choice(YEARS),
            "so_qd": f"{self.random.randint(1, 300)}/QĐ-SK",
            "ap_dung": "Có",
        }

    def paper(self, who: tuple[str, str, str] | None, kind: str) -> Row:
        return {
            **(self.nominee(*who) if who else {}),
            "loai_gt": self.code("Ho_so", "loai_gt", kind),
            "co": "Có",
            "ngay": f"{self.random.randint(1, 15):02d}/07/2020",
            "ky_dau": "Có",
        }


def _lost_name(sheets: Sheets, chance: random.Random) -> None:
    chance.choice(sheets["Thanh_tich"])["ten"] = "Người không có trong danh sách"


def _unknown_title(sheets: Sheets, chance: random.Random) -> None:
    chance.choice(sheets["Thanh_tich"])["ma_kt"] = "Danh hiệu không rõ"


def _impossible_day(sheets: Sheets, chance: random.Random) -> None:
    chance.choice(sheets["Ca_nhan"])["ngay_vao"] = "30/02/2014"


def _missing_rating(sheets: Sheets, chance: random.Random) -> None:
    chance.choice(sheets["Xep_loai"])["muc"] = None


def _no_position(sheets: Sheets, chance: random.Random) -> None:
    chance.choice(sheets["Ca_nhan"])["chuc_vu"] = None


FAULTS: Sequence[Callable[[Sheets, random.Random], None]] = (
    _lost_name,
    _unknown_title,
    _impossible_day,
    _missing_rating,
    _no_position,
)

if __name__ == "__main__":
    write_corpus(Path(sys.argv[1]), int(sys.argv[2]))
