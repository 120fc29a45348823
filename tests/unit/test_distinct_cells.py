"""Different cells, each once, and the way back to the rows."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from orchestration.read.distinct_cells import distinct_cells

_ROWS = st.lists(st.tuples(st.sampled_from(["x", "y", "", None]), st.sampled_from([1, 2, None]), st.booleans()))
_SCHEMA = pa.schema([("text", pa.string()), ("factor", pa.int64()), ("flag", pa.bool_())])


def _table(rows: list[tuple]) -> pa.Table:
    return pa.table([list(column) for column in zip(*rows, strict=True)] or [[], [], []], schema=_SCHEMA)


@given(st.lists(_ROWS, min_size=1, max_size=4))
def test_spreading_the_different_cells_gives_the_rows_back(parts):
    distinct = distinct_cells([_table(rows) for rows in parts])
    rows = [row for part in parts for row in part]
    found = distinct.spread(distinct.cells.drop_columns("number")).to_pylist()
    assert [tuple(row.values()) for row in found] == rows
    assert len(distinct.cells) == len(set(rows))
    assert distinct.cells["number"].to_pylist() == list(range(len(distinct.cells)))
