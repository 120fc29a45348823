"""What a clerk is told of columns in another unit: one finding for a return, the first column in full.

Which columns these are is found in ``unit_slips``.
"""

from __future__ import annotations

from typing import Any

import duckdb

from expectations.contract import load_contracts
from orchestration.workbook.words import load_words


def slip_findings(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The finding of each return at this revision with a slip: its place, and what it says of the columns."""
    found = connection.execute(
        """
        select s.*, y.sheet, y.header_text, y.excel_column, y.header_row, y.unit_factor, y.unit_word, y.unit_told
        from unit_slip as s
        inner join current_revisions as a using (submission_id)
        inner join layout as y using (submission_id, form, column_name)
        order by s.submission_id, s.form, (s.kind = 'compared') desc, s.rows_filled desc, y.header_row, y.excel_column
        """
    )
    names = [column[0] for column in found.description or ()]
    by_return: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in (dict(zip(names, values, strict=True)) for values in found.fetchall()):
        by_return.setdefault((row["submission_id"], row["form"]), []).append(row)
    return [_told(slips) for slips in by_return.values()]


def _told(slips: list[dict[str, Any]]) -> dict[str, Any]:
    """One finding for a return: the first column in full, the others by name."""
    words, first = load_words(), slips[0]
    exponent = int(first["exponent"] or 0)
    value = words.phrase(
        f"slip_{first['kind']}",
        header=_header(first),
        told=first["unit_told"],
        count=first["rows_filled"],
        hits=first["rows_hit"],
        now=_shown(first["median_now"], first),
        before=_shown(first["median_before"], first),
        direction=words.phrases["slip_larger" if exponent > 0 else "slip_smaller"],
        times=f"{10 ** abs(exponent)}",
    )
    others = dict.fromkeys(_header(slip) for slip in slips[1:] if slip["column_name"] != first["column_name"])
    if others:
        value += words.phrase("slip_others", headers="”、“".join(others))
    return {
        "submission_id": first["submission_id"],
        "form": first["form"],
        "sheet": first["sheet"],
        "row_number": first["header_row"],
        "column_name": first["column_name"],
        "header": load_contracts()[first["form"]].column(first["column_name"]).header,
        "cell": f"{first['excel_column']}{first['header_row']}",
        "value": value,
    }


def _header(slip: dict[str, Any]) -> str:
    return " ".join(str(slip["header_text"]).split())


def _shown(value: float | None, slip: dict[str, Any]) -> str:
    """A value as the sheet writes it, with its unit."""
    if value is None:
        return ""
    return f"{value / float(slip['unit_factor']):.10g}{slip['unit_word'] or ''}"
