"""How a verdict or a proposal is marked wherever it is shown: colour, sign and word."""

from __future__ import annotations

from collections.abc import Mapping

# Code -> (role of ``style``, key of the sign, key of the word). Colour never stands alone.
JUDGED: Mapping[str, tuple[str, str, str]] = {
    "pass": ("ok", "sign_pass", "pass"),
    "fail": ("reject", "sign_fail", "fail"),
    "review": ("query", "sign_review", "review"),
    "na": ("na", "sign_na", "na"),
    "progress": ("pending", "report_sign_pending", "progress"),
    "yes": ("ok", "sign_pass", "report_proposed_yes"),
    "no": ("reject", "sign_fail", "report_proposed_no"),
    "over_quota": ("query", "sign_review", "report_proposed_over_quota"),
    "tie": ("query", "sign_review", "report_proposed_tie"),
    "pending": ("pending", "report_sign_pending", "report_proposed_pending"),
}
