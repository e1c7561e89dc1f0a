"""The scorecard as formulas: which cell of a row follows which others.

They say what the rules say, with the programme's readings written into them; a test has
LibreOffice calculate every one of them and compares the numbers with those of the rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from emubatch.xl import live

if TYPE_CHECKING:
    from emubatch.programme.tables import Programme, ScoreOption, ScoreRow
    from emubatch.reports.view import View

# Columns of a row, in their order on the sheet.
(MARK, CODE, LABEL, CLAUSE, BASE, LEVEL, FACT, OUT_OF, EXCEED, ENTERED, POINTS, BONUS, PENALTY,
 SUM, NOTE, PLACE) = range(16)  # fmt: skip
_EMPTY = '""'


class Levels:
    """The levels of every criterion as texts to choose from, and as defined lists."""

    def __init__(self, view: View) -> None:
        self.options = view.programme.options_of
        self.enters = view.programme.reading("shortfall_penalty") == "entered"
        self._texts = {
            code: _texts([(option.option, view.label(option)) for option in options])
            for code, options in self.options.items()
        }

    def of(self, code: str) -> Sequence[ScoreOption]:
        """The options of a criterion."""
        found: Sequence[ScoreOption] = self.options.get(code, ())
        return found

    def texts(self, code: str) -> Mapping[str, str]:
        """Option -> what the drop-down shows, each once."""
        return self._texts.get(code, {})

    def asks_penalty(self, option: ScoreOption) -> bool:
        """Whether the penalty of this level is entered by hand."""
        return option.penalty_entered and self.enters

    def lists(self) -> Iterator[tuple[str, Sequence[object]]]:
        """Defined name -> values, for every criterion only what its formulas look up."""
        for code, options in self.options.items():
            yield list_name("muc", code), list(self.texts(code).values())
            yield list_name("diem", code), [option.points for option in options]
            if any(option.per_unit for option in options):
                yield list_name("moi", code), [option.per_unit for option in options]
                yield list_name("san", code), [option.floor for option in options]
            if any(option.short for option in options):
                yield list_name("thieu", code), [int(option.short) for option in options]
            if any(map(self.asks_penalty, options)):
                yield list_name("nhap", code), [int(self.asks_penalty(o)) for o in options]


def _texts(labels: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Labels without the signs that MATCH takes for wildcards, short enough for it, all unlike."""
    plain = {code: "".join(c for c in label if c not in "*?~")[:120] for code, label in labels}
    alike = len({text.casefold() for text in plain.values()}) < len(plain)
    return {code: f"{code}. {text}" for code, text in plain.items()} if alike else plain


def list_name(stem: str, code: str) -> str:
    """Defined name of a list of a criterion."""
    return f"{stem}_" + "".join(c if c.isalnum() else "_" for c in code)


def text(words: str) -> str:
    """Words as a formula holds them."""
    return '"' + words.replace('"', '""') + '"'


