"""How things look: one table of roles, each a set of XlsxWriter format properties.

XlsxWriter has no named cell styles, so the role name is ours and lives here only. A cell may carry
several roles (``("number", "ok")``); later ones win. Colour never stands alone: a sign and a word
stand beside it. The fills were measured: they stay apart for the three kinds of colour blindness
and in grey print.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

BLUE, BLUE_TEXT = "#9CCBEB", "#00263D"
YELLOW, YELLOW_TEXT = "#FFE066", "#3D3000"
RUST, RUST_TEXT = "#D98C5F", "#240900"
GREY, GREY_TEXT = "#F2F2F2", "#262626"
LINE = "#A6A6A6"
INK = "#1F3864"

SIGNS: Mapping[str, str] = {
    "ok": "✓",
    "query": "?",
    "reject": "✗",
    "pending": "…",
    "na": "–",
    "note": "i",
}

# Severity of a finding -> the role that shows it.
SEVERITY_ROLES: Mapping[str, str] = {"error": "reject", "warning": "query", "note": "note"}

_BOX: dict[str, Any] = {"border": 1, "border_color": LINE, "valign": "top"}

ROLES: Mapping[str, Mapping[str, Any]] = {
    # Page furniture
    "title": {"bold": True, "font_size": 14, "font_color": INK},
    "subtitle": {"font_color": "#404040", "italic": True},
    "heading": {"bold": True, "font_size": 12, "font_color": INK},
    "text": {"valign": "top", "text_wrap": True},
    "plain": {"valign": "top"},
    "link": {"valign": "top", "font_color": "#0563C1", "underline": 1},
    # Table heads
    "header": {
        **_BOX,
        "bold": True,
        "text_wrap": True,
        "valign": "vcenter",
        "align": "center",
        "bg_color": "#D9E1F2",
        "font_color": INK,
    },
    "required": {"bg_color": INK, "font_color": "#FFFFFF"},
    "upright": {"rotation": 90, "valign": "bottom", "font_size": 9, "bold": False},
    # Table bodies
    "cell": dict(_BOX),
    "wrap": {**_BOX, "text_wrap": True},
    "centre": {**_BOX, "align": "center"},
    "middle": {"align": "center"},
    "bold": {"bold": True},
    "number": {**_BOX, "num_format": "#,##0.##"},
    "integer": {**_BOX, "num_format": "#,##0"},
    "points": {**_BOX, "num_format": "0.##"},
    "factor": {**_BOX, "num_format": "0.0###"},
    "percent": {**_BOX, "num_format": '0.0#"%"'},
    "date": {**_BOX, "num_format": "dd/mm/yyyy", "align": "left"},
    "money": {**_BOX, "num_format": "#,##0 ₫"},
    "code": {**_BOX, "num_format": "@"},
    "small": {"font_size": 9},
    "open": {"bg_color": "#EAF3FB", "locked": False},
    "jump": {**_BOX, "font_color": "#0563C1", "underline": 1},
    # Cells of a form
    "input": {"locked": False, "text_wrap": True, "valign": "top"},
    "input_text": {"locked": False, "text_wrap": True, "valign": "top", "num_format": "@"},
    "input_date": {"locked": False, "valign": "top", "align": "left", "num_format": "dd/mm/yyyy"},
    "input_time": {"locked": False, "valign": "top", "align": "left", "num_format": "hh:mm:ss"},
    "started": {"border": 1, "border_color": LINE},
    "input_plain": {"locked": False},
    "code_plain": {"num_format": "@"},
    "unlocked": {"locked": False},
    "locked": {**_BOX, "locked": True, "bg_color": GREY, "text_wrap": True},
    "greyed": {**_BOX, "locked": True, "pattern": 14, "fg_color": LINE, "bg_color": GREY},
    # Outlines: rows that combine others, and how deep a row lies
    "root": {"bold": True, "bg_color": "#D9E1F2"},
    "branch": {"bold": True, "bg_color": "#EEF3FA"},
    "band": {"bg_color": "#EEF3FA"},
    **{f"indent{depth}": {"indent": depth, "align": "left"} for depth in range(1, 8)},
    "keys": {"font_size": 8, "font_color": "#7F7F7F", "align": "center", "num_format": "@"},
    # Meanings
    "ok": {"bg_color": BLUE, "font_color": BLUE_TEXT},
    "query": {"bg_color": YELLOW, "font_color": YELLOW_TEXT},
    "reject": {"bg_color": RUST, "font_color": RUST_TEXT},
    "pending": {"bg_color": GREY, "font_color": GREY_TEXT},
    "note": {"bg_color": GREY, "font_color": GREY_TEXT, "italic": True},
    "na": {"font_color": "#595959"},
    "total": {"bold": True, "top": 2, "bg_color": "#E7E6E6"},
}


def properties(roles: Iterable[str]) -> dict[str, Any]:
    """Format properties of these roles laid over each other, later ones winning.

    Raises:
        KeyError: for a role that is not in the table.
    """
    found: dict[str, Any] = {}
    for role in roles:
        found.update(ROLES[role])
    return found


def wraps(role: str) -> bool:
    """Whether text in this role breaks into lines inside its cell."""
    return bool(ROLES[role].get("text_wrap"))


def signed(role: str, word: str) -> str:
    """A word with the sign of its meaning in front, ``✓ ĐẠT``."""
    sign = SIGNS.get(role)
    return f"{sign} {word}" if sign else word
