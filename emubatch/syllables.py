"""Whether a word can be a Vietnamese syllable (âm tiết): what tells the script of old text.

Spelling only: an initial, a rhyme and a tone that may stand together.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_MEMO = 1 << 14
_ACUTE, _DOT = "\u0301", "\u0323"
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")

_INITIALS = r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?"
_RHYMES = """
a ac ach ai am an ang anh ao ap at au ay ak
ăc ăm ăn ăng ăp ăt ăk
âc âm ân âng âp ât âu ây
e ec em en eng eo ep et
ê êch êm ên ênh êp êt êu êng
i ia ich im in inh ip it iu ing iêc iêm iên iêng iêp iêt iêu
o oc oi om on ong op ot ok ooc oong
oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oem oen oeo oet
ô ôc ôi ôm ôn ông ôp ôt ôông
ơ ơi ơm ơn ơp ơt
u ua uc ui um un ung up ut uôc uôi uôm uôn uông uôt uân uâng uât uây uê uên uênh uêch uêt uêu
uơ uơi uơn uy uya uych uyn uynh uyp uyt uyu uyên uyêt
ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
y yêm yên yêng yêt yêu ych ynh yt
"""
# «qu» has taken the first vowel of the rhyme, «gi» may have lent it its own.
_AFTER_QU = """
a ac ach ai an ang anh ao at au ay ăc ăm ăn ăng ăp ăt âc ân âng âp ât âu ây
e en eo et ê ên ênh êch êt êu i it ich in inh iu ơ ơi ơn y ych yn ynh yt yu yên yêt ôc o on ôi ông
"""
_RHYME = "|".join(sorted(_RHYMES.split(), key=len, reverse=True))
_QU_RHYME = "|".join(sorted(_AFTER_QU.split(), key=len, reverse=True))
_SYLLABLE = re.compile(
    rf"^(?:(?P<qu>qu)(?:{_QU_RHYME})|g(?:i|in|im|ip|iê|iêc|iêng|iêm|iên|iêt|iêu)"
    rf"|(?!qu)(?P<initial>{_INITIALS})(?:{_RHYME}))$"
)
_VOWELS = re.compile("[aăâeêioôơuưy]+")
_MARKED = frozenset("ăâêôơư")
# One sound, two spellings: by the vowel that follows.
_SPELT = re.compile(r"^(?:(?:k|gh|ngh)(?![ieêyh])|(?:c|g|ng)[eêy]|(?:c|ng)i)")
_STOPPED = re.compile(r"(?:c|ch|p|t|k)$")
# A short vowel, or one whose mark is part of a longer rhyme, never ends a syllable.
_OPEN = re.compile(r"[ăâ]$|(?:yê|uô|ươ|uâ)$")


@lru_cache(maxsize=_MEMO)
def is_syllable(word: str) -> bool:
    """Whether the word, in any case, is spelt as one Vietnamese syllable, its tone in its place."""
    parts = unicodedata.normalize("NFD", word.lower())
    tones = _TONES.findall(parts)
    if len(tones) > 1:
        return False
    base = unicodedata.normalize("NFC", _TONES.sub("", parts))
    found = _SYLLABLE.match(base)
    if not found or _OPEN.search(base) or _SPELT.match(base):
        return False
    if _STOPPED.search(base) and tones not in ([_ACUTE], [_DOT]):
        return False
    return not tones or _in_place(base, _toned(parts, tones[0]), found)


def _toned(parts: str, tone: str) -> int:
    """Position of the letter that bears the tone."""
    return len(unicodedata.normalize("NFC", parts[: parts.index(tone)])) - 1


def _in_place(base: str, at: int, found: re.Match[str]) -> bool:
    """Whether the tone is on the vowel that bears it; both usages for oa, oe and uy (hoà, hòa)."""
    start = max(found.end("qu"), found.end("initial"), 0) or base.startswith("g")
    vowels = _VOWELS.match(base, start)
    if vowels is None or not start <= at < vowels.end():
        return False
    marked = [place for place in range(start, vowels.end()) if base[place] in _MARKED]
    if marked:
        return at == marked[-1]
    count = vowels.end() - start
    if vowels.end() < len(base):
        return at == vowels.end() - 1
    if vowels[0] in ("oa", "oe", "uy"):
        return True
    return at == start + (1 if count == 3 else 0)
