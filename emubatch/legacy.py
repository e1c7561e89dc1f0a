"""Vietnamese text in the encodings of old fonts, TCVN3 (.VnTime) and VNI, turned into Unicode.

Such a cell holds Latin letters and signs that only its font shows as Vietnamese: «NguyÔn» or
«Nguyeãn». The font tells surely; without it the text does, when its words are Vietnamese syllables
in that encoding and are none as they stand. What can be read either way is for people to decide.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from emubatch.syllables import is_syllable

TCVN3, VNI = "TCVN3", "VNI"
ENCODINGS = (TCVN3, VNI)
# «Nguyá»…n»: a CSV in UTF-8 that was opened as Windows text, as Excel does.
OPENED_WRONG = "UTF-8 → Windows-1252"
_MEMO = 1 << 14

# TCVN 5712:1993, VN3: the letters that its fonts have, all others of the code page are never typed.
_TCVN3 = {
    **dict(zip("¡¢£¤¥¦§", "ĂÂÊÔƠƯĐ", strict=True)),
    **dict(zip("¨©ª«¬\u00ad®", "ăâêôơưđ", strict=True)),
    **dict(zip("µ¶·¸¹»¼½¾Æ", "àảãáạằẳẵắặ", strict=True)),
    **dict(zip("ÇÈÉÊËÌÎÏÐÑ", "ầẩẫấậèẻẽéẹ", strict=True)),
    **dict(zip("ÒÓÔÕÖ×ØÜÝÞ", "ềểễếệìỉĩíị", strict=True)),
    **dict(zip("ßáâãäåæçèé", "òỏõóọồổỗốộ", strict=True)),
    **dict(zip("êëìíîïñòóô", "ờởỡớợùủũúụ", strict=True)),
    **dict(zip("õö÷øùúûüýþ", "ừửữứựỳỷỹýỵ", strict=True)),
}
# VNI: the mark stands behind its vowel as a letter of its own; a few letters have one sign.
_VNI_MARKS = {
    "a": dict(zip("ùøûõïâáàåãäêéèúüë", "áàảãạâấầẩẫậăắằẳẵặ", strict=True)),
    "e": dict(zip("ùøûõïâáàåãä", "éèẻẽẹêếềểễệ", strict=True)),
    "o": dict(zip("ùøûõïâáàåãä", "óòỏõọôốồổỗộ", strict=True)),
    "ô": dict(zip("ùøûõï", "ớờởỡợ", strict=True)),
    "u": dict(zip("ùøûõï", "úùủũụ", strict=True)),
    "ö": dict(zip("ùøûõï", "ứừửữự", strict=True)),
    "y": dict(zip("ùøûõ", "ýỳỷỹ", strict=True)),
}
_VNI_SINGLE = dict(zip("íìæóòôöîñ", "íìỉĩịơưỵđ", strict=True))


def _pairs() -> dict[str, str]:
    found = {}
    for single, letter in _VNI_SINGLE.items():
        found[single], found[single.upper()] = letter, letter.upper()
    for vowel, marks in _VNI_MARKS.items():
        for mark, letter in marks.items():
            found[vowel + mark] = letter
            found[vowel.upper() + mark.upper()] = letter.upper()
            found[vowel.upper() + mark] = letter.upper()
    return found


_VNI = _pairs()
_VNI_PARTS = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
_TCVN3_LETTERS = frozenset(_TCVN3.values())
# Signs of letters with a tone, of which the fonts have small ones only.
_SMALL_ONLY = frozenset(sign for sign, letter in _TCVN3.items() if letter not in "ĂÂÊÔƠƯĐăâêôơưđ")
_FROM_TCVN3 = str.maketrans(_TCVN3)
_TO_TCVN3 = str.maketrans({letter: sign for sign, letter in _TCVN3.items()})
_TO_VNI = {letter: signs for signs, letter in reversed(_VNI.items())}

# A word with whatever old fonts make letters of; signs of the encoding that are no letters here.
_WORD = re.compile("[A-Za-z\u00a1-\u00ff]+")
_SIGNS = re.compile("[\u00a1-\u00bf×÷]")
# Letters and signs beyond Latin-1 prove Unicode, but for what word processors put into any text.
_UNICODE = re.compile("[^\x00-\xff\u2010-\u2027\u2030-\u203a\u2122\u20ac]")
_BETWEEN_CELLS = re.compile(r"[\t\r\n,;|\"<>]+")
_ACRONYM = re.compile("[BCDĐGHKLMNPQRSTVX]{2,8}")


_BYTES = {bytes((code,)).decode("cp1252", "ignore") or chr(code): code for code in range(0x80, 256)}
_LEADS = re.compile("[ÃÄÅÆ][^ -~]|[áâ][^ -~]{2}")


class Reading(NamedTuple):
    """Text as Unicode, read in one encoding.

    ``sure`` is False where the text alone does not prove that encoding.
    """

    text: str
    encoding: str
    sure: bool


def of_font(name: str) -> tuple[str, bool] | None:
    """The encoding that a font belongs to, and whether it draws all letters as capitals."""
    folded = name.strip().casefold()
    if folded.startswith((".vn", "vntime", "vnarial")):
        return TCVN3, folded.endswith("h")
    return (VNI, False) if folded.startswith(("vni-", "vni ")) else None


def convert(text: str, encoding: str) -> str:
    """Text of an encoding as Unicode (NFC); letters that the encoding lacks stay."""
    if encoding == TCVN3:
        return _capitals(text, text.translate(_FROM_TCVN3))
    return _VNI_PARTS.sub(lambda found: _VNI[found[0]], text)


def _capitals(before: str, after: str) -> str:
    """«NGUYÔN», «¸nh Hång»: the fonts have no capitals with tones, so people typed small letters.

    A word whose other letters are capitals is all in capitals; where all other words begin with
    one, as in names, every word does.
    """
    spans = [found.span() for found in _WORD.finditer(before)]  # as long in one as in the other
    firsts = [after[first] for first, _ in spans if before[first] not in _SMALL_ONLY]
    name = bool(firsts) and all(char.isupper() for char in firsts)
    for first, end in spans:
        word = after[first:end]
        plain = [char for char in word if char.isascii()]
        if len(plain) > 1 and all(char.isupper() for char in plain):
            word = word.upper()
        elif name and before[first] in _SMALL_ONLY:
            word = word[0].upper() + word[1:]
        after = after[:first] + word + after[end:]
    return after


def encode(text: str, encoding: str) -> str:
    """Unicode text as people typed it in an encoding; capitals with tones become small in TCVN3."""
    text = unicodedata.normalize("NFC", text)
    if encoding == VNI:
        return "".join(_TO_VNI.get(char, char) for char in text)
    return "".join(map(_small, text)).translate(_TO_TCVN3)


def _small(char: str) -> str:
    kept = char in "ĂÂÊÔƠƯĐ" or char.lower() not in _TCVN3_LETTERS
    return char if kept else char.lower()


def _may_be_old(text: str) -> bool:
    return not text.isascii() and not _UNICODE.search(text)


@lru_cache(maxsize=_MEMO)
def read(text: str) -> Reading | None:
    """How text of an old font reads, or ``None`` when it is Unicode or nothing Vietnamese."""
    if _LEADS.search(text) and (found := _opened_wrong(text)):
        return found
    if not _may_be_old(text):
        return None
    readings = [one for name in ENCODINGS if (one := _by_words(text, name))]
    if len(readings) == 2:
        return readings[0]._replace(sure=False)
    return readings[0] if readings else None


def _opened_wrong(text: str) -> Reading | None:
    """Letters that are the bytes of UTF-8, one by one, and words when they are put together."""
    codes = [_BYTES.get(char, ord(char)) for char in text]
    if max(codes) > 0xFF:
        return None
    try:
        after = unicodedata.normalize("NFC", bytes(codes).decode("utf-8"))
    except UnicodeDecodeError:
        return None
    words = [word for word in re.findall(r"[^\W\d_]+", after) if not word.isascii()]
    good = bool(words) and all(_is_word(word) for word in words)
    return Reading(after, OPENED_WRONG, sure=True) if good else None


def read_beside(text: str, encoding: str) -> Reading | None:
    """How text reads that stands among other text of an encoding."""
    if not _may_be_old(text):
        return None
    found = _by_words(text, encoding)
    return found._replace(sure=True) if found else None


def read_in_font(text: str, encoding: str, capitals: bool = False) -> Reading | None:
    """How text reads in a font of an encoding; ``capitals`` where the font draws only those."""
    if not _may_be_old(text):
        return None
    return _by_font(text, encoding, capitals)


def _by_font(text: str, encoding: str, capitals: bool) -> Reading | None:
    after = convert(text, encoding)
    good = all(_is_word(word) for _, word in _words(text, encoding))
    if not good and all(is_syllable(word) for word in _WORD.findall(text) if not word.isascii()):
        return None  # Unicode, typed while such a font was chosen
    return Reading(after.upper() if capitals else after, encoding, good)


def _by_words(text: str, encoding: str) -> Reading | None:
    """Every word must be one in the encoding, and one of them must be none as it stands."""
    proofs = 0
    signs = False
    for before, after in _words(text, encoding):
        if not any(char.isalpha() for char in before):
            continue  # «×» or «§» alone says nothing
        if not _is_word(after):
            return None
        if not is_syllable(before.replace("ð", "đ")):
            proofs += 1
            signs = signs or bool(_SIGNS.search(before))
    if not proofs:
        return None
    return Reading(convert(text, encoding), encoding, proofs > 1 or signs)


def ambiguous(text: str, encoding: str) -> str:
    """Another reading of text that is Vietnamese as it stands: «Bè» is «Bố» in TCVN3."""
    if not _may_be_old(text):
        return ""
    words = list(_words(text, encoding))
    after = convert(text, encoding)
    return after if after != text and all(_is_word(word) for _, word in words) else ""


def is_unicode(text: str) -> bool:
    """Whether the text holds letters that no old encoding knows."""
    return bool(_UNICODE.search(text))


def _words(text: str, encoding: str) -> Iterator[tuple[str, str]]:
    """Words with something beyond ASCII, as they stand and in the encoding."""
    for word in _WORD.findall(text):
        if not word.isascii():
            yield word, convert(word, encoding)


def _is_word(word: str) -> bool:
    """Also «đ», as in «đ) Sơ kết»: the fifth letter of a list."""
    return word in ("đ", "Đ") or is_syllable(word) or bool(_ACRONYM.fullmatch(word))


def encoding_of(data: bytes) -> str:
    """The encoding of bytes of a text file whose cells are in TCVN3 or VNI; empty when unsure."""
    proofs = dict.fromkeys(ENCODINGS, 0)
    against = dict.fromkeys(ENCODINGS, 0)
    for cell in _BETWEEN_CELLS.split(data.decode("latin-1")):
        for name in ENCODINGS:
            if cell.isascii():
                continue
            if _by_words(cell, name):
                proofs[name] += 1
            elif not ambiguous(cell, name):
                against[name] += 1
    best = max(ENCODINGS, key=lambda name: proofs[name])
    return best if proofs[best] > 1 and against[best] * 10 <= proofs[best] else ""
