"""Reward money as a sheet that the accountant works in: live formulas, ticks, sums, signatures.

The same sheet stands in the council's workbook (money as projected) and alone in
``tien-thuong.xlsx`` (money of decisions). A row whose figures are not known has no amount, and
neither has any sum above it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from emubatch import __version__
from emubatch.messages import word
from emubatch.programme.tables import in_lang
from emubatch.reports.view import day
from emubatch.xl import live
from emubatch.xl.layout import lines
from emubatch.xl.write import Book, Column, SheetWriter, Span

if TYPE_CHECKING:
    from emubatch.model import Lang
    from emubatch.money import Line, Money, Sum
    from emubatch.programme.tables import Programme
    from emubatch.reports.workbook_pages import Pages

SHEET = "Tiền thưởng"
_LISTS = "_tien"
_STATE, _UNIT, _NAME, _KIND, _AWARD, _YEAR, _DECISION, _RATE, _SALARY, _BASIS = range(10)
_PRODUCT, _ROUNDED, _DIFFERENCE, _AMOUNT, _NOTE, _TICK, _SIGNED = range(10, 17)
_WIDTHS = {
    "pay": 11, "unit": 20, "name": 20, "kind": 8, "award": 21, "year": 6, "decision": 11,
    "coefficient": 7, "base_salary": 10, "basis": 18, "product": 11, "rounded": 11,
    "rounding": 9, "amount": 13, "note": 14, "tick": 8, "signed": 13,
}  # fmt: skip
_RULES = ("up_10000", "nearest_10000", "none")
_STATES = {"paid": "ok", "covered": "na", "unknown": "query"}


class Labels:
    """Codes as people read them, without a month's result at hand."""

    def __init__(self, programme: Programme, units: Mapping[str, str], lang: Lang) -> None:
        self.programme, self.lang = programme, lang
        rows = (row for row in programme.choices if row.axis)
        self._awards = {r.code: in_lang(r, "label", lang) for r in rows}
        counts = Counter(name or code for code, name in units.items())
        self._units = {
            code: (name or code) if counts[name or code] == 1 else f"{name} ({code})"
            for code, name in units.items()
        }

    def word(self, key: str) -> str:
        """An interface word."""
        return word(key, self.lang)

    def unit(self, code: str) -> str:
        """Name of a unit, with its code where two have one name."""
        return self._units.get(code, code)

    def award(self, code: str) -> str:
        """Label of a title or form of commendation."""
        return self._awards.get(code) or code or self.word("money_no_award")

    def kind(self, code: str) -> str:
        """Collective or individual."""
        return self.word(f"kind_{code}") if code in ("collective", "individual") else code

    def state(self, code: str) -> str:
        """Paid, not paid, not known: sign and word."""
        return self.word(f"money_{code}")

    def day(self, iso: str) -> str:
        """A date as offices write it."""
        return day(iso, self.lang)

    def missing(self, what: tuple[str, str, str, str]) -> str:
        """What the office has to fill in, as a sentence."""
        reason, award, kind, on = what
        words = self.word(f"money_missing_{reason}")
        return words.format(award=self.award(award), kind=self.kind(kind), day=self.day(on))


def write_reward_money(
    path: Path,
    money: Money,
    programme: Programme,
    units: Mapping[str, str],
    lang: Lang,
    *,
    about: str = "",
) -> None:
    """Writes ``tien-thuong.xlsx``: the money of decisions.

    Args:
        path: where to write.
        money: as ``award_money`` reckoned it.
        programme: the plan, for the labels of awards.
        units: unit code -> name.
        lang: language of headings and words.
        about: a line under the title, for example the number and day of the decision.
    """
    labels = Labels(programme, units, lang)
    with Book(
        path,
        title=labels.word("money_title"),
        subject=programme.id,
        keywords=programme.period_label,
        comments=f"emubatch {__version__} · {programme.id} {programme.version}",
        page=labels.word("report_page"),
    ) as book:
        sheet = book.sheet(
            SHEET, labels.word("money_title"), subtitle=about or labels.word("money_about_decided")
        )
        write_money_sheet(book, sheet, money, labels)


