"""Two senders of one unit: the newer form does not have everybody whom the older one has."""

from __future__ import annotations

from collections.abc import Sequence

from emubatch.merge.received import Received, sentence
from emubatch.messages import finding
from emubatch.programme.tables import Programme
from emubatch.vietnamese import name_key

SHOWN_NAMES = 10


def left_out(file: Received, winner: Received, programme: Programme) -> list[str]:
    """Names of the nominees of a form that the form which replaces it does not have."""
    kept = _nominees(winner, programme)
    return [name for key, name in _nominees(file, programme).items() if key not in kept]


def _nominees(file: Received, programme: Programme) -> dict[tuple[str, str], str]:
    """Kind and folded name of each nominee -> the name as it is written."""
    found: dict[tuple[str, str], str] = {}
    for sheet in programme.sheets_with_role("nominee"):
        spec = programme.field_with_role(sheet.key, "name")
        table = file.form.tables.get(sheet.key)
        for name in table.columns.get(spec.key, ()) if spec and table else ():
            if name:
                found.setdefault((sheet.kind, name_key(name)), name)
    return found


def names_of(names: Sequence[str]) -> str:
    """The first names of a list, with an ellipsis for the others."""
    return ", ".join(names[:SHOWN_NAMES]) + (", …" if len(names) > SHOWN_NAMES else "")


def hold(
    claimants: Sequence[Received], winner: Received, programme: Programme
) -> list[dict[str, str]]:
    """Use none of several forms of a unit that disagree about whom it puts forward.

    Returns the lines of the journal; empty when the newest form has everybody, and nothing is held.
    """
    others = [file for file in claimants if file is not winner]
    if not any(left_out(file, winner, programme) for file in others):
        return []
    lines = []
    for file in claimants:
        rivals = [other for other in claimants if other is not file]
        lost = dict.fromkeys(name for other in rivals for name in left_out(file, other, programme))
        file.status = "returned"
        names = ", ".join(other.form.file for other in rivals)
        words = {"unit": file.unit, "other": names, "names": names_of(list(lost)) or "–"}
        file.findings.append(finding("E515", file=file.form.file, **words))
        lines.append(sentence("E515", file, rivals[0]))
    return lines
