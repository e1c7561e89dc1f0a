"""The list of everything received and not received, and what became of it."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from emubatch.merge.rollcall import RollCall
from emubatch.model import SUBMISSION_COLUMNS, MonthData

_USED = ("accepted", "partial", "returned")


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

    A form that counts is ``accepted`` with no error, ``partial`` with some, ``returned`` when no
    row of it can be used.
    """
    counts = Counter(found.file for found in data.findings if found.file)
    wrong = {found.file for found in data.findings if found.severity == "error"}
    used = set(data.units["file"].tolist()) - {""}
    with_rows = set(data.nominees["file"].tolist())
    for frame in data.details.values():
        with_rows.update(frame["file"].unique().tolist())
    files = data.submissions["file"].tolist()
    statuses = data.submissions["status"].tolist()
    for at, file in enumerate(files):
        if file in used:
            statuses[at] = "accepted"
            if file in wrong:
                statuses[at] = "partial" if file in with_rows else "returned"
    data.submissions["status"] = pd.Series(statuses, dtype=object)
    data.submissions["findings"] = [counts.get(file, 0) for file in files]
    of_file = dict(zip(files, statuses, strict=True))
    units = zip(data.units["file"].tolist(), data.units["status"].tolist(), strict=True)
    data.units["status"] = pd.Series(
        [of_file[file] if file else status for file, status in units],
        index=data.units.index,
        dtype=object,
    )
