"""A whole month, from forms that our own writer filled in to a published folder."""

from __future__ import annotations

import csv
import errno
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from emubatch import engine, month, per_file
from emubatch.engine import TaskFailure
from emubatch.model import FINDING_COLUMNS, NOMINEE_COLUMNS, SUBMISSION_COLUMNS, VERDICT_COLUMNS
from emubatch.month import InputError, run_month
from emubatch.programme.load import load
from emubatch.programme.problems import ProgrammeError
from emubatch.request import MonthRequest
from emubatch.roster import RosterError
from emubatch.runfolder import RunFolderError, file_facts
from emubatch.xl.form import write_form

PROGRAMME = "bacgiang-models-2020"
YEARS = [str(year) for year in range(2015, 2020)]
Values = dict[str, list[dict[str, Any]]]

ROSTER = """Mã đơn vị,Tên đơn vị,Nhóm,Ngày nhận
VP,Văn phòng Sở,Cơ quan Sở,
DN1,Công ty Ổi,Doanh nghiệp,18/07/2020
DN2,Công ty Mận,Doanh nghiệp,
"""


def _unit(code: str, name: str, group: str, received: str) -> dict[str, Any]:
    return {
        "ma_dv": code,
        "ten_dv": name,
        "nhom": group,
        "so_cbccvc": 12,
        "so_nld": 3,
        "thuoc_nganh": "có",
        "thuoc_cdn": "có",
        "ngay_nop": received,
    }


def _papers(*names: str) -> list[dict[str, Any]]:
    unit = [{"loai_gt": kind, "co": "có"} for kind in ("Tờ trình", "Biên bản họp xét")]
    return unit + [
        {"loai": "CN", "ten": name, "loai_gt": "Báo cáo thành tích", "co": "có"} for name in names
    ]


def _office() -> Values:
    """An official who passes by a ministerial commendation, and one of whom nothing is known."""
    known, blank = "Lê Thị Mận", "Trần Văn Bưởi"
    person = {
        "chuc_vu": "Chuyên viên",
        "cap_vi_tri": "CBCCVC",
        "doi_tuong": "CONG_CHUC",
        "de_nghi": "GK_GDS",
        "tom_tat": "x",
    }
    return {
        "Don_vi": [_unit("VP", "Văn phòng Sở", "CO_QUAN_SO", "10/07/2020")],
        "Ca_nhan": [
            {"ho_ten": known, "nam_sinh": 1984, "ma_cb": "CB01", **person},
            {"ho_ten": blank, "nam_sinh": 1990, **person},
        ],
        "Thanh_tich": [
            {
                "loai": "CN",
                "ten": known,
                "ma_kt": "BK_BO",
                "nam": "2018",
                "nguoi_ky": "BT_BCT",
                "so_qd": "12/QĐ-BCT",
                "ngay_qd": "05/02/2019",
            }
        ],
        "Ky_luat": [{"loai": "CN", "ten": name, "khong_co": "có"} for name in (known, blank)],
        "Ho_so": _papers(known, blank),
    }


def _company() -> Values:
    """A worker who started a year too late, and a row about someone who is not listed."""
    name = "Vũ Văn Na"
    worker = {
        "ho_ten": name,
        "nam_sinh": 1988,
        "chuc_vu": "Thợ",
        "cap_vi_tri": "CONG_NHAN",
        "doi_tuong": "CONG_NHAN",
        "la_dvcd": "có",
        "ngay_vao": "02/01/2016",
        "de_nghi": "GK_GDS",
        "tom_tat": "x",
    }
    return {
        "Don_vi": [_unit("DN1", "Công ty Ổi", "DOANH_NGHIEP", "16/07/2020")],
        "Ca_nhan": [worker],
        "Xep_loai": [
            {"loai": "CN", "ten": name, "nam": year, "muc": "HTT", "dvcdxs": "có"} for year in YEARS
        ]
        + [{"loai": "CN", "ten": "Vũ Văn Nà", "nam": "2019", "muc": "HTT"}],
        "Ky_luat": [{"loai": "CN", "ten": name, "khong_co": "có"}],
        "Ho_so": _papers(name),
    }


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("month") / "inbox"
    (folder / "zalo 2").mkdir(parents=True)
    programme = load(PROGRAMME)
    write_form(folder / "VP.xlsx", programme, values=_office())
    write_form(folder / "công ty.xlsx", programme, values=_company())
    shutil.copy(folder / "VP.xlsx", folder / "zalo 2" / "VP (1).xlsx")
    (folder / "hỏng.xlsx").write_bytes((folder / "VP.xlsx").read_bytes()[:3000])
    (folder / "~$VP.xlsx").write_bytes(b"lock")
    return folder


