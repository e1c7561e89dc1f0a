import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emubatch import vietnamese as v

NAMES = ["Nguyễn Văn Hoà", "Trần Thị Lý", "Đỗ Quý Thuỷ", "Ông Văn Tùng", "Lê Mỹ Duyên"]


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("  Văn   phòng\u00a0Sở ", "Văn phòng Sở"),
        (unicodedata.normalize("NFD", "Hoà Bình"), "Hoà Bình"),
        ("ð\u200bơn vị\ufeff", "đơn vị"),
        ("“A”\n‘b’", "\"A\" 'b'"),
        ("plain", "plain"),
        ("a\tb", "a b"),
    ],
)
def test_clean(typed: str, cleaned: str) -> None:
    assert v.clean(typed) == cleaned


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Họ và tên", "HO VA TEN"),
        ("Chiến sĩ thi đua cấp cơ sở", "chiến sỹ thi đua cấp cơ sở."),
        ("Danh hiệu / Hình thức", "danh hiệu/hình thức"),
        ("Đối tượng", "ðối  tượng"),
        ("ma_dv", "Ma dv"),
        ("Số １２", "so 12"),
    ],
)
def test_fold_key_joins_spellings(one: str, other: str) -> None:
    assert v.fold_key(one) == v.fold_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nguyễn Văn Hoà", "NGUYỄN VĂN HÒA"),
        ("Trần Thị Lý", "Bà Trần Thị Lí"),
        ("đ/c Lê Thuý Nga", "Lê Thúy  Nga"),
        ("ThS. Đỗ Quý An", "Đỗ Quí An"),
        (unicodedata.normalize("NFD", "Phạm Thuỷ"), "Phạm Thủy"),
    ],
)
def test_name_key_joins_one_person(one: str, other: str) -> None:
    assert v.name_key(one) == v.name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lê Thị Mai", "Lê Thị May"),
        ("Lê Thị Hòa", "Lê Thị Hoa"),
        ("Trần Hùng", "Trần Hưng"),
        ("Nguyễn Tân", "Nguyễn Tấn"),
    ],
)
def test_name_key_keeps_people_apart(one: str, other: str) -> None:
    assert v.name_key(one) != v.name_key(other)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("114.375", 114375.0),
        ("114.375 tỷ", 114375.0),
        ("32,82%", 32.82),
        ("1.234,56", 1234.56),
        ("1,234.56", 1234.56),
        ("22 190", 22190.0),
        ("22\u00a0190", 22190.0),
        ("05", 5.0),
        ("１２", 12.0),
        ("5 tập thể", 5.0),
        ("−1,28", -1.28),
        ("+32,82%", 32.82),
        ("13.057.574.000", 13057574000.0),
        ("1,234,567", 1234567.0),
        ("15.5", 15.5),
        ("0.125", 0.125),
        ("0,15", 0.15),
        ("2.167 vụ", 2167.0),
        ("0", 0.0),
        ("-0", 0.0),
    ],
)
def test_numbers(typed: str, value: float) -> None:
    assert v.parse_number(typed) == value


@pytest.mark.parametrize(
    "typed", ["", "abc", "1.23.4", "1 5", "3/5", "2-3", "1e5", "trên 35", "9" * 400, "1..2", "%"]
)
def test_what_is_no_number(typed: str) -> None:
    assert v.parse_number(typed) is None


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("05/12/2014", "2014-12-05"),
        ("5/7/2014", "2014-07-05"),
        ("5-7-2014", "2014-07-05"),
        ("5.7.2014", "2014-07-05"),
        ("15 / 07 / 2020", "2020-07-15"),
        ("12/2014", "2014-12"),
        ("12-2014", "2014-12"),
        ("Tháng 7/2020", "2020-07"),
        ("tháng 12 năm 2014", "2014-12"),
        ("ngày 5 tháng 12 năm 2014", "2014-12-05"),
        ("2014-12-05", "2014-12-05"),
        ("2014-12-05 00:00:00", "2014-12-05"),
        ("2014-12", "2014-12"),
        ("2014", "2014"),
        ("29/02/2020", "2020-02-29"),
    ],
)
def test_dates(typed: str, iso: str) -> None:
    assert v.parse_date(typed) == iso


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("31/02/2015", "impossible"),
        ("30/2/1990", "impossible"),
        ("29/02/2019", "impossible"),
        ("12/25/2014", "impossible"),
        ("13/2014", "impossible"),
        ("31/12/85", "two_digit_year"),
        ("12/14", "two_digit_year"),
        ("19900201", "unknown"),
        ("hôm qua", "unknown"),
        ("1/1/0214", "impossible"),
        ("1/1/20200", "impossible"),
    ],
)
def test_dates_that_are_refused(typed: str, problem: str) -> None:
    assert v.parse_date(typed) is None
    assert v.read_date(typed)[1] == problem


