-- A figure of the city is the same on both maps, whatever its additivity: the city did not change.
with of_city as (
    select
        map_edition,
        indicator,
        period,
        value
    from {{ ref('indicator') }}
    where division_level = 'city'
),

earlier as (
    select *
    from of_city
    where map_edition = '2017'
),

later as (
    select *
    from of_city
    where map_edition = '2023'
)

select
    earlier.indicator,
    earlier.period,
    earlier.value as value_2017,
    later.value as value_2023
from earlier
full outer join later
    on earlier.indicator = later.indicator
    and earlier.period = later.period
where
    earlier.indicator is null
    or later.indicator is null
    or coalesce(earlier.value, -1) <> coalesce(later.value, -1)
