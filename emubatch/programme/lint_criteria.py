"""Checks of the outline of criteria: parents, tests and their columns, fields, codes, windows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from emubatch.programme.conditions import BLANK, OPERATORS, Condition, Measured, is_date, is_number
from emubatch.programme.operators import SWITCHES, TESTS, Switch
from emubatch.programme.problems import Labelled, Problem, Table
from emubatch.programme.roles import KINDS, TESTS_INNER
from emubatch.programme.tables import Choice, Criterion, DelegateCheck, Field, Programme, Target

_COUNTS = ("count", "count_years", "full_months")
_YEARLY = ("count_years", "every_year")
_OPTIONAL = ("of", "where", "may_of", "may_where", "window", "operator", "threshold")
_ANYTHING = "*"


def lint_criteria(programme: Programme, problems: list[Problem]) -> None:
    """Every row of the outline, and the outline as a whole."""
    table = Table("criteria.csv", problems)
    table.twice(((c.line, c.id) for c in programme.criteria), "id")
    parents = {c.id: c.parent for c in programme.criteria}
    lint_tree(((c.line, c.id, c.parent) for c in programme.criteria), parents, table)
    above = set(parents.values())
    for row in programme.criteria:
        _lint_place(row, row.id in above, table)
        if row.test in TESTS:
            _lint_columns(row, table)
            _lint_options(row, table)
            Names(programme, row, table).lint(row)
            _lint_window(row, table)
            _lint_threshold(programme, row, table)


def lint_tree(
    rows: Iterable[tuple[int, str, str]], parents: Mapping[str, str], table: Table
) -> None:
    """Parents exist, and nothing lies below itself; rows are line, key, parent."""
    for line, key, parent in rows:
        if parent and parent not in parents:
            table.add(line, "parent", "unknown_parent", parent, parents)
        path = [key]
        while (up := parents.get(path[-1], "")) and up not in path:
            path.append(up)
        if up and up == key:
            table.add(line, "parent", "circular", key, detail=" < ".join([*path, key]))


def _lint_place(row: Criterion, has_children: bool, table: Table) -> None:
    if row.test not in TESTS:
        table.add(row.line, "test", "unknown_test", row.test, TESTS)
    elif row.inner and not has_children:
        table.add(row.line, "test", "inner_without_children")
    elif not row.inner and has_children:
        table.add(row.line, "test", "leaf_with_children", row.test, detail=", ".join(TESTS_INNER))


def _given(row: Criterion, column: str) -> bool:
    return any(row.window) if column == "window" else bool(getattr(row, column))


def _lint_columns(row: Criterion, table: Table) -> None:
    """A test has what it needs, and nothing that it would silently ignore."""
    test = TESTS[row.test]
    for column in test.needs:
        if not _given(row, column):
            table.add(row.line, column, "missing_for_test", detail=row.test)
    # "At least" is what a count means when no comparison is written.
    usable = {*test.needs, *test.allows, *(["operator"] if "threshold" in test.needs else [])}
    for column in _OPTIONAL:
        if _given(row, column) and column not in usable:
            table.add(row.line, column, "column_not_used", detail=row.test)


def _lint_options(row: Criterion, table: Table) -> None:
    for key, value in row.options.items():
        if not switch_takes(SWITCHES[key], value):
            allowed = SWITCHES[key].allowed
            table.add(row.line, "options", "bad_switch_value", value, allowed, detail=key)


def switch_takes(switch: Switch, value: str) -> bool:
    """Whether a switch allows a value."""
    if switch.kind == "choice":
        return value in switch.allowed or value in dict(switch.aliases)
    if switch.kind == "int":
        return value.isdigit()
    return switch.kind != "number" or is_number(value)


_Row = Criterion | Target | DelegateCheck


class Names:
    """The sheets, fields and codes that one criterion, or one target, names."""

    def __init__(self, programme: Programme, row: _Row, table: Table) -> None:
        self.programme = programme
        self.row = row
        self.table = table
        nominees = programme.sheets_with_role("nominee")
        self.about = {f.key: f for s in nominees for f in programme.fields_of[s.key]}

    def lint(self, row: Criterion) -> None:
        """Everything that a criterion names."""
        self.measures("of", "may_of")
        for condition in row.applies:
            self._condition("applies", condition, ())
        for column, of in (("where", row.of), ("may_where", row.may_of)):
            self.conditions(column, of)

    def measures(self, *columns: str) -> None:
        """The sources of evidence in these columns."""
        for column in columns:
            for measured in getattr(self.row, column):
                self._measured(column, measured)

    def conditions(self, column: str, of: Sequence[Measured]) -> None:
        """The conditions in a column, on rows of the sheets of ``of``."""
        for condition in getattr(self.row, column):
            self._condition(column, condition, of)

    def _add(self, column: str, code: str, value: str, known: Iterable[str], detail: str) -> None:
        self.table.add(self.row.line, column, code, value, known, detail=detail)

    def _measured(self, column: str, measured: Measured) -> None:
        if measured.sheet not in self.programme.sheet_by_key:
            self._add(column, "unknown_sheet", measured.sheet, self.programme.sheet_by_key, "")
            return
        fields = {f.key: f for f in self.programme.fields_of[measured.sheet]}
        if measured.field and measured.field not in fields:
            self._add(column, "unknown_field", measured.field, fields, measured.sheet)
        elif measured.field:
            self._codes(column, fields[measured.field], [code for code, _ in measured.codes])

    def _condition(self, column: str, condition: Condition, of: Sequence[Measured]) -> None:
        if condition.also and (column != "applies" or condition.operator != "="):
            self._add(column, "bad_operator", "/", (), "")
        values = tuple(value for value in condition.values if value != BLANK)
        for name in (condition.field, *condition.also):
            self._one_column(column, replace(condition, field=name, values=values), of)

    def _one_column(self, column: str, condition: Condition, of: Sequence[Measured]) -> None:
        spec, found = self._resolve(column, condition, of)
        if not found or condition.values == (_ANYTHING,):
            return
        if condition.operator not in ("=", "!="):
            self._ordered(column, condition, spec)
        elif condition.field == "kind":
            for value in condition.values:
                self.table.one_of(self.row.line, column, value, KINDS)
        elif spec is not None:
            self._codes(column, spec, condition.values)

    def _resolve(
        self, column: str, condition: Condition, of: Sequence[Measured]
    ) -> tuple[Field | None, bool]:
        """The column that a condition names, and whether there is one."""
        sheet, _, key = condition.field.rpartition(".")
        if sheet:
            return self._of_sheet(column, sheet, key, of)
        for source in of:
            for spec in self.programme.fields_of.get(source.sheet, ()):
                if spec.key == key:
                    return spec, True
        if key == "kind":
            return None, True
        if key in ("group", "tier"):
            return next((f for f in self.programme.fields if f.role == key), None), True
        if key in self.about:
            return self.about[key], True
        sheets = [source.sheet for source in of] or list(self._nominee_sheets())
        known = [f.key for s in sheets for f in self.programme.fields_of.get(s, ())]
        self._add(column, "unknown_field", key, [*known, *self.about], " / ".join(sheets))
        return None, False

    def _nominee_sheets(self) -> Iterator[str]:
        return (sheet.key for sheet in self.programme.sheets_with_role("nominee"))

    def _of_sheet(
        self, column: str, sheet: str, key: str, of: Sequence[Measured]
    ) -> tuple[Field | None, bool]:
        if sheet not in self.programme.sheet_by_key:
            self._add(column, "unknown_sheet", sheet, self.programme.sheet_by_key, "")
            return None, False
        fields = {f.key: f for f in self.programme.fields_of[sheet]}
        if key not in fields:
            self._add(column, "unknown_field", key, fields, sheet)
            return None, False
        role = self.programme.sheet_by_key[sheet].role
        if role not in ("unit", "nominee") and sheet not in [source.sheet for source in of]:
            self._add(column, "not_about_nominee", f"{sheet}.{key}", (), "")
            return None, False
        return fields[key], True

    def _codes(self, column: str, spec: Field, values: Sequence[str]) -> None:
        codes = Labelled()
        if spec.list in self.programme.lists:
            rows = self.programme.lists[spec.list]
            codes = Labelled({choice.code: choice.label_vi for choice in rows})
        elif spec.type == "yesno":
            codes = Labelled(CO="có", KHONG="không")
        for value in values if codes else ():
            if value not in codes:
                self._add(column, "bad_code", value, codes, spec.list or spec.key)

    def _ordered(self, column: str, condition: Condition, spec: Field | None) -> None:
        """``<`` and its like need something that has an order: a number, a date, a scale."""
        if spec is None or spec.type in ("text", "code", "yesno"):
            self._add(column, "bad_operator", condition.operator, (), "")
        elif spec.type == "list":
            self._codes(column, spec, condition.values)
            ranked = [c.code for c in self.programme.lists.get(spec.list, ()) if _ranked(c)]
            if not ranked:
                self._add(column, "bad_operator", condition.operator, (), "")
        else:
            for value in condition.values:
                _lint_value(self.row, column, value, spec, self.table)


def _ranked(choice: Choice) -> bool:
    return choice.rank is not None


def _lint_value(row: _Row, column: str, value: str, spec: Field, table: Table) -> None:
    if spec.type in ("date", "birth"):
        if not is_date(value):
            table.add(row.line, column, "bad_date", value)
    elif not is_number(value):
        table.add(row.line, column, "bad_threshold", value, detail="a number")


def _lint_window(row: Criterion, table: Table) -> None:
    first, last = row.window
    for column, text in (("from", first), ("to", last)):
        if text and not is_date(text):
            table.add(row.line, column, "bad_date", text)
    if row.test != "full_months" and bool(first) != bool(last):
        table.add(row.line, "from" if last else "to", "window_open")
    if row.test == "full_months" and first and not last:
        table.add(row.line, "to", "window_open")
    if first and last and first > last:
        table.add(row.line, "from", "window_inverted", f"{first} – {last}")
    elif row.test in _YEARLY and first and last and (first[4:], last[4:]) != ("-01-01", "-12-31"):
        table.add(row.line, "from", "window_partial", f"{first} – {last}")


def _lint_threshold(programme: Programme, row: Criterion, table: Table) -> None:
    if row.operator and row.operator not in OPERATORS:
        table.one_of(row.line, "operator", row.operator, OPERATORS)
    if row.test in _COUNTS and row.threshold and not is_number(row.threshold):
        table.add(row.line, "threshold", "bad_threshold", row.threshold, detail="a number")
    if row.test != "compare":
        return
    for measured in row.of:
        fields = programme.fields_of.get(measured.sheet, ())
        spec = next((f for f in fields if f.key == measured.field), None)
        if spec is None or not row.threshold:
            continue
        if spec.list in programme.lists:
            codes = [choice.code for choice in programme.lists[spec.list]]
            if row.threshold not in codes:
                table.add(row.line, "threshold", "bad_code", row.threshold, codes, detail=spec.list)
        elif spec.type in ("text", "code", "yesno"):
            table.add(row.line, "of", "bad_operator", row.operator)
        else:
            _lint_value(row, "threshold", row.threshold, spec, table)
