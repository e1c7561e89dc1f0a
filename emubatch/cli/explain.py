"""``emubatch explain``: why a nominee passes, fails or must be looked at, clause by clause."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import click

from emubatch.cli.options import Command, both, json_option, lang_option, plan_option
from emubatch.cli.published import Published, Row
from emubatch.messages import word
from emubatch.model import Lang
from emubatch.month import InputError
from emubatch.programme.problems import nearest
from emubatch.runfolder import COUNCIL, read_table
from emubatch.vietnamese import clean, fold_key, name_key

# What is printed below the title of a row, as far as the row has it.
_SCORE = ("base", "option", "exceed_pct", "bonus", "penalty", "total")
_INDICATOR = ("value", "last_year", "growth_pct", "plan", "plan_pct")
_TARGET = ("numerator", "denominator", "value", "value_to", "floor", "cap", "waves", "note")
_OUTCOMES = ("pass", "fail", "review", "na")


@dataclass(slots=True)
class Node:
    """One criterion of a tree: its row of ``verdicts.csv`` or ``scores.csv``, and its parts."""

    row: Row
    label: str
    children: list[Node] = field(default_factory=list)
    of_unit: bool = False  # one unit's part of a target

    def as_json(self) -> dict[str, Any]:
        """The tree as plain values."""
        return {
            **self.row,
            "label": self.label,
            "children": [child.as_json() for child in self.children],
        }


@click.command(
    cls=Command,
    help=both(
        "In cây giải trình của NOMINEE trong kết quả RUN (thư mục kết quả, hoặc một tháng NĂM-THÁNG"
        " của thư mục làm việc): điều khoản, yêu cầu, thực tế, ô, kết luận. NOMINEE là mã hoặc tên"
        " người, tập thể; hoặc mã đơn vị; hoặc mã mục tiêu (T3), để xem cả cơ quan.",
        "Print the verdict tree of NOMINEE in RUN (a run folder, or a month YYYY-MM of the"
        " workspace): clause, required, found, cell, outcome. NOMINEE is an id or a name, the code"
        " of a unit, or that of a target (T3) for the whole department.",
    ),
)
@click.argument("run")
@click.argument("nominee")
@click.option(
    "--criterion",
    metavar="ID",
    help=both("Chỉ in tiêu chí này và các phần của nó", "Only this criterion and its parts"),
)
@plan_option
@json_option
@lang_option
def command(
    run: str, nominee: str, criterion: str | None, programme: str, as_json: bool, lang: Lang
) -> None:
    """Find the nominee or unit, build its trees, print them."""
    from emubatch.cli.place import find_run, plan_of_run

    place, folder = find_run(run)
    published = Published(folder, programme or plan_of_run(place, folder))
    found = _find(published, nominee)
    trees = _trees(published, found, lang)
    if criterion:
        trees = _only(trees, criterion)
    if as_json:
        shown: dict[str, Any] = {**found, "trees": [tree.as_json() for tree in trees]}
        if "nominee" in found:
            shown["needs"] = _needs_json(published, found, lang)
            shown["council"] = _council_row(published, found)
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    lines = [*_heading(published, found, lang), *_lines(trees, lang)]
    if not criterion:
        lines += _needs_lines(published, found, lang)
    click.echo("\n".join(lines))


# --- who is meant --------------------------------------------------------------------------------


def _find(published: Published, text: str) -> Row:
    """The row of ``nominees.csv`` that is meant, or ``{"unit": code}`` for a unit.

    Raises:
        InputError: ``ambiguous`` with the choices, or ``unknown_nominee`` with the nearest names.
    """
    nominees = list(published.rows("nominees"))
    wanted = clean(text)
    tests: tuple[Callable[[Row], bool], ...] = (
        lambda row: row["nominee"] == wanted,
        lambda row: row["nominee"].casefold() == wanted.casefold(),
        lambda row: name_key(row["name"]) == name_key(wanted),
        lambda row: fold_key(row["name"]) == fold_key(wanted),
    )
    for test in tests:
        found = [row for row in nominees if test(row)]
        if len(found) == 1:
            return found[0]
        if found:
            choices = "\n".join(f"  {row['nominee']}  {row['name']}" for row in found)
            raise InputError("ambiguous", value=text, choices=choices)
    units = {row["unit"]: row for row in published.rows("submissions") if row["unit"]}
    for code in units:
        if code.casefold() == wanted.casefold():
            return {"unit": code}
    targets = dict.fromkeys(row["target"] for row in _targets_of(published))
    for code in targets:
        if code.casefold() == wanted.casefold():
            return {"target": code}
    known = [*units, *targets]
    raise InputError("unknown_nominee", value=text, nearest=_nearest(nominees, known, wanted))


def _nearest(nominees: Sequence[Row], units: Iterable[str], wanted: str) -> str:
    """«; gần nhất: …» with names and their ids, or nothing."""
    by_fold: dict[str, str] = {}
    for row in nominees:
        by_fold.setdefault(fold_key(row["name"]), f"{row['name']} ({row['nominee']})")
        by_fold.setdefault(fold_key(row["nominee"]), row["nominee"])
    for code in units:
        by_fold.setdefault(fold_key(code), code)
    likely = [by_fold[key] for key in nearest(fold_key(wanted), by_fold)]
    return f": {'; '.join(likely)}" if likely else ""


# --- trees ---------------------------------------------------------------------------------------


def _trees(published: Published, found: Row, lang: Lang) -> list[Node]:
    if "nominee" in found:
        rows = [r for r in published.rows("verdicts") if r["nominee"] == found["nominee"]]
        return _outline(rows, _labels(published, lang), lambda row: row.get("parent", ""))
    if "target" in found:
        return [_target_tree(published, found["target"], lang)]
    unit = found["unit"]
    scores = [row for row in published.rows("scores") if row["unit"] == unit]
    parents = _score_parents(published, [row["criterion"] for row in scores])
    trees = _outline(scores, _labels(published, lang), lambda row: parents[row["criterion"]])
    named = _labels(published, lang)
    indicators = [row for row in published.rows("indicators") if row["unit"] == unit]
    trees += [Node(row, named.get(row["indicator"], "")) for row in indicators]
    targets = [row for row in published.rows("targets") if row["unit"] == unit]
    trees += [Node(row, named.get(row["target"], "")) for row in targets]
    checks = [row for row in published.rows("delegate_checks") if row["unit"] == unit]
    trees += [Node(row, named.get(row["check"], "")) for row in checks]
    people = [row for row in published.rows("nominees") if row["unit"] == unit]
    trees += [Node(row, row["name"]) for row in people]
    return trees


def _targets_of(published: Published) -> list[Row]:
    return list(published.rows("targets")) if published.has("targets") else []


def _target_tree(published: Published, code: str, lang: Lang) -> Node:
    """A target of the whole department, with each unit's part in it below."""
    rows = [row for row in _targets_of(published) if row["target"] == code]
    whole = next(row for row in rows if not row["unit"])
    parts = [{key: row[key] for key in row if key != "population"} for row in rows if row["unit"]]
    names = {row["unit"]: row["name"] for row in published.rows("units")}
    label = _labels(published, lang).get(code, "")
    below = [Node(row, names.get(row["unit"], ""), of_unit=True) for row in parts]
    return Node(whole, label, below)


