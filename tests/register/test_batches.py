"""Batches taken back: what is left is as if the batch had never come."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import pytest

from emubatch.register import Batch, Facts, RegisterError, open_register
from emubatch.register.keys import award_key, fact_key, holder_key, number_key, unit_key
from emubatch.register.schema import APPLICATION_ID, COLUMNS, STEPS, VERSION, upsert
from emubatch.vietnamese import fold_key, name_key

Award = tuple[str, str, str]


def facts(file: str, *awards: Award, answers: Sequence[tuple[str, str, int]] = ()) -> Facts:
    """Awards given as name, code and decision number, each in a row of its own."""
    found = Facts(answers=list(answers))
    unit = unit_key("VP", "")
    found.units.append((fact_key(unit, ""), unit, "VP", "", ""))
    for row, (name, code, number) in enumerate(awards, 2):
        key = holder_key("CN", "", name, "1984", unit)
        place = (file, "2018", row)
        keys = (name_key(name), fold_key(name))
        found.people.append((key, "", "", name, *keys, "", "1984", unit, file, "", *place))
        award = ("CN", key, code, "GD_SO", number, number_key(number), "2019-01-05", "2018")
        made = award_key("CN", key, code, "GD_SO", number, "2019-01-05", "2018")
        found.awards.append((made, *award, "", *place))
    return found


BOOKS = {
    "c.xlsx": facts("c.xlsx", ("Lê Thị Mận", "LDTT", "12/QĐ-SCT"), ("Vũ Na", "LDTT", "12/QĐ-SCT")),
    "a.xlsx": facts("a.xlsx", ("Lê Thị MẬN", "LDTT", "Số 012/QĐ-SCT"), answers=(("P1", "P2", 1),)),
    "b.xlsx": facts("b.xlsx", ("LÊ THỊ MẬN", "CSTDCS", "15/QĐ-SCT"), answers=(("P1", "P2", 0),)),
}


def add(path: Path, *names: str) -> list[str]:
    """Adds books, each in a transaction of its own; returns the keys of the batches."""
    keys = []
    for name in names:
        batch = Batch("import", name, "00")
        with open_register(path, write=True) as register:
            assert register.add(batch, BOOKS[name])
        keys.append(batch.key(BOOKS[name]))
    return keys


def remove(path: Path, key: str) -> bool:
    with open_register(path, write=True) as register:
        return register.remove(key)


def contents(path: Path) -> dict[str, object]:
    with open_register(path) as register:
        tables: dict[str, object] = {name: register.rows(name) for name in COLUMNS}
        stated = register.connection.execute("SELECT * FROM stated").fetchall()
        more = {"batches": register.batches(), "answers": register.answers(), "stated": stated}
        return {**tables, **more, "digest": register.digest()}


@pytest.mark.parametrize(
    ("kept", "gone"),
    [
        (left, [name for name in BOOKS if name not in left])
        for size in (1, 2)
        for left in combinations(BOOKS, size)
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_what_is_left_is_as_if_the_batch_had_never_come(
    tmp_path: Path, kept: tuple[str, ...], gone: list[str], seed: int
) -> None:
    order = [*kept, *gone]
    random.Random(seed).shuffle(order)
    keys = dict(zip(order, add(tmp_path / "all.sqlite", *order), strict=True))
    for name in gone:
        assert remove(tmp_path / "all.sqlite", keys[name])
    add(tmp_path / "kept.sqlite", *kept)
    assert contents(tmp_path / "all.sqlite") == contents(tmp_path / "kept.sqlite")


def test_the_last_batch_leaves_an_empty_register(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    for key in add(path, *BOOKS):
        assert remove(path, key)
    with open_register(path) as register:
        assert set(register.counts().values()) == {0}
    assert not remove(path, "00")


def test_a_batch_that_was_taken_back_can_come_again(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    keys = add(path, *BOOKS)
    before = contents(path)
    assert remove(path, keys[0])
    assert contents(path) != before
    add(path, "c.xlsx")
    assert contents(path) == before


def test_two_spellings_in_one_book_are_one_statement(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    twice = facts("d.xlsx", ("Vũ Na", "LDTT", "12/QĐ-SCT"), ("VŨ NA", "LDTT", "012/QĐ-SCT"))
    (key,) = add(path, "c.xlsx")
    before = contents(path)
    batch = Batch("import", "d.xlsx", "01")
    with open_register(path, write=True) as register:
        register.add(batch, twice)
    assert remove(path, batch.key(twice))
    assert contents(path) == before
    assert remove(path, key)


def test_an_answer_of_the_clerk_outlasts_the_books_before_it(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    mine = [row[0] for row in BOOKS["c.xlsx"].people]
    first, second = sorted(mine)
    told = facts("q.xlsx", answers=((first, second, 1),))
    add(path, "c.xlsx")
    batch, after = Batch("import", "q.xlsx", "01"), Batch("import", "z.xlsx", "02")
    later = facts("z.xlsx", answers=told.answers)
    with open_register(path, write=True) as register:
        register.add(batch, told)
        assert [same for *_, same in register.answers()] == [1]
        register.answer(*mine, same=False)
        register.remove(batch.key(told))
        assert [same for *_, same in register.answers()] == [0]
        register.add(after, later)
        register.answer(*mine, same=True)
        register.remove(after.key(later))
        assert [same for *_, same in register.answers()] == [1]


def test_decisions_of_two_councils_are_two_batches(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    decided = BOOKS["c.xlsx"]
    first, second = Batch("decide", "bien-ban.xlsx", "01"), Batch("decide", "bien-ban.xlsx", "02")
    with open_register(path, write=True) as register:
        assert register.add(first, decided)
        assert register.add(second, decided)
        assert not register.add(second, decided)
        assert register.remove(first.key(decided))
        assert register.counts()["awards"] == 2
        assert register.remove(second.key(decided))
        assert register.counts()["awards"] == 0


def test_a_fact_about_a_stranger_is_a_broken_program(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    lonely = facts("c.xlsx", ("Vũ Na", "LDTT", "12/QĐ-SCT"))
    lonely.people.clear()
    with (
        pytest.raises(ValueError, match="awards: the holder P"),
        open_register(path, write=True) as register,
    ):
        register.add(Batch("decide", "x", "00"), lonely)
    assert not path.exists() or contents(path)["awards"] == []


def old_register(path: Path, *names: str) -> list[str]:
    """A register of version 1 with these books."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for statement in STEPS[0]:
        connection.execute(statement)
    keys = [Batch("import", name, "00").key(BOOKS[name]) for name in names]
    for name, key in zip(names, keys, strict=True):
        for table in COLUMNS:
            connection.executemany(upsert(table), getattr(BOOKS[name], table))
        connection.executemany(
            "INSERT OR IGNORE INTO answers VALUES (?, ?, ?)", BOOKS[name].answers
        )
        count = BOOKS[name].count
        connection.execute(
            "INSERT INTO batches VALUES (?, 'import', ?, '00', ?)", (key, name, count)
        )
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    return keys


