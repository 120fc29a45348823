-- Each figure once, on the finest level of places that every place has: townships of 2017, counties of 2023 (some
-- townships have no code there), or above where a form is no township's. Any sum over places of it is right.
with leaves as (
    select
        indicators.*,
        case indicators.division_level
            when 'township' then 1
            when 'county' then 2
            else 3
        end as height
    from {{ ref('indicator') }} as indicators
    where
        indicators.additivity = 'places'
        and (
            indicators.division_level in ('county', 'city')
            or (indicators.division_level = 'township' and indicators.map_edition = '2017')
        )
),

lowest as (
    select
        indicator,
        map_edition,
        min(height) as height
    from leaves
    group by indicator, map_edition
)

select
    leaves.indicator,
    leaves.name,
    leaves.map_edition,
    leaves.division_level,
    leaves.division_code,
    divisions.county_code,
    leaves.period,
    leaves.value,
    leaves.unit,
    leaves.basis,
    leaves.status,
    leaves.definition_version,
    leaves.data_origin
from leaves
inner join lowest
    on leaves.indicator = lowest.indicator
    and leaves.map_edition = lowest.map_edition
    and leaves.height = lowest.height
inner join {{ ref('dim_division') }} as divisions
    on leaves.map_edition = divisions.map_edition
    and leaves.division_code = divisions.division_code
