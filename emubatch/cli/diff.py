"""``emubatch diff``: what is different between two published runs, and what is behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from emubatch.cli.options import Command, both, json_option, lang_option
from emubatch.cli.published import Published
from emubatch.messages import word
from emubatch.model import CHANGE_KINDS, Change, Changes, Lang

_WORDED = {
    "new": "status_{}",
    "replaced": "status_{}",
    "withdrawn": "status_{}",
    "unreadable": "status_{}",
    "missing": "status_{}",
    "status": "status_{}",
    "proposed": "report_proposed_{}",
    "score": "",
    "indicator": "",
    "target": "",
    "delegate": "",
}


@click.command(
    cls=Command,
    help=both(
        "So hai kết quả đã xuất: BEFORE (trước) và AFTER (sau). Mỗi chỗ là một thư mục kết quả,"
        " hoặc một tháng (NĂM-THÁNG) của thư mục làm việc.",
        "Compare two published runs. Each is a run folder, or a month (YYYY-MM) of the workspace.",
    ),
)
@click.argument("before")
@click.argument("after")
@json_option
@lang_option
def command(before: str, after: str, as_json: bool, lang: Lang) -> None:
    """Compare and print, by kind of difference."""
    from emubatch.changes import Run, compare
    from emubatch.cli.place import find_run

    runs = [Published(find_run(text)[1]) for text in (before, after)]
    found = compare(*(Run(run.folder, run.manifest) for run in runs))
    if as_json:
        click.echo(json.dumps(_plain(runs, found), ensure_ascii=False, indent=1))
        return
    click.echo("\n".join(_lines(runs, found, lang)))


def _plain(runs: list[Published], found: Changes) -> dict[str, Any]:
    names = ("period", "as_of", "programme", "settings")
    facts = [{name: run.manifest.get(name) for name in names} for run in runs]
    rows = [
        {key: value for key, value in asdict(row).items() if value or key in ("kind", "unit")}
        for row in found.rows
    ]
    return {"before": facts[0], "after": facts[1], "changes": rows}


def _lines(runs: list[Published], found: Changes, lang: Lang) -> Iterator[str]:
    old, new = (run.manifest for run in runs)
    yield word("diff_title", lang).format(
        before=runs[0].folder,
        before_as_of=old.get("as_of", "–"),
        after=runs[1].folder,
        after_as_of=new.get("as_of", "–"),
    )
    if not found.rows:
        yield word("report_no_changes", lang)
    for kind in CHANGE_KINDS:
        rows = [row for row in found.rows if row.kind == kind]
        if rows:
            yield ""
            yield f"{word(f'change_{kind}', lang)} ({len(rows)}):"
        for row in rows:
            yield from _change(row, lang)


def _change(row: Change, lang: Lang) -> Iterator[str]:
    who = " ".join(filter(None, (row.nominee or row.unit or "–", row.name, row.item)))
    sides = " → ".join(filter(None, (_value(row, code, lang) for code in (row.before, row.after))))
    causes = ", ".join(word(f"change_by_{cause}", lang) for cause in row.causes)
    because = word("diff_because", lang).format(causes=causes) if causes else ""
    yield "  " + " · ".join(filter(None, (who, sides, because)))
    for key, was, now, measured, measures in row.parts:
        texts = [
            f"{word(code, lang)} ({text})" if text else word(code, lang)
            for code, text in ((was, measured), (now, measures))
            if code
        ]
        yield f"    {key}: {' → '.join(texts)}"


def _value(row: Change, code: str, lang: Lang) -> str:
    pattern = _WORDED.get(row.kind, "{}")
    return word(pattern.format(code), lang) if pattern and code else code
