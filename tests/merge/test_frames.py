"""Rows of forms become rows of frames, each with its origin, each linked to its nominee."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import emubatch.merge
from emubatch.merge import ConservationError, merge
from emubatch.merge.frames import ABOUT_UNIT, NOBODY
from emubatch.model import CheckedForm, MonthData, RosterUnit
from emubatch.programme.tables import Programme

MakeForm = Callable[..., CheckedForm]


def _merged(programme: Programme, *forms: CheckedForm) -> MonthData:
    return merge(forms, None, programme, "2020-07-31")


def test_every_row_carries_its_origin(programme: Programme, make_form: MakeForm) -> None:
    data = _merged(
        programme,
        make_form(
            "b.xlsx",
            "B",
            Tap_the=[{"ten_tt": "Tổ Điện", "nhom_phan_bo": "DOANH_NGHIEP", "de_nghi": "GK"}],
            Ca_nhan=[{"ho_ten": "Trần Văn Bưởi", "cap_vi_tri": "CONG_NHAN", "nam_sinh": "1984"}],
        ),
        make_form("a.xlsx", "A", Ca_nhan=[{"ho_ten": "Lê Thị Mận"}, {"ho_ten": "Vũ Na"}]),
    )
    columns = ["nominee", "kind", "unit", "unit_pos", "group", "tier", "file", "sheet", "row"]
    assert data.nominees["tier"].tolist()[-1] == "CONG_NHAN"
    assert data.nominees["nominee"].tolist()[-1] == "B/CN/tran-van-buoi-1984"
    assert data.nominees[columns].values.tolist()[:3] == [
        ["A/CN/le-thi-man", "individual", "A", 0, None, None, "a.xlsx", "Ca_nhan (1)", 6],
        ["A/CN/vu-na", "individual", "A", 0, None, None, "a.xlsx", "Ca_nhan (1)", 7],
        ["B/TT/to-dien", "collective", "B", 1, "DOANH_NGHIEP", None, "b.xlsx", "Tap_the (1)", 6],
    ]
    assert data.nominees["de_nghi"].tolist() == [None, None, "GK", None]
    assert data.letters["a.xlsx", "Ca_nhan"]["ma_cb"] == "D"
    assert data.titles["a.xlsx", "Ca_nhan"] == "Ca_nhan (1)"


def test_ids_use_the_staff_code_else_name_and_birth_year(
    programme: Programme, make_form: MakeForm
) -> None:
    people: list[dict[str, Any]] = [
        {"ho_ten": "Lê Thị Mận", "ma_cb": "CB/01"},
        {"ho_ten": "Lê Thị Mận", "ngay_sinh": "1984-05-02"},
        {"ho_ten": "Lê Thị Mận", "nam_sinh": "1984"},
        {"ho_ten": "Lê Thị Mận"},
        {"ho_ten": None},
    ]
    data = _merged(programme, make_form("a.xlsx", "A", Ca_nhan=people))
    assert data.nominees["nominee"].tolist() == [
        "A/CN/CB-01",
        "A/CN/le-thi-man-1984",
        "A/CN/le-thi-man-1984-2",
        "A/CN/le-thi-man",
        "A/CN/dong-10",
    ]
    assert data.nominees["name"].tolist()[-1] == ""


def test_units_carry_the_row_of_their_form(programme: Programme, make_form: MakeForm) -> None:
    form = make_form("a.xlsx", "A", Ca_nhan=[{"ho_ten": "Vũ Na"}])
    data = merge([form], [RosterUnit("A", "A"), RosterUnit("B", "B")], programme, "2020-07-31")
    assert data.units[["file", "row"]].values.tolist() == [["a.xlsx", 6], ["", 0]]


def _links(data: MonthData, sheet: str = "Thanh_tich") -> list[tuple[int, int, bool]]:
    frame = data.details[sheet]
    return list(
        zip(
            frame["row"].tolist(),
            frame["nominee_pos"].tolist(),
            frame["sure"].tolist(),
            strict=True,
        )
    )


def test_detail_rows_find_their_nominee(programme: Programme, make_form: MakeForm) -> None:
    form = make_form(
        "a.xlsx",
        "A",
        Tap_the=[{"ten_tt": "Tổ Hòa Bình"}],
        Ca_nhan=[{"ho_ten": "Tổ Hòa Bình"}, {"ho_ten": "Lý Mỹ"}],
        Thanh_tich=[
            {"loai": "TT", "ten": "tổ HOÀ bình"},
            {"loai": "CN", "ten": "Ông Tổ Hòa Bình"},
            {"loai": "CN", "ten": "Lí Mĩ"},
            {"loai": "TT", "ten": "Lý Mỹ"},
            {"loai": "CN", "ten": "Ly My"},
            {"loai": None, "ten": "Lý Mỹ"},
            {"loai": "CN", "ten": None},
        ],
    )
    assert _links(_merged(programme, form)) == [
        (6, 0, True),
        (7, 1, True),
        (8, 2, True),
        (9, 2, False),  # of the other kind
        (10, 2, False),  # without marks
        (11, 2, False),  # the kind is not stated, so this is only likely
        (12, 1, False),  # without a name it may be anybody's of its kind
        (12, 2, False),
    ]


def test_a_row_of_one_of_two_namesakes_is_sure_only_with_a_code(
    programme: Programme, make_form: MakeForm
) -> None:
    form = make_form(
        "a.xlsx",
        "A",
        Ca_nhan=[{"ho_ten": "Vũ Na", "ma_cb": "01"}, {"ho_ten": "Vũ Na", "ma_cb": "02"}],
        Thanh_tich=[
            {"loai": "CN", "ten": "Vũ Na", "ma_kt": "LDTT"},
            {"loai": "CN", "ten": "Vũ Na", "ma_cb": " 02"},
            {"loai": "CN", "ten": "Vũ Na", "ma_cb": "03"},
        ],
    )
    data = _merged(programme, form)
    assert _links(data) == [
        (6, 0, False),
        (6, 1, False),
        (7, 1, True),
        (8, 0, False),  # a code that is nobody's
        (8, 1, False),
    ]
    assert data.details["Thanh_tich"]["ma_kt"].tolist() == ["LDTT", "LDTT", None, None, None]


def test_a_code_on_the_row_only_does_not_hide_the_nominee(
    programme: Programme, make_form: MakeForm
) -> None:
    form = make_form(
        "a.xlsx",
        "A",
        Ca_nhan=[{"ho_ten": "Vũ Na"}],
        Thanh_tich=[{"loai": "CN", "ten": "Vũ Na", "ma_cb": "02"}],
    )
    assert _links(_merged(programme, form)) == [(6, 0, True)]


def test_people_of_another_unit_are_not_looked_at(
    programme: Programme, make_form: MakeForm
) -> None:
    data = _merged(
        programme,
        make_form("a.xlsx", "A", Ca_nhan=[{"ho_ten": "Vũ Na"}]),
        make_form("b.xlsx", "B", Thanh_tich=[{"loai": "CN", "ten": "Vũ Na"}]),
    )
    assert _links(data) == [(6, NOBODY, False)]
    assert data.details["Thanh_tich"]["unit_pos"].tolist() == [1]


def test_papers_of_the_unit_are_about_the_unit(programme: Programme, make_form: MakeForm) -> None:
    form = make_form(
        "a.xlsx",
        "A",
        name="Phòng Hòa Bình",
        Ca_nhan=[{"ho_ten": "Vũ Na"}],
        Ho_so=[
            {"co": "CO"},
            {"ten": "phòng Hoà Bình", "co": "CO"},
            {"ten": "A", "co": "CO"},
            {"loai": "CN", "ten": "Vũ Na", "co": "KHONG"},
            {"loai": "CN", "ten": "Vũ Nữ", "co": "CO"},
        ],
    )
    assert [(pos, sure) for _, pos, sure in _links(_merged(programme, form), "Ho_so")] == [
        (ABOUT_UNIT, True),
        (ABOUT_UNIT, True),
        (ABOUT_UNIT, True),
        (0, True),
        (NOBODY, False),
    ]


def test_the_form_s_own_name_of_the_unit_is_known_beside_the_rosters(
    programme: Programme, make_form: MakeForm
) -> None:
    form = make_form("a.xlsx", "A", name="Phòng KT", Ho_so=[{"ten": "Phòng KT", "co": "CO"}])
    data = merge([form], [RosterUnit("A", "Phòng Kinh tế")], programme, "2020-07-31")
    assert data.details["Ho_so"]["nominee_pos"].tolist() == [ABOUT_UNIT]


def test_numbers_are_floats_and_texts_are_plain_objects(
    programme: Programme, make_form: MakeForm
) -> None:
    data = _merged(
        programme,
        make_form(
            "a.xlsx",
            "A",
            Don_vi=[{"ma_dv": "A", "so_nld": 3}],
            Chi_tieu=[{"ma": "XK", "thuc_hien": 6200.5}, {"ma": "NK"}],
        ),
    )
    indicators = data.details["Chi_tieu"]
    assert indicators["thuc_hien"].dtype == np.float64
    assert indicators["thuc_hien"].isna().tolist() == [False, True]
    assert indicators["nominee_pos"].tolist() == [ABOUT_UNIT, ABOUT_UNIT]
    assert data.units["so_nld"].tolist() == [3.0]
    assert {str(data.nominees[c].dtype) for c in ("nominee", "name", "file", "ma_cb")} == {"object"}


def test_equal_texts_of_many_forms_are_one_object(
    programme: Programme, make_form: MakeForm
) -> None:
    forms = [
        make_form(f"{n}.xlsx", str(n), Thanh_tich=[{"loai": "CN", "ten": "X"}]) for n in range(3)
    ]
    for form in forms:
        form.tables["Thanh_tich"].columns["ma_kt"] = ["".join(["LD", "TT"])]
    codes = _merged(programme, *forms).details["Thanh_tich"]["ma_kt"].tolist()
    assert codes == ["LDTT"] * 3
    assert len({id(code) for code in codes}) == 1


def test_a_lost_row_or_file_stops_the_run(
    programme: Programme, make_form: MakeForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = make_form("a.xlsx", "A", Ca_nhan=[{"ho_ten": "Vũ Na"}, {"ho_ten": "Lê Mận"}])
    for name, loss in (("build_nominees", "rows: 2 in, 1 out"), ("build_submissions", "files: 1")):
        real = getattr(emubatch.merge, name)
        with monkeypatch.context() as patch:
            patch.setattr(emubatch.merge, name, lambda *args, real=real: real(*args).iloc[1:])
            with pytest.raises(ConservationError, match=loss):
                _merged(programme, form)


def test_a_short_column_stops_the_run(programme: Programme, make_form: MakeForm) -> None:
    form = make_form("a.xlsx", "A", Ca_nhan=[{"ho_ten": "Vũ Na"}, {"ho_ten": "Lê Mận"}])
    form.tables["Ca_nhan"].columns["de_nghi"].pop()
    with pytest.raises(ConservationError, match=r"Ca_nhan\.de_nghi: 1 of 2"):
        _merged(programme, form)
