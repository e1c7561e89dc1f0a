"""From verdicts to proposals: what each nominee comes out as, why, and within which quota.

Every nominee of the month stands in the result with a status; nobody is dropped.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from emubatch.model import NOMINEE_COLUMNS, Lang, MonthData, MonthResult, RuleResult
from emubatch.outcome.quotas import PROPOSED, quota_frame, select
from emubatch.outcome.reasons import reasons, with_progress
from emubatch.programme.tables import Programme


def decide(
    data: MonthData,
    rules: RuleResult,
    programme: Programme,
    facts: dict[str, str],
    lang: Lang = "vi",
) -> MonthResult:
    """The result of the month.

    Args:
        data: the merged month; its findings already include those of the rules.
        rules: what the rules found.
        programme: the plan.
        facts: header facts of the run, handed on to the reports.
        lang: language of ``reason``.

    Returns:
        ``nominees`` with ``NOMINEE_COLUMNS``, ``reason``, and the origin and fields of
        ``data.nominees``; ``eligibility`` is pass, fail, review, na or (registration mode)
        progress, then with ``met`` of ``asked`` standards; ``rank`` NaN where nothing is ranked,
        ``reserve`` the place on the reserve list, 0 for who is not on it.
    """
    nominees = _judged(data, rules)
    selection = select(nominees, rules.verdicts, data.units, programme)
    nominees["rank"] = selection.rank
    nominees["reserve"] = selection.reserve
    nominees["proposed"] = _texts([PROPOSED[code] for code in selection.proposed.tolist()])
    if rules.verdicts is None:
        nominees["reason"] = _texts([""] * len(nominees))
    else:
        found = reasons(nominees, rules.verdicts, selection, programme, lang)
        found = with_progress(found, nominees, rules.eligibility, lang)
        nominees["reason"] = _texts(found)
    first = [*NOMINEE_COLUMNS, "reason", "reserve"]
    rest = [name for name in nominees.columns if name not in first]
    return MonthResult(
        programme=programme,
        data=data,
        nominees=nominees[[*first, *rest]],
        verdicts=rules.verdicts,
        scores=rules.scores,
        indicators=rules.indicators,
        quotas=quota_frame(nominees, selection, programme),
        findings=data.findings,
        facts=facts,
        targets=rules.targets,
        delegates=rules.delegates,
        delegate_checks=rules.delegate_checks,
    )


def _judged(data: MonthData, rules: RuleResult) -> pd.DataFrame:
    """The nominees with ``eligibility`` and ``decisive``."""
    nominees = data.nominees.copy()
    size = len(nominees)
    if rules.eligibility is None or not len(rules.eligibility):
        nominees["eligibility"] = _texts(["na"] * size)
        nominees["decisive"] = _texts([""] * size)
        return nominees
    for name in ("eligibility", "decisive"):
        nominees[name] = _texts(rules.eligibility[name].tolist())
    for name in ("met", "asked"):  # how many standards are met, of those that apply
        if name in rules.eligibility:
            nominees[name] = rules.eligibility[name].to_numpy()
    return nominees


def _texts(values: list[Any]) -> pd.Series[str]:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return pd.Series(found, dtype=object)
