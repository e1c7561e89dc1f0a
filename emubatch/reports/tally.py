"""Awards registered against awards achieved (DOMAIN A.5): one table, sums only.

A sheet of the role ``unit_detail`` whose columns play ``registered`` and ``achieved`` is such a
count of awards; the programme says so, not the name of the sheet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emubatch.model import MonthData, MonthResult
    from emubatch.programme.tables import Programme, Sheet

AWARD_COLUMNS = ("award", "kind", "unit", "registered", "achieved", "ratio_pct", "evidence")
UNKNOWN = "?"  # an award or kind that is blank or not recognised
_KEYS = ["unit", "award", "kind"]


def award_tally(result: MonthResult) -> pd.DataFrame | None:
    """``AWARD_COLUMNS``: a row a unit and award, then sums; None where no form asks for it.

    Rows without a unit are sums of the units, rows without an award are sums of one kind of
    nominee. They count awards, not persons. ``ratio_pct`` is achieved of registered; it is empty
    where nothing was registered, and in a sum where one of its rows does not say.
    """
    sheet = tally_sheet(result.programme)
    if sheet is None:
        return None
    rows = pd.DataFrame(list(_rows(result.data, result.programme, sheet)), columns=_COLUMNS)
    levels = [_KEYS, ["unit", "kind"]]
    if rows["unit"].nunique() > 1:
        levels += [["award", "kind"], ["kind"]]
    frame = pd.concat([_summed(rows, keys) for keys in levels], ignore_index=True)
    return _sorted(frame, result)


_COLUMNS = [*_KEYS, "registered", "achieved", "evidence"]


def tally_sheet(programme: Programme) -> Sheet | None:
    """The sheet that counts awards registered and achieved."""
    roles = ("registered", "achieved")
    sheets = programme.sheets_with_role("unit_detail")
    plays = programme.field_with_role
    return next((s for s in sheets if all(plays(s.key, role) for role in roles)), None)


def _rows(data: MonthData, programme: Programme, sheet: Sheet) -> Iterator[tuple[Any, ...]]:
    frame = data.details.get(sheet.key)
    if frame is None or frame.empty:
        return
    of = {role: programme.field_with_role(sheet.key, role) for role in ("registered", "achieved")}
    registered, achieved = (found.key for found in of.values() if found is not None)
    kind = programme.field_with_role(sheet.key, "kind")
    award = next(f for f in programme.fields_of[sheet.key] if f.list and f != kind)
    units = data.units["unit"].tolist()
    for row in frame.to_dict("records"):
        place = (row["file"], sheet.key)
        letter = data.letters.get(place, {}).get(achieved, "A")
        yield (
            units[int(row["unit_pos"])],
            _text(row.get(award.key)),
            _text(row.get(kind.key)) if kind else "",
            row[registered],
            row[achieved],
            f"{row['file']}!{data.titles.get(place, sheet.key)}!{letter}{int(row['row'])}",
        )


def _text(value: Any) -> str:
    return value if isinstance(value, str) and value else UNKNOWN


def _summed(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Sums by some of the keys; blank figures add nothing, and leave a ratio empty."""
    numbers = rows[["registered", "achieved"]].apply(pd.to_numeric, errors="coerce")
    table = pd.concat([rows[keys], numbers], axis=1)
    table["said"] = numbers["registered"].notna() & numbers["achieved"].notna()
    table["evidence"] = rows["evidence"]
    grouped = table.groupby(keys, sort=False, dropna=False)
    found = grouped[["registered", "achieved"]].sum(min_count=1)
    said = grouped["said"].all() & (found["registered"] > 0)
    found["ratio_pct"] = (found["achieved"] / found["registered"] * 100).where(said).round(2)
    whole = keys == _KEYS
    found["evidence"] = grouped["evidence"].agg("; ".join) if whole else ""
    found = found.reset_index()
    for key in _KEYS:
        if key not in found:
            found[key] = ""
    return pd.DataFrame(found[list(AWARD_COLUMNS)])


def _sorted(frame: pd.DataFrame, result: MonthResult) -> pd.DataFrame:
    """The whole first, then by unit; awards in the order of the list, sums last."""
    codes = [row.code for rows in result.programme.lists.values() for row in rows]
    place = {code: at for at, code in reversed(list(enumerate(codes)))}
    keys = pd.DataFrame(
        {
            "unit": frame["unit"].tolist(),
            "sum": (frame["award"] == "").tolist(),
            "award": [place.get(code, len(place)) for code in frame["award"]],
            "kind": [place.get(code, len(place)) for code in frame["kind"]],
        }
    )
    order = keys.sort_values(["unit", "sum", "award", "kind"], kind="stable").index.to_numpy()
    found: pd.DataFrame = frame.iloc[order]
    return found.reset_index(drop=True)
