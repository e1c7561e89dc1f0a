"""The register file: contents that depend on nothing but the books, and clear refusals."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from emubatch.register import Batch, Facts, RegisterError, open_register
from emubatch.register.keys import (
    award_key,
    code_key,
    fact_key,
    holder_key,
    number_key,
    unit_key,
)
from emubatch.register.schema import COLUMNS, STEPS, VERSION
from emubatch.vietnamese import fold_key, name_key


def facts(*awards: tuple[str, str, str, str], file: str = "so.xlsx") -> Facts:
    """Awards given as name, year of birth, code and decision number, each in a row of its own."""
    found = Facts()
    unit = unit_key("VP", "")
    found.units.append((fact_key(unit, ""), unit, "VP", "", ""))
    for row, (name, year, code, number) in enumerate(awards, 2):
        key = holder_key("CN", "", name, year, unit)
        place = (file, "2018", row)
        keys = (name_key(name), fold_key(name))
        found.people.append((key, "", "", name, *keys, "", year, unit, "Văn phòng", "", *place))
        award = ("CN", key, code, "GD_SO", number, number_key(number), "2019-01-05", "2018")
        made = award_key("CN", key, code, "GD_SO", number, "2019-01-05", "2018")
        found.awards.append((made, *award, "", *place))
    return found


ONE = facts(("Lê Thị Mận", "1984", "LDTT", "12/QĐ-SCT"), ("Vũ Na", "1988", "LDTT", "12/QĐ-SCT"))
TWO = facts(("Lê Thị MẬN", "1984", "LDTT", "Số 012/QĐ-SCT"), file="a.xlsx")
THREE = facts(("LÊ THỊ MẬN", "1984", "CSTDCS", "15/QĐ-SCT"))


def add(path: Path, *several: Facts) -> None:
    for one in several:
        with open_register(path, write=True) as register:
            register.add(Batch("import", "so.xlsx", "00"), one)


def contents(path: Path) -> dict[str, object]:
    with open_register(path) as register:
        tables: dict[str, object] = {name: register.rows(name) for name in COLUMNS}
        return {**tables, "digest": register.digest(), "answers": register.answers()}


def test_the_same_facts_are_added_once(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    with open_register(path, write=True) as register:
        assert register.add(Batch("import", "so.xlsx", "00"), ONE)
        assert not register.add(Batch("import", "so.xlsx", "00"), ONE)
    with open_register(path, write=True) as register:
        assert not register.add(Batch("import", "renamed.xlsx", "01"), ONE)
        assert register.counts()["awards"] == 2
        assert register.counts()["batches"] == 1


def test_contents_do_not_depend_on_the_order_of_books(tmp_path: Path) -> None:
    found = []
    for seed in range(6):
        books = [ONE, TWO, THREE]
        random.Random(seed).shuffle(books)
        path = tmp_path / f"{seed}.sqlite"
        add(path, *books)
        found.append(contents(path))
    assert all(one == found[0] for one in found)
    place = COLUMNS["awards"].index("file")
    twelve = [row for row in found[0]["awards"] if row[5].endswith("12/QĐ-SCT")]  # type: ignore[attr-defined]
    assert sorted(row[place] for row in twelve) == ["a.xlsx", "so.xlsx"], "the first place is kept"


def test_a_slice_has_the_people_and_their_awards(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    add(path, ONE, THREE)
    with open_register(path) as register:
        found = register.slice([fold_key("Lê Thị Mận"), "nobody"], ["cb"], ["P1"])
        assert {row[3] for row in found.awards} == {"LDTT", "CSTDCS"}
        assert {row[5] for row in found.holders} == {"le thi man"}
        assert found.digest == register.digest()
        nothing = register.slice(["x"], [], [])
        assert (nothing.holders, nothing.awards) == ([], [])


def test_a_slice_follows_the_answers(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    add(path, ONE)
    with open_register(path, write=True) as register:
        one, two = [row[0] for row in register.holders()]
        register.answer(one, "P000000000000", same=True)
        register.answer(one, two, same=True)
    with open_register(path) as register:
        found = register.slice([], [], ["P000000000000"])
        assert [row[0] for row in found.holders] == [one, two]
        assert len(found.awards) == 2


@pytest.mark.parametrize(("year", "count"), [("", 2), ("2019", 2), ("2018", 0)])
def test_decisions_are_of_a_year(tmp_path: Path, year: str, count: int) -> None:
    path = tmp_path / "r.sqlite"
    add(path, ONE, THREE)
    with open_register(path) as register:
        awards, holders = register.decisions([(number_key("12/QD-SCT"), year), ("1 x", "")])
        assert len(awards) == count
        assert {row[5] for row in holders} == ({"le thi man", "vu na"} if count else set())


def test_answers_are_remembered_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    add(path, ONE)
    with open_register(path) as register:
        a, b = [row[0] for row in register.holders()]
        before = register.digest()
    for same in (True, False):
        with open_register(path, write=True) as register:
            register.answer(b, a, same=same)
        with open_register(path) as register:
            assert register.answers() == [(a, b, int(same))]
            assert register.digest() != before
    for wrong in ((a, a), ("P000000000000", "P000000000001")):
        with (
            pytest.raises(RegisterError, match="unknown_key"),
            open_register(path, write=True) as register,
        ):
            register.answer(*wrong, same=True)


def test_an_exception_undoes_everything(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    add(path, ONE)
    before = contents(path)
    with pytest.raises(RuntimeError), open_register(path, write=True) as register:
        register.add(Batch("import", "b.xlsx", "02"), THREE)
        raise RuntimeError
    assert contents(path) == before


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_killed_import_leaves_the_register_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    add(path, ONE)
    before = contents(path)
    script = """
        import os, signal, sys
        from pathlib import Path
        from emubatch.register import Batch, Facts, open_register
        with open_register(Path(sys.argv[1]), write=True) as register:
            rows = [(f"k{n}", "c:x", "X", "n" * 90, "n") for n in range(50_000)]
            register.add(Batch("import", "b.xlsx", "02"), Facts(units=rows))
            os.kill(os.getpid(), signal.SIGKILL)
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(path)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert contents(path) == before
    add(path, THREE)


