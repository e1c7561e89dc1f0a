"""``run`` and ``demo`` as a clerk types them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from emubatch import cli, judging
from emubatch.cli import demo, run
from emubatch.month import MonthOutcome
from emubatch.programme.load import load
from emubatch.request import MonthRequest

PROGRAMME = "bacgiang-models-2020"


def _invoke(*args: str | Path) -> Result:
    return CliRunner().invoke(cli.main, [str(arg) for arg in args])


def _args(folder: Path, *more: str | Path) -> tuple[str | Path, ...]:
    (folder / "in").mkdir(exist_ok=True)
    stated = ("--programme", PROGRAMME, "--inbox", folder / "in", "--out", folder / "out")
    return ("run", *stated, *more)


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "r.csv"
    units = [f"DN-{n:02},Công ty {n}" for n in range(1, 13)]
    path.write_text("\n".join(["Mã đơn vị,Tên đơn vị", *units]), encoding="utf-8")
    return path


def test_an_empty_month_is_published_and_says_who_is_missing(tmp_path: Path, roster: Path) -> None:
    found = _invoke(*_args(tmp_path, "--roster", roster))
    assert found.exit_code == 0
    assert found.stderr == ""
    lines = found.stdout.splitlines()
    assert "Biểu mẫu:        12 Chưa nộp" in lines
    at = lines.index("Chưa nộp (12):")
    assert lines[at + 1] == "  DN-01 Công ty 1"
    assert lines[at + 11] == "  …"
    assert any(line.startswith("  ket-qua.xlsx ") for line in lines)
    assert not any("tra-lai" in line for line in lines)
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_json_is_for_scripts(tmp_path: Path, roster: Path) -> None:
    found = json.loads(_invoke(*_args(tmp_path, "--roster", roster, "--json")).stdout)
    assert found["submissions"] == {"missing": 12}
    assert found["missing"][0] == "DN-01"
    assert (found["programme"], found["as_of"]) == (PROGRAMME, load(PROGRAMME).as_of)


def test_english(tmp_path: Path) -> None:
    text = _invoke(*_args(tmp_path, "--lang", "en")).stdout
    assert "Results in" in text
    assert "the council's workbook" in text


def test_exit_codes_of_a_month_that_cannot_be_run(tmp_path: Path, roster: Path) -> None:
    _invoke(*_args(tmp_path))
    cases: list[tuple[int, tuple[str | Path, ...], str]] = [
        (6, _args(tmp_path), "--replace"),
        (0, _args(tmp_path, "--replace"), ""),
        (4, _args(tmp_path, "--replace", "--roster", tmp_path / "none.xlsx"), "none.xlsx E709"),
        (4, _args(tmp_path, "--replace", "--inbox", tmp_path / "none"), "Không có thư mục"),
        (4, _args(tmp_path, "--out", roster), "là một tệp"),
        (2, _args(tmp_path, "--replace", "--as-of", "mai"), "«mai»"),
        (2, _args(tmp_path, "--replace", "--period", "7/2020"), "«7/2020»"),
        (5, _args(tmp_path, "--programme", "bacgiang-model-2020"), PROGRAMME),
        (5, _args(tmp_path, "--set", "title_closur=true"), "title_closure"),
        (5, _args(tmp_path, "--set", "title_closure=maybe"), "title_closure"),
    ]
    for code, args, words in cases:
        found = _invoke(*args)
        assert (found.exit_code, words in found.stderr) == (code, True), (args, found.stderr)
        assert "Traceback" not in found.output
        assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_a_broken_roster_names_file_row_and_nearest(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("Mã đơn vị,Tên đơn vị,Nhóm\nA,B,Cơ quan Sôi\n", encoding="utf-8")
    found = _invoke(*_args(tmp_path, "--roster", path))
    assert found.exit_code == 4
    assert "r.csv:C2 E704" in found.stderr
    assert "Cơ quan Sở" in found.stderr


def test_a_cluster_without_dask_is_a_configuration_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    found = _invoke(*_args(tmp_path, "--cluster", "tcp://127.0.0.1:1"))
    assert found.exit_code == 5
    assert "emubatch[cluster]" in found.stderr
    assert not (tmp_path / "out").exists()


def test_an_interrupt_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(judging, "judge", interrupted)
    found = _invoke(*_args(tmp_path))
    assert found.exit_code == 130
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


# --- words and progress --------------------------------------------------------------------------


def _outcome(**given: Any) -> MonthOutcome:
    return MonthOutcome(
        **{
            "out": Path("kq"),
            "programme": load(PROGRAMME),
            "as_of": "2020-07-31",
            "statuses": {"accepted": 3, "rejected": 1},
            "severities": {"error": 2, "note": 5},
            **given,
        }
    )


def test_summary_counts_in_the_usual_order() -> None:
    outcome = _outcome(
        eligibility={"na": 1, "fail": 2, "pass": 3, "review": 4}, scores={"review": 1, "scored": 8}
    )
    lines = run.summary(outcome, "vi")
    assert lines[0].endswith("thời điểm xét 31/07/2020")
    assert "Biểu mẫu:        3 Đã nhận · 1 Không đọc được" in lines
    assert "Đề nghị khen:    3 ĐẠT · 4 CẦN XEM XÉT · 2 KHÔNG ĐẠT · 1 KHÔNG ÁP DỤNG" in lines
    assert "Bảng điểm:       8 đã chấm · 1 cần xem xét" in lines
    assert "Phát hiện:       2 Lỗi · 5 Ghi chú" in lines


def test_summary_says_what_to_do_only_when_there_is_something() -> None:
    def due(**given: Any) -> str:
        return "\n".join(run.summary(_outcome(**given), "vi"))

    assert "tra-lai/" not in due()
    assert "tra-lai/" in due(returned=2)
    assert "nhắc các đơn vị" in due(missing=(("A", "B"),))
    assert "không đọc được" in due()
    assert "Cần xem xét" in due(eligibility={"review": 1})
    assert "emubatch decide kq BẢN.xlsx" in due(eligibility={"pass": 1})
    assert "emubatch decide" not in due(scores={"scored": 1})


def test_summary_names_the_commands_that_come_next(tmp_path: Path) -> None:
    def due(**given: Any) -> str:
        return "\n".join(run.summary(_outcome(**given), "vi"))

    assert "emubatch letters kq" in due() and "emubatch reply" not in due()
    (tmp_path / "emubatch.toml").touch()  # letters to units need the addresses of a workspace
    inside = due(out=tmp_path / "thang 7")
    assert f'emubatch reply "{tmp_path / "thang 7"}"' in inside
    assert "emubatch letters" not in "\n".join(run.summary(_outcome(), "en"))
    assert not {"letters", "reply", "decide"} & set(due(codes=Path("ma.csv")).split())


def test_progress_is_drawn_on_a_terminal_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with run.ProgressLine("vi") as quiet:
        quiet("read", 1, 2)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with run.ProgressLine("vi") as drawn:
        drawn("read", 1, 2)
        drawn("merge", 0, 0)
    out, err = capsys.readouterr()
    assert out == ""
    assert "1/2" in err
    assert err.endswith("\r")


# --- demo ----------------------------------------------------------------------------------------


def test_demo_copies_the_forms_and_says_what_to_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = tmp_path / "samples" / PROGRAMME
    (sample / "inbox").mkdir(parents=True)
    (sample / "expected").mkdir()
    (sample / "roster.csv").write_text("Mã đơn vị,Tên đơn vị\nA,B\n", encoding="utf-8")
    monkeypatch.setattr(demo, "samples", lambda: [sample])
    for _ in range(2):
        found = _invoke("demo", tmp_path / "thử")
        assert found.exit_code == 0, found.stderr
    place = tmp_path / "thử" / PROGRAMME
    assert sorted(p.name for p in place.iterdir()) == ["inbox", "ket-qua-thang", "roster.csv"]
    opened = found.stdout[found.stdout.index("Mở các tệp sau:") :].splitlines()
    assert [Path(line.strip()).is_file() for line in opened[1:3]] == [True, True]
    assert "emubatch explain" not in found.stdout  # nobody sent anything: nothing to explain


def test_demo_chooses_a_doubtful_case_to_explain(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    scores = tmp_path / "data" / "scores.csv"
    scores.write_text("unit,criterion\nA,I\nB,TOTAL\n", encoding="utf-8")
    assert demo._case(tmp_path) == "B"
    scores.unlink()
    assert demo._case(tmp_path) == ""
    targets = tmp_path / "data" / "targets.csv"
    targets.write_text("target,unit\nT1,\nT1,A\n", encoding="utf-8")
    assert demo._case(tmp_path) == "T1"
    nominees = tmp_path / "data" / "nominees.csv"
    nominees.write_text("nominee,eligibility\nx,pass\ny,review\n", encoding="utf-8")
    assert demo._case(tmp_path) == "y"


def test_demo_finds_the_samples_of_the_checkout() -> None:
    assert PROGRAMME in [path.name for path in demo.samples()]


def test_demo_finds_the_samples_of_an_installed_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site-packages" / "emubatch"
    (package / "samples" / "x" / "inbox").mkdir(parents=True)
    monkeypatch.setattr(demo.emubatch, "__file__", str(package / "__init__.py"))
    assert demo.samples() == [package / "samples" / "x"]
    (package / "samples" / "x" / "inbox").rmdir()
    assert _invoke("demo", tmp_path / "d").exit_code == 4


def test_the_module_runs(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "emubatch", *map(str, _args(tmp_path, "--json"))],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert json.loads(done.stdout)["submissions"] == {}
    assert done.stderr == ""


def test_request_takes_every_option() -> None:
    names = {param.name for param in run.command.params} - {"as_json", "workspace", "close"}
    # The file of codes is what an anonymous month has.
    assert names - {"codes"} == set(MonthRequest.__slots__) - {"follows"}


def test_an_empty_inbox_is_said_to_be_empty(tmp_path: Path) -> None:
    assert "thư mục không có tệp nào" in _invoke(*_args(tmp_path)).stdout
