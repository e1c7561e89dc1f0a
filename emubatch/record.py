"""What a run says of itself: the facts on its reports, the manifest, what was conserved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emubatch import __version__
from emubatch.mail.receipts import Receipts, read_receipts
from emubatch.messages import word
from emubatch.model import CheckedForm
from emubatch.runfolder import TOOL

if TYPE_CHECKING:
    from emubatch.model import MonthResult
    from emubatch.request import MonthRequest
    from emubatch.roster import Roster


def facts_of(
    request: MonthRequest,
    as_of: str,
    roster: Roster | None,
    forms: Sequence[CheckedForm],
    ignored: Sequence[str],
) -> dict[str, str]:
    """Header facts of the run, shown in the workbook's journal and in the summary page."""
    cells = "{cells_found} = {cells_read} + {cells_reported}".format_map(_cells(forms))
    found = {
        "as_of": as_of,
        "period": request.period,
        "version": __version__,
        "overrides": "; ".join(f"{key}={value}" for key, value in request.settings),
    }
    shown = {
        "fact_roster": f"{roster.file} ({len(roster.units)})" if roster else "",
        "fact_files": str(len(forms)),
        "fact_ignored": ", ".join(ignored),
        "fact_cells": cells,
    }
    found.update({word(key, request.lang): text for key, text in shown.items() if text})
    return found


def date_by_mail(inbox: Path, forms: Sequence[CheckedForm]) -> Receipts | None:
    """Tell each form on which day the letter came that brought it; None without letters.

    Raises:
        MailError: ``receipts``, when the list of the inbox cannot be used.
    """
    receipts = read_receipts(inbox)
    for form in forms if receipts else ():
        form.arrived = receipts.day(form.file, form.sha256) if receipts else ""
    return receipts


def _cells(forms: Iterable[CheckedForm]) -> dict[str, int]:
    total = Counter[str]()
    for form in forms:
        total.update({name: getattr(form.counts, name) for name in _CELLS})
    return {name: total[name] for name in _CELLS}


_CELLS = ("cells_found", "cells_read", "cells_reported")


def manifest_of(
    request: MonthRequest,
    result: MonthResult,
    roster: Roster | None,
    forms: Sequence[CheckedForm],
    receipts: Receipts | None,
    returns: Mapping[str, str],
) -> dict[str, Any]:
    """What went in, under which rules, and what was conserved; ``runfolder`` adds the outputs.

    ``returns`` says for each form that goes back under which name it was written.
    """
    from emubatch.reports.ballot import id_of

    programme, data = result.programme, result.data
    rows = _rows_by_file(result)
    return {
        "tool": TOOL,
        "programme": {
            "id": programme.id,
            "version": programme.version,
            "sha256": programme.sha256,
        },
        "settings": dict(request.settings),
        "limits": request.limits.as_dict(),
        **({"supersede": request.supersede} if request.supersede != "newest" else {}),
        "period": request.period,
        "as_of": result.facts["as_of"],
        "lang": request.lang,
        "roster": (
            {"file": roster.file, "sha256": roster.sha256, "size": roster.size} if roster else None
        ),
        **({"register": {"digest": data.register}} if data.register else {}),
        **({"ballot": ballot} if (ballot := id_of(result)) else {}),
        **({"receipts": {"sha256": receipts.sha256, "size": receipts.size}} if receipts else {}),
        "inputs": [
            {"file": form.file, "sha256": form.sha256, "size": form.size}
            | ({"rows": rows[form.file]} if form.file in rows else {})
            for form in forms
        ],
        "returns": dict(sorted(returns.items())),
        "conservation": {
            **_cells(forms),
            "files": len(forms),
            "files_by_status": counted(data.submissions["status"]),
            "nominees": len(result.nominees),
            "rows": {key: len(frame) for key, frame in sorted(data.details.items())},
        },
    }


def _rows_by_file(result: MonthResult) -> dict[str, dict[str, int]]:
    """File -> sheet of the form -> how many rows were read from it."""
    data, found = result.data, dict[str, dict[str, int]]()
    frames = {
        sheet.key: data.nominees.loc[data.nominees["kind"] == sheet.kind, "file"]
        for sheet in result.programme.sheets_with_role("nominee")
    }
    for key, frame in data.details.items():  # a row that may belong to two stands there twice
        frames[key] = frame.loc[~frame.duplicated(["file", "sheet", "row"]), "file"]
    for key in sorted(frames):
        for file, count in counted(frames[key]).items():
            found.setdefault(file, {})[key] = count
    return found


def counted(values: Iterable[Any]) -> dict[str, int]:
    """Text -> how often, in order of the texts."""
    return dict(sorted(Counter(str(value) for value in values).items()))


def targets_of(result: MonthResult) -> dict[str, int]:
    """Targets of the whole department by outcome; figures that are only shown are left out."""
    found = result.targets
    if found is None:
        return {}
    return counted(found.loc[(found["unit"] == "") & (found["required"] != ""), "outcome"])
