"""Where the charts of a board stand, and the filters above them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboards.charts import Chart, where
from dashboards.spec import words

_ROOT, _GRID, _HEADER = "ROOT_ID", "GRID_ID", "HEADER_ID"
_FILTER_SOURCE = "place_figure"
# In the order in which they stand above the charts; each is the name of a column, in whatever dataset has it.
FILTERS = {"period": "period", "area": "area_name", "map_edition": "map_edition"}
_FIRST_CHART = 1


@dataclass(frozen=True)
class Placed:
    """A chart of a board with its identity and the number it has within the board."""

    chart: Chart
    uuid: str
    number: int


def positions(title: str, links: str, rows: list[list[Placed]]) -> dict[str, Any]:
    """The board as a tree of rows, with the links to the others on top and what to know of it below."""
    about = _markdown("about", [_ROOT, _GRID, "ROW-about"], words()["about"], height=10)
    lines = {"links": _markdown("links", [_ROOT, _GRID, "ROW-links"], links, height=6)}
    tree: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        _ROOT: {"type": "ROOT", "id": _ROOT, "children": [_GRID]},
        _HEADER: {"type": "HEADER", "id": _HEADER, "meta": {"text": title}},
        **_row("links", [lines["links"]]),
    }
    names = ["ROW-links"]
    for number, placed in enumerate(rows):
        names.append(f"ROW-{number}")
        tree |= _row(str(number), [_chart(f"ROW-{number}", one) for one in placed])
    tree |= _row("about", [about])
    tree[_GRID] = {"type": "GRID", "id": _GRID, "parents": [_ROOT], "children": [*names, "ROW-about"]}
    return tree


def metadata(theme: str | None, dataset_uuids: dict[str, str], placed: list[Placed]) -> dict[str, Any]:
    """The filters of a board, and nothing that a reader might leave behind."""
    return {
        "color_scheme": "d3Category10",
        "label_colors": words()["colours"],
        "cross_filters_enabled": False,
        "filter_bar_orientation": "HORIZONTAL",
        "refresh_frequency": 0,
        "native_filter_configuration": [_filter(name, theme, dataset_uuids, placed) for name in FILTERS],
    }


def _filter(name: str, theme: str | None, dataset_uuids: dict[str, str], placed: list[Placed]) -> dict[str, Any]:
    column = FILTERS[name]
    chosen = {"area": words()["area"], "map_edition": "2017"}.get(name)
    asked = {"filters": [{"col": column, "op": "IN", "val": [chosen]}]} if chosen else {}
    return {
        "id": f"NATIVE_FILTER-{name}",
        "type": "NATIVE_FILTER",
        "filterType": "filter_select",
        "name": words()["filters"][name],
        "description": "",
        "targets": [{"datasetUuid": dataset_uuids[_FILTER_SOURCE], "column": {"name": column}}],
        # The latest period that has a figure of the theme is the first that is offered.
        "adhoc_filters": _offered(theme) if name == "period" else [],
        "controlValues": {
            "multiSelect": False,
            "enableEmptyFilter": True,
            "defaultToFirstItem": name == "period",
            "inverseSelection": False,
            "searchAllOptions": False,
            "creatable": False,  # a period or a place that is not there
            "sortAscending": name != "period",
        },
        "defaultDataMask": {
            "extraFormData": asked,
            "filterState": {"value": [chosen], "label": chosen} if chosen else {},
        },
        "requiredFirst": name == "period",
        "cascadeParentIds": [],
        "scope": {"rootPath": [_ROOT], "excluded": [one.number for one in placed if name in one.chart.ignores]},
    }


def _offered(theme: str | None) -> list[dict[str, Any]]:
    has_figure = {"subject": "value", "operator": "IS NOT NULL", "operatorId": "IS_NOT_NULL", "comparator": ""}
    of_theme = where(theme=theme) if theme else []
    return [*of_theme, {"clause": "WHERE", "expressionType": "SIMPLE", **has_figure}]


def _row(name: str, children: list[dict[str, Any]]) -> dict[str, Any]:
    row = {
        "type": "ROW",
        "id": f"ROW-{name}",
        "parents": [_ROOT, _GRID],
        "children": [child["id"] for child in children],
        "meta": {"background": "BACKGROUND_TRANSPARENT"},
    }
    return {row["id"]: row, **{child["id"]: child for child in children}}


def _chart(row: str, placed: Placed) -> dict[str, Any]:
    return {
        "type": "CHART",
        "id": f"CHART-{placed.number}",
        "parents": [_ROOT, _GRID, row],
        "children": [],
        "meta": {
            "uuid": placed.uuid,
            "chartId": placed.number,
            "sliceName": placed.chart.title,
            "width": placed.chart.width,
            "height": placed.chart.height,
        },
    }


def _markdown(name: str, parents: list[str], code: str, height: int) -> dict[str, Any]:
    return {
        "type": "MARKDOWN",
        "id": f"MARKDOWN-{name}",
        "parents": parents,
        "children": [],
        "meta": {"code": code, "width": 12, "height": height},
    }
