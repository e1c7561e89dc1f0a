"""Vietnamese text, numbers, dates and marks as offices type them.

Keys (``fold_key``, ``name_key``) are for comparison only; what people typed is never rewritten.
Parsers return ``None`` for what they cannot read with certainty: a guess would be a silent error.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from functools import lru_cache

_MEMO = 1 << 16

# Invisible characters that copy and paste brings along: zero width, bidi marks, soft hyphen, BOM.
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063"
_INVISIBLE += "\u2064\u2066\u2067\u2068\u2069\u00ad\ufeff\u180e\ufffc"
_REPLACED = {
    **dict.fromkeys(map(ord, _INVISIBLE)),
    # Icelandic eth is what some keyboards type for đ.
    ord("ð"): "đ",
    ord("Ð"): "Đ",
    **dict.fromkeys(map(ord, "‘’‚‛′＇"), "'"),
    **dict.fromkeys(map(ord, "“”„‟″＂"), '"'),
    **{code: " " for code in range(32)},
    **{code: " " for code in range(0x7F, 0xA0)},
}

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_FINAL_Y = re.compile(r"(?<=[bcdđghklmnpqrstvx])y$|(?<=qu)y$")
_TITLES = re.compile(
    r"^(?:(?:ông|bà|anh|chị|đồng chí|đ/c|đc|ths|ts|gs|pgs|ks|bs|cn)[.:]?\s+)+(?=\S+\s+\S)"
)
_WORDS = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"(\d+)")


def nfc(text: str) -> str:
    """The text in Unicode NFC; names typed on macOS and phones come in NFD."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


@lru_cache(maxsize=_MEMO)
def clean(text: str) -> str:
    """NFC text without invisible characters, with straight quotes and single spaces."""
    if text.isascii():
        if text.isprintable() and "  " not in text:
            return text.strip()
    else:
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.translate(_REPLACED).split())


@lru_cache(maxsize=_MEMO)
def fold_key(text: str) -> str:
    """Key for headers, labels and spellings: case, marks, i/y, punctuation do not count."""
    text = clean(text).casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        text = "".join(c for c in text if not unicodedata.combining(c)).replace("ð", "đ")
    return _WORDS.sub(" ", text.replace("đ", "d")).replace("y", "i").strip()


@lru_cache(maxsize=_MEMO)
def name_key(text: str) -> str:
    """Key for people and collectives: marks count, their placement (hoà, hòa) does not.

    Case, a closing i or y (Lý, Lí), and forms of address before the name do not count either.
    """
    text = _TITLES.sub("", clean(text).casefold())
    return " ".join(_word_key(word) for word in _WORDS.split(text) if word)


def _word_key(word: str) -> str:
    """The word with its tone mark moved to its end, so that its place does not matter."""
    if word.isascii():
        return _FINAL_Y.sub("i", word)
    letters: list[str] = []
    tones: list[str] = []
    for char in unicodedata.normalize("NFD", word):
        (tones if char in _TONES else letters).append(char)
    base = unicodedata.normalize("NFC", "".join(letters))
    return _FINAL_Y.sub("i", base) + "".join(tones)


