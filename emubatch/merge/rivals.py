"""Two senders of one unit: the newer form does not have all that the older one has."""

from __future__ import annotations

from collections.abc import Sequence

from emubatch.merge.received import Received, sentence
from emubatch.messages import finding
from emubatch.programme.tables import Programme
from emubatch.vietnamese import name_key

SHOWN_NAMES = 10
# Roles of the columns that a blank form leaves blank.
ANSWERS = ("option", "fact", "value", "answer")
# Role of a sheet -> roles of the column that names its rows, the first that there is.
_NAMED = {
    "nominee": ("name",),
    "unit_detail": ("name",),
    "scorecard": ("criterion",),
    "indicators": ("indicator",),
    "targets": ("target",),
}
_NOMINATING = ("nominee", "unit_detail")  # each row says something; on the others answers do


def left_out(file: Received, winner: Received, programme: Programme) -> list[str]:
    """What a form states and the form which replaces it does not: nominees, people, answers.

    A final report stands in the place of the whole estimate: it leaves nothing out.
    """
    if file.estimate and not winner.estimate:
        return []
    kept = _stated(winner, programme)
    return [name for key, name in _stated(file, programme).items() if key not in kept]


def _stated(file: Received, programme: Programme) -> dict[tuple[str, str], str]:
    """Sheet and folded name of everything that a form states -> the name as it is written."""
    found: dict[tuple[str, str], str] = {}
    for sheet in programme.sheets:
        table = file.form.tables.get(sheet.key)
        if table is None or sheet.role not in _NAMED:
            continue
        fields = programme.fields_of[sheet.key]
        roles = _NAMED[sheet.role]
        # The name of a conference is chosen from a list: another one is a change, not a loss.
        named = next((f.key for f in fields if f.role in roles and f.type != "list"), "")
        names = table.columns.get(named, [None] * len(table.rows))
        answers = [table.columns.get(f.key, ()) for f in fields if f.role in ANSWERS]
        for at, name in enumerate(names):
            if sheet.role not in _NOMINATING and not any(
                column[at] is not None for column in answers if column
            ):
                continue
            if name is not None:
                found.setdefault((sheet.kind or sheet.key, name_key(str(name))), str(name))
    return found


def names_of(names: Sequence[str]) -> str:
    """The first names of a list, with an ellipsis for the others."""
    return ", ".join(names[:SHOWN_NAMES]) + (", …" if len(names) > SHOWN_NAMES else "")


def hold(
    claimants: Sequence[Received], winner: Received, programme: Programme
) -> list[dict[str, str]]:
    """Use none of several forms of a unit of which the newest lacks what another has.

    Returns the lines of the journal; empty when it lacks nothing, and nothing is held.
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
