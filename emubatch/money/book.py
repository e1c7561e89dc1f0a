"""The office's own rates, ``he-so-thuong.xlsx``: what it fills in where shared rows are blank."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from emubatch.model import Lang
from emubatch.money.rates import TABLES, Rates, rates_from, shared_tables
from emubatch.programme.problems import ProgrammeError
from emubatch.runfolder import file_facts


def write_rate_book(path: Path, lang: Lang = "vi") -> None:
    """Writes the workbook with the shared rows, those to be filled in among them."""
    from emubatch.xl.form_rates import write_rates

    write_rates(path, {name: rows for name, (_, rows) in shared_tables().items()}, lang)


def read_rate_book(path: Path | None) -> Rates | None:
    """The rates that the office states; None without its workbook.

    Raises:
        ProgrammeError: with the cells that cannot be understood.
    """
    if path is None:
        return None
    from emubatch.xl.plan_read import read_plan

    source = read_plan(path)
    rows = {name: found for name, found in source.rows.items() if name in TABLES}
    try:
        return rates_from(rows, source.columns)
    except ProgrammeError as error:
        raise ProgrammeError([source.addressed(one) for one in error.problems]) from error


def facts_of_book(path: Path) -> dict[str, Any]:
    """What the manifest says of the workbook."""
    return {"file": path.name, **file_facts(path)}
