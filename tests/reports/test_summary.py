"""``bao-cao.html``: one file, readable without colour, script or network, two pages on paper."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from emubatch.model import MonthResult
from emubatch.reports.summary import write_summary


class Page(HTMLParser):
    """Tags with their attributes, and the text under each."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))

    def handle_data(self, data: str) -> None:
        if data.strip() and self.tags:
            self.texts.append((self.tags[-1][0], " ".join(data.split())))

    def count(self, tag: str) -> int:
        return sum(1 for name, _ in self.tags if name == tag)


@pytest.fixture()
def path(tmp_path: Path, result: MonthResult) -> Path:
    write_summary(tmp_path / "bao-cao.html", result, "vi")
    return tmp_path / "bao-cao.html"


@pytest.fixture()
def page(path: Path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


def test_language_title_and_way_past_the_header(page: Page) -> None:
    tags = dict(reversed(page.tags))
    assert tags["html"]["lang"] == "vi"
    assert page.count("h1") == 1 and page.count("title") >= 1
    assert ("a", {"class": "skip", "href": "#main"}) in page.tags
    assert ("main", {"id": "main"}) in page.tags


def test_headings_do_not_skip_a_level(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1 and max(levels) == 3
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_tables_have_captions_and_scopes(page: Page) -> None:
    assert page.count("caption") == page.count("table") == 7
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in page.tags if tag == "th")


def test_charts_have_words_and_their_numbers_in_a_table(page: Page) -> None:
    charts = [attrs for tag, attrs in page.tags if tag == "svg"]
    assert [attrs["role"] for attrs in charts] == ["img", "img", "img"]
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    assert all(set(attrs["aria-labelledby"].split()) <= ids for attrs in charts)
    assert ("text", "✓ 178") in page.texts and ("td", "178") in page.texts


def test_no_network_no_script(path: Path, page: Page) -> None:
    assert page.count("script") == page.count("link") == page.count("img") == 0
    text = path.read_text(encoding="utf-8")
    assert "http" not in text and "url(" not in text and "@import" not in text
    assert {attrs["href"] for tag, attrs in page.tags if tag == "a"} == {
        *("#main", "ket-qua.xlsx", "tong-hop.xlsx")
    }


def test_text_of_forms_is_escaped(path: Path, page: Page) -> None:
    assert "<Một>" not in path.read_text(encoding="utf-8")
    assert any("Công ty CP <Một> & Hai" in text for _, text in page.texts)


def test_the_month_in_numbers(page: Page) -> None:
    tiles = [text for tag, text in page.texts if tag == "b"]
    words = [text for _, text in page.texts]
    assert tiles[:1] == ["18/07/2020"]
    for number, word in (("2/3", "đơn vị đã nộp"), ("3", "✓ ĐẠT"), ("1/2", "đơn vị có tổng điểm")):
        at = words.index(number)
        assert word in words[at : at + 3]


def test_who_has_not_sent_and_what_goes_wrong_most(page: Page) -> None:
    words = [text for _, text in page.texts]
    assert "Phòng Quản lý công nghiệp" in words
    errors = words[words.index("Lỗi hay gặp") :]
    assert errors.index("E209") < errors.index("F103") < errors.index("W405")
    assert "N202" not in errors


def test_english(tmp_path: Path, result: MonthResult) -> None:
    write_summary(tmp_path / "en.html", result, "en")
    text = (tmp_path / "en.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in text and "TO BE REVIEWED" in text and "CẦN XEM XÉT" not in text


def test_long_lists_are_cut_and_say_so(
    tmp_path: Path, make_result: Callable[..., MonthResult]
) -> None:
    result = make_result()
    units = result.data.units
    many = units.loc[[1]].loc[[1] * 70].reset_index(drop=True)
    many["unit"] = [f"U{at}" for at in range(70)]
    result.data.units = many
    write_summary(tmp_path / "a.html", result, "vi")
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "… và 10 mục khác: xem trang «Chưa nộp»" in text


def test_same_bytes_twice(tmp_path: Path, path: Path, result: MonthResult) -> None:
    write_summary(tmp_path / "b.html", result, "vi")
    assert path.read_bytes() == (tmp_path / "b.html").read_bytes()


def test_prints_on_two_pages_without_a_complaint(
    tmp_path: Path, path: Path, chromium: Path
) -> None:
    printed = tmp_path / "bao-cao.pdf"
    done = subprocess.run(
        [
            *(
                str(chromium),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--enable-logging=stderr",
            ),
            *("--no-pdf-header-footer", f"--user-data-dir={tmp_path / 'profile'}"),
            *(f"--print-to-pdf={printed}", path.as_uri()),
        ],
        capture_output=True,
        timeout=120,
        check=True,
    )
    assert b"CONSOLE" not in done.stderr
    assert printed.read_bytes().count(b"/Type /Page\n") == 2
