"""One draft a unit from a published run, as ``<run>/thu/``; sending them is another step."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emubatch.mail.drafts import Draft, draft_bytes, message_id, sender_address
from emubatch.mail.errors import MailError
from emubatch.mail.lists import write_list
from emubatch.mailing.answers import Answer, Material, answers
from emubatch.mailing.wording import Office, as_html, as_text, blocks, needs_form, subject
from emubatch.messages import finding, render, word
from emubatch.model import Finding, Lang, RosterUnit
from emubatch.runfolder import (
    MANIFEST,
    REPLIES,
    TOOL,
    file_facts,
    file_stems,
    manifest_hash,
    open_run_folder,
    read_manifest,
)
from emubatch.vietnamese import fold_key

LIST = "danh-sach.xlsx"


@dataclass(frozen=True, slots=True)
class ReplyRequest:
    """What to write: the material of a run, who sends, and in which language.

    Attributes:
        material: the run and what is beside it.
        roster: size and hash of the roster file, for the manifest.
        sender: ``Name <address>``, may be empty.
        reply_to: where answers go, empty for the sender.
        signature: the last lines of each letter, empty for those of the program.
        lang: language of the letters.
        replace: make drafts anew although someone has edited them.
    """

    material: Material
    roster: Mapping[str, Any] | None = None
    sender: str = ""
    reply_to: str = ""
    signature: str = ""
    lang: Lang = "vi"
    replace: bool = False


@dataclass(slots=True)
class Replies:
    """Everything that is to be said: an answer and a draft for each unit, in the same order.

    ``run_id`` is the hash of the run's manifest; ``alarms`` are about files of nobody known and
    about what is missing for all.
    """

    run: Path
    run_id: str
    answers: list[Answer] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    alarms: list[Finding] = field(default_factory=list)

    @property
    def kinds(self) -> dict[str, int]:
        """How many drafts there are of each kind."""
        return dict(sorted(Counter(draft.kind for draft in self.drafts).items()))

    @property
    def findings(self) -> list[Finding]:
        """All alarms, those of single units first."""
        return [found for one in self.answers for found in one.alarms] + self.alarms

    def names(self) -> list[str]:
        """File names of the drafts."""
        return [f"{stem}.eml" for stem in file_stems([draft.unit for draft in self.drafts])]


def write_replies(request: ReplyRequest) -> Replies:
    """The answer to every unit of a run; nothing is written to the run yet.

    Raises:
        OSError: when no temporary file can be written.
    """
    material = request.material
    run_id = manifest_hash(material.run)
    found = Replies(material.run, run_id)
    found.answers, found.alarms = answers(material)
    programme_id = str(material.manifest.get("programme", {}).get("id", ""))
    as_of = str(material.manifest.get("as_of", ""))
    office = Office(material.programme, programme_id, as_of, request.signature, request.lang)
    with tempfile.TemporaryDirectory(prefix="emubatch-") as folder:
        for answer in found.answers:
            found.drafts.append(_draft(answer, office, request, run_id, Path(folder)))
    if material.programme is None and any(needs_form(one) for one in found.answers):
        found.alarms.append(finding("W915"))
    return found


def _draft(
    answer: Answer, office: Office, request: ReplyRequest, run_id: str, folder: Path
) -> Draft:
    said = blocks(answer, office)
    letter = answer.letter
    earlier = (*letter.refs.split(), letter.message_id) if letter and letter.message_id else ()
    return Draft(
        unit=answer.unit,
        kind=answer.kind,
        recipients=answer.recipients,
        subject=subject(answer, office),
        text=as_text(said),
        html=as_html(said),
        message_id=message_id(run_id, answer.unit, sender_address(request.sender)),
        answers=earlier[-20:],
        attachment=_attachment(answer, office, request, folder),
    )


def _attachment(
    answer: Answer, office: Office, request: ReplyRequest, folder: Path
) -> tuple[str, bytes] | None:
    """The returned form, or a blank one for a unit that sent nothing usable."""
    name = f"{file_stems([answer.unit])[0]}.xlsx"
    if answer.returned is not None:
        return name, answer.returned.read_bytes()
    if not needs_form(answer) or office.programme is None:
        return None
    from emubatch.xl.form import write_form

    listed = {unit.code: unit for unit in request.material.units}
    unit = listed.get(answer.unit) or RosterUnit(answer.unit, answer.name)
    path = folder / "form.xlsx"
    write_form(path, office.programme, unit=unit, lang=request.lang)
    return name, path.read_bytes()


# --- publishing ----------------------------------------------------------------------------------


def publish(replies: Replies, request: ReplyRequest) -> Path:
    """Writes ``<run>/thu/`` with a draft a unit and a list; it appears whole or not at all.

    Raises:
        MailError: ``changed``, when drafts were edited since and ``replace`` is not stated.
        RunFolderError: when the folder cannot be published.
    """
    out = replies.run / REPLIES
    if not request.replace and _edited(out):
        raise MailError("changed", path=out)
    with open_run_folder(out, replace=True) as folder:
        for name, draft in zip(replies.names(), replies.drafts, strict=True):
            data = draft_bytes(draft, request.sender, request.reply_to)
            (folder.staging / name).write_bytes(data)
        _write_list(folder.staging / LIST, replies, request.lang)
        if manifest_hash(replies.run) != replies.run_id:
            raise MailError("run_changed", path=replies.run)
        folder.publish(
            {
                "tool": TOOL,
                "run": {"manifest_sha256": replies.run_id},
                "roster": request.roster,
                "lang": request.lang,
                "drafts": replies.kinds,
            }
        )
    return out


def _edited(out: Path) -> bool:
    """Whether someone changed, added or removed a file of the drafts."""
    try:
        outputs = {str(row["path"]): row["sha256"] for row in read_manifest(out)["outputs"]}
    except FileNotFoundError:
        return False
    except (OSError, ValueError, KeyError):
        return True
    there = {path.name for path in out.iterdir() if not path.name.startswith(("~$", "."))}
    if there - {MANIFEST} != outputs.keys():
        return True
    return any(file_facts(out / name)["sha256"] != sha for name, sha in outputs.items())


def _write_list(path: Path, replies: Replies, lang: Lang) -> None:
    keys = ("unit", "name", "kind", "to", "draft", "form", "sender", "alarm")
    rows = [
        (
            *(answer.unit, answer.name, word(f"reply_kind_{answer.kind}", lang)),
            ", ".join(draft.recipients),
            name,
            draft.attachment[0] if draft.attachment else "",
            answer.letter.sender if answer.letter else "",
            "\n".join(render(found, lang) for found in answer.alarms),
        )
        for answer, draft, name in zip(
            replies.answers, replies.drafts, replies.names(), strict=True
        )
    ]
    rows += [("", found.file, "", "", "", "", "", render(found, lang)) for found in replies.alarms]
    heads = [word(f"reply_list_{key}", lang) for key in keys]
    widths = (12.0, 32.0, 24.0, 28.0, 18.0, 18.0, 28.0, 44.0)
    write_list(path, word("reply_list_title", lang), heads, rows, widths, lang)


def chosen(replies: Replies, units: Sequence[str]) -> list[Draft]:
    """The drafts of these units, all without any.

    Raises:
        MailError: ``no_unit``, for a unit that the run has no answer to.
    """
    by_key = {fold_key(draft.unit): draft for draft in replies.drafts}
    for unit in units:
        if fold_key(unit) not in by_key:
            raise MailError("no_unit", unit=unit)
    return [by_key[fold_key(unit)] for unit in units] if units else list(replies.drafts)
