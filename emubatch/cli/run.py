"""``emubatch run``: the whole month, from the inbox to a published run folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from emubatch.cli.options import (
    Command,
    both,
    json_option,
    lang_option,
    limits_option,
    settings_option,
)
from emubatch.messages import word
from emubatch.model import OUTCOMES, SUBMISSION_STATUSES, Lang
from emubatch.programme.tables import in_lang
from emubatch.runfolder import RETURNS
from emubatch.vietnamese import day_first

if TYPE_CHECKING:
    from emubatch.month import MonthOutcome

PROPOSED = ("yes", "over_quota", "tie", "pending", "no")
SHOWN_UNITS = 10
_BAR = 24


@click.command(
    cls=Command,
    help=both(
        "Chạy cả tháng: đọc mọi biểu mẫu trong --inbox, kiểm tra, xét theo chương trình, rồi công"
        " bố kết quả ở --out. Kết quả hiện ra trọn vẹn hoặc không có gì. Trong thư mục làm việc"
        " (WORKSPACE, hoặc thư mục hiện tại) không cần ghi gì thêm: kết quả vào results/NĂM-THÁNG,"
        " thay lần chạy trước của tháng ấy nếu tháng chưa đóng.",
        "Run the month: read every form in --inbox, check it, apply the programme, publish the"
        " results as --out. They appear whole or not at all. In a workspace (WORKSPACE, or the"
        " current folder) nothing needs to be stated: results go to results/YYYY-MM and replace"
        " the earlier run of that month unless it is closed.",
    ),
)
@click.argument("workspace", required=False, type=click.Path(path_type=Path))
@click.option(
    "--programme",
    envvar="EMUBATCH_PROGRAMME",
    metavar="ID|DIR|XLSX",
    help=both(
        "Chương trình: mã, thư mục, hoặc tệp kế hoạch .xlsx",
        "The programme: its id, its folder, or a plan workbook",
    ),
)
@click.option(
    "--inbox",
    envvar="EMUBATCH_INBOX",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help=both("Thư mục chứa biểu mẫu nhận được", "Folder with the forms received"),
)
@click.option(
    "--out",
    envvar="EMUBATCH_OUT",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help=both("Thư mục kết quả, chưa có hoặc trống", "The run folder, new or empty"),
)
@click.option(
    "--roster",
    envvar="EMUBATCH_ROSTER",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=both("Danh sách đơn vị (.xlsx, .csv)", "The expected units (.xlsx, .csv)"),
)
@click.option(
    "--register",
    envvar="EMUBATCH_REGISTER",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=both(
        "Sổ theo dõi khen thưởng, để đối chiếu thành tích kê khai",
        "The register of awards, to compare claims with",
    ),
)
@click.option(
    "--period",
    default="",
    envvar="EMUBATCH_PERIOD",
    metavar="YYYY-MM",
    help=both("Tháng", "The month"),
)
@click.option(
    "--as-of",
    default="",
    envvar="EMUBATCH_AS_OF",
    metavar="DATE",
    help=both(
        "Ngày xét (mặc định: ngày cuối của --period, hoặc ngày của chương trình)",
        "Reference date (default: last day of --period, or the programme's)",
    ),
)
@click.option(
    "--jobs",
    envvar="EMUBATCH_JOBS",
    type=click.IntRange(min=0),
    metavar="N",
    help=both("Số tiến trình đọc, 0 là không dùng", "Worker processes, 0 for none"),
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help=both("Địa chỉ cụm Dask", "Address of a Dask cluster"),
)
@settings_option
@limits_option
@click.option(
    "--replace",
    is_flag=True,
    help=both("Thay kết quả đã có ở --out", "Replace the results already in --out"),
)
@click.option(
    "--waivers",
    envvar="EMUBATCH_WAIVERS",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=both(
        "Miễn, sửa của văn phòng (.xlsx); mẫu trống: emubatch init",
        "Waivers and corrections of the office (.xlsx); a blank one: emubatch init",
    ),
)
@click.option(
    "--rewards",
    envvar="EMUBATCH_REWARDS",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=both(
        "Hệ số tiền thưởng, lương cơ sở do văn phòng điền (.xlsx); mẫu: emubatch init",
        "Coefficients of reward money and base salary, filled in by the office (.xlsx); a form to"
        " start from: emubatch init",
    ),
)
@click.option(
    "--supersede",
    envvar="EMUBATCH_SUPERSEDE",
    type=click.Choice(("newest", "ask")),
    help=both(
        "Nhiều biểu mẫu của một đơn vị: dùng bản mới nhất (newest, mặc định); hoặc ask: nếu danh"
        " sách đề nghị khác nhau thì chưa dùng bản nào",
        "Several forms of one unit: use the newest (default); or ask: use none of them while they"
        " disagree about the nominees",
    ),
)
@click.option(
    "--previous",
    metavar="RUN",
    type=click.Path(path_type=Path),
    help=both(
        "Lần chạy trước để so (trang «Thay đổi»); trong thư mục làm việc: tự tìm",
        "An earlier run to compare with (sheet «Thay đổi»); found by itself in a workspace",
    ),
)
@click.option(
    "--close",
    is_flag=True,
    help=both("Đóng tháng sau khi chạy: không bị thay nữa", "Close the month when it is published"),
)
@click.option(
    "--anonymous",
    is_flag=True,
    help=both(
        "Kết quả ẩn danh để gửi ra ngoài: mã thay cho tên người, đơn vị, tệp; không có biểu mẫu"
        " trả lại, không có dữ liệu gộp",
        "Results for sending outside: codes for people, units and files; no returned forms, no"
        " merged data set",
    ),
)
@click.option(
    "--codes",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=both(
        "Bảng mã ẩn danh, văn phòng giữ (mặc định: ma-an-danh.csv trong thư mục làm việc, hoặc"
        " cạnh --out)",
        "The file of codes, which the office keeps (default: ma-an-danh.csv in the workspace, or"
        " beside --out)",
    ),
)
@json_option
@lang_option
@click.pass_context
def command(
    ctx: click.Context, /, workspace: Path | None, close: bool, as_json: bool, **options: Any
) -> None:
    """Run the month and say what came of it."""
    from emubatch.cli.place import request_of
    from emubatch.month import run_month
    from emubatch.runfolder import close_run_folder

    request = request_of(ctx, workspace, options)
    with ProgressLine(request.lang) as progress:
        outcome = run_month(request, progress)
    if outcome.beside is not None:
        held = word("runfolder_beside", request.lang)
        click.echo(held.format(path=outcome.beside, out=outcome.out), err=True)
    elif close:
        close_run_folder(request.out)
    lines = [json.dumps(as_plain(outcome), ensure_ascii=False, indent=1)]
    click.echo("\n".join(lines if as_json else summary(outcome, request.lang)))


class ProgressLine:
    """One line on stderr, drawn over and over; silent where stderr is no terminal."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self.shown = sys.stderr.isatty()
        self.last = ""

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *_: object) -> None:
        if self.shown and self.last:
            click.echo("\r" + " " * len(self.last) + "\r", err=True, nl=False)

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is; ``total`` 0 when it has no parts."""
        if not self.shown:
            return
        text = word(f"stage_{stage}", self.lang)
        if total:
            filled = _BAR * done // total
            text += f" [{'#' * filled}{'.' * (_BAR - filled)}] {done}/{total}"
        click.echo("\r" + text.ljust(len(self.last)), err=True, nl=False)
        self.last = text


def as_plain(outcome: MonthOutcome) -> dict[str, Any]:
    """The outcome as values for JSON."""
    return {
        "out": str(outcome.out),
        "programme": outcome.programme.id,
        "version": outcome.programme.version,
        "as_of": outcome.as_of,
        "submissions": outcome.statuses,
        "findings": outcome.severities,
        "eligibility": outcome.eligibility,
        "proposed": outcome.proposed,
        "scores": outcome.scores,
        "missing": [code for code, _ in outcome.missing],
        "returned": outcome.returned,
        **({"targets": outcome.targets} if outcome.targets else {}),
        **({"conferences": outcome.conferences} if outcome.conferences else {}),
        **({"claims": outcome.claims} if outcome.claims else {}),
    }


def summary(outcome: MonthOutcome, lang: Lang) -> list[str]:
    """What a clerk wants to know first: how many, who is missing, what to open, what to do."""
    programme = outcome.programme
    title = in_lang(programme, "title", lang)
    date = outcome.as_of if lang == "en" else day_first(outcome.as_of)
    return [
        word("run_title", lang).format(title=title, as_of=date),
        "",
        *_counts(outcome, lang),
        *_missing(outcome, lang),
        "",
        word("run_outputs", lang).format(path=outcome.out),
        *(f"  {name:<18} {text}" for name, text in _outputs(outcome, lang)),
        "",
        word("run_next", lang),
        *(f"  – {text}" for text in _next(outcome, lang)),
    ]


def _counts(outcome: MonthOutcome, lang: Lang) -> Iterator[str]:
    statuses = [(code, f"status_{code}") for code in SUBMISSION_STATUSES]
    verdicts = [(code, code) for code in (*reversed(OUTCOMES[:3]), "na", "progress")]
    scores = [(code, f"run_score_{code}") for code in ("scored", "review", "error")]
    claims = [(code, f"claim_{code}") for code in ("confirmed", "unknown", "contradicted")]
    severities = [(code, f"severity_{code}") for code in ("error", "warning", "note")]
    for heading, names, counts in (
        ("run_files", statuses, outcome.statuses),
        ("run_nominees", verdicts, outcome.eligibility),
        ("run_scores", scores, outcome.scores),
        ("run_targets", verdicts, outcome.targets),
        ("run_conferences", verdicts, outcome.conferences),
        ("run_claims", claims, outcome.claims),
        ("run_findings", severities, outcome.severities),
    ):
        parts = [f"{counts[code]} {word(key, lang)}" for code, key in names if counts.get(code)]
        if heading == "run_files" and not parts:
            parts = [word("run_no_files", lang)]
        if parts:
            yield f"{word(heading, lang):<16} {' · '.join(parts)}"


def _missing(outcome: MonthOutcome, lang: Lang) -> Iterator[str]:
    if not outcome.missing:
        return
    yield ""
    yield word("run_missing", lang).format(count=len(outcome.missing))
    for code, name in outcome.missing[:SHOWN_UNITS]:
        yield f"  {code} {name}"
    if len(outcome.missing) > SHOWN_UNITS:
        yield "  …"


def _outputs(outcome: MonthOutcome, lang: Lang) -> Iterator[tuple[str, str]]:
    for name, key in (
        ("ket-qua.xlsx", "run_file_result"),
        *(() if outcome.codes else (("tong-hop.xlsx", "run_file_merged"),)),
        ("bao-cao.html", "run_file_summary"),
    ):
        yield name, word(key, lang)
    if outcome.returned:
        yield f"{RETURNS}/", word("run_file_returns", lang).format(count=outcome.returned)
    if outcome.questions:
        yield "ai-la-ai.xlsx", word("run_file_questions", lang).format(count=outcome.questions)
    yield "data/", word("run_file_data", lang)


def _next(outcome: MonthOutcome, lang: Lang) -> Iterator[str]:
    from emubatch.workspace import find_workspace

    named = not outcome.codes  # results under codes are for sending outside, and end here
    home = find_workspace(outcome.out) if named else None
    due = {
        "returns": outcome.returned,
        "missing": len(outcome.missing),
        "reply": home is not None,
        "rejected": outcome.statuses.get("rejected", 0),
        "review": outcome.eligibility.get("review", 0),
        "council": sum(outcome.eligibility.values()) if named else 0,
        "letters": named and lang == "vi",
        "rerun": 1,
    }
    run = str(outcome.out)
    run = f'"{run}"' if " " in run else run
    for key, count in due.items():
        if count:
            yield word(f"run_next_{key}", lang).format(run=run)
    if outcome.codes:
        yield word("run_next_codes", lang).format(path=outcome.codes)
