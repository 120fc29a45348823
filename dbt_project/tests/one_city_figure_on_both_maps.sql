-- A figure of the city is the same on both maps, whatever its additivity: the city did not change.
select
    earlier.indicator,
    earlier.period,
    earlier.value as value_2017,
    later.value as value_2023
from {{ ref('indicator') }} as earlier
full outer join {{ ref('indicator') }} as later
    on earlier.indicator = later.indicator
    and earlier.period = later.period
    and later.map = '2023'
    and later.division_level = 'city'
where
    earlier.map = '2017'
    and earlier.division_level = 'city'
    and (
        later.indicator is null
        or coalesce(earlier.value, -1) <> coalesce(later.value, -1)
    )
