"""A sitting from copies to minutes and register: majorities, repeats, undoing, being killed."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from emubatch.register import open_register
from emubatch.runfolder import close_run_folder, lock_run_folder

from .conftest import AGREE, AN, BINH, CUC, DUNG, EM, LATER, LOWER, REJECT, Room

DECISION = ("--decision-number", "12/QĐ-SCT", "--decision-date", "30/7/2020", "--issuer", "GD_SO")
OUTSIDE = {"unit": "UBND tỉnh"}  # a member from a unit that nobody is of


def three(room: Room) -> list[Path]:
    """Three members who agree on most and not on all."""
    no = (REJECT, "", "đã khen năm trước")
    lower = (LOWER, "Giấy khen của Giám đốc Sở", "mức tỉnh quá cao")
    commune = (LOWER, "Giấy khen của Chủ tịch UBND xã", "mức tỉnh quá cao")
    return [
        room.copy("1.xlsx", {AN: no, CUC: lower}, member="Vũ Một", role="Chủ tịch", **OUTSIDE),
        room.copy("2.xlsx", {AN: no, CUC: commune}, member="Vũ Hai", **OUTSIDE),
        room.copy("3.xlsx", {DUNG: ("",), EM: (AGREE, "", "có đơn")}, member="Vũ Ba", unit="DN1"),
    ]


# --- counting ------------------------------------------------------------------------------------


def test_a_majority_of_the_votes_that_count(room: Room) -> None:
    room.decide(*three(room), expect=1)
    rows = {row["nominee"]: row for row in room.rows("decisions")}
    names = ("decision", "award", "agree", "against", "lower", "later", "blank", "excluded")
    assert {key: tuple(row[name] for name in names) for key, row in rows.items()} == {
        AN: ("reject", "", "1", "2", "0", "0", "0", "0"),
        BINH: ("later", "", "0", "0", "0", "3", "0", "0"),
        CUC: ("split", "", "0", "0", "2", "0", "0", "1"),  # lowered, but not to one award
        DUNG: ("agree", "GK_GDS", "2", "0", "0", "0", "1", "0"),
        EM: ("reject", "", "1", "2", "0", "0", "0", "0"),
    }
    assert rows[AN]["reason"] == "đã khen năm trước"
    assert rows[CUC]["reason"] == "Đa số hạ mức nhưng không cùng một mức khen"


def test_a_tie_is_shown_and_not_settled(room: Room) -> None:
    first = room.copy("1.xlsx", member="Vũ Một", **OUTSIDE)
    second = room.copy("2.xlsx", {AN: (REJECT, "", "x")}, member="Vũ Hai", **OUTSIDE)
    room.decide(first, second, expect=1)
    assert room.decisions()[AN] == "split"
    sheet = openpyxl.load_workbook(room.out / "bien-ban.xlsx")["Bất đồng"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    (row,) = [row for row in rows if row[0]]
    assert row[:2] == ["Chưa thống nhất", "Lê Văn An"]
    assert row[8] == "Không đồng ý: Vũ Hai\nĐồng ý: Vũ Một"


SETTINGS: tuple[tuple[tuple[str, ...], str], ...] = (
    ((), "agree"),
    (("--majority", "2/3"), "agree"),
    (("--majority", ">2/3"), "split"),
    (("--majority", "GK_GDS=>=80%"), "split"),
    (("--majority", "BK_TINH=>=80%"), "agree"),
    (("--majority-of", "members"), "split"),
    (("--quorum", "4"), "split"),
)


def test_the_majority_is_a_setting(room: Room) -> None:
    votes = [AGREE, AGREE, (REJECT, "", "x"), ("",)]
    copies = [
        room.copy(f"{at}.xlsx", {DUNG: vote}, member=f"Vũ {at}", **OUTSIDE)
        for at, vote in enumerate(votes)
    ]
    found = []
    for options, _ in SETTINGS:
        room.decide(*copies, *options, expect=1)
        found.append((options, room.decisions()[DUNG]))
    assert found == list(SETTINGS)


@pytest.mark.parametrize("text", ["half", "0%", "120%", "1/0", ">100%", "CSTD_TINH=nhiều"])
def test_a_share_that_is_none(room: Room, text: str) -> None:
    found = room.decide("a.xlsx", "--majority", text, expect=2)
    assert "80%" in found.stderr and not room.out.exists()


# --- members -------------------------------------------------------------------------------------


def test_the_same_copy_twice_counts_once(room: Room) -> None:
    first = room.copy("1.xlsx", member="Vũ Một", **OUTSIDE)
    room.decide(first, room.copy("2.xlsx", member="VŨ  MỘT", **OUTSIDE), expect=1)
    assert [m["files"] for m in room.manifest()["members"]] == [["1.xlsx", "2.xlsx"]]
    assert ("N851", "2.xlsx", "") in room.findings()
    assert {row["agree"] for row in room.rows("decisions")} == {"0", "1"}


def test_two_copies_of_one_member_that_differ(room: Room) -> None:
    votes = {AN: (REJECT, "", "x"), DUNG: ("",), CUC: ("",)}
    first = room.copy("1.xlsx", {CUC: AGREE, DUNG: ("",)}, member="Vũ Một", **OUTSIDE)
    second = room.copy("2.xlsx", votes, member="Vũ Một", **OUTSIDE)
    room.decide(first, second, expect=1)
    row = room.row_of(AN)
    found = [one for one in room.findings() if one[0] != "W851"]
    assert found == [("E871", "2.xlsx", f"K{row}"), ("W856", "2.xlsx", "")]
    assert room.decisions()[AN] == "" and room.decisions()[CUC] == "agree"
    assert room.decisions()[DUNG] == ""


def test_two_joint_copies_that_differ(room: Room) -> None:
    first = room.copy("1.xlsx", member="", unit="")
    second = room.copy("2.xlsx", {AN: (REJECT, "", "x")}, member="", unit="")
    room.decide(first, second, "--lang", "en", expect=1)
    assert [code for code, _, _ in room.findings()] == ["E871", "W856"]
    assert "Joint copy of the council" in room.rows("findings")[1]["message"]
    assert room.decisions()[AN] == ""


def test_files_of_one_name_are_told_apart(room: Room) -> None:
    first = room.copy("an/phieu.xlsx", member="Vũ Một", **OUTSIDE)
    second = room.copy("ba/phieu.xlsx", member="Vũ Hai", **OUTSIDE)
    room.decide(first, second, first, expect=1)
    assert [one["file"] for one in room.manifest()["inputs"]] == ["an/phieu.xlsx", "ba/phieu.xlsx"]


# --- the meeting ---------------------------------------------------------------------------------


def test_facts_of_the_meeting_stand_in_the_copies_or_the_command(room: Room) -> None:
    stated = {"meeting": "28/07/2020", "number": "9/QĐ", "date": "29/7/2020", "issuer": "GĐ Sở"}
    first = room.copy("1.xlsx", member="Vũ Một", **OUTSIDE, **stated)
    other = {**stated, "number": "8/QĐ", "meeting": "hôm qua", "issuer": "ông Giám"}
    second = room.copy("2.xlsx", member="Vũ Hai", **OUTSIDE, **other)
    room.decide(first, second, expect=1)
    found = [one for one in room.findings() if one[0] != "W851"]
    assert found == [("E873", "2.xlsx", "C5"), ("E874", "2.xlsx", "C6"), ("W857", "", "")]
    facts = {
        "date": "2020-07-28",
        "decision_number": "",
        "decision_date": "2020-07-29",
        "issuer": "GD_SO",
    }
    assert room.manifest()["meeting"] == facts
    room.decide(first, second, "--decision-number", "10/QĐ", "--issuer", "GD_SO")
    assert room.manifest()["meeting"] == {**facts, "decision_number": "10/QĐ"}
    sheet = openpyxl.load_workbook(room.out / "bien-ban.xlsx")["Kết quả"]
    shown = dict(row[:2] for row in sheet.iter_rows(4, 12, max_col=2, values_only=True))
    assert shown["Số quyết định"] == "10/QĐ" and shown["Ngày họp"] == "28/07/2020"
    assert shown["Người ký"] == "Giám đốc Sở"


@pytest.mark.parametrize(
    "option", [("--decision-date", "30/2/2020"), ("--meeting-date", "7/2020"), ("--issuer", "X")]
)
def test_facts_of_the_command_that_are_wrong(room: Room, option: tuple[str, str]) -> None:
    assert option[1] in room.decide("a.xlsx", *option, expect=2).stderr
    assert not room.out.exists()


# --- the register --------------------------------------------------------------------------------


def state(room: Room) -> tuple[Any, ...]:
    with open_register(room.register) as register:
        return register.digest(), register.counts(), register.rows("awards")


def registered(room: Room, *options: str) -> list[str]:
    return [*DECISION, "--register", str(room.register), *options]


def test_awards_go_to_the_register_once(room: Room) -> None:
    joint = room.copy(member="", unit="")
    found = room.decide(joint, *registered(room, "--json"), expect=0)
    told = json.loads(found.stdout)
    assert (told["register"], told["awards"], told["pending"]) == ("added", 2, 1)
    before = state(room)
    assert before[1]["awards"] == 2 and before[1]["people"] == 2  # a provincial award is not its
    (_, kind, _, code, issuer, number, key, date, years, *_, file, sheet, row) = before[2][0]
    assert (kind, code, issuer, number, key) == ("CN", "GK_GDS", "GD_SO", "12/QĐ-SCT", "12 qd sct")
    assert (date, years) == ("2020-07-30", "2015-2019")
    assert file == "bacgiang-models-2020/2020-07-30/hoi-dong/bien-ban.xlsx"
    names = openpyxl.load_workbook(room.out / "bien-ban.xlsx")[sheet]
    assert names.cell(row, 1).value in ("Lê Văn An", "Hà Dũng")
    tree = room.tree()
    again = room.decide(joint, *registered(room, "--json"), expect=0)
    assert json.loads(again.stdout)["register"] == "already"
    assert state(room) == before and room.tree() == tree


def test_findings_are_told_in_the_language_that_was_asked_for(room: Room, tmp_path: Path) -> None:
    other = tmp_path / "other.xlsx"
    other.write_bytes(b"no workbook")
    told = {
        lang: json.loads(room.decide(room.copy(), other, "--json", "--lang", lang).stdout)
        for lang in ("vi", "en")
    }
    messages = [{row["message"] for row in found["findings"]} for found in told.values()]
    assert messages[0] and not messages[0] & messages[1]


def test_the_register_knows_them_as_the_month_does(room: Room, published: Path) -> None:
    room.decide(room.copy(member="", unit=""), *registered(room), expect=0)
    args = ["run", "--programme", "bacgiang-models-2020", "--inbox", published.parent / "inbox"]
    out = room.folder / "again"
    found = room.do(*args, "--out", out, "--jobs", "0", "--register", room.register)
    assert found.exit_code == 0, found.output
    assert not (out / "ai-la-ai.xlsx").exists()  # nobody is asked who is who


def test_undo_takes_all_of_it_back(room: Room) -> None:
    other = room.copy("khác.xlsx", {AN: (REJECT, "", "x")}, member="", unit="")
    with open_register(room.register, write=True):
        pass
    before = state(room)
    room.decide(room.copy(member="", unit=""), *registered(room), expect=0)
    assert state(room) != before
    refused = room.decide(other, *registered(room), expect=6)
    assert "--undo" in refused.stderr
    assert room.decide("--undo", expect=4).stderr.strip().endswith("rút lại cả hai.")
    assert room.out.exists()
    room.decide("--undo", "--register", room.register, expect=0)
    assert state(room) == before and not room.out.exists()
    assert sorted(path.name for path in room.run.iterdir() if path.name[0] == ".") == []
    room.decide("--undo", expect=4)
    room.decide(other, *registered(room), expect=0)
    assert state(room)[1]["awards"] == 1


def test_nothing_goes_to_the_register_while_it_is_not_clear_who_signs(room: Room) -> None:
    joint = room.copy(member="", unit="")
    found = room.decide(joint, *DECISION[:4], "--register", room.register, expect=0)
    assert "--issuer" in found.stdout and not room.register.exists()


def test_without_number_and_date_nothing_goes_to_the_register(room: Room) -> None:
    found = room.decide(room.copy(member="", unit=""), "--register", room.register, expect=0)
    assert "--decision-number" in found.stdout and not room.register.exists()
    assert room.decisions()[AN] == "agree" and "register" not in room.manifest()
    room.decide(room.copy(member="", unit=""), *registered(room), expect=0)  # freely replaced
    assert state(room)[1]["awards"] == 2


def test_another_signer_grants_the_other_awards(room: Room) -> None:
    found = room.decide(room.copy(member="", unit=""), *registered(room, "--issuer", "UBND tỉnh"))
    assert found.exit_code == 0, found.output
    assert [row[3] for row in state(room)[2]] == ["BK_TINH"]


def test_an_agreed_case_without_a_form_is_named(room: Room) -> None:
    path = room.run / "data" / "nominees.csv"
    text = path.read_text(encoding="utf-8-sig").replace(",BK_TINH,", ",CO_LA,")
    path.write_text(text, encoding="utf-8-sig")
    copy = room.copy(change=lambda s: s.__setitem__(f"F{room.row_of(CUC)}", "CO_LA"), unit="",
                     member="")  # fmt: skip
    room.decide(copy, *registered(room), expect=1)
    assert [code for code, _, _ in room.findings()] == ["W858"]
    assert state(room)[1]["awards"] == 2


def test_a_register_in_use_leaves_everything_as_it_was(room: Room) -> None:
    with open_register(room.register, write=True):
        before = sorted(path.name for path in room.run.iterdir())
        room.decide(room.copy(member="", unit=""), *registered(room), expect=6)
    assert sorted(path.name for path in room.run.iterdir()) == before


# --- the folder ----------------------------------------------------------------------------------


def test_the_order_of_the_files_changes_no_byte(room: Room) -> None:
    copies = three(room)
    trees = []
    for order in list(itertools.permutations(copies))[::2]:
        room.decide(*order, expect=1)
        trees.append(room.tree())
    assert all(tree == trees[0] for tree in trees)
    assert set(trees[0]) >= {
        *("bien-ban.xlsx", "tien-thuong.xlsx", "manifest.json"),
        *(f"data/{name}.csv" for name in ("decisions", "votes", "findings", "money")),
    }
    assert not list(room.run.glob(".*"))


def test_tables_are_the_contract(room: Room) -> None:
    room.decide(room.copy(member="", unit=""), expect=0)
    assert list(room.rows("decisions")[0]) == [
        *("nominee", "kind", "name", "unit", "requested", "eligibility", "proposed", "decision"),
        *("award", "agree", "against", "lower", "later", "blank", "excluded", "reason"),
    ]
    assert list(room.rows("votes")[0]) == [
        *("member", "member_unit", "nominee", "vote", "award", "reason", "conflict", "counted"),
        *("file", "sheet", "cell"),
    ]
    assert room.manifest()["run"]["manifest_sha256"]


_KILLED = """
import os, sys
from emubatch import runfolder, cli
from emubatch.register import store
step = int(sys.argv[1])
def counting(real):
    def call(*args):
        global step
        step -= 1
        if step == 0:
            os._exit(9)
        return real(*args)
    return call
