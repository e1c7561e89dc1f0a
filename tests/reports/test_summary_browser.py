"""``bao-cao.html`` in a real browser: quiet, offline, readable, usable by keyboard, printable.

Chromium is driven over a pipe by its own protocol: keys are pressed, and contrast is measured, as
they are for a reader. The page itself has no script.
"""

from __future__ import annotations

import base64
import fcntl
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from emubatch.model import MonthResult
from emubatch.month import run_month
from emubatch.programme.load import builtin_ids
from emubatch.reports.summary import write_summary
from emubatch.request import MonthRequest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the browser is driven over a pipe")
SAMPLES = Path(__file__).parents[2] / "samples"
LEAST_CONTRAST, LEAST_CONTRAST_LARGE = 4.5, 3.0

# Contrast of every text with what stands behind it, after WCAG 2.2; in charts, with its bar.
PROBE = """(() => {
const rgb = c => (c.match(/[\\d.]+/g) || []).map(Number);
const lum = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92
  : Math.pow((v + 0.055) / 1.055, 2.4)).reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
const ratio = (a, b) => { const [x, y] = [lum(a), lum(b)].sort((m, n) => n - m);
  return (x + 0.05) / (y + 0.05); };
const solid = c => c.length > 2 && (c.length < 4 || c[3] > 0);
const behind = e => { for (let n = e; n; n = n.parentElement) {
  const c = rgb(getComputedStyle(n).backgroundColor); if (solid(c)) return c; }
  return [255, 255, 255]; };
const texts = [];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let n = walk.nextNode(); n; n = walk.nextNode()) {
  const e = n.parentElement, box = e.getBoundingClientRect(), tag = e.tagName.toLowerCase();
  if (!n.textContent.trim() || ['script', 'title', 'desc'].includes(tag) || !box.width) continue;
  const look = getComputedStyle(e);
  let ink = rgb(tag === 'text' ? look.fill : look.color), back = behind(e);
  if (tag === 'text' && e.classList.contains('on')) {
    const bar = e.previousElementSibling; back = rgb(getComputedStyle(bar).fill); }
  texts.push([n.textContent.trim().slice(0, 40), ratio(ink, back), parseFloat(look.fontSize),
    parseInt(look.fontWeight)]);
}
const out = { lang: document.documentElement.lang, texts,
  headings: [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(e => +e.tagName[1]),
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  charts: [...document.querySelectorAll('svg')].map(e => ({ role: e.getAttribute('role'),
    named: e.getAttribute('aria-labelledby').split(' ')
      .map(i => document.getElementById(i).textContent.trim()),
    table: !!(e.closest('section') || document).querySelector('table'),
    outside: [...e.querySelectorAll('rect,text')].filter(p => { const b = p.getBBox();
      return b.x < -1 || b.x + b.width > e.viewBox.baseVal.width + 1; })
      .map(p => p.textContent.trim()) })) };
return out; })()"""

FOCUS = """(() => { const e = document.activeElement, look = getComputedStyle(e);
const box = e.getBoundingClientRect(), c = look.outlineColor.match(/[\\d.]+/g).map(Number);
return { tag: e.tagName, text: e.textContent.trim().slice(0, 60), outline: look.outlineStyle,
  width: parseFloat(look.outlineWidth), colour: c, left: box.left, top: box.top + scrollY,
  size: box.width * box.height }; })()"""


