"""Which words can be Vietnamese syllables."""

from __future__ import annotations

import pytest

from emubatch.syllables import is_syllable

SYLLABLES = """
Nguyễn Văn Hoà Hòa thuý thúy quý gì gìn giếng giặt già nghiêng khuya khuỷu quốc ý ở à uốn oằn ươm
yêu yến thuở xoong ngoằn ngoèo Đắk rượu cười tuyết huênh quyển hươu
"""
OTHERS = """
vâ Leó Haù tièn thuổc hẹch làc zô fát ngê ghà cê kà Müller Josộ ăò aàn bêtông prô uôn1 quu x
"""


@pytest.mark.parametrize("word", SYLLABLES.split())
def test_syllables(word: str) -> None:
    assert is_syllable(word)
    assert is_syllable(word.upper())


@pytest.mark.parametrize("word", OTHERS.split())
def test_what_is_none(word: str) -> None:
    assert not is_syllable(word)
