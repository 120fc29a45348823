-- An indicator that may be summed over places gives the same whether counted above or summed from below.
with children as (
    select
        indicators.indicator,
        indicators.period,
        divisions.parent_code,
        sum(indicators.value) as value
    from {{ ref('indicator') }} as indicators
    inner join {{ ref('dim_division') }} as divisions
        on indicators.map_edition = divisions.map_edition
        and indicators.division_code = divisions.division_code
    where
        indicators.map_edition = '2017'
        and indicators.additivity = 'places'
    group by indicators.indicator, indicators.period, divisions.parent_code
)

select
    parents.indicator,
    parents.period,
    parents.division_code,
    parents.value,
    children.value as sum_of_children
from {{ ref('indicator') }} as parents
inner join children
    on parents.indicator = children.indicator
    and parents.period = children.period
    and parents.division_code = children.parent_code
where
    parents.map_edition = '2017'
    -- Where nobody returned, neither has a value.
    and coalesce(parents.value, -1) <> coalesce(children.value, -1)
