"""A published run on disk, small and written by hand, and what a council decided on it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from emubatch.issuing import LettersOutcome, LettersRequest, issue
from emubatch.programme.load import load

PROGRAMME = "bacgiang-models-2020"
SHARP = 'Nguyễn <b>An & "Bình"\' {{ so }} {% if %}'
NFD = unicodedata.normalize("NFD", "Trần Thị Hường")
ODD = "Lê\x07 Văn\x0c Số\x01 Bảy"
LONG = "Công ty Trách nhiệm hữu hạn một thành viên " + "Khai thác Chế biến " * 12 + "Cuối"

FACTS: dict[str, Any] = {
    "co_quan": "Sở Công Thương",
    "co_quan_chu_quan": "UBND tỉnh Mẫu",
    "dia_danh": "Thành Mẫu",
    "nguoi_ky_chuc_vu": "GIÁM ĐỐC",
    "nguoi_ky_ten": "Đỗ Văn Ký",
    "trinh_chuc_vu": "CHÁNH VĂN PHÒNG",
    "trinh_ten": "Ngô Thị Trình",
    "hop_dia_diem": "Phòng họp",
    "chu_toa_chuc_vu": "Chủ tịch Hội đồng",
    "chu_toa_ten": "Đỗ Văn Ký",
    "thu_ky_ten": "Vũ Thị Ghi",
    "thanh_phan": ["Đỗ Văn Ký, Chủ tịch", "Ngô Thị Trình, Ủy viên"],
    "can_cu": ["Quyết định mẫu về nhiệm vụ của Sở;"],
    "ky_hieu": {
        "to_trinh": "TTr-VP",
        "bao_cao": "BC-SCT",
        "thong_bao": "TB-SCT",
        "bien_ban": "BB-HĐ",
        "quyet_dinh": "QĐ-SCT",
    },
}
UNITS = (("VP", "Văn phòng Sở", "CO_QUAN_SO"), ("DN1", LONG, "DOANH_NGHIEP"),
         ("DN2", "Công ty Ổi & Mận", "DOANH_NGHIEP"))  # fmt: skip
# nominee, kind, name, unit, eligibility, decisive, proposed, position
NOMINEES = (
    ("DN1/TT/a", "collective", LONG, "DN1", "pass", "S0.TT", "yes", ""),
    ("DN1/CN/b", "individual", ODD, "DN1", "fail", "S0.CN.b.03", "no", "Công nhân"),
    ("VP/TT/c", "collective", "Văn phòng Sở", "VP", "pass", "S0.TT", "over_quota", ""),
    ("VP/CN/d", "individual", SHARP, "VP", "pass", "S0.CN.a.1", "yes", "Chuyên viên"),
    ("VP/CN/e", "individual", NFD, "VP", "review", "S0.CN.a.1", "pending", "Chuyên viên"),
    ("VP/CN/f", "individual", "Bùi Văn Hạ", "VP", "pass", "S0.CN.a.1", "yes", "Phó phòng"),
)
TIERS = {"VP/CN/d": "CBCCVC", "VP/CN/e": "CBCCVC", "VP/CN/f": "LANH_DAO_PHONG"}
# nominee -> decision, award
DECIDED = {
    "DN1/TT/a": ("agree", "GK_GDS"),
    "DN1/CN/b": ("reject", ""),
    "VP/TT/c": ("later", ""),
    "VP/CN/d": ("agree", "BK_TINH"),
    "VP/CN/e": ("split", ""),
    "VP/CN/f": ("lower", "GK_GDS"),
}
VERDICTS = (
    ("DN1/CN/b", "S0", "", "fail", "1 không đạt", "mọi điều kiện", "HD.4"),
    ("DN1/CN/b", "S0.CN", "S0", "fail", "Điểm b: không đạt", "mọi cách đọc", "HD.2.2"),
    ("DN1/CN/b", "S0.CN.b", "S0.CN", "fail", "1 không đạt", "mọi điều kiện", "HD.2.2b"),
    ("DN1/CN/b", "S0.CN.b.03", "S0.CN.b", "fail", "58 tháng", "từ đủ 60 tháng", "HD.1.2"),
    ("VP/CN/e", "S0", "", "review", "1 cần xem xét", "mọi điều kiện", "HD.4"),
    ("VP/CN/e", "S0.CN", "S0", "review", "0/1 còn 1 chưa rõ", "ít nhất 1", "HD.2.2"),
)


@dataclass
class Run:
    """A run folder and the office that issues its documents."""

    folder: Path
    facts: dict[str, Any] = field(default_factory=lambda: dict(FACTS))

    def write(self, name: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table of the run, or of the council when its name starts so."""
        path = self.folder / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(rows)

    def state(self, plan: str = PROGRAMME, **facts: Any) -> None:
        """The manifest."""
        loaded = load(plan)
        about = {"id": loaded.id, "version": loaded.version, "sha256": loaded.sha256}
        text = json.dumps({"programme": about, "as_of": "2020-07-30", "lang": "vi", **facts})
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "manifest.json").write_text(text, encoding="utf-8")

    def decide(self, decided: Mapping[str, tuple[str, str]] = DECIDED, **meeting: str) -> None:
        """What the council decided, as the command ``decide`` leaves it."""
        known = {row[0]: row for row in NOMINEES}
        columns = (
            *("nominee", "kind", "name", "unit", "requested", "eligibility", "proposed"),
            *("decision", "award", "agree", "against", "lower", "later", "blank", "excluded"),
            "reason",
        )
        rows = []
        for nominee, (decision, award) in decided.items():
            _, kind, name, unit, eligibility, _, proposed, _ = known.get(nominee, ("",) * 8)
            votes = ("5", "1", "0", "0", "0", "1")
            rows.append((nominee, kind, name, unit, "GK_GDS", eligibility, proposed, decision,
                         award, *votes, "lý do <họp>"))  # fmt: skip
        self.write("hoi-dong/data/decisions", columns, rows)
        votes_of = ("member", "nominee", "vote")
        self.write(
            "hoi-dong/data/votes", votes_of, [("A", "VP/CN/d", "agree"), ("B", "VP/CN/d", "")]
        )
        self.write(
            "hoi-dong/data/limits",
            ("limit", "agreed", "over", "clause", "label"),
            [("25", "42", "17", "HD.3", "Cá nhân"), ("15", "15", "0", "HD.3", "Tập thể")],
        )
        digest = hashlib.sha256((self.folder / "manifest.json").read_bytes()).hexdigest()
        facts = {"run": {"manifest_sha256": digest}, "meeting": {"date": "2020-07-22", **meeting}}
        (self.folder / "hoi-dong" / "manifest.json").write_text(json.dumps(facts), "utf-8")

    def pay(self, amounts: Mapping[str, str]) -> None:
        """Money of the council's result."""
        self.write("hoi-dong/data/money", ("nominee", "amount"), list(amounts.items()))

    def issue(self, **options: Any) -> LettersOutcome:
        """``letters`` with the facts of the office."""
        request = {"run": self.folder, "facts": self.facts, "facts_file": "office.toml", **options}
        return issue(LettersRequest(**request))

    def text(self, document: str) -> str:
        """The words of a document, paragraph by paragraph."""
        return "\n".join(words(self.out / f"{document}.docx"))

    def rows(self, document: str) -> list[list[str]]:
        """The rows of all tables of a document, cells once each."""
        import docx

        found = docx.Document(str(self.out / f"{document}.docx"))
        return [
            list(dict.fromkeys(cell.text for cell in row.cells))
            for table in found.tables
            for row in table.rows
        ]

    @property
    def out(self) -> Path:
        """Where the documents are."""
        return self.folder / "van-ban"


