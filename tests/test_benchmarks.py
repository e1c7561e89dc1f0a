"""The benchmark measures what it says: the same forms on both sides, whole processes."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.corpus import write_corpus
from benchmarks.measure import Usage, exponent, measure, middle
from benchmarks.plans import PLANS, write_forms, write_register
from emubatch.cli import main

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="os.wait4 is needed")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus") / "forms"
    write_corpus(folder, 8, workers=1)
    return folder


def run(module: str, *arguments: str) -> str:
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
    result = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_both_sides_see_the_same_nominees(corpus: Path, tmp_path: Path) -> None:
    plain = run("plain_script", str(corpus / "inbox"), str(tmp_path / "plain"), "--one-pass")
    ours = run("stages", str(corpus), "0")
    rows = re.search(r"(\d+) dòng", plain)
    assert rows and 8 * 150 < int(rows[1]) < 8 * 250
    assert "112 nominees" in ours  # 8 forms with 11 people and 3 collectives
    assert re.search(r"'pass': [1-9]", ours) and re.search(r" [1-9]\d* đạt", plain)


def test_some_forms_have_something_to_mend(corpus: Path) -> None:
    found = re.search(r"(\d+) findings", run("stages", str(corpus), "0"))
    assert found and int(found[1]) > 0


def test_the_same_seed_gives_the_same_forms(corpus: Path, tmp_path: Path) -> None:
    write_corpus(tmp_path / "again", 2, workers=1)
    for name in ("DV00000.xlsx", "DV00001.xlsx"):
        again = (tmp_path / "again" / "inbox" / name).read_bytes()
        assert again == (corpus / "inbox" / name).read_bytes()


def test_rules_are_measured_on_ten_awards_a_nominee() -> None:
    assert run("rules_scale", "200").startswith("200 nominees 2000 awards\n")


def test_measure_counts_the_children() -> None:
    work = "sum(i * i for i in range(3_000_000))"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {work!r}], check=True)"
    assert (
        measure([sys.executable, "-c", child]).cpu > 0.8 * measure([sys.executable, "-c", work]).cpu
    )


def test_measure_refuses_a_failed_run(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ended with 3"):
        measure([sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "log")


def test_exponent_and_medians() -> None:
    assert exponent((100, 2000), (1.0, 20.0)) == pytest.approx(1)
    assert exponent((10, 100), (1.0, 100.0)) == pytest.approx(2)
    usages = [Usage(1, 10, 100), Usage(3, 30, 300), Usage(2, 20, 200)]
    assert middle(usages) == Usage(2, 20, 200)


def test_help_starts_fast() -> None:
    """At most six times bare python; the least of several runs, as other work only adds."""
    ours, bare = (
        min(measure([sys.executable, *arguments]).cpu for _ in range(7))
        for arguments in (("-m", "emubatch", "--help"), ("-c", ""))
    )
    assert ours <= 6 * bare


@pytest.mark.parametrize("programme", PLANS)
def test_every_plan_has_its_forms(tmp_path: Path, programme: str) -> None:
    write_forms(programme, tmp_path / "made", 3)
    assert len(list((tmp_path / "made" / "inbox").iterdir())) == 3
    options = ["--inbox", tmp_path / "made" / "inbox", "--roster", tmp_path / "made" / "roster.csv"]
    command = ["run", "--programme", programme, *options, "--out", tmp_path / "out", "--jobs", "0"]
    result = CliRunner().invoke(main, [str(word) for word in command])
    assert result.exit_code == 0, result.output
    with (tmp_path / "out/data/submissions.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["unit"] for row in rows} == {"DV00000", "DV00001", "DV00002"}
    assert {row["status"] for row in rows} <= {"accepted", "partial"}


def test_the_register_knows_what_the_forms_claim(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    write_forms("bacgiang-models-2020", folder, 2)
    write_register("bacgiang-models-2020", folder, awards=500)
    options = ["--inbox", folder / "inbox", "--register", folder / "register.sqlite"]
    command = ["run", "--programme", "bacgiang-models-2020", *options, "--out", tmp_path / "out"]
    result = CliRunner().invoke(main, [str(word) for word in (*command, "--jobs", "0")])
    assert result.exit_code == 0, result.output
    with (tmp_path / "out/data/claims.csv").open(encoding="utf-8-sig", newline="") as stream:
        statuses = [row["status"] for row in csv.DictReader(stream) if row["matter"] == "award"]
    assert statuses.count("confirmed") > 0.9 * len(statuses) > 0
