"""The few specifications of charts (Vega-Lite), made and validated by Altair. Their rows stand in the pages.

Colours are of the blues of ColorBrewer and of the palette of Okabe and Ito: to be told apart by the colour-blind, and
each says what it means in words or by its place as well.
"""

from __future__ import annotations

from typing import Any

import altair as alt

from orchestration.site.words import words

SHADES = ("#d4d4d4", "#e3eefa", "#c6dbef", "#9ecae1", "#6baed6", "#2171b5", "#08306b")  # the first: no figure
DARK, LIGHT = "#16202b", "#ffffff"
_BLUE, _ORANGE, _GREY, _SPAN = "#0b5fa5", "#b34700", "#5b6673", "#9ecae1"
_TILE, _BAR = 66, 24  # points
_Layers = alt.LayerChart | alt.FacetChart
_FONT = "'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif"


def chart_specifications() -> dict[str, dict[str, Any]]:
    """Name → specification, without rows."""
    made = {
        "tiles": _tiles(),
        "series": _series(),
        "bars": _bars(),
        "coverage": _coverage(),
        "flow": _flow(),
        "needs": _needs(),
    }
    return {name: _finished(chart).to_dict() for name, chart in made.items()}


def _finished(chart: _Layers) -> _Layers:
    return (
        chart.properties(width="container", data=alt.NamedData(name="rows"), autosize=_FIT)
        .configure(font=_FONT)
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=13, labelColor=DARK, gridColor="#e3e7eb", domainColor=_GREY, labelLimit=150)
        .configure_text(fontSize=13)
    )


_FIT = alt.AutoSizeParams(type="fit-x", contains="padding")


def _tooltip(*names: str) -> list[alt.Tooltip]:
    return [alt.Tooltip(f"{name}:N", title=words()["tooltip"][name]) for name in names]


def _tiles() -> _Layers:
    """A map without boundaries: a tile a county, the darker the more."""
    scale = alt.Scale(domain=list(range(-1, len(SHADES) - 1)), range=list(SHADES))
    tile = alt.Chart().encode(
        x=alt.X("column:O", axis=None, scale=alt.Scale(padding=0)),
        y=alt.Y("row:O", axis=None, scale=alt.Scale(padding=0)),
        tooltip=_tooltip("name", "display", "status", "coverage"),
        href="link:N",
        description="told:N",
    )
    ink = alt.Color("ink:N", scale=None)
    return alt.layer(
        tile.mark_rect(stroke="#ffffff", strokeWidth=4).encode(color=alt.Color("shade:O", scale=scale, legend=None)),
        tile.mark_text(dy=-10, fontWeight=600, fontSize=14).encode(text="name:N", color=ink),
        tile.mark_text(dy=11).encode(text="number:N", color=ink),
    ).properties(height=alt.Step(_TILE))


def _series() -> _Layers:
    """A line over the periods; filled points are confirmed, the bar behind one is what it may still become."""
    base = alt.Chart().encode(x=alt.X("month:O", title=None, axis=alt.Axis(labelAngle=0)))
    value = alt.Y("value:Q", title=None)
    return alt.layer(
        base.mark_rule(aria=False, color=_SPAN, strokeWidth=9, opacity=0.7).encode(
            y=alt.Y("low:Q", title=None), y2="high:Q"
        ),
        base.mark_line(color=_BLUE, strokeWidth=2.5).encode(y=value),
        base.mark_point(size=90, filled=False, opacity=1, strokeWidth=2.5, color=_BLUE).encode(
            y=value,
            fill=alt.condition("datum.confirmed", alt.value(_BLUE), alt.value("#ffffff")),
            tooltip=_tooltip("period", "display", "status", "coverage", "range"),
            description="told:N",
        ),
        # Twice: the line behind a number is kept away from it.
        base.mark_text(dy=-16, stroke=LIGHT, strokeWidth=5, aria=False).encode(y=value, text="display:N"),
        base.mark_text(dy=-16, color=DARK).encode(y=value, text="display:N"),
    ).properties(height=230)


def _bars() -> _Layers:
    """Places by size."""
    base = alt.Chart().encode(
        y=alt.Y("name:N", sort=None, title=None),
        x=alt.X("value:Q", title=None, axis=None, scale=alt.Scale(nice=False)),
        tooltip=_tooltip("name", "display", "status", "coverage"),
        description="told:N",
    )
    return alt.layer(
        base.mark_bar(color=_BLUE, height=15),
        base.mark_text(align="left", dx=6, color=DARK).encode(text="display:N"),
    ).properties(height=alt.Step(_BAR))


def _coverage() -> _Layers:
    """How much of each came, of all that should; what is low is told by colour and by its number."""
    with_room, quarters = alt.Scale(domain=[0, 1.12]), alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1])
    base = alt.Chart().encode(
        y=alt.Y("name:N", sort=None, title=None),
        x=alt.X("share:Q", title=None, scale=with_room, axis=quarters),
        tooltip=_tooltip("name", "coverage"),
        description="told:N",
    )
    return alt.layer(
        base.mark_bar(height=13).encode(
            color=alt.Color("low:N", scale=alt.Scale(domain=[False, True], range=[_BLUE, _ORANGE]), legend=None)
        ),
        base.mark_text(align="left", dx=6, color=DARK).encode(text="coverage:N"),
    ).properties(height=alt.Step(_BAR))


def _flow() -> _Layers:
    """From what was at the beginning to what is at the end, by what came and went."""
    base = alt.Chart().encode(
        y=alt.Y("name:N", sort=None, title=None), tooltip=_tooltip("name", "amount"), description="told:N"
    )
    colours = alt.Scale(domain=["stock", "in", "out"], range=[_GREY, _BLUE, _ORANGE])
    return alt.layer(
        base.mark_bar(height=16).encode(
            x=alt.X("start:Q", title=None, axis=alt.Axis(format="d", tickCount=4)),
            x2="end:Q",
            color=alt.Color("kind:N", scale=colours, legend=None),
        ),
        base.mark_text(align="left", dx=6, color=DARK).encode(x=alt.X("most:Q", title=None), text="amount:N"),
    ).properties(height=alt.Step(_BAR + 4))


def _needs() -> _Layers:
    """Households by cause beside those that have a measure, and one that answers the cause."""
    said = list(words()["needs"].values())
    base = alt.Chart().encode(
        y=alt.Y("name:N", sort=None, title=None, scale=alt.Scale(paddingInner=0.25)),
        yOffset=alt.YOffset("series:N", sort=said),
        x=alt.X("value:Q", title=None, axis=alt.Axis(format="d", tickCount=4)),
        tooltip=_tooltip("name", "series", "amount"),
        description="told:N",
    )
    legend = alt.Legend(orient="top", title=None, labelFontSize=13)
    return alt.layer(
        base.mark_bar().encode(
            color=alt.Color(
                "series:N", sort=said, legend=legend, scale=alt.Scale(domain=said, range=[_GREY, "#56b4e9", _BLUE])
            )
        ),
    ).properties(height=alt.Step(_BAR * 1.75))
