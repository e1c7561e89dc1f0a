"""The rules (tiêu chuẩn, bảng điểm, chỉ tiêu): one month of frames in, verdicts and points out.

Nothing here knows a programme, a criterion or a code: only the closed set of tests of
``programme.operators``, each with its switches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emubatch.model import Lang, MonthData, RuleResult
    from emubatch.programme.tables import Programme


def apply_rules(data: MonthData, programme: Programme, as_of: str, lang: Lang = "vi") -> RuleResult:
    """Verdicts, points and indicators of a month.

    Args:
        data: the merged frames; never changed.
        programme: the plan, its readings already resolved.
        as_of: ISO reference date; decisions after it are not looked at.
        lang: language of ``measured`` and ``required``.

    Returns:
        Frames as ``model.RuleResult`` describes; what the programme does not ask for is None.
    """
    from emubatch.model import RuleResult
    from emubatch.rules.criteria import evaluate
    from emubatch.rules.delegates import judge_delegates
    from emubatch.rules.frames import Month
    from emubatch.rules.indicators import judge_indicators
    from emubatch.rules.scorecard import score
    from emubatch.rules.targets import judge_targets
    from emubatch.rules.verdicts import eligibility_frame, verdict_frame

    month = Month.of(data, programme, as_of, lang)
    result = RuleResult()
    if programme.criteria:
        roots = evaluate(month)
        result.verdicts = verdict_frame(month, roots)
        result.eligibility = eligibility_frame(month, roots)
    if programme.scorecard:
        result.scores, found = score(month)
        result.findings += found
    if programme.indicators:
        result.indicators, found = judge_indicators(month)
        result.findings += found
    if programme.delegates:
        result.delegates, result.delegate_checks = judge_delegates(month)
    if programme.targets:
        result.targets, found = judge_targets(month)
        result.findings += found
    return result
