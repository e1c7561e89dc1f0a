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


# Step n leads from version n to version n + 1; a step that was released is never changed.
STEPS: tuple[tuple[str, ...], ...] = (_create(),)
VERSION = len(STEPS)


def upsert(table: str) -> str:
    """The statement that adds a fact, or lays a further statement of the same fact over it.

    What is left does not depend on the order: of two spellings the lesser, of two dates of birth
    the more exact, of two places the first.
    """
    columns = COLUMNS[table]
    sets = []
    for name in columns[1:]:
        old, new = f"{table}.{name}", f"excluded.{name}"
        if name in ORIGIN:
            before = _tuple("excluded"), _tuple(table)
            sets.append(f"{name} = CASE WHEN {before[0]} < {before[1]} THEN {new} ELSE {old} END")
        elif name in ("birth", "expires"):
            sets.append(f"{name} = max({old}, {new})")
        else:
            a, b = f"nullif({old}, '')", f"nullif({new}, '')"
            sets.append(f"{name} = coalesce(min({a}, {b}), {a}, {b}, '')")
    marks = ", ".join("?" * len(columns))
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
        f" ON CONFLICT (key) DO UPDATE SET {', '.join(sets)}"
    )


def _tuple(owner: str) -> str:
    return "(" + ", ".join(f"{owner}.{name}" for name in ORIGIN) + ")"
