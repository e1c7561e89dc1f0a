"""Templates that an office has edited: every fault is found before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from emubatch.letters.errors import LettersError
from emubatch.letters.template import open_template, printable

Make = Callable[..., bytes]


def _faults(tmp_path: Path, content: bytes, document: str = "bao-cao") -> list[tuple[str, ...]]:
    path = tmp_path / "mau.docx"
    path.write_bytes(content)
    try:
        open_template(document, path, "mau.docx")
    except LettersError as error:
        return [
            (one.key, dict(one.words).get("field", ""), dict(one.words).get("nearest", ""))
            for one in error.troubles
        ]
    return []


def test_a_sound_template_has_no_fault(tmp_path: Path, template: Make) -> None:
    page = template(
        "{{ so }} {{ nguoi_ky.ten | upper }}",
        "{%p for d in don_vi %}",
        "{% if loop.first %}{{ d.ten }}{% else %}, {{ d.ten }}{% endif %}",
        "{%p endfor %}",
        "{% set n = nop %}{{ n.tong }} {{ them.khau_hieu }}",
        header="{{ co_quan }}",
    )
    assert _faults(tmp_path, page) == []


@pytest.mark.parametrize(
    ("text", "field", "nearest"),
    [
        ("{{ co_qan }}", "co_qan", "co_quan"),
        ("{{ nguoi_ky.tên }}", "nguoi_ky.tên", "nguoi_ky.ten"),
        ("{{ ten_nguoi_ky }}", "ten_nguoi_ky", "nguoi_ky.ten"),
        ("{% if false %}{{ nguoi_ki.ten }}{% endif %}", "nguoi_ki", "nguoi_ky"),
        ("{% for d in don_vi %}{{ d.tenn }}{% endfor %}", "d.tenn", "d.ten"),
        ("{% for d in donvi %}{% endfor %}", "donvi", "don_vi"),
        ("{{ so.nam }}", "so.nam", "–"),
    ],
)
def test_an_unknown_field_is_named_with_the_nearest(
    tmp_path: Path, template: Make, text: str, field: str, nearest: str
) -> None:
    ((key, found, near),) = _faults(tmp_path, template("Trước", text))
    assert (key, found) == ("unknown_field", field)
    assert nearest in near.split(", ")


def test_a_fault_in_a_header_is_found(tmp_path: Path, template: Make) -> None:
    assert _faults(tmp_path, template("x", header="{{ khong_co }}"))[0][:2] == (
        "unknown_field",
        "khong_co",
    )


def test_a_field_of_another_document_is_unknown_here(tmp_path: Path, template: Make) -> None:
    page = template("{{ hop.ngay }}")
    assert _faults(tmp_path, page, "bien-ban") == []
    assert _faults(tmp_path, page, "bao-cao")[0][:2] == ("unknown_field", "hop")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("{% for d in don_vi %}{{ d.ten }}", "template_broken"),
        ("{% endif %}", "template_broken"),
        ("{{ so | hoa }}", "template_broken"),
        ("{{ so", "template_broken"),
        ("{{ }}", "template_broken"),
        ("{%p if so %} x {%p endif %}", "template_broken"),
        ("so }}", "template_stray"),
        ("endif %}", "template_stray"),
        ("{% for d in so %}{% endfor %}", "template_no_list"),
        ("{{ don_vi }}", "template_not_text"),
        ("{{ nguoi_ky }}", "template_not_text"),
    ],
)
def test_broken_tags_are_told_apart(tmp_path: Path, template: Make, text: str, key: str) -> None:
    assert [found for found, *_ in _faults(tmp_path, template("Đầu", text, "Cuối"))] == [key]


def test_a_broken_tag_is_shown_with_its_words(tmp_path: Path, template: Make) -> None:
    path = tmp_path / "mau.docx"
    path.write_bytes(template("Đầu thư", "Số lượng {{ so | hoa }} đơn vị"))
    with pytest.raises(LettersError) as found:
        open_template("bao-cao", path, "van-ban-mau/mau.docx")
    words = dict(found.value.troubles[0].words)
    assert words["template"] == "van-ban-mau/mau.docx"
    assert "Số lượng" in words["near"]
    assert "hoa" in words["detail"]


def test_a_tag_split_over_runs_is_whole(tmp_path: Path, template: Make) -> None:
    assert _faults(tmp_path, template(["{", "{ co_", "quan }", "}"])) == []
    found = _faults(tmp_path, template(["{", "{ co_", "qan }", "}"]))
    assert found[0][:2] == ("unknown_field", "co_qan")


def test_a_template_does_not_reach_the_program(tmp_path: Path, template: Make) -> None:
    path = tmp_path / "mau.docx"
    path.write_bytes(template("{{ them.x.__class__.__mro__ }}"))
    sound = open_template("bao-cao", path, "mau.docx")
    with pytest.raises(LettersError):
        sound.fill({"them": {"x": "a"}}, "2020-07-30", "Mẫu")


@pytest.mark.parametrize("content", [b"", b"chu", b"PK\x03\x04hong"])
def test_a_file_that_is_no_word_document_is_told(tmp_path: Path, content: bytes) -> None:
    assert [key for key, *_ in _faults(tmp_path, content)] == ["template_unreadable"]


def test_text_is_composed_and_holds_nothing_that_xml_cannot() -> None:
    assert printable("Hu\u031bo\u031b\u0300ng\x0b \x00A\n\tB") == "Hường A B"
