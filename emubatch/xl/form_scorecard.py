"""The scorecard of a form: one row a criterion, its own levels to choose from."""

from __future__ import annotations

from emubatch.messages import word
from emubatch.programme.tables import Programme, ScoreRow, in_lang
from emubatch.vietnamese import fold_key
from emubatch.xl.form_layout import FIRST_ROW, FormColumn, FormSheet, defined_name
from emubatch.xl.form_rules import MESSAGE_LIMIT, TITLE_LIMIT, Rules, shortened
from emubatch.xl.write import SheetWriter, done


def score_rows(programme: Programme, sheet: FormSheet) -> list[ScoreRow | None]:
    """Row of the scorecard for each record, None for a code that is not in it."""
    code = programme.field_with_role(sheet.sheet.key, "criterion")
    by_code = {fold_key(row.code): row for row in programme.scorecard}
    if code is None:
        return [None] * len(sheet.records)
    return [by_code.get(fold_key(str(record.get(code.key) or ""))) for record in sheet.records]


def asked(programme: Programme, row: ScoreRow, role: str) -> bool:
    """Whether this row of the scorecard asks for the column with this role."""
    if row.kind != "leaf":
        return role in ("criterion", "label")
    options = programme.options_of.get(row.code, ())
    if role == "fact":
        return bool(row.fact)
    if role == "fact_total":
        return row.fact == "share"
    if role == "exceed":
        return row.bonus or any(option.short for option in options)
    if role == "bonus":
        return row.bonus
    return True


def write_levels(writer: SheetWriter, sheet: FormSheet, rules: Rules) -> None:
    """Drop-down of the levels in each row, the facts that it asks for, and what is missing."""
    option = next((c for c in sheet.columns if c.field and c.field.role == "option"), None)
    fact = next((c for c in sheet.columns if c.field and c.field.role == "fact"), None)
    if option is None or option.field is None:
        return
    leaves = []
    for record, row in enumerate(score_rows(rules.programme, sheet)):
        if row is None or row.kind != "leaf":
            continue
        leaves.append(f"{option.letter}{FIRST_ROW + record + 1}")
        message = {
            **rules.validation(sheet, option, option.field),
            "validate": "list",
            "source": "=" + defined_name("o", row.code),
            "error_message": word("form_pick", rules.lang),
            "error_type": "stop",
        }
        rules.validate(writer, sheet, option, message, record)
        if fact is not None and row.fact:
            _ask_fact(writer, sheet, rules, fact, row, record)
    if leaves:
        look = {
            "type": "formula",
            "criteria": f"=LEN(TRIM({leaves[0]}))=0",
            "format": rules.book.format("query", "started"),
            "multi_range": " ".join(leaves),
        }
        first = int(leaves[0].removeprefix(option.letter)) - 1
        code = writer.worksheet.conditional_format(
            first, option.index, sheet.last_row, option.index, look
        )
        done(code, "levels")


def _ask_fact(
    writer: SheetWriter,
    sheet: FormSheet,
    rules: Rules,
    column: FormColumn,
    row: ScoreRow,
    record: int,
) -> None:
    if column.field is None:
        return
    asks = in_lang(row, "fact", rules.lang)
    message = {
        **rules.validation(sheet, column, column.field),
        "input_title": shortened(f"{row.code} {column.header}", TITLE_LIMIT),
        "input_message": shortened(asks, MESSAGE_LIMIT),
    }
    rules.validate(writer, sheet, column, message, record)
