"""The samples: rebuilt from their source, run, and compared with what a person expects."""

from __future__ import annotations

import csv
import importlib.util
import io
import sys
import zipfile
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from emubatch.month import run_month
from emubatch.request import MonthRequest

SAMPLES = Path(__file__).parents[2] / "samples"
MODELS = "bacgiang-models-2020"
SCORECARD = "bacgiang-scorecard-2017"
MOVEMENT = "hatinh-movement-2024"
CONGRESS = "bacgiang-congress-2020"
NAMES = tuple(sorted(path.parents[1].name for path in SAMPLES.glob("*/source/inbox.csv")))
RANKING = (("ranking", "-so_cstdcs"),)


def _rebuild() -> ModuleType:
    path = Path(__file__).with_name("rebuild.py")
    spec = importlib.util.spec_from_file_location("samples_rebuild", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


rebuild = _rebuild()
FILES = [
    (name, path.name)
    for name in NAMES
    for path in sorted((SAMPLES / name / "expected" / "data").glob("*.csv"))
]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _run(name: str, out: Path, settings: tuple[tuple[str, str], ...] = ()) -> Path:
    folder = SAMPLES / name
    request = MonthRequest(
        programme=name,
        inbox=folder / "inbox",
        out=out,
        roster=folder / "roster.xlsx",
        jobs=0,
        settings=settings,
    )
    run_month(request, lambda stage, done, total: None)
    return out


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    base = tmp_path_factory.mktemp("samples")
    return {name: _run(name, base / name) for name in NAMES}


@pytest.fixture(scope="module")
def verdicts(runs: dict[str, Path]) -> dict[tuple[str, str], dict[str, str]]:
    rows = _rows(runs[MODELS] / "data" / "verdicts.csv")
    return {(row["nominee"], row["criterion"]): row for row in rows}


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _run(MODELS, tmp_path_factory.mktemp("ranked") / "run", RANKING)


# --- the inbox -----------------------------------------------------------------------------------


def _content(data: bytes) -> object:
    """The members of a workbook; compressed bytes differ with the zlib of the machine."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(info.filename, info.date_time, archive.read(info)) for info in archive.infolist()]


def _entries() -> list[object]:
    return [
        pytest.param(name, rebuild.Entry(**row), id=f"{name}-{row['file']}")
        for name in rebuild.samples()
        for row in _rows(SAMPLES / name / "source" / "inbox.csv")
    ]


@pytest.mark.parametrize(("name", "entry"), _entries())
def test_inbox_is_rebuilt_from_source(name: str, entry: object) -> None:
    sample = rebuild.open_sample(name)
    committed = (sample.folder / "inbox" / entry.file).read_bytes()  # type: ignore[attr-defined]
    built = rebuild.MAKERS[entry.made](sample, entry)  # type: ignore[attr-defined]
    if entry.made == "truncated":  # type: ignore[attr-defined]
        assert committed.startswith(b"PK\x03\x04")
        assert not zipfile.is_zipfile(io.BytesIO(committed))
        assert not zipfile.is_zipfile(io.BytesIO(built))
    else:
        assert _content(built) == _content(committed)


@pytest.mark.parametrize("name", NAMES)
def test_inbox_holds_what_the_source_lists(name: str) -> None:
    folder = SAMPLES / name
    listed = [row["file"] for row in _rows(folder / "source" / "inbox.csv")]
    assert sorted(listed) == sorted(path.name for path in (folder / "inbox").iterdir())
    sources = {row["source"] for row in _rows(folder / "source" / "inbox.csv") if row["source"]}
    written = {p.stem for p in (folder / "source").glob("*.csv")} - {"inbox", "roster"}
    assert written == {source for source in sources if not source.endswith(".xlsx")}


@pytest.mark.parametrize("name", NAMES)
def test_roster_is_rebuilt_from_source(name: str) -> None:
    sample = rebuild.open_sample(name)
    committed = (sample.folder / "roster.xlsx").read_bytes()
    assert _content(rebuild.roster(sample)) == _content(committed)


def test_samples_are_small() -> None:
    sizes = [path.stat().st_size for path in SAMPLES.glob("*/inbox/*")]
    assert max(sizes) < 200_000
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) < 6_000_000


# --- the month -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "file"), FILES)
def test_month_gives_the_expected_tables(runs: dict[str, Path], name: str, file: str) -> None:
    expected = (SAMPLES / name / "expected" / "data" / file).read_text(encoding="utf-8-sig")
    found = (runs[name] / "data" / file).read_text(encoding="utf-8-sig")
    assert found.splitlines() == expected.splitlines()


@pytest.mark.parametrize("name", NAMES)
def test_no_table_is_missing_or_new(runs: dict[str, Path], name: str) -> None:
    expected = sorted(path.name for path in (SAMPLES / name / "expected" / "data").iterdir())
    assert sorted(path.name for path in (runs[name] / "data").iterdir()) == expected


# --- what a person expects, derived from the plan and not from the tool ---------------------------


def _by_hand(name: str, file: str) -> list[dict[str, str]]:
    return _rows(SAMPLES / name / "expected" / file)


def _nominees(folder: Path) -> dict[tuple[str, str, str], list[dict[str, str]]]:
    found: dict[tuple[str, str, str], list[dict[str, str]]] = {}
    for row in _rows(folder / "data" / "nominees.csv"):
        found.setdefault((row["unit"], row["kind"], row["name"]), []).append(row)
    return found


def _judged(
    row: dict[str, str], nominees: dict[tuple[str, str, str], list[dict[str, str]]]
) -> dict[str, str]:
    """The nominee of a row by hand; namesakes are told apart by staff code or year of birth."""
    same = nominees[row["unit"], row["kind"], row["name"]]
    if len(same) > 1:
        mark = row["ma_cb"].lower() or row["born"]
        same = [found for found in same if mark in found["nominee"].lower()]
    assert len(same) == 1, row
    return same[0]


@pytest.mark.parametrize(
    "row",
    _by_hand(MODELS, "by-hand.csv"),
    ids=lambda row: f"{row['unit']}-{row['name']}-{row['ma_cb'] or row['born']}",
)
def test_nominee_is_judged_as_by_hand(
    runs: dict[str, Path], verdicts: dict[tuple[str, str], dict[str, str]], row: dict[str, str]
) -> None:
    found = _judged(row, _nominees(runs[MODELS]))
    judged = (found["eligibility"], found["proposed"])
    assert judged == (row["eligibility"], row["proposed"]), row["why"]
    if row["eligibility"] != "pass":
        clause = verdicts[found["nominee"], found["decisive"]]["clause"]
        assert clause.startswith(row["clause"]), row["why"]


def test_every_nominee_is_judged_by_hand(runs: dict[str, Path]) -> None:
    by_hand = Counter(
        (row["unit"], row["kind"], row["name"]) for row in _by_hand(MODELS, "by-hand.csv")
    )
    judged = Counter({key: len(rows) for key, rows in _nominees(runs[MODELS]).items()})
    assert judged == by_hand
    assert judged.total() >= 120


@pytest.mark.parametrize(
    "row",
    _by_hand(SCORECARD, "by-hand-scores.csv"),
    ids=lambda row: f"{row['unit']}-{row['criterion']}",
)
def test_score_is_as_by_hand(runs: dict[str, Path], row: dict[str, str]) -> None:
    found = next(
        score
        for score in _rows(runs[SCORECARD] / "data" / "scores.csv")
        if (score["unit"], score["criterion"]) == (row["unit"], row["criterion"])
    )
    assert found["outcome"] == row["outcome"], row["why"]
    for column in ("base", "bonus", "penalty", "total") if row["outcome"] == "scored" else ():
        assert float(found[column]) == float(row[column]), (column, row["why"])
    if row["outcome"] != "scored":
        assert found["total"] == "", row["why"]


@pytest.mark.parametrize(
    "row",
    _by_hand(SCORECARD, "by-hand-indicators.csv"),
    ids=lambda row: f"{row['unit']}-{row['indicator']}",
)
def test_indicator_is_as_by_hand(runs: dict[str, Path], row: dict[str, str]) -> None:
    found = next(
        line
        for line in _rows(runs[SCORECARD] / "data" / "indicators.csv")
        if (line["unit"], line["indicator"]) == (row["unit"], row["indicator"])
    )
    assert found["outcome"] == row["outcome"], row["why"]
    for column in ("value", "last_year", "plan"):
        assert float(found[column] or 0) == float(row[column] or 0), (column, row["why"])


@pytest.mark.parametrize(
    "row",
    _by_hand(MOVEMENT, "by-hand.csv"),
    ids=lambda row: f"{row['unit'] or 'whole'}-{row['target']}",
)
def test_target_is_as_by_hand(runs: dict[str, Path], row: dict[str, str]) -> None:
    found = next(
        line
        for line in _rows(runs[MOVEMENT] / "data" / "targets.csv")
        if (line["unit"], line["target"]) == (row["unit"], row["target"])
    )
    assert found["outcome"] == row["outcome"], row["why"]
    for column in ("numerator", "denominator", "possible"):
        assert found[column] == row[column], (column, row["why"])


def test_first_wave_shows_progress_only(tmp_path: Path) -> None:
    out = _run(MOVEMENT, tmp_path / "run", (("wave", "DOT_1"),))
    assert {row["outcome"] for row in _rows(out / "data/targets.csv")} == {"progress", "na"}
    files = {row["file"]: row for row in _rows(out / "data/submissions.csv")}
    assert files["VP dot 2.xlsx"]["status"] == "superseded"
    assert (files["VP dot 1.xlsx"]["status"], files["VP dot 1.xlsx"]["late"]) == ("accepted", "no")
    assert files["QLTM dot 1.xlsx"]["late"] == "yes"
    notes = {row["file"] for row in _rows(out / "data/findings.csv") if row["code"] == "N516"}
    assert "VP dot 2.xlsx" in notes


@pytest.mark.parametrize("row", _by_hand(CONGRESS, "by-hand.csv"), ids=lambda row: row["unit"])
def test_conference_is_as_by_hand(runs: dict[str, Path], row: dict[str, str]) -> None:
    found = next(
        line
        for line in _rows(runs[CONGRESS] / "data" / "delegates.csv")
        if line["unit"] == row["unit"]
    )
    for column in ("outcome", "decisive", "staff", "guests"):
        assert found[column] == row[column], (column, row["why"])


# --- with a ranking ------------------------------------------------------------------------------


def test_ranking_shows_a_tie_at_the_border(ranked: Path) -> None:
    expected = SAMPLES / MODELS / "expected-ranked" / "by-hand.csv"
    nominees = _nominees(ranked)
    for row in _rows(expected):
        found = _judged(row, nominees)
        assert (found["rank"], found["proposed"]) == (row["rank"], row["proposed"]), row["why"]


def test_ranking_changes_no_verdict(runs: dict[str, Path], ranked: Path) -> None:
    plain = {
        row["nominee"]: row["eligibility"] for row in _rows(runs[MODELS] / "data/nominees.csv")
    }
    with_rank = {row["nominee"]: row["eligibility"] for row in _rows(ranked / "data/nominees.csv")}
    assert with_rank == plain
