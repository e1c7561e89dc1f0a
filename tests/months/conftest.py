"""A small office: a workspace, forms that our own writer filled in, and the commands."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from emubatch import cli
from emubatch.programme.load import load
from emubatch.xl.form import write_form

PROGRAMME = "bacgiang-models-2020"
ROSTER = """Mã đơn vị,Tên đơn vị,Nhóm,Hiệu lực từ,Hiệu lực đến,Đơn vị kế thừa
VP,Văn phòng Sở,Cơ quan Sở,,,
DN1,Công ty Ổi,Doanh nghiệp,,,
DN2,Công ty Mận,Doanh nghiệp,,,
"""
GROUPS = {"VP": "CO_QUAN_SO"}
NAMES = {"VP": "Văn phòng Sở", "DN1": "Công ty Ổi", "DN2": "Công ty Mận"}
Person = dict[str, Any]


def official(name: str, year: int = 1984, code: str = "CB01") -> Person:
    """An official; with a ministerial commendation of 2018 he or she passes."""
    return {
        "ho_ten": name,
        "nam_sinh": year,
        "ma_cb": code,
        "chuc_vu": "Chuyên viên",
        "cap_vi_tri": "CBCCVC",
        "doi_tuong": "CONG_CHUC",
        "de_nghi": "GK_GDS",
        "tom_tat": "x",
    }


def award(name: str, year: str = "2018") -> dict[str, Any]:
    """A commendation of the minister."""
    return {
        "loai": "CN",
        "ten": name,
        "ma_kt": "BK_BO",
        "nam": year,
        "nguoi_ky": "BT_BCT",
        "so_qd": "12/QĐ-BCT",
        "ngay_qd": f"05/02/{int(year) + 1}",
    }


@dataclass
class Office:
    """A workspace and its clerk."""

    folder: Path
    runner: CliRunner = field(default_factory=CliRunner)

    person = staticmethod(official)
    award = staticmethod(award)

    def do(self, *args: str | Path, **extra: Any) -> Result:
        """A command as it is typed."""
        return self.runner.invoke(cli.main, [str(arg) for arg in args], **extra)

    def run(self, *args: str | Path) -> Result:
        """``run`` of the workspace, which must succeed."""
        found = self.do("run", self.folder, "--jobs", "0", *args)
        assert found.exit_code == 0, found.stderr
        return found

    def send(
        self,
        unit: str,
        *people: Person,
        awards: tuple[dict[str, Any], ...] = (),
        file: str = "",
        received: str = "10/07/2020",
        **more: Any,
    ) -> Path:
        """A form of a unit in the inbox."""
        names = [person["ho_ten"] for person in people]
        papers = [{"loai_gt": kind, "co": "có"} for kind in ("Tờ trình", "Biên bản họp xét")]
        papers += [
            {"loai": "CN", "ten": name, "loai_gt": "Báo cáo thành tích", "co": "có"}
            for name in names
        ]
        about = {
            "ma_dv": unit,
            "ten_dv": NAMES.get(unit, unit),
            "nhom": GROUPS.get(unit, "DOANH_NGHIEP"),
            "so_cbccvc": 12,
            "so_nld": 3,
            "thuoc_nganh": "có",
            "thuoc_cdn": "có",
            "ngay_nop": received,
            **more.pop("unit_fields", {}),
        }
        values = {
            "Don_vi": [about],
            "Ca_nhan": list(people),
            "Thanh_tich": list(awards),
            "Ky_luat": [{"loai": "CN", "ten": name, "khong_co": "có"} for name in names],
            "Ho_so": papers,
            **more,
        }
        path = self.folder / "inbox" / (file or f"{unit}.xlsx")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_form(path, load(PROGRAMME), values=values)
        return path

    def out(self, period: str = "2020-07") -> Path:
        """The run folder of a period."""
        return self.folder / "results" / period

    def rows(self, table: str, period: str = "2020-07") -> list[dict[str, str]]:
        """A table of a run."""
        path = self.out(period) / "data" / f"{table}.csv"
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))

    def manifest(self, period: str = "2020-07") -> dict[str, Any]:
        """The manifest of a run."""
        found: dict[str, Any] = json.loads((self.out(period) / "manifest.json").read_text("utf-8"))
        return found

    def configure(self, text: str) -> None:
        """Add lines before the table of settings."""
        path = self.folder / "emubatch.toml"
        old = path.read_text(encoding="utf-8")
        path.write_text(old.replace("[settings]", f"{text}\n[settings]"), encoding="utf-8")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A new workspace with three units on its roster and nothing in its inbox."""
    folder = tmp_path / "phòng"
    found = Office(folder)
    assert found.do("init", folder, "--programme", PROGRAMME).exit_code == 0
    (folder / "roster.xlsx").unlink()
    (folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
    text = (folder / "emubatch.toml").read_text(encoding="utf-8")
    text = text.replace('"roster.xlsx"', '"roster.csv"')
    (folder / "emubatch.toml").write_text(text, encoding="utf-8")
    return found


@pytest.fixture
def tree() -> Callable[[Path], dict[str, bytes]]:
    """Call ``tree(folder)`` for the bytes of every file below it."""
    return lambda folder: {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
