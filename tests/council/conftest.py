"""A small month with a ballot, and members who fill in copies of it with a program of their own."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from openpyxl.worksheet.worksheet import Worksheet

from emubatch import cli
from emubatch.programme.load import load
from emubatch.xl.form import write_form

PROGRAMME = "bacgiang-models-2020"
HEADER = 8  # row of the headings on the sheet as it is written
AN, BINH, CUC, DUNG, EM = (
    *("VP/CN/CB01", "VP/CN/CB02"),
    *("DN1/CN/CB03", "DN1/CN/CB04"),
    "DN2/CN/CB05",
)
NAMES = {AN: "Lê Văn An", BINH: "Trần Thị Bình", CUC: "Ngô Cúc", DUNG: "Hà Dũng", EM: "Lý Em"}
UNITS = {"VP": "Văn phòng Sở", "DN1": "Công ty Ổi", "DN2": "Công ty Mận"}
AGREE, REJECT, LOWER, LATER = "Đồng ý", "Không đồng ý", "Hạ mức khen", "Để lại sau"
# What nobody needs to give a reason for.
USUAL = {AN: AGREE, BINH: LATER, CUC: AGREE, DUNG: AGREE, EM: REJECT}
FIELD_CELLS = {
    **{"member": "C4", "unit": "G4", "role": "J4", "meeting": "C5", "number": "G5"},
    **{"date": "J5", "issuer": "C6", "ballot": "G6"},
}
COLUMNS = {"vote": "K", "award": "L", "reason": "M", "conflict": "N", "state": "O"}
Said = tuple[str, ...]


def _person(name: str, code: str, asked: str = "GK_GDS") -> dict[str, Any]:
    return {
        **{"ho_ten": name, "nam_sinh": 1984, "ma_cb": code, "chuc_vu": "Chuyên viên"},
        **{"cap_vi_tri": "CBCCVC", "doi_tuong": "CONG_CHUC", "de_nghi": asked, "tom_tat": "x"},
    }


def _send(inbox: Path, unit: str, people: list[dict[str, Any]], day: str) -> None:
    names = [person["ho_ten"] for person in people]
    papers = [{"loai_gt": kind, "co": "có"} for kind in ("Tờ trình", "Biên bản họp xét")]
    papers += [{"loai": "CN", "ten": n, "loai_gt": "Báo cáo thành tích", "co": "có"} for n in names]
    award = {"ma_kt": "BK_BO", "nam": "2018", "nguoi_ky": "BT_BCT", "so_qd": "12/QĐ-BCT"}
    award["ngay_qd"] = "05/02/2019"
    about = {
        **{"ma_dv": unit, "ten_dv": UNITS[unit], "nhom": "CO_QUAN_SO", "so_cbccvc": 12},
        **{"so_nld": 3, "thuoc_nganh": "có", "thuoc_cdn": "có", "ngay_nop": day},
    }
    values = {
        "Don_vi": [about],
        "Ca_nhan": people,
        "Thanh_tich": [
            {"loai": "CN", "ten": n, "ngay_qd": "05/02/2019", **award}
            for n in names
            if n != NAMES[BINH]
        ],
        "Ky_luat": [{"loai": "CN", "ten": n, "khong_co": "có"} for n in names],
        "Ho_so": papers,
    }
    write_form(inbox / f"{unit}.xlsx", load(PROGRAMME), values=values)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The month, run once: An, Cúc, Dũng pass, Bình is to be reviewed, Em came too late."""
    folder = tmp_path_factory.mktemp("month")
    inbox = folder / "inbox"
    inbox.mkdir()
    people = {key: _person(name, key.rpartition("/")[2]) for key, name in NAMES.items()}
    people[CUC]["de_nghi"] = "BK_TINH"
    _send(inbox, "VP", [people[AN], people[BINH]], "10/07/2020")
    _send(inbox, "DN1", [people[CUC], people[DUNG]], "10/07/2020")
    _send(inbox, "DN2", [people[EM]], "25/07/2020")
    args = ["run", "--programme", PROGRAMME, "--inbox", inbox, "--out", folder / "run"]
    found = CliRunner().invoke(cli.main, [*map(str, args), "--jobs", "0"])
    assert found.exit_code == 0, found.output
    return folder / "run"


@dataclass
class Room:
    """A council room: a run of its own, copies, commands."""

    folder: Path
    run: Path
    runner: CliRunner = field(default_factory=CliRunner)

    @property
    def out(self) -> Path:
        return self.run / "hoi-dong"

    @property
    def register(self) -> Path:
        return self.folder / "so.sqlite"

    def do(self, *args: str | Path) -> Result:
        """A command as it is typed."""
        return self.runner.invoke(cli.main, [str(arg) for arg in args])

    def copy(
        self,
        name: str = "a.xlsx",
        votes: Mapping[str, str | Said] | None = None,
        change: Callable[[Worksheet], None] | None = None,
        **fields: str,
    ) -> Path:
        """A copy that somebody filled in: nominee -> opinion, or opinion, award and reason."""
        book = openpyxl.load_workbook(self.run / "ket-qua.xlsx")
        sheet = book["Hội đồng"]
        for key, value in {"member": "Phạm Ba", "unit": "Sở Nội vụ", **fields}.items():
            sheet[FIELD_CELLS[key]] = value or None
        said = {**USUAL, **(votes or {})}
        for row in range(HEADER + 1, HEADER + 1 + len(NAMES)):
            words = said[sheet.cell(row, 1).value]
            texts = (words,) if isinstance(words, str) else words
            for letter, text in zip("KLM", texts, strict=False):
                sheet[f"{letter}{row}"] = text or None
        if change is not None:
            change(sheet)
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        book.save(path)
        return path

    def row_of(self, nominee: str) -> int:
        """Row of a nominee on the sheet as it is written."""
        sheet = openpyxl.load_workbook(self.run / "ket-qua.xlsx")["Hội đồng"]
        rows = sheet.iter_rows(min_row=HEADER + 1, max_col=1, values_only=True)
        return HEADER + 1 + [row[0] for row in rows].index(nominee)

    def decide(self, *args: str | Path, expect: int | None = None) -> Result:
        """``decide`` of the run."""
        found = self.do("decide", self.run, *args)
        if expect is not None:
            assert found.exit_code == expect, found.output
        return found

    def rows(self, table: str) -> list[dict[str, str]]:
        """A table of the council's result."""
        with (self.out / "data" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))

    def decisions(self) -> dict[str, str]:
        """Nominee -> decision."""
        return {row["nominee"]: row["decision"] for row in self.rows("decisions")}

    def findings(self) -> list[tuple[str, str, str]]:
        """Code, file and cell of every finding."""
        return [(row["code"], row["file"], row["cell"]) for row in self.rows("findings")]

    def manifest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.out / "manifest.json").read_text("utf-8"))
        return found

    def tree(self) -> dict[str, bytes]:
        """Every file of the result."""
        return {
            path.relative_to(self.out).as_posix(): path.read_bytes()
            for path in sorted(self.out.rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def room(published: Path, tmp_path: Path) -> Room:
    """A fresh copy of the month."""
    shutil.copytree(published, tmp_path / "2020-07")
    return Room(tmp_path, tmp_path / "2020-07")
