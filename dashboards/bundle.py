"""Superset's bundle: the files of its import, made of the spec.

A second import replaces a dashboard but neither a dataset nor a chart that is there by its uuid. So theirs follow from
what they hold: one that changed is a new one, and a dataset of the same name takes the place of the one before.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID, uuid5

from dashboards.charts import Chart
from dashboards.dataset_charts import DATASET_CHARTS
from dashboards.figure_charts import FIGURE_CHARTS
from dashboards.layout import Placed, metadata, positions
from dashboards.spec import Dataset, boards, datasets, themes, words

_NAMESPACE = UUID("6f0f5cf2-7a0e-5b35-9f5c-1c2f5a8d2017")
_VERSION = "1.0.0"
_KINDS = FIGURE_CHARTS | DATASET_CHARTS
# Where an office has it; `make dashboards` puts its home's in this place.
DATABASE_PLACE = "/srv/sanming/warehouse/current/open.duckdb"
_DATABASE_FILE = "databases/sanming.yaml"


def bundle() -> dict[str, Any]:
    """Path in the bundle → content, for every file of it."""
    files = {"metadata.yaml": {"version": _VERSION, "type": "Dashboard", "timestamp": "2017-08-07T00:00:00+00:00"}}
    files[_DATABASE_FILE] = _database()
    uuids = {}
    for key, dataset in datasets().items():
        uuids[key] = _uuid("dataset", key, asdict(dataset))
        files[f"datasets/sanming/{key}.yaml"] = _dataset(dataset, uuids[key])
    boards_told = boards()
    for told in boards_told:
        files |= _board(told, uuids, _links(boards_told, told["board"]))
    return files


def _uuid(kind: str, key: str, content: object = None) -> str:
    """The identity of a thing: of its name alone, or of what it holds."""
    return str(uuid5(_NAMESPACE, json.dumps([kind, key, content], sort_keys=True, ensure_ascii=False)))


def _database() -> dict[str, Any]:
    """Read-only twice over: by the file's mode, and by a DuckDB that opens no other file whatever a query asks."""
    return {
        "database_name": words()["database"],
        "sqlalchemy_uri": f"duckdb:///{DATABASE_PLACE}?access_mode=READ_ONLY",
        "cache_timeout": None,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_file_upload": False,
        "extra": {"engine_params": {"connect_args": {"config": {"enable_external_access": "false"}}}},
        "uuid": _uuid("database", "sanming"),
        "version": _VERSION,
    }


def _dataset(dataset: Dataset, uuid: str) -> dict[str, Any]:
    return {
        "table_name": dataset.title,
        "main_dttm_col": None,
        "description": dataset.description,
        "default_endpoint": None,
        "offset": 0,
        "cache_timeout": None,
        "catalog": None,
        "schema": "reports",
        "sql": dataset.sql,
        "params": None,
        "template_params": None,
        "filter_select_enabled": True,
        "fetch_values_predicate": None,
        "extra": None,
        "normalize_columns": False,
        "always_filter_main_dttm": False,
        "uuid": uuid,
        "metrics": [
            {
                "metric_name": key,
                "verbose_name": told.get("name"),
                "metric_type": None,
                "expression": told["expression"],
            }
            for key, told in dataset.metrics.items()
        ],
        "columns": [
            {
                "column_name": column.key,
                "verbose_name": column.name,
                "is_dttm": column.type == "DATE",
                "is_active": True,
                "type": column.type,
                "groupby": True,
                "filterable": True,
            }
            for column in dataset.columns
        ],
        "version": _VERSION,
        "database_uuid": _uuid("database", "sanming"),
    }


def _board(told: dict[str, Any], dataset_uuids: dict[str, str], links: str) -> dict[str, Any]:
    """A dashboard and its charts; the release it shows stands last on each."""
    key = told["board"]
    theme = key if key in themes() else None
    lines = [*told["rows"], [{"release": True}]]
    rows: list[list[Placed]] = []
    files: dict[str, Any] = {}
    number = 0
    for line in lines:
        rows.append([])
        for one in line:
            number += 1
            drawn = _drawn(one)
            uuid = _uuid("chart", f"{key}-{number}", [asdict(drawn), dataset_uuids[drawn.dataset]])
            rows[-1].append(Placed(drawn, uuid, number))
            files[f"charts/{key}_{number:02}.yaml"] = _chart(drawn, uuid, dataset_uuids[drawn.dataset])
    title = _title(told)
    placed = [one for row in rows for one in row]
    files[f"dashboards/{key}.yaml"] = {
        "dashboard_title": title,
        "description": None,
        "css": "",
        "slug": key,
        "certified_by": None,
        "certification_details": None,
        "published": True,
        "uuid": _uuid("dashboard", key),
        "position": positions(title, links, rows),
        "metadata": metadata(theme, dataset_uuids, placed),
        "version": _VERSION,
    }
    return files


def _drawn(told: dict[str, Any]) -> Chart:
    """The chart that a line of a board asks for; the line may say its title and size."""
    made = _KINDS[next(iter(told))](told)
    return replace(made, **{key: told[key] for key in ("title", "width", "height") if key in told})


def _chart(drawn: Chart, uuid: str, dataset_uuid: str) -> dict[str, Any]:
    return {
        "slice_name": drawn.title,
        "description": None,
        "certified_by": None,
        "certification_details": None,
        "viz_type": drawn.viz_type,
        "params": {"viz_type": drawn.viz_type, **drawn.params},
        "query_context": None,
        "cache_timeout": None,
        "uuid": uuid,
        "version": _VERSION,
        "dataset_uuid": dataset_uuid,
    }


def _title(told: dict[str, Any]) -> str:
    return told.get("title") or themes()[told["board"]]


def _links(boards_told: list[dict[str, Any]], here: str) -> str:
    """The other boards, as a line of links."""
    return " · ".join(
        f"**{_title(one)}**" if one["board"] == here else f"[{_title(one)}](/superset/dashboard/{one['board']}/)"
        for one in boards_told
    )
