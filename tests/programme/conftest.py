"""A programme to break: a copy of one that comes along, with single cells changed."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from emubatch.programme.load import builtin_root, lint_source, read_folder
from emubatch.programme.problems import Problem
from emubatch.programme.tables import Programme


class Workbench:
    """A copy of a programme; change its tables, then lint it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, table: str) -> Path:
        return self.folder / f"{table}.csv"

    def read(self, table: str) -> tuple[list[str], list[dict[str, str]]]:
        with self.path(table).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
            return list(reader.fieldnames or ()), rows

    def write(self, table: str, columns: list[str], rows: list[dict[str, str]]) -> None:
        with self.path(table).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def change(self, table: str, key: str, **cells: str) -> int:
        """Change cells of the row whose leading cells are ``key``; returns its line."""
        columns, rows = self.read(table)
        for line, row in enumerate(rows, 2):
            if " ".join(row.values()).startswith(key + " ") or next(iter(row.values())) == key:
                unknown = set(cells) - set(columns)
                assert not unknown, unknown
                row.update(cells)
                self.write(table, columns, rows)
                return line
        raise AssertionError(f"{table} has no row {key}")

    def append(self, table: str, **cells: str) -> int:
        columns, rows = self.read(table)
        rows.append({column: cells.get(column, "") for column in columns})
        self.write(table, columns, rows)
        return len(rows) + 1

    def header(self, old: str, new: str) -> None:
        path = self.folder / "programme.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def lint(self, **overrides: str) -> list[Problem]:
        return list(lint_source(read_folder(self.folder), overrides)[1])

    def programme(self) -> Programme:
        return lint_source(read_folder(self.folder), {})[0]

    def codes(self) -> list[tuple[str, int, str, str, str]]:
        """Every problem as table, line, column, code, value."""
        return [(p.table, p.line, p.column, p.code, p.value) for p in self.lint()]


@pytest.fixture
def bench(tmp_path: Path) -> Callable[[str], Workbench]:
    """Copies a programme by id."""

    def copy(name: str) -> Workbench:
        return Workbench(Path(shutil.copytree(builtin_root() / name, tmp_path / name)))

    return copy


@pytest.fixture
def models(bench: Callable[[str], Workbench]) -> Workbench:
    return bench("bacgiang-models-2020")


@pytest.fixture
def scorecard(bench: Callable[[str], Workbench]) -> Workbench:
    return bench("bacgiang-scorecard-2017")
