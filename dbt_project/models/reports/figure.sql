-- Every figure with names beside its codes. It holds all levels and both maps: a sum over it is none of anything, and
-- the reports of one level and one map are for adding.
with words as (
    select
        code_list,
        code,
        name
    from {{ ref('published_code') }}
)

select
    figures.indicator,
    figures.name as indicator_name,
    indicators.theme,
    indicators.theme_name,
    figures.division_code,
    places.short_name as division_name,
    places.full_name,
    figures.division_level,
    levels.name as level_name,
    places.township_code,
    places.township_name,
    places.county_code,
    places.county_name,
    figures.map_edition,
    figures.period,
    periods.last_day as period_end,
    periods.period_name,
    cast(figures.value as double) as value,
    case
        when units.decimals = 0
            then cast(cast({{ divide('figures.value', 'units.divisor') }} as decimal(24, 0)) as string)
        else cast(cast({{ divide('figures.value', 'units.divisor') }} as decimal(24, 2)) as string)
    end || ' ' || units.name as display,
    figures.unit,
    indicators.unit_name,
    cast(figures.numerator as double) as numerator,
    cast(figures.denominator as double) as denominator,
    figures.status,
    statuses.name as status_name,
    figures.basis,
    bases.name as basis_name,
    figures.additivity,
    sums.name as additivity_name,
    cast(figures.coverage as double) as coverage,
    cast(figures.low as double) as low,
    cast(figures.high as double) as high,
    figures.rows_questioned,
    indicators.sort_order as indicator_order,
    places.sort_order as place_order,
    figures.data_origin
from {{ ref('indicator') }} as figures
inner join {{ ref('dim_indicator') }} as indicators on figures.indicator = indicators.indicator
inner join {{ ref('int_place') }} as places
    on figures.map_edition = places.map_edition
    and figures.division_code = places.division_code
inner join {{ ref('dim_period') }} as periods on figures.period = periods.period
left join {{ ref('unit_display') }} as units
    on figures.unit = units.unit
    and abs(figures.value) >= units.at_least
    and (units.below is null or abs(figures.value) < units.below)
left join words as levels
    on figures.division_level = levels.code
    and levels.code_list = 'division_level'
left join words as statuses
    on figures.status = statuses.code
    and statuses.code_list = 'figure_status'
left join words as bases
    on figures.basis = bases.code
    and bases.code_list = 'basis'
left join words as sums
    on figures.additivity = sums.code
    and sums.code_list = 'additivity'
