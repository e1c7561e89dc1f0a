"""Makes the official documents of a published run: reads it back, fills the templates, publishes.

``<run>/van-ban/`` appears as a whole, with a manifest of its own, or not at all. Documents that
nobody has touched are made anew without asking; ones that someone has edited in Word are not.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emubatch.letters.contexts import Contexts
from emubatch.letters.documents import BY_ID, DOCUMENTS, NOTICE_FOLDER, Document
from emubatch.letters.errors import LettersError, Trouble, trouble
from emubatch.letters.facts import Facts, iso_day, missing_fact, read_facts
from emubatch.letters.material import Material
from emubatch.letters.people import AWARDED, unknown_money
from emubatch.letters.template import Template, open_template, require_library
from emubatch.plans import load_for_run
from emubatch.programme.problems import nearest
from emubatch.programme.source import SHARED, builtin_root
from emubatch.runfolder import (
    COUNCIL,
    LETTERS,
    MANIFEST,
    TOOL,
    changed_files,
    file_facts,
    file_stems,
    has_table,
    manifest_hash,
    open_run_folder,
    read_manifest,
    read_table,
)

TEMPLATES = "van-ban-mau"  # in a workspace: templates that the office has changed
FOLDER = "letters"  # of a programme, and of what all programmes share
_TABLES = (
    *("units", "submissions", "findings", "nominees", "verdicts", "quotas"),
    *("scores", "indicators", "targets", "delegates", "delegate_checks", "awards"),
)


@dataclass(frozen=True, slots=True)
class LettersRequest:
    """What to make.

    Attributes:
        run: a published run folder.
        facts: table ``[letters]`` of the office, and the file that it stands in.
        only: ids of documents; none for all that can be made.
        workspace: folder whose ``van-ban-mau`` has templates of the office's own, if any.
        programme: the plan of the run where it is a folder or a workbook.
        decision_number: number of the decision, with or without its symbol.
        decision_date: its day, ISO or as it is typed in Vietnam.
        draft: leave places for number and date of the decision.
        replace: make documents anew although someone has edited them.
    """

    run: Path
    facts: Mapping[str, Any]
    facts_file: str
    only: tuple[str, ...] = ()
    workspace: Path | None = None
    programme: str = ""
    decision_number: str = ""
    decision_date: str = ""
    draft: bool = False
    replace: bool = False


@dataclass(frozen=True, slots=True)
class LettersOutcome:
    """What was made: the folder, files by document, what had to wait, what to know."""

    folder: Path
    files: Mapping[str, int]
    waiting: tuple[str, ...] = ()
    notes: tuple[Trouble, ...] = field(default=())


def issue(request: LettersRequest) -> LettersOutcome:
    """Make the documents and publish them.

    Raises:
        LettersError: missing facts, broken templates, decisions that are missing or of another
            run, documents that someone has edited; nothing is published.
        ProgrammeError: when the plan of the run cannot be used.
        RunFolderError: when the folder cannot be written to.
    """
    require_library()
    manifest = _manifest(request.run)
    facts = read_facts(request.facts, request.facts_file)
    material = _material(request, manifest, facts)
    documents, waiting = _chosen(request, material)
    templates = _prepared(request, material, documents)
    _refuse_edited(request)
    filled = dict(_filled(material, documents, templates))
    with open_run_folder(request.run / LETTERS, replace=True) as place:
        for name, content in filled.items():
            path = place.staging / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        place.publish(_facts_of(request, material, templates))
    counts = {one.id: _files_of(one, filled) for one in documents}
    return LettersOutcome(request.run / LETTERS, counts, waiting, tuple(_notes(material)))


def _files_of(document: Document, filled: Iterable[str]) -> int:
    folder = f"{NOTICE_FOLDER}/"
    if document.id == NOTICE_FOLDER:
        return sum(name.startswith(folder) for name in filled)
    return sum(name == f"{document.id}.docx" for name in filled)


def _notes(material: Material) -> list[Trouble]:
    unknown = unknown_money(material.money or ())
    return [trouble("money_unknown", count=str(unknown))] if unknown else []


# --- reading the run -----------------------------------------------------------------------------


def _manifest(run: Path) -> dict[str, Any]:
    try:
        return read_manifest(run)
    except (OSError, ValueError) as error:
        raise LettersError("input", [trouble("not_run", path=str(run))]) from error


def _material(request: LettersRequest, manifest: Mapping[str, Any], facts: Facts) -> Material:
    if manifest.get("lang", "vi") != "vi":
        raise LettersError("input", [trouble("not_vietnamese", path=str(request.run))])
    stated = manifest.get("programme", {})
    programme = load_for_run(manifest, request.programme)
    if programme.sha256 != stated.get("sha256"):
        words = {"id": programme.id, "version": programme.version}
        raise LettersError("input", [trouble("other_programme", **words)])
    run = request.run
    tables = {name: list(read_table(run, name)) for name in _TABLES if has_table(run, name)}
    council = run / COUNCIL
    decided = council if has_table(council, "decisions") else None
    meeting: Mapping[str, str] = {}
    if decided is not None:
        meeting = _check_council(run, decided, tables.get("nominees", []))
    return Material(
        programme=programme,
        facts=facts,
        tables=tables,
        decisions=list(read_table(council, "decisions")) if decided else None,
        votes=list(read_table(council, "votes")),
        money=list(read_table(council, "money")) if has_table(council, "money") else None,
        limits=list(read_table(council, "limits")) if has_table(council, "limits") else [],
        as_of=str(manifest.get("as_of", "")),
        decision_number=_agreed(meeting, "decision_number", request.decision_number.strip()),
        decision_date=_agreed(meeting, "decision_date", _decision_date(request.decision_date)),
        meeting_date=_agreed(meeting, "date", facts.text("hop_ngay")),
    )


def _agreed(meeting: Mapping[str, str], key: str, stated: str) -> str:
    """What was stated, else what the council's result says; both must be the same.

    Raises:
        LettersError: when they differ.
    """
    known = str(meeting.get(key, ""))
    if stated and known and stated != known:
        raise LettersError("input", [trouble("other_decision", value=stated, known=known)])
    return stated or known


def _decision_date(text: str) -> str:
    found = iso_day(text) if text else ""
    if found is None:
        raise LettersError("usage", [trouble("bad_date", value=text)])
    return found


def _check_council(
    run: Path, council: Path, nominees: Sequence[Mapping[str, str]]
) -> Mapping[str, str]:
    """The council's result must be of this run, and speak of each of its nominees once.

    Returns what it says of the meeting: ``date``, ``decision_number``, ``decision_date``.
    """
    decided = [row["nominee"] for row in read_table(council, "decisions")]
    known = [row["nominee"] for row in nominees]
    manifest = _council_manifest(council)
    stated = manifest.get("run", {}).get("manifest_sha256", "")
    if stated != manifest_hash(run):
        raise LettersError("input", [trouble("other_run", path=str(council))])
    if sorted(decided) != sorted(known):
        odd = sorted(set(decided) ^ set(known)) or [n for n in decided if decided.count(n) > 1]
        words = {"path": str(council), "names": ", ".join(odd[:5])}
        raise LettersError("input", [trouble("other_nominees", **words)])
    meeting: Mapping[str, str] = manifest.get("meeting", {})
    return meeting


def _council_manifest(council: Path) -> dict[str, Any]:
    try:
        return read_manifest(council)
    except (OSError, ValueError) as error:
        raise LettersError("input", [trouble("other_run", path=str(council))]) from error


# --- which documents -----------------------------------------------------------------------------


def _chosen(request: LettersRequest, material: Material) -> tuple[list[Document], tuple[str, ...]]:
    """The documents to make, and the ids of those that wait for the council.

    Raises:
        LettersError: documents asked for that do not exist or cannot be made yet.
    """
    unknown = [name for name in request.only if name not in BY_ID]
    if unknown:
        every = ", ".join(BY_ID)
        raise LettersError("usage", [
            trouble("unknown_document", value=name, every=every,
                    nearest=", ".join(nearest(name, BY_ID)) or "–")
            for name in unknown
        ])  # fmt: skip
    wanted = [one for one in DOCUMENTS if not request.only or one.id in request.only]
    possible = [one for one in wanted if material.has_nominees or not one.nominees]
    waiting = [
        one
        for one in possible
        if one.council and material.decisions is None and _may_commend(one, material)
    ]
    if request.only:
        _refuse([one.id for one in wanted if one not in possible], "no_nominees")
        _refuse([one.id for one in waiting], "no_decisions")
    made = [one for one in possible if one not in waiting and _has_anybody(one, material)]
    if request.only:
        _refuse([o.id for o in possible if o not in waiting and o not in made], "nobody")
    return made, tuple(one.id for one in waiting)


def _refuse(documents: Sequence[str], reason: str) -> None:
    if documents:
        raise LettersError("input", [trouble(reason, documents=", ".join(documents))])


def _may_commend(document: Document, material: Material) -> bool:
    """Whether there will be anybody for a document that commends; a registration has none."""
    return not (material.registers and document.council and document.id != "bien-ban")


def _has_anybody(document: Document, material: Material) -> bool:
    """Whether a list of those commended would hold anybody."""
    if not document.council or document.id == "bien-ban":
        return True
    if not _may_commend(document, material):
        return False
    awards = [
        row.get("award", "") for row in material.decisions or () if row["decision"] in AWARDED
    ]
    own = [award for award in awards if award in material.own_awards]
    if document.id == "danh-sach-cap-tren":
        return len(own) < len(awards)
    return any(own) if document.id == "giay-khen" else bool(own)


def _prepared(
    request: LettersRequest, material: Material, documents: Sequence[Document]
) -> dict[str, Template]:
    """The templates, all sound; facts all there.

    Raises:
        LettersError: everything that is missing or broken at once.
    """
    troubles = material.facts.missing(one.id for one in documents)
    if any(one.cites for one in documents) and not request.draft:
        if not material.decision_number:
            troubles.append(trouble("no_decision_number"))
        if not material.decision_date:
            troubles.append(trouble("no_decision_date"))
    if any(one.id == "bien-ban" for one in documents) and not material.meeting_date:
        troubles.append(missing_fact("hop_ngay", "bien-ban"))
    found: dict[str, Template] = {}
    for one in documents:
        path = template_path(one.id, request.programme or material.programme.id, request.workspace)
        try:
            found[one.id] = open_template(one.id, path, _shown(path, request.workspace))
        except LettersError as error:
            troubles += error.troubles
    if troubles:
        raise LettersError("configuration", troubles)
    return found


def template_path(document: str, programme: str, workspace: Path | None) -> Path:
    """The template of a document: the office's own, else the plan's, else the one that ships.

    ``programme`` is the id of a plan, or its folder.
    """
    root = builtin_root()
    plan = Path(programme) if Path(programme).is_dir() else root / programme
    places = [plan, root / SHARED] if programme else [root / SHARED]
    folders = [place / FOLDER for place in places]
    if workspace is not None:
        folders.insert(0, workspace / TEMPLATES)
    found = [folder / f"{document}.docx" for folder in folders]
    return next((path for path in found if path.is_file()), found[-1])


def _shown(path: Path, workspace: Path | None) -> str:
    """A template as messages call it."""
    if workspace is not None and path.is_relative_to(workspace):
        return path.relative_to(workspace).as_posix()
    return path.name


def copy_templates(folder: Path, programme: str) -> list[Path]:
    """Copy the templates to a folder, for editing; files that are there already are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for one in DOCUMENTS:
        target = folder / f"{one.id}.docx"
        if not target.exists():
            shutil.copyfile(template_path(one.id, programme, None), target)
            written.append(target)
    return written


