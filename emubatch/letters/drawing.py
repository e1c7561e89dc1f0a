"""Draws Word templates in the layout that Vietnamese offices use, with styles that Word lists.

A4; margins 20 mm above and below, 30 mm left, 15 mm right; Times New Roman; page number centred at
the top from the second page on. Sizes stand in ``STYLES`` and nowhere else, so that an office that
wants 13 instead of 14 changes one style in Word.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from emubatch.letters.package import normalised

FONT = "Times New Roman"
_DAY = "2020-01-01"
_PORTRAIT, _LANDSCAPE = (210, 297), (297, 210)
MARGINS = {"top": 20, "bottom": 20, "left": 30, "right": 15}
WIDTH = _PORTRAIT[0] - MARGINS["left"] - MARGINS["right"]
WIDE = _LANDSCAPE[0] - MARGINS["left"] - MARGINS["right"]
LEFT, CENTRE, RIGHT, JUSTIFY = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Look:
    """A paragraph style: size and spaces in points, indent in millimetres."""

    size: float
    align: int = LEFT
    bold: bool = False
    italic: bool = False
    before: float = 0
    after: float = 0
    line: float = 1.0
    indent: float = 0
    keep: bool = False


STYLES = {
    "VB Quốc hiệu": Look(12, CENTRE, bold=True),
    "VB Tiêu ngữ": Look(13, CENTRE, bold=True),
    "VB Cơ quan chủ quản": Look(12, CENTRE),
    "VB Cơ quan": Look(12, CENTRE, bold=True),
    "VB Dòng kẻ": Look(2, CENTRE),
    "VB Số": Look(13, CENTRE, before=4),
    "VB Ngày": Look(13, CENTRE, italic=True, before=4),
    "VB Tên loại": Look(14, CENTRE, bold=True, before=14, keep=True),
    "VB Trích yếu": Look(14, CENTRE, bold=True, keep=True),
    "VB Kính gửi": Look(14, CENTRE, before=10, after=6),
    "VB Căn cứ": Look(14, JUSTIFY, italic=True, after=4, line=1.1, indent=10),
    "VB Thân": Look(14, JUSTIFY, after=6, line=1.1, indent=10),
    "VB Mục": Look(14, JUSTIFY, bold=True, before=4, after=6, indent=10, keep=True),
    "VB Giữa": Look(14, CENTRE, bold=True, before=6, after=6, keep=True),
    "VB Chú thích": Look(13, CENTRE, italic=True, after=6, keep=True),
    "VB Đầu bảng": Look(12, CENTRE, bold=True, before=2, after=2, keep=True),
    "VB Ô": Look(12, LEFT, before=2, after=2),
    "VB Ô giữa": Look(12, CENTRE, before=2, after=2),
    "VB Ô số": Look(12, RIGHT, before=2, after=2),
    "VB Ô đậm": Look(12, LEFT, bold=True, before=2, after=2, keep=True),
    "VB Sau bảng": Look(6),
    "VB Ngắt trang": Look(1),
    "VB Lời nhận": Look(12, LEFT, bold=True, italic=True, keep=True),
    "VB Nơi nhận": Look(11, LEFT, keep=True),
    "VB Chức vụ ký": Look(14, CENTRE, bold=True, keep=True),
    "VB Chỗ ký": Look(14, CENTRE, after=46, keep=True),
    "VB Người ký": Look(14, CENTRE, bold=True),
    "VB Số trang": Look(13, CENTRE),
    "GK Tên": Look(26, CENTRE, bold=True),
    "GK Tên dài": Look(18, CENTRE, bold=True),
    "GK Chức vụ": Look(16, CENTRE, italic=True),
    "GK Nội dung": Look(17, CENTRE),
    "GK Số": Look(13, LEFT),
    "GK Ngày": Look(14, CENTRE, italic=True),
    "GK Ký": Look(14, CENTRE, bold=True),
    "GK Trang": Look(2, LEFT),
}


class Drawing:
    """One template in the making; ``bytes`` is the finished ``.docx``."""

    def __init__(self, title: str, *, wide: bool = False, numbered: bool = True) -> None:
        import docx

        self.title = title
        self.docx: Any = docx.Document()
        self.width = WIDE if wide else WIDTH
        _clear(self.docx)
        _modern(self.docx)
        _styles(self.docx)
        self._page(self.docx.sections[0], wide)
        if numbered:
            _page_numbers(self.docx.sections[0])

    def bytes(self) -> bytes:
        """The template, the same bytes every time."""
        stream = io.BytesIO()
        self.docx.save(stream)
        return normalised(stream.getvalue(), day=_DAY, title=self.title)

    # --- paragraphs ------------------------------------------------------------------------------

    def text(self, style: str, *parts: str, keep: bool = False, into: Any = None) -> Any:
        """A paragraph; a part between asterisks is bold."""
        paragraph = (into or self.docx).add_paragraph(style=style)
        for part in parts:
            bold = part.startswith("*") and part.endswith("*") and len(part) > 2
            run = paragraph.add_run(part.strip("*") if bold else part)
            run.bold = True if bold else None
        if keep:
            paragraph.paragraph_format.keep_with_next = True
        return paragraph

    def tag(self, tag: str, into: Any = None) -> None:
        """A paragraph that only holds a tag for docxtpl, which takes it away."""
        (into or self.docx).add_paragraph(f"{{%p {tag} %}}", style="VB Thân")

    def rule(self, width: float, of: float, into: Any = None) -> None:
        """A line in the middle, ``width`` of ``of`` millimetres long."""
        from docx.shared import Mm, Pt

        paragraph = (into or self.docx).add_paragraph(style="VB Dòng kẻ")
        paragraph.paragraph_format.left_indent = Mm((of - width) / 2)
        paragraph.paragraph_format.right_indent = Mm((of - width) / 2)
        paragraph.paragraph_format.line_spacing = Pt(3)
        _border_below(paragraph)

    # --- tables ----------------------------------------------------------------------------------

    def grid(self, widths: Sequence[float], *, lines: bool = True) -> Any:
        """An empty table of these columns, in millimetres; ``lines`` draws its borders."""
        from docx.shared import Mm

        table = self.docx.add_table(rows=0, cols=len(widths))
        table.style = "Table Grid" if lines else "Normal Table"
        table.autofit = False
        table.alignment = CENTRE
        _cell_margins(table, 1.6 if lines else 0)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        return table

    def row(self, table: Any, cells: Sequence[tuple[str, str]], *, head: bool = False) -> Any:
        """A row of (style, text); a head row is repeated on every page."""
        row = table.add_row()
        for at, (cell, (style, text)) in enumerate(zip(row.cells, cells, strict=True)):
            cell.width = table.columns[at].width
            cell.paragraphs[0].style = style
            cell.paragraphs[0].add_run(text)
            _middle(cell)
        _row_property(row, "w:cantSplit")
        if head:
            _row_property(row, "w:tblHeader")
        return row

    def tag_row(self, table: Any, tag: str) -> None:
        """A row that only holds a tag for docxtpl, which takes it away."""
        row = table.add_row()
        cell = row.cells[0].merge(row.cells[-1])
        cell.paragraphs[0].style = "VB Ô"
        cell.paragraphs[0].add_run(f"{{%tr {tag} %}}")

    def wide_row(self, table: Any, style: str, text: str) -> None:
        """A row of one cell across the table."""
        row = table.add_row()
        cell = row.cells[0].merge(row.cells[-1])
        cell.paragraphs[0].style = style
        cell.paragraphs[0].add_run(text)
        _row_property(row, "w:cantSplit")

    def after_table(self) -> None:
        """A little space below a table."""
        self.docx.add_paragraph(style="VB Sau bảng")

    def landscape(self) -> None:
        """What follows is an annex on pages of their own, A4 turned."""
        from docx.enum.section import WD_SECTION

        section = self.docx.add_section(WD_SECTION.NEW_PAGE)
        self.docx.paragraphs[-1].style = "VB Ngắt trang"  # the paragraph that holds the break
        self._page(section, wide=True)
        section.different_first_page_header_footer = False
        self.width = WIDE

    def _page(self, section: Any, wide: bool) -> None:
        from docx.enum.section import WD_ORIENT
        from docx.shared import Mm

        width, height = _LANDSCAPE if wide else _PORTRAIT
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(width), Mm(height)
        for side, size in MARGINS.items():
            setattr(section, f"{side}_margin", Mm(size))
        section.header_distance = section.footer_distance = Mm(10)


# --- what python-docx has no words for -----------------------------------------------------------


def _clear(document: Any) -> None:
    body = document.element.body
    for child in list(body):
        if not child.tag.endswith("sectPr"):
            body.remove(child)


def _modern(document: Any) -> None:
    """Vietnamese, laid out as Word of today does it, without python-docx's own preview picture."""
    for element in document.settings.element.iter(_qualified("w:compatSetting")):
        if element.get(_qualified("w:name")) == "compatibilityMode":
            element.set(_qualified("w:val"), "15")
    for element in document.styles.element.iter(_qualified("w:lang")):
        element.set(_qualified("w:val"), "vi-VN")
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            package.rels.pop(key)


