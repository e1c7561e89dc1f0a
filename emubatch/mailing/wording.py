"""The words of a letter to a unit: as plain text, and the same as a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from emubatch.mailing.answers import MEND, REMINDER, UNREADABLE, Answer
from emubatch.messages import word
from emubatch.model import Lang
from emubatch.programme.tables import Deadline, Programme, in_lang
from emubatch.xl.style import SEVERITY_ROLES, signed

SHOWN_LINES = 40  # of what is to be mended; all of it stands in the form that goes along
SHOWN_NAMES = 60

_STYLE = "border:1px solid #A6A6A6;padding:4px 8px;vertical-align:top;text-align:left"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, and under it a list or a table; ``heads`` is empty for a list."""

    text: str
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Office:
    """What stands in every letter: the programme, the reference date, who signs."""

    programme: Programme | None
    programme_id: str
    as_of: str
    signature: str
    lang: Lang

    def title(self) -> str:
        """The programme's name, its id where the plan is not at hand."""
        found = self.programme
        if found is None:
            return self.programme_id
        return in_lang(found, "title", self.lang)


def subject(answer: Answer, office: Office) -> str:
    """The subject line."""
    text = word(f"reply_subject_{answer.kind}", office.lang)
    return text.format(unit=answer.unit, programme=office.title())


def blocks(answer: Answer, office: Office) -> list[Block]:
    """The letter, paragraph by paragraph."""
    found = [Block(_say("reply_greeting", office, name=answer.name or answer.unit))]
    found.append(Block(_opening(answer, office)))
    if answer.deadline is not None and answer.deadline.date:
        found.append(Block(_deadline(answer.deadline, answer, office)))
    found += _todo(answer, office)
    found.append(Block(_say(f"reply_next_{answer.kind}", office)))
    found += _files(answer, office)
    found += _read(answer, office)
    found.append(Block(office.signature or _say("reply_signature", office)))
    return found


def _say(key: str, office: Office, **words: object) -> str:
    return word(key, office.lang).format(**words)


def _opening(answer: Answer, office: Office) -> str:
    counts = {
        "errors": sum(line.severity == "error" for line in answer.todo),
        "warnings": sum(line.severity == "warning" for line in answer.todo),
    }
    key = f"reply_opening_{answer.kind}"
    return _say(key, office, programme=office.title(), as_of=day(office.as_of), **counts)


def day(iso: str) -> str:
    """A date as it is written in Vietnam; parts of one likewise."""
    return "/".join(reversed(iso.split("-")))


def _deadline(deadline: Deadline, answer: Answer, office: Office) -> str:
    key = "reply_deadline_on" if deadline.inclusive else "reply_deadline_before"
    text = _say(key, office, date=day(deadline.date))
    if answer.late in ("yes", "review"):
        text += " " + _say(f"reply_late_{answer.late}", office)
    return text


def _files(answer: Answer, office: Office) -> Iterator[Block]:
    if not answer.files:
        return
    heads = tuple(_say(f"reply_head_{key}", office) for key in ("file", "received", "status"))
    rows = tuple(
        (one.file, day(one.received) or "–", word(f"status_{one.status}", office.lang))
        for one in answer.files
    )
    yield Block(_say("reply_files", office), heads, rows)


def _read(answer: Answer, office: Office) -> Iterator[Block]:
    if answer.rows:
        sheets = office.programme.sheet_by_key if office.programme else {}
        titles = {key: _title(key, office) for key in answer.rows}
        order = {key: at for at, key in enumerate(sheets)}
        keys = sorted(answer.rows, key=lambda key: (order.get(key, 99), key))
        rows = tuple((titles[key], str(answer.rows[key])) for key in keys)
        heads = (_say("reply_head_sheet", office), _say("reply_head_rows", office))
        yield Block(_say("reply_read", office), heads, rows)
    if answer.nominees:
        shown = answer.nominees[:SHOWN_NAMES]
        more = ["…"] if len(shown) < len(answer.nominees) else []
        names = tuple((name,) for name in (*shown, *more))
        yield Block(_say("reply_nominees", office, count=len(answer.nominees)), (), names)


def _title(key: str, office: Office) -> str:
    sheet = office.programme.sheet_by_key.get(key) if office.programme else None
    if sheet is None:
        return key
    title = in_lang(sheet, "title", office.lang)
    return f"{title} ({key})"


def _todo(answer: Answer, office: Office) -> Iterator[Block]:
    """Errors before warnings; each in the order of the form, what concerns a whole sheet first."""
    if not answer.todo:
        return
    lines = sorted(answer.todo, key=lambda line: line.severity != "error")
    rows = tuple(
        (
            signed(SEVERITY_ROLES[line.severity], word(f"severity_{line.severity}", office.lang)),
            *(line.sheet, line.cell, line.message),
        )
        for line in lines[:SHOWN_LINES]
    )
    heads = tuple(word(f"todo_{key}", office.lang) for key in ("severity", "sheet", "cell", "what"))
    own = answer.returned is None and answer.kind in (MEND, UNREADABLE)
    yield Block(_say("reply_todo_own" if own else "reply_todo", office), heads, rows)
    if len(lines) > SHOWN_LINES:
        yield Block(_say("reply_more", office, count=len(lines) - SHOWN_LINES))


def as_text(found: list[Block]) -> str:
    """The letter as plain text."""
    lines: list[str] = []
    for block in found:
        lines.append(block.text)
        for number, row in enumerate(block.rows, 1):
            cells = " · ".join(cell for cell in row if cell)
            lines.append(f"  {number}. {cells}")
        lines.append("")
    return "\n".join(lines)


def as_html(found: list[Block]) -> str:
    """The letter as a page; every text is escaped, nothing is loaded from anywhere."""
    parts = [_paragraph(block) for block in found]
    body = "\n".join(parts)
    look = "font-family:Arial,sans-serif;font-size:14px;line-height:1.5"
    return (
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head>\n'
        f'<body style="{look}">\n{body}\n</body></html>\n'
    )


def _paragraph(block: Block) -> str:
    text = escape(block.text).replace("\n", "<br>\n")
    if not block.rows:
        return f"<p>{text}</p>"
    if not block.heads:
        items = "".join(f"<li>{escape(row[0])}</li>" for row in block.rows)
        return f"<p>{text}</p>\n<ol>{items}</ol>"
    head = "".join(f'<th style="{_STYLE};background:#D9E1F2">{escape(c)}</th>' for c in block.heads)
    rows = "".join(
        "<tr>" + "".join(f'<td style="{_STYLE}">{escape(cell)}</td>' for cell in row) + "</tr>\n"
        for row in block.rows
    )
    table = f'<table style="border-collapse:collapse"><tr>{head}</tr>\n{rows}</table>'
    return f"<p>{text}</p>\n{table}"


def needs_form(answer: Answer) -> bool:
    """Whether a blank form goes along: to a unit that sent nothing, or nothing readable."""
    return answer.kind in (REMINDER, UNREADABLE)
