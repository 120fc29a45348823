"""The revision triangle: what each release said of a figure, wherever it said something else than the one before.

Two views of the file over all releases (`as_known`), and a question to them. Why a figure changed is not told here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb

_KEY = "indicator, map_edition, division_level, division_code, period"

# A figure that a release does not have any more is a step as well: its value is then null.
_STEPS = f"""
create view reports.indicator_step as
with numbered as (
    select *, row_number() over (order by publication) as place, count(*) over () as places
    from quality.releases
    where publication is not null and is_kept
),

told as (
    select {_KEY}, figures.value, numbered.place, numbered.places
    from reports.indicator as figures
    inner join numbered on figures.release_id = numbered.release_id
),

followed as (
    select *, lead(place) over (partition by {_KEY} order by place) as next_place
    from told
),

steps as (
    select {_KEY}, place, value, true as is_there
    from followed
    union all
    select {_KEY}, place + 1, null, false
    from followed
    where place < places and coalesce(next_place, 0) <> place + 1
),

compared as (
    select
        *,
        first_value(value) over known as first_reported,
        lag(value) over known as previous,
        row_number() over known as step
    from steps
    window known as (partition by {_KEY} order by place)
)

select {_KEY}, numbered.release_id, numbered.known_on, step, first_reported, previous, value,
    value - previous as change, is_there
from compared
inner join numbered on compared.place = numbered.place
where step = 1 or value is distinct from previous
"""

_REVISIONS = f"""
create view reports.indicator_revision as
select {_KEY}, release_id, known_on, first_reported, previous, value, change, is_there
from reports.indicator_step
where step > 1
"""

TRIANGLE = (_STEPS, _REVISIONS)


@dataclass(frozen=True)
class Step:
    """What a release said of a figure.

    Attributes:
        known_on: UTC, without a time zone.
        is_there: whether the release has the figure at all; one not evaluated is there without a value.
    """

    period: str
    release_id: str
    known_on: datetime
    first_reported: Decimal | None
    previous: Decimal | None
    value: Decimal | None
    change: Decimal | None
    is_there: bool


def read_steps(views: Path, indicator: str, division: str, edition: str, period: str | None = None) -> tuple[Step, ...]:
    """The steps of an indicator of a division, the first report of each period included, by period and day.

    Args:
        views: the file over all releases.
        indicator: its key.
        division: statistical code on the map.
        edition: the map, 2017 or 2023.
        period: one reported month; all unless given.
    """
    with duckdb.connect(str(views), read_only=True) as connection:
        rows = connection.execute(
            "select period, release_id, known_on, first_reported, previous, value, change, is_there"
            " from reports.indicator_step where indicator = ? and division_code = ? and map_edition = ?"
            " and (period = ? or ? is null) order by period, known_on",
            [indicator, division, edition, period, period],
        ).fetchall()
    return tuple(Step(*row) for row in rows)