class Chromium:
    """A browser without a window, with one empty page; its names lead nowhere."""

    def __init__(self, program: Path, profile: Path) -> None:
        ends = [*os.pipe(), *os.pipe()]
        # Away from 3 and 4, which the browser itself wants to read and write.
        read, write, self.incoming, self.outgoing = (
            fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (ends[0], ends[3], ends[2], ends[1])
        )
        for end in ends:
            os.close(end)
        switches = (
            *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update"),
            *("--remote-debugging-pipe", f"--user-data-dir={profile}"),
            "--host-resolver-rules=MAP * ~NOTFOUND",
        )
        start = (
            f"import os, sys; os.dup2({read}, 3); os.dup2({write}, 4);"
            " os.execv(sys.argv[1], sys.argv[1:])"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-c", start, str(program), *switches],
            pass_fds=(read, write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(read)
        os.close(write)
        self.buffer, self.numbers, self.session = b"", itertools.count(1), ""
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        found = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self.session = found["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)

    def close(self) -> None:
        self.session = ""
        self.call("Browser.close")
        self.process.wait(30)
        os.close(self.incoming)
        os.close(self.outgoing)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self.buffer:
            part = os.read(self.incoming, 1 << 16)
            assert part, "the browser ended"
            self.buffer += part
        message, _, self.buffer = self.buffer.partition(b"\0")
        return dict(json.loads(message))

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """A command and its answer; what else happens meanwhile is remembered."""
        number = next(self.numbers)
        where = {"sessionId": self.session} if self.session else {}
        message = json.dumps({"id": number, "method": method, "params": params, **where})
        os.write(self.outgoing, message.encode() + b"\0")
        while (answer := self._next()).get("id") != number:
            self.events.append(answer)
        assert "error" not in answer, answer
        return dict(answer["result"])

    def open(self, path: Path, width: int = 1000) -> None:
        """Load a page and wait until it is complete."""
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **screen)
        self.events.clear()
        self.call("Page.navigate", url=path.as_uri())
        while not self.named("Page.loadEventFired"):
            self.events.append(self._next())

    def named(self, *methods: str) -> list[dict[str, Any]]:
        """What happened of these kinds since the page was opened."""
        return [event["params"] for event in self.events if event.get("method") in methods]

    def value(self, script: str) -> Any:
        """What a script comes to on the page."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def press_tab(self) -> dict[str, Any]:
        """Press the key and say where the focus is now."""
        key = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, **key)
        return dict(self.value(FOCUS))

    @property
    def complaints(self) -> list[Any]:
        """What the console was told, and scripts that failed."""
        kinds = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
        return self.named(*kinds)

    @property
    def fetched(self) -> list[str]:
        """Addresses asked for, the page itself left out."""
        asked = [event["request"]["url"] for event in self.named("Network.requestWillBeSent")]
        return asked[1:]


@pytest.fixture(scope="module")
def browser(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    found = Chromium(chromium, tmp_path_factory.mktemp("profile"))
    yield found
    found.close()


@pytest.fixture(scope="module", params=builtin_ids())
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The summary page of a sample month."""
    base, out = SAMPLES / request.param, tmp_path_factory.mktemp("months") / "out"
    run_month(
        MonthRequest(request.param, base / "inbox", out, base / "roster.xlsx", jobs=0),
        lambda stage, done, total: None,
    )
    return out / "bao-cao.html"


def faint(texts: list[list[Any]]) -> list[str]:
    """Texts whose contrast is too low; large ones (18.66 px bold, 24 px) may have less."""
    return [
        f"{text}: {ratio:.2f}"
        for text, ratio, size, weight in texts
        if ratio < (LEAST_CONTRAST_LARGE if size >= 24 or (size >= 18.66 and weight >= 700)
                    else LEAST_CONTRAST)
    ]  # fmt: skip


def skipped(levels: list[int]) -> bool:
    """Whether a level of headings is left out."""
    return any(below > above + 1 for above, below in itertools.pairwise(levels))


def luminance(colour: list[float]) -> float:
    parts = [part / 255 for part in colour[:3]]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(p * w for p, w in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def test_the_console_stays_silent_and_nothing_is_fetched(page: Path, browser: Chromium) -> None:
    browser.open(page)
    assert browser.complaints == []
    assert browser.fetched == []
    assert browser.value("document.scripts.length") == 0


def test_every_text_stands_out_and_charts_have_words(page: Path, browser: Chromium) -> None:
    browser.open(page)
    seen = browser.value(PROBE)
    assert len(seen["texts"]) > 50
    assert faint(seen["texts"]) == []
    assert seen["lang"] == "vi"
    assert seen["headings"][0] == 1 and seen["headings"].count(1) == 1
    assert not skipped(seen["headings"])
    for chart in seen["charts"]:
        assert chart["role"] == "img" and len(chart["named"]) == 2 and all(chart["named"])
        assert chart["table"] and chart["outside"] == []


def test_the_keyboard_goes_from_top_to_bottom_and_shows_where_it_is(
    page: Path, browser: Chromium
) -> None:
    browser.open(page)
    stops = [browser.press_tab() for _ in range(3)]
    assert [stop["text"] for stop in stops] == ["Đến nội dung", "ket-qua.xlsx", "tong-hop.xlsx"]
    for stop in stops:
        assert stop["tag"] == "A" and stop["size"] > 0 and stop["left"] >= 0
        assert stop["outline"] == "solid" and stop["width"] >= 2
        assert 1.05 / (luminance(stop["colour"]) + 0.05) >= LEAST_CONTRAST_LARGE
    places = [(round(stop["top"]), stop["left"]) for stop in stops]
    assert places == sorted(places)


def test_the_skip_link_leads_to_the_content(page: Path, browser: Chromium) -> None:
    browser.open(page)
    browser.press_tab()
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
    browser.call("Input.dispatchKeyEvent", type="keyDown", **enter)
    assert browser.value("location.hash") == "#main"


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_its_window(width: int, page: Path, browser: Chromium) -> None:
    browser.open(page, width)
    assert browser.value(PROBE)["wide"] <= 1


def test_it_prints_on_a4_and_no_heading_ends_a_page(
    page: Path, browser: Chromium, tmp_path: Path
) -> None:
    program = require_pdftotext()
    browser.open(page)
    wanted = {"preferCSSPageSize": True, "printBackground": True}
    content = base64.b64decode(browser.call("Page.printToPDF", **wanted)["data"])
    (tmp_path / "a.pdf").write_bytes(content)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert boxes and all(abs(float(w) - 595) < 2 and abs(float(h) - 842) < 2 for w, h in boxes)
    text = subprocess.run(
        [program, "-layout", str(tmp_path / "a.pdf"), "-"], capture_output=True, check=True
    ).stdout.decode("utf-8")
    pages = text.rstrip("\f\n").split("\f")
    assert 1 <= len(pages) <= 4
    assert "Tình hình nộp biểu mẫu" in "\n".join(pages[:2])  # the summary before long tables
    titles = headings(page)
    for one in pages:
        lines = [" ".join(line.split()) for line in one.splitlines() if line.strip()]
        assert len(lines) > 3 and lines[-1] not in titles


def require_pdftotext() -> str:
    found = os.environ.get("EMUBATCH_PDFTOTEXT") or shutil.which("pdftotext")
    if not found:
        pytest.skip("pdftotext is not installed")
    return found


def headings(page: Path) -> set[str]:
    found = re.findall(r"<(?:h2|h3|caption)>(.*?)</", page.read_text(encoding="utf-8"))
    return {unescape(text) for text in found}


def test_the_tests_notice_what_they_are_for(
    result: MonthResult, browser: Chromium, tmp_path: Path
) -> None:
    """Grey on white, a heading left out, a picture from elsewhere, a link that hides its focus."""
    write_summary(tmp_path / "a.html", result, "vi")
    bad = (tmp_path / "a.html").read_text(encoding="utf-8")
    for right, wrong in (
        ("--ink: #1f2933", "--ink: #999"),
        ("<h2>", "<h4>"),
        ("a:focus-visible { outline: 3px solid", "a:focus-visible { outline: 0px none"),
        ("</header>", '<img src="missing.png" alt=""></header>'),
        ("</footer>", "<script>console.log(1); missing();</script></footer>"),
    ):
        assert right in bad
        bad = bad.replace(right, wrong, 1)
    (tmp_path / "bad.html").write_text(bad, encoding="utf-8")
    browser.open(tmp_path / "bad.html")
    seen = browser.value(PROBE)
    assert faint(seen["texts"]) != []
    assert skipped(seen["headings"])
    assert [address.rpartition("/")[2] for address in browser.fetched] == ["missing.png"]
    assert len(browser.complaints) >= 2
    assert browser.press_tab()["outline"] == "none"
