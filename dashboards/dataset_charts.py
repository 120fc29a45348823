"""Charts that name a dataset and its columns, for what is not an indicator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboards.charts import Chart, marked, rows, shades, where
from dashboards.spec import words


def _table(told: dict[str, Any]) -> Chart:
    params = {
        **rows(told["columns"], told["order"], falling=told.get("falling", False)),
        "adhoc_filters": where(**told.get("where", {})),
        "column_config": {column: {"d3NumberFormat": shape} for column, shape in told.get("formats", {}).items()},
        "conditional_formatting": [marked(*mark) for mark in told.get("marked", [])],
    }
    return Chart(told["title"], told["table"], "table", params, ignores=tuple(told.get("ignores", ())))


def _release(told: dict[str, Any]) -> Chart:
    params = rows(["data_origin", "release_id", "known_on", "latest_period"], ["release_id"])
    params |= {"adhoc_filters": []}
    return Chart(
        words()["titles"]["release"], "release", "table", params, ignores=("period", "area", "map_edition"), height=18
    )


def _bars(told: dict[str, Any]) -> Chart:
    params = {
        "x_axis": told["across"],
        "metrics": told["metrics"],
        "groupby": [],
        "adhoc_filters": where(**told.get("where", {})),
        "orientation": "vertical",
        "xAxisLabelInterval": "0",
        "x_axis_sort": told["order"],
        "x_axis_sort_asc": True,
        "timeseries_limit_metric": told["order"],
        "show_legend": True,
        "show_value": True,
        "y_axis_format": ",.0f",
        "rich_tooltip": True,
        "truncateYAxis": False,
        "row_limit": 1000,
    }
    return Chart(told["title"], told["bars"], "echarts_timeseries_bar", params)


def _steps(told: dict[str, Any]) -> Chart:
    params = {
        "x_axis": told["across"],
        "metric": told["metric"],
        "groupby": [],
        "adhoc_filters": where(**told.get("where", {})),
        "show_value": True,
        "show_legend": False,
        "total_label": told["total"],
        "y_axis_format": ",.0f",
        "x_ticks_layout": "staggered",
        "increase_color": {"r": 31, "g": 119, "b": 180, "a": 1},
        "decrease_color": {"r": 230, "g": 159, "b": 0, "a": 1},
        "total_color": {"r": 102, "g": 102, "b": 102, "a": 1},
    }
    return Chart(told["title"], told["steps"], "waterfall", params)


def _grid(told: dict[str, Any]) -> Chart:
    params = {
        "x_axis": told["across"],
        "groupby": told["down"],
        "metric": told["metric"],
        "adhoc_filters": where(**told.get("where", {})),
        "sort_x_axis": "alpha_asc",
        "sort_y_axis": "alpha_desc",
        **shades(told["format"]),
    }
    return Chart(told["title"], told["grid"], "heatmap_v2", params, ignores=tuple(told.get("ignores", ())))


# The first key of a line of a board → what draws it.
DATASET_CHARTS: dict[str, Callable[[dict[str, Any]], Chart]] = {
    "table": _table,
    "release": _release,
    "bars": _bars,
    "steps": _steps,
    "grid": _grid,
}
