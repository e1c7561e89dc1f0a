"""A programme as text that a person can read beside the document: outline, limits, readings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from emubatch.model import Lang
from emubatch.programme.conditions import Measured
from emubatch.programme.conditions import written as conditions
from emubatch.programme.quota_rows import Quota
from emubatch.programme.roles import ROUNDINGS
from emubatch.programme.tables import Criterion, Programme, ScoreOption, ScoreRow, in_lang

KINDS = (
    *("eligibility", "scorecard", "indicators", "targets", "delegates"),
    *("quotas", "dossier", "deadlines"),
)
_VI = {
    "eligibility": "xét tiêu chuẩn",
    "scorecard": "chấm điểm",
    "indicators": "chỉ tiêu",
    "targets": "mục tiêu",
    "delegates": "hội nghị",
    "quotas": "chỉ tiêu số lượng",
    "dossier": "hồ sơ",
    "deadlines": "thời hạn",
    "Document": "Văn bản",
    "Period": "Giai đoạn",
    "As of": "Tính đến",
    "Form": "Biểu mẫu",
    "Criteria": "Tiêu chuẩn",
    "Scorecard": "Bảng chấm điểm",
    "Indicators": "Chỉ tiêu kinh tế",
    "Targets": "Mục tiêu",
    "Conferences": "Hội nghị",
    "Quotas": "Chỉ tiêu số lượng",
    "Dossier": "Hồ sơ",
    "Dates": "Mốc thời gian",
    "Readings": "Cách hiểu những chỗ chưa rõ (đổi bằng --set)",
    "total": "tổng",
    "unit": "mỗi đơn vị",
    "of": "của",
    "rank": "xếp thứ tự",
    "before": "trước",
    "judged on": "xét ngày",
    "until": "đến hết",
    "columns": "cột",
    "for": "áp dụng",
    "may": "có thể",
    "allowed": "cho phép",
}


def says(word: str, lang: Lang) -> str:
    """A heading or small word in one language."""
    return word if lang == "en" else _VI.get(word, word)


def kinds(programme: Programme) -> tuple[str, ...]:
    """What a programme does: eligibility, scorecard, indicators, quotas …"""
    has = {"eligibility": programme.criteria}
    return tuple(kind for kind in KINDS if has.get(kind, getattr(programme, kind, ())))


def page(programme: Programme, lang: Lang) -> Iterator[str]:
    """The whole programme, line by line."""
    yield f"{programme.id} ({programme.version}): {in_lang(programme, 'title', lang)}"
    document = " · ".join(filter(None, programme.document.values()))
    yield f"{says('Document', lang)}: {document}"
    yield f"{says('Period', lang)}: {programme.period_from} – {programme.period_to}"
    yield f"{says('As of', lang)}: {programme.as_of}"
    parts: tuple[tuple[str, Iterable[str]], ...] = (
        ("Form", _form(programme, lang)),
        ("Criteria", _criteria(programme, "", 0, lang)),
        ("Scorecard", _scores(programme, "", 0, lang)),
        ("Indicators", _indicators(programme, lang)),
        ("Targets", _targets(programme, lang)),
        ("Conferences", _delegates(programme, lang)),
        ("Quotas", _quotas(programme, lang)),
        (
            "Dossier",
            (f"{p.code}: {in_lang(p, 'label', lang)} [{p.clause}]" for p in programme.dossier),
        ),
        ("Dates", _dates(programme, lang)),
        ("Readings", _readings(programme, lang)),
    )
    for title, lines in parts:
        found = [f"  {line}" for line in lines]
        if found:
            yield from ("", says(title, lang), *found)


def _form(programme: Programme, lang: Lang) -> Iterator[str]:
    for sheet in programme.sheets:
        count = len(programme.fields_of[sheet.key])
        yield f"{sheet.key}: {in_lang(sheet, 'title', lang)} ({count} {says('columns', lang)})"


def _criteria(programme: Programme, parent: str, depth: int, lang: Lang) -> Iterator[str]:
    for row in programme.criteria:
        if row.parent == parent:
            yield f"{'  ' * depth}{_criterion(row, lang)}"
            yield from _criteria(programme, row.id, depth + 1, lang)


def _criterion(row: Criterion, lang: Lang) -> str:
    return f"{row.id}  {in_lang(row, 'label', lang)} [{row.clause}]: {requirement(row, lang)}"


def requirement(row: Criterion, lang: Lang) -> str:
    """What a row asks, in the notation of the tables."""
    window = "–".join(filter(None, row.window))
    limit = f"{row.operator or '>='} {row.threshold}" if row.threshold else ""
    may = " / ".join(map(_measured, row.may_of))
    parts = (
        row.test,
        " / ".join(map(_measured, row.of)),
        conditions(row.where),
        window,
        limit,
        f"({says('may', lang)}: {may})" if may else "",
        f"({says('for', lang)}: {conditions(row.applies)})" if row.applies else "",
    )
    return " ".join(filter(None, parts))


def _measured(measured: Measured) -> str:
    codes = "|".join(code + "+" * plus for code, plus in measured.codes)
    name = ".".join(filter(None, (measured.sheet, measured.field)))
    return f"{name} : {codes}" if codes else name


def _scores(programme: Programme, parent: str, depth: int, lang: Lang) -> Iterator[str]:
    for row in programme.scorecard:
        if row.parent == parent:
            yield f"{'  ' * depth}{_score(programme, row, lang)}"
            yield from _scores(programme, row.code, depth + 1, lang)


def _score(programme: Programme, row: ScoreRow, lang: Lang) -> str:
    options = programme.options_of.get(row.code, ())
    levels = " · ".join(_option(option, lang) for option in options)
    text = f"{row.code}  {in_lang(row, 'label', lang)}: {row.base:g}{' (+)' if row.bonus else ''}"
    return f"{text} — {levels}" if levels else text


def _option(option: ScoreOption, lang: Lang) -> str:
    return f"{option.option} {in_lang(option, 'label', lang)} {option.points:g}"


def _targets(programme: Programme, lang: Lang) -> Iterator[str]:
    for row in programme.targets:
        sign = "%" if row.kind == "share" else ""
        limit = "" if row.threshold is None else f" {row.operator} {row.threshold:g}{sign}"
        yield f"{row.id}: {in_lang(row, 'label', lang)}{limit} [{row.clause}]"


def _delegates(programme: Programme, lang: Lang) -> Iterator[str]:
    for row in programme.delegates:
        limit = " ".join(filter(None, (row.column, row.operator, row.threshold)))
        applies = conditions(row.applies)
        about = f", {says('for', lang)} {applies}" if applies else ""
        yield f"{row.id}: {in_lang(row, 'label', lang)} [{row.clause}]: {row.kind} {limit}{about}"


def _indicators(programme: Programme, lang: Lang) -> Iterator[str]:
    for row in programme.indicators:
        base = f" ← {row.base}" if row.base else ""
        yield f"{row.code}: {in_lang(row, 'label', lang)} ({row.unit}){base} [{row.clause}]"


def _quotas(programme: Programme, lang: Lang) -> Iterator[str]:
    for row in programme.quotas:
        name = row.group or says(row.scope or "total", lang)
        limit = _share(row, lang) if row.limit is None else f"{row.limit}"
        limit = f"{row.minimum}–{limit}" if row.minimum else limit
        level = f", {conditions(row.applies)}" if row.applies else ""
        mode = f" ({row.mode})" if row.mode else ""
        yield f"{row.kind} {name}{level}: {limit}{mode} [{row.clause}]"
    for key in programme.ranking:
        label = in_lang(key, "label", lang) or key.key
        yield f"{says('rank', lang)}: {label} ({key.order}) [{key.clause}]"


def _share(row: Quota, lang: Lang) -> str:
    return f"{row.share or 0:g}% {says('of', lang)} {row.base} ({row.rounding or ROUNDINGS[0]})"


def _dates(programme: Programme, lang: Lang) -> Iterator[str]:
    for row in programme.deadlines:
        bound = says("until" if row.inclusive else "before", lang)
        bound = says("judged on", lang) if row.role == "reference" else bound
        mode = f" ({row.mode})" if row.mode else ""
        yield f"{row.id}: {in_lang(row, 'what', lang)} {bound} {row.date}{mode} [{row.clause}]"


def _readings(programme: Programme, lang: Lang) -> Iterator[str]:
    for row in programme.settings:
        meaning = in_lang(row, "meaning", lang)
        allowed = f" ({says('allowed', lang)}: {', '.join(row.allowed)})" if row.allowed else ""
        clause = f" [{row.clause}]" if row.clause else ""
        yield f"{row.key} = {row.value or '–'}  {row.reading}: {meaning}{allowed}{clause}"
