"""Many checked forms become one set of frames: who sent what, what replaces what, who is missing.

Nothing is dropped: every file has a row in ``submissions``, every row of a used form is a row of a
frame, and every expected unit is a row even when it sent nothing. That is checked here, at run
time; a mismatch is a fault of the program.
"""

from __future__ import annotations

from collections.abc import Sequence

from emubatch.merge.frames import (
    ConservationError,
    build_details,
    build_estimates,
    build_nominees,
    build_reports,
    build_units,
)
from emubatch.merge.rollcall import NO_CODE, RollCall, call_roll
from emubatch.merge.submissions import build_submissions, counting_forms, settle
from emubatch.model import CheckedForm, MonthData, RosterUnit
from emubatch.programme.tables import Programme

__all__ = ["NO_CODE", "ConservationError", "counting_forms", "merge", "settle"]


def merge(
    forms: Sequence[CheckedForm],
    roster: Sequence[RosterUnit] | None,
    programme: Programme,
    as_of: str,
    supersede: str = "newest",
) -> MonthData:
    """One set of frames for the month, from the checked forms in any order.

    Args:
        forms: one per file, readable or not.
        roster: the expected units, or None when the office keeps no roster.
        programme: says which columns name a nominee, a group, a date of receipt.
        as_of: ISO date; units that are not valid on it are not expected.
        supersede: ``newest``, or ``ask`` to hold back forms of one unit that disagree.

    Raises:
        ConservationError: when a file or a row was lost or doubled.
    """
    roll = call_roll(forms, roster, programme, as_of, supersede)
    units = build_units(roll.units, programme)
    nominees = build_nominees(roll.units, programme)
    details, rows_in_details = build_details(roll.units, nominees, programme)
    estimates = [entry.estimate.form for entry in roll.units if entry.estimate]
    shown = [*roll.used_forms(), *estimates]
    data = MonthData(
        units=units,
        nominees=nominees,
        details=details,
        submissions=build_submissions(roll),
        findings=roll.all_findings(),
        letters={
            (form.file, key): table.letters for form in shown for key, table in form.tables.items()
        },
        titles={
            (form.file, key): table.title for form in shown for key, table in form.tables.items()
        },
        replaced=roll.replaced,
        reports=build_reports(roll.units) if programme.wave_field else None,
        estimates=build_estimates(roll.units, nominees, programme) if estimates else {},
    )
    _check_conservation(forms, roll, data, rows_in_details, programme)
    settle(data)
    return data


def _check_conservation(
    forms: Sequence[CheckedForm],
    roll: RollCall,
    data: MonthData,
    rows_in_details: int,
    programme: Programme,
) -> None:
    listed = [file for file in data.submissions["file"].tolist() if file]
    if sorted(listed) != sorted(form.file for form in forms):
        raise ConservationError(f"files: {len(forms)} in, {len(listed)} out")
    unit_sheets = {sheet.key for sheet in programme.sheets_with_role("unit")}
    known = programme.sheet_by_key.keys() - unit_sheets
    rows = sum(
        len(table.rows)
        for form in roll.used_forms()
        for key, table in form.tables.items()
        if key in known
    )
    if rows != len(data.nominees) + rows_in_details:
        raise ConservationError(f"rows: {rows} in, {len(data.nominees) + rows_in_details} out")