class LeafFormulas:
    """The formulas of one leaf of the scorecard in one row."""

    def __init__(
        self,
        spec: ScoreRow,
        levels: Levels,
        row: int,
        programme: Programme,
        numbers: Mapping[str, str],
    ) -> None:
        self.spec, self.levels, self.programme, self.numbers = spec, levels, programme, numbers
        self.options = levels.of(spec.code)
        columns = {
            "base": BASE, "level": LEVEL, "fact": FACT, "out_of": OUT_OF, "exceed": EXCEED,
            "entered": ENTERED, "points": POINTS, "bonus": BONUS, "penalty": PENALTY,
        }  # fmt: skip
        self.at = {name: live.address(row, col) for name, col in columns.items()}

    def all(self, otherwise: float | None) -> dict[int, str]:
        """Column -> formula; ``otherwise``: points while no level is chosen, None for none."""
        return {
            POINTS: self._points(otherwise),
            BONUS: self._bonus(),
            PENALTY: self._penalty(),
            SUM: self._sum(),
        }

    def level(self) -> str:
        """The level that the entered figure tells, empty where it tells none."""
        fact, whole = self.at["fact"], self.at["out_of"]
        share = self.spec.fact == "share"
        found = _EMPTY
        for option in reversed(self.options):
            if option.fact_from is not None or option.fact_to is not None:
                shown = text(self.levels.texts(self.spec.code)[option.option])
                found = f"IF({_inside(option, fact, whole if share else '')},{shown},{found})"
        if share:
            known = f"AND(ISNUMBER({fact}),ISNUMBER({whole}))"
            return f'=IF({known},IF(OR({whole}=0,{fact}>{whole}),"",{found}),"")'
        return f'=IF(ISNUMBER({fact}),{found},"")'

    def _look_up(self, stem: str) -> str:
        code, level = self.spec.code, self.at["level"]
        return f"INDEX({list_name(stem, code)},MATCH({level},{list_name('muc', code)},0))"

    def _points(self, otherwise: float | None) -> str:
        found, fact = self._look_up("diem"), self.at["fact"]
        if any(option.per_unit for option in self.options):
            each, least = self._look_up("moi"), self._look_up("san")
            counted = f"MAX({least},{found}+{each}*{fact})"
            found = f'IF({each}=0,{found},IF(ISNUMBER({fact}),{counted},""))'
        blank = _EMPTY if otherwise is None else f"{otherwise:.15g}"
        return f'=IF({self.at["level"]}="",{blank},{found})'

    def _bonus(self) -> str:
        if not self.spec.bonus:
            return f'=IF({self.at["points"]}="","",0)'
        exceed = self.at["exceed"]
        cap = f"{self.at['base']}*{self._number('cap_pct_of_base')}/100"
        bonus = f"MIN(MAX({exceed},0)*{self._number('points_per_pct')},{cap})"
        if self.programme.reading("bonus_rule") == "flat":
            bonus = f"IF({exceed}>0,{cap},0)"
        bonus = f'IF(ISNUMBER({exceed}),{bonus},"")'
        if any(option.short for option in self.options):
            level = self.at["level"]
            bonus = f'IF({level}="",{bonus},IF({self._look_up("thieu")}=1,0,{bonus}))'
        return f'=IF({self.at["points"]}="","",{bonus})'

    def cut_by_cap(self) -> str:
        """Points of exceeding that the cap takes away; 0 under a rule that knows no others."""
        if self.programme.reading("bonus_rule") == "flat":
            return "0"
        exceed, bonus = self.at["exceed"], self.at["bonus"]
        return f"IF(N({bonus})>0,N({exceed})*{self._number('points_per_pct')}-{bonus},0)"

    def _number(self, key: str) -> str:
        return self.numbers.get(key) or self.programme.reading(key)

    def _penalty(self) -> str:
        found = f"{self.at['base']}-{self.at['points']}"
        if any(map(self.levels.asks_penalty, self.options)):
            entered, level = self.at["entered"], self.at["level"]
            added = f'IF(ISNUMBER({entered}),{found}+{entered},"")'
            asked = f"IF({self._look_up('nhap')}=0,{found},{added})"
            found = f'IF({level}="",{found},{asked})'
        return f'=IF({self.at["points"]}="","",{found})'

    def _sum(self) -> str:
        points, bonus, penalty = (self.at[name] for name in ("points", "bonus", "penalty"))
        known = f"COUNT({points},{bonus},{penalty})=3"
        if any(map(self.levels.asks_penalty, self.options)):
            known = f"AND({known},N({penalty})<={self.at['base']})"
        if self.programme.reading("bonus_with_penalty") == "review":
            known = f"AND({known},N({bonus})*N({penalty})=0)"
        return f'=IF({known},{self.at["base"]}+{bonus}-{penalty},"")'


def _inside(option: ScoreOption, fact: str, whole: str) -> str:
    """Whether a figure lies in the range of a level; shares by whole numbers, part against all."""
    value = f"{fact}*100" if whole else fact
    scale = f"*{whole}" if whole else ""
    parts = []
    if option.fact_from is not None:
        sign = ">" if option.from_open else ">="
        parts.append(f"{value}{sign}{option.fact_from:g}{scale}")
    if option.fact_to is not None:
        sign = "<" if option.to_open else "<="
        parts.append(f"{value}{sign}{option.fact_to:g}{scale}")
    return f"AND({','.join(parts)})"
