-- What may be summed over places is the same on both maps: in the city, and in every county of 2023 against the
-- counties of 2017 that became it.
with moved as (
    select
        indicators.indicator,
        indicators.period,
        divisions.division_level,
        divisions.code_2023,
        sum(indicators.value) as value,
        count(*) as counties
    from {{ ref('indicator') }} as indicators
    inner join {{ ref('dim_division') }} as divisions
        on indicators.map_edition = divisions.map_edition
        and indicators.division_code = divisions.division_code
    where
        indicators.map_edition = '2017'
        and indicators.additivity = 'places'
        and divisions.division_level in ('city', 'county')
    group by indicators.indicator, indicators.period, divisions.division_level, divisions.code_2023
),

later as (
    select
        indicator,
        period,
        division_level,
        division_code,
        value
    from {{ ref('indicator') }}
    where
        map_edition = '2023'
        and additivity = 'places'
        and division_level in ('city', 'county')
)

select
    coalesce(moved.indicator, later.indicator) as indicator,
    coalesce(moved.period, later.period) as period,
    coalesce(moved.code_2023, later.division_code) as division_code,
    moved.value as value_2017,
    later.value as value_2023
from moved
full outer join later
    on moved.indicator = later.indicator
    and moved.period = later.period
    and moved.division_level = later.division_level
    and moved.code_2023 = later.division_code
where
    moved.indicator is null
    or later.indicator is null
    or (moved.value is null) <> (later.value is null)
    or moved.value <> later.value
