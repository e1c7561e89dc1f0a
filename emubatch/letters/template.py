"""Checks a Word template against the fields there are, and fills it.

A template is a ``.docx`` with Jinja tags that docxtpl reads: ``{{ field }}``, and ``{%p for … %}``
or ``{%tr for … %}`` around paragraphs or table rows. Whatever is wrong with a template is found
before anything is written: an unknown field anywhere in it, also where no data leads, a tag that
is not closed, a loop over what is no list. Values are escaped, so a name with ``<`` or ``&`` comes
through whole, and never read as tags.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emubatch.letters.errors import LettersError, Trouble, trouble
from emubatch.letters.package import normalised
from emubatch.letters.tags import check_tags

if TYPE_CHECKING:
    from docxtpl import DocxTemplate
    from jinja2 import Environment

# XML 1.0 cannot hold these; docxtpl would take some of them for a new paragraph or page.
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was read and is sound. ``name`` is what messages call it."""

    document: str
    name: str
    path: Path
    engine: DocxTemplate
    environment: Environment

    def fill(self, values: Mapping[str, Any], day: str, title: str) -> bytes:
        """The document as the bytes of a ``.docx``, the same for the same values.

        Raises:
            LettersError: when the template asks for what is not there.
        """
        from jinja2 import TemplateError

        try:
            self.engine.render(_printable(values), self.environment, autoescape=True)
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            problem = trouble("template_broken", template=self.name, detail=str(error), near="–")
            raise LettersError("configuration", [problem]) from error
        stream = io.BytesIO()
        self.engine.save(stream)
        return normalised(stream.getvalue(), day=day, title=title)


def require_library() -> None:
    """Make sure that Word files can be filled.

    Raises:
        LettersError: naming the extra that is not installed.
    """
    try:
        import docxtpl  # noqa: F401
    except ModuleNotFoundError as error:
        raise LettersError("usage", [trouble("extra")]) from error


def open_template(document: str, path: Path, name: str) -> Template:
    """Read and check a template.

    Raises:
        LettersError: all that is wrong with it.
    """
    engine = _opened(path, name)
    troubles: list[Trouble] = []
    environment = _environment()
    for text in _parts(engine):
        troubles += check_tags(environment, text, document, name)
    if troubles:
        raise LettersError("configuration", list(dict.fromkeys(troubles)))
    return Template(document, name, path, engine, environment)


def _opened(path: Path, name: str) -> DocxTemplate:
    from docx.opc.exceptions import PackageNotFoundError
    from docxtpl import DocxTemplate

    try:
        engine = DocxTemplate(path)
        engine.init_docx()
        return engine
    except FileNotFoundError:
        raise
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        problem = trouble("template_unreadable", template=name, detail=type(error).__name__)
        raise LettersError("configuration", [problem]) from error


def _parts(engine: DocxTemplate) -> Iterator[str]:
    """The texts of a template that hold tags: body, headers, footers, footnotes."""
    yield engine.patch_xml(engine.get_xml())
    for uri in (engine.HEADER_URI, engine.FOOTER_URI):
        for _, part in engine.get_headers_footers(uri):
            yield engine.patch_xml(engine.get_part_xml(part))
    for part in engine.docx.part.package.parts:
        if part.content_type.endswith("footnotes+xml"):
            yield engine.patch_xml(part.blob.decode("utf-8"))


def _environment() -> Environment:
    """Jinja that knows no way out of its values, and compiles each text once.

    A notice to every unit fills one template again and again.
    """
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    compiled = lru_cache(maxsize=None)(environment.from_string)
    environment.from_string = compiled  # type: ignore[assignment, method-assign]
    return environment


def _printable(value: Any) -> Any:
    """Values as Word can hold them: composed letters, no control characters, one line."""
    if isinstance(value, Mapping):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_printable(one) for one in value]
    if isinstance(value, str):
        return printable(value)
    return value


def printable(text: str) -> str:
    """A text as one line that XML can hold, its letters composed; nothing else is changed."""
    text = _NOT_XML.sub(" ", unicodedata.normalize("NFC", text).replace("\r\n", "\n"))
    return re.sub(r"[ \t\n]+", " ", text).strip()
