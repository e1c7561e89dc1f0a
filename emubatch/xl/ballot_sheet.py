"""Writes the council's ballot: one row a nominee, unlocked cells for an opinion and its reason.

Nothing is protected, because a protected sheet can be neither sorted nor filtered; the reader of
the copies notices cells that were changed. Formulas look at cells of their own row and at fixed
cells above the table, so that sorting keeps them right. Every list stands under a defined name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from emubatch.messages import word
from emubatch.model import Lang
from emubatch.xl import live
from emubatch.xl.ballot import (
    COLUMNS,
    FIELDS,
    IDENTITY_MARK,
    IDENTITY_SHEET,
    LISTS_SHEET,
    LOWER,
    MARKS,
    OPINIONS,
    STATED,
    BallotRow,
    shown,
)
from emubatch.xl.layout import Column, lines
from emubatch.xl.write import Book, SheetWriter, done

_WIDTHS = {
    **{"nominee": 17.0, "name": 23.0, "kind": 10.0, "unit": 10.0, "unit_name": 21.0},
    **{"requested": 18.0, "eligibility": 14.0, "proposed": 15.0, "basis": 36.0, "free": 15.0},
    **{"vote": 14.0, "award": 19.0, "reason": 32.0, "conflict": 13.0, "state": 15.0},
}
_ROLES = {"nominee": "wrap+small", "name": "wrap+bold", "basis": "wrap+small", "free": "wrap+small"}
_MARKED = ("eligibility", "proposed")
_AT = {column.key: at for at, column in enumerate(COLUMNS)}
_FIELD_ROW, _COUNT_ROW, _HEADER_ROW = 3, 3, 7
# Field -> its row under ``_FIELD_ROW``, column of its label, first and last column of its cell.
_PLACES = {
    "member": (0, 1, 2, 4),
    "unit": (0, 5, 6, 7),
    "role": (0, 8, 9, 10),
    "meeting": (1, 1, 2, 4),
    "number": (1, 5, 6, 7),
    "date": (1, 8, 9, 10),
    "issuer": (2, 1, 2, 4),
    "ballot": (2, 5, 6, 7),
}
_COUNT_LABEL, _COUNT_VALUE = 12, 13
_LISTS = ("vote", "award", "unit", "role", "issuer")


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot to be written.

    ``facts`` go to the hidden sheet, ``ballot`` first; ``labels`` are those of awards; ``lists``
    hold the choices for ``award``, ``unit`` and ``issuer``.
    """

    rows: Sequence[BallotRow]
    facts: Mapping[str, str]
    labels: Mapping[str, str]
    lists: Mapping[str, Sequence[str]]


def write_ballot(book: Book, sheet: SheetWriter, ballot: Ballot, lang: Lang) -> None:
    """Writes the table, the cells above it, and the hidden sheets behind it."""
    sheet.widths([_WIDTHS[column.key] for column in COLUMNS])
    first, last = _HEADER_ROW + 1, _HEADER_ROW + len(ballot.rows)
    _fields(sheet, ballot, lang)
    _counts(sheet, (first, last), lang)
    sheet.row = _HEADER_ROW
    columns = [
        Column(column.text(lang), (), "wrap", _WIDTHS[column.key], head=_head(column.key))
        for column in COLUMNS
    ]
    live.write_live_table(sheet, "hoi_dong", columns, len(ballot.rows))
    for at, row in enumerate(ballot.rows, first):
        _row(sheet, at, row, shown(row, ballot.labels, lang), lang)
    _choices(sheet, (first, last), lang)
    _colours(sheet, (first, last), lang)
    sheet.worksheet.freeze_panes(first, 2)
    done(sheet.worksheet.repeat_rows(_HEADER_ROW), "repeated rows")
    sheet.put(last + 2, _AT["name"], word("council_signature", lang), "plain")
    _hidden(book, ballot, lang)


def _head(key: str) -> str:
    return "required" if key in ("vote", "award", "reason") else ""


def _fields(sheet: SheetWriter, ballot: Ballot, lang: Lang) -> None:
    """Who votes, and the facts of the meeting and of the decision."""
    for part in FIELDS:
        down, label, first, last = _PLACES[part.key]
        row = _FIELD_ROW + down
        sheet.put(row, label, part.text(lang), "plain", "bold")
        if part.key == "ballot":
            sheet.merge(row, first, last, ballot.facts["ballot"], "locked")
            continue
        role = "input_date" if part.key in ("meeting", "date") else "input_text"
        sheet.merge(row, first, last, "", role, "started", "open")
        if part.key in _LISTS:
            _offer(
                sheet, (row, row), first, f"hd_{part.key}", word(f"council_tip_{part.key}", lang)
            )


def _counts(sheet: SheetWriter, rows: tuple[int, int], lang: Lang) -> None:
    """Live counts: opinions given, still open, what is missing, and rows of the own unit."""
    votes, states, own = (_range(rows, key) for key in ("vote", "state", "conflict"))
    total = rows[1] - rows[0] + 1
    missing = word("council_state_missing", lang)
    for at, (key, formula, value) in enumerate(
        (
            ("given", f'=COUNTIF({votes},"?*")', 0),
            ("open", f'={total}-COUNTIF({votes},"?*")', total),
            ("missing", f'=COUNTIF({states},"{missing}*")', 0),
            ("conflicts", f'=COUNTIF({own},"?*")', 0),
        )
    ):
        row = _COUNT_ROW + at
        sheet.put(row, _COUNT_LABEL, word(f"council_count_{key}", lang), "plain", "bold")
        sheet.formula(row, _COUNT_VALUE, formula, value, "integer", "bold", "middle")
    cell = live.address(_COUNT_ROW + 2, _COUNT_VALUE, fixed=True)
    live.colour_where(sheet, (_COUNT_ROW + 2,) * 2, _COUNT_VALUE, f"={cell}>0", "reject")


