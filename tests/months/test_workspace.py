"""``init``, ``run`` in a workspace, ``close``."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emubatch.cli import failures
from emubatch.messages import render
from emubatch.runfolder import CLOSED, RunFolderError, is_closed
from emubatch.workspace import WorkspaceError, find_workspace, read_workspace

Tree = Callable[[Path], dict[str, bytes]]
PROGRAMME = "bacgiang-models-2020"


def _write(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "emubatch.toml").write_text(text, encoding="utf-8")
    return folder


# --- init ----------------------------------------------------------------------------------------


def test_init_makes_a_workspace_that_explains_itself(office: Any, tmp_path: Path) -> None:
    new = tmp_path / "mới"
    found = office.do("init", new, "--programme", PROGRAMME)
    assert found.exit_code == 0
    assert sorted(path.name for path in new.iterdir()) == [
        "emubatch.toml",
        "he-so-thuong.xlsx",
        "inbox",
        "ngoai-le.xlsx",
        "results",
        "roster.xlsx",
    ]
    text = (new / "emubatch.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["programme"] == PROGRAMME
    assert "# Ngày xét" in text
    assert read_workspace(new).roster == "roster.xlsx"
    assert f"emubatch run {new}" in found.stdout


def test_init_overwrites_nothing(office: Any) -> None:
    before = (office.folder / "emubatch.toml").read_bytes()
    found = office.do("init", office.folder, "--programme", PROGRAMME)
    assert found.exit_code == 6
    assert (office.folder / "emubatch.toml").read_bytes() == before
    assert not (office.folder / "roster.xlsx").exists()


def test_init_of_an_unknown_programme_makes_nothing(office: Any, tmp_path: Path) -> None:
    found = office.do("init", tmp_path / "x", "--programme", "bacgiang-models-202")
    assert found.exit_code == 5
    assert not (tmp_path / "x").exists()


# --- the file ------------------------------------------------------------------------------------


def test_everything_wrong_with_the_file_is_said_at_once(tmp_path: Path) -> None:
    folder = _write(tmp_path, 'roaster = "a"\njobs = "hai"\nperiod = "7/2020"\nlang = "fr"\n')
    with pytest.raises(WorkspaceError) as error:
        read_workspace(folder)
    found = [(f.code, f.cell, f.value) for f in error.value.findings]
    assert found == [
        ("E804", "", ""),
        ("E801", "1", "roaster"),
        ("E803", "2", "hai"),
        ("E803", "3", "7/2020"),
        ("E803", "4", "fr"),
    ]
    assert "roster" in render(error.value.findings[1])


def test_a_wrong_file_ends_with_five_and_the_nearest_key(office: Any) -> None:
    office.configure('imbox = "x"')
    found = office.do("run", office.folder)
    assert found.exit_code == 5
    assert "E801" in found.stderr
    assert "inbox" in found.stderr
    assert not office.out().exists()


def test_text_that_is_no_toml_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError) as error:
        read_workspace(_write(tmp_path, "programme = x\n"))
    assert [(f.code, f.cell) for f in error.value.findings] == [("E802", "1")]
    assert failures.report(error.value, []) == 5


def test_a_setting_of_the_file_is_checked_as_one_of_the_command_line(office: Any) -> None:
    path = office.folder / "emubatch.toml"
    path.write_text(path.read_text("utf-8") + "title_closur = true\n", encoding="utf-8")
    found = office.do("run", office.folder)
    assert found.exit_code == 5
    assert "title_closure" in found.stderr


# --- run -----------------------------------------------------------------------------------------


def test_run_needs_no_options_anywhere_in_a_workspace(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.send("VP")
    monkeypatch.chdir(office.folder / "inbox")
    assert find_workspace(Path()) == office.folder.resolve()
    found = office.do("run")
    assert found.exit_code == 0, found.stderr
    rows = {row["unit"]: row["status"] for row in office.rows("submissions")}
    assert rows["DN1"] == "missing"
    assert office.manifest()["period"] == "2020-07"
    assert office.manifest()["as_of"] == "2020-07-30"  # the programme's own date


def test_outside_of_a_workspace_the_usage_is_told(
    office: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = office.do("run", "--inbox", tmp_path)
    assert found.exit_code == 2
    assert "--programme, --out" in found.stderr
    assert office.do("run", tmp_path / "inbox").exit_code == 4


def test_flag_before_environment_before_file_before_default(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.run()
    assert office.out("2020-07").is_dir()
    office.configure('period = "2020-08"')
    office.run()
    assert office.manifest("2020-08")["as_of"] == "2020-08-31"
    monkeypatch.setenv("EMUBATCH_PERIOD", "2020-09")
    office.run()
    assert office.out("2020-09").is_dir()
    office.run("--period", "2020-10")
    assert office.out("2020-10").is_dir()


def test_language_of_the_file_gives_way_to_the_command_line(office: Any) -> None:
    path = office.folder / "emubatch.toml"
    path.write_text(path.read_text("utf-8").replace('lang = "vi"', 'lang = "en"'), "utf-8")
    assert "Results in" in office.run().stdout
    assert office.manifest()["lang"] == "en"
    assert "Kết quả ở" in office.run("--lang", "vi").stdout
    found = office.do("--lang", "vi", "run", office.folder, "--jobs", "0")
    assert "Kết quả ở" in found.stdout


def test_the_date_of_an_open_month_stays_when_it_is_run_again(office: Any) -> None:
    office.run("--as-of", "2020-08-15")
    office.run()
    assert [p.name for p in sorted((office.folder / "results").iterdir())] == ["2020-08"]
    assert office.manifest("2020-08")["as_of"] == "2020-08-15"


def test_a_run_again_with_the_same_inputs_gives_the_same_bytes(office: Any, tree: Tree) -> None:
    office.send("VP")
    office.run()
    before = tree(office.out())
    office.run()
    assert tree(office.out()) == before


def test_an_inbox_for_each_period(office: Any) -> None:
    path = office.folder / "emubatch.toml"
    text = path.read_text("utf-8").replace('"inbox"', '"inbox/{period}"')
    path.write_text(text, encoding="utf-8")
    assert office.do("run", office.folder).exit_code == 4
    office.send("VP", file="2020-07/VP.xlsx")
    office.run()
    assert [row["file"] for row in office.rows("submissions") if row["file"]] == ["VP.xlsx"]


# --- close ---------------------------------------------------------------------------------------


def test_a_closed_month_is_never_overwritten(office: Any, tree: Tree) -> None:
    office.run()
    found = office.do("close", "2020-07", office.folder)
    assert (found.exit_code, is_closed(office.out())) == (0, True)
    before = tree(office.out())
    office.send("VP")
    for args in ((), ("--period", "2020-07"), ("--replace",)):
        found = office.do("run", office.folder, "--jobs", "0", *args)
        assert found.exit_code == 6
        assert "--period" in found.stderr
    assert tree(office.out()) == before
    office.run("--period", "2020-08")
    assert tree(office.out()) == before
    assert "đóng từ trước" in office.do("close", "2020-07", office.folder).stdout


def test_run_may_close_at_once(office: Any) -> None:
    office.run("--close")
    text = (office.out() / CLOSED).read_text(encoding="utf-8")
    assert text.startswith("manifest.json sha256 ")
    assert office.do("run", office.folder).exit_code == 6


def test_a_month_without_results_cannot_be_closed(office: Any) -> None:
    found = office.do("close", "2020-07", office.folder)
    assert found.exit_code == 4
    assert "2020-07" in found.stderr
    assert office.do("close", "2020-07", office.folder / "inbox").exit_code == 4


def test_closed_is_exit_six() -> None:
    assert failures.report(RunFolderError("closed", Path("o")), []) == 6


def test_an_id_stays_an_id_beside_results_of_that_name(
    office: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``run --out <id>`` leaves a folder so named; a workspace made there means the plan."""
    (tmp_path / "here" / PROGRAMME / "data").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    assert office.do("init", "new", "--programme", PROGRAMME).exit_code == 0
    assert read_workspace(Path("new")).plan() == PROGRAMME
