"""Mutants of the sample forms through whole months: ``python -m tests.proof.fuzz --mutants 20000``.

Every batch is an inbox that ``emubatch run`` is started on, as an office would. It must end with 0
and without a traceback; each file must have a status, none may fail by a fault of the program, no
run may take longer than its limit allows. What was found is printed as a table.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from emubatch.programme.load import load
from tests.proof.forms import (
    FORMS,
    SAMPLES,
    pages,
    under_one_another,
    write_csv,
    write_html,
    write_xml,
)
from tests.proof.mutate import mutant
from tests.proof.report import write

BATCH = 500
SECONDS = 10
_CONVERTED = ("xls", "ods")
# How often each kind comes, of 20.
_SHARES = {"xlsx": 10, "csv": 2, "html": 2, "xml": 2, "xls": 2, "ods": 2}
_FAULTS = ("F116", "F119")  # the program itself failed


@dataclass
class Result:
    """What a run of mutants came to; ``wrong`` is what must not be."""

    mutants: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    statuses: Counter[tuple[str, str]] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Seeds:
    """Forms of one plan, by kind."""

    plan: str
    forms: dict[str, list[bytes]]

    def kinds(self) -> list[str]:
        return [
            kind for kind, share in _SHARES.items() if self.forms.get(kind) for _ in range(share)
        ]


def seeds(plan: str, folder: Path, convert: Callable[[Sequence[Path], str], None] | None) -> Seeds:
    """The sample forms of a plan, and some of them in every other format."""
    programme = load(plan)
    files = sorted((SAMPLES / plan / "inbox").glob("*.xlsx"))
    whole = [path for path in files if zipfile.is_zipfile(path)]
    forms: dict[str, list[bytes]] = {"xlsx": [path.read_bytes() for path in whole]}
    chosen = [SAMPLES / plan / "inbox" / FORMS[plan], *whole[:3]]
    for path in chosen:
        form = pages(path, programme)
        if not form:
            continue
        csv_form = under_one_another(form)
        forms.setdefault("csv", []).append(write_csv(folder / "a.csv", csv_form).read_bytes())
        tabs = write_csv(folder / "a.tsv", csv_form, "utf-16", "\t").read_bytes()
        forms["csv"].append(tabs)
        forms.setdefault("html", []).append(write_html(folder / "a.html", form).read_bytes())
        forms.setdefault("xml", []).append(write_xml(folder / "a.xml", form).read_bytes())
    for kind in _CONVERTED if convert else ():
        assert convert is not None
        convert(chosen, kind)
        forms[kind] = [path.read_bytes() for path in sorted(folder.glob(f"*.{kind}"))]
    return Seeds(plan, forms)


def write_batch(found: Seeds, inbox: Path, first: int, count: int) -> dict[str, str]:
    """Mutants number ``first`` and after as files of an inbox; name -> kind."""
    kinds = found.kinds()
    names = {}
    for number in range(first, first + count):
        kind = kinds[number % len(kinds)]
        forms = found.forms[kind]
        data = mutant(forms[number // len(kinds) % len(forms)], kind, number)
        suffix = "xls" if kind in ("csv", "html", "xml") and number % 2 else kind
        name = f"{number:06}.{suffix}"
        (inbox / name).write_bytes(data)
        names[name] = kind
    return names


def run_batch(plan: str, inbox: Path, out: Path, names: dict[str, str], result: Result) -> None:
    """One month of mutants, and what is wrong with it."""
    command = [sys.executable, "-m", "emubatch", "run", "--programme", plan, "--jobs", "2"]
    command += ["--inbox", str(inbox), "--out", str(out), "--as-of", "2020-07-31"]
    command += ["--limit", f"seconds={SECONDS}", "--lang", "en"]
    started = time.monotonic()
    ran = subprocess.run(command, capture_output=True, text=True, timeout=3600, check=False)
    took = time.monotonic() - started
    result.seconds += took
    result.slowest = max(result.slowest, took)
    result.mutants += len(names)
    if ran.returncode or "Traceback" in ran.stdout + ran.stderr:
        result.wrong.append(f"{plan} {min(names)}: exit {ran.returncode} {ran.stderr[-300:]}")
        return
    statuses = {row["file"]: row["status"] for row in _table(out, "submissions") if row["file"]}
    for name, kind in names.items():
        if name not in statuses:
            result.wrong.append(f"{plan} {name}: no status")
        result.statuses[kind, statuses.get(name, "none")] += 1
    for row in _table(out, "findings"):
        if row["code"].startswith("F"):
            result.refusals[row["code"]] += 1
        if row["code"] in _FAULTS or not row["message"]:
            result.wrong.append(f"{plan} {row['file']}: {row['code']} {row['value']}")
    conserved = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["conservation"]
    if conserved["cells_found"] != conserved["cells_read"] + conserved["cells_reported"]:
        result.wrong.append(f"{plan} {min(names)}: cells {conserved}")


def _table(out: Path, name: str) -> Iterator[dict[str, str]]:
    with (out / "data" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)


def run(mutants: int, first: int, plans: Sequence[str], with_libreoffice: bool) -> Result:
    """Equal shares for every plan, in batches."""
    result = Result()
    for plan in plans:
        share = -(-mutants // len(plans))
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            convert = _converter(folder) if with_libreoffice else None
            found = seeds(plan, folder, convert)
            for start in range(first, first + share, BATCH):
                inbox, out = folder / "inbox", folder / "out"
                inbox.mkdir()
                count = min(BATCH, first + share - start)
                run_batch(plan, inbox, out, write_batch(found, inbox, start, count), result)
                shutil.rmtree(inbox)
                shutil.rmtree(out, ignore_errors=True)
                print(f"{plan} {start + count - first}/{share}", file=sys.stderr, flush=True)
    return result


def _converter(folder: Path) -> Callable[[Sequence[Path], str], None] | None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        return None

    def convert(files: Sequence[Path], kind: str) -> None:
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = [office, profile, "--headless", "--convert-to", kind, "--outdir", str(folder)]
        command += [str(path) for path in files]
        subprocess.run(command, capture_output=True, timeout=300, check=True)

    return convert


def report(result: Result) -> str:
    """The figures as lines of Markdown."""
    kinds = list(dict.fromkeys(kind for kind, _ in result.statuses))
    statuses = sorted({status for _, status in result.statuses})
    lines = [
        f"{result.mutants} mutants in {result.seconds:.0f} s, slowest batch {result.slowest:.0f} s,"
        f" {len(result.wrong)} wrong",
        "",
        "| kind | " + " | ".join(statuses) + " |",
        "|---|" + "---|" * len(statuses),
    ]
    for kind in kinds:
        cells = " | ".join(str(result.statuses[kind, status]) for status in statuses)
        lines.append(f"| {kind} | {cells} |")
    codes = ", ".join(f"{code} {count}" for code, count in sorted(result.refusals.items()))
    return "\n".join([*lines, "", f"Refused with: {codes}.", *result.wrong])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first mutant")
    parser.add_argument("--plan", action="append", choices=sorted(FORMS))
    parser.add_argument("--no-libreoffice", action="store_true", help="leave out .xls and .ods")
    parser.add_argument("--write", action="store_true", help="into docs/reliability.md")
    options = parser.parse_args()
    plans = options.plan or list(FORMS)
    result = run(options.mutants, options.first, plans, not options.no_libreoffice)
    print(report(result))
    if options.write:
        write("mutants", report(result))
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
