with shown as (
    select
        figures.indicator,
        min(figures.period) as first_period,
        max(figures.period) as latest_period,
        max(case when periods.is_year_end then 0 else 1 end) as is_within_the_year
    from {{ ref('int_figure') }} as figures
    inner join {{ ref('int_period') }} as periods on figures.period = periods.period
    where figures.numerator is not null
    group by figures.indicator
)

select
    definitions.indicator,
    definitions.name as indicator_name,
    definitions.theme,
    themes.name as theme_name,
    definitions.definition,
    formulas.numerator_name,
    formulas.denominator_name,
    definitions.unit,
    units.name as unit_name,
    definitions.basis,
    definitions.additivity,
    case
        when shown.indicator is null then null
        when shown.is_within_the_year = 1 then 'half-year'
        else 'year'
    end as frequency,
    shown.first_period,
    shown.latest_period,
    definitions.form,
    definitions.definition_version,
    definitions.source,
    definitions.verified as is_verified,
    definitions.sort_order
from {{ ref('indicator_definition') }} as definitions
inner join {{ ref('published_code') }} as themes
    on definitions.theme = themes.code
    and themes.code_list = 'theme'
inner join {{ ref('unit_display') }} as units
    on definitions.unit = units.unit
    and units.at_least = 0
left join {{ ref('indicator_formula') }} as formulas on definitions.indicator = formulas.indicator
left join shown on definitions.indicator = shown.indicator
