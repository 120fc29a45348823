-- Figures that a span is told of: they have a value and rest on returns.
select
    figures.indicator,
    figures.map_edition,
    figures.division_level,
    figures.division_code,
    figures.period,
    cast(figures.numerator as double) as numerator,
    cast(figures.denominator as double) as denominator,
    definitions.span
from {{ ref('int_figure') }} as figures
inner join {{ ref('indicator_definition') }} as definitions
    on figures.indicator = definitions.indicator
    and definitions.span is not null
where
    figures.division_level <> 'village'
    and figures.numerator is not null
