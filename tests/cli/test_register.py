"""``emubatch register`` as the office uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from emubatch.cli import ExitCode, main
from emubatch.register import Batch, open_register
from emubatch.register_book import read_book
from emubatch.xl.write import Book, Column


def run(*args: object) -> Result:
    return CliRunner().invoke(main, ["register", *map(str, args)])


@pytest.fixture
def book(tmp_path: Path) -> Path:
    columns = {
        "Họ và tên": ["Lê Thị Mận", "Lê Thị Mận"],
        "Năm sinh": ["1984", "1984"],
        "Đơn vị": ["Văn phòng Sở", "Công ty Ổi"],
        "Danh hiệu": ["CSTĐCS", "LĐTT"],
        "Năm": ["2018", "2016"],
        "Số QĐ": ["12/QĐ-SCT", "7/QĐ-SCT"],
    }
    return write(tmp_path / "so.xlsx", columns)


def write(path: Path, columns: dict[str, list[str]]) -> Path:
    with Book(path, title="Sổ") as made:
        cells = [Column(head, values) for head, values in columns.items()]
        made.sheet("Khen", "Sổ").write_table("t", cells)
    return path


@pytest.fixture
def register(tmp_path: Path, book: Path) -> Path:
    path = tmp_path / "r.sqlite"
    assert run("import", book, "--register", path).exit_code == ExitCode.DONE
    return path


def test_import_says_what_came_in_and_does_it_once(tmp_path: Path, book: Path) -> None:
    path = tmp_path / "r.sqlite"
    first = run("import", book, "--register", path)
    assert (
        first.stdout
        == "so.xlsx: đã nhập 2 dòng (bỏ qua 0): 2 khen thưởng, 0 sáng kiến, 0 kỷ luật\n"
    )
    before = path.read_bytes()
    second = run("import", book, "--register", path, "--lang", "en")
    assert second.stdout == "so.xlsx: in the register already; nothing changed\n"
    assert second.exit_code == ExitCode.DONE
    assert run("show", "--register", path).exit_code == ExitCode.DONE
    assert path.read_bytes() == before


def test_a_book_with_errors_is_not_imported(tmp_path: Path, book: Path) -> None:
    path = tmp_path / "r.sqlite"
    wrong = write(tmp_path / "sai.xlsx", {"Họ tên": ["A B", "C D"], "Danh hiệu": ["LĐTT", "x y"]})
    result = run("import", book, wrong, "--register", path)
    assert result.exit_code == ExitCode.FINDINGS
    assert result.stdout.startswith("sai.xlsx:Khen!B5 E209 ")
    assert not path.exists()
    result = run("import", book, wrong, "--register", path, "--skip-errors")
    assert result.exit_code == ExitCode.FINDINGS
    assert "sai.xlsx: đã nhập 2 dòng (bỏ qua 1): 1 khen thưởng" in result.stdout
    with open_register(path) as opened:
        assert opened.counts()["awards"] == 3


def test_a_book_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"x")
    args = ("import", tmp_path / "a.xlsx", "--register", tmp_path / "r.sqlite")
    assert run(*args).exit_code == ExitCode.INPUT
    assert run(*args, "--skip-errors").exit_code == ExitCode.INPUT
    assert run("import", tmp_path / "no.xlsx", *args[2:]).exit_code == ExitCode.INPUT
    assert not (tmp_path / "r.sqlite").exists()


def test_show_and_find(register: Path) -> None:
    shown = json.loads(run("show", "--register", register, "--json").stdout)
    assert shown["counts"]["people"] == shown["counts"]["awards"] == 2
    assert [(row["kind"], row["file"], row["facts"]) for row in shown["batches"]] == [
        ("import", "so.xlsx", 2)
    ]
    by_name = run("find", "le thi man", "--register", register).stdout.splitlines()
    assert [line[0] for line in by_name] == ["P", " ", "P", " "]
    by_number = run("find", "Số 012/QĐ-SCT", "--register", register).stdout
    assert "Lê Thị Mận, 1984, Văn phòng Sở" in by_number
    assert "Chiến sĩ thi đua cơ sở, 2018, 12/QĐ-SCT  [so.xlsx › Khen › 4]" in by_number
    assert "Công ty Ổi" not in by_number
    nobody = run("find", "Nguyễn", "--register", register)
    assert (nobody.stdout, nobody.exit_code) == ("", ExitCode.DONE)


def test_the_clerk_says_who_is_who(register: Path) -> None:
    found = json.loads(run("find", "le thi man", "--register", register, "--json").stdout)
    a, b = [row["key"] for row in found["holders"]]
    assert run("same", a, b, "--register", register).exit_code == ExitCode.DONE
    assert run("not-same", b, a, "--register", register).exit_code == ExitCode.DONE
    with open_register(register) as opened:
        assert opened.answers() == [(a, b, 0)]
    wrong = run("same", a, "P1", "--register", register)
    assert wrong.exit_code == ExitCode.DONE, "a person of the month need not be in the register"
    none = run("same", "P2", "P1", "--register", register)
    assert none.exit_code == ExitCode.INPUT
    assert "register find" in none.stderr


def test_export_replaces_nothing_unasked(register: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    assert run("export", out, "--register", register).exit_code == ExitCode.DONE
    first = out.read_bytes()
    assert run("export", out, "--register", register).exit_code == ExitCode.LOCKED
    assert run("export", out, "--register", register, "--replace").exit_code == ExitCode.DONE
    assert out.read_bytes() == first
    assert run("import", out, "--register", register).exit_code == ExitCode.DONE
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.xlsx", "r.sqlite", "so.xlsx"]


def test_refusals_have_words_and_an_exit_code(
    register: Path, tmp_path: Path, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = run("show", "--register", tmp_path / "no.sqlite")
    assert (missing.exit_code, "Chưa có sổ" in missing.stderr) == (ExitCode.INPUT, True)
    foreign = run("import", book, "--register", book)
    assert (foreign.exit_code, "không phải là sổ" in foreign.stderr) == (ExitCode.INPUT, True)
    monkeypatch.setattr("emubatch.register.store.WAIT_SECONDS", 0.05)
    with open_register(register, write=True):
        busy = run("import", book, "--register", register, "--lang", "en")
    assert (busy.exit_code, "in use by another" in busy.stderr) == (ExitCode.LOCKED, True)
    content = bytearray(register.read_bytes())
    register.write_bytes(content[:-100])
    damaged = run("show", "--register", register)
    assert (damaged.exit_code, "bị hỏng" in damaged.stderr) == (ExitCode.INPUT, True)
    content[60:64] = (99).to_bytes(4, "big")
    register.write_bytes(content)
    newer = run("find", "x", "--register", register)
    assert (newer.exit_code, "sổ bản 99" in newer.stderr) == (ExitCode.INPUT, True)


def test_a_workspace_has_its_register(
    tmp_path: Path, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("show").exit_code == ExitCode.USAGE
    Path("emubatch.toml").write_text('programme = "bacgiang-models-2020"\n', encoding="utf-8")
    assert run("import", book).exit_code == ExitCode.DONE
    assert Path("register.sqlite").is_file()
    assert run("show").exit_code == ExitCode.DONE


def test_an_import_is_taken_back(register: Path, tmp_path: Path) -> None:
    columns = {"Họ và tên": ["Lê Thị Mận"], "Năm sinh": ["1984"], "Đơn vị": ["Văn phòng Sở"]}
    more = {"Danh hiệu": ["CSTĐCS"], "Năm": ["2018"], "Số QĐ": ["12/QĐ-SCT"]}
    other = write(tmp_path / "so-2.xlsx", columns | more)
    assert run("import", other, "--register", register).exit_code == ExitCode.DONE
    done = run("undo", "so.xlsx", "--register", register)
    assert done.stdout == "so.xlsx: đã rút lại (2 điều). Điều mà sổ khác cũng ghi thì còn lại.\n"
    with open_register(register) as opened:
        assert [row[8] for row in opened.rows("awards")] == ["2018"], "the other book has it too"
        (batch,) = opened.batches()
    again = run("undo", "so.xlsx", "--register", register)
    assert again.exit_code == ExitCode.INPUT
    assert "không có lần nhập nào" in again.stderr
    assert f"{batch[4][:12]}  nhập so-2.xlsx (1)" in again.stderr
    assert batch[4][:12] in run("show", "--register", register).stdout
    assert run("undo", batch[4][:6], "--register", register).exit_code == ExitCode.DONE
    with open_register(register) as opened:
        assert opened.counts()["people"] == 0


def test_what_cannot_be_taken_back_is_told(register: Path, tmp_path: Path, book: Path) -> None:
    (tmp_path / "more").mkdir()
    columns = {"Họ và tên": ["Vũ Na"], "Danh hiệu": ["LĐTT"], "Năm": ["2019"]}
    namesake = write(tmp_path / "more" / "so.xlsx", columns)
    assert run("import", namesake, "--register", register).exit_code == ExitCode.DONE
    several = run("undo", namesake, "--register", register)
    assert several.exit_code == ExitCode.INPUT
    assert "Có nhiều lần nhập" in several.stderr
    assert several.stderr.count("so.xlsx (") == 2
    with open_register(register, write=True) as opened:
        opened.add(Batch("decide", "bien-ban.xlsx", "ab12cd34"), read_book(namesake).facts)
    decided = run("undo", "bien-ban.xlsx", "--register", register)
    assert decided.exit_code == ExitCode.INPUT
    assert "emubatch decide --undo" in decided.stderr
    with open_register(register) as opened:
        assert opened.counts()["batches"] == 3


@pytest.mark.parametrize("args", [("undo", "so.xlsx"), ("same", "P1", "P2")])
def test_a_register_that_is_not_there_is_not_made(tmp_path: Path, args: tuple[str, ...]) -> None:
    result = run(*args, "--register", tmp_path / "r.sqlite")
    assert (result.exit_code, "Chưa có sổ" in result.stderr) == (ExitCode.INPUT, True)
    assert list(tmp_path.iterdir()) == []
