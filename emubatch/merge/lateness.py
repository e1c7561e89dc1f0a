"""Whether a form came in time: yes, no, or a person must look."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping

from emubatch.programme.tables import Deadline, Programme


def lateness(
    received: str, programme: Programme, stated: Mapping[str, object] | None = None
) -> str:
    """``yes`` when late, ``no`` when in time, ``review`` when that cannot be told (G8).

    Args:
        received: ISO date, may lack the day or the month, empty when not known.
        programme: without a deadline of role ``submission`` nothing is late.
        stated: first row of the unit sheet, where groups of units have deadlines of their own; a
            form that none of them is surely for is left to a person.
    """
    deadline = programme.deadline_of(stated or {})
    if deadline is None:
        return "no" if programme.submission_deadline is None else "review"
    if not received or not deadline.date:
        return "review"
    found = {_of_day(day, deadline, programme) for day in _ends(received)}
    return found.pop() if len(found) == 1 else "review"


def _of_day(day: str, deadline: Deadline, programme: Programme) -> str:
    if day != deadline.date:
        return "yes" if day > deadline.date else "no"
    if deadline.inclusive or programme.setting.get("deadline_inclusive") == "true":
        return "no"
    same_day = programme.setting.get("deadline_same_day", "review")
    return {"late": "yes", "in_time": "no"}.get(same_day, "review")


def _ends(date: str) -> tuple[str, str]:
    """First and last day that a date, perhaps without day or month, may mean."""
    parts = date.split("-")
    if len(parts) == 1:
        return f"{date}-01-01", f"{date}-12-31"
    if len(parts) == 2:
        return f"{date}-01", f"{date}-{monthrange(int(parts[0]), int(parts[1]))[1]:02}"
    return date, date
