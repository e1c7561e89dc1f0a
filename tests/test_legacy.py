"""Text of TCVN3 and VNI fonts: told from Unicode, read, and never guessed."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emubatch import legacy
from emubatch.legacy import TCVN3, VNI
from tests.proof import old_text

NAMES = ["Nguyễn Văn Ẩn", "Trần Thị Bích", "Lê Đình Phượng", "Hoàng Đức Dũng", "Võ Thị Mười"]


@pytest.mark.parametrize(
    ("text", "reads", "encoding"),
    [
        ("NguyÔn V¨n Hïng", "Nguyễn Văn Hùng", TCVN3),
        ("Tæng hîp", "Tổng hợp", TCVN3),
        ("Së C«ng Th\u00ad¬ng", "Sở Công Thương", TCVN3),
        ("12/Q§-UBND tØnh", "12/QĐ-UBND tỉnh", TCVN3),
        ("NGUYÔN V¡N NAM", "NGUYỄN VĂN NAM", TCVN3),
        ("Ngäc ¸nh", "Ngọc Ánh", TCVN3),
        ("lµm viÖc ë x·", "làm việc ở xã", TCVN3),
        ("Nguyeãn Vaên Huøng", "Nguyễn Văn Hùng", VNI),
        ("Sôû Coâng Thöông", "Sở Công Thương", VNI),
        ("TRAÀN THÒ BÍCH ÑAØO", "TRẦN THỊ BÍCH ĐÀO", VNI),
        ("Phoøng Kyõ thuaät", "Phòng Kỹ thuật", VNI),
    ],
)
def test_read_for_sure(text: str, reads: str, encoding: str) -> None:
    assert legacy.read(text) == (reads, encoding, True)


@pytest.mark.parametrize(
    "text",
    [
        *("Hoà", "Hòa", "Công", "Bè", "Lý", "toán học", "QUÊ NGHÊ", "Văn phòng Sở", "ðình Bảng"),
        *("Café", "Müller", "São Paulo", "Noël", "José", "Søren Kierkegård", "ESPAÑA", "Zürich"),
        *("1½ m²", "a · b", "Điều 5 § 2", "3 × 4", "«abc»", "© 2020", "25 °C", "naïve", "Brontë"),
        unicodedata.normalize("NFD", "Nguyễn Văn Hùng"),
    ],
)
def test_unicode_and_foreign_words_stay(text: str) -> None:
    found = legacy.read(text)
    assert found is None or not found.sure


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("encoding", legacy.ENCODINGS)
def test_names_survive_the_way_there_and_back(name: str, encoding: str) -> None:
    assert legacy.convert(legacy.encode(name, encoding), encoding) == name


@pytest.mark.parametrize(
    ("font", "known"),
    [
        (".VnTime", (TCVN3, False)),
        (".VnArialH", (TCVN3, True)),
        (".VNTIMEH", (TCVN3, True)),
        ("VNI-Times", (VNI, False)),
        ("VNI Helve", (VNI, False)),
        ("Times New Roman", None),
        ("Vni", None),
    ],
)
def test_fonts(font: str, known: tuple[str, bool] | None) -> None:
    assert legacy.of_font(font) == known


def test_the_font_decides_what_can_be_read_either_way() -> None:
    assert legacy.read("Bè") is None
    assert legacy.ambiguous("Bè", TCVN3) == "Bố"
    assert legacy.read_in_font("Bè", TCVN3) == ("Bố", TCVN3, True)
    assert legacy.read_in_font("nguyÔn", TCVN3, capitals=True) == ("NGUYỄN", TCVN3, True)
    assert legacy.read_in_font("Nguyễn", TCVN3) is None
    assert legacy.read("Hoàng") is None
    assert legacy.read_in_font("Hoàng", VNI) == ("Hồng", VNI, True)


def test_one_word_alone_is_no_proof_but_is_among_others() -> None:
    alone = legacy.read("An Höng")
    assert alone is not None
    assert not alone.sure
    assert legacy.read_beside("An Höng", VNI) == ("An Hưng", VNI, True)


@given(st.text())
def test_reading_never_fails_and_ascii_stays(text: str) -> None:
    found = legacy.read(text)
    assert found is None or not text.isascii()
    for encoding in legacy.ENCODINGS:
        legacy.convert(legacy.encode(text, encoding), encoding)


@pytest.mark.parametrize("encoding", legacy.ENCODINGS)
def test_encoding_of_bytes(encoding: str) -> None:
    lines = ["Họ và tên;Chức vụ", *(f"{name};Chuyên viên" for name in NAMES)]
    data = "\n".join(legacy.encode(line, encoding) for line in lines).encode("latin-1")
    assert legacy.encoding_of(data) == encoding


def test_bytes_of_other_languages_have_no_encoding() -> None:
    data = "Größe;Straße;café;naïve;São Paulo;Málaga".encode("latin-1")
    assert legacy.encoding_of(data) == ""


def test_a_dictionary_of_real_words(dictionary: Path) -> None:
    words = old_text.read_words([dictionary])
    assert len(words) > 6000
    assert old_text.taken_for_old(words) == []
    for encoding in legacy.ENCODINGS:
        counts = old_text.measure(words, encoding)
        assert counts.texts > 5500
        assert (counts.wrong, counts.in_font) == (0, 0)
        assert counts.beside < counts.texts / 1000