@pytest.mark.parametrize(
    ("typed", "years"),
    [
        ("2018", "2018"),
        ("2018 ", "2018"),
        ("năm 2018", "2018"),
        ("Năm 2018.", "2018"),
        ("2015-2019", "2015-2019"),
        ("2015 – 2019", "2015-2019"),
        ("từ 2015 đến 2019", "2015-2019"),
        ("giai đoạn 2015 - 2019", "2015-2019"),
        ("2019-2015", None),
        ("18", None),
        ("20188", None),
        ("2018, 2019", None),
        ("1234", None),
    ],
)
def test_years(typed: str, years: str | None) -> None:
    assert v.parse_years(typed) == years


@pytest.mark.parametrize("mark", ["x", "X", "✓", "√", "v", "có", "CÓ", "co", "yes", "1", "đ", "Đ"])
def test_yes_marks(mark: str) -> None:
    assert v.parse_yes_no(mark) == "CO"


@pytest.mark.parametrize("mark", ["không", "Không", "ko", "k", "0", "no"])
def test_no_marks(mark: str) -> None:
    assert v.parse_yes_no(mark) == "KHONG"


@pytest.mark.parametrize("mark", ["", " ", "-", "–", "\u00a0", "..."])
def test_blank_marks_state_nothing(mark: str) -> None:
    assert v.parse_yes_no(mark) is None
    assert v.is_blank(mark)


def test_natural_order_of_file_names() -> None:
    names = ["bản 10.xlsx", "bản 2.xlsx", "a.xlsx", "2.xlsx"]
    assert sorted(names, key=v.natural_key) == ["2.xlsx", "a.xlsx", "bản 2.xlsx", "bản 10.xlsx"]


def test_slug() -> None:
    assert v.slug("Phòng KT–HT  huyện Đông Hồ") == "phong-kt-ht-huyen-dong-ho"


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = v.clean(text)
    assert v.clean(once) == once
    assert v.fold_key(text) == v.fold_key(once)
    assert v.name_key(text) == v.name_key(once)


@given(st.text())
def test_parsers_never_fail_and_keys_are_stable(text: str) -> None:
    v.parse_number(text)
    v.parse_date(text)
    v.parse_years(text)
    v.parse_yes_no(text)
    assert v.fold_key(unicodedata.normalize("NFD", text)) == v.fold_key(text)
    assert v.fold_key(v.fold_key(text)) == v.fold_key(text)
    assert v.name_key(unicodedata.normalize("NFD", text)) == v.name_key(text)


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_numbers_survive_vietnamese_writing(whole: int, cents: int) -> None:
    grouped = f"{whole:,}".replace(",", ".")
    expected = float(f"{whole}.{cents:02}")
    assert v.parse_number(f"{grouped},{cents:02}") == expected
    assert v.parse_number(f"{whole},{cents:02}") == expected
    assert v.parse_number(f"{whole:,}".replace(",", " ")) == float(whole)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_dates_survive_writing(day: date) -> None:
    assert v.parse_date(day.strftime("%d/%m/%Y")) == day.isoformat()
    assert v.parse_date(f"{day.day}.{day.month}.{day.year}") == day.isoformat()
    assert v.parse_date(f"tháng {day.month}/{day.year}") == day.isoformat()[:7]


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_days_are_written_as_they_are_typed(day: date) -> None:
    assert v.parse_day(v.day_first(day.isoformat())) == day.isoformat()


def test_a_month_is_no_day() -> None:
    assert (v.parse_date("tháng 7/2020"), v.parse_day("tháng 7/2020")) == ("2020-07", None)
    assert [v.day_first(iso) for iso in ("2020-07", "2020", "")] == ["07/2020", "2020", ""]


@given(st.sampled_from(NAMES), st.sampled_from(["NFC", "NFD", "upper", "spaces"]))
def test_names_match_however_typed(name: str, how: str) -> None:
    typed = {
        "NFC": name,
        "NFD": unicodedata.normalize("NFD", name),
        "upper": name.upper(),
        "spaces": name.replace(" ", " \u00a0"),
    }[how]
    assert v.name_key(typed) == v.name_key(name)
