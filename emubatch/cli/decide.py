"""``emubatch decide``: the council's opinions become one result, its minutes and the register."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from emubatch.cli import ExitCode
from emubatch.cli.options import (
    Command,
    both,
    decision_options,
    json_option,
    lang_option,
    plan_option,
)
from emubatch.messages import line, render, word
from emubatch.model import Finding, Lang

if TYPE_CHECKING:
    from emubatch.council.rules import Majority
    from emubatch.sitting import SittingOutcome
    from emubatch.workspace import Workspace

_ORDER = ("agree", "lower", "reject", "later", "split", "")
_SHOWN = 20
_CELLS = 12
_FEW = 8  # of a cause without cells: so many are told one by one


@click.command(
    cls=Command,
    help=both(
        "Gộp ý kiến của Hội đồng trong các bản ket-qua.xlsx (FILE…) của kết quả RUN: biên bản, bất"
        " đồng, tiền thưởng; kết quả có số, ngày quyết định thì vào sổ khen thưởng. RUN là thư mục"
        " kết quả hoặc tháng (NĂM-THÁNG).",
        "Merge the council's opinions from copies of ket-qua.xlsx (FILE…) of the run RUN: minutes,"
        " disagreements, money; a result with number and date of its decision goes to the register."
        " RUN is a run folder or a month (YYYY-MM).",
    ),
)
@click.argument("run")
@click.argument("files", nargs=-1, metavar="FILE…", type=click.Path(path_type=Path))
@click.option("--undo", is_flag=True, help=both("Rút lại kết quả", "Take the result back"))
@click.option(
    "--meeting-date",
    default="",
    metavar="DATE",
    help=both("Ngày họp Hội đồng", "Date of the meeting"),
)
@decision_options
@click.option(
    "--issuer",
    default="",
    metavar="WHO",
    help=both("Người ký: mã hoặc tên, ví dụ GD_SO", "Who signs it: code or name, such as GD_SO"),
)
@click.option(
    "--majority",
    multiple=True,
    metavar="[FORM=]SHARE",
    help=both(
        "Tỷ lệ cần có (mặc định >1/2), riêng cho một hình thức: CSTD_TINH=>=80%",
        "Share needed (default >1/2), for one award alone: CSTD_TINH=>=80%",
    ),
)
@click.option(
    "--majority-of",
    type=click.Choice(("votes", "members")),
    help=both(
        "Tính trên số ý kiến (votes, mặc định) hay số thành viên (members)",
        "Of the votes given (default) or of all members",
    ),
)
@click.option(
    "--quorum",
    type=click.IntRange(min=0),
    metavar="N",
    help=both("Số ý kiến ít nhất cho một hồ sơ", "Votes needed at least on a nominee"),
)
@click.option(
    "--register",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=both(
        "Sổ theo dõi khen thưởng (mặc định: của thư mục làm việc)",
        "The register of awards (default: that of the workspace)",
    ),
)
@click.option(
    "--rewards",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=both(
        "Hệ số tiền thưởng, lương cơ sở do văn phòng điền (.xlsx)",
        "Coefficients of reward money and base salary, filled in by the office (.xlsx)",
    ),
)
@plan_option
@json_option
@lang_option
@click.pass_context
def command(
    ctx: click.Context, /, run: str, files: tuple[Path, ...], undo: bool, **options: Any
) -> int:
    """Hold the sitting, or take it back."""
    from emubatch.cli.place import find_run, plan_of_run
    from emubatch.sitting import SittingRequest, hold_sitting, undo_sitting

    place, folder = find_run(run)
    lang: Lang = options["lang"]
    register = options["register"] or (place.register_path if place else None)
    if undo:
        if files:
            raise click.UsageError(word("sitting_undo_files", lang), ctx)
        removed = undo_sitting(folder, register)
        click.echo(word("sitting_undone" if removed else "sitting_undone_folder", lang))
        return ExitCode.DONE
    if not files:
        raise click.UsageError(word("sitting_no_files", lang), ctx)
    stated = ("meeting_date", "decision_number", "decision_date", "issuer")
    keys = ("meeting", "number", "date", "issuer")
    outcome = hold_sitting(
        SittingRequest(
            run=folder,
            files=files,
            programme=options["programme"] or plan_of_run(place, folder),
            register=register,
            rewards=options["rewards"] or _rewards_of(place),
            majority=_majority(options, place),
            meeting={key: options[name] for key, name in zip(keys, stated, strict=True)},
            lang=lang,
        )
    )
    if options["as_json"]:
        click.echo(json.dumps(as_plain(outcome, lang), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(summary(outcome, lang)))
    to_mend = any(one.severity != "note" for one in outcome.findings)
    return ExitCode.FINDINGS if to_mend else ExitCode.DONE


def _rewards_of(place: Workspace | None) -> Path | None:
    """The office's own coefficients of money, where the workspace has them."""
    return place.existing(place.rewards) if place else None


