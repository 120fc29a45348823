"""Charts of an indicator or of several: the figure itself, its periods, its places, its classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboards.charts import Chart, axes, lying, marked, rows, shades, where
from dashboards.spec import Indicator, indicators, words

_FIGURES = "place_figure"
_ITSELF, _PART = "itself", "part"
_LOW = 18
_SIZES = {"header_font_size": 0.4, "subtitle_font_size": 0.3}


def _number(told: dict[str, Any]) -> Chart:
    of = indicators()[told["number"]]
    params = {
        "metric": of.metric,
        "adhoc_filters": where(indicator=of.key, relation=_ITSELF),
        "subtitle": f"{of.unit} · {of.basis}" if of.unit != "%" else of.basis,
        "y_axis_format": of.number_format,
        **_SIZES,
    }
    return Chart(of.name, _FIGURES, "big_number_total", params, width=2, height=_LOW)


def _coverage(told: dict[str, Any]) -> Chart:
    params = {
        "metric": "least_coverage",
        "adhoc_filters": where(theme=told["coverage"], relation=_ITSELF),
        "subtitle": words()["lowest"],
        "y_axis_format": ".2%",
        **_SIZES,
    }
    return Chart(words()["titles"]["coverage"], _FIGURES, "big_number_total", params, width=2, height=_LOW)


def _line(told: dict[str, Any]) -> Chart:
    shown = [indicators()[key] for key in told["line"]]
    params = {
        "x_axis": "period",
        "metrics": [shown[0].metric],
        "groupby": ["indicator_name"],
        "adhoc_filters": where(indicator=[one.key for one in shown], relation=_ITSELF),
        "markerEnabled": True,
        "show_value": len(shown) < 4,
        "show_legend": len(shown) > 1,
        **axes(shown[0]),
    }
    return Chart(_title("line", shown[0]), _FIGURES, "echarts_timeseries_line", params, ignores=("period",), width=6)


def _parts(told: dict[str, Any]) -> Chart:
    of = indicators()[told["parts"]]
    params = {
        "x_axis": "division_name",
        "metrics": [of.metric],
        "groupby": [],
        "adhoc_filters": where(indicator=of.key, relation=_PART),
        **lying(of.metric, largest_first=True),
        **axes(of),
    }
    return Chart(_title("parts", of), _FIGURES, "echarts_timeseries_bar", params, width=6)


def _classes(told: dict[str, Any]) -> Chart:
    shown = [one for key, one in indicators().items() if key.startswith(told["classes"])]
    params = {
        "x_axis": "class_name",
        "metrics": [shown[0].metric],
        "groupby": [],
        "adhoc_filters": where(indicator=[one.key for one in shown], relation=_ITSELF),
        **lying("listed", largest_first=False),
        **axes(shown[0]),
    }
    return Chart(told["title"], _FIGURES, "echarts_timeseries_bar", params, width=6)


def _tiles(told: dict[str, Any]) -> Chart:
    of = indicators()[told["tiles"]]
    params = {
        "x_axis": "grid_column",
        "groupby": "row_name",
        "metric": of.metric,
        "adhoc_filters": where(indicator=of.key),
        "sort_x_axis": "alpha_asc",
        "sort_y_axis": "alpha_desc",
        **shades(of.number_format),
    }
    return Chart(_title("tiles", of), "county_tile", "heatmap_v2", params, ignores=("area", "map_edition"), width=6)


def _figures(told: dict[str, Any]) -> Chart:
    columns = "indicator_name display coverage status_name span rows_questioned basis_name".split()
    params = {
        **rows(columns, ["indicator_order"]),
        "adhoc_filters": where(theme=told["figures"], relation=_ITSELF),
        "column_config": {"coverage": {"d3NumberFormat": ".1%"}},
        "conditional_formatting": [marked("coverage", "<", 1), marked("rows_questioned", ">", 0)],
    }
    return Chart(words()["titles"]["figures"], _FIGURES, "table", params, height=70)


def _title(kind: str, of: Indicator) -> str:
    unit = "" if of.unit == "%" else words()["in_unit"].format(of.unit)
    return words()["titles"][kind].format(of.name + unit)


# The first key of a line of a board → what draws it.
FIGURE_CHARTS: dict[str, Callable[[dict[str, Any]], Chart]] = {
    "number": _number,
    "coverage": _coverage,
    "line": _line,
    "parts": _parts,
    "classes": _classes,
    "tiles": _tiles,
    "figures": _figures,
}
