"""The macro of the place roll-up: rows counted for every division that holds their place, on both maps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tests.macros import rendered

SUMMED = "sum(counted.persons) as persons"


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Villages 1 and 2 of township A, village 3 of township B; on the map of 2023 the townships are one."""
    with duckdb.connect() as opened:
        opened.execute("""
            create table int_place_rollup as
            from (values
                ('2017', 'v1', 'village', 'v1'), ('2017', 'v2', 'village', 'v2'), ('2017', 'v3', 'village', 'v3'),
                ('2017', 'v1', 'township', 'A'), ('2017', 'v2', 'township', 'A'), ('2017', 'v3', 'township', 'B'),
                ('2023', 'v1', 'township', 'AB'), ('2023', 'v2', 'township', 'AB'), ('2023', 'v3', 'township', 'AB')
            ) as listed (map_edition, place_code, division_level, division_code)
        """)
        opened.execute("""
            create table households as
            from (values
                ('2016-12', 'v1', 'v3', 'ill', 2), ('2016-12', 'v2', 'v3', 'ill', 3), ('2016-12', 'v2', 'v3', 'old', 5),
                ('2017-06', 'v3', 'v3', 'old', 7), ('2017-06', 'elsewhere', 'v3', 'old', 100)
            ) as listed (period, place_code, other_code, cause, persons)
        """)
        yield opened


def _rolled_up(connection: duckdb.DuckDBPyConnection, arguments: str = "") -> list[tuple[Any, ...]]:
    call = f"{{% call rolled_up('households'{arguments}) %}}{SUMMED}{{% endcall %}}"
    return connection.execute(f"from ({rendered('rolled_up', call)}) order by all").fetchall()


def test_each_division_that_holds_a_place_has_its_rows_on_both_maps(connection: duckdb.DuckDBPyConnection) -> None:
    assert _rolled_up(connection) == [
        ("2017", "township", "A", "2016-12", 10),
        ("2017", "township", "B", "2017-06", 7),
        ("2017", "village", "v1", "2016-12", 2),
        ("2017", "village", "v2", "2016-12", 8),
        ("2017", "village", "v3", "2017-06", 7),
        ("2023", "township", "AB", "2016-12", 10),
        ("2023", "township", "AB", "2017-06", 7),
    ]


def test_with_a_column_each_of_its_values_is_counted_apart(connection: duckdb.DuckDBPyConnection) -> None:
    rolled = _rolled_up(connection, ", by=['cause'], where=\"places.map_edition = '2023'\"")
    assert rolled == [
        ("2023", "township", "AB", "2016-12", "ill", 5),
        ("2023", "township", "AB", "2016-12", "old", 5),
        ("2023", "township", "AB", "2017-06", "old", 7),
    ]


def test_rows_and_divisions_can_be_left_out(connection: duckdb.DuckDBPyConnection) -> None:
    rolled = _rolled_up(connection, ", where=\"counted.cause = 'ill' and places.division_level <> 'village'\"")
    assert rolled == [("2017", "township", "A", "2016-12", 5), ("2023", "township", "AB", "2016-12", 5)]


def test_another_column_may_name_the_place(connection: duckdb.DuckDBPyConnection) -> None:
    rolled = _rolled_up(connection, ", place='other_code', where=\"places.division_code = 'B'\"")
    assert rolled == [("2017", "township", "B", "2016-12", 10), ("2017", "township", "B", "2017-06", 107)]
