"""The documentation is in step with the program."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
README_VI = (ROOT / "README.vi.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(sys.platform == "win32", reason="the pages show paths with /")
def test_generated_pages_are_in_step(generate: ModuleType) -> None:
    behind = [path.relative_to(ROOT).as_posix() for path in generate.stale()]
    assert behind == [], "run: python docs/generate.py"


def test_a_stale_block_is_noticed(generate: ModuleType) -> None:
    page = "<!-- output: emubatch --version -->\n```text\nemubatch 0.0.0\n```\n"
    assert generate.with_outputs(page) != page
    assert generate.with_outputs(generate.with_outputs(page)) == generate.with_outputs(page)


def test_every_command_is_in_the_reference(generate: ModuleType) -> None:
    text = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    missing = [
        words
        for path in generate.command_paths()
        if f"\n### {(words := ' '.join(('emubatch', *path)))}\n" not in text
    ]
    assert missing == []


@pytest.mark.parametrize("page", [README, README_VI], ids=["en", "vi"])
@pytest.mark.parametrize("name", ["demo", "test"])
def test_readme_commands_are_one_line_for_linux_and_windows(page: str, name: str) -> None:
    found = re.findall(
        rf"<!-- command: {name} -->\n```sh\n(.+)\n```\n.+\n```bat\n(.+)\n```\n", page
    )
    assert len(found) == 1
    linux, windows = found[0]
    assert linux.startswith("python3 -m venv .venv && ")
    as_linux = re.sub(r'^cmd /c "py (.+)"$', r"python3 \1", windows).replace("\\Scripts\\", "/bin/")
    assert as_linux == linux.replace('"', "")


@pytest.mark.parametrize("name", ["demo", "test"])
def test_both_readmes_show_the_same_commands(name: str) -> None:
    pattern = rf"<!-- command: {name} -->\n```sh\n(.+)\n```"
    assert re.findall(pattern, README) == re.findall(pattern, README_VI)


def pages() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def dead_links(page: Path) -> list[str]:
    """Relative links and pictures of a page that lead nowhere."""
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    return [link for link in links if not (page.parent / link).exists()]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    assert dead_links(page) == []


def test_a_dead_link_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[a](nowhere.md) ![b](page.md) [c](https://example.org)", encoding="utf-8")
    assert dead_links(page) == ["nowhere.md"]


def test_each_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text("utf-8"))
    assert sorted(listed) == sorted(path.name for path in folder.glob("[0-9]*.md"))