def _outline(
    rows: Sequence[Row], labels: dict[str, str], parent_of: Callable[[Row], str]
) -> list[Node]:
    """Rows in outline order as trees; a row whose parent is not among them is a root."""
    nodes = {row["criterion"]: Node(row, labels.get(row["criterion"], "")) for row in rows}
    roots: list[Node] = []
    for row in rows:
        parent = nodes.get(parent_of(row))
        siblings = parent.children if parent else roots
        siblings.append(nodes[row["criterion"]])
    return roots


def _labels(published: Published, lang: Lang) -> dict[str, str]:
    """Id of a criterion, scorecard row, indicator or target -> its short label."""
    programme = published.programme
    if programme is None:
        return {}
    rows: list[tuple[str, str, str]] = [
        *((row.id, row.label_vi, row.label_en) for row in programme.criteria),
        *((row.code, row.label_vi, row.label_en) for row in programme.scorecard),
        *((row.code, row.label_vi, row.label_en) for row in programme.indicators),
        *((row.id, row.label_vi, row.label_en) for row in programme.targets),
        *((row.id, row.label_vi, row.label_en) for row in programme.delegates),
    ]
    return {code: (lang == "en" and en) or vi for code, vi, en in rows}


def _score_parents(published: Published, codes: Sequence[str]) -> dict[str, str]:
    programme = published.programme
    known = {row.code: row.parent for row in programme.scorecard} if programme else {}
    return {code: known.get(code, "") for code in codes}


def _only(trees: Sequence[Node], criterion: str) -> list[Node]:
    """The tree below one criterion.

    Raises:
        InputError: ``unknown_criterion`` with the nearest ids.
    """
    every = {node.row["criterion"]: node for node in _walk(trees) if "criterion" in node.row}
    if criterion in every:
        return [every[criterion]]
    likely = ", ".join(nearest(criterion, every))
    raise InputError("unknown_criterion", value=criterion, nearest=f": {likely}" if likely else "")


def _walk(trees: Iterable[Node]) -> Iterator[Node]:
    for node in trees:
        yield node
        yield from _walk(node.children)


# --- what is still needed ------------------------------------------------------------------------


def _ways(published: Published, found: Row) -> dict[str, list[Row]]:
    """Number of a way -> its steps; way 0 holds what keeps every way closed."""
    ways: dict[str, list[Row]] = {}
    for row in published.rows("needs"):
        if row["nominee"] == found.get("nominee"):
            ways.setdefault(row["way"], []).append(row)
    return ways


