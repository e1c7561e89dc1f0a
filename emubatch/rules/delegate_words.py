"""What a registration says and what a rule asks for, in words that an office understands."""

from __future__ import annotations

from collections.abc import Mapping

from emubatch.model import Lang

_VI: Mapping[str, str] = {
    "=": "là",
    "!=": "không phải",
    "<": "dưới",
    "<=": "không quá",
    ">": "trên",
    ">=": "từ",
    "day<": "trước",
    "day<=": "đến hết",
    "day>": "sau",
    "day>=": "từ",
    "yes": "có",
    "no": "không",
    "blank": "để trống",
    "nothing": "để trống: tổ chức theo khối, không tổ chức riêng",
    "open_applies": "chưa rõ có áp dụng hay không",
    "council_decides": "Hội đồng quyết định hình thức",
    "at_limit": "đúng bằng ngưỡng",
    "bases_differ": "hai cách đếm cho hai hình thức khác nhau",
    "no_form": "chưa ghi hình thức",
    "parts": "{exemplars} điển hình, {guests} khách mời",
    "parts_differ": "cộng lại không bằng {delegates} đại biểu",
    "share": "{pct}% điển hình (±{tolerance})",
    "split": "{delegates} đại biểu: từ {least} điển hình, không quá {most} khách mời",
}
_EN: Mapping[str, str] = {
    "=": "is",
    "!=": "is not",
    "<": "under",
    "<=": "not above",
    ">": "above",
    ">=": "at least",
    "day<": "before",
    "day<=": "until",
    "day>": "after",
    "day>=": "from",
    "yes": "yes",
    "no": "no",
    "blank": "blank",
    "nothing": "blank: the bloc holds it, no conference of its own",
    "open_applies": "it is not known whether this applies",
    "council_decides": "the council decides on the form",
    "at_limit": "exactly at the limit",
    "bases_differ": "the two counts ask for different forms",
    "no_form": "the form of meeting is blank",
    "parts": "{exemplars} exemplars, {guests} guests",
    "parts_differ": "do not add up to {delegates} delegates",
    "share": "{pct} % exemplars (±{tolerance})",
    "split": "{delegates} delegates: at least {least} exemplars, at most {most} guests",
}


def say(key: str, lang: Lang, **words: object) -> str:
    """One phrase in one language."""
    return (_EN if lang == "en" else _VI)[key].format_map(words)
