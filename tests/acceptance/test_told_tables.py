"""A release of a city tells in Chinese what its tables hold, wherever a reader looks: DuckDB, Parquet, data package."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from expectations.comments import read_comment
from tests.unit.data_packages import read_package


@pytest.fixture(scope="module")
def release(tiny_home: Path) -> Path:
    return (tiny_home / "warehouse" / "current").resolve()


@pytest.fixture(scope="module")
def comments(release: Path) -> dict[str, dict[str, str]]:
    """Table → column → comment in the DuckDB file; the table's own under the empty name."""
    found: dict[str, dict[str, str]] = {}
    with duckdb.connect(str(release / "sanming.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select schema_name || '.' || table_name, '', comment from duckdb_tables() union all"
            " select schema_name || '.' || table_name, column_name, comment from duckdb_columns() where not internal"
        ).fetchall()
    for table, column, comment in rows:
        found.setdefault(table, {})[column] = comment
    return found


def test_every_table_and_column_of_a_release_is_named_in_chinese(comments: dict[str, dict[str, str]]) -> None:
    silent = [
        (table, column)
        for table, columns in comments.items()
        for column, text in columns.items()
        if not read_comment(text).name or not read_comment(text).description
    ]
    assert len(comments) > 80
    assert silent == []


def test_every_parquet_file_says_what_the_database_says(release: Path, comments: dict[str, dict[str, str]]) -> None:
    for table, told in comments.items():
        schema, name = table.split(".")
        metadata = pq.read_schema(release / "parquet" / schema / f"{name}.parquet").metadata
        found = {key.decode(): text.decode() for key, text in metadata.items() if key.startswith(b"comment")}
        assert found == {f"comment:{column}" if column else "comment": text for column, text in told.items()}, table


def test_the_data_package_fits_the_files_and_names_every_column(
    release: Path, comments: dict[str, dict[str, str]]
) -> None:
    resources = {resource["name"]: resource for resource in read_package(release)["resources"]}
    assert set(resources) == set(comments)
    for table, resource in resources.items():
        assert resource["title"]
        assert all(field["title"] for field in resource["schema"]["fields"]), table
    loans = resources["marts.fct_loan_balance"]["schema"]
    assert {"fields": ["period"], "reference": {"resource": "marts.dim_period", "fields": ["period"]}} in loans[
        "foreignKeys"
    ]


def test_a_key_that_is_told_identifies_a_row(release: Path) -> None:
    for resource in read_package(release)["resources"]:
        key = ", ".join(f'"{column}"' for column in resource["schema"].get("primaryKey", []))
        if key:
            file = f"read_parquet('{release / resource['path']}')"
            twice = duckdb.sql(f"select {key} from {file} group by all having count(*) > 1").fetchall()
            assert twice == [], resource["name"]


def test_a_county_code_is_that_of_a_county_and_that_of_a_figure_its_places(
    release: Path, comments: dict[str, dict[str, str]]
) -> None:
    tables = [table for table, columns in comments.items() if "county_code" in columns]
    with duckdb.connect(str(release / "sanming.duckdb"), read_only=True) as connection:
        for table in tables:
            counties = "select division_code from marts.dim_division where division_level = 'county'"
            strange = connection.execute(
                f"select distinct county_code from {table} where county_code not in ({counties})"
            ).fetchall()
            assert strange == [], table
        for table in ("reports.indicator", "reports.coverage", "reports.need_measure", "reports.stock_flow"):
            other = connection.execute(
                f"select count(*) from {table} as told inner join marts.dim_division as places"
                " on told.map_edition = places.map_edition and told.division_code = places.division_code"
                " where told.county_code is distinct from places.county_code"
            ).fetchone()
            assert other == (0,), table
