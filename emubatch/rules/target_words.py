"""What to know about a row of targets, in words that an office understands."""

from __future__ import annotations

from collections.abc import Mapping

from emubatch.model import Lang

_VI: Mapping[str, str] = {
    "floor": "cần ít nhất {floor}",
    "band": "khung khả thi: từ {floor} đến {cap} (trần {pct}%)",
    "equal": "mục tiêu bằng đúng trần {pct}%: {cap}",
    "above": "mục tiêu cao hơn trần: cần {floor}, trần {pct}% là {cap}",
    "open_cap": "trần {pct}%: từ {cap} đến {cap_to} (chưa rõ)",
    "over_cap": "đang có {count}, vượt trần",
    "open": "còn {count} chưa rõ",
    "silent": "{count} đơn vị để trống cả trang",
    "not_in": "không tính {what}",
    "cap_of": "trần {pct}% tính trên số {what}",
    "cap_of_rest": "trần {pct}% tính trên những người còn lại trong số {what}",
    "excluded": "{count} chưa xếp loại, không tính vào mẫu số",
    "missing": "{count} đơn vị chưa báo cáo",
    "estimates": "{count} đơn vị còn là số ước",
    "estimate": "số ước",
    "change": "số ước trước đây {before}, nay {now}",
    "wave": "chưa hết năm: chỉ nêu tiến độ",
    "shown": "chỉ nêu số liệu",
    "no_answer": "chưa có câu trả lời",
    "both_answers": "vừa có vừa không",
}
_EN: Mapping[str, str] = {
    "floor": "needs at least {floor}",
    "band": "feasible: from {floor} to {cap} (cap {pct} %)",
    "equal": "the target is exactly the cap of {pct} %: {cap}",
    "above": "the target is above the cap: needs {floor}, the cap of {pct} % is {cap}",
    "open_cap": "cap {pct} %: from {cap} to {cap_to} (open)",
    "over_cap": "there are {count}, above the cap",
    "open": "{count} not yet known",
    "silent": "{count} units left the whole sheet blank",
    "not_in": "without {what}",
    "cap_of": "cap {pct} % of {what}",
    "cap_of_rest": "cap {pct} % of the others among {what}",
    "excluded": "{count} not yet rated, in no denominator",
    "missing": "{count} units have not reported",
    "estimates": "{count} units still have estimates",
    "estimate": "an estimate",
    "change": "estimated {before}, now {now}",
    "wave": "the year is not over: progress only",
    "shown": "shown for information",
    "no_answer": "no answer yet",
    "both_answers": "both yes and no",
}


def say(key: str, lang: Lang, **words: object) -> str:
    """One remark in one language."""
    return (_EN if lang == "en" else _VI)[key].format_map(words)
