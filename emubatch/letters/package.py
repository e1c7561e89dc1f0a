"""The same bytes for the same document: members in one order, with one date, one ``core.xml``."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

_CORE = "docProps/core.xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_FIRST = ("[Content_Types].xml", "_rels/.rels")
_CORE_TEXT = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:title>{title}</dc:title><dc:creator>emubatch</dc:creator>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:modified>'
    "</cp:coreProperties>"
)


def normalised(content: bytes, *, day: str, title: str) -> bytes:
    """A ``.docx`` whose bytes depend on its contents only; ``day`` (ISO) is its date."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        members = {name: old.read(name) for name in old.namelist()}
    if _CORE in members:
        members[_CORE] = _CORE_TEXT.format(title=escape(title), day=day).encode()
    names = sorted(members, key=lambda name: (name not in _FIRST, name))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in names:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o600 << 16
            new.writestr(entry, members[name])
    return stream.getvalue()
