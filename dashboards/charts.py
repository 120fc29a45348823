"""A chart as Superset keeps it, and how the kinds of drawing look wherever they stand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from dashboards.spec import Indicator

_ASKED = "#fde9c8"  # a cell that a reader should ask about
_TALL = 42
_WIDTH = 12


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


def axes(of: Indicator) -> dict[str, Any]:
    """The axis of figures: in the indicator's format, from zero."""
    return {"y_axis_format": of.number_format, "rich_tooltip": True, "truncateYAxis": False, "row_limit": 1000}


def lying(order: str, *, largest_first: bool) -> dict[str, Any]:
    """Bars that lie: names stand in full beside them. They are drawn from below, so the first comes last."""
    return {
        "orientation": "horizontal",
        "xAxisLabelInterval": "0",  # every name
        "x_axis_sort": order,
        "x_axis_sort_asc": largest_first,
        "timeseries_limit_metric": order,
        "show_legend": False,
        "show_value": True,
    }


def shades(number_format: str) -> dict[str, Any]:
    """Cells of one hue, the darker the more, each with its figure."""
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


def rows(columns: list[str], order: list[str], *, falling: bool = False) -> dict[str, Any]:
    """Rows as they are, never summed."""
    return {
        "query_mode": "raw",
        "all_columns": columns,
        "order_by_cols": [json.dumps([column, not falling]) for column in order],
        "row_limit": 5000,
        "include_search": False,  # Superset's Chinese for it says errors where it means rows
        "show_cell_bars": False,
        "color_pn": False,
        "table_timestamp_format": "%Y-%m-%d",
    }


def marked(column: str, operator: str, target: float | str) -> dict[str, Any]:
    """Cells of a column to look at: those for which the comparison holds."""
    return {"column": column, "operator": operator, "targetValue": target, "colorScheme": _ASKED}