@pytest.fixture(scope="module")
def roster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("roster") / "don-vi.csv"
    path.write_text(ROSTER, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def published(inbox: Path, roster: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "2020-07"
    run_month(_request(inbox, out, roster=roster, period="2020-07", jobs=0), _quiet)
    return out


def _request(inbox: Path, out: Path, **given: Any) -> MonthRequest:
    return MonthRequest(programme=PROGRAMME, inbox=inbox, out=out, **given)


def _quiet(stage: str, done: int, total: int) -> None:
    pass


def _rows(out: Path, table: str) -> list[dict[str, str]]:
    with (out / "data" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


# --- what is published ---------------------------------------------------------------------------


def test_the_folder_holds_what_the_contract_says(published: Path) -> None:
    assert sorted(_tree(published)) == [
        "bao-cao.html",
        "data/findings.csv",
        "data/money.csv",
        "data/needs.csv",
        "data/nominees.csv",
        "data/quotas.csv",
        "data/submissions.csv",
        "data/tally.csv",
        "data/units.csv",
        "data/verdicts.csv",
        "ket-qua.xlsx",
        "manifest.json",
        "tong-hop.xlsx",
        "tra-lai/DN1.xlsx",
    ]
    for table, columns in (
        ("submissions", SUBMISSION_COLUMNS),
        ("findings", FINDING_COLUMNS),
        ("nominees", NOMINEE_COLUMNS),
        ("verdicts", VERDICT_COLUMNS),
    ):
        assert tuple(_rows(published, table)[0])[: len(columns)] == columns


def test_every_file_and_every_expected_unit_has_a_status(published: Path) -> None:
    rows = _rows(published, "submissions")
    assert [(r["unit"], r["file"], r["status"], r["received"], r["late"]) for r in rows] == [
        ("", "hỏng.xlsx", "rejected", "", "review"),
        ("DN1", "công ty.xlsx", "partial", "2020-07-18", "review"),
        ("DN2", "", "missing", "", ""),
        ("VP", "VP.xlsx", "accepted", "2020-07-10", "no"),
        ("VP", "zalo 2/VP (1).xlsx", "duplicate", "2020-07-10", "no"),
    ]
    counted = [finding["file"] for finding in _rows(published, "findings") if finding["file"]]
    assert [int(r["findings"]) for r in rows if r["file"]] == [
        counted.count(r["file"]) for r in rows if r["file"]
    ]


def test_verdicts_follow_the_forms(published: Path) -> None:
    found = {r["nominee"]: (r["eligibility"], r["proposed"]) for r in _rows(published, "nominees")}
    assert found == {
        "VP/CN/CB01": ("pass", "yes"),
        "VP/CN/tran-van-buoi-1990": ("review", "pending"),
        "DN1/CN/vu-van-na-1988": ("fail", "no"),
    }
    tenure = next(
        r
        for r in _rows(published, "verdicts")
        if r["nominee"].startswith("DN1") and r["criterion"] == "S0.CN.b.03"
    )
    assert tenure["outcome"] == "fail"
    assert re.fullmatch(r"công ty\.xlsx!Ca_nhan!\w\d+", tenure["evidence"])


def test_a_row_about_nobody_is_found_with_the_nearest_name(published: Path) -> None:
    found = [r for r in _rows(published, "findings") if r["code"] == "E401"]
    assert [(r["unit"], r["file"], r["sheet"], r["value"]) for r in found] == [
        ("DN1", "công ty.xlsx", "Xep_loai", "Vũ Văn Nà")
    ]
    assert "Vũ Văn Na" in found[0]["message"]


def test_manifest_names_inputs_outputs_and_what_was_conserved(
    published: Path, inbox: Path, roster: Path
) -> None:
    manifest = json.loads((published / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["programme"] == {
        "id": PROGRAMME,
        "version": "1",
        "sha256": load(PROGRAMME).sha256,
    }
    assert (manifest["as_of"], manifest["period"]) == ("2020-07-31", "2020-07")
    assert manifest["roster"] == {"file": "don-vi.csv", **file_facts(roster)}
    assert {row["file"]: row["sha256"] for row in manifest["inputs"]} == {
        path.relative_to(inbox).as_posix(): file_facts(path)["sha256"]
        for path in inbox.rglob("*.xlsx")
        if not path.name.startswith("~$")
    }
    for row in manifest["outputs"]:
        assert file_facts(published / row["path"]) == {"sha256": row["sha256"], "size": row["size"]}
    cells = manifest["conservation"]
    assert cells["cells_found"] == cells["cells_read"] + cells["cells_reported"] > 100
    assert (cells["files"], cells["nominees"]) == (4, 3)
    assert str(published.parent) not in json.dumps(manifest)


# --- the same bytes ------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [0, 1, 2])
def test_bytes_do_not_depend_on_workers_or_on_when(
    inbox: Path, roster: Path, published: Path, tmp_path: Path, jobs: int
) -> None:
    out = tmp_path / "again"
    run_month(_request(inbox, out, roster=roster, period="2020-07", jobs=jobs), _quiet)
    assert _tree(out) == _tree(published)


def test_bytes_do_not_depend_on_the_place_or_order_of_the_files(
    inbox: Path, roster: Path, published: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "khác"
    for path in sorted(inbox.rglob("*"), reverse=True):
        if path.is_file():
            target = moved / path.relative_to(inbox)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    run_month(_request(moved, tmp_path / "o", roster=roster, period="2020-07", jobs=0), _quiet)
    assert _tree(tmp_path / "o") == _tree(published)


# --- one bad file, one bad worker ----------------------------------------------------------------

_DEADLY = """
import os
from emubatch.per_file import read_and_check

def read_or_die(task):
    if task.file.name == "công ty.xlsx":
        os.abort()
    return read_and_check(task)
"""


def test_a_file_that_kills_its_worker_costs_that_file(
    inbox: Path, roster: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deadly_reader.py").write_text(_DEADLY, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(per_file, "read_and_check", __import__("deadly_reader").read_or_die)
    try:
        run_month(_request(inbox, tmp_path / "o", roster=roster, jobs=2), _quiet)
    finally:
        del sys.modules["deadly_reader"]
    rows = {r["file"] or r["unit"]: r["status"] for r in _rows(tmp_path / "o", "submissions")}
    assert rows == {
        "công ty.xlsx": "rejected",
        "hỏng.xlsx": "rejected",
        "VP.xlsx": "accepted",
        "zalo 2/VP (1).xlsx": "duplicate",
        "DN1": "missing",
        "DN2": "missing",
    }
    found = {r["file"]: r["code"] for r in _rows(tmp_path / "o", "findings")}
    assert found["công ty.xlsx"] == "F111"


class _FailsSome:
    """An engine in which some tasks end badly."""

    def __init__(self, function: str, failures: dict[int, TaskFailure]) -> None:
        self.function = function
        self.failures = failures

    def map(self, function: Callable[[Any], Any], tasks: Any) -> Iterator[tuple[int, Any]]:
        for at in reversed(range(len(tasks))):
            failure = self.failures.get(at) if function.__name__ == self.function else None
            yield at, failure or function(tasks[at])


def _with_failures(
    monkeypatch: pytest.MonkeyPatch, function: str, failures: dict[int, TaskFailure]
) -> None:
    @contextmanager
    def opened(*_: object) -> Iterator[_FailsSome]:
        yield _FailsSome(function, failures)

    monkeypatch.setattr(engine, "open_engine", opened)


def test_every_kind_of_failure_is_one_finding_about_its_file(
    inbox: Path, roster: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = {
        0: TaskFailure("timeout", seconds=60),
        1: TaskFailure("error", "KeyError"),
        2: TaskFailure("died", "exit -6"),
    }
    _with_failures(monkeypatch, "read_and_check", failures)
    run_month(_request(inbox, tmp_path / "o", roster=roster), _quiet)
    found = {r["file"]: r["code"] for r in _rows(tmp_path / "o", "findings")}
    assert set(found.values()) >= {"F111", "F112", "F116"}
    assert "60" in next(
        r["message"] for r in _rows(tmp_path / "o", "findings") if r["code"] == "F112"
    )


def test_a_return_that_cannot_be_written_is_said(
    inbox: Path, roster: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_failures(monkeypatch, "write_return", {0: TaskFailure("died", "exit -6")})
    outcome = run_month(_request(inbox, tmp_path / "o", roster=roster), _quiet)
    assert outcome.returned == 0
    codes = [r["code"] for r in _rows(tmp_path / "o", "findings") if r["file"] == "công ty.xlsx"]
    assert "F119" in codes
    row = next(r for r in _rows(tmp_path / "o", "submissions") if r["file"] == "công ty.xlsx")
    assert int(row["findings"]) == len(codes)


def test_a_return_that_failed_by_chance_is_written_after_all(
    inbox: Path,
    roster: Path,
    published: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _with_failures(monkeypatch, "write_return", {0: TaskFailure("error", "MemoryError")})
    run_month(_request(inbox, tmp_path / "o", roster=roster, period="2020-07"), _quiet)
    assert _tree(tmp_path / "o") == _tree(published)


def test_a_full_disk_while_writing_returns_publishes_nothing(
    inbox: Path, roster: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(task: per_file.ReturnTask) -> None:
        raise OSError(errno.ENOSPC, "full", str(task.path))

    monkeypatch.setattr(per_file, "write_return", full)
    with pytest.raises(RunFolderError) as caught:
        run_month(_request(inbox, tmp_path / "o", roster=roster, jobs=0), _quiet)
    assert caught.value.reason == "no_space"
    assert list(tmp_path.iterdir()) == []


def test_lost_cells_stop_the_run(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = per_file.read_and_check

    def lossy(task: per_file.ReadTask) -> Any:
        form = real(task)
        form.counts.cells_read -= 1
        return form

    monkeypatch.setattr(per_file, "read_and_check", lossy)
    with pytest.raises(month.ConservationError, match="cells"):
        run_month(_request(inbox, tmp_path / "o", jobs=0), _quiet)
    assert list(tmp_path.iterdir()) == []


# --- the month as a whole ------------------------------------------------------------------------


def test_an_empty_inbox_is_a_month_in_which_all_are_missing(roster: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    outcome = run_month(_request(tmp_path / "in", tmp_path / "o", roster=roster), _quiet)
    assert outcome.statuses == {"missing": 3}
    assert outcome.missing == (
        ("VP", "Văn phòng Sở"),
        ("DN1", "Công ty Ổi"),
        ("DN2", "Công ty Mận"),
    )
    assert outcome.eligibility == {}


def test_outcome_counts_what_was_published(inbox: Path, roster: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    outcome = run_month(
        _request(inbox, tmp_path / "o", roster=roster, jobs=0), lambda *args: told.append(args)
    )
    assert outcome.statuses == {
        "accepted": 1,
        "duplicate": 1,
        "missing": 1,
        "partial": 1,
        "rejected": 1,
    }
    assert outcome.eligibility == {"fail": 1, "pass": 1, "review": 1}
    assert (outcome.returned, outcome.as_of) == (1, load(PROGRAMME).as_of)
    assert ("read", 4, 4) in told
    assert {stage for stage, *_ in told} == {
        "read",
        "merge",
        "rules",
        "needs",
        "returns",
        "reports",
    }


def test_the_result_is_the_same_without_a_roster(inbox: Path, tmp_path: Path) -> None:
    outcome = run_month(_request(inbox, tmp_path / "o", jobs=0), _quiet)
    assert outcome.missing == ()
    assert outcome.statuses == {"accepted": 1, "duplicate": 1, "partial": 1, "rejected": 1}


@pytest.mark.parametrize(
    ("given", "as_of"),
    [
        ({"as_of": "15/06/2020"}, "2020-06-15"),
        ({"as_of": "2020-06-15", "period": "2020-02"}, "2020-06-15"),
        ({"period": "2020-02"}, "2020-02-29"),
        ({}, load(PROGRAMME).as_of),
    ],
)
def test_reference_date(tmp_path: Path, given: dict[str, str], as_of: str) -> None:
    request = _request(tmp_path, tmp_path, **given)
    assert month.reference_date(request, load(PROGRAMME)) == as_of


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"as_of": "07/2020"}, "bad_date"),
        ({"as_of": "hôm nay"}, "bad_date"),
        ({"period": "2020"}, "bad_period"),
        ({"period": "2020-13"}, "bad_period"),
        ({"inbox": Path("không có")}, "no_inbox"),
    ],
)
def test_wrong_requests(tmp_path: Path, given: dict[str, Any], reason: str) -> None:
    (tmp_path / "in").mkdir()
    request = MonthRequest(
        **{"programme": PROGRAMME, "inbox": tmp_path / "in", "out": tmp_path / "o", **given}
    )
    with pytest.raises(InputError) as caught:
        run_month(request, _quiet)
    assert caught.value.reason == reason
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("out", ["in", "in/o", "."])
def test_results_never_lie_among_the_forms(tmp_path: Path, out: str) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(InputError) as caught:
        run_month(_request(tmp_path / "in", tmp_path / out), _quiet)
    assert caught.value.reason == "nested"


def test_bad_programme_roster_or_output_stop_before_any_file_is_read(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def touched(*_: object) -> None:
        pytest.fail("a file was read")

    monkeypatch.setattr("emubatch.intake.scan", touched)
    with pytest.raises(ProgrammeError):
        run_month(_request(inbox, tmp_path / "o", settings=(("no_such", "1"),)), _quiet)
    with pytest.raises(RosterError):
        run_month(_request(inbox, tmp_path / "o", roster=tmp_path / "none.csv"), _quiet)
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "x").write_text("")
    with pytest.raises(RunFolderError):
        run_month(_request(inbox, tmp_path / "o"), _quiet)


def test_settings_show_in_results_and_manifest(inbox: Path, roster: Path, tmp_path: Path) -> None:
    request = _request(
        inbox, tmp_path / "o", roster=roster, jobs=0, settings=(("deadline_same_day", "late"),)
    )
    run_month(request, _quiet)
    late = {r["unit"]: r["late"] for r in _rows(tmp_path / "o", "submissions") if r["file"]}
    assert late["DN1"] == "yes"
    manifest = json.loads((tmp_path / "o" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["settings"] == {"deadline_same_day": "late"}
    assert manifest["programme"]["sha256"] != load(PROGRAMME).sha256


def test_a_mended_return_reads_clean(published: Path, roster: Path, tmp_path: Path) -> None:
    """The returned form, sent back as it is, gives the same findings and not more."""
    (tmp_path / "in").mkdir()
    shutil.copy(published / "tra-lai" / "DN1.xlsx", tmp_path / "in" / "DN1.xlsx")
    run_month(_request(tmp_path / "in", tmp_path / "o", roster=roster, jobs=0), _quiet)

    def about_company(folder: Path) -> list[tuple[str, str, str]]:
        return sorted(
            (r["code"], r["field"], r["value"])
            for r in _rows(folder, "findings")
            if r["unit"] == "DN1" and r["severity"] != "note"
        )

    assert about_company(tmp_path / "o") == about_company(published)
