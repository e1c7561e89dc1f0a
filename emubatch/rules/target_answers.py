"""Targets that the office answers itself: yes, no, or nothing yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emubatch.messages import finding
from emubatch.model import Finding
from emubatch.programme.conditions import split_list
from emubatch.rules.frames import Month, View

_SAID = {"CO": "pass", "KHONG": "fail"}


@dataclass(frozen=True, slots=True)
class Answer:
    """Outcome of one target, the cells that answered it, and what to know about it."""

    outcome: str
    evidence: str
    remark: str


def answers(month: Month) -> tuple[dict[str, Answer], list[Finding]]:
    """The answer to each target of kind ``answer``.

    Only the units of the setting ``answered_by`` answer, all units where it is empty; the newest
    wave with an answer decides. Blank is review, and so are two answers that contradict.
    """
    asked = {row.id: row for row in month.programme.targets if row.kind == "answer"}
    found: list[Finding] = []
    given: dict[str, list[tuple[int, str, str]]] = {code: [] for code in asked}
    for sheet in dict.fromkeys(row.sheet for row in asked.values()):
        view = month.detail(sheet)
        for row, code, said in _rows(month, view):
            if code not in asked:
                continue
            if _may_answer(month, view, row):
                given[code].append((_wave(month, view, row), said, _cell(month, view, row)))
            else:
                found.append(_finding(month, view, row, "W634", code))
    return {code: _decided(rows) for code, rows in given.items()}, [
        *found,
        *_contradictions(month, given),
    ]


def _rows(month: Month, view: View) -> list[tuple[int, str, str]]:
    """Row, target and answer of every row with an answer."""
    keys = {role: _key(month, view, role) for role in ("target", "answer")}
    code, said = view.coded(keys["target"]), view.coded(keys["answer"])
    pairs = enumerate(zip(code.codes.tolist(), said.codes.tolist(), strict=True))
    return [
        (row, str(code.values[a]).strip(), str(said.values[b]))
        for row, (a, b) in pairs
        if a >= 0 and b >= 0
    ]


def _key(month: Month, view: View, role: str) -> str:
    spec = month.programme.field_with_role(view.key, role)
    return spec.key if spec else ""


def _may_answer(month: Month, view: View, row: int) -> bool:
    units = split_list(month.programme.reading("answered_by"))
    code = str(month.units.frame["unit"].iloc[view.unit_pos[row]])
    return not units or code in units


def _wave(month: Month, view: View, row: int) -> int:
    reports = month.data.reports
    if reports is None:
        return 0
    file = view.frame["file"].iloc[row]
    wave = reports["wave"][reports["file"] == file].tolist()
    return month.programme.waves.index(wave[0]) if wave else 0


def _cell(month: Month, view: View, row: int) -> str:
    return str(view.refs(_key(month, view, "answer"), np.array([row]))[0])


def _newest(rows: list[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    last = max((wave for wave, _, _ in rows), default=0)
    return [row for row in rows if row[0] == last]


def _decided(rows: list[tuple[int, str, str]]) -> Answer:
    rows = _newest(rows)
    said = {answer for _, answer, _ in rows}
    cells = "; ".join(cell for _, _, cell in rows)
    if len(said) == 1:
        return Answer(_SAID.get(said.pop(), "review"), cells, "")
    return Answer("review", cells, "both_answers" if said else "no_answer")


def _contradictions(month: Month, given: dict[str, list[tuple[int, str, str]]]) -> list[Finding]:
    found = []
    for code, entered in given.items():
        rows = _newest(entered)
        if len({answer for _, answer, _ in rows}) > 1:
            file, sheet, cell = rows[0][2].rsplit("!", 2)
            units = month.units.frame
            unit = str(units["unit"][units["file"] == file].tolist()[0])
            found.append(finding("W633", unit=unit, file=file, sheet=sheet, cell=cell, target=code))
    return found


def _finding(month: Month, view: View, row: int, code: str, target: str) -> Finding:
    file, sheet, cell = _cell(month, view, row).rsplit("!", 2)
    return finding(
        code,
        unit=month.units.frame["unit"].iloc[view.unit_pos[row]],
        file=file,
        sheet=sheet,
        cell=cell,
        target=target,
        units=", ".join(split_list(month.programme.reading("answered_by"))),
    )
