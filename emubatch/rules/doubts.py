"""Why something is only possible, or needs a note: bits that travel from rows to nominees."""

from __future__ import annotations

from emubatch.model import Lang

BLANK_CODE = 1 << 0
BLANK_WHERE = 1 << 1
SAME_LEVEL = 1 << 2
HIGHER = 1 << 3
MAY_IMPLY = 1 << 4
NAMESAKE = 1 << 5
NO_YEAR = 1 << 6
DATE_BASES = 1 << 7
STRADDLES = 1 << 8
CONTRADICTS = 1 << 9
NEAR_DUPLICATE = 1 << 10
MAY_COUNT = 1 << 11
NOT_YET = 1 << 12
TWO_ANSWERS = 1 << 13
BLANK_DATE = 1 << 14
REGISTER = 1 << 15
SEVERAL_YEARS = 1 << 16
UNREAD = 1 << 17
MEMBER = 1 << 18

# Order of the words; the first doubts are those that the office can settle itself.
_WORDS: tuple[tuple[int, str, str], ...] = (
    (
        SAME_LEVEL,
        "người ký cùng cấp, cần Hội đồng xác nhận",
        "signed at the same level, for the council to confirm",
    ),
    (HIGHER, "do cấp cao hơn ký", "signed at a higher level"),
    (MAY_IMPLY, "hình thức khác có thể bao hàm", "another form that may include it"),
    (BLANK_CODE, "mã trống hoặc không nhận ra", "code blank or not recognised"),
    (BLANK_WHERE, "thiếu ô quyết định", "a deciding cell is blank"),
    (NO_YEAR, "dòng không ghi năm", "row without a year"),
    (BLANK_DATE, "không ghi ngày", "row without a date"),
    (
        DATE_BASES,
        "năm thành tích và ngày quyết định cho kết quả khác nhau",
        "year of achievement and date of decision disagree",
    ),
    (UNREAD, "trang khai không đọc được hoặc bị xoá", "the sheet was deleted or is unreadable"),
    (SEVERAL_YEARS, "một dòng ghi nhiều năm", "one row for several years"),
    (STRADDLES, "chỉ giao một phần với giai đoạn", "only partly inside the period"),
    (CONTRADICTS, "hình thức và người ký mâu thuẫn", "form and signer contradict each other"),
    (NEAR_DUPLICATE, "có thể trùng với dòng khác", "perhaps the same award as another row"),
    (MAY_COUNT, "loại khác có thể được tính", "another kind that may count"),
    (NOT_YET, "chưa xếp loại", "not yet rated"),
    (MEMBER, "người của đơn vị bị kỷ luật", "a person of the unit was disciplined"),
    (TWO_ANSWERS, "vừa có vừa không", "stated both ways"),
    (REGISTER, "sổ khen thưởng không khớp", "the register does not bear it out"),
    (NAMESAKE, "trùng tên hoặc sai tên, chưa rõ của ai", "shared or misspelt name, unclear whose"),
)
_ENGLISH: Lang = "en"


def doubt_words(bits: int, lang: Lang) -> str:
    """The doubts in words, joined by commas; empty when there is none."""
    return ", ".join(en if lang == _ENGLISH else vi for bit, vi, en in _WORDS if bits & bit)
