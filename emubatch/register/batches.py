"""What each batch states, so that one can be taken back and the rest stays as if it never came.

``stated`` has a row for each fact of each batch. ``said`` is that batch's own statement as JSON;
it is empty while no other batch states the same fact: then the fact in its table says it all.
"""

from __future__ import annotations

import json
import sqlite3

from emubatch.register.facts import Facts
from emubatch.register.schema import BEFORE, COLUMNS, FACTS, upsert

ANSWERS = "answers"


def put(connection: sqlite3.Connection, batch: str, facts: Facts) -> None:
    """Adds the facts and answers of a new batch.

    Raises:
        ValueError: when a fact is about somebody whom the facts do not introduce; such a fact
            would stay behind without its holder when other batches are taken back.
    """
    held = {row[0] for row in (*facts.people, *facts.collectives)}
    for table in ("awards", "initiatives", "discipline"):
        place = COLUMNS[table].index("holder")
        strange = next((row for row in getattr(facts, table) if row[place] not in held), None)
        if strange is not None:
            raise ValueError(f"{table}: the holder {strange[place]} is not among these facts")
    for table in FACTS:
        _put_table(connection, batch, table, getattr(facts, table))
    _put_answers(connection, batch, facts.answers)


def take_back(connection: sqlite3.Connection, batch: str) -> None:
    """Takes away what only this batch states; what others also state becomes as they state it."""
    for table in FACTS:
        _take_table(connection, batch, table)
    pairs = connection.execute(
        "SELECT fact FROM stated WHERE part = ? AND batch = ?", (ANSWERS, batch)
    ).fetchall()
    connection.execute("DELETE FROM stated WHERE part = ? AND batch = ?", (ANSWERS, batch))
    for (fact,) in pairs:
        _settle_answer(connection, fact)


def put_answer(connection: sqlite3.Connection, a: str, b: str, same: int) -> None:
    """The clerk's own word: it replaces what batches said so far."""
    fact = f"{a} {b}"
    connection.execute("DELETE FROM stated WHERE part = ? AND fact = ?", (ANSWERS, fact))
    connection.execute(
        "INSERT INTO stated VALUES (?, ?, ?, ?)", (ANSWERS, fact, BEFORE, str(int(same)))
    )
    _settle_answer(connection, fact)


def _put_table(
    connection: sqlite3.Connection, batch: str, table: str, rows: list[tuple[object, ...]]
) -> None:
    """First the batch by itself, then laid over what is there, in whole-table statements."""
    if not rows:
        return
    names = ", ".join(COLUMNS[table])
    connection.execute("DROP TABLE IF EXISTS temp.arriving")
    connection.execute(f"CREATE TEMP TABLE arriving ({names}, UNIQUE (key))")
    connection.executemany(upsert(table, into="arriving"), rows)
    both = f"SELECT a.key FROM arriving AS a CROSS JOIN {table} AS t ON t.key = a.key"
    connection.execute(
        "UPDATE stated SET said ="
        f" (SELECT json_array({names}) FROM {table} WHERE {table}.key = stated.fact)"
        f" WHERE part = '{table}' AND said = '' AND fact IN ({both})"
    )
    connection.execute(
        "INSERT INTO stated"
        f" SELECT '{table}', key, ?, CASE WHEN key IN ({both}) THEN json_array({names}) ELSE '' END"
        " FROM arriving ORDER BY key",
        (batch,),
    )
    # In the order of the book: a look-up for a whole month goes through few pages of the file.
    connection.execute(upsert(table, f"SELECT {names} FROM arriving WHERE true ORDER BY rowid"))
    connection.execute("DROP TABLE temp.arriving")


def _take_table(connection: sqlite3.Connection, batch: str, table: str) -> None:
    own = f"part = '{table}' AND batch = ?"
    gone = connection.execute(f"SELECT fact FROM stated WHERE {own}", (batch,)).fetchall()
    connection.execute(f"DELETE FROM stated WHERE {own}", (batch,))
    connection.executemany(f"DELETE FROM {table} WHERE key = ?", gone)
    left: list[tuple[object, ...]] = []
    for fact in gone:
        others = connection.execute(
            "SELECT said FROM stated WHERE part = ? AND fact = ?", (table, *fact)
        ).fetchall()
        left += [tuple(json.loads(said)) for (said,) in others]
        if len(others) == 1:  # alone again: the fact in its table says it all
            connection.execute(
                "UPDATE stated SET said = '' WHERE part = ? AND fact = ?", (table, *fact)
            )
    connection.executemany(upsert(table), left)


def _put_answers(
    connection: sqlite3.Connection, batch: str, answers: list[tuple[str, str, int]]
) -> None:
    merged: dict[str, int] = {}
    for a, b, same in answers:
        fact = f"{a} {b}"
        merged[fact] = min(int(same), merged.get(fact, 1))
    for fact, same in sorted(merged.items()):
        connection.execute(
            "INSERT INTO stated VALUES (?, ?, ?, ?)", (ANSWERS, fact, batch, str(same))
        )
        _settle_answer(connection, fact)


def _settle_answer(connection: sqlite3.Connection, fact: str) -> None:
    """The answer on a pair of keys as its statements have it: where they disagree, «no» stands."""
    a, b = fact.split(" ")
    connection.execute("DELETE FROM answers WHERE a = ? AND b = ?", (a, b))
    connection.execute(
        "INSERT INTO answers SELECT ?, ?, min(CAST(said AS INTEGER)) FROM stated"
        " WHERE part = ? AND fact = ? HAVING count(*)",
        (a, b, ANSWERS, fact),
    )
