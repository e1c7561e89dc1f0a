"""Every plan at a few hundred forms, and a month against a register of 200,000 awards.

``python -m benchmarks.plans [--forms N] [--folder DIR] [--write]``: the forms are those of the
plan's sample month, again and again under other units. Beside each run stands the least that an
office's own script does for such a month: every sheet read with pandas, joined, written again with
the rows coloured that lack a value. It is measured on a fifth of the forms and taken five times: it
grows in step with them, and would take most of an hour.
"""

from __future__ import annotations

import argparse
import csv
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.__main__ import PAGE, ROOT, say
from benchmarks.measure import Usage, measure

if TYPE_CHECKING:
    from emubatch.programme.tables import Programme

PLANS = (
    "bacgiang-models-2020",
    "hatinh-models-2025",
    "hatinh-movement-2024",
    "bacgiang-congress-2020",
    "bacgiang-scorecard-2017",
)
AWARDS = 200_000
GOAL = 0.2
_FIGURES = re.compile(r"(?<=<!-- plans -->\n).*?(?=<!-- end of plans -->)", re.DOTALL)
_PART = 5  # one form in so many is read by the other side
_HEADER = 2  # the header stands in the third row of every sheet


# --- the forms -----------------------------------------------------------------------------------


def write_forms(programme_id: str, folder: Path, forms: int) -> None:
    """Writes ``folder/inbox`` and ``folder/roster.csv`` from the sample month of a plan."""
    from emubatch import intake
    from emubatch.model import RosterUnit
    from emubatch.programme.load import load
    from emubatch.reports.returns import return_values
    from emubatch.xl.form import write_form

    programme = load(programme_id)
    inbox = folder / "inbox"
    inbox.mkdir(parents=True)
    read = (
        intake.read(f, programme) for f in intake.scan(ROOT / "samples" / programme_id / "inbox")
    )
    samples = [one for one in read if one.tables and any(t.rows for t in one.tables.values())]
    sheet = programme.sheets_with_role("unit")[0].key
    keys = {
        role: spec.key
        for role in ("unit_code", "unit_name", "group")
        if (spec := programme.field_with_role(sheet, role))
    }
    groups = programme.field_with_role(sheet, "group")
    known = {c.code for c in programme.lists.get(groups.list, ())} if groups else set()
    lines = []
    for number, sample in enumerate(islice(cycle(samples), forms)):
        code, name = f"DV{number:05d}", f"Đơn vị mẫu số {number}"
        values: dict[str, list[dict[str, Any]]] = return_values(sample)
        _rename(values, programme, number)
        for row in values.get(sheet, []):
            row.update({keys["unit_code"]: code, keys["unit_name"]: name})
        group = str(next(iter(values.get(sheet, [])), {}).get(keys.get("group", ""), "") or "")
        write_form(inbox / f"{code}.xlsx", programme, unit=RosterUnit(code, name), values=values)
        lines.append((code, name, group if group in known else ""))
    with (folder / "roster.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["Mã đơn vị", "Tên đơn vị", "Nhóm"])
        writer.writerows(lines)


def _rename(values: dict[str, list[dict[str, Any]]], programme: Programme, number: int) -> None:
    """Gives the people of a form names and codes of their own, the same on every sheet."""
    from benchmarks.corpus import FAMILY, GIVEN

    size = len(GIVEN)
    parts = (GIVEN[number % size], FAMILY[number // size % size], GIVEN[number // size // size])
    behind = " ".join(parts)
    named = [f for f in programme.fields if f.role == "name" and f.type != "list"]
    known = {row.get(f.key) for f in named for row in values.get(f.sheet, [])}
    for spec in programme.fields:
        for row in values.get(spec.sheet, []):
            cell = row.get(spec.key)
            if isinstance(cell, str) and spec.role in ("name", "nominee") and cell in known:
                row[spec.key] = f"{cell} {behind}"
            elif cell and spec.role == "person_code":
                row[spec.key] = f"{cell}-{number}"


# --- the other side ------------------------------------------------------------------------------


def plain(inbox: Path, out: Path) -> None:
    """Reads every sheet of every form, joins them, writes them, colours rows without a name."""
    import pandas as pd
    from openpyxl import load_workbook
    from openpyxl.styles import PatternFill

    out.mkdir(parents=True, exist_ok=True)
    parts: dict[str, list[pd.DataFrame]] = {}
    for path in sorted(inbox.glob("*.xlsx"))[::_PART]:
        for name, frame in pd.read_excel(
            path, sheet_name=None, header=_HEADER, dtype=object
        ).items():
            rows = frame.dropna(how="all").assign(file=path.name)
            if len(rows):
                parts.setdefault(str(name), []).append(rows)
    target = out / "tong-hop.xlsx"
    with pd.ExcelWriter(target) as writer:
        for name, frames in parts.items():
            pd.concat(frames, ignore_index=True).to_excel(writer, sheet_name=name, index=False)
    book, red = load_workbook(target), PatternFill("solid", fgColor="D98C5F")
    for sheet in book:
        for cells in sheet.iter_rows(min_row=2):
            if not cells[0].value:
                for cell in cells:
                    cell.fill = red
    book.save(target)


# --- the register --------------------------------------------------------------------------------


def write_register(programme_id: str, folder: Path, awards: int = AWARDS) -> None:
    """A register of so many awards, with those that the forms of ``folder`` claim."""
    from benchmarks.register_scale import register
    from benchmarks.stages import read
    from emubatch.checks.claims import claims_of, nominee_statements
    from emubatch.merge import merge
    from emubatch.programme.load import load
    from emubatch.register import Batch, Facts, open_register
    from emubatch.register.keys import award_key, number_key
    from emubatch.roster import read_roster

    programme = load(programme_id)
    roster = read_roster(folder / "roster.csv", programme)
    forms = read(folder / "inbox", 0, programme_id)
    data = merge(forms, roster.units, programme, programme.as_of)
    asked, claims = nominee_statements(data, programme), claims_of(data, programme)
    facts = Facts()
    for at, (one, name) in enumerate(zip(asked, data.nominees["name"].tolist(), strict=True)):
        who: tuple[Any, ...] = (name or "", one.name, one.fold)
        place = (one.unit, "", *("so.xlsx", "2018", at))
        if one.kind == "CN":
            code = (one.code, one.code)
            facts.people.append((one.key, *code, *who, "", one.year, *place[:2], "", *place[2:]))
        else:
            facts.collectives.append((one.key, *who, *place))
    for row in claims.to_dict("records"):
        one = asked[row["owner"]]
        told = (row["code"], row["issuer"], row["number"])
        key = award_key(one.kind, one.key, *told, row["date"], row["year"])
        fact = (one.kind, one.key, *told, number_key(row["number"]), row["date"], row["year"])
        facts.awards.append((key, *fact, "", "so.xlsx", "2018", row["at"]))
    path = folder / "register.sqlite"
    path.unlink(missing_ok=True)
    register(path, awards)
    with open_register(path, write=True) as opened:
        opened.add(Batch("import", "so.xlsx", ""), facts)


# --- measuring -----------------------------------------------------------------------------------


def figures(folder: Path, forms: int) -> Iterator[str]:
    """Rows of the table."""
    for programme_id in PLANS:
        corpus = _once(folder, programme_id, forms)
        theirs = _python(folder, "-m", "benchmarks.plans", "--plain", str(corpus / "inbox"))
        ours = _run(folder, corpus, programme_id)
        yield _row(f"`{programme_id}`", forms, ours, theirs)
        if programme_id.endswith(("models-2020", "models-2025")):
            register = corpus / "register.sqlite"
            if not register.exists():
                arguments = ("--register", programme_id, str(corpus))
                _python(folder, "-m", "benchmarks.plans", *arguments)
            ours = _run(folder, corpus, programme_id, "--register", str(register))
            yield _row(f"the same with a register of {AWARDS:,} awards", forms, ours, theirs)


def _once(folder: Path, programme_id: str, forms: int) -> Path:
    corpus = folder / f"{programme_id}-{forms}"
    if not (corpus / "roster.csv").exists():
        shutil.rmtree(corpus, ignore_errors=True)
        _python(folder, "-m", "benchmarks.plans", "--make", programme_id, str(corpus), str(forms))
    return corpus


def _run(folder: Path, corpus: Path, programme_id: str, *more: str) -> Usage:
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    places = ("--inbox", corpus / "inbox", "--roster", corpus / "roster.csv", "--out", out)
    command = ("-m", "emubatch", "run", "--programme", programme_id, *map(str, places), *more)
    return _python(folder, *command)


def _python(folder: Path, *arguments: str) -> Usage:
    say(" ".join(Path(one).name or one for one in arguments))
    usage = measure([sys.executable, *arguments], folder / "log.txt")
    say(f"    CPU {usage.cpu:.2f} s, wall {usage.wall:.2f} s, peak {usage.peak:.0f} MB")
    return usage


def _row(what: str, forms: int, ours: Usage, theirs: Usage) -> str:
    plainly = theirs.cpu * _PART
    ratio = ours.cpu / plainly
    met = "yes" if ratio <= GOAL else "**no**"
    cells = (f"{ours.cpu:.1f} s", f"{plainly:.0f} s", f"{ratio:.2f}", met, f"{ours.peak:.0f} MB")
    return f"| {what} | {forms} | {' | '.join(cells)} |"


_HEADS = (
    "| plan | forms | run, CPU | plain reading, CPU | ratio | ≤ 0.2 | peak |",
    "|---|---|---|---|---|---|---|",
)


def main() -> None:
    """Makes, measures, prints; the options in capitals are for the processes that it starts."""
    reader = argparse.ArgumentParser(prog="python -m benchmarks.plans", description=__doc__)
    reader.add_argument("--forms", type=int, default=200)
    reader.add_argument("--folder", type=Path)
    reader.add_argument("--write", action="store_true", help="put the table into the page")
    reader.add_argument("--make", nargs=3, metavar=("PLAN", "FOLDER", "FORMS"))
    reader.add_argument("--plain", metavar="INBOX")
    reader.add_argument("--register", nargs=2, metavar=("PLAN", "FOLDER"))
    asked = reader.parse_args()
    if asked.make:
        write_forms(asked.make[0], Path(asked.make[1]), int(asked.make[2]))
    elif asked.plain:
        with tempfile.TemporaryDirectory() as out:
            plain(Path(asked.plain), Path(out))
    elif asked.register:
        write_register(asked.register[0], Path(asked.register[1]))
    else:
        with tempfile.TemporaryDirectory() as own:
            folder = asked.folder or Path(own)
            folder.mkdir(parents=True, exist_ok=True)
            table = "\n".join((*_HEADS, *figures(folder, asked.forms))) + "\n"
        print(table)
        if asked.write:
            text = PAGE.read_text(encoding="utf-8")
            PAGE.write_text(_FIGURES.sub(lambda _: table, text), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