def slug(text: str) -> str:
    """Lower-case ASCII words joined by hyphens, for ids and file names; may be empty."""
    text = unicodedata.normalize("NFKD", clean(text).casefold().replace("đ", "d"))
    plain = "".join(c for c in text if not unicodedata.combining(c))
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key with numbers by value: «bản 2» before «bản 10»."""
    return tuple(
        (0, int(part), part) if part.isdigit() and part.isascii() else (1, 0, part.casefold())
        for part in _DIGITS.split(nfc(text))
        if part
    )


# --- numbers -------------------------------------------------------------------------------------

_NUMBER = re.compile(
    r"""^(?P<sign>[+-]?)\s*
    (?:(?P<dots>[1-9]\d{0,2}(?:\.\d{3})+)(?:,(?P<dots_dec>\d+))?   # 1.234.567,89
      |(?P<spaces>[1-9]\d{0,2}(?:[ ]\d{3})+)(?:[.,](?P<spaces_dec>\d+))?  # 1 234 567,89
      |(?P<commas>[1-9]\d{0,2}(?:,\d{3}){2,})(?:\.(?P<commas_dec>\d+))?  # 1,234,567.89
      |(?P<comma>[1-9]\d{0,2},\d{3})\.(?P<comma_dec>\d+)          # 1,234.56
      |(?P<plain>\d+)(?:[.,](?P<plain_dec>\d+))?                    # 15  15,5  15.5
    )\s*(?P<rest>\D*)$""",
    re.VERBOSE,
)
_GROUPINGS = ("dots", "spaces", "commas", "comma", "plain")
_MARKS = str.maketrans({".": "", ",": "", " ": ""})


def parse_number(text: str) -> float | None:
    """A number as typed in Vietnam: dots and spaces group thousands, the comma is decimal.

    «114.375» is 114375, «32,82%» is 32.82, «1.234,56» is 1234.56, «5 tập thể» is 5. A dot that
    cannot group thousands («15.5», «0.125») is decimal.
    """
    match = _NUMBER.match(_digits(text))
    if match is None or not _is_unit(match["rest"]):
        return None
    kind = next(name for name in _GROUPINGS if match[name])
    whole, decimals = match[kind].translate(_MARKS), match[f"{kind}_dec"] or "0"
    value = float(f"{whole}.{decimals}")
    if value == float("inf"):
        return None
    return -value if match["sign"] == "-" and value else value


def _digits(text: str) -> str:
    """Cleaned text with full-width digits and the various minus signs made plain."""
    text = clean(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_MINUS)
    return text


_MINUS = {ord(char): "-" for char in "−–—‐‑﹣"}


def _is_unit(rest: str) -> bool:
    """Whether the text after a number is a unit: nothing, a per cent sign, or words."""
    rest = rest.strip()
    return not rest or rest == "%" or rest[0].isalpha() or rest.startswith(("(", "%"))


# --- dates and years -----------------------------------------------------------------------------

_SEP = r"\s*[/.\-]\s*"
_TIME = r"(?:[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_DATE_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"^(?:ngày )?(?P<d>\d{{1,2}}){_SEP}(?P<m>\d{{1,2}}){_SEP}(?P<y>\d+){_TIME}$",
        rf"^(?P<y>\d{{4}}){_SEP}(?P<m>\d{{1,2}}){_SEP}(?P<d>\d{{1,2}}){_TIME}$",
        r"^(?:ngày )?(?P<d>\d{1,2}) tháng (?P<m>\d{1,2}) năm (?P<y>\d+)$",
        rf"^(?:tháng |t)?(?P<m>\d{{1,2}}){_SEP}(?P<y>\d{{2,4}})$",
        r"^(?:tháng |t)(?P<m>\d{1,2})(?: năm |,? )(?P<y>\d+)$",
        r"^(?P<y>\d{4})-(?P<m>\d{2})$",
        r"^(?:năm )?(?P<y>\d{4})$",
    )
)
FIRST_YEAR, LAST_YEAR = 1900, 2100


def parse_date(text: str) -> str | None:
    """A date, day first, as ISO: ``2014-12-05``, ``2014-12`` or ``2014`` as far as it is known."""
    found, problem = read_date(text)
    return None if problem else found


def parse_day(text: str) -> str | None:
    """A date of which the day is known, as ISO; ``None`` for a month, a year and anything else."""
    found = parse_date(text)
    return found if found and len(found) == 10 else None


def day_first(iso: str) -> str:
    """``2020-07-15`` as offices write it, ``15/07/2020``; a month is ``12/2014``."""
    return "/".join(reversed(iso.split("-")))


def read_date(text: str) -> tuple[str | None, str]:
    """A date and what is wrong with it: ``""``, ``unknown``, ``two_digit_year``, ``impossible``."""
    text = _digits(text)
    for form in _DATE_FORMS:
        match = form.match(text)
        if match:
            parts = match.groupdict()
            return _date_of(parts["y"], parts.get("m"), parts.get("d"))
    return None, "unknown"


def _date_of(year: str, month: str | None, day: str | None) -> tuple[str | None, str]:
    if len(year) != 4:
        return None, "two_digit_year" if len(year) == 2 else "impossible"
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        return None, "impossible"
    if month is None:
        return year, ""
    if not 1 <= int(month) <= 12:
        return None, "impossible"
    if day is None:
        return f"{year}-{int(month):02}", ""
    if not 1 <= int(day) <= monthrange(int(year), int(month))[1]:
        return None, "impossible"
    return f"{year}-{int(month):02}-{int(day):02}", ""


_YEARS = re.compile(
    r"^(?:giai đoạn |từ )?(?:năm )?(\d{4})(?:[.,]0+)?"
    r"(?:\s*(?:-|/|đến|tới|~)\s*(?:năm )?(\d{4})(?:[.,]0+)?)?[.;]?$",
    re.IGNORECASE,
)


def parse_years(text: str) -> str | None:
    """A year ``2018`` or a range of years ``2015-2019``."""
    match = _YEARS.match(_digits(text))
    if match is None:
        return None
    first, last = match[1], match[2] or match[1]
    if not FIRST_YEAR <= int(first) <= int(last) <= LAST_YEAR:
        return None
    return first if first == last else f"{first}-{last}"


# --- marks ---------------------------------------------------------------------------------------

# «ü» and «þ» are a tick and a ticked box in the font Wingdings.
WINGDINGS = frozenset(("ü", "þ"))
_YES = frozenset(("x", "✓", "✔", "√", "v", "có", "co", "yes", "1", "đ", "true", "☑"))
_NO = frozenset(("không", "khong", "ko", "k", "0", "no", "false"))
_BLANK = frozenset(("", "-", "–", "—", "−", "_", "...", "…", "/"))


def parse_yes_no(text: str) -> str | None:
    """``CO``, ``KHONG``, or ``None`` for blank, a dash and anything else."""
    mark = clean(text).casefold().rstrip(".")
    if mark in _YES or clean(text) in WINGDINGS:
        return "CO"
    return "KHONG" if mark in _NO else None


def is_blank(text: str) -> bool:
    """Whether the text says nothing: empty, spaces, a dash, dots."""
    return clean(text) in _BLANK
