from __future__ import annotations

from collections.abc import Callable

import pytest

from emubatch.merge import merge
from emubatch.merge.frames import NOBODY
from emubatch.merge.near import MOST_UNNAMED, Near
from emubatch.model import CheckedForm
from emubatch.programme.tables import Programme
from emubatch.vietnamese import name_key

MakeForm = Callable[..., CheckedForm]
PEOPLE = {
    ("collective", name_key("Phòng Thử Nghiệm")): [(0, "")],
    ("individual", name_key("Nguyễn Văn Hùng")): [(1, "")],
    ("individual", name_key("Nguyễn Thị Bình")): [(2, "01"), (3, "02")],
}


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("Phong Thu Nghiem", [0]),
        ("Phòng Thử Nghệm", [0]),
        ("Phòng Thử nghiệm (PTN)", [0]),
        ("Phòng thử", [0]),
        ("Nguyễn Hùng", [1]),
        ("Nguyễn Văn Hưng", [1]),
        ("Nguyễn Thi Binh", [2, 3]),
        ("Nguyễn Văn Lạ", []),
        ("Nguyễn Văn Bình", []),
        ("Trần Quốc Hùng", []),
        ("Phòng", []),
        ("Hùng", []),
    ],
)
def test_whom_a_misspelt_name_may_mean(name: str, places: list[int]) -> None:
    assert Near(PEOPLE).named(name_key(name)) == places


def test_a_row_without_a_name_may_be_anybodys_of_its_kind() -> None:
    near = Near(PEOPLE)
    assert near.unnamed(["collective"]) == [0]
    assert near.unnamed(["individual", "collective"]) == [0, 1, 2, 3]
    crowd = {("individual", f"n{at}"): [(at, "")] for at in range(MOST_UNNAMED + 1)}
    assert Near(crowd).unnamed(["individual"]) == []


def test_a_stranger_stays_nobody(programme: Programme, make_form: MakeForm) -> None:
    form = make_form(
        "a.xlsx",
        "A",
        Ca_nhan=[{"ho_ten": "Nguyễn Văn Hùng"}],
        Thanh_tich=[{"loai": "CN", "ten": "Lê Thị Lạ"}, {"loai": "CN", "ten": "Nguyen Van Hung"}],
    )
    frame = merge([form], None, programme, "2020-07-31").details["Thanh_tich"]
    assert frame[["nominee_pos", "sure"]].values.tolist() == [[NOBODY, False], [0, False]]
