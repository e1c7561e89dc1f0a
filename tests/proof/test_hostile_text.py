"""Hostile text in every text cell of a form of each plan: in all outputs it stays text."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from emubatch.cli import ExitCode, main
from emubatch.programme.tables import Programme
from tests.proof.forms import FORMS, Form, load_form, write_xlsx

MARK = "MARKED"
TEXTS = (
    f"=cmd|'/C {MARK}'!A0",
    f'=HYPERLINK("http://{MARK}.example.invalid","x")',
    f"+{MARK}",
    f"-{MARK}",
    f"@{MARK}",
    f"<script>{MARK}()</script>",
    f'"><img src=x onerror="{MARK}()">',
    f"</td></tr></table></style><b>{MARK}",
    f"../../{MARK}",
    f"C:\\{MARK}\\",
    f"http://{MARK}.example.invalid/",
    f"{{{{ {MARK} }}}}{{% {MARK} %}}%s{{0}}{{found}}",
    f"\x1b[31m{MARK}\x07\x00",
    f"'={MARK}",
    f"&lt;{MARK}&gt;&#x41;",
)
_KINDS = ("text", "code")
_FORMULA = re.compile("[=+@\t\r]|-(?![0-9])")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def seeded(programme: Programme, form: Form) -> Form:
    """Every text of the form with a hostile one in front; equal texts stay equal."""
    hostile: dict[str, str] = {}
    for page in form:
        kinds = {one.header_vi: one.type for one in programme.fields_of[page.name]}
        for row in page.rows[1:]:
            for at, value in enumerate(row):
                if isinstance(value, str) and kinds[page.rows[0][at]] in _KINDS:
                    text = hostile.setdefault(value, f"{TEXTS[len(hostile) % len(TEXTS)]} {value}")
                    row[at] = text
        page.rows[0].append(f"<script>{MARK}()</script> =1+1")
        for number, row in enumerate(page.rows[1:]):
            row.append(TEXTS[number % len(TEXTS)])
    return form


@pytest.fixture(scope="module", params=FORMS)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month of two such forms with hostile names; everything it printed is in ``printed``."""
    home = tmp_path_factory.mktemp("hostile")
    (home / "inbox").mkdir()
    programme, form = load_form(request.param)
    form = seeded(programme, form)
    write_xlsx(home / "inbox" / f"=cmd' <img src=x onerror={MARK}()>.xlsx", form)
    write_xlsx(home / "inbox" / f"-{MARK} &lt; {{0}} %s.xlsx", form[:-1])
    (home / "inbox" / f"@{MARK} <b>.xlsx").write_bytes(b"PK\x03\x04" + MARK.encode())
    args = ["run", "--programme", request.param, "--inbox", str(home / "inbox")]
    args += ["--out", str(home / "out"), "--jobs", "0"]
    result = CliRunner().invoke(main, args)
    assert result.exit_code == ExitCode.DONE, result.output
    listed = CliRunner().invoke(main, ["check", str(home / "inbox"), "--programme", request.param])
    assert listed.exit_code == ExitCode.FINDINGS
    (home / "printed").write_text(result.output + listed.output, encoding="utf-8", newline="")
    return home


def test_the_text_did_reach_the_outputs(run: Path) -> None:
    tables = (run / "out" / "data").glob("*.csv")
    assert any(MARK in path.read_text(encoding="utf-8-sig") for path in tables)
    shown = {file for file, _, part in workbooks(run) if MARK.encode() in part}
    assert "tong-hop.xlsx" in shown


def workbooks(run: Path) -> Iterator[tuple[str, str, bytes]]:
    """File, part and bytes of every XML part of every workbook."""
    for path in sorted((run / "out").rglob("*.xlsx")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    yield path.name, name, archive.read(name)


def test_no_workbook_computes_or_links_what_a_form_says(run: Path) -> None:
    seen = 0
    for file, name, part in workbooks(run):
        seen += 1
        assert not _CONTROLS.search(part.decode("utf-8")), (file, name)
        for element in ElementTree.fromstring(part).iter():
            kind = element.tag.rpartition("}")[2]
            if kind in ("f", "formula", "formula1", "formula2", "definedName"):
                assert MARK not in (element.text or ""), (file, name, element.text)
            if kind == "Relationship" and element.get("TargetMode") == "External":
                assert is_ours(run, element.get("Target", "")), (file, name)
            if kind == "hyperlink":
                assert MARK not in element.get("location", ""), (file, name)
    assert seen > 20


def is_ours(run: Path, target: str) -> bool:
    """Whether a link leads to a file of the same run folder."""
    place = (run / "out" / unquote(target)).resolve()
    return place.is_relative_to(run.resolve() / "out") and place.is_file()


class _Tags(HTMLParser):
    def __init__(self, run: Path) -> None:
        super().__init__()
        self.run = run
        self.bad: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """No element runs anything, loads anything, or is named by a form."""
        self.inside = tag
        handlers = [name for name, _ in attrs if name.startswith("on")]
        targets = [value or "" for name, value in attrs if name in ("src", "href")]
        loads = [to for to in targets if not to.startswith("#") and not is_ours(self.run, to)]
        if tag in ("script", "img", "iframe", "object") or handlers or loads:
            self.bad.append(self.get_starttag_text() or tag)

    def handle_data(self, data: str) -> None:
        """Style sheets hold no text of a form."""
        if self.inside == "style" and MARK in data:
            self.bad.append(data[:80])

    def handle_endtag(self, tag: str) -> None:
        """Whatever follows is not inside."""
        self.inside = ""


def test_the_page_runs_and_loads_nothing(run: Path) -> None:
    tags = _Tags(run)
    tags.feed((run / "out" / "bao-cao.html").read_text(encoding="utf-8"))
    assert tags.bad == []


def test_no_cell_of_a_table_starts_a_formula(run: Path) -> None:
    cells = 0
    for path in (run / "out" / "data").glob("*.csv"):
        text = path.read_text(encoding="utf-8-sig")
        for row in csv.reader(io.StringIO(text, newline="")):
            for cell in row:
                cells += 1
                assert not _FORMULA.match(cell), (path.name, cell)
                assert not _CONTROLS.search(cell), (path.name, cell)
    assert cells > 100


def test_no_file_is_named_by_a_form(run: Path) -> None:
    allowed = re.compile(r"[^<>:\"|?*\\\x00-\x1f]+$")
    names = [
        path.relative_to(run).as_posix() for path in run.rglob("*") if "inbox" not in path.parts
    ]
    assert all(allowed.match(name) for name in names), names
    assert {name.split("/")[0] for name in names} == {"out", "printed"}
    assert not [name for name in names if "/." in name or name.startswith(".")]
    returned = [name.rsplit("/", 1)[1] for name in names if name.startswith("out/tra-lai/")]
    assert all("/" not in name and ".." not in name.split("/") for name in returned)


def test_nothing_printed_steers_a_terminal(run: Path) -> None:
    printed = (run / "printed").read_text(encoding="utf-8")
    assert not _CONTROLS.search(printed.replace("\r\n", "\n"))
