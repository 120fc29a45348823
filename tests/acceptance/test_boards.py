"""What the dashboards ask of a release: every dataset has the columns it promises, every chart has an answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dashboards import chosen_at_first, dataset_of, files, query_of

CHARTS = files("charts")
DATASETS = files("datasets/sanming")


@pytest.fixture(scope="module")
def release(small_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The open edition, as Superset opens it."""
    path = small_home / "warehouse" / "current" / "open.duckdb"
    with duckdb.connect(str(path), read_only=True, config={"enable_external_access": "false"}) as connection:
        yield connection


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_has_the_columns_that_it_promises(name: str, release: duckdb.DuckDBPyConnection) -> None:
    found = {column: kind for column, kind, *_ in release.execute(f"describe {DATASETS[name]['sql']}").fetchall()}
    promised = {column["column_name"]: column["type"] for column in DATASETS[name]["columns"]}
    assert {column: found.get(column) for column in promised} == promised


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_has_an_answer_when_its_board_is_opened(name: str, release: duckdb.DuckDBPyConnection) -> None:
    chosen = chosen_at_first(name, _latest_period(name.rpartition("_")[0], release))
    rows = release.execute(query_of(CHARTS[name], chosen)).fetchall()
    # Nothing is missing or late in this city; every other chart has something to show.
    assert rows or dataset_of(CHARTS[name])["table_name"] == DATASETS["obligation"]["table_name"]


def asked(chart: dict[str, Any]) -> str | None:
    """The one indicator whose figure a chart shows as a number."""
    filters = {one["subject"]: one["comparator"] for one in chart["params"]["adhoc_filters"]}
    return filters.get("indicator") if chart["viz_type"] == "big_number_total" else None


@pytest.mark.parametrize("name", [name for name in CHARTS if asked(CHARTS[name])])
def test_a_number_is_that_of_the_report_even_if_no_filter_is_left(
    name: str, release: duckdb.DuckDBPyConnection
) -> None:
    """Cleared filters leave every period and both maps: none of it may be added up."""
    chart = CHARTS[name]
    ((shown,),) = release.execute(query_of(chart, {"area_name": "三明市"})).fetchall()
    ((value,),) = release.execute(
        "select arg_max(value, period) from reports.city_figure where indicator = ?", [asked(chart)]
    ).fetchall()
    scale = 10_000 if chart["params"]["metric"] == "figure_10k" else 1
    assert shown == (value / scale if value is not None else None)


def _latest_period(board: str, release: duckdb.DuckDBPyConnection) -> str:
    """The period that a board's filter offers first."""
    condition = f"theme = '{board}' and " if board != "overview" else ""
    ((period,),) = release.execute(
        f"select max(period) from ({DATASETS['place_figure']['sql']}) where {condition} value is not null"
    ).fetchall()
    return period
