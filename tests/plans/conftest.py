"""A plan workbook to edit as an office would: opened, changed in single cells, saved."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from emubatch import plans
from emubatch.model import Lang
from emubatch.programme.problems import Problem, ProgrammeError
from emubatch.programme.source import Source, builtin_root, read_folder
from emubatch.programme.starter import STARTER
from emubatch.xl.plan_layout import FIRST_ROW, HEADING_ROW, KEY_ROW, title_of
from emubatch.xl.plan_read import read_plan
from emubatch.xl.plan_write import write_plan

MODELS, SCORECARD = "bacgiang-models-2020", "bacgiang-scorecard-2017"
ALL = (MODELS, SCORECARD, STARTER)


def source_of(name: str) -> Source:
    return read_folder(builtin_root() / name)


def write(path: Path, name: str, lang: Lang = "vi", *, every_table: bool = False) -> Path:
    source = source_of(name)
    write_plan(path, source, plans.cases_of(source, []), lang=lang, every_table=every_table)
    return path


class Desk:
    """A plan opened in a spreadsheet program; columns are found by their key."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = openpyxl.load_workbook(path)

    def sheet(self, table: str) -> Any:
        return self.book[title_of(table, "vi")]

    def columns(self, table: str) -> dict[str, int]:
        return {cell.value: cell.column for cell in self.sheet(table)[KEY_ROW + 1] if cell.value}

    def rows(self, table: str) -> Iterator[int]:
        sheet = self.sheet(table)
        for row in range(FIRST_ROW + 1, sheet.max_row + 1):
            if any(cell.value not in (None, "") for cell in sheet[row]):
                yield row

    def row(self, table: str, /, **cells: Any) -> int:
        """The row with these cells."""
        at, sheet = self.columns(table), self.sheet(table)
        for row in self.rows(table):
            found = {key: sheet.cell(row, at[key]).value or "" for key in cells}
            if found == cells:
                return row
        raise AssertionError(f"{table} has no row {cells}")

    def cell(self, table: str, row: int, column: str) -> Any:
        return self.sheet(table).cell(row, self.columns(table)[column])

    def change(self, table: str, key: dict[str, Any], /, **cells: Any) -> str:
        """Change cells of one row; returns the address of the last of them."""
        row = self.row(table, **key)
        for column, value in cells.items():
            cell = self.cell(table, row, column)
            cell.value = value
        return f"{title_of(table, 'vi')}!{cell.coordinate}"

    def append(self, table: str, /, **cells: Any) -> int:
        """A new row under the table."""
        row = max(self.rows(table), default=HEADING_ROW + 1) + 1
        for column, value in cells.items():
            self.cell(table, row, column).value = value
        return row

    def save(self, path: Path | None = None) -> Path:
        self.book.save(path or self.path)
        return path or self.path

    def problems(self) -> list[Problem]:
        """Saves, and says all that is wrong with the plan."""
        return problems_of(self.save())


def problems_of(path: Path) -> list[Problem]:
    from emubatch.programme.load import lint_source

    try:
        return list(lint_source(read_plan(path), {})[1])
    except ProgrammeError as error:
        return list(error.problems)


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The workbook of a programme, written once; not to be changed."""
    folder = tmp_path_factory.mktemp("exported")
    return lru_cache(lambda name: write(folder / f"{name}.xlsx", name))


@pytest.fixture
def desk(tmp_path: Path, exported: Callable[[str], Path]) -> Callable[[str], Desk]:
    """Opens a copy of the workbook of a programme."""
    return lambda name: Desk(Path(shutil.copy(exported(name), tmp_path)))


@pytest.fixture
def models(desk: Callable[[str], Desk]) -> Desk:
    return desk(MODELS)


@pytest.fixture
def scorecard(desk: Callable[[str], Desk]) -> Desk:
    return desk(SCORECARD)
