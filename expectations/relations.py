"""Contract → columns and DuckDB types of the relations a form passes through.

One place says what a landing row, an accepted row and the relations beside them look like; reading, checking, the dbt
sources and the dictionary follow it. No SQL is run here.
"""

from __future__ import annotations

from collections.abc import Mapping

from expectations.model import Column, Contract


def typed(columns: str) -> dict[str, str]:
    """Name → DuckDB type of columns in their order, each written as its name, or ``name:TYPE`` where it is no text."""
    return {name: kind or "VARCHAR" for name, _, kind in (column.partition(":") for column in columns.split())}


def chosen(columns: Mapping[str, str], names: str) -> dict[str, str]:
    """Some columns of a relation, with their types."""
    return {name: columns[name] for name in names.split()}


# Where a record came from and when it was known: on every landing row, in this order.
ADDRESS_COLUMNS = typed(
    "record_id submission_id submitter_code period received_at:TIMESTAMP mode sheet row_number:BIGINT"
)
# Between reading and typing: whether a row is a total, and which of Excel's two calendars its sheet counts in.
RAW_ROW_COLUMNS = typed("is_total:BOOLEAN is_1904:BOOLEAN")
# What the unit stated for a cell multiplies its number with: 亿元 of a yuan, square metres of a mu.
FACTOR_TYPE = "DECIMAL(14, 4)"
# What quarantine adds to a landing row: the rule that holds it, and the record that this comes from.
HELD_COLUMNS = typed("held_by_rule held_cause cause_record_id")
# What acceptance adds: the span in which this version of the row was the known one (UTC), whether it stands for one
# that was held, and the period it was returned for where that is an earlier one.
VERSION_COLUMNS = typed("known_from:TIMESTAMP known_to:TIMESTAMP is_carried:BOOLEAN carried_from")
# What a rule may look at beside its own form: the last earlier return of each submitter, what is effective now or
# stands from there, that with all that was ever accepted, who has returned the form at all, with rows or as nil, and
# how far the effective numbers are rounded.
PREVIOUS, LATEST, EVER, ANSWERED, ROUNDING = "previous_", "latest_", "ever_", "answered_", "rounding_"
# An answer: whose it is, and for which period the return that stands was sent.
ANSWER_COLUMNS = typed("submitter_code period")
# Relations of warehouse/landing beside the rows: what was sent, where its columns stood, what its files were found
# to be.
SUBMISSION_FORM_COLUMNS = typed(
    "submission_id submitter_code period received_at:TIMESTAMP original_name form mode status control_rows:BIGINT"
    " explanation rows_read:BIGINT content_sha256"
)
LAYOUT_COLUMNS = typed(
    "submission_id form sheet column_name excel_column header_row:BIGINT header_text unit_factor:DOUBLE unit_word"
    " unit_told"
)
FILE_FINDING_COLUMNS = typed(
    "code severity submission_id submitter_code period form sheet row_number:BIGINT cell value message fix"
)
# Relations of warehouse/findings: a finding as it is made, and as it stands after later returns; a rule; a form.
FINDING_COLUMNS = typed(
    "finding_id submission_id submitter_code period form rule_code severity holds record_id sheet row_number:BIGINT"
    " column_name header cell value message fix"
)
FINAL_FINDING_COLUMNS = {**FINDING_COLUMNS, "is_replaced": "BOOLEAN"}
RULE_RESULT_COLUMNS = typed("period form rule_code outcome rows_checked:BIGINT rows_failed:BIGINT detail")
SUBMISSION_COLUMNS = typed(
    "submission_id submitter_code period form mode status verdict received_at:TIMESTAMP original_name"
    " control_rows:BIGINT rows_read:BIGINT rows_accepted:BIGINT rows_held:BIGINT rows_carried:BIGINT"
    " rows_standing:BIGINT persons_held:BIGINT rows_held_new:BIGINT persons_held_new:BIGINT"
    " rows_carried_for_held:BIGINT persons_carried_for_held:BIGINT rows_changed:BIGINT rows_added:BIGINT"
    " rows_withdrawn:BIGINT is_explained:BOOLEAN rows_in_force:BIGINT rows_held_in_force:BIGINT"
)


