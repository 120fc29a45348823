"""The dashboards' bundle as tests look at it: its files, and the SQL that Superset makes of a chart."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dashboards.layout import FILTERS

BUNDLE = Path(__file__).resolve().parents[1] / "dashboards" / "bundle"


@cache
def files(folder: str) -> dict[str, dict[str, Any]]:
    """The files of a folder of the bundle by name."""
    return {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(BUNDLE.glob(f"{folder}/*.yaml"))
    }


def dataset_of(chart: dict[str, Any]) -> dict[str, Any]:
    (found,) = (one for one in files("datasets/sanming").values() if one["uuid"] == chart["dataset_uuid"])
    return found


def columns_used(params: dict[str, Any]) -> list[str]:
    """What a chart groups by or shows as it is."""
    across = [params["x_axis"]] if "x_axis" in params else []
    groups = params.get("groupby", [])
    down = [groups] if isinstance(groups, str) else groups
    return [*across, *down, *params.get("all_columns", [])]


def metrics_used(params: dict[str, Any]) -> list[str]:
    """What a chart computes, the metric it is sorted by among them."""
    told = [*params.get("metrics", []), params.get("metric"), params.get("timeseries_limit_metric")]
    return list(dict.fromkeys(one for one in told if one))


def query_of(chart: dict[str, Any], chosen: dict[str, str]) -> str:
    """A chart's SQL, with the filters of its board that its dataset has columns for, as Superset applies them."""
    dataset, params = dataset_of(chart), chart["params"]
    has = {column["column_name"] for column in dataset["columns"]}
    expressions = {metric["metric_name"]: metric["expression"] for metric in dataset["metrics"]}
    columns = columns_used(params)
    shown = [*columns, *(f'{expressions[metric]} as "{metric}"' for metric in metrics_used(params))]
    conditions = [_condition(one["subject"], one["comparator"]) for one in params["adhoc_filters"]]
    conditions += [_condition(column, one) for column, one in chosen.items() if column in has]
    query = (
        f"select {', '.join(shown)} from ({dataset['sql']}) as virtual_table where {' and '.join(conditions) or 'true'}"
    )
    return query if "all_columns" in params or not columns else f"{query} group by {', '.join(columns)}"


def chosen_at_first(name: str, period: str) -> dict[str, str]:
    """What the filters that reach a chart hold when its board is opened, where the period offered first is this one."""
    board, _, number = name.rpartition("_")
    return {
        FILTERS[one["id"].partition("-")[2]]: one["defaultDataMask"]["filterState"].get("value", [period])[0]
        for one in files("dashboards")[board]["metadata"]["native_filter_configuration"]
        if int(number) not in one["scope"]["excluded"]
    }


def _condition(column: str, wanted: Any) -> str:
    values = wanted if isinstance(wanted, list) else [wanted]
    return f"{column} in ({', '.join(repr(one) for one in values)})"
