"""One month of many forms: ``python -m tests.proof.months --forms 10000``.

The sample forms of one plan again and again, each under a unit of its own, all of them used.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from tests.proof.forms import SAMPLES
from tests.proof.report import write

PLAN = "bacgiang-models-2020"
SEED = "SCT-VP.xlsx"
CODE = "SCT-VP"


def numbered(data: bytes, number: int) -> bytes:
    """The form with the code of its unit changed."""
    stream = io.BytesIO()
    code = f"{CODE}-{number:05}".encode()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            part = re.sub(rb">%s<" % CODE.encode(), b">" + code + b"<", old.read(name))
            new.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def run(forms: int) -> str:
    """One run over so many forms, as a line of figures."""
    import resource

    data = (SAMPLES / PLAN / "inbox" / SEED).read_bytes()
    with tempfile.TemporaryDirectory() as place:
        inbox, out = Path(place) / "inbox", Path(place) / "out"
        inbox.mkdir()
        for number in range(forms):
            (inbox / f"{number:05}.xlsx").write_bytes(numbered(data, number))
        command = [sys.executable, "-m", "emubatch", "run", "--programme", PLAN, "--json"]
        command += ["--inbox", str(inbox), "--out", str(out)]
        started = time.monotonic()
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        took = time.monotonic() - started
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        found = json.loads(ran.stdout)
        facts = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["conservation"]
    statuses = ", ".join(f"{count} {status}" for status, count in found["submissions"].items())
    return (
        f"{forms} forms, {facts['cells_found']} cells, {facts['nominees']} nominees ({statuses}):"
        f" {took:.0f} s, {usage.ru_utime + usage.ru_stime:.0f} s of CPU,"
        f" {usage.ru_maxrss // 1024} MB in the largest process"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", type=int, default=10_000)
    parser.add_argument("--write", action="store_true", help="into docs/reliability.md")
    options = parser.parse_args()
    line = run(options.forms)
    print(line)
    if options.write:
        write("forms", line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
