"""The charts of a bulletin: those of the site, drawn once as pictures that need no program to be seen."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

import vl_convert

from orchestration.bulletin.document import Picture
from orchestration.site.chart_rows import Chart
from orchestration.site.charts import chart_specifications

HALF, WHOLE = 330, 690  # points on a page of A4, which is scaled to them
_HEIGHTS = {"series": 150, "needs": 240, "tiles": 245}


@cache
def _specifications() -> dict[str, dict[str, Any]]:
    return chart_specifications()


def drawn(chart: Chart, title: str, width: int) -> Picture:
    """A chart as a picture of that width, and of a height that leaves room on the page."""
    specification = copy.deepcopy(_specifications()[chart.specification])
    specification |= {"width": width, "datasets": {"rows": [*chart.rows]}}
    if chart.specification in _HEIGHTS:
        specification["height"] = _HEIGHTS[chart.specification]
    for layer in specification.get("layer", ()):
        layer.get("encoding", {}).pop("href", None)  # paper leads nowhere
    svg: str = vl_convert.vegalite_to_svg(json.dumps(specification, ensure_ascii=False))
    heading = f"{title}（{chart.unit}）" if chart.unit else title
    return Picture(heading, chart.alt, svg, is_wide=width == WHOLE)