def refused(path: Path, reason: str, *, write: bool) -> None:
    """Opening is refused for this reason, and no byte of the folder changes."""
    before = {one.name: one.read_bytes() for one in path.parent.iterdir()}
    with pytest.raises(RegisterError) as error, open_register(path, write=write):
        pytest.fail("opened")
    assert error.value.reason == reason
    assert {one.name: one.read_bytes() for one in path.parent.iterdir()} == before


@pytest.mark.parametrize("write", [False, True])
def test_a_newer_register_is_refused(tmp_path: Path, write: bool) -> None:
    path = tmp_path / "r.sqlite"
    add(path, ONE)
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.commit()
    connection.close()
    refused(path, "newer", write=write)


@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize("content", [b"PK\x03\x04" * 100, b"x", b"SQLite format 3\x00" * 8])
def test_what_is_no_register_is_refused(tmp_path: Path, content: bytes, write: bool) -> None:
    path = tmp_path / "r.sqlite"
    path.write_bytes(content)
    refused(path, "foreign", write=write)


@pytest.mark.parametrize("write", [False, True])
def test_another_database_is_refused(tmp_path: Path, write: bool) -> None:
    path = tmp_path / "r.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE other (x)")
    connection.commit()
    connection.close()
    refused(path, "foreign", write=write)


@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize("how", ["cut", "zeros"])
def test_a_damaged_register_is_refused(tmp_path: Path, how: str, write: bool) -> None:
    path = tmp_path / "r.sqlite"
    add(path, ONE)
    content = path.read_bytes()
    path.write_bytes(
        content[: len(content) // 2]
        if how == "cut"
        else content[:4096] + bytes(len(content) - 4096)
    )
    refused(path, "damaged", write=write)


def test_a_register_that_is_not_there(tmp_path: Path) -> None:
    refused(tmp_path / "r.sqlite", "missing", write=False)
    with (
        pytest.raises(RegisterError, match="missing"),
        open_register(tmp_path / "no-folder" / "r.sqlite", write=True),
    ):
        pytest.fail("opened")


def test_an_older_register_is_brought_up_when_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.sqlite"
    add(path, ONE)
    step = ("ALTER TABLE awards ADD COLUMN seal TEXT NOT NULL DEFAULT ''",)
    monkeypatch.setattr("emubatch.register.store.STEPS", (*STEPS, step))
    monkeypatch.setattr("emubatch.register.store.VERSION", VERSION + 1)
    add(path, THREE)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (VERSION + 1,)
    assert connection.execute("SELECT count(*), max(seal) FROM awards").fetchone() == (3, "")
    connection.close()
    monkeypatch.undo()
    refused(path, "newer", write=True)


def test_a_locked_register_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emubatch.register.store.WAIT_SECONDS", 0.05)
    path = tmp_path / "r.sqlite"
    add(path, ONE)
    with open_register(path, write=True) as writer:
        with pytest.raises(RegisterError) as error, open_register(path, write=True):
            pytest.fail("opened")
        assert error.value.reason == "busy"
        writer.add(Batch("import", "b.xlsx", "02"), THREE)
        with open_register(path) as reader:  # a reader sees the state before
            assert reader.counts()["awards"] == 2
    assert len(contents(path)["awards"]) == 3  # type: ignore[arg-type]


def test_nothing_is_left_beside_the_register(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    add(path, ONE)
    contents(path)
    assert [one.name for one in tmp_path.iterdir()] == ["r.sqlite"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("12/QĐ-SCT", "12 qd sct"),
        ("Số 012/QD-SCT", "12 qd sct"),
        ("QĐ số 12 / QĐ - SCT", "12 qd sct"),
        ("", ""),
    ],
)
def test_numbers_of_one_decision_have_one_key(text: str, key: str) -> None:
    assert number_key(text) == key


def test_codes_and_units_are_compared_folded() -> None:
    assert code_key(" cb01 ") == code_key("CB01")
    assert unit_key("vp", "x") == unit_key("VP", "y")
    assert unit_key("", "Văn  phòng Sở") == unit_key("", "VĂN PHÒNG SỞ")
    assert unit_key("", "") == ""
