-- The report for summing sums to the figure of the city on either map.
with summed as (
    select
        indicator,
        map_edition,
        period,
        sum(value) as value
    from {{ ref('indicator_additive') }}
    group by indicator, map_edition, period
)

select
    indicators.indicator,
    indicators.map_edition,
    indicators.period,
    indicators.value,
    summed.value as sum_of_leaves
from {{ ref('indicator') }} as indicators
left join summed
    on indicators.indicator = summed.indicator
    and indicators.map_edition = summed.map_edition
    and indicators.period = summed.period
where
    indicators.division_level = 'city'
    and indicators.additivity = 'places'
    and ((summed.value is null) <> (indicators.value is null) or summed.value <> indicators.value)
