"""The closed sets of words in the tables of a programme: roles, types, kinds, modes, tests."""

from __future__ import annotations

SHEET_ROLES = (
    "unit",
    "nominee",
    "detail",
    "unit_detail",
    "scorecard",
    "indicators",
    "targets",
)
FIELD_TYPES = (
    "text",
    "code",  # free identifier kept as text: leading zeros, spaces trimmed
    "list",  # one code of a list of choices
    "int",
    "number",
    "percent",
    "year",
    "years",  # a year, or a range of years
    "date",  # a day, or a month where only the month is known
    "birth",  # a date or a year
    "yesno",
)
KINDS = ("collective", "individual")
MODE = "mode"  # the setting that chooses between them
MODES = ("tong_ket", "dang_ky")
AXES = ("", "title", "form", "rating")
# What a column is for: rooms find columns by role, so that a programme may name them freely.
FIELD_ROLES = (
    # unit
    "unit_code",
    "unit_name",
    "group",
    "received",
    # nominees, and the cells that name one
    "name",
    "birth",
    "birth_year",
    "person_code",
    "tier",
    "class",
    "kind",
    "nominee",
    # titles, ratings, initiatives, discipline, service, dossier
    "year",
    "issuer",
    "number",
    "date",
    "rating",
    "union_title",
    "title",
    "level",
    "states_none",
    "system",
    "form",
    "from",
    "to",
    "place",
    "reason",
    "paper",
    "present",
    # scorecard
    "criterion",
    "label",
    "option",
    "fact",
    "fact_total",
    "exceed",
    "bonus",
    "penalty",
    "own_total",
    "evidence",
    # indicators
    "indicator",
    "measure",
    "plan",
    "value",
    "last_year",
    "stated_growth",
    "stated_plan",
    "qualifier",
    "estimate",
    # targets, and reports that come in waves
    "target",
    "answer",
    "wave",
    # awards of a year: registered at its start, and achieved
    "registered",
    "achieved",
    # registration of a conference
    "meeting_form",
    "delegates",
    "exemplars",
    "guests",
    "listed_twice",
)
# Role of a sheet -> roles that one of its columns must play.
ROLES_NEEDED: dict[str, tuple[str, ...]] = {
    "unit": ("unit_code", "unit_name"),
    "nominee": ("name",),
    "detail": ("kind", "nominee"),
    "scorecard": ("criterion", "option"),
    "indicators": ("indicator", "value"),
    "targets": ("target", "answer"),
}
QUOTA_SCOPES = ("", "unit")
BASES = ("nominated", "passed")  # of a share; else columns of the unit sheet
ROUNDINGS = ("floor", "ceil", "half_up")
ORDERS = ("desc", "asc")
TARGET_KINDS = ("share", "count", "answer")
TARGET_LEVELS = ("", "department")
CHECK_KINDS = ("compare", "attest", "absent", "form", "split")
TESTS_INNER = ("all_of", "any_of", "agree")
