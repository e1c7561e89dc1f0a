"""A workspace: one folder with all that an office needs for one programme, month after month.

``emubatch.toml`` says what is where; paths in it are relative to it. ``results/<YYYY-MM>/`` holds
one published run a period. The clock is never asked which month it is.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from emubatch.messages import finding, word
from emubatch.model import Finding, Lang
from emubatch.programme.problems import nearest, or_one_of
from emubatch.runfolder import MANIFEST, is_closed, read_manifest
from emubatch.xl.limits import NAMES as LIMITS

CONFIG = "emubatch.toml"
REGISTER = "register.sqlite"
PERIOD = "{period}"  # may stand in the name of the inbox
_PERIOD_NAME = re.compile(r"\d{4}-(0[1-9]|1[0-2])$")


@dataclass(frozen=True, slots=True)
class Workspace:
    """The settings of a workspace as they stand in its file; an empty text is "not stated".

    ``settings`` are readings of the programme to use instead of its own, ``jobs`` is None for as
    many processes as are worth while. ``mail`` says where letters come from and go to,
    ``limits`` what a form may weigh, ``letters`` what documents say of the office, ``council``
    which majority it decides by.
    """

    folder: Path
    programme: str
    roster: str = "roster.xlsx"
    waivers: str = "ngoai-le.xlsx"
    rewards: str = "he-so-thuong.xlsx"
    register: str = ""
    inbox: str = "inbox"
    results: str = "results"
    period: str = ""
    as_of: str = ""
    lang: str = ""
    jobs: int | None = None
    supersede: str = ""
    settings: tuple[tuple[str, str], ...] = ()
    mail: tuple[tuple[str, str], ...] = ()
    limits: tuple[tuple[str, str], ...] = ()
    letters: Mapping[str, Any] = field(default_factory=dict)
    council: Mapping[str, Any] = field(default_factory=dict)

    def path(self, text: str) -> Path:
        """A path of the file; relative ones start at the workspace."""
        return self.folder / text

    def plan(self) -> str:
        """The programme: a file or folder of the workspace if there is one so named, else an id."""
        own = self.path(self.programme)
        return str(own) if own.exists() else self.programme

    def existing(self, text: str) -> Path | None:
        """A file of the workspace, None when it is not stated or not there."""
        return self.path(text) if text and self.path(text).is_file() else None

    @property
    def register_path(self) -> Path:
        """Where the register of awards is, or would be."""
        return self.path(self.register or REGISTER)

    def inbox_of(self, period: str) -> Path:
        """Where the forms of a period are."""
        return self.path(self.inbox.replace(PERIOD, period))

    def run(self, period: str) -> Path:
        """The run folder of a period."""
        return self.path(self.results) / period

    def periods(self) -> list[str]:
        """The periods that have a published run, oldest first."""
        folder = self.path(self.results)
        if not folder.is_dir():
            return []
        names = sorted(path.name for path in folder.iterdir() if _PERIOD_NAME.match(path.name))
        return [name for name in names if (folder / name / MANIFEST).is_file()]

    def before(self, period: str) -> Path | None:
        """The newest run of an earlier period."""
        earlier = [name for name in self.periods() if name < period]
        return self.run(earlier[-1]) if earlier else None


class WorkspaceError(Exception):
    """The file of the workspace cannot be used; ``findings`` say where and why, all of them."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(f"{f.file}:{f.cell} {f.code} {f.value}" for f in findings))


def find_workspace(start: Path) -> Path | None:
    """The folder of the workspace that ``start`` lies in: itself or the nearest above it."""
    start = start.resolve()
    return next((path for path in (start, *start.parents) if (path / CONFIG).is_file()), None)


# --- reading the file ----------------------------------------------------------------------------

_TEXTS = (
    *("programme", "roster", "waivers", "rewards", "register", "inbox", "results"),
    *("period", "as_of"),
)
_KEYS = (*_TEXTS, "lang", "jobs", "supersede", "settings", "mail", "limits", "letters", "council")
MAIL_KEYS = ("source", "smtp", "sender", "reply_to", "signature")
SUPERSEDE = ("newest", "ask")


