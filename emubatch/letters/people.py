"""Nominees in documents: lists in which each stands once, and why somebody is not proposed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from emubatch.letters.material import Material, Row, Values, number
from emubatch.programme.groups import mapped_groups

KINDS = {"collective": "Tập thể", "individual": "Cá nhân"}
OUTCOMES = {
    "pass": "Đạt",
    "fail": "Không đạt",
    "review": "Cần xem xét",
    "na": "Không áp dụng",
    "progress": "Đang đăng ký",
}
DECISIONS = {
    "agree": "Khen",
    "lower": "Khen, mức thấp hơn",
    "reject": "Không khen",
    "later": "Để lại sau",
    "split": "Chưa thống nhất",
    "": "Chưa có ý kiến",
}
AWARDED = ("agree", "lower")
NO_FORM = "Không nêu hình thức"
REGISTERED = "Đăng ký"
_COUNTS = {
    "dong_y": "agree",
    "khong_dong_y": "against",
    "ha_muc": "lower",
    "de_lai": "later",
    "bo_trong": "blank",
    "khong_tinh": "excluded",
}
# Part of the list of proposals -> its heading; every nominee is in exactly one.
PARTS = {
    "yes": "Đề nghị khen thưởng",
    "choose": "Đạt tiêu chuẩn, chờ Hội đồng chọn trong chỉ tiêu",
    "progress": "Đã đăng ký, chưa xét kết quả",
    "pending": "Cần Hội đồng xem xét",
    "no": "Chưa đủ điều kiện",
    "na": "Không thuộc diện xét",
}
_INNER_ALL = ("all_of", "agree")
# The same in a word or two, for a table.
SHORT = {
    "yes": "Đề nghị khen",
    "choose": "Chờ Hội đồng chọn",
    "progress": "Đã đăng ký",
    "pending": "Chờ xem xét",
    "no": "Chưa đủ điều kiện",
    "na": "Không thuộc diện xét",
}


class People:
    """The nominees of a run as documents show them."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.rows = list(material.rows("nominees"))

    @cached_property
    def decided(self) -> dict[str, Row]:
        """Nominee -> what the council decided."""
        return {row["nominee"]: row for row in self.material.decisions or ()}

    @cached_property
    def _verdicts(self) -> dict[str, dict[str, Row]]:
        found: dict[str, dict[str, Row]] = {}
        for row in self.material.rows("verdicts"):
            found.setdefault(row["nominee"], {})[row["criterion"]] = row
        return found

    @cached_property
    def amounts(self) -> dict[str, str]:
        """Nominee -> money in đồng; nobody while any amount is not known."""
        if self.material.money is None or unknown_money(self.material.money):
            return {}
        found: dict[str, int] = {}
        for row in self.material.money:
            found[row["nominee"]] = found.get(row["nominee"], 0) + int(row["amount"])
        return {nominee: str(amount) for nominee, amount in found.items()}

    # --- one nominee -----------------------------------------------------------------------------

    def person(self, row: Row, at: int) -> Values:
        """A row of a list, every field a text; ``at`` is its number."""
        decided = self.decided.get(row["nominee"], {})
        form = row.get("requested", "")
        if decided.get("decision") in AWARDED:
            form = decided.get("award", "")
        return {
            "stt": str(at),
            "ten": row["name"],
            "loai": KINDS.get(row["kind"], row["kind"]),
            "chuc_vu": row.get("position", ""),
            "don_vi": self.material.unit(row["unit"]),
            "ma_don_vi": row["unit"],
            "hinh_thuc": self.material.award(form),
            "ket_qua": OUTCOMES.get(row["eligibility"], row["eligibility"]),
            "de_nghi": SHORT[part_of(row)],
            "ghi_chu": row.get("reason", ""),
            "quyet_dinh": self._said(decided.get("decision", "")),
            "ly_do_hop": decided.get("reason", ""),
            **{name: number(decided.get(key, "")) for name, key in _COUNTS.items()},
            "tien": number(self.amounts.get(row["nominee"], "")),
        }

    def listed(self, rows: Iterable[Row]) -> list[Values]:
        """Rows of a list, numbered from 1."""
        return [self.person(row, at) for at, row in enumerate(rows, 1)]

    def reasons(self, row: Row) -> list[Values]:
        """The standards that keep a nominee from passing: clause, required, found.

        Where all of several must pass, each that does not is named; where one of several would do,
        they are named together.
        """
        outcome = row["eligibility"]
        if outcome not in ("fail", "review"):
            return []
        rows = self._verdicts.get(row["nominee"], {})
        children: dict[str, list[Row]] = {}
        for verdict in rows.values():
            children.setdefault(verdict["parent"], []).append(verdict)
        roots = [verdict for verdict in rows.values() if verdict["parent"] not in rows]
        found = [one for root in roots for one in self._deciding(root, children, outcome)]
        if not found and row["decisive"] in rows:
            found = [rows[row["decisive"]]]
        return [self._reason(verdict) for verdict in found]

    def _deciding(self, row: Row, children: dict[str, list[Row]], outcome: str) -> Iterator[Row]:
        if row["outcome"] != outcome:
            return
        spec = self.material.programme.criterion_by_id.get(row["criterion"])
        below = children.get(row["criterion"], [])
        alike = [child for child in below if child["outcome"] == outcome]
        if alike and (spec is None or spec.test in _INNER_ALL):
            for child in alike:
                yield from self._deciding(child, children, outcome)
        else:
            yield row

    def _reason(self, verdict: Row) -> Values:
        spec = self.material.programme.criterion_by_id.get(verdict["criterion"])
        return {
            "dieu_khoan": verdict["clause"] or verdict["criterion"],
            "noi_dung": spec.label_vi if spec else "",
            "yeu_cau": verdict["required"],
            "hien_co": verdict["measured"],
            "ket_qua": OUTCOMES.get(verdict["outcome"], verdict["outcome"]),
        }

    # --- lists -----------------------------------------------------------------------------------

    def proposals(self) -> list[Values]:
        """Every nominee in one part: proposed, to be chosen, to be looked at, not eligible …"""
        parts: dict[str, list[Row]] = {name: [] for name in PARTS}
        for row in self.rows:
            parts[part_of(row)].append(row)
        return self._parts((PARTS[name], rows) for name, rows in parts.items())

    def awarded(self, *, own: bool | None = None) -> list[Values]:
        """Who is commended, by form and kind: by this office itself (``own``), by the level above.

        Without ``own`` all of them, those of this office first.
        """
        found: dict[tuple[bool, int, str, str], list[Row]] = {}
        order, own_awards = self.material.award_order, self.material.own_awards
        for row in self.rows:
            decided = self.decided.get(row["nominee"])
            if decided is None or decided["decision"] not in AWARDED:
                continue
            award = decided.get("award", "")
            is_own = award in own_awards
            if own is None or is_own == own:
                key = (not is_own, order.get(award, len(order)), award, row["kind"])
                found.setdefault(key, []).append(row)
        unnamed = REGISTERED if self.material.registers else NO_FORM
        named = (
            (f"{self.material.award(award) or unnamed}: {KINDS[kind].lower()}", rows)
            for (_, _, award, kind), rows in sorted(found.items(), key=lambda item: item[0])
        )
        return self._parts(named)

    def not_awarded(self) -> list[Values]:
        """Who is not commended, by what the council decided."""
        named = (
            (self._said(code), [row for row in self.rows if self._decision(row) == code])
            for code in DECISIONS
            if code not in AWARDED
        )
        return self._parts(named)

    def _said(self, code: str) -> str:
        """A decision in words: nobody is commended where it is only chosen who is registered."""
        if self.material.registers and code in ("agree", "reject"):
            return REGISTERED if code == "agree" else "Không đăng ký"
        return DECISIONS.get(code, "")

    def _decision(self, row: Row) -> str:
        found = self.decided.get(row["nominee"])
        return found["decision"] if found else ""

    def _parts(self, named: Iterable[tuple[str, Sequence[Row]]]) -> list[Values]:
        parts = [(title, rows) for title, rows in named if rows]
        return [
            {
                "thu_tu": _ROMAN[at] if at < len(_ROMAN) else str(at + 1),
                "ten": title,
                "so_luong": number(str(len(rows))),
                "nguoi": self.listed(rows),
            }
            for at, (title, rows) in enumerate(parts)
        ]

    def of_unit(self, code: str) -> list[Row]:
        """The nominees of a unit."""
        return [row for row in self.rows if row["unit"] == code]

    # --- counts ----------------------------------------------------------------------------------

    def tally(self) -> list[Values]:
        """Nominees by kind and group, how they came out, and the quota of the plan."""
        counted: dict[tuple[str, str], list[Row]] = {}
        for row in self.rows:
            group = self._whole.get(row["group"], row["group"])
            counted.setdefault((row["kind"], group), []).append(row)
        groups = {
            row.code: at for at, row in enumerate(self.material.programme.lists.get(_GROUPS, ()))
        }
        keys = sorted(counted, key=lambda key: (key[0], groups.get(key[1], 99), key[1]))
        lines = []
        for kind in KINDS:
            own = [key for key in keys if key[0] == kind]
            for key in own:
                lines.append(self._counted(kind, self._group(key[1]), counted[key], key[1]))
            if own:
                every = [row for key in own for row in counted[key]]
                lines.append(self._counted(kind, "Cộng", every, ""))
        return lines

    @cached_property
    def _whole(self) -> dict[str, str]:
        """Group -> the group in whose quota it counts, so that sum and quota stand together."""
        return mapped_groups(self.material.programme)

    def _group(self, code: str) -> str:
        """A group, and the groups that count with it."""
        if not code:
            return "(chưa rõ nhóm)"
        joined = [one for one, whole in self._whole.items() if whole == code]
        others = ", ".join(self.material.label(_GROUPS, one) for one in joined)
        return self.material.label(_GROUPS, code) + (f", gồm {others}" if others else "")

    def _counted(self, kind: str, name: str, rows: Sequence[Row], group: str) -> Values:
        def count(*outcomes: str) -> str:
            return number(str(sum(row["eligibility"] in outcomes for row in rows)))

        limits = [
            row["limit"]
            for row in self.material.rows("quotas")
            if (row["kind"], row["group"]) == (kind, group)
            and not (row["unit"] or row.get("applies"))
        ]
        given = sum(self._decision(row) in AWARDED for row in rows)
        return {
            "loai": KINDS[kind],
            "nhom": name,
            "tong": number(str(len(rows))),
            "dat": count("pass"),
            "xem_xet": count("review"),
            "khong_dat": count("fail"),
            "khac": count("na", "progress"),
            "chi_tieu": number(limits[0]) if limits else "–",
            "khen": number(str(given)) if self.material.decisions is not None else "–",
        }

    def shares(self, *, proposed: bool = False) -> Values:
        """Leaders and others among the individuals who are commended.

        Among those proposed where that is asked for, and before the council has decided.
        """
        if proposed or self.material.decisions is None:
            rows = [row for row in self.rows if row["proposed"] == "yes"]
        else:
            rows = [row for row in self.rows if self._decision(row) in AWARDED]
        people = [row for row in rows if row["kind"] == "individual"]
        known = [row for row in people if row["tier"]]
        tiers = self.material.programme.reading("leader_tiers").split("|")
        leaders = sum(row["tier"] in tiers for row in known)
        return {
            "ca_nhan": number(str(len(people))),
            "lanh_dao": number(str(leaders)),
            "khong_lanh_dao": number(str(len(known) - leaders)),
            "chua_ro": number(str(len(people) - len(known))),
            "ti_le_lanh_dao": _share(leaders, len(known)),
            "ti_le_khong_lanh_dao": _share(len(known) - leaders, len(known)),
        }


_GROUPS = "nhom_don_vi"
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def unknown_money(rows: Iterable[Row]) -> int:
    """Awards whose money is not known yet; until it is, documents show none."""
    return sum(not row.get("amount", "") for row in rows)


def part_of(row: Row) -> str:
    """The part of the list of proposals in which a nominee stands."""
    eligibility, proposed = row["eligibility"], row["proposed"]
    if eligibility in ("progress", "na"):
        return eligibility
    if proposed == "yes":
        return "yes"
    if eligibility == "pass":
        return "choose"
    return "pending" if eligibility == "review" else "no"


def _share(part: int, whole: int) -> str:
    if not whole:
        return "–"
    return f"{number(str(round(100 * part / whole, 1)))}%"