def write_money(pages: Pages) -> None:
    """The sheet of the council's workbook: money as projected for those proposed."""
    view = pages.view
    labels = Labels(view.programme, view.unit_names, view.lang)
    sheet = pages.sheets[SHEET]
    about = labels.word("money_about_projected").format(day=view.as_of)
    left_out = Counter(view.result.nominees["proposed"].tolist())
    notes = [
        labels.word("money_not_counted").format(count=left_out[code], what=view.mark(code).word)
        for code in ("over_quota", "tie", "pending")
        if left_out[code]
    ]
    write_money_sheet(pages.book, sheet, view.result.money, labels, [about, *notes])
    pages.counts[SHEET] = len(view.result.money.lines)


def write_money_sheet(
    book: Book, sheet: SheetWriter, money: Money, labels: Labels, notes: Sequence[str] = ()
) -> None:
    """Writes rules, what is missing, one row an award, the sums and places for signatures."""
    _Sheet(book, sheet, money, labels).write(notes)


class _Sheet:
    """The sheet while it is written."""

    def __init__(self, book: Book, sheet: SheetWriter, money: Money, labels: Labels) -> None:
        self.book, self.sheet, self.money, self.labels = book, sheet, money, labels
        self.rule = self.total = self.span_amounts = ""

    def write(self, notes: Sequence[str]) -> None:
        self.sheet.widths(list(_WIDTHS.values()))
        self._top(notes)
        heads = [self.labels.word(f"money_col_{key}") for key in _WIDTHS]
        columns = [
            Column(head, [], width=float(width))
            for head, width in zip(heads, _WIDTHS.values(), strict=True)
        ]
        self.sheet.row += 1
        span = live.write_live_table(
            self.sheet, "tien_thuong", columns, max(1, len(self.money.lines))
        )
        self.sheet.worksheet.freeze_panes(span.first_row, _NAME + 1)
        self.sheet.worksheet.repeat_rows(span.header_row)
        for at, line in enumerate(self.money.lines):
            self._line(span.first_row + at, line)
        if not self.money.lines:
            self._nobody(span)
        self._lists(span)
        self._sums(span)
        self._signatures()
        self.sheet.worksheet.set_margins(left=0.3, right=0.3, top=0.6, bottom=0.6)

    def _top(self, notes: Sequence[str]) -> None:
        """The rules in force, the total, and what is missing, before the rows."""
        put, say, row = self.sheet.put, self.labels.word, self.sheet.row
        put(row, 0, say("money_rule"), "plain", "bold")
        put(row, _NAME, say(f"money_{self.money.settings.rounding}"), "cell", "open")
        self.rule = live.address(row, _NAME, fixed=True)
        put(row, _KIND, say("money_same"), "plain", "bold")
        put(row, _DECISION, say(f"money_same_{self.money.settings.same}"), "plain")
        self.total = live.address(row + 1, _NAME, fixed=True)
        put(row + 1, 0, say("money_total"), "plain", "bold")
        for text in notes:
            put(self.sheet.row, 0, text, "plain")
        if self.money.missing:
            put(self.sheet.row, 0, say("money_missing_title"), "query", "bold")
            for one in self.money.missing:
                put(self.sheet.row, 0, f"? {self.labels.missing(one)}", "plain")

    def _line(self, row: int, line: Line) -> None:
        put, at, labels = self.sheet.put, live.address, self.labels
        basis = "; ".join(filter(None, (line.coefficient_basis, line.salary_basis)))
        decision = ", ".join(filter(None, (line.decision, labels.day(line.decided))))
        note = labels.word(f"money_why_{line.reason}") if line.reason else ""
        texts = {
            _UNIT: labels.unit(line.unit),
            _NAME: line.name,
            _KIND: labels.kind(line.kind),
            _AWARD: labels.award(line.award),
            _YEAR: line.year,
            _DECISION: decision,
            _BASIS: basis,
            _NOTE: note,
        }
        put(row, _STATE, labels.state(line.state), "wrap", "centre", "open")
        for col, text in texts.items():
            put(row, col, text, "wrap", *(("small",) if col in (_BASIS, _NOTE) else ()))
        put(row, _RATE, _figure(line.coefficient), "factor", "open")
        put(row, _SALARY, line.base_salary, "integer", "open")
        rate, salary, product, rounded = (
            at(row, col) for col in (_RATE, _SALARY, _PRODUCT, _ROUNDED)
        )
        formulas = {
            _PRODUCT: (
                f'=IF(COUNT({rate},{salary})=2,ROUND({rate}*{salary},4),"")',
                _figure(line.product),
            ),
            _ROUNDED: (f'=IF(ISNUMBER({product}),{self._rounding(product)},"")', line.rounded),
            _DIFFERENCE: (
                f'=IF(ISNUMBER({rounded}),{rounded}-{product},"")',
                _figure(line.rounding),
            ),
            _AMOUNT: (self._amount(at(row, _STATE), rounded), line.amount),
        }
        for col, (formula, value) in formulas.items():
            look = ("bold",) if col == _AMOUNT else ()
            self.sheet.formula(row, col, formula, value, "integer", *look)
        put(row, _TICK, None, "centre", "open")
        put(row, _SIGNED, None, "cell", "open")
        room = {_UNIT: 20, _NAME: 20, _AWARD: 24, _DECISION: 11, _BASIS: 26, _NOTE: 16}
        self.sheet.height(row, max(lines(texts[col], width) for col, width in room.items()))

    def _rounding(self, product: str) -> str:
        """The rule that stands above the table, as a formula."""
        up, nearest = (_text(self.labels.word(f"money_{rule}")) for rule in _RULES[:2])
        exact = f"ROUND({product},0)"
        return (
            f"IF({self.rule}={up},ROUNDUP({product},-4),"
            f"IF({self.rule}={nearest},ROUND({product},-4),{exact}))"
        )

    def _amount(self, state: str, rounded: str) -> str:
        paid, covered = (_text(self.labels.state(code)) for code in ("paid", "covered"))
        return f'=IF({state}={covered},0,IF(AND({state}={paid},ISNUMBER({rounded})),{rounded},""))'

    def _nobody(self, span: Span) -> None:
        for col in range(span.last_col + 1):
            text = self.labels.word("report_no_rows") if col == _STATE else None
            self.sheet.put(span.first_row, col, text, "cell")

    def _lists(self, span: Span) -> None:
        """Drop-downs of the rule, of what is paid and of the tick; colours follow the words."""
        say, sheet = self.labels.word, self.sheet
        states = [self.labels.state(code) for code in _STATES]
        rules = [say(f"money_{rule}") for rule in _RULES]
        live.hidden_lists(
            self.book, _LISTS, [("tien_lam_tron", rules), ("tien_chi", states), ("tien_da", ["✓"])]
        )
        rule_row = int(self.rule.rpartition("$")[2]) - 1
        live.choose(sheet, rule_row, _NAME, "tien_lam_tron")
        if self.money.lines:
            live.choose(sheet, span.first_row, _STATE, "tien_chi", span.last_row)
            live.choose(sheet, span.first_row, _TICK, "tien_da", span.last_row)
        first = live.address(span.first_row, _STATE)
        for code, role in _STATES.items():
            shown = f"={first}={_text(self.labels.state(code))}"
            live.colour_where(sheet, (span.first_row, span.last_row), _STATE, shown, role)

    # --- sums --------------------------------------------------------------------------------

    def _sums(self, span: Span) -> None:
        """Sums by decision, unit, and award with kind; then all in all."""
        amounts = _range(span, _AMOUNT)
        labels, money = self.labels, self.money
        if len({(line.decision, line.decided) for line in money.lines}) > 1:
            self._block("decision", span, {_DECISION: _decision_of(labels)})
        self._block("unit", span, {_UNIT: lambda line: labels.unit(line.unit)})
        award: dict[int, Callable[[Line], str]] = {
            _KIND: lambda line: labels.kind(line.kind),
            _AWARD: lambda line: labels.award(line.award),
        }
        self._block("award", span, award)
        self._block("kind", span, {_KIND: award[_KIND]})
        row, found = self.sheet.row, money.total
        self._sum_row(row, found, {_UNIT: labels.word("money_total")})
        states = _range(span, _STATE)
        unknown = f'SUMPRODUCT(({states}<>"")*1)-SUMPRODUCT(ISNUMBER({amounts})*1)'
        if not money.lines:
            unknown = "0"
        self.sheet.formula(row, _AMOUNT, self._whole(unknown, f"SUM({amounts})"),
                           self._shown(found), "integer", "total")  # fmt: skip
        top = int(self.total.rpartition("$")[2]) - 1
        self.sheet.formula(
            top, _NAME, f"={live.address(row, _AMOUNT)}", self._shown(found), "integer", "total"
        )
        self.sheet.row = row + 1
        missing = f"=ISTEXT({live.address(span.last_row + 1, _AMOUNT)})"
        live.colour_where(self.sheet, (span.last_row + 1, row), _AMOUNT, missing, "query")

    def _block(self, name: str, span: Span, keys: Mapping[int, Callable[[Line], str]]) -> None:
        """One row a key; the sum adds up the rows of the table with these words."""
        self.sheet.put(self.sheet.row + 1, _UNIT, self.labels.word(f"money_by_{name}"), "heading")
        sums = self.money.sums(lambda line: "\n".join(key(line) for key in keys.values()))
        amounts = _range(span, _AMOUNT)
        for found in sums:
            row = self.sheet.row
            texts = dict(zip(keys, found.key.split("\n"), strict=True))
            self._sum_row(row, found, texts)
            same = "*".join(f"EXACT({_range(span, col)},{live.address(row, col)})" for col in texts)
            unknown = f"SUMPRODUCT({same}*1)-SUMPRODUCT({same}*ISNUMBER({amounts}))"
            formula = self._whole(unknown, f"SUMPRODUCT({same}*1,{amounts})")
            self.sheet.formula(row, _AMOUNT, formula, self._shown(found), "integer", "bold")
            self.sheet.row = row + 1

    def _sum_row(self, row: int, found: Sum, texts: Mapping[int, str]) -> None:
        looks = ("total",) if not found.key else ()
        for col, text in texts.items():
            self.sheet.put(row, col, text, "wrap", *looks)
        count = self.labels.word("money_times").format(count=found.awards)
        self.sheet.put(row, _ROUNDED, count, "cell", *looks)
        self.sheet.height(row, max(lines(text, 20) for text in texts.values()))

    def _whole(self, unknown: str, total: str) -> str:
        """The sum, or the words that it is not complete."""
        return f"=IF({unknown}>0,{_text(self.labels.word('money_incomplete'))},{total})"

    def _shown(self, found: Sum) -> int | str:
        return self.labels.word("money_incomplete") if found.amount is None else found.amount

    def _signatures(self) -> None:
        row = self.sheet.row + 1
        for col, key in ((_UNIT, "maker"), (_AWARD, "accountant"), (_PRODUCT, "head")):
            self.sheet.put(row, col, self.labels.word(f"money_{key}"), "plain", "bold")
            self.sheet.put(row + 1, col, self.labels.word("money_sign_here"), "subtitle")
        self.sheet.row = row + 5


def _decision_of(labels: Labels) -> Callable[[Line], str]:
    return lambda line: ", ".join(filter(None, (line.decision, labels.day(line.decided))))


def _range(span: Span, col: int) -> str:
    """The body of a column, on this sheet."""
    first, last = (live.address(row, col, fixed=True) for row in (span.first_row, span.last_row))
    return f"{first}:{last}"


def _figure(value: Decimal | None) -> float | int | None:
    """A stored value for a cell; whole numbers stay whole."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _text(words: str) -> str:
    """Words as a formula holds them."""
    return '"' + words.replace('"', '""') + '"'
