"""The one exception of the reader: this file is not a workbook that can be read."""

from __future__ import annotations

from typing import Any


class Unreadable(Exception):
    """The file as a whole cannot be read.

    Attributes:
        code: a file-level code of the catalogue (F1xx).
        params: words for its message.
    """

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(code, params)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (self.code, self.params)


def _rebuilt(code: str, params: dict[str, Any]) -> Unreadable:
    return Unreadable(code, **params)
