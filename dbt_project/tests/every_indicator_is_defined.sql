-- A figure without unit, basis and additivity is not published: the join with definitions would lose it.
with measured as (
    select indicator
    from {{ ref('int_indicator_value') }}
    union all
    select indicator
    from {{ ref('int_indicator_controls') }}
)

select distinct measured.indicator
from measured
left join {{ ref('indicator_definition') }} as definitions on measured.indicator = definitions.indicator
where definitions.indicator is null
