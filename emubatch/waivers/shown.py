"""Says, once the month is judged, where waivers and corrections decided something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from emubatch.messages import word
from emubatch.model import Lang, MonthResult, Ruling
from emubatch.waiver_book import Waivers


def show_waivers(waivers: Waivers, result: MonthResult, lang: Lang) -> None:
    """Say beside every nominee what was waived or corrected, and which waiver decided nothing.

    What rests on a corrected cell names the cell of the correction beside it.
    """
    used = _let_off(result)
    reasons = result.nominees["reason"].tolist()
    places = {name: at for at, name in enumerate(result.nominees["nominee"].tolist())}
    rulings = []
    for ruling in waivers.rulings:
        idle = ruling.kind == "waiver" and ruling.status == "applied"
        source = waivers.address(ruling.row, "criterion")
        if idle and (ruling.nominee, ruling.what, source) not in used:
            rulings.append(replace(ruling, status="idle"))
            continue
        rulings.append(ruling)
        at = places.get(ruling.nominee)
        if ruling.status == "applied" and at is not None:
            reasons[at] = ". ".join(filter(None, (reasons[at], _reason(ruling, lang))))
    result.nominees["reason"] = pd.Series(reasons, index=result.nominees.index, dtype=object)
    result.rulings = tuple(rulings)
    for frame in (result.verdicts, result.targets, result.delegates, result.delegate_checks):
        if frame is not None and waivers.corrected:
            _name_sources(frame, waivers.corrected)


def _let_off(result: MonthResult) -> set[tuple[str, str, str]]:
    """Nominee, criterion and cell of the waiver of the verdicts that a waiver decided."""
    if result.verdicts is None or not result.data.waivers:
        return set()
    wanted: dict[tuple[int, str], list[str]] = {}
    for one in result.data.waivers:
        wanted.setdefault((one.nominee_pos, one.criterion), []).append(one.evidence)
    frame = result.verdicts
    columns = (frame[name].tolist() for name in ("nominee_pos", "criterion", "nominee", "evidence"))
    return {
        (nominee, criterion, source)
        for at, criterion, nominee, evidence in zip(*columns, strict=True)
        for source in wanted.get((at, criterion), ())
        if source in evidence.split("; ")
    }


def _name_sources(frame: pd.DataFrame, corrected: Mapping[str, str]) -> None:
    """Add the cell of a correction to the evidence of every row that rests on the cell."""
    if "evidence" not in frame:
        return
    texts = frame["evidence"].tolist()
    sheets = {address.rpartition("!")[0] for address in corrected}
    for at, text in enumerate(texts):
        if text and any(sheet in text for sheet in sheets):
            sources = [corrected[cell] for cell in text.split("; ") if cell in corrected]
            texts[at] = "; ".join(dict.fromkeys((text, *sources)))
    frame["evidence"] = pd.Series(texts, index=frame.index, dtype=object)


def _reason(ruling: Ruling, lang: Lang) -> str:
    return word(f"reason_{ruling.kind}", lang).format(
        what=ruling.what, change=ruling.change, reason=ruling.reason, signer=ruling.signer
    )
