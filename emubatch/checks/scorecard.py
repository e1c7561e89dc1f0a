"""Checks of the scorecard and the indicators: codes known, one level a criterion, none missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from emubatch.checks.lists import like, suggestion
from emubatch.checks.view import View
from emubatch.programme.tables import Programme, ScoreOption, ScoreRow
from emubatch.vietnamese import fold_key

_ANSWERS = ("option", "fact", "exceed")


def check_scorecard(programme: Programme, view: View) -> None:
    """E601 to E603, W601 to W604; criteria and levels become their codes in the typed table."""
    rows = {row.code: row for row in programme.scorecard}
    name_codes(view, "criterion", list(rows), "E601")
    _name_options(programme, view, rows)
    by_code: dict[str, list[int]] = {}
    for index, code in enumerate(view.values("criterion")):
        if code is not None:
            by_code.setdefault(code, []).append(index)
    for row in programme.scorecard:
        _check_criterion(view, row, by_code.get(row.code, []))


def check_indicators(programme: Programme, view: View) -> None:
    """E604 unknown indicators, E605 repeated ones; codes as the programme writes them."""
    name_codes(view, "indicator", [row.code for row in programme.indicators], "E604")
    by_code: dict[str, list[int]] = {}
    for index, code in enumerate(view.values("indicator")):
        if code is not None:
            by_code.setdefault(code, []).append(index)
    for code, indices in by_code.items():
        if len(indices) > 1:
            _add_repeated(view, "E605", "indicator", code, indices)


def name_codes(view: View, role: str, known: Sequence[str], unknown: str) -> None:
    """Replaces codes as typed by those of the programme; a code it has not gets a finding."""
    field = view.field(role)
    if field is None:
        return
    by_fold = {fold_key(code): code for code in known}
    bare = _without_signs(known)
    column = view.table.columns[field.key]
    for index, typed in enumerate(column):
        if typed is None:
            continue
        code = by_fold.get(fold_key(typed)) or bare.get(fold_key(typed).replace(" ", ""))
        column[index] = code
        if code is None:
            names = [by_fold[key] for key in like(fold_key(typed), by_fold)]
            view.add(
                unknown,
                index,
                field.key,
                nearest=suggestion(names),
                nearest_en=suggestion(names, "en"),
            )


def _without_signs(codes: Sequence[str]) -> dict[str, str]:
    """Codes without their dots, «II7» for II.7, where that fits one code only."""
    found: dict[str, list[str]] = {}
    for code in codes:
        found.setdefault(fold_key(code).replace(" ", ""), []).append(code)
    return {bare: same[0] for bare, same in found.items() if len(same) == 1}


def _name_options(programme: Programme, view: View, rows: Mapping[str, ScoreRow]) -> None:
    """Levels given by code or label become codes; headings have no levels of their own."""
    field = view.field("option")
    if field is None:
        return
    column = view.table.columns[field.key]
    readers = {code: _reader(options) for code, options in programme.options_of.items()}
    for index, code in enumerate(view.values("criterion")):
        typed = column[index]
        if typed is None:
            continue
        known = readers.get(code, {})
        column[index] = known.get(fold_key(typed))
        # An unknown criterion and a heading have their own finding.
        if column[index] is None and code is not None and rows[code].kind == "leaf":
            _add_unknown_option(programme, view, index, code)


def _reader(options: Sequence[ScoreOption]) -> dict[str, str]:
    found: dict[str, str] = {}
    for option in options:
        found.setdefault(fold_key(option.option), option.option)
    for option in options:
        for text in (option.label_vi, option.label_en, f"mức {option.option}"):
            found.setdefault(fold_key(text), option.option)
        for label in (option.label_vi, option.label_en):  # as our own messages write it
            found.setdefault(fold_key(f"{option.option}: {label}"), option.option)
    found.pop("", None)
    return found


def _add_unknown_option(programme: Programme, view: View, index: int, code: str) -> None:
    options = programme.options_of.get(code, ())
    view.add(
        "E603",
        index,
        "option",
        code=code,
        nearest=suggestion([f"{o.option}: {o.label_vi}" for o in options]),
        nearest_en=suggestion([f"{o.option}: {o.label_en or o.label_vi}" for o in options], "en"),
    )


def _check_criterion(view: View, row: ScoreRow, indices: Sequence[int]) -> None:
    if row.kind != "leaf":
        for index in indices:
            _check_heading(view, row, index)
        return
    if not indices:
        view.add_sheet("W604", code=row.code)
        return
    chosen = [i for i in indices if not _blank(view, i, "option")]
    if len(chosen) > 1:
        _add_repeated(view, "E602", "option", row.code, chosen)
        return
    answered = chosen or [i for i in indices if row.fact and view.values("fact")[i] is not None]
    if not answered:
        view.add("W601", indices[0], "option", code=row.code)
    for index in indices:
        exceed = view.values("exceed")[index]
        if exceed and not row.bonus:
            view.add("W603", index, "exceed", code=row.code)


def _check_heading(view: View, row: ScoreRow, index: int) -> None:
    filled = [role for role in _ANSWERS if view.has(role) and not _blank(view, index, role)]
    if filled:
        view.add("W602", index, filled[0], code=row.code)


def _blank(view: View, index: int, role: str) -> bool:
    field = view.field(role)
    return field is None or view.is_blank(index, field.key)


def _add_repeated(view: View, code: str, role: str, item: str, indices: Sequence[int]) -> None:
    cells = [view.cell(i, role) for i in indices]
    view.add(code, indices[0], role, code=item, count=len(indices), cells=", ".join(cells))
