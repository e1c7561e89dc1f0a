"""How long a register of 200,000 awards takes: one look-up for a month of 25,000 claims.

``python -m benchmarks.register_scale`` prints CPU seconds of the look-up and of the whole
comparison, and of both in a register a quarter as large, with the number of awards fetched.
"""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

import pandas as pd

from emubatch.checks.against_register import compare_with
from emubatch.register import Batch, Facts, open_register
from emubatch.register.identity import Statement
from emubatch.register.keys import award_key, holder_key, number_key, unit_key
from emubatch.vietnamese import fold_key, name_key

AWARDS, NOMINEES, EACH = 200_000, 5_000, 5
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Lý")
_MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Thu", "Hữu", "Ngọc", "Quang", "Thanh", "Xuân")
_GIVEN = ("An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Khanh", "Lan", "Mận", "Na", "Oanh", "Phúc",
          "Quý", "Sơn", "Tâm", "Uyên", "Vinh", "Xoan", "Yến", "Ổi")  # fmt: skip


def people(count: int) -> list[tuple[str, str, str]]:
    """Name, year of birth and unit code of invented people."""
    pick = random.Random(1).choice
    return [
        (
            f"{pick(_FAMILY)} {pick(_MIDDLE)} {pick(_GIVEN)} {pick(_GIVEN)}",
            str(1960 + n % 40),
            f"U{n % 500}",
        )
        for n in range(count)
    ]


def award_of(person: int, nth: int) -> tuple[str, str, str]:
    """Number, date and year of somebody's n-th award; a decision names some fifty people."""
    return f"{100 + person % 160}/QĐ-UBND", f"{2011 + nth}-{1 + person % 5:02}-05", str(2010 + nth)


def register(path: Path, awards: int) -> None:
    """Writes a register with this many awards."""
    facts = Facts()
    for n, (name, year, code) in enumerate(people(awards // EACH)):
        unit = unit_key(code, "")
        holder = holder_key("CN", "", name, year, unit)
        place = ("so.xlsx", "2018", n)
        who = (holder, "", "", name, name_key(name), fold_key(name), "", year)
        facts.people.append((*who, unit, "", "", *place))
        for nth in range(EACH):
            number, date, years = award_of(n, nth)
            key = award_key("CN", holder, "LDTT", "CT_UBND_TINH", number, date, years)
            told = ("CN", holder, "LDTT", "CT_UBND_TINH", number, number_key(number), date, years)
            facts.awards.append((key, *told, "", *place))
    with open_register(path, write=True) as opened:
        opened.add(Batch("import", "so.xlsx", ""), facts)


def month() -> tuple[list[Statement], pd.DataFrame]:
    """Nominees and their claims; one in fifty has a wrong date."""
    asked, rows = [], []
    for n, (name, year, code) in enumerate(people(NOMINEES)):
        unit = unit_key(code, "")
        key = holder_key("CN", "", name, year, unit)
        asked.append(Statement(key, "CN", "", name_key(name), fold_key(name), year, unit))
        for nth in range(EACH):
            number, date, years = award_of(n, nth)
            date = f"{date[:8]}06" if n % 50 == 0 else date
            rows.append((nth, n, "Thanh_tich", "LDTT", "CT_UBND_TINH", number, date, years))
    names = ["at", "owner", "sheet_key", "code", "issuer", "number", "date", "year"]
    return asked, pd.DataFrame(rows, columns=names)


def measure(path: Path) -> dict[str, float]:
    """CPU seconds of both look-ups and of everything, and awards fetched."""
    asked, claims = month()
    names, keys = {one.fold for one in asked}, {one.key for one in asked}
    with open_register(path) as opened:
        start = time.process_time()
        found = opened.slice(names, (), keys)
        looked = time.process_time() - start
        compared = compare_with(claims, asked, (), found, opened.decisions)
        total = time.process_time() - start
    counts = compared.claims["status"].value_counts().to_dict()
    wrong = NOMINEES * EACH // 50
    if counts != {"confirmed": NOMINEES * EACH - wrong, "contradicted": wrong}:
        raise RuntimeError(f"wrong result: {counts}")
    return {"look-up": looked, "total": total, "awards": len(compared.awards)}


def main() -> None:
    """Prints one line a size."""
    with tempfile.TemporaryDirectory() as folder:
        for awards in (AWARDS // 4, AWARDS):
            path = Path(folder) / f"{awards}.sqlite"
            register(path, awards)
            found = min((measure(path) for _ in range(3)), key=lambda one: one["look-up"])
            print(
                f"register of {awards:,} awards, {NOMINEES * EACH:,} claims:"
                f" look-up {found['look-up']:.2f} s, with comparison {found['total']:.2f} s CPU"
                f" ({found['awards']:,} awards fetched)"
            )


if __name__ == "__main__":
    main()
