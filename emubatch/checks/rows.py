"""Checks of one row: cells that contradict each other."""

from __future__ import annotations

from typing import Any

from emubatch.checks.columns import headers
from emubatch.checks.parsers import show
from emubatch.checks.view import View
from emubatch.messages import word
from emubatch.programme.tables import Choice, Field

# Earlier and later column of a row, by role or key.
_IN_ORDER = (
    ("from", "to"),
    ("date", "het_hl"),
    ("birth", "ngay_vao"),
    ("tu", "den"),
)
# Part and whole.
_KIND_OF_SCALE = {"tap_the": "TT", "ca_nhan": "CN", "cong_doan": "CN"}
_AT_MOST = (("so_ldtt", "si_so"), ("so_cstdcs", "si_so"), ("fact", "fact_total"))


def check_rows(view: View) -> None:
    """Every check of the cells of one row."""
    _check_order(view)
    _check_parts(view)
    _check_birth(view)
    _check_issuers(view)
    _check_award_year(view)
    _check_titles(view)


def _check_order(view: View) -> None:
    """E309: an end before its start, compared as far as both are known."""
    done: set[tuple[str, str]] = set()
    for first, last in _IN_ORDER:
        one, two = view.field(first), view.field(last)
        if one is None or two is None or (one.key, two.key) in done:
            continue
        done.add((one.key, two.key))
        for index, (start, end) in enumerate(
            zip(view.values(one.key), view.values(two.key), strict=True)
        ):
            if start and end and end[: len(start)] < start[: len(end)]:
                view.add("E309", index, two.key, value=show(end), **_other(one, show(start)))


def _check_parts(view: View) -> None:
    """E314: a part above its whole."""
    for part, whole in _AT_MOST:
        one, two = view.field(part), view.field(whole)
        if one is None or two is None:
            continue
        pairs = zip(view.values(one.key), view.values(two.key), strict=True)
        for index, (low, high) in enumerate(pairs):
            if low is not None and high is not None and low > high:
                view.add("E314", index, one.key, value=show(low), **_other(two, show(high)))


def _other(field: Field, value: str) -> dict[str, str]:
    words = headers(field)
    return {
        "other": value,
        "other_header": words["header"],
        "other_header_en": words["header_en"],
    }


def _check_birth(view: View) -> None:
    """E308: a date of birth in another year than the year of birth."""
    if not (view.has("birth") and view.has("birth_year")):
        return
    pairs = zip(view.values("birth"), view.values("birth_year"), strict=True)
    for index, (day, year) in enumerate(pairs):
        if day and year and day[:4] != year:
            view.add("E308", index, "birth", value=show(day), other=year)


def _check_issuers(view: View) -> None:
    """E310: a form of commendation that this issuer cannot sign."""
    issuer = view.field("issuer")
    if issuer is None:
        return
    names = _by_code(view, issuer)
    for field in view.fields.values():
        if field.type != "list" or field.key == issuer.key:
            continue
        choices = _by_code(view, field)
        pairs = zip(view.values(field.key), view.values(issuer.key), strict=True)
        for index, (code, by) in enumerate(pairs):
            choice = choices.get(code)
            if (
                choice is not None
                and by is not None
                and choice.issuers
                and by not in choice.issuers
            ):
                view.add("E310", index, issuer.key, **_issuer_words(choice, by, names))


def _issuer_words(choice: Choice, by: str, names: dict[Any, Choice]) -> dict[str, str]:
    right = [names[code] for code in choice.issuers if code in names]
    vi = " / ".join(f"«{c.label_vi}»" for c in right)
    en = " / ".join(f"«{c.label_en or c.label_vi}»" for c in right)
    wrong = names.get(by)
    return {
        "label": choice.label_vi,
        "label_en": choice.label_en or choice.label_vi,
        "issuer": wrong.label_vi if wrong else by,
        "issuer_en": (wrong.label_en or wrong.label_vi) if wrong else by,
        "allowed": f" (thường là {vi})" if right else "",
        "allowed_en": f" (usually {en})" if right else "",
    }


def _by_code(view: View, field: Field) -> dict[Any, Choice]:
    return {choice.code: choice for choice in view.programme.lists.get(field.list, ())}


def _check_award_year(view: View) -> None:
    """W308: a decision dated before the year of the achievement began."""
    if not (view.has("issuer") and view.has("year") and view.has("date")):
        return
    pairs = zip(view.values("year"), view.values("date"), strict=True)
    for index, (years, date) in enumerate(pairs):
        if years and date and date[:4] < years[:4]:
            view.add("W308", index, "date", value=show(date), other=years)


def _check_titles(view: View) -> None:
    """E316: one row for a title of several years; E317: a title of collectives for a person."""
    kinds, years = view.values("kind"), view.values("year")
    for field in view.fields.values():
        if field.type != "list" or field.role or not (view.has("kind") and view.has("year")):
            continue
        titles = {code: c for code, c in _by_code(view, field).items() if c.axis == "title"}
        for index, code in enumerate(view.values(field.key) if titles else ()):
            title = titles.get(code)
            if title is None:
                continue
            words = {"label": title.label_vi, "label_en": title.label_en or title.label_vi}
            if years[index] and "-" in years[index]:
                view.add("E316", index, "year", **words)
            kind = _KIND_OF_SCALE.get(title.scale, kinds[index])
            if kinds[index] is not None and kind != kinds[index]:
                view.add("E317", index, field.key, **words, **_kind_words(kind))


def _kind_words(code: str) -> dict[str, str]:
    kind = "kind_collective" if code == "TT" else "kind_individual"
    return {"kind": word(kind).lower(), "kind_en": word(kind, "en").lower()}