def read_workspace(folder: Path) -> Workspace:
    """The workspace in this folder.

    Raises:
        WorkspaceError: E801 unknown key, E802 not TOML, E803 value of a wrong kind, E804 no
            programme; all of them in one pass.
    """
    try:
        text = (folder / CONFIG).read_text(encoding="utf-8-sig")
        found = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        line = re.search(r"at line (\d+)", str(error))
        raise WorkspaceError([_problem("E802", line[1] if line else "", found=error)]) from error
    problems = [
        _problem("E801", _line(text, key), value=key, nearest=or_one_of(nearest(key, _KEYS)))
        for key in found
        if key not in _KEYS
    ]
    problems += [
        _problem("E803", _line(text, key), value=str(found[key]), key=key, what=what, what_en=en)
        for key, (right, what, en) in _kinds(found).items()
        if not right
    ]
    if not found.get("programme"):
        problems.append(_problem("E804", ""))
    for name in _TABLES:
        problems += _table_problems(text, name, found.get(name))
    if problems:
        raise WorkspaceError(sorted(problems, key=lambda one: int(one.cell or 0)))
    texts = {key: str(found[key]) for key in (*_TEXTS, "lang", "supersede") if key in found}
    settings = tuple(sorted((k, _plain(v)) for k, v in found.get("settings", {}).items()))
    mail = tuple(sorted(found.get("mail", {}).items()))
    limits = tuple(sorted((key, str(value)) for key, value in found.get("limits", {}).items()))
    return Workspace(
        folder=folder,
        **texts,
        jobs=found.get("jobs"),
        settings=settings,
        mail=mail,
        limits=limits,
        letters=found.get("letters", {}),
        council=found.get("council", {}),
    )


def _table_problems(text: str, name: str, rows: Any) -> list[Finding]:
    """What is wrong in a table of the file, one problem a key."""
    problems = []
    for key, value in rows.items() if isinstance(rows, dict) else ():
        known, where = _TABLES[name], _line(text, key)
        if key not in known:
            near = or_one_of(nearest(key, known))
            problems.append(_problem("E801", where, value=f"{name}.{key}", nearest=near))
            continue
        kind = known[key]
        if not kind.right(value):
            words = {"what": kind.vi, "what_en": kind.en}
            problems.append(_problem("E803", where, value=str(value), key=f"{name}.{key}", **words))
    return problems


class _Kind(NamedTuple):
    """What a value must be: a test, and the words for it."""

    right: Callable[[Any], bool]
    vi: str
    en: str


def _is_whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


_TEXT = _Kind(lambda value: isinstance(value, str), "chữ trong ngoặc kép", "text in quotes")
_FROM_0 = _Kind(lambda value: _is_whole(value, 0), "số nguyên từ 0", "a whole number from 0")
_FROM_1 = _Kind(lambda value: _is_whole(value, 1), "số nguyên từ 1", "a whole number from 1")
# Table -> its keys; a password has no key there.
_TABLES: Mapping[str, Mapping[str, _Kind]] = {
    "mail": dict.fromkeys(MAIL_KEYS, _TEXT),
    "limits": dict.fromkeys(LIMITS, _FROM_1),
    "council": {
        "majority": _Kind(_are_texts, '[">1/2"] (danh sách chữ)', '[">1/2"] (a list of texts)'),
        "majority_of": _Kind(
            lambda value: value in ("votes", "members"),
            '"votes" hoặc "members"',
            '"votes" or "members"',
        ),
        "quorum": _FROM_0,
    },
}


