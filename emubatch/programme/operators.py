"""The closed set of tests and of reading switches, with what each of them needs.

The rules implement exactly these; the lint refuses everything else and names the nearest right
name. A switch is looked up first in the ``options`` cell of a criterion, then among the
programme's settings, then here.
"""

from __future__ import annotations

from dataclasses import dataclass

_YES_NO = ("true", "false")


@dataclass(frozen=True, slots=True)
class Switch:
    """A reading switch: its default and the values allowed (empty: free text, a list or a number).

    ``kind`` is ``choice``, ``codes`` (codes joined by ``|``), ``int``, ``number`` or ``text``.
    ``aliases`` are other words for an allowed value, replaced while loading.
    """

    default: str
    allowed: tuple[str, ...] = ()
    kind: str = "choice"
    aliases: tuple[tuple[str, str], ...] = ()


SWITCHES: dict[str, Switch] = {
    # House readings G1..G12 (DOMAIN section 0)
    "required": Switch("true", _YES_NO),  # false: a leaf without data is left out, never decides
    "count_interval": Switch("true", _YES_NO),
    "year_basis": Switch("achievement_year", ("achievement_year", "decision_date")),
    "year_basis_conflict": Switch("review", ("review", "ignore")),
    "blank_year": Switch("review", ("review", "none")),
    "title_closure": Switch("true", _YES_NO),
    "equivalents": Switch("", kind="codes"),
    "same_level_issuer": Switch("review", ("review", "no")),
    "higher_issuer_satisfies": Switch("true", ("true", "false", "review")),
    "deadline_inclusive": Switch("false", _YES_NO),
    "deadline_same_day": Switch("review", ("review", "late", "in_time")),
    "at_boundary": Switch("strict", ("strict", "review")),
    "award_identity": Switch("form|issuer|number|date", kind="codes"),
    "near_duplicate": Switch("review", ("review", "count", "drop")),
    "ranking": Switch("", kind="text"),
    "attest_blank": Switch("review", ("review", "informational")),
    # Tenure
    "month_only": Switch("both_ends", ("both_ends", "first_day", "last_day")),
    "borderline_days": Switch("0", kind="int"),
    "max_gap_days": Switch("0", kind="int"),
    "neutral_gaps": Switch("", kind="codes"),
    "doubtful_gaps": Switch("", kind="codes"),
    # Discipline
    "check_until_decision": Switch("warn", ("warn", "ignore")),
    "discipline_systems": Switch("", kind="codes"),
    "when_found": Switch("fail", ("fail", "review")),
    "when_silent": Switch("review", ("review", "pass")),
    "members_found": Switch("ignore", ("ignore", "review")),
    # Titles that may count where a commendation is asked
    "may_count": Switch(
        "possible",
        ("possible", "no", "yes"),
        aliases=(("false", "possible"), ("true", "yes"), ("never", "no")),
    ),
    # Rows below an ``all_of``: of one year, of different awards
    "same_year": Switch("false", _YES_NO),
    "distinct_awards": Switch("false", _YES_NO),
    # Quotas
    "group_map": Switch("", kind="text"),
    # Who leads, who works directly, and the share of the latter that is asked for (more than)
    "leader_tiers": Switch("LANH_DAO_SO|LANH_DAO_PHONG", kind="codes"),
    "direct_classes": Switch("CONG_NHAN|NLD_CO_QUAN", kind="codes"),
    "direct_share": Switch("70", kind="number"),
    # Scorecard (DOMAIN A.4, 4.1-4.10)
    "bonus_rule": Switch("per_percent", ("per_percent", "flat")),
    "points_per_pct": Switch("1", kind="number"),
    "cap_pct_of_base": Switch("10", kind="number"),
    "shortfall_penalty": Switch("entered", ("entered", "none")),
    "no_option": Switch("review", ("review", "zero")),
    "zero_level": Switch("review", kind="text"),
    "undefined_level": Switch("review", kind="text"),
    "bonus_with_penalty": Switch("warn", ("warn", "allow", "review")),
    "show_raw_total": Switch("true", _YES_NO),
    "keep_estimates": Switch("true", _YES_NO),
    # Targets: the wave that is judged, and the units that answer for the department
    "wave": Switch("", kind="text"),
    "answered_by": Switch("", kind="text"),
    # Claims that the register of awards contradicts, or does not know, are possible only
    "register_review": Switch("contradicted", ("none", "contradicted", "unknown")),
    # Money: how a product is rounded; one achievement that brought several awards
    "money_rounding": Switch("up_10000", ("up_10000", "nearest_10000", "none")),
    "money_same_achievement": Switch("by_law", ("by_law", "highest", "each")),
    # Conferences
    "boundary_staff": Switch("review", ("review", "below", "above")),
    "split_mode": Switch("floor_ceiling", ("floor_ceiling", "exact")),
    "listed_twice": Switch("exemplar", ("exemplar", "review")),
    # Indicators
    "growth_tolerance": Switch("last_digit", ("last_digit", "exact")),
}

