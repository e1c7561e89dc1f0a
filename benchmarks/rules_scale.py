"""CPU of the rules alone: ``python -m benchmarks.rules_scale NOMINEES``, ten awards a nominee.

The forms are made in memory, merged, and judged; the last word printed is the CPU seconds spent
inside ``apply_rules``.
"""

from __future__ import annotations

import random
import sys
import time
from typing import Any

from emubatch.merge import merge
from emubatch.model import CheckedForm, Table
from emubatch.programme.load import load
from emubatch.programme.tables import Programme
from emubatch.rules import apply_rules

PROGRAMME = "bacgiang-models-2020"
PEOPLE = 50
Row = dict[str, Any]


def main() -> None:
    programme = load(PROGRAMME)
    count = max(1, int(sys.argv[1]) // PEOPLE)
    forms = [form(programme, number) for number in range(count)]
    data = merge(forms, None, programme, programme.as_of)
    print(len(data.nominees), "nominees", len(data.details["Thanh_tich"]), "awards")
    before = time.process_time()
    result = apply_rules(data, programme, programme.as_of)
    spent = time.process_time() - before
    assert result.eligibility is not None
    print(result.eligibility["eligibility"].value_counts().to_dict())
    print(spent)


def form(programme: Programme, number: int) -> CheckedForm:
    """A checked form of one unit, as a worker would hand it back."""
    chance = random.Random(number)
    unit = f"DV{number:05d}"
    rows: dict[str, list[Row]] = {
        "Don_vi": [{"ma_dv": unit, "ten_dv": unit, "nhom": "CO_QUAN_SO", "ngay_nop": "2020-07-10"}],
        "Ca_nhan": [],
        "Thanh_tich": [],
        "Xep_loai": [],
    }
    for index in range(PEOPLE):
        who = {"loai": "CN", "ten": f"Người {index}", "ma_cb": f"{unit}-{index}"}
        rows["Ca_nhan"].append(
            {"ho_ten": who["ten"], "ma_cb": who["ma_cb"], "doi_tuong": "CONG_CHUC"}
        )
        rows["Thanh_tich"] += [who | award for award in awards(chance)]
        rows["Xep_loai"] += [who | {"nam": str(year), "muc": "HTT"} for year in range(2015, 2020)]
    tables = {key: table(programme, key, body) for key, body in rows.items()}
    return CheckedForm(f"{unit}.xlsx", f"{number:064x}", 1, unit, "2020-07-10", tables=tables)


def awards(chance: random.Random) -> list[Row]:
    """Five yearly titles and five commendations."""
    titles = [
        {"ma_kt": chance.choice(("LDTT", "CSTDCS", "KHONG")), "nam": str(year)}
        for year in range(2015, 2020)
    ]
    forms = [
        {
            "ma_kt": chance.choice(("GK_GDS", "BK_TINH", "BK_BO")),
            "nam": str(chance.randint(2012, 2019)),
            "nguoi_ky": chance.choice(("GD_SO", "CT_UBND_TINH", "BO_KHAC")),
            "so_qd": f"{chance.randint(1, 9999)}/QĐ",
            "ngay_qd": f"{chance.randint(2013, 2020)}-03-02",
        }
        for _ in range(5)
    ]
    return titles + forms


def table(programme: Programme, sheet: str, rows: list[Row]) -> Table:
    keys = [field.key for field in programme.fields_of[sheet]]
    return Table(
        sheet=sheet,
        title=sheet,
        letters={key: chr(ord("A") + index) for index, key in enumerate(keys)},
        rows=list(range(4, 4 + len(rows))),
        columns={key: [row.get(key) for row in rows] for key in keys},
    )


if __name__ == "__main__":
    main()