def _styles(document: Any) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Mm, Pt

    _font(document.styles["Normal"], 14)
    document.styles["Normal"].paragraph_format.space_after = Pt(0)
    for name, look in STYLES.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        style.quick_style = True
        _font(style, look.size)
        style.font.bold, style.font.italic = look.bold, look.italic
        shape = style.paragraph_format
        shape.alignment = look.align
        shape.space_before, shape.space_after = Pt(look.before), Pt(look.after)
        shape.line_spacing = look.line
        shape.first_line_indent = Mm(look.indent)
        shape.keep_with_next = look.keep
        shape.widow_control = True


def _font(style: Any, size: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size = FONT, Pt(size)
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(attribute), None)
    for attribute in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(attribute), FONT)


def _page_numbers(section: Any) -> None:
    """The number centred at the top, none on the first page."""
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.style = "VB Số trang"
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        run._r.append(_element("w:fldChar", fldCharType=kind) if kind else _instruction(text))
    section.first_page_header.paragraphs[0].style = "VB Số trang"


def _element(tag: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _instruction(text: str) -> Any:
    element = _element("w:instrText")
    element.text = text
    return element


def _border_below(paragraph: Any) -> None:
    borders = _element("w:pBdr")
    borders.append(_element("w:bottom", val="single", sz="6", space="1", color="000000"))
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, *_AFTER_BORDERS)


_AFTER_BORDERS = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc")


def _cell_margins(table: Any, sides: float) -> None:
    """Empty space left and right in every cell, in millimetres."""
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=_twips(sides), type="dxa"))
    look = table._tbl.tblPr.find(_qualified("w:tblLook"))
    if look is None:
        table._tbl.tblPr.append(margins)
    else:
        look.addprevious(margins)


def _qualified(tag: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(tag))


def _middle(cell: Any) -> None:
    from docx.enum.table import WD_ALIGN_VERTICAL

    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER


def _row_property(row: Any, tag: str) -> None:
    row._tr.get_or_add_trPr().append(_element(tag))


def frame(paragraph: Any, x: float, y: float, width: float) -> None:
    """Place a paragraph at ``x``, ``y`` of the page in millimetres, whatever stands around it."""
    position = _element(
        "w:framePr",
        w=_twips(width),
        hSpace="0",
        wrap="around",
        vAnchor="page",
        hAnchor="page",
        x=_twips(x),
        y=_twips(y),
    )
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(position, "w:widowControl", "w:pBdr", *_AFTER_BORDERS)


def _twips(millimetres: float) -> str:
    return str(round(millimetres * 1440 / 25.4))
