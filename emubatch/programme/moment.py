"""The day on which a programme is judged, and the wave that is judged on a day."""

from __future__ import annotations

from dataclasses import replace

from emubatch.programme.tables import Programme, all_hold

AUTO = "auto"  # of the setting ``wave``


def reference_day(programme: Programme) -> str:
    """The day of the first ``reference`` date of this mode and wave, else that of the header.

    A plan that is judged more than once (registration and final review, two waves) says in
    ``deadlines.csv`` on which day each time is judged, unless the office states another.
    """
    spec = programme.wave_field
    stated = {spec.key: programme.waves[-1]} if spec and programme.waves else {}
    for row in programme.deadlines:
        mine = row.role == "reference" and row.mode in ("", programme.mode)
        if mine and all_hold(row.applies, stated):
            return row.date
    return programme.as_of


def judged_at(programme: Programme, as_of: str) -> Programme:
    """The programme with the wave settled that is judged on a day.

    Where the setting ``wave`` says ``auto``: the newest wave whose reports were due by that day,
    the first one before any was.
    """
    spec = programme.wave_field
    if spec is None or programme.setting.get("wave") != AUTO:
        return programme
    codes = [row.code for row in programme.lists.get(spec.list, ())]
    dates = {code: programme.deadline_of({spec.key: code}) for code in codes}
    due = [code for code, row in dates.items() if row is not None and row.date <= as_of]
    judged = (due or codes[:1])[-1]
    settings = (
        replace(row, value=judged) if row.key == "wave" else row for row in programme.settings
    )
    return replace(programme, settings=tuple(settings))
