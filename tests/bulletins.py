"""Editions small enough to be written in a test, and two releases of which the second corrects the first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import duckdb

from orchestration.core.settings import Settings
from orchestration.release.draft import draft_release
from orchestration.release.manifest import Release
from orchestration.release.publish import publish
from orchestration.site.kinds import Figure, Indicator, Place
from orchestration.site.opened import Opened
from tests.sites import KNOWN_ON, publish_figures

CITY = Place("350400", "city", "三明市", "三明市", None, None, None, None, None)
_NAMES = {"2015-12": "2015年12月", "2016-12": "2016年12月", "2017-06": "2017年6月", "2017-12": "2017年12月"}
CORRECTED_ON = KNOWN_ON + timedelta(days=20)


def edition(
    values: Mapping[str, float | None],
    unit: str = "persons",
    basis: str = "as-of",
    status: str = "provisional",
    coverage: float = 1.0,
    also: tuple[str, ...] = (),
) -> Opened:
    """An edition of one indicator of the city: period → value, printed without much ado.

    Args:
        values: by period; the latest has the status and coverage that are given, those before all that there is.
        unit: of the indicator.
        basis: of the indicator.
        status: of the latest figure.
        coverage: of the latest figure.
        also: periods that the edition has, and the indicator not.
    """
    latest = max(values)
    figures = tuple(
        Figure(
            indicator="poor_persons",
            division_code=CITY.division_code,
            period=period,
            period_name=_NAMES[period],
            value=value,
            display=None if value is None else _display(value, unit),
            status=status if period == latest else "final",
            status_name="未报" if value is None else "未确认",
            coverage=coverage if period == latest else 1.0,
            low=None,
            high=None,
            rows_questioned=0,
            basis_name="期末",
            additivity_name="不可加",
        )
        for period, value in sorted(values.items())
    )
    indicator = Indicator(
        indicator="poor_persons",
        indicator_name="未脱贫人口",
        theme="status",
        theme_name="贫困状况",
        definition=None,
        numerator_name=None,
        denominator_name=None,
        unit=unit,
        unit_name="人",
        basis=basis,
        additivity="none",
        frequency="half-year",
        first_period=min(values),
        latest_period=latest,
        source=None,
        is_verified=True,
    )
    return Opened(
        release_id="a-release",
        known_on=datetime(2017, 7, 20, 10, 0, tzinfo=UTC),
        data_origin="synthetic",
        periods={period: _NAMES[period] for period in sorted({*values, *also})},
        indicators={indicator.indicator: indicator},
        places={CITY.division_code: CITY},
        figures={(indicator.indicator, CITY.division_code): figures},
        flows=(),
        needs=(),
        coverage=(),
        missing=(),
        article=(),
    )


def _display(value: float, unit: str) -> str:
    return f"{value * 100:.2f} %" if unit == "ratio" else f"{value:.0f} 人"


def publish_corrected(settings: Settings) -> tuple[Release, Release]:
    """Publish the small release and, twenty days later, one with two corrections in it and a return that came late."""
    first = publish_figures(settings)
    built = settings.home / "built.duckdb"
    with duckdb.connect(str(built)) as connection:
        connection.execute("alter table marts.dim_indicator add column form varchar default 'members'")
        connection.execute(
            "update reports.figure set value = 28650, display = '2.87 万人'"
            " where indicator = 'poor_persons' and division_code = '350400' and period = '2016-12'"
        )
        connection.execute(
            "update reports.figure set value = 2801, display = '2801 人'"
            " where indicator = 'poor_persons' and division_code = '350423' and period = '2016-12'"
        )
        connection.execute(
            "create table marts.dim_code as select * from (values ('correction_kind', 'correction', '更正'),"
            " ('correction_kind', 'withdrawal', '撤回'), ('verdict', 'accepted', '接收'),"
            " ('verdict', 'rejected', '退回')) as codes(code_list, code, code_name)"
        )
        connection.execute(
            "create table reports.correction as select '350423' as county_code, '350426202' as submitter_code,"
            " 'members' as form, period, received_at, correction_kind, verdict, is_explained,"
            " 2 as rows_changed, 0 as rows_added, 1 as rows_withdrawn from (values"
            " ('2016-12', timestamp '2017-08-01 03:00:00', 'correction', 'accepted', true),"
            " ('2016-12', timestamp '2017-08-02 03:00:00', 'correction', 'accepted', false),"
            " ('2017-06', timestamp '2017-08-03 03:00:00', 'withdrawal', 'rejected', false),"
            " ('2016-12', timestamp '2017-07-01 03:00:00', 'correction', 'accepted', true))"  # known before
            " as returned(period, received_at, correction_kind, verdict, is_explained)"
        )
        connection.execute("alter table marts.fct_obligation add column first_received_at timestamp")
        connection.execute(
            "insert into marts.fct_obligation values"
            " ('350426', '2016-12', '350426202', 'members', true, 'received', timestamp '2017-08-05 03:00:00')"
        )
    return first, publish(settings, draft_release(settings, built, CORRECTED_ON))
