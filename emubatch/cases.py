"""Runs the worked cases of a programme through the same rooms as a real month.

Every case becomes one submission: its cells, typed as a clerk types them, go through checks, merge
and rules. Cases with the same settings share one run, but where a plan has targets of a whole
department every case is a month of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from emubatch.model import CheckedForm, RawTable, RuleResult, Submission
from emubatch.plans import cases_of, load, read
from emubatch.programme.problems import Problem, ProgrammeError
from emubatch.programme.source import Row
from emubatch.programme.tables import Programme
from emubatch.programme.worked import Case, Expectation, understand

_FIRST_ROW = 2
_NO_RESULT = "–"


@dataclass(frozen=True, slots=True)
class CasesOutcome:
    """Problems of the cases, and the number of cases that came out as written."""

    problems: tuple[Problem, ...]
    passed: int


def run_cases(reference: str, overrides: tuple[tuple[str, str], ...] = ()) -> CasesOutcome:
    """Run all worked cases of a programme.

    Args:
        reference: id, folder or workbook of the programme.
        overrides: settings for all cases; a case that sets the same one keeps its own.

    Raises:
        ProgrammeError: when the programme itself cannot be used.
    """
    programme, source = load(reference, overrides), read(reference)
    problems: list[Problem] = []
    cases = understand(cases_of(source, problems), programme, problems)
    if problems:
        return CasesOutcome(tuple(map(source.addressed, problems)), 0)
    by_settings: dict[tuple[tuple[str, str], ...], list[Case]] = {}
    for case in cases:
        settings = tuple(sorted({**dict(overrides), **case.settings}.items()))
        by_settings.setdefault(settings, []).append(case)
    found: list[Problem] = []
    for settings, group in by_settings.items():
        for part in [[case] for case in group] if programme.targets else [group]:
            found += _run_group(reference, settings, part)
    wrong = {(problem.table, problem.value) for problem in found}
    passed = sum((case.table, case.name) not in wrong for case in cases)
    ordered = sorted(found, key=lambda p: (p.table, p.line))
    return CasesOutcome(tuple(map(source.addressed, ordered)), passed)


def _run_group(
    reference: str, settings: tuple[tuple[str, str], ...], cases: Sequence[Case]
) -> list[Problem]:
    """Problems of the cases that share their settings."""
    from emubatch.merge import merge
    from emubatch.rules import apply_rules

    try:
        programme = load(reference, settings)
    except ProgrammeError as error:
        text = str(error.problems[0].value or error.problems[0].code)
        return [_problem(case, case.line, f"set: {text}") for case in cases]
    forms = [case_form(case, number, programme) for number, case in enumerate(cases)]
    data = merge(forms, None, programme, programme.as_of)
    found = _outcomes(apply_rules(data, programme, programme.as_of), programme)
    names = data.nominees[["nominee", "unit"]].itertuples(index=False, name=None)
    first: dict[str, str] = {}
    for nominee, unit in names:
        first.setdefault(unit, nominee)
    problems: list[Problem] = []
    for case, form in zip(cases, forms, strict=True):
        owners = (first.get(form.unit, ""), form.unit)
        problems += _compare(case, found, owners, programme)
    return problems


def case_form(case: Case, number: int, programme: Programme) -> CheckedForm:
    """The checked form of a case; its unit gets a code of its own."""
    from emubatch.checks import check

    rows = dict(case.rows)
    for sheet in programme.sheets_with_role("unit"):
        code = programme.field_with_role(sheet.key, "unit_code")
        name = programme.field_with_role(sheet.key, "unit_name")
        own = {code.key: f"CA-{number + 1}"} if code else {}
        named = {name.key: case.name} if name else {}
        rows[sheet.key] = [{**named, **row, **own} for row in rows.get(sheet.key) or [{}]]
    tables = {
        key: _raw_table(key, found, programme)
        for key, found in rows.items()
        if key in programme.sheet_by_key
    }
    name_of_file = f"{case.table}:{case.line}"
    return check(Submission(name_of_file, "", 0, programme.id, tables=tables), programme)


def _raw_table(sheet: str, rows: Sequence[Row], programme: Programme) -> RawTable:
    """The rows of a sheet as they would stand in a file; a cell left out is empty."""
    keys = [field.key for field in programme.fields_of[sheet]]
    return RawTable(
        sheet=sheet,
        title=programme.sheet_by_key[sheet].title_vi,
        header_row=1,
        letters={key: _letter(at) for at, key in enumerate(keys)},
        rows=list(range(_FIRST_ROW, len(rows) + _FIRST_ROW)),
        columns={key: [row.get(key) or None for row in rows] for key in keys},
    )


def _letter(at: int) -> str:
    high, low = divmod(at, 26)
    return (chr(ord("A") + high - 1) if high else "") + chr(ord("A") + low)


def _outcomes(
    result: RuleResult, programme: Programme
) -> Mapping[tuple[str, str], tuple[str, str]]:
    """(nominee or unit, criterion) -> outcome and what was measured."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    frames: Iterable[tuple[object, tuple[str, str, str, str]]] = (
        (result.verdicts, ("nominee", "criterion", "outcome", "measured")),
        (result.scores, ("unit", "criterion", "outcome", "total")),
        (result.indicators, ("unit", "indicator", "outcome", "growth_pct")),
        (result.targets, ("unit", "target", "outcome", "value")),
        (result.delegate_checks, ("unit", "check", "outcome", "measured")),
    )
    for frame, columns in frames:
        if frame is None:
            continue
        for owner, criterion, outcome, measured in frame[list(columns)].itertuples(  # type: ignore[index]
            index=False, name=None
        ):
            found[str(owner), str(criterion)] = (str(outcome), _number(measured))
    return found


def _number(measured: object) -> str:
    return f"{measured:g}" if isinstance(measured, int | float) else str(measured)


def _compare(
    case: Case,
    found: Mapping[tuple[str, str], tuple[str, str]],
    owners: tuple[str, str],
    programme: Programme,
) -> list[Problem]:
    problems = []
    whole = {row.id for row in programme.targets if row.level == "department"}
    for expected in case.expected:
        owner = owners[0] if expected.criterion in programme.criterion_by_id else owners[1]
        owner = "" if expected.criterion in whole else owner
        outcome, measured = found.get((owner, expected.criterion), (_NO_RESULT, ""))
        if not _met(expected, outcome, measured):
            detail = f"{expected.criterion}: {outcome} ({measured}) ≠ {expected.expect}"
            problems.append(_problem(case, expected.line, detail))
    return problems


def _met(expected: Expectation, outcome: str, measured: str) -> bool:
    """A word is compared with the outcome, a number with the points of a scored row."""
    if expected.expect == outcome:
        return True
    return outcome == "scored" and expected.expect == measured


def _problem(case: Case, line: int, detail: str) -> Problem:
    return Problem(case.table, line, "expect", "case_expect", case.name, detail=detail)
