"""Checks of the quotas of a plan, and of the keys by which it ranks."""

from __future__ import annotations

from emubatch.programme.conditions import split_list, written
from emubatch.programme.problems import Labelled, Problem, Table
from emubatch.programme.quota_rows import Quota
from emubatch.programme.roles import BASES, KINDS, MODES, ORDERS, QUOTA_SCOPES, ROUNDINGS
from emubatch.programme.tables import Field, Programme

_NUMBERS = ("int", "number", "percent")


def group_codes(programme: Programme) -> Labelled:
    """Codes of the groups that the form offers, each with its label."""
    lists = {f.list for f in programme.fields if f.role == "group"}
    rows = (c for name in sorted(lists) for c in programme.lists.get(name, ()))
    return Labelled({c.code: c.label_vi for c in rows})


def lint_quotas(programme: Programme, problems: list[Problem]) -> None:
    """Kinds, groups and levels exist; the groups of a kind add up to its stated total."""
    table = Table("quotas.csv", problems)
    groups = group_codes(programme)
    table.twice(((q.line, _limited(q)) for q in programme.quotas), "group")
    for row in programme.quotas:
        _lint_quota(row, table)
        _lint_level(programme, row, table)
        _lint_share(programme, row, table)
        if row.group and row.group not in groups:
            table.add(row.line, "group", "bad_code", row.group, groups, detail="group")
        if row.limit is not None and row.limit < 0:
            table.add(row.line, "limit", "bad_threshold", str(row.limit), detail="≥ 0")
    for kind in dict.fromkeys(q.kind for q in programme.quotas):
        _lint_sum([q for q in programme.quotas if q.kind == kind and _is_sum(q)], table)


def _is_sum(row: Quota) -> bool:
    """Whether a limit is part of a sum: a number, for a whole group or for all of them."""
    return not row.scope and not row.applies and row.limit is not None


def _lint_sum(rows: list[Quota], table: Table) -> None:
    parts = [q.limit or 0 for q in rows if q.group]
    for total in (q for q in rows if not q.group):
        if parts and sum(parts) != total.limit:
            table.add(total.line, "limit", "quota_sum", str(total.limit), detail=str(sum(parts)))


def _limited(row: Quota) -> str:
    """What a quota limits, in words that tell quotas apart."""
    return " ".join(filter(None, (row.kind, row.group, row.scope, written(row.applies))))


def _lint_quota(row: Quota, table: Table) -> None:
    for kind in row.kinds:
        table.one_of(row.line, "kind", kind, KINDS)
    table.one_of(row.line, "scope", row.scope, QUOTA_SCOPES)
    table.one_of(row.line, "mode", row.mode, ("", *MODES))
    most = row.minimum if row.limit is None else max(row.limit, 0)
    if not 0 <= row.minimum <= most:
        table.add(row.line, "minimum", "bad_range", f"{row.minimum} – {row.limit}")


def _lint_level(programme: Programme, row: Quota, table: Table) -> None:
    """Conditions on columns of the sheets of the kinds that are limited."""
    sheets = [s.key for s in programme.sheets_with_role("nominee") if s.kind in row.kinds]
    known = {f.key: f for key in sheets for f in programme.fields_of[key]}
    for condition in row.applies:
        spec = known.get(condition.field)
        if spec is None:
            where = " / ".join(sheets)
            table.add(
                row.line, "applies", "unknown_field", condition.field, known, detail=where
            )  # fmt: skip
            continue
        if condition.operator not in ("=", "!=") or condition.also:
            table.add(row.line, "applies", "bad_operator", condition.operator)
        codes = [choice.code for choice in programme.lists.get(spec.list, ())]
        for value in condition.values if codes else ():
            if value not in codes:
                table.add(row.line, "applies", "bad_code", value, codes, detail=spec.list)


def _lint_share(programme: Programme, row: Quota, table: Table) -> None:
    """A limit is a number, or a share of something that is counted."""
    if row.share is None:
        if row.limit is None:
            table.add(row.line, "limit", "blank_cell")
        for name in ("base", "rounding"):
            if getattr(row, name):
                table.add(row.line, "share", "blank_cell")
        return
    if row.limit is not None:
        table.add(row.line, "share", "quota_twice", f"{row.share:g}", detail=str(row.limit))
    if not 0 <= row.share <= 100:
        table.add(row.line, "share", "bad_threshold", f"{row.share:g}", detail="0 – 100")
    table.one_of(row.line, "rounding", row.rounding, ("", *ROUNDINGS))
    if not row.base:
        table.add(row.line, "base", "blank_cell")
    elif row.base not in BASES:
        known = [*BASES, *_counts(programme)]
        for name in row.base.split("+"):
            table.one_of(row.line, "base", name.strip(), known)


def _counts(programme: Programme) -> list[str]:
    """Numbers that a unit states of itself."""
    sheets = programme.sheets_with_role("unit")
    fields = (f for sheet in sheets for f in programme.fields_of[sheet.key])
    return [f.key for f in fields if f.type == "int"]


# --- ranking -------------------------------------------------------------------------------------


def lint_ranking(programme: Programme, problems: list[Problem]) -> None:
    """Keys are columns with an order, or criteria that count."""
    table = Table("ranking.csv", problems)
    table.twice(((row.line, f"{row.kind} {row.key}".strip()) for row in programme.ranking), "key")
    if programme.ranking and programme.setting.get("ranking"):
        table.add(programme.ranking[0].line, "key", "ranking_twice")
    for row in programme.ranking:
        table.one_of(row.line, "order", row.order, ORDERS)
        table.one_of(row.line, "kind", row.kind, ("", *KINDS))
        kinds = (row.kind,) if row.kind else KINDS
        _lint_key(programme, table, row.line, "key", row.key, kinds)


def lint_ranking_setting(programme: Programme, table: Table) -> None:
    """Names of ``ranking`` are columns of a nominee sheet or criteria that are measured."""
    row = next((s for s in programme.settings if s.key == "ranking"), None)
    for part in split_list(row.value) if row else ():
        name = part.removeprefix("-").strip()
        _lint_key(programme, table, row.line if row else 0, "value", name, KINDS)


def _lint_key(
    programme: Programme, table: Table, line: int, column: str, name: str, kinds: tuple[str, ...]
) -> None:
    sheets = [s.key for s in programme.sheets_with_role("nominee") if s.kind in kinds]
    columns = {f.key: f for f in programme.fields if f.sheet in sheets}
    known = [*columns, *(c.id for c in programme.criteria if not c.inner)]
    if name not in known:
        where = " / ".join(sheets)
        table.add(line, column, "unknown_field", name, known, detail=where)
    elif name in columns and not _ordered(programme, columns[name]):
        table.add(line, column, "no_order", name, detail=columns[name].type)


def _ordered(programme: Programme, spec: Field) -> bool:
    """Whether the values of a column come one before the other."""
    if spec.type == "list":
        return all(row.rank is not None for row in programme.lists.get(spec.list, ()))
    return spec.type in (*_NUMBERS, "year", "date", "birth")
