"""What nominees still need: taken whole it makes them pass, and no part of it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emubatch.programme.load import load
from emubatch.recommend import recommend
from emubatch.recommend.leaves import Leaves
from emubatch.recommend.steps import Step
from emubatch.recommend.trial import Bench
from emubatch.rules.criteria import evaluate
from emubatch.rules.frames import Month

from .conftest import Small, criterion

SOME = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
AS_OF = "2020-07-30"


def needs(
    month: Small, *criteria: Any, as_of: str = AS_OF, lang: Any = "vi"
) -> list[dict[str, Any]]:
    programme = replace(month.programme, criteria=criteria) if criteria else month.programme
    frame = recommend(month.data(), programme, as_of, lang)
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def ways(rows: Sequence[dict[str, Any]]) -> list[list[tuple[str, str, str]]]:
    """Kind, criterion and years of the steps of each way."""
    found: dict[int, list[tuple[str, str, str]]] = {}
    for row in rows:
        found.setdefault(row["way"], []).append((row["kind"], row["criterion"], row["years"]))
    return list(found.values())


def person() -> Small:
    month = Small(load("bacgiang-models-2020"))
    month.nominee()
    return month


WINDOW = ("2015-01-01", "2019-12-31")
LDTT = criterion("ldtt", "every_year", "Thanh_tich.ma_kt : LDTT", parent="R", window=WINDOW)
CSTD = criterion(
    "cstd", "count_years", "Thanh_tich.ma_kt : CSTDCS+", parent="R", window=WINDOW, limit="3"
)
BK = criterion(
    "bk", "count", "Thanh_tich.ma_kt : BK_TINH", "nguoi_ky = CT_UBND_TINH", parent="R",
    window=WINDOW, limit="1",
)  # fmt: skip
BOTH, ANY = criterion("R", "all_of"), criterion("R", "any_of")


# --- what is named -------------------------------------------------------------------------------


def test_years_of_which_nothing_is_said() -> None:
    month = person()
    month.titles(y2015="LDTT", y2016="LDTT", y2019="LDTT")
    rows = needs(month, BOTH, LDTT)
    assert ways(rows) == [[("supply", "ldtt", "2017, 2018")]]
    assert rows[0]["text"] == "bổ sung hoặc làm rõ, nếu đã có: Tiêu chuẩn ldtt: năm 2017–2018"


def test_a_past_year_without_a_title_is_not_mendable() -> None:
    month = person()
    month.titles(y2015="LDTT", y2016="KHONG", y2017="LDTT", y2018="LDTT", y2019="LDTT")
    rows = needs(month, BOTH, LDTT)
    assert ways(rows) == [[("not_mendable", "ldtt", "2016")]]
    assert rows[0]["way"] == 0
    assert "không khắc phục được nữa" in rows[0]["text"]


def test_what_is_left_of_the_period_can_still_be_earned() -> None:
    month = person()
    month.titles(y2015="LDTT", y2016="LDTT")
    found = ways(needs(month, BOTH, LDTT, as_of="2017-03-01"))
    assert found == [[("earn", "ldtt", "2017, 2018, 2019")]]


def test_branches_are_alternatives_least_first() -> None:
    month = person()
    month.titles(y2015="CSTDCS", y2016="LDTT", y2017="CSTDCS", y2018="LDTT")
    rows = needs(month, ANY, CSTD, BK)
    assert ways(rows) == [
        [("supply", "bk", "2015, 2016, 2017, 2018, 2019")],
        [("supply", "cstd", "2019")],
    ]
    assert "thêm 1, trong 2015–2019" in rows[0]["text"]


def test_a_higher_title_does_the_work_of_the_lower_one() -> None:
    month = person()
    month.titles(y2015="CSTDCS", y2016="CSTDCS", y2017="LDTT", y2018="LDTT")
    # 2019 as emulation fighter is an advanced worker's year as well.
    assert ways(needs(month, BOTH, LDTT, CSTD)) == [[("supply", "cstd", "2019")]]


def test_closed_branches_are_left_out_while_another_is_open() -> None:
    month = person()
    month.titles(y2015="KHONG", y2016="LDTT", y2017="LDTT", y2018="LDTT", y2019="LDTT")
    assert [way[0][1] for way in ways(needs(month, ANY, LDTT, BK))] == ["bk"]


def test_statements_papers_and_dates_of_the_plan() -> None:
    month = person()
    month.people[0] |= {"doi_tuong": "CONG_CHUC"}
    month.add("Thanh_tich", ma_kt="BK_TINH", nguoi_ky="CT_UBND_TINH", nam="2018", so_qd="1")
    month.add("Ho_so", loai_gt="TO_TRINH", co="CO")
    month.add("Ho_so", loai_gt="BAO_CAO_TT", co="KHONG")
    assert sorted(ways(needs(month))[0]) == [
        ("document", "S0.HS.2", ""),
        ("document", "S0.HS.3", ""),
        ("state", "S0.HAN", ""),
        ("state", "S0.KL", ""),
    ]
    month.units[0] |= {"ngay_nop": "2020-07-19", "received": "2020-07-19"}
    assert ways(needs(month)) == [[("not_mendable", "S0.HAN", "")]]
    month.units[0] |= {"ngay_nop": "2020-07-18", "received": "2020-07-18"}
    assert ways(needs(month)) == [[("council", "S0.HAN", "")]]


def test_who_passes_needs_nothing_and_another_person_changes_nothing() -> None:
    month = person()
    month.add("Thanh_tich", ma_kt="BK_TINH", nguoi_ky="CT_UBND_TINH", nam="2018", so_qd="1")
    assert needs(month, BOTH, BK) == []
    month.nominee()
    month.titles(1, y2015="LDTT")
    assert {row["nominee"] for row in needs(month, BOTH, BK)} == {"DV0/CN/1"}


def test_same_year_is_found() -> None:
    rules = (
        criterion("R", "all_of", same_year="true"),
        replace(BK, id="bk"),
        criterion("x", "count_years", "Thanh_tich.ma_kt : CSTDCS", parent="R", window=WINDOW,
                  limit="1"),
    )  # fmt: skip
    month = person()
    month.titles(y2015="LDTT", y2016="CSTDCS", y2017="LDTT", y2018="LDTT", y2019="LDTT")
    month.add("Thanh_tich", ma_kt="GK_GDS", nguoi_ky="GD_SO", nam="2016", so_qd="9")
    assert ways(needs(month, *rules)) == [[("supply", "bk", "2015, 2016, 2017, 2018, 2019")]]


def test_a_collective_cannot_state_its_people_clean() -> None:
    rules = criterion("kl", "none", "Ky_luat.hinh_thuc : KHIEN_TRACH+", members_found="review")
    month = Small(load("bacgiang-models-2020"))
    month.nominee("TT")
    assert ways(needs(month, rules)) == [[("state", "kl", "")]]
    month.nominee()
    month.add("Ky_luat", 1, hinh_thuc="CANH_CAO", ngay_qd="2017-05-01")
    found = {row["nominee"]: row["kind"] for row in needs(month, rules)}
    assert found == {"DV0/TT/0": "council", "DV0/CN/1": "not_mendable"}


def test_words_in_english() -> None:
    month = person()
    month.titles(y2015="LDTT", y2016="LDTT", y2017="LDTT", y2018="LDTT")
    [row] = needs(month, BOTH, LDTT, lang="en")
    assert row["text"] == "add or make clear, if there is one: Criterion ldtt: 2019"


# --- what must hold for any data -----------------------------------------------------------------

TITLES = st.lists(
    st.sampled_from(["LDTT", "CSTDCS", "CSTD_TINH", "KHONG", "BK_TINH", None, "-"]),
    min_size=5,
    max_size=5,
)
RATED = st.lists(st.sampled_from(["HTT", "HTXS", "HT", "-", "-"]), min_size=5, max_size=5)


def built(titles: Sequence[str | None], rated: Sequence[str]) -> Small:
    month = person()
    for year, code in zip(range(2015, 2020), titles, strict=True):
        signer = "CT_UBND_TINH" if code == "BK_TINH" else None
        if code != "-":
            month.add("Thanh_tich", ma_kt=code, nam=str(year), nguoi_ky=signer, so_qd=f"{year}")
    for year, level in zip(range(2015, 2020), rated, strict=True):
        if level != "-":
            month.add("Xep_loai", nam=str(year), muc=level)
    return month


def outline(shape: str) -> tuple[Any, ...]:
    htt = criterion("htt", "every_year", "Xep_loai.muc : HTT+", parent="R", window=WINDOW)
    two = replace(BK, id="two", threshold="2")
    clean = criterion("kl", "none", "Ky_luat.hinh_thuc : KHIEN_TRACH+", parent="R", window=WINDOW)
    union = criterion("dv", "attest", "Ca_nhan.la_dvcd", parent="R")
    part = criterion("P", "all_of", parent="R")
    inside = [replace(row, parent="P") for row in (LDTT, htt, CSTD)]
    return {
        "all": (BOTH, LDTT, CSTD, BK),
        "any": (ANY, CSTD, two, htt),
        "mixed": (ANY, part, *inside, two),
        "stated": (BOTH, clean, union, criterion("Q", "any_of", parent="R"),
                   replace(CSTD, parent="Q"), replace(BK, parent="Q")),
    }[shape]  # fmt: skip


@pytest.mark.parametrize("shape", ["all", "any", "mixed", "stated"])
@SOME
@given(TITLES, RATED, st.sampled_from(["2020-07-30", "2017-06-01"]))
def test_each_way_passes_and_no_part_of_it_does(
    shape: str, titles: Any, rated: Any, as_of: str
) -> None:
    month, rules = built(titles, rated), outline(shape)
    programme = replace(month.programme, criteria=rules)
    passed = month.judge(*rules, as_of=as_of).eligibility() == "pass"
    proved = _proved_ways(month, programme, as_of)
    assert not (passed and proved)
    for way in proved:
        assert judged_with(month, rules, way, as_of) == "pass"
        for count in range(len(way)):
            for part in combinations(sorted(way, key=repr), count):
                assert judged_with(month, rules, part, as_of) != "pass"


def _proved_ways(month: Small, programme: Any, as_of: str) -> list[frozenset[Step]]:
    from emubatch.recommend import _open, _proved, _short
    from emubatch.recommend.ways import ways_of

    data = month.data()
    frames = Month.of(data, programme, as_of, "vi")
    roots = evaluate(frames)
    leaves = Leaves(frames)
    found = {who: _open(ways_of(roots, leaves, who)) for who in _short(roots)}
    return _proved(Bench.of(data, programme, as_of, "vi"), found).get(0, [])


def judged_with(month: Small, rules: Sequence[Any], steps: Any, as_of: str) -> str:
    """The verdict once a clerk has typed these steps into the form."""
    typed = Small(month.programme, [dict(u) for u in month.units], [dict(p) for p in month.people])
    typed.rows = {sheet: [dict(row) for row in rows] for sheet, rows in month.rows.items()}
    for number, step in enumerate(steps):
        cells = dict(step.values)
        if step.sheet == "Ca_nhan":
            typed.people[0] |= cells
        else:
            more = {"so_qd": f"new {number}"} if step.sheet == "Thanh_tich" else {}
            typed.add(step.sheet, **{**cells, **more})
    return typed.judge(*rules, as_of=as_of).eligibility()


def test_ways_do_not_depend_on_the_order_of_rows() -> None:
    first = built(["LDTT", "-", "CSTDCS", None, "-"], ["HTT", "-", "-", "HTT", "HTT"])
    other = built(["LDTT", "-", "CSTDCS", None, "-"], ["HTT", "-", "-", "HTT", "HTT"])
    for rows in other.rows.values():
        rows.reverse()
    rules = outline("mixed")
    assert needs(first, *rules) == needs(other, *rules)
