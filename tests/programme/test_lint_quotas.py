"""Limits by share and level, ranking keys: what the lint refuses; plan workbooks keep it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emubatch import plans
from emubatch.programme.load import read_folder, sound
from emubatch.programme.show import page
from emubatch.xl.plan_read import read_plan
from emubatch.xl.plan_write import write_plan

_QUOTAS = ["kind", "group", "limit", "applies", "share", "base", "rounding", "clause"]
_RANKING = ["key", "order", "kind", "label_vi", "label_en", "clause"]
SHARE = {"kind": "individual", "share": "15", "base": "so_cbccvc+so_nld", "rounding": "floor"}
LEVEL = {"kind": "collective", "limit": "3", "applies": "de_nghi = BK_TINH"}
KEYS = (
    {"key": "S0.TT.2b", "order": "desc", "kind": "collective", "label_vi": "Số bằng khen"},
    {"key": "ngay_vao", "order": "asc", "kind": "individual", "label_vi": "Vào sớm hơn"},
    {"key": "cap_vi_tri", "order": "asc", "kind": "individual", "clause": "HD.3"},
)


def rows(models: Any, *quotas: dict[str, str], keys: Any = KEYS) -> None:
    cells = {"clause": "HD.3", "group": ""}
    for table, columns, found in (("quotas", _QUOTAS, quotas), ("ranking", _RANKING, keys)):
        full = [{**dict.fromkeys(columns, ""), **cells, **row} for row in found]
        models.write(table, columns, [{key: row[key] for key in columns} for row in full])


def found(models: Any) -> list[tuple[str, int, str, str]]:
    return [(p.table, p.line, p.column, p.code) for p in models.lint()]


def test_shares_levels_and_keys_of_a_plan(models: Any) -> None:
    rows(models, SHARE, LEVEL)
    assert found(models) == []
    programme = models.programme()
    share, level = programme.quotas
    assert (share.limit, share.share, share.base) == (None, 15.0, "so_cbccvc+so_nld")
    assert (level.limit, level.share, level.applies[0].values) == (3, None, ("BK_TINH",))
    assert [(row.key, row.order) for row in programme.ranking][2] == ("cap_vi_tri", "asc")
    text = "\n".join(page(programme, "vi"))
    assert "individual tổng: 15% của so_cbccvc+so_nld (floor) [HD.3]" in text
    assert "collective tổng, de_nghi = BK_TINH: 3 [HD.3]" in text
    assert "xếp thứ tự: Số bằng khen (desc)" in text


@pytest.mark.parametrize(
    ("quota", "cells", "column", "code"),
    [
        (SHARE, {"share": "115"}, "share", "bad_threshold"),
        (SHARE, {"share": "-1"}, "share", "bad_threshold"),
        (SHARE, {"limit": "5"}, "share", "quota_twice"),
        (SHARE, {"base": ""}, "base", "blank_cell"),
        (SHARE, {"base": "so_cbccv"}, "base", "unknown_choice"),
        (SHARE, {"base": "so_cbccvc+ten_dv"}, "base", "unknown_choice"),
        (SHARE, {"rounding": "up"}, "rounding", "unknown_choice"),
        (SHARE, {"share": ""}, "limit", "blank_cell"),
        (SHARE, {"share": "a lot"}, "share", "bad_cell"),
        (LEVEL, {"applies": "de_nghj = BK_TINH"}, "applies", "unknown_field"),
        (LEVEL, {"applies": "de_nghi = BK_TINHH"}, "applies", "bad_code"),
        (LEVEL, {"applies": "de_nghi >= BK_TINH"}, "applies", "bad_operator"),
        (LEVEL, {"applies": "doi_tuong = CONG_NHAN"}, "applies", "unknown_field"),  # of persons
        (LEVEL, {"rounding": "ceil"}, "share", "blank_cell"),
    ],
)
def test_a_limit_that_cannot_be_is_named(
    models: Any, quota: dict[str, str], cells: dict[str, str], column: str, code: str
) -> None:
    rows(models, {**quota, **cells})
    assert ("quotas.csv", 2, column, code) in found(models)


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"key": "S0.TT.2"}, "key", "unknown_field"),  # combines, counts nothing
        ({"key": "ngay_vao"}, "key", "unknown_field"),  # of persons
        ({"key": "ten_tt"}, "key", "no_order"),
        ({"key": "de_nghi"}, "key", "no_order"),  # titles and forms are on several scales
        ({"order": "down"}, "order", "unknown_choice"),
        ({"kind": "person"}, "kind", "unknown_choice"),
    ],
)
def test_a_key_that_cannot_rank_is_named(
    models: Any, cells: dict[str, str], column: str, code: str
) -> None:
    rows(models, LEVEL, keys=({**KEYS[0], **cells},))
    assert ("ranking.csv", 2, column, code) in found(models)


def test_ranking_is_stated_in_one_place(models: Any) -> None:
    rows(models, LEVEL)
    models.change("settings", "ranking", value="-S0.TT.2b")
    assert ("ranking.csv", 2, "key", "ranking_twice") in found(models)


def test_a_plan_workbook_keeps_shares_and_keys(models: Any, tmp_path: Path) -> None:
    rows(models, SHARE, LEVEL)
    source = read_folder(models.folder)
    write_plan(tmp_path / "plan.xlsx", source, plans.cases_of(source, []), lang="vi")
    back = read_plan(tmp_path / "plan.xlsx")
    assert back.sha256 == source.sha256
    one, other = sound(source, ()), sound(back, ())
    assert [(q.limit, q.share, q.base, q.rounding, q.applies) for q in one.quotas] == [
        (q.limit, q.share, q.base, q.rounding, q.applies) for q in other.quotas
    ]
    assert [(r.key, r.order, r.kind) for r in one.ranking] == [
        (r.key, r.order, r.kind) for r in other.ranking
    ]
