"""``emubatch programme``: list, show, check, new."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from emubatch.cli import main
from emubatch.programme.load import TABLES, builtin_ids, column_names, load


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["programme", *arguments], standalone_mode=False)


def test_list() -> None:
    lines = {line.split()[0]: line for line in run("list").output.splitlines()}
    assert list(lines) == list(builtin_ids())
    models = lines["bacgiang-models-2020"]
    assert models.endswith("(xét tiêu chuẩn, chỉ tiêu số lượng, hồ sơ, thời hạn)")
    assert "eligibility, quotas" in run("list", "--lang", "en").output


def test_list_json() -> None:
    rows = {row["id"]: row for row in json.loads(run("list", "--json", "--lang", "en").output)}
    assert rows["bacgiang-scorecard-2017"]["kinds"] == ["scorecard", "indicators"]


def test_show_is_the_outline_with_clauses_and_readings() -> None:
    text = run("show", "bacgiang-models-2020").output
    assert (
        "      S0.TT.2b  Bằng khen của Chủ tịch UBND tỉnh, ít nhất 1 [HD.2.1]: count"
        " Thanh_tich.ma_kt : BK_TINH nguoi_ky = CT_UBND_TINH" in text
    )
    assert "individual CO_QUAN_SO: 10 [HD.3]" in text
    assert "HO_SO: Hồ sơ về Văn phòng Sở trước 2020-07-18 [HD.5]" in text
    assert "tenure_borderline_days = 31  0.2:" in text
    for row in load("bacgiang-models-2020").criteria:
        assert f"{row.id}  {row.label_vi} [{row.clause}]" in text


def test_show_the_scorecard_in_english() -> None:
    text = run("show", "bacgiang-scorecard-2017", "--lang", "en").output
    assert "I.2  Drafting of documents: 100 (+) — a good and in time 100 · b weak" in text
    assert "GTSXCN_2018: Target 2018: industrial output (TY) ← GTSXCN [III.1]" in text


def test_show_json_with_a_changed_reading() -> None:
    facts = json.loads(run("show", "bacgiang-models-2020", "--json", "--set", "at_least=>").output)
    assert facts["id"] == "bacgiang-models-2020"
    assert {row["key"]: row["value"] for row in facts["settings"]}["at_least"] == ">"
    assert len(facts["criteria"]) == len(load("bacgiang-models-2020").criteria)


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("bacgiang-models-2020", "0 chỗ cần sửa, 2 cảnh báo, 0 ghi chú, "),
        ("bacgiang-scorecard-2017", "0 chỗ cần sửa, 10 cảnh báo, 6 ghi chú, "),
    ],
)
def test_check_runs_the_cases(name: str, counts: str) -> None:
    result = run("check", name)
    assert result.return_value == 0
    last = result.output.splitlines()[-1]
    assert last.startswith(counts)
    assert int(last.removeprefix(counts).split()[0]) > 20


def test_check_says_where_the_document_contradicts_itself() -> None:
    lines = run("check", "bacgiang-scorecard-2017", "--no-cases", "--lang", "en").output.split("\n")
    assert (
        "figures.csv:5 stated: Target 2018: retail [III.1]: the document says 15,7%,"
        " the two values give 2,3% (22.700 / 22.190) (warning)" in lines
    )
    text = run("check", "bacgiang-scorecard-2017", "--no-cases").output
    assert "«d» có hai lần, đúng thứ tự là «đ» (cảnh báo)" in text
    assert "(ghi chú)" in text


def test_check_names_table_line_column_and_the_nearest(tmp_path: Path) -> None:
    run("new", str(tmp_path / "p"), "--from", "bacgiang-models-2020")
    path = tmp_path / "p" / "criteria.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace(",none,", ",nnone,"), encoding="utf-8")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if row.startswith("S0.KL"))
    result = run("check", str(tmp_path / "p"), "--lang", "en")
    assert result.return_value == 5
    assert result.output.splitlines() == [
        f"criteria.csv:{line} test: there is no test «nnone»; nearest: none",
        "1 to mend, 0 warnings, 0 notes, 0 worked cases as expected",
    ]


def test_check_json() -> None:
    result = run("check", "bacgiang-model", "--json")
    facts = json.loads(result.output)
    assert result.return_value == 5
    assert facts["problems"][0]["code"] == "unknown_programme"
    assert "bacgiang-models-2020" in facts["problems"][0]["nearest"]


def test_check_says_which_case_is_wrong(tmp_path: Path) -> None:
    run("new", str(tmp_path / "p"))
    path = tmp_path / "p" / "cases" / "vi-du.csv"
    text = path.read_text(encoding="utf-8").replace("1.c,không đạt", "1.c,đạt")
    path.write_text(text, encoding="utf-8")
    result = run("check", str(tmp_path / "p"))
    assert result.return_value == 5
    assert "cases/vi-du.csv:12 expect: ca «Nộp muộn»: 1.c: fail" in result.output
    assert run("check", str(tmp_path / "p"), "--no-cases").return_value == 0


@pytest.mark.parametrize("origin", ["", "bacgiang-models-2020", "bacgiang-scorecard-2017"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_new_programme_is_whole_and_explained(tmp_path: Path, origin: str, lang: str) -> None:
    folder = tmp_path / "Kế hoạch 2026"
    result = run("new", str(folder), "--lang", lang, *(["--from", origin] if origin else []))
    assert result.exception is None
    programme = load(str(folder))
    assert programme.id == "ke-hoach-2026"
    if origin:
        assert programme.criteria == tuple(
            # The explanations above each table move its lines down.
            type(row)(**{**_values(row), "line": new.line})
            for row, new in zip(load(origin).criteria, programme.criteria, strict=True)
        )
    for table in TABLES.keys() - {"lists"}:
        with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
            comments = [row[0] for row in csv.reader(file) if row[0].startswith("#")]
        columns = column_names(TABLES[table][0])
        assert [text.split(":")[0].removeprefix("# ") for text in comments[1:]] == list(columns)
    assert run("check", str(folder)).return_value == 0


def _values(row: object) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__slots__}  # type: ignore[attr-defined]


def test_new_never_writes_into_a_folder_with_files(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(main, ["programme", "new", str(tmp_path)])
    assert result.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_help_in_both_languages() -> None:
    assert "Liệt kê các chương trình" in run("--help").output
    assert "List the programmes" in run("--lang", "en", "--help").output
