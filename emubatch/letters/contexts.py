"""The values of each document, named as in ``fields.csv``: texts, and lists of rows of texts."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from emubatch.letters import figures
from emubatch.letters.documents import BY_ID
from emubatch.letters.errors import LettersError
from emubatch.letters.facts import missing_fact
from emubatch.letters.material import Material, Values, day_text, long_day, number, signed
from emubatch.letters.people import AWARDED, KINDS, People


class ConservationError(RuntimeError):
    """A nominee stands in no list, or in two: the program is broken."""


class Contexts:
    """Builds the values of the documents of one run."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.facts = material.facts
        self.people = People(material)

    def of(self, document: str) -> Values:
        """The values of a document that is made once."""
        own: dict[str, Callable[[], Values]] = {
            "to-trinh": self._submission,
            "danh-sach-de-nghi": self._proposals,
            "bao-cao": self._report,
            "bien-ban": self._minutes,
            "quyet-dinh": self._decision,
            "danh-sach-khen-thuong": lambda: self._list(own=True),
            "danh-sach-cap-tren": lambda: self._list(own=False),
            "giay-khen": self._certificates,
        }
        return {**self.common(document), **own[document]()}

    def notice(self, unit: str) -> Values:
        """The values of the notice to one unit."""
        rows = self.people.of_unit(unit)
        persons = self.people.listed(rows)
        decided = self.material.decisions is not None
        short = [
            {**person, "ly_do": self.people.reasons(row)}
            for row, person in zip(rows, persons, strict=True)
            if not self._is_in(row["nominee"], row["proposed"])
        ]
        return {
            **self.common("thong-bao"),
            "don_vi": {"ma": unit, "ten": self.material.unit(unit)},
            "nop": figures.submission(self.material, unit),
            "da_nop": "có" if figures.is_used(self.material, unit) else "",
            "da_hop": "có" if decided else "",
            "nguoi": persons,
            "chua_de_nghi": short,
            "dai_bieu": figures.delegates(self.material, unit),
            "ly_do_dai_bieu": figures.delegate_reasons(self.material, unit),
            "muc_tieu": figures.targets(self.material, unit),
            "diem": figures.scores(self.material, unit),
            "chi_tieu": figures.indicators(self.material, unit),
        }

    def _is_in(self, nominee: str, proposed: str) -> bool:
        if self.material.decisions is None:
            return proposed == "yes"
        return self.people.decided[nominee]["decision"] in AWARDED

    # --- what every document has -----------------------------------------------------------------

    def common(self, document: str) -> Values:
        """Heading, number, date, signer and distribution list of a document."""
        facts, key = self.facts, BY_ID[document].key
        return {
            "co_quan": facts.text("co_quan"),
            "co_quan_chu_quan": facts.text("co_quan_chu_quan"),
            "dia_danh": facts.text("dia_danh"),
            "hoi_dong": self.council,
            "so": self._number(key),
            "ngay": long_day(self._date(key)),
            "quyet_dinh": {
                "so": signed(self.material.decision_number, facts.text("ky_hieu.quyet_dinh")),
                "ngay": long_day(self.material.decision_date),
            },
            "nguoi_ky": {
                "thay": facts.text("nguoi_ky_thay"),
                "chuc_vu": facts.text("nguoi_ky_chuc_vu"),
                "ten": facts.text("nguoi_ky_ten"),
            },
            "ke_hoach": self._plan(),
            "ngay_xet": day_text(self.material.as_of),
            "noi_nhan": facts.texts(f"noi_nhan.{key}") if key in _DISTRIBUTED else [],
            "them": dict(facts.own),
        }

    @cached_property
    def council(self) -> str:
        """Name of the council."""
        return self.facts.text("hoi_dong", co_quan=self.facts.text("co_quan"))

    @property
    def _matter(self) -> str:
        """What is decided on."""
        return "đăng ký" if self.material.registers else "khen thưởng"

    def _number(self, key: str) -> str:
        if key == "quyet_dinh":
            return signed(self.material.decision_number, self.facts.text("ky_hieu.quyet_dinh"))
        if key not in _NUMBERED:
            return ""
        return signed(self.facts.text(f"so.{key}"), self.facts.text(f"ky_hieu.{key}"))

    def _date(self, key: str) -> str:
        if BY_ID[key.replace("_", "-")].cites:
            return self.material.decision_date
        if key == "bien_ban":
            return self.material.meeting_date
        return self.facts.text(f"ngay.{key}") if key in _NUMBERED else ""

    def _plan(self) -> Values:
        programme = self.material.programme
        document = programme.document
        return {
            "ten": programme.title_vi,
            "loai": document.get("kind", ""),
            "so": document.get("number", ""),
            "ngay": day_text(document.get("date", "")),
            "co_quan": document.get("issuer", ""),
            "giai_doan": programme.period_label,
        }

    # --- one document each -----------------------------------------------------------------------

    def _submission(self) -> Values:
        proposed = [row for row in self.people.rows if row["proposed"] == "yes"]
        return {
            "kinh_gui": self.facts.text("kinh_gui", hoi_dong=self.council),
            "viec": self._matter,
            "trinh": {
                "chuc_vu": self.facts.text("trinh_chuc_vu"),
                "ten": self.facts.text("trinh_ten"),
            },
            "nop": figures.roll_call_counts(self.material),
            "bang_xet": self.people.tally(),
            "co_cau": self.people.shares(proposed=True),
            "de_nghi": {
                kind: number(str(sum(row["kind"] == code for row in proposed)))
                for code, kind in (("collective", "tap_the"), ("individual", "ca_nhan"))
            },
            "phan": self._summary(self._all_proposals()),
        }

    def _summary(self, parts: list[Values]) -> list[Values]:
        return [{name: part[name] for name in ("thu_tu", "ten", "so_luong")} for part in parts]

    def _all_proposals(self) -> list[Values]:
        parts = self.people.proposals()
        _counted(parts, len(self.people.rows))
        return parts

    def _proposals(self) -> Values:
        return {
            "trinh": {
                "chuc_vu": self.facts.text("trinh_chuc_vu"),
                "ten": self.facts.text("trinh_ten"),
            },
            "phan": self._all_proposals(),
            "tong": number(str(len(self.people.rows))),
        }

    def _report(self) -> Values:
        material = self.material
        return {
            "kinh_gui": self.facts.texts("kinh_gui_bao_cao"),
            "nop": figures.roll_call_counts(material),
            "don_vi": figures.roll_call(material),
            "da_hop": "có" if material.decisions is not None else "",
            "bang_xet": self.people.tally(),
            "co_cau": self.people.shares(),
            "khen": self._summary(self._all_awarded()),
            "khen_thuong": figures.award_table(material),
            "muc_tieu": figures.targets(material),
            "chi_tieu": figures.indicators(material),
            "diem": figures.totals(material),
            "dai_bieu": figures.delegates(material),
        }

    def _all_awarded(self) -> list[Values]:
        """All whom the council commends, in one list each; nobody before the council."""
        if self.material.decisions is None:
            return []
        found = self.people.awarded()
        _counted([*found, *self.people.not_awarded()], len(self.people.rows))
        return found

    def _minutes(self) -> Values:
        facts = self.facts
        decided = [self.people.decided[row["nominee"]]["decision"] for row in self.people.rows]
        return {
            "viec": self._matter,
            "hop": {
                "ngay": long_day(self.material.meeting_date),
                "dia_diem": facts.text("hop_dia_diem"),
                "chu_toa": facts.text("chu_toa_ten"),
                "chu_toa_chuc_vu": facts.text("chu_toa_chuc_vu"),
                "thu_ky": facts.text("thu_ky_ten"),
                "thanh_phan": facts.texts("thanh_phan"),
                "so_phieu": str(len({row["member"] for row in self.material.votes} - {""})),
            },
            "tong": {
                "tat_ca": number(str(len(decided))),
                "khen": number(str(sum(code in AWARDED for code in decided))),
                "khong_khen": number(str(decided.count("reject"))),
                "de_lai": number(str(decided.count("later"))),
                "chua_thong_nhat": number(str(decided.count("split") + decided.count(""))),
            },
            "vuot": figures.exceeded_limits(self.material),
            "co_cau": self.people.shares(),
            "khen": self._summary(self._all_awarded()),
            "khong": self.people.not_awarded(),
            "nguoi": self.people.listed(self.people.rows),
        }

    def _decision(self) -> Values:
        parts = self.people.awarded(own=True)
        people = [person for part in parts for person in part["nguoi"]]
        kinds = [person["loai"] for person in people]
        return {
            "tham_quyen": self.facts.text("tham_quyen", co_quan=self.facts.text("co_quan")),
            "can_cu": self.facts.texts("can_cu"),
            "tong": {
                "tat_ca": number(str(len(people))),
                "tap_the": number(str(kinds.count(KINDS["collective"]))),
                "ca_nhan": number(str(kinds.count(KINDS["individual"]))),
            },
            "phan": self._summary(parts),
            "tien": self._money({row["nominee"] for row in self._own_rows()}),
        }

    def _own_rows(self) -> list[dict[str, str]]:
        own = self.material.own_awards
        rows = [dict(self.people.decided[row["nominee"]]) for row in self.people.rows]
        return [r for r in rows if r["decision"] in AWARDED and r.get("award", "") in own]

    def _money(self, nominees: set[str]) -> Values:
        """The sum for these nominees; all fields empty where no money is reckoned."""
        known = self.people.amounts
        total = sum(int(known.get(nominee, "0")) for nominee in nominees)
        if not total or nominees - known.keys():
            return {"tong": "", "nguon": ""}
        source = self.facts.text("nguon_kinh_phi")
        if not source:
            raise LettersError("configuration", [missing_fact("nguon_kinh_phi", "quyet-dinh")])
        return {"tong": number(str(total)), "nguon": source}

    def _list(self, *, own: bool) -> Values:
        parts = self.people.awarded(own=own)
        people = [person for part in parts for person in part["nguoi"]]
        nominees = {row["nominee"] for row in self._own_rows()} if own else set()
        return {
            "phan": parts,
            "tong": number(str(len(people))),
            "tien": self._money(nominees) if own else {"tong": "", "nguon": ""},
        }

    def _certificates(self) -> Values:
        words = self.facts.text("noi_dung_giay_khen", ke_hoach=self.material.programme.title_vi)
        pages: list[Values] = []
        for part in self.people.awarded(own=True):
            for person in part["nguoi"]:
                if person["hinh_thuc"]:
                    pages.append({**person, "noi_dung": words, "stt": str(len(pages) + 1)})
        return {"trang": pages}


_NUMBERED = ("to_trinh", "bao_cao", "thong_bao", "bien_ban")
_DISTRIBUTED = ("to_trinh", "bao_cao", "thong_bao", "quyet_dinh")


def _counted(parts: list[Values], total: int) -> None:
    """Whoever is proposed or decided on stands in exactly one list.

    Raises:
        ConservationError: when the lists together are not as long as there are nominees.
    """
    listed = sum(len(part["nguoi"]) for part in parts)
    if listed != total:
        raise ConservationError(f"{listed} in lists, {total} nominees")