# Switches that whole tables read, not single criteria: table -> switches.
TABLE_SWITCHES: dict[str, tuple[str, ...]] = {
    "quotas": ("ranking", "group_map"),
    "deadlines": ("deadline_inclusive", "deadline_same_day"),
    "scorecard": (
        "no_option",
        "bonus_rule",
        "points_per_pct",
        "cap_pct_of_base",
        "shortfall_penalty",
        "zero_level",
        "undefined_level",
        "at_boundary",
        "bonus_with_penalty",
        "show_raw_total",
    ),
    "criteria": ("register_review",),
    "sheets": ("money_rounding", "money_same_achievement"),
    "indicators": ("keep_estimates", "growth_tolerance"),
    "delegates": ("boundary_staff", "split_mode", "listed_twice", "deadline_same_day"),
    "targets": (
        "wave",
        "answered_by",
        "title_closure",
        "equivalents",
        "same_level_issuer",
        "higher_issuer_satisfies",
    ),
}

# Switches that may be set for any programme, also for one that does not state them.
FOR_ANY: dict[str, tuple[str, str]] = {
    "leader_tiers": (
        "Cấp vị trí được tính là lãnh đạo; các cấp khác là lao động trực tiếp",
        "Tiers that count as leaders; all others work directly",
    ),
    "direct_classes": (
        "Đối tượng được tính là lao động trực tiếp khi không ghi cấp vị trí",
        "Classes that count as working directly where no tier is stated",
    ),
    "direct_share": (
        "Tỷ lệ lao động trực tiếp (%) phải vượt, in ở bảng cơ cấu",
        "Share of directly working staff (%) to be exceeded, printed in the tally",
    ),
    "register_review": (
        "Thành tích kê khai trái với sổ khen thưởng chỉ được tính là có thể",
        "A claim that the register of awards contradicts is possible only",
    ),
    "money_rounding": (
        "Cách làm tròn tiền thưởng: lên 10.000 đồng, đến 10.000 đồng gần nhất, không làm tròn",
        "How reward money is rounded: up to 10,000 đồng, to the nearest 10,000, not at all",
    ),
    "money_same_achievement": (
        "Một thành tích được khen nhiều hình thức: theo luật tại ngày quyết định,"
        " chỉ chi mức cao nhất, hoặc chi từng hình thức",
        "One achievement with several awards: the law of the decision date, the highest only, each",
    ),
}

_DATES = ("year_basis", "year_basis_conflict")
_TITLES = ("title_closure", "blank_year", "required")
_ISSUERS = ("equivalents", "same_level_issuer", "higher_issuer_satisfies")
_IDENTITY = ("award_identity", "near_duplicate")


@dataclass(frozen=True, slots=True)
class Test:
    """What a test needs: columns that must be filled, and the switches it reads."""

    needs: tuple[str, ...]
    switches: tuple[str, ...]
    allows: tuple[str, ...] = ()


TESTS: dict[str, Test] = {
    "all_of": Test((), ("same_year", "distinct_awards")),
    "any_of": Test((), ()),
    "agree": Test((), ()),
    "count": Test(
        ("of", "threshold"),
        (*_DATES, *_TITLES, *_ISSUERS, *_IDENTITY, "may_count", "count_interval"),
        ("where", "may_of", "may_where", "window"),
    ),
    "count_years": Test(
        ("of", "window", "threshold"),
        (*_DATES, *_TITLES, *_ISSUERS, *_IDENTITY, "may_count", "count_interval"),
        ("where", "may_of", "may_where"),
    ),
    "every_year": Test(("of", "window"), (*_TITLES, *_ISSUERS), ("where",)),
    "full_months": Test(
        ("of", "window", "threshold"),
        (
            "month_only",
            "borderline_days",
            "max_gap_days",
            "neutral_gaps",
            "doubtful_gaps",
            "required",
        ),
        ("may_of",),
    ),
    "none": Test(
        ("of", "window"),
        (
            *("check_until_decision", "discipline_systems", "required"),
            *("when_found", "when_silent", "members_found"),
        ),
        ("where", "threshold"),
    ),
    "compare": Test(
        ("of", "operator", "threshold"),
        ("at_boundary", "deadline_inclusive", "deadline_same_day", "required"),
        ("where",),
    ),
    "attest": Test(("of",), ("attest_blank", "required"), ("where", "may_of", "window")),
    "exists": Test(("of",), ("required",), ("where", "window")),
}