def _majority(options: dict[str, Any], place: Workspace | None) -> Majority:
    """What was typed, else what the workspace says, else more than half of the votes.

    Raises:
        SittingError: ``bad_share``.
    """
    from emubatch.council.errors import SittingError
    from emubatch.council.rules import RuleError, majority_of

    stated: dict[str, Any] = dict(place.council) if place else {}
    try:
        return majority_of(
            options["majority"] or tuple(stated.get("majority", ())),
            stated.get("quorum", 0) if options["quorum"] is None else options["quorum"],
            options["majority_of"] or stated.get("majority_of", "votes"),
        )
    except RuleError as error:
        raise SittingError("bad_share", value=str(error)) from error


# --- printing ------------------------------------------------------------------------------------


def as_plain(outcome: SittingOutcome, lang: Lang) -> dict[str, Any]:
    """The outcome as values for JSON."""
    names = ("code", "severity", "file", "sheet", "cell", "value")
    return {
        "out": str(outcome.out),
        "members": [
            {"name": m.name, "unit": m.unit, "role": m.role, "files": m.files}
            for m in outcome.members
        ],
        "decisions": outcome.decisions,
        "differing": outcome.differing,
        "divided": outcome.divided,
        "register": outcome.registered,
        "awards": outcome.awards,
        "pending": outcome.pending,
        "findings": [
            {**{name: getattr(one, name) for name in names}, "message": render(one, lang)}
            for one in outcome.findings
        ],
    }


def summary(outcome: SittingOutcome, lang: Lang) -> list[str]:
    """Who voted, what came of it, what needs a talk, what went to the register."""
    names = [m.name or word("council_joint", lang) for m in outcome.members]
    counts = [
        f"{outcome.decisions[code]} {word('council_' + (code or 'none'), lang)}"
        for code in _ORDER
        if outcome.decisions.get(code)
    ]
    return [
        word("sitting_title", lang).format(count=len(names), names=", ".join(names)),
        " · ".join(counts),
        word("sitting_differences", lang).format(
            split=outcome.decisions.get("split", 0),
            differing=outcome.differing,
            divided=outcome.divided,
        ),
        *_findings(outcome.findings, lang),
        "",
        *_money(outcome, lang),
        word(f"sitting_register_{outcome.registered}", lang).format(
            count=outcome.awards, missing=", ".join(_needed(outcome, lang))
        ),
        *_pending(outcome, lang),
        word("sitting_out", lang).format(path=outcome.out),
        *_next(outcome, lang),
    ]


def _money(outcome: SittingOutcome, lang: Lang) -> Iterator[str]:
    """The sum, or that there is none yet; the sheet says what is missing."""
    money = outcome.money
    if money is None or not money.lines:
        return
    if money.total.amount is None:
        yield word("sitting_money_missing", lang).format(count=len(money.missing))
    else:
        total = f"{money.total.amount:,}"
        shown = total if lang == "en" else total.replace(",", ".")
        yield word("sitting_money", lang).format(amount=shown, count=len(money.lines))


def _needed(outcome: SittingOutcome, lang: Lang) -> Iterator[str]:
    """What the register still needs to know of the decision; the signer last, who may be clear."""
    meeting = outcome.meeting
    stated = {"number": meeting.number, "date": meeting.date, "issuer": outcome.issuer}
    return (word(f"sitting_needs_{key}", lang) for key, text in stated.items() if not text)


def _next(outcome: SittingOutcome, lang: Lang) -> Iterator[str]:
    """The documents come next; they are made in Vietnamese only."""
    run = str(outcome.out.parent)
    if lang == "vi" and outcome.decisions.get("agree", 0) + outcome.decisions.get("lower", 0):
        yield word("sitting_next", lang).format(run=f'"{run}"' if " " in run else run)


def _pending(outcome: SittingOutcome, lang: Lang) -> list[str]:
    if not outcome.pending or outcome.registered in ("not_decided", "no_register"):
        return []
    return [word("sitting_pending", lang).format(count=outcome.pending)]


def _findings(findings: list[Finding], lang: Lang) -> Iterator[str]:
    """What is to be mended, a cause of a file once; the minutes have notes and every cell."""
    shown = [one for one in findings if one.severity != "note"]
    if not shown:
        return
    yield ""
    yield word("sitting_findings", lang).format(count=len(shown))
    causes: dict[tuple[str, ...], list[Finding]] = {}
    times = Counter((one.file, one.code) for one in shown)
    for one in shown:
        many = one.cell or times[one.file, one.code] > _FEW
        cause = (one.file, one.sheet, one.code, "" if many else one.value)
        causes.setdefault(cause, []).append(one)
    for alike in list(causes.values())[:_SHOWN]:
        first, *others = alike
        yield f"  {line(first, lang)}"
        if others:
            cells = ", ".join(one.cell or one.value for one in others[:_CELLS])
            tail = ", …" if len(others) > _CELLS else ""
            text = word("sitting_more_cells", lang)
            yield "      " + text.format(count=len(others), cells=cells + tail)
    if len(causes) > _SHOWN:
        yield "  …"
    if len(causes) > _SHOWN or len(causes) < len(shown):
        yield "  " + word("sitting_all_findings", lang)
