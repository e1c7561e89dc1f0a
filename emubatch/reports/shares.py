"""Who is among those nominated, who pass and who are proposed: directly working staff and leaders.

Somebody whose post is not stated is counted as unknown, so that every share is an interval. The
share of directly working staff is held against the setting ``direct_share``, which it must exceed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from emubatch.model import MonthResult
    from emubatch.programme.tables import Programme
    from emubatch.reports.view import View

TALLY_COLUMNS = (
    *("status", "group", "form", "people", "direct", "leaders", "unknown"),
    *("direct_low", "direct_high", "leaders_low", "leaders_high", "required", "outcome"),
)
STATUSES = ("nominated", "passed", "proposed")
_DIRECT, _LEADER, _UNKNOWN = "direct", "leader", "unknown"


def share_tally(result: MonthResult) -> pd.DataFrame | None:
    """``TALLY_COLUMNS``: persons by status, then by group and by the award asked for.

    ``group`` and ``form`` are empty in the sum over all of them. Shares are per cent, empty where
    there is nobody; ``outcome`` is pass, fail, or review where the interval holds the limit. None
    where the form asks nobody for post or class.
    """
    programme, nominees = result.programme, result.nominees
    if result.verdicts is None or not _asked(programme):
        return None
    people = nominees[nominees["kind"] == "individual"]
    frame = pd.DataFrame(
        {
            "group": _texts(people, "group"),
            "form": _texts(people, "de_nghi"),
            "post": posts(people, programme),
        }
    )
    chosen = {
        "nominated": np.ones(len(people), dtype=bool),
        "passed": (people["eligibility"] == "pass").to_numpy(bool),
        "proposed": (people["proposed"] == "yes").to_numpy(bool),
    }
    limit = float(programme.reading("direct_share"))
    rows = [row for status in STATUSES for row in _rows(status, frame[chosen[status]], limit)]
    return pd.DataFrame(rows, columns=list(TALLY_COLUMNS))


def _asked(programme: Programme) -> bool:
    sheets = [s.key for s in programme.sheets_with_role("nominee") if s.kind == "individual"]
    return any(programme.field_with_role(key, role) for key in sheets for role in ("tier", "class"))


def posts(people: pd.DataFrame, programme: Programme) -> list[str]:
    """``direct``, ``leader`` or ``unknown``: by the tier, by the class where no tier is stated."""
    leaders = programme.reading("leader_tiers").split("|")
    direct = programme.reading("direct_classes").split("|")
    spec = next((f for f in programme.fields if f.role == "class"), None)
    classes = _texts(people, spec.key if spec else "")
    return [
        (_LEADER if tier in leaders else _DIRECT)
        if tier
        else (_DIRECT if cls in direct else _UNKNOWN)
        for tier, cls in zip(_texts(people, "tier"), classes, strict=True)
    ]


def _texts(frame: pd.DataFrame, key: str) -> list[str]:
    values = frame[key].tolist() if key in frame else [""] * len(frame)
    return [value if isinstance(value, str) else "" for value in values]


def _rows(status: str, people: pd.DataFrame, limit: float) -> Iterator[tuple[Any, ...]]:
    yield _row(status, "", "", people, limit)
    for group in sorted(set(people["group"]) - {""}):
        yield _row(status, group, "", people[people["group"] == group], limit)
    for form in sorted(set(people["form"]) - {""}):
        yield _row(status, "", form, people[people["form"] == form], limit)


def _row(status: str, group: str, form: str, people: pd.DataFrame, limit: float) -> tuple[Any, ...]:
    size = len(people)
    direct, leaders, unknown = (
        int((people["post"] == post).sum()) for post in (_DIRECT, _LEADER, _UNKNOWN)
    )
    ends = (direct, direct + unknown, leaders, leaders + unknown)
    shares = [round(100 * count / size, 2) if size else np.nan for count in ends]
    # Counts, not rounded shares: the share must exceed the limit, and equal is not enough.
    over = [100 * count > limit * size for count in ends[:2]]
    outcome = ("pass" if over[0] else "review" if over[1] else "fail") if size else "na"
    return (status, group, form, size, direct, leaders, unknown, *shares, f"> {limit:g}", outcome)


# --- in words ------------------------------------------------------------------------------------


def share_names(view: View, frame: pd.DataFrame) -> list[str]:
    """Group or award of each row; all of them where it is a sum."""
    spec = next((f for f in view.programme.fields if f.key == "de_nghi"), None)
    forms = view.labels(spec.list) if spec else {}
    return [
        view.group(group) if group else forms.get(form, form) or view.word("report_all_persons")
        for group, form in zip(frame["group"], frame["form"], strict=True)
    ]


def spans(view: View, frame: pd.DataFrame, name: str) -> list[str]:
    """Shares as ``64,7%``, or ``60%–72,5%`` where some posts are not known.

    Those of directly working staff are signed, and sums say what is asked for.
    """
    found = []
    for row in frame.to_dict("records"):
        low, high = row[f"{name}_low"], row[f"{name}_high"]
        if pd.isna(low):
            found.append("–")
            continue
        shown = "–".join(f"{view.number(end)}%" for end in dict.fromkeys((low, high)))
        sign = f"{view.mark(row['outcome']).sign} " if name == "direct" else ""
        whole = name == "direct" and not (row["group"] or row["form"])
        limit = f" ({row['required']}%)" if whole else ""
        found.append(f"{sign}{shown}{limit}")
    return found
