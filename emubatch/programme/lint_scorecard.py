"""Checks of a scorecard and its indicators: sums, levels, entered facts, growth bases."""

from __future__ import annotations

from itertools import pairwise

from emubatch.programme.lint_criteria import lint_tree
from emubatch.programme.problems import Problem, Table
from emubatch.programme.tables import Programme, ScoreOption, ScoreRow
from emubatch.vietnamese import fold_key

ROW_KINDS = ("section", "parent", "leaf")
FACTS = ("", "count", "share")
DIRECTIONS = ("", "up", "down")
_WHOLE = (0.0, 100.0)  # a share runs from none to all, in per cent


def points(value: float) -> str:
    """Points without needless decimals."""
    return f"{value:g}"


def lint_scorecard(programme: Programme, problems: list[Problem]) -> None:
    """The tree: parents exist, the rows below add up, only the lowest rows have levels."""
    table = Table("scorecard.csv", problems)
    table.twice(((r.line, fold_key(r.code)) for r in programme.scorecard), "code")
    parents = {row.code: row.parent for row in programme.scorecard}
    lint_tree(((r.line, r.code, r.parent) for r in programme.scorecard), parents, table)
    for row in programme.scorecard:
        _lint_row(programme, row, table)
    _lint_total(programme, table)


def _lint_row(programme: Programme, row: ScoreRow, table: Table) -> None:
    table.one_of(row.line, "kind", row.kind, ROW_KINDS)
    table.one_of(row.line, "fact", row.fact, FACTS)
    below = [r.base for r in programme.scorecard if r.parent == row.code]
    if row.kind == "leaf":
        if below:
            table.add(row.line, "kind", "leaf_with_children", row.kind, detail="parent, section")
        if row.code not in programme.options_of:
            table.add(row.line, "code", "leaf_without_options")
        return
    if not below:
        table.add(row.line, "kind", "inner_without_children")
    elif sum(below) != row.base:
        table.add(row.line, "base", "child_sum", points(row.base), detail=points(sum(below)))
    for column in ("bonus", "fact"):
        if getattr(row, column):
            table.add(row.line, column, "column_not_used", detail=row.kind)


def _lint_total(programme: Programme, table: Table) -> None:
    """The sections against the total that the document states."""
    stated = programme.facts.get("stated_base", "")
    total = sum(row.base for row in programme.scorecard if not row.parent)
    if stated and programme.scorecard and points(total) != stated:
        table.add(0, "base", "facts_total", stated, detail=points(total))


def lint_options(programme: Programme, problems: list[Problem]) -> None:
    """Levels: of a lowest row, not above its base, their facts without gap or overlap."""
    table = Table("options.csv", problems)
    table.twice(((o.line, f"{o.criterion} {o.option}") for o in programme.options), "option")
    rows = {row.code: row for row in programme.scorecard}
    leaves = [row.code for row in programme.scorecard if row.kind == "leaf"]
    for option in programme.options:
        if option.criterion not in leaves:
            table.add(option.line, "criterion", "option_not_for_leaf", option.criterion, leaves)
        elif option.points > rows[option.criterion].base:
            base = points(rows[option.criterion].base)
            found = points(option.points)
            table.add(option.line, "points", "option_above_base", found, detail=base)
    for code in leaves:
        _lint_names(programme.options_of.get(code, ()), table)
        _lint_facts(rows[code], programme.options_of.get(code, ()), table)


def _lint_names(options: tuple[ScoreOption, ...], table: Table) -> None:
    """No text may lead to two levels of one criterion."""
    owner: dict[str, str] = {}
    for option in options:
        for column, text in (("option", option.option), ("label_vi", option.label_vi)):
            other = owner.setdefault(fold_key(text), option.option)
            if other != option.option:
                table.add(option.line, column, "ambiguous_spelling", text, detail=other)


def _lint_facts(row: ScoreRow, options: tuple[ScoreOption, ...], table: Table) -> None:
    ranged = [o for o in options if o.fact_from is not None or o.fact_to is not None]
    for option in ranged:
        if not row.fact:
            table.add(option.line, "fact_from", "column_not_used", detail=row.code)
        elif _low(option) > _high(option):
            found = f"{points(_low(option))} – {points(_high(option))}"
            table.add(option.line, "fact_from", "bad_range", found)
    if row.fact:
        _lint_cover(row, sorted(ranged, key=_low_key), table)


def _low(option: ScoreOption) -> float:
    return _WHOLE[0] if option.fact_from is None else option.fact_from


def _low_key(option: ScoreOption) -> tuple[float, bool]:
    return _low(option), option.from_open


def _high(option: ScoreOption) -> float:
    return float("inf") if option.fact_to is None else option.fact_to


def _lint_cover(row: ScoreRow, options: list[ScoreOption], table: Table) -> None:
    """Neighbouring levels meet: counts one after the other, shares at one bound without a gap."""
    for left, right in pairwise(options):
        if row.fact == "count":
            met = _low(right) == _high(left) + 1
        else:
            met = _low(right) == _high(left) and left.to_open != right.from_open
        if not met:
            found = f"{left.option} – {right.option}"
            table.add(right.line, "fact_from", "fact_gap", found)
    if row.fact == "share" and options:
        if _low(options[0]) != _WHOLE[0] or options[0].from_open:
            table.add(options[0].line, "fact_from", "fact_gap", options[0].option)
        if _high(options[-1]) != _WHOLE[1] or options[-1].to_open:
            table.add(options[-1].line, "fact_to", "fact_gap", options[-1].option)


def lint_indicators(programme: Programme, problems: list[Problem]) -> None:
    """Codes, units of measure, and the indicator that each one grows from."""
    table = Table("indicators.csv", problems)
    table.twice(((i.line, i.code) for i in programme.indicators), "code")
    bases = {row.code: row.base for row in programme.indicators}
    lists = {f.list for f in programme.fields if f.role == "measure"}
    units = [c.code for name in sorted(lists) for c in programme.lists.get(name, ())]
    for row in programme.indicators:
        table.one_of(row.line, "direction", row.direction, DIRECTIONS)
        if row.base and row.base not in bases:
            table.add(row.line, "base", "unknown_parent", row.base, bases)
        elif row.base == row.code:
            table.add(row.line, "base", "circular", row.code, detail=row.code)
        if units and row.unit not in units:
            table.add(row.line, "unit", "bad_code", row.unit, units, detail=", ".join(lists))
