"""``explain`` on a small run folder written by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from emubatch import cli

VERDICTS = """nominee,criterion,parent,outcome,measured,required,evidence,clause
A/CN/01,S0,,review,,,,HD.4
A/CN/01,S0.CN.a,S0,pass,,,,HD.2.2a
A/CN/01,S0.CN.a.1,S0.CN.a,pass,1,≥ 1,a.xlsx!Thanh_tich!D5; a.xlsx!Thanh_tich!D6,HD.2.2a.1
A/CN/01,S0.HAN,S0,review,'-,< 2020-07-18,,HD.5
A/CN/02,S0,,fail,,,,HD.4
"""
NOMINEES = """nominee,kind,name,unit,group,tier,eligibility,decisive,rank,proposed,reason
A/CN/01,individual,Vũ Thị Na,A,CO_QUAN_SO,,review,S0.HAN,,pending,Chưa rõ ngày nhận
A/CN/02,individual,Vũ Thị Nà,A,CO_QUAN_SO,,fail,S0,,no,
B/CN/vu-thi-nu,individual,Vũ Thị Nữ,B,,,na,,,no,
B/CN/vu-thi-nu-2,individual,VŨ THỊ NỮ,B,,,na,,,no,
"""
SCORES = """unit,criterion,base,option,exceed_pct,bonus,penalty,total,outcome
A,I,100,,,10,0,110,scored
A,I.1,100,vuot,16,10,0,110,scored
A,I.3a,50,,,,,,review
A,TOTAL,150,,,,,,review
"""
INDICATORS = """unit,indicator,value,last_year,plan,growth_pct,plan_pct,outcome
A,XUAT_KHAU,6200,3630,4755,70.8,130.4,pass
"""


def _folder(tmp_path: Path, programme: str = "bacgiang-models-2020", **tables: str) -> Path:
    (tmp_path / "data").mkdir()
    tables = {
        "submissions": "unit,file\nA,a.xlsx\nB,b.xlsx\n,hỏng.xlsx\n",
        "nominees": NOMINEES,
        "verdicts": VERDICTS,
        **tables,
    }
    for name, text in tables.items():
        (tmp_path / "data" / f"{name}.csv").write_text(text, encoding="utf-8-sig")
    manifest = {
        "programme": {"id": programme, "version": "1", "sha256": "x"},
        "settings": {},
        "as_of": "2020-07-31",
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return tmp_path


def _explain(folder: Path, *args: str) -> Result:
    return CliRunner().invoke(cli.main, ["explain", str(folder), *args])


def test_a_month_of_the_workspace_may_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "emubatch.toml").write_text('programme = "bacgiang-models-2020"\n', "utf-8")
    month = tmp_path / "results" / "2020-07"
    month.mkdir(parents=True)
    _folder(month)
    monkeypatch.chdir(tmp_path)
    assert _explain(Path("2020-07"), "A/CN/01").stdout == _explain(month, "A/CN/01").stdout
    found = _explain(Path("2020-08"), "A/CN/01")
    assert (found.exit_code, "2020-08" in found.stderr) == (4, True)


def test_prints_the_tree_with_clause_required_found_and_cells(tmp_path: Path) -> None:
    lines = _explain(_folder(tmp_path), "A/CN/01").stdout.splitlines()
    assert lines[:3] == [
        "Vũ Thị Na · Cá nhân · A · A/CN/01",
        "? CẦN XEM XÉT",
        "Chưa rõ ngày nhận",
    ]
    tree = lines[5:]
    assert tree[0].startswith("? S0 ")
    assert tree[0].endswith("(HD.4): CẦN XEM XÉT")
    assert tree[1].startswith("├─ ✓ S0.CN.a ")
    assert tree[2].startswith("│  └─ ✓ S0.CN.a.1 ")
    assert tree[3] == "│        cần: ≥ 1 · có: 1"
    assert tree[4] == "│        ô: a.xlsx!Thanh_tich!D5; a.xlsx!Thanh_tich!D6"
    assert tree[5].startswith("└─ ? S0.HAN ")
    assert tree[6] == "      cần: < 2020-07-18 · có: -"


@pytest.mark.parametrize("text", ["a/cn/01", "vũ thị na", "Bà Vũ Thị Na", " A/CN/01 "])
def test_finds_by_id_or_name(tmp_path: Path, text: str) -> None:
    assert "A/CN/01" in _explain(_folder(tmp_path), text).stdout


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("Vu Thi Na", ["A/CN/01", "A/CN/02"]),
        ("Vũ Thị Nữ", ["B/CN/vu-thi-nu", "B/CN/vu-thi-nu-2"]),
    ],
)
def test_an_ambiguous_name_lists_the_choices(tmp_path: Path, text: str, choices: list[str]) -> None:
    found = _explain(_folder(tmp_path), text)
    assert found.exit_code == 4
    assert found.stdout == ""
    assert [line.split()[0] for line in found.stderr.splitlines()[1:]] == choices


def test_an_unknown_name_offers_the_nearest(tmp_path: Path) -> None:
    found = _explain(_folder(tmp_path), "Vũ Thị Ne")
    assert found.exit_code == 4
    assert "Vũ Thị Na (A/CN/01)" in found.stderr


def test_criterion_prints_its_part_only(tmp_path: Path) -> None:
    lines = _explain(_folder(tmp_path), "A/CN/01", "--criterion", "S0.CN.a").stdout.splitlines()
    assert [line.split()[1] for line in lines[5:7]] == ["S0.CN.a", "✓"]
    assert len(lines) == 9


def test_an_unknown_criterion_offers_the_nearest(tmp_path: Path) -> None:
    found = _explain(_folder(tmp_path), "A/CN/01", "--criterion", "S0.HAM")
    assert (found.exit_code, "S0.HAN" in found.stderr) == (4, True)


def test_json_is_the_same_tree(tmp_path: Path) -> None:
    found = json.loads(_explain(_folder(tmp_path), "A/CN/01", "--json").stdout)
    assert found["eligibility"] == "review"
    (root,) = found["trees"]
    assert [child["criterion"] for child in root["children"]] == ["S0.CN.a", "S0.HAN"]
    assert root["children"][1]["measured"] == "-"
    assert root["label"] == "Được xét khen"


def test_english(tmp_path: Path) -> None:
    text = _explain(_folder(tmp_path), "A/CN/01", "--lang", "en").stdout
    assert "? TO BE REVIEWED" in text
    assert "required: ≥ 1 · found: 1" in text


def test_a_unit_s_scorecard_is_a_tree(tmp_path: Path) -> None:
    folder = _folder(
        tmp_path,
        "bacgiang-scorecard-2017",
        nominees="",
        verdicts="",
        scores=SCORES,
        indicators=INDICATORS,
    )
    lines = _explain(folder, "a").stdout.splitlines()
    assert lines[0] == "A"
    assert lines[3].startswith("✓ I ")
    assert "└─ ✓ I.1 Nhiệm vụ trọng tâm: ĐÃ CHẤM" in lines
    assert any(
        "điểm chuẩn: 100 · mức: vuot · vượt %: 16 · cộng: 10 · trừ: 0 · tổng: 110" in line
        for line in lines
    )
    assert "✓ XUAT_KHAU Xuất khẩu: ĐẠT" in lines


def test_a_unit_of_nominees_lists_them(tmp_path: Path) -> None:
    text = _explain(_folder(tmp_path), "B").stdout
    assert "– B/CN/vu-thi-nu Vũ Thị Nữ: KHÔNG ÁP DỤNG" in text


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        found = _explain(folder, "A")
        assert found.exit_code == 4
        assert "không phải là thư mục kết quả" in found.stderr
    (tmp_path / "manifest.json").write_text("[", encoding="utf-8")
    assert _explain(tmp_path, "A").exit_code == 4


def test_a_programme_that_is_not_here_leaves_codes(tmp_path: Path) -> None:
    text = _explain(_folder(tmp_path, "gone"), "A/CN/01").stdout
    assert "? S0 (HD.4): CẦN XEM XÉT" in text
    assert "nhãn tiêu chí có thể khác" in text


TARGETS = """target,unit,numerator,denominator,value,required,outcome,evidence,note,population,waves
T3,,3,20,15,>=15%,pass,a.xlsx!Ca_nhan!A4,cần ít nhất 3,Cá nhân; Nhóm: Cơ quan Sở,Đợt 1: 1/9
T3,A,2,12,16.67,>=15%,pass,a.xlsx!Ca_nhan!A4,,Cá nhân; Nhóm: Cơ quan Sở,Đợt 1: 1/9
T3,B,1,8,12.5,>=15%,fail,,,Cá nhân; Nhóm: Cơ quan Sở,
"""


def _targets(tmp_path: Path) -> Path:
    units = "unit,name,group\nA,Văn phòng Sở,CO_QUAN_SO\nB,Phòng Quản lý công nghiệp,CO_QUAN_SO\n"
    empty = {"nominees": "", "verdicts": ""}
    return _folder(tmp_path, "hatinh-movement-2024", targets=TARGETS, units=units, **empty)


@pytest.mark.parametrize("text", ["T3", "t3"])
def test_a_target_is_explained_for_the_whole_department(tmp_path: Path, text: str) -> None:
    lines = _explain(_targets(tmp_path), text).stdout.splitlines()
    assert lines[0] == "Cả cơ quan"
    assert lines[3] == "✓ T3 Chiến sĩ thi đua cơ sở trở lên: ĐẠT"
    assert "│  tính trên: Cá nhân; Nhóm: Cơ quan Sở" in lines
    assert sum("tính trên" in line for line in lines) == 1
    assert any("tử số: 3 · mẫu số: 20" in line and "Đợt 1: 1/9" in line for line in lines)
    assert "├─ ✓ A Văn phòng Sở: ĐẠT" in lines
    assert "└─ ✗ B Phòng Quản lý công nghiệp: KHÔNG ĐẠT" in lines


def test_an_unknown_target_offers_the_nearest(tmp_path: Path) -> None:
    found = _explain(_targets(tmp_path), "T33")
    assert found.exit_code == 4
    assert "T3" in found.stderr


NEEDS = """nominee,way,step,kind,criterion,clause,count,years,text
A/CN/01,1,1,state,S0.HAN,HD.5,1,,"khai, xác nhận: ngày nộp"
A/CN/01,2,1,supply,S0.CN.a.1,HD.2.2a.1,2,"2018, 2019","bổ sung: bằng khen, thêm 2"
A/CN/02,0,1,not_mendable,S0.KL,HD.2.2,1,,không khắc phục được nữa: kỷ luật
"""


def test_what_is_still_needed_is_no_promise(tmp_path: Path) -> None:
    folder = _folder(tmp_path, needs=NEEDS)
    lines = _explain(folder, "A/CN/01").output.splitlines()
    at = lines.index("Còn thiếu")
    assert "không phải lời hứa" in lines[at + 1]
    assert lines[at + 2 :] == [
        "  Cách 1:",
        "    – khai, xác nhận: ngày nộp (HD.5)",
        "  Cách 2:",
        "    – bổ sung: bằng khen, thêm 2 (HD.2.2a.1)",
    ]
    closed = _explain(folder, "A/CN/02").output
    assert "Hiện không còn cách nào, vì:\n    – không khắc phục được nữa: kỷ luật" in closed
    assert "Còn thiếu" not in _explain(folder, "B/CN/vu-thi-nu").output


def test_what_is_still_needed_as_json(tmp_path: Path) -> None:
    folder = _folder(tmp_path, needs=NEEDS)
    needs = json.loads(_explain(folder, "A/CN/01", "--json", "--lang", "en").output)["needs"]
    assert "no promise" in needs["note"]
    assert [[step["criterion"] for step in way] for way in needs["ways"]] == [
        ["S0.HAN"], ["S0.CN.a.1"],
    ]  # fmt: skip
    assert needs["closed"] == []
    closed = json.loads(_explain(folder, "A/CN/02", "--json").output)["needs"]
    assert (closed["ways"], closed["closed"][0]["kind"]) == ([], "not_mendable")
