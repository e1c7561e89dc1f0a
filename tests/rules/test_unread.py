"""A sheet that was not read says nothing: no list on it is closed."""

from __future__ import annotations

from typing import Any

import pytest

from emubatch.messages import finding


def _told(small: Any, code: str, sheet: str = "Thanh_tich") -> None:
    file = small.units[0]["file"]
    plain = small.data

    def data() -> Any:
        found = plain()
        found.findings.append(finding(code, file=file, sheet=sheet, title=sheet))
        return found

    small.data = data


@pytest.mark.parametrize("code", ["E305", "E306", "W305"])
def test_a_closed_list_that_was_not_read_fails_nobody(
    small: Any, criterion: Any, code: str
) -> None:
    _told(small, code)
    judged = small.judge(
        criterion("one", "count", "Thanh_tich.ma_kt: BK_TINH", limit="1"),
        criterion("two", "count", "Thanh_tich.ma_kt: BK_TINH", limit="2"),
        criterion("years", "count_years", "Thanh_tich.ma_kt: GK_DN", limit="3"),
    )
    assert [judged.outcome(c) for c in ("one", "two", "years")] == ["review"] * 3
    assert "không đọc được hoặc bị xoá" in judged.found("two")
    assert judged.found("two").startswith("Đã chắc 0/2, còn 2 chưa rõ")


def test_another_sheet_or_finding_changes_nothing(small: Any, criterion: Any) -> None:
    _told(small, "E305", "Sang_kien")
    _told(small, "N309")
    rule = criterion("one", "count", "Thanh_tich.ma_kt: BK_TINH", limit="1")
    assert small.judge(rule).outcome("one") == "fail"
