"""An installed emubatch has everything that a checkout has."""

from __future__ import annotations

import configparser
import fnmatch
from pathlib import Path

import emubatch

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "emubatch"


def _setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def test_every_data_file_is_packaged() -> None:
    patterns = _lines(_setup()["options.package_data"]["emubatch"])
    data = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    ]
    assert data
    assert [
        name
        for name in data
        if not any(
            fnmatch.fnmatch(name, pattern) and name.count("/") == pattern.count("/")
            for pattern in patterns
        )
    ] == []


def test_every_package_is_packaged() -> None:
    packages = set(_lines(_setup()["options"]["packages"]))
    found = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in PACKAGE.rglob("*.py")
        if path.parent != PACKAGE / "programmes"
    }
    assert packages == found | {"emubatch.samples"}
    assert [
        name for name in found if not (ROOT / name.replace(".", "/") / "__init__.py").exists()
    ] == []


def test_version_is_a_literal() -> None:
    text = (PACKAGE / "__init__.py").read_text(encoding="utf-8")
    assert f'__version__ = "{emubatch.__version__}"' in text
