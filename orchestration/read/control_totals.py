"""Compare the last total row of each sheet with the rows above it: a difference is FL-14.

All forms that are typed together are summed in one query; what a difference means for the form is not judged here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations.model import Column, Contract
from expectations.rounding import measured, rounding_query
from orchestration.read.distinct_cells import distinct_cells
from orchestration.read.form_outcomes import FormOutcome
from orchestration.workbook.notices import Notice
from orchestration.workbook.words import load_words

_SUMMED = pa.decimal128(38, 6)
_SUMS = """
    with last_total as (
        select number, max(row_number) as total_row, max_by(row_number, row_number, 2)[2] as previous_row
        from sheet_rows where is_total group by number
    ),
    counted as (
        select number, total_row, previous_row, count(*) filter (not is_total) as row_count,
            min(row_number) filter (not is_total) as first_row, max(row_number) filter (not is_total) as last_row
        from sheet_rows inner join last_total using (number)
        group by all
    )
    select number, "column", total_row, row_count, first_row, last_row,
        max(value) filter (row_number = total_row) as total,
        sum(value) filter (not is_total) as all_rows,
        sum(value) filter (not is_total and row_number > coalesce(previous_row, 0)) as last_rows,
        count(*) filter (not is_total and is_untyped) as untyped,
        coalesce(sum(half) filter (not is_total or row_number = total_row), 0) as left_open
    from sheet_cells inner join counted using (number)
    left join sheet_halves using (record_id, "column")
    group by all order by all
"""


class TypedForm(NamedTuple):
    """A form's typed rows, totals included, and the outcomes of the submissions they are of."""

    contract: Contract
    rows: pa.Table
    outcomes: list[FormOutcome]


class _Sheet(NamedTuple):
    """A sheet with what became of its submission's form, and the columns that are summed on it."""

    outcome: FormOutcome
    columns: list[Column]
    sheet: str


class _Sums(NamedTuple):
    """What a sheet says of a column: its last total, and what the rows come to, all and below the total before."""

    number: int
    column: int
    total_row: int
    row_count: int
    first_row: int | None
    last_row: int | None
    total: Decimal | None
    all_rows: Decimal | None
    last_rows: Decimal | None
    untyped: int
    left_open: float  # by the digits the numbers were rounded to


def tell_totals(connection: duckdb.DuckDBPyConnection, forms: Sequence[TypedForm]) -> None:
    """Give every outcome the notices of its sheets whose totals differ from their rows."""
    rows: list[pa.Table] = []
    cells: list[pa.Table] = []
    halves: list[pa.Table] = []
    sheets: list[_Sheet] = []
    for form in forms:
        columns = _summed(form.contract)
        if not columns or not pc.any(form.rows["is_total"]).as_py():
            continue
        distinct = distinct_cells([form.rows.select(["submission_id", "sheet"])])
        numbers = distinct.places.to_numpy() + len(sheets)
        by_id = {outcome.receipt.submission_id: outcome for outcome in form.outcomes}
        sheets += [_Sheet(by_id[row["submission_id"]], columns, row["sheet"]) for row in distinct.cells.to_pylist()]
        is_wanted = np.isin(numbers, numbers[form.rows["is_total"].to_numpy()])
        wanted = form.rows.filter(is_wanted).append_column("number", pa.array(numbers[is_wanted]))
        rows.append(wanted.select(["number", "row_number", "is_total"]))
        cells += [_cells(wanted, place, column) for place, column in enumerate(columns)]
        halves.append(_halves(connection, form.contract, wanted, columns))
    if not sheets:
        return
    connection.register("sheet_rows", pa.concat_tables(rows))
    connection.register("sheet_cells", pa.concat_tables(cells))
    connection.register("sheet_halves", pa.concat_tables(halves))
    for found in map(_Sums._make, connection.execute(_SUMS).fetchall()):
        outcome, columns, sheet = sheets[found.number]
        # Rows that were not read are reported as such; the totals differ because of them.
        if not any(notice.code == "FL-18" and notice.sheet == sheet for notice in outcome.notices):
            _compare(outcome, columns[found.column], sheet, found)


def _cells(rows: pa.Table, place: int, column: Column) -> pa.Table:
    """The cells of a summed column: number of the sheet, of the column, row, value, whether a text gave none."""
    values = rows[column.name]
    cells = {name: rows[name] for name in ("record_id", "number", "row_number", "is_total")}
    untyped = pc.and_(pc.is_null(values), pc.is_valid(rows[f"{column.name}__text"]))
    return pa.table(
        {**cells, "column": np.full(len(rows), place), "value": values.cast(_SUMMED), "is_untyped": untyped}
    )


def _halves(
    connection: duckdb.DuckDBPyConnection, contract: Contract, rows: pa.Table, columns: Sequence[Column]
) -> pa.Table:
    """What each number of a summed column leaves open: a total is written by another hand than its rows."""
    connection.register("rounded_rows", rows.drop_columns("number"))
    by_hand = "(select * replace (concat_ws('/', sheet, is_total) as sheet) from rounded_rows)"
    open_ended = {column.name for column in measured(contract)}
    parts = [
        f'select record_id, {place} as "column", cast({column.name}__half as double) as half from rounding'
        for place, column in enumerate(columns)
        if column.name in open_ended
    ] or ['select record_id, 0 as "column", cast(0 as double) as half from rounding where false']
    query = rounding_query(contract, by_hand)
    return connection.execute(f"with rounding as ({query}) {' union all '.join(parts)}").fetch_arrow_table()


def _summed(contract: Contract) -> list[Column]:
    words = load_words()
    return [
        column
        for column in contract.columns
        if column.unit is not None
        and column.logical_type in {"integer", "number"}
        and column.unit not in words.not_summed_units
        and not any(mark in column.header for mark in words.not_summed_headers)
    ]


def _compare(outcome: FormOutcome, column: Column, sheet: str, sums: _Sums) -> None:
    tolerance = 0 if column.logical_type == "integer" else max(1 + sums.row_count * 0.01, sums.left_open)
    reached = [float(value or 0) for value in (sums.all_rows, sums.last_rows)]
    total = sums.total
    if total is None or sums.untyped or any(abs(float(total) - value) <= tolerance for value in reached):
        return
    notice = _total_differs(outcome, column, sheet, sums.total_row, total, sums.all_rows)
    if sums.first_row is not None:
        words = load_words()
        span = {"first": sums.first_row, "last": sums.last_row, "count": sums.row_count}
        added = words.phrase("row_span", name="", **span)
        notice = replace(notice, expected=words.phrase("total_over", total=notice.expected, rows=added))
    outcome.notices.append(notice)


def _total_differs(outcome: FormOutcome, column: Column, sheet: str, row_number: int, total: Any, found: Any) -> Notice:
    """The difference in the unit of the sheet: a clerk looks for the number that stands there."""
    words = load_words()
    place = next(row for row in outcome.layout if row["sheet"] == sheet and row["column_name"] == column.name)
    factor = place["unit_factor"]
    return Notice(
        "FL-14",
        form=outcome.form,
        sheet=sheet,
        row_number=row_number,
        cell=f"{place['excel_column']}{row_number}",
        value=_as_written(found or 0, factor),
        expected=words.phrase("total_of", name=place["header_text"] or column.header, count=_as_written(total, factor)),
    )


def _as_written(value: Any, factor: float) -> str:
    """A value as it stands in a sheet whose numbers are multiplied when they are read."""
    return f"{(Decimal(str(value)) / Decimal(str(factor))).normalize():f}"