runfolder.flush = counting(runfolder.flush)
runfolder._swap = counting(runfolder._swap)
runfolder.write_manifest = counting(runfolder.write_manifest)
cli.main(sys.argv[2:])
"""


@pytest.mark.parametrize("step", [1, 2, 6, 11, 12])
def test_killed_at_any_step_the_next_command_ends_it(room: Room, step: int) -> None:
    copy = room.copy(member="", unit="")
    args = ["decide", str(room.run), str(copy), *registered(room)]
    command = [sys.executable, "-c", _KILLED, str(step), *args]
    killed = subprocess.run(command, capture_output=True, check=False)
    assert killed.returncode == 9, killed.stderr.decode()
    if not room.out.exists():
        with open_register(room.register) as register:
            assert register.counts()["awards"] == 0
    assert room.do(*args).exit_code == 0
    assert state(room)[1]["awards"] == 2 and state(room)[1]["batches"] == 1
    assert not list(room.run.glob(".*"))


def test_a_month_with_a_council_result_is_not_replaced(room: Room, published: Path) -> None:
    room.decide(room.copy(member="", unit=""), expect=0)
    args = ["run", "--programme", "bacgiang-models-2020", "--inbox", published.parent / "inbox"]
    found = room.do(*args, "--out", room.run, "--replace", "--jobs", "0")
    assert found.exit_code == 6 and "--undo" in found.stderr
    room.out.rename(room.run / ".hoi-dong.old-1")  # where a killed command left it
    found = room.do(*args, "--out", room.run, "--replace", "--jobs", "0")
    assert found.exit_code == 6
    assert room.do("decide", room.run, "--undo").exit_code == 0
    assert room.do(*args, "--out", room.run, "--replace", "--jobs", "0").exit_code == 0


def test_a_month_in_use_is_left_alone(room: Room) -> None:
    with lock_run_folder(room.run):
        room.decide(room.copy(), expect=6)
    assert not room.out.exists()


def test_an_undo_that_fails_halfway_is_ended_by_the_next(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.decide(room.copy(member="", unit=""), *registered(room), expect=0)

    def refuse(self: Path, target: Path) -> None:
        raise OSError(13, "in use", str(target))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", refuse)
        room.decide("--undo", "--register", room.register, expect=4)
    assert room.out.exists() and state(room)[1]["awards"] == 0
    room.decide("--undo", "--register", room.register, expect=0)
    assert not room.out.exists()


def test_a_closed_month_may_be_decided_on(room: Room) -> None:
    close_run_folder(room.run)
    room.decide(room.copy(member="", unit=""), expect=0)


def test_explain_and_diff_with_a_council_result(room: Room, published: Path) -> None:
    room.decide(room.copy("a.xlsx", {AN: (LATER, "", "chờ")}, member="", unit=""), expect=0)
    shown = room.do("explain", room.run, AN)
    assert "Hội đồng: … Để lại sau · chờ" in shown.stdout
    told = json.loads(room.do("explain", room.run, AN, "--json").stdout)
    assert told["council"]["decision"] == "later"
    assert "Hội đồng:" not in room.do("explain", published, AN).stdout
    assert room.do("diff", published, room.run).exit_code == 0


# --- the command ---------------------------------------------------------------------------------


def test_runs_that_cannot_be_decided_on(room: Room) -> None:
    assert room.do("decide", room.folder / "không", "a.xlsx").exit_code == 4
    assert room.do("decide", room.run).exit_code == 2
    assert room.do("decide", room.run, "a.xlsx", "--undo").exit_code == 2
    manifest = json.loads((room.run / "manifest.json").read_text("utf-8"))
    del manifest["ballot"]
    (room.run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert room.decide(room.copy(), expect=4).stderr


def test_results_for_sending_outside_ask_for_no_opinion(room: Room, published: Path) -> None:
    out = room.folder / "ngoài"
    args = ["run", "--programme", "bacgiang-models-2020", "--inbox", published.parent / "inbox"]
    codes = room.folder / "ma.csv"
    found = room.do(*args, "--out", out, "--jobs", "0", "--anonymous", "--codes", codes)
    assert found.exit_code == 0, found.output
    names = openpyxl.load_workbook(out / "ket-qua.xlsx").sheetnames
    assert "Hội đồng" not in names and "_hoi_dong" not in names
    assert room.do("decide", out, room.copy()).exit_code == 4


def test_english(room: Room) -> None:
    found = room.decide(room.copy(), "--lang", "en", expect=1)
    assert found.stdout.splitlines()[:2] == [
        "Council: 1 copies (Phạm Ba)",
        "3 Agree · 1 Disagree · 1 Leave for later",
    ]
    book = openpyxl.load_workbook(room.out / "bien-ban.xlsx")
    assert book.sheetnames == ["Kết quả", "Ý kiến", "Bất đồng", "Chỉ tiêu", "Lỗi"]
    assert book["Kết quả"]["A1"].value == "Result of the council"


def test_workbooks_open_cleanly(room: Room, ooxml_validator: Any, libreoffice: Any) -> None:
    from emubatch.xl.lint import lint_workbook

    room.decide(*three(room), *registered(room), expect=1)
    paths = [room.run / "ket-qua.xlsx", *room.out.glob("*.xlsx")]
    assert {path.name: lint_workbook(path) for path in paths} == {path.name: [] for path in paths}
    assert {path.name: ooxml_validator(path) for path in paths} == {p.name: [] for p in paths}
    assert len(libreoffice.many(paths, "pdf", room.folder / "pdf")) == 3


# --- in a workspace ------------------------------------------------------------------------------


def workspace(room: Room, council: str) -> None:
    """The run becomes a month of a workspace."""
    text = f'programme = "bacgiang-models-2020"\n[council]\n{council}\n'
    (room.folder / "emubatch.toml").write_text(text, encoding="utf-8")
    (room.folder / "results").mkdir()
    room.run = room.run.rename(room.folder / "results" / "2020-07")


def test_a_workspace_knows_majority_and_register(room: Room) -> None:
    workspace(room, 'majority = ["2/3", "GK_GDS=>=80%"]\nquorum = 2\nmajority_of = "members"')
    copy = room.copy(member="", unit="")
    found = room.decide(copy, *DECISION, "--json", expect=0)
    assert json.loads(found.stdout)["register"] == "nothing"
    assert set(room.decisions().values()) == {"split"}
    assert room.manifest()["majority"] == {
        **{"share": "≥ 2/3", "forms": {"GK_GDS": "≥ 80%"}, "quorum": 2, "base": "members"},
    }
    found = room.decide(copy, *DECISION, "--quorum", "0", "--json", expect=0)
    assert json.loads(found.stdout)["register"] == "added"
    assert (room.folder / "register.sqlite").is_file()
    room.decide("--undo", expect=0)


def test_a_table_of_the_council_that_is_wrong(room: Room) -> None:
    workspace(room, 'majority = ">1/2"\nquorum = "hai"\nmajority_of = "all"\nqourum = 3')
    found = room.decide(room.copy(), expect=5)
    lines = [line.split()[:2] for line in found.stderr.splitlines()[1:]]
    assert lines == [
        ["emubatch.toml:3", "E803"],
        ["emubatch.toml:4", "E803"],
        ["emubatch.toml:5", "E803"],
        ["emubatch.toml:6", "E801"],
    ]
    assert "quorum" in found.stderr.splitlines()[-1]
