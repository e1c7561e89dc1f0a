"""``data/*.csv``: the facts of the month for machines, codes and not labels.

UTF-8 with a byte order mark (so that Excel reads the Vietnamese), one header row, line ends
``\\n``. A text cell that a spreadsheet would take for a formula gets a leading ``'``. Rows are in
a stated order that depends on nothing but their content.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from emubatch.messages import render
from emubatch.model import (
    CLAIM_COLUMNS,
    FINDING_COLUMNS,
    INDICATOR_COLUMNS,
    NOMINEE_COLUMNS,
    SCORE_COLUMNS,
    SUBMISSION_COLUMNS,
    VERDICT_COLUMNS,
    Finding,
)
from emubatch.reports.cells import number_text, outcome_codes
from emubatch.reports.shares import share_tally
from emubatch.reports.tally import AWARD_COLUMNS, award_tally
from emubatch.vietnamese import natural_key
from emubatch.xl.address import split_cell

if TYPE_CHECKING:
    from emubatch.model import Lang, MonthResult

# A spreadsheet takes a cell that starts so for a formula (CWE-1236).
_FORMULA_STARTS = frozenset("=+-@\t\r\n\0")
# Beside the contract's columns: why, the row of the form that the nominee comes from, and what
# that row says of post, award asked for, staff code and year of birth;
# the place on the reserve list, 0 for who is not on it.
NOMINEE_EXTRA = (
    *("reason", "file", "sheet", "row", "position", "requested"),
    *("person_code", "birth_year", "reserve"),
    *("met", "asked"),  # standards
)
_EXTRA_FIELDS = {"chuc_vu": "position", "de_nghi": "requested"}
UNIT_COLUMNS = ("unit", "name", "group")
HISTORY_COLUMNS = ("year", "award", "kind", "awards")


def write_tables(folder: Path, result: MonthResult, lang: Lang) -> None:
    """Writes the tables that the programme has into ``folder`` (made if missing).

    ``lang`` is the language of the messages in ``findings.csv``; everything else is codes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "submissions.csv", SUBMISSION_COLUMNS, _submissions(result))
    _write(folder / "findings.csv", FINDING_COLUMNS, findings_frame(result.findings, lang))
    units = result.data.units.sort_values("unit", kind="stable")
    _write(folder / "units.csv", UNIT_COLUMNS, units)
    if result.verdicts is not None:
        nominees = sorted_nominees(_with_identity(result)).rename(columns=_EXTRA_FIELDS)
        extra = tuple(name for name in NOMINEE_EXTRA if name in nominees)
        _write(folder / "nominees.csv", NOMINEE_COLUMNS + extra, nominees)
        _write(folder / "verdicts.csv", VERDICT_COLUMNS, sorted_verdicts(result, nominees))
    for name, frame in _optional(result):
        if frame is not None:
            _write(folder / f"{name}.csv", tuple(frame.columns), frame)


def _optional(result: MonthResult) -> Iterator[tuple[str, pd.DataFrame | None]]:
    """Tables that only some programmes have, each with its columns in order."""
    claims, awards = result.data.claims, award_tally(result)
    yield "claims", None if claims is None else claims[list(CLAIM_COLUMNS)]
    yield "rulings", pd.DataFrame(result.rulings) if result.rulings else None
    yield "quotas", result.quotas
    yield "scores", sorted_scores(result)[list(SCORE_COLUMNS)] if _has(result.scores) else None
    if result.indicators is not None:
        yield "indicators", sorted_indicators(result)[list(INDICATOR_COLUMNS)]
    yield "targets", sorted_targets(result) if _has(result.targets) else None
    if result.delegates is not None:
        yield "delegates", sorted_delegates(result)
        yield "delegate_checks", sorted_checks(result)
    yield "awards", None if awards is None else awards[list(AWARD_COLUMNS)]
    yield "tally", share_tally(result)
    yield "needs", sorted_needs(result) if _has(result.needs) else None
    yield "history", None if result.data.history is None else _history(result)
    yield "money", None if result.money is None else result.money.frame()


def _has(frame: pd.DataFrame | None) -> bool:
    """Whether a month has a table."""
    return frame is not None


def _with_identity(result: MonthResult) -> pd.DataFrame:
    """The nominees with what tells people of one name apart, as their forms state it."""
    sheets = [s.key for s in result.programme.sheets_with_role("nominee") if s.kind == "individual"]

    def stated(role: str) -> list[str]:
        specs = (result.programme.field_with_role(sheet, role) for sheet in sheets)
        key = next((spec.key for spec in specs if spec), "")
        values = result.nominees[key].tolist() if key in result.nominees else [""] * size
        return [value if isinstance(value, str) else "" for value in values]

    size = len(result.nominees)
    births = zip(stated("birth"), stated("birth_year"), strict=True)
    return result.nominees.assign(
        person_code=stated("person_code"), birth_year=[(day or year)[:4] for day, year in births]
    )


def _history(result: MonthResult) -> pd.DataFrame:
    return pd.DataFrame(result.data.history or [], columns=list(HISTORY_COLUMNS))


def _submissions(result: MonthResult) -> pd.DataFrame:
    return result.data.submissions.sort_values(["unit", "file"], kind="stable", na_position="first")


