"""The judging of a month: from checked forms to the result that the reports show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from emubatch.model import CheckedForm, Finding

if TYPE_CHECKING:
    from emubatch.model import MonthResult
    from emubatch.money import Rates
    from emubatch.programme.tables import Programme
    from emubatch.register import Register
    from emubatch.request import MonthRequest, Progress
    from emubatch.roster import Roster
    from emubatch.waiver_book import Waivers


def judge(
    request: MonthRequest,
    forms: Sequence[CheckedForm],
    roster: Roster | None,
    waivers: Waivers | None,
    rates: Rates | None,
    programme: Programme,
    register: Register | None,
    facts: dict[str, str],
    progress: Progress,
) -> MonthResult:
    """The whole month at once: one set of frames, checks across units, rules, outcome.

    ``rates`` are those that the office states for reward money.
    """
    from emubatch.checks.across import across_units
    from emubatch.merge import merge, settle
    from emubatch.money.project import project
    from emubatch.outcome import decide
    from emubatch.rules import apply_rules

    as_of = facts["as_of"]
    progress("merge", 0, 0)
    units = roster.units if roster else None
    data = merge(forms, units, programme, as_of, request.supersede)
    for form in forms:
        form.tables = {}  # the frames hold every row now
    if waivers is not None:
        from emubatch.waivers import apply_waivers

        apply_waivers(waivers, data, programme, as_of, request.lang)
    data.findings.extend(across_units(data, programme))
    if register is not None:
        from emubatch.checks.register_findings import hold_against
        from emubatch.register.history import awards_by_year

        progress("register", 0, 0)
        hold_against(data, programme, register)
        data.history = awards_by_year(register, as_of)
    progress("rules", 0, 0)
    rules = apply_rules(data, programme, as_of, request.lang)
    data.findings.extend(rules.findings)
    settle(data)
    result = decide(data, rules, programme, facts, request.lang)
    project(result, rates)
    if result.verdicts is not None:
        from emubatch.recommend import recommend

        progress("needs", 0, 0)
        result.needs = recommend(data, programme, as_of, request.lang)
    if waivers is not None:
        from emubatch.waivers import show_waivers

        show_waivers(waivers, result, request.lang)
    return result


def note(result: MonthResult, found: Sequence[Finding]) -> None:
    """Add what was found after the judging, and bring the statuses in step."""
    from emubatch.merge import settle

    result.data.findings.extend(found)
    if result.findings is not result.data.findings:
        result.findings.extend(found)
    settle(result.data)