def words(path: Path) -> Iterator[str]:
    """The text of every paragraph of a document, cells and frames included."""
    import docx
    from docx.oxml.ns import qn

    body = docx.Document(str(path)).element.body
    for paragraph in body.iter(qn("w:p")):
        yield "".join(part.text or "" for part in paragraph.iter(qn("w:t")))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run with three units, one of which sent nothing, and six nominees; before the council."""
    found = Run(tmp_path / "thang 7")
    found.state()
    found.write("data/units", ("unit", "name", "group"), UNITS)
    found.write(
        "data/submissions",
        ("unit", "file", "sha256", "status", "received", "late", "findings"),
        [
            ("DN1", "DN1.xlsx", "0", "partial", "2020-07-15", "no", "3"),
            ("DN2", "", "", "missing", "", "", "0"),
            ("VP", "VP.xlsx", "1", "accepted", "2020-07-10", "no", "0"),
        ],
    )
    severities = ("error", "warning", "note")
    found.write("data/findings", ("file", "severity"), [("DN1.xlsx", s) for s in severities])
    found.write(
        "data/nominees",
        (
            *("nominee", "kind", "name", "unit", "group", "tier", "eligibility", "decisive"),
            *("rank", "proposed", "reason", "file", "sheet", "row", "position", "requested"),
        ),
        [
            (n, kind, name, unit, "CO_QUAN_SO" if unit == "VP" else "DOANH_NGHIEP",
             TIERS.get(n, ""), eligibility, decisive, "", proposed, f"Lý do {n}", "a.xlsx", "s",
             "4", position, "GK_GDS")
            for n, kind, name, unit, eligibility, decisive, proposed, position in NOMINEES
        ],
    )  # fmt: skip
    found.write(
        "data/verdicts",
        ("nominee", "criterion", "parent", "outcome", "measured", "required", "clause"),
        VERDICTS,
    )
    found.write(
        "data/quotas",
        ("kind", "group", "limit", "passed", "unit"),
        [("collective", "CO_QUAN_SO", "5", "1", ""), ("collective", "", "15", "2", "")],
    )
    return found


@pytest.fixture
def template() -> Callable[..., bytes]:
    """Call ``template("{{ so }}", …)`` for a Word file with these paragraphs."""

    def make(*paragraphs: str | Sequence[str], header: str = "") -> bytes:
        import docx

        page = docx.Document()
        for one in paragraphs:
            added = page.add_paragraph()
            for part in [one] if isinstance(one, str) else one:  # a list: a run for each part
                added.add_run(part)
        if header:
            page.sections[0].header.paragraphs[0].add_run(header)
        stream = io.BytesIO()
        page.save(stream)
        return stream.getvalue()

    return make


@pytest.fixture
def members() -> Callable[[Path], dict[str, bytes]]:
    """Call ``members(path)`` for the files within a document."""

    def read(path: Path) -> dict[str, bytes]:
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    return read
