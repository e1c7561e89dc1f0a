"""Why a council's result cannot be made, or taken back."""

from __future__ import annotations

from collections.abc import Sequence

from emubatch.model import Finding

MISTYPED = ("bad_date", "bad_issuer", "bad_share")  # options that were typed wrongly
TAKEN = ("registered",)


class SittingError(Exception):
    """The council's result cannot be made, or taken back; nothing was changed.

    ``reason`` is the tail of an interface word ``sitting_…``, ``words`` fill it: ``not_run``,
    ``no_ballot``, ``no_copies`` (``findings`` say why), ``registered``, ``no_result``,
    ``no_register``, ``bad_date``, ``bad_issuer``, ``bad_share``.
    """

    def __init__(self, reason: str, findings: Sequence[Finding] = (), **words: str) -> None:
        self.reason = reason
        self.words = words
        self.findings = tuple(findings)
        super().__init__(reason, words)
