"""The different cells of columns that are typed alike, each once, and the way back from them to the rows.

Amounts, days and codes are written over and over: what a text means is worked out once, however often it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class DistinctCells:
    """Different cells, and for every cell in the order of the parts the place of its like among them.

    Attributes:
        cells: one row each, with ``number``, its place.
        places: as long as all parts together.
    """

    cells: pa.Table
    places: pa.Array

    def spread(self, typed: pa.Table) -> pa.Table:
        """What was worked out of the different cells, in their order, for every cell."""
        return typed.take(self.places)


def distinct_cells(parts: Sequence[pa.Table]) -> DistinctCells:
    """Tell apart the cells of some tables of one schema, row by row over all their columns."""
    together = pa.concat_tables(parts)
    dictionaries, codes = zip(*(_encoded(column) for column in together.columns), strict=True)
    key = codes[0]
    for dictionary, code in zip(dictionaries[1:], codes[1:], strict=True):
        key = key * len(dictionary) + code
    found, places = _encoded(pa.chunked_array([pa.array(key)]))
    rest, columns = found.to_numpy(zero_copy_only=False), []
    for dictionary in reversed(dictionaries[1:]):
        columns.append(dictionary.take(pa.array(rest % max(len(dictionary), 1))))
        rest = rest // max(len(dictionary), 1)
    columns.append(dictionaries[0].take(pa.array(rest)))
    cells = pa.table(columns[::-1], names=together.column_names)
    return DistinctCells(cells.append_column("number", pa.array(np.arange(len(cells)))), pa.array(places))


def _encoded(column: pa.ChunkedArray) -> tuple[pa.Array, np.ndarray]:
    """The different values of a column, and which of them stands in each row; NULL is a value."""
    encoded = pc.dictionary_encode(column.combine_chunks(), null_encoding="encode")
    return encoded.dictionary, encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
