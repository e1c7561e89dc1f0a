"""Judges the rows of one copy: which votes count, and what is wrong with the others."""

from __future__ import annotations

from emubatch.council.agenda import Agenda
from emubatch.council.copies import Copy, Line, Vote
from emubatch.messages import word
from emubatch.model import BadCell
from emubatch.programme.problems import nearest, or_one_of
from emubatch.vietnamese import clean, fold_key
from emubatch.xl.address import cell_text
from emubatch.xl.ballot import COLUMNS, LOWER, OPINIONS, SPELLINGS, STATED, free_opinions

MOST_NAMES = 5
_LIVE = ("free", "conflict", "state")
_HEADINGS = {part.key: part for part in COLUMNS}
_WORDS = {
    fold_key(text): code
    for code in OPINIONS
    for text in (word(f"council_{code}", "vi"), word(f"council_{code}", "en"), *SPELLINGS[code])
}


def judge(copy: Copy, agenda: Agenda) -> None:
    """Turns the lines of a copy into votes; everything wrong is a finding with its cell."""
    _find_unit(copy, agenda)
    by_id: dict[str, list[Line]] = {}
    for line in copy.lines:
        if line.texts["nominee"] in agenda.rows:
            by_id.setdefault(line.texts["nominee"], []).append(line)
        else:
            _unknown_row(copy, line, agenda)
    for nominee, lines in by_id.items():
        _judge_nominee(copy, nominee, lines, agenda)
    if not any(line.texts["vote"] for line in copy.lines):
        copy.note("W862", sheet=copy.lines[0].sheet if copy.lines else "")
    own = [vote for vote in copy.votes.values() if vote.conflict]
    if own:
        stated = copy.stated["unit"]
        words = {"value": stated.text, "count": len(own)}
        copy.note("N852", sheet=stated.sheet, cell=stated.cell, **words)
    missing = [agenda.rows[key].name for key in agenda.rows if key not in by_id]
    if missing:
        names = ", ".join(missing[:MOST_NAMES]) + (", …" if len(missing) > MOST_NAMES else "")
        sheet = copy.lines[0].sheet if copy.lines else ""
        copy.note("W852", sheet=sheet, names=names, count=len(missing))


def _find_unit(copy: Copy, agenda: Agenda) -> None:
    """The member's unit, by which conflicts of interest are told."""
    if "member" not in copy.stated:
        return
    stated = copy.stated.get("unit")
    if stated is None:
        who = copy.stated["member"]
        copy.note("W855", sheet=who.sheet, cell=who.cell, value=who.text)
        return
    copy.unit = agenda.units.get(fold_key(stated.text), "")
    if not copy.unit:
        rows, wanted = agenda.rows.values(), fold_key(stated.text)
        shared = sorted({row.unit for row in rows if fold_key(row.unit_name) == wanted})
        near = shared or nearest(stated.text, sorted({row.unit_name for row in rows}))
        words = {"nearest": or_one_of(near)}
        copy.note("W851", sheet=stated.sheet, cell=stated.cell, value=stated.text, **words)


def _unknown_row(copy: Copy, line: Line, agenda: Agenda) -> None:
    near = nearest(line.texts["nominee"], agenda.rows)
    words = {"nearest": or_one_of(near)}
    copy.note("E861", **line.at("nominee"), value=line.texts["nominee"], **words)


def _judge_nominee(copy: Copy, nominee: str, lines: list[Line], agenda: Agenda) -> None:
    """The one vote of a copy on a nominee, however often the row is there."""
    said = [line for line in lines if line.texts["vote"]]
    votes = [_vote(copy, line, agenda) for line in lines]
    stated = [vote for line, vote in zip(lines, votes, strict=True) if line.texts["vote"]]
    name = agenda.rows[nominee].name
    if len({vote.said for vote in stated}) > 1:
        cells = ", ".join(vote.cell for vote in stated)
        for line, vote in zip(said, stated, strict=True):
            vote.counted = False
            words = {"name": name, "cells": cells}
            copy.note("E863", **line.at("vote"), value=line.texts["vote"], **words)
    elif len(lines) > 1:
        copy.note("N853", **lines[1].at("nominee"), value=nominee, name=name)
    if stated:
        copy.votes[nominee] = next((vote for vote in stated if vote.counted), stated[0])


def _vote(copy: Copy, line: Line, agenda: Agenda) -> Vote:
    nominee = line.texts["nominee"]
    row = agenda.rows[nominee]
    intact = _is_intact(copy, line, agenda)
    opinion = _WORDS.get(fold_key(line.texts["vote"]), "")
    award = _award(line, agenda)
    conflict = bool(copy.unit) and copy.unit == row.unit
    right = bool(line.texts["vote"]) and _is_right(copy, line, opinion, award, agenda)
    if not line.texts["vote"]:
        _half_filled(copy, line, row.name)
    return Vote(
        nominee=nominee,
        vote=opinion,
        award=award if opinion == LOWER else "",
        reason=line.texts.get("reason", ""),
        conflict=conflict,
        counted=right and intact and not conflict,
        file=copy.file,
        sheet=line.sheet,
        cell=line.cell("vote"),
    )