def _kinds(found: Mapping[str, Any]) -> dict[str, tuple[bool, str, str]]:
    """Key -> whether its value is of the right kind, and the words for that kind."""
    kinds = {key: (_TEXT.right(found[key]), _TEXT.vi, _TEXT.en) for key in _TEXTS if key in found}
    if "period" in kinds and kinds["period"][0]:
        right = not found["period"] or bool(_PERIOD_NAME.match(found["period"]))
        kinds["period"] = (right, 'tháng như "2020-07"', 'a month such as "2020-07"')
    if "lang" in found:
        kinds["lang"] = (found["lang"] in ("vi", "en"), '"vi" hoặc "en"', '"vi" or "en"')
    if "supersede" in found:
        right = found["supersede"] in SUPERSEDE
        kinds["supersede"] = (right, '"newest" hoặc "ask"', '"newest" or "ask"')
    if "jobs" in found:
        kinds["jobs"] = (_FROM_0.right(found["jobs"]), _FROM_0.vi, _FROM_0.en)
    if "settings" in found:
        rows = found["settings"]
        right = isinstance(rows, dict) and not any(
            isinstance(v, dict | list) for v in rows.values()
        )
        kinds["settings"] = (right, "bảng [settings]", "a table [settings]")
    for name in (*_TABLES, "letters"):
        if name in found:
            is_table = isinstance(found[name], dict)
            kinds[name] = (is_table, f"bảng [{name}]", f"a table [{name}]")
    return kinds


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _problem(code: str, line: str, **words: Any) -> Finding:
    return finding(code, file=CONFIG, cell=line, **words)


def _line(text: str, key: str) -> str:
    """The line on which a key stands; TOML's reader does not say."""
    pattern = re.compile(rf"\s*(\[\s*)?[\"']?{re.escape(key)}[\"']?\s*[\].=]")
    lines = enumerate(text.splitlines(), 1)
    return next((str(number) for number, line in lines if pattern.match(line)), "")


# --- which period --------------------------------------------------------------------------------


def choose_period(
    workspace: Workspace, period: str, as_of: str, programme_as_of: str
) -> tuple[str, str]:
    """The period to run and its reference date (empty: the last day of the period).

    In this order: the period stated; the month of the reference date stated; the newest month
    that is published and not closed, on the reference date that it was run with; the month of the
    programme's own reference date. Without any of them both are empty.

    Args:
        period: of the command line or the workspace's file, ``YYYY-MM``.
        as_of: likewise, ISO.
        programme_as_of: of the programme, ISO.
    """
    if period or as_of:
        return period or as_of[:7], as_of
    known = workspace.periods()
    if known and not is_closed(workspace.run(known[-1])):
        return known[-1], _as_of(workspace.run(known[-1]))
    return programme_as_of[:7], programme_as_of


def _as_of(run: Path) -> str:
    try:
        return str(read_manifest(run).get("as_of", ""))
    except (OSError, ValueError):
        return ""


# --- a new one -----------------------------------------------------------------------------------


_EXAMPLES = {
    "source": '"imaps://ten@may-chu/INBOX"',
    "smtp": '"smtp://ten@may-chu:587"',
    "sender": '"Văn phòng <ten@co-quan>"',
    "reply_to": '"ten@co-quan"',
    "signature": '"Văn phòng Sở"',
}


def config_text(programme: str, lang: Lang) -> str:
    """The text of a new ``emubatch.toml``, every key explained."""
    defaults = Workspace(Path(), programme)
    texts = ("programme", "roster", "waivers", "rewards", "inbox", "results")
    lines = [f"# {word('workspace_title', lang)}", ""]
    for key in texts:
        lines += [f"# {word(f'workspace_{key}', lang)}", f"{key} = {_quoted(defaults, key)}", ""]
    for key, example in (("period", '"2020-07"'), ("as_of", '"2020-07-31"'), ("jobs", "2")):
        lines += [f"# {word(f'workspace_{key}', lang)}", f"# {key} = {example}", ""]
    lines += [f"# {word('workspace_supersede', lang)}", 'supersede = "newest"', ""]
    lines += [f"# {word('workspace_lang', lang)}", f'lang = "{lang}"', ""]
    lines += [f"# {word('workspace_mail', lang)}", "# [mail]"]
    lines += [f"# {key} = {_EXAMPLES[key]}" for key in MAIL_KEYS] + [""]
    lines += [f"# {word('workspace_limits', lang)}", "# [limits]", "# file_mb = 20", ""]
    lines += [f"# {word('workspace_settings', lang).format(programme=programme)}", "[settings]"]
    return "\n".join(lines) + "\n"


def _quoted(workspace: Workspace, key: str) -> str:
    """A TOML string; JSON's escapes are a part of TOML's."""
    return json.dumps(getattr(workspace, key), ensure_ascii=False)
