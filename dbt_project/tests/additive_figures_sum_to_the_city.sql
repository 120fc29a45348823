-- The report for summing sums to the figure of the city on either map.
with summed as (
    select
        indicator,
        map,
        period,
        sum(value) as value
    from {{ ref('indicator_additive') }}
    group by indicator, map, period
)

select
    indicators.indicator,
    indicators.map,
    indicators.period,
    indicators.value,
    summed.value as sum_of_leaves
from {{ ref('indicator') }} as indicators
left join summed
    on indicators.indicator = summed.indicator
    and indicators.map = summed.map
    and indicators.period = summed.period
where
    indicators.division_level = 'city'
    and indicators.additivity = 'places'
    -- Where nobody returned, neither has a value.
    and coalesce(summed.value, -1) <> coalesce(indicators.value, -1)