def _needs_json(published: Published, found: Row, lang: Lang) -> dict[str, Any]:
    ways = _ways(published, found)
    blocked = ways.pop("0", [])
    keys = ("kind", "criterion", "clause", "count", "years", "text")

    def plain(rows: Sequence[Row]) -> list[Row]:
        return [{key: row[key] for key in keys} for row in rows]

    return {
        "note": word("explain_needs_note", lang),
        "ways": [plain(rows) for rows in ways.values()],
        "closed": plain(blocked),
    }


def _needs_lines(published: Published, found: Row, lang: Lang) -> Iterator[str]:
    """What would still be needed, one way under the other; nothing for who passes."""
    ways = _ways(published, found)
    if not ways:
        return
    yield from ("", word("explain_needs", lang), word("explain_needs_note", lang))
    for number, rows in ways.items():
        key = "explain_closed" if number == "0" else "explain_way"
        if len(ways) > 1 or number == "0":
            yield "  " + word(key, lang).format(number=number)
        for row in rows:
            yield f"    – {row['text']}" + (f" ({row['clause']})" if row["clause"] else "")


# --- printing ------------------------------------------------------------------------------------


def _heading(published: Published, found: Row, lang: Lang) -> list[str]:
    lines = [word("explain_whole", lang) if "target" in found else found["unit"]]
    if "nominee" in found:
        kind = word(f"kind_{found['kind']}", lang)
        lines = [
            f"{found['name']} · {kind} · {found['unit']} · {found['nominee']}",
            f"{_sign(found['eligibility'], lang)} {_outcome(found['eligibility'], lang)}",
            *filter(None, [found.get("reason")]),
            *_decided(published, found, lang),
        ]
    facts = published.manifest
    stated = facts.get("programme", {})
    about = word("explain_run", lang).format(
        programme=stated.get("id"), version=stated.get("version"), as_of=facts.get("as_of")
    )
    if not published.is_current:
        about += f" · {word('explain_other_programme', lang)}"
    return [*lines, about, ""]


def _decided(published: Published, found: Row, lang: Lang) -> Iterator[str]:
    """What the council decided on the nominee, if it sat."""
    row = _council_row(published, found)
    if row is not None:
        from emubatch.xl.ballot import marked

        texts = (marked(row["decision"], lang), row["award"], row["reason"])
        yield f"{word('explain_council', lang)}: {' · '.join(filter(None, texts))}"


def _council_row(published: Published, found: Row) -> Row | None:
    rows = read_table(published.folder / COUNCIL, "decisions")
    return next((row for row in rows if row["nominee"] == found["nominee"]), None)


def _sign(code: str, lang: Lang) -> str:
    alike = {"scored": "pass", "error": "fail"}.get(code, code)
    return word(f"sign_{alike}", lang) if alike in _OUTCOMES else "·"


def _outcome(code: str, lang: Lang) -> str:
    """The word of an outcome; a code that has none as it stands."""
    if code in (*_OUTCOMES, "progress"):
        return word(code, lang)
    return word("report_scored", lang) if code == "scored" else code


def _lines(trees: Sequence[Node], lang: Lang) -> list[str]:
    lines = [line for node in trees for line in _tree(node, lang, "", "")]
    return lines or [word("explain_nothing", lang)]


def _tree(node: Node, lang: Lang, first: str, rest: str) -> Iterator[str]:
    """A row, what is known about it, and its parts, drawn with lines."""
    yield first + _title(node, lang)
    inner = rest + ("│  " if node.children else "   ")
    for detail in _details(node.row, lang):
        yield inner + detail
    for child in node.children:
        last = child is node.children[-1]
        corner, below = ("└─ ", "   ") if last else ("├─ ", "│  ")
        yield from _tree(child, lang, rest + corner, rest + below)


def _title(node: Node, lang: Lang) -> str:
    row = node.row
    codes = ("criterion", "indicator", "target", "check", "nominee")
    code = next(filter(None, (row.get(key) for key in codes)), "")
    code = row["unit"] if node.of_unit else code
    outcome = row.get("outcome") or row.get("eligibility", "")
    clause = f" ({row['clause']})" if row.get("clause") else ""
    name = " ".join(filter(None, (code, node.label)))
    return f"{_sign(outcome, lang)} {name}{clause}: {_outcome(outcome, lang)}"


def _details(row: Row, lang: Lang) -> Iterator[str]:
    """Lines below a title: what was required, what was found, in which cells."""
    figures = _TARGET if "target" in row else _INDICATOR
    for keys in (("required", "measured"), ("population",), _SCORE, figures, ("evidence",)):
        parts = [f"{word(f'explain_{key}', lang)}: {row[key]}" for key in keys if row.get(key)]
        if parts:
            yield " · ".join(parts)
