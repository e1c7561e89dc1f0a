"""From a run on disk to its documents, read back from Word files."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emubatch.issuing import copy_templates
from emubatch.letters.contexts import ConservationError, Contexts
from emubatch.letters.errors import LettersError
from emubatch.letters.template import printable
from emubatch.programme.load import load
from emubatch.runfolder import read_table

DECISION = {"decision_number": "45", "decision_date": "2020-07-24"}
BEFORE = {"to-trinh": 1, "danh-sach-de-nghi": 1, "bao-cao": 1, "thong-bao": 3}


def _reasons(error: LettersError) -> list[str]:
    return [one.key for one in error.troubles]


def _words(error: LettersError) -> dict[str, str]:
    return dict(error.troubles[0].words)


def _names(run: Any) -> dict[str, str]:
    """Nominee -> name as a document prints it."""
    return {row["nominee"]: printable(row["name"]) for row in read_table(run.folder, "nominees")}


# --- before and after the council ----------------------------------------------------------------


def test_before_the_council_four_documents_can_be_made(run: Any) -> None:
    outcome = run.issue()
    assert dict(outcome.files) == BEFORE
    assert outcome.waiting == (
        *("bien-ban", "quyet-dinh", "danh-sach-khen-thuong", "danh-sach-cap-tren", "giay-khen"),
    )
    assert sorted(p.relative_to(run.out).as_posix() for p in run.out.rglob("*.*")) == [
        "bao-cao.docx",
        "danh-sach-de-nghi.docx",
        "manifest.json",
        *(f"thong-bao/{unit}.docx" for unit in ("DN1", "DN2", "VP")),
        "to-trinh.docx",
    ]


def test_asking_for_a_decision_before_the_council_says_what_is_missing(run: Any) -> None:
    with pytest.raises(LettersError) as found:
        run.issue(only=("quyet-dinh", "bao-cao"), **DECISION)
    assert found.value.kind == "input"
    assert _reasons(found.value) == ["no_decisions"]
    assert _words(found.value) == {"documents": "quyet-dinh"}
    assert not run.out.exists()


def test_each_nominee_stands_in_exactly_one_part_of_the_list(run: Any) -> None:
    run.issue(only=("danh-sach-de-nghi",))
    rows = run.rows("danh-sach-de-nghi")
    listed = Counter(row[1] for row in rows if len(row) > 1 and row[0].isdigit())
    assert listed == Counter(_names(run).values())
    assert [row[0] for row in rows if len(row) == 1] == [
        "I. Đề nghị khen thưởng (3)",
        "II. Đạt tiêu chuẩn, chờ Hội đồng chọn trong chỉ tiêu (1)",
        "III. Cần Hội đồng xem xét (1)",
        "IV. Chưa đủ điều kiện (1)",
    ]


def test_after_the_council_each_nominee_stands_in_exactly_one_list(run: Any) -> None:
    run.decide()
    outcome = run.issue(**DECISION)
    assert outcome.waiting == ()
    assert outcome.files["giay-khen"] == 1
    given = [row[1] for row in run.rows("danh-sach-khen-thuong") if row[0].isdigit()]
    above = [row[1] for row in run.rows("danh-sach-cap-tren") if row[0].isdigit()]
    names = _names(run)
    assert given == [names["DN1/TT/a"], names["VP/CN/f"]]
    assert above == [names["VP/CN/d"]]
    minutes = [row[1] for row in run.rows("bien-ban") if row[0].isdigit()]
    assert Counter(minutes) == Counter(names.values())
    text = run.text("bien-ban")
    assert "Đồng ý khen thưởng: 3; không đồng ý: 1; để lại sau: 1; chưa thống nhất: 1." in text


def test_the_decision_states_number_day_and_counts(run: Any) -> None:
    run.decide()
    run.issue(only=("quyet-dinh", "danh-sach-khen-thuong", "giay-khen"), **DECISION)
    text = run.text("quyet-dinh")
    assert "Số: 45/QĐ-SCT" in text
    assert "Thành Mẫu, ngày 24 tháng 7 năm 2020" in text
    assert "Khen thưởng 1 tập thể và 1 cá nhân" in text
    assert "Căn cứ Quyết định mẫu về nhiệm vụ của Sở;" in text
    assert "Quyết định số 45/QĐ-SCT, ngày 24 tháng 7 năm 2020" in run.text("danh-sach-khen-thuong")
    assert run.text("giay-khen").count("Quyết định số 45/QĐ-SCT") == 2


def test_number_and_day_come_from_the_councils_result(run: Any) -> None:
    run.decide(decision_number="9/QĐ-SCT", decision_date="2020-07-23")
    run.issue(only=("quyet-dinh",))
    assert "Số: 9/QĐ-SCT" in run.text("quyet-dinh")
    assert "ngày 23 tháng 7 năm 2020" in run.text("quyet-dinh")


def test_another_number_than_the_councils_is_an_error(run: Any) -> None:
    run.decide(decision_number="9/QĐ-SCT")
    with pytest.raises(LettersError) as found:
        run.issue(decision_number="10/QĐ-SCT")
    assert _reasons(found.value) == ["other_decision"]
    assert _words(found.value) == {"value": "10/QĐ-SCT", "known": "9/QĐ-SCT"}


def test_a_decision_without_number_and_day_is_a_draft_only_when_said(run: Any) -> None:
    run.decide()
    with pytest.raises(LettersError) as found:
        run.issue(only=("quyet-dinh",))
    assert _reasons(found.value) == ["no_decision_number", "no_decision_date"]
    run.issue(only=("quyet-dinh",), draft=True)
    assert "Số: ……/QĐ-SCT" in run.text("quyet-dinh")


def test_a_day_that_is_none_is_refused(run: Any) -> None:
    with pytest.raises(LettersError) as found:
        run.issue(decision_date="31/2/2020")
    assert (found.value.kind, _reasons(found.value)) == ("usage", ["bad_date"])


def test_a_council_that_commends_nobody_gets_minutes_only(run: Any) -> None:
    run.decide({nominee: ("reject", "") for nominee in _names(run)})
    assert set(run.issue(**DECISION).files) == {*BEFORE, "bien-ban"}
    with pytest.raises(LettersError) as found:
        run.issue(only=("quyet-dinh",), **DECISION)
    assert _reasons(found.value) == ["nobody"]


def test_a_result_of_another_run_is_refused(run: Any) -> None:
    run.decide()
    run.state(period="2020-08")
    with pytest.raises(LettersError) as found:
        run.issue(only=("bien-ban",), **DECISION)
    assert (found.value.kind, _reasons(found.value)) == ("input", ["other_run"])


def test_a_result_that_lacks_a_nominee_is_refused(run: Any) -> None:
    run.decide({nominee: ("agree", "GK_GDS") for nominee in list(_names(run))[1:]})
    with pytest.raises(LettersError) as found:
        run.issue(only=("bien-ban",), **DECISION)
    assert _reasons(found.value) == ["other_nominees"]
    assert _words(found.value)["names"] == "DN1/TT/a"


def test_lists_that_do_not_add_up_stop_the_program(run: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("emubatch.letters.people.People.proposals", lambda self: [])
    with pytest.raises(ConservationError, match="0 in lists, 6 nominees"):
        run.issue(only=("danh-sach-de-nghi",))
    assert not run.out.exists()


# --- money ---------------------------------------------------------------------------------------


def test_money_is_summed_and_needs_a_source(run: Any) -> None:
    run.decide()
    run.pay({"DN1/TT/a": "894000", "VP/CN/f": "447000", "VP/CN/d": "2235000"})
    with pytest.raises(LettersError) as found:
        run.issue(only=("quyet-dinh", "danh-sach-khen-thuong"), **DECISION)
    assert _words(found.value)["key"] == "nguon_kinh_phi"
    run.facts["nguon_kinh_phi"] = "Quỹ khen thưởng"
    run.issue(only=("quyet-dinh", "danh-sach-khen-thuong"), **DECISION)
    assert "Tổng tiền thưởng 1.341.000 đồng, chi từ Quỹ khen thưởng" in run.text("quyet-dinh")
    assert [row[-1] for row in run.rows("danh-sach-khen-thuong") if row[0].isdigit()] != []
    assert "894.000" in run.text("danh-sach-khen-thuong")


def test_money_that_is_not_known_for_all_is_not_shown_for_some(run: Any) -> None:
    run.decide()
    run.pay({"DN1/TT/a": "894000", "VP/CN/f": "", "VP/CN/d": ""})
    outcome = run.issue(only=("danh-sach-khen-thuong",), **DECISION)
    assert [(one.key, dict(one.words)) for one in outcome.notes] == [
        ("money_unknown", {"count": "2"})
    ]
    assert "894.000" not in run.text("danh-sach-khen-thuong")
    assert "Tiền thưởng (đồng)" not in run.text("danh-sach-khen-thuong")
    run.pay({"DN1/TT/a": "894000"})  # money of another signer's decision: not of this list
    run.issue(only=("danh-sach-khen-thuong", "quyet-dinh"), **DECISION)
    assert "894.000" not in run.text("danh-sach-khen-thuong") + run.text("quyet-dinh")


# --- what stands in them -------------------------------------------------------------------------


def test_names_come_through_whole(run: Any) -> None:
    run.decide()
    run.issue(only=("bien-ban", "giay-khen", "thong-bao"), **DECISION)
    names = _names(run)
    assert names["VP/CN/d"] == 'Nguyễn <b>An & "Bình"\' {{ so }} {% if %}'
    assert names["VP/CN/e"] == unicodedata.normalize("NFC", "Trần Thị Hường")
    assert names["DN1/CN/b"] == "Lê Văn Số Bảy"
    assert len(names["DN1/TT/a"]) > 250
    minutes = [row[1] for row in run.rows("bien-ban") if row[0].isdigit()]
    assert sorted(minutes) == sorted(names.values())
    assert names["DN1/TT/a"] in run.text("giay-khen")
    assert "Kính gửi: Công ty Ổi & Mận" in run.text("thong-bao/DN2")


def test_a_notice_says_clause_required_and_found_of_those_not_proposed(run: Any) -> None:
    run.issue(only=("thong-bao",))
    rows = run.rows("thong-bao/DN1")
    assert ["HD.1.2", "Đủ 60 tháng liên tục đến 30/12/2019", "từ đủ 60 tháng", "58 tháng",
            "Không đạt"] in rows  # fmt: skip
    text = run.text("thong-bao/VP")
    assert "Văn phòng Sở: Lý do VP/TT/c." in text
    assert "Bùi Văn Hạ:" not in text
    assert "còn 2 chỗ cần xem lại" in run.text("thong-bao/DN1")  # a note asks for nothing
    assert "cần xem lại, ghi trong biểu mẫu" not in text
    assert "chưa nhận được biểu mẫu dùng được" in run.text("thong-bao/DN2")


def test_a_notice_after_the_council_says_what_was_decided(run: Any) -> None:
    run.decide()
    run.issue(only=("thong-bao",), **DECISION)
    text = run.text("thong-bao/DN1")
    assert "Lê Văn Số Bảy: không khen (lý do <họp>)." in text
    assert "58 tháng" in text


def test_the_report_lists_every_unit_and_counts(run: Any) -> None:
    run.issue(only=("bao-cao",))
    rows = run.rows("bao-cao")
    assert [row[1] for row in rows if row[0] in ("1", "2", "3")] == ["DN1", "DN2", "VP"]
    assert "2 trên 3 đơn vị đã nộp; 1 biểu mẫu còn lỗi" in run.text("bao-cao")
    table = [list(dict.fromkeys(row)) for row in rows if row[0] == "Tập thể"]
    office = "Cơ quan Sở, gồm Trung tâm trực thuộc Sở"
    assert ["Tập thể", office, "1", "0", "5", "–"] in table
    assert "giữ chức vụ lãnh đạo 1 (50%), không giữ chức vụ 1 (50%)" in run.text("bao-cao")


def test_a_line_that_is_not_stated_leaves_no_empty_line(run: Any) -> None:
    run.facts["nguoi_ky_thay"] = "KT. GIÁM ĐỐC"
    run.issue(only=("bao-cao",))
    lines = run.text("bao-cao").split("\n")
    at = lines.index("KT. GIÁM ĐỐC")
    assert lines[at + 1] == "GIÁM ĐỐC"
    run.facts.pop("nguoi_ky_thay")
    run.facts.pop("co_quan_chu_quan")
    run.issue(only=("bao-cao",), replace=True)
    lines = run.text("bao-cao").split("\n")
    assert lines[:2] == ["SỞ CÔNG THƯƠNG", ""]  # the short line under the name
    assert lines[lines.index("GIÁM ĐỐC") - 1] == "- Lưu: VT."


# --- facts, templates, the folder ----------------------------------------------------------------


def test_everything_that_is_missing_is_told_at_once_and_nothing_published(run: Any) -> None:
    run.facts = {"co_quan": "Sở"}
    with pytest.raises(LettersError) as found:
        run.issue()
    assert found.value.kind == "configuration"
    keys = [dict(one.words)["key"] for one in found.value.troubles]
    assert {"dia_danh", "nguoi_ky_ten", "ky_hieu.bao_cao", "trinh_ten"} <= set(keys)
    assert not run.out.exists()
    assert [path.name for path in run.folder.iterdir() if path.name.startswith(".")] == []


def test_the_offices_own_template_is_used_and_checked(
    run: Any, tmp_path: Path, template: Callable[..., bytes]
) -> None:
    own = tmp_path / "van-ban-mau"
    own.mkdir()
    (own / "bao-cao.docx").write_bytes(template("Mẫu riêng của {{ co_quan }}: {{ them.loi }}"))
    run.facts["them"] = {"loi": "xin chào"}
    run.issue(only=("bao-cao",), workspace=tmp_path)
    assert run.text("bao-cao") == "Mẫu riêng của Sở Công Thương: xin chào"
    (own / "bao-cao.docx").write_bytes(template("{{ nop.da_nopp }}"))
    before = (run.out / "bao-cao.docx").read_bytes()
    with pytest.raises(LettersError) as found:
        run.issue(workspace=tmp_path)
    words = _words(found.value)
    assert words["template"] == "van-ban-mau/bao-cao.docx"
    assert words["field"] == "nop.da_nopp"
    assert words["nearest"].split(", ")[0] == "nop.da_nop"
    assert (run.out / "bao-cao.docx").read_bytes() == before


def test_a_fact_of_the_offices_own_that_is_missing_is_an_error(
    run: Any, tmp_path: Path, template: Callable[..., bytes]
) -> None:
    own = tmp_path / "van-ban-mau"
    own.mkdir()
    (own / "bao-cao.docx").write_bytes(template("{{ them.khau_hieu }}"))
    with pytest.raises(LettersError) as found:
        run.issue(only=("bao-cao",), workspace=tmp_path)
    assert _reasons(found.value) == ["template_broken"]
    assert "khau_hieu" in _words(found.value)["detail"]
    assert not run.out.exists()


def test_templates_are_copied_for_editing_and_never_over_edited_ones(tmp_path: Path) -> None:
    (tmp_path / "bao-cao.docx").write_bytes(b"cua toi")
    written = copy_templates(tmp_path, "bacgiang-models-2020")
    assert len(written) == 8
    assert (tmp_path / "bao-cao.docx").read_bytes() == b"cua toi"
    assert copy_templates(tmp_path, "") == []


def test_the_same_inputs_give_the_same_bytes(run: Any) -> None:
    run.decide()
    run.issue(**DECISION)
    first = {path: path.read_bytes() for path in run.out.rglob("*") if path.is_file()}
    run.issue(**DECISION)
    assert {path: path.read_bytes() for path in run.out.rglob("*") if path.is_file()} == first
    stated = json.loads(first[run.out / "manifest.json"])
    assert stated["decision"] == {"number": "45", "date": "2020-07-24"}
    assert set(stated["templates"]) == {path.stem for path in first if path.parent == run.out} - {
        "manifest"
    } | {"thong-bao"}


def test_documents_that_were_edited_are_not_replaced_unasked(run: Any) -> None:
    run.issue(only=("bao-cao",))
    edited = run.out / "bao-cao.docx"
    edited.write_bytes(edited.read_bytes() + b" ")
    (run.out / "ghi chu.txt").write_text("x", "utf-8")
    with pytest.raises(LettersError) as found:
        run.issue(only=("bao-cao",))
    assert (found.value.kind, _reasons(found.value)) == ("taken", ["edited"])
    assert _words(found.value)["names"] == "bao-cao.docx, ghi chu.txt"
    run.issue(only=("bao-cao",), replace=True)
    assert not (run.out / "ghi chu.txt").exists()


def test_a_run_with_edited_documents_is_not_replaced(run: Any) -> None:
    from emubatch.runfolder import RunFolderError, open_run_folder

    run.issue(only=("bao-cao",))
    with open_run_folder(run.folder, replace=True):
        pass  # untouched documents may go: they can be made again
    edited = run.out / "bao-cao.docx"
    edited.write_bytes(edited.read_bytes() + b" ")
    with pytest.raises(RunFolderError) as found, open_run_folder(run.folder, replace=True):
        pass
    assert (found.value.reason, found.value.words["names"]) == ("edited", "bao-cao.docx")


def test_a_run_in_english_or_of_another_plan_is_refused(run: Any) -> None:
    run.state(lang="en")
    with pytest.raises(LettersError) as found:
        run.issue()
    assert _reasons(found.value) == ["not_vietnamese"]
    run.state("bacgiang-scorecard-2017")
    manifest = run.folder / "manifest.json"
    text = re.sub(r'"sha256": "\w+"', '"sha256": "0"', manifest.read_text("utf-8"))
    manifest.write_text(text, "utf-8")
    with pytest.raises(LettersError) as found:
        run.issue()
    assert _reasons(found.value) == ["other_programme"]


def test_a_folder_that_is_no_run_is_refused(run: Any, tmp_path: Path) -> None:
    run.folder = tmp_path / "khac"
    with pytest.raises(LettersError) as found:
        run.issue()
    assert (found.value.kind, _reasons(found.value)) == ("input", ["not_run"])


def test_a_document_that_does_not_exist_names_the_nearest(run: Any) -> None:
    with pytest.raises(LettersError) as found:
        run.issue(only=("bao-caoo",))
    assert found.value.kind == "usage"
    assert _words(found.value)["nearest"].startswith("bao-cao")


def test_a_plan_without_nominees_gets_report_and_notices(run: Any) -> None:
    run.state("bacgiang-scorecard-2017")
    for table in ("nominees", "verdicts", "quotas"):
        (run.folder / "data" / f"{table}.csv").unlink()
    run.write(
        "data/scores",
        ("unit", "criterion", "base", "bonus", "penalty", "total", "outcome"),
        [
            ("VP", "I.1", "100", "10", "0", "110", "scored"),
            ("VP", "TOTAL", "950", "35", "2", "983", "scored"),
        ],
    )
    assert run.issue().files == {"bao-cao": 1, "thong-bao": 3}
    assert ["Tổng điểm", "950", "35", "2", "983", "Đã chấm"] in [
        [cell for cell in row if cell] for row in run.rows("thong-bao/VP")
    ]
    with pytest.raises(LettersError) as found:
        run.issue(only=("to-trinh",))
    assert _reasons(found.value) == ["no_nominees"]


def test_contexts_are_built_from_texts_only(run: Any) -> None:
    """A value that is no text would print as Python shows it."""
    from emubatch.issuing import LettersRequest, _manifest, _material
    from emubatch.letters.documents import DOCUMENTS
    from emubatch.letters.facts import read_facts

    run.decide()
    request = LettersRequest(run.folder, run.facts, "office.toml")
    material = _material(request, _manifest(run.folder), read_facts(run.facts, "office.toml"))
    contexts = Contexts(material)

    def check(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                check(inner, f"{path}.{name}")
        elif isinstance(value, list):
            for inner in value:
                check(inner, f"{path}[]")
        else:
            assert isinstance(value, str), path

    for one in DOCUMENTS:
        check(contexts.notice("VP") if one.id == "thong-bao" else contexts.of(one.id), one.id)


# --- numbers that must agree with each other -----------------------------------------------------


def test_a_submission_counts_proposals_also_after_the_council(run: Any) -> None:
    run.issue(only=("to-trinh",))
    before = run.text("to-trinh")
    assert "0 tập thể" not in before
    run.decide()
    run.issue(only=("to-trinh", "bien-ban"), **DECISION)
    wanted = "Trong 2 cá nhân: giữ chức vụ lãnh đạo 1"
    assert wanted in before
    assert wanted in run.text("to-trinh")
    assert run.text("to-trinh") == before


def test_a_group_that_counts_with_another_stands_in_its_row(run: Any) -> None:
    """«Trung tâm» takes places of «Cơ quan Sở»: both sums beside one limit, as in the workbook."""
    rows = [dict(row) for row in read_table(run.folder, "nominees")]
    rows[0]["group"] = "TRUNG_TAM"
    run.write("data/nominees", list(rows[0]), [list(row.values()) for row in rows])
    columns = ("kind", "group", "limit", "unit", "applies")
    limits = [("collective", "CO_QUAN_SO", "5", "", ""), ("collective", "CO_QUAN_SO", "1", "", "x")]
    run.write("data/quotas", columns, limits)
    run.issue(only=("to-trinh",))
    rows_of = [row for row in run.rows("to-trinh") if row[0] == "Tập thể"]
    (row,) = [row for row in rows_of if "gồm Trung tâm" in row[1]]
    assert row == ["Tập thể", "Cơ quan Sở, gồm Trung tâm trực thuộc Sở", "2", "0", "5"]


def test_the_minutes_name_every_limit_that_was_exceeded(run: Any) -> None:
    run.decide()
    run.issue(only=("bien-ban",), **DECISION)
    text = run.text("bien-ban")
    assert "Vượt chỉ tiêu HD.3 (Cá nhân): 42 trên 25, vượt 17." in text
    assert text.count("Vượt chỉ tiêu") == 1


def test_a_joint_copy_is_no_member(run: Any) -> None:
    run.decide()
    run.write("hoi-dong/data/votes", ("member", "nominee", "vote"), [("", "VP/CN/d", "agree")])
    run.issue(only=("bien-ban",), **DECISION)
    assert "ý kiến của Hội đồng được ghi chung trong một bản." in run.text("bien-ban")
    assert "thành viên gửi ý kiến" not in run.text("bien-ban")


def test_a_unit_whose_file_cannot_be_read_sent_something(run: Any) -> None:
    columns = ("unit", "file", "status", "received", "late", "findings")
    rows = [("DN1", "a.xlsx", "rejected", "", "", "1"), ("DN2", "", "missing", "", "", "0"),
            ("VP", "VP.xlsx", "accepted", "2020-07-10", "no", "0")]  # fmt: skip
    run.write("data/submissions", columns, rows)
    run.issue(only=("to-trinh", "bao-cao"))
    text = run.text("to-trinh")
    assert "Chưa nộp: Công ty Ổi & Mận." in text
    assert "Tệp không đọc được: Công ty Trách nhiệm hữu hạn" in text
    assert "1 đơn vị chưa nộp, 1 đơn vị nộp tệp không đọc được." in run.text("bao-cao")


def test_a_registration_commends_nobody(run: Any) -> None:
    plan = load("hatinh-models-2025", (("mode", "dang_ky"),))
    about = {"id": plan.id, "version": plan.version, "sha256": plan.sha256}
    run.write("data/quotas", ("kind", "group", "limit", "unit"), [])
    run.state("hatinh-models-2025", settings={"mode": "dang_ky"}, **{"programme": about})
    run.decide(dict.fromkeys(_names(run), ("agree", "")), date="2021-02-02")
    outcome = run.issue()
    made = {"to-trinh", "danh-sach-de-nghi", "bao-cao", "thong-bao", "bien-ban"}
    assert (set(outcome.files), outcome.waiting) == (made, ())
    text = run.text("bien-ban")
    assert "Họp xét đăng ký: " in text and "Đồng ý đăng ký: 6; không đồng ý: 0" in text
    assert "Đăng ký: cá nhân: 4." in text
    with pytest.raises(LettersError) as found:
        run.issue(only=("quyet-dinh",), **DECISION)
    assert _reasons(found.value) == ["nobody"]
    text = run.text("to-trinh")
    assert "Về việc đề nghị xét đăng ký" in text
    assert "xét khen thưởng" not in text and "Trong 0 cá nhân" not in text
