"""Words that offices write for codes, each read as the code it means."""

from __future__ import annotations

import pytest

from emubatch.checks.lists import ListReader
from emubatch.intake.plan import form_plan, header_keys
from emubatch.programme.load import load
from emubatch.programme.spellings import filled, places

MODELS = load("bacgiang-models-2020")


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("ma_kt", "CSTĐ cơ sở", "CSTDCS"),
        ("ma_kt", "Chiến sỹ thi đua cấp cơ sở", "CSTDCS"),
        ("ma_kt", "Chiến sĩ thi đua CS", "CSTDCS"),
        ("ma_kt", "Danh hiệu LĐTT", "LDTT"),
        ("ma_kt", "BK UBND tỉnh", "BK_TINH"),
        ("ma_kt", "BK Chủ tịch UBND tỉnh Bắc Giang", "BK_TINH"),
        ("ma_kt", "Bằng khen của Bộ Công thương", "BK_BO"),
        ("ma_kt", "Giấy khen của Giám đốc Sở Công Thương", "GK_GDS"),
        ("nguoi_ky", "Chủ tịch Uỷ ban nhân dân tỉnh", "CT_UBND_TINH"),
        ("nguoi_ky", "Giám đốc Sở Công Thương Bắc Giang", "GD_SO"),
        ("xep_loai", "HTXSNV", "HTXS"),
        ("xep_loai", "Hoàn thành tốt NV", "HTT"),
        ("xep_loai", "Không HTNV", "KHT"),
        ("nhom_don_vi", "Phòng Kinh tế - Hạ tầng", "PHONG_KT_HUYEN"),
        ("cap_vi_tri", "PGĐ Sở", "LANH_DAO_SO"),
        ("cap_vi_tri", "CB, CC, VC", "CBCCVC"),
    ],
)
def test_a_spelling_means_its_code(name: str, text: str, code: str) -> None:
    assert ListReader(MODELS.lists[name]).code_of(text) == code


@pytest.mark.parametrize(
    ("programme", "province", "other"),
    [
        ("bacgiang-models-2020", "Bắc Giang", "Hà Tĩnh"),
        ("hatinh-models-2025", "Hà Tĩnh", "Bắc Giang"),
    ],
)
@pytest.mark.parametrize(
    "text", ["UBND tỉnh {}", "CT. UBND tỉnh {}", "Chủ tịch UBND tỉnh {}", "Uỷ ban nhân dân tỉnh {}"]
)
def test_the_chairman_is_that_of_the_plan_s_own_province(
    programme: str, province: str, other: str, text: str
) -> None:
    read = ListReader(load(programme).lists["nguoi_ky"])
    assert read.code_of(text.format(province)) == "CT_UBND_TINH"
    assert read.code_of(text.format(other)) is None


def test_a_fact_with_several_names_stands_for_each() -> None:
    facts = {"province": "Bắc Giang|Bắc Ninh"}
    assert filled(["UBND tỉnh", "UBND tỉnh {province}"], facts) == (
        "UBND tỉnh",
        "UBND tỉnh Bắc Giang",
        "UBND tỉnh Bắc Ninh",
    )
    assert filled(["UBND tỉnh {province}"], {}) == ()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ma_kt", "CSTĐ"),
        ("ma_kt", "Bằng khen"),
        ("ma_kt", "Giấy khen"),
        ("nguoi_ky", "Giám đốc"),
        ("doi_tuong", "Người lao động"),
        ("cap_vi_tri", "Phó Giám đốc"),
    ],
)
def test_what_could_be_two_things_is_never_guessed(name: str, text: str) -> None:
    assert ListReader(MODELS.lists[name]).code_of(text) is None


@pytest.mark.parametrize(
    ("sheet", "header", "key"),
    [
        ("Don_vi", "Số CB, CC, VC", "so_cbccvc"),
        ("Thanh_tich", "Danh hiệu, hình thức khen thưởng", "ma_kt"),
        ("Thanh_tich", "Ngày, tháng, năm quyết định", "ngay_qd"),
    ],
)
def test_a_header_by_another_name(sheet: str, header: str, key: str) -> None:
    known = form_plan(MODELS).sheets[sheet].headers
    assert next(known[folded] for folded in header_keys(header) if folded in known) == key


@pytest.mark.parametrize(
    ("facts", "issuer", "province"),
    [
        ({"province": "Bắc Giang"}, "Sở Công Thương tỉnh Hà Tĩnh", "Bắc Giang"),
        ({}, "Sở Công Thương tỉnh Hà Tĩnh", "Hà Tĩnh"),
        ({"province": ""}, "UBND tỉnh Thừa Thiên Huế", "Thừa Thiên Huế"),
        ({}, "Sở Công Thương Hà Tĩnh", None),
        ({}, "", None),
    ],
)
def test_the_issuer_of_a_plan_tells_its_province(
    facts: dict[str, str], issuer: str, province: str | None
) -> None:
    assert places(facts, {"issuer": issuer}).get("province") == province
