"""The list of everything received and not received, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from emubatch.merge.rollcall import RollCall
from emubatch.model import SUBMISSION_COLUMNS, MonthData


def build_submissions(roll: RollCall) -> pd.DataFrame:
    """One row a file, and one for each expected unit without a file; ``SUBMISSION_COLUMNS``.

    Forms that count are ``accepted`` here; ``settle`` looks at their findings.
    """
    rows = []
    for file in roll.files:
        form, status = file.form, file.status or "accepted"
        rows.append((file.unit, form.file, form.sha256, status, file.received, file.late, 0))
    for entry in roll.units:
        if entry.used is None and entry.status == "missing":
            rows.append((entry.code, "", "", "missing", entry.received, "", 0))
    frame = pd.DataFrame(rows, columns=list(SUBMISSION_COLUMNS))
    texts = [name for name in SUBMISSION_COLUMNS if name != "findings"]
    return frame.astype({**dict.fromkeys(texts, object), "findings": "int64"})


def settle(data: MonthData) -> None:
    """Bring statuses and counts in step with all findings known by now.

    A form that counts is ``accepted`` with no error, ``partial`` with some, ``returned`` when it
    has errors and says nothing that can be used.
    """
    counts = Counter(found.file for found in data.findings if found.file)
    wrong = {found.file for found in data.findings if found.severity == "error"}
    units = data.units
    used = {
        file: "accepted" if file not in wrong else ("partial" if usable else "returned")
        for file, usable in zip(units["file"].tolist(), units["usable"].tolist(), strict=True)
        if file
    }
    if data.reports is not None:
        earlier = data.reports["file"][data.reports["state"] == "earlier"].tolist()
        used |= {file: "partial" if file in wrong else "accepted" for file in earlier}
    files = data.submissions["file"].tolist()
    listed = zip(files, data.submissions["status"].tolist(), strict=True)
    statuses = [used.get(file, status) for file, status in listed]
    data.submissions["status"] = pd.Series(statuses, dtype=object)
    data.submissions["findings"] = [counts.get(file, 0) for file in files]
    known = zip(units["file"].tolist(), units["status"].tolist(), strict=True)
    units["status"] = pd.Series(
        [used.get(file, status) for file, status in known], index=units.index, dtype=object
    )


def counting_forms(data: MonthData) -> Iterator[tuple[str, str, str, str]]:
    """Unit, its name, file and wave of every form that counts; the wave of earlier ones only."""
    units = data.units
    codes, names = units["unit"].tolist(), units["name"].tolist()
    for code, name, file in zip(codes, names, units["file"].tolist(), strict=True):
        yield code, name, file, ""
    if data.reports is not None:
        earlier = data.reports[data.reports["state"] == "earlier"]
        columns = (earlier[key].tolist() for key in ("unit_pos", "file", "wave"))
        for at, file, wave in zip(*columns, strict=True):
            yield codes[at], names[at], file, str(wave)