def _award(line: Line, agenda: Agenda) -> str:
    return agenda.award_words.get(fold_key(line.texts.get("award", "")), "")


def _half_filled(copy: Copy, line: Line, name: str) -> None:
    """A reason or an award without an opinion: nothing is guessed from it."""
    for key in ("award", "reason"):
        if line.texts.get(key):
            copy.note("W854", **line.at(key), value=line.texts[key], name=name)
            return


def _is_intact(copy: Copy, line: Line, agenda: Agenda) -> bool:
    """Whether the row says of the nominee what the run says; formulas are only noted."""
    wanted = agenda.texts[line.texts["nominee"]]
    intact = True
    for key in STATED:
        found = line.texts.get(key)
        if found is not None and found != cell_text(wanted[key]):
            if key == "requested" and _is_award(found, line, agenda):
                continue  # the label of an award may have changed since the run
            intact = False
            header = _HEADINGS[key]
            words = {"header": header.vi, "header_en": header.en, "name": wanted["name"]}
            copy.note("E862", **line.at(key), value=found, wanted=wanted[key], **words)
    for key, text in zip(_LIVE, _live_texts(copy, line, agenda), strict=True):
        if key in line.raw and not _same(line.raw[key], text):
            header = _HEADINGS[key]
            words = {"header": header.vi, "header_en": header.en, "name": wanted["name"]}
            copy.note("W853", **line.at(key), value=line.texts[key], **words)
    return intact


def _is_award(text: str, line: Line, agenda: Agenda) -> bool:
    asked = agenda.rows[line.texts["nominee"]].requested
    return bool(asked) and agenda.award_words.get(fold_key(text)) == asked


def _same(raw: object, text: str) -> bool:
    """Whether a live cell shows what it should; one that was never calculated says nothing."""
    if isinstance(raw, BadCell):
        return raw.code == "E213"
    return isinstance(raw, str) and clean(raw).casefold() == clean(text).casefold()


def _live_texts(copy: Copy, line: Line, agenda: Agenda) -> tuple[str, str, str]:
    """What the formulas of a row show, as the sheet reckons them."""
    row, lang = agenda.rows[line.texts["nominee"]], agenda.lang
    free = "; ".join(word(f"council_{code}", lang) for code in free_opinions(row))
    unit = copy.text("unit").casefold()
    own = bool(unit) and unit in (row.unit.casefold(), row.unit_name.casefold())
    conflict = word("council_own_unit", lang) if own else ""
    vote = line.texts["vote"].casefold()
    if not vote:
        return free, conflict, ""
    missing = word("council_state_missing", lang)
    if own:
        return free, conflict, word("council_state_conflict", lang)
    if vote == word(f"council_{LOWER}", lang).casefold() and not line.texts.get("award"):
        return free, conflict, f"{missing} {word('council_state_award', lang)}"
    if not line.texts.get("reason") and f"; {vote};" not in f"; {free.casefold()};":
        return free, conflict, f"{missing} {word('council_state_reason', lang)}"
    return free, conflict, "✓"


def _is_right(copy: Copy, line: Line, opinion: str, award: str, agenda: Agenda) -> bool:
    """Whether an opinion can count as it stands; one finding says the first thing against it."""
    row, texts = agenda.rows[line.texts["nominee"]], line.texts
    written = texts.get("award", "")
    lower = agenda.lower(row.nominee)
    words = {"name": row.name, "opinion": texts["vote"]}
    if not opinion:
        labels = [word(f"council_{code}", agenda.lang) for code in OPINIONS]
        tail = or_one_of(nearest(texts["vote"], labels))
        choices = ", ".join(labels)
        copy.note("E865", **line.at("vote"), value=texts["vote"], nearest=tail, choices=choices)
    elif opinion == LOWER and not written:
        copy.note("E866", **line.at("vote"), value=texts["vote"], **words)
    elif opinion == LOWER and award not in lower:
        choices = ", ".join(agenda.labels[code] for code in lower) or "–"
        asked = agenda.labels.get(row.requested, row.requested) or "–"
        copy.note("E867", **line.at("award"), value=written, choices=choices, asked=asked, **words)
    elif opinion != LOWER and written and award != row.requested:
        copy.note("E868", **line.at("award"), value=written, **words)
    elif not texts.get("reason") and opinion not in free_opinions(row):
        where = line.at("reason") if line.cell("reason") else line.at("vote")
        copy.note("E864", **where, value=texts["vote"], **words)
    else:
        return True
    return False