def form_of(relation: str) -> str:
    """The form (or seed) that a relation a rule looks at is about."""
    for prefix in (PREVIOUS, LATEST, EVER, ANSWERED, ROUNDING):
        relation = relation.removeprefix(prefix)
    return relation


def duckdb_type(column: Column) -> str:
    """The DuckDB type of a column's typed value; money and measures are decimals."""
    if column.logical_type == "number":
        return f"DECIMAL(18, {column.scale})"
    return {"string": "VARCHAR", "integer": "BIGINT", "date": "DATE", "boolean": "BOOLEAN"}[column.logical_type]


def _derived(column: Column, *, restricted: bool) -> list[tuple[str, str]]:
    """What is derived from an ID number; the birth date itself stays in the restricted areas."""
    base = column.token_base
    derived = [(f"{base}_token", "VARCHAR")]
    if restricted:
        derived.append((f"{base}_birth_date", "DATE"))
    return [
        *derived,
        (f"{base}_age_years", "BIGINT"),
        (f"{base}_id_sex", "VARCHAR"),
        (f"{base}_id_county_code", "VARCHAR"),
    ]


def keeps_kind(column: Column) -> bool:
    """Whether typing must know how a cell was stored: digits that Excel damages, and dates."""
    return column.text_only or column.logical_type == "date"


def raw_fields(column: Column) -> dict[str, str]:
    """What a column of a form is between reading and typing: text, and kind and factor if its meaning rests on them."""
    fields = {column.name: "VARCHAR"}
    if keeps_kind(column):
        fields[f"{column.name}__kind"] = "VARCHAR"
    if column.unit is not None:
        fields[f"{column.name}__factor"] = FACTOR_TYPE
    return fields


def raw_columns(contract: Contract) -> dict[str, str]:
    """Name → DuckDB type of a form's rows between reading and typing; the id of a record is made when it is typed."""
    columns = {name: kind for name, kind in ADDRESS_COLUMNS.items() if name != "record_id"} | RAW_ROW_COLUMNS
    for column in contract.columns:
        columns.update(raw_fields(column))
    return columns


def landing_fields(column: Column) -> dict[str, str]:
    """What a column of a form becomes in ``landing/<form>``: typed value, text, what is derived; name → type."""
    fields = {column.name: duckdb_type(column), f"{column.name}__text": "VARCHAR"}
    if column.text_only:
        fields[f"{column.name}__kind"] = "VARCHAR"
    if column.privacy == "token":
        fields.update(_derived(column, restricted=True))
    return fields


def landing_columns(contract: Contract) -> dict[str, str]:
    """Name → DuckDB type of ``landing/<form>``: address, then typed value and text of every column."""
    columns = {**ADDRESS_COLUMNS}
    for column in contract.columns:
        columns.update(landing_fields(column))
    return columns


def held_columns(contract: Contract) -> dict[str, str]:
    """Name → DuckDB type of ``held/<form>``: the row as it was read, and why it is held."""
    return {**landing_columns(contract), **HELD_COLUMNS}


def accepted_names(column: Column) -> tuple[str, ...]:
    """What a column of a form is called in ``accepted/<form>``; none where it does not get there."""
    return tuple(name for name, _ in _accepted(column))


def _accepted(column: Column) -> list[tuple[str, str]]:
    if column.name == "row_action":
        return []  # an instruction to the pipeline, not a fact
    if column.privacy == "keep":
        return [(column.name, duckdb_type(column))]
    if column.privacy == "presence":
        return [(f"{column.name}_given", "BOOLEAN")]
    return _derived(column, restricted=False) if column.privacy == "token" else []


def accepted_columns(contract: Contract) -> dict[str, str]:
    """Name → DuckDB type of ``accepted/<form>``: no name, ID number, phone, account or free text."""
    return {**ADDRESS_COLUMNS, **VERSION_COLUMNS, **fact_columns(contract)}


def unversioned_columns(contract: Contract) -> dict[str, str]:
    """The same without the columns that say when a row stood."""
    return {**ADDRESS_COLUMNS, **fact_columns(contract)}


def fact_columns(contract: Contract) -> dict[str, str]:
    """What of the form's own columns an accepted row has."""
    return dict(item for column in contract.columns for item in _accepted(column))
