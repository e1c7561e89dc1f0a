"""The shipped blank forms are the ones that the programmes give today, byte for byte.

Compared part by part: how the parts are packed depends on the zlib of the machine.
"""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from emubatch.programme.load import builtin_ids, load
from emubatch.xl.form import write_form
from emubatch.xl.form_roster import write_roster
from emubatch.xl.lint import lint_workbook

SHIPPED = Path(__file__).parents[1] / "templates_xlsx"
ADVICE = (
    "run: python -m emubatch template {0} -o templates_xlsx --replace (and with --blank-roster)"
)


@pytest.mark.parametrize("programme", builtin_ids())
def test_blank_forms_are_in_step(programme: str, tmp_path: Path) -> None:
    write_form(tmp_path / "form.xlsx", load(programme))
    write_roster(tmp_path / "roster.xlsx", load(programme))
    for ours, shipped in (("form", programme), ("roster", f"{programme}-danh-sach")):
        path = SHIPPED / f"{shipped}.xlsx"
        assert path.is_file(), ADVICE.format(programme)
        now, then = parts(tmp_path / f"{ours}.xlsx"), parts(path)
        changed = [name for name in now.keys() | then.keys() if now.get(name) != then.get(name)]
        assert not changed, f"{path.name} {changed}: {ADVICE.format(programme)}"


def parts(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_nothing_else_is_shipped() -> None:
    wanted = {f"{name}{end}.xlsx" for name in builtin_ids() for end in ("", "-danh-sach")}
    assert {path.name for path in SHIPPED.glob("*.xlsx")} == wanted


def test_shipped_forms_are_small_and_sound() -> None:
    for path in SHIPPED.glob("*.xlsx"):
        assert path.stat().st_size < 200_000
        assert lint_workbook(path) == []
