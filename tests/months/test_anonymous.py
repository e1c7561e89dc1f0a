"""Results for sending outside: no name, code, birth date or file name is left in any output."""

from __future__ import annotations

import csv
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from emubatch import cli
from emubatch.month import InputError, run_month
from emubatch.request import MonthRequest

SAMPLES = Path(__file__).parents[2] / "samples"
MODELS = "bacgiang-models-2020"
PLANS = (
    MODELS,
    "hatinh-models-2025",
    "bacgiang-scorecard-2017",
    "hatinh-movement-2024",
    "bacgiang-congress-2020",
)


def request(name: str, out: Path, **more: object) -> MonthRequest:
    place = SAMPLES / name
    return MonthRequest(
        programme=name, inbox=place / "inbox", out=out, roster=place / "roster.xlsx", jobs=0,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def run(name: str, folder: Path, keys: Path, **more: object) -> Path:
    run_month(request(name, folder, anonymous=keys, **more), lambda *_: None)
    return folder


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The month with its names, once for each plan."""
    made: dict[str, Path] = {}

    def month(name: str) -> Path:
        if name not in made:
            made[name] = tmp_path_factory.mktemp(name) / "out"
            run_month(request(name, made[name]), lambda *_: None)
        return made[name]

    return month


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The month under codes, once for each plan."""
    made: dict[str, Path] = {}

    def month(name: str) -> Path:
        if name not in made:
            place = tmp_path_factory.mktemp(name)
            made[name] = run(name, place / "out", place / "keys.csv")
        return made[name]

    return month


def table(folder: Path, name: str) -> list[dict[str, str]]:
    path = folder / "data" / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Every output as text, workbooks part by part."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                for part in archive.namelist():
                    yield f"{path.name}/{part}", archive.read(part).decode("utf-8", "replace")
        else:
            yield path.name, path.read_text(encoding="utf-8-sig")


def private(folder: Path) -> set[str]:
    """What must not be seen: from the results with names, and from the merged data set."""
    found = {row[key] for row in table(folder, "nominees") for key in ("name", "nominee")}
    found |= {row["nominee"].rpartition("/")[2] for row in table(folder, "nominees")}
    found |= {row["file"] for row in table(folder, "submissions")}
    found |= {Path(row["file"]).stem for row in table(folder, "submissions")}
    found |= {row["sha256"] for row in table(folder, "submissions")}
    found |= {row[key] for row in table(folder, "units") for key in ("unit", "name")}
    book = CalamineWorkbook.from_path(folder / "tong-hop.xlsx")
    for sheet in book.sheet_names:
        grid = book.get_sheet_by_name(sheet).to_python()
        heads = {"Họ và tên", "Mã cán bộ", "Ngày sinh", "Tóm tắt thành tích", "Số quyết định"}
        top = next((at for at, row in enumerate(grid) if heads & {str(c) for c in row}), None)
        for row in grid[top + 1 :] if top is not None else ():
            for head, cell in zip(grid[top], row, strict=True):  # type: ignore[index]
                if head in heads and cell not in ("", None):
                    found.add(str(cell))
                    if head == "Ngày sinh" and "-" in str(cell):
                        found.add("/".join(reversed(str(cell)[:10].split("-"))))
    # Words of one or two letters, bare numbers, and what the plan itself calls its own parts.
    return {text for text in found if len(text) > 3 and not text.isdigit()}


@pytest.mark.parametrize("name", PLANS)
def test_nothing_tells_who_is_who(
    name: str, named: Callable[[str], Path], sent: Callable[[str], Path]
) -> None:
    out = sent(name)
    written = {"data", "ket-qua.xlsx", "bao-cao.html", "manifest.json"}
    assert {path.name for path in out.iterdir()} == written
    words = private(named(name))
    assert len(words) > 20
    own = _words_of_the_plan(name).casefold()
    for place, text in texts(out):
        folded = text.casefold()
        seen = {word for word in words if word.casefold() in folded}
        seen = {word for word in seen if word.casefold() not in own}
        assert not seen, (place, sorted(seen)[:9])


def _words_of_the_plan(name: str) -> str:
    """All texts of the plan: what stands there is nobody's."""
    from emubatch.programme.load import load

    programme = load(name)
    return repr(programme) + json.dumps({"name": name})


@pytest.mark.parametrize("name", PLANS)
def test_verdicts_and_figures_stay(
    name: str, named: Callable[[str], Path], sent: Callable[[str], Path]
) -> None:
    out = sent(name)
    for name_of, columns in {
        "nominees": ("kind", "group", "tier", "eligibility", "decisive", "rank", "proposed"),
        "verdicts": ("criterion", "outcome", "required", "clause"),
        "scores": ("criterion", "option", "total", "outcome"),
        "indicators": ("indicator", "value", "growth_pct", "outcome"),
        "targets": ("target", "numerator", "denominator", "outcome"),
        "delegates": ("tier", "staff", "form", "delegates", "outcome"),
        "submissions": ("status", "late", "received"),
        "findings": ("code", "severity", "cell"),
        "needs": ("kind", "criterion", "count"),
    }.items():
        first, other = table(named(name), name_of), table(out, name_of)
        assert sorted([row[c] for c in columns] for row in first) == sorted(
            [row[c] for c in columns] for row in other
        )


def test_the_same_key_gives_the_same_bytes_and_another_key_other_codes(tmp_path: Path) -> None:
    first = run(MODELS, tmp_path / "a", tmp_path / "keys.csv")
    again = run(MODELS, tmp_path / "b", tmp_path / "keys.csv")
    other = run(MODELS, tmp_path / "c", tmp_path / "other.csv")
    assert [p.read_bytes() for p in sorted(first.rglob("*.*")) if p.is_file()] == [
        p.read_bytes() for p in sorted(again.rglob("*.*")) if p.is_file()
    ]
    names = [{row["name"] for row in table(folder, "nominees")} for folder in (first, other)]
    assert len(names[0]) == len(names[1]) and not names[0] & names[1]


def test_the_office_can_look_codes_up(tmp_path: Path, named: Callable[[str], Path]) -> None:
    keys = tmp_path / "kept" / "keys.csv"
    out = run(MODELS, tmp_path / "out", keys)
    with keys.open(encoding="utf-8-sig", newline="") as stream:
        known = {row["ma"]: row["goc"] for row in csv.DictReader(stream)}
    real = {row["nominee"]: row["name"] for row in table(named(MODELS), "nominees")}
    for row in table(out, "nominees"):
        name, _, nominee = known[row["name"]].rpartition(" (")
        assert real[nominee.removesuffix(")")] == name
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["anonymous"] is True
    assert "roster" not in manifest
    assert {row["file"] for row in manifest["inputs"]} <= set(known)


def test_a_file_that_holds_no_codes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "keys.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        run(MODELS, tmp_path / "out", tmp_path / "keys.csv")
    assert error.value.reason == "codes_file"
    assert not (tmp_path / "out").exists()
    with pytest.raises(InputError) as error:
        run(MODELS, tmp_path / "out", tmp_path / "out" / "keys.csv")
    assert error.value.reason == "codes_inside"


def test_in_a_workspace_the_results_with_names_stay(tmp_path: Path) -> None:
    place = tmp_path / "work"
    say = CliRunner().invoke(cli.main, ["init", str(place), "--programme", MODELS])
    assert say.exit_code == 0, say.output
    shutil.copytree(SAMPLES / MODELS / "inbox", place / "inbox", dirs_exist_ok=True)
    shutil.copy(SAMPLES / MODELS / "roster.xlsx", place / "roster.xlsx")
    for more in ([], ["--anonymous"], ["--anonymous"]):
        say = CliRunner().invoke(cli.main, ["run", str(place), "--jobs", "0", *more])
        assert say.exit_code == 0, say.output
    assert "ma-an-danh.csv" in say.output and "tong-hop" not in say.output
    folders = sorted(p.name for p in (place / "results").iterdir())
    assert len(folders) == 2 and folders[1] == f"{folders[0]}-an-danh"
    assert (place / "ma-an-danh.csv").is_file()
    assert (place / "results" / folders[0] / "tra-lai").is_dir()
    assert not (place / "results" / folders[1] / "tra-lai").exists()


def test_waivers_with_their_reasons_and_signers_are_hidden(office: Any) -> None:
    from emubatch.programme.load import load
    from emubatch.xl.form_waivers import write_waivers

    office.send("VP", office.person("Lê Thị Mận"))
    rows = [
        {"kind": "miễn", "unit": "VP", "nominee": "Lê Thị Mận", "criterion": criterion,
         "reason": "công văn riêng 77", "signer": "Ông Chủ Tịch Hội"}
        for criterion in ("S0.CN.a.1", "S0.KL", "S0.HS.1")
    ]  # fmt: skip
    write_waivers(office.folder / "ngoai-le.xlsx", load(MODELS), rows)
    office.run()
    with_names = "".join(text for _, text in texts(office.out()))
    office.run("--anonymous")
    out = next((office.folder / "results").glob("*-an-danh"))
    for place, text in texts(out):
        for word in ("công văn riêng", "Chủ Tịch Hội", "Lê Thị Mận", "CB01", "ngoai-le"):
            assert word in with_names or word == "CB01"
            assert word.casefold() not in text.casefold(), (place, word)
    first, other = table(office.out(), "nominees"), table(out, "nominees")
    assert [row["eligibility"] for row in first] == [row["eligibility"] for row in other]
