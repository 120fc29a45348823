"""The page for readers says what works: every query of docs/bi.md runs against a release, through SQLAlchemy too."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

ROOT = Path(__file__).resolve().parents[2]


def queries(*, of_earlier_days: bool = False) -> list[str]:
    """The SQL statements of the page's code blocks: of the current release, or of all releases."""
    page = (ROOT / "docs" / "bi.md").read_text(encoding="utf-8")
    current, earlier = page.split("\n## As it was known on an earlier day\n")
    blocks = re.findall(r"```sql\n(.*?)```", earlier if of_earlier_days else current, re.DOTALL)
    return [statement.strip() for block in blocks for statement in block.split(";") if statement.strip()]


@pytest.fixture(scope="module")
def database(small_home: Path) -> Path:
    return small_home / "warehouse" / "current" / "sanming.duckdb"


@pytest.mark.parametrize("query", queries(), ids=lambda query: query.splitlines()[0].lstrip("- "))
def test_an_example_query_answers(query: str, database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.execute(query).fetchall()


@pytest.mark.parametrize("query", queries(of_earlier_days=True), ids=lambda query: query.splitlines()[0].lstrip("- "))
def test_an_example_query_over_all_releases_runs(query: str, small_home: Path) -> None:
    with duckdb.connect(str(small_home / "warehouse" / "releases.duckdb"), read_only=True) as connection:
        rows = connection.execute(query).fetchall()
    # One night has revised nothing.
    assert rows or "indicator_revision" in query


def test_sqlalchemy_reads_the_release_without_a_pool(database: Path) -> None:
    engine = sa.create_engine(f"duckdb:///{database}", connect_args={"read_only": True}, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        facts = connection.execute(sa.text("select count(*) from reports.article_2017")).scalar_one()
        columns = {column["name"] for column in sa.inspect(connection).get_columns("article_2017", schema="reports")}
    assert facts > 0
    assert {"fact", "printed", "value", "computed", "difference"} <= columns


def test_the_address_that_superset_uses_cannot_write(database: Path) -> None:
    engine = sa.create_engine(f"duckdb:///{database}?access_mode=READ_ONLY", poolclass=sa.pool.NullPool)
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="read-only"):
        connection.execute(sa.text("create table marts.planted (a integer)"))
