"""What was required and what was found, in words that an office understands.

Texts are made per distinct pattern, never per row. Vietnamese first, English with ``--lang en``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from emubatch.model import Lang
from emubatch.programme.conditions import Condition, Measured
from emubatch.programme.tables import in_lang
from emubatch.rules.doubts import NO_YEAR, doubt_words
from emubatch.vietnamese import day_first

if TYPE_CHECKING:
    from emubatch.programme.tables import Choice, Criterion, Field
    from emubatch.rules.frames import Month

_VI: Mapping[str, str] = {
    "no_data": "không có dữ liệu",
    "open_applies": "chưa rõ có áp dụng hay không: thiếu «{headers}»",
    "year": "năm",
    "years": "{met}/{all} năm",
    "state_0": "trống",
    "state_1": "không đạt",
    "state_2": "chưa rõ",
    "sure": "Đã chắc {sure}/{need}",
    "open_years": "còn {count} năm chưa rõ ({years})",
    "open_rows": "còn {count} chưa rõ",
    "floating": "{count} dòng không ghi năm",
    "both_bases": "theo năm thành tích: {by_year}, theo ngày quyết định: {by_date}",
    "or_higher": " trở lên",
    "or": " hoặc ",
    "or_else": ", hoặc ",
    "each_year": "mỗi năm {window}: {what}",
    "need_count": "{compare} {limit}: {what}",
    "need_years": "{compare} {limit} năm: {what}",
    "may_only": " (có thể tính thêm: {what})",
    "may_too": " (tính cả: {what})",
    "signed": ", {header}: {codes}",
    "any_row": "{sheet}",
    ">=": "ít nhất",
    ">": "trên",
    "<=": "không quá",
    "<": "dưới",
    "=": "đúng",
    "!=": "khác",
    "need_months": "từ đủ {limit} tháng liên tục, tính đến {end}",
    "months": "{months} tháng",
    "months_range": "{low}–{high} tháng",
    "months_short": "{months} tháng, thiếu {days} ngày",
    "month_known": "chỉ biết {text}",
    "no_start": "chưa ghi ngày bắt đầu",
    "by_periods": "theo quá trình công tác từ {start}",
    "ends_before": "quá trình công tác kết thúc trước ngày tính",
    "gap_doubt": "có gián đoạn cần xem xét: tính lại từ {start} thì còn {months} tháng",
    "need_none": "không có: {what}",
    "none_stated": "đã ghi không có",
    "none_unstated": "chưa ghi có hay không",
    "none_denied": "ghi là có, nhưng không có dòng nào nêu rõ",
    "none_sure": "{count} trong giai đoạn",
    "none_open": "{count} dòng chưa rõ",
    "none_later": "{count} sau giai đoạn, trước ngày xét",
    "none_both": "vừa ghi không có vừa có dòng",
    "need_yes": "có",
    "attest_yes": "có",
    "attest_beside": "{answer}; đối chiếu {title}: {what}",
    "attest_no": "không",
    "attest_blank": "trống",
    "attest_both": "vừa có vừa không",
    "attest_open": "chưa rõ",
    "need_exists": "có dữ liệu: {what}",
    "exists_yes": "có",
    "before": "trước {limit}",
    "until": "đến hết {limit}",
    "same_day": "nhận đúng ngày {value}",
    "at_limit": "đúng bằng giới hạn {value}",
    "all_of": "mọi điều kiện",
    "any_of": "ít nhất một điều kiện",
    "agree": "mọi cách đọc cho cùng kết quả",
    "same_year": "mọi điều kiện, trong cùng một năm",
    "inner": "{passed}/{all} đạt",
    "inner_open": "{count} cần xem xét",
    "inner_failed": "{count} không đạt",
    "other_year": "không trong cùng một năm",
    "one_award": "một lần khen chỉ tính cho một điều kiện",
    "out_0": "không đạt",
    "out_1": "cần xem xét",
    "out_2": "đạt",
    "yet_0": "chưa đạt",
    "yet_1": "chưa rõ",
    "yet_2": "đã đạt",
    "so_far": "đã đạt {passed}/{all}",
}
_EN: Mapping[str, str] = {
    "no_data": "no data",
    "open_applies": "unclear whether it applies: «{headers}» is missing",
    "year": "years",
    "years": "{met}/{all} years",
    "state_0": "blank",
    "state_1": "not met",
    "state_2": "unclear",
    "sure": "{sure}/{need} for sure",
    "open_years": "{count} more unclear ({years})",
    "open_rows": "{count} more unclear",
    "floating": "{count} rows without a year",
    "both_bases": "by year of achievement: {by_year}, by date of decision: {by_date}",
    "or_higher": " or higher",
    "or": " or ",
    "or_else": ", or ",
    "each_year": "each year {window}: {what}",
    "need_count": "{compare} {limit}: {what}",
    "need_years": "{compare} {limit} years: {what}",
    "may_only": " (perhaps also: {what})",
    "may_too": " (also: {what})",
    "signed": ", {header}: {codes}",
    "any_row": "{sheet}",
    ">=": "at least",
    ">": "more than",
    "<=": "at most",
    "<": "under",
    "=": "exactly",
    "!=": "other than",
    "need_months": "at least {limit} full months without a break, by {end}",
    "months": "{months} months",
    "months_range": "{low}–{high} months",
    "months_short": "{months} months, {days} days short",
    "month_known": "only {text} is known",
    "no_start": "no start of service",
    "by_periods": "by service periods from {start}",
    "ends_before": "service periods end before the reference day",
    "gap_doubt": "a doubtful break: counted anew from {start} it is {months} months",
    "need_none": "none of: {what}",
    "none_stated": "stated as none",
    "none_unstated": "not stated",
    "none_denied": "stated that there is, but no row says what",
    "none_sure": "{count} in the period",
    "none_open": "{count} rows unclear",
    "none_later": "{count} after the period, before the reference day",
    "none_both": "stated as none, and rows as well",
    "need_yes": "yes",
    "attest_yes": "yes",
    "attest_beside": "{answer}; beside it {title}: {what}",
    "attest_no": "no",
    "attest_blank": "blank",
    "attest_both": "both yes and no",
    "attest_open": "unclear",
    "need_exists": "present: {what}",
    "exists_yes": "yes",
    "before": "before {limit}",
    "until": "up to and including {limit}",
    "same_day": "received on the very day, {value}",
    "at_limit": "exactly on the limit {value}",
    "all_of": "all conditions",
    "any_of": "at least one condition",
    "agree": "every reading gives the same",
    "same_year": "all conditions, in one and the same year",
    "inner": "{passed}/{all} met",
    "inner_open": "{count} to be reviewed",
    "inner_failed": "{count} not met",
    "other_year": "not in one and the same year",
    "one_award": "one award counts for one condition only",
    "out_0": "not met",
    "out_1": "to be reviewed",
    "out_2": "met",
    "yet_0": "not yet",
    "yet_1": "unclear",
    "yet_2": "met",
    "so_far": "{passed}/{all} met so far",
}


@cache
def of(lang: Lang) -> Wording:
    """The words of a language."""
    return Wording(lang, _EN if lang == "en" else _VI)


@dataclass(frozen=True, slots=True)
class Wording:
    """Phrases of one language, filled in."""

    lang: Lang
    words: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """One phrase."""
        return self.words[key].format(**values)

    def doubts(self, bits: int) -> str:
        """Doubts in words."""
        return doubt_words(bits, self.lang)

    # --- found ------------------------------------------------------------------------------

    def each_year(self, first: int, states: Sequence[int], floating: int, why: int) -> str:
        """``4/5 năm; 2017: trống``."""
        parts = [self.say("years", met=states.count(3), all=len(states))]
        others = [
            f"{first + at}: {self.words[f'state_{state}']}"
            for at, state in enumerate(states)
            if state != 3
        ]
        if others:
            parts.append(", ".join(others))
        return self._with_doubts(parts, floating, why)

    def some_years(
        self, first: int, states: Sequence[int], need: str, floating: int, why: int
    ) -> str:
        """``Đã chắc 2/3, còn 1 năm chưa rõ (2017)``."""
        met = [str(first + at) for at, state in enumerate(states) if state == 3]
        unclear = [str(first + at) for at, state in enumerate(states) if state in (0, 2)]
        if unclear or floating:
            text = self.say("sure", sure=len(met), need=need)
            if unclear:
                years = ", ".join(unclear)
                text += ", " + self.say("open_years", count=len(unclear), years=years)
        else:
            text = self.say("years", met=len(met), all=need)
            text += f" ({', '.join(met)})" if met else ""
        return self._with_doubts([text], floating, why)

    def some_rows(self, sure: int, possible: int, need: str, why: int) -> str:
        """``Đã chắc 0/1, còn 1 chưa rõ; người ký cùng cấp…``."""
        text = f"{sure}/{need}"
        if possible > sure:
            text = self.say("sure", sure=sure, need=need)
            text += ", " + self.say("open_rows", count=possible - sure)
        return self._with_doubts([text], 0, why)

    def inner(self, passed: int, open_: int, failed: int) -> str:
        """``2/3 đạt; 1 cần xem xét``."""
        parts = [self.say("inner", passed=passed, all=passed + open_ + failed)]
        if open_:
            parts.append(self.say("inner_open", count=open_))
        if failed:
            parts.append(self.say("inner_failed", count=failed))
        return "; ".join(parts)

    def rows(self, present: int, best: int) -> str:
        """What the best of some rows comes to."""
        return self.words[f"out_{best}" if present else "attest_blank"]

    def so_far(self, passed: int, open_: int, failed: int) -> str:
        """``đã đạt 2/3``, in registration mode."""
        return self.say("so_far", passed=passed, all=passed + open_ + failed)

    def _with_doubts(self, parts: list[str], floating: int, why: int) -> str:
        if floating:
            parts.append(self.say("floating", count=floating))
            why &= ~NO_YEAR
        if why:
            parts.append(self.doubts(why))
        return "; ".join(part for part in parts if part)

    # --- required ---------------------------------------------------------------------------

    def every_year(self, month: Month, leaf: Criterion) -> str:
        """What ``every_year`` asks for."""
        what = self.what(month, leaf.of) + self._signed(month, leaf)
        return self.say("each_year", window=self.window(leaf), what=what)

    def count(self, month: Month, leaf: Criterion, *, in_years: bool) -> str:
        """What a count asks for."""
        text = self.say(
            "need_years" if in_years else "need_count",
            compare=self.words[leaf.operator or ">="],
            limit=leaf.threshold,
            what=self.what(month, leaf.of) + self._signed(month, leaf) + self._may(month, leaf),
        )
        window = self.window(leaf)
        return f"{text}; {window}" if window else text

    def _may(self, month: Month, leaf: Criterion) -> str:
        """What is only possible, or counts too, as the switch ``may_count`` says."""
        said = leaf.options.get("may_count", "possible")
        if not leaf.may_of or said == "no":
            return ""
        key = "may_too" if said == "yes" else "may_only"
        return self.say(key, what=self.what(month, leaf.may_of))

    def window(self, leaf: Criterion) -> str:
        """``2015–2019``, or its days when the window is not whole years."""
        first, last = leaf.window
        if first.endswith("-01-01") and last.endswith("-12-31"):
            return first[:4] if first[:4] == last[:4] else f"{first[:4]}–{last[:4]}"
        return "–".join(day_first(day) for day in (first, last) if day)

    def what(self, month: Month, measured: Sequence[Measured]) -> str:
        """The measured things by their labels."""
        texts = dict.fromkeys(self._one(month, source) for source in measured)
        return self.words["or"].join(texts)

    def _one(self, month: Month, source: Measured) -> str:
        spec = month.field(source.sheet, source.field)
        choices = month.choices(spec)
        if not choices or not source.codes:
            return self.header(month, spec, source.sheet)
        return self.words["or"].join(
            self.label(choices, code) + (self.words["or_higher"] if plus else "")
            for code, plus in source.codes
        )

    def label(self, choices: Mapping[str, Choice], code: str) -> str:
        """Label of a code, the code itself when the list has none."""
        choice = choices.get(code)
        if choice is None:
            return code
        return in_lang(choice, "label", self.lang)

    def header(self, month: Month, spec: Field | None, sheet: str) -> str:
        """Header of a column, else the name of its sheet."""
        if spec is not None:
            return in_lang(spec, "header", self.lang)
        found = month.programme.sheet_by_key.get(sheet)
        if found is None:
            return sheet
        return in_lang(found, "title", self.lang)

    def _signed(self, month: Month, leaf: Criterion) -> str:
        """The conditions on the rows, as ``, Cấp/người ký: Chủ tịch UBND tỉnh``."""
        sheet = leaf.of[0].sheet if leaf.of else ""
        return "".join(self._condition(month, sheet, condition) for condition in leaf.where)

    def _condition(self, month: Month, sheet: str, condition: Condition) -> str:
        spec = month.field(sheet, condition.field)
        choices = month.choices(spec)
        yes = {"*": self.words["need_yes"], "CO": self.words["need_yes"]}
        labels = [yes.get(code) or self.label(choices, code) for code in condition.values]
        codes = self.words["or"].join(labels)
        header = self.header(month, spec, "") or condition.field
        operator = "" if condition.operator == "=" else f"{self.words[condition.operator]} "
        return self.say("signed", header=header, codes=operator + codes)
