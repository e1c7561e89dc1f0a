"""The tables of a report: roll-call, targets, indicators, awards, scores, conferences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from emubatch.letters.material import Material, Row, Values, day_text, number
from emubatch.letters.people import KINDS, OUTCOMES
from emubatch.messages import word
from emubatch.model import USED_STATUSES

_SCORED = {**OUTCOMES, "scored": "Đã chấm", "error": "Có lỗi, chưa tính"}
_LATE = {"yes": "Muộn", "no": "Đúng hạn", "review": "Chưa rõ"}
_KIND_OF = {"TT": "collective", "CN": "individual"}
_AWARDS_TOTAL = "Cộng"
_NONE = "–"
_ANSWERS = {"CO": "có", "KHONG": "không", "yes": "có", "no": "không"}


def submission_of(material: Material, unit: str) -> Row:
    """The form of a unit that counts, or the row that says that there is none."""
    rows = [row for row in material.rows("submissions") if row["unit"] == unit]
    for status in (*USED_STATUSES, "missing"):
        for row in rows:
            if row["status"] == status:
                return row
    return rows[0] if rows else {}


def is_used(material: Material, unit: str) -> bool:
    """Whether a form of this unit counts."""
    return submission_of(material, unit).get("status", "missing") in USED_STATUSES


def roll_call(material: Material) -> list[Values]:
    """Every unit, what it sent and when."""
    nominees = Counter(row["unit"] for row in material.rows("nominees"))
    found = []
    for at, (code, name) in enumerate(material.units.items(), 1):
        sent = submission(material, code)
        found.append(
            {
                "stt": str(at),
                "ma": code,
                "ten": name,
                **sent,
                "so_de_nghi": str(nominees[code]) if material.has_nominees else "–",
            }
        )
    return found


def submission(material: Material, unit: str) -> Values:
    """What a unit sent: state, day, in time or not, errors found."""
    row = submission_of(material, unit)
    status = row.get("status", "missing")
    sent = status != "missing"
    return {
        "trang_thai": word(f"status_{status}", "vi"),
        "ngay_nhan": day_text(row.get("received", "")) if sent else "",
        "thoi_han": _LATE.get(row.get("late", ""), "") if sent else "",
        "so_loi": _to_mend(material, unit) if sent else "",
        "tep": row.get("file", ""),
    }


def _to_mend(material: Material, unit: str) -> str:
    """How many errors and warnings the form of a unit has; notes ask for nothing."""
    file = submission_of(material, unit).get("file", "")
    rows = material.rows("findings")
    return str(sum(r["file"] == file and r["severity"] in ("error", "warning") for r in rows))


def roll_call_counts(material: Material) -> Values:
    """How many units were expected, sent something usable, were late, sent nothing."""
    rows = [submission_of(material, code) for code in material.units]
    status = Counter(row.get("status", "missing") for row in rows)
    sent = [row for row in rows if row.get("status", "missing") in USED_STATUSES]
    missing, unread = (
        [c for c, row in zip(material.units, rows, strict=True) if is_one(row)]
        for is_one in (_sent_nothing, _unreadable)
    )
    return {
        "tong": str(len(rows)),
        "da_nop": str(len(sent)),
        "con_loi": str(status["partial"] + status["returned"]),
        "muon": str(sum(row["late"] == "yes" for row in sent)),
        "chua_nop": str(len(missing)),
        "ten_chua_nop": "; ".join(material.unit(code) for code in missing),
        "khong_doc_duoc": str(len(unread)),
        "ten_khong_doc_duoc": "; ".join(material.unit(code) for code in unread),
    }


def _sent_nothing(row: Row) -> bool:
    return row.get("status", "missing") == "missing"


def _unreadable(row: Row) -> bool:
    """Whether a unit sent something of which nothing could be used."""
    return not _sent_nothing(row) and row["status"] not in USED_STATUSES


def exceeded_limits(material: Material) -> list[Values]:
    """The limits of the plan beyond which the council went."""
    return [
        {
            "ten": row["label"],
            "so_luong": number(row["agreed"]),
            "chi_tieu": number(row["limit"]),
            "vuot": number(row["over"]),
            "dieu_khoan": row["clause"],
        }
        for row in material.limits
        if row["over"] != "0"
    ]


def targets(material: Material, unit: str = "") -> list[Values]:
    """Targets of the whole department, or of one unit."""
    specs = {row.id: row for row in material.programme.targets}
    found = []
    for row in material.rows("targets"):
        spec = specs.get(row["target"])
        if row["unit"] != unit:
            continue
        share = bool(spec and spec.kind == "share")
        ratio = f"{row['numerator']}/{row['denominator']}" if row["denominator"] else ""
        found.append(
            {
                "ma": row["target"],
                "ten": spec.label_vi if spec else row["target"],
                "yeu_cau": required(row["required"]),
                "ti_so": ratio,
                "gia_tri": _value(row["value"], "%" if share else ""),
                "ket_qua": _NONE if row["outcome"] == "na" else OUTCOMES[row["outcome"]],
                "ghi_chu": row.get("note", ""),
                "dieu_khoan": row.get("clause", ""),
            }
        )
    return found


def required(text: str) -> str:
    """A bound as people read it: ``>=15%`` is ``≥ 15%`` on one line."""
    for sign, shown in ((">=", "≥"), ("<=", "≤"), (">", ">"), ("<", "<")):
        if text.startswith(sign):
            return f"{shown}\u00a0{text.removeprefix(sign).replace('.', ',')}"
    return _ANSWERS.get(text, text)


def _value(text: str, sign: str) -> str:
    return _ANSWERS.get(text) or (f"{number(text)}{sign}" if text else "")


def indicators(material: Material, unit: str | None = None) -> list[Values]:
    """Indicators of all units or of one, with growth and what the plan asked for."""
    specs = {row.code: row for row in material.programme.indicators}
    found: list[Values] = []
    for row in material.rows("indicators"):
        if unit is not None and row["unit"] != unit:
            continue
        spec = specs.get(row["indicator"])
        found.append(
            {
                "stt": str(len(found) + 1),
                "don_vi": material.unit(row["unit"]),
                "ten": spec.label_vi if spec else row["indicator"],
                "don_vi_tinh": material.label("don_vi_tinh", spec.unit) if spec else "",
                "thuc_hien": number(row["value"]),
                "nam_truoc": number(row["last_year"]),
                "ke_hoach": number(row["plan"]),
                "tang": _growth(row["growth_pct"], "điểm %" if spec and spec.points else "%"),
                "so_ke_hoach": _value(row["plan_pct"], "%"),
                "ket_qua": _SCORED.get(row["outcome"], row["outcome"])
                if row["outcome"] != "na"
                else "",
            }
        )
    return found


def _growth(text: str, sign: str) -> str:
    if not text:
        return ""
    plus = "" if text.startswith("-") else "+"
    return f"{plus}{number(text)}{' ' if len(sign) > 1 else ''}{sign}"


def award_table(material: Material) -> list[Values]:
    """Awards registered against awards achieved: of all units together, or of the one there is."""
    rows = list(material.rows("awards"))
    whole = [row for row in rows if not row["unit"]]
    return [
        {
            "hinh_thuc": material.award(row["award"]) if row["award"] else _AWARDS_TOTAL,
            "loai": KINDS.get(_KIND_OF.get(row["kind"], ""), row["kind"]),
            "dang_ky": number(row["registered"]) or "–",
            "dat": number(row["achieved"]) or "–",
            "ti_le": _value(row["ratio_pct"], "%") or "–",
        }
        for row in whole or rows
    ]


def totals(material: Material) -> list[Values]:
    """Total points of every unit."""
    rows = [row for row in material.rows("scores") if row["criterion"] == "TOTAL"]
    return _scores(material, rows)


def scores(material: Material, unit: str) -> list[Values]:
    """The scorecard of a unit, the total last."""
    return _scores(material, (row for row in material.rows("scores") if row["unit"] == unit))


def _scores(material: Material, rows: Iterable[Row]) -> list[Values]:
    labels = {row.code: row.label_vi for row in material.programme.scorecard}
    return [
        {
            "stt": str(at),
            "ma": "" if row["criterion"] == "TOTAL" else row["criterion"],
            "ten": labels.get(row["criterion"], "Tổng điểm"),
            "don_vi": material.unit(row["unit"]),
            "diem_chuan": number(row["base"]),
            "diem_cong": number(row["bonus"]),
            "diem_tru": number(row["penalty"]),
            "tong": number(row["total"]),
            "ket_qua": _SCORED.get(row["outcome"], row["outcome"]),
        }
        for at, row in enumerate(rows, 1)
    ]


def delegates(material: Material, unit: str | None = None) -> list[Values]:
    """Conferences that units registered, and what the plan says of them."""
    lists = {spec.role: spec.list for spec in material.programme.fields if spec.role and spec.list}
    found: list[Values] = []
    for row in material.rows("delegates"):
        if unit is None or row["unit"] == unit:
            found.append(
                {
                    "stt": str(len(found) + 1),
                    "don_vi": material.unit(row["unit"]),
                    "cap": material.label(lists.get("tier", ""), row["tier"]),
                    "hinh_thuc": material.label(lists.get("meeting_form", ""), row["form"]),
                    "nhan_su": number(row["staff"]),
                    "dai_bieu": number(row["delegates"]),
                    "dien_hinh": number(row["exemplars"]),
                    "khach_moi": number(row["guests"]),
                    "ket_qua": OUTCOMES.get(row["outcome"], row["outcome"]),
                    "ghi_chu": row.get("note", ""),
                }
            )
    return found


def delegate_reasons(material: Material, unit: str) -> list[Values]:
    """The rules that a registered conference does not meet, or that are still open."""
    labels = {row.id: row.label_vi for row in material.programme.delegates}
    return [
        {
            "dieu_khoan": row["clause"],
            "noi_dung": labels.get(row["check"], row["check"]),
            "yeu_cau": row["required"],
            "hien_co": row["measured"],
            "ket_qua": OUTCOMES.get(row["outcome"], row["outcome"]),
        }
        for row in material.rows("delegate_checks")
        if row["unit"] == unit and row["outcome"] in ("fail", "review")
    ]