# --- writing -------------------------------------------------------------------------------------


def _filled(
    material: Material, documents: Sequence[Document], templates: Mapping[str, Template]
) -> Iterable[tuple[str, bytes]]:
    contexts = Contexts(material)
    for one in documents:
        template = templates[one.id]
        if one.id != NOTICE_FOLDER:
            values = contexts.of(one.id)
            yield f"{one.id}.docx", template.fill(values, material.as_of, one.title)
            continue
        for unit, stem in zip(material.units, file_stems(list(material.units)), strict=True):
            values = contexts.notice(unit)
            name = f"{NOTICE_FOLDER}/{stem}.docx"
            yield name, template.fill(values, material.as_of, one.title)


def _refuse_edited(request: LettersRequest) -> None:
    """What is in place may go when it is as it was made, or when the user says so.

    Raises:
        LettersError: when someone has edited or added documents.
    """
    place = request.run / LETTERS
    changed = [] if request.replace else changed_files(place)
    if changed:
        words = {"path": str(place), "names": ", ".join(changed[:5])}
        raise LettersError("taken", [trouble("edited", **words)])


def _facts_of(
    request: LettersRequest, material: Material, templates: Mapping[str, Template]
) -> dict[str, Any]:
    council = request.run / COUNCIL
    return {
        "tool": TOOL,
        "run": {"manifest_sha256": manifest_hash(request.run)},
        "council": (
            {"manifest_sha256": manifest_hash(council)} if (council / MANIFEST).is_file() else None
        ),
        "decision": {"number": material.decision_number, "date": material.decision_date},
        "templates": {
            document: file_facts(found.path)["sha256"]
            for document, found in sorted(templates.items())
        },
    }


def read_facts_file(path: Path) -> Mapping[str, Any]:
    """Table ``[letters]`` of a TOML file; the whole file where it has no such table.

    Raises:
        LettersError: when it is not there or not TOML.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = trouble("facts_file", path=str(path), detail=str(error))
        raise LettersError("configuration", [problem]) from error
    table = found.get("letters", found)
    if not isinstance(table, Mapping):
        problem = trouble("facts_file", path=str(path), detail="letters")
        raise LettersError("configuration", [problem])
    return table
