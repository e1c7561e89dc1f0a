"""Who is nominated in a form, and whom its detail rows are about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from emubatch.checks.lists import like, suggestion
from emubatch.checks.view import View
from emubatch.messages import word
from emubatch.programme.tables import Programme
from emubatch.vietnamese import clean, fold_key, name_key

KINDS = {"TT": "collective", "CN": "individual"}


@dataclass(frozen=True, slots=True)
class Nominee:
    """One nominee row; ``born`` is the year of birth or empty."""

    view: View
    index: int
    kind: str
    name: str
    key: str
    code: str
    born: str


@dataclass(slots=True)
class Roll:
    """All nominees of a form.

    Attributes:
        by_name: (kind, name key) -> nominees.
        unit_names: keys of the unit's own name and code.
        orphans: kind without a single nominee -> names that detail rows give, in order.
    """

    all: list[Nominee] = field(default_factory=list)
    by_name: dict[tuple[str, str], list[Nominee]] = field(default_factory=dict)
    unit_names: frozenset[str] = frozenset()
    orphans: dict[str, list[str]] = field(default_factory=dict)

    def named(self, key: str, kinds: Iterable[str]) -> list[Nominee]:
        """Nominees of these kinds with this name key."""
        return [one for kind in kinds for one in self.by_name.get((kind, key), ())]


def read_roll(programme: Programme, views: dict[str, View]) -> Roll:
    """The nominees of a form in the order of its sheets."""
    roll = Roll()
    for sheet in programme.sheets_with_role("nominee"):
        view = views.get(sheet.key)
        if view is not None:
            roll.all += _nominees(view)
    for one in roll.all:
        roll.by_name.setdefault((one.kind, one.key), []).append(one)
    roll.unit_names = frozenset(_unit_names(programme, views))
    return roll


def _nominees(view: View) -> Iterable[Nominee]:
    births = [
        (day or year or "")[:4]
        for day, year in zip(view.values("birth"), view.values("birth_year"), strict=True)
    ]
    codes = [plain_code(code) for code in view.values("person_code")]
    for index, name in enumerate(view.values("name")):
        if name:
            yield Nominee(
                view, index, view.sheet.kind, name, name_key(name), codes[index], births[index]
            )


def plain_code(code: str | None) -> str:
    """A staff code as it is compared."""
    return clean(code).casefold() if code else ""


def _unit_names(programme: Programme, views: dict[str, View]) -> Iterable[str]:
    for sheet in programme.sheets_with_role("unit"):
        view = views.get(sheet.key)
        if view is not None and view.size:
            for role in ("unit_name", "unit_code"):
                text = view.values(role)[0]
                if text:
                    yield name_key(text)


def check_roll(roll: Roll) -> None:
    """E307 the same nominee twice, W304 namesakes, E315 one staff code for two people."""
    for same in roll.by_name.values():
        if len(same) > 1:
            _check_namesakes(same)
    by_code: dict[str, list[Nominee]] = {}
    for one in roll.all:
        if one.code:
            by_code.setdefault(one.code, []).append(one)
    for people in by_code.values():
        first = people[0]
        for other in people[1:]:
            if other.key != first.key:
                place = first.view.place(first.index, "person_code")
                other.view.add("E315", other.index, "person_code", name=first.name, other=place)


def _check_namesakes(same: Sequence[Nominee]) -> None:
    told: set[int] = set()
    for at, one in enumerate(same):
        twin = next((two for two in same[:at] if not _apart(one, two)), None)
        if twin is not None:
            told.add(at)
            other = twin.view.cell(twin.index, "name")
            one.view.add("E307", one.index, "name", name=one.name, other=other)
    people = [one for at, one in enumerate(same) if at not in told]
    if len(people) > 1 and any(not one.code for one in people):
        first = people[0]
        first.view.add("W304", first.index, "name", name=first.name, count=len(people))


def _apart(one: Nominee, two: Nominee) -> bool:
    """Whether two rows of one name are surely two people."""
    if one.code and two.code:
        return one.code != two.code
    return bool(one.born and two.born and one.born != two.born)


# --- detail rows ---------------------------------------------------------------------------------


def check_details(view: View, roll: Roll) -> None:
    """E401 to E404: whom each detail row is about. One finding a name and cause."""
    causes: dict[tuple[str, str, str], list[int]] = {}
    kinds, codes = view.values("kind"), view.values("person_code")
    seen: dict[tuple[str | None, str, str | None], str] = {}
    for index, name in enumerate(view.values("nominee")):
        if not name:
            continue
        asked = (kinds[index], name, codes[index])
        if asked not in seen:
            seen[asked] = _cause(roll, *asked, may_be_unit=_may_be_unit(view))
        if seen[asked]:
            causes.setdefault((seen[asked], name_key(name), codes[index] or ""), []).append(index)
    for (cause, _, _), indices in causes.items():
        if cause == "E401" and kinds[indices[0]] in KINDS:
            kind = KINDS[kinds[indices[0]]]
            if not any(one.kind == kind for one in roll.all):
                roll.orphans.setdefault(kind, []).append(view.values("nominee")[indices[0]])
                continue
        _tell(view, roll, cause, indices)


def orphan_words(roll: Roll, kind: str) -> dict[str, str]:
    """Words of E406: how many names of a kind stand in the detail sheets, and the first ones."""
    first: dict[str, str] = {}
    for name in roll.orphans[kind]:
        first.setdefault(name_key(name), name)
    names = list(first.values())
    return {
        "count": str(len(names)),
        "names": ", ".join(f"«{name}»" for name in names[:3]) + ("…" if len(names) > 3 else ""),
    }


def _may_be_unit(view: View) -> bool:
    nominee = view.field("nominee")
    return nominee is not None and nominee.required != "yes"


def _cause(roll: Roll, kind: str | None, name: str, code: str | None, may_be_unit: bool) -> str:
    """The code of what is wrong with a reference to a nominee, empty when it is clear."""
    key = name_key(name)
    kinds = [KINDS[kind]] if kind in KINDS else list(KINDS.values())
    found = roll.named(key, kinds)
    if not found:
        if may_be_unit and key in roll.unit_names:
            return ""
        return "E403" if roll.named(key, KINDS.values()) else "E401"
    stated = plain_code(code)
    if stated:
        exact = [one for one in found if one.code == stated]
        found = exact or [one for one in found if not one.code]
        if not found:
            return "E404"
    return "E402" if _several(found) else ""


def _several(found: Sequence[Nominee]) -> bool:
    """Whether these are surely more than one; the same one listed twice has E307 already."""
    return any(_apart(one, two) for at, one in enumerate(found) for two in found[:at])


def _tell(view: View, roll: Roll, cause: str, indices: list[int]) -> None:
    index = indices[0]
    name = view.values("nominee")[index]
    rows = ", ".join(str(view.table.rows[i]) for i in indices[:12])
    words = {"rows": rows + ("…" if len(indices) > 12 else "")}
    if cause == "E401":
        view.add(cause, index, "nominee", value=name, **words, **_nearest_names(roll, name))
    elif cause == "E402":
        count = len(roll.named(name_key(name), KINDS.values()))
        view.add(cause, index, "nominee", value=name, count=count, **words)
    elif cause == "E403":
        view.add(cause, index, "kind", value=name, **words, **_kind_words(view, index))
    else:
        codes = [one.code.upper() for one in roll.named(name_key(name), KINDS.values()) if one.code]
        view.add(
            cause,
            index,
            "person_code",
            name=name,
            **words,
            nearest=suggestion(codes),
            nearest_en=suggestion(codes, "en"),
        )


def _nearest_names(roll: Roll, name: str) -> dict[str, str]:
    folded: dict[str, str] = {}
    for one in roll.all:
        folded.setdefault(fold_key(one.name), one.name)
    names = [folded[key] for key in like(fold_key(name), folded)]
    return {"nearest": suggestion(names), "nearest_en": suggestion(names, "en")}


def _kind_words(view: View, index: int) -> dict[str, str]:
    stated = KINDS.get(view.values("kind")[index] or "", "")
    actual = next(kind for kind in KINDS.values() if kind != stated)
    return {
        "stated": word(f"kind_{stated}").lower(),
        "stated_en": word(f"kind_{stated}", "en").lower(),
        "actual": word(f"kind_{actual}").lower(),
        "actual_en": word(f"kind_{actual}", "en").lower(),
    }