def test_an_old_register_can_be_read_as_it_is(tmp_path: Path) -> None:
    old, new = tmp_path / "old.sqlite", tmp_path / "new.sqlite"
    old_register(old, "c.xlsx", "a.xlsx")
    before = old.read_bytes()
    add(new, "c.xlsx", "a.xlsx")
    with open_register(old) as one, open_register(new) as other:
        assert one.digest() == other.digest()
        assert one.rows("awards") == other.rows("awards")
        assert one.batches() == other.batches()
        assert one.counts() == other.counts()
    assert old.read_bytes() == before


def test_an_old_register_with_one_book_is_as_new(tmp_path: Path) -> None:
    old, new = tmp_path / "old.sqlite", tmp_path / "new.sqlite"
    (key,) = old_register(old, "c.xlsx")
    add(new, "c.xlsx")
    for path in (old, new):
        add(path, "b.xlsx")
    assert contents(old) == contents(new)
    assert remove(old, key)
    assert remove(new, key)
    assert contents(old) == contents(new)


def test_old_batches_cannot_be_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    keys = old_register(path, "c.xlsx", "a.xlsx")
    (late,) = add(path, "b.xlsx")
    before = contents(path)
    for key in keys:
        with pytest.raises(RegisterError, match="not_apart"):
            remove(path, key)
    assert contents(path) == before
    assert remove(path, late)
    with open_register(path) as register:
        assert register.counts()["awards"] == 2
        assert register.connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
