"""The templates that ship: drawn anew, sound, laid out as the rules for documents ask."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.shared import Mm

from emubatch.issuing import template_path
from emubatch.letters import build
from emubatch.letters.documents import DOCUMENTS
from emubatch.letters.template import open_template

NAMES = tuple(one.id for one in DOCUMENTS)
DECISION = {"decision_number": "45", "decision_date": "2020-07-24"}


@pytest.fixture(scope="module")
def drawn() -> dict[str, bytes]:
    return build.build()


def _parts(content: bytes) -> dict[str, bytes]:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_what_ships_is_what_is_drawn(drawn: dict[str, bytes]) -> None:
    shipped = {path.stem: path.read_bytes() for path in build.SHIPPED.glob("*.docx")}
    assert set(drawn) == set(shipped) == set(NAMES)
    behind = [name for name in NAMES if _parts(drawn[name]) != _parts(shipped[name])]
    assert behind == [], "run: python -m emubatch.letters.build"


@pytest.mark.parametrize("name", NAMES)
def test_each_template_is_sound(name: str) -> None:
    path = template_path(name, "bacgiang-models-2020", None)
    assert open_template(name, path, path.name).document == name


@pytest.mark.parametrize("name", NAMES)
def test_paper_margins_and_font(drawn: dict[str, bytes], name: str) -> None:
    page = docx.Document(io.BytesIO(drawn[name]))
    for section in page.sections:
        short, long = sorted((section.page_width, section.page_height))
        assert (round(short / Mm(1)), round(long / Mm(1))) == (210, 297)
        millimetres = {
            side: round(getattr(section, f"{side}_margin") / Mm(1))
            for side in ("top", "bottom", "left", "right")
        }
        assert millimetres == {"top": 20, "bottom": 20, "left": 30, "right": 15}
    assert page.styles["Normal"].font.name == "Times New Roman"
    assert {style.font.name for style in page.styles if style.name.startswith("VB ")} == {
        "Times New Roman"
    }


@pytest.mark.parametrize("name", [name for name in NAMES if name != "giay-khen"])
def test_the_page_number_is_at_the_top_from_the_second_page(
    drawn: dict[str, bytes], name: str
) -> None:
    section = docx.Document(io.BytesIO(drawn[name])).sections[0]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header._element.xml
    assert section.header.paragraphs[0].alignment is None  # of the style: centred
    assert "PAGE" not in section.first_page_header._element.xml


def test_lists_lie_on_their_side_and_repeat_their_heads(drawn: dict[str, bytes]) -> None:
    for name in ("danh-sach-de-nghi", "danh-sach-khen-thuong", "danh-sach-cap-tren"):
        page = docx.Document(io.BytesIO(drawn[name]))
        assert page.sections[0].page_width > page.sections[0].page_height
        assert "w:tblHeader" in page.tables[0].rows[0]._tr.xml
    assert [
        s.page_width > s.page_height for s in docx.Document(io.BytesIO(drawn["bao-cao"])).sections
    ] == [False, True]


def test_the_open_xml_sdk_finds_no_error(
    run: Any, ooxml_validator: Callable[[Path], list[str]]
) -> None:
    run.decide()
    run.issue(**DECISION)
    paths = [*sorted(run.out.rglob("*.docx")), *sorted(build.SHIPPED.glob("*.docx"))]
    assert {path.name: errors for path in paths if (errors := ooxml_validator(path))} == {}
    assert len(paths) == 20


def test_libreoffice_opens_every_document(run: Any, libreoffice: Any, tmp_path: Path) -> None:
    run.decide()
    run.issue(**DECISION)
    paths = sorted(run.out.glob("*.docx"))
    libreoffice.many(paths, "pdf", tmp_path / "pdf")


def test_a_certificate_is_a_page_for_each_recipient(
    run: Any, libreoffice: Any, tmp_path: Path
) -> None:
    run.decide()
    run.issue(only=("giay-khen",), **DECISION)
    pdf = libreoffice(run.out / "giay-khen.docx", "pdf", tmp_path / "pdf")
    assert pdf.read_bytes().count(b"/Type/Page/") == 2


def test_a_plan_and_a_workspace_may_bring_templates_of_their_own(tmp_path: Path) -> None:
    plan, place = tmp_path / "ke hoach", tmp_path / "phong"
    for folder in (plan / "letters", place / "van-ban-mau"):
        folder.mkdir(parents=True)
    shipped = template_path("bao-cao", str(plan), place)
    assert shipped == build.SHIPPED / "bao-cao.docx"
    (plan / "letters" / "bao-cao.docx").write_bytes(b"")
    assert template_path("bao-cao", str(plan), place) == plan / "letters" / "bao-cao.docx"
    (place / "van-ban-mau" / "bao-cao.docx").write_bytes(b"")
    assert template_path("bao-cao", str(plan), place) == place / "van-ban-mau" / "bao-cao.docx"
    assert template_path("thong-bao", str(plan), place) == build.SHIPPED / "thong-bao.docx"
