"""Tables of the register and the steps from each version of the schema to the next."""

from __future__ import annotations

APPLICATION_ID = 0x656D7562  # "emub" in the header of the file: tells a register from other SQLite
ORIGIN = ("file", "sheet", "row")

# Table -> its columns, the key first. Every table but ``answers`` is a set of facts.
COLUMNS: dict[str, tuple[str, ...]] = {
    "units": ("key", "unit", "code", "name", "name_key"),
    "people": (
        *("key", "code", "code_key", "name", "name_key", "fold"),
        *("birth", "birth_year"),
        *("unit", "unit_name", "post", *ORIGIN),
    ),
    "collectives": ("key", "name", "name_key", "fold", "unit", "unit_name", *ORIGIN),
    "awards": (
        *("key", "kind", "holder", "code", "issuer", "number", "number_key", "date", "years"),
        *("nature", *ORIGIN),
    ),
    "initiatives": (
        *("key", "kind", "holder", "title", "level", "year", "number", "number_key", "applied"),
        *ORIGIN,
    ),
    "discipline": (
        *("key", "kind", "holder", "system", "form", "number", "number_key", "date", "expires"),
        *ORIGIN,
    ),
}
FACTS = tuple(COLUMNS)


def _create() -> tuple[str, ...]:
    made = []
    for table, columns in COLUMNS.items():
        # With row numbers: a look-up for a whole month goes through them in order of the file.
        specs = ["key TEXT NOT NULL UNIQUE"]
        for name in columns[1:]:
            kind = "INTEGER NOT NULL DEFAULT 0" if name == "row" else "TEXT NOT NULL DEFAULT ''"
            specs.append(f"{name} {kind}")
        made.append(f"CREATE TABLE {table} ({', '.join(specs)})")
    for table, column in (
        ("people", "fold"),
        ("people", "code_key"),
        ("collectives", "fold"),
        ("awards", "number_key, date"),
        ("awards", "holder"),
        ("initiatives", "holder"),
        ("discipline", "holder"),
    ):
        name = f"{table}_{column.partition(',')[0]}"
        made.append(f"CREATE INDEX {name} ON {table} ({column})")
    return (
        *made,
        "CREATE TABLE answers (a TEXT NOT NULL, b TEXT NOT NULL, same INTEGER NOT NULL,"
        " PRIMARY KEY (a, b), CHECK (a < b AND same IN (0, 1))) WITHOUT ROWID",
        "CREATE TABLE batches (key TEXT PRIMARY KEY, kind TEXT NOT NULL, file TEXT NOT NULL,"
        " sha256 TEXT NOT NULL, facts INTEGER NOT NULL) WITHOUT ROWID",
    )


BEFORE = ""  # batch of what was there before batches were told apart, and of the clerk's own word


def _tell_batches_apart() -> tuple[str, ...]:
    """Who states what; facts of an only batch are its own, of several nobody can say whose."""
    only = f"(SELECT CASE WHEN count(*) = 1 THEN max(key) ELSE '{BEFORE}' END FROM batches)"
    return (
        "CREATE TABLE stated (part TEXT NOT NULL, fact TEXT NOT NULL, batch TEXT NOT NULL,"
        " said TEXT NOT NULL, PRIMARY KEY (part, fact, batch)) WITHOUT ROWID",
        *(f"INSERT INTO stated SELECT '{table}', key, {only}, '' FROM {table}" for table in FACTS),
        "INSERT INTO stated"
        f" SELECT 'answers', a || ' ' || b, '{BEFORE}', CAST(same AS TEXT) FROM answers",
        "ALTER TABLE batches ADD COLUMN apart INTEGER NOT NULL DEFAULT 1",
        "CREATE INDEX initiatives_number_key ON initiatives (number_key)",
        "UPDATE batches SET apart = 0 WHERE (SELECT count(*) FROM batches) > 1",
    )


# Step n leads from version n to version n + 1; a step that was released is never changed.
STEPS: tuple[tuple[str, ...], ...] = (_create(), _tell_batches_apart())
VERSION = len(STEPS)


def upsert(table: str, rows: str = "", *, into: str = "") -> str:
    """The statement that adds a fact, or lays a further statement of the same fact over it.

    ``rows`` is the query for many at once; ``into`` another table with the same columns.

    What is left does not depend on the order: of two spellings the lesser, of two dates of birth
    the more exact, of two places the first.
    """
    columns, target = COLUMNS[table], into or table
    sets = []
    for name in columns[1:]:
        old, new = f"{target}.{name}", f"excluded.{name}"
        if name in ORIGIN:
            before = _tuple("excluded"), _tuple(target)
            sets.append(f"{name} = CASE WHEN {before[0]} < {before[1]} THEN {new} ELSE {old} END")
        elif name in ("birth", "expires"):
            sets.append(f"{name} = max({old}, {new})")
        else:
            a, b = f"nullif({old}, '')", f"nullif({new}, '')"
            sets.append(f"{name} = coalesce(min({a}, {b}), {a}, {b}, '')")
    values = rows or f"VALUES ({', '.join('?' * len(columns))})"
    return (
        f"INSERT INTO {target} ({', '.join(columns)}) {values}"
        f" ON CONFLICT (key) DO UPDATE SET {', '.join(sets)}"
    )


def _tuple(owner: str) -> str:
    return "(" + ", ".join(f"{owner}.{name}" for name in ORIGIN) + ")"
