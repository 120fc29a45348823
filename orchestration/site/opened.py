"""What the pages show, read once from the open edition of a release: nothing personal is in it, so none can get out.

How a figure is printed is the release's business (``display``), and what goes onto which page is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from orchestration.core import clock
from orchestration.release.manifest import ReleaseError
from orchestration.release.renamed_columns import open_release
from orchestration.site.kinds import ArticleFact, Figure, Flow, FormCoverage, Indicator, Missing, Need, Place

_ABOVE = "map_edition = '2017' and division_level in ('city', 'county')"
# Kind of row → the table it is of, and what comes after that in SQL. A file may hold less than the open edition does;
# of one that holds more, no village is shown by this, and nothing that is not public.
_SOURCES: dict[type, tuple[str, str]] = {
    Indicator: ("marts.dim_indicator", "order by sort_order"),
    Place: ("marts.dim_place", "where division_level <> 'village' order by sort_order"),
    Figure: (
        "reports.figure",
        "where map_edition = '2017' and division_level <> 'village' order by indicator_order, place_order, period",
    ),
    Flow: ("reports.stock_flow", f"where {_ABOVE} order by period"),
    Need: (
        "reports.need_measure",
        "inner join marts.dim_cause on main_cause = cause_code"
        f" where {_ABOVE} order by period, division_code, sort_order",
    ),
    FormCoverage: (
        "reports.coverage",
        f"inner join marts.dim_form using (form) where {_ABOVE} order by period, division_code, sort_order",
    ),
    Missing: (
        "marts.fct_obligation",
        "as owed inner join marts.dim_form using (form) inner join (select submitter_code, submitter_name"
        " from marts.dim_submitter) using (submitter_code) where is_due and state in ('missing', 'rejected')"
        " order by period, county_code, submitter_code, sort_order",
    ),
    ArticleFact: ("reports.article_2017", "left join marts.dim_form using (form) where is_public order by fact"),
}
_NEEDED = ("quality.release_info", "marts.dim_place", "marts.dim_indicator", "reports.figure")
_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Opened:
    """Everything that the pages show.

    Attributes:
        known_on: the moment that the release is known on.
        periods: period → its name, ascending.
        places: code → place, in order of display.
        figures: (indicator, place) → its figures, by ascending period.
    """

    release_id: str
    known_on: datetime
    data_origin: str
    periods: Mapping[str, str]
    indicators: Mapping[str, Indicator]
    places: dict[str, Place]
    figures: Mapping[tuple[str, str], tuple[Figure, ...]]
    flows: tuple[Flow, ...]
    needs: tuple[Need, ...]
    coverage: tuple[FormCoverage, ...]
    missing: tuple[Missing, ...]
    article: tuple[ArticleFact, ...]

    @property
    def whole(self) -> Place:
        """What everything is of: the city, or the county that a file is about."""
        levels = {place.division_level: place for place in reversed(self.places.values())}
        return levels.get("city") or levels["county"]

    @property
    def counties(self) -> tuple[Place, ...]:
        return tuple(place for place in self.places.values() if place.division_level == "county")

    @property
    def latest_period(self) -> str:
        """The latest period that any figure is of; empty where there is none."""
        return max(self.periods, default="")

    def name_of(self, period: str | None) -> str:
        """What a period is called."""
        return self.periods.get(period or "", period or "")

    def forms(self, place: Place) -> tuple[FormCoverage, ...]:
        """What came of the forms of a place in the latest period."""
        wanted = (place.division_code, self.latest_period)
        return tuple(one for one in self.coverage if (one.division_code, one.period) == wanted)

    def townships(self, county: str | None = None) -> tuple[Place, ...]:
        """All townships, or those of a county."""
        return tuple(
            place
            for place in self.places.values()
            if place.division_level == "township" and county in (None, place.county_code)
        )

    def history(self, indicator: str, place: str) -> tuple[Figure, ...]:
        """The figures of an indicator and place, by ascending period."""
        return self.figures.get((indicator, place), ())

    def figure(self, indicator: str, place: str, period: str | None = None) -> Figure | None:
        """The figure of a period, or of the latest that has one of the indicator; none where there is no row."""
        wanted = period or self.indicators[indicator].latest_period
        return next((one for one in self.history(indicator, place) if one.period == wanted), None)


def read_opened(database: Path) -> Opened:
    """Read an open edition, or another file of the same tables.

    Raises:
        ReleaseError: the file is missing or from before figures had names.
    """
    if not database.is_file():
        raise ReleaseError(f"{database}: missing; the site is made of it. Make it of a release that has one.")
    with open_release(database) as connection:
        present = {
            name
            for (name,) in connection.execute(
                "select schema_name || '.' || table_name from duckdb_tables() union all"
                " select schema_name || '.' || view_name from duckdb_views()"
            ).fetchall()
        }
        if lacking := [table for table in _NEEDED if table not in present]:
            raise ReleaseError(
                f"{database}: has no {', '.join(lacking)}; it was sealed before figures had names beside them."
                " Make the site of a later release."
            )
        return _read(connection, present)


def _read(connection: duckdb.DuckDBPyConnection, present: set[str]) -> Opened:
    def rows(kind: type[_Row]) -> tuple[_Row, ...]:
        table, rest = _SOURCES[kind]
        return _rows(connection, kind, f"{table} {rest}") if table in present else ()

    release_id, known_on, data_origin = connection.execute(
        "select release_id, known_on, data_origin from quality.release_info"
    ).fetchall()[0]
    figures = rows(Figure)
    return Opened(
        release_id=release_id,
        known_on=known_on.replace(tzinfo=UTC).astimezone(clock.SANMING),
        data_origin=data_origin,
        periods=dict(sorted({(figure.period, figure.period_name) for figure in figures})),
        indicators={one.indicator: one for one in rows(Indicator)},
        places={place.division_code: place for place in rows(Place)},
        figures=_by_subject(figures),
        flows=rows(Flow),
        needs=rows(Need),
        coverage=rows(FormCoverage),
        missing=rows(Missing),
        article=rows(ArticleFact),
    )


def _rows(connection: duckdb.DuckDBPyConnection, kind: type[_Row], rest: str) -> tuple[_Row, ...]:
    """The rows of a table as objects of a kind, whose fields are columns."""
    columns = ", ".join(field.name for field in fields(kind))  # type: ignore[arg-type]
    found: Iterable[tuple[Any, ...]] = connection.execute(f"select {columns} from {rest}").fetchall()
    return tuple(kind(*row) for row in found)


def _by_subject(figures: Iterable[Figure]) -> dict[tuple[str, str], tuple[Figure, ...]]:
    found: dict[tuple[str, str], list[Figure]] = {}
    for figure in figures:
        found.setdefault((figure.indicator, figure.division_code), []).append(figure)
    return {subject: tuple(ordered) for subject, ordered in found.items()}
