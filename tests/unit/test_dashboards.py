"""The dashboards' bundle is made of its spec, holds together, and asks only for what readers without rights may see."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlglot

from dashboards import start
from dashboards.bundle import DATABASE_PLACE, bundle
from dashboards.generate import stale, texts
from dashboards.spec import boards, datasets, indicators, themes
from expectations.published_names import load_names
from expectations.reader_roles import tables_of
from orchestration.release.open_edition import OPEN_ROLE
from tests.dashboards import columns_used, dataset_of, files, metrics_used, query_of

CHARTS = files("charts")
BOARDS = files("dashboards")
DATASETS = files("datasets/sanming")


def test_no_file_of_the_bundle_is_stale() -> None:
    assert stale(texts()) == [], "run `make generate` and commit the result"


def test_a_file_that_differs_and_one_that_is_too_many_or_missing_are_stale() -> None:
    wanted = texts()
    first, second, *_ = wanted
    assert stale({**wanted, first: "by hand", "charts/new.yaml": ""}) == sorted([first, "charts/new.yaml"])
    assert stale({path: text for path, text in wanted.items() if path != second}) == [second]


def test_every_theme_has_its_dashboard_and_the_overview_is_the_only_other() -> None:
    assert BOARDS.keys() - themes().keys() == {"overview"}
    assert themes().keys() - BOARDS.keys() == set()


def test_a_theme_s_dashboard_shows_its_own_indicators() -> None:
    foreign = {
        f"{told['board']}: {key}"
        for told in boards()
        for row in told["rows"]
        for one in row
        for key in [one.get("number"), one.get("parts"), one.get("tiles"), *(one.get("line") or [])]
        if key and told["board"] != "overview" and indicators()[key].theme != told["board"]
    }
    assert foreign == set()


def test_what_shares_an_axis_has_one_unit() -> None:
    for told in (one for board in boards() for row in board["rows"] for one in row):
        shown = told.get("line") or [key for key in indicators() if key.startswith(told.get("classes", "no such"))]
        assert len({indicators()[key].unit for key in shown}) < 2, told
        assert shown or not {"line", "classes"} & told.keys(), told


def test_every_reference_leads_to_something_in_the_bundle() -> None:
    (database,) = files("databases").values()
    assert {one["database_uuid"] for one in DATASETS.values()} == {database["uuid"]}
    assert {one["dataset_uuid"] for one in CHARTS.values()} == {one["uuid"] for one in DATASETS.values()}
    placed = {
        part["meta"]["uuid"]
        for board in BOARDS.values()
        for part in board["position"].values()
        if isinstance(part, dict) and part["type"] == "CHART"
    }
    assert placed == {one["uuid"] for one in CHARTS.values()}


def test_no_two_things_of_the_bundle_have_one_identity() -> None:
    everything = [one["uuid"] for one in [*CHARTS.values(), *BOARDS.values(), *DATASETS.values()]]
    assert len(everything) == len(set(everything))


@pytest.mark.parametrize("name", BOARDS)
def test_a_board_is_a_tree_of_whole_rows(name: str) -> None:
    position = BOARDS[name]["position"]
    for row in (part for part in position.values() if isinstance(part, dict) and part["type"] == "ROW"):
        assert sum(position[child]["meta"]["width"] for child in row["children"]) == 12, row["id"]
        assert row["id"] in position["GRID_ID"]["children"]


@pytest.mark.parametrize("name", BOARDS)
def test_the_filters_of_a_board_ask_for_columns_that_are_there(name: str) -> None:
    by_uuid = {one["uuid"]: one for one in DATASETS.values()}
    for one in BOARDS[name]["metadata"]["native_filter_configuration"]:
        (target,) = one["targets"]
        columns = {column["column_name"] for column in by_uuid[target["datasetUuid"]]["columns"]}
        assert {target["column"]["name"], *(asked["subject"] for asked in one["adhoc_filters"])} <= columns


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_names_only_what_its_dataset_has(name: str) -> None:
    params, dataset = CHARTS[name]["params"], dataset_of(CHARTS[name])
    columns = {column["column_name"] for column in dataset["columns"]}
    ordered = {one.split('"')[1] for one in params.get("order_by_cols", [])}
    filtered = {one["subject"] for one in params["adhoc_filters"]}
    formatted = {*params.get("column_config", {}), *(one["column"] for one in params.get("conditional_formatting", []))}
    assert {*columns_used(params), *ordered, *filtered} <= columns
    assert formatted <= set(params.get("all_columns", []))
    assert set(metrics_used(params)) <= {metric["metric_name"] for metric in dataset["metrics"]}


@pytest.mark.parametrize("name", CHARTS)
def test_the_sql_of_a_chart_is_one_for_the_parser_that_superset_uses(name: str) -> None:
    parsed = sqlglot.parse_one(query_of(CHARTS[name], {"period": "2017-06"}), dialect="duckdb")
    assert isinstance(parsed, sqlglot.exp.Select)


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_reads_published_tables_of_the_open_edition_alone(name: str) -> None:
    parsed = sqlglot.parse_one(DATASETS[name]["sql"], dialect="duckdb")
    own = {cte.alias for cte in parsed.find_all(sqlglot.exp.CTE)}
    read = {f"{table.db}.{table.name}" if table.db else table.name for table in parsed.find_all(sqlglot.exp.Table)}
    assert read - own <= set(tables_of(OPEN_ROLE))
    assert {(table, "") for table in read - own} <= load_names().keys()


@pytest.mark.parametrize("name", DATASETS)
def test_every_column_a_reader_sees_has_a_chinese_name(name: str) -> None:
    nameless = [one["column_name"] for one in DATASETS[name]["columns"] if (one["verbose_name"] or "").isascii()]
    assert nameless == []


def test_no_metric_adds_figures_up() -> None:
    adding = {
        f"{name}.{metric['metric_name']}"
        for name, dataset in DATASETS.items()
        for metric in dataset["metrics"]
        if "sum(" in metric["expression"]
    }
    assert adding == {"rule_result.rows_failed"}, "rows of rules are counts that add; figures are not"


def test_a_dataset_that_changed_is_a_new_one_and_so_are_its_charts_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    before = bundle()
    changed = {**datasets(), "need": replace(datasets()["need"], sql="select 1")}
    monkeypatch.setattr("dashboards.bundle.datasets", lambda: changed)
    after = bundle()
    assert before.keys() == after.keys()
    moved = {path for path in after if before[path].get("uuid") != after[path].get("uuid")}
    drawn = {f"charts/{name}.yaml" for name, one in CHARTS.items() if dataset_of(one) == DATASETS["need"]}
    assert drawn
    assert moved == {"datasets/sanming/need.yaml"} | drawn


def test_the_database_is_read_only_and_opens_no_other_file() -> None:
    (database,) = files("databases").values()
    assert database["sqlalchemy_uri"] == f"duckdb:///{DATABASE_PLACE}?access_mode=READ_ONLY"
    assert database["extra"]["engine_params"]["connect_args"]["config"] == {"enable_external_access": "false"}
    assert not any(database[name] for name in ("allow_dml", "allow_ctas", "allow_cvas", "allow_file_upload"))


def test_what_is_started_reads_the_home_s_own_file(tmp_path: pytest.TempPathFactory) -> None:
    contents = start.bundle_of(tmp_path)
    assert contents.keys() == bundle().keys()
    assert f"duckdb:///{tmp_path}/warehouse/current/open.duckdb?" in contents["databases/sanming.yaml"]
    assert DATABASE_PLACE not in "".join(contents.values())
