"""The tags of a template, checked without data: syntax, and every field that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from emubatch.letters.errors import Trouble, trouble
from emubatch.letters.fields import ANYTHING, Node, known_paths, tree_of
from emubatch.programme.problems import nearest

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

_ANY = Node("any")
_TEXT = Node("text")
_LOOP = Node("group", {"*": _ANY})
_STRAY = re.compile(r"\{\{|\}\}|\{%|%\}")
_MARKUP = re.compile(r"<[^>]+>")
Scope = Mapping[str, Node]


def check_tags(environment: Environment, xml: str, document: str, name: str) -> list[Trouble]:
    """All that is wrong with the tags of one part of a template."""
    from jinja2 import TemplateSyntaxError

    text = re.sub(r"<w:p([ >])", r"\n<w:p\1", xml)
    try:
        stray = _stray(environment, text)
        if stray:
            return [trouble("template_stray", template=name, near=stray)]
        parsed = environment.parse(text)
        environment.compile(parsed)
        parsed = environment.parse(text)
    except TemplateSyntaxError as error:
        near = _near(text, error.lineno)
        return [trouble("template_broken", template=name, detail=str(error.message), near=near)]
    return list(_Checker(document, name).block(parsed.body, tree_of(document).parts))


def _stray(environment: Environment, text: str) -> str:
    """The words around half a tag that would be printed as it stands; empty if there is none."""
    for _, kind, value in environment.lex(text):
        found = _STRAY.search(value) if kind == "data" else None
        if found:
            words = _MARKUP.sub("", value[max(0, found.start() - 400) : found.end() + 400])
            at = _STRAY.search(words)
            middle = at.start() if at else 0
            return " ".join(words[max(0, middle - 30) : middle + 40].split())
    return ""


def _near(text: str, line: int | None) -> str:
    """The words of the paragraph in which a tag is wrong."""
    lines = text.splitlines()
    for number in range(min(line or 1, len(lines)), 0, -1):
        words = " ".join(_MARKUP.sub("", lines[number - 1]).split())
        if words:
            return words[:80]
    return "–"


class _Checker:
    """Walks the tags of a template and says which names are not there."""

    def __init__(self, document: str, name: str) -> None:
        self.document = document
        self.name = name

    def block(self, body: list[nodes.Node], scope: Scope) -> Iterator[Trouble]:
        """Statements one after another; ``set`` and loops give names to what follows."""
        from jinja2 import nodes

        scope = dict(scope)
        for node in body:
            if isinstance(node, nodes.For):
                yield from self._loop(node, scope)
            elif isinstance(node, nodes.If):
                yield from self._value(node.test, scope)
                for branch in (node.body, node.elif_, node.else_):
                    yield from self.block(list(branch), scope)
            elif isinstance(node, nodes.Assign):
                yield from self._value(node.node, scope)
                _bind(scope, node.target, self._type(node.node, scope))
            elif isinstance(node, nodes.Output):
                for value in node.nodes:
                    yield from self._printed(value, scope)
            else:
                yield from self._value(node, scope)

    def _loop(self, node: nodes.For, scope: Scope) -> Iterator[Trouble]:
        yield from self._value(node.iter, scope)
        of = self._type(node.iter, scope)
        if of.kind in ("text", "group"):
            yield self._problem("template_no_list", _source(node.iter))
        inner = dict(scope)
        element = _ANY
        if of.kind == "list":
            element = Node("group", of.parts) if of.parts else _TEXT
        _bind(inner, node.target, element)
        inner["loop"] = _LOOP
        if node.test is not None:
            yield from self._value(node.test, inner)
        yield from self.block(list(node.body), inner)
        yield from self.block(list(node.else_), scope)

    def _printed(self, node: nodes.Node, scope: Scope) -> Iterator[Trouble]:
        """A value that is printed: a list or a group would print as brackets and quotes."""
        yield from self._value(node, scope)
        if self._type(node, scope).kind in ("list", "group"):
            yield self._problem("template_not_text", _source(node))

    def _value(self, node: nodes.Node, scope: Scope) -> Iterator[Trouble]:
        """Names and parts of names within an expression."""
        from jinja2 import nodes

        if isinstance(node, nodes.Name):
            if node.ctx == "load" and node.name not in scope:
                yield self._unknown(node.name, Node("group", dict(scope)))
            return
        if isinstance(node, nodes.Getattr | nodes.Getitem):
            yield from self._value(node.node, scope)
            base, part = self._type(node.node, scope), _part(node)
            if part is not None and base.kind != ANYTHING and not _has(base, part):
                yield self._unknown(f"{_source(node.node)}.{part}", base)
            return
        for child in node.iter_child_nodes():
            yield from self._value(child, scope)

    def _type(self, node: nodes.Node, scope: Scope) -> Node:
        """What an expression is; anything where it is more than a name with parts."""
        from jinja2 import nodes

        if isinstance(node, nodes.Name):
            return scope.get(node.name, _ANY)
        if isinstance(node, nodes.Getattr | nodes.Getitem):
            base, part = self._type(node.node, scope), _part(node)
            if base.kind in ("group", "list") and part is not None:
                return base.parts.get(part, _ANY) if base.kind == "group" else _ANY
        return _ANY

    def _unknown(self, wanted: str, base: Node) -> Trouble:
        before = wanted.rpartition(".")[0]
        names = [f"{before}.{name}" if before else name for name in known_paths(base)]
        last = wanted.rpartition(".")[2]
        own = {name.rpartition(".")[2]: name for name in reversed(names)}
        likely = [*nearest(wanted, names), *(own[one] for one in nearest(last, own))]
        shown = ", ".join(list(dict.fromkeys(likely))[:3]) or "–"
        return trouble("unknown_field", template=self.name, field=wanted, nearest=shown)

    def _problem(self, key: str, wanted: str) -> Trouble:
        return trouble(key, template=self.name, field=wanted)


def _bind(scope: dict[str, Node], target: nodes.Node, value: Node) -> None:
    from jinja2 import nodes

    names = [target] if isinstance(target, nodes.Name) else list(target.find_all(nodes.Name))
    for name in names:
        scope[name.name] = value if isinstance(target, nodes.Name) else _ANY


def _part(node: nodes.Getattr | nodes.Getitem) -> str | None:
    """The part that is asked for, None when it is known only while filling in."""
    from jinja2 import nodes

    if isinstance(node, nodes.Getattr):
        return node.attr
    stated = node.arg
    return (
        stated.value if isinstance(stated, nodes.Const) and isinstance(stated.value, str) else None
    )


def _has(base: Node, part: str) -> bool:
    return base.kind == "group" and (part in base.parts or "*" in base.parts)


def _source(node: nodes.Node) -> str:
    """An expression as it is typed, as far as it is names."""
    from jinja2 import nodes

    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr | nodes.Getitem):
        return f"{_source(node.node)}.{_part(node) or '…'}"
    return "…"
