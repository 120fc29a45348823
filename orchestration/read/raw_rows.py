"""The rows that reading hands to typing: one Arrow schema a form, and the table of one sheet in it.

A cell stands with its text and, where its meaning rests on it, with its kind (how it was stored: text, number, date,
error, formula) and its factor (what the unit stated for it multiplies its number with). What a number format shows is
in the text already. Its row is ``sheet`` and ``row_number`` beside it, its column the name of the field.
Where cells stand is ``table``'s to know, what their texts mean ``values``'.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from expectations.model import Contract
from expectations.relations import raw_columns
from orchestration.read.arrow_schema import arrow_schema
from orchestration.receive.archive import Receipt
from orchestration.workbook.table import FormTable


def raw_schema(contract: Contract) -> pa.Schema:
    """The schema of a form's rows between reading and typing."""
    return arrow_schema(raw_columns(contract))


def raw_rows(table: FormTable, contract: Contract, receipt: Receipt, mode: str | None) -> pa.Table:
    """One sheet's rows; columns the sheet lacks are NULL."""
    count = len(table.row_numbers)
    columns: dict[str, Any] = {
        "submission_id": receipt.submission_id,
        "submitter_code": receipt.submitter_code,
        "period": receipt.period,
        "received_at": receipt.received_at.replace(tzinfo=None),
        "mode": mode,
        "sheet": table.sheet,
        "row_number": table.row_numbers,
        "is_total": table.is_total,
        "is_1904": table.is_1904,
    }
    for column in contract.columns:
        columns[column.name] = table.texts.get(column.name)
        columns[f"{column.name}__kind"] = table.kinds.get(column.name)
        columns[f"{column.name}__factor"] = Decimal(str(table.factors.get(column.name, 1)))
    schema = raw_schema(contract)
    return pa.table([_filled(columns[field.name], field.type, count) for field in schema], schema=schema)


def write_rows(rows: pa.Table, path: Path) -> None:
    """Write rows for the process that types them."""
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, rows.schema) as writer:
        writer.write_table(rows)


def read_rows(path: str) -> pa.Table:
    """Rows that a reader wrote; they stay in the file as long as nobody asks for them."""
    with pa.memory_map(path) as file:
        return pa.ipc.open_file(file).read_all()


def _filled(values: Any, kind: pa.DataType, count: int) -> pa.Array:
    """A list as it is; one value for every row."""
    return pa.array(values, kind) if isinstance(values, list) else pa.repeat(pa.scalar(values, kind), count)
