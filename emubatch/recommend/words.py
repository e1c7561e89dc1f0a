"""Steps in words: how they can be taken, what they are, by which clause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from emubatch.messages import word
from emubatch.model import NA, PASS, Lang
from emubatch.programme.tables import in_lang
from emubatch.recommend.steps import Step, Way, settle
from emubatch.rules.frames import Month
from emubatch.rules.node import Node

_ROW_ROLES = ("detail", "unit_detail")


class Writer:
    """Steps of one month in one language."""

    def __init__(self, month: Month, roots: Sequence[Node], lang: Lang) -> None:
        self.month = month
        self.lang = lang
        self.roots = roots
        self.nodes = {node.row.id: node for root in roots for node in root.walk()}

    def unproved(self, who: int) -> Way:
        """Where no way was accepted: what is not met, for a person to look at."""
        open_ = [
            node
            for root in self.roots
            for node in root.walk()
            if node.outcome[who] not in (PASS, NA) and not node.children
        ]
        return frozenset(settle(node.row.id) for node in open_)

    def rows(self, way: Way, who: int) -> Iterator[tuple[str, str, str, int, str, str]]:
        """Kind, criterion, clause, number, years and text of the steps of each criterion."""
        ordered = sorted(way, key=lambda s: (self.nodes[s.criterion].position, s.kind, s.year))
        for (criterion, kind), group in groupby(ordered, key=lambda s: (s.criterion, s.kind)):
            steps, node = list(group), self.nodes[criterion]
            free = next((step.years for step in steps if step.years), ())
            years = free or tuple(step.year for step in steps if step.year)
            text = word(f"need_{kind}", self.lang).format(what=self._what(steps, node, who))
            shown = ", ".join(map(str, years))
            yield kind, criterion, node.row.clause, len(steps), shown, text

    def _what(self, steps: Sequence[Step], node: Node, who: int) -> str:
        step, label = steps[0], self._label(node)
        years = [one.year for one in steps if one.year]
        key = "need_more" if step.years or step.number else "need_in_years" if years else ""
        choice = step.years if key == "need_more" and step.years else years
        text = label
        if key:
            shown = _spans(sorted(choice))
            text = word(key, self.lang).format(what=label, count=len(steps), years=shown)
        if not step.open:
            return f"{text} ({node.measured[who] or node.required})"
        if self.month.role(step.sheet) in _ROW_ROLES:
            return text
        field = self.month.field(step.sheet, step.values[0][0])
        header = field and in_lang(field, "header", self.lang)
        return f"«{header}» – {label} ({node.required})"

    def _label(self, node: Node) -> str:
        row = node.row
        return in_lang(row, "label", self.lang) or row.id


def _spans(years: Sequence[int]) -> str:
    """``2015–2017, 2019``."""
    parts: list[list[int]] = []
    for year in years:
        if parts and year == parts[-1][-1] + 1:
            parts[-1].append(year)
        else:
            parts.append([year])
    return ", ".join(f"{p[0]}–{p[-1]}" if len(p) > 1 else str(p[0]) for p in parts)
