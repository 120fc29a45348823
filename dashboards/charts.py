"""A chart for each kind of line in a board, with what Superset keeps for it. Where it stands is ``layout``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboards.spec import Indicator, indicators, words

_FIGURES = "place_figure"
_ITSELF, _PART = "itself", "part"
_ASKED = "#fde9c8"  # a cell that a reader should ask about
_TALL, _LOW = 42, 18
_WIDTH = 12
_SIZES = {"header_font_size": 0.4, "subtitle_font_size": 0.3}


@dataclass(frozen=True)
class Chart:
    """One chart.

    Attributes:
        params: what Superset keeps of it, beside the dataset and the kind of drawing.
        ignores: the filters of the board that do not reach it.
        width: in twelfths of the page.
        height: in steps of the page's grid.
    """

    title: str
    dataset: str
    viz_type: str
    params: dict[str, Any]
    ignores: tuple[str, ...] = ()
    width: int = _WIDTH
    height: int = _TALL


def chart(told: dict[str, Any], theme: str) -> Chart:
    """The chart that a line of a board asks for."""
    kind = next(iter(told))
    made = _KINDS[kind](told, theme)
    more = {key: told[key] for key in ("title", "width", "height") if key in told}
    return Chart(**{**made.__dict__, **more})


def where(**chosen: Any) -> list[dict[str, Any]]:
    """Filters as Superset keeps them: a column is a value or one of several."""
    return [
        {
            "clause": "WHERE",
            "expressionType": "SIMPLE",
            "subject": column,
            "operator": "IN" if isinstance(value, list) else "==",
            "operatorId": "IN" if isinstance(value, list) else "EQUALS",
            "comparator": value,
        }
        for column, value in chosen.items()
    ]


def _number(told: dict[str, Any], theme: str) -> Chart:
    of = indicators()[told["number"]]
    params = {
        "metric": of.metric,
        "adhoc_filters": where(indicator=of.key, relation=_ITSELF),
        "subtitle": f"{of.unit} · {of.basis}" if of.unit != "%" else of.basis,
        "y_axis_format": of.number_format,
        **_SIZES,
    }
    return Chart(of.name, _FIGURES, "big_number_total", params, width=2, height=_LOW)


def _coverage(told: dict[str, Any], theme: str) -> Chart:
    params = {
        "metric": "least_coverage",
        "adhoc_filters": where(theme=told["coverage"], relation=_ITSELF),
        "subtitle": words()["lowest"],
        "y_axis_format": ".2%",
        **_SIZES,
    }
    return Chart(words()["titles"]["coverage"], _FIGURES, "big_number_total", params, width=2, height=_LOW)


def _line(told: dict[str, Any], theme: str) -> Chart:
    shown = [indicators()[key] for key in told["line"]]
    params = {
        "x_axis": "period",
        "metrics": [shown[0].metric],
        "groupby": ["indicator_name"],
        "adhoc_filters": where(indicator=[one.key for one in shown], relation=_ITSELF),
        "markerEnabled": True,
        "show_value": len(shown) < 4,
        "show_legend": len(shown) > 1,
        **_axes(shown[0]),
    }
    return Chart(_title("line", shown[0]), _FIGURES, "echarts_timeseries_line", params, ignores=("period",), width=6)


def _parts(told: dict[str, Any], theme: str) -> Chart:
    of = indicators()[told["parts"]]
    params = {
        "x_axis": "division_name",
        "metrics": [of.metric],
        "groupby": [],
        "adhoc_filters": where(indicator=of.key, relation=_PART),
        **_lying(of.metric, largest_first=True),
        **_axes(of),
    }
    return Chart(_title("parts", of), _FIGURES, "echarts_timeseries_bar", params, width=6)


def _classes(told: dict[str, Any], theme: str) -> Chart:
    shown = [one for key, one in indicators().items() if key.startswith(told["classes"])]
    params = {
        "x_axis": "class_name",
        "metrics": [shown[0].metric],
        "groupby": [],
        "adhoc_filters": where(indicator=[one.key for one in shown], relation=_ITSELF),
        **_lying("listed", largest_first=False),
        **_axes(shown[0]),
    }
    return Chart(told["title"], _FIGURES, "echarts_timeseries_bar", params, width=6)


def _tiles(told: dict[str, Any], theme: str) -> Chart:
    of = indicators()[told["tiles"]]
    params = {
        "x_axis": "grid_column",
        "groupby": "row_name",
        "metric": of.metric,
        "adhoc_filters": where(indicator=of.key),
        "sort_x_axis": "alpha_asc",
        "sort_y_axis": "alpha_desc",
        **_shades(of.number_format),
    }
    return Chart(_title("tiles", of), "county_tile", "heatmap_v2", params, ignores=("area", "map_edition"), width=6)


def _figures(told: dict[str, Any], theme: str) -> Chart:
    columns = "indicator_name display coverage status_name span rows_questioned basis_name".split()
    params = {
        **_rows(columns, ["indicator_order"]),
        "adhoc_filters": where(theme=told["figures"], relation=_ITSELF),
        "column_config": {"coverage": {"d3NumberFormat": ".1%"}},
        "conditional_formatting": [_marked("coverage", "<", 1), _marked("rows_questioned", ">", 0)],
    }
    return Chart(words()["titles"]["figures"], _FIGURES, "table", params, height=70)


def _table(told: dict[str, Any], theme: str) -> Chart:
    params = {
        **_rows(told["columns"], told["order"], falling=told.get("falling", False)),
        "adhoc_filters": where(**told.get("where", {})),
        "column_config": {column: {"d3NumberFormat": shape} for column, shape in told.get("formats", {}).items()},
        "conditional_formatting": [_marked(*mark) for mark in told.get("marked", [])],
    }
    return Chart(told["title"], told["table"], "table", params, ignores=tuple(told.get("ignores", ())))


def _release(told: dict[str, Any], theme: str) -> Chart:
    params = _rows(["data_origin", "release_id", "known_on", "latest_period"], ["release_id"])
    params |= {"adhoc_filters": []}
    return Chart(
        words()["titles"]["release"], "release", "table", params, ignores=("period", "area", "map_edition"), height=18
    )


def _bars(told: dict[str, Any], theme: str) -> Chart:
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


def _steps(told: dict[str, Any], theme: str) -> Chart:
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


def _grid(told: dict[str, Any], theme: str) -> Chart:
    params = {
        "x_axis": told["across"],
        "groupby": told["down"],
        "metric": told["metric"],
        "adhoc_filters": where(**told.get("where", {})),
        "sort_x_axis": "alpha_asc",
        "sort_y_axis": "alpha_desc",
        **_shades(told["format"]),
    }
    return Chart(told["title"], told["grid"], "heatmap_v2", params, ignores=tuple(told.get("ignores", ())))


def _title(kind: str, of: Indicator) -> str:
    unit = "" if of.unit == "%" else words()["in_unit"].format(of.unit)
    return words()["titles"][kind].format(of.name + unit)


def _axes(of: Indicator) -> dict[str, Any]:
    return {"y_axis_format": of.number_format, "rich_tooltip": True, "truncateYAxis": False, "row_limit": 1000}


def _lying(order: str, *, largest_first: bool) -> dict[str, Any]:
    """Bars that lie: names stand in full beside them. They are drawn from below, so the first comes last."""
    return {
        "orientation": "horizontal",
        "x_axis_sort": order,
        "x_axis_sort_asc": largest_first,
        "timeseries_limit_metric": order,
        "show_legend": False,
        "show_value": True,
    }


def _shades(number_format: str) -> dict[str, Any]:
    return {
        "normalize_across": "heatmap",
        "linear_color_scheme": "schemeBlues",
        "legend_type": "continuous",
        "show_legend": False,
        "show_percentage": False,
        "show_values": True,
        "value_bounds": [None, None],
        "y_axis_format": number_format,
        "left_margin": "auto",
        "bottom_margin": "auto",
        "row_limit": 1000,
    }


def _rows(columns: list[str], order: list[str], *, falling: bool = False) -> dict[str, Any]:
    """Rows as they are, never summed."""
    return {
        "query_mode": "raw",
        "all_columns": columns,
        "order_by_cols": [json.dumps([column, not falling]) for column in order],
        "row_limit": 5000,
        "include_search": False,  # its Chinese says 异常 where it means rows
        "show_cell_bars": False,
        "color_pn": False,
        "table_timestamp_format": "%Y-%m-%d",
    }


def _marked(column: str, operator: str, target: float | str) -> dict[str, Any]:
    return {"column": column, "operator": operator, "targetValue": target, "colorScheme": _ASKED}


_KINDS: dict[str, Callable[[dict[str, Any], str], Chart]] = {
    "number": _number,
    "coverage": _coverage,
    "line": _line,
    "parts": _parts,
    "classes": _classes,
    "tiles": _tiles,
    "figures": _figures,
    "table": _table,
    "release": _release,
    "bars": _bars,
    "steps": _steps,
    "grid": _grid,
}