def sorted_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by unit, file, sheet and then down the sheet."""

    def key(found: Finding) -> tuple[Any, ...]:
        return (found.unit, found.file, found.sheet, *_down(found.cell), found.code, found.value)

    return sorted(findings, key=key)


def _down(cell: str) -> tuple[int, int, str]:
    """Order of reading: by row, then by column, whatever their number of letters."""
    letters, digits = split_cell(cell)
    return int(digits or 0), len(letters), letters


def findings_frame(findings: Iterable[Finding], lang: Lang) -> pd.DataFrame:
    """One row a finding, ``FINDING_COLUMNS``; ``message`` in the language asked for."""
    rows = [
        (f.code, f.severity, f.unit, f.file, f.sheet, f.cell, f.field, f.value, render(f, lang))
        for f in sorted_findings(findings)
    ]
    return pd.DataFrame(rows, columns=list(FINDING_COLUMNS))


def sorted_nominees(nominees: pd.DataFrame) -> pd.DataFrame:
    """Nominees by unit, collectives before individuals, then by id; the index is kept."""
    return nominees.sort_values(["unit", "kind", "nominee"], kind="stable")


def sorted_verdicts(result: MonthResult, nominees: pd.DataFrame) -> pd.DataFrame:
    """Verdicts in the order of ``nominees``, each tree in the order of its outline."""
    verdicts = result.verdicts
    assert verdicts is not None
    place = pd.Series(range(len(nominees)), index=nominees["nominee"].to_numpy())
    outline = {row.id: at for at, row in enumerate(result.programme.criteria)}
    keys = pd.DataFrame(
        {
            "nominee": verdicts["nominee"].map(place).to_numpy(),
            "criterion": verdicts["criterion"].map(outline).to_numpy(),
        }
    )
    return verdicts.iloc[keys.sort_values(["nominee", "criterion"], kind="stable").index]


def sorted_needs(result: MonthResult) -> pd.DataFrame:
    """What nominees still need, in the order of ``nominees.csv``, way by way."""
    assert result.needs is not None
    ordered = sorted_nominees(result.nominees)["nominee"].tolist()
    place = pd.Series(range(len(ordered)), index=ordered)
    keys = result.needs[["way", "step"]].assign(nominee=result.needs["nominee"].map(place))
    order = keys.sort_values(["nominee", "way", "step"], kind="stable").index
    return result.needs.loc[order]


def sorted_scores(result: MonthResult) -> pd.DataFrame:
    """Scores by unit, each scorecard in its own order, the grand total last."""
    assert result.scores is not None
    codes = [row.code for row in result.programme.scorecard]
    return _by_unit(result.scores, "criterion", codes)


def sorted_indicators(result: MonthResult) -> pd.DataFrame:
    """Indicators by unit, in the programme's order, those it does not know after them."""
    assert result.indicators is not None
    codes = [row.code for row in result.programme.indicators]
    return _by_unit(result.indicators, "indicator", codes)


def sorted_targets(result: MonthResult) -> pd.DataFrame:
    """Targets in the programme's order, the whole department before the units."""
    assert result.targets is not None
    place = {row.id: at for at, row in enumerate(result.programme.targets)}
    keys = pd.DataFrame(
        {
            "target": [place[code] for code in result.targets["target"]],
            "unit": result.targets["unit"].tolist(),
        }
    )
    return result.targets.iloc[keys.sort_values(["target", "unit"], kind="stable").index]


def sorted_delegates(result: MonthResult) -> pd.DataFrame:
    """Registrations by unit; those of one unit in the order of its form."""
    assert result.delegates is not None
    return result.delegates.sort_values("unit", kind="stable")


def sorted_checks(result: MonthResult) -> pd.DataFrame:
    """What the rules say of registrations, by unit, then in the order of the plan."""
    assert result.delegate_checks is not None
    return _by_unit(result.delegate_checks, "check", [row.id for row in result.programme.delegates])


def _by_unit(frame: pd.DataFrame, column: str, codes: Sequence[str]) -> pd.DataFrame:
    place = {code: at for at, code in enumerate(codes)}
    keys = pd.DataFrame(
        {
            "unit": frame["unit"].to_numpy(),
            "place": [place.get(code, len(place)) for code in frame[column]],
            "code": [natural_key(code) for code in frame[column]],
        }
    )
    # A column of tuples sorts as tuples do; the last column only orders what has no place.
    return frame.iloc[keys.sort_values(["unit", "place", "code"], kind="stable").index]


_OUTCOME_COLUMNS = ("outcome", "eligibility")


def _write(path: Path, columns: Sequence[str], frame: pd.DataFrame) -> None:
    cells = [
        outcome_codes(frame[name]) if name in _OUTCOME_COLUMNS else _texts(frame[name])
        for name in columns
    ]
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*cells, strict=True))


def _texts(values: pd.Series[Any]) -> list[str]:
    """The cells of a column as text; a missing value is empty, 983.0 is ``983``."""
    if pd.api.types.is_bool_dtype(values.dtype):
        return ["yes" if value else "no" for value in values.tolist()]
    if pd.api.types.is_numeric_dtype(values.dtype):
        return [number_text(value) for value in values.tolist()]
    return [_cell(value) for value in values.tolist()]


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return f"'{value}" if value[:1] in _FORMULA_STARTS else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number_text(value) if isinstance(value, int | float) else ""
