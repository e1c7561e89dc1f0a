"""All checks of one form, in one pass: a submission becomes typed tables and findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from emubatch.checks.columns import SheetReader
from emubatch.checks.details import check_detail_rows, must_state
from emubatch.checks.nominees import Roll, check_details, check_roll, orphan_words, read_roll
from emubatch.checks.order import sorted_findings
from emubatch.checks.required import check_required
from emubatch.checks.rows import check_rows
from emubatch.checks.scorecard import check_indicators, check_scorecard
from emubatch.checks.view import View, view_of
from emubatch.messages import finding
from emubatch.model import CheckedForm, Finding, Submission
from emubatch.programme.tables import Programme


class FormChecker:
    """Checks forms of one programme; remembers what it has parsed from one form to the next."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.readers = {sheet.key: SheetReader(programme, sheet.key) for sheet in programme.sheets}

    def check(self, submission: Submission) -> CheckedForm:
        """The typed tables and every finding of one submission."""
        form = CheckedForm(
            file=submission.file,
            sha256=submission.sha256,
            size=submission.size,
            unit=submission.stated_unit,
            modified=submission.modified,
            counts=submission.counts,
        )
        found = list(submission.findings)
        views: dict[str, View] = {}
        for key, raw in submission.tables.items():
            table, odd = self.readers[key].read(raw)
            form.tables[key] = table
            found += odd
            views[key] = view_of(self.programme, raw, table)
        if views:
            self._name_unit(form, views)
            roll = self._check_sheets(views)
            found += [one for view in views.values() for one in view.findings]
            found += self._nobody(views, roll, found)
            found += self._unstated(views, roll, found)
        placed = [replace(one, file=form.file, unit=form.unit) for one in found]
        form.findings = sorted_findings(placed, self._order(views))
        return form

    def _name_unit(self, form: CheckedForm, views: dict[str, View]) -> None:
        for sheet in self.programme.sheets_with_role("unit"):
            view = views.get(sheet.key)
            if view is None or not view.size:
                continue
            form.unit = view.values("unit_code")[0] or form.unit
            form.received = view.values("received")[0] or ""

    def _check_sheets(self, views: dict[str, View]) -> Roll:
        programme = self.programme
        roll = read_roll(programme, views)
        for view in views.values():
            _check_size(view)
            check_required(view)
            check_rows(view)
            if view.sheet.role == "scorecard":
                check_scorecard(programme, view)
            elif view.sheet.role == "indicators":
                check_indicators(programme, view)
            elif view.sheet.role == "detail":
                check_details(view, roll)
        check_roll(roll)
        check_detail_rows(programme, views, roll)
        return roll

    def _nobody(
        self, views: dict[str, View], roll: Roll, found: Sequence[Finding]
    ) -> Iterator[Finding]:
        """W307 a form that nominates nobody, E406 rows about people though none is nominated.

        A nominee sheet that could not be read has its own finding, which explains both.
        """
        told = {dict(one.params).get("title") for one in found if one.code == "E305"}
        sheets = [s for s in self.programme.sheets_with_role("nominee") if s.key not in told]
        sheets = [s for s in sheets if s.key not in views or views[s.key].has("name")]
        for sheet in sheets:
            if sheet.kind in roll.orphans:
                title = views[sheet.key].table.title if sheet.key in views else ""
                words = orphan_words(roll, sheet.kind)
                yield finding("E406", sheet=title, title=sheet.key, **words)
        if sheets and not roll.all and not roll.orphans and not told:
            yield finding("W307", sheets=", ".join(f"«{sheet.key}»" for sheet in sheets))

    def _unstated(
        self, views: dict[str, View], roll: Roll, found: Sequence[Finding]
    ) -> Iterator[Finding]:
        """W407: the sheet on which people state that there is nothing to tell is not there."""
        told = {dict(one.params).get("title") for one in found if one.code == "E305"}
        for sheet in self.programme.sheets_with_role("detail"):
            field = self.programme.field_with_role(sheet.key, "states_none")
            if field is None or sheet.key in views or sheet.key in told:
                continue
            kinds = must_state(self.programme, sheet.key)
            people = sum(one.kind in kinds for one in roll.all)
            if people:
                words = {"statement": field.header_vi, "statement_en": field.header_en}
                yield finding("W407", sheet=sheet.key, count=str(people), **words)

    def _order(self, views: dict[str, View]) -> dict[str, int]:
        keys = [sheet.key for sheet in self.programme.sheets]
        titles = {view.table.title: keys.index(key) for key, view in views.items()}
        return {key: at for at, key in enumerate(keys) if key not in views} | titles


def _check_size(view: View) -> None:
    """E303 nothing filled in on a required sheet, E304 more than one unit."""
    if view.sheet.required and not view.size:
        view.add_sheet("E303")
    if view.sheet.role == "unit" and view.size > 1:
        first = next(iter(view.fields))
        view.add("E304", 1, first, count=view.size)
