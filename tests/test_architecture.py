"""The house keeps its shape. Each guard is a function of source text, with a case it must catch."""

from __future__ import annotations

import ast
import csv
import re
import statistics
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "emubatch"
LONGEST_FILE, LONGEST_FUNCTION, MEDIAN_FUNCTION = 500, 60, 10

Guard = Callable[[str], list[str]]


def sources(*, without: str = "") -> list[Path]:
    """Modules of the package, except those of one room."""
    return [
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if not without or path.relative_to(PACKAGE).parts[0] not in (without, f"{without}.py")
    ]


def offences(guard: Guard, paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {found}"
        for path in paths
        for found in guard(path.read_text(encoding="utf-8"))
    ]


# --- Excel stays in one room -----------------------------------------------------------------

EXCEL_NAMES = {"read_excel", "to_excel", "ExcelFile", "ExcelWriter"}
_A1 = re.compile(r"\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6}(:\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6})?")


def excel_names(source: str) -> list[str]:
    """Ways in which pandas can smuggle Excel past the import rule."""
    return [
        f"line {node.lineno}: {name}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute | ast.Name)
        and (name := node.attr if isinstance(node, ast.Attribute) else node.id) in EXCEL_NAMES
    ]


def message_codes() -> set[str]:
    with (PACKAGE / "messages" / "catalogue.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["code"] for row in csv.DictReader(file)}


def cell_addresses(source: str) -> list[str]:
    """String literals that are a cell address; codes of messages have the same look and are not."""
    codes = message_codes()
    return [
        f"line {node.lineno}: {node.value!r}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _A1.fullmatch(node.value)
        and node.value not in codes
    ]


@pytest.mark.parametrize("guard", [excel_names, cell_addresses])
def test_only_the_excel_room_knows_excel(guard: Guard) -> None:
    assert offences(guard, sources(without="xl")) == []


def test_excel_guards_can_fail() -> None:
    assert excel_names("frame.to_excel('x')") == ["line 1: to_excel"]
    assert excel_names("from pandas import x\nExcelWriter(x)") == ["line 2: ExcelWriter"]
    assert cell_addresses("sheet.write('$B$12', 1)") == ["line 1: '$B$12'"]
    assert cell_addresses("'A1:C3'") == ["line 1: 'A1:C3'"]
    assert cell_addresses("'T', 'emubatch', 'E1x'") == []


# --- Same inputs, same bytes ------------------------------------------------------------------

CLOCKS = {"now", "today", "utcnow", "localtime", "gmtime"}


def clock_calls(source: str) -> list[str]:
    """Reads of the wall clock: a month is a function of its inputs."""
    return [
        f"line {node.lineno}: {node.func.attr}()"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
    ]


def test_no_room_reads_the_clock() -> None:
    assert offences(clock_calls, sources(without="cli")) == []


def test_clock_guard_can_fail() -> None:
    assert clock_calls("from datetime import date\ndate.today()") == ["line 2: today()"]


# --- Plain code -------------------------------------------------------------------------------

EVALUATORS = {"eval", "exec", "compile"}
TEXT_FILES = {"open", "read_text", "write_text"}


def evaluations(source: str) -> list[str]:
    """Calls that run text as code: rules are data with a closed set of tests."""
    return [
        f"line {node.lineno}: {node.func.id}()"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in EVALUATORS
    ]


def unstated_encodings(source: str) -> list[str]:
    """Text files opened in whatever encoding the PC happens to have."""
    return [
        f"line {node.lineno}: {name}() without encoding"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and (name := _called(node)) in TEXT_FILES
        and not _is_binary(node)
        and not any(keyword.arg in ("encoding", None) for keyword in node.keywords)
    ]


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return "" if _is_module(node.func.value) else node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _is_module(node: ast.expr) -> bool:
    """``os.open``, the formatter of a help page and the like are not text files."""
    return isinstance(node, ast.Name) and node.id in ("os", "zipfile", "formatter")


def _is_binary(node: ast.Call) -> bool:
    """A mode with ``b``, or the member of an archive (opened by its name or entry)."""
    values = [*node.args, *(k.value for k in node.keywords if k.arg == "mode")]
    modes = [v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)]
    members = [v for v in node.args if not isinstance(v, ast.Constant)]
    return any("b" in mode and len(mode) <= 3 for mode in modes) or (
        bool(members) and _called(node) == "open"
    )


@pytest.mark.parametrize("guard", [evaluations, unstated_encodings])
def test_code_is_plain(guard: Guard) -> None:
    assert offences(guard, sources()) == []


def test_plain_code_guards_can_fail() -> None:
    assert evaluations("eval('1')") == ["line 1: eval()"]
    assert unstated_encodings("path.read_text()") == ["line 1: read_text() without encoding"]
    assert unstated_encodings("path.open('w')") == ["line 1: open() without encoding"]
    assert unstated_encodings("path.open('rb')\npath.read_text(encoding='utf-8')") == []


# --- Sizes ------------------------------------------------------------------------------------