def _range(rows: tuple[int, int], key: str) -> str:
    first, last = (live.address(row, _AT[key], fixed=True) for row in rows)
    return f"{first}:{last}"


def _row(sheet: SheetWriter, at: int, row: BallotRow, texts: Mapping[str, str], lang: Lang) -> None:
    high = 1
    for key in ("nominee", *STATED, "free"):
        roles = [_ROLES.get(key, "wrap")]
        if key in _MARKED:
            code = row.eligibility if key == "eligibility" else row.proposed
            roles = ["wrap", "middle", MARKS[code][0] if code in MARKS else ""]
        sheet.put(at, _AT[key], texts[key], *filter(None, roles))
        room = _WIDTHS[key] * (1.2 if "small" in roles[0] else 1.0) - 1
        high = max(high, lines(texts[key], room))
    for key in ("vote", "award", "reason"):
        sheet.put(at, _AT[key], None, "wrap", "open")
    sheet.formula(at, _AT["conflict"], _conflict(at, lang), "", "wrap", "middle")
    sheet.formula(at, _AT["state"], _state(at, lang), "", "wrap", "middle")
    sheet.height(at, high)


def _conflict(at: int, lang: Lang) -> str:
    """Whether the nominee is of the member's own unit."""
    down, _, first, _ = _PLACES["unit"]
    unit = live.address(_FIELD_ROW + down, first, fixed=True)
    code, name = live.address(at, _AT["unit"]), live.address(at, _AT["unit_name"])
    own = word("council_own_unit", lang)
    return f'=IF(AND(TRIM({unit})<>"",OR(TRIM({unit})={code},TRIM({unit})={name})),"{own}","")'


def _state(at: int, lang: Lang) -> str:
    """What the row still needs, as its decision will be read."""
    vote, award, reason, free, conflict = (
        live.address(at, _AT[key]) for key in ("vote", "award", "reason", "free", "conflict")
    )
    lower = word(f"council_{LOWER}", lang)
    missing = word("council_state_missing", lang)
    no_award = f"{missing} {word('council_state_award', lang)}"
    no_reason = f"{missing} {word('council_state_reason', lang)}"
    needed = f'ISERROR(SEARCH("; "&{vote}&";","; "&{free}&";"))'
    return (
        f'=IF({vote}="","",IF({conflict}<>"","{word("council_state_conflict", lang)}",'
        f'IF(AND({vote}="{lower}",{award}=""),"{no_award}",'
        f'IF(AND(TRIM({reason})="",{needed}),"{no_reason}","✓"))))'
    )


def _choices(sheet: SheetWriter, rows: tuple[int, int], lang: Lang) -> None:
    for key in ("vote", "award"):
        stop = "stop" if key == "vote" else "warning"
        tip = word(f"council_tip_{key}", lang)
        _offer(sheet, rows, _AT[key], f"hd_{key}", tip, stop)


def _offer(
    sheet: SheetWriter,
    rows: tuple[int, int],
    col: int,
    source: str,
    tip: str,
    refusal: str = "information",
) -> None:
    """A drop-down with a hint; one list for a whole column, because sorting leaves lists behind."""
    options = {
        "validate": "list",
        "source": f"={source}",
        "ignore_blank": True,
        "input_message": tip,
        "error_message": tip,
        "error_type": refusal,
    }
    code = sheet.worksheet.data_validation(rows[0], col, rows[1], col, options)
    done(code, f"{sheet.name}: {source}")


def _colours(sheet: SheetWriter, rows: tuple[int, int], lang: Lang) -> None:
    state = live.address(rows[0], _AT["state"])
    missing = word("council_state_missing", lang)
    lacking = f'=LEFT({state},{len(missing)})="{missing}"'
    live.colour_where(sheet, rows, _AT["state"], lacking, "reject")
    conflict = live.address(rows[0], _AT["conflict"])
    live.colour_where(sheet, rows, _AT["conflict"], f'={conflict}<>""', "query")
    vote = live.address(rows[0], _AT["vote"])
    for code in OPINIONS:
        text = word(f"council_{code}", lang)
        live.colour_where(sheet, rows, _AT["vote"], f'={vote}="{text}"', MARKS[code][0])


def _hidden(book: Book, ballot: Ballot, lang: Lang) -> None:
    """What the sheet is, and the lists behind its cells."""
    hidden = book.sheet(IDENTITY_SHEET)
    rows = ((IDENTITY_MARK, ballot.facts["ballot"]), *ballot.facts.items())
    for at, (key, value) in enumerate(rows):
        hidden.put(at, 0, key, "code_plain")
        hidden.put(at, 1, value, "code_plain")
    hidden.worksheet.hide()
    lists: dict[str, Sequence[str]] = {
        "vote": [word(f"council_{code}", lang) for code in OPINIONS],
        "role": word("council_roles", lang).split("|"),
        **ballot.lists,
    }
    live.hidden_lists(book, LISTS_SHEET, [(f"hd_{key}", lists.get(key, ())) for key in _LISTS])
