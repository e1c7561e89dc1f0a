"""``emubatch letters`` as it is typed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from emubatch import cli


def _toml(facts: dict[str, Any]) -> str:
    lines = ["[letters]"]
    tables = {key: value for key, value in facts.items() if isinstance(value, dict)}
    lines += [
        f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in facts.items() if k not in tables
    ]
    for name, table in tables.items():
        lines.append(f"[letters.{name}]")
        lines += [
            f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items()
        ]
    return "\n".join(lines) + "\n"


def _do(*args: str | Path) -> Result:
    return CliRunner().invoke(cli.main, [str(arg) for arg in args])


@pytest.fixture
def office(run: Any, tmp_path: Path) -> Path:
    path = tmp_path / "co quan.toml"
    path.write_text(_toml(run.facts), encoding="utf-8")
    return path


def test_documents_are_made_and_what_waits_is_said(run: Any, office: Path) -> None:
    found = _do("letters", run.folder, "--facts", office, "--only", "to-trinh,bao-cao")
    assert found.exit_code == 0, found.stderr
    assert "to-trinh" in found.stdout
    assert "Chưa lập" not in found.stdout
    found = _do("letters", run.folder, "--facts", office, "--lang", "en")
    assert "Not made: bien-ban, quyet-dinh" in found.stdout
    assert len(list(run.out.rglob("*.docx"))) == 6


def test_facts_come_from_the_workspace(run: Any, tmp_path: Path) -> None:
    text = f'programme = "bacgiang-models-2020"\n{_toml(run.facts)}'
    (tmp_path / "emubatch.toml").write_text(text, encoding="utf-8")
    found = _do("letters", run.folder, "--only", "bao-cao")
    assert found.exit_code == 0, found.stderr
    assert "SỞ CÔNG THƯƠNG" in run.text("bao-cao")


def test_a_month_of_the_current_workspace_may_be_named(
    run: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    text = f'programme = "bacgiang-models-2020"\n{_toml(run.facts)}'
    (tmp_path / "emubatch.toml").write_text(text, encoding="utf-8")
    (tmp_path / "results").mkdir()
    run.folder = run.folder.rename(tmp_path / "results" / "2020-07")
    monkeypatch.chdir(tmp_path)
    assert _do("letters", "2020-07", "--only", "bao-cao").exit_code == 0
    assert (run.out / "bao-cao.docx").is_file()


def test_a_new_workspace_explains_its_facts(tmp_path: Path) -> None:
    assert _do("init", tmp_path / "w", "--programme", "bacgiang-models-2020").exit_code == 0
    text = (tmp_path / "w" / "emubatch.toml").read_text("utf-8")
    assert "# [letters]" in text
    assert "# nguoi_ky_ten =" in text


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("--only", "quyet-dinh"), 4, "quyet-dinh: chưa có kết quả họp"),
        (("--only", "bao-caoo"), 2, "bao-cao"),
        (("--decision-date", "hôm nay"), 2, "«hôm nay» không phải là ngày"),
    ],
)
def test_failures_have_words_and_a_code(
    run: Any, office: Path, args: tuple[str, ...], code: int, words: str
) -> None:
    found = _do("letters", run.folder, "--facts", office, *args)
    assert found.exit_code == code
    assert words in found.stderr
    assert not run.out.exists()


def test_missing_facts_are_named_with_an_example(run: Any, tmp_path: Path) -> None:
    (tmp_path / "f.toml").write_text('co_quan = "Sở"\nco_quan_x = 1\n', encoding="utf-8")
    found = _do("letters", run.folder, "--facts", tmp_path / "f.toml")
    assert found.exit_code == 5
    assert "f.toml: không có mục «co_quan_x»" in found.stderr
    (tmp_path / "f.toml").write_text('co_quan = "Sở"\n', encoding="utf-8")
    found = _do("letters", run.folder, "--facts", tmp_path / "f.toml")
    assert found.exit_code == 5
    assert "Thiếu «dia_danh»" in found.stderr
    assert 'dia_danh = "Bắc Giang"' in found.stderr


def test_a_file_that_is_no_toml_is_told(run: Any, tmp_path: Path) -> None:
    (tmp_path / "f.toml").write_text("co_quan = Sở", encoding="utf-8")
    found = _do("letters", run.folder, "--facts", tmp_path / "f.toml")
    assert (found.exit_code, "không đọc được như tệp TOML" in found.stderr) == (5, True)


def test_edited_documents_are_kept(run: Any, office: Path) -> None:
    assert _do("letters", run.folder, "--facts", office, "--only", "bao-cao").exit_code == 0
    (run.out / "bao-cao.docx").write_bytes(b"da sua")
    found = _do("letters", run.folder, "--facts", office, "--only", "bao-cao")
    assert found.exit_code == 6
    assert "bao-cao.docx" in found.stderr
    assert (run.out / "bao-cao.docx").read_bytes() == b"da sua"


def test_templates_are_copied_out(tmp_path: Path) -> None:
    found = _do("letters", "--templates", tmp_path / "van-ban-mau")
    assert found.exit_code == 0
    assert len(list((tmp_path / "van-ban-mau").glob("*.docx"))) == 9


def test_without_a_run_the_command_says_what_it_needs() -> None:
    found = _do("letters")
    assert found.exit_code == 2
    assert "RUN" in found.stderr


def test_a_missing_library_names_the_extra(run: Any, office: Path, monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "docxtpl", None)
    found = _do("letters", run.folder, "--facts", office)
    assert found.exit_code == 2
    assert 'pip install "emubatch[letters]"' in found.stderr


def test_help_imports_no_word_library() -> None:
    code = (
        "import sys; from emubatch.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('docx', 'docxtpl', 'lxml', 'pandas') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert found.stdout.decode("utf-8").strip().endswith("[]")