def function_lengths(source: str) -> Iterator[tuple[str, int]]:
    """Name and lines of each function, its docstring and its nested functions left out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            nested = sum(
                _lines(inner)
                for inner in ast.walk(node)
                if isinstance(inner, ast.FunctionDef) and inner is not node
            )
            first = node.body[0]
            docstring = _lines(first) if ast.get_docstring(node) else 0
            yield node.name, _lines(node) - nested - docstring


def _lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def long_functions(source: str) -> list[str]:
    return [
        f"{name} has {lines} lines"
        for name, lines in function_lengths(source)
        if lines > LONGEST_FUNCTION
    ]


def long_files(source: str) -> list[str]:
    lines = source.count("\n")
    return [f"{lines} lines"] if lines > LONGEST_FILE else []


@pytest.mark.parametrize("guard", [long_functions, long_files])
def test_nothing_is_too_long(guard: Guard) -> None:
    assert offences(guard, sources()) == []


def test_most_functions_are_short() -> None:
    lengths = [
        lines
        for path in sources()
        for _, lines in function_lengths(path.read_text(encoding="utf-8"))
    ]
    assert statistics.median(lengths) <= MEDIAN_FUNCTION


def test_size_guards_can_fail() -> None:
    body = "    x = 1\n" * LONGEST_FUNCTION
    assert long_functions(f"def f():\n{body}") == ["f has 61 lines"]
    assert long_functions(f'def f():\n    """Says\n    so."""\n{body[10:]}') == []
    assert long_files("\n" * 501) == ["501 lines"]


def test_modules_are_named_for_what_they_hold() -> None:
    vague = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py"}
    assert [path.name for path in sources() if path.name in vague] == []


# --- Words that do not belong in the project ----------------------------------------------------

_MACHINE = re.compile(r"(?<![\w.<>}-])/(?:home|root|Users|tmp|work|mnt)/\w|[A-Z]:\\Users\\")
_TELEPHONE = re.compile(
    r"(?<![\w.])0\d{9}(?![\w.])|(?<![\w.])0\d{2,3}[. ]\d{3}[. ]\d{3,4}(?![\w.])"
)
_TEXT = {".py", ".cfg", ".toml", ".md", ".csv", ".j2", ".txt", ".yml", ".json", ".html", ""}


def machine_paths(text: str) -> list[str]:
    """Absolute paths of one particular machine."""
    return [match.group() for match in _MACHINE.finditer(text)]


def telephone_numbers(text: str) -> list[str]:
    """Numbers that could be somebody's telephone: samples are invented."""
    digits = "0123456789"
    return [match.group() for match in _TELEPHONE.finditer(text) if match.group() != digits]


def project_files() -> list[Path]:
    """Files of the project: what git tracks, or everything outside of caches without git."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        ).stdout
        return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]
    except (OSError, subprocess.CalledProcessError):
        hidden = re.compile(r"^(\.(?!ci|git)|build$|dist$|__pycache__$|.*\.egg-info$)")
        return [
            path
            for path in sorted(ROOT.rglob("*"))
            if path.is_file()
            and not any(hidden.match(part) for part in path.relative_to(ROOT).parts)
        ]


def readable_text(path: Path) -> str:
    """Text of a text file, or of the strings in a workbook."""
    if path.suffix in _TEXT:
        return path.read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".xlsx" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if "xl/sharedStrings.xml" in archive.namelist():
                return archive.read("xl/sharedStrings.xml").decode("utf-8", "replace")
    return ""


@pytest.mark.parametrize("guard", [machine_paths, telephone_numbers])
def test_the_project_speaks_of_itself_alone(guard: Guard) -> None:
    found = {
        str(path.relative_to(ROOT)): hits
        for path in project_files()
        if path != Path(__file__) and (hits := guard(readable_text(path)))
    }
    assert found == {}


def test_word_guards_can_fail() -> None:
    assert machine_paths("see /home/x/a.csv") == ["/home/x"]
    assert machine_paths("docs/home/x, <out>/tmp/x") == []
    assert telephone_numbers("ĐT: 0" + "912345678") == ["0" + "912345678"]
    assert telephone_numbers("13.057.574.000 đồng, 0,3282") == []


# --- The worker side stays light ----------------------------------------------------------------

EVERY_COMMAND = (
    "from importlib import import_module as load; from pkgutil import iter_modules as modules;"
    "import emubatch.cli; [load(f'emubatch.cli.{m.name}') for m in modules(emubatch.cli.__path__)]"
)
HEAVY = ("pandas", "numpy", "openpyxl", "jinja2", "xlsxwriter", "concurrent.futures.process")


@pytest.mark.parametrize(
    ("statement", "heavy"),
    [
        ("import emubatch.cli", HEAVY),
        ("import emubatch.per_file", ("pandas", "numpy", "openpyxl", "jinja2", "xlsxwriter")),
        ("import emubatch.programme.load", HEAVY),
        (EVERY_COMMAND, HEAVY),
    ],
)
def test_start_imports_nothing_heavy(statement: str, heavy: tuple[str, ...]) -> None:
    code = f"import sys; {statement}; print([m for m in {heavy!r} if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
