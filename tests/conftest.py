"""External programs for the tests: LibreOffice, the Open XML validator, Chromium, Dovecot.

Each is optional on an office PC and required in CI: with ``EMUBATCH_REQUIRE_PROGRAMS=1`` a missing
program fails the test that asks for it, otherwise the test is skipped and says which one it was.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

# The names under which each program may be installed, and a variable that names it outright.
PROGRAMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "libreoffice": ("EMUBATCH_SOFFICE", ("soffice", "libreoffice")),
    "ooxml-validator": ("EMUBATCH_OOXML_VALIDATOR", ("ooxml-validator",)),
    "chromium": ("EMUBATCH_CHROMIUM", ("chromium", "chromium-browser", "google-chrome")),
    "pdftotext": ("EMUBATCH_PDFTOTEXT", ("pdftotext",)),
    "pdftoppm": ("EMUBATCH_PDFTOPPM", ("pdftoppm",)),
    "hunspell-vi": ("EMUBATCH_VI_DICTIONARY", ("/usr/share/hunspell/vi_VN.dic",)),
    "dovecot": ("EMUBATCH_DOVECOT", ("dovecot", "/usr/sbin/dovecot")),
}
TIMEOUT_SECONDS = 180.0
# The letters bring lxml, by which openpyxl writes other bytes than without it; the samples are
# built without.
os.environ["OPENPYXL_LXML"] = "False"

# 0 = "always recalculate on load"; without it LibreOffice trusts the values stored in the file.
_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
 oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def find_program(name: str) -> str | None:
    """Path of an external program, or None when this machine has none."""
    variable, candidates = PROGRAMS[name]
    stated = os.environ.get(variable)
    return stated or next(filter(None, map(_place_of, candidates)), None)


def _place_of(name: str) -> str | None:
    return shutil.which(name) or (name if Path(name).is_file() else None)


def require_program(name: str) -> str:
    """Path of an external program; skips the test without it, or fails it where CI requires it."""
    found = find_program(name)
    if found:
        return found
    message = f"{name} is not installed (set {PROGRAMS[name][0]} or add it to PATH)"
    if os.environ.get("EMUBATCH_REQUIRE_PROGRAMS") == "1":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def run_program(
    command: Sequence[str], timeout: float = TIMEOUT_SECONDS, ends_with: Sequence[int] = (0,)
) -> str:
    """Standard output of a program that is killed with all its children when it takes too long."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            _kill_group(process)
            process.communicate()
            pytest.fail(f"{command[0]} did not end within {timeout:g} s", pytrace=False)
    assert process.returncode in ends_with, f"{command[0]}: {process.returncode}\n{out}\n{err}"
    return out


def _kill_group(process: subprocess.Popen[str]) -> None:
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


class LibreOffice:
    """Converts files through LibreOffice with a profile of its own.

    A shared profile would let two calls block each other. LibreOffice ends with 0 even when it
    could not load the file, so what counts is that the output exists.
    """

    def __init__(self, program: str, profile: Path) -> None:
        self.program = program
        self.profile = profile

    def __call__(self, path: Path, to: str, outdir: Path, timeout: float = TIMEOUT_SECONDS) -> Path:
        """The converted file; ``to`` is an extension, with a filter after ``:`` where needed."""
        return self.many([path], to, outdir, timeout)[0]

    def many(
        self, paths: Sequence[Path], to: str, outdir: Path, timeout: float = TIMEOUT_SECONDS
    ) -> list[Path]:
        """Converted files in the order given, in one call (ten files cost little more than one).

        The names of ``paths`` must differ, as LibreOffice writes them all into ``outdir``.
        """
        suffix = to.partition(":")[0]
        results = [outdir / f"{path.stem}.{suffix}" for path in paths]
        assert len(set(results)) == len(results), "two files of one name in one conversion"
        assert not set(results) & set(paths), "the output would replace the input"
        outdir.mkdir(parents=True, exist_ok=True)
        for result in results:
            result.unlink(missing_ok=True)
        switches = ["--headless", "--norestore", "--convert-to", to, "--outdir", str(outdir)]
        run_program(
            [
                self.program,
                f"-env:UserInstallation={self.profile.as_uri()}",
                *switches,
                *map(str, paths),
            ],
            timeout,
        )
        missing = [
            path.name for path, result in zip(paths, results, strict=True) if not result.is_file()
        ]
        assert not missing, f"LibreOffice could not load: {', '.join(missing)}"
        return results


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> LibreOffice:
    """Call ``libreoffice(path, "xlsx", outdir)``; keeps the values stored in the file."""
    return LibreOffice(require_program("libreoffice"), tmp_path_factory.mktemp("lo-profile"))


@pytest.fixture(scope="session")
def libreoffice_recalculating(tmp_path_factory: pytest.TempPathFactory) -> LibreOffice:
    """As ``libreoffice``, but every formula is calculated anew when the file is loaded."""
    program = require_program("libreoffice")
    profile = tmp_path_factory.mktemp("lo-recalculating")
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(_RECALCULATE, encoding="utf-8")
    return LibreOffice(program, profile)


@pytest.fixture(scope="session")
def ooxml_validator() -> Callable[[Path], list[str]]:
    """Call ``ooxml_validator(path)`` for the errors of the Open XML SDK, one line each."""
    program = require_program("ooxml-validator")

    def validate(path: Path) -> list[str]:
        answer = json.loads(run_program([program, str(path)], ends_with=(0, 1)))
        errors = [
            f"{error['path']} {error['xPath']}: {error['description']}"
            for error in answer["errors"]
        ]
        assert answer["ok"] is (not errors), f"unexpected answer of the validator: {answer}"
        return errors

    return validate


@pytest.fixture(scope="session")
def dictionary() -> Path:
    """A dictionary of Vietnamese words, one a line."""
    return Path(require_program("hunspell-vi"))


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Path of a Chromium that can be run with ``--headless``."""
    return Path(require_program("chromium"))


@pytest.fixture(scope="session")
def dovecot() -> Path:
    """Path of Dovecot, a server for mailboxes."""
    return Path(require_program("dovecot"))
