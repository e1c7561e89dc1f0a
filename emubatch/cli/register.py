"""``emubatch register``: the history of awards: import, undo, export, show, find, (not-)same."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from emubatch.cli import ExitCode
from emubatch.cli.options import both, json_option, lang_option
from emubatch.cli.programme import Group
from emubatch.messages import line, word
from emubatch.model import Lang

if TYPE_CHECKING:
    from emubatch.register_book import Book

_SHOWN = 50
_KEY = 12  # letters of the key of a batch that are shown
_SHORTEST = 6  # and that may be typed


@click.group(
    cls=Group,
    help=both(
        "Sổ theo dõi khen thưởng: nhập sổ của Văn phòng, xuất ra Excel, xem, tìm.",
        "The register of awards: import the office's books, export, show, find.",
    ),
)
@lang_option
def command(lang: Lang) -> None:
    """Only the language is kept here; the work is below."""


def _register_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--register",
        "path",
        metavar="PATH",
        type=click.Path(path_type=Path),
        callback=_place,
        help=both(
            "Tệp sổ (mặc định: register.sqlite của thư mục làm việc)",
            "The register file (default: register.sqlite of the workspace)",
        ),
    )(function)


def _place(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path:
    """The file stated, or that of the workspace that the current folder lies in."""
    if value is not None:
        return value
    from emubatch.workspace import find_workspace

    if find_workspace(Path()) is None:
        raise click.MissingParameter(ctx=ctx, param=param)
    from emubatch.cli.place import open_workspace

    return open_workspace(None).register_path


@command.command(
    "import",
    help=both(
        "Nhập sổ Excel của Văn phòng. Sổ có lỗi thì không nhập gì, trừ khi thêm --skip-errors.",
        "Import the office's Excel books. With an error nothing is imported, unless --skip-errors.",
    ),
)
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@_register_option
@click.option(
    "--skip-errors",
    is_flag=True,
    help=both("Bỏ qua các dòng có lỗi, nhập các dòng còn lại", "Leave out the rows with errors"),
)
@lang_option
def import_(files: tuple[Path, ...], path: Path, skip_errors: bool, lang: Lang) -> int:
    """Read every book, say what is wrong, then write all of them at once."""
    from emubatch.register import Batch, open_register
    from emubatch.register_book import read_book

    books = [read_book(file) for file in files]
    for book in books:
        for found in book.findings:
            if found.severity != "note":
                click.echo(line(found, lang))
    errors = sum(book.errors for book in books)
    if errors and not (skip_errors and all(book.rows for book in books)):
        click.echo(word("register_not_imported", lang).format(errors=errors), err=True)
        return ExitCode.FINDINGS if all(book.rows for book in books) else ExitCode.INPUT
    with open_register(path, write=True) as register:
        added = [
            register.add(Batch("import", book.file, book.sha256), book.facts) for book in books
        ]
    for book, new in zip(books, added, strict=True):
        click.echo(_imported(book, new, lang))
    return ExitCode.FINDINGS if errors else ExitCode.DONE


def _imported(book: Book, new: bool, lang: Lang) -> str:
    words = word("register_imported" if new else "register_known", lang)
    facts = book.facts
    return words.format(
        file=book.file,
        rows=book.rows,
        skipped=book.skipped,
        awards=len(facts.awards),
        initiatives=len(facts.initiatives),
        discipline=len(facts.discipline),
    )


@command.command(
    help=both(
        "Xuất sổ ra Excel; tệp ấy nhập lại được và có trang hỏi ai là ai",
        "Write the register as a workbook, which can be imported again",
    )
)
@click.argument("out", metavar="OUT.xlsx", type=click.Path(path_type=Path, dir_okay=False))
@_register_option
@click.option("--replace", is_flag=True, help=both("Ghi đè tệp đã có", "Overwrite the file"))
@lang_option
def export(out: Path, path: Path, replace: bool, lang: Lang) -> int:
    """Write beside the place first, so that nothing half-written stays."""
    from emubatch.register import open_register
    from emubatch.register_export import write_book

    if out.exists() and not replace:
        click.echo(word("template_exists", lang).format(path=out, count=1), err=True)
        return ExitCode.LOCKED
    draft = out.with_name(f".{out.name}.part")
    try:
        with open_register(path) as register:
            counts = write_book(draft, register, lang)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    click.echo(out)
    click.echo(word("register_exported", lang).format(rows=sum(counts.values())), err=True)
    return ExitCode.DONE


@command.command(help=both("Xem sổ có những gì", "Show what the register holds"))
@_register_option
@json_option
@lang_option
def show(path: Path, as_json: bool, lang: Lang) -> None:
    """Counts, imports, and the name of this state."""
    from emubatch.register import open_register

    with open_register(path) as register:
        counts, batches, digest = register.counts(), register.batches(), register.digest()
    if as_json:
        names = ("kind", "file", "sha256", "facts", "key")
        rows = [dict(zip(names, batch, strict=True)) for batch in batches]
        facts = {"register": str(path), "digest": digest, "counts": counts, "batches": rows}
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
        return
    for name, count in counts.items():
        click.echo(f"{word(f'register_table_{name}', lang):<24} {count:>8}")
    for batch in batches:
        click.echo(f"  {_batch(batch, lang)}")
    click.echo(f"sha256 {digest}")


def _batch(batch: Sequence[Any], lang: Lang) -> str:
    kind, file, _, facts, key = batch
    return f"{key[:_KEY]}  {word(f'register_batch_{kind}', lang)} {file} ({facts})"


@command.command(
    help=both(
        "Rút lại một lần nhập; điều mà sổ khác cũng ghi thì còn lại",
        "Take back an import; what other books also state stays",
    )
)
@click.argument("wanted", metavar="FILE|KEY")
@_register_option
@lang_option
def undo(wanted: str, path: Path, lang: Lang) -> int:
    """The import of this file name, or of this beginning of a key as ``show`` lists it."""
    from emubatch.register import open_register
    from emubatch.register.facts import IMPORT

    with open_register(path, write=True, make=False) as register:
        batches = register.batches()
        found = [one for one in batches if _meant(one, wanted)]
        if len(found) == 1 and found[0][0] == IMPORT:
            register.remove(found[0][4])
            click.echo(word("register_undone", lang).format(file=found[0][1], facts=found[0][3]))
            return ExitCode.DONE
    reason = "decided" if len(found) == 1 else "several" if found else "no"
    click.echo(word(f"register_undo_{reason}", lang).format(value=wanted), err=True)
    for batch in found or batches:
        click.echo(f"  {_batch(batch, lang)}", err=True)
    return ExitCode.INPUT


def _meant(batch: Sequence[Any], wanted: str) -> bool:
    from emubatch.vietnamese import nfc

    _, file, sha256, _, key = batch
    if file == nfc(wanted).replace("\\", "/").rpartition("/")[2]:
        return True
    return len(wanted) >= _SHORTEST and any(s.startswith(wanted.lower()) for s in (key, sha256))


@command.command(
    help=both(
        "Tìm theo tên, mã cán bộ, mã trong sổ hoặc số quyết định",
        "Find by name, staff code, key or decision number",
    )
)
@click.argument("text", metavar="NAME|NUMBER")
@_register_option
@json_option
@lang_option
def find(text: str, path: Path, as_json: bool, lang: Lang) -> int:
    """People and collectives with their awards, each with file, sheet and row."""
    from emubatch.register import open_register
    from emubatch.register.store import AWARD, HOLDER

    with open_register(path) as register:
        holders, awards = register.find(text)
    people = [dict(zip(HOLDER, row, strict=True)) for row in holders]
    held = [dict(zip(AWARD, row, strict=True)) for row in awards]
    if as_json:
        click.echo(json.dumps({"holders": people, "awards": held}, ensure_ascii=False, indent=1))
        return ExitCode.DONE
    if not people:
        click.echo(word("register_not_found", lang).format(value=text), err=True)
        return ExitCode.DONE
    for person, row in list(zip(people, holders, strict=True))[:_SHOWN]:
        click.echo(_person(row))
        for award in held:
            if award["holder"] == person["key"]:
                click.echo("    " + _award(award, lang))
    if len(people) > _SHOWN:
        click.echo(f"… (+{len(people) - _SHOWN})")
    return ExitCode.DONE


def _person(row: Sequence[Any]) -> str:
    from emubatch.register_export import describe

    return f"{row[0]}  {describe(tuple(row))}"


def _award(award: dict[str, Any], lang: Lang) -> str:
    from emubatch.programme.tables import in_lang
    from emubatch.register.form import book_form
    from emubatch.vietnamese import day_first

    lists = book_form().lists
    choice = next((c for c in lists["ma_kt"] if c.code == award["code"]), None)
    label = award["code"]
    if choice is not None:
        label = in_lang(choice, "label", lang)
    parts = (label, award["years"], award["number"], day_first(award["date"]))
    place = f"{award['file']} › {award['sheet']} › {award['row']}"
    return f"{', '.join(filter(None, parts))}  [{place}]"


def _remember(path: Path, a: str, b: str, lang: Lang, *, same: bool) -> None:
    from emubatch.register import open_register

    with open_register(path, write=True, make=False) as register:
        register.answer(a, b, same=same)
    click.echo(word("register_same" if same else "register_not_same", lang).format(a=a, b=b))


@command.command(
    help=both("Hai mã là cùng một người; được nhớ", "Two keys are the same person; remembered")
)
@click.argument("a", metavar="KEY")
@click.argument("b", metavar="KEY")
@_register_option
@lang_option
def same(a: str, b: str, path: Path, lang: Lang) -> None:
    """Remember that two keys are one person."""
    _remember(path, a, b, lang, same=True)


@command.command(
    "not-same",
    help=both("Hai mã là hai người khác nhau; được nhớ", "Two keys are two people; remembered"),
)
@click.argument("a", metavar="KEY")
@click.argument("b", metavar="KEY")
@_register_option
@lang_option
def not_same(a: str, b: str, path: Path, lang: Lang) -> None:
    """Remember that two keys are two people."""
    _remember(path, a, b, lang, same=False)
